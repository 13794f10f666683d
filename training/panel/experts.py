"""Experts that turn one sample's expression into scores of subtypes, each linear in its own features.

An expert's features come from one sample alone, and its scores are ``features @ weights + intercept``, so
that what each feature contributes is exact. The weights depend on which genes the sample's table has, never
on another sample. A gene that the table lacks is NaN.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from leukotype.model.features import CLIP, DOSAGE_CLIP, Array, Indices, normal_scores, trimmed_mean
from leukotype.vocabulary import CHROMOSOMES

Marks = npt.NDArray[np.bool_]

LEAST_SHARE = 0.05  # an expert with a smaller share of its genes is silent
LEAST_GENES = 5  # of a chromosome; below these its mean is unknown
LEAST_CRITICAL = 3  # the same of the region that iAMP21 amplifies
EXTREMES = 20  # first sets of a `RankExpert`, one a class: their lowest and highest score are its 0 and 1
GRID = 401  # points at which distribution functions are read
LOGISTIC = 1.702  # a logistic curve with this slope is a normal distribution function within .01


@dataclass(frozen=True)
class Linear:
    """Weights by which features become scores.

    Parameters
    ----------
    weights
        features x classes.
    intercept
        one value a class.
    """

    weights: Array
    intercept: Array

    def __call__(self, features: Array) -> Array:
        """Score the rows of `features`: samples x classes."""
        return np.asarray(features @ self.weights + self.intercept)


class Expert(Protocol):
    """What the pool asks of each expert."""

    @property
    def classes(self) -> tuple[str, ...]:
        """Subtypes that the expert knows."""

    def scores(self, values: Array) -> Array:
        """Score samples x the panel's genes; a row of NaN where the expert is silent."""

    def explain(self, values: Array) -> tuple[Array, Linear]:
        """Give one sample's features, and the weights that score them."""


def patterns(present: Marks) -> list[tuple[Marks, Indices]]:
    """Group the rows that have the same columns: the columns, and the positions of the rows."""
    groups: dict[bytes, list[int]] = {}
    for number, row in enumerate(present):
        groups.setdefault(row.tobytes(), []).append(number)
    return [(present[rows[0]], np.array(rows)) for rows in groups.values()]


def silent_rows(own: Array) -> Marks:
    """Mark the samples that have too few of an expert's genes for it to speak."""
    return np.asarray((~np.isnan(own)).mean(axis=1) < LEAST_SHARE)


