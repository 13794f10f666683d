"""Intervals, differences and tests of response where counts are small, zero or large."""

import math

import pytest

from leukotype.efficacy.proportions import (
    CLOPPER_PEARSON,
    FISHER,
    ONE_SIDED,
    PEARSON,
    TWO_SIDED,
    WILSON,
    Counts,
    compare,
    difference_interval,
    least_p,
    rate_interval,
)


def test_newcombe_as_printed_by_newcombe():
    """Newcombe, Stat Med 1998;17:873, table II, method 10: 56/70 against 48/80 gives 0.0524 to 0.3339."""
    found = difference_interval(Counts(56, 70, 48, 80))
    assert (round(found.low, 4), round(found.high, 4)) == (0.0524, 0.3339)
    found = difference_interval(Counts(10, 10, 0, 10))  # row h of the same table
    assert (round(found.low, 4), round(found.high, 4)) == (0.6075, 1.0)


def test_wilson_as_printed_by_newcombe():
    """Newcombe, Stat Med 1998;17:857, table I, method 3: 81/263 gives 0.2553 to 0.3662."""
    found = rate_interval(81, 263, 0.95, WILSON)
    assert (round(found.low, 4), round(found.high, 4), found.method) == (0.2553, 0.3662, "Wilson")


@pytest.mark.parametrize("hits", [0, 1])
def test_one_patient_has_the_exact_interval_of_one_patient(hits):
    """Clopper-Pearson of 0/1 is 0 to 1 - 0.025, of 1/1 its mirror."""
    found = rate_interval(hits, 1)
    assert found.method == CLOPPER_PEARSON
    assert (found.low, found.high) == pytest.approx((0.025, 1) if hits else (0, 0.975))


def test_nobody_has_no_rate():
    assert math.isnan(rate_interval(0, 0).low)
    assert rate_interval(0, 0).method == ""


@pytest.mark.parametrize("counts", [Counts(0, 0, 3, 5), Counts(2, 4, 0, 0), Counts(0, 0, 0, 0)])
def test_without_one_arm_there_is_no_comparison(counts):
    assert math.isnan(compare(counts).p)
    assert compare(counts).test == compare(counts).side == ""
    assert math.isnan(difference_interval(counts).high)


@pytest.mark.parametrize(
    "counts", [Counts(0, 4, 0, 7), Counts(4, 4, 7, 7), Counts(1, 1, 1, 1), Counts(0, 1, 0, 1)]
)
def test_all_alike_is_no_evidence(counts):
    assert compare(counts).p == compare(counts, ONE_SIDED).p == 1
    low, high, _ = difference_interval(counts)
    assert -1 <= low <= 0 <= high <= 1


def test_the_test_turns_at_an_expected_count_of_five():
    assert compare(Counts(5, 10, 5, 10)).test == PEARSON
    assert compare(Counts(5, 10, 4, 10)).test == FISHER


@pytest.mark.parametrize("counts", [(3, 2, 1, 5), (-1, 4, 0, 4), (0, 4, 5, 4)])
def test_impossible_counts(counts):
    with pytest.raises(ValueError, match="responders of"):
        Counts(*counts)


def test_large_counts():
    found = compare(Counts(37_000, 50_000, 16_500, 50_000))
    assert found.p == 0 or found.p < 1e-300
    assert rate_interval(37_000, 50_000).low == pytest.approx(0.7362, abs=5e-5)


@pytest.mark.parametrize("side", [ONE_SIDED, TWO_SIDED])
@pytest.mark.parametrize("margins", [(7, 5, 6), (1, 1, 1), (12, 13, 14), (5, 8, 6), (43, 48, 48), (3, 8, 10)])
def test_the_least_p_value_is_that_of_all_tables_of_the_same_margins(margins, side):
    n, m, responders = margins
    hits = range(max(0, responders - m), min(n, responders) + 1)
    tables = [Counts(a, n, responders - a, m) for a in hits]
    every = [compare(each, side).p for each in tables]
    assert {least_p(each, side) for each in tables} == {min(every)}


def test_without_an_arm_there_is_no_least_p_value():
    assert math.isnan(least_p(Counts(1, 3, 0, 0)))
