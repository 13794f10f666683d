"""Patients of the external sets must not train."""

import numpy as np
import pandas as pd

from training.overlap import overlapping, read_external


def _zscores(data):
    scores = pd.read_parquet(data / "cohorts" / "allsorts_reference_zscores.parquet")
    labels = pd.read_csv(data / "cohorts" / "allsorts_reference_labels.csv").set_index("sample")["subtype"]
    return scores, labels.loc[scores.columns]


def test_a_planted_patient_is_found(data):
    """An external sample, standardised and put among the z-score patients, is recognised."""
    scores, labels = _zscores(data)
    counts, truth = read_external(data, "allsorts_test")
    genes = scores.index.intersection(counts.columns)
    logs = np.log2(counts[genes].div(counts.sum(axis=1), axis=0) * 1e6 + 0.5)
    standardised = (logs - logs.mean()) / (logs.std() + 0.3)
    planted = standardised.loc["Ph_1"].reindex(scores.index).fillna(0.0)
    scores = scores.assign(planted=planted)
    labels = pd.concat([labels, pd.Series({"planted": truth["Ph_1"]})])
    assert overlapping(data, scores, labels)[-1]


def test_few_patients_are_left_out(data):
    scores, labels = _zscores(data)
    marked = overlapping(data, scores, labels)
    assert 0 < marked.sum() < 10
