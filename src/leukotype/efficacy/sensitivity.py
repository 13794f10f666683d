"""Sensitivity analyses: the frame ``sensitivity``, one row for each ratio or incidence of a subgroup.

None is made unless it is asked for; all are exploratory, two-sided and not adjusted for their number.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import pandas as pd

from leukotype.efficacy.adjusted import (
    MIN_EVENTS,
    ArmEffect,
    adjusted_hazard_ratio,
    adjusted_odds_ratio,
    beside_transplantation,
    odds_ratio,
)
from leukotype.efficacy.analysis_options import AnalysisOptions
from leukotype.efficacy.clinical_table import FIRST_EVENT, TRANSPLANTED, UNKNOWN, event_column, time_column
from leukotype.efficacy.competing_risks import Ends, cumulative_incidence, gray
from leukotype.efficacy.cox import HazardRatio
from leukotype.efficacy.dates import DURATION
from leukotype.efficacy.hazards import HAZARD_RATIO, hazard_ratio, log_rank
from leukotype.efficacy.join import Mask, Trial
from leukotype.efficacy.not_estimable import Cause, NotEstimable
from leukotype.efficacy.risk_sets import Floats, Outcomes, join_ties
from leukotype.efficacy.shrinkage import PRIOR_SCALE, shrink
from leukotype.efficacy.subgroups import OF_CALLS, Factor, Family
from leukotype.efficacy.trial_endpoints import rates, trial_outcomes
from leukotype.vocabulary import Arm, Endpoint, Sensitivity, SmallCells

COLUMNS: Final = (
    "analysis",
    "endpoint",
    "factor",
    "level",
    "model",
    "quantity",
    "of",
    *(f"{name}_{arm}" for arm in Arm for name in ("n", "events")),
    "estimate",
    "low",
    "high",
    "interval",
    "p",
    "test",
    "main_estimate",
    "draws",
    "estimable",
    "why_not",
)
_OF_CURVE: Final = ("endpoint", "factor", "level", "cause", "arm")
INCIDENCE: Final = (*_OF_CURVE, "time", "incidence", "low", "high", "at_risk")
_COUNTS: Final = (*(f"{name}_{arm}" for arm in Arm for name in ("n", "events")), "draws")
ODDS_RATIO: Final = "odds ratio"
_MONTHS: Final = (6.0, 12.0, 24.0)  # of incidences, where no landmark is asked for
_WALD: Final = "Wald"
# A death so many months from the end of PFS is that end: times may be rounded to one decimal.
_AT_ONCE: Final = 0.05
_FEWEST_LEVELS: Final = 3  # the spread of two says nothing


@dataclass(frozen=True)
class TrialPart:
    """Patients who are compared; within the strata of the randomisation where they are all patients."""

    factor: str
    level: str
    rows: Mask
    whole: bool

    def of(self, outcomes: Outcomes, known: Mask, usable: Mask) -> Outcomes:
        """Give the outcomes of those who are usable."""
        own = outcomes.part((self.rows & usable)[known])
        return own if self.whole else own.without_strata()


def parts(factors: Sequence[Factor]) -> list[TrialPart]:
    """List the groups that are compared: all patients, and the levels of what the calls make."""
    return [
        TrialPart(factor.name, level, factor.codes == code, factor.family == Family.ALL)
        for factor in factors
        if factor.family == Family.ALL or factor.family in OF_CALLS
        for code, level in enumerate(factor.levels)
    ]


@dataclass(frozen=True)
class SensitivityFrames:
    """The frames of the sensitivity analyses; empty where none is asked for."""

    rows: pd.DataFrame
    incidence: pd.DataFrame


def sensitivity_tables(
    trial: Trial,
    factors: Sequence[Factor],
    response: pd.DataFrame,
    survival: pd.DataFrame,
    options: AnalysisOptions,
    drawn: Iterable[Mapping[str, Any]] = (),
) -> SensitivityFrames:
    """Make the analyses that are asked for, in the options or in the trial's TOML.

    Parameters
    ----------
    response, survival
        the main analysis.
    drawn
        rows of misclassification.
    """
    asked = options.sensitivity
    compared = parts(factors)
    rows: list[dict[str, Any]] = []
    curves: list[pd.DataFrame] = []
    if Sensitivity.ADJUSTED in asked:
        rows += [*_adjusted_survival(trial, compared, options), *_adjusted_rates(trial, compared, options)]
    if Sensitivity.HSCT in asked:
        rows += _transplantation(trial, compared, options)
    if Sensitivity.COMPETING_RISKS in asked:
        rows += _competing_risks(trial, compared, options)
        curves += _curves(trial, compared, options)
    if Sensitivity.SHRINKAGE in asked:
        rows += [*_shrunk_survival(trial, survival, options), *_shrunk_rates(trial, response, options)]
    incidence = pd.concat(curves, ignore_index=True) if curves else pd.DataFrame(columns=list(INCIDENCE))
    return SensitivityFrames(as_frame([*rows, *drawn]), incidence)


def as_frame(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Give rows of some columns all of them."""
    frame = pd.DataFrame(list(rows), columns=list(COLUMNS))
    return frame.astype(dict.fromkeys(_COUNTS, "Int64")).fillna({"test": "", "interval": "", "why_not": ""})


