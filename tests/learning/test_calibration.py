"""Two classes are as good as many; the threshold keeps its promise; log-odds are as sharp as they deserve."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from leukotype.learning.calibration import SHARPNESS, as_linear, calibrate, choose_threshold, sharpness
from leukotype.model.log_odds import softmax


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
    one = np.zeros(len(top))
    assert choose_threshold(held_out, codes, max_wrong=0.03, laboratories=one) == 0.56
    assert choose_threshold(held_out, codes, max_wrong=0.2, laboratories=one) == 0.40


def test_no_laboratory_with_calls_enough_has_more_wrong_ones_than_all_may_have():
    """5 wrong of 100 at .6, and none of 300 in another laboratory: 1.25 % in all, and 5 % in the first."""
    top = np.r_[np.full(5, 0.6), np.full(95, 0.9), np.full(300, 0.9)]
    codes = np.r_[np.ones(5, dtype=int), np.zeros(395, dtype=int)]
    held_out = np.column_stack([top, 1 - top])
    laboratories = np.repeat(["A", "B"], [100, 300])
    assert choose_threshold(held_out, codes, 0.02, np.zeros(400)) == 0.40
    assert choose_threshold(held_out, codes, 0.02, laboratories) == 0.61
    few = np.repeat(["A", "B"], [20, 380])  # 20 calls cannot show 2 %
    assert choose_threshold(held_out, codes, 0.02, few) == 0.40


def test_where_every_answer_is_wrong_few_are_called():
    assert choose_threshold(np.array([[0.99, 0.01]]), np.array([1]), 0.03, np.zeros(1)) == 0.99


@pytest.fixture(scope="module")
def log_odds():
    return 2.0 * np.random.default_rng(0).normal(size=(20_000, 5))


def draw_labels(log_odds, factor):
    rng = np.random.default_rng(1)
    return np.array([rng.choice(len(row), p=row) for row in softmax(factor * log_odds)])


@pytest.mark.parametrize("factor", [0.7, 1.0, 1.5])
def test_the_factor_that_the_labels_were_drawn_with_comes_back(log_odds, factor):
    assert sharpness(log_odds, draw_labels(log_odds, factor)) == pytest.approx(factor, abs=0.05)


def test_it_stays_within_its_bounds(log_odds):
    assert sharpness(log_odds, log_odds.argmax(axis=1)) == pytest.approx(SHARPNESS[1], abs=1e-3)


def test_the_calibration_finds_the_scale_of_scores(log_odds):
    """A multinomial regression on scores that are a third of the log-odds gives these back."""
    codes = draw_labels(log_odds, 1.0)
    fitted = calibrate(log_odds / 3, codes, c=100.0)
    true, found = softmax(log_odds), softmax(fitted(log_odds / 3))
    assert np.abs(true - found).mean() < 0.01
