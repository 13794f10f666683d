"""PFS and OS by arm in every subgroup: the tidy frames ``survival``, ``curves`` and ``followup``."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from leukotype.efficacy.analysis_options import AnalysisOptions
from leukotype.efficacy.cox import HazardRatio
from leukotype.efficacy.hazards import hazard_ratio, log_rank, proportional_hazards
from leukotype.efficacy.join import Trial
from leukotype.efficacy.risk_sets import Outcomes
from leukotype.efficacy.subgroups import (
    OF_EVERY_TABLE,
    Factor,
    Family,
    add_interaction,
    adjust,
    survival_interaction,
)
from leukotype.efficacy.survival import (
    Curve,
    follow_up,
    kaplan_meier,
    restricted_mean_difference,
    survival_at,
)
from leukotype.efficacy.trial_endpoints import trial_outcomes
from leukotype.vocabulary import Arm, SmallCells

_OF_ARM: Final = ("n", "events", "median", "median_low", "median_high")
COLUMNS: Final = (
    "endpoint",
    "factor",
    "level",
    *(f"{name}_{arm}" for arm in Arm for name in _OF_ARM),
    "hr",
    "hr_low",
    "hr_high",
    "hr_method",
    "p",
    "test",
    "side",
    "p_holm",
    "p_bh",
    "ph_p",
    "rmst_difference",
    "rmst_low",
    "rmst_high",
    "rmst_tau",
    "interaction_p",
    "interaction_test",
    "information",
    "estimable",
    "why_not",
    *OF_EVERY_TABLE,
)
CURVE_COLUMNS: Final = (
    "endpoint",
    "factor",
    "level",
    "arm",
    "time",
    "survival",
    "low",
    "high",
    "at_risk",
    "events",
    "censored",
)
LANDMARK_COLUMNS: Final = (
    "endpoint",
    "factor",
    "level",
    "arm",
    "months",
    "survival",
    "low",
    "high",
    "at_risk",
)
FOLLOWUP_COLUMNS: Final = ("endpoint", "arm", "median", "low", "high")


@dataclass(frozen=True)
class SurvivalFrames:
    """The frames of the contract with the report."""

    survival: pd.DataFrame
    curves: pd.DataFrame
    followup: pd.DataFrame
    landmarks: pd.DataFrame


def survival_tables(trial: Trial, factors: Sequence[Factor], options: AnalysisOptions) -> SurvivalFrames:
    """Compare PFS and OS between the arms in every subgroup.

    ``curves`` has every factor but those of baseline. All patients together are compared within the strata of
    the randomisation, subgroups without (as in the INO-VATE genomic analysis).
    """
    rows: list[dict[str, Any]] = []
    curves: list[pd.DataFrame] = []
    followup: list[dict[str, Any]] = []
    landmarks: list[dict[str, Any]] = []
    for endpoint, _, _ in trial.columns.endpoints:
        known, outcomes = trial_outcomes(trial, endpoint)
        followup += _followup(endpoint, outcomes, trial.arms, options)
        comparison = _Comparison(outcomes, trial.arms, options)
        for factor in factors:
            found, levels = _factor(endpoint, factor, factor.codes[known], comparison)
            rows += found
            curves += _steps(found, levels, trial.arms)
            landmarks += _landmarks(found, levels, trial.arms, options.landmarks)
    return SurvivalFrames(
        adjust(pd.DataFrame(rows, columns=list(COLUMNS)))[list(COLUMNS)],
        pd.concat(curves, ignore_index=True)[list(CURVE_COLUMNS)]
        if curves
        else pd.DataFrame(columns=list(CURVE_COLUMNS)),
        pd.DataFrame(followup, columns=list(FOLLOWUP_COLUMNS)),
        pd.DataFrame(landmarks, columns=list(LANDMARK_COLUMNS)),
    )


def _followup(
    endpoint: str, outcomes: Outcomes, arms: tuple[str, str], options: AnalysisOptions
) -> Iterator[dict[str, Any]]:
    for name, inside in zip(arms, (1, 0), strict=True):
        rows = outcomes.experimental == inside
        found = follow_up(outcomes.time[rows], outcomes.event[rows], level=options.median_level)
        yield dict(zip(FOLLOWUP_COLUMNS, (endpoint, name, *found), strict=True))


@dataclass(frozen=True)
class _Level:
    """What is known of one subgroup."""

    numbers: dict[str, Any]
    curves: tuple[Curve, Curve]
    estimate: HazardRatio


class _Comparison:
    """The arms compared in subgroups of one endpoint; subgroups of the same patients are compared once."""

    def __init__(self, outcomes: Outcomes, arms: tuple[str, str], options: AnalysisOptions) -> None:
        self.outcomes = outcomes
        self.arms = arms
        self.options = options
        self._known: dict[int, _Level] = {}

    def all_patients(self) -> _Level:
        """Compare within the strata of the randomisation."""
        return self._level(self.outcomes)

    def subgroup(self, members: int, rows: npt.NDArray[np.bool_]) -> _Level:
        """Compare a subgroup, without strata."""
        if members not in self._known:
            self._known[members] = self._level(self.outcomes.part(rows).without_strata())
        return self._known[members]

    def _level(self, part: Outcomes) -> _Level:
        options = self.options
        firth = options.small_cells == SmallCells.FIRTH
        curves = _curves(part, options)
        estimate = hazard_ratio(part, level=options.hr_level, firth=firth, ties=options.ties)
        return _Level(_numbers(part, curves, estimate, self.arms, options), curves, estimate)


def _factor(
    endpoint: str, factor: Factor, codes: npt.NDArray[np.int64], comparison: _Comparison
) -> tuple[list[dict[str, Any]], list[_Level]]:
    """Rows of all levels of a factor, and what is known of each."""
    rows, levels = [], []
    for code, key in enumerate(factor.keys()):
        if factor.family == Family.ALL:
            level = comparison.all_patients()
        else:
            level = comparison.subgroup(key["members"], codes == code)
        rows.append({"endpoint": endpoint, **key, **level.numbers})
        levels.append(level)
    means = _restricted_means(levels, comparison.options)
    rows = [row | mean for row, mean in zip(rows, means, strict=True)]
    whole = comparison.outcomes
    by_level = Outcomes(whole.time, whole.event, whole.experimental, codes).part(codes >= 0)
    estimates = [level.estimate for level in levels]
    return add_interaction(rows, survival_interaction(estimates, by_level, comparison.options.ties)), levels


def _steps(
    rows: Sequence[dict[str, Any]], levels: Sequence[_Level], arms: tuple[str, str]
) -> Iterator[pd.DataFrame]:
    """Give the curves of a factor; none of the baseline."""
    for row, level in zip(rows, levels, strict=True):
        if row["family"] != Family.BASELINE:
            for arm, curve in zip(arms, level.curves, strict=True):
                if curve.time.size:
                    yield curve.frame().assign(**_key(row), arm=arm)


def _landmarks(
    rows: Sequence[dict[str, Any]],
    levels: Sequence[_Level],
    arms: tuple[str, str],
    months: Sequence[float],
) -> Iterator[dict[str, Any]]:
    """Give survival of each arm at the months that are asked for."""
    for row, level in zip(rows, levels, strict=True):
        for arm, curve in zip(arms, level.curves, strict=True):
            for month in months:
                values = (arm, month, *survival_at(curve, month))
                yield _key(row) | dict(zip(LANDMARK_COLUMNS[3:], values, strict=True))


def _key(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("endpoint", "factor", "level")}


def _restricted_means(levels: Sequence[_Level], options: AnalysisOptions) -> list[dict[str, float]]:
    """Compare mean survival in all levels of a factor up to one time: the option's, else the common one.

    The common time is the least of the longest times of the arms, of the levels that have a difference.
    """
    tau = options.rmst_tau
    if tau is None:
        alone = (restricted_mean_difference(*level.curves) for level in levels)
        tau = min((mean.tau for mean in alone if mean.estimable), default=math.nan)
    means = [restricted_mean_difference(*each.curves, level=options.rmst_level, tau=tau) for each in levels]
    return [
        {
            "rmst_difference": mean.difference,
            "rmst_low": mean.low,
            "rmst_high": mean.high,
            "rmst_tau": mean.tau,
        }
        for mean in means
    ]


def _curves(part: Outcomes, options: AnalysisOptions) -> tuple[Curve, Curve]:
    inside = part.experimental == 1
    experimental, comparator = (
        kaplan_meier(part.time[rows], part.event[rows], level=options.median_level)
        for rows in (inside, ~inside)
    )
    return experimental, comparator


def _numbers(
    part: Outcomes,
    curves: tuple[Curve, Curve],
    estimate: HazardRatio,
    arms: tuple[str, str],
    options: AnalysisOptions,
) -> dict[str, Any]:
    """One row's numbers: medians of both arms, hazard ratio, test, proportionality."""
    row: dict[str, Any] = {}
    for arm, inside, curve in zip(Arm, (1, 0), curves, strict=True):
        of_arm = part.experimental == inside
        counts = int(of_arm.sum()), int(part.event[of_arm].sum())
        values = (*counts, curve.median, *curve.median_interval)
        row |= {f"{name}_{arm}": value for name, value in zip(_OF_ARM, values, strict=True)}
    return row | {
        "hr": estimate.hr,
        "hr_low": estimate.low,
        "hr_high": estimate.high,
        "hr_method": estimate.method,
        **log_rank(part, options.side)._asdict(),
        "ph_p": proportional_hazards(part, estimate, options.ties),
        "information": estimate.information,
        "estimable": estimate.estimable,
        "why_not": "" if estimate.why_not is None else estimate.why_not.text(arms),
    }