def ratio_of(trial: Trial) -> str:
    """Say what a ratio of the arms is of."""
    return " / ".join(trial.arms)


def _row(analysis: Sensitivity, endpoint: str, part: TrialPart, model: str, quantity: str) -> dict[str, Any]:
    key = {"analysis": str(analysis), "endpoint": endpoint, "factor": part.factor, "level": part.level}
    return key | {"model": model, "quantity": quantity}


def _sizes(experimental: Floats, event: Floats) -> dict[str, float]:
    """Count patients and events of both arms."""
    sizes: dict[str, float] = {}
    for arm, inside in zip(Arm, (1, 0), strict=True):
        own = experimental == inside
        sizes |= {f"n_{arm}": int(own.sum()), f"events_{arm}": int(event[own].sum())}
    return sizes


def _numbers(effect: ArmEffect, level: float, arms: tuple[str, str]) -> dict[str, Any]:
    return {
        "estimate": effect.ratio,
        "low": effect.low,
        "high": effect.high,
        "interval": f"{100 * level:g} % {_WALD}",
        "p": effect.p,
        "test": _WALD if effect.why_not is None else "",
        "estimable": effect.why_not is None,
        "why_not": "" if effect.why_not is None else effect.why_not.text(arms),
    }


def covariates(trial: Trial) -> tuple[Floats, Mask]:
    """Give the covariates that are adjusted for, a column each, and who has all of them.

    A category has a column for each level but the first; a value that is missing is no level.
    """
    columns: list[Floats] = []
    complete = np.ones(len(trial.patients), dtype=bool)
    for column in trial.columns.sensitivity.adjust_for:
        name = trial.columns.label(column)
        if column in trial.columns.continuous:
            values = trial.continuous[name].to_numpy(dtype=np.float64)
            columns.append(np.nan_to_num(values))
            complete &= ~np.isnan(values)
        else:
            levels = trial.factors[name].cat.remove_unused_categories()
            known = [level for level in levels.cat.categories if level != UNKNOWN]
            columns += [(levels == level).to_numpy(dtype=np.float64) for level in known[1:]]
            complete &= (levels != UNKNOWN).to_numpy()
    return np.column_stack(columns) if columns else np.zeros((len(trial.patients), 0)), complete


def _adjusted_for(trial: Trial) -> str:
    return "adjusted for " + ", ".join(map(trial.columns.label, trial.columns.sensitivity.adjust_for))


