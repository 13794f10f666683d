"""How identifiers of genes and of transcripts are written, and what only looks like them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

TRANSCRIPT: Final = re.compile(r"ENS[A-Z]{0,4}T\d{11}|[NX][MR]_\d+")
ENSEMBL: Final = re.compile(r"ENS([A-Z]{3,4})?[GT]R?\d{11}")
HTSEQ_TALLY: Final = "__"  # begins the rows of HTSeq that count no gene


def is_ensembl(name: str) -> bool:
    """Whether a name is an Ensembl identifier of a gene or a transcript, of any species."""
    return ENSEMBL.match(name) is not None


def are_row_numbers(names: Sequence[str]) -> bool:
    """Whether names are 0, 1, 2, ... or 1, 2, 3, ...: numbers of rows, and no Entrez ids."""
    first = names[0] if names else ""
    return first in {"0", "1"} and list(names) == [str(i) for i in range(int(first), int(first) + len(names))]
