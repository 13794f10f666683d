"""PFS and OS from dates, by hand for each way in which a patient may leave; the definition is the paper's."""

import pandas as pd
import pytest

from leukotype.efficacy import check_clinical, parse_columns
from leukotype.errors import InputError

TOML = """
[columns]
patient = "id"
arm = "arm"
response = "best"
[arms]
experimental = "A"
comparator = "B"
[time]
unit = "days"
[response]
CR = ["CR"]
CRi = ["CRi"]
PR = ["PR"]
other = ["none"]
[dates]
randomised = "start"
last_seen = "seen"
death = "died"
progression = "pd"
new_induction = "again"
hsct = "hsct"
response = "responded"
data_cut = "2015-12-31"
"""
NO = None
COLUMNS = ("best", "seen", "died", "pd", "again", "hsct", "responded")
# Randomised on 2015-01-01. By hand: days of PFS, its event, days of OS, its event, days of response, its end.
PATIENTS = {
    "censored": ("none", "2015-04-11", "", "", "", "", "", (100, 0, 100, 0, NO, NO)),
    "death": ("none", "", "2015-04-11", "", "", "", "", (100, 1, 100, 1, NO, NO)),
    "progression": ("none", "2015-04-11", "", "2015-01-31", "", "", "", (30, 1, 100, 0, NO, NO)),
    "new induction": (
        "none",
        "2015-04-11",
        "",
        "2015-03-02",
        "2015-01-31",
        "",
        "",
        (30, 1, 100, 0, NO, NO),
    ),
    "hsct without a response": (
        "PR",
        "2015-04-11",
        "",
        "",
        "",
        "2015-01-31",
        "",
        (30, 1, 100, 0, NO, NO),
    ),
    "hsct in CR": ("CR", "2015-04-11", "", "", "", "2015-03-02", "2015-01-31", (100, 0, 100, 0, 70, 0)),
    "hsct before CRi": ("CRi", "2015-04-11", "", "", "", "2015-01-31", "2015-03-02", (30, 1, 100, 0, 40, 0)),
    "relapse": ("CR", "2015-04-11", "", "2015-03-02", "", "", "2015-01-31", (60, 1, 100, 0, 30, 1)),
    "death after the cut": ("none", "", "2016-02-01", "", "", "", "", (364, 0, 364, 0, NO, NO)),
    "seen after the cut": ("none", "2016-06-01", "", "2016-01-01", "", "", "", (364, 0, 364, 0, NO, NO)),
    "death on the day": ("none", "", "2015-01-01", "", "", "", "", (0, 1, 0, 1, NO, NO)),
}


def table():
    rows = [dict(zip(COLUMNS, values, strict=False)) for values in PATIENTS.values()]
    return pd.DataFrame(rows).assign(id=list(PATIENTS), arm="A", start="2015-01-01")


@pytest.mark.parametrize("name", PATIENTS)
def test_endpoints_from_dates(name):
    """N Engl J Med 2016;375:740: death, progression, new induction, or HSCT without CR or CRi."""
    read = check_clinical(table(), parse_columns(TOML, "x"), "x")
    patient = read.patients.loc[name]
    days = 365.25 / 12
    found = []
    for endpoint in ("pfs", "os", "duration of response"):
        time, event = patient[f"{endpoint}_time"], patient[f"{endpoint}_event"]
        found += [None, None] if pd.isna(time) else [round(time * days, 6), int(event)]
    assert tuple(found) == PATIENTS[name][-1]


def test_what_came_of_dates_is_said():
    read = check_clinical(table(), parse_columns(TOML, "x"), "x")
    assert "from dates since start, cut at 2015-12-31: OS, PFS, Duration of response" in read.notes
    assert [name for name, _, _ in read.columns.endpoints] == ["PFS", "OS", "Duration of response"]


def test_columns_of_the_table_come_before_dates():
    own = TOML.replace('response = "best"\n', 'response = "best"\nos_time = "t"\nos_event = "e"\n', 1)
    read = check_clinical(table().assign(t="9999", e="1"), parse_columns(own, "x"), "x")
    assert set(read.patients["os_event"]) == {1}


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("died", "2015-04", "a date as 2014-03-31, found '2015-04'"),
        ("died", "11.04.2015", "a date as 2014-03-31, found '11.04.2015'"),
        ("pd", "2014-12-31", "no date before 'start', found '2014-12-31'"),
        ("start", "", "a date as 2014-03-31, found an empty field"),
    ],
)
def test_dates_that_are_none(column, value, said):
    spoilt = table()
    spoilt.loc[spoilt["id"] == "death", column] = value
    with pytest.raises(InputError) as caught:
        check_clinical(spoilt, parse_columns(TOML, "x"), "x")
    assert str(caught.value) == f"x: column '{column}': expected {said} (patient death): correct it"


def test_dates_need_their_beginning():
    with pytest.raises(InputError, match="expected 'randomised' beside other dates"):
        parse_columns(TOML.replace('randomised = "start"\n', ""), "x")


def test_the_time_to_transplantation_comes_of_dates():
    """Days since randomisation, none after the data cut; who was not transplanted has none."""
    days = {"2015-03-02": 60, "2016-01-05": NO, "": NO}
    rows = [("none", "2015-12-01", "", "", "", day, "") for day in days]
    frame = pd.DataFrame(rows, columns=list(COLUMNS)).assign(
        id=list("xyz"), arm=list("ABA"), start="2015-01-01"
    )
    found = check_clinical(frame, parse_columns(TOML, "t"), "t").patients["hsct_time"] * 30.4375
    assert [NO if pd.isna(value) else round(value) for value in found] == list(days.values())
