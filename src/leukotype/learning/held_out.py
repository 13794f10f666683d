"""Who is learned from and who is tested: the splits of a measurement, and the answers for those tested."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from leukotype.calling.calls import Rules, as_samples, decide
from leukotype.evidence.findings import Evidence, flags
from leukotype.learning.estimator import Candidate, Fitted, Rows, deal, fit
from leukotype.learning.estimator import splits as each_fold
from leukotype.learning.figures import Answers, exact_interval, join, learning_curve
from leukotype.learning.lesion_weights import learn_weights
from leukotype.learning.patients import Patients
from leukotype.learning.search import Shared, Split
from leukotype.learning.settings import Settings
from leukotype.model.classifier import GATE_CLASSES, Probabilities, softmax
from leukotype.model.features import Array
from leukotype.vocabulary import NOT_B_ALL

_QUARTERS: Final = 4  # of the learning curve
FOLD: Final = "fold "  # names of splits
WITHOUT: Final = "without "
UNTAUGHT: Final = "untaught "
OF: Final = " of "


@dataclass(frozen=True)
class Taught:
    """Lesions to learn from.

    Parameters
    ----------
    evidence
        by sample.
    base
        the base model's weights of `leukotype.evidence.findings.FLAGS`: they stay where no patient has such a
        lesion.
    """

    evidence: Evidence
    base: Array

    def weigh(self, fitted: Fitted, patients: Patients) -> Array:
        """Learn what lesions add to the probabilities by expression of the patients who taught `fitted`."""
        known = self.flags(patients.names, fitted.subtypes)
        learned_here = learn_weights(fitted.held_out, known, fitted.codes)
        return np.where(known.any(axis=(0, 1)), learned_here, self.base)

    def flags(self, names: npt.NDArray[Any], subtypes: Sequence[str]) -> Array:
        """Give lesions as samples x subtypes x `leukotype.evidence.findings.FLAGS`."""
        return flags(self.evidence, [str(name) for name in names], subtypes)


@dataclass(frozen=True)
class Ground:
    """What every measurement needs: the patients, and their lesions where files of these were given."""

    shared: Shared
    lesions: Taught | None = None


@dataclass(frozen=True)
class HeldOut:
    """Answers for the tested patients of a split: by expression alone, and with their lesions."""

    plain: Answers
    with_lesions: Answers | None = None


def answer(ground: Ground, item: tuple[Split, Candidate]) -> HeldOut:
    """Fit a candidate on a split's training patients, and answer for its test patients."""
    split, candidate = item
    patients, settings = ground.shared.patients, ground.shared.settings
    own, test = patients.take(split.train), patients.take(split.test)
    fitted = fit(own, ground.shared.features, candidate, settings, settings.seed)
    chances = fitted.probabilities(test.scaled)
    best = np.array(fitted.subtypes, dtype=object)[chances.argmax(axis=1)]
    called = np.where(chances.max(axis=1) >= fitted.threshold, best, "")
    plain = Answers(fitted.subtypes, test.names, test.labels, chances, called, test.cohorts)
    if ground.lesions is None:
        return HeldOut(plain)
    return HeldOut(plain, _with_lesions(plain, fitted, ground.lesions, ground.lesions.weigh(fitted, own)))


def _with_lesions(plain: Answers, fitted: Fitted, lesions: Taught, weights: Array) -> Answers:
    """Add the lesions to answers by expression, and call by the rules of `leukotype predict`, gate open."""
    names = [str(name) for name in plain.names]
    log_odds = np.log(np.maximum(plain.probabilities, np.finfo(float).tiny))
    chances = softmax(log_odds + lesions.flags(plain.names, fitted.subtypes) @ weights)
    open_gate = np.tile(np.eye(len(GATE_CLASSES))[0], (len(names), 1))
    full = np.full((len(names), 3), 100.0)  # few blasts were left out with the labels
    parts = Probabilities(open_gate, chances, plain.probabilities, np.zeros(len(names)), full)
    rules = Rules((*fitted.subtypes, NOT_B_ALL), fitted.threshold, np.inf, fitted.sets)
    samples = as_samples(names, parts, np.full(len(names), np.nan), lesions.evidence)
    called = np.array([decide(each, rules).subtype for each in samples], dtype=object)
    return replace(plain, probabilities=chances, called=called)


