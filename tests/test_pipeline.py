"""Real patients' counts, in whatever shape they come, give the calls that their laboratories made."""

from collections import Counter

import numpy as np
import pandas as pd
import pytest

from leukotype import InputError, LesionFiles, classify, classify_files, load
from leukotype.vocabulary import CALL_COLUMNS, CHROMOSOMES, DOSAGE_COLUMNS, EVIDENCE_COLUMNS


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


@pytest.fixture(scope="module")
def known_ploidy(data):
    """Calls of four leukemias of honzee/RNAseqCNV, which are named by what cytogenetics found."""
    names = ("diploid", "high_hyperdiploid", "low_hypodiploid", "near_haploid")
    return classify_files([data / "external/rnaseqcnv" / f"{name}.HTSeq" for name in names])


def test_hypodiploid_leukemias_are_called_by_the_chromosomes_that_their_counts_show(known_ploidy):
    """Expression shows the low hypodiploid one; between near haploid and hyperdiploid it is undecided."""
    calls = known_ploidy.calls.set_index("sample")
    assert calls["subtype"][1:].tolist() == ["Hyperdiploid", "Low hypodiploid", "Near haploid"]
    assert calls["evidence_agreement"][1:].tolist() == ["supports", "supports", "decides"]
    assert (calls["probability"][1:3] > 0.9).all()
    assert "(from the counts)" in calls.loc["near_haploid", "reason"]


def test_the_diploid_leukemia_is_neither_hyper_nor_hypodiploid(known_ploidy):
    calls = known_ploidy.calls.set_index("sample")
    assert calls["ploidy_state"].tolist() == [
        "diploid",
        "hyperdiploid",
        "low hypodiploid",
        "near haploid",
    ]
    assert calls.loc["diploid", ["chromosomes_gained", "chromosomes_lost"]].tolist() == ["", ""]
    assert calls.loc["diploid", "subtype"] not in ("Hyperdiploid", "Low hypodiploid", "Near haploid")


def test_no_look_alike_is_named_where_the_counts_show_the_chromosomes(known_ploidy, result):
    for calls in (known_ploidy.calls, result.calls):
        assert (calls["ploidy_state"] != "").all()
        assert not calls["reason"].str.contains("check the karyotype").any()


def test_the_hyperdiploid_children_have_the_chromosomes_that_hyperdiploidy_gains(result, truth):
    """Most often X, 4, 6, 10, 14, 17, 18 and 21: Paulsson et al., Nat Genet 2015;47:672."""
    calls = result.calls.set_index("sample")
    gained = calls["chromosomes_gained"].str.split(",")
    often = Counter(name for sample in truth.index[truth == "Hyperdiploid"] for name in set(gained[sample]))
    assert {name for name, _ in often.most_common(8)} == {"X", "4", "6", "10", "14", "17", "18", "21"}
    assert often["21"] == 11
    assert (calls.loc[truth.index[truth == "Hyperdiploid"], "ploidy_state"] == "hyperdiploid").all()
    others = calls.loc[truth.index[truth != "Hyperdiploid"], "ploidy_state"]
    assert set(others) <= {"diploid", "low hyperdiploid"}


def test_every_sample_has_one_row_in_input_order(result, counts):
    assert tuple(result.calls.columns) == CALL_COLUMNS
    assert result.calls["sample"].tolist() == result.probabilities["sample"].tolist() == list(counts.columns)


def test_every_sample_has_its_chromosomes_and_its_evidence_in_input_order(result, counts):
    assert tuple(result.dosage.columns) == DOSAGE_COLUMNS
    assert tuple(result.evidence.columns) == EVIDENCE_COLUMNS
    assert result.dosage["sample"].drop_duplicates().tolist() == list(counts.columns)
    assert result.dosage["chromosome"].tolist() == [*CHROMOSOMES] * 19
    assert result.evidence["sample"].drop_duplicates().tolist() == list(counts.columns)


def test_a_file_and_its_frame_give_the_same_calls(data, result):
    of_file = classify_files([data / "external/GSE161501/counts.tsv.gz"])
    pd.testing.assert_frame_equal(of_file.calls, result.calls)
    pd.testing.assert_frame_equal(of_file.probabilities, result.probabilities)
    pd.testing.assert_frame_equal(of_file.evidence, result.evidence)
    pd.testing.assert_frame_equal(of_file.dosage, result.dosage)


