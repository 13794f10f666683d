"""Frames as tables of text: each value by what it is, and every subgroup under its factor."""

import math

import pandas as pd

from leukotype.report.trial.page_tables import print_plain, print_survival, print_tables


def test_a_value_is_printed_by_what_it_is():
    frame = pd.DataFrame(
        {
            "arm": ["InO"],
            "median": [math.inf],
            "low": [7.25],
            "n_comparator": [1234],
            "p_whole_trial": [0.0312],
            "percent": [math.nan],
        }
    )
    table = print_plain("followup", frame, ("InO", "SC"))
    assert table.columns == ("Arm", "Median", "Low", "N SC", "P whole trial", "Percent")
    (line,) = table.lines
    assert (line.head, line.cells) == ("InO", ("NR", "7.2", "1234", ".031", "\N{EN DASH}"))


def test_subgroups_stand_under_their_factor_with_its_test_of_interaction(survival):
    table = print_survival(survival, "PFS", ("InO", "SC"))
    # Letters in the order in which tests are met: log-rank, proportional hazards, interaction.
    heads = [line.head for line in table.lines if not line.cells]
    said = "(P for interaction .044ᶜ, Holm .088)"
    assert heads == [f"Risk group {said}", f"Sex {said}"]
    undetermined = next(line for line in table.lines if line.head == "undetermined")
    assert undetermined.cells[4] == "NE"
    assert undetermined.cells[-1] == "no event on InO"


def test_lists_of_patients_are_no_tables(survival):
    patients = pd.DataFrame({"patient": ["P1"], "arm": ["experimental"]})
    frames = {"patients": patients, "survival": survival, "response": survival.iloc[:0]}
    assert [table.caption for table in print_tables(frames, ("InO", "SC"))] == [
        "PFS by subgroup, InO against SC"
    ]


def test_sensitivity_has_a_table_an_analysis_without_what_could_not_be_estimated():
    counts = dict.fromkeys(("n_experimental", "n_comparator", "events_experimental", "events_comparator"), 5)
    row = {"endpoint": "PFS", "factor": "Risk group", "of": "InO / SC", "interval": "97.5 % Wald", **counts}
    row |= {
        "quantity": "hazard ratio",
        "model": "adjusted for age",
        "p": 0.03,
        "test": "Wald",
        "draws": pd.NA,
    }
    row |= {
        "estimate": 0.5,
        "low": 0.2,
        "high": 0.9,
        "main_estimate": 0.45,
        "estimable": True,
        "level": "low",
    }
    missing = row | {"estimate": math.nan, "estimable": False, "level": "none", "p": math.nan}
    drawn = row | {
        "analysis": "misclassification",
        "draws": 400,
        "quantity": "difference of rates",
        "p": math.nan,
    }
    frame = pd.DataFrame([row | {"analysis": "adjusted"}, missing | {"analysis": "adjusted"}, drawn])
    adjusted, draws = print_tables({"sensitivity": frame}, ("InO", "SC"))
    assert adjusted.caption == "Sensitivity: adjusted"
    (line,) = [line for line in adjusted.lines if line.cells]
    assert line.head == "Risk group: low"
    assert line.cells[2:4] == ("0.50 (0.20\N{EN DASH}0.90)", "0.45")
    assert any("with the reason in sensitivity.csv: 1." in note for note in adjusted.notes)
    (line,) = [line for line in draws.lines if line.cells]
    assert line.cells[2:] == ("50.0 (20.0\N{EN DASH}90.0)", "45.0", "400")


def test_of_a_long_sensitivity_analysis_the_page_has_the_risk_groups():
    counts = dict.fromkeys(("n_experimental", "n_comparator", "events_experimental", "events_comparator"), 5)
    row = {
        "analysis": "hsct",
        "endpoint": "OS",
        "model": "m",
        "quantity": "hazard ratio",
        "of": "a / b",
        **counts,
    }
    row |= {"estimate": 0.5, "low": 0.08, "high": 0.9, "p": 0.03, "test": "Wald", "interval": "w"}
    row |= {"main_estimate": 0.4, "estimable": True, "draws": pd.NA, "why_not": ""}
    subtypes = [row | {"factor": "Subtype", "level": str(i)} for i in range(200)]
    frame = pd.DataFrame([row | {"factor": "Risk group", "level": "low"}, *subtypes])
    (table,) = print_tables({"sensitivity": frame}, ("a", "b"))
    (line,) = [line for line in table.lines if line.cells]
    assert line.cells[2].startswith("0.500 (0.080")
    assert "other subgroups: sensitivity.csv" in table.notes[-1]
