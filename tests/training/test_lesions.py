"""Lesions of the cohorts' patients: what they agree with, and that little is learned from little."""

import numpy as np
import pandas as pd
import pytest
from training.figures import lesions_against_labels

from leukotype.evidence.findings import FLAGS
from leukotype.evidence.knowledge import Strength
from leukotype.vocabulary import LesionKind
from training.lesions import MOST, cohort_evidence, learn_weights

SUBTYPES = 4


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


def given(kind, right, others=0, n=60, subtypes=SUBTYPES):
    """Patients of subtype 0, of whom some have this flag at their own subtype and some at another."""
    flags = np.zeros((n, subtypes, len(FLAGS)))
    place = [str(flag) for flag in FLAGS].index(kind)
    flags[:right, 0, place] = 1
    flags[right : right + others, 1, place] = 1
    return np.full((n, subtypes), 1 / subtypes), flags, np.zeros(n, dtype=np.intp)


def weight(kind, *arguments):
    return dict(zip(map(str, FLAGS), learn_weights(*given(kind, *arguments)), strict=True))[kind]


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
    labels = dict(zip(samples["patient"], samples["subtype"], strict=True))
    own = [p for p in labels if any(each.subtype == "NUTM1-r" for each in evidence.lesions(p))]
    assert [labels[patient] for patient in own] == ["NUTM1-r"] * 3


def test_lesions_are_known_by_patient_and_replicates_share_theirs(evidence, samples):
    assert set(evidence.looked_for) == set(samples["patient"])
    assert set(evidence.findings) <= set(samples["patient"])


def test_a_patient_without_a_text_of_fusions_is_unknown_not_without(evidence, samples):
    told = samples.groupby("patient")["fusions"].apply(lambda column: column.notna().any())
    looked = {patient: LesionKind.FUSION in kinds for patient, kinds in evidence.looked_for.items()}
    assert looked == told.to_dict()
    assert 0 < sum(looked.values()) < len(looked)


def test_karyotypes_can_be_left_out(data, samples):
    names = list(samples["sample"])
    without = cohort_evidence(data / "cohorts/samples.csv", names, karyotypes=False)
    kinds = {each.kind for found in without.findings.values() for each in found}
    assert LesionKind.COPY_NUMBER not in kinds
    assert all(LesionKind.COPY_NUMBER not in looked for looked in without.looked_for.values())


def test_where_nothing_is_known_nothing_is_learned():
    expression, flags, codes = given("defining", 0)
    np.testing.assert_array_equal(learn_weights(expression, flags, codes), 0.0)


def test_a_flag_that_nobody_has_weighs_nothing():
    weights = learn_weights(*given("defining", 40))
    assert weights[list(FLAGS).index(Strength.DEFINING)] > 1
    np.testing.assert_array_equal(np.delete(weights, list(FLAGS).index(Strength.DEFINING)), 0.0)


@pytest.mark.parametrize("kind", ["defining", "typical", "compatible"])
def test_a_lesion_of_its_own_subtype_weighs_for_it_within_the_bound(kind):
    assert 1 < weight(kind, 60) <= MOST
    assert weight(kind, 60) > weight(kind, 40, 20) > 0


@pytest.mark.parametrize("kind", ["defining", "typical", "compatible"])
def test_a_lesion_that_is_always_of_another_subtype_weighs_nothing_and_not_against(kind):
    assert weight(kind, 0, 60) == 0.0


@pytest.mark.parametrize("kind", ["against", "absent"])
def test_what_speaks_against_never_speaks_for(kind):
    assert weight(kind, 60) == 0.0
    assert -MOST <= weight(kind, 0, 60) < -1


def test_the_bound_holds_however_many_patients_agree():
    expression, flags, codes = given("defining", 5000, n=5000)
    assert learn_weights(expression, flags, codes).max() <= MOST
    assert np.exp(MOST) == pytest.approx(50)


def test_a_lesion_that_expression_knows_already_adds_little():
    expression, flags, codes = given("defining", 60)
    sure = np.full_like(expression, 0.001)
    sure[:, 0] = 0.997
    assert learn_weights(sure, flags, codes).max() < 0.5 * learn_weights(expression, flags, codes).max()


def test_weights_are_the_ones_that_fit_best():
    # One flag, all chances equal: the penalised likelihood has its maximum where its slope is 0.
    learned = weight("typical", 30, 10)
    share = np.exp(learned) / (np.exp(learned) + SUBTYPES - 1)
    assert 30 - 40 * share == pytest.approx(learned / 4.0, abs=1e-3)
