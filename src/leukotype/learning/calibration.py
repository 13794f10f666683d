"""From scores of the inner folds to probabilities that mean what they say, and to the threshold of a call.

Every score and every log-odds is of a patient whom nothing that speaks of them had seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from scipy.optimize import minimize_scalar
from sklearn.linear_model import LogisticRegression

from leukotype.learning.patients import Words
from leukotype.model.features import Array, Indices
from leukotype.model.log_odds import Linear, softmax

SHARPNESS: Final = (0.5, 2.0)  # of the log-odds, at least and at most
_ITERATIONS: Final = 20_000
_LOWEST, _HIGHEST = 40, 99  # of a threshold, in hundredths


def calibrate(scores: Array, codes: Indices, c: float) -> Linear:
    """Learn log-odds from held-out scores: multinomial regression with inverse regularisation `c`."""
    return as_linear(LogisticRegression(C=c, max_iter=_ITERATIONS).fit(scores, codes))


def held_out_log_odds(
    scores: Array, codes: Indices, folds: Sequence[tuple[Indices, Indices]], c: float
) -> Array:
    """Give each patient log-odds by a calibration that did not see them; their score is held out already.

    Parameters
    ----------
    folds
        training and test rows of the inner folds.
    """
    found = np.empty_like(scores)
    for train, test in folds:
        found[test] = calibrate(scores[train], codes[train], c)(scores[test])
    return found


def sharpness(log_odds: Array, codes: Indices) -> float:
    """Factor of the log-odds that makes held-out patients' own subtypes most likely (temperature scaling).

    The calibration is regularised, and it may also learn from dilutions and rebuilt patients, which are
    harder to tell: undiluted patients deserve surer answers. Guo et al., Proc ICML 2017;70:1321; the order of
    the subtypes stays.
    """

    def loss(factor: float) -> float:
        true = softmax(factor * log_odds)[np.arange(len(codes)), codes]
        return float(-np.log(np.maximum(true, np.finfo(float).tiny)).mean())

    return float(minimize_scalar(loss, bounds=SHARPNESS, method="bounded").x)


def sharpen(calibration: Linear, factor: float) -> Linear:
    """Multiply log-odds by a factor."""
    return Linear(factor * calibration.weights, factor * calibration.intercept)


def as_linear(fitted: Any) -> Linear:
    """Give scores of every class; of two classes scikit-learn keeps one score, here each gets half of it."""
    weights, intercept = fitted.coef_.T, fitted.intercept_
    if weights.shape[1] > 1:
        return Linear(weights, intercept)
    return Linear(
        np.column_stack([-weights / 2, weights / 2]), np.concatenate([-intercept / 2, intercept / 2])
    )


def choose_threshold(held_out: Array, codes: Indices, max_wrong: float, laboratories: Words) -> float:
    """Lowest probability (from .40, in steps of .01) from which at most `max_wrong` of the calls are wrong.

    So in all, and in each laboratory with calls enough that one wrong is no more than that: a threshold that
    rests on the laboratory where calls are easy is none for another. .99 where there is none: then few are
    called.
    """
    top, wrong = held_out.max(axis=1), held_out.argmax(axis=1) != codes
    own = [laboratories == name for name in np.unique(laboratories)]
    for threshold in (hundredths / 100 for hundredths in range(_LOWEST, _HIGHEST)):
        called = top >= threshold
        enough = [called & rows for rows in own if max_wrong * (called & rows).sum() >= 1]
        if called.any() and all(wrong[rows].mean() <= max_wrong for rows in (called, *enough)):
            return threshold
    return _HIGHEST / 100
