"""Levels of a sample's genes on the scale of training, from the sample alone, whichever genes its table has.

A gene that the table lacks is NaN. Ranks among a part of the genes are brought to the distribution that this
part has among all of them, so that a table cut to well expressed genes does not make them look average.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Final

import numpy as np

from leukotype.model.features import Array, Distributions, Indices, by_rank, standard_scores

_RANKS: Final = np.linspace(0.0, 1.0, 201)  # at which distribution functions of ranks are read
_LEAST_SPREAD: Final = 1e-3  # of a rank


@dataclass(frozen=True, eq=False)
class GeneScale:
    """Normal scores of some genes, centred and scaled.

    Parameters
    ----------
    genes
        positions among the model's.
    centre, spread
        of each gene's normal score.
    """

    genes: Indices
    centre: Array
    spread: Array

    def __call__(self, values: Array) -> Array:
        """Give samples x its genes, in spreads from the centre, from samples x the model's genes."""
        return standard_scores(values, self.genes, self)


@dataclass(frozen=True, eq=False)
class RankScale:
    """Ranks of some genes' expression per base, from 0 to 1.

    Parameters
    ----------
    genes
        positions among the model's.
    lengths
        bases by which each gene's reads are divided before ranking.
    rank, rank_spread
        mean and standard deviation of each gene's rank in tables that have all genes.
    """

    genes: Indices
    lengths: Array
    rank: Array
    rank_spread: Array

    def __call__(self, values: Array) -> Array:
        """Give samples x its genes: ranks from samples x the model's genes; ties have the lowest rank."""
        found = np.full((len(values), len(self.genes)), np.nan)
        for row, out in zip(values, found, strict=True):  # one by one, as `standard_scores`
            density = row.take(self.genes) / self.lengths
            present = ~np.isnan(density)
            if np.count_nonzero(present) > 1:
                lowest = partial(_of_lowest, _typical_ranks(self, present.tobytes()))
                genes = slice(None) if present.all() else present
                out[genes] = by_rank(density[genes], lowest)
        return found


def _of_lowest(ranks: Array, starts: Indices, _sizes: Indices) -> Array:
    """Give each run of ties the lowest of its ranks."""
    return ranks.take(starts)


@lru_cache(maxsize=4)
def _typical_ranks(scale: RankScale, mask: bytes) -> Array:
    """Sorted ranks that the genes of a sample usually have in a table with all genes."""
    present = np.frombuffer(mask, dtype=bool)
    count = int(present.sum())
    if present.all():
        return np.linspace(0.0, 1.0, count)
    below = _distributions(scale).mean_of(present)
    below = (below - below[0]) / (below[-1] - below[0])
    return np.asarray(np.interp((np.arange(count) + 0.5) / count, below, _RANKS))


@lru_cache(maxsize=2)
def _distributions(scale: RankScale) -> Distributions:
    return Distributions(_RANKS, scale.rank, np.maximum(scale.rank_spread, _LEAST_SPREAD))


Scale = GeneScale | RankScale