def test_the_run_tells_what_was_read_and_with_which_model(data, bundle):
    path = data / "external/GSE161501/counts.tsv.gz"
    of_file = classify_files([path])
    run = of_file.record()
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
        for table in ("evidence", "dosage"):
            among = getattr(result, table)
            own = among[among["sample"] == sample].reset_index(drop=True)
            pd.testing.assert_frame_equal(getattr(alone, table), own)


@pytest.fixture(scope="module")
def few_genes(counts, bundle):
    """The genes of gate and features alone: too few of those by which chromosomes are measured."""
    return counts[counts.index.isin(bundle.without_pool().genes.frame["symbol"])]


def test_with_few_genes_the_ploidy_is_unknown_and_the_look_alike_is_named(few_genes, bundle, result):
    without = classify(few_genes, model=bundle)
    assert (without.calls["ploidy_state"] == "").all()
    assert without.dosage.empty
    both = (without.calls["status"] == "called") & (result.calls["status"] == "called")
    assert both.mean() > 0.8
    assert without.calls.loc[both, "subtype"].equals(result.calls.loc[both, "subtype"])
    hyperdiploid = without.calls["subtype"] == "Hyperdiploid"
    named = without.calls["reason"].str.contains("Near haploid can look the same")
    assert hyperdiploid.any()
    assert named.equals(hyperdiploid)


def test_a_sample_without_lesions_is_called_as_before_beside_one_that_has_some(few_genes, bundle, tmp_path):
    alone = classify(few_genes, model=bundle)
    first, *others = few_genes.columns
    path = tmp_path / "fusions.csv"
    path.write_text(f"sample,gene_5prime,gene_3prime,reads\n{first},ETV6,RUNX1,20\n")
    beside = classify(few_genes, model=bundle, lesions=LesionFiles(fusions=[path]))
    for table in ("calls", "probabilities"):
        before, after = (getattr(each, table).set_index("sample").loc[others] for each in (alone, beside))
        pd.testing.assert_frame_equal(after, before)
    assert beside.calls["evidence_agreement"].tolist() == ["supports", *["not_given"] * len(others)]
    assert beside.evidence[["lesion", "subtype", "strength"]].to_numpy().tolist() == [
        ["ETV6::RUNX1", "ETV6::RUNX1", "defining"],
        ["ETV6::RUNX1", "ETV6::RUNX1-like", "against"],  # excluded by definition: ICC 2022
    ]


def test_a_lesion_of_the_last_of_many_samples_is_found(few_genes, bundle, tmp_path):
    """Samples are called 256 at a time: here those before the last have nothing to tell."""
    many = pd.concat([few_genes.add_suffix(f"_{number}") for number in range(14)], axis=1)
    first, last = many.columns[[0, -1]]
    path = tmp_path / "fusions.csv"
    for sample in (first, last):
        path.write_text(f"sample,gene_5prime,gene_3prime,reads\n{sample},ETV6,RUNX1,20\n")
        evidence = classify(many, model=bundle, lesions=LesionFiles(fusions=[path])).evidence
        assert set(evidence["sample"]) == {sample}
        assert evidence["used"].dtype == bool
        assert set(evidence["reads"]) == {20.0}


def test_more_samples_than_are_held_at_a_time_are_called_alike(few_genes, bundle, result):
    copies = 14  # of 19 samples: more than the 256 of one block
    many = pd.concat([few_genes.add_suffix(f"_{number}") for number in range(copies)], axis=1)
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
    total = len(bundle.model.features.genes)
    few = counts[counts.index.isin(bundle.without_pool().genes.frame["symbol"])].iloc[:200]
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
    assert (calls.loc[third, "status"], calls.loc[third, "blast_source"]) == ("called", "estimated")
    pd.testing.assert_series_equal(calls.loc[second:, "subtype"], said(result).loc[second:, "subtype"])


def test_blasts_far_from_what_the_expression_shows_are_warned_of(counts, bundle):
    """Full marrows: 35 % would be another tube's figure."""
    first, second = counts.columns[:2]
    calls = classify(counts[[first, second]], blasts={first: 35.0, second: 85.0}, model=bundle)
    warned = [each for each in calls.warnings if "points apart" in each]
    assert warned == ["1 sample with blasts given and estimated more than 30 points apart: see their reasons"]
    reasons = calls.calls.set_index("sample")["reason"]
    assert "35 % as given" in reasons[first]
    assert "as given" not in reasons[second]


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
def diluted(counts, blood, bundle, one_symbol):
    """Calls of the children's marrows, mixed on the linear scale so that this share of them is left.

    Chromosomes 10 and 20 are left out: the file of the cells has 12 reads on both together.
    """
    read = blood.index[~one_symbol.loc[blood.index, "chr"].isin(["10", "20"])]
    shared = counts.index.intersection(read)
    marrow, normal = cpm(counts).loc[shared], cpm(blood).loc[shared].mean(axis=1)

    def go(share):
        mixed = (share * marrow).add((1 - share) * normal, axis=0)
        return classify(mixed, model=bundle, value_type="cpm")

    return go


