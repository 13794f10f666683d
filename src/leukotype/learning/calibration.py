"""Turns scores of the inner folds into log-odds, of patients whom nothing that speaks of them had seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from leukotype.model.classifier import Linear
from leukotype.model.features import Array

_ITERATIONS: Final = 20_000


def calibrated(scores: Array, codes: npt.NDArray[Any], c: float) -> Linear:
    """Learn log-odds from held-out scores: multinomial regression with inverse regularisation `c`."""
    return as_linear(LogisticRegression(C=c, max_iter=_ITERATIONS).fit(scores, codes))


def held_out_log_odds(
    scores: Array,
    codes: npt.NDArray[Any],
    folds: Sequence[tuple[npt.NDArray[Any], npt.NDArray[Any]]],
    c: float,
) -> Array:
    """Give each patient log-odds by a calibration that did not see her; her score is held out already.

    Parameters
    ----------
    folds
        training and test rows of the inner folds.
    """
    found = np.empty_like(scores)
    for train, test in folds:
        found[test] = calibrated(scores[train], codes[train], c)(scores[test])
    return found


def as_linear(fitted: Any) -> Linear:
    """Give scores of every class; of two classes scikit-learn keeps one score, here each gets half of it."""
    weights, intercept = fitted.coef_.T, fitted.intercept_
    if weights.shape[1] > 1:
        return Linear(weights, intercept)
    return Linear(
        np.column_stack([-weights / 2, weights / 2]), np.concatenate([-intercept / 2, intercept / 2])
    )
