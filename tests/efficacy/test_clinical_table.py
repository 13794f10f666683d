"""Clinical tables: csv, xlsx and parquet say the same; impossible values are named, a line for each kind."""

import numpy as np
import pandas as pd
import pytest

from leukotype.efficacy import AnalysisOptions, check_clinical, join_trial, parse_columns, read_clinical
from leukotype.efficacy.columns import EXAMPLE_TOML
from leukotype.efficacy.response import response_table
from leukotype.efficacy.subgroups import factors
from leukotype.efficacy.time_to_event import survival_tables
from leukotype.errors import InputError
from leukotype.vocabulary import Arm


def problems(table, columns):
    with pytest.raises(InputError) as caught:
        check_clinical(table.astype(object), columns, "trial.csv")
    return str(caught.value).splitlines()


def spoilt(table, column, value, row=3):
    table = table.astype(object)
    table.loc[row, column] = value
    return table


@pytest.mark.parametrize("kind", ["csv", "tsv", "xlsx", "parquet"])
def test_every_kind_of_file_says_the_same(kind, clinical_table, columns, tmp_path):
    path = tmp_path / f"trial.{kind}"
    if kind == "csv":
        clinical_table.to_csv(path, index=False, encoding="utf-8-sig")
    elif kind == "tsv":
        clinical_table.to_csv(path, index=False, sep="\t")
    elif kind == "xlsx":
        pytest.importorskip("openpyxl")
        clinical_table.to_excel(path, index=False)
    else:
        pytest.importorskip("pyarrow")
        clinical_table.to_parquet(path)
    read = read_clinical(path, columns)
    held = check_clinical(clinical_table, columns, "held")
    pd.testing.assert_frame_equal(read.patients, held.patients)
    pd.testing.assert_frame_equal(read.factors, held.factors)
    pd.testing.assert_frame_equal(read.continuous, held.continuous)


def test_times_become_months(clinical_table, columns):
    days = parse_columns(EXAMPLE_TOML.replace('unit = "months"', 'unit = "days"'), "x")
    table = clinical_table.assign(**{c: clinical_table[c] * 365.25 / 12 for c in ("pfs_months", "os_months")})
    read = check_clinical(table, days, "x").patients
    np.testing.assert_allclose(read["os_time"], clinical_table["os_months"])


@pytest.mark.parametrize(
    ("column", "value", "found", "advice"),
    [
        ("arm", "FLAG", "expected 'InO' or 'SC', found 'FLAG'", "correct it, or name [arms] so"),
        (
            "response",
            "PR",
            "expected 'CR', 'CRi', 'other', found 'PR'",
            "correct it, or add the word to [response]",
        ),
        (
            "response",
            "",
            "expected 'CR', 'CRi', 'other', found an empty field",
            "correct it, or add the word to [response]",
        ),
        ("mrd_negative", "low", "expected '1', '0', found 'low'", "correct it, or add the word to [mrd]"),
        ("os_months", -1, "expected months since randomisation, 0 or more, found '-1'", "correct it"),
        ("pfs_months", "3,5", "expected a number, found '3,5'", "correct it, or leave it empty"),
        ("pfs_event", 2, "expected 0 or 1, found '2'", "correct it"),
        ("pfs_event", "", "expected 0 or 1 beside 'pfs_months', found an empty field", "fill it"),
        ("os_months", "", "expected a time beside 'os_event', found an empty field", "fill it"),
        ("pfs_months", 99, "expected PFS no longer than OS, found '99'", "correct one of the two"),
        ("age", "old", "expected a number, found 'old'", "correct it, or leave it empty"),
    ],
)
def test_one_line_for_what_is_impossible(column, value, found, advice, clinical_table, columns):
    line = f"trial.csv: column '{column}': {found} (patient SYNTHETIC-004): {advice}"
    assert problems(spoilt(clinical_table, column, value), columns) == [line]


