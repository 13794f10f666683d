"""Survival of one arm and the difference of two: Kaplan-Meier, medians, follow-up, restricted means."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm

from leukotype.efficacy.risk_sets import Floats

_HALF = 1e-9  # a curve this near to one half is at one half: products of fractions are not exact


@dataclass(frozen=True)
class Curve:
    """Kaplan-Meier estimate of one group; arrays with an entry at 0 and at each distinct time.

    Parameters
    ----------
    low, high
        pointwise interval by the log-log transform; NaN before the first event and at 0.
    at_risk
        just before each time.
    """

    time: Floats
    survival: Floats
    low: Floats
    high: Floats
    at_risk: Floats
    events: Floats
    censored: Floats

    @property
    def median(self) -> float:
        """Median survival; inf where the curve stays above one half, NaN without patients."""
        return _median(self.time, self.survival) if self.time.size else math.nan

    @property
    def median_interval(self) -> tuple[float, float]:
        """Interval of the median (Brookmeyer and Crowley, Biometrics 1982;38:29); inf where not reached.

        NaN where the curve has no interval at all: before any event, and of one patient.
        """
        if np.isnan(self.low).all():
            return math.nan, math.nan
        return _median(self.time, self.low), _median(self.time, self.high)

    def frame(self) -> pd.DataFrame:
        """Give the steps as a frame: time, survival, low, high, at_risk, events, censored."""
        names = ("time", "survival", "low", "high", "at_risk", "events", "censored")
        return pd.DataFrame({name: getattr(self, name) for name in names})


def survival_at(curve: Curve, month: float) -> tuple[float, float, float, int]:
    """Give survival at a time, its interval and the number at risk; NaN where nobody was seen so long."""
    if not curve.time.size or (month > curve.time[-1] and curve.survival[-1] > 0):
        return math.nan, math.nan, math.nan, 0
    step = int(np.searchsorted(curve.time, month, side="right")) - 1
    later = curve.at_risk[np.searchsorted(curve.time, month) :]
    survival, low, high = (float(each[step]) for each in (curve.survival, curve.low, curve.high))
    return survival, low, high, int(later[0]) if later.size else 0


def kaplan_meier(time: Floats, event: Floats, *, level: float = 0.95) -> Curve:
    """Estimate survival; the interval is Greenwood's on the log-log scale, as SAS prints it.

    Where the curve has reached 0 it has no interval (lifelines gives 0 to 0 there, and so an interval without
    width to the median of one patient).
    """
    if not len(time):
        return Curve(*(np.zeros(0) for _ in range(7)))
    times, group = np.unique(np.append(0.0, time), return_inverse=True)
    events = np.bincount(group[1:], weights=event, minlength=len(times)).astype(np.float64)
    leaving = np.bincount(group[1:], minlength=len(times)).astype(np.float64)
    at_risk = np.asarray(np.cumsum(leaving[::-1])[::-1], dtype=np.float64)
    survival = np.asarray(np.cumprod(1 - events / at_risk), dtype=np.float64)
    low, high = _log_log(survival, np.cumsum(_greenwood(at_risk, events)), level)
    return Curve(times, survival, low, high, at_risk, events, leaving - events)


def _greenwood(at_risk: Floats, events: Floats) -> Floats:
    """Terms of the variance of log survival; 0 where the last one at risk has an event."""
    left = at_risk - events
    return np.divide(events, at_risk * left, out=np.zeros(len(events)), where=left > 0)


def _log_log(survival: Floats, variance: Floats, level: float) -> tuple[Floats, Floats]:
    """Limits S to the power of exp(-+ z se / log S); NaN where survival is 1 or 0."""
    log_survival = np.full(len(survival), np.nan)
    inner = (variance > 0) & (survival > 0)
    log_survival[inner] = np.log(survival[inner])
    reach = norm.ppf(0.5 + level / 2) * np.sqrt(variance) / log_survival
    low, high = (np.exp(log_survival * np.exp(side * reach)) for side in (-1, 1))
    return low, high


def follow_up(time: Floats, event: Floats, *, level: float = 0.95) -> tuple[float, float, float]:
    """Median follow-up with its interval by the reverse Kaplan-Meier method.

    Those without an event have reached the end of their follow-up, an event cuts it short (Schemper and
    Smith, Control Clin Trials 1996;17:343).
    """
    curve = kaplan_meier(time, 1 - event, level=level)
    return curve.median, *curve.median_interval


def _median(time: Floats, curve: Floats) -> float:
    """First time at which a curve is below one half.

    Where the curve runs level at one half, the middle of that stretch, as R and SAS have it.
    """
    below = np.flatnonzero(curve < 0.5 - _HALF)
    level = np.flatnonzero(np.abs(curve - 0.5) <= _HALF)
    if level.size:
        end = time[below[0]] if below.size else time[-1]
        return float(time[level[0]] + end) / 2
    return float(time[below[0]]) if below.size else math.inf


@dataclass(frozen=True)
class RestrictedMean:
    """Difference of mean survival up to ``tau`` months, experimental less comparator; NaN where unknown."""

    difference: float
    low: float
    high: float
    tau: float

    @property
    def estimable(self) -> bool:
        """Whether there is a difference."""
        return not math.isnan(self.difference)


def restricted_mean_difference(
    experimental: Curve, comparator: Curve, *, level: float = 0.95, tau: float | None = None
) -> RestrictedMean:
    """Difference of restricted mean survival times (Royston and Parmar, Stat Med 2011;30:2409).

    Parameters
    ----------
    tau
        months; by default the shorter of the arms' longest observed times. An arm that was not observed so
        long has no mean, unless its curve has reached 0 before.
    """
    curves = (experimental, comparator)
    if tau is None:
        tau = min(map(_longest, curves)) if all(curve.time.size for curve in curves) else math.nan
    unknown = RestrictedMean(math.nan, math.nan, math.nan, tau)
    if math.isnan(tau) or not all(_is_known(curve, tau) for curve in curves):
        return unknown
    means, variances = zip(*(restricted_mean(curve, tau) for curve in curves), strict=True)
    if not min(variances) > 0:  # nobody, or one patient: the curve says nothing of its own error
        return unknown
    se = math.sqrt(sum(variances))
    difference = means[0] - means[1]
    z = float(norm.ppf(0.5 + level / 2))
    return RestrictedMean(difference, difference - z * se, difference + z * se, tau)


def _longest(curve: Curve) -> float:
    return float(curve.time[-1])


def _is_known(curve: Curve, at: float) -> bool:
    return bool(curve.time.size) and (_longest(curve) >= at or curve.survival[-1] <= 0)


def restricted_mean(curve: Curve, tau: float) -> tuple[float, float]:
    """Area under a curve up to ``tau`` and the square of its standard error (Greenwood's)."""
    edges = np.append(curve.time[curve.time < tau], tau)
    areas = curve.survival[: len(edges) - 1] * np.diff(edges)
    later = np.cumsum(areas[::-1])[::-1]
    n, d = curve.at_risk[: len(areas)], curve.events[: len(areas)]
    terms = np.zeros(len(areas))
    inner = n > d
    terms[inner] = later[inner] ** 2 * d[inner] / (n[inner] * (n[inner] - d[inner]))
    return float(areas.sum()), float(terms.sum())
