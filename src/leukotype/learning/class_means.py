"""Class means over several sources, each brought to one scale through the classes that both know."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from leukotype.learning.patients import Words
from leukotype.model.features import Array

SLOPE_PRIOR = 20.0  # how far a gene's slope is drawn to that of all genes
LEAST_SHARED = 3  # patients of a class that both sources need before it helps to align them


@dataclass(frozen=True)
class ClassMeans:
    """Means of one source.

    Parameters
    ----------
    names
        classes.
    means
        classes x genes; NaN for a gene that the source lacks.
    sizes
        patients behind each class.
    """

    names: tuple[str, ...]
    means: Array
    sizes: Array

    def without(self, names: Collection[str]) -> ClassMeans:
        """Leave classes out."""
        rows = [row for row, name in enumerate(self.names) if name not in names]
        return ClassMeans(tuple(self.names[row] for row in rows), self.means[rows], self.sizes[rows])


@dataclass(frozen=True)
class Trust:
    """How far a source's class means are believed.

    Parameters
    ----------
    saturation
        a source of n patients weighs ``n / (1 + n saturation)``: its own bias does not average out.
    shrink
        patients that the mean of all classes is worth.
    """

    saturation: float
    shrink: float


def fill(scores: Array) -> Array:
    """Give a missing value the mean of its gene."""
    return np.where(np.isnan(scores), np.nanmean(scores, axis=0), scores)


def class_means(scores: Array, labels: Words) -> ClassMeans:
    """Average the samples of each class."""
    names = tuple(str(name) for name in np.unique(labels))
    means = np.array([scores[labels == name].mean(axis=0) for name in names])
    return ClassMeans(names, means, np.array([float((labels == name).sum()) for name in names]))


def align(source: ClassMeans, target: ClassMeans) -> ClassMeans:
    """Bring a source's class means to the target's scale, gene by gene.

    A ridge regression over the classes that both know: the slope of a gene that says little is drawn to the
    slope of all genes.
    """
    size, aim = (
        dict(zip(source.names, source.sizes, strict=True)),
        dict(zip(target.names, target.sizes, strict=True)),
    )
    both = {name: min(size[name], aim[name]) for name in source.names if name in aim}
    shared = [name for name, patients in both.items() if patients >= LEAST_SHARED]
    a = source.means[[source.names.index(name) for name in shared]]
    b = target.means[[target.names.index(name) for name in shared]]
    weight = np.sqrt([both[name] for name in shared])
    weight = weight / weight.sum()
    a_mean, b_mean = weight @ a, weight @ b
    a, b, w = a - a_mean, b - b_mean, weight[:, None] * len(shared)
    common = np.nansum(w * a * b) / np.nansum(w * a * a)
    strength = SLOPE_PRIOR * np.nanvar(a)
    slope = (np.nansum(w * a * b, axis=0) + strength * common) / (np.nansum(w * a * a, axis=0) + strength)
    return ClassMeans(source.names, b_mean + slope * (source.means - a_mean), source.sizes)


def joint_means(sources: Sequence[ClassMeans], classes: Sequence[str], trust: Trust) -> Array:
    """Weight the sources' means of each class and gene, and draw them to the mean of all classes."""
    total = np.zeros((len(classes), sources[0].means.shape[1]))
    weight = np.zeros_like(total)
    for source in sources:
        for name, row, size in zip(source.names, source.means, source.sizes, strict=True):
            if name in classes:
                known, own = ~np.isnan(row), size / (1.0 + size * trust.saturation)
                total[classes.index(name), known] += own * row[known]
                weight[classes.index(name), known] += own
    means = np.where(weight > 0, total / np.maximum(weight, 1e-9), np.nan)
    base = np.nanmean(means, axis=0)
    kept = weight / (weight + trust.shrink)
    return np.asarray(np.where(weight > 0, base + kept * (means - base), base))
