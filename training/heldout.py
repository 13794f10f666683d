"""Models fitted on some patients, and their answers for others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from joblib import Parallel, delayed
from sklearn.model_selection import StratifiedGroupKFold
from threadpoolctl import threadpool_limits

from leukotype.calling.calls import Rules, as_samples, decide
from leukotype.evidence.findings import Evidence, flags
from leukotype.model.classifier import GATE_CLASSES, Probabilities
from leukotype.model.conformal import prediction_sets
from leukotype.model.features import Array
from leukotype.vocabulary import LOW_BLASTS, MIN_BLAST_PCT, NOT_B_ALL
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
    chances
        samples x subtypes, given that the sample is B-ALL.
    blasts
        samples x (estimate, lowest, highest), percent.
    covered, sizes
        samples x `leukotype.model.conformal.LEVELS`: is the label in the prediction set, and how many are.
    """

    truth: npt.NDArray[Any]
    forced: npt.NDArray[Any]
    called: npt.NDArray[Any]
    probability: Array
    rows: npt.NDArray[Any]
    chances: Array
    blasts: Array
    covered: npt.NDArray[np.bool_]
    sizes: npt.NDArray[np.intp]

    def right(self) -> npt.NDArray[np.bool_]:
        """Where the forced answer is the label."""
        return np.asarray(self.forced == self.truth)


def fit_on(cohort: Cohort, rows: npt.NDArray[Any], config: dict[str, Any], seed: int) -> LeukotypeClassifier:
    """Fit the configured classifier on these patients and what is made of them."""
    made = training_set(cohort, rows, config["mixing"], seed)
    genes = np.sort(cohort.standardised.model_genes[cohort.standardised.model_genes >= 0])
    classifier = build_classifier(config, genes, cohort.chromosomes, seed)
    classifier.fit(
        made.values,
        made.labels,
        groups=made.patients,
        measured=made.measured,
        share=made.blasts,
        own_pct=made.own_pct,
    )
    classifier.fit_lesions(cohort.evidence)
    return classifier


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
    best = classifier.subtypes_[parts.subtype.argmax(axis=1)].astype(object)
    other = parts.gate.argmax(axis=1) == GATE_CLASSES.index(NOT_B_ALL)
    few = parts.blasts[:, 0] < MIN_BLAST_PCT
    forced = np.select([other, few], [NOT_B_ALL, LOW_BLASTS], default=best)
    rules, unknown = rules_of(classifier), np.full(len(values), np.nan)
    called = [decide(each, rules).subtype for each in as_samples(names, parts, unknown, evidence)]
    probability = np.where(other, parts.gate.max(axis=1), parts.subtype.max(axis=1))
    inside = np.stack([prediction_sets(parts.subtype, least) for least in rules.sets], axis=1)
    own = truth[:, None] == classifier.subtypes_[None, :]
    return HeldOut(
        truth,
        forced,
        np.array(called, dtype=object),
        probability,
        rows,
        parts.subtype,
        parts.blasts,
        (inside & own[:, None, :]).any(axis=2),
        inside.sum(axis=2),
    )


def rules_of(classifier: LeukotypeClassifier) -> Rules:
    """Give the rules that a fitted classifier calls by."""
    classes = tuple(str(name) for name in classifier.classes_)
    return Rules(classes, classifier.threshold_, classifier.limit_, classifier.sets_)


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


@dataclass(frozen=True)
class CrossValidated:
    """Every patient predicted out of fold.

    Parameters
    ----------
    plain, with_lesions
        by expression alone, and with the patients' lesions.
    diluted
        by expression alone, with blood cells of donors that training never saw.
    beside
        what was asked beside, one entry a fold.
    """

    plain: HeldOut
    with_lesions: HeldOut
    diluted: Diluted
    beside: list[Any]


Beside = Callable[[LeukotypeClassifier, Cohort, npt.NDArray[Any], int], Any]


def cross_validate(
    cohort: Cohort, config: dict[str, Any], seed: int, beside: Beside | None = None
) -> CrossValidated:
    """Fit on the training patients of each fold and predict the others.

    Parameters
    ----------
    beside
        what else is asked of each fold's classifier, with its test rows and the seed.
    """
    done = Parallel(n_jobs=config["evaluation"]["jobs"])(
        delayed(_validate_fold)(cohort, config, seed, train, test, beside)
        for train, test in folds(cohort, config, seed)
    )
    plain, with_lesions, diluted, asked = zip(*done, strict=True)
    mixed = [part for parts in diluted for part in parts]
    return CrossValidated(join(plain), join(with_lesions), mixed, list(asked))


def _validate_fold(
    cohort: Cohort,
    config: dict[str, Any],
    seed: int,
    train: npt.NDArray[Any],
    test: npt.NDArray[Any],
    beside: Beside | None,
) -> tuple[HeldOut, HeldOut, Diluted, Any]:
    with threadpool_limits(1):
        classifier = fit_on(cohort, train, config, seed)
        patients = cohort.patients.take(test)
        ill = patients.labels != NOT_B_ALL
        leukemias = patients.take(ill)
        rng, diluted = np.random.default_rng(seed), []
        for purity in PURITIES:
            mixed = dilute(leukemias.values, purity, cohort.blood, rng, held_out=True)
            diluted.append((purity, answers(classifier, mixed, leukemias.labels, test[ill])))
        lesions = (cohort.evidence, list(patients.patients))
        plain = answers(classifier, patients.values, patients.labels, test)
        with_lesions = answers(classifier, patients.values, patients.labels, test, lesions)
        asked = None if beside is None else beside(classifier, cohort, test, seed)
        return plain, with_lesions, diluted, asked


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
