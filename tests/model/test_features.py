"""Features belong to one sample alone, and to the order of its genes rather than to their unit."""

import numpy as np
import pytest
from scipy import stats

from leukotype.model.features import (
    CLIP,
    SCORES,
    Distributions,
    Features,
    as_read_abundance,
    normal_scores,
    scores_among_all,
    trimmed_mean,
    typical_scores,
)
from leukotype.model.scales import GeneScale
from leukotype.vocabulary import ValueType

GENES = 400


def counts(samples, seed=0):
    """Negative binomial counts with real data's many zeros and ties."""
    return np.random.default_rng(seed).negative_binomial(0.3, 0.002, (samples, GENES)).astype(float)


@pytest.fixture(scope="module")
def features():
    rng = np.random.default_rng(1)
    return Features.learn(
        counts(30, seed=2),
        ["one", "two", "three"] * 10,
        subtype_genes=np.arange(0, GENES, 3),
        chromosomes=rng.integers(-1, 4, GENES),
        dosage_weight=2.0,
    )


def scores_by_scipy(row):
    """Normal scores of one sample, as scipy computes them from the mean ranks of ties."""
    present = ~np.isnan(row)
    out = np.full(len(row), np.nan)
    ranks = stats.rankdata(row[present], method="average")
    out[present] = stats.norm.ppf((ranks - 0.5) / present.sum())
    return out


def test_normal_scores_are_those_of_scipy():
    values = counts(5)
    assert (values == 0).sum() > 100
    np.testing.assert_allclose(
        normal_scores(values), [scores_by_scipy(row) for row in values], rtol=0, atol=1e-12
    )


def test_normal_scores_leave_out_what_is_missing():
    values = counts(4)
    values[np.random.default_rng(5).random(values.shape) < 0.2] = np.nan
    np.testing.assert_allclose(
        normal_scores(values), [scores_by_scipy(row) for row in values], rtol=0, atol=1e-12
    )


def test_equal_genes_have_the_score_of_the_middle():
    np.testing.assert_allclose(normal_scores(np.full((1, 7), 3.0)), np.zeros((1, 7)), atol=1e-15)


@pytest.mark.parametrize(
    "transform",
    [
        np.log1p,
        np.log2,
        np.sqrt,
        lambda values: values / values.sum(axis=1, keepdims=True) * 1e6,
        lambda values: np.log10(values / values.sum(axis=1, keepdims=True) * 1e6 + 1),
    ],
    ids=["log1p", "log2", "sqrt", "CPM", "log10(CPM + 1)"],
)
def test_a_unit_that_keeps_the_order_keeps_the_features(features, transform):
    values = counts(6) + 1.0
    assert np.array_equal(features.all_genes(transform(values)), features.all_genes(values))


def test_a_sample_alone_has_the_features_that_it_has_in_a_batch(features):
    values = counts(8)
    batch = features.all_genes(values)
    view = features.subtype_view(batch)
    for number in range(len(values)):
        alone = features.all_genes(values[[number]])
        assert np.array_equal(alone[0], batch[number])
        np.testing.assert_allclose(features.subtype_view(alone)[0], view[number], rtol=0, atol=1e-12)


def test_a_missing_gene_stands_at_the_training_mean(features):
    values = counts(2)
    values[0, 10:20] = np.nan
    scaled = features.all_genes(values)
    assert np.array_equal(scaled[0, 10:20], np.zeros(10))
    assert scaled[1, 10:20].any()
    assert np.array_equal(features.all_genes(np.full((1, GENES), np.nan)), np.zeros((1, GENES)))


