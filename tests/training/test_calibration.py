"""Log-odds that are too flat are found to be, and made as sharp as the answers deserve."""

import numpy as np
import pytest

from leukotype.learning.calibration import calibrated
from leukotype.model.classifier import softmax
from training.calibration import SHARPNESS, sharpness


@pytest.fixture(scope="module")
def log_odds():
    return 2.0 * np.random.default_rng(0).normal(size=(20_000, 5))


def drawn(log_odds, factor):
    rng = np.random.default_rng(1)
    return np.array([rng.choice(len(row), p=row) for row in softmax(factor * log_odds)])


@pytest.mark.parametrize("factor", [0.7, 1.0, 1.5])
def test_the_factor_that_the_labels_were_drawn_with_comes_back(log_odds, factor):
    assert sharpness(log_odds, drawn(log_odds, factor)) == pytest.approx(factor, abs=0.05)


def test_it_stays_within_its_bounds(log_odds):
    assert sharpness(log_odds, log_odds.argmax(axis=1)) == pytest.approx(SHARPNESS[1], abs=1e-3)


def test_the_calibration_finds_the_scale_of_scores(log_odds):
    """A multinomial regression on scores that are a third of the log-odds gives these back."""
    codes = drawn(log_odds, 1.0)
    fitted = calibrated(log_odds / 3, codes, c=100.0)
    true, found = softmax(log_odds), softmax(fitted(log_odds / 3))
    assert np.abs(true - found).mean() < 0.01
