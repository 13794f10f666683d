"""Cox's model is one model at every size of a table: that of lifelines, of R and of its own definition."""

import math

import numpy as np
import pandas as pd
import pytest
from lifelines import CoxPHFitter

from leukotype.efficacy import Ties
from leukotype.efficacy.cox import fit_cox
from leukotype.efficacy.hazards import hazard_ratio
from leukotype.efficacy.risk_sets import Outcomes
from leukotype.efficacy.subgroups import survival_interaction

LIMIT = "leukotype.efficacy.cox._MANY_TIMES"


def draw_outcomes(n, digits, strata=3):
    """Exponential times, twice as long in the experimental arm, cut to some digits so that events tie."""
    draw = np.random.default_rng(n)
    arm = draw.integers(0, 2, n).astype(float)
    stratum = draw.integers(0, strata, n)
    time = draw.exponential((3 + 3 * arm) * (1 + stratum)).round(digits)
    return Outcomes(time, (draw.random(n) < 0.8) * 1.0, arm, stratum)


@pytest.mark.parametrize("digits", [0, 1, 9])
@pytest.mark.parametrize("stratified", [False, True])
def test_newton_steps_on_the_risk_sets_are_the_fit_of_lifelines(digits, stratified, monkeypatch):
    outcomes = draw_outcomes(600, digits)
    outcomes = outcomes if stratified else outcomes.without_strata()
    by_lifelines = fit_cox(outcomes, 0.975)
    monkeypatch.setattr(LIMIT, 0)
    own = fit_cox(outcomes, 0.975)
    assert own.method == by_lifelines.method
    for name in ("hr", "low", "high", "log_likelihood", "log_se"):
        assert getattr(own, name) == pytest.approx(getattr(by_lifelines, name), rel=1e-6)


def test_the_model_of_a_row_does_not_change_with_the_size_of_its_table():
    """The stratified ratio of many patients is that of lifelines, not a mean of the strata."""
    outcomes = draw_outcomes(3000, 2)
    assert len(outcomes.risk_sets.time) > 1500
    names = ("time", "event", "experimental", "stratum")
    frame = pd.DataFrame({name: getattr(outcomes, name) for name in names})
    peer = CoxPHFitter().fit(frame, "time", "event", strata=["stratum"], fit_options={"precision": 1e-12})
    found = fit_cox(outcomes, 0.975)
    assert found.method == "stratified Cox, Wald 97.5 %"
    assert math.log(found.hr) == pytest.approx(peer.params_.iloc[0], rel=1e-6)
    assert found.log_se == pytest.approx(peer.standard_errors_.iloc[0], rel=1e-6)


def test_the_interaction_of_many_patients_is_the_likelihood_ratio():
    outcomes = draw_outcomes(3000, 2)
    levels = [outcomes.part(outcomes.stratum == code).without_strata() for code in range(3)]
    estimates = [hazard_ratio(level) for level in levels]
    common = hazard_ratio(outcomes)
    found = survival_interaction(estimates, outcomes)
    assert found.test == "likelihood ratio, 2 df"
    statistic = 2 * (sum(each.log_likelihood for each in estimates) - common.log_likelihood)
    assert found.p == pytest.approx(math.exp(-statistic / 2))  # of chi-squared with 2 df


TIED = Outcomes(
    np.array([1.0, 1, 1, 2, 2, 3, 1, 1, 2, 2, 4, 5]),
    np.array([1.0, 0, 1, 1, 0, 1, 1, 1, 1, 1, 0, 1]),
    np.array([1.0] * 6 + [0] * 6),
    np.zeros(12, dtype=np.int64),
)


def test_a_maximum_far_from_nought_is_found(monkeypatch):
    """One early event against many: Newton's first step from 0 leads too far."""
    monkeypatch.setattr(LIMIT, 0)
    n = 2000
    time = np.concatenate([np.arange(1.0, n + 1), [n + 0.5], np.full(n, n + 1.0)])
    event = np.concatenate([np.ones(n + 1), np.zeros(n)])
    arm = np.concatenate([np.zeros(n), np.ones(n + 1)])
    outcomes = Outcomes(time, event, arm, np.zeros(2 * n + 1, dtype=np.int64))
    outcomes = Outcomes(
        np.append(time, n - 0.5), np.append(event, 1), np.append(arm, 1), np.zeros(2 * n + 2, int)
    )
    found = hazard_ratio(outcomes)
    assert found.estimable
    assert found.hr == pytest.approx(hazard_ratio(outcomes, ties=Ties.EXACT).hr, rel=1e-9)  # no tied events
    assert found.hr < 0.01


def test_the_methods_name_the_ties():
    assert [hazard_ratio(TIED, ties=each).method for each in Ties] == [
        "Cox, Wald 97.5 %",
        "Cox (Breslow ties), Wald 97.5 %",
        "Cox (exact ties), Wald 97.5 %",
    ]
