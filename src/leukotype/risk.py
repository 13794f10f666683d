"""Subtype to risk group: a table."""

from __future__ import annotations

from leukotype.vocabulary import RISK_GROUPS, RISK_UNMAPPED

_GROUP_OF = {subtype: group for group, subtypes in RISK_GROUPS.items() for subtype in subtypes}


def risk_group(subtype: str) -> str:
    """Risk group of a subtype after Paietta et al., Blood 2021;138:948; ``unmapped`` where it names none."""
    return _GROUP_OF.get(subtype, RISK_UNMAPPED)