def _adjusted_survival(
    trial: Trial, compared: Sequence[TrialPart], options: AnalysisOptions
) -> Iterator[dict[str, Any]]:
    """Compare hazards at the same covariates, and without them in the same patients."""
    values, complete = covariates(trial)
    for endpoint, _, _ in trial.columns.endpoints:
        known, outcomes = trial_outcomes(trial, endpoint)
        for part in compared:
            own = part.of(outcomes, known, complete)
            effect = adjusted_hazard_ratio(own, values[known & part.rows & complete], options.hr_level)
            row = _row(Sensitivity.ADJUSTED, endpoint, part, _adjusted_for(trial), HAZARD_RATIO)
            row |= {"of": ratio_of(trial), **_sizes(own.experimental, own.event)}
            main = _as_main(own, options).hr
            yield row | _numbers(effect, options.hr_level, trial.arms) | {"main_estimate": main}


def _adjusted_rates(
    trial: Trial, compared: Sequence[TrialPart], options: AnalysisOptions
) -> Iterator[dict[str, Any]]:
    """Compare odds at the same covariates, and without them in the same patients."""
    values, complete = covariates(trial)
    experimental = trial.in_experimental.astype(np.float64)
    for endpoint, hit, counted in rates(trial):
        for part in compared:
            rows = part.rows & counted & complete
            own = hit[rows].astype(np.float64), experimental[rows]
            effect = adjusted_odds_ratio(*own, values[rows], options.hr_level)
            row = _row(Sensitivity.ADJUSTED, endpoint, part, _adjusted_for(trial), ODDS_RATIO)
            row |= {"of": ratio_of(trial), **_sizes(own[1], own[0])}
            main = odds_ratio(*own)[0]
            yield row | _numbers(effect, options.hr_level, trial.arms) | {"main_estimate": main}


def _transplantation(
    trial: Trial, compared: Sequence[TrialPart], options: AnalysisOptions
) -> Iterator[dict[str, Any]]:
    """Take transplantation as a covariate from its day on, and as the end of follow-up."""
    level, every = options.hr_level, np.ones(len(trial.patients), dtype=bool)
    transplanted = trial.patients[TRANSPLANTED].to_numpy(dtype=np.float64)
    for endpoint, _, _ in trial.columns.endpoints:
        if endpoint == DURATION:  # its time begins at the response
            continue
        known, outcomes = trial_outcomes(trial, endpoint)
        for part in compared:
            own, when = part.of(outcomes, known, every), transplanted[known & part.rows]
            main = _as_main(own, options).hr
            row = _row(Sensitivity.HSCT, endpoint, part, "HSCT as a covariate in time", HAZARD_RATIO)
            row |= _sizes(own.experimental, own.event)
            arm, transplantation = beside_transplantation(own, when, level)
            yield row | {"of": ratio_of(trial), "main_estimate": main} | _numbers(arm, level, trial.arms)
            yield (
                row | {"of": "after HSCT / before or without"} | _numbers(transplantation, level, trial.arms)
            )
            cut = _censor_at(own, when)
            row = _row(Sensitivity.HSCT, endpoint, part, "follow-up ends at HSCT", HAZARD_RATIO)
            row |= {"of": ratio_of(trial), "main_estimate": main, **_sizes(cut.experimental, cut.event)}
            yield row | _of_hazards(cut, trial, options)


def _censor_at(outcomes: Outcomes, when: Floats) -> Outcomes:
    """End the follow-up of those who are transplanted before their event or its end."""
    earlier = when < outcomes.time
    time = np.where(earlier, when, outcomes.time)
    return replace(outcomes, time=join_ties(time), event=np.where(earlier, 0.0, outcomes.event))


def _as_main(outcomes: Outcomes, options: AnalysisOptions) -> HazardRatio:
    """Estimate a hazard ratio by the model of the main analysis, with its ties."""
    firth = options.small_cells == SmallCells.FIRTH
    return hazard_ratio(outcomes, level=options.hr_level, firth=firth, ties=options.ties)


