"""Expression of markers: one strip a gene, with all samples of the run on it, drawn once."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from leukotype.evidence.knowledge import MARKERS
from leukotype.evidence.published_markers import PUBLISHED_MARKERS, Level
from leukotype.vocabulary import NORMAL, T_ALL

_WIDTH, _HEIGHT, _SIDE = 240.0, 18.0, 6.0  # of a strip
_HIGHEST: Final = 15.0  # log2(CPM + 1) at its right end: what is higher stands there
_TICKS: Final = (0, 5, 10, 15)

Record = Mapping[Hashable, Any]


@dataclass(frozen=True)
class Strips:
    """What every sample's strips share.

    Parameters
    ----------
    levels
        log2(CPM + 1): samples x genes.
    trained
        the same of the classes of training: classes x genes; empty where the model is not at hand.
    """

    levels: pd.DataFrame
    trained: pd.DataFrame

    def backgrounds(self) -> list[dict[str, Any]]:
        """Give each gene's strip: all samples of the run as ticks, the means of the subtypes as a band."""
        return [
            {
                "id": self._address(gene),
                "ticks": "".join(f"M{_x(value):g} 3v12" for value in self.levels[gene].dropna().round(1)),
                "band": self._band(gene),
                "cut": next((_x(each.least) for each in MARKERS if each.gene == gene), None),
            }
            for gene in map(str, self.levels)
            if self.levels[gene].notna().any()
        ]

    def of(self, number: int, subtype: str) -> list[dict[str, Any]]:
        """Give the strips of one sample: published markers of its subtype, then genes that a lesion turns on.

        Parameters
        ----------
        number
            of the sample, from 0.
        subtype
            the called one, empty without a call.
        """
        said = _published_words(subtype) | _rule_words()
        row = self.levels.iloc[number]
        return [
            {
                "gene": gene,
                "said": words,
                "source": source,
                "id": self._address(gene),
                "x": _x(row[gene]),
                "level": f"{row[gene]:.1f}",
                "rank": self._rank(gene, row[gene]),
                "mean": self._mean(gene, subtype),
            }
            for gene, (words, source) in said.items()
            if gene in row and not math.isnan(row[gene])
        ]

    def _address(self, gene: str) -> str:
        return f"g{self.levels.columns.get_loc(gene)}"

    def _rank(self, gene: str, level: float) -> str:
        known = self.levels[gene].dropna()
        first, last = int((known > level).sum()) + 1, int((known >= level).sum())
        return f"{first if first == last else f'{first} to {last}'} of {len(known)}"

    def _mean(self, gene: str, subtype: str) -> float | None:
        known = gene in self.trained and subtype in self.trained.index
        return _x(float(self.trained[gene][subtype])) if known else None

    def _band(self, gene: str) -> dict[str, float] | None:
        if gene not in self.trained or self.trained.empty:
            return None
        means = self.trained.drop(index=[T_ALL, NORMAL], errors="ignore")[gene]
        left = _x(float(means.min()))
        return {"x": left, "width": round(_x(float(means.max())) - left, 1)}


def scale() -> dict[str, Any]:
    """Give size and axis of a strip."""
    return {"width": _WIDTH, "height": _HEIGHT, "ticks": [{"x": _x(each), "name": each} for each in _TICKS]}


def _x(level: float) -> float:
    share = min(max(level, 0.0), _HIGHEST) / _HIGHEST
    return round(_SIDE + share * (_WIDTH - 2 * _SIDE), 1)


def _published_words(subtype: str) -> dict[str, tuple[str, str]]:
    """Give what the literature says of each marker of a subtype, and who says it."""
    own = [each for each in PUBLISHED_MARKERS if each.subtype == subtype and each.level != Level.GAINED]
    return {gene: (f"{each.level} in {subtype}", each.source) for each in own for gene in each.features}


def _rule_words() -> dict[str, tuple[str, str]]:
    """Say which subtype a gene speaks for once it is read above its cut-off."""
    return {each.gene: (f"{each.subtype} from {each.least:g} on", each.source) for each in MARKERS}


def genes_without_strip(subtype: str, shown: Sequence[Mapping[str, Any]]) -> str:
    """Name the published markers of a subtype that are not measured."""
    drawn = {each["gene"] for each in shown}
    return ", ".join(gene for gene in _published_words(subtype) if gene not in drawn)
