"""Cumulative incidence of one cause of an end among others, and whether two arms differ in it (Gray)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import chi2, norm

from leukotype.efficacy.proportions import NO_TEST, TWO_SIDED, PValue
from leukotype.efficacy.risk_sets import Floats

_NOBODY: Final = 1e-12  # a survival so small is none: products of fractions are not exact


@dataclass(frozen=True)
class Ends:
    """How long patients were seen and by what that ended; arrays of one length.

    Parameters
    ----------
    time
        months, 0 or more.
    cause
        0 censored, else the number of the cause.
    experimental
        1 in the experimental arm, 0 in the comparator.
    """

    time: Floats
    cause: Floats
    experimental: Floats

    def part(self, rows: npt.NDArray[np.bool_]) -> Ends:
        """Give the ends of some of the patients."""
        return Ends(self.time[rows], self.cause[rows], self.experimental[rows])


@dataclass(frozen=True)
class Incidence:
    """Cumulative incidence of one cause in one group; arrays with an entry at 0 and at each distinct time.

    Parameters
    ----------
    at_risk
        just before each time.
    complete
        whether nobody was left at the last time: the incidence is known from there on.
    """

    time: Floats
    incidence: Floats
    variance: Floats
    at_risk: Floats
    complete: bool

    def at(self, month: float) -> tuple[float, float]:
        """Incidence at a time and its variance; NaN where nobody was seen so long."""
        step = self._step(month)
        if step is None:
            return math.nan, math.nan
        return float(self.incidence[step]), float(self.variance[step])

    def limits_at(self, month: float, level: float) -> tuple[float, float, float]:
        """Incidence at a time with its interval; NaN where nobody was seen so long, or all or none had it."""
        step = self._step(month)
        if step is None:
            return math.nan, math.nan, math.nan
        row = self.frame(level).iloc[step]
        return float(row["incidence"]), float(row["low"]), float(row["high"])

    def _step(self, month: float) -> int | None:
        """Position of the last time up to a month; None where nobody was seen so long."""
        if not self.time.size or (month > self.time[-1] and not self.complete):
            return None
        return int(np.searchsorted(self.time, month, side="right")) - 1

    def frame(self, level: float) -> pd.DataFrame:
        """Give the steps: time, incidence, low, high (by the log-log transform), at_risk."""
        low, high = (np.full(len(self.time), math.nan) for _ in range(2))
        inner = (self.incidence > 0) & (self.incidence < 1 - _NOBODY) & (self.variance > 0)
        value = self.incidence[inner]
        reach = norm.ppf(0.5 + level / 2) * np.sqrt(self.variance[inner]) / (value * np.log(value))
        low[inner], high[inner] = value ** np.exp(-reach), value ** np.exp(reach)
        columns = {"time": self.time, "incidence": self.incidence, "low": low, "high": high}
        return pd.DataFrame(columns | {"at_risk": self.at_risk})


@dataclass(frozen=True)
class _Steps:
    """At each of some times: at risk just before, ended by the cause, ended by another; survival of all."""

    at_risk: Floats
    own: Floats
    other: Floats

    @property
    def survival(self) -> Floats:
        """After each time, by whatever cause one ends; 1 while nobody is at risk."""
        left = self.at_risk - self.own - self.other
        survival = np.cumprod(np.where(self.at_risk > 0, _over(left, self.at_risk), 1.0))
        return np.where(survival > _NOBODY, survival, 0.0)

    @property
    def incidence(self) -> Floats:
        """After each time (Aalen and Johansen, Scand J Stat 1978;5:141)."""
        return np.asarray(np.cumsum(_before(self.survival, 1.0) * _over(self.own, self.at_risk)))


def cumulative_incidence(ends: Ends, cause: int) -> Incidence:
    """Estimate how many have ended by a cause, of all patients of a group."""
    if not len(ends.time):
        nothing = np.zeros(0)
        return Incidence(nothing, nothing, nothing, nothing, complete=False)
    times = np.unique(np.append(0.0, ends.time))
    steps = _count(ends, cause, times)
    last = ends.time == times[-1]
    complete = bool((ends.cause[last] > 0).all())
    return Incidence(times, steps.incidence, _variance(steps), steps.at_risk, complete=complete)


def _variance(steps: _Steps) -> Floats:
    """Variance of the incidence, by the counting processes of both causes (Gray, Ann Stat 1988;16:1141)."""
    survival, incidence = steps.survival, steps.incidence
    before = _before(survival, 1.0)
    inverse = _over(np.ones(len(survival)), survival)
    own, other = (
        before**2 * _tie_share(events, steps.at_risk) * _over(events, steps.at_risk**2)
        for events in (steps.own, steps.other * (survival > 0))
    )
    reached = incidence * inverse
    squares = np.cumsum((1 + reached) ** 2 * own + reached**2 * other)
    products = np.cumsum(inverse * ((1 + reached) * own + reached * other))
    inverses = np.cumsum(inverse**2 * (own + other))
    return np.asarray(np.maximum(squares + incidence**2 * inverses - 2 * incidence * products, 0.0))


def gray(ends: Ends, cause: int) -> PValue:
    """Test whether the cumulative incidence of a cause is the same in both arms, two-sided.

    Gray's test with weights of 1 (Ann Stat 1988;16:1141): a log-rank test in which those who ended by another
    cause stay at risk, in the share that would still be under observation.
    """
    times = np.unique(ends.time[ends.cause > 0])
    arms = [_count(ends.part(ends.experimental == inside), cause, times) for inside in (1, 0)]
    events = arms[0].own + arms[1].own
    # At risk, had nobody ended by the cause or another.
    weights = [_over(arm.at_risk, _before(arm.survival, 1.0)) for arm in arms]
    at_risk = [w * (1 - _before(arm.incidence, 0.0)) for arm, w in zip(arms, weights, strict=True)]
    score = float((arms[0].own - _over(at_risk[0], at_risk[0] + at_risk[1]) * events).sum())
    whole = weights[0] + weights[1]
    common = np.cumsum(_over(events, whole))  # the incidence where both arms have the same
    share = _over(weights[0], whole)
    hazard = _over(events, whole * (1 - _before(common, 0.0)))
    variance = 0.0
    for arm, weight, own in zip(arms, weights, (1.0, 0.0), strict=True):
        now = weight * (own - share)
        so_far = np.cumsum(now * hazard)
        variance += _spread(arm, events, whole, common, now, so_far[-1:] - so_far)
    return PValue(float(chi2.sf(score**2 / variance, 1)), "Gray", TWO_SIDED) if variance > 0 else NO_TEST


def _spread(arm: _Steps, events: Floats, whole: Floats, common: Floats, now: Floats, later: Floats) -> float:
    """Variance of the score that comes of the patients of one arm: of those at risk, and of those later."""
    after, before = arm.survival, _before(arm.survival, 1.0)
    ratio = _over(1 - common, after)
    of_cause = now + np.where(after > 0, 1 - ratio, 1.0) * later
    expected = _tie_share(events, whole * before) * before * _over(events, whole * arm.at_risk)
    of_others = ratio * later
    others = _tie_share(arm.other, arm.at_risk) * before**2 * _over(arm.other, arm.at_risk**2)
    return float((of_cause**2 * expected + of_others**2 * others).sum())


def _count(ends: Ends, cause: int, times: Floats) -> _Steps:
    at_risk = len(ends.time) - np.searchsorted(np.sort(ends.time), times, side="left")
    own, other = ends.cause == cause, (ends.cause != cause) & (ends.cause > 0)
    counts = (
        np.bincount(np.searchsorted(times, ends.time[which]), minlength=len(times)) for which in (own, other)
    )
    return _Steps(at_risk.astype(np.float64), *(each.astype(np.float64) for each in counts))


def _before(steps: Floats, first: float) -> Floats:
    """Give what a step function was just before each of its steps."""
    return np.concatenate([[first], steps[:-1]]) if len(steps) else steps


def _tie_share(events: Floats, at_risk: Floats) -> Floats:
    """Share of the variance that is left where several events fall at one time (hypergeometric)."""
    return np.where(events > 1, 1 - _over(events - 1, at_risk - 1), 1.0)


def _over(numerator: Floats, denominator: Floats) -> Floats:
    """Divide; 0 where there is nothing to divide by."""
    zero = np.zeros(np.broadcast(numerator, denominator).shape)
    return np.divide(numerator, denominator, out=zero, where=denominator > 0)
