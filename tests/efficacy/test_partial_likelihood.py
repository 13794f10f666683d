"""Cox's partial likelihood is its definition under each rule of ties, and comes to its supremum."""

import math
from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize_scalar

from leukotype.efficacy import Ties
from leukotype.efficacy.hazards import hazard_ratio
from leukotype.efficacy.partial_likelihood import expect, log_likelihood, maximise, supremum
from leukotype.efficacy.risk_sets import Outcomes
from tests.efficacy.conftest import SETS, outcomes

TIED = Outcomes(
    np.array([1.0, 1, 1, 2, 2, 3, 1, 1, 2, 2, 4, 5]),
    np.array([1.0, 0, 1, 1, 0, 1, 1, 1, 1, 1, 0, 1]),
    np.array([1.0] * 6 + [0] * 6),
    np.zeros(12, dtype=np.int64),
)


def height_at(sets, log_ratio, ties):
    return log_likelihood(sets, log_ratio, expect(sets, log_ratio, ties))


def by_definition(beta, ties):
    """Log partial likelihood written out patient by patient, and subset by subset where it is exact."""
    risk = np.exp(beta * TIED.experimental)
    total = 0.0
    for time in sorted(set(TIED.time[TIED.event == 1])):
        at_risk = np.flatnonzero(TIED.time >= time)
        failed = np.flatnonzero((TIED.time == time) & (TIED.event == 1))
        total += beta * TIED.experimental[failed].sum()
        if ties == Ties.EXACT:
            total -= math.log(sum(math.prod(risk[list(each)]) for each in combinations(at_risk, len(failed))))
            continue
        for number in range(len(failed)):
            gone = number / len(failed) * risk[failed].sum() if ties == Ties.EFRON else 0.0
            total -= math.log(risk[at_risk].sum() - gone)
    return total


@pytest.mark.parametrize("ties", list(Ties))
def test_each_rule_of_ties_is_its_definition(ties):
    """Efron, Breslow and the exact likelihood, enumerated: same heights, same maximum, same curvature."""
    for beta in (-1.5, 0.0, 0.7):
        assert height_at(TIED.risk_sets, beta, ties) == pytest.approx(by_definition(beta, ties))
    best = minimize_scalar(
        lambda beta: -by_definition(beta, ties), bounds=(-5, 5), method="bounded", options={"xatol": 1e-10}
    ).x
    found = hazard_ratio(TIED, ties=ties)
    assert math.log(found.hr) == pytest.approx(best, abs=1e-6)
    step = 1e-3
    bend = by_definition(best + step, ties) + by_definition(best - step, ties) - 2 * by_definition(best, ties)
    assert found.information == pytest.approx(-bend / step**2, rel=1e-5)


@pytest.mark.parametrize("name", SETS)
def test_the_log_likelihood_without_an_effect_is_that_of_the_risk_sets(name):
    """Both arms thrown into one: no maximum, and the likelihood of the null model that lifelines has too."""
    lifelines = pytest.importorskip("lifelines")
    data = outcomes(name).without_strata()
    frame = pd.DataFrame({"time": data.time, "event": data.event, "experimental": data.experimental})
    fitted = lifelines.CoxPHFitter().fit(frame, "time", "event")
    null = float(fitted.log_likelihood_) - fitted.log_likelihood_ratio_test().test_statistic / 2
    alone = Outcomes(data.time, data.event, np.ones_like(data.time), data.stratum)
    assert supremum(alone.risk_sets) == pytest.approx(null, rel=1e-9)


@pytest.mark.parametrize("ties", list(Ties))
@pytest.mark.parametrize("swapped", [False, True])
def test_without_a_finite_maximum_the_likelihood_comes_to_its_supremum(ties, swapped):
    """No event in one arm: at a ratio of e^-30 (e^30 in the other) nothing is left to gain."""
    event = np.where(TIED.experimental == 1, 0.0, TIED.event)
    outcomes = replace(
        TIED, event=event, experimental=1 - TIED.experimental if swapped else TIED.experimental
    )
    far = 30.0 if swapped else -30.0
    height = supremum(outcomes.risk_sets, ties)
    assert height_at(outcomes.risk_sets, far, ties) == pytest.approx(height, abs=1e-9)
    assert height_at(outcomes.risk_sets, far / 10, ties) < height


@pytest.mark.parametrize("ties", list(Ties))
def test_newton_steps_end_where_the_slope_is_nought(ties):
    at, error, height = maximise(TIED.risk_sets, ties)
    for away in (-0.01, 0.01):
        assert height_at(TIED.risk_sets, at + away, ties) < height
    expected = expect(TIED.risk_sets, at, ties)
    assert expected.mean.sum() == pytest.approx(TIED.risk_sets.events_experimental.sum(), abs=1e-9)
    assert error == pytest.approx(expected.variance.sum() ** -0.5)


def test_steps_that_come_to_no_end_give_no_number():
    outcomes = replace(TIED, event=np.where(TIED.experimental == 1, 0.0, TIED.event))
    assert all(math.isnan(value) for value in maximise(outcomes.risk_sets))
