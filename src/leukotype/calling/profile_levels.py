"""Samples on the scale of the profiles: log2(CPM + 1) of the genes that are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from leukotype.model.features import Array, Indices, middle

# log2(CPM + 1) in the mean leukemia, from which on a gene helps to bring a sample to their scale: 31 reads in
# a million, so that it is read in shallow libraries too.
_WELL_READ: Final = 5.0


@dataclass(frozen=True, eq=False)
class ProfileLevels:
    """Samples, and what brings each to the scale of the profiles.

    Parameters
    ----------
    abundance
        samples x genes, proportional to reads; NaN where a gene is missing.
    size_factors
        one a sample; NaN of one that has none of the genes.
    """

    abundance: Array
    size_factors: Array

    @classmethod
    def of(cls, abundance: Array, usual: Array | None) -> Self:
        """Bring samples to the scale of the profiles.

        Each sample is divided by the median of its ratios to the mean leukemia (the size factor of Anders &
        Huber, Genome Biol 2010;11:R106), which needs neither the library size nor the other genes of the
        table.

        Parameters
        ----------
        abundance
            as above.
        usual
            levels of the mean leukemia; of a model without profiles, None, nothing is told.
        """
        rows = np.asarray(abundance, dtype=np.float64)
        if usual is None:
            return cls(rows, np.full(len(rows), np.nan))
        well = np.flatnonzero(usual >= _WELL_READ)
        expected = 2.0 ** usual[well] - 1
        return cls(rows, np.array([_size_factor(row.take(well), expected) for row in rows]))

    def at(self, genes: Indices | Sequence[int]) -> Array:
        """Give log2(CPM + 1) of some genes, by their positions: samples x genes; NaN for a missing one."""
        found = np.empty((len(self.abundance), len(genes)))
        for row, factor, out in zip(self.abundance, self.size_factors, found, strict=True):
            np.divide(row.take(genes), factor, out=out)
            np.log2(np.add(out, 1, out=out), out=out)
        return found


def _size_factor(row: Array, expected: Array) -> float:
    read = np.flatnonzero(row > 0)
    if not len(read):
        return np.nan
    lower, upper = middle(row.take(read) / expected.take(read))
    return float(np.sqrt(lower * upper))  # ratios have a geometric mean
