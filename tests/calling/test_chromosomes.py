"""Chromosomes and markers of real tables, whatever their genes are called and however they are ordered."""

import numpy as np
import pandas as pd
import pytest

from leukotype.calling.chromosomes import measure, ploidy_table
from leukotype.calling.prepared import Prepared
from leukotype.inputs import Reading, from_frame
from leukotype.model.bundle import load
from leukotype.pipeline import karyotypes
from leukotype.vocabulary import PloidyState

LOST = "2,3,7,12,13,15,16,17,20"


@pytest.fixture(scope="module")
def bundle():
    return load()


@pytest.fixture(scope="module")
def files(data):
    """HTSeq files of RNAseqCNV, by the ploidy in their names."""
    return {path.stem: path for path in sorted((data / "external/rnaseqcnv").glob("*.HTSeq"))}


@pytest.fixture(scope="module")
def counts(files):
    """The same as one table: genes x samples, rows of totals left out."""
    read = {
        name: pd.read_csv(path, sep="\t", header=None, index_col=0)[1].rename(name)
        for name, path in files.items()
    }
    table = pd.DataFrame(read)
    return table[~table.index.str.startswith("__")]


@pytest.fixture(scope="module")
def genes(data):
    return pd.read_csv(data / "reference/genes.csv.gz").set_index("ensembl_id")


def measured(frame, bundle, **options):
    reader = from_frame(frame, Reading(**options), count_known=bundle.genes.count_known)
    (block,) = reader.blocks()
    return measure(Prepared.of(block, bundle), bundle.reference)


def summed_up(frame, bundle, **options):
    return ploidy_table(measured(frame, bundle, **options).dosages)


def test_a_sample_measured_alone_is_as_in_its_batch(files):
    together, _ = karyotypes(list(files.values()))
    for name, path in files.items():
        alone, _ = karyotypes([path])
        np.testing.assert_array_equal(alone[name].levels.level, together[name].levels.level)
        np.testing.assert_array_equal(alone[name].copies.copies, together[name].copies.copies)


def test_files_and_a_table_give_the_same(files, counts, bundle):
    of_files = ploidy_table(karyotypes(list(files.values()))[0])
    pd.testing.assert_frame_equal(of_files, summed_up(counts, bundle))


def test_the_order_of_genes_and_samples_changes_nothing(counts, bundle):
    turned = counts.sample(frac=1, random_state=0)[counts.columns[::-1]]
    one, other = (summed_up(each, bundle).set_index("sample") for each in (counts, turned))
    pd.testing.assert_frame_equal(one, other.loc[one.index])


def test_genes_by_symbol_give_the_same_states(counts, genes, bundle):
    named = genes["symbol"].reindex(counts.index).dropna()
    named = named[~named.duplicated(keep=False)]
    by_symbol = counts.loc[named.index].rename(index=named)
    one, other = (summed_up(each, bundle) for each in (counts, by_symbol))
    assert other["ploidy_state"].tolist() == one["ploidy_state"].tolist()
    assert (other["genes_found_pct"] > 90).all()


def test_tpm_gives_the_states_of_the_counts(counts, genes, bundle):
    lengths = genes["length"].reindex(counts.index).dropna()
    rate = counts.loc[lengths.index].div(lengths, axis=0)
    tpm = rate / rate.sum() * 1e6
    one, other = summed_up(counts, bundle), summed_up(tpm, bundle, value_type="tpm")
    assert other["ploidy_state"].tolist() == one["ploidy_state"].tolist()
    assert other["lost"].tolist()[2] == LOST


def test_the_logarithm_of_cpm_gives_the_states_of_the_counts(counts, bundle):
    logs = np.log2(counts / counts.sum() * 1e6 + 1)
    one, other = summed_up(counts, bundle), summed_up(logs, bundle, value_type="log2-cpm")
    assert other["ploidy_state"].tolist() == one["ploidy_state"].tolist()


def test_markers_are_the_logarithm_of_their_share_of_all_reads(counts, genes, bundle):
    markers = measured(counts, bundle).markers
    for gene in ("CRLF2", "HLF"):
        ids = genes.index[genes["symbol"] == gene].intersection(counts.index)
        for sample, levels in markers.items():
            cpm = counts.loc[ids, sample].sum() / counts[sample].sum() * 1e6
            assert levels[gene] == pytest.approx(np.log2(cpm + 1), abs=1e-6)


def test_a_marker_that_the_table_does_not_have_is_unknown(counts, genes, bundle):
    crlf2 = genes.index[genes["symbol"] == "CRLF2"].intersection(counts.index)
    assert len(crlf2) >= 1
    markers = measured(counts.drop(index=crlf2), bundle).markers
    assert all(np.isnan(levels["CRLF2"]) for levels in markers.values())
    assert not any(np.isnan(levels["HLF"]) for levels in markers.values())


def test_a_table_cut_to_few_genes_makes_no_marker_rise(counts, bundle):
    # DEFECT: the share is taken of what the table holds; of one cut to a panel every gene is a larger share.
    chosen = [
        *list(bundle.reference.genes.ids)[: len(bundle.reference.dosage) // 20],
        *list(bundle.reference.genes.ids)[-6:],
    ]
    cut = counts.loc[counts.index.intersection(chosen)]
    whole = measured(counts, bundle).markers
    few = measured(cut, bundle).markers
    for sample, levels in few.items():
        for gene, level in levels.items():
            assert np.isnan(level) or level <= whole[sample][gene] + 0.5, (sample, gene)


def test_too_few_genes_leave_an_empty_row(counts, bundle):
    few = counts.loc[counts.index.intersection(list(bundle.reference.genes.ids)[::3])]
    row = summed_up(few, bundle).iloc[0]
    assert (row["ploidy_state"], row["gained"], row["lost"]) == ("", "", "")
    assert pd.isna(row["chromosomes"])
    assert pd.isna(row["probability"])


def test_how_many_genes_were_found_is_told_also_when_they_are_too_few(counts, bundle):
    # DEFECT: the share is 0.0 here: without a dosage no ratio is kept to count.
    few = counts.loc[counts.index.intersection(list(bundle.reference.genes.ids)[::3])]
    assert summed_up(few, bundle)["genes_found_pct"].iloc[0] == pytest.approx(33, abs=1)


def test_the_summary_has_one_row_a_sample_in_the_order_of_the_files(files):
    told = ploidy_table(karyotypes(list(files.values()))[0]).set_index("sample")
    assert told.index.tolist() == ["diploid", "high_hyperdiploid", "low_hypodiploid", "near_haploid"]
    assert told.loc["low_hypodiploid", "lost"] == LOST
    assert told.loc["low_hypodiploid", "chromosomes"] == 46 - 9
    assert told.loc["diploid", "ploidy_state"] == PloidyState.DIPLOID
    assert (told["probability"] > 0.95).all()
