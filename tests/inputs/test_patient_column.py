"""One column of a laboratory's table: whose it is, and what is refused."""

import pandas as pd
import pytest

from leukotype.errors import InputError
from leukotype.inputs.patient_column import patient_values, read_patient_column
from leukotype.inputs.sex_column import SEX
from leukotype.vocabulary import Sex


def read(tmp_path, text, samples=("P1", "P2")):
    path = tmp_path / "patients.csv"
    path.write_text(text, encoding="utf-8")
    return read_patient_column(path, SEX, samples)


def test_unknown_is_a_word_and_strangers_are_counted(tmp_path):
    told = read(tmp_path, "sample,Sex\nP1,f\nP2,unknown\nP9,m\n")
    assert told.values == {"P1": Sex.FEMALE}
    assert told.notes == ("sex given for 1 of 2 samples", "left out, not of this run: 1 (P9)")
    assert (told.sources[0].format, told.sources[0].samples) == ("sex", 2)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sample,sex\nP1,f\nP1,m\n", "line 3: expected one sex a sample, found two of P1"),
        ("sample,sex\nP1,fish\n", "line 2: expected female or male, found 'fish'"),
        ("sample,sex\nX,f\n", "expected samples of this run"),
        ("sample,age\nP1,4\n", "expected a table with columns sample and sex"),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_line(tmp_path, text, said):
    with pytest.raises(InputError) as error:
        read(tmp_path, text)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_values_by_sample_have_the_same_rules():
    told = patient_values(SEX, pd.Series({"P1": "Male", "P2": None}), ["P1", "P2"])
    assert told.values == {"P1": Sex.MALE}
    with pytest.raises(InputError, match="sex: expected samples of this run, found 'P3'"):
        patient_values(SEX, {"P3": "m"}, ["P1"])
    with pytest.raises(InputError, match="sex: sample P1: expected female or male, found '1'"):
        patient_values(SEX, {"P1": "1"}, ["P1"])