def _of_hazards(outcomes: Outcomes, trial: Trial, options: AnalysisOptions) -> dict[str, Any]:
    """Give the hazard ratio of the main analysis' model, with the log-rank test."""
    found = _as_main(outcomes, options)
    test = log_rank(outcomes)
    effect = ArmEffect(found.hr, found.low, found.high, test.p, found.why_not)
    return _numbers(effect, options.hr_level, trial.arms) | {"test": test.test}


def trial_ends(trial: Trial, endpoint: str) -> tuple[Mask, Ends]:
    """Give who has an endpoint, and by which cause each of them ended: 0 censored, 1, 2, ... as named.

    The cause is that of the end of PFS. Without a column of causes: death where the patient died then, else
    progression or relapse.
    """
    patients, request = trial.patients, trial.columns.sensitivity
    known, outcomes = trial_outcomes(trial, endpoint)
    if FIRST_EVENT in patients:
        codes = {name: code for code, name in enumerate(request.names_of_causes, start=1)}
        cause = patients[FIRST_EVENT].map(codes).fillna(0).to_numpy(dtype=np.float64)
    else:
        death = patients[time_column(Endpoint.OS)] - patients[time_column(Endpoint.PFS)]
        died = (patients[event_column(Endpoint.OS)] == 1) & (death.abs() <= _AT_ONCE)
        cause = np.where(died.to_numpy(), 2.0, 1.0)
    return known, Ends(outcomes.time, np.where(outcomes.event == 1, cause[known], 0.0), outcomes.experimental)


def _with_causes(trial: Trial) -> Iterator[str]:
    """Endpoints that a cause ends."""
    for endpoint, _, _ in trial.columns.endpoints:
        if endpoint in (Endpoint.PFS, DURATION):
            yield endpoint


def _competing_risks(
    trial: Trial, compared: Sequence[TrialPart], options: AnalysisOptions
) -> Iterator[dict[str, Any]]:
    """Incidence of each cause at some months, Gray's test, and the hazard ratio of the cause alone."""
    analysis, every = Sensitivity.COMPETING_RISKS, np.ones(len(trial.patients), dtype=bool)
    for endpoint in _with_causes(trial):
        known, ends = trial_ends(trial, endpoint)
        _, outcomes = trial_outcomes(trial, endpoint)
        for part in compared:
            own = ends.part(part.rows[known])
            for number, cause in enumerate(trial.columns.sensitivity.names_of_causes, start=1):
                sizes = _sizes(own.experimental, (own.cause == number).astype(np.float64))
                yield from (
                    _row(analysis, endpoint, part, cause, f"incidence at {month:g} months") | sizes | numbers
                    for month in options.landmarks or _MONTHS
                    for numbers in _incidences(own, number, month, trial, options)
                )
                test = gray(own, number)
                row = _row(analysis, endpoint, part, cause, "incidence") | sizes
                yield row | {
                    "of": ratio_of(trial).replace(" / ", " against "),
                    "p": test.p,
                    "test": test.test,
                    "estimable": not math.isnan(test.p),
                    "why_not": "no event of this cause to compare" if math.isnan(test.p) else "",
                }
                alone = replace(part.of(outcomes, known, every), event=(own.cause == number).astype(float))
                row = _row(analysis, endpoint, part, cause, "cause-specific hazard ratio") | sizes
                yield row | {"of": ratio_of(trial)} | _of_hazards(alone, trial, options)


def _incidences(
    ends: Ends, cause: int, month: float, trial: Trial, options: AnalysisOptions
) -> Iterator[dict[str, Any]]:
    for arm, inside in zip(trial.arms, (1, 0), strict=True):
        found = cumulative_incidence(ends.part(ends.experimental == inside), cause)
        value, low, high = found.limits_at(month, options.median_level)
        yield {
            "of": arm,
            "estimate": value,
            "low": low,
            "high": high,
            "interval": f"{100 * options.median_level:g} % log-log",
            "estimable": not math.isnan(value),
            "why_not": "nobody was followed so long" if math.isnan(value) else "",
        }


