"""Whether prediction sets cover what they promise, and what the estimated blasts are worth."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.metrics import roc_auc_score

from leukotype.learning.figures import exact_interval
from leukotype.model.conformal import LEVELS
from leukotype.model.features import Array
from leukotype.vocabulary import MIN_BLAST_PCT, NOT_B_ALL
from training.cohort import Cohort
from training.heldout import Diluted, HeldOut, join

FAR = 5.0  # points; samples whose true blasts lie nearer to the limit are hardly on either side of it


def sets_table(by_evidence: dict[str, HeldOut]) -> pd.DataFrame:
    """Count how often the label lies in the prediction set, of patients with B-ALL."""
    rows = []
    for evidence, held in by_evidence.items():
        ill = held.truth != NOT_B_ALL
        for number, level in enumerate(LEVELS):
            covered, sizes = held.covered[ill, number], held.sizes[ill, number]
            low, high = exact_interval(int(covered.sum()), len(covered))
            worst = min(np.unique(held.truth[ill]), key=lambda name: _share(held, name, number))
            rows.append(
                {
                    "evidence": evidence,
                    "promised": level,
                    "n": len(covered),
                    "covered": covered.mean(),
                    "low": low,
                    "high": high,
                    "mean_size": sizes.mean(),
                    "empty": (sizes == 0).mean(),
                    "least_covered": f"{worst} {_share(held, worst, number):.2f}",
                }
            )
    return pd.DataFrame(rows).round(3)


def _share(held: HeldOut, name: str, number: int) -> float:
    return float(held.covered[held.truth == name, number].mean())


def blast_figures(cohort: Cohort, held: HeldOut, diluted: Diluted) -> dict[str, float]:
    """Compare estimates with the pathologists, the deconvolution, and the known shares of dilutions."""
    patients = cohort.patients.take(held.rows)
    ill = (held.truth != NOT_B_ALL) & ~np.isnan(patients.blast_pct)
    given, estimate = patients.blast_pct[ill], held.blasts[ill]
    told = ill & ~np.isnan(patients.tumor_pct)
    mixed = join([part for purity, part in diluted if purity < 1])
    shares = np.concatenate([np.full(len(part.truth), purity) for purity, part in diluted if purity < 1])
    true = shares * cohort.patients.blast_pct[mixed.rows]
    known = ~np.isnan(true)
    far = known & (np.abs(true - MIN_BLAST_PCT) > FAR)
    b_all = held.truth != NOT_B_ALL
    return {
        "n_pathologist": len(given),
        "correlation_pathologist": _correlation(given, estimate[:, 0]),
        "error_pathologist": np.abs(given - estimate[:, 0]).mean(),
        "error_pathologist_fixed": np.abs(given - np.mean(given)).mean(),
        "in_interval_pathologist": _inside(given, estimate),
        "within_30_points_pathologist": (np.abs(given - estimate[:, 0]) <= 30).mean(),
        "correlation_deconvolution": _correlation(patients.tumor_pct[told], held.blasts[told, 0]),
        "n_dilutions": int(known.sum()),
        "error_dilutions": np.abs(true - mixed.blasts[:, 0])[known].mean(),
        "error_dilutions_fixed": np.abs(true - np.nanmean(true))[known].mean(),
        "in_interval_dilutions": _inside(true[known], mixed.blasts[known]),
        "auroc_under_30": _auroc(true[known], mixed.blasts[known, 0]),
        "auroc_under_30_beyond_5_points": _auroc(true[far], mixed.blasts[far, 0]),
        "undiluted_held_back": (held.blasts[b_all, 0] < MIN_BLAST_PCT).mean(),
        "undiluted_near_30": (held.blasts[b_all, 1] < MIN_BLAST_PCT).mean(),
    }


def external_blast_figures(diluted: Diluted) -> dict[str, float]:
    """Compare the estimates of diluted external samples with their shares of marrow.

    The marrows' own blasts are unknown: each share counts as that of the sample's own undiluted estimate.
    """
    whole = next(part for purity, part in diluted if purity == 1).blasts[:, 0]
    mixed = [(purity, part.blasts[:, 0]) for purity, part in diluted if purity < 1]
    errors = np.concatenate([estimate - purity * whole for purity, estimate in mixed])
    shares = np.repeat([purity for purity, _ in mixed], len(whole))
    estimates = np.concatenate([estimate for _, estimate in mixed])
    return {
        "GSE161501_blasts_n_dilutions": len(errors),
        "GSE161501_blasts_error": np.abs(errors).mean(),
        "GSE161501_blasts_auroc_share_under_30": _auroc(100 * shares, estimates),
    }


def _correlation(first: Array, second: Array) -> float:
    return float(np.corrcoef(first, second)[0, 1])


def _inside(true: Array, estimate: Array) -> float:
    return float(((estimate[:, 1] <= true) & (true <= estimate[:, 2])).mean())


def _auroc(true: Array, estimate: Array) -> float:
    """Area under the curve; shares of exactly 30 % of a marrow are not under it."""
    return float(roc_auc_score(true < MIN_BLAST_PCT, -estimate))


def blast_table(diluted: Diluted) -> pd.DataFrame:
    """Give what is estimated against the share of the own marrow, and what becomes of the samples."""
    rows: list[dict[str, Any]] = []
    for purity in sorted({purity for purity, _ in diluted}, reverse=True):
        held = join([part for each, part in diluted if each == purity])
        rows.append({"share_of_marrow": purity, "n": len(held.truth), **_estimates(held.blasts)})
    return pd.DataFrame(rows).round(3)


def _estimates(blasts: npt.NDArray[Any]) -> dict[str, float]:
    estimate, low, high = blasts.T
    return {
        "mean_estimate": estimate.mean(),
        "sd": estimate.std(),
        "mean_low": low.mean(),
        "mean_high": high.mean(),
        "held_back": (estimate < MIN_BLAST_PCT).mean(),
        "near_30": ((estimate >= MIN_BLAST_PCT) & (low < MIN_BLAST_PCT)).mean(),
    }
