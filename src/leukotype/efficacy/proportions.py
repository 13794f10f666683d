"""Response rates of two arms from counts: intervals, difference, test. Pure: counts in, numbers out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from scipy.stats import fisher_exact, norm
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

# Cochran's rule (Biometrics 1954;10:417), which the INO-VATE analysis applies to intervals and tests alike.
MIN_CELL: Final = 5
TWO_SIDED: Final = "two-sided"
ONE_SIDED: Final = "one-sided"
FISHER: Final = "Fisher exact"
PEARSON: Final = "Pearson chi-squared"
NORMAL: Final = "normal approximation"
CLOPPER_PEARSON: Final = "Clopper-Pearson"
WILSON: Final = "Wilson"


class Interval(NamedTuple):
    """Limits, and the name of the method that gave them."""

    low: float
    high: float
    method: str


class PValue(NamedTuple):
    """A P value with the name of its test and its side."""

    p: float
    test: str
    side: str


NO_INTERVAL: Final = Interval(math.nan, math.nan, "")
NO_TEST: Final = PValue(math.nan, "", "")


@dataclass(frozen=True)
class Counts:
    """Responders and patients of both arms.

    Raises
    ------
    ValueError
        For a count below 0 and for more responders than patients.
    """

    responders_experimental: int
    n_experimental: int
    responders_comparator: int
    n_comparator: int

    def __post_init__(self) -> None:
        for hits, n in self.arms:
            if not 0 <= hits <= n:
                raise ValueError(f"{hits} responders of {n} patients")

    @property
    def arms(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Responders and patients: experimental, then comparator."""
        return (
            (self.responders_experimental, self.n_experimental),
            (self.responders_comparator, self.n_comparator),
        )

    @property
    def table(self) -> list[list[int]]:
        """Responders and non-responders, a row an arm."""
        return [[hits, n - hits] for hits, n in self.arms]

    @property
    def least_expected(self) -> float:
        """Smallest expected count of the table where response does not depend on the arm."""
        (a, n), (b, m) = self.arms
        return min(n, m) * min(a + b, n + m - a - b) / (n + m)


def rate_interval(responders: int, n: int, level: float = 0.95, method: str = "") -> Interval:
    """Interval of a response rate.

    Parameters
    ----------
    method
        `NORMAL`, `CLOPPER_PEARSON` or `WILSON`. Empty: the rule of the INO-VATE genomic analysis (Blood Adv
        2024;8(12):3226): normal approximation where responders and non-responders both number at least 5,
        else Clopper-Pearson.
    """
    if n == 0:
        return NO_INTERVAL
    if not method:
        method = NORMAL if min(responders, n - responders) >= MIN_CELL else CLOPPER_PEARSON
    name = {NORMAL: "normal", CLOPPER_PEARSON: "beta", WILSON: "wilson"}[method]
    low, high = proportion_confint(responders, n, alpha=1 - level, method=name)
    return Interval(float(low), float(high), method)


def difference_interval(counts: Counts, level: float = 0.95) -> Interval:
    """Newcombe's interval of the difference of rates (hybrid score; Stat Med 1998;17:873, method 10)."""
    (a, n), (b, m) = counts.arms
    if not n or not m:
        return NO_INTERVAL
    with np.errstate(invalid="ignore"):
        low, high = confint_proportions_2indep(a, n, b, m, method="newcomb", compare="diff", alpha=1 - level)
    return Interval(float(low), float(high), "Newcombe")


def compare(counts: Counts, side: str = TWO_SIDED) -> PValue:
    """Test whether the arms respond alike.

    Fisher's exact test where an expected count is below 5, else Pearson's chi-squared test without a
    correction for continuity. `ONE_SIDED` asks whether the experimental arm responds more often: with it
    every printed P value of the INO-VATE genomic analysis is met.
    """
    (a, n), (b, m) = counts.arms
    if not n or not m:
        return NO_TEST
    if counts.least_expected < MIN_CELL:
        alternative = "greater" if side == ONE_SIDED else "two-sided"
        return PValue(float(fisher_exact(counts.table, alternative=alternative).pvalue), FISHER, side)
    pooled = (a + b) / (n + m)
    z = (a / n - b / m) / math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    p = norm.sf(z) if side == ONE_SIDED else 2 * norm.sf(abs(z))
    return PValue(float(p), PEARSON, side)


def least_p(counts: Counts, side: str = TWO_SIDED) -> float:
    """Smallest P value of `compare` that any table of the same margins has; NaN where there is no test.

    The margins decide which test it is, and both tests are least at one of the two outermost tables.
    """
    (a, n), (b, m) = counts.arms
    outermost = (max(0, a + b - m), min(n, a + b))
    return min(compare(Counts(hits, n, a + b - hits, m), side).p for hits in outermost)