@dataclass(frozen=True)
class GaussianExpert:
    """Class means under one covariance: a linear discriminant on any part of its genes.

    Parameters
    ----------
    genes
        positions of its genes among the panel's.
    classes
        subtypes that it knows.
    centre, spread
        of each gene's normal score.
    means
        classes x features, in spreads.
    loadings
        components x features: the covariance is ``loadings.T @ loadings`` and `ridge` on the diagonal.
    ridge
        variance that each feature has of its own.
    chromosomes
        empty: the features are the genes. Else the number of each gene's chromosome, -1 for none, and the
        features are those of `dosage`.
    critical
        marks the genes of the region that iAMP21 amplifies; empty without `chromosomes`.
    feature_spread
        of each feature with `chromosomes`; empty without.
    """

    genes: Indices
    classes: tuple[str, ...]
    centre: Array
    spread: Array
    means: Array
    loadings: Array
    ridge: float
    chromosomes: Indices
    critical: Marks
    feature_spread: Array

    def scores(self, values: Array) -> Array:
        """Score samples x the panel's genes; a row of NaN where too few of its genes are there."""
        own = values[:, self.genes]
        features, out = self.features(own), np.full((len(own), len(self.classes)), np.nan)
        speaks = ~silent_rows(own)
        for present, rows in patterns(~np.isnan(features)):
            chosen = rows[speaks[rows]]
            if len(chosen):
                out[chosen] = self.solve(present)(np.nan_to_num(features[chosen]))
        return out

    def explain(self, values: Array) -> tuple[Array, Linear]:
        """Give the features of one sample (1 x the panel's genes), missing ones 0, and their weights."""
        features = self.features(values[:, self.genes])
        return np.nan_to_num(features), self.solve(~np.isnan(features[0]))

    def features(self, own: Array) -> Array:
        """Give samples x features from samples x its genes; NaN for what a sample lacks."""
        scaled = self.scaled(own)
        if not len(self.chromosomes):
            return scaled
        return np.asarray(dosage(scaled, self.chromosomes, self.critical) / self.feature_spread)

    def scaled(self, own: Array) -> Array:
        """Give each gene's normal score in spreads from its centre.

        Ranks among a part of the genes are brought to the scores that this part has among all of them.
        """
        scores = normal_scores(own)
        for present, rows in patterns(~np.isnan(own)):
            if present.any() and not present.all():
                part = np.ix_(rows, present)
                scores[part] = typical_scores(scores[part], self.centre[present], self.spread[present])
        return np.clip((scores - self.centre) / self.spread, -CLIP, CLIP)

    def solve(self, present: Marks) -> Linear:
        """Give the weights for samples that have these features only; the others get weight 0.

        The scores are those of the discriminant over the features present, divided by the root mean square
        distance of the classes from their centre: more genes make an expert surer by the root only.
        """
        loadings, means = self.loadings[:, present], self.means[:, present]
        means = means - means.mean(axis=0)
        inner = loadings @ loadings.T + self.ridge * np.eye(len(loadings))
        weights = (means - np.linalg.solve(inner, loadings @ means.T).T @ loadings) / self.ridge
        squared = np.einsum("cf,cf->c", weights, means)
        unit = np.sqrt(max(float(squared.mean()), 1e-12))
        full = np.zeros((len(present), len(self.classes)))
        full[present] = weights.T / unit
        offset = np.where(present, self.means.mean(axis=0), 0.0)
        return Linear(full, -0.5 * squared / unit - full.T @ offset)


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
    below = mean_distribution(grid, centre, spread)
    own = 1.0 / (1.0 + np.exp(-1.5976 * grid - 0.07056 * grid**3))  # normal distribution function
    return np.asarray(np.interp(np.interp(scores, grid, own), below, grid))


def mean_distribution(grid: Array, centre: Array, spread: Array) -> Array:
    """Share of the genes below each point of the grid, each gene being about normal."""
    away = LOGISTIC * np.clip((grid[:, None] - centre) / spread, -20, 20)
    return np.asarray((1.0 / (1.0 + np.exp(-away))).mean(axis=1))


def dosage(scaled: Array, chromosomes: Indices, critical: Marks) -> Array:
    """Give the mean of each chromosome's genes against the sample's median, and that of `critical`.

    Parameters
    ----------
    scaled
        samples x genes in spreads from their centre; NaN for missing.
    chromosomes, critical
        number of each gene's chromosome; marks of the region that iAMP21 amplifies.

    Returns
    -------
    samples x (23 chromosomes and the region); NaN for one with fewer than `LEAST_GENES` (`LEAST_CRITICAL`).
    """
    out = np.full((len(scaled), len(CHROMOSOMES) + 1), np.nan)
    for present, rows in patterns(~np.isnan(scaled)):
        if not present.any():
            continue
        level = np.clip(scaled[rows], -DOSAGE_CLIP, DOSAGE_CLIP)
        level = level - np.median(level[:, present], axis=1, keepdims=True)
        for number in range(len(CHROMOSOMES)):
            own = present & (chromosomes == number)
            if own.sum() >= LEAST_GENES:
                out[rows, number] = trimmed_mean(np.ascontiguousarray(level[:, own]))
        region = present & critical
        if region.sum() >= LEAST_CRITICAL:
            out[rows, -1] = level[:, region].mean(axis=1)
    return out


