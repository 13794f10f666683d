"""Fits subtype scores, their calibration and the threshold; the only module of the room with scikit-learn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC
from threadpoolctl import threadpool_limits

from leukotype.classifier import Linear, SubtypeModel, softmax
from leukotype.features import Array, Features
from leukotype.retraining.patients import Patients
from leukotype.retraining.settings import Settings

_ITERATIONS: Final = 20_000
_LOWEST, _HIGHEST = 40, 95  # of a threshold, in hundredths; as in the default model
Rows = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Candidate:
    """One setting of the subtype estimator; see `leukotype.retraining.settings.Search`."""

    kind: str
    c: float
    dosage_weight: float
    other_weight: float

    def features(self, base: Features) -> Features:
        """Give the base model's features with these weights."""
        return replace(base, dosage_weight=self.dosage_weight, other_weight=self.other_weight)


@dataclass(frozen=True)
class Fitted:
    """A subtype classifier learned from some patients.

    Parameters
    ----------
    subtypes
        sorted names.
    held_out
        calibrated probabilities of the same patients, each by a model of the inner folds that did not see
        her.
    codes
        their subtypes, as positions.
    threshold
        see `choose_threshold`.
    """

    subtypes: tuple[str, ...]
    features: Features
    scores: Linear
    calibration: Linear
    held_out: Array
    codes: Rows
    threshold: float

    def probabilities(self, scaled: Array) -> Array:
        """Probabilities of the subtypes, by expression alone, given that the samples are B-ALL."""
        return softmax(self.calibration(self.scores(self.features.subtype_view(scaled))))

    def model(self, base: SubtypeModel) -> SubtypeModel:
        """Put it in the place of the base model's classifier; gate, limit and lesion weights stay."""
        return replace(
            base,
            subtypes=self.subtypes,
            features=self.features,
            subtype=self.scores,
            calibration=self.calibration,
        )


def deal(labels: npt.NDArray[Any], patients: npt.NDArray[Any], folds: int, seed: int) -> Rows:
    """Give each sample a fold: the patients of each subtype are dealt out in turn, replicates together.

    So a subtype of three patients or more always stands in every training set of a split.
    """
    rng, turn = np.random.default_rng(seed), 0
    found = np.empty(len(labels), dtype=np.intp)
    for name in sorted(set(labels)):
        own = rng.permutation(np.array(sorted(set(patients[labels == name])), dtype=object))
        for patient in own:
            found[(patients == patient) & (labels == name)] = turn % folds
            turn += 1
    return found


def splits(dealt: Rows) -> Iterator[tuple[Rows, Rows]]:
    """Training and test rows of each fold that has any."""
    for fold in np.unique(dealt):
        yield np.flatnonzero(dealt != fold), np.flatnonzero(dealt == fold)


def fit(patients: Patients, base: Features, candidate: Candidate, settings: Settings, seed: int) -> Fitted:
    """Fit on all of these patients; their inner folds teach the calibration and the threshold.

    One thread: with several, sums are added in another order, and other machines give other last digits.
    """
    with threadpool_limits(1):
        features = candidate.features(base)
        view = features.subtype_view(patients.scaled)
        names, codes = np.unique(patients.labels.astype(str), return_inverse=True)
        scores = np.empty((len(view), len(names)))
        for train, test in splits(deal(patients.labels, patients.patients, settings.inner_folds, seed)):
            scores[test] = _fit_scores(candidate, view[train], codes[train], seed)(view[test])
        calibration = _linear(
            LogisticRegression(C=settings.calibration_c, max_iter=_ITERATIONS).fit(scores, codes)
        )
        held_out = softmax(calibration(scores))
        return Fitted(
            tuple(str(name) for name in names),
            features,
            _fit_scores(candidate, view, codes, seed),
            calibration,
            held_out,
            codes,
            choose_threshold(held_out, codes, settings.max_wrong),
        )


def inner_score(
    patients: Patients, base: Features, candidate: Candidate, settings: Settings, seed: int
) -> float:
    """Balanced accuracy on the inner folds' held-out patients: what the search compares."""
    fitted = fit(patients, base, candidate, settings, seed)
    right = fitted.held_out.argmax(axis=1) == fitted.codes
    return float(np.mean([right[fitted.codes == code].mean() for code in np.unique(fitted.codes)]))


def choose_threshold(held_out: Array, codes: Rows, max_wrong: float) -> float:
    """Lowest probability (from .40, in steps of .01) from which at most `max_wrong` of the calls are wrong.

    .95 where none is: then few are called.
    """
    top, right = held_out.max(axis=1), held_out.argmax(axis=1) == codes
    for threshold in (hundredths / 100 for hundredths in range(_LOWEST, _HIGHEST)):
        called = top >= threshold
        if called.any() and (~right[called]).mean() <= max_wrong:
            return threshold
    return _HIGHEST / 100


def _fit_scores(candidate: Candidate, view: Array, codes: Rows, seed: int) -> Linear:
    if candidate.kind == "svm":
        estimator = LinearSVC(C=candidate.c, class_weight="balanced", random_state=seed, max_iter=_ITERATIONS)
    else:
        estimator = LogisticRegression(C=candidate.c, class_weight="balanced", max_iter=_ITERATIONS, tol=1e-3)
    return _linear(estimator.fit(view, codes))


def _linear(fitted: Any) -> Linear:
    """Give scores of every class; of two classes scikit-learn keeps one score, here each gets half of it."""
    weights, intercept = fitted.coef_.T, fitted.intercept_
    if weights.shape[1] > 1:
        return Linear(weights, intercept)
    return Linear(
        np.column_stack([-weights / 2, weights / 2]), np.concatenate([-intercept / 2, intercept / 2])
    )