def test_decimal_commas_of_a_consistent_column_are_read_and_said(clinical_table, columns):
    table = clinical_table.assign(
        **{name: clinical_table[name].map("{:.1f}".format) for name in ("pfs_months", "os_months")}
    )
    german = table.assign(**{name: table[name].str.replace(".", ",") for name in ("pfs_months", "os_months")})
    plain, read = (check_clinical(each, columns, "trial.csv") for each in (table, german))
    pd.testing.assert_frame_equal(read.patients, plain.patients)
    assert "column 'os_months': decimal commas read as points" in read.notes


def test_events_coded_one_and_two_are_told_how_to_be_named(clinical_table, columns):
    """R's survival and SAS code them so (lung: 1 censored, 2 dead): a 1 must not become an event."""
    table = clinical_table.assign(os_event=clinical_table["os_event"].map(lambda each: int(each) + 1))
    (line,) = problems(table, columns)
    assert line.endswith('say which is the event, as [events] event = ["2"], censored = ["1"]')


def test_each_patient_once_and_named(clinical_table, columns):
    (again,) = problems(spoilt(clinical_table, "patient", "SYNTHETIC-001"), columns)
    assert "expected each patient once, found 'SYNTHETIC-001'" in again
    (nameless,) = problems(spoilt(clinical_table, "patient", ""), columns)
    assert "column 'patient': expected a name, found an empty field (row 4)" in nameless


def test_all_kinds_of_problems_at_once(clinical_table, columns):
    table = spoilt(spoilt(clinical_table, "arm", "X"), "os_event", "yes", row=8)
    table = spoilt(table, "os_event", "no", row=9)
    found = problems(table, columns)
    assert len(found) == 2
    assert "(patient SYNTHETIC-009, SYNTHETIC-010)" in found[1]


def test_missing_columns_are_named(clinical_table, columns):
    (line,) = problems(clinical_table.drop(columns=["salvage", "os_event"]), columns)
    assert "expected column 'os_event', 'salvage', found 'patient'," in line


def test_who_has_no_time_is_left_out_and_said(clinical_table, columns):
    table = spoilt(spoilt(clinical_table, "pfs_months", ""), "pfs_event", "")
    read = check_clinical(table, columns, "x")
    assert read.notes == ("patients without PFS, left out of its analysis: 1",)
    assert read.patients["pfs_time"].isna().sum() == 1


def test_missing_baseline_is_a_level_of_its_own(clinical_table, columns):
    read = check_clinical(spoilt(clinical_table, "sex", "NA"), columns, "x")
    assert list(read.factors["sex"].cat.categories) == ["female", "male", "missing"]


def test_a_continuous_column_is_cut_where_asked(clinical_table):
    cut = parse_columns(EXAMPLE_TOML.replace("# age = [40]", "age = [40, 60]"), "x")
    table = spoilt(spoilt(clinical_table, "age", 40), "age", "", row=4)
    ages = check_clinical(table, cut, "x").factors["age"]
    assert list(ages.cat.categories) == ["<40", "40 to <60", ">=60", "missing"]
    assert ages.iloc[3] == "40 to <60"
    assert ages.iloc[4] == "missing"


def test_gene_columns_are_zero_or_one(clinical_table):
    toml = EXAMPLE_TOML.replace("columns = []", 'columns = ["TP53"]')
    table = clinical_table.assign(TP53=0)
    assert not check_clinical(table, parse_columns(toml, "x"), "x").altered["TP53"].any()
    assert "expected 0 or 1, found 'wt'" in problems(spoilt(table, "TP53", "wt"), parse_columns(toml, "x"))[0]


