"""From files to calls with lesions: real patients, real callers' files, and files that are something else."""

import csv
import gzip
import re
import subprocess
import sys

import pandas as pd
import pytest

from leukotype import LesionFiles, classify, classify_files
from leukotype.cli import main
from leukotype.vocabulary import CHROMOSOMES, EVIDENCE_COLUMNS


@pytest.fixture(scope="module")
def mdall(data):
    """Two adults of MD-ALL: HTSeq counts, FusionCatcher's and CICERO's files, in one folder."""
    return data / "external" / "mdall"


@pytest.fixture(scope="module")
def adults(mdall):
    fusions = [*sorted(mdall.glob("*.fusioncatcher.txt")), *sorted(mdall.glob("*.cicero.tsv"))]
    assert len(fusions) == 4
    return classify_files(sorted(mdall.glob("*.HTSeq")), lesions=LesionFiles(fusions=fusions))


@pytest.fixture(scope="module")
def counts(data):
    """Raw counts of 19 children (GSE161501): genes by symbol x samples."""
    return pd.read_csv(data / "external/GSE161501/counts.tsv.gz", sep="\t", index_col=0)


@pytest.fixture(scope="module")
def truth(data):
    return pd.read_csv(data / "external/GSE161501/labels.csv", index_col="sample")["subtype"]


@pytest.fixture
def one(counts, truth, tmp_path):
    """A table of one child with a subtype, under a name of the test's own."""

    def go(subtype, name="P1"):
        sample = truth.index[truth == subtype][0]
        path = tmp_path / "counts.tsv"
        counts[[sample]].set_axis([name], axis=1).to_csv(path, sep="\t")
        return path

    return go


@pytest.fixture
def write(tmp_path):
    def go(name, *lines):
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n")
        return path

    return go


def rows(path):
    with path.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def row(calls, sample):
    return calls.calls.set_index("sample").loc[sample]


def predicted(tmp_path, *arguments):
    """Exit code, and the rows of calls.csv and evidence.csv where these were written."""
    out = tmp_path / "out"
    code = main(["predict", *map(str, arguments), "--out", str(out), "--quiet"])
    return code, *(rows(out / name) if out.exists() else None for name in ("calls.csv", "evidence.csv"))


# Real patients


def test_the_files_of_rnaseqcnv_are_called_by_their_ploidy(data):
    calls = classify_files(sorted((data / "external/rnaseqcnv").glob("*.HTSeq")))
    said = calls.calls.set_index("sample")[["subtype", "evidence_agreement", "ploidy_state"]]
    assert said.loc["near_haploid"].tolist() == ["Near haploid", "decides", "near haploid"]
    assert said.loc["low_hypodiploid"].tolist() == ["Low hypodiploid", "supports", "low hypodiploid"]
    assert said.loc["high_hyperdiploid"].tolist() == ["Hyperdiploid", "supports", "hyperdiploid"]
    assert said.loc["diploid", "ploidy_state"] == "diploid"
    low = row(calls, "low_hypodiploid")
    assert low["chromosomes_lost"] == "2,3,7,12,13,15,16,17,20"
    assert low["risk_group"] == "high risk, BCR::ABL1-"
    assert low["probability"] > 0.9  # expression shows it too
    assert calls.dosage["sample"].value_counts().to_dict() == dict.fromkeys(said.index, len(CHROMOSOMES))


def test_the_adult_with_mef2d_bcl9(adults):
    called = row(adults, "COH000353_D1")
    assert (called["subtype"], called["evidence_agreement"]) == ("MEF2D-r", "supports")
    assert called["evidence"].startswith("MEF2D::BCL9 (defining of MEF2D-r, 76 reads)")
    own = adults.evidence[(adults.evidence["lesion"] == "MEF2D::BCL9") & adults.evidence["used"]]
    callers = {re.search(r"\((\w+)\)$", source).group(1) for source in own["source"]}
    assert callers == {"FusionCatcher", "CICERO"}


