"""The join of calls and patients is total: who is in one table only stops the run, or is said."""

import pandas as pd
import pytest

from leukotype.calling.risk import parse_groups
from leukotype.efficacy import analyse, check_clinical, join_trial, parse_columns
from leukotype.efficacy.columns import EXAMPLE_TOML
from leukotype.errors import InputError


@pytest.fixture
def clinical(clinical_table, columns):
    return check_clinical(clinical_table, columns, "trial.csv")


def problems(*args, **options):
    with pytest.raises(InputError) as caught:
        join_trial(*args, **options)
    return str(caught.value).splitlines()


def test_every_patient_is_in_every_factor(trial):
    assert len(trial.patients) == 91
    for factor in ("subtype", "figure_group", "risk_group"):
        assert trial.patients[factor].notna().all()
    assert trial.arms == ("InO", "SC")


def test_low_blast_patients_stay_as_their_own_group(trial):
    for factor in ("subtype", "figure_group", "risk_group"):
        assert (trial.patients[factor] == "low blast").sum() == 25
        assert trial.patients[factor].cat.categories[-1] == "low blast"


def test_risk_groups_have_the_printed_numbers(trial):
    counts = trial.patients["risk_group"].value_counts()
    assert counts["high risk, BCR::ABL1+"] == 13
    assert counts["high risk, BCR::ABL1-"] == 31
    assert counts["standard to intermediate"] + counts["undetermined"] == 22


def test_rows_of_the_printed_forest_plot(trial):
    assert list(trial.patients["figure_group"].cat.categories) == [
        "BCR::ABL1",
        "BCR::ABL1-like",
        "Low hypodiploid",
        "KMT2A-r",
        "B-other, rearranged",
        "Hyperdiploid",
        "B-other, PAX5alt, ZEB2/CEBP",
        "low blast",
    ]


def test_who_was_not_called_is_shown(clinical, calls):
    calls.loc[0, ["status", "subtype"]] = ["unclassified", ""]
    calls.loc[1, ["status", "subtype"]] = ["not_b_all", ""]
    patients = join_trial(clinical, calls).patients
    for factor in ("subtype", "figure_group", "risk_group"):
        assert patients[factor].tolist()[:2] == ["Unclassified", "Not B-ALL"]


def test_a_subtype_without_a_group_is_unmapped(clinical, calls):
    calls.loc[0, ["status", "subtype"]] = ["called", "iAMP21"]
    patients = join_trial(clinical, calls).patients
    assert patients["subtype"].iloc[0] == "iAMP21"
    assert patients["risk_group"].iloc[0] == patients["figure_group"].iloc[0] == "unmapped"


def test_names_that_papers_and_laboratories_use_are_read_and_said(clinical, calls):
    """Gu et al., Nat Genet 2019;51:296: Ph, Ph-like, KMT2A, ...; what means no one subtype is named."""
    spoken = {"BCR::ABL1": "Ph", "BCR::ABL1-like": "Ph-like", "KMT2A-r": "KMT2A"}
    spoken |= {"Hyperdiploid": "High hyperdiploid", "MEF2D-r": "CRLF2", "ZEB2/CEBP": "odd one"}
    trial = join_trial(clinical, calls.assign(subtype=calls["subtype"].replace(spoken)))
    plain = join_trial(clinical, calls).patients
    kept = ~plain["subtype"].isin(["MEF2D-r", "ZEB2/CEBP"])
    for factor in ("subtype", "risk_group", "figure_group"):
        assert (trial.patients[factor].astype(str) == plain[factor].astype(str))[kept].all()
    said = " / ".join(trial.notes)
    assert "'Ph' as BCR::ABL1 (" in said
    assert "'High hyperdiploid' as Hyperdiploid (" in said
    assert "subtype 'CRLF2', 2 patients: no word of the vocabulary" in said
    assert "subtype 'odd one', 1 patients" in said
    assert set(trial.patients.loc[~kept, "risk_group"]) == {"unmapped"}


def test_another_leukemia_among_the_subtypes_is_no_b_all(clinical, calls):
    calls.loc[0, ["status", "subtype"]] = ["called", "T-ALL"]
    assert join_trial(clinical, calls).patients["subtype"].iloc[0] == "Not B-ALL"


def test_a_call_without_a_subtype_is_refused(clinical, calls):
    calls.loc[0, ["status", "subtype"]] = ["called", ""]
    assert (
        "expected a subtype beside the status called, found an empty field (SYNTHETIC-001)"
        in (problems(clinical, calls)[0])
    )


