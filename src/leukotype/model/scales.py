"""Levels of a sample's genes on the scale of training, from the sample alone, whichever genes its table has.

A gene that the table lacks is NaN. Ranks among a part of the genes are brought to the distribution that this
part has among all of them, so that a table cut to well expressed genes does not make them look average.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from leukotype.model.features import CLIP, Array, Indices, Marks, normal_scores, patterns

GRID: Final = 401  # points at which distribution functions are read
LOGISTIC: Final = 1.702  # a logistic curve with this slope is a normal distribution function within .01
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
        own = values[:, self.genes]
        scores = normal_scores(own)
        for present, rows in patterns(~np.isnan(own)):
            if present.any() and not present.all():
                part = np.ix_(rows, present)
                scores[part] = typical_scores(scores[part], self.centre[present], self.spread[present])
        return np.clip((scores - self.centre) / self.spread, -CLIP, CLIP)


def typical_scores(scores: Array, centre: Array, spread: Array) -> Array:
    """Map normal scores among some genes to the distribution that these genes have among all of them.

    Parameters
    ----------
    scores
        samples x these genes.
    centre, spread
        of these genes' normal scores among all genes.
    """
    grid = np.linspace(-5.0, 5.0, GRID)
    below = _mean_distribution(grid, centre, spread)
    own = 1.0 / (1.0 + np.exp(-1.5976 * grid - 0.07056 * grid**3))  # normal distribution function
    return np.asarray(np.interp(np.interp(scores, grid, own), below, grid))


def _mean_distribution(grid: Array, centre: Array, spread: Array) -> Array:
    """Share of the genes below each point of the grid, each gene being about normal."""
    away = LOGISTIC * np.clip((grid[:, None] - centre) / spread, -20, 20)
    return np.asarray((1.0 / (1.0 + np.exp(-away))).mean(axis=1))


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
        own = values[:, self.genes]
        density, out = own / self.lengths, np.full(own.shape, np.nan)
        for present, rows in patterns(~np.isnan(own)):
            count = int(present.sum())
            if count < 2:
                continue
            scale = np.linspace(0.0, 1.0, count) if present.all() else self._typical_ranks(present)
            for row in rows:
                out[row, present] = scale[_lowest_ranks(density[row, present])]
        return out

    def _typical_ranks(self, present: Marks) -> Array:
        """Sorted ranks that these genes usually have in a table with all genes."""
        grid = np.linspace(0.0, 1.0, GRID // 2 + 1)
        spread = np.maximum(self.rank_spread[present], _LEAST_SPREAD)
        below = _mean_distribution(grid, self.rank[present], spread)
        below = (below - below[0]) / (below[-1] - below[0])
        return np.asarray(np.interp((np.arange(present.sum()) + 0.5) / present.sum(), below, grid))


def _lowest_ranks(row: Array) -> Indices:
    """Give the lowest rank of each value, from 0: ties share it."""
    order = np.argsort(row)  # in which order ties come changes no rank
    ordered = row[order]
    first = np.r_[True, ordered[1:] != ordered[:-1]]
    ranks = np.empty(len(row), dtype=np.intp)
    ranks[order] = np.maximum.accumulate(np.where(first, np.arange(len(row)), 0))
    return ranks


Scale = GeneScale | RankScale
