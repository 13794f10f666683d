"""A table of labels is read as it is meant, or refused in one line."""

import pytest

from leukotype.errors import InputError
from leukotype.learning.labels import read_labels

SAMPLES = ("S1", "S2", "S3", "S4", "S5")


def table(tmp_path, text):
    path = tmp_path / "labels.csv"
    path.write_text(text)
    return path


def test_names_of_the_field_are_read_and_said(tmp_path):
    told = read_labels(table(tmp_path, "sample,subtype\nS1,MLL\nS2,TEL-AML1\nS3,HLF\n"), SAMPLES)
    assert told.frame["subtype"].tolist() == ["KMT2A-r", "ETV6::RUNX1", "HLF"]
    assert "labels read: MLL as KMT2A-r, TEL-AML1 as ETV6::RUNX1" in told.notes
    assert "2 samples of the expression without a label: left out" in told.notes


def test_without_patients_and_cohorts_each_sample_is_one_and_all_are_one(tmp_path):
    told = read_labels(table(tmp_path, "sample,subtype\nS1,MLL\nS2,HLF\n"), SAMPLES)
    assert told.frame["patient"].tolist() == ["S1", "S2"]
    assert told.frame["cohort"].unique().tolist() == ["all"]


def test_under_30_percent_blasts_teaches_nothing(tmp_path):
    """The rule of the INO-VATE genomic analysis, which `predict` applies too; 30 passes, unknown passes."""
    text = "sample,subtype,blast_pct\nS1,MLL,29.9\nS2,MLL,30\nS3,HLF,\nS4,HLF,95%\n"
    told = read_labels(table(tmp_path, text), SAMPLES)
    assert list(told.frame.index) == ["S2", "S3", "S4"]
    assert "1 sample under 30 % blasts: left out" in told.notes


def test_a_row_without_a_subtype_is_left_out_and_said(tmp_path):
    told = read_labels(table(tmp_path, "sample,subtype\nS1,MLL\nS2,\nS3,HLF\n"), SAMPLES)
    assert list(told.frame.index) == ["S1", "S3"]
    assert "1 row without a subtype: left out" in told.notes


def test_subtypes_are_merged_before_they_are_counted_and_that_is_said(tmp_path):
    path = table(tmp_path, "sample,subtype,patient\nS1,TEL-AML1-like,P1\nS2,Other,P1\nS3,HLF,P3\n")
    told = read_labels(path, SAMPLES[:3], {"ETV6::RUNX1-like": "B-other", "iAMP21": "B-other"})
    assert told.frame["subtype"].tolist() == ["B-other", "B-other", "HLF"]
    assert "merged by the settings: ETV6::RUNX1-like as B-other (1 sample)" in told.notes


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sample,subtype\nS1,MLL\nS9,HLF\n", "line 3: expected samples of the expression, found 1 that are"),
        ("sample,subtype\nS1,MLL\nS2,hypodiploid\n", "line 3: expected a subtype of B-ALL, found 'hypodipl"),
        ("sample,subtype\nS1,MLL\nS2,T-ALL\n", "found 'T-ALL': the subtypes of B-ALL alone are learned"),
        ("sample,subtype\nS1,MLL\nS2,KMT2A\n", "expected at least two subtypes to tell apart, found KMT2A-r"),
        ("sample,subtype\nS1,MLL\nS1,HLF\n", "expected each sample once, found twice S1"),
        ("sample,subtype,patient,cohort\nS1,MLL,P1,A\nS2,MLL,P1,B\nS3,HLF,P3,A\n", "P1: expected one cohort"),
        ("sample,subtype,patient\nS1,MLL,P1\nS2,HLF,P1\n", "patient P1: expected one subtype, found KMT2A-r"),
        ("sample,subtype,blast_pct\nS1,MLL,high\nS2,HLF,80\n", "line 2, column blast_pct: expected 0 to 100"),
        ("sample,subtype,blast_pct\nS1,MLL,0.8\nS2,HLF,0.9\n", "multiply fractions by 100"),
        ("sample,subtype\n", "expected rows of labels, found a header only"),
        ("sample,diagnosis\nS1,MLL\n", "expected a table of labels with the columns sample and subtype"),
    ],
)
def test_bad_labels_are_refused_in_one_line(tmp_path, text, said):
    with pytest.raises(InputError) as error:
        read_labels(table(tmp_path, text), SAMPLES)
    assert said in str(error.value)
    assert "\n" not in str(error.value)
    assert "labels.csv" in str(error.value)
