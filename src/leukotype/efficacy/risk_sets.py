"""Who was at risk in each arm at each event time: what tests and residuals of two arms are made of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from leukotype.efficacy.not_estimable import Cause, NotEstimable
from leukotype.vocabulary import Arm

Floats = npt.NDArray[np.float64]

_TIED: Final = float(np.finfo(np.float64).eps) ** 0.5  # as R's survival has it (timefix)


@dataclass(frozen=True)
class Outcomes:
    """Times and events of patients; arrays of one length.

    Parameters
    ----------
    time
        months, 0 or more.
    event
        1 event, 0 censored.
    experimental
        1 in the experimental arm, 0 in the comparator.
    stratum
        code of the patient's stratum.
    """

    time: Floats
    event: Floats
    experimental: Floats
    stratum: npt.NDArray[np.int64]

    def part(self, rows: npt.NDArray[np.bool_]) -> Outcomes:
        """Outcomes of some of the patients."""
        return Outcomes(self.time[rows], self.event[rows], self.experimental[rows], self.stratum[rows])

    @property
    def has_strata(self) -> bool:
        """Whether there is more than one stratum."""
        return len(np.unique(self.stratum)) > 1

    @cached_property
    def risk_sets(self) -> RiskSets:
        """Those at risk at each event time of each stratum."""
        codes = np.unique(self.stratum)
        parts = [_of_stratum(self.part(self.stratum == code)) for code in codes] or [np.zeros((5, 0))]
        return RiskSets(*np.concatenate(parts, axis=1))

    def rank_of(self, time: Floats) -> Floats:
        """Count the event times up to some times: fewer distinct ones, of the same partial likelihood."""
        return np.searchsorted(np.unique(self.risk_sets.time), time, side="right").astype(np.float64)

    def without_strata(self) -> Outcomes:
        """Give the same patients as one stratum."""
        return Outcomes(self.time, self.event, self.experimental, np.zeros_like(self.stratum))


@dataclass(frozen=True)
class RiskSets:
    """One entry per stratum and distinct event time: at risk just before it, and events, in each arm."""

    time: Floats
    at_risk: Floats
    at_risk_experimental: Floats
    events: Floats
    events_experimental: Floats

    def problem(self) -> NotEstimable | None:
        """Find out why the hazard ratio has no finite estimate; None where it has one.

        The partial likelihood of one arm against another has its maximum at infinity where, while both arms
        were at risk, events fell in one of them only (Heinze and Schemper, Biometrics 2001;57:114).
        """
        if not self.events.sum():
            return NotEstimable(Cause.NO_EVENT)
        both = self.both_arms
        if not self.events[both].sum():
            return NotEstimable(Cause.NEVER_TOGETHER)
        in_arms = (self.events_experimental[both].sum(), (self.events - self.events_experimental)[both].sum())
        empty = tuple(arm for arm, events in zip(Arm, in_arms, strict=True) if not events)
        return NotEstimable(Cause.NO_EVENT_IN_ONE_ARM, empty) if empty else None

    @property
    def both_arms(self) -> npt.NDArray[np.bool_]:
        """Risk sets in which both arms stand: the others tell nothing of the hazard ratio."""
        return (self.at_risk_experimental > 0) & (self.at_risk_experimental < self.at_risk)

    def log_rank(self) -> tuple[float, float]:
        """Events in the experimental arm less those expected, and the variance of it (hypergeometric)."""
        n, d = self.at_risk, self.events
        share = self.at_risk_experimental / n
        excess = self.events_experimental - d * share
        with np.errstate(invalid="ignore", divide="ignore"):
            spread = np.where(n > 1, d * share * (1 - share) * (n - d) / (n - 1), 0.0)
        return float(excess.sum()), float(spread.sum())


def empty_arm(experimental: Floats) -> NotEstimable | None:
    """Say which arms have no patient; None where both have one."""
    empty = tuple(arm for arm, code in zip(Arm, (1, 0), strict=True) if not (experimental == code).any())
    return NotEstimable(Cause.NO_PATIENT, empty) if empty else None


def join_ties(time: Floats) -> Floats:
    """Make one time of those that differ by their last digits only: 0.1 + 0.2 and 0.3.

    The rule is that of R's survival (timefix): neighbours no farther apart than the root of the machine's
    precision, as they are or over the mean of the distinct times, become the first of them.
    """
    distinct, group = np.unique(time, return_inverse=True)
    apart = np.diff(distinct) > _TIED * max(1.0, float(np.abs(distinct).mean() if len(distinct) else 0.0))
    firsts = distinct[np.concatenate([[True], apart])] if len(distinct) else distinct
    return np.asarray(firsts[np.concatenate([[0], np.cumsum(apart)])[group]] if len(distinct) else time)


def _of_stratum(outcomes: Outcomes) -> Floats:
    events = outcomes.event == 1
    inside = outcomes.experimental == 1
    times, counts = np.unique(outcomes.time[events], return_counts=True)
    of_experimental = np.searchsorted(times, outcomes.time[events & inside])
    return np.stack(
        [
            times,
            _at_risk(outcomes.time, times),
            _at_risk(outcomes.time[inside], times),
            counts.astype(np.float64),
            np.bincount(of_experimental, minlength=len(times)).astype(np.float64),
        ]
    )


def _at_risk(time: Floats, at: Floats) -> Floats:
    """Count the patients whose time is not before each of some times."""
    return np.asarray(len(time) - np.searchsorted(np.sort(time), at, side="left"), dtype=np.float64)