def _curves(trial: Trial, compared: Sequence[TrialPart], options: AnalysisOptions) -> Iterator[pd.DataFrame]:
    """Give the steps of each cause's incidence."""
    for endpoint in _with_causes(trial):
        known, ends = trial_ends(trial, endpoint)
        for part in compared:
            for number, cause in enumerate(trial.columns.sensitivity.names_of_causes, start=1):
                for arm, inside in zip(trial.arms, (1, 0), strict=True):
                    own = ends.part(part.rows[known] & (ends.experimental == inside))
                    steps = cumulative_incidence(own, number).frame(options.median_level)
                    key = (endpoint, part.factor, part.level, cause, arm)
                    yield steps.assign(**dict(zip(_OF_CURVE, key, strict=True)))[list(INCIDENCE)]


def _shrunk_survival(
    trial: Trial, survival: pd.DataFrame, options: AnalysisOptions
) -> Iterator[dict[str, Any]]:
    """Shrink the hazard ratios of the levels of each factor."""
    for rows in _by_factor(survival):
        ratios = [(row["hr"], row["information"] ** -0.5, row["why_not"]) for row in rows]
        yield from _shrunk(trial, rows, ratios, "events", HAZARD_RATIO, options)


def _shrunk_rates(trial: Trial, response: pd.DataFrame, options: AnalysisOptions) -> Iterator[dict[str, Any]]:
    """Shrink the odds ratios of the levels of each factor."""
    for rows in _by_factor(response):
        ratios = []
        for row in rows:
            hits, n = ([row[f"{name}_{arm}"] for arm in Arm] for name in ("responders", "n"))
            empty = tuple(arm for arm, size in zip(Arm, n, strict=True) if not size)
            why_not = NotEstimable(Cause.NO_PATIENT, empty).text(trial.arms) if empty else ""
            ratio, error = (math.nan, math.nan) if empty else _odds(hits, n)
            ratios.append((ratio, error, why_not))
        yield from _shrunk(trial, rows, ratios, "responders", ODDS_RATIO, options)


def _odds(hits: Sequence[int], n: Sequence[int]) -> tuple[float, float]:
    hit = np.concatenate([np.arange(size) < k for k, size in zip(hits, n, strict=True)])
    return odds_ratio(hit.astype(np.float64), np.repeat([1.0, 0.0], n))


def _by_factor(frame: pd.DataFrame) -> Iterator[list[dict[Any, Any]]]:
    own = frame[frame["family"].isin(list(OF_CALLS))]
    for _, rows in own.groupby(["endpoint", "factor"], sort=False):
        yield rows.to_dict("records")


def _shrunk(
    trial: Trial,
    rows: Sequence[Mapping[Any, Any]],
    ratios: Sequence[tuple[float, float, str]],
    events: str,
    quantity: str,
    options: AnalysisOptions,
) -> Iterator[dict[str, Any]]:
    usable = [i for i, (_, _, why_not) in enumerate(ratios) if not why_not]
    few = len(usable) < _FEWEST_LEVELS
    too_few = NotEstimable(Cause.FEW_LEVELS).text(trial.arms) if few else ""
    found, tau = _borrow([ratios[i] for i in usable], options.hr_level) if not few else ([], math.nan)
    by_row = dict(zip(usable, found, strict=False))
    for i, (row, (alone, _, why_not)) in enumerate(zip(rows, ratios, strict=True)):
        estimate, low, high = by_row.get(i, (math.nan, math.nan, math.nan))
        sizes = {f"n_{arm}": row[f"n_{arm}"] for arm in Arm}
        sizes |= {f"events_{arm}": row[f"{events}_{arm}"] for arm in Arm}
        yield {
            "analysis": str(Sensitivity.SHRINKAGE),
            **{name: row[name] for name in ("endpoint", "factor", "level")},
            "model": "random effects" if few else f"random effects, tau {tau:.2f}",
            "quantity": quantity,
            "of": ratio_of(trial),
            **sizes,
            "estimate": estimate,
            "low": low,
            "high": high,
            "interval": f"{100 * options.hr_level:g} % credible",
            "main_estimate": alone,
            "estimable": i in by_row,
            "why_not": why_not or too_few,
        }