@dataclass(frozen=True)
class RankExpert:
    """Linear in the scores of gene sets: mean ranks within the sample, scaled by the sample's own extremes.

    Parameters
    ----------
    genes
        positions of its genes among the panel's.
    lengths
        bases by which each gene's reads are divided before ranking.
    rank, rank_spread
        mean and standard deviation of each gene's rank (0 to 1) in tables that have all genes: what a rank
        among fewer genes is brought back to.
    sets
        names of the sets; the first `EXTREMES` stand for one class each.
    up, down
        for each set, the positions of its genes among `genes`, filled up with -1.
    classes
        subtypes that it knows.
    weights, intercept
        of the sets' scores: sets x classes, and one value a class.
    """

    genes: Indices
    lengths: Array
    rank: Array
    rank_spread: Array
    sets: tuple[str, ...]
    up: Indices
    down: Indices
    classes: tuple[str, ...]
    weights: Array
    intercept: Array

    def scores(self, values: Array) -> Array:
        """Score samples x the panel's genes; a row of NaN where too few of its genes are there."""
        own = values[:, self.genes]
        out = self._linear(self.features(own))
        out[silent_rows(own)] = np.nan
        return out

    def explain(self, values: Array) -> tuple[Array, Linear]:
        """Give the features of one sample (1 x the panel's genes) and their weights."""
        return self.features(values[:, self.genes]), self._linear

    @property
    def _linear(self) -> Linear:
        return Linear(self.weights, self.intercept)

    def features(self, own: Array) -> Array:
        """Give samples x sets from samples x its genes: 0 is the sample's lowest class, 1 its highest."""
        raw = self.raw_scores(own)
        low = raw[:, :EXTREMES].min(axis=1, keepdims=True)
        high = raw[:, :EXTREMES].max(axis=1, keepdims=True)
        return np.asarray((raw - low) / np.maximum(high - low, 1e-9))

    def raw_scores(self, own: Array) -> Array:
        """Sum the up set's and the reversed down set's mean rank, each between -.5 and .5."""
        ranks = self.ranks(own)
        deviation = ranks - self.rank
        pairs = zip(self.up, self.down, strict=True)
        return np.column_stack(
            [self._score(deviation, up, 1.0) + self._score(deviation, down, -1.0) for up, down in pairs]
        )

    def _score(self, deviation: Array, padded: Indices, sign: float) -> Array:
        """Score one set: its genes' usual rank and the mean deviation of those that the sample has."""
        chosen, n = padded[padded >= 0], len(self.rank)
        away = deviation[:, chosen]
        here = np.maximum((~np.isnan(away)).sum(axis=1), 1)
        level = sign * np.nan_to_num(away).sum(axis=1) / here
        base = self.rank[chosen].mean() if sign > 0 else 1.0 - self.rank[chosen].mean()
        mean = (base + level) * (n - 1) + 1
        low, high = (len(chosen) + 1) / 2, (2 * n - len(chosen) + 1) / 2
        return np.asarray((mean - low) / (high - low) - 0.5)

    def ranks(self, own: Array) -> Array:
        """Rank 0 to 1 within the sample, lowest rank for ties, on the scale of all genes; NaN if missing."""
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
        below = mean_distribution(grid, self.rank[present], np.maximum(self.rank_spread[present], 1e-3))
        below = (below - below[0]) / (below[-1] - below[0])
        return np.asarray(np.interp((np.arange(present.sum()) + 0.5) / present.sum(), below, grid))


def _lowest_ranks(row: Array) -> Indices:
    """Give the lowest rank of each value, from 0: ties share it."""
    order = np.argsort(row, kind="stable")
    ordered = row[order]
    first = np.r_[True, ordered[1:] != ordered[:-1]]
    ranks = np.empty(len(row), dtype=np.intp)
    ranks[order] = np.maximum.accumulate(np.where(first, np.arange(len(row)), 0))
    return ranks
