"""Experts: each turns one sample's genes into scores of the subtypes that it knows, linear in named features.

An expert reads a scale (`leukotype.model.scales`): the genes one by one, the chromosomes, or sets of genes.
What each feature contributes is exact. The weights depend on which features a sample has, never on another
sample; a feature that it lacks is NaN, and one that lacks nearly all of its genes is silent.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from leukotype.model.features import DOSAGE_CLIP, Array, Indices, Marks, medians, patterns, trimmed_mean
from leukotype.model.log_odds import Linear
from leukotype.vocabulary import CHROMOSOMES

LEAST_SHARE: Final = 0.05  # an expert with a smaller share of its genes is silent
LEAST_GENES: Final = 5  # of a chromosome; below these its mean is unknown
LEAST_CRITICAL: Final = 3  # the same of the region that iAMP21 amplifies
EXTREMES: Final = 20  # first sets of `GeneSets`, one a class: their lowest and highest score are its 0 and 1


@dataclass(frozen=True)
class EachGene:
    """Every gene is a feature."""

    def __call__(self, levels: Array) -> Array:
        """Give the levels as they are."""
        return levels

    @property
    def names(self) -> None:
        """None: the features are the genes themselves."""


@dataclass(frozen=True, eq=False)
class ChromosomeMeans:
    """Mean level of each chromosome's genes against the sample's median, and of a region of chromosome 21.

    Parameters
    ----------
    chromosomes
        number of each gene's chromosome, -1 for none.
    critical
        marks the genes of the region that iAMP21 amplifies.
    spread
        of each of the features: 23 chromosomes and the region.
    """

    chromosomes: Indices
    critical: Marks
    spread: Array

    def __call__(self, levels: Array) -> Array:
        """Give the means in spreads; NaN below `LEAST_GENES` (`LEAST_CRITICAL`) genes."""
        return np.asarray(dosage(levels, self.chromosomes, self.critical) / self.spread)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the chromosomes and the region."""
        return (*(f"chromosome {name}" for name in CHROMOSOMES), "chromosome 21, 33 to 40 Mb")


def dosage(levels: Array, chromosomes: Indices, critical: Marks) -> Array:
    """Give the mean of each chromosome's genes against the sample's median, and that of `critical`.

    Parameters
    ----------
    levels
        samples x genes in spreads from their centre; NaN for missing.
    chromosomes, critical
        number of each gene's chromosome; marks of the region that iAMP21 amplifies.

    Returns
    -------
    samples x (23 chromosomes and the region); NaN for one with fewer than `LEAST_GENES` (`LEAST_CRITICAL`).
    """
    out = np.full((len(levels), len(CHROMOSOMES) + 1), np.nan)
    for present, rows in patterns(~np.isnan(levels)):
        if not present.any():
            continue
        level = np.clip(levels[rows], -DOSAGE_CLIP, DOSAGE_CLIP)
        level = level - medians(level if present.all() else level[:, present])
        for number in range(len(CHROMOSOMES)):
            own = present & (chromosomes == number)
            if own.sum() >= LEAST_GENES:
                out[rows, number] = trimmed_mean(level.take(np.flatnonzero(own), axis=1))
        region = present & critical
        if region.sum() >= LEAST_CRITICAL:
            out[rows, -1] = level[:, region].mean(axis=1)
    return out


