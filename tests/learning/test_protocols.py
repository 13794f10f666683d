"""What another protocol changes, and what it leaves."""

import numpy as np
import pytest

from leukotype.learning.protocols import MOST_LOST, MOST_SPREAD, shift, vary


def test_reads_of_tags_do_not_grow_with_the_length_of_a_gene():
    rng = np.random.default_rng(0)
    lengths = np.array([500.0, 1000.0, 4000.0])
    reads = lengths * 3.0  # each gene as many transcripts
    found = shift(reads[None], lengths, rng, power=1.0, spread=0.0)
    np.testing.assert_allclose(found, 3.0)


def test_a_gene_is_caught_alike_in_all_samples_and_what_is_missing_stays_so():
    rng, lengths = np.random.default_rng(1), np.full(5, 1000.0)
    values = np.array([[1.0, 2.0, 3.0, 4.0, np.nan], [5.0, 6.0, 7.0, 8.0, 9.0]])
    found = shift(values, lengths, rng, power=0.0, spread=2.0)
    np.testing.assert_allclose(found[1, :4] / values[1, :4], found[0, :4] / values[0, :4])
    assert np.isnan(found[0, 4])
    assert not np.allclose(found[1], values[1])


def test_the_spread_is_that_of_the_logarithm():
    found = shift(np.ones((1, 20_000)), np.ones(20_000), np.random.default_rng(2), power=0.0, spread=2.0)
    assert np.log2(found).std() == pytest.approx(2.0, rel=0.02)


def test_each_row_is_shown_by_a_protocol_of_its_own():
    rng, lengths = np.random.default_rng(3), np.full(5000, 1000.0)
    found = vary(np.ones((200, 5000)), lengths, rng)
    spreads = np.array([np.log2(row[row > 0]).std() for row in found])
    assert spreads.min() < 0.2
    assert MOST_SPREAD * 0.9 < spreads.max() < MOST_SPREAD * 1.1
    lost = (found == 0).mean(axis=1)
    assert 0.4 < (lost == 0).mean() < 0.6
    assert MOST_LOST * 0.9 < lost.max() < MOST_LOST * 1.1


def test_a_missing_gene_is_not_one_without_a_read():
    values = np.ones((50, 100))
    values[:, :10] = np.nan
    found = vary(values, np.full(100, 1000.0), np.random.default_rng(4))
    assert np.isnan(found[:, :10]).all()
    assert not np.isnan(found[:, 10:]).any()