def test_arms_are_read_in_any_case_and_in_pairs(clinical_table, calls):
    """Three arms: each experimental one against the comparator, without the patients of the other."""
    text = EXAMPLE_TOML.replace('experimental = "InO"', 'experimental = ["ino", "InO 2"]')
    table = clinical_table.assign(arm=clinical_table["arm"].str.upper())
    table.loc[:9, "arm"] = "INO 2"
    first, second = parse_columns(text, "x").pairs
    sizes = []
    for pair in (first, second):
        clinical = check_clinical(table, pair, "x")
        trial = join_trial(clinical, calls)
        assert len(trial.patients) + len(clinical.others) == 91
        sizes.append(trial.arms + tuple(trial.patients["arm"].value_counts().reindex(list(Arm))))
    n = (table["arm"] == "INO").sum(), (table["arm"] == "SC").sum()
    assert sizes == [("ino", "SC", *n), ("InO 2", "SC", 10, n[1])]


def test_mrd_from_values_over_visits(clinical_table):
    """Negative is the least value of all visits below .01 %; without a value it is unknown."""
    text = EXAMPLE_TOML.replace('mrd = "mrd_negative" ', "# ")
    text = text.replace('negative = ["1"]\npositive = ["0"]', 'values = ["C1", "C2"]\nbelow = 0.01')
    table = clinical_table.assign(C1="1", C2="")
    table.loc[:2, ["C1", "C2"]] = [["0.5", "0.009"], ["0.01", "0.2"], ["", ""]]
    read = check_clinical(table, parse_columns(text, "x"), "x").patients["mrd"]
    assert read.tolist()[:4] == ["negative", "positive", "", "positive"]


def test_further_endpoints_of_yes_and_no_and_of_time(clinical_table, calls):
    text = EXAMPLE_TOML + '[rates]\nHSCT = "hsct"\n[survival]\nEFS = ["pfs_months", "pfs_event"]\n'
    table = clinical_table.assign(hsct=["1"] * 30 + ["0"] * 60 + [""])
    trial = join_trial(check_clinical(table, parse_columns(text, "x"), "x"), calls)
    found = response_table(trial, factors(trial)[:1], AnalysisOptions())
    hsct = found[found["endpoint"] == "HSCT"].iloc[0]
    assert hsct["responders_experimental"] + hsct["responders_comparator"] == 30
    assert hsct["n_experimental"] + hsct["n_comparator"] == 90
    survival = survival_tables(trial, factors(trial)[:1], AnalysisOptions(landmarks=(6.0,)))
    by_endpoint = survival.survival.set_index("endpoint")
    assert by_endpoint.loc["EFS", "hr"] == by_endpoint.loc["PFS", "hr"]
    months = survival.landmarks[survival.landmarks["endpoint"] == "OS"].set_index("arm")
    inside = trial.patients[trial.in_experimental]
    assert months.loc["InO", "at_risk"] == (inside["os_time"] >= 6).sum()


def test_a_sheet_of_a_workbook_by_its_name(clinical_table, columns, tmp_path):
    pytest.importorskip("openpyxl")
    path = tmp_path / "trial.xlsx"
    with pd.ExcelWriter(path) as book:
        pd.DataFrame({"nothing": [1]}).to_excel(book, sheet_name="Cover", index=False)
        clinical_table.to_excel(book, sheet_name="ADSL", index=False)
    named = parse_columns(EXAMPLE_TOML + '[table]\nsheet = "ADSL"\n', "x")
    assert len(read_clinical(path, named).patients) == 91
    with pytest.raises(InputError, match="expected column"):
        read_clinical(path, columns)
    wrong = parse_columns(EXAMPLE_TOML + '[table]\nsheet = "ADTTE"\n', "x")
    with pytest.raises(InputError, match="ADTTE"):
        read_clinical(path, wrong)


