"""Who is at risk in each arm at each event time, counted by hand and as lifelines counts."""

import numpy as np
import pytest
from lifelines import KaplanMeierFitter
from lifelines.statistics import logrank_test

from leukotype.efficacy.not_estimable import Cause, NotEstimable
from leukotype.efficacy.risk_sets import Outcomes, empty_arm, join_ties
from leukotype.vocabulary import Arm


def cell(experimental, comparator):
    """Outcomes from (time, event) pairs of both arms."""
    rows = [*((t, e, 1) for t, e in experimental), *((t, e, 0) for t, e in comparator)]
    time, event, arm = np.array(rows, dtype=float).reshape(-1, 3).T
    return Outcomes(time, event, arm, np.zeros(len(rows), dtype=np.int64))


def test_ties_of_floats_are_ties():
    """Neighbours become the first of a run: R's aeqSurv gives .3, .3, 1, 1e5, 1e5 for these."""
    found = join_ties(np.array([1.0, 0.1 + 0.2, 1e5, 0.3, 1e5 + 1e-4]))
    assert found.tolist() == [1.0, 0.3, 1e5, 0.3, 1e5]
    assert join_ties(np.array([1.0, 1.001])).tolist() == [1.0, 1.001]
    assert join_ties(np.zeros(0)).size == 0


def test_at_risk_and_events_by_hand():
    """Who is censored at an event time is still at risk at it."""
    sets = cell([(2, 1), (3, 0), (3, 1)], [(1, 1), (2, 1), (2, 0), (4, 1)]).risk_sets
    assert sets.time.tolist() == [1, 2, 3, 4]
    assert sets.at_risk.tolist() == [7, 6, 3, 1]
    assert sets.at_risk_experimental.tolist() == [3, 3, 2, 0]
    assert sets.events.tolist() == [1, 2, 1, 1]
    assert sets.events_experimental.tolist() == [0, 1, 1, 0]
    assert sets.both_arms.tolist() == [True, True, True, False]


def test_events_and_those_at_risk_are_those_of_lifelines():
    rng = np.random.default_rng(2)
    time, event = rng.integers(1, 30, 200).astype(float), (rng.random(200) < 0.6) * 1.0
    sets = Outcomes(time, event, np.ones(200), np.zeros(200, dtype=np.int64)).risk_sets
    table = KaplanMeierFitter().fit(time, event).event_table
    table = table[table["observed"] > 0]
    np.testing.assert_array_equal(sets.time, table.index)
    np.testing.assert_array_equal(sets.at_risk, table["at_risk"])
    np.testing.assert_array_equal(sets.events, table["observed"])


def test_strata_are_parted_and_nobody_is_at_risk_in_another():
    rng = np.random.default_rng(3)
    time, arm = rng.integers(1, 9, 60).astype(float), rng.integers(0, 2, 60).astype(float)
    whole = Outcomes(time, np.ones(60), arm, rng.integers(0, 3, 60))
    parts = [whole.part(whole.stratum == code).without_strata().risk_sets for code in range(3)]
    assert whole.has_strata
    assert not whole.without_strata().has_strata
    for name in ("time", "at_risk", "events_experimental"):
        joined = np.concatenate([getattr(part, name) for part in parts])
        np.testing.assert_array_equal(getattr(whole.risk_sets, name), joined)


def test_the_log_rank_test_is_that_of_lifelines():
    rng = np.random.default_rng(4)
    arm = rng.integers(0, 2, 150).astype(float)
    time, event = rng.exponential(4 + 3 * arm).round(1), (rng.random(150) < 0.7) * 1.0
    excess, variance = Outcomes(time, event, arm, np.zeros(150, dtype=np.int64)).risk_sets.log_rank()
    theirs = logrank_test(time[arm == 1], time[arm == 0], event[arm == 1], event[arm == 0])
    assert excess < 0  # fewer events than expected in the arm that lives longer
    assert excess**2 / variance == pytest.approx(theirs.test_statistic, rel=1e-9)


def test_ranks_of_times_have_the_same_risk_sets():
    """The partial likelihood knows the order of the events alone."""
    outcomes = cell([(2.5, 1), (3, 0), (9, 1)], [(1, 1), (2.5, 1), (4, 0), (7, 1)])
    ranked = Outcomes(
        outcomes.rank_of(outcomes.time), outcomes.event, outcomes.experimental, outcomes.stratum
    ).risk_sets
    np.testing.assert_array_equal(ranked.at_risk, outcomes.risk_sets.at_risk)
    np.testing.assert_array_equal(ranked.events_experimental, outcomes.risk_sets.events_experimental)


def test_an_arm_without_a_patient_is_named():
    assert empty_arm(np.array([1.0, 0.0])) is None
    assert empty_arm(np.array([0.0])) == NotEstimable(Cause.NO_PATIENT, (Arm.EXPERIMENTAL,))
    assert empty_arm(np.zeros(0)).text(("InO", "SC")) == "no patient in InO and SC"


def test_nobody_gives_no_risk_set():
    sets = cell([], []).risk_sets
    assert sets.time.size == 0
    assert sets.problem() == NotEstimable(Cause.NO_EVENT)
