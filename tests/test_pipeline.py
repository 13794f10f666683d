"""Real patients' counts, in whatever shape they come, give the calls that their laboratories made."""

import numpy as np
import pandas as pd
import pytest

from leukotype import InputError, classify, classify_files, load
from leukotype.vocabulary import CALL_COLUMNS


@pytest.fixture(scope="module")
def bundle():
    return load()


@pytest.fixture(scope="module")
def counts(data):
    """Raw counts of 19 children (St. Jude Total XVI, GSE161501): genes by symbol x samples."""
    return pd.read_csv(data / "external/GSE161501/counts.tsv.gz", sep="\t", index_col=0)


@pytest.fixture(scope="module")
def truth(data):
    """Subtypes of these children as their laboratory found them."""
    return pd.read_csv(data / "external/GSE161501/labels.csv", index_col="sample")["subtype"]


@pytest.fixture(scope="module")
def result(counts, bundle):
    return classify(counts, model=bundle)


@pytest.fixture(scope="module")
def annotation(data):
    """Ensembl 103: id, symbol and length of each gene."""
    return pd.read_csv(data / "reference/genes.csv.gz")


@pytest.fixture(scope="module")
def one_symbol(annotation):
    """Genes whose symbol is theirs alone, indexed by it."""
    named = annotation.dropna(subset=["symbol"])
    return named[~named["symbol"].duplicated(keep=False)].set_index("symbol")


def said(calls):
    """Status and subtype by sample: what a laboratory reads first."""
    return calls.calls.set_index("sample")[["status", "subtype"]]


def cpm(counts):
    return counts / counts.sum() * 1e6


def right(calls, truth):
    """How many samples were given the subtype that they have; one that was not called is not right."""
    subtypes = said(calls)["subtype"]
    return int((subtypes == truth.loc[subtypes.index]).sum())


def same_numbers(one, other, tolerance=1.5e-4):
    """Equal up to one step of the last of the four decimals that are written."""
    one, other = (each.probabilities.set_index("sample") for each in (one, other))
    np.testing.assert_allclose(one, other.loc[one.index, one.columns], rtol=0, atol=tolerance)


def test_the_children_of_gse161501_have_the_subtypes_of_their_laboratory(result, truth):
    assert right(result, truth) == 19


def test_the_samples_that_come_with_allsorts_are_right(data):
    # Oshlack/ALLSorts, test data: five samples each of four subtypes. BCR::ABL1 and BCR::ABL1-like are one
    # signature with two causes, which expression alone may not tell apart.
    folder = data / "external/allsorts_test"
    calls = classify_files([folder / "test_counts.csv"])
    truth = pd.read_csv(folder / "labels.csv", index_col="sample")["subtype"]
    assert right(calls, truth) >= 17
    subtypes = said(calls).loc[truth.index[truth == "BCR::ABL1"], "subtype"]
    assert set(subtypes) <= {"BCR::ABL1", "BCR::ABL1-like", ""}


def test_every_sample_has_one_row_in_input_order(result, counts):
    assert tuple(result.calls.columns) == CALL_COLUMNS
    assert result.calls["sample"].tolist() == result.probabilities["sample"].tolist() == list(counts.columns)


def test_a_file_and_its_frame_give_the_same_calls(data, result):
    of_file = classify_files([data / "external/GSE161501/counts.tsv.gz"])
    pd.testing.assert_frame_equal(of_file.calls, result.calls)
    pd.testing.assert_frame_equal(of_file.probabilities, result.probabilities)


def test_the_run_tells_what_was_read_and_with_which_model(data, bundle):
    path = data / "external/GSE161501/counts.tsv.gz"
    of_file = classify_files([path])
    run = of_file.run
    assert [source["path"] for source in run["inputs"]] == [str(path)]
    assert run["model"]["sha256"] == bundle.digest
    assert run["samples"] == 19
    assert "counts" in " ".join(run["notes"])
    assert (of_file.calls["model"] == bundle.label).all()


