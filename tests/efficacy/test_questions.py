"""Questions of the TOML choose rows, their order and their names; subsets and rare lesions are rows too."""

import pandas as pd
import pytest

from leukotype.efficacy import AnalysisOptions, check_clinical, join_trial, parse_columns
from leukotype.efficacy.columns import EXAMPLE_TOML
from leukotype.efficacy.questions import DEFAULT_QUESTIONS
from leukotype.efficacy.response import response_table
from leukotype.efficacy.subgroups import factors
from leukotype.errors import InputError

QUESTION = """
[[questions]]
name = "risk"
title = "by risk"
factors = ["Risk group", "Sex"]
endpoints = ["CR/CRi"]
footnotes = ["Groups after Paietta 2021."]
levels = { "Risk group" = ["low blast", "undetermined"] }
[labels]
sex = "Sex"
[levels.sex]
male = "Men"
female = "Women"
"""
SUBSET = """
[[subsets]]
name = "T315I"
within = "BCR::ABL1"
altered = "ABL1 T315I"
"""


def compare(table, calls, toml, alterations=None):
    columns = parse_columns(toml, "x")
    trial = join_trial(check_clinical(table, columns, "x"), calls, alterations=alterations)
    return trial, response_table(trial, factors(trial), AnalysisOptions())


def sizes(rows):
    return (rows["n_experimental"] + rows["n_comparator"]).tolist()


def test_a_question_has_its_factors_and_levels_in_its_order_under_printed_names(clinical_table, calls):
    trial, found = compare(clinical_table, calls, EXAMPLE_TOML + QUESTION)
    (question,) = trial.columns.questions
    rows = question.rows(found, "CR/CRi")
    assert rows["level"].tolist() == ["All patients", "low blast", "undetermined", "Men", "Women"]
    assert question.footnotes == ("Groups after Paietta 2021.",)
    assert question.asks("CR/CRi")
    assert not question.asks("OS")
    assert list(trial.factors["Sex"].cat.categories) == ["Men", "Women"]


def test_without_questions_the_figures_are_those_of_the_genomic_analysis(clinical_table, calls):
    trial, found = compare(clinical_table, calls, EXAMPLE_TOML)
    assert trial.columns.questions == DEFAULT_QUESTIONS
    groups = DEFAULT_QUESTIONS[0].rows(found, "CR/CRi")["level"].tolist()
    assert groups[:3] == ["All patients", "BCR::ABL1", "BCR::ABL1-like"]


@pytest.mark.parametrize(
    ("old", "new", "match"),
    [
        ('factors = ["Risk group", "Sex"]', "factors = []", "risk: expected 'factors', found none"),
        (
            '"CR/CRi"',
            '"EFS"',
            "expected CR/CRi, MRD negative, PFS, OS, Duration of response, found 'EFS'",
        ),
        ('name = "risk"', 'name = "by risk"', "expected letters, digits and _, found 'by risk'"),
        ('"Risk group" = ', '"Arm" = ', "levels: expected one of the factors, found 'Arm'"),
        ("title", "titel", "expected one of name, title"),
    ],
)
def test_a_question_that_is_none_is_refused(old, new, match):
    with pytest.raises(InputError, match=match):
        parse_columns(EXAMPLE_TOML + QUESTION.replace(old, new), "x")


def test_a_lesion_within_a_subtype_is_a_row(clinical_table, calls):
    """Blood Adv 2024;8(12):3226: T315I in 9 of 13 with BCR::ABL1; 1 of 3 and 3 of 6 responded."""
    inside = (calls["subtype"] == "BCR::ABL1").to_numpy()
    table = clinical_table.assign(response="other")
    for arm, n, hits in (("InO", 3, 1), ("SC", 6, 3)):
        own = table.index[inside & (table["arm"] == arm).to_numpy()]
        table.loc[own[:hits], "response"] = "CR"
        table.loc[own[:n], "ABL1"] = "ABL1 T315I"
    who = table.loc[table["ABL1"].notna(), "patient"]
    rows = pd.DataFrame({"sample": who, "gene": "ABL1", "kind": "mutation", "lesion": "ABL1 T315I"})
    other = pd.DataFrame({"sample": who, "gene": "ABL1", "kind": "mutation", "lesion": "ABL1 E255K"})
    both = pd.concat([other, rows])  # behind another mutation of the same gene
    _, found = compare(table, calls, EXAMPLE_TOML + SUBSET, both)
    subset = found[(found["family"] == "subset") & (found["endpoint"] == "CR/CRi")]
    assert subset["level"].tolist() == ["T315I", "no T315I"]
    assert sizes(subset) == [9, 4]
    first = subset.iloc[0]
    assert (first["responders_experimental"], first["n_experimental"]) == (1, 3)
    assert (first["responders_comparator"], first["n_comparator"]) == (3, 6)
    assert set(subset["n_of"]) == set(subset["n_tested"]) == {13}
    assert subset["p_holm"].isna().tolist() == [False, True]


def test_subclasses_of_the_calls_part_their_subtype(clinical_table, calls):
    like = calls.index[calls["subtype"] == "BCR::ABL1-like"]
    calls["subclass"] = ""
    calls.loc[like[:6], "subclass"] = "CRLF2/JAK"
    calls.loc[like[6:9], "subclass"] = "ABL class"
    _, found = compare(clinical_table, calls, EXAMPLE_TOML)
    rows = found[(found["factor"] == "Within BCR::ABL1-like") & (found["endpoint"] == "CR/CRi")]
    assert rows["level"].tolist() == ["CRLF2/JAK", "ABL class", "no subclass known"]
    assert sizes(rows) == [6, 3, 3]


def test_fusions_part_patients_read_either_way_and_rare_ones_are_exploratory(clinical_table, calls):
    names = calls["sample"].tolist()
    rows = [(name, "IGH::CRLF2", "fusion") for name in names[:6]]
    rows += [(name, "CRLF2::IGH", "fusion") for name in names[6:9]]
    rows += [(name, "KMT2A::AFF1", "fusion") for name in names[20:26]]
    rows += [(name, "KRAS", "mutation") for name in names[:5]] + [
        (name, "NF1", "mutation") for name in names[:4]
    ]
    altered = pd.DataFrame(rows, columns=["sample", "gene", "kind"])
    _, found = compare(clinical_table, calls, EXAMPLE_TOML, altered)
    found = found[(found["endpoint"] == "CR/CRi") & (found["level"] == "altered")]
    by_family = {family: own["factor"].tolist() for family, own in found.groupby("family")}
    assert by_family == {"fusion": ["IGH::CRLF2"], "exploratory": ["KRAS", "KMT2A::AFF1"]}
    assert dict(zip(found["factor"], sizes(found), strict=True))["IGH::CRLF2"] == 9
