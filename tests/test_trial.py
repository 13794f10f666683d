"""A trial from counts or calls to tables, figures and page, through the command line."""

import json
import re

import pandas as pd
import pytest

from leukotype.cli import main
from leukotype.demo.trial_cohort import ALLOCATION
from leukotype.errors import InputError
from leukotype.evidence.findings import Evidence, mutation_findings
from leukotype.inputs.lesions.variants import read_variants
from leukotype.runs.files import FILES
from leukotype.trial import FRAMES, read_alterations, read_chances, read_tested
from leukotype.vocabulary import Sensitivity

pytest.importorskip("lifelines")


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    out = tmp_path_factory.mktemp("demo")
    assert main(["efficacy", "--demo", "--out", str(out)]) == 0
    return out


def responders(table, level):
    row = table[(table["endpoint"] == "CR/CRi") & (table["level"] == level)].iloc[0]
    return tuple(
        (int(row[f"responders_{arm}"]), int(row[f"n_{arm}"])) for arm in ("experimental", "comparator")
    )


@pytest.mark.parametrize("row", ALLOCATION)
def test_from_counts_on_every_patient_ends_in_the_cell_of_the_allocation(demo, row):
    """One that fits every count printed in Blood Adv 2024;8(12):3226: simulated, called, grouped, counted."""
    assert responders(pd.read_csv(demo / "SYNTHETIC_response.csv"), row) == ALLOCATION[row]


@pytest.mark.parametrize("name", FRAMES)
def test_no_number_of_a_table_has_more_digits_than_it_has_meaning(demo, name):
    """Sums of binary fractions end in 5.630000000000001."""
    cells = pd.read_csv(demo / f"SYNTHETIC_{name}.csv", dtype=str, keep_default_na=False).to_numpy().ravel()
    numbers = [cell for cell in cells if re.fullmatch(r"-?\d*\.\d+(e-?\d+)?", cell)]
    digits = [len(re.sub(r"e.*|\D", "", cell).lstrip("0")) for cell in numbers]
    assert max(digits, default=0) <= 10


@pytest.mark.parametrize(
    ("level", "printed"),
    [
        ("All patients", ((32, 43), (16, 48))),
        ("high risk, BCR::ABL1-", ((10, 12), (2, 19))),
    ],
)
def test_the_groups_have_the_printed_counts(demo, level, printed):
    """Blood Adv 2024;8(12):3226: 74.4 % against 33.3 %; high risk BCR::ABL1- 10/12 against 2/19."""
    assert responders(pd.read_csv(demo / "SYNTHETIC_response.csv"), level) == printed


@pytest.mark.parametrize(
    ("kind", "name", "n"),
    [
        ("Fusion", "BCR::ABL1", 13),
        ("Fusion", "IGH::CRLF2", 6),
        ("Fusion", "KMT2A::AFF1", 6),
        ("Subtype", "Low hypodiploid", 11),
        ("Mutation", "TP53", 13),
    ],
)
def test_the_lesions_have_the_printed_counts(demo, kind, name, n):
    """Blood Adv 2024;8(12):3226; every patient was tested for mutations."""
    counts = pd.read_csv(demo / "SYNTHETIC_frequencies.csv").set_index(["factor", "level"])
    assert counts.loc[(kind, name), "n"] == n
    assert counts.loc[(kind, name), "n_tested"] == 91


@pytest.mark.parametrize(
    ("factor", "level", "printed"),
    [("TP53", "altered", ((5, 5), (1, 8))), ("T315I within BCR::ABL1", "T315I", ((1, 3), (3, 6)))],
)
def test_rows_of_lesions_have_the_printed_counts(demo, factor, level, printed):
    """Blood Adv 2024;8(12):3226: TP53 100 % against 12.5 %, T315I 33.3 % against 50.0 %."""
    table = pd.read_csv(demo / "SYNTHETIC_response.csv")
    assert responders(table[table["factor"] == factor], level) == printed


def test_subtypes_that_are_not_simulated_by_expression_come_from_their_lesions(demo):
    calls = pd.read_csv(demo / "calls.csv").set_index("subtype")
    for name in ("Low hypodiploid", "CDX2/UBTF", "ZEB2/CEBP"):
        assert set(calls.loc[[name], "evidence_agreement"]) == {"decides"}
        assert (calls.loc[[name], "probability"] < 0.5).all()


def test_every_page_and_table_of_the_demo_says_that_it_is_invented(demo):
    page = (demo / "SYNTHETIC_efficacy.html").read_text()
    assert page.count("SYNTHETIC") > 5
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert json.loads((demo / "run.json").read_text())["data"].startswith("SYNTHETIC")
    assert all(path.name.startswith("SYNTHETIC") for path in demo.iterdir() if path.name not in FILES)
    assert "SYNTHETIC" in (demo / "leukotype_mqc.json").read_text()