def test_the_callers_frame_is_not_changed(counts, bundle):
    kept = counts.copy()
    classify(counts, model=bundle)
    pd.testing.assert_frame_equal(counts, kept)


def test_either_orientation_gives_the_same_calls(counts, bundle, result):
    turned = classify(counts.T, model=bundle)
    pd.testing.assert_frame_equal(said(turned), said(result))
    same_numbers(turned, result)


def test_log2_cpm_gives_the_subtypes_of_the_counts(counts, bundle, result):
    logged = classify(np.log2(cpm(counts) + 1), model=bundle, value_type="log2-cpm")
    pd.testing.assert_frame_equal(said(logged), said(result))


def test_tpm_gives_the_subtypes_of_the_counts(counts, bundle, result, one_symbol):
    known = counts[counts.index.isin(one_symbol.index)]
    rate = known.div(one_symbol.loc[known.index, "length"], axis=0)
    tpm = classify(rate / rate.sum() * 1e6, model=bundle, value_type="tpm")
    assert (said(tpm)["subtype"] == said(result)["subtype"]).sum() >= 18
    # Times the lengths, TPM are in proportion to the counts again; but rounding breaks ties of small counts.
    same_numbers(tpm, classify(known, model=bundle), tolerance=0.01)


def test_the_order_of_the_samples_does_not_change_their_calls(counts, bundle, result):
    order = np.random.default_rng(3).permutation(counts.shape[1])
    shuffled = classify(counts.iloc[:, order], model=bundle)
    assert shuffled.calls["sample"].tolist() == counts.columns[order].tolist()
    pd.testing.assert_frame_equal(said(shuffled).loc[said(result).index], said(result))
    same_numbers(shuffled, result)


def test_the_order_of_the_genes_does_not_change_a_call(counts, bundle, result):
    shuffled = classify(counts.sample(frac=1, random_state=5), model=bundle)
    pd.testing.assert_frame_equal(said(shuffled), said(result))
    same_numbers(shuffled, result)


def test_a_sample_alone_is_called_as_in_the_batch(counts, bundle, result):
    for sample in counts.columns[[0, 9, 18]]:
        alone = classify(counts[[sample]], model=bundle)
        assert alone.calls["sample"].tolist() == [sample]
        pd.testing.assert_frame_equal(said(alone), said(result).loc[[sample]])
        same_numbers(alone, result)


def test_more_samples_than_are_held_at_a_time_are_called_alike(counts, bundle, result):
    copies = 14  # of 19 samples: more than the 256 of one block
    known = counts[counts.index.isin(bundle.genes.frame["symbol"])]
    many = pd.concat([known.add_suffix(f"_{number}") for number in range(copies)], axis=1)
    last = many.columns[-1]
    calls = classify(many, blasts={last: 10.0}, model=bundle).calls
    assert calls["sample"].tolist() == many.columns.tolist()
    assert calls["subtype"].tolist() == [*(result.calls["subtype"].tolist() * copies)[:-1], ""]
    assert calls.loc[calls["status"] == "low_blasts", "sample"].tolist() == [last]


def test_a_patient_among_normal_cells_is_called_as_among_patients(counts, bundle, result, blood):
    among = pd.concat([counts, blood.reindex(counts.index).fillna(0).astype(int)], axis=1)
    calls = classify(among, model=bundle, value_type="counts")
    pd.testing.assert_frame_equal(said(calls).loc[said(result).index], said(result))


def test_ensembl_ids_give_the_calls_of_the_symbols(counts, bundle, result, one_symbol):
    known = counts[counts.index.isin(one_symbol.index)]
    renamed = known.set_axis(one_symbol.loc[known.index, "ensembl_id"])
    by_id = classify(renamed, model=bundle)
    pd.testing.assert_frame_equal(said(by_id), said(result))
    versions = classify(renamed.set_axis(renamed.index + ".7"), model=bundle)
    pd.testing.assert_frame_equal(versions.calls, by_id.calls)