def test_the_adult_with_pax5_znf521_and_a_second_lesion(adults):
    # formats/README.md: PAX5::ZNF521 593/37 reads, and P2RY8::CRLF2 12/7 (CICERO 11/11): a subclone.
    called = row(adults, "COH000082_D1")
    assert (called["subtype"], called["evidence_agreement"]) == ("PAX5alt", "supports")
    assert called["evidence"] == (
        "PAX5::ZNF521 (typical of PAX5alt, 630 reads); P2RY8::CRLF2 (typical of BCR::ABL1-like, 22 reads)"
    )
    assert called["subclass"] == ""


def test_every_row_that_was_looked_at_is_kept_with_the_reason(adults):
    table = adults.evidence
    assert tuple(table.columns) == EVIDENCE_COLUMNS
    assert (table["why_not"].ne("") == ~table["used"]).all()
    unused = table[~table["used"]].set_index("lesion")["why_not"]
    assert "54758 reads map on both genes" in " ".join(unused[["ETV6::FOXP1"]])
    assert "15477 reads map on both genes" in " ".join(unused[["ETV6::EBF1"]])
    assert unused["LYN::HBA1"] == "this pair is no known lesion"
    assert "rated LQ by CICERO" in set(unused)
    assert (table.loc[table["used"], "subtype"] != "").all()


def test_without_lesions_nothing_is_said_of_them_and_the_call_stands(mdall, adults):
    plain = classify_files(sorted(mdall.glob("*.HTSeq")))
    assert plain.calls["subtype"].tolist() == adults.calls["subtype"].tolist()
    assert plain.calls["subclass"].tolist() == ["", ""]
    assert set(plain.evidence["source"]) == {"counts"}


def test_no_files_of_lesions_and_none_named_give_the_same_bytes(counts):
    some = counts.iloc[:, :4]
    one, other = classify(some), classify(some, lesions=LesionFiles())
    assert one.probabilities.to_csv() == other.probabilities.to_csv()
    assert one.calls.to_csv() == other.calls.to_csv()


def test_lesions_of_one_sample_change_no_other(counts, truth, write):
    some = counts[truth.index[:5]]
    path = write("f.csv", "sample,gene_5prime,gene_3prime,reads", f"{some.columns[2]},BCR,ABL1,60")
    one, other = classify(some), classify(some, lesions=LesionFiles(fusions=[path]))
    left = [name for name in some.columns if name != some.columns[2]]
    for frame in ("calls", "probabilities"):
        pd.testing.assert_frame_equal(
            *(getattr(each, frame).set_index("sample").loc[left] for each in (one, other))
        )


def test_run_and_found_nothing_is_not_the_same_as_not_run(data, counts, truth):
    # A child with ETV6::RUNX1 whose fusion a caller missed; its expression is sure, so the call stands.
    sample = truth.index[truth == "ETV6::RUNX1"][0]
    empty = data / "formats/fusioncatcher/EMPTY_final-list_candidate-fusion-genes.txt"
    given = classify(counts[[sample]], lesions=LesionFiles(fusions=[f"{sample}={empty}"]))
    plain = classify(counts[[sample]])
    assert set(given.evidence["source"]) == set(plain.evidence["source"]) == {"counts"}
    assert row(given, sample)["evidence_agreement"] == "none"
    assert row(plain, sample)["evidence_agreement"] == "not_given"


def test_an_empty_fusion_file_lowers_what_it_would_have_shown(data, counts, truth):
    sample = truth.index[truth == "ETV6::RUNX1"][0]
    empty = data / "formats/fusioncatcher/EMPTY_final-list_candidate-fusion-genes.txt"
    with_file = classify(counts[[sample]], lesions=LesionFiles(fusions=[f"{sample}={empty}"])).probabilities
    without = classify(counts[[sample]]).probabilities
    assert with_file["ETV6::RUNX1"].item() <= without["ETV6::RUNX1"].item()
    assert with_file["DUX4-r"].item() >= without["DUX4-r"].item()


# What lesions do


def test_a_defining_fusion_against_a_sure_call_is_a_conflict(tmp_path, one, write):
    fusions = write("P1.csv", "gene_5prime,gene_3prime,reads", "BCR,ABL1,60")
    code, calls, evidence = predicted(tmp_path, one("DUX4-r"), "--fusions", fusions)
    assert code == 0
    (call,) = calls
    assert (call["status"], call["subtype"], call["evidence_agreement"]) == ("unclassified", "", "conflicts")
    assert "BCR::ABL1" in call["reason"]
    assert "DUX4-r" in call["reason"]
    assert {each["subtype"] for each in evidence if each["used"] == "true"} >= {"BCR::ABL1"}


