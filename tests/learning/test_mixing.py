"""A dilution is so much of the patient and the rest of normal blood, and says so in its row."""

import numpy as np
import pytest

from leukotype.learning.mixing import (
    SCRAMBLED,
    Cells,
    Mixtures,
    background,
    dilute,
    dilute_common_genes,
    unread_chromosomes,
)
from leukotype.learning.patients import Patients
from leukotype.learning.settings import Mixing
from leukotype.vocabulary import B_ALL, LOW_BLASTS, NORMAL, NOT_B_ALL


def test_a_dilution_keeps_its_share_and_the_genes_that_blood_lacks(sources, rng):
    values, blood = sources.cohorts.values, sources.blood
    lacking = np.isnan(blood).any(axis=0)
    mixed = dilute_common_genes(values, 0.4, blood, rng)
    np.testing.assert_allclose(mixed[:, ~lacking].sum(axis=1), 1.0)
    share = values / values[:, ~lacking].sum(axis=1, keepdims=True)
    np.testing.assert_allclose(mixed[:, lacking], share[:, lacking])
    np.testing.assert_allclose(dilute_common_genes(values, 1.0, blood, rng), share)


@pytest.fixture
def cells():
    """Two donors that teach and one that does not, of two kinds; the last gene was not in their file."""
    values = np.array([[10.0, 0.0, np.nan], [0.0, 10.0, np.nan], [500.0, 500.0, np.nan]])
    return Cells(values, np.array(["B", "T", "B"]), np.array([False, False, True]))


def test_a_background_is_a_mean_of_the_kinds_of_cells_that_teach(cells, rng):
    mixed = background(cells, 200, rng)
    np.testing.assert_allclose(mixed[:, :2].sum(axis=1), 10.0)  # weights sum to 1, both kinds have 10
    assert mixed[:, 0].min() >= 0
    assert mixed[:, 0].std() > 1
    np.testing.assert_allclose(background(cells, 3, rng, held_out=True)[:, :2], 500.0)


def test_a_sample_that_is_all_blasts_stays_as_it_was_and_one_of_none_is_background(cells, rng):
    values = np.array([[7.0, 8.0, 9.0]] * 2)
    mixed = dilute(values, np.array([1.0, 0.0]), cells, rng)
    assert mixed[0].tolist() == [7.0, 8.0, 9.0]
    assert mixed[1, :2].sum() == pytest.approx(10.0)
    assert np.isnan(mixed[1, 2])  # of a gene that the cells' file lacks nothing is known


@pytest.fixture
def patients():
    labels = np.array(["DUX4-r"] * 30 + [NOT_B_ALL] * 30, dtype=object)
    names = np.array([f"s{number}" for number in range(60)], dtype=object)
    values = np.random.default_rng(1).exponential(100.0, (60, 3))
    return Patients(names, labels, names, names, values, np.full(60, 90.0))


def test_every_row_says_how_much_of_it_is_the_patient_and_what_it_teaches(patients, cells):
    """Below 30 % of the patient a row is one of few blasts, or of normal cells where it was no B-ALL."""
    how = Mixing(dilutions=2, gate_dilutions=1, backgrounds=5, scrambled=4)
    rows = Mixtures(cells, how)(patients, seed=3)
    assert len(rows.labels) == 60 * (1 + 2 + 1) + (5 + 2) + 4
    assert rows.labels[:60].tolist() == patients.labels.tolist()
    pure, own = rows.share == 1, rows.share > 0
    assert np.array_equal(rows.values[pure], patients.values)
    few = own & (rows.share < how.low_below)
    ill = np.isin(rows.patients, patients.names[:30])
    assert set(rows.labels[few & ill]) == {LOW_BLASTS}
    assert set(rows.labels[few & ~ill]) == {NORMAL}
    assert set(rows.labels[own & ~few & ill]) == {"DUX4-r", B_ALL}
    assert set(rows.labels[own & ~few & ~ill]) == {NOT_B_ALL}
    assert set(rows.labels[~own]) == {NORMAL, SCRAMBLED}
    assert (rows.own_pct[~own] == 0).all()


def test_scrambled_genes_are_those_of_a_patient_in_another_order(patients, cells):
    rows = Mixtures(cells, Mixing(dilutions=0, gate_dilutions=0, backgrounds=1, scrambled=5))(patients, 3)
    scrambled = np.sort(rows.values[rows.labels == SCRAMBLED], axis=1)
    known = {tuple(row) for row in np.sort(patients.values, axis=1)}
    assert len(scrambled) == 5
    assert {tuple(row) for row in scrambled} <= known


def test_the_same_seed_makes_the_same_rows_of_the_genes_that_are_read(patients, cells):
    how = Mixing(dilutions=1, gate_dilutions=1, backgrounds=2, scrambled=2)
    read = np.array([0, 1])
    whole = Mixtures(cells.of_genes(read), how)(patients.of_genes(read), 5)
    part = Mixtures(cells, how, read=read)(patients.of_genes(read), 5)
    np.testing.assert_array_equal(whole.values, part.values)
    assert not np.array_equal(Mixtures(cells, how, read=read)(patients.of_genes(read), 6).values, part.values)


def test_a_chromosome_of_which_no_gene_is_read_is_one_that_the_file_lacks(sources):
    """Chromosome 10 of the made blood is missing, as 10 and 20 are in GSE115736."""
    read = ~np.isnan(sources.blood).all(axis=0)
    assert unread_chromosomes(read, sources.genes.table) == ["10"]
    assert unread_chromosomes(np.ones_like(read), sources.genes.table) == []
