"""The panel answers for one sample alone, explains itself exactly, and says less where it knows less."""

import numpy as np
import pytest
from training.panel.learning import Name
from training.panel.pool import GROUPS, Limits, Tier, decide, placed

from leukotype.model.log_odds import softmax
from training.panel.measure import as_bytes, from_bytes
from training.panel.sources import CLASSES


def without(values, genes):
    values = values.copy()
    values[:, genes] = np.nan
    return values


def random_genes(pool, share):
    return np.random.default_rng(2).random(len(pool.experts[Name.COHORTS].genes)) < share


def log_odds(pool, values):
    return sum(pool.parts(values).values()) + pool.intercept


def test_made_patients_are_recognised(pool, fresh):
    assert (pool.answer(fresh.values).top == fresh.codes).all()


@pytest.mark.parametrize("share", [0.0, 0.3, 0.7])
def test_contributions_add_up_to_the_log_odds(pool, fresh, share):
    row = without(fresh.values[:1], random_genes(pool, share))
    told = pool.contributions(row)
    total = sum(features.sum(axis=0) + intercept for features, intercept in told.values()) + pool.intercept
    np.testing.assert_allclose(total, log_odds(pool, row)[0], atol=1e-9)
    np.testing.assert_allclose(softmax(total[None]), pool.answer(row).probability, atol=1e-9)


def test_a_missing_gene_contributes_nothing(pool, fresh):
    gone = random_genes(pool, 0.3)
    features, _ = pool.contributions(without(fresh.values[:1], gone))[Name.COHORTS]
    assert not features[gone].any()
    assert features[~gone].any()


def test_one_sample_never_changes_another(pool, fresh):
    alone = np.vstack([pool.answer(row[None]).probability for row in fresh.values])
    np.testing.assert_allclose(pool.answer(fresh.values).probability, alone, atol=1e-9)
    spoiled = fresh.values.copy()
    spoiled[1:] = np.random.default_rng(0).exponential(1e4, spoiled[1:].shape)
    spoiled[2:, ::3] = np.nan
    np.testing.assert_allclose(pool.answer(spoiled).probability[0], alone[0], atol=1e-9)


def test_the_depth_of_a_library_changes_nothing(pool, fresh):
    np.testing.assert_allclose(
        pool.answer(fresh.values * 37.0).probability, pool.answer(fresh.values).probability, atol=1e-9
    )


def test_fewer_genes_give_a_wider_answer(pool, fresh):
    def width(share):
        found = pool.answer(without(fresh.values, random_genes(pool, share))).probability
        assert np.isfinite(found).all()
        return -(found * np.log(found + 1e-300)).sum(axis=1).mean()

    assert width(0.0) < width(0.5) < width(0.9)


def test_without_any_gene_nothing_is_said(pool, fresh):
    found = pool.answer(np.full_like(fresh.values, np.nan))
    assert set(found.tier) == {Tier.UNCLASSIFIED}
    np.testing.assert_allclose(found.probability, softmax(np.tile(pool.intercept, (len(fresh.values), 1))))


def test_an_expert_without_its_genes_is_silent(pool, fresh):
    gone = without(fresh.values, pool.experts[Name.STJUDE].genes)
    parts, told = pool.parts(gone), pool.contributions(gone[:1])
    assert not parts[Name.STJUDE].any()
    assert not told[Name.STJUDE][0].any()
    assert not told[Name.STJUDE][1].any()
    assert all(parts[name].any() for name in Name if name != Name.STJUDE)
    assert (pool.answer(gone).top == fresh.codes).all()


def test_who_speaks_alone_is_multiplied_by_their_factor(pool, fresh):
    gone = without(fresh.values, pool.experts[Name.STJUDE].genes)
    expert = pool.experts[Name.RANKS]
    plain = pool.weights[Name.RANKS] * placed(expert.scores(gone), expert.classes, CLASSES)
    factor = pool.factors[frozenset(name for name in Name if name != Name.STJUDE)]
    np.testing.assert_allclose(pool.parts(gone)[Name.RANKS], factor * plain)
    assert factor != 1.0


def test_learning_again_gives_the_same_bytes(pool, learn):
    assert as_bytes(learn()) == as_bytes(pool)


def test_a_stored_panel_holds_no_object_and_answers_alike(pool, fresh):
    again = from_bytes(as_bytes(pool))
    np.testing.assert_allclose(
        again.answer(fresh.values).probability, pool.answer(fresh.values).probability, atol=5e-3
    )
    assert again.factors == pool.factors
    assert again.limits == pool.limits


def test_an_expert_speaks_for_the_look_alike_that_it_does_not_know():
    found = placed(np.array([[2.0, 0.0, 1.0]]), ("ETV6::RUNX1", "DUX4-r", "HLF"), CLASSES)[0]
    at = dict(zip(CLASSES, found, strict=True))
    assert at["ETV6::RUNX1-like"] == at["ETV6::RUNX1"]
    assert at["MEF2D-r"] == pytest.approx(at["HLF"])  # the mean of those known
    assert sum(found) == pytest.approx(0.0)


@pytest.mark.parametrize(
    ("like", "own", "tier"),
    [
        (0.02, 0.9, Tier.CALLED),
        (0.45, 0.5, Tier.GROUP),
        (0.1, 0.7, Tier.CANDIDATE),
        (0.3, 0.5, Tier.UNCLASSIFIED),
    ],
)
def test_tiers(like, own, tier):
    row = np.full(len(CLASSES), (1 - like - own) / (len(CLASSES) - 2))
    row[CLASSES.index("BCR::ABL1")], row[CLASSES.index("BCR::ABL1-like")] = own, like
    found = decide(row[None], CLASSES, Limits())
    assert found.tier[0] == tier
    assert CLASSES[found.top[0]] == "BCR::ABL1"
    assert (found.group[0] >= 0) == (like + own >= Limits().group)
    assert found.group[0] in (-1, GROUPS.index(("BCR::ABL1", "BCR::ABL1-like")))
