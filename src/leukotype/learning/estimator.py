"""Fits subtype scores, their calibration and the threshold: scikit-learn's, or trees of `boosting`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC
from threadpoolctl import threadpool_limits

from leukotype.learning.boosting import grow
from leukotype.learning.calibration import as_linear, calibrated, held_out_log_odds
from leukotype.learning.patients import Patients
from leukotype.learning.settings import Settings
from leukotype.model.boosted import Boosted
from leukotype.model.classifier import Linear, SubtypeModel, softmax
from leukotype.model.conformal import LEVELS, cut_offs
from leukotype.model.features import Array, Features

_ITERATIONS: Final = 20_000
_ROWS: Final = 1000  # of a block
_MANY_COLUMNS: Final = 1000  # genes one by one, and the others: 2,920; without the others: 256
_LOWEST, _HIGHEST = 40, 99  # of a threshold, in hundredths
Rows = npt.NDArray[np.intp]


@dataclass(frozen=True)
class LinearCandidate:
    """One setting of a linear subtype estimator; see `leukotype.learning.settings.Search`."""

    kind: str
    c: float
    dosage_weight: float
    other_weight: float

    def features(self, base: Features) -> Features:
        """Give the base model's features with these weights."""
        return replace(base, dosage_weight=self.dosage_weight, other_weight=self.other_weight)

    def fit(self, view: Array, codes: Rows, settings: Settings) -> Linear:
        """Fit to classes."""
        if self.kind == "svm":
            estimator = LinearSVC(
                C=self.c,
                class_weight="balanced",
                random_state=settings.seed,
                max_iter=_ITERATIONS,
                dual=_dual(view),
            )
        else:
            estimator = LogisticRegression(C=self.c, class_weight="balanced", max_iter=_ITERATIONS, tol=1e-3)
        return as_linear(estimator.fit(view, codes))


@dataclass(frozen=True)
class BoostedCandidate:
    """One setting of boosted trees; see `leukotype.learning.boosting.grow`.

    They read the genes that the subtype classifier reads one by one, and the chromosomes. With the other
    genes too, of which the linear kinds take a little each, they take ten times as long and are no better
    on held-out patients of GSE181157.
    """

    kind: str
    learning_rate: float
    depth: int
    rounds: int
    column_share: float

    def features(self, base: Features) -> Features:
        """Give the base model's features without the other genes; of a weight a tree knows nothing."""
        return replace(base, other_weight=0.0)

    def fit(self, view: Array, codes: Rows, settings: Settings) -> Boosted:
        """Fit to classes."""
        told = {name: value for name, value in asdict(self).items() if name != "kind"}
        return grow(view, codes, **told, seed=settings.seed, cluster_rows=settings.cluster_rows)


Candidate = LinearCandidate | BoostedCandidate


@dataclass(frozen=True)
class Fitted:
    """A subtype classifier learned from some patients.

    Parameters
    ----------
    subtypes
        sorted names.
    held_out
        calibrated probabilities of the same patients, each by a model and a calibration of the inner folds
        that did not see her.
    codes
        their subtypes, as positions.
    threshold
        see `choose_threshold`.
    """

    subtypes: tuple[str, ...]
    features: Features
    scores: Linear | Boosted
    calibration: Linear
    held_out: Array
    codes: Rows
    threshold: float

    def probabilities(self, scaled: Array) -> Array:
        """Probabilities of the subtypes, by expression alone, given that the samples are B-ALL."""
        return softmax(self.calibration(self.scores(self.features.subtype_view(scaled))))

    @property
    def sets(self) -> Array:
        """Cut-offs of the prediction sets; see `leukotype.model.classifier.SubtypeModel`."""
        return np.array([cut_offs(self.held_out, self.codes, level) for level in LEVELS])

    def model(self, base: SubtypeModel) -> SubtypeModel:
        """Put it in the place of the base model's classifier; gate, blasts and lesion weights stay."""
        return replace(
            base,
            subtypes=self.subtypes,
            features=self.features,
            subtype=self.scores,
            calibration=self.calibration,
            sets=self.sets,
        )