def test_a_table_stands_behind_every_figure(demo):
    assert {f"SYNTHETIC_{name}.csv" for name in FRAMES} <= {path.name for path in demo.iterdir()}
    drawn = {path.stem for path in demo.glob("*.svg")}
    assert drawn == {path.stem for path in demo.glob("SYNTHETIC_*.png")}
    asked = [f"forest_{what}_risk_groups" for what in ("response", "mrd", "pfs", "os")]
    for name in (*asked, "forest_response_subtypes", "km_os", "oncoprint_fusions"):
        assert f"SYNTHETIC_{name}" in drawn


def given(demo):
    names = {"calls": "calls", "probabilities": "probabilities"}
    names |= {"clinical": "SYNTHETIC_trial", "columns": "SYNTHETIC_trial"}
    files = {option: demo / f"{name}.csv" for option, name in names.items()}
    files["columns"] = files["columns"].with_suffix(".toml")
    return [text for option, path in files.items() for text in (f"--{option}", str(path))]


def test_every_sensitivity_analysis_from_one_command(demo, tmp_path):
    asked = [text for each in Sensitivity for text in ("--sensitivity", each)]
    assert main(["efficacy", *given(demo), "--out", str(tmp_path), *asked, "--figures", "svg"]) == 0
    table = pd.read_csv(tmp_path / "sensitivity.csv")
    assert list(dict.fromkeys(table["analysis"])) == list(Sensitivity)
    page = (tmp_path / "efficacy.html").read_text()
    for each in Sensitivity:
        assert f"Sensitivity: {each}" in page
    drawn = {path.stem for path in tmp_path.glob("sensitivity_*.svg")}
    assert {"sensitivity_shrinkage_os", "sensitivity_incidence_pfs"} <= drawn