def test_the_genes_that_are_there_count_for_those_that_are_missing(features):
    """Half of the genes: each weighs twice, so that a weighted sum over all keeps its size."""
    values = counts(3)
    values[:, : GENES // 2] = np.nan
    scaled = features.all_genes(values)
    scores = np.array([scores_among_all(row, features) for row in values])
    plain = (scores - features.centre) / features.spread
    np.testing.assert_allclose(scaled[:, GENES // 2 :], 2 * np.clip(plain, -CLIP, CLIP)[:, GENES // 2 :])


def test_genes_left_out_for_few_reads_leave_the_others_where_they_are():
    """Of 2,000 genes the lower half is cut: ranked among themselves the others would fall by .8."""
    rng = np.random.default_rng(5)
    level = np.sort(rng.normal(0, 1, 2000))
    known = GeneScale(np.arange(2000), level, np.full(2000, 0.3))
    values = level + rng.normal(0, 0.3, (4, 2000))
    whole = normal_scores(values)
    cut = np.where(np.arange(2000) < 1000, np.nan, values)
    kept = np.s_[:, 1000:]
    found = np.array([scores_among_all(row, known) for row in cut])
    assert np.abs(found[kept] - whole[kept]).mean() < 0.1
    assert np.abs(normal_scores(cut)[kept] - whole[kept]).mean() > 0.7


def test_training_centres_on_the_subtypes_and_not_on_their_frequency():
    values = counts(6, seed=3)
    same = {"subtype_genes": np.arange(GENES), "chromosomes": np.zeros(GENES, int), "dosage_weight": 1.0}
    once = Features.learn(values, ["rare"] * 3 + ["frequent"] * 3, **same)
    often = Features.learn(
        np.vstack([values, values[3:], values[3:]]), ["rare"] * 3 + ["frequent"] * 9, **same
    )
    np.testing.assert_allclose(often.centre, once.centre, rtol=0, atol=1e-12)
    np.testing.assert_allclose(often.spread, once.spread, rtol=0, atol=1e-12)


def test_a_chromosome_that_gained_stands_above_the_others(features):
    values = counts(1, seed=4) + 50.0
    gained = values.copy()
    gained[:, features.chromosomes == 2] *= 1.5
    before, after = (
        features.subtype_view(features.all_genes(each))[0, len(features.subtype_genes) :]
        for each in (values, gained)
    )
    assert (after - before).argmax() == 2


@pytest.mark.parametrize("value_type", [ValueType.TPM, ValueType.FPKM])
def test_what_is_given_per_base_becomes_proportional_to_reads(value_type):
    reads = counts(3) + 1.0
    lengths = np.random.default_rng(8).uniform(200, 9000, GENES)
    per_base = reads / lengths
    # TPM: Wagner, Theory Biosci 2012;131:281. FPKM is per million reads: the same up to a factor a sample.
    given = per_base / per_base.sum(axis=1, keepdims=True) * 1e6
    ratio = as_read_abundance(given, value_type, lengths) / reads
    np.testing.assert_allclose(ratio, np.repeat(ratio[:, :1], GENES, axis=1), rtol=1e-12)


@pytest.mark.parametrize("value_type", [ValueType.COUNTS, ValueType.CPM])
def test_what_is_given_per_gene_stays(value_type):
    values = counts(2)
    assert np.array_equal(as_read_abundance(values, value_type, np.arange(GENES) + 1.0), values)


@pytest.mark.parametrize("genes", [1, 9, 10, 19, 20, 137])
def test_the_trimmed_mean_is_that_of_scipy(genes):
    values = np.random.default_rng(genes).standard_cauchy((4, genes))
    np.testing.assert_allclose(trimmed_mean(values), stats.trim_mean(values, 0.1, axis=1), rtol=1e-12)


def test_features_come_back_from_their_arrays(features):
    again = Features.from_state(features.state())
    assert all(array.dtype != object for array in features.state().values())
    values = counts(3)
    scaled = features.all_genes(values)
    assert np.array_equal(again.all_genes(values), scaled)
    assert np.array_equal(again.subtype_view(scaled), features.subtype_view(scaled))


def test_scores_among_few_genes_become_those_among_all(rng):
    centre, spread = rng.normal(0, 1, 2000), np.full(2000, 0.3)
    values = rng.normal(centre, spread)
    whole = normal_scores(values[None])[0]
    high = centre > 0.5  # a panel of well expressed genes: ranked among themselves they look average
    own = normal_scores(values[None, high])[0]
    found = typical_scores(own, Distributions(SCORES, centre, spread).mean_of(high))
    assert np.abs(own - whole[high]).mean() > 0.5
    assert np.abs(found - whole[high]).mean() < 0.15


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 1.0])
def test_the_mean_distribution_of_some_genes_is_that_of_each_by_itself(rng, share):
    """The logistic curve of slope 1.702 is within .01 of the normal one (Haley, 1952)."""
    centre, spread = rng.normal(0, 1, 400), rng.uniform(0.2, 1, 400)
    present = np.arange(400) < 400 * share
    each = [stats.norm.cdf(SCORES, *gene) for gene in zip(centre[present], spread[present], strict=True)]
    found = Distributions(SCORES, centre, spread).mean_of(present)
    np.testing.assert_allclose(found, np.mean(each, axis=0), rtol=0, atol=0.01)
