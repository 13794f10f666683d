"""Probabilities are the softmax of scipy, whatever is added to all scores."""

import numpy as np
import pytest
from scipy.special import softmax as theirs

from leukotype.model.log_odds import Linear, softmax


@pytest.fixture
def scores():
    return np.random.default_rng(0).normal(0, 5, (40, 7))


def test_it_is_the_softmax_of_scipy(scores):
    np.testing.assert_allclose(softmax(scores), theirs(scores, axis=1), rtol=1e-12)


def test_what_is_added_to_all_scores_of_a_sample_takes_no_part(scores):
    added = np.random.default_rng(1).normal(0, 100, (40, 1))
    np.testing.assert_allclose(softmax(scores + added), softmax(scores), atol=1e-12)


def test_scores_beyond_what_an_exponential_holds_are_sure():
    """exp(710) is more than a double holds."""
    np.testing.assert_array_equal(
        softmax(np.array([[5000.0, 0.0], [-5000.0, -5000.0]])), [[1, 0], [0.5, 0.5]]
    )


def test_a_linear_score_is_the_sum_of_its_parts():
    """2 x 3 + 1 x 5 - 4 = 7, and 2 x -1 + 1 x 1 + 0 = -1."""
    linear = Linear(np.array([[3.0, -1.0], [5.0, 1.0]]), np.array([-4.0, 0.0]))
    assert linear(np.array([[2.0, 1.0]])).tolist() == [[7.0, -1.0]]
