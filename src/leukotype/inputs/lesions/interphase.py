"""Fusions that interphase FISH shows: ``nuc ish(ABL1,BCR)x3(ABL1 con BCRx2)[180/200]``.

References
----------
.. [1] ISCN 2020: An International System for Human Cytogenomic Nomenclature, Karger, Basel: ``con`` for
       signals that lie together, ``sep`` for those of one gene that lie apart.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_GENE: Final = r"[A-Za-z][A-Za-z0-9-]*?"
_TIMES: Final = r"\s*x\s*([1-9]\d?)(?:[-~]\d+)?"
_TOGETHER: Final = re.compile(rf"\(\s*({_GENE})\s+con\s+({_GENE}){_TIMES}\s*\)", re.IGNORECASE)
_APART: Final = re.compile(rf"\(\s*[35]'?({_GENE})\s+sep\s+[35]'?\1{_TIMES}\s*\)", re.IGNORECASE)
_NUCLEI: Final = re.compile(r"\[\s*(\d+)\s*/\s*(\d+)\s*\]")
# (ABL1,BCR)x3 and (ETV6x2,RUNX1x2): how often the genes of a probe are seen.
_COPIES: Final = re.compile(r"\(([^()]*)\)(?:\s*x\s*(\d+(?:[-~]\d+)?))?")
# A laboratory's limits for cells without a lesion lie at 1 % (dual fusion) to 5 % (break-apart).
_FEWEST_PCT: Final = 5
UNKNOWN_PARTNER: Final = "?"


@dataclass(frozen=True)
class FishFusion:
    """Two genes whose signals lie together, or one whose signals lie apart: its partner is unknown.

    ``nuclei`` are those with the fusion and all that were scored; None where they are not told.
    """

    gene: str
    partner: str
    nuclei: tuple[int, int] | None

    @property
    def doubt(self) -> str:
        """Why it does not count; empty if it does."""
        if self.nuclei is None or 100 * self.nuclei[0] >= _FEWEST_PCT * self.nuclei[1]:
            return ""
        return f"in {self.nuclei[0]} of {self.nuclei[1]} nuclei, which normal cells may show too"


def read_interphase(text: str) -> tuple[tuple[FishFusion, ...], str]:
    """Read the fusions of an interphase text.

    Parameters
    ----------
    text
        from ``nuc ish`` on.

    Returns
    -------
        The fusions, and the text where it holds more than them, their probes and normal signals; else empty.
    """
    found = [(match, match[1], match[2]) for match in _TOGETHER.finditer(text)]
    found += [(match, match[1], UNKNOWN_PARTNER) for match in _APART.finditer(text)]
    fusions = tuple(FishFusion(one, other, _nuclei(text, match.end())) for match, one, other in found)
    read = {gene.upper() for each in fusions for gene in (each.gene, each.partner)}
    rest = _APART.sub("", _TOGETHER.sub("", text))
    return fusions, text if any(not _is_read(match, read) for match in _COPIES.finditer(rest)) else ""


def _nuclei(text: str, start: int) -> tuple[int, int] | None:
    """Give the nuclei that stand next behind a place."""
    match = _NUCLEI.search(text, start)
    return (int(match[1]), int(match[2])) if match else None


def _is_read(match: re.Match[str], genes: set[str]) -> bool:
    """Whether the signals of a probe are two each, or are of genes whose fusion was read."""
    for part in match[1].split(","):
        name, _, times = part.strip().partition("x")
        if (times.strip() or match[2]) != "2" and name.strip().upper() not in genes:
            return False
    return True
