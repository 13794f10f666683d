"""What numbers are is decided from each sample alone, or asked; what is no RNA-seq is refused."""

import numpy as np
import pandas as pd
import pytest

from leukotype.errors import InputError
from leukotype.inputs import Reading, from_frame
from leukotype.vocabulary import ValueType

N = 6000
GENES = [f"ENSG{i:011d}" for i in range(N)]


@pytest.fixture
def counts(rng):
    """Two samples of whole counts with zeros, about 2 million each."""
    return pd.DataFrame(rng.negative_binomial(0.4, 0.0012, size=(N, 2)), index=GENES, columns=["P1", "P2"])


@pytest.fixture
def tpm(counts, rng):
    rate = counts.div(rng.uniform(300, 9000, N), axis=0)
    return rate / rate.sum() * 1e6


@pytest.fixture
def read(count_known):
    def go(frame, value_type="auto"):
        (block,) = from_frame(frame, Reading(value_type=value_type), count_known=count_known).blocks()
        return block

    return go


@pytest.fixture
def refused(read):
    def go(frame, match, value_type="auto"):
        with pytest.raises(InputError, match=match) as caught:
            read(frame, value_type)
        assert "\n" not in str(caught.value)
        assert str(caught.value).startswith("data frame: ")

    return go


def cpm_of(counts):
    return counts / counts.sum() * 1e6


def test_counts(read, counts):
    block = read(counts)
    assert block.value_type is ValueType.COUNTS
    assert np.array_equal(block.values.to_numpy(), counts.to_numpy().T)


def test_expected_counts(read, counts, rng):
    partly = counts + np.where(rng.random(counts.shape) < 0.5, 0.25, 0.0) * (counts > 0)
    assert read(partly).value_type is ValueType.COUNTS


def test_cpm_of_whole_counts(read, counts):
    assert read(cpm_of(counts)).value_type is ValueType.CPM
    assert read(cpm_of(counts).round(4)).value_type is ValueType.CPM


@pytest.mark.parametrize("log", [False, True])
def test_estimated_counts_by_any_factor_are_no_tpm(read, counts, rng, log):
    """A third of Salmon's and RSEM's counts are not whole; DESeq2's are divided by a size factor."""
    part = rng.random(counts.shape) * (rng.random(counts.shape) < 0.35) * (counts > 0)
    for frame in (cpm_of(counts + part), (counts + part) / [0.7, 1.6], cpm_of(counts).iloc[:5000]):
        assert read(np.log2(frame + 1) if log else frame).value_type is ValueType.CPM


def test_tpm(read, tpm):
    assert read(tpm).value_type is ValueType.TPM
    assert read(tpm.round(4)).value_type is ValueType.TPM


def test_tpm_rounded_past_telling_asks(read, refused, tpm):
    rough = tpm.round(0)
    rough.iloc[0] += 0.5
    refused(rough, r"sample P1: .*CPM or TPM.*--value-type counts\|cpm\|tpm")
    assert read(rough, "tpm").value_type is ValueType.TPM


def test_whole_numbers_that_sum_to_a_million_ask(refused, counts):
    whole = cpm_of(counts).round()
    whole.iloc[0] += 1e6 - whole.sum()
    refused(whole, r"sample P1: .*--value-type counts\|cpm\|tpm")


def test_expected_counts_that_happen_to_sum_to_a_million_ask(refused, counts, rng):
    fewer = counts[["P1"]] // 8
    partly = fewer + np.where(rng.random((N, 1)) < 0.5, 0.25, 0.0) * (fewer > 0)
    partly.iloc[0] += 1e6 - partly.sum()
    assert (partly >= 0).all(axis=None)
    refused(partly, r"sample P1: .*--value-type counts\|cpm\|tpm")


def test_tpm_of_two_decimals_asks_for_cpm_or_tpm(refused, tpm):
    refused(tpm.round(2), r"sample P1: .*CPM or TPM.*--value-type cpm\|tpm")


def test_fpkm_asks(read, refused, tpm):
    refused(tpm * 0.31, r"sample P1: .*--value-type counts\|cpm\|tpm\|fpkm")
    assert read(tpm * 0.31, "fpkm").value_type is ValueType.FPKM