@dataclass(frozen=True, eq=False)
class GeneSets:
    """Scores of gene sets: mean ranks within the sample, scaled by the sample's own extremes.

    Parameters
    ----------
    sets
        names of the sets; the first `EXTREMES` stand for one class each.
    up, down
        for each set, the positions of its genes among the expert's, filled up with -1.
    rank
        mean rank of each gene in tables that have all genes.
    centre
        mean score of each set in training: 0 is an average patient.
    """

    sets: tuple[str, ...]
    up: Indices
    down: Indices
    rank: Array
    centre: Array

    def __call__(self, levels: Array) -> Array:
        """Give samples x sets; before `centre` is taken off, 0 is the lowest class and 1 the highest."""
        raw = self.raw_scores(levels)
        low = raw[:, :EXTREMES].min(axis=1, keepdims=True)
        high = raw[:, :EXTREMES].max(axis=1, keepdims=True)
        return np.asarray((raw - low) / np.maximum(high - low, 1e-9) - self.centre)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the sets."""
        return tuple(f"gene set {name}" for name in self.sets)

    def raw_scores(self, ranks: Array) -> Array:
        """Sum the up set's and the reversed down set's mean rank, each between -.5 and .5."""
        deviation = ranks - self.rank
        pairs = zip(self.up, self.down, strict=True)
        return np.column_stack(
            [self._score(deviation, up, 1.0) + self._score(deviation, down, -1.0) for up, down in pairs]
        )

    def _score(self, deviation: Array, padded: Indices, sign: float) -> Array:
        """Score one set: its genes' usual rank and the mean deviation of those that the sample has."""
        chosen, n = padded[padded >= 0], len(self.rank)
        away = deviation.take(chosen, axis=1)
        missing = np.isnan(away)
        away[missing] = 0.0
        level = sign * away.sum(axis=1) / np.maximum(len(chosen) - missing.sum(axis=1), 1)
        base = self.rank[chosen].mean() if sign > 0 else 1.0 - self.rank[chosen].mean()
        mean = (base + level) * (n - 1) + 1
        low, high = (len(chosen) + 1) / 2, (2 * n - len(chosen) + 1) / 2
        return np.asarray((mean - low) / (high - low) - 0.5)


@dataclass(frozen=True, eq=False)
class Discriminant:
    """Class means under one covariance: a linear discriminant on any part of its features.

    Parameters
    ----------
    means
        classes x features, in spreads.
    loadings
        components x features: the covariance is ``loadings.T @ loadings`` and `ridge` on the diagonal.
    ridge
        variance that each feature has of its own.
    """

    means: Array
    loadings: Array
    ridge: float

    @property
    def width(self) -> int:
        """How many features it reads."""
        return int(self.means.shape[1])

    def solve(self, present: Marks, /) -> Linear:
        """Give the weights of the discriminant over the features present.

        The scores are divided by the root mean square distance of the classes from their centre: more
        features make an expert surer by the root only.
        """
        return _solve(self, present.tobytes())


@lru_cache(maxsize=8)
def _solve(expert: Discriminant, mask: bytes) -> Linear:
    """Solve for the features of a sample: once for all samples of a table that has these genes."""
    present = np.frombuffer(mask, dtype=bool)
    loadings, means = expert.loadings[:, present], expert.means[:, present]
    means = means - means.mean(axis=0)
    inner = loadings @ loadings.T + expert.ridge * np.eye(len(loadings))
    weights = (means - np.linalg.solve(inner, loadings @ means.T).T @ loadings) / expert.ridge
    squared = np.einsum("cf,cf->c", weights, means)
    unit = np.sqrt(max(float(squared.mean()), 1e-12))
    full = np.zeros((len(present), len(expert.means)))
    full[present] = weights.T / unit
    offset = np.where(present, expert.means.mean(axis=0), 0.0)
    return Linear(full, -0.5 * squared / unit - full.T @ offset)


@dataclass(frozen=True, eq=False)
class Fixed:
    """Weights that are the same whichever features are there.

    Parameters
    ----------
    weights, intercept
        features x classes, and one value a class.
    """

    weights: Array
    intercept: Array

    @property
    def width(self) -> int:
        """How many features it reads."""
        return len(self.weights)

    def solve(self, _present: Marks, /) -> Linear:
        """Give the weights."""
        return Linear(self.weights, self.intercept)


@dataclass(frozen=True, eq=False)
class Expert:
    """One source's knowledge.

    Parameters
    ----------
    scale
        name of the scale that it reads, among those of its pool.
    reading
        makes its features.
    classes
        subtypes that it knows.
    scorer
        scores these.
    """

    scale: str
    reading: EachGene | ChromosomeMeans | GeneSets
    classes: tuple[str, ...]
    scorer: Discriminant | Fixed

    def features(self, levels: Array) -> Array:
        """Give samples x features from the levels of its genes; all NaN where it is silent."""
        features = np.array(self.reading(levels))
        features[(~np.isnan(levels)).mean(axis=1) < LEAST_SHARE] = np.nan
        return features

    def scores(self, features: Array) -> Array:
        """Score samples x features: samples x classes; a row of NaN where it is silent."""
        out = np.full((len(features), len(self.classes)), np.nan)
        for present, rows in patterns(~np.isnan(features)):
            if present.any():
                out[rows] = self.scorer.solve(present)(np.nan_to_num(features[rows]))
        return out
