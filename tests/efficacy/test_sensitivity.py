"""Sensitivity analyses of the invented trial: each row is that of an engine which is held to R elsewhere."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from leukotype.efficacy import AnalysisOptions, analyse, check_clinical, join_trial, parse_columns
from leukotype.efficacy.columns import EXAMPLE_TOML
from leukotype.efficacy.sensitivity import COLUMNS, covariates, trial_ends
from leukotype.vocabulary import Sensitivity, Ties
from tests.efficacy.conftest import perfect_calls

pytest.importorskip("lifelines")

TOML = (
    EXAMPLE_TOML
    + """
[sensitivity]
adjust_for = ["age", "salvage"]
hsct_time = "hsct_months"
draws = 40
"""
)


@pytest.fixture(scope="module")
def table():
    from leukotype.demo.trial_cohort import simulate_trial

    return simulate_trial(7)


@pytest.fixture(scope="module")
def joined(table):
    calls = perfect_calls(table)
    called = calls.loc[calls["status"] == "called", ["sample", "subtype"]].set_index("sample")["subtype"]
    chances = pd.get_dummies(called).astype(float)
    return join_trial(check_clinical(table, parse_columns(TOML, "toml"), "trial.csv"), calls, chances=chances)


@pytest.fixture(scope="module")
def rows(joined):
    return analyse(joined, AnalysisOptions(sensitivity=tuple(Sensitivity))).sensitivity


@pytest.fixture(scope="module")
def breslow(joined):
    asked = Sensitivity.ADJUSTED, Sensitivity.HSCT
    return analyse(joined, AnalysisOptions(sensitivity=asked, ties=Ties.BRESLOW))


def row(rows, analysis, **where):
    found = rows[rows["analysis"] == analysis]
    for column, value in ({"factor": "All patients"} | where).items():
        found = found[found[column] == value]
    assert len(found) == 1, found
    return found.iloc[0]


def test_nothing_is_made_unless_it_is_asked_for(analysis):
    assert analysis.sensitivity.empty
    assert list(analysis.sensitivity.columns) == list(COLUMNS)
    assert not any("Sensitivity" in said for said in analysis.methods)


def test_the_toml_asks_too(joined):
    request = replace(joined.columns.sensitivity, analyses=(Sensitivity.SHRINKAGE,))
    trial = replace(joined, columns=replace(joined.columns, sensitivity=request))
    found = analyse(trial)
    assert set(found.sensitivity["analysis"]) == {"shrinkage"}
    assert any("half-normal prior" in said for said in found.methods)


def test_covariates_are_numbers_and_levels_but_the_first(joined, table):
    values, complete = covariates(joined)
    assert values[:, 0].tolist() == table["age"].tolist()
    assert values[:, 1].tolist() == (table["salvage"] == 2).astype(float).tolist()
    assert complete.all()


def test_a_patient_without_a_covariate_is_left_out_and_counted(table):
    gap = table.assign(age=table["age"].mask(table.index < 3))
    trial = join_trial(check_clinical(gap, parse_columns(TOML, "toml"), "t"), perfect_calls(table))
    found = analyse(trial, AnalysisOptions(sensitivity=(Sensitivity.ADJUSTED,)))
    own = row(found.sensitivity, "adjusted", endpoint="OS")
    assert own["n_experimental"] + own["n_comparator"] == len(table) - 3
    assert any("Patients without a covariate are left out: 3." in said for said in found.methods)


def test_beside_each_adjusted_ratio_stands_that_of_the_main_analysis(rows, analysis):
    """Nobody lacks a covariate, so the patients are the same."""
    main = analysis.survival
    main = main[(main["endpoint"] == "PFS") & (main["level"] == "All patients")].iloc[0]
    assert row(rows, "adjusted", endpoint="PFS")["main_estimate"] == pytest.approx(main["hr"])


@pytest.mark.parametrize(
    ("analysis", "model"),
    [
        ("adjusted", "adjusted for"),
        ("hsct", "HSCT as a covariate in time"),
        ("hsct", "follow-up ends at HSCT"),
    ],
)
def test_the_main_estimate_has_the_ties_of_the_main_analysis(rows, breslow, analysis, model):
    keys = ["endpoint", "factor", "level"]
    found, efron = (
        each[
            (each["analysis"] == analysis)
            & each["model"].str.startswith(model)
            & (each["quantity"] == "hazard ratio")
        ]
        .dropna(subset=["main_estimate"])
        .set_index(keys)["main_estimate"]
        for each in (breslow.sensitivity, rows)
    )
    assert len(found) > 2
    main = breslow.survival.set_index(keys)["hr"]
    assert found.to_numpy() == pytest.approx(main[found.index].to_numpy(), rel=1e-12)
    assert (found - efron).abs().max() > 1e-4


def test_follow_up_that_ends_at_transplantation_has_fewer_events(rows, table):
    """An event after HSCT is not seen; who is never transplanted is followed as before."""
    cut = row(rows, "hsct", endpoint="OS", model="follow-up ends at HSCT")
    late = (table["os_event"] == 1) & (table["hsct_months"] < table["os_months"])
    assert late.sum() > 0
    assert cut["events_experimental"] + cut["events_comparator"] == table["os_event"].sum() - late.sum()


def test_transplantation_has_a_row_of_its_own(rows):
    found = row(rows, "hsct", endpoint="OS", of="after HSCT / before or without")
    assert found["model"] == "HSCT as a covariate in time"
    assert found["low"] < found["estimate"] < found["high"]


def test_without_a_column_of_causes_death_at_the_end_of_pfs_is_one(joined, table):
    _, ends = trial_ends(joined, "PFS")
    died = (table["pfs_event"] == 1) & (table["os_event"] == 1)
    died &= (table["os_months"] - table["pfs_months"]).abs() <= 0.05
    assert (ends.cause == 2).tolist() == died.tolist()
    assert (ends.cause > 0).tolist() == (table["pfs_event"] == 1).tolist()


def test_causes_by_the_word_of_the_table(table):
    """The words of the first event say what ended PFS, whatever OS says."""
    toml = TOML + 'first_event = "why"\n[sensitivity.causes]\nrelapse = ["R"]\n"other death" = ["D"]\n'
    why = np.where(table["pfs_event"] == 1, np.where(table.index % 2 == 0, "R", "D"), "")
    trial = join_trial(
        check_clinical(table.assign(why=why), parse_columns(toml, "t"), "t"), perfect_calls(table)
    )
    _, ends = trial_ends(trial, "PFS")
    assert ends.cause.tolist() == [{"": 0, "R": 1, "D": 2}[word] for word in why]
    found = analyse(trial, AnalysisOptions(sensitivity=(Sensitivity.COMPETING_RISKS,))).sensitivity
    assert set(found["model"]) == {"relapse", "other death"}


def test_the_incidences_of_both_causes_are_one_less_the_pfs(rows, joined):
    """Aalen and Johansen: at any time the incidences of all causes and the survival sum to 1."""
    options = AnalysisOptions(landmarks=(6.0,), sensitivity=(Sensitivity.COMPETING_RISKS,))
    found = analyse(joined, options)
    for arm in joined.arms:
        own = found.sensitivity[
            found.sensitivity["factor"].eq("All patients") & found.sensitivity["of"].eq(arm)
        ]
        landmark = found.landmarks
        landmark = landmark[(landmark["level"] == "All patients") & (landmark["arm"] == arm)]
        survival = landmark.set_index("endpoint").loc["PFS", "survival"]
        assert own["estimate"].sum() == pytest.approx(1 - survival)


def test_shrunken_ratios_lie_closer_together(rows):
    own = rows[(rows["analysis"] == "shrinkage") & (rows["factor"] == "Risk group")]
    known = own[(own["endpoint"] == "OS") & own["estimable"]]
    assert np.ptp(np.log(known["estimate"])) < np.ptp(np.log(known["main_estimate"]))


def test_rows_without_an_estimate_say_why(rows):
    without = rows[~rows["estimable"].astype(bool)]
    assert len(without)
    assert (without["why_not"] != "").all()
    assert without["estimate"].isna().all()
