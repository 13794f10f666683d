"""ArmEffect of the arm beside other things: covariates of the baseline, and a transplantation on the way."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import norm

from leukotype.efficacy.cox import FIT
from leukotype.efficacy.not_estimable import Cause, NotEstimable
from leukotype.efficacy.risk_sets import Floats, Outcomes, empty_arm

if TYPE_CHECKING:
    from lifelines import CoxPHFitter, CoxTimeVaryingFitter

# Events (of a response: responders, or non-responders where these are fewer) for each parameter, below which
# estimates are biased and intervals too short (Vittinghoff and McCulloch, Am J Epidemiol 2007;165:710).
MIN_EVENTS: Final = 5
# A standard error of a log ratio, per standard deviation of its covariate, that no finite maximum has.
_NO_MAXIMUM: Final = 10.0
_MOST_STEPS: Final = 50
_SAME: Final = 1e-9  # a spread so small, for the size of the values, is that of rounding


@dataclass(frozen=True)
class ArmEffect:
    """A ratio of hazards or odds with its interval and Wald's P value; NaN, and the reason, without one."""

    ratio: float
    low: float
    high: float
    p: float
    why_not: NotEstimable | None = None


def no_effect(why_not: NotEstimable) -> ArmEffect:
    """Stand in for an effect that cannot be estimated."""
    return ArmEffect(math.nan, math.nan, math.nan, math.nan, why_not)


def adjusted_hazard_ratio(outcomes: Outcomes, covariates: Floats, level: float) -> ArmEffect:
    """Hazard ratio of the arms at the same covariates: Cox's model, Efron's ties, linear in each covariate.

    Stratified where the outcomes have strata; a covariate that is the same within all strata takes no part.

    Parameters
    ----------
    covariates
        a row a patient, a column a covariate, without gaps.
    """
    from lifelines import CoxPHFitter

    if nobody := empty_arm(outcomes.experimental):
        return no_effect(nobody)
    columns = _keep_telling(covariates, outcomes.stratum)
    problem = _unusable(outcomes, columns.shape[1])
    problem = problem or _arm_decided(outcomes.experimental, columns, outcomes.stratum)
    if problem is not None:
        return no_effect(problem)
    frame = _frame(outcomes, columns).assign(time=outcomes.rank_of(outcomes.time), event=outcomes.event)
    return _fit(CoxPHFitter(), frame, level, outcomes, duration_col="time", batch_mode=True)[0]


def beside_transplantation(
    outcomes: Outcomes, transplanted: Floats, level: float
) -> tuple[ArmEffect, ArmEffect]:
    """Hazard ratios of the arms, and of having been transplanted or not: Cox's model, Efron's ties.

    A patient counts as transplanted after the time of transplantation, and not before: nobody is given credit
    for having lived until then (Crowley and Hu, J Am Stat Assoc 1977;72:27).

    Parameters
    ----------
    transplanted
        months of transplantation; NaN: never.

    Returns
    -------
    tuple
        effect of the arm, and of transplantation.
    """
    from lifelines import CoxTimeVaryingFitter

    on_the_way = transplanted < outcomes.time
    problem = _unusable(outcomes, 1)
    if problem is None and not on_the_way.any():
        problem = NotEstimable(Cause.NO_TRANSPLANTATION)
    if problem is not None:
        return no_effect(problem), no_effect(problem)
    end = outcomes.rank_of(outcomes.time)
    change = np.where(on_the_way, outcomes.rank_of(np.where(on_the_way, transplanted, 0.0)), end)
    whole = _frame(outcomes, np.zeros((len(end), 1))).assign(event=outcomes.event, start=0.0, stop=end)
    before = whole.assign(stop=change, event=np.where(on_the_way, 0.0, outcomes.event))
    after = whole.assign(start=change, covariate_0=1.0)[on_the_way]
    rows = pd.concat([before, after])
    rows = rows[rows["stop"] > rows["start"]].reset_index(names="patient")
    arm, transplantation = _fit(CoxTimeVaryingFitter(), rows, level, outcomes, id_col="patient")
    return arm, transplantation


def adjusted_odds_ratio(hit: Floats, experimental: Floats, covariates: Floats, level: float) -> ArmEffect:
    """Odds ratio of the arms at the same covariates: logistic model, linear in each covariate.

    Parameters
    ----------
    hit
        1 responded, 0 not.
    """
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.generalized_linear_model import GLM

    if nobody := empty_arm(experimental):
        return no_effect(nobody)
    everyone = np.zeros(len(hit), dtype=np.int64)
    columns = _keep_telling(covariates, everyone)
    problem = _few(min(hit.sum(), (1 - hit).sum()), 1 + columns.shape[1])
    problem = problem or _arm_decided(experimental, columns, everyone)
    if problem is not None:
        return no_effect(problem)
    design = np.column_stack([experimental, columns, np.ones(len(hit))])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of a perfect fit: told by the standard errors
        fitted = GLM(hit, design, family=Binomial()).fit(maxiter=_MOST_STEPS, tol=1e-12)
    return _effects(fitted.params[:-1], fitted.bse[:-1], design[:, :-1], level)[0]


