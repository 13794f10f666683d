"""A sample stands on the scale of training by its own genes alone, however many it has."""

import numpy as np
import pytest
from scipy.stats import rankdata

from leukotype.learning.pool_weights import ExpertName
from leukotype.learning.pools import Teacher
from leukotype.model.features import CLIP, normal_scores
from leukotype.model.scales import GeneScale, RankScale


def test_ranks_among_few_genes_become_those_among_all(sources, fresh):
    scale = Teacher(sources).reader.scale
    whole, kept = scale(fresh.values), scale.rank > 0.6
    part = fresh.values.copy()
    part[:, scale.genes[~kept]] = np.nan
    found = scale(part)
    assert np.isnan(found[:, ~kept]).all()
    assert np.abs(found[:, kept] - whole[:, kept]).mean() < 0.1


def test_ranks_are_those_of_scipy_with_ties_at_their_lowest():
    """A table with all genes: the lowest of n genes has 0 and the highest 1."""
    rng = np.random.default_rng(5)
    values, lengths = rng.integers(0, 20, (4, 60)).astype(float), rng.uniform(500, 5000, 60)
    values[:, :30] = 0.0  # genes without a read are tied, whatever their length
    scale = RankScale(np.arange(60), lengths, np.full(60, 0.5), np.full(60, 0.2))
    expected = (rankdata(values / lengths, method="min", axis=1) - 1) / 59
    np.testing.assert_allclose(scale(values), expected, atol=1e-12)


def test_one_gene_has_no_rank():
    scale = RankScale(np.arange(3), np.ones(3), np.full(3, 0.5), np.full(3, 0.2))
    assert np.isnan(scale(np.array([[1.0, np.nan, np.nan]]))).all()


def test_a_gene_stands_in_spreads_from_its_centre_and_no_farther_than_the_clip():
    values = np.random.default_rng(6).exponential(100.0, (3, 200))
    centre, spread = np.random.default_rng(7).normal(0, 1, 100), np.full(100, 0.2)
    genes = np.arange(100, 200)
    found = GeneScale(genes, centre, spread)(values)
    np.testing.assert_allclose(found, np.clip((normal_scores(values[:, genes]) - centre) / 0.2, -CLIP, CLIP))
    assert np.abs(found).max() == CLIP


@pytest.mark.parametrize("kind", ["genes", "ranks"])
def test_one_sample_and_its_depth_change_no_other(kind, sources, fresh):
    teacher = Teacher(sources)
    members = teacher.members(sources.cohorts, sources.stjude)
    scale = members[ExpertName.COHORTS if kind == "genes" else ExpertName.RANKS].scale
    whole = scale(fresh.values)
    deeper = fresh.values.copy()
    deeper[1:] = deeper[1:, ::-1]
    deeper[0] *= 29.0
    np.testing.assert_allclose(scale(deeper)[0], whole[0], atol=1e-9)
