"""Cox's model of one covariate, the arm: one model at every size of a table.

lifelines fits it at the size of a trial; Newton steps on the risk sets fit the same where that takes seconds,
and with ties that lifelines does not know. firthmodels fits Firth's penalised likelihood.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import norm

from leukotype.efficacy.not_estimable import Cause, NotEstimable
from leukotype.efficacy.partial_likelihood import maximise, supremum
from leukotype.efficacy.risk_sets import Floats, Outcomes
from leukotype.vocabulary import Ties

# Event times, and patients, beyond which a fit by lifelines takes seconds.
_MANY_TIMES: Final = 500
_MANY_PATIENTS: Final = 1_000
# Of lifelines' Newton-Raphson: its own shortened steps and 1e-7 leave a hazard ratio of 1.0179 wrong in the
# fifth digit.
FIT: Final = {"precision": 1e-14, "r_precision": 1e-14, "step_size": 1.0}
_NAMES: Final = MappingProxyType(
    {Ties.EFRON: "Cox", Ties.BRESLOW: "Cox (Breslow ties)", Ties.EXACT: "Cox (exact ties)"}
)
_NOT_CONVERGED: Final = NotEstimable(Cause.NOT_CONVERGED)


@dataclass(frozen=True)
class HazardRatio:
    """Hazard of the experimental arm over that of the comparator; NaN, and the reason, where there is none.

    Parameters
    ----------
    log_likelihood
        log partial likelihood at its maximum; of the supremum where the maximum lies at infinity.
    """

    hr: float
    low: float
    high: float
    method: str
    log_likelihood: float
    log_se: float
    why_not: NotEstimable | None = None

    @property
    def estimable(self) -> bool:
        """Whether there is an estimate."""
        return self.why_not is None

    @property
    def information(self) -> float:
        """Inverse of the variance of the log hazard ratio; NaN without an estimate."""
        return 1 / self.log_se**2

    @property
    def informative(self) -> bool:
        """Whether the data tell the arms apart at all, be it by a maximum at infinity."""
        return self.why_not is None or self.why_not.cause is Cause.NO_EVENT_IN_ONE_ARM


def no_estimate(why_not: NotEstimable, log_likelihood: float) -> HazardRatio:
    """Stand in for a hazard ratio that cannot be estimated."""
    return HazardRatio(math.nan, math.nan, math.nan, "", log_likelihood, math.nan, why_not)


def fit_cox(outcomes: Outcomes, level: float, ties: Ties = Ties.EFRON) -> HazardRatio:
    """Fit Cox's model where its maximum is finite; stratified where the outcomes have strata."""
    sets = outcomes.risk_sets
    name = _NAMES[ties]
    if outcomes.has_strata:
        name = f"stratified {name}"
    of_trial = len(sets.time) <= _MANY_TIMES and len(outcomes.time) <= _MANY_PATIENTS
    if ties == Ties.EFRON and of_trial:
        return _fit_lifelines(outcomes, level, name)
    log_hr, se, likelihood = maximise(sets, ties)
    return _estimate(log_hr, se, level, name, likelihood)


def _estimate(log_hr: float, se: float, level: float, name: str, log_likelihood: float) -> HazardRatio:
    if not (math.isfinite(log_hr) and math.isfinite(se) and se > 0):
        return no_estimate(_NOT_CONVERGED, log_likelihood)
    reach = float(norm.ppf(0.5 + level / 2)) * se
    method = f"{name}, Wald {100 * level:g} %"
    limits = math.exp(log_hr - reach), math.exp(log_hr + reach)
    return HazardRatio(math.exp(log_hr), *limits, method, log_likelihood, se)


def _fit_lifelines(outcomes: Outcomes, level: float, name: str) -> HazardRatio:
    from lifelines import CoxPHFitter
    from lifelines.exceptions import ConvergenceError, ConvergenceWarning

    ties = bool(outcomes.risk_sets.events.sum() > len(outcomes.risk_sets.time))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", ConvergenceWarning)
        try:
            fitted = CoxPHFitter(alpha=1 - level).fit(
                _as_frame(outcomes),
                "time",
                "event",
                strata=["stratum"] if outcomes.has_strata else None,
                batch_mode=ties,
                initial_point=_start(outcomes),
                fit_options=dict(FIT),
            )
        except (ConvergenceError, ConvergenceWarning):
            return no_estimate(_NOT_CONVERGED, math.nan)
    log_hr, se = float(fitted.params_.iloc[0]), float(fitted.standard_errors_.iloc[0])
    return _estimate(log_hr, se, level, name, float(fitted.log_likelihood_))


def _as_frame(outcomes: Outcomes) -> pd.DataFrame:
    """Give the patients as lifelines takes them, with a column of strata where there are any."""
    columns = {
        "time": outcomes.rank_of(outcomes.time),
        "event": outcomes.event,
        "experimental": outcomes.experimental,
    }
    return pd.DataFrame(columns | ({"stratum": outcomes.stratum} if outcomes.has_strata else {}))


def _start(outcomes: Outcomes) -> Floats:
    """Peto's one-step estimate, as lifelines asks for it: per standard deviation of the arm."""
    excess, variance = outcomes.risk_sets.log_rank()
    step = excess / variance if variance > 0 else 0.0
    return np.array([step * float(np.std(outcomes.experimental, ddof=1))])


def fit_firth(outcomes: Outcomes, level: float, ties: Ties = Ties.EFRON) -> HazardRatio:
    """Fit Firth's penalised likelihood with its profile interval; finite where events fell in one arm too."""
    from firthmodels import FirthCoxPH

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = FirthCoxPH().fit(*_design(outcomes))
        low, high = fitted.conf_int(alpha=1 - level, method="pl")[0]
    limits = math.exp(low), math.exp(high)
    method = f"Cox, Firth's penalty, profile likelihood {100 * level:g} %"
    if not fitted.converged_ or not all(map(math.isfinite, limits)):
        return no_estimate(_NOT_CONVERGED, math.nan)
    log_hr, se = float(fitted.coef_[0]), float(fitted.bse_[0])
    likelihood = supremum(outcomes.risk_sets, ties)
    return HazardRatio(math.exp(log_hr), *limits, method, likelihood, se)


def _design(outcomes: Outcomes) -> tuple[Floats, tuple[npt.NDArray[np.bool_], Floats]]:
    """Give covariate, events and times as firthmodels takes them."""
    return outcomes.experimental[:, None], (outcomes.event == 1, outcomes.rank_of(outcomes.time))
