"""The TOML file of a trial: each section holds what it may, and one line says what does not belong."""

import pytest

from leukotype.efficacy.columns import EXAMPLE_TOML
from leukotype.efficacy.trial_file import TrialFile, parse_trial
from leukotype.errors import InputError

LEAST = '[columns]\npatient = "id"\narm = " arm "\n[arms]\nexperimental = "A"\ncomparator = "B"\n'


def parsed(text):
    return parse_trial(text, "trial.toml")


def test_the_example_has_all_that_a_trial_needs():
    read = parsed(EXAMPLE_TOML)
    assert isinstance(read, TrialFile)
    assert (read.arms.experimental, read.arms.comparator, read.time.unit) == (("InO",), "SC", "months")
    assert read.mrd.words == {"negative": ("1",), "positive": ("0",)}


def test_blanks_around_a_name_are_none_of_it():
    assert parsed(LEAST).columns.arm == "arm"


def test_several_experimental_arms_are_a_list():
    assert parsed(LEAST.replace('"A"', '["A", "C"]')).arms.experimental == ("A", "C")


def test_a_date_of_toml_is_read_as_its_text():
    """TOML 1.0: 2015-12-31 without quotes is a date."""
    assert parsed(LEAST + "[dates]\ndata_cut = 2015-12-31\n").dates.data_cut == "2015-12-31"


@pytest.mark.parametrize(
    ("more", "line"),
    [
        ("[time]\nunit = 3", "[time] unit: expected 'days', 'weeks' or 'months', found 3: correct it"),
        ("[mrd]\nbelow = 0", "[mrd] below: expected more than 0, found 0: correct it"),
        (
            '[mrd]\nnegative = ["0"]\npositive = ["1", "0"]',
            "[mrd]: '0': expected once, found twice: leave one",
        ),
        ('[survival]\nEFS = ["t"]', "[survival] EFS: expected a longer list, found ['t']: correct it"),
        (
            '[events]\ndead = ["1"]',
            "[events]: expected 'event' or 'censored', found 'dead': correct or delete it",
        ),
        (
            '[genes.kinds]\nTP53 = "ploidy"',
            "[genes]: kinds: TP53: expected fusion, mutation, deletion, isoform, copy number, "
            "found 'ploidy': correct it",
        ),
    ],
)
def test_what_does_not_belong_is_one_line(more, line):
    with pytest.raises(InputError) as caught:
        parsed(LEAST + more)
    assert str(caught.value) == f"trial.toml: {line}"


def test_a_trial_has_arms():
    with pytest.raises(InputError, match=r"trial\.toml: \[columns\]: expected 'patient', found none: add it"):
        parsed("")
    with pytest.raises(InputError, match="experimental: expected a list that is not empty, found"):
        parsed(LEAST.replace('"A"', "[]"))