def test_the_same_fusion_with_too_few_reads_changes_nothing(tmp_path, one, write):
    fusions = write("P1.csv", "gene_5prime,gene_3prime,reads", "BCR,ABL1,2")
    _, (call,), evidence = predicted(tmp_path, one("DUX4-r"), "--fusions", fusions)
    assert (call["status"], call["subtype"]) == ("called", "DUX4-r")
    own = [each for each in evidence if each["lesion"] == "BCR::ABL1"]
    assert own
    assert {each["used"] for each in own} == {"false"}
    assert all("reads" in each["why_not"] for each in own)


def test_the_lesion_of_its_own_subtype_supports_a_call(tmp_path, one, write):
    fusions = write("P1.csv", "gene_5prime,gene_3prime,reads", "RUNX1,ETV6,60")
    _, (call,), _ = predicted(tmp_path, one("ETV6::RUNX1"), "--fusions", fusions)
    assert (call["subtype"], call["evidence_agreement"]) == ("ETV6::RUNX1", "supports")


def test_a_sample_of_few_blasts_gets_no_subtype_from_a_lesion(tmp_path, one, write):
    fusions = write("P1.csv", "gene_5prime,gene_3prime,reads", "ETV6,RUNX1,60")
    blasts = write("blasts.csv", "sample,blast_pct", "P1,12")
    _, (call,), _ = predicted(tmp_path, one("ETV6::RUNX1"), "--fusions", fusions, "--blasts", blasts)
    assert (call["status"], call["subtype"], call["subclass"]) == ("low_blasts", "", "")
    assert "ETV6::RUNX1" in call["evidence"]


def test_normal_t_cells_get_no_subtype_from_a_lesion(data, write):
    # Sorted CD4 T cells (GSE115736) with a fusion that cannot be theirs.
    cells = pd.read_parquet(data / "reference/normal_blood_cells_counts.parquet")
    cells = cells[[next(name for name in cells.columns if name.startswith("CD4"))]].set_axis(["P1"], axis=1)
    fusions = write("P1.csv", "gene_5prime,gene_3prime,reads", "BCR,ABL1,60")
    call = row(classify(cells, lesions=LesionFiles(fusions=[fusions])), "P1")
    assert (call["status"], call["subtype"]) == ("not_b_all", "")


def test_a_normal_karyotype_does_not_beat_the_counts(data, write):
    karyotypes = write("k.csv", "sample,karyotype", 'low_hypodiploid,"46,XX[20]"')
    path = data / "external/rnaseqcnv/low_hypodiploid.HTSeq"
    calls = classify_files([path], lesions=LesionFiles(karyotype=karyotypes))
    call = row(calls, "low_hypodiploid")
    assert (call["subtype"], call["ploidy_state"]) == ("Low hypodiploid", "low hypodiploid")
    kept = calls.evidence[calls.evidence["source"] == str(karyotypes)]
    assert kept["used"].tolist() == [False]
    assert "not leukemic" in kept["why_not"].item()


def test_a_doubled_karyotype_does_not_overrule_what_the_counts_show(data, write):
    text = "74,XX,+1,+1,+4,+4,+5,+6,+6,+8,+8,+9,+10,+10,+11,+11,+14,+14,+18,+18,+19,+19,+21,+21,+22,+22"
    karyotypes = write("k.csv", "sample,karyotype", f'low_hypodiploid,"{text},-2,-3,-7,-12,-13,-15[9]"')
    path = data / "external/rnaseqcnv/low_hypodiploid.HTSeq"
    call = row(classify_files([path], lesions=LesionFiles(karyotype=karyotypes)), "low_hypodiploid")
    assert (call["subtype"], call["ploidy_state"]) == ("Low hypodiploid", "low hypodiploid")
    assert call["risk_group"] == "high risk, BCR::ABL1-"


