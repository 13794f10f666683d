"""Learns the share of leukemic cells from dilutions and from the pathologists' figures.

A dilution is not a marrow (it has no red-cell precursors, plasma cells or normal B-cell precursors), and the
marrows of training were mostly full of blasts. So both teach one score: dilutions the whole range, undiluted
marrows with a pathologist's figure what other cells look like there. What percentage a score stands for is
then read off patients that the score did not see.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import Ridge
from sklearn.model_selection import GroupKFold

from leukotype.model.blasts import LEVEL, BlastModel
from leukotype.model.features import Array

ALPHA = 1e4  # of the ridge, on genes of spread 1; the best of 1e3, 1e4, 1e5 for held-out dilutions
PATHOLOGIST = 3.0  # weight of an undiluted marrow with a pathologist's figure, beside a dilution
USUAL = 87.0  # % of blasts where no marrow has a figure: the mean of 168 marrows of GSE181157
OFFSET = 0.05  # keeps the logarithm of odds finite at 0 and 100 %
FOLDS = 3
KNOTS = 25
WINDOW = 200  # samples of nearest score, whose blasts give the curves at a knot


def learn_blasts(scaled: Array, share: Array, own_pct: Array, groups: npt.NDArray[Any]) -> BlastModel:
    """Fit the score on rows of leukemias, their dilutions and normal cells; then the curves.

    Parameters
    ----------
    scaled
        rows x genes.
    share
        fraction of each row that is the patient's own marrow.
    own_pct
        blasts of this marrow by its pathologist; where unknown, the mean of the known ones stands for it in
        the score, and the row does not count for the curves (but where none at all is known).
    groups
        patients.
    """
    known = ~np.isnan(own_pct)
    marrows = known & (own_pct > 0) & (share == 1)
    usual = own_pct[marrows].mean() if marrows.any() else USUAL
    percent = share * np.where(known, own_pct, usual)
    weights = np.where(marrows, PATHOLOGIST, 1.0)
    counted = known if marrows.any() else np.ones_like(known)
    scores = np.empty(len(scaled))
    for train, test in GroupKFold(FOLDS).split(scaled, groups=groups):
        fitted = _score(scaled[train], percent[train], weights[train])
        scores[test] = fitted.predict(scaled[test])
    final = _score(scaled, percent, weights)
    curves = _curves(scores[counted], percent[counted])
    return BlastModel(final.coef_, np.array(final.intercept_), *curves)


def _score(scaled: Array, percent: Array, weights: Array) -> Any:
    share = percent / 100
    odds = np.log((share + OFFSET) / (1 + OFFSET - share))
    return Ridge(ALPHA, solver="cholesky").fit(scaled, odds, sample_weight=weights)


def _curves(scores: Array, percent: Array) -> tuple[Array, Array, Array, Array]:
    """Knots of the score; lowest, middle and highest percent around each, all made to rise with the score."""
    order = np.argsort(scores, kind="stable")
    scores, percent = scores[order], percent[order]
    positions = np.linspace(0, len(scores) - 1, KNOTS).astype(int)
    width = min(WINDOW, len(scores))
    starts = np.clip(positions - width // 2, 0, len(scores) - width)
    windows = [percent[start : start + width] for start in starts]
    knots = np.array([scores[start : start + width].mean() for start in starts])
    tail = (100 - LEVEL) / 2
    curves = [
        [np.percentile(each, tail) for each in windows],
        [each.mean() for each in windows],
        [np.percentile(each, 100 - tail) for each in windows],
    ]
    rising = [IsotonicRegression().fit_transform(knots, curve) for curve in curves]
    return (knots, *rising)
