"""A block of samples in the genes of a model: scale, library size, and too few genes."""

import numpy as np
import pandas as pd
import pytest

from leukotype.calling.prepared import Prepared
from leukotype.errors import InputError
from leukotype.inputs import Reading, from_frame
from leukotype.model.bundle import load


@pytest.fixture(scope="module")
def bundle():
    return load()


@pytest.fixture(scope="module")
def counts(bundle):
    """Whole numbers for every gene of the model, and two that it does not have."""
    rng = np.random.default_rng(3)
    names = [*bundle.genes.ids, "ENSG99999999990", "ENSG99999999991"]
    return pd.DataFrame(rng.poisson(60, (len(names), 2)), index=names, columns=["P1", "P2"])


def prepared(frame, bundle, **reading):
    (block,) = from_frame(frame, Reading(**reading), count_known=bundle.genes.count_known).blocks()
    return Prepared.of(block, bundle, reading.get("id_type"))


def test_the_library_is_every_read_of_the_table_exactly(counts, bundle):
    found = prepared(counts * 100_003, bundle, value_type="counts")  # above 2**24, where float32 leaves gaps
    in_file = (counts * 100_003).astype(np.float32).astype(np.float64).sum()
    assert found.library_size.tolist() == in_file.tolist()


def test_of_other_values_the_library_is_unknown(counts, bundle):
    tpm = counts / counts.sum() * 1e6
    assert np.isnan(prepared(tpm, bundle, value_type="tpm").library_size).all()


def test_tpm_is_brought_to_reads_by_the_lengths_of_the_genes(counts, bundle):
    lengths = bundle.genes.frame["length"]
    own = counts.loc[bundle.genes.ids]
    rate = own.div(lengths, axis=0)
    one = prepared(own, bundle, value_type="counts").abundance
    other = prepared(rate / rate.sum() * 1e6, bundle, value_type="tpm").abundance
    np.testing.assert_allclose(
        other / other.sum(axis=1, keepdims=True), one / one.sum(axis=1, keepdims=True), rtol=1e-4
    )


def test_a_gene_that_the_table_lacks_is_unknown_and_not_zero(counts, bundle):
    found = prepared(counts.drop(index=bundle.genes.ids[:10]), bundle, value_type="counts")
    assert np.isnan(found.abundance[:, :10]).all()
    assert not np.isnan(found.abundance[:, 10:]).any()


def test_too_few_genes_are_one_line_with_how_many_are_needed(counts, bundle):
    few = prepared(
        counts.loc[bundle.genes.ids[bundle.model.features.genes[:100]]], bundle, value_type="counts"
    )
    with pytest.raises(InputError, match=r"found 100 of the model's 2897 genes, 1449 are needed"):
        few.check_genes(bundle)


def test_a_gene_that_the_library_did_not_catch_is_unknown_in_both_sets_of_genes(bundle):
    """Every third gene of a typical ETV6::RUNX1 has no read: where all classes express it, it is missing."""
    row = bundle.profiles.names.index("ETV6::RUNX1")
    usual = np.round(20 * (2.0 ** bundle.profiles.means[row].astype(float) - 1))
    values = pd.DataFrame({"P1": usual, "P2": usual}, index=bundle.genes.ids)
    values.iloc[::3, 0] = 0
    found = prepared(values, bundle, value_type="counts")
    assert found.dropout[0] == pytest.approx(1 / 3, abs=0.03)
    assert found.dropout[1] < 0.01
    assert found.measured == pytest.approx([2 / 3, 1.0], abs=0.1)
    assert not np.isnan(found.abundance[1]).any()
    unknown = np.isnan(found.abundance[0])
    assert unknown[::3].mean() > 0.25
    assert not np.delete(unknown, np.arange(0, len(unknown), 3)).any()
    lost = set(bundle.genes.ids[unknown]) & set(bundle.reference.genes.ids)
    places = bundle.reference.genes.ids.get_indexer(sorted(lost))
    assert np.isnan(found.reference[0, places]).all()
    assert np.isnan(found.reference_levels(places)[0]).all()