def _borrow(
    ratios: Sequence[tuple[float, float, str]], level: float
) -> tuple[list[tuple[float, float, float]], float]:
    """Shrink ratios: each with its interval, and the median of tau."""
    values, errors = (np.array([each[i] for each in ratios], dtype=np.float64) for i in (0, 1))
    shrunk = shrink(np.log(values), errors, level=level)
    columns = np.exp([shrunk.estimate, shrunk.low, shrunk.high]).tolist()
    return list(zip(*columns, strict=True)), shrunk.tau


def describe(trial: Trial, options: AnalysisOptions) -> Iterator[str]:
    """Say how the analyses that were asked for are made, a paragraph each."""
    if options.sensitivity:
        yield (
            "Sensitivity analyses (sensitivity.csv) are exploratory: two-sided, not adjusted for their "
            "number, and no ground for a claim of their own."
        )
    level = f"{100 * options.hr_level:g} %"
    for analysis, say in _METHODS.items():
        if analysis in options.sensitivity:
            yield say(trial, level)


def _about_adjusted(trial: Trial, level: str) -> str:
    return (
        f"Arms {_adjusted_for(trial)}: Cox models (Efron's ties; stratified for all patients, in which a "
        f"covariate that a stratum holds takes no part) and logistic models, with {level} Wald intervals; "
        f"not where there are fewer than {MIN_EVENTS} events for each parameter (Vittinghoff and McCulloch, "
        "Am J Epidemiol 2007;165:710). Patients without a covariate are left out: "
        f"{int((~covariates(trial)[1]).sum())}."
    )


def _about_hsct(trial: Trial, level: str) -> str:
    n = int(trial.patients[TRANSPLANTED].notna().sum())
    return (
        f"HSCT ({n} patients): as a covariate that changes on its day (Crowley and Hu, J Am Stat Assoc "
        f"1977;72:27), and as the end of follow-up, with {level} intervals. Both take what follows "
        "randomisation for given: an arm that leads to more transplantations is not compared by its whole "
        "effect, and censoring at HSCT is informative where those who are well are transplanted."
    )


def _about_causes(trial: Trial, level: str) -> str:
    request = trial.columns.sensitivity
    told = "the column of first events" if request.first_event else "death at the end of PFS or none"
    return (
        f"Competing risks ({' and '.join(request.names_of_causes)}, by {told}): incidences after Aalen and "
        "Johansen, with log-log intervals; Gray's test (Ann Stat 1988;16:1141; unstratified); hazard ratios "
        f"of each cause alone (Cox, the other causes censored; {level} intervals), log-rank test."
    )


def _about_shrinkage(trial: Trial, level: str) -> str:
    del trial
    return (
        "Shrinkage: the log ratios of the levels of a factor are drawn to their mean by a normal model with "
        f"random effects; tau has a half-normal prior of scale {PRIOR_SCALE:g}, the mean a flat one (Röver, "
        f"J Stat Softw 2020;93(6)). Medians and {level} credible intervals. Levels without a finite hazard "
        "ratio take no part; odds ratios with an empty cell have 0.5 added to each."
    )


_METHODS: Final[Mapping[Sensitivity, Callable[[Trial, str], str]]] = MappingProxyType(
    {
        Sensitivity.ADJUSTED: _about_adjusted,
        Sensitivity.HSCT: _about_hsct,
        Sensitivity.COMPETING_RISKS: _about_causes,
        Sensitivity.SHRINKAGE: _about_shrinkage,
    }
)