def test_the_users_own_risk_groups_win(clinical, calls):
    own = parse_groups(
        'name = "own"\nversion = 1\nsource = "here"\n[groups]\nhigh = ["CDX2/UBTF"]\n', "own.toml"
    )
    calls["risk_group"] = calls["status"].map({"called": "written in the calls", "low_blasts": "low blast"})
    assert "written in the calls" in set(join_trial(clinical, calls).patients["risk_group"])
    groups = join_trial(clinical, calls, risk=own).patients["risk_group"]
    assert list(groups.cat.categories) == ["high", "unmapped", "low blast"]


def test_unmatched_stop_the_run(clinical, calls):
    other = calls.iloc[4:].copy()
    other.loc[4, "sample"] = "X1"
    assert problems(clinical, other, labels=("trial.csv", "calls.csv")) == [
        "trial.csv: expected a call for each patient, found 5 without a call (SYNTHETIC-001, SYNTHETIC-002, "
        "SYNTHETIC-003 and 2 more): predict them, or give --allow-unmatched",
        "calls.csv: expected a patient for each call, found 1 without a patient (X1): add them to the "
        "clinical table, or give --allow-unmatched",
    ]


def test_or_the_intersection_is_kept_and_said(clinical, calls):
    trial = join_trial(clinical, calls.iloc[4:], allow_unmatched=True)
    assert len(trial.patients) == len(trial.factors) == 87
    assert len(trial.whole_factors) == 91
    assert trial.notes[0] == (
        "clinical table: left out 4 without a call (SYNTHETIC-001, SYNTHETIC-002, SYNTHETIC-003 and 1 more)"
    )


def test_nobody_in_common(clinical, calls):
    calls["sample"] = "X" + calls["sample"]
    assert problems(clinical, calls, allow_unmatched=True)[0].endswith("found none: check the names")


def test_calls_twice_and_of_an_unknown_status(clinical, calls):
    calls.loc[1, "sample"] = "SYNTHETIC-001"
    calls.loc[2, "status"] = "maybe"
    found = problems(clinical, calls, allow_unmatched=True)
    assert found[0] == "calls: expected each sample once, found SYNTHETIC-001 again: leave one row of each"
    statuses = "called, candidate, unclassified, low_blasts, not_b_all, unreadable"
    assert f"column 'status': expected {statuses}, found 'maybe'" in found[1]
    assert "expected column 'status'" in problems(clinical, calls.drop(columns="status"))[0]


def alterations(*rows):
    return pd.DataFrame(rows, columns=["sample", "gene", "kind"])


def test_alterations_count_once_per_patient_and_gene(clinical, calls):
    rows = alterations(
        ("SYNTHETIC-001", "TP53", "mutation"),
        ("SYNTHETIC-001", "TP53", "mutation"),
        ("SYNTHETIC-002", "IGH::CRLF2", "fusion"),
        ("SYNTHETIC-002", "CDKN2A loss", "copy number"),
    )
    trial = join_trial(clinical, calls, alterations=rows)
    assert trial.alterations["gene"].tolist() == ["TP53", "IGH::CRLF2", "CDKN2A loss"]
    assert trial.notes == (
        "3 alterations of 2 patients; further ones in the same gene of a patient, not counted: 1",
    )


def test_alterations_of_strangers_and_of_unknown_kinds(clinical, calls):
    lacking = alterations().drop(columns="gene")
    assert problems(clinical, calls, alterations=lacking)[0].startswith(
        "alterations: expected column 'gene', found sample, kind"
    )
    strange = alterations(("X1", "TP53", "mutation"))
    assert problems(clinical, calls, alterations=strange)[0].startswith(
        "alterations: expected samples of the trial, found 1 of other samples (X1)"
    )
    odd = alterations(("SYNTHETIC-001", "TP53", "SNV"))
    assert (
        "expected fusion, mutation, deletion, isoform, copy number, ploidy, found 'SNV'"
        in problems(clinical, calls, alterations=odd)[0]
    )


