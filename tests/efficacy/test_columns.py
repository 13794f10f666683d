"""The TOML file that names a trial's columns: read whole, or refused in one line."""

import pytest

from leukotype.efficacy import EXAMPLE, parse_columns, read_clinical, read_columns
from leukotype.efficacy.columns import EXAMPLE_TOML
from leukotype.errors import InputError

LEAST = """
[columns]
patient = "id"
arm = "arm"
os_time = "t"
os_event = "e"
[arms]
experimental = "A"
comparator = "B"
[time]
unit = "days"
"""


def refused(text, match):
    with pytest.raises(InputError, match=match) as caught:
        parse_columns(text, "trial.toml")
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("trial.toml: ")


def test_the_example_reads_its_own_table(tmp_path):
    for name, text in EXAMPLE.values():
        (tmp_path / name).write_text(text, encoding="utf-8")
    clinical = read_clinical(tmp_path / "trial.csv", read_columns(tmp_path / "trial.toml"))
    assert len(clinical.patients) == 12
    assert clinical.notes == ()


@pytest.mark.parametrize("name", ["CNSR", "os_cnsr", "OS_CENSORED", "cens"])
def test_a_column_of_censoring_is_asked_about(name):
    """CDISC ADaM ADTTE: CNSR is 0 for an event, and 1 or more for censoring."""
    text = LEAST.replace('os_event = "e"', f'os_event = "{name}"')
    refused(text, rf"{name}.*expected 1 for an event, found a name of censoring")
    told = parse_columns(text + '[events]\nevent = ["0"]\ncensored = ["1", "2"]\n', "trial.toml")
    assert told.event_words == {"0": "event", "1": "censored", "2": "censored"}


def test_kinds_and_names_of_gene_columns():
    genes = '[genes]\ncolumns = ["ABL1", "TP53"]\n'
    read = parse_columns(LEAST + genes + '[genes.names]\nABL1 = "ABL1 T315I"\n', "trial.toml")
    assert read.gene("ABL1") == ("ABL1 T315I", "mutation")
    refused(LEAST + genes + '[genes.kinds]\nTP53 = "ploidy"\n', r"TP53: expected fusion, .* found 'ploidy'")
    refused(LEAST + genes + '[genes.kinds]\nKRAS = "mutation"\n', r"'KRAS': expected one of the columns")


def test_the_least_that_is_needed():
    read = parse_columns(LEAST, "trial.toml")
    assert read.endpoints == (("OS", "t", "e"),)
    assert read.needed_columns == ("id", "arm", "t", "e")
    assert read.months == pytest.approx(12 / 365.25)


def test_weeks():
    assert parse_columns(LEAST.replace("days", "weeks"), "x").months == pytest.approx(7 * 12 / 365.25)


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("[columns", "expected TOML"),
        ("", r"\[columns\]: expected 'patient', found none"),
        (LEAST.replace('arm = "arm"\n', ""), r"\[columns\]: expected 'arm', found none"),
        (LEAST.replace('comparator = "B"\n', ""), r"\[arms\]: expected 'comparator', found none"),
        (LEAST.replace('"B"', '"A"'), r"\[arms\]: expected two, found 'A' twice"),
        (LEAST.replace('os_event = "e"\n', ""), r"expected os_time and os_event, found one"),
        (LEAST.replace('unit = "days"', ""), r"\[time\] unit: expected days, weeks, months, found none"),
        (
            LEAST.replace("days", "years"),
            r"\[time\] unit: expected 'days', 'weeks' or 'months', found 'years'",
        ),
        (LEAST.replace("os_time", "efs_time"), r"\[columns\]: expected one of .*, found 'efs_time'"),
        (LEAST + "[subgroups]\n", r"expected one of columns, .*, found 'subgroups'"),
        (LEAST.replace('"arm"', "3"), r"\[columns\] arm: expected a text, found 3"),
        (LEAST + '[baseline]\nstrata = "sex"\n', r"\[baseline\] strata: expected a list, found 'sex'"),
        (
            LEAST + "[baseline.cut]\nage = [40]\n",
            r"\[baseline.cut\]: 'age': expected a column of 'continuous'",
        ),
        (
            LEAST + '[baseline]\ncontinuous = ["age"]\n[baseline.cut]\nage = ["forty"]\n',
            r"\[baseline.cut\] age: expected a number, found 'forty'",
        ),
        (EXAMPLE_TOML.replace('other = ["other"]', 'other = ["CR"]'), r"\[response\]: 'CR': expected once"),
        (EXAMPLE_TOML.replace('categories = ["sex"]', 'categories = ["salvage"]'), "expected in one list"),
        (EXAMPLE_TOML.replace('response = "response"\n', ""), "expected response beside mrd"),
    ],
)
def test_what_cannot_be_read_this_way(text, match):
    refused(text, match)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        read_columns(tmp_path / "none.toml")
