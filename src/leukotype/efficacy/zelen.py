"""Does the effect on response differ between subgroups: Zelen's exact test, and the likelihood ratio."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.stats import chi2, hypergeom

from leukotype.efficacy.proportions import MIN_CELL, NO_TEST, TWO_SIDED, Counts, PValue
from leukotype.efficacy.risk_sets import Floats

# Tables as likely as the observed one count as such; their logarithms differ in the last digits only.
_TIE: Final = 1e-7
# Beyond this many tables the exact test asks for more memory than a laptop has to spare (some 50 MB here).
_MOST_TABLES: Final = 2_000_000


def homogeneity(levels: Sequence[Counts]) -> PValue:
    """Test whether the odds ratio of response is the same in all levels of a factor, two-sided.

    Zelen's exact test (Biometrika 1971;58:129) where a level has a cell below 5, else the likelihood ratio
    test of the logistic model with an arm effect common to all levels against one of its own in each. Levels
    that cannot tell the arms apart (an arm missing, all or none respond) hold no information and take no
    part. With more tables of the same margins than can be counted out, the likelihood ratio stands in for the
    exact test and says so.
    """
    telling = [counts for counts in levels if len(_support(counts)) > 1]
    if len(telling) < 2:
        return NO_TEST
    if min(cell for counts in telling for row in counts.table for cell in row) >= MIN_CELL:
        return likelihood_ratio(telling)
    sizes = sorted(len(_support(counts)) for counts in telling)
    if math.prod(sizes[:-1]) <= _MOST_TABLES:
        return PValue(zelen(telling), "Zelen exact", TWO_SIDED)
    approximate = likelihood_ratio(telling)
    return approximate._replace(test=f"{approximate.test} (approximate: cells below {MIN_CELL})")


def zelen(levels: Sequence[Counts]) -> float:
    """P value of Zelen's exact test: all tables of the same margins and sum no likelier than the observed."""
    *others, widest = sorted(levels, key=lambda counts: len(_support(counts)))
    rest = np.full(1, sum(counts.responders_experimental for counts in levels))
    logs = np.zeros(1)
    for counts in others:
        support = _support(counts)
        rest = (rest[:, None] - support).ravel()
        logs = (logs[:, None] + _log_probability(counts, support)).ravel()
    support = _support(widest)
    possible = (rest >= support[0]) & (rest <= support[-1])
    logs = logs[possible] + _log_probability(widest, support)[rest[possible] - support[0]]
    observed = sum(
        float(_log_probability(counts, np.array([counts.responders_experimental]))[0]) for counts in levels
    )
    weights = np.exp(logs - logs.max())
    return float(min(1.0, weights[logs <= observed + _TIE].sum() / weights.sum()))


def likelihood_ratio(levels: Sequence[Counts]) -> PValue:
    """Likelihood ratio test of one odds ratio for all levels against one in each."""
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.generalized_linear_model import GLM

    k = len(levels)
    response = np.array([row for counts in levels for row in counts.table], dtype=np.float64)
    design = np.column_stack([np.repeat(np.eye(k), 2, axis=0), np.tile([1.0, 0.0], k)])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of a perfect fit: levels that do not differ have one
        deviance = GLM(response, design, family=Binomial()).fit().deviance
    return PValue(float(chi2.sf(max(deviance, 0.0), k - 1)), f"likelihood ratio, {k - 1} df", TWO_SIDED)


def _support(counts: Counts) -> npt.NDArray[np.int64]:
    """Responders that the experimental arm may have, given the margins."""
    (a, n), (b, m) = counts.arms
    return np.arange(max(0, a + b - m), min(n, a + b) + 1)


def _log_probability(counts: Counts, responders: npt.NDArray[np.int64]) -> Floats:
    (a, n), (b, m) = counts.arms
    return np.asarray(hypergeom.logpmf(responders, n + m, a + b, n), dtype=np.float64)