@pytest.mark.parametrize(("log", "base"), [("log2", 2), ("ln", np.e), ("log10", 10)])
@pytest.mark.parametrize("unit", ["counts", "cpm", "tpm"])
def test_a_logarithm_that_shows_itself_is_undone(read, counts, tpm, log, base, unit):
    linear = {"counts": counts, "cpm": cpm_of(counts), "tpm": tpm}[unit]
    block = read(np.log(linear + 1) / np.log(base))
    assert block.value_type == unit
    np.testing.assert_allclose(block.values.to_numpy(), linear.to_numpy().T, rtol=1e-4, atol=1e-4)


def test_a_logarithm_of_unknown_unit_asks(read, refused, tpm):
    logged = np.log2(tpm * 0.31 + 1)
    refused(
        logged,
        r"sample P1: .*logarithm whose .* do not show: .*log2-X\|ln-X\|log10-X, X being counts\|cpm\|tpm",
    )
    block = read(logged, "log2-fpkm")
    assert block.value_type is ValueType.FPKM
    np.testing.assert_allclose(block.values.to_numpy(), tpm.to_numpy().T * 0.31, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("said", ["auto", "log2-tpm"])
def test_the_zeros_of_a_logarithm_tell_an_unusual_prior(read, tpm, said):
    block = read(np.log2(tpm + 0.07), said)
    assert block.value_type is ValueType.TPM
    assert np.allclose(block.values.T, tpm, rtol=1e-4, atol=1e-4)


def test_voom_adds_to_each_library_a_number_of_its_own(read, counts):
    """limma's voom: log2((count + 0.5) / (library size + 1) * 1e6), Law et al., Genome Biol 2014;15:R29."""
    block = read(np.log2((counts + 0.5) / (counts.sum() + 1) * 1e6))
    assert block.value_type is ValueType.CPM
    assert np.allclose(block.values.T, cpm_of(counts), rtol=1e-3, atol=1e-2)


def test_a_logarithm_that_was_not_said_or_cannot_be(refused, tpm):
    refused(np.log2(tpm + 1), "sample P1: expected tpm, found a maximum of .*log2-tpm", "tpm")
    refused(tpm, "sample P1: expected log2-tpm, found a value of .* too large", "log2-tpm")


def test_a_value_type_that_the_values_contradict(refused, counts, tpm):
    refused(counts, "sample P1: expected tpm, found whole numbers that sum to .*: they are counts", "tpm")
    refused(tpm, "sample P1: expected counts, found decimals that sum to 1,000,000", "counts")


def test_an_unknown_value_type(count_known, counts):
    with pytest.raises(InputError, match=r"--value-type: expected auto, counts, .*found 'rpkm'"):
        from_frame(counts, Reading(value_type="rpkm"), count_known=count_known)


def test_samples_must_agree(refused, counts, tpm):
    mixed = pd.DataFrame({"P1": counts["P1"], "P2": tpm["P2"]})
    refused(mixed, "expected one kind of values, found counts in sample P1 and tpm in sample P2")


def test_one_sample_never_changes_another(read, counts, rng):
    """A sample reads the same alone and beside any other."""
    partly = counts.assign(P2=counts["P2"] + 0.5 * (rng.random(N) < 0.3))
    together = read(partly).values
    for name in partly:
        assert read(partly[[name]]).values.equals(together.loc[[name]])


def test_negative_counts(refused, counts):
    counts.iloc[7, 1] = -3
    refused(counts, "sample P2, gene ENSG00000000007: expected no negative value, found -3: correct it")


def test_negative_counts_in_a_file_that_says_counts(opened, write):
    path = write("c.txt", "Geneid\tChr\tStart\tEnd\tStrand\tLength\tP1\nENSG00000000001\t1\t1\t2\t+\t9\t-4\n")
    with pytest.raises(
        InputError, match="sample P1, gene ENSG00000000001: expected no negative value, found -4"
    ):
        list(opened(path).blocks())


def test_missing_and_infinite(refused, counts):
    numbers = counts.astype(float)
    numbers.iloc[3, 0] = np.nan
    refused(numbers, "sample P1, gene ENSG00000000003: expected a number, found a missing value")
    numbers.iloc[3, 0] = np.inf
    refused(numbers, "sample P1, gene ENSG00000000003: expected a number, found an infinite value")


def test_an_all_zero_sample(refused, counts):
    counts["P2"] = 0
    refused(counts, "sample P2: expected expression, found zero for every gene")


def test_z_scores(refused, rng):
    refused(
        pd.DataFrame(rng.normal(size=(N, 2)), index=GENES, columns=["P1", "P2"]),
        "sample P1: .*found z-scores",
    )


def test_real_z_scores(data, opened):
    with pytest.raises(InputError, match="found z-scores"):
        list(opened(data / "cohorts/allsorts_reference_zscores.parquet").blocks())


def test_a_real_logarithm_of_part_of_the_genes(data, opened):
    path = data / "cohorts/expression.parquet"
    with pytest.raises(InputError, match="logarithm whose base and unit do not show"):
        list(opened(path).blocks())
    blocks = list(opened(path, value_type="log10-cpm").blocks())
    assert [len(block.values) for block in blocks] == [64] * 10 + [48]
    assert {block.value_type for block in blocks} == {ValueType.CPM}
    assert blocks[0].values["ENSG00000000938"].iloc[0] == pytest.approx(10**0.21 - 1, rel=1e-5)


@pytest.mark.parametrize("value_type", ["counts", "log2-counts"])
def test_microarray_intensities(read, refused, rng, value_type):
    logged = pd.DataFrame(rng.uniform(3, 14, size=(N, 2)), index=GENES, columns=["P1", "P2"])
    frame = logged if value_type == "log2-counts" else 2**logged
    refused(
        frame, "sample P1: expected RNA-seq values, found no zero among 6,000 genes .* as in a microarray"
    )
    assert read(frame, value_type).value_type is ValueType.COUNTS


def test_whole_intensities_without_a_zero(refused, rng):
    frame = pd.DataFrame(rng.integers(30, 60000, size=(N, 2)), index=GENES, columns=["P1", "P2"])
    refused(frame, "found no zero among 6,000 genes")


@pytest.mark.parametrize(("low", "top"), [(1, 5000), (10, 20_000), (50, 400_000)])
def test_counts_of_the_genes_that_are_read_in_every_sample(read, rng, low, top):
    """edgeR's and DESeq2's manuals advise to leave out genes of few reads: then no zero is left."""
    reads = np.clip(rng.lognormal(np.log(low) + 3, 2, size=(N, 2)).round(), low, top)
    frame = pd.DataFrame(reads, index=GENES, columns=["P1", "P2"])
    frame.iloc[0], frame.iloc[1] = low, top
    assert read(frame).value_type is ValueType.COUNTS
    assert read(cpm_of(frame)).value_type is ValueType.CPM


@pytest.mark.parametrize("method", ["first", "min", "max", "average", "dense"])
@pytest.mark.parametrize("ascending", [True, False])
@pytest.mark.parametrize("pct", [True, False])
def test_ranks_are_no_counts(refused, counts, method, ascending, pct):
    refused(counts.rank(method=method, ascending=ascending, pct=pct), "sample P1: .* or in ranks: give")


def test_lengths_of_genes_are_no_counts(data, opened, write):
    """Bases of Ensembl 103, all of its genes."""
    genes = pd.read_csv(data / "reference/genes.csv.gz", index_col="ensembl_id")
    table = genes[["length"]].rename(columns={"length": "P1"}).to_csv(sep="\t")
    with pytest.raises(InputError, match=r"sample P1: .* or in lengths of genes: give"):
        list(opened(write("salmon.merged.gene_lengths.tsv", table)).blocks())


def test_a_small_panel_without_zeros_is_counts(read):
    frame = pd.DataFrame({"P1": [2624, 8, 6672]}, index=["NUTM1", "CD19", "PAX5"])
    assert read(frame).value_type is ValueType.COUNTS


@pytest.mark.parametrize("name", ["ERR188021", "test"])
@pytest.mark.parametrize(("column", "asks"), [("expected_count", None), ("TPM", "cpm|tpm"), ("FPKM", "fpkm")])
def test_columns_of_real_rsem_files_as_matrices(data, opened, write, name, column, asks):
    table = pd.read_csv(data / f"formats/rsem/{name}.genes.results.gz", sep="\t")
    path = write("m.tsv", table.set_index("gene_id")[[column]].set_axis(["P1"], axis=1).to_csv(sep="\t"))
    if asks is None:
        (block,) = opened(path).blocks()
        assert block.value_type is ValueType.COUNTS
    else:
        with pytest.raises(InputError, match="--value-type .*" + asks.replace("|", r"\|")):
            list(opened(path).blocks())


def test_cpm_of_real_counts(data, opened, write):
    table = pd.read_csv(data / "external/GSE161501/counts.tsv.gz", sep="\t", index_col=0)
    (block,) = opened(write("m.tsv", (table / table.sum() * 1e6).to_csv(sep="\t"))).blocks()
    assert block.value_type is ValueType.CPM
    (block,) = opened(write("l.tsv", np.log2(table / table.sum() * 1e6 + 1).to_csv(sep="\t"))).blocks()
    assert block.value_type is ValueType.CPM
    (block,) = opened(write("c.tsv", np.log2(table + 1).round(5).to_csv(sep="\t"))).blocks()
    assert block.value_type is ValueType.COUNTS


def test_tpm_of_real_expected_counts(data, opened, write):
    """TPM remade from counts and effective lengths, as RSEM's own column has two decimals only."""
    table = pd.read_csv(data / "formats/rsem/test.genes.results.gz", sep="\t", index_col=0)
    rate = (table["expected_count"] / table["effective_length"]).where(table["effective_length"] > 0, 0.0)
    (block,) = opened(write("m.tsv", (rate / rate.sum() * 1e6).to_frame("P1").to_csv(sep="\t"))).blocks()
    assert block.value_type is ValueType.TPM


@pytest.mark.parametrize("said", ["auto", "log2-tpm"])
def test_a_logarithm_with_a_small_prior_is_undone_by_that(read, tpm, said):
    """UCSC Xena's Toil tables are log2(TPM + 0.001): a zero is -9.9658."""
    logged = np.log2(tpm + 0.001).round(4)
    assert logged.to_numpy().min() == -9.9658
    block = read(logged, said)
    assert block.value_type == ValueType.TPM
    assert np.allclose(block.values.T, tpm, rtol=0.002, atol=0.0005)


def test_few_zeros_tell_the_prior_too(read, tpm):
    """A table of well-read genes alone: 13 of 2,897 are zero."""
    kept = tpm.index[(tpm > 0).all(axis=1)].append(tpm.index[(tpm == 0).all(axis=1)][:3])
    part = tpm.loc[kept] / tpm.loc[kept].sum() * 1e6
    assert np.allclose(read(np.log2(part + 0.001)).values.T, part, rtol=0.002, atol=0.0005)


def test_a_negative_value_that_is_no_prior_is_asked_about(read, tpm):
    with pytest.raises(InputError, match=r"expected no negative value, found -1\.5"):
        read(np.log2(tpm + 1).replace(0, -1.5))


def test_points_for_thousands_are_no_decimals(counts, refused, read):
    """1.234 of a German spreadsheet is 1234; tools that round to three digits have numbers under 1 too."""
    written = counts.where(counts < 1000, counts / 1000).round(3)
    refused(written, "a point for thousands", value_type="counts")
    written.iloc[0] = 0.125
    assert read(written, "counts").value_type is ValueType.COUNTS


def test_less_than_one_read_of_any_library_is_tpm(tpm, read):
    """500 million reads make 0.002 CPM of one; four decimals hide whether smaller values are on a grid."""
    rounded = tpm.round(4)
    rounded.iloc[0] = 0.0001
    assert read(rounded).value_type is ValueType.TPM


def test_one_zero_tells_the_prior_of_xena(tpm, read):
    """A table of a few thousand genes may have one gene without a read: log2(0.001) is -9.9658."""
    few = tpm[(tpm > 0).all(axis=1)]
    few = few / few.sum() * 1e6
    few.loc["ENSG00000099999"] = 0.0
    block = read(np.log2(few + 0.001))
    assert block.value_type is ValueType.TPM
    np.testing.assert_allclose(block.values.to_numpy(), few.T.to_numpy(), rtol=1e-3, atol=1e-4)


def test_a_logarithm_of_small_numbers_is_undone_by_its_own_base(read, refused, counts):
    """Scanpy's log1p of counts per 10,000: the first reads are nearly even steps under any base."""
    scaled = counts / counts.sum() * 1e4
    block = read(np.log1p(scaled))
    assert block.value_type is ValueType.CPM
    assert np.allclose(block.values.T, scaled, rtol=1e-4, atol=1e-4)
    refused(np.log2(counts + 1).round(2), "whose base and unit do not show")
