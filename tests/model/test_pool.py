"""The pool answers for one sample alone, explains itself exactly, and says less where it knows less."""

import numpy as np
import pytest

from leukotype.learning.pool_weights import ExpertName
from leukotype.learning.sources import CLASSES
from leukotype.model.log_odds import softmax
from leukotype.model.pool import Distinction, by_class, tell_apart
from tests.made_sources import made_pool

STJUDE, RANKS = list(ExpertName).index(ExpertName.STJUDE), str(ExpertName.RANKS)


@pytest.fixture(scope="module")
def pool():
    return made_pool()


def without(values, genes):
    values = values.copy()
    values[:, genes] = np.nan
    return values


def random_genes(values, share):
    return np.random.default_rng(2).random(values.shape[1]) < share


def chances(pool, values):
    return softmax(pool.answer(values).log_odds)


def place_of(pool, name):
    return list(pool.experts).index(name)


def test_telling_a_pair_apart_leaves_its_sum_and_every_other_class_alone(pool, fresh):
    """BCR::ABL1 and its like: what one gains the other loses; the difference is multiplied by the slope."""
    answer, [(pair, distinction)] = pool.answer(fresh.values), pool.distinctions.items()
    at = [CLASSES.index(name) for name in pair]
    plain = pool.add(answer.parts)
    np.testing.assert_allclose(np.diff(answer.log_odds[:, at]), distinction.slope * np.diff(plain[:, at]))
    before, after = softmax(plain), softmax(answer.log_odds)
    np.testing.assert_allclose(after[:, at].sum(axis=1), before[:, at].sum(axis=1), atol=1e-12)
    np.testing.assert_allclose(np.delete(after, at, axis=1), np.delete(before, at, axis=1), atol=1e-12)


def test_what_chromosomes_define_is_left_open_where_they_say_the_opposite():
    """Hyperdiploid and iAMP21: against their chromosomes genes are heard to the limit, and not beyond."""
    pair, classes = ("Hyperdiploid", "iAMP21"), ("DUX4-r", "Hyperdiploid", "iAMP21")
    log_odds = np.array([[0.0, 5.0, 1.0]] * 3 + [[0.0, 1.0, 5.0]])
    chromosomes = np.array([[0.0, -1.0, 1.0], [0.0, 1.0, -1.0], [np.nan] * 3, [0.0, 1.0, 0.0]])
    apart = {pair: Distinction(1.5, most=0.8)}
    found = tell_apart(log_odds, classes, apart, {"chromosomes": chromosomes})
    assert (found[:, 1] - found[:, 2]).tolist() == pytest.approx([0.8, 6.0, 6.0, -0.8])
    assert (found[:, 0] == log_odds[:, 0]).all()
    np.testing.assert_allclose(np.logaddexp(*found[:, 1:].T), np.logaddexp(*log_odds[:, 1:].T))
    without = tell_apart(log_odds, classes, apart, {})
    assert (without[:, 1] - without[:, 2]).tolist() == pytest.approx([6.0, 6.0, 6.0, -6.0])


def test_made_patients_are_recognised(pool, fresh):
    assert (chances(pool, fresh.values).argmax(axis=1) == fresh.codes).all()


@pytest.mark.parametrize("share", [0.0, 0.3, 0.7])
def test_contributions_add_up_to_the_log_odds(pool, fresh, share):
    view = pool.answer(without(fresh.values[:1], random_genes(fresh.values, share))).view
    told = pool.linear(~np.isnan(view[0]))
    np.testing.assert_allclose(told(np.nan_to_num(view)), pool(view), atol=1e-9)


def test_a_missing_gene_has_no_weight(pool, fresh):
    gone = random_genes(fresh.values, 0.3)
    view = pool.answer(without(fresh.values[:1], gone)).view
    own = pool.columns[ExpertName.COHORTS]
    weights = pool.linear(~np.isnan(view[0])).weights[own]
    assert not weights[gone].any()
    assert weights[~gone].any()


def test_one_sample_never_changes_another(pool, fresh):
    alone = np.vstack([chances(pool, row[None]) for row in fresh.values])
    np.testing.assert_allclose(chances(pool, fresh.values), alone, atol=1e-9)
    spoiled = fresh.values.copy()
    spoiled[1:] = np.random.default_rng(0).exponential(1e4, spoiled[1:].shape)
    spoiled[2:, ::3] = np.nan
    np.testing.assert_allclose(chances(pool, spoiled)[0], alone[0], atol=1e-9)


def test_the_depth_of_a_library_changes_nothing(pool, fresh):
    np.testing.assert_allclose(chances(pool, fresh.values * 37.0), chances(pool, fresh.values), atol=1e-9)


def test_fewer_genes_give_a_wider_answer(pool, fresh):
    def width(share):
        found = chances(pool, without(fresh.values, random_genes(fresh.values, share)))
        assert np.isfinite(found).all()
        return -(found * np.log(found + 1e-300)).sum(axis=1).mean()

    assert width(0.0) < width(0.5) < width(0.9)


def test_without_any_gene_nothing_is_said(pool, fresh):
    found = chances(pool, np.full_like(fresh.values, np.nan))
    np.testing.assert_allclose(found, softmax(np.tile(pool.intercept, (len(fresh.values), 1))))


def test_an_expert_without_its_genes_is_silent(pool, fresh):
    view = pool.answer(without(fresh.values, pool.scales[ExpertName.STJUDE].genes)).view
    parts, at = pool.parts(view), place_of(pool, ExpertName.STJUDE)
    assert np.isnan(parts[:, at]).all()
    assert not np.isnan(np.delete(parts, at, axis=1)).any()
    assert not pool.linear(~np.isnan(view[0])).weights[pool.columns[ExpertName.STJUDE]].any()
    assert (softmax(pool(view)).argmax(axis=1) == fresh.codes).all()


def test_who_speaks_without_another_is_multiplied_by_a_factor(pool, fresh):
    view = pool.answer(without(fresh.values, pool.scales[ExpertName.STJUDE].genes)).view
    expert = pool.experts[RANKS]
    own = expert.scores(view[:, pool.columns[RANKS]])
    plain = pool.weights[RANKS] * by_class(own, expert.classes, CLASSES)
    factor = pool.factors[frozenset(str(name) for name in ExpertName if name != ExpertName.STJUDE)]
    np.testing.assert_allclose(pool.parts(view)[:, place_of(pool, RANKS)], factor * plain)
    assert factor != 1.0


def test_an_expert_speaks_for_the_look_alike_that_it_does_not_know():
    found = by_class(np.array([[2.0, 0.0, 1.0]]), ("ETV6::RUNX1", "DUX4-r", "HLF"), CLASSES)[0]
    at = dict(zip(CLASSES, found, strict=True))
    assert at["ETV6::RUNX1-like"] == at["ETV6::RUNX1"]
    assert at["MEF2D-r"] == pytest.approx(at["HLF"])  # the mean of those known
    assert sum(found) == pytest.approx(0.0)
