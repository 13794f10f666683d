"""Who is learned from and who is tested: patients, never samples, stand on one side."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from sklearn.model_selection import StratifiedGroupKFold

from leukotype.errors import InputError
from leukotype.learning.patients import Patients
from leukotype.learning.settings import Settings
from leukotype.vocabulary import NOT_B_ALL

QUARTERS: Final = 4  # of the patients of a fold, for the learning curve
Rows = npt.NDArray[np.intp]


class SplitKind(StrEnum):
    """What a split is for."""

    EVERYONE = "all"
    FOLD = "fold"
    COHORT = "cohort"
    PART = "part"
    UNTAUGHT = "untaught"


@dataclass(frozen=True, order=True)
class Split:
    """Which split it is.

    Parameters
    ----------
    fold
        number of an outer fold, and of the fold that a part is of; -1 for other kinds.
    cohort, subtype
        what is left out of the learning.
    quarters
        of the fold's patients that are learned from.
    """

    kind: SplitKind
    fold: int = -1
    cohort: str = ""
    subtype: str = ""
    quarters: int = QUARTERS

    def __str__(self) -> str:
        """Text for a reader and for names in a store; two splits never have the same."""
        words = {
            SplitKind.EVERYONE: "",
            SplitKind.FOLD: f" {self.fold}",
            SplitKind.COHORT: f" {self.cohort!r} left out",
            SplitKind.PART: f" {self.quarters}/{QUARTERS} of fold {self.fold}",
            SplitKind.UNTAUGHT: f" {self.subtype!r} left out",
        }
        return f"{self.kind}{words[self.kind]}"


@dataclass(frozen=True)
class Sides:
    """The patients of a split: rows to learn from and rows to be tested; none where all are learned from."""

    split: Split
    train: Rows
    test: Rows


EVERYONE: Final = Split(SplitKind.EVERYONE)


def deal(labels: npt.NDArray[Any], patients: npt.NDArray[Any], folds: int, seed: int) -> list[Rows]:
    """Deal samples into folds: the same share of every label in each, replicates together.

    The one splitter of all models: scikit-learn's `StratifiedGroupKFold`, shuffled.

    Returns
    -------
    The rows of each fold.

    Raises
    ------
    InputError
        Where a label would stand in one fold alone: it could be learned from in no training without it.
    """
    _, codes = np.unique(labels, return_inverse=True)
    splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    with warnings.catch_warnings():  # of labels with fewer samples than folds; what matters is checked below
        warnings.filterwarnings("ignore", "The least populated class")
        try:
            dealt = [test for _, test in splitter.split(np.zeros(len(codes)), codes, patients)]
        except ValueError as error:
            raise InputError(
                f"{folds} folds: expected a subtype with as many patients, found fewer of each: set "
                "folds and inner_folds lower by --config"
            ) from error
    _check(np.asarray(labels), dealt, seed)
    return dealt


def _check(labels: npt.NDArray[Any], dealt: list[Rows], seed: int) -> None:
    for rows in dealt:
        rest = np.delete(labels, rows)
        lost = sorted(set(labels) - set(rest))
        if lost:
            raise InputError(
                f"seed {seed}: expected patients of {lost[0]} in every training set of {len(dealt)} folds, "
                "found all of them in one fold: set another seed, or a higher min_patients by --config"
            )


def pairs(dealt: list[Rows], n: int) -> list[tuple[Rows, Rows]]:
    """Training and test rows of each fold of `n` rows."""
    return [(np.delete(np.arange(n), rows), rows) for rows in dealt]


def outer_folds(patients: Patients, settings: Settings) -> list[Sides]:
    """Part all patients into folds that measure."""
    dealt = deal(patients.labels, patients.patients, settings.folds, settings.seed)
    return [
        Sides(Split(SplitKind.FOLD, fold=number), train, test)
        for number, (train, test) in enumerate(pairs(dealt, len(patients)))
    ]


def leave_out_cohorts(patients: Patients, settings: Settings) -> list[Sides]:
    """Leave one cohort out, where the others have two subtypes with enough patients that it has too."""
    found = []
    for name in sorted(set(patients.cohorts)):
        others = patients.take(np.flatnonzero(patients.cohorts != name))
        taught = [label for label, n in others.subtypes().items() if n >= settings.min_patients]
        known = np.isin(patients.labels, [*taught, NOT_B_ALL])
        test = np.flatnonzero(patients.cohorts == name)
        if len(taught) > 1 and np.isin(patients.labels[test], taught).any():
            train = np.flatnonzero((patients.cohorts != name) & known)
            found.append(Sides(Split(SplitKind.COHORT, cohort=str(name)), train, test))
    return found


def parts(patients: Patients, fold: Sides, settings: Settings) -> list[Sides]:
    """Half and three quarters of a fold's patients to learn from, where each subtype keeps two or more."""
    own = patients.take(fold.train)
    try:
        dealt = deal(own.labels, own.patients, QUARTERS, settings.seed)
    except InputError:  # too few patients of a subtype for a part of them
        return []
    found = []
    for quarters in range(2, QUARTERS):
        rows = np.sort(np.concatenate(dealt[:quarters]))
        kept = own.take(rows)
        if set(kept.labels) == set(own.labels) and min(kept.counts().values()) >= 2:
            split = Split(SplitKind.PART, fold=fold.split.fold, quarters=quarters)
            found.append(Sides(split, fold.train[rows], fold.test))
    return found


def leave_out_subtypes(patients: Patients, settings: Settings) -> list[Sides]:
    """Leave one subtype out: all others teach, its patients are tested; needs three subtypes."""
    names = sorted(patients.subtypes())
    if not settings.untaught or len(names) < 3:
        return []
    return [
        Sides(
            Split(SplitKind.UNTAUGHT, subtype=name),
            np.flatnonzero(patients.labels != name),
            np.flatnonzero(patients.labels == name),
        )
        for name in names
    ]


def once(patients: Patients, rows: Rows) -> Rows:
    """Keep the first sample of each patient: replicates teach, but an interval counts patients."""
    _, first = np.unique(patients.patients[rows].astype(str), return_index=True)
    return np.asarray(rows[np.sort(first)])
