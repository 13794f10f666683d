"""Training sets made in silico."""

import numpy as np
import pytest
from training.mixing import SCRAMBLED, background, dilute, rebuild, training_set

from leukotype.model.classifier import B_ALL
from leukotype.vocabulary import LOW_BLASTS, NORMAL, NOT_B_ALL, SUBTYPES


@pytest.fixture(scope="module")
def made(cohort, config):
    return training_set(
        cohort,
        np.arange(len(cohort.patients)),
        {**config["mixing"], "dilutions": 2, "gate_dilutions": 1},
        seed=1,
    )


def test_a_sample_of_blasts_alone_is_unchanged(cohort):
    values = cohort.patients.values[:3]
    assert np.array_equal(dilute(values, 1.0, cohort.blood, np.random.default_rng(0)), values)


def test_dilution_is_linear(cohort):
    """At half the blasts every gene is the mean of the patient and the background."""
    values = cohort.patients.values[:3]
    half = dilute(values, 0.5, cohort.blood, np.random.default_rng(0))
    other = dilute(values, 0.0, cohort.blood, np.random.default_rng(0))
    assert np.allclose(half, (values + other) / 2, equal_nan=True)


def test_genes_that_the_background_lacks_are_missing_in_the_mixture(cohort):
    """The sorted cells (GSE115736) have 12 reads on chromosomes 10 and 20, none in these genes."""
    half = dilute(cohort.patients.values[:3], 0.5, cohort.blood, np.random.default_rng(0))
    unread = cohort.genes.frame["chromosome"].isin(["10", "20"]).to_numpy()
    assert np.array_equal(np.isnan(half), np.tile(unread, (3, 1)))


def test_backgrounds_of_training_and_test_share_no_donor(cohort):
    """With one cell type left, a background is one of its donors."""
    one = cohort.blood.kinds == "Mono"
    cells = type(cohort.blood)(cohort.blood.values[one], cohort.blood.kinds[one], cohort.blood.held_out[one])
    for held_out in (False, True):
        donors = cells.values[cells.held_out == held_out]
        mixed = background(cells, 5, np.random.default_rng(0), held_out=held_out)
        assert all(np.isclose(donors, row, equal_nan=True).all(axis=1).any() for row in mixed)


def test_low_blasts_are_exactly_the_dilutions_under_the_boundary(made, config):
    low = made.labels == LOW_BLASTS
    boundary = config["mixing"]["low_below"]
    assert low.any()
    assert made.blasts[low].max() < boundary
    assert made.blasts[np.isin(made.labels, [*SUBTYPES, B_ALL])].min() >= boundary


def test_every_kind_of_row_is_there(made):
    assert {B_ALL, LOW_BLASTS, NOT_B_ALL, NORMAL, SCRAMBLED} < set(made.labels)


def test_dilutions_stay_with_their_patient(made, cohort):
    own = made.patients == cohort.patients.patients[0]
    assert own.sum() == 4
    assert sorted(made.blasts[own])[-1] == 1.0


def test_a_rebuilt_patient_keeps_its_order_of_genes(cohort):
    """Rebuilding is monotone in each gene: the patient with the highest z-score stays highest."""
    leukemias = cohort.patients.take(cohort.patients.labels != NOT_B_ALL)
    zscores = cohort.standardised
    rebuilt = rebuild(leukemias, zscores, cohort.chromosomes)
    assert rebuilt.shape == (len(zscores.labels), cohort.patients.values.shape[1])
    assert rebuilt.min() >= 0
    gene = int(np.flatnonzero(zscores.model_genes >= 0)[0])
    ranks = rebuilt[:, zscores.model_genes[gene]]
    assert ranks.argmax() == zscores.scores[:, gene].argmax()


def test_the_same_seed_makes_the_same_set(cohort, config):
    rows = np.arange(60)
    small = {**config["mixing"], "dilutions": 1, "gate_dilutions": 0}
    first, second = (training_set(cohort, rows, small, seed=5) for _ in range(2))
    assert np.array_equal(first.values, second.values, equal_nan=True)
