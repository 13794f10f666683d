"""Held-out patients with fewer blasts: what becomes of their calls, and what estimated blasts are worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.metrics import roc_auc_score

from leukotype.learning.estimator import Fitted
from leukotype.learning.figures import Answers, join
from leukotype.learning.measurement import ask
from leukotype.learning.mixing import Cells, dilute
from leukotype.learning.patients import Patients
from leukotype.model.features import Array
from leukotype.vocabulary import MIN_BLAST_PCT, NOT_B_ALL
from training.cohort import PublicCohort

PURITIES = (1.0, 0.8, 0.6, 0.5, 0.4, 0.3, 0.25, 0.2, 0.1, 0.0)
FAR = 5.0  # points; samples whose true blasts lie nearer to the limit are hardly on either side of it


@dataclass(frozen=True)
class Dilution:
    """Answers for samples of which `share` is the patient's own marrow."""

    share: float
    answers: Answers


def ask_diluted(
    fitted: Fitted, patients: Patients, blood: Cells, seed: int, shares: Sequence[float] = PURITIES
) -> list[Dilution]:
    """Dilute patients with blood cells of donors that training never saw, and ask a model about them."""
    rng = np.random.default_rng(seed)
    mixed = [(share, dilute(patients.values, share, blood, rng, held_out=True)) for share in shares]
    return [Dilution(share, ask(fitted, replace(patients, values=values))) for share, values in mixed]


def purity_table(diluted: Sequence[Dilution]) -> pd.DataFrame:
    """Say for each share of marrow how often the answer is right, called, and how sure it is."""
    rows = []
    for share, held in _by_share(diluted):
        called, right = held.called != "", held.called == held.truth
        sure = held.probabilities.max(axis=1)
        rows.append(
            {
                "blasts": share,
                "n": len(called),
                "right_forced": (held.best == held.truth).mean(),
                "called": called.mean(),
                "right_of_called": right[called].mean() if called.any() else np.nan,
                "mean_probability_of_called": sure[called].mean() if called.any() else np.nan,
            }
        )
    return pd.DataFrame(rows).round(3)


def _by_share(diluted: Sequence[Dilution]) -> list[tuple[float, Answers]]:
    shares = sorted({each.share for each in diluted}, reverse=True)
    return [(share, join([each.answers for each in diluted if each.share == share])) for share in shares]


def _blasts(held: Answers) -> Array:
    if held.blasts is None:
        raise ValueError("the model was not asked for blasts")
    return held.blasts


def blast_figures(cohort: PublicCohort, held: Answers, diluted: Sequence[Dilution]) -> dict[str, float]:
    """Compare estimates with the pathologists, the deconvolution, and the known shares of dilutions."""
    known_pct = pd.Series(cohort.patients.blast_pct, cohort.patients.names)
    pathologists, all_blasts = known_pct.loc[held.names].to_numpy(), _blasts(held)
    ill = (held.truth != NOT_B_ALL) & ~np.isnan(pathologists)
    given, estimate = pathologists[ill], all_blasts[ill]
    tumor = cohort.details.loc[held.names, "tumor_pct"].to_numpy()
    told = ill & ~np.isnan(tumor)
    less = [each for each in diluted if each.share < 1]
    mixed = join([each.answers for each in less])
    mixed_blasts = _blasts(mixed)
    shares = np.concatenate([np.full(len(each.answers.truth), each.share) for each in less])
    true = np.asarray(shares * known_pct.loc[mixed.names].to_numpy(), dtype=np.float64)
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
        "correlation_deconvolution": _correlation(tumor[told], all_blasts[told, 0]),
        "n_dilutions": int(known.sum()),
        "error_dilutions": np.abs(true - mixed_blasts[:, 0])[known].mean(),
        "error_dilutions_fixed": np.abs(true - np.nanmean(true))[known].mean(),
        "in_interval_dilutions": _inside(true[known], mixed_blasts[known]),
        "auroc_under_30": _auroc(true[known], mixed_blasts[known, 0]),
        "auroc_under_30_beyond_5_points": _auroc(true[far], mixed_blasts[far, 0]),
        "undiluted_held_back": (all_blasts[b_all, 0] < MIN_BLAST_PCT).mean(),
        "undiluted_near_30": (all_blasts[b_all, 1] < MIN_BLAST_PCT).mean(),
    }


def external_blast_figures(diluted: Sequence[Dilution]) -> dict[str, float]:
    """Compare the estimates of diluted external samples with their shares of marrow.

    The marrows' own blasts are unknown: each share counts as that of the sample's own undiluted estimate.
    """
    whole = _blasts(next(each.answers for each in diluted if each.share == 1))[:, 0]
    mixed = [(each.share, _blasts(each.answers)[:, 0]) for each in diluted if each.share < 1]
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


def blast_table(diluted: Sequence[Dilution]) -> pd.DataFrame:
    """Give what is estimated against the share of the own marrow, and what becomes of the samples."""
    rows: list[dict[str, Any]] = []
    for share, held in _by_share(diluted):
        rows.append({"share_of_marrow": share, "n": len(held.truth), **_estimates(_blasts(held))})
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
