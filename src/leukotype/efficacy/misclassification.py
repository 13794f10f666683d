"""How far the effect in each subgroup rests on the calls: subtypes drawn from their probabilities."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from leukotype.efficacy.analysis_options import AnalysisOptions
from leukotype.efficacy.hazards import HAZARD_RATIO
from leukotype.efficacy.join import Mask, Trial, figure_groups, group_subtypes
from leukotype.efficacy.partial_likelihood import maximise
from leukotype.efficacy.risk_sets import Floats, empty_arm
from leukotype.efficacy.subgroups import OF_CALLS, Factor, Family
from leukotype.efficacy.trial_endpoints import rates, trial_outcomes
from leukotype.vocabulary import Sensitivity

_TAILS: Final = (2.5, 50.0, 97.5)  # percentiles of the draws
_PATIENTS: Final = "patients"
_DIFFERENCE: Final = "difference of rates"
_SIGNS: Final = MappingProxyType({_DIFFERENCE: " - ", HAZARD_RATIO: " / "})  # between the arms
_Values = Mapping[tuple[str, str], float]  # endpoint and quantity -> value


def misclassification_method(trial: Trial, options: AnalysisOptions) -> Iterator[str]:
    """Say how the draws are made, where they are asked for."""
    if Sensitivity.MISCLASSIFICATION not in options.sensitivity:
        return
    draws, n = trial.columns.sensitivity.draws, len(_chances(trial))
    yield (
        f"Misclassification: in {draws} draws the subtype of {n} patients is taken from the probabilities of "
        "their calls; those whose subtype a lesion decides, and those without a called subtype, keep what "
        "they have. Given are the medians of the draws in which there is an estimate (their number beside "
        "it) and the 2.5th and 97.5th percentiles: this is what uncertain calls do to a row, not its whole "
        "uncertainty."
    )


def misclassification_rows(
    trial: Trial, factors: Sequence[Factor], options: AnalysisOptions
) -> Iterator[dict[str, Any]]:
    """Give how sizes, differences and hazard ratios of the groups of calls move between draws.

    Nothing where it is not asked for. Hazard ratios are those of the main analysis' Cox model, unstratified,
    with its ties.
    """
    if Sensitivity.MISCLASSIFICATION not in options.sensitivity:
        return
    groups = [factor for factor in factors if factor.family in OF_CALLS]
    effects = _Effects(trial, options)
    drawn: dict[tuple[str, str], list[_Values]] = {}
    for subtype in _draws(trial):
        for factor in groups:
            names = _names(trial, factor.family, subtype)
            for level in factor.levels:
                drawn.setdefault((factor.name, level), []).append(effects.of(names == level))
    for factor in groups:
        for code, level in enumerate(factor.levels):
            called = effects.of(factor.codes == code)
            found = drawn.get((factor.name, level), [])
            for key, main in called.items():
                yield _row(trial, factor.name, level, key, main, [values[key] for values in found])


def _chances(trial: Trial) -> pd.DataFrame:
    """Give the probabilities of the patients of the trial whose call may be another."""
    chances = pd.DataFrame() if trial.chances is None else trial.chances
    return chances[chances.index.isin(trial.patients.index)]


def _draws(trial: Trial) -> Iterator[pd.Series[str]]:
    """Draw the subtypes of those whose call may be another; all others keep theirs."""
    chances = _chances(trial)
    called = trial.patients["subtype"].astype(str)
    request = trial.columns.sensitivity
    random = np.random.default_rng(request.seed)
    names = chances.columns.to_numpy()
    steps = np.cumsum(chances.to_numpy(dtype=np.float64), axis=1)
    steps /= steps[:, -1:]
    for _ in range(request.draws):
        chosen = (random.random((len(steps), 1)) > steps).sum(axis=1)
        subtype = called.copy()
        subtype.loc[chances.index] = names[chosen]
        yield subtype


def _names(trial: Trial, family: Family, subtype: pd.Series[str]) -> npt.NDArray[np.object_]:
    """Give the level of each patient in a factor of calls; who was drawn as called stays in their group."""
    if family == Family.SUBTYPE:
        return subtype.to_numpy(dtype=object)
    table = figure_groups() if family == Family.FIGURE_GROUP else trial.risk
    same = subtype == trial.patients["subtype"].astype(str)
    groups = group_subtypes(subtype, table).where(~same, trial.patients[family].astype(str))
    return groups.to_numpy(dtype=object)


class _Effects:
    """What is compared in some patients; the same patients are compared once."""

    def __init__(self, trial: Trial, options: AnalysisOptions) -> None:
        self._ties = options.ties
        self._inside = trial.in_experimental
        self._rates = list(rates(trial))
        self._survival = [(name, *trial_outcomes(trial, name)) for name, _, _ in trial.columns.endpoints]
        self._known: dict[bytes, _Values] = {}

    def of(self, rows: Mask) -> _Values:
        """Compare the arms."""
        key = np.packbits(rows).tobytes()
        if key not in self._known:
            self._known[key] = self._compare(rows)
        return self._known[key]

    def _compare(self, rows: Mask) -> _Values:
        found = {("", _PATIENTS): float(rows.sum())}
        for name, hit, counted in self._rates:
            arms = [rows & counted & (self._inside == inside) for inside in (True, False)]
            share = [hit[arm].mean() if arm.any() else math.nan for arm in arms]
            found[name, _DIFFERENCE] = float(share[0] - share[1])
        for name, known, outcomes in self._survival:
            part = outcomes.part(rows[known]).without_strata()
            problem = empty_arm(part.experimental) or part.risk_sets.problem()
            log_ratio = math.nan if problem else maximise(part.risk_sets, self._ties)[0]
            found[name, HAZARD_RATIO] = math.exp(log_ratio)
        return found


def _row(
    trial: Trial, factor: str, level: str, key: tuple[str, str], main: float, values: Sequence[float]
) -> dict[str, Any]:
    endpoint, quantity = key
    known: Floats = np.array([value for value in values if not math.isnan(value)])
    low, middle, high = np.percentile(known, _TAILS) if len(known) else (math.nan,) * 3
    return {
        "analysis": str(Sensitivity.MISCLASSIFICATION),
        "endpoint": endpoint,
        "factor": factor,
        "level": level,
        "model": "subtypes drawn from their probabilities",
        "quantity": quantity,
        "of": _SIGNS[quantity].join(trial.arms) if quantity in _SIGNS else "all",
        "estimate": middle,
        "low": low,
        "high": high,
        "interval": "2.5th to 97.5th percentile of draws",
        "main_estimate": main,
        "draws": len(known),
        "estimable": bool(len(known)),
        "why_not": "" if len(known) else "no draw with an estimate",
    }