def test_a_sensitivity_analysis_without_what_it_needs(demo, tmp_path, capsys):
    arguments = given(demo)
    at = arguments.index("--probabilities")
    asked = ["--sensitivity", "misclassification", "--out", str(tmp_path / "out")]
    assert main(["efficacy", *arguments[:at], *arguments[at + 2 :], *asked]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "expected --probabilities" in line
    assert not (tmp_path / "out").exists()


def test_probabilities_are_read_for_those_whose_call_may_be_another(tmp_path):
    """A subtype that a lesion decides stays; a sample without probabilities is named."""
    rows = [
        ("a", "called", "DUX4-r", "none"),
        ("b", "called", "KMT2A-r", "decides"),
        ("c", "low_blasts", "", ""),
    ]
    calls = pd.DataFrame(rows, columns=["sample", "status", "subtype", "evidence_agreement"])
    path = tmp_path / "probabilities.csv"
    path.write_text("sample,DUX4-r,KMT2A-r\na,0.9,0.1\nb,0.2,0.8\nc,,\n")
    found = read_chances(path, calls)
    assert found.to_dict("index") == {"a": {"DUX4-r": 0.9, "KMT2A-r": 0.1}}
    path.write_text("sample,DUX4-r,KMT2A-r\nb,0.2,0.8\n")
    with pytest.raises(InputError, match="found none of a"):
        read_chances(path, calls)


EVIDENCE = [
    ("P1", "BCR::ABL1", "fusion", "true", ""),
    ("P1", "BCR::ABL1", "fusion", "true", ""),
    ("P1", "ETV6::FOXP1", "fusion", "false", "this pair is no known lesion"),
    ("P1", "CDX2 expressed (log2 CPM 9.0)", "expression", "true", ""),
    ("P2", "low hypodiploid, 36 chromosomes (karyotype)", "copy number", "true", ""),
    ("P2", "TP53 R175H", "mutation", "true", ""),
    ("P2", "TP53 R248Q", "mutation", "true", ""),
]


def altered(tmp_path, calls, columns=("sample", "lesion", "kind", "used", "why_not"), rows=EVIDENCE):
    path = tmp_path / "evidence.csv"
    pd.DataFrame([row[: len(columns)] for row in rows], columns=list(columns)).to_csv(path, index=False)
    return read_alterations(path, calls)[["sample", "gene", "kind"]].to_numpy().tolist()


def test_a_mutation_that_passed_its_filter_alters_its_gene_also_where_it_marks_no_subtype(tmp_path):
    """Blood Adv 2024;8(12):3226, Figures 2 and 4: KMT2D, CREBBP, KRAS, NOTCH1, none of them a subtype."""
    path = tmp_path / "variants.csv"
    path.write_text(
        "sample,gene,protein_change,alt_reads,depth\n"
        "P1,KMT2D,R5214*,20,50\nP1,KRAS,G12D,20,50\nP1,NOTCH1,L1600P,2,50\nP1,TP53,R175H,20,50\n"
    )
    found = Evidence.of(mutation_findings(read_variants([path], ["P1"]).frame), {}).table(["P1"])
    assert set(found["used"]) == {True, False}
    rows = found[["sample", "lesion", "kind", "used", "why_not"]].to_numpy().tolist()
    calls = pd.DataFrame({"sample": ["P1"], "ploidy_state": [""]})
    assert sorted(gene for _, gene, _ in altered(tmp_path, calls, rows=rows)) == ["KMT2D", "KRAS", "TP53"]


def test_a_copy_number_that_marks_no_subtype_is_no_alteration(tmp_path):
    calls = pd.DataFrame({"sample": ["P1"], "ploidy_state": ["diploid"]})
    rows = [("P1", "diploid, 46 chromosomes (karyotype)", "copy number", "false", "marks no subtype")]
    assert altered(tmp_path, calls, rows=rows) == []


def test_of_a_lesion_only_what_counted_is_an_alteration_and_a_ploidy_is_the_state_of_the_calls(tmp_path):
    # The state is a column of calls.csv: the sentence of the evidence may say it in any words.
    calls = pd.DataFrame({"sample": ["P1", "P2"], "ploidy_state": ["", "masked hypodiploidy suspected"]})
    assert altered(tmp_path, calls) == [
        ["P1", "BCR::ABL1", "fusion"],
        ["P2", "masked hypodiploidy suspected", "ploidy"],
        ["P2", "TP53", "mutation"],  # R175H, and R248Q: a subset may ask for one of them
        ["P2", "TP53", "mutation"],
    ]


def test_evidence_of_another_run_or_of_another_kind_is_refused(tmp_path):
    for calls in (
        pd.DataFrame({"sample": ["P1", "P2"], "ploidy_state": ["diploid", ""]}),
        pd.DataFrame({"sample": ["P1", "P2"]}),
    ):
        with pytest.raises(InputError, match=r"evidence\.csv: sample 'P2': expected its ploidy_state"):
            altered(tmp_path, calls)
    with pytest.raises(InputError, match=r"evidence\.csv: expected column 'used', found none"):
        altered(tmp_path, calls, ("sample", "lesion", "kind"))


def test_lesions_of_a_sample_without_a_call_are_left_to_the_join(tmp_path):
    calls = pd.DataFrame({"sample": ["P1"], "ploidy_state": ["diploid"]})
    assert [row[0] for row in altered(tmp_path, calls)] == ["P1", "P2", "P2", "P2"]


def test_who_was_tested_is_what_the_run_looked_for(tmp_path):
    """P3 had a fusion caller only, P4 nothing: neither is free of mutations."""
    path = tmp_path / "evidence.csv"
    rows = [("P1", "KMT2D R1*", "mutation"), ("P2", "NOTCH1 L1600P", "mutation"), ("P3", "A::B", "fusion")]
    pd.DataFrame(rows, columns=["sample", "lesion", "kind"]).to_csv(path, index=False)
    agreement = ["none", "none", "none", "not_given"]
    calls = pd.DataFrame({"sample": ["P1", "P2", "P3", "P4"], "evidence_agreement": agreement})
    found = read_tested(path, calls)
    assert found["mutation"] == {"P1", "P2"}
    assert found["fusion"] == {"P1", "P2", "P3"}
    assert found["ploidy"] == {"P1", "P2", "P3", "P4"}


def test_every_table_and_figure_says_how_many_were_tested(tmp_path):
    assert main(["efficacy", "--example", "--out", str(tmp_path)]) == 0
    toml, table = tmp_path / "trial.toml", pd.read_csv(tmp_path / "trial.csv", dtype=str)
    toml.write_text(toml.read_text().replace("columns = []", 'columns = ["TP53"]'))
    table.assign(TP53=["1", "1", "0", "0", "0"] + [""] * (len(table) - 5)).to_csv(tmp_path / "t.csv")
    calls = tmp_path / "calls.csv"
    calls.write_text(
        "sample,status,subtype,risk_group\n"
        + "".join(f"{each},called,DUX4-r,\n" for each in table["patient"])
    )
    out = tmp_path / "out"
    given = ["--calls", calls, "--clinical", tmp_path / "t.csv", "--columns", toml, "--out", out]
    assert main(["efficacy", *map(str, given), "--min-altered", "2"]) == 0
    said = f"TP53 (5 of {len(table)} tested)"
    assert (out / "efficacy.html").read_text().count(said) >= 4
    assert set(pd.read_csv(out / "response.csv").query("family == 'gene'")["factor"]) == {"TP53"}
