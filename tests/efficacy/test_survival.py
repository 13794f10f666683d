"""Survival of arms that hold nearly nobody: no interval where the data have none, never a crash."""

import math

import numpy as np
import pytest

from leukotype.efficacy.survival import follow_up, kaplan_meier, restricted_mean_difference


def test_median_of_the_censored_is_not_reached_and_has_no_interval():
    curve = kaplan_meier(np.array([2.0, 4, 5]), np.zeros(3))
    assert curve.median == math.inf
    assert all(math.isnan(limit) for limit in curve.median_interval)
    assert follow_up(np.array([2.0, 4, 5]), np.zeros(3))[0] == 4


def test_nobody_has_no_curve():
    curve = kaplan_meier(np.zeros(0), np.zeros(0))
    assert math.isnan(curve.median)
    assert curve.frame().empty


def test_one_patient_with_an_event():
    curve = kaplan_meier(np.array([3.0]), np.ones(1))
    assert curve.median == 3
    assert math.isnan(restricted_mean_difference(curve, curve).difference)


def test_restricted_mean_of_a_curve_by_hand():
    """Events at 1, 2, 3 of three: area 1 + 2/3 + 1/3; censored arm at 3: area 3, no error of its own."""
    curve = kaplan_meier(np.array([1.0, 2, 3]), np.ones(3))
    other = kaplan_meier(np.array([1.0, 1, 3]), np.array([1.0, 1, 0]))
    found = restricted_mean_difference(curve, other)
    assert found.tau == 3
    assert found.difference == pytest.approx(2 - (1 + 2 / 3))
    assert restricted_mean_difference(curve, other, tau=2).difference == pytest.approx(5 / 3 - 4 / 3)
    assert math.isnan(restricted_mean_difference(curve, other, tau=99).difference)  # one lives on, unseen
    gone = kaplan_meier(np.array([1.0, 1, 3]), np.ones(3))  # nobody is left of either arm
    assert restricted_mean_difference(curve, gone, tau=99).difference == pytest.approx(2 - 5 / 3)
    flat = kaplan_meier(np.array([3.0, 3]), np.zeros(2))
    assert math.isnan(restricted_mean_difference(curve, flat).low)