def test_a_real_vcf_without_annotation_is_evidence(tmp_path, data, one):
    # MD-ALL's COH000757, PAX5 P80R: its counts are not public, so its VCF stands beside another child's.
    pytest.importorskip("pysam")
    vcf = data / "formats/vcf_gatk/COH000757_D1.HaplotypeCaller.vcf.gz"
    code, (call,), evidence = predicted(tmp_path, one("DUX4-r"), "--variants", f"P1={vcf}")
    assert code == 0
    used = [each for each in evidence if each["kind"] == "mutation" and each["used"] == "true"]
    assert [(each["lesion"], each["subtype"], each["strength"]) for each in used] == [
        ("PAX5 P80R", "PAX5 P80R", "defining")
    ]
    assert call["evidence_agreement"] == "conflicts"


# Files that are not quite what they should be


def test_a_vcf_below_log_lines_is_read(tmp_path, data, one):
    # SnpEff's cancer.ann.vcf: its log stands above the header; three samples, so the name is told.
    path = data / "formats/vcf_snpeff/cancer.ann.vcf"
    assert not path.read_text().startswith("##")
    sample = path.read_text().split("FORMAT\t")[1].split("\n")[0].split("\t")[-1]
    code, calls, _ = predicted(tmp_path, one("DUX4-r", sample), "--variants", path)
    assert code == 0
    assert len(calls) == 1
    assert calls[0]["evidence_agreement"] != "not_given"


def test_a_maf_whose_lines_end_in_carriage_returns_alone_is_read(tmp_path, data, one):
    # maftools' APL_primary: DS10D has FLT3 D835H; the file counts no reads.
    path = data / "formats/maf/APL_primary.maf.gz"
    content = gzip.decompress(path.read_bytes())
    assert b"\r" in content
    assert b"\n" not in content
    code, _, evidence = predicted(tmp_path, one("DUX4-r", "DS10D"), "--variants", path)
    assert code == 0
    own = {each["lesion"]: each for each in evidence if each["kind"] == "mutation"}
    assert own["FLT3 D835H"]["used"] == "false"
    assert own["FLT3 D835H"]["why_not"] == "its reads are not known"


def test_a_table_of_rnaseqcnv_with_a_header_one_cell_short_is_read(tmp_path, one, write):
    # formats/README.md: the Shiny app writes the table again with the names of its rows.
    table = write(
        "manual_an_table.tsv",
        "sample\tgender\tchrom_n\talterations\tstatus\tcomments",
        "1\tP1\tfemale\t35\t2-, 3-, 7-, 9-, 12-, 13-, 15-, 16-, 17-, 20-, 22-\tnot checked\tnone",
    )
    code, (call,), evidence = predicted(tmp_path, one("Hyperdiploid"), "--cnv", table)
    assert code == 0
    assert call["ploidy_state"] == "low hypodiploid"
    assert any(each["subtype"] == "Low hypodiploid" and each["used"] == "true" for each in evidence)


@pytest.mark.parametrize(
    ("option", "name"),
    [
        ("--fusions", "featurecounts/Not_featurecounts.summary"),
        ("--fusions", "fusion_report/fusion_list.tsv"),
        ("--fusions", "fusioncatcher/summary_candidate_fusions.txt"),
        ("--fusions", "maf/test_b38_output.maf"),
        ("--cnv", "cnvkit/warning.seg"),
        ("--cnv", "featurecounts/Not_featurecounts.summary"),
        ("--cnv", "fusion_report/fusions.csv"),
        ("--variants", "maf/minimalist_test_maf.tsv"),
        ("--variants", "seg/TCGA.AB.3009.hg19.seg.txt"),
        ("--variants", "kallisto/abundance.h5"),
        ("--karyotype", "rnaseqcnv/metadata_mock"),
        ("--karyotype", "karyotype_clinical/GSE181157_SampleMetadata.xlsx"),
    ],
)
def test_a_table_of_something_else_is_refused_in_one_line_and_nothing_is_written(
    tmp_path, data, one, capsys, option, name
):
    path = data / "formats" / name
    given = path if option == "--karyotype" else f"P1={path}"
    code, calls, _ = predicted(tmp_path, one("DUX4-r"), option, given)
    told = capsys.readouterr().err
    assert code == 2
    assert calls is None
    assert sorted(each.name for each in tmp_path.iterdir()) == ["counts.tsv"]
    assert told.count("\n") == 1
    assert path.name in told


