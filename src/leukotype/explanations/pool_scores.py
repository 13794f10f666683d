"""What a pool of experts adds up: each feature of each expert, exactly, whichever of them a sample has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd

from leukotype.model.experts import ChromosomeMeans
from leukotype.model.features import Array, Marks, patterns
from leukotype.model.log_odds import Linear
from leukotype.model.pool import Pool

GENE_SET: Final = "gene set"
LOOK_ALIKES: Final = "look-alikes"


@dataclass(frozen=True, eq=False)
class PoolScores:
    """Log-odds of the subtypes against the average subtype.

    The weights follow from which features a sample has; with these the log-odds are linear in them.

    Parameters
    ----------
    features
        ``feature``, ``gene_id``, ``layer``, ``expert`` of each column.
    pool
        the experts.
    background
        what a sample without any feature's contribution is.
    """

    features: pd.DataFrame
    pool: Pool
    background: str

    @classmethod
    def of(cls, pool: Pool, genes: pd.DataFrame, background: str) -> PoolScores:
        """Name the columns of a pool's view.

        Parameters
        ----------
        genes
            ``feature``, ``gene_id``, ``layer`` of the model's genes.
        """
        parts = []
        for name, expert in pool.experts.items():
            own = genes.iloc[pool.scales[expert.scale].genes]
            if expert.reading.names is not None:
                layer = "chromosome" if isinstance(expert.reading, ChromosomeMeans) else GENE_SET
                own = pd.DataFrame({"feature": expert.reading.names, "gene_id": "", "layer": layer})
            parts.append(own.assign(expert=name))
        names = [f"{one} against {other}" for pair in pool.distinctions for one, other in (pair, pair[::-1])]
        parts.append(pd.DataFrame({"feature": names, "gene_id": "", "layer": LOOK_ALIKES, "expert": ""}))
        return cls(pd.concat(parts, ignore_index=True), pool, background)

    @property
    def scale(self) -> Array:
        """What a column was multiplied by beside its plain value: nothing."""
        return np.ones(len(self.features))

    def starts(self, views: Array) -> Array:
        """Give what the log-odds are where every feature is 0: samples x classes."""
        found = np.empty((len(views), len(self.pool.classes)))
        for present, rows in patterns(~np.isnan(views)):
            found[rows] = self._linear(present).intercept
        return found

    def log_odds(self, views: Array) -> Array:
        """Give samples x classes."""
        scores = self.pool(views)
        return np.asarray(scores - scores.mean(axis=1, keepdims=True))

    def contributions(self, views: Array) -> Callable[[int], Array]:
        """Give what each feature adds to a class, by its position: samples x features."""
        known = [(rows, self._linear(present).weights) for present, rows in patterns(~np.isnan(views))]
        filled = np.nan_to_num(views)

        def of(column: int) -> Array:
            found = np.empty_like(filled)
            for rows, weights in known:
                found[rows] = filled[rows] * weights[:, column]
            return found

        return of

    def sizes(self, views: Array) -> Array:
        """Give each feature's absolute contribution over all samples: classes x features."""
        found = np.zeros((len(self.pool.classes), len(self.features)))
        for present, rows in patterns(~np.isnan(views)):
            found += np.abs(self._linear(present).weights.T) * np.abs(np.nan_to_num(views[rows])).sum(axis=0)
        return found

    def _linear(self, present: Marks) -> Linear:
        """Take the average subtype out of the weights."""
        pattern = present.tobytes()
        found = self._last_weights.get(pattern)
        if found is None:
            whole = self.pool.linear(present)
            weights, intercept = whole.weights, whole.intercept
            found = Linear(weights - weights.mean(axis=1, keepdims=True), intercept - intercept.mean())
            self._last_weights.clear()
            self._last_weights[pattern] = found
        return found

    @cached_property
    def _last_weights(self) -> dict[bytes, Linear]:
        """The last pattern of features, and its weights: samples of one table have the same features."""
        return {}
