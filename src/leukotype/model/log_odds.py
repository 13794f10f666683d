"""Log-odds that are linear in what a model reads, and the probabilities that they mean."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def softmax(scores: Array) -> Array:
    """Turn each row of scores into probabilities that sum to 1."""
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True))


@dataclass(frozen=True)
class Linear:
    """Scores that are linear in their input: ``x @ weights + intercept``.

    Parameters
    ----------
    weights
        inputs x classes.
    intercept
        one value a class.
    """

    weights: Array
    intercept: Array

    def __call__(self, x: Array) -> Array:
        """Score the rows of `x`."""
        return np.asarray(x @ self.weights + self.intercept)