def test_too_few_genes_are_refused_with_found_and_needed(counts, bundle):
    total = len(bundle.genes.ids)
    few = counts[counts.index.isin(bundle.genes.frame["symbol"])].iloc[:200]
    needed = int(np.ceil(total * bundle.manifest["min_genes_pct"] / 100))
    with pytest.raises(
        InputError, match=rf"found 200 of the model's {total} genes, {needed} are needed"
    ) as caught:
        classify(few, model=bundle)
    assert "\n" not in str(caught.value)


def test_given_blasts_hold_a_sample_and_leave_the_others(counts, bundle, result):
    first, second, third = counts.columns[:3]
    calls = classify(counts, blasts={second: 30.0, first: 29.9}, model=bundle).calls.set_index("sample")
    assert (calls.loc[first, "status"], calls.loc[first, "subtype"]) == ("low_blasts", "")
    assert "29.9 %" in calls.loc[first, "reason"]
    assert (calls.loc[second, "status"], calls.loc[second, "blast_source"]) == ("called", "given")
    assert (calls.loc[third, "status"], calls.loc[third, "blast_source"]) == ("called", "none")
    pd.testing.assert_series_equal(calls.loc[second:, "subtype"], said(result).loc[second:, "subtype"])


def test_blasts_of_somebody_else_are_refused(counts, bundle):
    with pytest.raises(InputError, match="nobody"):
        classify(counts, blasts={"nobody": 50.0}, model=bundle)


@pytest.fixture(scope="module")
def blood(data, one_symbol):
    """Raw counts of sorted normal blood cells (Haemopedia, GSE115736) of donors that training never saw."""
    cells = pd.read_parquet(data / "reference/normal_blood_cells_counts.parquet")
    held_out = [name for name in cells.columns if int(name.rsplit(".", 1)[1]) >= 4]
    symbols = pd.Series(one_symbol.index, index=one_symbol["ensembl_id"])
    return cells.loc[cells.index.isin(symbols.index), held_out].rename(index=symbols)


@pytest.fixture(scope="module")
def diluted(counts, blood, bundle):
    """Calls of the children's marrows, mixed on the linear scale so that this share of them is left."""
    shared = counts.index.intersection(blood.index)
    marrow, normal = cpm(counts).loc[shared], cpm(blood).loc[shared].mean(axis=1)

    def go(share):
        mixed = (share * marrow).add((1 - share) * normal, axis=0)
        return classify(mixed, model=bundle, value_type="cpm")

    return go


@pytest.mark.parametrize(("share", "least"), [(0.6, 0.95), (0.4, 0.90)])
def test_a_marrow_with_fewer_blasts_keeps_its_subtype(diluted, truth, share, least):
    assert right(diluted(share), truth) / len(truth) >= least


def test_a_marrow_of_one_tenth_blasts_is_given_no_subtype(diluted):
    assert (said(diluted(0.1))["status"] != "called").all()


def test_normal_blood_cells_are_given_no_subtype(blood, bundle):
    assert (said(classify(blood, model=bundle))["status"] != "called").all()


@pytest.mark.parametrize(
    "file",
    [
        "featurecounts/featureCounts.txt.gz",
        "nfcore_rnaseq/salmon.merged.gene_counts.tsv.gz",
        "rsem/ERR188021.genes.results.gz",
        "rsem/test.genes.results.gz",
        "tximport/counts_tximport_no.csv.gz",
    ],
)
def test_cell_lines_and_other_tissues_are_given_no_subtype(data, bundle, file):
    """None of the example files of expression tools is a leukemia: carcinoma, stromal and B-cell lines."""
    calls = classify_files([data / "formats" / file]).calls
    assert (calls["subtype"] == "").all()
