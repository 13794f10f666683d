"""Survival of cells that hold nearly nothing: NE with its reason, never a crash or an absurd number."""

import math

import numpy as np
import pytest

from leukotype.efficacy.hazards import hazard_ratio, log_rank, proportional_hazards
from leukotype.efficacy.not_estimable import Cause, NotEstimable
from leukotype.efficacy.risk_sets import Outcomes
from leukotype.efficacy.survival import kaplan_meier
from leukotype.vocabulary import Arm

ARMS = ("InO", "SC")


def cell(experimental, comparator):
    """Outcomes from (time, event) pairs of both arms."""
    rows = [*((t, e, 1) for t, e in experimental), *((t, e, 0) for t, e in comparator)]
    time, event, arm = np.array(rows, dtype=float).reshape(-1, 3).T
    return Outcomes(time, event, arm, np.zeros(len(rows), dtype=np.int64))


EVENTS = [(1, 1), (2, 1), (3, 1)]


CENSORED = [(2, 0), (4, 0), (5, 0)]


NE = [
    ([], EVENTS, "no patient in InO"),
    (EVENTS, [], "no patient in SC"),
    ([], [], "no patient in InO and SC"),
    (CENSORED, CENSORED, "no event"),
    (CENSORED, EVENTS, "no event in InO while both arms were at risk"),
    (EVENTS, CENSORED, "no event in SC while both arms were at risk"),
    ([(9, 1), (10, 1)], EVENTS, "no event in InO while both arms were at risk"),
    ([(4, 1)], [(2, 0)], "no event while both arms were at risk"),
    ([(1, 1)], [(2, 1)], "no event in SC while both arms were at risk"),
]


@pytest.mark.parametrize(("experimental", "comparator", "why"), NE)
def test_not_estimable(experimental, comparator, why):
    outcomes = cell(experimental, comparator)
    found = hazard_ratio(outcomes)
    assert (found.estimable, found.why_not.text(ARMS)) == (False, why)
    assert all(math.isnan(value) for value in (found.hr, found.low, found.high, found.information))
    assert math.isnan(proportional_hazards(outcomes, found))


@pytest.mark.parametrize(
    ("experimental", "comparator", "why"), [row for row in NE if "no event in" in row[2]]
)
def test_firth_gives_a_finite_ratio_where_events_fell_in_one_arm(experimental, comparator, why):
    found = hazard_ratio(cell(experimental, comparator), firth=True)
    assert found.estimable or found.why_not.cause is Cause.NOT_CONVERGED
    if found.estimable:
        assert 0 < found.low < found.hr < found.high < math.inf
        assert (found.hr < 1) == ("in InO" in why)
        assert found.method == "Cox, Firth's penalty, profile likelihood 97.5 %"


@pytest.mark.parametrize(("experimental", "comparator", "why"), [row for row in NE if "patient" in row[2]])
def test_firth_invents_no_arm(experimental, comparator, why):
    assert hazard_ratio(cell(experimental, comparator), firth=True).why_not.text(ARMS) == why


def test_separation_hidden_by_events_in_both_arms():
    """All experimental events come after the last comparator: events in both arms, and no finite ratio."""
    outcomes = cell([(5, 1), (6, 1), (7, 1)], [(1, 1), (2, 1), (3, 0)])
    assert hazard_ratio(outcomes).why_not == NotEstimable(Cause.NO_EVENT_IN_ONE_ARM, (Arm.EXPERIMENTAL,))
    # Expected in InO: 3/6 + 3/5, no event; variance 1/4 + 6/25: chi-squared 1.1^2 / .49, by hand.
    assert log_rank(outcomes).p == pytest.approx(0.1161, abs=5e-5)


def test_the_log_rank_test_needs_events_in_one_arm_only():
    found = log_rank(cell(CENSORED, EVENTS))
    assert 0 < found.p < 1
    assert (found.test, found.side) == ("log-rank", "two-sided")
    assert math.isnan(log_rank(cell(CENSORED, CENSORED)).p)
    assert math.isnan(log_rank(cell(EVENTS, [])).p)


def test_one_sided_is_half_of_two_sided_where_the_experimental_arm_is_better():
    outcomes = cell([(4, 1), (5, 1), (6, 0)], [(1, 1), (2, 1), (4.5, 1)])
    assert log_rank(outcomes, "one-sided").p == pytest.approx(log_rank(outcomes).p / 2)
    swapped = Outcomes(outcomes.time, outcomes.event, 1 - outcomes.experimental, outcomes.stratum)
    assert log_rank(swapped, "one-sided").p == pytest.approx(1 - log_rank(outcomes).p / 2)


def test_all_tied():
    outcomes = cell([(1, 1)] * 4, [(1, 1)] * 4)
    found = hazard_ratio(outcomes)
    assert found.hr == pytest.approx(1)
    assert math.isnan(proportional_hazards(outcomes, found))


def test_events_on_the_day_of_randomisation():
    outcomes = cell([(0, 1), (3, 1), (5, 0)], [(0, 1), (1, 1), (4, 1)])
    assert hazard_ratio(outcomes).estimable
    curve = kaplan_meier(outcomes.time[:3], outcomes.event[:3])
    assert curve.time[0] == 0
    assert curve.survival[-1] == pytest.approx(1 / 3)
    assert curve.median == 3


def test_a_stratum_of_one_arm_adds_nothing():
    both = cell([(2, 1), (4, 1), (6, 0)], [(1, 1), (3, 1), (5, 1)])
    alone = cell([(1, 1), (2, 1)], [])
    joined = Outcomes(
        np.concatenate([both.time, alone.time]),
        np.concatenate([both.event, alone.event]),
        np.concatenate([both.experimental, alone.experimental]),
        np.array([0] * 6 + [1] * 2),
    )
    assert hazard_ratio(joined).hr == pytest.approx(hazard_ratio(both).hr)
    assert log_rank(joined).p == pytest.approx(log_rank(both).p)
