"""One sample under two names is told: they are equal, or as alike as no two patients are."""

import numpy as np
import pandas as pd
import pytest

from leukotype.inputs import from_frame

GENES = [f"ENSG{number:011d}" for number in range(3000)]


@pytest.fixture
def patients(rng):
    """Counts of 600 unrelated samples, genes x samples."""
    counts = np.exp2(rng.normal(7, 3, size=(3000, 600))).astype(int)
    return pd.DataFrame(counts, index=GENES, columns=[f"P{number}" for number in range(600)])


@pytest.fixture
def warnings_of(count_known):
    def read(counts):
        reader = from_frame(counts, count_known=count_known)
        list(reader.blocks())
        return reader.warnings

    return read


def test_unrelated_samples_are_not_alike(patients, warnings_of):
    assert warnings_of(patients) == []


def test_a_sample_that_was_rounded_or_scaled_is_told(patients, warnings_of):
    """In blocks apart: a read more or less in every seventh gene, and half as many reads."""
    counts = patients.assign(again=patients["P0"], half=patients["P5"] // 2)
    counts.loc[GENES[::7], "again"] += 1
    (told,) = warnings_of(counts)
    assert (
        "samples as alike as one under two names (correlation above 0.999): 2 (P0 and again, P5 and half)"
        in told
    )


def test_equal_samples_are_told_once(patients, warnings_of):
    counts = patients.assign(twin=patients["P3"])
    assert warnings_of(counts) == ["samples with the very same values: 1 (P3 = twin)"]


def test_a_few_genes_tell_nothing(patients, warnings_of):
    counts = patients.iloc[:400].assign(again=patients["P0"] + 1)
    assert warnings_of(counts) == []


def test_of_many_pairs_some_are_named_and_all_are_counted(patients, warnings_of):
    """Twelve samples of one patient, a read apart: 66 pairs."""
    counts = patients[["P0"] * 12].set_axis([f"S{number}" for number in range(12)], axis=1)
    counts += np.eye(len(counts), 12, dtype=int)
    (told,) = warnings_of(counts)
    assert told.endswith("(correlation above 0.999): 66 (S0 and S1, S0 and S2, S0 and S3 and 63 more)")