def test_a_title_above_a_sheet_and_a_remark_below_it(clinical_table, columns, tmp_path):
    pytest.importorskip("openpyxl")
    path = tmp_path / "trial.xlsx"
    with pd.ExcelWriter(path) as book:
        clinical_table.to_excel(book, startrow=3, index=False)
        sheet = book.sheets["Sheet1"]
        sheet["A1"], sheet["A2"] = "INO-VATE, data cut of 4 January 2017", "Confidential"
        sheet[f"A{len(clinical_table) + 6}"] = "Note: relapse includes death"
    read, held = read_clinical(path, columns), check_clinical(clinical_table, columns, "held")
    pd.testing.assert_frame_equal(read.patients, held.patients)
    pd.testing.assert_frame_equal(read.factors, held.factors)


def test_a_column_of_a_sheet_that_stands_twice_is_refused(clinical_table, columns, tmp_path):
    pytest.importorskip("openpyxl")
    path = tmp_path / "trial.xlsx"
    pd.concat([clinical_table, clinical_table["arm"]], axis=1).to_excel(path, index=False)
    with pytest.raises(InputError, match="expected each column once, found arm twice"):
        read_clinical(path, columns)


def test_numbers_of_many_levels_are_asked_about(clinical_table, columns):
    """Age among the strata would make 57 strata of one patient each; a site's number is a level."""
    text = EXAMPLE_TOML.replace('categories = ["sex"]', 'categories = ["site"]')
    table = clinical_table.assign(site=clinical_table["age"])
    (line,) = problems(table, parse_columns(text, "x"))
    assert "column 'site': expected a few levels, found" in line
    assert "is it a measurement?" in line
    told = parse_columns(text.replace("# many_levels", "many_levels"), "x")
    assert len(check_clinical(table, told, "x").factors["site"].cat.categories) > 10
    assert check_clinical(table.assign(site=table["age"] % 10), parse_columns(text, "x"), "x")


def test_words_of_events(clinical_table):
    words = '[events]\nevent = ["Dead", "0"]\ncensored = ["Alive", "1", "2"]\n\n[response]  '
    columns = parse_columns(EXAMPLE_TOML.replace("[response]  ", words), "x")
    dead = clinical_table["os_event"].map({1: "Dead", 0: "Alive"})
    adam = 1 - clinical_table["pfs_event"]
    read = check_clinical(clinical_table.assign(os_event=dead, pfs_event=adam), columns, "x").patients
    assert (read["os_event"].to_numpy() == clinical_table["os_event"]).all()
    assert (read["pfs_event"].to_numpy() == clinical_table["pfs_event"]).all()
    (line,) = problems(clinical_table.assign(os_event=dead.replace("Alive", "Gone")), columns)
    assert "found 'Gone'" in line
    assert "add the word to [events]" in line


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("patient,arm,arm\nA,InO,InO\n", "expected each column once, found arm twice"),
        ("patient,arm\nA,InO,3\n", "line 2: expected 2 fields, found 3"),
        ("patient,arm,sex\nA,InO,f\nB,SC\n", "line 3: expected 3 fields, found 2"),
    ],
)
def test_tables_that_are_none(text, match, columns, tmp_path):
    path = tmp_path / "trial.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=match):
        read_clinical(path, columns)


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("hsct_months", 200.0, "expected HSCT no later than the end of OS, found '200.0'"),
        ("hsct_months", -1.0, "expected months since randomisation, 0 or more"),
        ("why", "", "expected a cause where PFS has an event, and none where it has not"),
        ("why", "other", "expected 'R', found 'other'"),
    ],
)
def test_transplantation_and_causes_that_cannot_be(column, value, said, clinical_table):
    toml = 'hsct_time = "hsct_months"\nfirst_event = "why"\n[sensitivity.causes]\nrelapse = ["R"]\n'
    columns = parse_columns(f"{EXAMPLE_TOML}\n[sensitivity]\n{toml}", "t")
    table = clinical_table.assign(why=clinical_table["pfs_event"].map({1: "R", 0: ""}))
    row = table.index[table["pfs_event"] == 1][0]
    assert check_clinical(table, columns, "t").patients["first_event"].iloc[row] == "relapse"
    found = problems(spoilt(table, column, value, row), columns)
    assert any(said in line for line in found), found
