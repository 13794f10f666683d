"""Contributions of genes and chromosomes in boosted trees: path-dependent tree SHAP, exact.

A leaf is reached where all conditions on its path hold, so that it is a product over the path's features. Its
Shapley values are an integral of a polynomial (Owen, Management Science 1972;18:P64), which the quadrature of
Gauss and Legendre gives without error. What a feature that is not known does at a node is what the training
samples did there: the shares of `Boosted.cover`. That is `shap.TreeExplainer` without background data, and
XGBoost's ``pred_contribs`` (Lundberg et al., Nat Mach Intell 2020;2:56), here in double precision.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from leukotype.model.boosted import LEAF, Boosted
from leukotype.model.features import Array

_AT_ONCE: Final = 32  # samples that are explained together: bounds the memory

Box = dict[int, tuple[float, float, float]]  # by feature: from, below, share of the training samples


@dataclass(frozen=True)
class Paths:
    """Every leaf with the conditions on its path, those on one feature drawn together.

    Parameters
    ----------
    feature
        leaves x longest path; what is left over stands at 0 and always holds.
    lowest, below, share
        the same: a sample passes from `lowest` on and below `below`, as a share of the training samples did.
    value
        what a leaf adds.
    group
        its class.
    classes
        how many there are.
    """

    feature: npt.NDArray[np.intp]
    lowest: npt.NDArray[np.float32]
    below: npt.NDArray[np.float32]
    share: Array
    value: Array
    group: npt.NDArray[np.intp]
    classes: int

    @classmethod
    def of(cls, trees: Boosted) -> Self:
        """Follow every tree to its leaves."""
        leaves = [
            (box, node, group)
            for each in trees.roots
            for group, root in enumerate(each)
            for box, node in _leaves(trees, int(root))
        ]
        shape = (len(leaves), max(1, *(len(box) for box, _, _ in leaves)))
        feature, share = np.zeros(shape, dtype=np.intp), np.ones(shape)
        lowest, below = (np.full(shape, each, dtype=np.float32) for each in (-np.inf, np.inf))
        for row, (box, _, _) in enumerate(leaves):
            for column, (name, (start, end, part)) in enumerate(box.items()):
                feature[row, column], share[row, column] = name, part
                lowest[row, column], below[row, column] = start, end
        value = trees.value[[node for _, node, _ in leaves]].astype(np.float64)
        group = np.array([group for _, _, group in leaves])
        return cls(feature, lowest, below, share, value, group, trees.roots.shape[1])

    def mean_scores(self) -> Array:
        """Mean score of each class over the training samples, as the trees count them."""
        found = np.zeros(self.classes)
        np.add.at(found, self.group, self.value * self.share.prod(axis=1))
        return found

    def contributions(self, view: Array) -> Array:
        """Give what each feature adds to the score of each class: samples x features x classes."""
        found = np.zeros((len(view), view.shape[1] * self.classes))
        cells = (self.feature * self.classes + self.group[:, None]).ravel()
        order = np.argsort(cells, kind="stable")
        used, starts = np.unique(cells[order], return_index=True)
        for at in range(0, len(view), _AT_ONCE):
            each = self._by_leaf(view[at : at + _AT_ONCE].astype(np.float32))
            found[at : at + _AT_ONCE, used] = np.add.reduceat(
                each.reshape(len(each), -1)[:, order], starts, axis=1
            )
        return found.reshape(len(view), view.shape[1], self.classes)

    def _by_leaf(self, values: npt.NDArray[np.float32]) -> Array:
        """Shapley values of each leaf's features: samples x leaves x longest path."""
        given = values[:, self.feature]
        holds = ((given >= self.lowest) & (given < self.below)).astype(np.float64)
        points, weights = np.polynomial.legendre.leggauss(-(-self.feature.shape[1] // 2))
        others = np.zeros_like(holds)
        for point, weight in zip((points + 1) / 2, weights / 2, strict=True):
            each = point * holds + (1 - point) * self.share
            others += weight * each.prod(axis=2, keepdims=True) / each
        return np.asarray((holds - self.share) * others * self.value[:, None])


def _leaves(trees: Boosted, root: int) -> Iterator[tuple[Box, int]]:
    left = [(root, Box())]
    while left:
        node, box = left.pop()
        name = int(trees.feature[node])
        if name == LEAF:
            yield box, node
            continue
        start, end, part = box.get(name, (-np.inf, np.inf, 1.0))
        cut, children = float(trees.threshold[node]), (int(trees.left[node]), int(trees.right[node]))
        covers = [float(trees.cover[each]) for each in children]
        shares = [part * each / sum(covers) for each in covers]
        left.append((children[0], {**box, name: (start, min(end, cut), shares[0])}))
        left.append((children[1], {**box, name: (max(start, cut), end, shares[1])}))


@dataclass(frozen=True)
class TreeScores:
    """Log-odds of the subtypes against the average subtype: what trees add, mixed by the calibration.

    The calibration is linear in the scores of the trees, so that contributions to these, weighted as it
    weighs them, are contributions to the log-odds.

    Parameters
    ----------
    features
        ``feature``, ``gene_id``, ``layer`` of each column.
    scale
        what a column was multiplied by beside its plain value, in spreads.
    trees, paths
        the same trees, to be scored and to be explained.
    mix
        classes x subtypes.
    constant
        log-odds of a sample whose trees add nothing.
    """

    features: pd.DataFrame
    scale: Array
    trees: Boosted
    paths: Paths
    mix: Array
    constant: Array

    @property
    def start(self) -> Array:
        """Log-odds of the subtypes in the mean over the training samples."""
        return np.asarray(self.paths.mean_scores() @ self.mix + self.constant)

    def starts(self, views: Array) -> Array:
        """Give `start` for each sample: samples x subtypes."""
        return np.tile(self.start, (len(views), 1))

    @property
    def background(self) -> str:
        """What `start` is."""
        return "the mean over the training patients"

    def log_odds(self, views: Array) -> Array:
        """Give samples x subtypes, as the model has them."""
        return np.asarray(self.trees(views) @ self.mix + self.constant)

    def contributions(self, views: Array) -> Callable[[int], Array]:
        """Give what each feature adds to a subtype, by its position: samples x features."""
        found = self.paths.contributions(views)
        return lambda column: np.asarray(found @ self.mix[:, column])

    def sizes(self, views: Array) -> Array:
        """Give each feature's absolute contribution over all samples: classes x features."""
        of = self.contributions(views)
        return np.array([np.abs(of(column)).sum(axis=0) for column in range(self.mix.shape[1])])
