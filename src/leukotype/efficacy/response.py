"""Response by arm in every subgroup: the tidy frame ``response``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from leukotype.efficacy.analysis_options import AnalysisOptions
from leukotype.efficacy.clinical_table import RESPONDERS
from leukotype.efficacy.join import Trial
from leukotype.efficacy.not_estimable import Cause, NotEstimable
from leukotype.efficacy.proportions import (
    Counts,
    PValue,
    compare,
    difference_interval,
    least_p,
    rate_interval,
)
from leukotype.efficacy.subgroups import OF_EVERY_TABLE, Factor, add_interaction, adjust
from leukotype.efficacy.trial_endpoints import rates
from leukotype.efficacy.zelen import homogeneity
from leukotype.vocabulary import Arm, Endpoint

_OF_ARM: Final = ("n", "responders", "rate", "low", "high", "interval")
COLUMNS: Final = (
    "endpoint",
    "factor",
    "level",
    *(f"{name}_{arm}" for arm in Arm for name in _OF_ARM),
    "difference",
    "difference_low",
    "difference_high",
    "p",
    "test",
    "side",
    "p_holm",
    "p_bh",
    "interaction_p",
    "interaction_test",
    "estimable",
    "why_not",
    "p_least",
    "p_tarone",
    *OF_EVERY_TABLE,
)


def response_table(trial: Trial, factors: Sequence[Factor], options: AnalysisOptions) -> pd.DataFrame:
    """Compare response, and MRD negativity among responders, between the arms in every subgroup.

    An MRD that was not measured counts as not negative: the denominator is all responders, as in the INO-VATE
    genomic analysis.
    """
    rows: list[dict[str, Any]] = []
    for endpoint, hit, counted in rates(trial):
        rows += _endpoint(trial, endpoint, hit, counted, factors, options)
    return adjust(pd.DataFrame(rows, columns=list(COLUMNS)))


def mrd_notes(trial: Trial) -> tuple[str, ...]:
    """Say how many responders have no MRD."""
    if "mrd" not in trial.patients:
        return ()
    unknown = trial.patients["response"].isin(RESPONDERS) & (trial.patients["mrd"] == "")
    n = int(unknown.sum())
    return (f"responders without MRD, counted as not negative: {n}",) if n else ()


def _endpoint(
    trial: Trial,
    endpoint: str,
    hit: npt.NDArray[np.bool_],
    counted: npt.NDArray[np.bool_],
    factors: Sequence[Factor],
    options: AnalysisOptions,
) -> list[dict[str, Any]]:
    experimental = trial.in_experimental
    rows: list[dict[str, Any]] = []
    for factor in factors:
        counts = _counts(factor, hit, counted, experimental)
        compared = [
            {"endpoint": endpoint} | key | compare_arms(each, trial.arms, endpoint, options)
            for key, each in zip(factor.keys(), counts, strict=True)
        ]
        rows += add_interaction(compared, homogeneity(counts))
    return rows


def _counts(
    factor: Factor,
    hit: npt.NDArray[np.bool_],
    counted: npt.NDArray[np.bool_],
    experimental: npt.NDArray[np.bool_],
) -> list[Counts]:
    k = len(factor.levels)
    counted = counted & (factor.codes >= 0)

    def of(rows: npt.NDArray[np.bool_]) -> list[int]:
        return [int(n) for n in np.bincount(factor.codes[rows & counted], minlength=k)]

    per_level = zip(
        of(hit & experimental), of(experimental), of(hit & ~experimental), of(~experimental), strict=True
    )
    return [Counts(*cell) for cell in per_level]


def compare_arms(
    counts: Counts, arms: tuple[str, str], endpoint: str, options: AnalysisOptions
) -> dict[str, Any]:
    """Give one row's numbers: rates and intervals of both arms, their difference, its test."""
    row: dict[str, Any] = {}
    for arm, (hits, n) in zip(Arm, counts.arms, strict=True):
        interval = rate_interval(hits, n, options.rate_level, options.rate_method)
        values = (n, hits, hits / n if n else np.nan, *interval)
        row |= {f"{name}_{arm}": value for name, value in zip(_OF_ARM, values, strict=True)}
    difference = difference_interval(counts, options.difference_level)
    test: PValue = compare(counts, options.side)
    missing = Cause.NO_RESPONDER if endpoint == Endpoint.MRD else Cause.NO_PATIENT
    empty = tuple(arm for arm, (_, n) in zip(Arm, counts.arms, strict=True) if not n)
    return row | {
        "difference": row["rate_experimental"] - row["rate_comparator"],
        "difference_low": difference.low,
        "difference_high": difference.high,
        **test._asdict(),
        "p_least": least_p(counts, options.side),
        "estimable": not empty,
        "why_not": NotEstimable(missing, empty).text(arms) if empty else "",
    }
