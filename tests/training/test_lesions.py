"""Lesions of the cohorts' patients: what they agree with, and that little is learned from little."""

import pandas as pd
import pytest

from leukotype.vocabulary import LesionKind
from training.evaluate import lesions_against_labels
from training.lesions import cohort_evidence


@pytest.fixture(scope="module")
def table(cohort):
    return lesions_against_labels(cohort).set_index(["subtype", "strength"])


@pytest.fixture(scope="module")
def samples(data):
    """GSE181157 and GSE227832: the cohorts that the model learns from."""
    table = pd.read_csv(data / "cohorts/samples.csv")
    return table[table["cohort"].isin(["GSE181157", "GSE227832"]) & (table["lineage"] == "B-ALL")]


@pytest.fixture(scope="module")
def evidence(data, samples):
    return cohort_evidence(data / "cohorts/samples.csv", list(samples["sample"]))


# Patients with the lesion, and those of them whose label is the subtype (GSE181157, GSE227832: samples.csv).
@pytest.mark.parametrize(
    ("subtype", "strength", "patients", "right"),
    [
        ("BCR::ABL1", "defining", 12, 11),
        ("DUX4-r", "defining", 26, 26),
        ("ETV6::RUNX1", "defining", 60, 60),
        ("KMT2A-r", "defining", 19, 16),
        ("MEF2D-r", "defining", 9, 9),
        ("PAX5 P80R", "defining", 4, 4),
        ("TCF3::PBX1", "defining", 12, 12),
        ("ZNF384-r", "defining", 20, 20),
        ("BCR::ABL1-like", "typical", 40, 21),
        ("Hyperdiploid", "typical", 72, 65),
        ("PAX5alt", "typical", 28, 20),
        ("TCF3::PBX1", "typical", 13, 11),
    ],
)
def test_lesions_agree_with_the_labels(table, subtype, strength, patients, right):
    row = table.loc[(subtype, strength)]
    assert (row["patients_with_the_lesion"], row["label_is_the_subtype"]) == (patients, right)


def test_where_a_defining_fusion_disagrees_it_is_told(table):
    # One iAMP21 with BCR::ABL1; KMT2A is also rearranged in T-ALL.
    assert table.loc[("BCR::ABL1", "defining"), "other_labels"] == "iAMP21 1"
    assert table.loc[("KMT2A-r", "defining"), "other_labels"] == "Not B-ALL 3"


def test_every_row_of_the_table_is_one_of_defining_or_typical(table):
    assert set(table.index.get_level_values("strength")) == {"defining", "typical"}
    assert (table["label_is_the_subtype"] <= table["patients_with_the_lesion"]).all()


def test_nutm1_fusions_are_those_of_the_patients_labelled_so(evidence, samples):
    # Three patients have a NUTM1 fusion, all of them labelled so: too few to be taught.
    labels = samples.drop_duplicates("patient").set_index("sample")["subtype"]
    own = [name for name in labels.index if any(e.subtype == "NUTM1-r" for e in evidence.lesions(name))]
    assert labels[own].tolist() == ["NUTM1-r"] * 3


def test_lesions_are_known_by_sample_and_replicates_share_theirs(evidence, samples):
    assert set(evidence.looked_for) == set(samples["sample"])
    assert set(evidence.findings) <= set(samples["sample"])
    again = samples[samples["replicate_of"].notna()]
    assert len(again) == 7
    for name, first in zip(again["sample"], again["replicate_of"], strict=True):
        assert evidence.looked_for[name] == evidence.looked_for[first]
        assert evidence.findings.get(name) == evidence.findings.get(first)


def test_a_patient_without_a_text_of_fusions_is_unknown_not_without(evidence, samples):
    told = samples.groupby("patient")["fusions"].apply(lambda column: column.notna().any())
    owners = zip(samples["sample"], samples["patient"], strict=True)
    expected = {sample: bool(told[own]) for sample, own in owners}
    looked = {name: LesionKind.FUSION in kinds for name, kinds in evidence.looked_for.items()}
    assert looked == expected
    assert 0 < sum(looked.values()) < len(looked)


def test_karyotypes_can_be_left_out(data, samples):
    names = list(samples["sample"])
    without = cohort_evidence(data / "cohorts/samples.csv", names, karyotypes=False)
    kinds = {each.kind for found in without.findings.values() for each in found}
    assert LesionKind.COPY_NUMBER not in kinds
    assert all(LesionKind.COPY_NUMBER not in looked for looked in without.looked_for.values())
