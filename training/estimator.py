"""The estimator that training fits: scikit-learn inside, a `SubtypeModel` as its result.

The only module that imports scikit-learn's estimators and xgboost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.svm import LinearSVC

from leukotype.evidence.findings import FLAGS, Evidence, flags
from leukotype.learning.calibration import calibrated, held_out_log_odds
from leukotype.learning.estimator import choose_threshold
from leukotype.model.classifier import (
    B_ALL,
    Linear,
    Probabilities,
    SubtypeModel,
    softmax,
    strangeness,
)
from leukotype.model.conformal import LEVELS, cut_offs
from leukotype.model.features import Array, Features, Indices
from leukotype.vocabulary import LOW_BLASTS, NOT_B_ALL, SUBTYPES
from training.blasts import learn_blasts
from training.calibration import sharpness
from training.lesions import learn_weights
from training.mixing import SCRAMBLED


@dataclass(frozen=True)
class Rows:
    """What the subtype estimator is fitted on.

    Parameters
    ----------
    view
        rows x columns of `Features.subtype_view`.
    codes
        subtypes, as positions among ``subtypes_``.
    groups
        patients.
    real
        true for undiluted rows whose genes were all measured.
    """

    view: Array
    codes: npt.NDArray[Any]
    groups: npt.NDArray[Any]
    real: npt.NDArray[np.bool_]


class LeukotypeClassifier(ClassifierMixin, BaseEstimator):
    """Gate, subtype classifier and calibration, fitted on expression of the model's genes.

    Parameters
    ----------
    subtype
        unfitted estimator with ``decision_function`` or ``predict_proba``; reads `Features.subtype_view`.
    subtype_genes, chromosomes, dosage_weight, other_weight
        see `leukotype.model.features.Features`.
    gate_c, calibration_c
        inverse regularisation of the gate and of the calibration.
    max_wrong
        see `leukotype.learning.estimator.choose_threshold`.
    folds
        inner folds, split by patient, whose held-out scores calibration, threshold and sets learn from.
    random_state
        seed of the inner folds.
    """

    def __init__(
        self,
        subtype: BaseEstimator,
        subtype_genes: Indices,
        chromosomes: Indices,
        dosage_weight: float = 3.0,
        other_weight: float = 0.0,
        gate_c: float = 0.01,
        calibration_c: float = 1.0,
        max_wrong: float = 0.02,
        folds: int = 5,
        random_state: int = 0,
    ) -> None:
        self.subtype = subtype
        self.subtype_genes = subtype_genes
        self.chromosomes = chromosomes
        self.dosage_weight = dosage_weight
        self.other_weight = other_weight
        self.gate_c = gate_c
        self.calibration_c = calibration_c
        self.max_wrong = max_wrong
        self.folds = folds
        self.random_state = random_state

    def fit(
        self,
        X: Array,
        y: npt.NDArray[Any],
        *,
        groups: npt.NDArray[Any],
        measured: npt.NDArray[np.bool_],
        share: Array,
        own_pct: Array,
    ) -> Self:
        """Fit on samples x genes in CPM.

        Parameters
        ----------
        y
            subtype, ``B-ALL`` (subtype unknown), low blasts, or any other name: not B-ALL.
        groups
            patient of each row.
        measured
            rows whose genes were all measured; only these teach the gate and the blasts.
        share, own_pct
            see `training.blasts.learn_blasts`; only undiluted rows set centre and spread.
        """
        y = np.asarray(y, dtype=str)
        typed, pure = np.isin(y, SUBTYPES), share == 1
        self.features_ = Features.learn(
            X[typed & pure],
            y[typed & pure],
            subtype_genes=self.subtype_genes,
            chromosomes=self.chromosomes,
            dosage_weight=self.dosage_weight,
            other_weight=self.other_weight,
        )
        scaled = self.features_.all_genes(X)
        self.gate_ = _fit_gate(scaled[measured], y[measured], self.gate_c)
        cells = measured & (y != SCRAMBLED)
        self.blasts_ = learn_blasts(scaled[cells], share[cells], own_pct[cells], groups[cells])
        b_all = measured & (typed | (y == B_ALL))
        self.limit_ = float(strangeness(scaled[b_all], X[b_all]).max())
        self.subtypes_, codes = np.unique(y[typed], return_inverse=True)
        self.classes_ = np.array([*self.subtypes_, NOT_B_ALL])
        self.rows_ = Rows(
            self.features_.subtype_view(scaled[typed]), codes, groups[typed], (measured & pure)[typed]
        )
        return self.refit_subtype(self.subtype)

    def refit_subtype(self, subtype: BaseEstimator) -> Self:
        """Fit another subtype estimator and its calibration on the same rows; features and gate stay."""
        self.subtype, rows = subtype, self.rows_
        scores = np.empty((len(rows.view), len(self.subtypes_)))
        splitter = StratifiedGroupKFold(self.folds, shuffle=True, random_state=self.random_state)
        splits = list(splitter.split(rows.view, rows.codes, rows.groups))
        for train, test in splits:
            scores[test] = _scores(clone(subtype).fit(rows.view[train], rows.codes[train]), rows.view[test])
        log_odds, real = held_out_log_odds(scores, rows.codes, splits, self.calibration_c), rows.real
        sharper = sharpness(log_odds[real], rows.codes[real])
        plain = calibrated(scores, rows.codes, self.calibration_c)
        self.calibration_ = Linear(sharper * plain.weights, sharper * plain.intercept)
        self.subtype_ = clone(subtype).fit(rows.view, rows.codes)
        self.held_out_ = softmax(sharper * log_odds)
        self.lesion_weights_ = np.zeros(len(FLAGS))
        self.threshold_ = choose_threshold(self.held_out_[real], rows.codes[real], self.max_wrong)
        self.sets_ = np.array([cut_offs(self.held_out_[real], rows.codes[real], level) for level in LEVELS])
        return self

    def fit_lesions(self, evidence: Evidence) -> Self:
        """Learn what lesions add to the held-out probabilities of undiluted patients.

        Parameters
        ----------
        evidence
            by patient, as ``groups`` of `fit` names them; a patient who is not there has unknown lesions.
        """
        real = self.rows_.real
        known = flags(evidence, list(self.rows_.groups[real]), list(self.subtypes_))
        self.lesion_weights_ = learn_weights(self.held_out_[real], known, self.rows_.codes[real])
        return self

    def inner_score(self) -> float:
        """Balanced accuracy on the inner folds' held-out patients, undiluted and fully measured."""
        codes = self.rows_.codes[self.rows_.real]
        right = self.held_out_[self.rows_.real].argmax(axis=1) == codes
        return float(np.mean([right[codes == code].mean() for code in np.unique(codes)]))

    def predict_parts(self, X: npt.NDArray[Any], known: Array | None = None) -> Probabilities:
        """Gate and subtype probabilities of samples x genes, with the flags of their lesions."""
        return self._model().predict(X, known)

    def predict_proba(self, X: npt.NDArray[Any]) -> Array:
        """Probability of each of ``classes_``."""
        return self.predict_parts(X).joint()

    def predict(self, X: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Most probable class."""
        return np.asarray(self.classes_[self.predict_proba(X).argmax(axis=1)])

    def export(self) -> SubtypeModel:
        """Give the fitted numbers as the model that is shipped.

        Raises
        ------
        TypeError
            if the subtype estimator is not linear: it has no plain numbers to ship.
        """
        model = self._model()
        if not isinstance(model.subtype, Linear):
            raise TypeError(f"{type(self.subtype_).__name__} is not linear: it can be compared, not shipped")
        return model

    def _model(self) -> SubtypeModel:
        """Build the class that predicts; the one path from expression to probabilities."""
        fitted = self.subtype_
        linear = hasattr(fitted, "coef_")
        return SubtypeModel(
            tuple(str(name) for name in self.subtypes_),
            self.features_,
            self.gate_,
            self.blasts_,
            Linear(fitted.coef_.T, fitted.intercept_) if linear else partial(_scores, fitted),
            self.calibration_,
            self.limit_,
            self.lesion_weights_,
            self.sets_,
        )


def _scores(estimator: Any, view: Array) -> Array:
    if hasattr(estimator, "decision_function"):
        return np.asarray(estimator.decision_function(view))
    return np.log(np.asarray(estimator.predict_proba(view), dtype=np.float64) + 1e-4)


def _fit_gate(scaled: Array, y: npt.NDArray[Any], c: float) -> Linear:
    """Score B-ALL, then each other label: the columns of `gate_probabilities`; few blasts teach neither."""
    kept = y != LOW_BLASTS
    others = sorted(set(y[kept]) - set(SUBTYPES) - {B_ALL})
    names = [B_ALL, *others]
    target = np.array([names.index(label) if label in names else 0 for label in y[kept]])
    sizes = np.bincount(target, minlength=len(names))
    weights = sizes[0] / np.maximum(sizes[target], 1)
    fitted = LogisticRegression(C=c, max_iter=5000, tol=1e-3).fit(scaled[kept], target, sample_weight=weights)
    if len(fitted.classes_) != len(names) or len(others) < 2:
        raise ValueError(f"the gate needs examples of B-ALL and of two other kinds, found {names}")
    return Linear(fitted.coef_.T, fitted.intercept_)


def _xgboost(seed: int) -> BaseEstimator:
    from xgboost import XGBClassifier

    return XGBClassifier(
        n_estimators=100, max_depth=3, learning_rate=0.15, subsample=0.7, colsample_bytree=0.03,
        tree_method="hist", n_jobs=1, random_state=seed,
    )  # fmt: skip


class Mean(ClassifierMixin, BaseEstimator):
    """Mean of the log-probabilities of several estimators, the linear SVM's by a softmax of its margins."""

    def __init__(self, members: list[BaseEstimator]) -> None:
        self.members = members

    def fit(self, X: Array, y: npt.NDArray[Any]) -> Self:
        """Fit every member."""
        self.classes_ = np.unique(y)
        self.members_ = [clone(member).fit(X, y) for member in self.members]
        return self

    def predict_proba(self, X: Array) -> Array:
        """Mean over the members."""
        logs = [
            np.log(member.predict_proba(X) + 1e-4)
            if hasattr(member, "predict_proba")
            else np.log(softmax(3.0 * member.decision_function(X)) + 1e-4)
            for member in self.members_
        ]
        return softmax(np.mean(logs, axis=0))


def candidates(seed: int) -> dict[str, Callable[..., BaseEstimator]]:
    """Give the subtype estimators that training compares, by name; each takes ``c``."""

    def svm(c: float) -> BaseEstimator:
        return LinearSVC(C=c, class_weight="balanced", random_state=seed)

    def logistic(c: float) -> BaseEstimator:
        return LogisticRegression(C=c, class_weight="balanced", max_iter=500, tol=1e-3)

    return {
        "logistic": logistic,
        "svm": svm,
        "xgboost": lambda _: _xgboost(seed),
        "ensemble": lambda _: Mean([logistic(0.03), svm(0.003), _xgboost(seed)]),
    }


def build_classifier(
    settings: dict[str, Any], subtype_genes: Indices, chromosomes: Indices, seed: int
) -> LeukotypeClassifier:
    """Build the unfitted estimator that ``[classifier]`` and ``[calls]`` of the configuration describe."""
    config = settings["classifier"]
    return LeukotypeClassifier(
        candidates(seed)[config["subtype"]](config["c"]),
        subtype_genes,
        chromosomes,
        dosage_weight=config["dosage_weight"],
        other_weight=config["other_weight"],
        gate_c=config["gate_c"],
        calibration_c=config["calibration_c"],
        max_wrong=settings["calls"]["max_wrong"],
        folds=config["inner_folds"],
        random_state=seed,
    )
