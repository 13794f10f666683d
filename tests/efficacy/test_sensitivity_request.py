"""What a sensitivity analysis needs is asked for in one line each."""

import pytest

from leukotype.efficacy.columns import EXAMPLE_TOML, parse_columns
from leukotype.efficacy.sensitivity_request import SensitivityRequest
from leukotype.errors import InputError
from leukotype.vocabulary import Sensitivity


def test_nothing_is_needed_where_nothing_is_asked():
    assert not list(SensitivityRequest().gaps((), has_hsct=False, has_ends=False, has_chances=False))


@pytest.mark.parametrize(
    ("analysis", "said"),
    [
        (Sensitivity.ADJUSTED, "adjust_for"),
        (Sensitivity.HSCT, "hsct_time"),
        (Sensitivity.COMPETING_RISKS, "first_event"),
        (Sensitivity.MISCLASSIFICATION, "--probabilities"),
    ],
)
def test_each_says_what_it_lacks(analysis, said):
    (line,) = SensitivityRequest().gaps([analysis], has_hsct=False, has_ends=False, has_chances=False)
    assert said in line
    assert "found none" in line


def test_the_table_is_read():
    toml = '[sensitivity]\nanalyses = ["hsct"]\nadjust_for = ["age"]\nhsct_time = "tx"\ndraws = 7\n'
    read = parse_columns(f"{EXAMPLE_TOML}\n{toml}", "t")
    assert read.sensitivity.analyses == (Sensitivity.HSCT,)
    assert read.sensitivity.draws == 7
    assert {"age", "tx"} <= set(read.needed_columns)


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ('analyses = ["all"]', "[sensitivity] analyses: expected 'adjusted', 'hsct'"),
        ('adjust_for = ["weight"]', "expected a column of [baseline]"),
        ("draws = 0", "[sensitivity] draws: expected more than 0, found 0"),
        ('first_event = "why"', "expected first_event and causes"),
        ("draw = 3", "expected one of analyses"),
        ('first_event = "why"\n[sensitivity.causes]\na = ["x"]\nb = ["x"]', "expected once, found twice"),
    ],
)
def test_what_cannot_be_read_is_named(toml, said):
    with pytest.raises(InputError) as error:
        parse_columns(f"{EXAMPLE_TOML}\n[sensitivity]\n{toml}\n", "t")
    assert said in str(error.value)
    assert "\n" not in str(error.value)
