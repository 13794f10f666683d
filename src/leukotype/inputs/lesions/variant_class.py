"""What a mutation does to the protein, read off its change as HGVS writes it."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Final

from leukotype.vocabulary import VariantClass

# First match counts; with or without ``p.``, one letter an amino acid or three (HGVS nomenclature 21.1).
_ACID: Final = "(?:[A-Z][a-z]{2}|[A-Z])"
_CLASSES: Final = MappingProxyType(
    {
        VariantClass.TRUNCATING: re.compile(rf"{_ACID}\d+.*(?:fs|\*|Ter|X$)"),
        VariantClass.SPLICE: re.compile(r"splice|c\.[*-]?\d+[+-]\d", re.IGNORECASE),
        VariantClass.IN_FRAME: re.compile(r"\d+_?.*(?:del|ins|dup)"),
        VariantClass.MISSENSE: re.compile(rf"(?:p\.)?\(?{_ACID}\d+{_ACID}\)?$"),
    }
)


def variant_class(change: str) -> VariantClass | None:
    """Tell what a change does; None where its writing does not say."""
    return next((kind for kind, pattern in _CLASSES.items() if pattern.search(change.strip())), None)