@pytest.mark.parametrize("share", [0.6, 0.5])
def test_a_marrow_with_fewer_blasts_keeps_its_subtype(diluted, truth, share):
    assert right(diluted(share), truth) / len(truth) >= 0.95


def test_a_marrow_of_two_fifths_is_called_right_or_held_back_near_the_line(diluted, truth):
    """Full marrows have about 87 % blasts (GSE181157, n = 168): two fifths of one have about 35 %."""
    calls = diluted(0.4).calls.set_index("sample")
    called = calls["status"] == "called"
    assert (calls.loc[called, "subtype"] == truth[called]).all()
    assert set(calls.loc[~called, "status"]) <= {"low_blasts"}
    assert called.mean() > 0.7
    assert calls["blast_estimate_pct"].mean() == pytest.approx(35, abs=4)


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


def test_an_age_is_told_beside_the_call_and_changes_none(data):
    """Real children said to be 50: of 254 patients from 40 on none had ETV6::RUNX1 (Gu et al. 2019)."""
    counts = [data / "external" / "GSE161501" / "counts.tsv.gz"]
    plain = classify_files(counts)
    frame = pd.read_csv(counts[0], sep="\t", index_col=0)
    told = classify(frame, age=dict.fromkeys(plain.calls["sample"], 50))
    changed = [name for name in plain.calls if not told.calls[name].equals(plain.calls[name])]
    assert changed == ["reason"]
    remarks = told.calls.loc[told.calls["subtype"] == "ETV6::RUNX1", "reason"]
    assert len(remarks)
    assert remarks.str.contains("from 40 years on: ETV6::RUNX1 in 0 of 254 patients").all()
    assert not told.calls.loc[told.calls["subtype"] == "DUX4-r", "reason"].str.contains("254").any()


@pytest.mark.parametrize("lost", [0.2, 0.4])
def test_genes_that_a_library_did_not_catch_are_not_taken_for_genes_that_are_off(counts, bundle, truth, lost):
    """As zeros they made all of these children's leukemias another tissue."""
    rng = np.random.default_rng(7)
    caught = counts.copy()
    caught.loc[rng.random(len(counts)) < lost] = 0
    calls = classify(caught, model=bundle)
    assert said(calls)["status"].isin(["called", "candidate"]).all()
    assert right(calls, truth) >= 18
    assert calls.calls["reason"].str.contains("genes that the library did not catch").all()


def test_of_reads_of_tags_no_chromosome_is_counted_and_the_subtype_is_known(
    counts, bundle, truth, one_symbol
):
    """Reads of 3' tags do not grow with a gene's length, and each gene is caught with its own efficiency."""
    rng, named = np.random.default_rng(8), counts[counts.index.isin(one_symbol.index)]
    lengths = one_symbol.loc[named.index, "length"].to_numpy(float)
    tags = named.div(lengths * 2 ** rng.normal(0, 1.5, len(named)), axis=0)
    calls = classify((tags / tags.sum() * 3e6).round(), model=bundle)
    assert right(calls, truth) >= 18
    assert calls.dosage.empty


def test_values_that_stand_at_other_genes_are_called_nothing(counts, bundle, annotation):
    """A quarter of the coding genes changed places: reads lack, and stand where no B-ALL has them."""
    rng, damaged = np.random.default_rng(9), counts.copy()
    coding = np.flatnonzero(counts.index.isin(annotation.query("biotype == 'protein_coding'")["symbol"]))
    moved = coding[rng.random(len(coding)) < 0.25]
    damaged.iloc[moved] = counts.iloc[rng.permutation(moved)].to_numpy()
    calls = classify(damaged, model=bundle)
    assert set(said(calls)["status"]) == {"unclassified"}
    assert not calls.calls["reason"].str.contains("did not catch").any()


def test_what_is_no_frame_is_refused(counts):
    with pytest.raises(InputError, match="counts: expected a pandas DataFrame, found ndarray"):
        classify(counts.to_numpy())
