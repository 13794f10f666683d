"""Subgroups that borrow from each other: the normal model with random effects, by exact integration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.optimize import brentq
from scipy.stats import norm

from leukotype.efficacy.risk_sets import Floats

# Scale of the half-normal prior of tau: the true ratios of two subgroups then differ by at most a factor of
# some 4 (Röver, Bender, Dias et al., Res Synth Methods 2021;12:448: 0.5 is weakly informative).
PRIOR_SCALE: Final = 0.5
_REACH: Final = 6.0  # scales of the prior, beyond which it has 2e-9 of its mass
_NODES: Final = 200  # of the integral over tau (Gauss and Legendre)
_FAR: Final = 12.0  # standard deviations within which a quantile is looked for


@dataclass(frozen=True)
class Shrunk:
    """What is believed of each subgroup once all are known; logarithms, arrays of one length.

    Parameters
    ----------
    estimate, low, high
        medians and equal-tailed credible intervals.
    tau
        median of the standard deviation of true effects between subgroups.
    """

    estimate: Floats
    low: Floats
    high: Floats
    tau: float


def conditional(estimates: Floats, errors: Floats, tau: float) -> tuple[Floats, Floats]:
    """Means and standard errors of the true effects, were tau known.

    Each estimate is drawn to the mean of all, by the share of its own variance in the whole; the error holds
    that of the mean (best linear unbiased prediction: Raudenbush and Bryk, J Educ Stat 1985;10:75).
    """
    weight = 1 / (errors**2 + tau**2)
    mean = float((weight * estimates).sum() / weight.sum())
    kept = tau**2 * weight  # of a subgroup's own
    spread = kept * errors**2 + (1 - kept) ** 2 / weight.sum()
    return kept * estimates + (1 - kept) * mean, np.asarray(np.sqrt(spread))


def shrink(estimates: Floats, errors: Floats, *, level: float) -> Shrunk:
    """Shrink the effects of subgroups: estimates are normal about true effects, and these about a mean.

    The mean has a flat prior, tau a half-normal one; what is left of three integrals is one, over tau (Röver,
    J Stat Softw 2020;93(6)).

    Parameters
    ----------
    estimates, errors
        log ratios of the subgroups and their standard errors.
    level
        of the credible intervals.
    """
    tau, weights = _posterior_of_tau(estimates, errors)
    means, spreads = map(np.array, zip(*(conditional(estimates, errors, t) for t in tau), strict=True))
    tails = (0.5, 0.5 - level / 2, 0.5 + level / 2)
    found = [
        [_quantile(q, means[:, i], spreads[:, i], weights) for q in tails] for i in range(len(estimates))
    ]
    middle = float(np.interp(0.5, np.cumsum(weights) - weights / 2, tau))
    estimate, low, high = np.array(found).T
    return Shrunk(estimate, low, high, middle)


def _posterior_of_tau(estimates: Floats, errors: Floats) -> tuple[Floats, Floats]:
    """Nodes of tau and the posterior mass at each, the mean integrated out."""
    nodes, lengths = np.polynomial.legendre.leggauss(_NODES)
    tau = _REACH * PRIOR_SCALE * (nodes + 1) / 2
    variance = errors**2 + tau[:, None] ** 2
    weight = 1 / variance
    total = weight.sum(axis=1)
    mean = (weight * estimates).sum(axis=1) / total
    misfit = (weight * (estimates - mean[:, None]) ** 2).sum(axis=1)
    log_density = -0.5 * (np.log(variance).sum(axis=1) + np.log(total) + misfit + (tau / PRIOR_SCALE) ** 2)
    mass = lengths * np.exp(log_density - log_density.max())
    return tau, np.asarray(mass / mass.sum())


def _quantile(q: float, means: Floats, spreads: Floats, weights: Floats) -> float:
    """Quantile of a mixture of normal distributions."""
    low, high = (means - _FAR * spreads).min(), (means + _FAR * spreads).max()
    return float(brentq(lambda x: float((weights * norm.cdf(x, means, spreads)).sum()) - q, low, high))
