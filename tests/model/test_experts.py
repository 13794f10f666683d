"""Each expert scores what the formula of its kind says, and is silent without its genes."""

import numpy as np
import pytest
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

from leukotype.model.experts import (
    LEAST_CRITICAL,
    LEAST_GENES,
    Discriminant,
    EachGene,
    Expert,
    Fixed,
    GeneSets,
    dosage,
)


def test_the_weights_are_those_of_a_discriminant_with_the_full_covariance(rng):
    n, means = 30, rng.normal(0, 1, (3, 30))
    loadings = rng.normal(0, 0.3, (5, n))
    scorer = Discriminant(means, loadings, 0.3)
    present = np.arange(n) % 3 > 0
    covariance = (loadings.T @ loadings + 0.3 * np.eye(n))[np.ix_(present, present)]
    centred = (means - means.mean(axis=0))[:, present]
    direct = np.linalg.solve(covariance, centred.T)
    unit = np.sqrt(np.mean([c @ d for c, d in zip(centred, direct.T, strict=True)]))
    found = scorer.solve(present).weights
    np.testing.assert_allclose(found[present], direct / unit, atol=1e-9)
    assert not found[~present].any()


def test_chromosomes_stand_against_the_median_of_the_sample():
    """All genes at 1, chromosome 4 at 3, the critical region at 2; what is added to all genes is gone."""
    numbers = np.repeat(np.arange(23), 10)
    levels = np.ones((2, 230))
    levels[:, numbers == 3] = 3.0
    critical = np.arange(230) >= 227
    levels[:, critical] = 2.0
    levels[1] += 0.7
    found = dosage(levels, numbers, critical)
    np.testing.assert_allclose(found[0, 3], 2.0)
    np.testing.assert_allclose(found[0, [0, 1, 2, *range(4, 22)]], 0.0)
    np.testing.assert_allclose(found[0, -1], 1.0)
    np.testing.assert_allclose(found[1], found[0])


def test_a_chromosome_of_too_few_genes_is_not_known():
    numbers, critical = np.repeat(np.arange(23), 10), np.arange(230) >= 227
    levels = np.ones((1, 230))
    levels[:, np.flatnonzero(numbers == 5)[LEAST_GENES - 1 :]] = np.nan
    levels[:, np.flatnonzero(numbers == 6)[LEAST_GENES:]] = np.nan
    levels[:, np.flatnonzero(critical)[LEAST_CRITICAL - 1 :]] = np.nan
    found = dosage(levels, numbers, critical)[0]
    assert np.flatnonzero(np.isnan(found)).tolist() == [5, 23]


def test_a_set_whose_genes_are_highest_scores_most_and_the_lowest_least():
    """Mean ranks of ten of 100 genes lie between 5.5 and 95.5, which are -.5 and .5 of a set's score.

    Foroutan et al., BMC Bioinformatics 2018;19:404 (singscore).
    """
    ranks = np.linspace(0, 1, 100)[None]
    highest, lowest = np.arange(90, 100), np.arange(10)
    sets = GeneSets(
        ("a", "b"), np.array([highest, lowest]), np.array([lowest, highest]), ranks[0], np.zeros(2)
    )
    np.testing.assert_allclose(sets.raw_scores(ranks), [[1.0, -1.0]])


@pytest.fixture
def expert(rng):
    scorer = Discriminant(rng.normal(0, 1, (3, 40)), rng.normal(0, 0.3, (5, 40)), 0.3)
    return Expert("genes", EachGene(), ("a", "b", "c"), scorer)


def test_a_class_mean_is_recognised_as_its_class(expert):
    found = expert.scores(expert.scorer.means)
    assert found.argmax(axis=1).tolist() == [0, 1, 2]


def test_a_discriminant_is_that_of_scikit_learn_up_to_its_unit(rng):
    """With the covariance that the expert holds: same differences between classes of equal weight."""
    labels = np.repeat([0, 1, 2], 60)
    rows = rng.normal(0, 1, (180, 6)) @ rng.normal(0, 1, (6, 6)) + rng.normal(0, 2, (3, 6))[labels]
    theirs = LinearDiscriminantAnalysis(solver="lsqr", priors=[1 / 3] * 3).fit(rows, labels)
    values, vectors = np.linalg.eigh(theirs.covariance_ - 1e-3 * np.eye(6))
    loadings = (vectors * np.sqrt(values)).T
    found = Discriminant(theirs.means_, loadings, 1e-3).solve(np.ones(6, dtype=bool))(rows)
    ours, other = found - found[:, :1], theirs.decision_function(rows)
    other = other - other[:, :1]
    unit = other[:, 1:].sum() / ours[:, 1:].sum()
    np.testing.assert_allclose(unit * ours, other, rtol=1e-5, atol=1e-5)


def test_an_expert_with_hardly_a_gene_is_silent(expert, rng):
    levels = np.full((2, 40), np.nan)
    levels[0, 0], levels[1, :2] = 1.0, 1.0  # of 40: 2.5 %, and 5 %
    found = expert.scores(expert.features(levels))
    assert np.isnan(found[0]).all()
    assert not np.isnan(found[1]).any()


def test_fixed_weights_are_the_same_whichever_features_are_there():
    linear = Fixed(np.eye(2), np.array([1.0, 2.0])).solve(np.array([True, False]))
    assert linear(np.array([[5.0, 0.0]])).tolist() == [[6.0, 2.0]]