def odds_ratio(hit: Floats, experimental: Floats) -> tuple[float, float]:
    """Odds ratio of two arms and the standard error of its logarithm; 0.5 is added where a cell is empty.

    NaN where an arm has no patient.
    """
    cells = np.array(
        [float(((experimental == arm) & (hit == said)).sum()) for arm in (1, 0) for said in (1, 0)]
    )
    if not cells[:2].sum() or not cells[2:].sum():
        return math.nan, math.nan
    a, b, c, d = cells + 0.5 if not cells.all() else cells
    return a * d / (b * c), math.sqrt(1 / a + 1 / b + 1 / c + 1 / d)


def _fit(
    model: CoxPHFitter | CoxTimeVaryingFitter,
    frame: pd.DataFrame,
    level: float,
    outcomes: Outcomes,
    **columns: Any,
) -> list[ArmEffect]:
    """Fit a model of lifelines; effects of the arm and of the covariates, in their order."""
    from lifelines.exceptions import ConvergenceError, ConvergenceWarning

    strata = ["stratum"] if outcomes.has_strata else None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", ConvergenceWarning)
        try:
            fitted = model.fit(frame, event_col="event", strata=strata, fit_options=dict(FIT), **columns)
        except (ConvergenceError, ConvergenceWarning):
            return [no_effect(NotEstimable(Cause.NOT_CONVERGED))] * 2
    values = frame[list(fitted.params_.index)].to_numpy(dtype=np.float64)
    return _effects(fitted.params_.to_numpy(), fitted.standard_errors_.to_numpy(), values, level)


def _frame(outcomes: Outcomes, covariates: Floats) -> pd.DataFrame:
    """Give arm and covariates by name, and the stratum where there is more than one."""
    columns = {f"covariate_{i}": values for i, values in enumerate(covariates.T)}
    strata = {"stratum": outcomes.stratum} if outcomes.has_strata else {}
    return pd.DataFrame({"experimental": outcomes.experimental} | columns | strata)


def _effects(estimates: Floats, errors: Floats, values: Floats, level: float) -> list[ArmEffect]:
    """Make ratios of log ratios; none where a maximum of the likelihood lies at infinity."""
    spread = values.std(axis=0)
    finite = np.isfinite(estimates).all() and np.isfinite(errors).all()
    if not finite or (errors * spread > _NO_MAXIMUM).any():
        return [no_effect(NotEstimable(Cause.NOT_CONVERGED))] * len(estimates)
    reach = float(norm.ppf(0.5 + level / 2)) * errors
    rows = np.array(
        [*np.exp([estimates, estimates - reach, estimates + reach]), 2 * norm.sf(np.abs(estimates / errors))]
    )
    return [ArmEffect(*row) for row in zip(*rows.tolist(), strict=True)]


def _keep_telling(covariates: Floats, stratum: npt.NDArray[np.int64]) -> Floats:
    """Leave out covariates that are the same within every stratum, and those that others make up."""
    kept: list[Floats] = []
    for column in covariates.T:
        within = _within(column, stratum)
        if _rank([*kept, within]) > len(kept):
            kept.append(within)
    return np.column_stack(kept) if kept else np.zeros((len(stratum), 0))


def _arm_decided(
    experimental: Floats, columns: Floats, stratum: npt.NDArray[np.int64]
) -> NotEstimable | None:
    """Say whether stratum and covariates tell the arm, so that nothing is left to it."""
    decided = _rank([*columns.T, _within(experimental, stratum)]) <= columns.shape[1]
    return NotEstimable(Cause.CONFOUNDED) if decided else None


def _within(column: Floats, stratum: npt.NDArray[np.int64]) -> Floats:
    """Measure from the mean of the stratum, in standard deviations."""
    groups = np.unique(stratum, return_inverse=True)[1]
    apart = column - (np.bincount(groups, weights=column) / np.bincount(groups))[groups]
    spread = float(apart.std())
    return apart / spread if spread > _SAME * (1 + float(np.abs(column).max())) else np.zeros(len(column))


def _rank(columns: list[Floats]) -> int:
    return int(np.linalg.matrix_rank(np.column_stack(columns)))


def _unusable(outcomes: Outcomes, covariates: int) -> NotEstimable | None:
    return (
        empty_arm(outcomes.experimental)
        or outcomes.risk_sets.problem()
        or _few(outcomes.event.sum(), 1 + covariates)
    )


def _few(events: float, parameters: int) -> NotEstimable | None:
    return NotEstimable(Cause.FEW_EVENTS) if events < MIN_EVENTS * parameters else None
