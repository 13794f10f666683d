"""Models fitted on some patients, and their answers for others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from joblib import Parallel, delayed
from sklearn.model_selection import StratifiedGroupKFold
from threadpoolctl import threadpool_limits

from leukotype.calls import Rules, as_samples, decide
from leukotype.classifier import B_ALL, GATE_CLASSES, Probabilities
from leukotype.evidence import Evidence, flags
from leukotype.features import Array
from leukotype.vocabulary import LOW_BLASTS, NOT_B_ALL
from training.cohort import COHORTS, Cohort
from training.estimator import LeukotypeClassifier, build_classifier
from training.mixing import dilute, training_set

PURITIES = (1.0, 0.8, 0.6, 0.5, 0.4, 0.3, 0.25, 0.2, 0.1, 0.0)
Diluted = list[tuple[float, "HeldOut"]]


@dataclass(frozen=True)
class HeldOut:
    """Predictions for samples by a model that saw neither them nor their patients.

    Parameters
    ----------
    truth
        labels.
    forced
        most probable answer without any threshold: a subtype, low blasts or not B-ALL.
    called
        the answer with the model's own threshold; "" where the sample is set aside.
    probability
        of the forced answer, given its side of the gate.
    rows
        positions among the cohort's patients.
    """

    truth: npt.NDArray[Any]
    forced: npt.NDArray[Any]
    called: npt.NDArray[Any]
    probability: Array
    rows: npt.NDArray[Any]

    def right(self) -> npt.NDArray[np.bool_]:
        """Where the forced answer is the label."""
        return np.asarray(self.forced == self.truth)


def fit_on(cohort: Cohort, rows: npt.NDArray[Any], config: dict[str, Any], seed: int) -> LeukotypeClassifier:
    """Fit the configured classifier on these patients and what is made of them."""
    made = training_set(cohort, rows, config["mixing"], seed)
    genes = np.sort(cohort.standardised.model_genes[cohort.standardised.model_genes >= 0])
    classifier = build_classifier(config["classifier"], genes, cohort.chromosomes, seed)
    classifier.fit(
        made.values, made.labels, groups=made.patients, measured=made.measured, pure=made.blasts == 1.0
    )
    classifier.fit_lesions(cohort.evidence)
    classifier.threshold_ = choose_threshold(classifier, config["calls"]["max_wrong"])
    return classifier


def choose_threshold(classifier: LeukotypeClassifier, max_wrong: float) -> float:
    """Lowest probability (in steps of .01) from which at most `max_wrong` of the held-out calls are wrong.

    Uses the inner folds of the training set alone, undiluted patients; at least .40.
    """
    real = classifier.rows_.real
    top = classifier.held_out_[real].max(axis=1)
    right = classifier.held_out_[real].argmax(axis=1) == classifier.rows_.codes[real]
    for threshold in np.arange(0.40, 0.96, 0.01):
        if (~right[top >= threshold]).mean() <= max_wrong:
            return round(float(threshold), 2)
    return 0.95


def answers(
    classifier: LeukotypeClassifier,
    values: Array,
    truth: npt.NDArray[Any],
    rows: npt.NDArray[Any],
    lesions: tuple[Evidence, Sequence[str]] | None = None,
) -> HeldOut:
    """Predict and call samples x genes.

    Parameters
    ----------
    lesions
        evidence and the name by which it knows each sample; None to call by expression alone.
    """
    evidence, names = lesions or (Evidence(), [""] * len(values))
    known = flags(evidence, names, list(classifier.subtypes_))
    parts: Probabilities = classifier.predict_parts(values, known)
    side = parts.gate.argmax(axis=1)
    best = classifier.subtypes_[parts.subtype.argmax(axis=1)]
    forced = np.select([side == 1, side == 2], [LOW_BLASTS, NOT_B_ALL], default=best.astype(object))
    classes = tuple(str(name) for name in classifier.classes_)
    rules = Rules(classes, classifier.threshold_, classifier.limit_)
    unknown = np.full(len(values), np.nan)
    called = [decide(each, rules).subtype for each in as_samples(names, parts, unknown, evidence)]
    probability = np.where(
        side == GATE_CLASSES.index(B_ALL), parts.subtype.max(axis=1), parts.gate.max(axis=1)
    )
    return HeldOut(truth, forced, np.array(called, dtype=object), probability, rows)


def folds(
    cohort: Cohort, config: dict[str, Any], seed: int
) -> Iterator[tuple[npt.NDArray[Any], npt.NDArray[Any]]]:
    """Split patients, never samples, into training and test rows; strata are the labels."""
    patients = cohort.patients
    splitter = StratifiedGroupKFold(config["evaluation"]["folds"], shuffle=True, random_state=seed)
    yield from splitter.split(patients.values, patients.labels, patients.patients)


def join(parts: Sequence[HeldOut]) -> HeldOut:
    """Put the folds' predictions together."""
    names = HeldOut.__dataclass_fields__
    return HeldOut(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def cross_validate(cohort: Cohort, config: dict[str, Any], seed: int) -> tuple[HeldOut, HeldOut, Diluted]:
    """Predict every patient out of fold, and its dilutions with donors that training never saw.

    Returns
    -------
    By expression alone, with the patients' lesions, and diluted (by expression alone).
    """
    done = Parallel(n_jobs=config["evaluation"]["jobs"])(
        delayed(_validate_fold)(cohort, config, seed, train, test)
        for train, test in folds(cohort, config, seed)
    )
    plain, with_lesions, diluted = zip(*done, strict=True)
    return join(plain), join(with_lesions), [part for parts in diluted for part in parts]


def _validate_fold(
    cohort: Cohort, config: dict[str, Any], seed: int, train: npt.NDArray[Any], test: npt.NDArray[Any]
) -> tuple[HeldOut, HeldOut, Diluted]:
    with threadpool_limits(1):
        classifier = fit_on(cohort, train, config, seed)
        patients = cohort.patients.take(test)
        leukemias = patients.take(patients.labels != NOT_B_ALL)
        rng, diluted = np.random.default_rng(seed), []
        for purity in PURITIES:
            mixed = dilute(leukemias.values, purity, cohort.blood, rng, held_out=True)
            diluted.append((purity, answers(classifier, mixed, leukemias.labels, np.arange(len(mixed)))))
        lesions = (cohort.evidence, list(patients.patients))
        plain = answers(classifier, patients.values, patients.labels, test)
        return plain, answers(classifier, patients.values, patients.labels, test, lesions), diluted


def across_cohorts(cohort: Cohort, config: dict[str, Any], seed: int) -> dict[str, HeldOut]:
    """Train on one cohort, test on the other; B-other and subtypes without training patients are left out."""
    patients, found = cohort.patients, {}
    for source, target in (COHORTS, COHORTS[::-1]):
        train = np.flatnonzero((patients.cohorts == source) & (patients.labels != "B-other"))
        taught = np.unique(patients.labels[train])
        test = np.flatnonzero((patients.cohorts == target) & np.isin(patients.labels, taught))
        test = test[patients.labels[test] != "B-other"]
        classifier = fit_on(cohort, train, config, seed)
        held = patients.take(test)
        found[f"{source} to {target}"] = answers(classifier, held.values, held.labels, test)
    return found