def test_gene_columns_of_the_clinical_table(clinical_table, calls):
    toml = EXAMPLE_TOML.replace("columns = []", 'columns = ["TP53"]').replace("# TP53", "TP53")
    table = clinical_table.assign(TP53=[1] * 13 + [0] * 78)
    trial = join_trial(check_clinical(table, parse_columns(toml, "x"), "x"), calls)
    assert len(trial.alterations) == 13
    assert set(trial.alterations["pathway"]) == {"cell cycle"}
    assert set(trial.alterations["kind"]) == {"mutation"}
    assert trial.notes[-1].endswith("since [genes.kinds] says no more: TP53")


def test_a_gene_column_says_its_kind_and_its_name(clinical_table, calls):
    """T315I is one mutation of ABL1, IK6 an isoform of IKZF1: neither is what the gene's name alone says."""
    toml = EXAMPLE_TOML.replace("columns = []", 'columns = ["ABL1", "IK6", "IKZF1_del", "IKZF1"]')
    toml = toml.replace("# IK6", 'IKZF1_del = "deletion"\nIKZF1 = "mutation"\nABL1 = "mutation"\nIK6')
    toml = toml.replace("# ABL1 =", 'IKZF1_del = "IKZF1"\nABL1 =')
    blank = [""] * 71
    table = clinical_table.assign(ABL1=[1] * 8 + [0] * 83, IK6=[1] * 8 + [0] * 12 + blank)
    table = table.assign(IKZF1_del=[1] * 5 + [0] * 5 + [""] * 81, IKZF1=[""] * 8 + [1] * 5 + [0] * 78)
    trial = join_trial(check_clinical(table, parse_columns(toml, "x"), "x"), calls)
    counts = trial.alterations.groupby(["gene", "kind"]).size().to_dict()
    assert counts == {
        ("ABL1 T315I", "mutation"): 8,
        ("IK6", "isoform"): 8,
        ("IKZF1", "deletion"): 5,
        ("IKZF1", "mutation"): 5,
    }
    assert trial.notes == ("26 alterations of 13 patients",)
    found = analyse(trial).response.query("family == 'gene' and endpoint == 'CR/CRi'")
    sizes = found.assign(n=found["n_experimental"] + found["n_comparator"]).groupby("factor", sort=False)["n"]
    assert sizes.apply(list).to_dict() == {
        "IKZF1 (mutation, deletion)": [10, 81],
        "ABL1 T315I": [8, 83],
        "IK6 (isoform)": [8, 12],
    }


def test_a_ploidy_is_a_state_of_the_genome_not_a_gene(clinical, calls):
    names = calls["sample"].tolist()
    rows = alterations(*((name, "hyperdiploid", "ploidy") for name in names[:9]))
    rows = pd.concat([rows, alterations(*((name, "low hypodiploid", "ploidy") for name in names[9:12]))])
    found = analyse(join_trial(clinical, calls, alterations=rows)).response
    found = found[found["endpoint"] == "CR/CRi"]
    assert not (found["family"] == "gene").any()
    levels = found[found["factor"] == "Ploidy"]
    assert levels["level"].tolist() == ["low hypodiploid", "hyperdiploid", "no state of these"]
    assert levels[["n_experimental", "n_comparator"]].sum(axis=1).tolist() == [3, 9, 79]
    assert levels["p_holm"].isna().tolist()[2]


def test_what_a_mutation_does_is_read_off_its_change(clinical, calls):
    """Two different variants of a gene are several; a gene without a change says nothing."""
    rows = [
        ("SYNTHETIC-001", "TP53", "mutation", "TP53 R175H"),
        ("SYNTHETIC-002", "KMT2D", "mutation", "KMT2D Q3745*"),
        ("SYNTHETIC-003", "TP53", "mutation", "TP53 R175H"),
        ("SYNTHETIC-003", "TP53", "mutation", "TP53 R213*"),
        ("SYNTHETIC-004", "KRAS", "mutation", "KRAS"),
        ("SYNTHETIC-005", "BCR::ABL1", "fusion", "BCR::ABL1"),
    ]
    given = pd.DataFrame(rows, columns=["sample", "gene", "kind", "lesion"])
    found = join_trial(clinical, calls, alterations=given).alterations.set_index("patient")["variant"]
    assert found.tolist() == ["missense", "truncating", "several variants", "", ""]


def test_a_table_of_alterations_without_a_row_is_a_result(clinical, calls):
    """The evidence of a run in which no lesion was found has its header alone."""
    trial = join_trial(clinical, calls, alterations=alterations())
    assert trial.alterations.empty
    assert trial.notes[0] == "0 alterations of 0 patients"
    assert not analyse(trial).response.empty
