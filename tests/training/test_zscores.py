"""The rows of a training set of the public patients: dilutions, rebuilt z-scores, normal cells."""

from dataclasses import replace

import numpy as np
import pytest

from leukotype.learning.mixing import SCRAMBLED, background, dilute
from leukotype.vocabulary import B_ALL, LOW_BLASTS, NORMAL, NOT_B_ALL, SUBTYPES
from training.zscores import rebuild


def mixtures(cohort, settings, **few):
    mixing = replace(settings.learning.mixing, **few)
    return cohort.mixtures(replace(settings, learning=replace(settings.learning, mixing=mixing)))


@pytest.fixture(scope="module")
def patients(cohort):
    """In the genes that gate, blasts and features read."""
    return cohort.patients.of_genes(cohort.panel.read)


@pytest.fixture(scope="module")
def blood(cohort):
    return cohort.blood.of_genes(cohort.panel.read)


@pytest.fixture(scope="module")
def made(cohort, settings, patients):
    return mixtures(cohort, settings, dilutions=2, gate_dilutions=1)(patients, 1)


def test_a_sample_of_blasts_alone_is_unchanged(patients, blood):
    values = patients.values[:3]
    assert np.array_equal(dilute(values, 1.0, blood, np.random.default_rng(0)), values)


def test_dilution_is_linear(patients, blood):
    """At half the blasts every gene is the mean of the patient and the background."""
    values = patients.values[:3]
    half = dilute(values, 0.5, blood, np.random.default_rng(0))
    other = dilute(values, 0.0, blood, np.random.default_rng(0))
    assert np.allclose(half, (values + other) / 2, equal_nan=True)


def test_genes_that_the_background_lacks_are_missing_in_the_mixture(cohort, patients, blood):
    """The sorted cells (GSE115736) have 12 reads on chromosomes 10 and 20, none in these genes."""
    half = dilute(patients.values[:3], 0.5, blood, np.random.default_rng(0))
    homes = cohort.genes.frame["chromosome"].iloc[cohort.panel.read]
    unread = homes.isin(["10", "20"]).to_numpy()
    assert np.array_equal(np.isnan(half), np.tile(unread, (3, 1)))


def test_backgrounds_of_training_and_test_share_no_donor(cohort):
    """With one cell type left, a background is one of its donors."""
    one = cohort.blood.kinds == "Mono"
    cells = type(cohort.blood)(cohort.blood.values[one], cohort.blood.kinds[one], cohort.blood.held_out[one])
    for held_out in (False, True):
        donors = cells.values[cells.held_out == held_out]
        mixed = background(cells, 5, np.random.default_rng(0), held_out=held_out)
        assert all(np.isclose(donors, row, equal_nan=True).all(axis=1).any() for row in mixed)


def test_low_blasts_are_exactly_the_dilutions_under_the_boundary(made, settings):
    low = made.labels == LOW_BLASTS
    boundary = settings.learning.mixing.low_below
    assert low.any()
    assert made.share[low].max() < boundary
    assert made.share[np.isin(made.labels, [*SUBTYPES, B_ALL])].min() >= boundary


def test_every_kind_of_row_is_there(made):
    assert {B_ALL, LOW_BLASTS, NOT_B_ALL, NORMAL, SCRAMBLED} < set(made.labels)


def test_dilutions_stay_with_their_patient(made, cohort):
    own = made.patients == cohort.patients.patients[0]
    assert own.sum() == 4
    assert sorted(made.share[own])[-1] == 1.0


def test_a_rebuilt_patient_keeps_its_order_of_genes(cohort, patients):
    """Rebuilding is monotone in each gene: the patient with the highest z-score stays highest."""
    leukemias = patients.take(patients.labels != NOT_B_ALL)
    zscores = cohort.standardised
    rebuilt = rebuild(leukemias, zscores, cohort.panel.chromosomes)
    assert rebuilt.shape == (len(zscores.labels), patients.values.shape[1])
    assert rebuilt.min() >= 0
    gene = int(np.flatnonzero(zscores.model_genes >= 0)[0])
    ranks = rebuilt[:, zscores.model_genes[gene]]
    assert ranks.argmax() == zscores.scores[:, gene].argmax()


def test_the_same_seed_makes_the_same_set(cohort, settings, patients):
    make, few = mixtures(cohort, settings, dilutions=1, gate_dilutions=0), patients.take(np.arange(60))
    first, second = (make(few, 5) for _ in range(2))
    assert np.array_equal(first.values, second.values, equal_nan=True)


def test_rebuilt_patients_teach_no_gate_and_no_blasts(made, cohort):
    """Some of their genes are filled in; they are as many as the z-score cohort has, in every dilution."""
    n = len(cohort.standardised.labels)
    assert (~made.measured).sum() == n * 3  # undiluted, and two dilutions
    assert np.isnan(made.own_pct[~made.measured]).all()
