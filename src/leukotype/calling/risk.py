"""Subtype to group: versioned tables as data, the risk groups first among them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from leukotype.errors import InputError
from leukotype.inputs.tables.toml import parse_toml, read_toml_text
from leukotype.vocabulary import RISK_LOW_BLAST, RISK_UNMAPPED, SUBTYPES

_PUBLISHED: Final = files("leukotype.calling") / "risk_groups_paietta2021.toml"
_RESERVED: Final = (RISK_LOW_BLAST, RISK_UNMAPPED)


@dataclass(frozen=True)
class GroupTable:
    """Which group each subtype belongs to.

    Parameters
    ----------
    groups
        group -> its subtypes, in the order of tables and figures.
    """

    name: str
    version: int
    source: str
    groups: Mapping[str, tuple[str, ...]]

    def group(self, subtype: str) -> str:
        """Group of a subtype; ``unmapped`` where the table names none."""
        return next((group for group, members in self.groups.items() if subtype in members), RISK_UNMAPPED)


def read_groups(path: Path) -> GroupTable:
    """Read a table of groups from TOML: ``name``, ``version``, ``source`` and ``[groups]``.

    Raises
    ------
    InputError
        For a file that is absent or no TOML, a missing part, a word that is no subtype, a subtype in two
        groups, and a group named as those that need no subtype.
    """
    return parse_groups(read_toml_text(path, "groups"), str(path))


def parse_groups(text: str, label: str) -> GroupTable:
    """Read a table of groups from the text of a TOML file; see `read_groups`."""
    given = parse_toml(text, label)
    parts: dict[str, type] = {"name": str, "version": int, "source": str, "groups": dict}
    for part, kind in parts.items():
        if not isinstance(given.get(part), kind) or not given[part]:
            raise InputError(
                f"{label}: expected '{part}', found none: copy the file risk_groups_paietta2021.toml"
            )
    groups = {group: _members(label, group, members) for group, members in given["groups"].items()}
    _check_once(label, groups)
    return GroupTable(given["name"], given["version"], given["source"], groups)


def _members(label: str, group: str, members: Any) -> tuple[str, ...]:
    if group in _RESERVED:
        raise InputError(
            f"{label}: group '{group}': expected a name of your own, found one in use: rename it"
        )
    if not isinstance(members, list):
        raise InputError(
            f"{label}: group '{group}': expected a list of subtypes, found {members!r}: put it in brackets"
        )
    for member in members:
        if member not in SUBTYPES:
            raise InputError(
                f"{label}: group '{group}': expected a subtype such as {SUBTYPES[0]}, found {member!r}: "
                "spell it as in the calls"
            )
    return tuple(members)


def _check_once(label: str, groups: Mapping[str, tuple[str, ...]]) -> None:
    named: set[str] = set()
    for group, members in groups.items():
        for member in members:
            if member in named:
                raise InputError(
                    f"{label}: group '{group}': expected each subtype once, found {member} again: leave one"
                )
            named.add(member)


@cache
def published_groups() -> GroupTable:
    """Risk groups of Paietta et al., Blood 2021;138:948, as the INO-VATE genomic analysis used them."""
    return parse_groups(_PUBLISHED.read_text(encoding="utf-8"), _PUBLISHED.name)


def risk_group(subtype: str) -> str:
    """Risk group of a subtype by the published table; ``unmapped`` where it has none."""
    return published_groups().group(subtype)