def deal(labels: npt.NDArray[Any], patients: npt.NDArray[Any], folds: int, seed: int) -> Rows:
    """Give each sample a fold: the patients of each subtype are dealt out in turn, replicates together.

    So a subtype of three patients or more always stands in every training set of a split.
    """
    rng, turn = np.random.default_rng(seed), 0
    found = np.empty(len(labels), dtype=np.intp)
    for name in sorted(set(labels)):
        rows = np.flatnonzero(labels == name)
        own = rng.permutation(np.array(sorted(set(patients[rows])), dtype=object))
        dealt = {patient: (turn + place) % folds for place, patient in enumerate(own)}
        found[rows] = [dealt[patient] for patient in patients[rows]]
        turn += len(own)
    return found


def splits(dealt: Rows) -> Iterator[tuple[Rows, Rows]]:
    """Training and test rows of each fold that has any."""
    for fold in np.unique(dealt):
        yield np.flatnonzero(dealt != fold), np.flatnonzero(dealt == fold)


def inner_folds(patients: Patients, settings: Settings, seed: int) -> list[tuple[Rows, Rows]]:
    """Training and test rows of the inner folds."""
    return list(splits(deal(patients.labels, patients.patients, settings.inner_folds, seed)))


def fit(patients: Patients, base: Features, candidate: Candidate, settings: Settings, seed: int) -> Fitted:
    """Fit on all of these patients; their inner folds teach the calibration and the threshold.

    One thread: with several, sums are added in another order, and other machines give other last digits.
    """
    with threadpool_limits(1):
        features = candidate.features(base)
        view = _view(features, patients.scaled)
        names, codes = np.unique(patients.labels.astype(str), return_inverse=True)
        scores, folds = np.empty((len(view), len(names))), inner_folds(patients, settings, seed)
        for train, test in folds:
            scores[test] = candidate.fit(view[train], codes[train], settings)(view[test])
        held_out = softmax(held_out_log_odds(scores, codes, folds, settings.calibration_c))
        return Fitted(
            tuple(str(name) for name in names),
            features,
            candidate.fit(view, codes, settings),
            calibrated(scores, codes, settings.calibration_c),
            held_out,
            codes,
            choose_threshold(held_out, codes, settings.max_wrong),
        )


def right_of_fold(
    patients: Patients, base: Features, candidate: Candidate, settings: Settings, fold: int
) -> list[int]:
    """Count, by subtype in the order of their names, the patients of an inner fold whose score is highest."""
    with threadpool_limits(1):
        train, test = inner_folds(patients, settings, settings.seed)[fold]
        view = _view(candidate.features(base), patients.scaled)
        names, codes = np.unique(patients.labels.astype(str), return_inverse=True)
        best = candidate.fit(view[train], codes[train], settings)(view[test]).argmax(axis=1)
        return [int(each) for each in np.bincount(best[best == codes[test]], minlength=len(names))]


def _view(features: Features, scaled: Array) -> Array:
    """Give `Features.subtype_view` a block of rows at a time: on its way it takes several times as much."""
    starts = range(0, len(scaled), _ROWS)
    blocks = (features.subtype_view(scaled[start : start + _ROWS]) for start in starts)
    first = next(blocks)
    view = np.empty((len(scaled), first.shape[1]))
    view[: len(first)] = first
    for start, block in zip(starts[1:], blocks, strict=True):
        view[start : start + _ROWS] = block
    return view


def _dual(view: Array) -> bool | Literal["auto"]:
    """Which problem liblinear solves; both have the same answer.

    By itself scikit-learn takes the primal one where there are more samples than columns; with thousands of
    both the dual one takes a third of the time.
    """
    return True if view.shape[1] >= _MANY_COLUMNS else "auto"


def choose_threshold(held_out: Array, codes: Rows, max_wrong: float) -> float:
    """Lowest probability (from .40, in steps of .01) from which at most `max_wrong` of the calls are wrong.

    .99 where none is: then few are called.
    """
    top, right = held_out.max(axis=1), held_out.argmax(axis=1) == codes
    for threshold in (hundredths / 100 for hundredths in range(_LOWEST, _HIGHEST)):
        called = top >= threshold
        if called.any() and (~right[called]).mean() <= max_wrong:
            return threshold
    return _HIGHEST / 100
