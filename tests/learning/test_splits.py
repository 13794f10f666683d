"""Patients stand on one side of a split, and every subtype in every training set."""

import itertools

import numpy as np
import pytest
from sklearn.model_selection import StratifiedGroupKFold

from leukotype.errors import InputError
from leukotype.learning.patients import Patients
from leukotype.learning.settings import Settings
from leukotype.learning.splits import (
    EVERYONE,
    Split,
    SplitKind,
    deal,
    leave_out_cohorts,
    leave_out_subtypes,
    once,
    outer_folds,
    pairs,
    parts,
)


def some(labels, patients=None, cohorts=None):
    n = len(labels)
    names = np.arange(n).astype(str).astype(object)
    own = names if patients is None else np.array(patients, dtype=object)
    places = np.full(n, "all", dtype=object) if cohorts is None else np.array(cohorts, dtype=object)
    return Patients(names, np.array(labels, dtype=object), own, places, np.zeros((n, 1)), np.full(n, np.nan))


def test_replicates_stand_in_one_fold():
    patients = np.array(["P1", "P1", "P2", "P3", "P3", "P4"], dtype=object)
    dealt = deal(np.array(["a"] * 6, dtype=object), patients, folds=3, seed=1)
    for train, test in pairs(dealt, 6):
        assert not set(patients[train]) & set(patients[test])
    assert sorted(np.concatenate(dealt)) == list(range(6))


def test_a_rare_subtype_stands_in_every_training_set():
    labels = np.array(["a"] * 20 + ["b"] * 3, dtype=object)
    patients = np.arange(23).astype(str).astype(object)
    for seed in range(20):
        for train, _ in pairs(deal(labels, patients, folds=5, seed=seed), 23):
            assert (labels[train] == "b").sum() >= 2


def test_it_is_scikit_learns_own_splitter():
    """The model that ships was learned with it: other folds would be another model."""
    rng = np.random.default_rng(2)
    labels, patients = rng.integers(4, size=80), rng.integers(60, size=80).astype(str)
    theirs = StratifiedGroupKFold(5, shuffle=True, random_state=9).split(labels, labels, patients)
    for ours, (_, test) in zip(deal(labels, patients, 5, 9), theirs, strict=True):
        assert np.array_equal(ours, test)


def test_a_subtype_in_one_fold_alone_is_refused_in_one_line():
    """Three samples of one patient: where they are tested, nobody has taught their subtype."""
    labels = np.array(["a"] * 20 + ["b"] * 3, dtype=object)
    patients = np.array([*map(str, range(20)), "P", "P", "P"], dtype=object)
    with pytest.raises(InputError, match="expected patients of b in every training set of 5 folds") as error:
        deal(labels, patients, 5, 1)
    assert "\n" not in str(error.value)


def test_more_folds_than_patients_of_any_subtype_are_refused_in_one_line():
    labels = np.array(["a", "b"] * 3, dtype=object)
    with pytest.raises(InputError, match="5 folds: expected a subtype with as many patients") as error:
        deal(labels, np.arange(6).astype(str).astype(object), 5, 1)
    assert "\n" not in str(error.value)


def test_the_same_seed_deals_the_same_folds_whatever_the_order_of_the_samples():
    labels = np.array(["a", "b"] * 10, dtype=object)
    patients = np.arange(20).astype(str).astype(object)
    dealt = [set(patients[rows]) for rows in deal(labels, patients, 5, 1)]
    turned = [set(patients[::-1][rows]) for rows in deal(labels[::-1], patients[::-1], 5, 1)]
    assert sorted(map(sorted, dealt)) == sorted(map(sorted, turned))
    other = [set(patients[rows]) for rows in deal(labels, patients, 5, 2)]
    assert sorted(map(sorted, dealt)) != sorted(map(sorted, other))


def test_two_splits_never_have_the_same_name():
    names = ("", "nested", "A-1", "A 1", "fold 0", "0", "A' left out")
    splits = [EVERYONE, *(Split(SplitKind.FOLD, fold=number) for number in range(3))]
    splits += [Split(SplitKind.PART, fold=fold, quarters=q) for fold in range(3) for q in (2, 3)]
    splits += [Split(SplitKind.COHORT, cohort=name) for name in names]
    splits += [Split(SplitKind.UNTAUGHT, subtype=name) for name in names]
    for one, other in itertools.combinations(splits, 2):
        assert str(one) != str(other)


def test_folds_cohorts_and_subtypes_part_the_patients():
    patients = some(["a", "b", "c"] * 20, cohorts=["A-1"] * 30 + ["A 1"] * 30)
    settings = Settings(min_patients=5)
    tested = np.concatenate([sides.test for sides in outer_folds(patients, settings)])
    assert sorted(tested) == list(range(60))
    cohorts = {sides.split.cohort: sides for sides in leave_out_cohorts(patients, settings)}
    assert set(cohorts) == {"A-1", "A 1"}
    assert set(patients.cohorts[cohorts["A 1"].train]) == {"A-1"}
    without = {sides.split.subtype: sides for sides in leave_out_subtypes(patients, settings)}
    assert set(patients.labels[without["b"].test]) == {"b"}
    assert set(patients.labels[without["b"].train]) == {"a", "c"}


def test_two_subtypes_leave_none_to_be_told_from():
    assert leave_out_subtypes(some(["a", "b"] * 6), Settings()) == []


def test_parts_of_a_fold_are_half_and_three_quarters_of_its_patients():
    patients = some(["a", "b"] * 20)
    fold = outer_folds(patients, Settings())[0]
    half, more = parts(patients, fold, Settings())
    assert (len(fold.train), len(half.train), len(more.train)) == (32, 16, 24)
    assert set(half.train) < set(more.train) < set(fold.train)
    assert half.test is fold.test


def test_one_sample_of_each_patient_is_tested():
    patients = some(["a"] * 5, patients=["P2", "P1", "P2", "P3", "P1"])
    assert once(patients, np.array([0, 1, 2, 3, 4])).tolist() == [0, 1, 3]
