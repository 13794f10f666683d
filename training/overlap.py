"""Patients that stand in two public sets under different names; they must not train what they test.

Two samples of one patient (or one sample counted twice) agree in what sets them apart from others of their
subtype. Between the z-score cohort and ``external/GSE161501`` (both from St. Jude) most best matches lie at
0.2 to 0.3, and a few stand out at 0.41 to 0.59, far above the second best; with ``external/allsorts_test``
none does.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

SAME_PATIENT = 0.40  # correlation of what is left after the subtype's mean
MIN_CLASS = 3
EXTERNAL = {"GSE161501": "counts.tsv.gz", "allsorts_test": "test_counts.csv"}


def read_external(data: Path, name: str) -> tuple[pd.DataFrame, pd.Series]:
    """Raw counts (samples x symbols) and labels of an external set, in the same order."""
    folder = data / "external" / name
    labels = pd.read_csv(folder / "labels.csv").set_index("sample")["subtype"]
    counts = pd.read_csv(folder / EXTERNAL[name], sep=None, engine="python", index_col=0)
    counts = counts if counts.index.isin(labels.index).any() else counts.T
    return counts, labels.loc[counts.index]


def overlapping(data: Path, scores: pd.DataFrame, labels: pd.Series) -> npt.NDArray[np.bool_]:
    """Mark the z-score patients (columns of `scores`, genes in rows) that an external sample seems to be."""
    marked = np.zeros(scores.shape[1], dtype=bool)
    for name in EXTERNAL:
        counts, truth = read_external(data, name)
        genes = scores.index.intersection(counts.columns)
        logs = np.log2(counts[genes].div(counts.sum(axis=1), axis=0) * 1e6 + 0.5)
        spread = logs.std() + 0.3
        for subtype in truth.unique():
            ours = np.flatnonzero(labels.to_numpy() == subtype)
            theirs = logs[truth == subtype]
            if min(len(ours), len(theirs)) >= MIN_CLASS:
                left = ((theirs - theirs.mean()) / spread).to_numpy()
                known = scores.loc[genes].to_numpy().T[ours]
                marked[ours[_correlation(left, known - known.mean(axis=0)).max(axis=0) > SAME_PATIENT]] = True
    return marked


def _correlation(left: npt.NDArray[Any], right: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return np.asarray(np.corrcoef(left, right)[: len(left), len(left) :])
