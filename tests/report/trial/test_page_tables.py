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