@pytest.mark.parametrize("option", ["--fusions", "--cnv", "--variants", "--karyotype"])
def test_a_file_that_is_not_there_is_named(tmp_path, one, capsys, option):
    code, calls, _ = predicted(tmp_path, one("DUX4-r"), option, tmp_path / "missing.tsv")
    assert (code, calls) == (2, None)
    assert re.search(r"missing\.tsv", capsys.readouterr().err)


# leukotype karyotype


def test_karyotype_writes_a_summary_the_levels_and_a_picture_a_sample(tmp_path, data, counts, truth, capsys):
    hyperdiploid = truth.index[truth == "Hyperdiploid"][0]
    dux4 = truth.index[truth == "DUX4-r"][0]
    table = counts[[hyperdiploid, dux4]].set_axis(["../x<script>", "P2"], axis=1)
    table.to_csv(tmp_path / "counts.tsv", sep="\t")
    out = tmp_path / "deep" / "out"
    out.parent.mkdir()
    assert main(["karyotype", str(tmp_path / "counts.tsv"), "--out", str(out)]) == 0
    assert sorted(path.name for path in out.iterdir()) == [
        "1_x_script.png",
        "2_P2.png",
        "dosage.csv",
        "karyotypes.csv",
    ]
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file() and path.parent != out) == [
        "counts.tsv"
    ]
    states = {each["sample"]: each for each in rows(out / "karyotypes.csv")}
    assert list(states) == ["../x<script>", "P2"]
    assert states["../x<script>"]["ploidy_state"] == "hyperdiploid"
    assert states["P2"]["ploidy_state"] == "diploid"
    assert states["P2"]["chromosomes"] == "46"
    assert len(rows(out / "dosage.csv")) == 2 * len(CHROMOSOMES)
    assert all((out / name).read_bytes().startswith(b"\x89PNG") for name in ("1_x_script.png", "2_P2.png"))
    said = capsys.readouterr()
    assert "hyperdiploid" in said.out
    assert "drew 2 figures" in said.err
    assert "Research use only" in said.err


def test_karyotype_without_figures_draws_none(tmp_path, data):
    path = data / "external/rnaseqcnv/diploid.HTSeq"
    assert main(["karyotype", str(path), "--out", str(tmp_path / "out"), "--no-figures", "--quiet"]) == 0
    assert sorted(each.name for each in (tmp_path / "out").iterdir()) == ["dosage.csv", "karyotypes.csv"]


def test_karyotype_without_matplotlib_says_in_one_line_what_is_missing(tmp_path, data):
    # DEFECT: figures are drawn by default and need leukotype[report]; without it a traceback is shown.
    path, out = data / "external/rnaseqcnv/diploid.HTSeq", tmp_path / "out"
    code = (
        "import sys; sys.modules['matplotlib'] = None; from leukotype.cli import main; "
        f"sys.exit(main(['karyotype', {str(path)!r}, '--out', {str(out)!r}, '--quiet']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.count("\n") == 1
    assert ".[report]" in done.stderr
    assert done.returncode == 2


def test_karyotype_refuses_what_is_no_expression_table(tmp_path, data, capsys):
    path = data / "formats/featurecounts/Not_featurecounts.summary"
    assert main(["karyotype", str(path), "--out", str(tmp_path / "out")]) == 2
    assert list(tmp_path.iterdir()) == []
    assert capsys.readouterr().err.count("\n") == 1


def test_karyotype_and_predict_agree(tmp_path, data):
    path = data / "external/rnaseqcnv/near_haploid.HTSeq"
    main(["karyotype", str(path), "--out", str(tmp_path / "k"), "--no-figures", "--quiet"])
    main(["predict", str(path), "--out", str(tmp_path / "p"), "--quiet"])
    assert (tmp_path / "k/dosage.csv").read_bytes() == (tmp_path / "p/dosage.csv").read_bytes()
    (state,), (call,) = rows(tmp_path / "k/karyotypes.csv"), rows(tmp_path / "p/calls.csv")
    assert (state["ploidy_state"], state["lost"]) == (call["ploidy_state"], call["chromosomes_lost"])
