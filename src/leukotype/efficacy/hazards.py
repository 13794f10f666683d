"""Hazard ratio of two arms, or why there is none; log-rank test; proportionality of hazards."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from scipy.stats import chi2, norm

from leukotype.efficacy.cox import HazardRatio, fit_cox, fit_firth, no_estimate
from leukotype.efficacy.not_estimable import Cause
from leukotype.efficacy.partial_likelihood import expect, supremum
from leukotype.efficacy.proportions import NO_TEST, ONE_SIDED, TWO_SIDED, PValue
from leukotype.efficacy.risk_sets import Floats, Outcomes, empty_arm
from leukotype.vocabulary import Ties

HAZARD_RATIO: Final = "hazard ratio"  # a quantity, as tables name it


def hazard_ratio(
    outcomes: Outcomes, *, level: float = 0.975, firth: bool = False, ties: Ties = Ties.EFRON
) -> HazardRatio:
    """Estimate the hazard ratio by Cox's model, stratified where the outcomes have strata.

    Parameters
    ----------
    level
        of the Wald interval on the log scale. The INO-VATE analysis prints 97.5 % (z = 2.2414).
    firth
        where events fell in one arm only: Firth's penalised likelihood and its profile interval; has no
        strata.
    """
    sets = outcomes.risk_sets
    problem = empty_arm(outcomes.experimental) or sets.problem()
    if problem is None:
        return fit_cox(outcomes, level, ties)
    if firth and not outcomes.has_strata and problem.cause is Cause.NO_EVENT_IN_ONE_ARM:
        return fit_firth(outcomes, level, ties)
    return no_estimate(problem, supremum(sets, ties))


def log_rank(outcomes: Outcomes, side: str = TWO_SIDED) -> PValue:
    """Log-rank test, stratified where the outcomes have strata; one-sided: is the experimental arm better."""
    excess, variance = outcomes.risk_sets.log_rank()
    if not variance > 0:
        return NO_TEST
    z = excess / math.sqrt(variance)
    name = "stratified log-rank" if outcomes.has_strata else "log-rank"
    p = norm.cdf(z) if side == ONE_SIDED else 2 * norm.sf(abs(z))
    return PValue(float(p), name, side)


def proportional_hazards(outcomes: Outcomes, estimate: HazardRatio, ties: Ties = Ties.EFRON) -> float:
    """P value for hazards that are not proportional, two-sided: the score test of R's survival 3.

    Grambsch and Therneau (Biometrika 1994;81:515): is there an effect of the arm times 1 less the
    Kaplan-Meier estimate of all patients, beside the effect of the arm. The information is summed over the
    risk sets, not taken as the same in each (as survival did up to version 2). NaN without an estimate or
    with one event time.
    """
    sets = outcomes.risk_sets
    if not estimate.estimable or len(np.unique(sets.time)) < 2:
        return math.nan
    expected = expect(sets, math.log(estimate.hr), ties)
    residuals = sets.events_experimental - expected.mean
    transformed = _one_less_survival(outcomes, sets.time)
    centred = transformed - np.average(transformed, weights=expected.variance)
    information = float((expected.variance * centred**2).sum())
    score = float((centred * residuals).sum())
    return float(chi2.sf(score**2 / information, 1)) if information > 0 else math.nan


def _one_less_survival(outcomes: Outcomes, at: Floats) -> Floats:
    """1 less the Kaplan-Meier estimate of all patients, just before each of some times."""
    pooled = outcomes.without_strata().risk_sets
    before = np.concatenate([[1.0], np.cumprod(1 - pooled.events / pooled.at_risk)])
    return np.asarray(1 - before[np.searchsorted(pooled.time, at)])
