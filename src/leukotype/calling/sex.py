"""The sex that expression shows beside the given one: a check for swapped tubes, which changes no call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from leukotype.calling.profile_levels import ProfileLevels
from leukotype.model.genes import GeneTable
from leukotype.vocabulary import Sex

# XIST is read from the silent X of a female cell (Brown et al., Nature 1991;349:38); the others lie on Y,
# outside of what X and Y share.
GENE_OF_X: Final = "XIST"
GENES_OF_Y: Final = ("KDM5D", "DDX3Y", "ZFY", "UTY")
# log2(CPM + 1), of Y the sum of its genes. `python -m training.benchmarks.sex --data DIR` prints what lies on
# either side in the 173 patients of GSE181157 with recorded sex: of 78 females Y to 2.5 and XIST from 5.7, of
# 95 males Y from 6.5 and XIST to 6.3. A leukemia that lost its Y, or its silent X, shows neither.
LEAST_Y: Final = 4.5
LEAST_XIST: Final = 4.0
XIST_BESIDE_Y: Final = 7.0  # above that of every male


@dataclass(frozen=True)
class SexSeen:
    """The sex of one sample: as its expression shows it, and as it was given, both `Sex.UNKNOWN` without.

    ``xist`` and ``y`` are log2(CPM + 1) of XIST and of the sum of the genes of Y; NaN where one was not read.
    """

    expressed: Sex = Sex.UNKNOWN
    given: Sex = Sex.UNKNOWN
    xist: float = np.nan
    y: float = np.nan

    @property
    def differs(self) -> bool:
        """Whether both are known, and are not the same."""
        known = {Sex.FEMALE, Sex.MALE}
        return self.expressed in known and self.given in known and self.expressed != self.given

    @property
    def unread(self) -> bool:
        """Whether a sex was given, and a gene that shows it was not read."""
        return self.given != Sex.UNKNOWN and bool(np.isnan(self.xist) or np.isnan(self.y))

    @property
    def remark(self) -> str:
        """What a reader of the call should know; empty where there is nothing."""
        levels = f"(log2 CPM: XIST {self.xist:.1f}, genes of Y {self.y:.1f})"
        if self.differs:
            return (
                f"sex by expression {self.expressed}, given {self.given} {levels}: another patient's sample?"
            )
        if self.expressed == Sex.BOTH:
            return f"XIST and genes of Y are read {levels}: cells of two people, a transplant, or XXY?"
        return ""


def see_sexes(
    samples: Sequence[str], levels: ProfileLevels, genes: GeneTable, given: Mapping[str, Sex]
) -> list[SexSeen]:
    """Put the sex that each sample shows beside the given one.

    Parameters
    ----------
    levels
        of `genes`.
    genes
        without one of the sex genes nothing is told.
    given
        by sample, of those of which it is known.
    """
    symbols = (GENE_OF_X, *GENES_OF_Y)
    if not genes.places.keys() >= {*symbols}:
        return [SexSeen(given=given.get(name, Sex.UNKNOWN)) for name in samples]
    xist, *of_y = levels.at([genes.places[symbol] for symbol in symbols]).T
    y = np.log2(np.sum([np.exp2(each) - 1 for each in of_y], axis=0) + 1)
    return [
        SexSeen(_sex_of_levels(*pair), given.get(name, Sex.UNKNOWN), *map(float, pair))
        for name, *pair in zip(samples, xist, y, strict=True)
    ]


def note_of_unread(seen: Sequence[SexSeen]) -> str:
    """Say that a given sex could not be compared; empty where all were."""
    if not any(each.unread for each in seen):
        return ""
    return (
        "the given sex was not compared with the expression, to find swapped tubes: "
        f"{GENE_OF_X} or a gene of Y ({', '.join(GENES_OF_Y)}) is not among the genes of the model, or of "
        "the table"
    )


def _sex_of_levels(xist: float, y: float) -> Sex:
    """Tell the sex; unknown where a gene was not read, and where neither X nor Y shows."""
    if np.isnan(xist) or np.isnan(y):
        return Sex.UNKNOWN
    if y >= LEAST_Y:
        return Sex.BOTH if xist >= XIST_BESIDE_Y else Sex.MALE
    return Sex.FEMALE if xist >= LEAST_XIST else Sex.UNKNOWN
