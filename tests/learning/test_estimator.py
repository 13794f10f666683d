"""Folds split patients; two classes are as good as many; the threshold keeps its promise."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from leukotype.learning.calibration import as_linear
from leukotype.learning.estimator import choose_threshold, deal, splits
from leukotype.model.classifier import softmax


def test_replicates_stand_in_one_fold():
    patients = np.array(["P1", "P1", "P2", "P3", "P3", "P4"], dtype=object)
    dealt = deal(np.array(["a"] * 6, dtype=object), patients, folds=3, seed=1)
    for train, test in splits(dealt):
        assert not set(patients[train]) & set(patients[test])
    assert sorted(np.concatenate([test for _, test in splits(dealt)])) == list(range(6))


def test_a_rare_subtype_stands_in_every_training_set():
    labels = np.array(["a"] * 20 + ["b"] * 3, dtype=object)
    patients = np.arange(23).astype(str).astype(object)
    for train, _ in splits(deal(labels, patients, folds=5, seed=3)):
        assert (labels[train] == "b").sum() >= 2


def test_the_same_seed_deals_the_same_folds_whatever_the_order_of_the_samples():
    labels = np.array(["a", "b"] * 10, dtype=object)
    patients = np.arange(20).astype(str).astype(object)
    dealt, turned = deal(labels, patients, 5, 1), deal(labels[::-1], patients[::-1], 5, 1)
    assert np.array_equal(dealt, turned[::-1])
    assert not np.array_equal(dealt, deal(labels, patients, 5, 2))


def test_two_classes_have_scikit_learns_probabilities():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(40, 3))
    fitted = LogisticRegression().fit(x, (x[:, 0] > 0).astype(int))
    assert softmax(as_linear(fitted)(x)) == pytest.approx(fitted.predict_proba(x))


def test_the_threshold_is_the_lowest_that_keeps_the_share_of_wrong_calls():
    """Of nine answers only the one at .55 is wrong: from .56 on none is."""
    top = np.array([0.45, 0.50, 0.55, 0.60, 0.70, 0.80, 0.90, 0.95, 0.99])
    held_out = np.column_stack([top, 1 - top])
    held_out[:2] = [[0.45, 0.30], [0.50, 0.30]]
    codes = np.array([0, 0, 1, 0, 0, 0, 0, 0, 0])
    assert choose_threshold(held_out, codes, max_wrong=0.03) == 0.56
    assert choose_threshold(held_out, codes, max_wrong=0.2) == 0.40


def test_where_every_answer_is_wrong_few_are_called():
    assert choose_threshold(np.array([[0.99, 0.01]]), np.array([1]), 0.03) == 0.99
