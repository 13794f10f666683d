"""Boosted trees as plain arrays: scored with numpy alone, and checked before a single node is followed.

XGBoost grows the trees (`leukotype.learning.boosting`); nothing of it is needed to use them. Its own model
files are not stored: of a buffer that is empty or damaged its loader ends the whole process (3.2.0:
``terminate called without an active exception``), and it follows the numbers of child nodes without a check
(github.com/dmlc/xgboost/issues/7903).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

from leukotype.model.features import Array

LEAF: Final = -1
_AT_ONCE: Final = 1000  # samples that are scored together: bounds the memory


@dataclass(frozen=True)
class Boosted:
    """Trees of a multiclass boosting: each adds one of its leaves to the score of its class.

    Parameters
    ----------
    feature
        one value a node: the column that it asks for; `LEAF` for a leaf.
    threshold
        a sample goes left where its value is below.
    left, right
        numbers of the nodes below; both are higher than the node's own. A leaf has its own number.
    value
        what a leaf adds to its class; 0 for other nodes.
    cover
        weight of the training samples that came to the node (XGBoost: ``sum_hessian``).
    roots
        rounds x classes: first node of each tree.
    """

    feature: npt.NDArray[np.int32]
    threshold: npt.NDArray[np.float32]
    left: npt.NDArray[np.int32]
    right: npt.NDArray[np.int32]
    value: npt.NDArray[np.float32]
    cover: npt.NDArray[np.float32]
    roots: npt.NDArray[np.int32]

    @classmethod
    def of(cls, state: Mapping[str, npt.NDArray[Any]], classes: int, columns: int) -> Self:
        """Build from arrays by name, and check them.

        Parameters
        ----------
        classes, columns
            how many the model has; of the columns trees may ask for fewer.

        Raises
        ------
        ValueError
            if the arrays are no trees for so many classes and columns.
        """
        for each in fields(cls):
            kind = "int32" if each.name in ("feature", "left", "right", "roots") else "float32"
            if state[each.name].dtype != kind or state[each.name].ndim != 1 + (each.name == "roots"):
                raise ValueError(f"trees: expected {each.name} as an array of {kind}, found another")
        found = cls(**{each.name: state[each.name] for each in fields(cls)})
        found._check(classes, columns)
        return found

    def _check(self, classes: int, columns: int) -> None:
        nodes = [getattr(self, each.name) for each in fields(self) if each.name != "roots"]
        own, leaf = np.arange(len(self.feature)), self.feature == LEAF
        facts = {
            "arrays of the same nodes": len({len(each) for each in nodes}) == 1,
            f"trees of {classes} classes": self.roots.size > 0 and self.roots.shape[1] == classes,
            "roots that are nodes": bool(((self.roots >= 0) & (self.roots < len(own))).all()),
            f"columns below {columns}": bool(((self.feature >= LEAF) & (self.feature < columns)).all()),
        }
        if all(facts.values()):
            lowest, end = np.where(leaf, own, own + 1), np.where(leaf, own + 1, len(own))
            facts["nodes that lead downwards to leaves"] = all(
                bool(((each >= lowest) & (each < end)).all()) for each in (self.left, self.right)
            )
            facts["finite numbers"] = all(bool(np.isfinite(each).all()) for each in nodes)
            facts["samples at every node"] = bool((self.cover > 0).all())
        for expected, holds in facts.items():
            if not holds:
                raise ValueError(f"trees: expected {expected}, found others")

    def __call__(self, view: Array) -> Array:
        """Score the rows of `view`: samples x classes; XGBoost's margins, summed in double precision."""
        scores = np.zeros((len(view), self.roots.shape[1]))
        for at in range(0, len(view), _AT_ONCE):
            leaves = self.value[self._leaves(view[at : at + _AT_ONCE])]
            for each in range(len(self.roots)):  # in this order, whatever samples stand beside
                scores[at : at + _AT_ONCE] += leaves[:, each]
        return scores

    def _leaves(self, view: Array) -> npt.NDArray[np.intp]:
        """Leaf of every tree that each row of `view` falls into: samples x rounds x classes."""
        values = view.astype(np.float32)  # XGBoost compares in single precision
        rows = np.arange(len(values))[:, None, None]
        node = np.repeat(self.roots[None].astype(np.intp), len(values), axis=0)
        column = np.maximum(self.feature, 0)
        while (self.feature[node] != LEAF).any():
            lower = values[rows, column[node]] < self.threshold[node]
            node = np.where(lower, self.left[node], self.right[node])
        return node
