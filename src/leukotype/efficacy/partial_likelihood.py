"""Cox's partial likelihood of one arm against the other, from the risk sets alone, and its maximum."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

from leukotype.efficacy.risk_sets import Floats, RiskSets
from leukotype.vocabulary import Ties

_PRECISION = 1e-12  # of the log hazard ratio
_MOST_STEPS = 60


@dataclass(frozen=True)
class Expected:
    """What the model expects in each risk set, at a log hazard ratio: an entry a risk set.

    Parameters
    ----------
    log_denominator
        of its term of the partial likelihood.
    mean, variance
        of the events in the experimental arm.
    """

    log_denominator: Floats
    mean: Floats
    variance: Floats


def log_likelihood(sets: RiskSets, log_ratio: float, expected: Expected) -> float:
    """Log partial likelihood at a log hazard ratio, from what is expected there."""
    return float(log_ratio * sets.events_experimental.sum() - expected.log_denominator.sum())


def maximise(sets: RiskSets, ties: Ties = Ties.EFRON) -> tuple[float, float, float]:
    """Find the log hazard ratio of the greatest partial likelihood by Newton steps.

    The likelihood of one covariate is concave: a step that leads down is halved until it does not.

    Returns
    -------
    tuple
        log hazard ratio, its standard error, log likelihood; NaN where the steps come to no end.
    """
    at, expected = 0.0, expect(sets, 0.0, ties)
    height = log_likelihood(sets, at, expected)
    for _ in range(_MOST_STEPS):
        information = float(expected.variance.sum())
        if not information > 0:
            break
        step = float((sets.events_experimental - expected.mean).sum()) / information
        if abs(step) <= _PRECISION:
            return at, information**-0.5, height
        ahead = expect(sets, at + step, ties)
        while abs(step) > _PRECISION and log_likelihood(sets, at + step, ahead) < height:
            step /= 2
            ahead = expect(sets, at + step, ties)
        at, expected = at + step, ahead
        height = log_likelihood(sets, at, expected)
    return math.nan, math.nan, math.nan


def expect(sets: RiskSets, log_ratio: float, ties: Ties = Ties.EFRON) -> Expected:
    """Say what is expected in each risk set, with ties after Efron, Breslow or exactly (discrete time).

    Efron takes those who have an event at one time out of the risk set by equal shares, one after the other
    (J Am Stat Assoc 1977;72:557); Breslow leaves them all in (Biometrics 1974;30:89); exactly, the events are
    drawn from the risk set at once (Cox, J R Stat Soc B 1972;34:187).
    """
    return _expect_drawn(sets, log_ratio) if ties == Ties.EXACT else _expect_one_by_one(sets, log_ratio, ties)


def _expect_one_by_one(sets: RiskSets, log_ratio: float, ties: Ties) -> Expected:
    """Sum over the events of each risk set: at each, one of those who are left has it."""
    events = sets.events.astype(np.int64)
    of = np.repeat(np.arange(len(events)), events)
    gone = _count_up(events) / sets.events[of] if ties == Ties.EFRON else np.zeros(len(of))
    ones = sets.at_risk_experimental[of] - gone * sets.events_experimental[of]
    all_left = sets.at_risk[of] - gone * sets.events[of]
    with np.errstate(divide="ignore"):
        log_ones, log_zeros = np.log(ones) + log_ratio, np.log(all_left - ones)
    log_all = np.logaddexp(log_ones, log_zeros)
    share = np.exp(log_ones - log_all)
    terms = (log_all, share, share * np.exp(log_zeros - log_all))
    return Expected(*(_total(each, of, len(events)) for each in terms))


def _expect_drawn(sets: RiskSets, log_ratio: float) -> Expected:
    """Moments of Fisher's noncentral hypergeometric distribution in each risk set."""
    n1, d = sets.at_risk_experimental, sets.events
    n0 = sets.at_risk - n1
    least = np.maximum(0, d - n0)
    sizes = (np.minimum(n1, d) - least).astype(np.int64) + 1
    of = np.repeat(np.arange(len(sizes)), sizes)
    drawn = least[of] + _count_up(sizes)
    weight = _log_choose(n1[of], drawn) + _log_choose(n0[of], d[of] - drawn) + log_ratio * drawn
    highest = np.maximum.reduceat(weight, np.cumsum(sizes) - sizes) if len(sizes) else np.zeros(0)
    mass = np.exp(weight - highest[of])

    whole = _total(mass, of, len(sizes))
    mean = _total(mass * drawn, of, len(sizes)) / whole
    variance = _total(mass * (drawn - mean[of]) ** 2, of, len(sizes)) / whole
    return Expected(highest + np.log(whole), mean, variance)


def _total(values: Floats, of: npt.NDArray[np.int64], n: int) -> Floats:
    """Sum values by the risk set that they are of."""
    return np.bincount(of, weights=values, minlength=n).astype(np.float64)


def supremum(sets: RiskSets, ties: Ties = Ties.EFRON) -> float:
    """Give the supremum of the log partial likelihood where there is no finite maximum.

    The arm without events has no hazard there: it leaves the risk sets in which both arms stand.
    """
    both = sets.both_arms
    in_experimental = bool(sets.events_experimental[both].sum())
    of_arm = sets.at_risk_experimental if in_experimental else sets.at_risk - sets.at_risk_experimental
    at_risk = np.where(both, of_arm, sets.at_risk)
    if ties == Ties.BRESLOW:
        return -float((sets.events * np.log(at_risk)).sum())
    if ties == Ties.EXACT:
        return -float(_log_choose(at_risk, sets.events).sum())
    return -float((gammaln(at_risk + 1) - gammaln(at_risk - sets.events + 1)).sum())


def _log_choose(n: Floats, k: Floats) -> Floats:
    return np.asarray(gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1))


def _count_up(sizes: npt.NDArray[np.int64]) -> Floats:
    """Count 0, 1, 2, ... anew in each of some stretches."""
    return np.arange(sizes.sum(), dtype=np.float64) - np.repeat(np.cumsum(sizes) - sizes, sizes)
