"""The expert of gene sets learns from class scores alone what blood does to them and who is near haploid."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, Ridge

from leukotype.learning.lessons import Member
from leukotype.learning.mixing import dilute_common_genes
from leukotype.learning.pools import Teacher
from leukotype.learning.set_lessons import (
    RANK_SHARES,
    dilution_maps,
    near_haploid_rule,
    set_expert,
    set_reader,
    with_near_haploid,
)
from leukotype.learning.sources import CLASSES
from leukotype.model.experts import EXTREMES, Discriminant, EachGene, Expert
from leukotype.model.pool import by_class
from tests.made_sources import RANKED, fresh_patients


@pytest.fixture(scope="module")
def reader(sources):
    return set_reader(sources.ranks, sources.genes.ranks, sources.diploid, "sets")


@pytest.fixture(scope="module")
def member(sources, reader):
    return set_expert(reader, sources.ranks, [])


def test_a_dilution_moves_scores_as_the_ridge_regression_of_scikit_learn_says(sources, reader):
    values, rng = sources.cohorts.values, np.random.default_rng(0)
    pure = reader.features(values)[:, :EXTREMES]
    maps = dilution_maps(reader, values, sources.blood)
    assert len(maps) == len(RANK_SHARES)
    for share, found in zip(RANK_SHARES, maps, strict=True):
        moved = reader.features(dilute_common_genes(values, share, sources.blood, rng))[:, :EXTREMES] - pure
        theirs = Ridge(alpha=1.0).fit(pure, moved)
        np.testing.assert_allclose(found.slope, theirs.coef_.T, atol=1e-8)
        np.testing.assert_allclose(found.rest, moved - theirs.predict(pure), atol=1e-8)
        np.testing.assert_allclose(found.rest.mean(axis=0), 0.0, atol=1e-8)


def test_a_diluted_score_is_the_pure_one_moved_with_the_residual_of_a_patient(sources, reader):
    found = dilution_maps(reader, sources.cohorts.values, sources.blood)[0]
    pure = reader.features(sources.cohorts.values)[:3, :EXTREMES]
    moved = found.move(pure, np.random.default_rng(1))
    rest = moved - pure - found.mean - (pure - found.centre) @ found.slope
    for row in rest:
        assert np.abs(found.rest - row).max(axis=1).min() < 1e-9


def test_patients_are_recognised_by_the_ranks_of_their_sets_and_b_other_is_no_class(member):
    fresh = fresh_patients()
    assert member.expert.classes == tuple(sorted(RANKED))
    scores = by_class(member.scores(fresh.values), member.expert.classes, CLASSES)
    assert (scores.argmax(axis=1) == fresh.codes).mean() > 0.9


def test_the_rule_of_near_haploid_is_a_logistic_regression_on_the_centred_score(sources):
    ranks = sources.ranks
    slope, offset = near_haploid_rule(ranks)
    spread = ranks.signature.std(ddof=1)
    centred = ranks.signature - ranks.signature.mean()
    theirs = LogisticRegression(class_weight="balanced").fit(centred[:, None] / spread, ranks.near_haploid)
    odds = theirs.decision_function(centred[:, None] / spread)
    np.testing.assert_allclose(slope * centred + offset, odds, atol=1e-6)
    assert ((slope * centred + offset > 0) == ranks.near_haploid).mean() > 0.95


def test_near_haploid_is_hyperdiploid_but_for_its_own_set(member):
    slope, offset, fresh = 2.0, -0.5, fresh_patients()
    found = with_near_haploid(member, slope, offset)
    scores, features = found.scores(fresh.values), found.features(fresh.values)
    hyper = found.expert.classes.index("Hyperdiploid")
    assert found.expert.classes[-1] == "Near haploid"
    np.testing.assert_allclose(scores[:, -1] - scores[:, hyper], slope * features[:, -1] + offset)
    np.testing.assert_allclose(scores[:, :-1], member.scores(fresh.values), atol=1e-12)


def test_near_haploid_needs_the_expert_of_gene_sets(sources):
    scorer = Discriminant(np.zeros((1, 2)), np.zeros((1, 2)), 0.3)
    other = Member(Teacher(sources).reader.scale, Expert("genes", EachGene(), ("Hyperdiploid",), scorer))
    with pytest.raises(TypeError, match="expected fixed weights of gene sets, found Discriminant"):
        with_near_haploid(other, 1.0, 0.0)
