"""No read where every class has many: a gene that the library did not catch, not one that is off."""

from statistics import NormalDist

import numpy as np
import pytest

from leukotype.model.dropout import FEW_READS, LEAST_GENES, MOST_DROPOUT, Dropout, rate_of_zero

GENES = 600
ONE_CLASS, NO_CLASS = slice(0, 100), slice(400, GENES)
DEEP = 1e7


@pytest.fixture
def dropout():
    """Two classes: the first 100 genes are those of one of them, the last 200 of none; 300 both express."""
    means, spreads = np.full((2, GENES), np.log2(101.0)), np.full((2, GENES), 0.5)
    means[1, ONE_CLASS] = 0.0
    means[:, NO_CLASS], spreads[:, NO_CLASS] = 0.0, 0.1
    return Dropout(means, spreads)


@pytest.fixture
def whole():
    """Two samples in which every gene that a class expresses has reads."""
    values = np.full((2, GENES), 500.0)
    values[:, NO_CLASS] = 0.0
    return values


def without(values, sample, genes):
    found = values.copy()
    found[sample, genes] = 0.0
    return found


def test_of_a_whole_library_nothing_is_changed(dropout, whole):
    found = dropout(whole, np.full(2, DEEP))
    assert found.values is whole
    assert found.dropout.tolist() == [0.0, 0.0]


def test_a_gene_that_a_class_does_not_express_may_be_off(dropout, whole):
    off = without(whole, 0, ONE_CLASS)
    assert dropout(off, np.full(2, DEEP)).values is off


def test_what_every_class_expresses_was_not_caught_where_it_has_no_read(dropout, whole):
    lost = np.r_[0:30, 100:190]  # 30 % of both kinds of genes
    found = dropout(without(whole, 0, lost), np.full(2, DEEP))
    assert found.dropout == pytest.approx([0.3, 0.0])
    assert np.isnan(found.values[0, 100:190]).all()
    assert (found.values[0, :30] == 0).all()  # off in all patients of a class: that is the likelier reason
    np.testing.assert_array_equal(found.values[1], whole[1])


def test_a_sample_is_judged_alone(dropout, whole):
    both = without(whole, 0, slice(100, 190))
    alone = dropout(both[:1], np.full(1, DEEP)).values
    np.testing.assert_array_equal(alone, dropout(both, np.full(2, DEEP)).values[:1])


def test_missing_genes_are_not_counted(dropout, whole):
    found = without(whole, 0, slice(100, 150))
    found[:, 300:400] = np.nan
    assert dropout(found, np.full(2, DEEP)).dropout[0] == pytest.approx(50 / 200)


def test_of_a_shallow_library_nothing_can_be_told(dropout, whole):
    found = without(whole, 0, slice(100, 190))
    assert dropout(found, np.full(2, 1e4)).values is found  # of 100 CPM it expects one read


def test_too_few_genes_tell_nothing(dropout, whole):
    found = without(whole, 0, slice(100, 150))
    found[:, 100 + LEAST_GENES - 1 : 400] = np.nan
    assert dropout(found, np.full(2, DEEP)).dropout[0] == 0


def test_of_no_library_at_all_nothing_is_made_up(dropout, whole):
    found = without(whole, 0, slice(100, 390))
    caught = dropout(found, np.full(2, DEEP))
    assert caught.values is found
    assert caught.dropout[0] > MOST_DROPOUT


def test_rates_are_taken_for_those_of_a_million_reads(dropout, whole):
    found = without(whole, 0, slice(100, 190))
    rates, reads = dropout(found, np.full(2, np.nan)), dropout(found, np.full(2, 1e6))
    np.testing.assert_array_equal(rates.values, reads.values)


def test_a_model_without_classes_tells_nothing(whole):
    found = without(whole, 0, slice(100, 190))
    assert Dropout(np.empty((0, 0)), np.empty((0, 0)))(found, np.full(2, DEEP)).values is found


@pytest.mark.parametrize("spreads", [-3.0, -1.0, 0.0, 1.0, 3.0])
def test_the_rate_is_that_of_a_normal_distribution(spreads):
    level = np.log2(1 + FEW_READS / 2.0**20 * 1e6) + spreads * 0.5
    found = rate_of_zero(Dropout(np.full((1, 1), level), np.full((1, 1), 0.5)), 20.0)
    assert found[0] == pytest.approx(NormalDist().cdf(-spreads), abs=0.01)


def test_values_that_stand_at_other_genes_are_not_taken_for_a_library(dropout, whole):
    """Thirty genes changed places: what no class expresses is loud for each that has no read."""
    found = whole.copy()
    found[0, 100:130], found[0, 400:430] = 0.0, 500.0
    caught = dropout(found, np.full(2, DEEP))
    assert caught.values is found
    assert caught.dropout.tolist() == [0.0, 0.0]


def test_a_model_that_knows_no_silent_gene_tells_nothing(whole):
    found = without(whole, 0, slice(100, 190))
    found[:, NO_CLASS] = 500.0
    loud = Dropout(np.full((2, GENES), np.log2(101.0)), np.full((2, GENES), 0.5))
    assert loud(found, np.full(2, DEEP)).values is found
