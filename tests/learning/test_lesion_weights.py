"""Little is learned from little, and what a lesion is worth stays within its bounds."""

import numpy as np
import pytest

from leukotype.evidence.findings import FLAGS
from leukotype.evidence.knowledge import Strength
from leukotype.learning.lesion_weights import MOST, learn_weights

SUBTYPES = 4


def given(kind, right, others=0, n=60, subtypes=SUBTYPES):
    """Patients of subtype 0, of whom some have this flag at their own subtype and some at another."""
    flags = np.zeros((n, subtypes, len(FLAGS)))
    place = [str(flag) for flag in FLAGS].index(kind)
    flags[:right, 0, place] = 1
    flags[right : right + others, 1, place] = 1
    return np.full((n, subtypes), 1 / subtypes), flags, np.zeros(n, dtype=np.intp)


def weight(kind, *arguments):
    return dict(zip(map(str, FLAGS), learn_weights(*given(kind, *arguments)), strict=True))[kind]


def test_where_nothing_is_known_nothing_is_learned():
    expression, flags, codes = given("defining", 0)
    np.testing.assert_array_equal(learn_weights(expression, flags, codes), 0.0)


def test_a_flag_that_nobody_has_weighs_nothing():
    weights = learn_weights(*given("defining", 40))
    assert weights[list(FLAGS).index(Strength.DEFINING)] > 1
    np.testing.assert_array_equal(np.delete(weights, list(FLAGS).index(Strength.DEFINING)), 0.0)


@pytest.mark.parametrize("kind", ["defining", "typical", "compatible"])
def test_a_lesion_of_its_own_subtype_weighs_for_it_within_the_bound(kind):
    assert 1 < weight(kind, 60) <= MOST
    assert weight(kind, 60) > weight(kind, 40, 20) > 0


@pytest.mark.parametrize("kind", ["defining", "typical", "compatible"])
def test_a_lesion_that_is_always_of_another_subtype_weighs_nothing_and_not_against(kind):
    assert weight(kind, 0, 60) == 0.0


@pytest.mark.parametrize("kind", ["against", "absent"])
def test_what_speaks_against_never_speaks_for(kind):
    assert weight(kind, 60) == 0.0
    assert -MOST <= weight(kind, 0, 60) < -1


def test_the_bound_holds_however_many_patients_agree():
    expression, flags, codes = given("defining", 5000, n=5000)
    assert learn_weights(expression, flags, codes).max() <= MOST
    assert np.exp(MOST) == pytest.approx(50)


def test_a_lesion_that_expression_knows_already_adds_little():
    expression, flags, codes = given("defining", 60)
    sure = np.full_like(expression, 0.001)
    sure[:, 0] = 0.997
    assert learn_weights(sure, flags, codes).max() < 0.5 * learn_weights(expression, flags, codes).max()


def test_weights_are_the_ones_that_fit_best():
    # One flag, all chances equal: the penalised likelihood has its maximum where its slope is 0.
    learned = weight("typical", 30, 10)
    share = np.exp(learned) / (np.exp(learned) + SUBTYPES - 1)
    assert 30 - 40 * share == pytest.approx(learned / 4.0, abs=1e-3)
