"""Whether the effect on response differs between subgroups: by hand, by formula, and of very large tables."""

import math

import numpy as np
import pytest

from leukotype.efficacy.proportions import (
    Counts,
)
from leukotype.efficacy.zelen import homogeneity, likelihood_ratio, zelen


def test_zelen_of_two_tables_by_hand():
    """Two tables of 1 of 1 and 0 of 1: the sums 2 + 0, 1 + 1, 0 + 2 weigh 1, 2 x ..., by counting."""
    same = Counts(1, 2, 1, 2)
    opposite = [Counts(2, 2, 0, 2), Counts(0, 2, 2, 2)]
    # Margins 2, 2 of 4: the experimental arm has 0, 1 or 2 responders with weights 1, 4, 1. Sum 2 of two such
    # tables: 0 + 2 and 2 + 0 weigh 1 each, 1 + 1 weighs 16.
    assert zelen(opposite) == pytest.approx(2 / 18)
    assert zelen([same, same]) == 1


def test_zelen_does_not_depend_on_the_order_of_levels():
    levels = [Counts(6, 7, 0, 5), Counts(2, 3, 1, 8), Counts(9, 12, 5, 13), Counts(4, 6, 4, 7)]
    assert zelen(levels) == pytest.approx(zelen(levels[::-1]), rel=1e-12)


def test_levels_without_information_take_no_part():
    levels = [Counts(6, 7, 0, 5), Counts(4, 6, 4, 7)]
    silent = [Counts(1, 3, 0, 0), Counts(2, 2, 3, 3), Counts(0, 4, 0, 1)]
    assert homogeneity([*levels, *silent]) == homogeneity(levels)
    assert math.isnan(homogeneity([levels[0], *silent]).p)
    assert math.isnan(homogeneity([]).p)


def test_large_tables_use_the_likelihood_ratio():
    levels = [Counts(40, 60, 20, 60), Counts(30, 60, 30, 60)]
    found = homogeneity(levels)
    assert found.test == "likelihood ratio, 1 df"
    assert found.p == pytest.approx(zelen(levels), abs=0.015)


def test_likelihood_ratio_by_its_formula():
    """With one level twice over, one common odds ratio fits perfectly."""
    assert likelihood_ratio([Counts(40, 60, 20, 60)] * 2).p == pytest.approx(1)


def test_more_tables_than_can_be_counted_say_so():
    rng = np.random.default_rng(3)
    levels = [Counts(int(rng.integers(40, 90)), 100, int(rng.integers(10, 60)), 100) for _ in range(14)]
    found = homogeneity([*levels, Counts(3, 4, 0, 3)])
    assert found.test == "likelihood ratio, 14 df (approximate: cells below 5)"
    assert 0 <= found.p <= 1
