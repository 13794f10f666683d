"""What interphase FISH shows: ``nuc ish(ABL1,BCR)x3(ABL1 con BCRx2)[180/200]``, ``(RUNX1x5~8)[90/100]``.

References
----------
.. [1] ISCN 2020: An International System for Human Cytogenomic Nomenclature, Karger, Basel: ``con`` for
       signals that lie together, ``sep`` for those of one gene that lie apart.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from leukotype.inputs.lesions.records import Verdict
from leukotype.inputs.lesions.statements import said_of

_GENE: Final = r"[A-Za-z][A-Za-z0-9-]*?"
_TIMES: Final = r"\s*x\s*([1-9]\d?)(?:[-~]\d+)?"
_TOGETHER: Final = re.compile(rf"\(\s*({_GENE})\s+con\s+({_GENE}){_TIMES}\s*\)", re.IGNORECASE)
_APART: Final = re.compile(rf"\(\s*(?:[35]'?)?({_GENE})\s+sep\s+(?:[35]'?)?\1{_TIMES}\s*\)", re.IGNORECASE)
# [164/200], (4 of 200), 150/200, [82%], 2,5 %: nuclei of all, or of a hundred. Bare, 3/22 may be a date.
_NUCLEI: Final = re.compile(
    r"[\[(]\s*(\d+)\s*(?:/|of|von)\s*(\d+)[^\[\]()]*[\])]|[\[(]?\s*(\d+)(?:[.,]\d+)?\s*%\s*[\])]?"
    r"|(?<![\w/.,])(\d{1,3})\s?(?:/|(?:out )?of|von|de|sur|su)\s?([5-9]\d|[1-9]\d\d|1000)(?![\w/-]|\.\d)"
)
_CELLS: Final = re.compile(r"\[[^\[\]]*\]")
# (ABL1,BCR)x3 and (ETV6x2,RUNX1x5~8), (RUNX1amp): how often the genes of a probe are seen.
_COPIES: Final = re.compile(r"\(([^()]*)\)(?:\s*x\s*(\d+(?:[-~]>?\d+)?))?")
_SIGNALS: Final = re.compile(
    r"(?P<gene>[A-Za-z][A-Za-z0-9-]*?)\s*"
    r"(?:(?P<many>(?i:amp))|x\s*(?P<more>[>\u2265])?\s*(?P<low>\d+)(?:\s*[-~]\s*>?\s*(?P<high>\d+))?\+?)?"
)
# Metaphase FISH: four signals of RUNX1 or more on one chromosome, (RUNX1++++), beside that of the other.
_ON_ONE: Final = re.compile(r"\b(?:RUNX1|AML1)(\+{4,})", re.IGNORECASE)
_RUNX1: Final = frozenset({"RUNX1", "AML1"})
# Signals of RUNX1 in a nucleus of iAMP21: Harrison et al., Leukemia 2014;28:1015.
_AMPLIFIED: Final = 5
# A laboratory's limits for cells without a lesion lie at 1 % (dual fusion) to 5 % (break-apart).
_FEWEST_PCT: Final = 5
UNKNOWN_PARTNER: Final = "?"
_NORMAL: Final = 2


@dataclass(frozen=True)
class FishFusion:
    """Two genes whose signals lie together, or one whose signals lie apart: its partner is unknown.

    ``nuclei`` are those with the fusion and all that were scored; None where they are not told. ``said`` is
    what the text says against it.
    """

    gene: str
    partner: str
    nuclei: tuple[int, int] | None
    said: Verdict = Verdict.FOUND

    @property
    def doubt(self) -> str:
        """Why it does not count; empty if it does."""
        return self.said or few_nuclei(self.nuclei)


def few_nuclei(nuclei: tuple[int, int] | None) -> str:
    """Say that normal cells may show so few nuclei too; empty for more, and where none is told."""
    if nuclei is None or 100 * nuclei[0] >= _FEWEST_PCT * nuclei[1]:
        return ""
    return f"in {nuclei[0]} of {nuclei[1]} nuclei, which normal cells may show too"


@dataclass(frozen=True)
class FishCopies:
    """Signals of RUNX1 in a nucleus, fewest and most, and the most of the other genes of its probe."""

    low: int
    high: int
    others: int
    nuclei: tuple[int, int] | None

    @property
    def doubt(self) -> str:
        """Why it does not count as amplified; empty if it does."""
        if self.others > _NORMAL:
            return f"its probe shows {self.others} signals of another gene too"
        return few_nuclei(self.nuclei)


# A probe's place in the text, and each of its genes with the fewest and most signals.
_Probe = tuple[re.Match[str], list[tuple[str, int, int]]]


@dataclass(frozen=True)
class Interphase:
    """What a text of interphase FISH says.

    Parameters
    ----------
    fusions
        genes whose signals lie together, or apart.
    runx1
        signals of RUNX1 where it is not part of a fusion; None where they are two, or not told.
    unread
        the text where it holds more than these, their probes and normal signals; else empty.
    """

    fusions: tuple[FishFusion, ...]
    runx1: FishCopies | None
    unread: str


def read_interphase(text: str) -> Interphase:
    """Read an interphase text.

    Parameters
    ----------
    text
        from ``nuc ish`` on.
    """
    found = [(match, match[1], match[2]) for match in _TOGETHER.finditer(text)]
    found += [(match, match[1], UNKNOWN_PARTNER) for match in _APART.finditer(text)]
    bare = _CELLS.sub(lambda cells: " " * len(cells[0]), text)
    fusions = tuple(
        FishFusion(one, other, nuclei_behind(text, match.end()), _against(bare, match))
        for match, one, other in found
    )
    read = {gene.upper() for each in fusions for gene in (each.gene, each.partner)}
    rest = _APART.sub("", _TOGETHER.sub("", text))
    probes = [(match, _signals(match)) for match in _COPIES.finditer(rest)]
    runx1 = None if _RUNX1 & read else _runx1(rest, probes)
    read |= _RUNX1 if runx1 else set()
    plain = all(
        gene.upper() in read or (low, high) == (2, 2) for _, seen in probes for gene, low, high in seen
    )
    return Interphase(fusions, runx1, "" if plain else text)


def _against(text: str, match: re.Match[str]) -> Verdict:
    """Give what the words beside signals say against them; other words leave them as they are."""
    said = said_of(text, *match.span()) or Verdict.FOUND
    return Verdict.FOUND if said == Verdict.NOT_PLAIN else said


def runx1_on_one(text: str) -> FishCopies | None:
    """Give the signals of RUNX1 in a metaphase that has four or more of them on one chromosome."""
    found = max((len(each) + 1 for each in _ON_ONE.findall(text)), default=0)
    return FishCopies(found, found, 0, None) if found else None


def nuclei_behind(text: str, start: int, end: int | None = None) -> tuple[int, int] | None:
    """Give the nuclei that stand next behind a place of a text, and before another."""
    match = _NUCLEI.search(text, start, len(text) if end is None else end)
    if match is None:
        return None
    if match[3]:
        return int(match[3]), 100
    return int(match[1] or match[4]), int(match[2] or match[5])


def _signals(match: re.Match[str]) -> list[tuple[str, int, int]]:
    """Give each gene of a probe with the fewest and most of its signals; 0 where they are not told."""
    low, _, high = (match[2] or "0").replace("~", "-").replace(">", "").partition("-")
    behind = (int(low), int(high or low))
    seen = []
    for part in match[1].split(","):
        found = _SIGNALS.fullmatch(part.strip())
        if found is None:
            seen.append((part.strip(), 0, 0))
        elif found["many"]:
            seen.append((found["gene"], _AMPLIFIED, _AMPLIFIED))
        elif found["low"]:
            least = int(found["low"]) + (found["more"] == ">")
            seen.append((found["gene"], least, int(found["high"] or least)))
        else:
            seen.append((found["gene"], *behind))
    return seen


def _runx1(text: str, probes: Sequence[_Probe]) -> FishCopies | None:
    """Give the signals of RUNX1 of the probe that shows most of them, if these are more than two."""
    found = [
        FishCopies(low, high, _most_of_others(seen, gene), nuclei_behind(text, match.end()))
        for match, seen in probes
        for gene, low, high in seen
        if gene.upper() in _RUNX1 and high > _NORMAL
    ]
    return max(found, key=lambda each: each.high, default=None)


def _most_of_others(seen: Sequence[tuple[str, int, int]], gene: str) -> int:
    return max((high for other, _, high in seen if other != gene), default=0)