def folds(patients: Patients, settings: Settings) -> list[Split]:
    """Outer folds of patients; their numbers are of another seed than those of the inner folds."""
    dealt = deal(patients.labels, patients.patients, settings.folds, settings.seed + 1)
    return [
        Split(f"{FOLD}{number}", train, _once(patients, test))
        for number, (train, test) in enumerate(each_fold(dealt))
    ]


def cohorts(patients: Patients, settings: Settings) -> list[Split]:
    """Leave one cohort out, where the others have two subtypes with enough patients that it has too."""
    found = []
    for name in sorted(set(patients.cohorts)):
        others = patients.take(np.flatnonzero(patients.cohorts != name))
        taught = [label for label, n in others.counts().items() if n >= settings.min_patients]
        test = _once(patients, np.flatnonzero(patients.cohorts == name))
        if len(taught) > 1 and np.isin(patients.labels[test], taught).any():
            train = np.flatnonzero((patients.cohorts != name) & np.isin(patients.labels, taught))
            found.append(Split(f"{WITHOUT}{name}", train, test))
    return found


def parts(patients: Patients, fold: Split, settings: Settings) -> list[Split]:
    """Half and three quarters of a fold's patients to learn from, where each subtype keeps two or more."""
    own = patients.take(fold.train)
    dealt = deal(own.labels, own.patients, _QUARTERS, settings.seed + 2)
    found = []
    for quarters in range(2, _QUARTERS):
        kept = dealt < quarters
        if own.take(np.flatnonzero(kept)).fewest() >= 2 and set(own.labels[kept]) == set(own.labels):
            name = f"{quarters / _QUARTERS:.0%}{OF}{fold.name}"
            found.append(Split(name, fold.train[kept], fold.test))
    return found


def untaught(patients: Patients, settings: Settings) -> list[Split]:
    """Leave one subtype out: all others teach, its patients are tested; needs three subtypes."""
    names = sorted(set(patients.labels))
    if not settings.untaught or len(names) < 3:
        return []
    return [
        Split(
            f"{UNTAUGHT}{name}",
            np.flatnonzero(patients.labels != name),
            _once(patients, np.flatnonzero(patients.labels == name)),
        )
        for name in names
    ]


def _once(patients: Patients, rows: Rows) -> Rows:
    """Keep the first sample of each patient: replicates teach, but an interval counts patients."""
    _, first = np.unique(patients.patients[rows].astype(str), return_index=True)
    return np.asarray(rows[np.sort(first)])


def named(answers: Mapping[str, HeldOut], kind: str) -> dict[str, HeldOut]:
    """Give the answers of one kind of split, by what follows in their names."""
    return {name.removeprefix(kind): each for name, each in answers.items() if name.startswith(kind)}


def learned(splits: list[Split], answers: Mapping[str, HeldOut], settings: Settings) -> pd.DataFrame:
    """Figures of the same held-out patients against the share that was learned from."""
    points = []
    for quarters in range(2, _QUARTERS + 1):
        share = f"{quarters / _QUARTERS:.0%}"
        start = FOLD if quarters == _QUARTERS else f"{share}{OF}"
        own = [split for split in splits if split.name.startswith(start)]
        if len(own) == settings.folds:
            size = float(np.mean([len(split.train) for split in own]))
            points.append((share, size, join([answers[split.name].plain for split in own])))
    return learning_curve(points)


def called_untaught(given: Mapping[str, HeldOut]) -> pd.DataFrame:
    """Count what models call patients of a subtype that they were not taught; none of these is right.

    Parameters
    ----------
    given
        by the subtype that was left out of the learning: answers for its patients.
    """
    rows = []
    for name, each in given.items():
        n, called = len(each.plain.called), each.plain.called[each.plain.called != ""]
        low, high = exact_interval(len(called), n)
        often = pd.Series(called, dtype=object).value_counts()
        told = ", ".join(f"{subtype} {count}" for subtype, count in often.items())
        rows.append((name, n, len(called), len(called) / n, low, high, told))
    shares = ("share_called", "share_called_low", "share_called_high")
    return pd.DataFrame(rows, columns=["subtype", "n", "called", *shares, "called_as"]).round(3)
