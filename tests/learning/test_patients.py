"""Patients are counted, not samples, and another leukemia is no subtype."""

import numpy as np
import pytest

from leukotype.learning.patients import Patients
from leukotype.vocabulary import NOT_B_ALL


@pytest.fixture
def patients():
    """Two samples of one patient with DUX4-r, one of another, and a T-ALL."""
    labels = np.array(["DUX4-r", "DUX4-r", "DUX4-r", NOT_B_ALL], dtype=object)
    names = np.array(["a1", "a2", "b", "t"], dtype=object)
    who = np.array(["a", "a", "b", "t"], dtype=object)
    cohorts = np.array(["one"] * 4, dtype=object)
    return Patients(names, labels, who, cohorts, np.arange(8.0).reshape(4, 2), np.array([80, 80, np.nan, 90]))


def test_replicates_are_one_patient(patients):
    assert patients.counts() == {"DUX4-r": 2, NOT_B_ALL: 1}
    assert patients.subtypes() == {"DUX4-r": 2}
    assert len(patients) == 4


def test_every_field_of_the_chosen_samples_comes_along(patients):
    chosen = patients.take(np.array([3, 0]))
    assert chosen.names.tolist() == ["t", "a1"]
    assert chosen.labels.tolist() == [NOT_B_ALL, "DUX4-r"]
    assert chosen.values.tolist() == [[6.0, 7.0], [0.0, 1.0]]
    assert chosen.blast_pct.tolist() == [90.0, 80.0]


def test_genes_stand_in_the_order_that_is_asked_for(patients):
    assert patients.of_genes(np.array([1, 0])).values[0].tolist() == [1.0, 0.0]
    assert patients.without_values().values.shape == (4, 0)
