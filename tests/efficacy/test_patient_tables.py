"""Who the patients are: the printed frequencies, and those analysed beside the whole trial."""

import numpy as np
import pandas as pd
import pytest

from leukotype.efficacy import analyse, check_clinical, join_trial
from leukotype.efficacy.patient_tables import (
    baseline_table,
    flow_table,
    nested_table,
    standardised_difference,
)


@pytest.mark.parametrize(
    ("subtype", "percent"),
    [
        ("BCR::ABL1", "14.3"),
        ("BCR::ABL1-like", "13.2"),
        ("Low hypodiploid", "12.1"),
        ("KMT2A-r", "8.8"),
        ("DUX4-r", "5.5"),
        ("low blast", "27.5"),
    ],
)
def test_printed_frequencies(analysis, subtype, percent):
    rows = analysis.frequencies[analysis.frequencies["factor"] == "Subtype"].set_index("level")
    assert f"{rows.loc[subtype, 'percent']:.1f}" == percent
    assert rows["n"].sum() == 91
    assert rows["percent"].sum() == pytest.approx(100)


def test_baseline_beside_the_whole_trial(clinical_table, columns, calls):
    clinical = check_clinical(clinical_table, columns, "trial.csv")
    trial = join_trial(clinical, calls.iloc[10:], allow_unmatched=True)
    table = analyse(trial).baseline
    first = table.iloc[0]
    assert (first["all"], first["whole_trial"], first["not_analysed"]) == ("81", "91", "10")
    sex = table[table["variable"] == "sex"]
    assert sex["p_whole_trial"].notna().tolist() == [True, False]
    n = sum(int(cell.split(" ")[0]) for cell in sex["all"])
    assert n == 81
    assert int(first["whole_trial_experimental"]) + int(first["whole_trial_comparator"]) == 91


def test_baseline_says_how_far_the_arms_are_apart(trial):
    table = baseline_table(trial).set_index(["variable", "level"])
    ages = trial.continuous["age"].groupby(trial.patients["arm"])
    by_hand = abs(ages.mean().diff().iloc[-1]) / np.sqrt(ages.var().mean())
    assert table.loc[("age", "median (range)"), "smd"] == pytest.approx(by_hand)


def test_standardised_differences_by_hand():
    """Austin, Stat Med 2009;28:3083: of a share (p1 - p2) / sqrt((p1 q1 + p2 q2) / 2)."""
    one = pd.Series(pd.Categorical(["a"] * 6 + ["b"] * 4 + ["missing"]))
    other = pd.Series(pd.Categorical(["a"] * 3 + ["b"] * 7 + ["missing"]))
    assert standardised_difference(one, other) == pytest.approx(0.3 / np.sqrt((0.24 + 0.21) / 2))
    assert standardised_difference(one, one) == 0
    # Three levels of equal shares against (.5, .25, .25): by hand, from the inverse of the mean covariance.
    three = pd.Series(pd.Categorical(["a", "b", "c"] * 4))
    half = pd.Series(pd.Categorical(["a"] * 6 + ["b"] * 3 + ["c"] * 3))
    spread = (np.array([[2, -1], [-1, 2]]) / 9 + np.array([[3, -1], [-1, 3]]) / 16) / 2
    apart = np.array([1, 1]) / 12
    expected = np.sqrt(apart @ np.linalg.inv(spread) @ apart)
    assert standardised_difference(three, half) == pytest.approx(expected)
    assert np.isnan(standardised_difference(pd.Series([1.0]), pd.Series([2.0])))


def test_subtypes_stand_within_their_risk_group(trial):
    """Blood Adv 2024;8(12):3226: 13 BCR::ABL1+, 31 of the other high risk, 25 low blast, of 91."""
    table = nested_table(trial)
    groups = table[table["subtype"] == ""].set_index("risk_group")
    assert groups["n"].sum() == 91
    assert groups.loc["high risk, BCR::ABL1-", "n"] == 31
    assert groups["n_experimental"].sum() == 43
    own = table[table["subtype"] != ""].groupby("risk_group")["n"].sum()
    assert own["high risk, BCR::ABL1-"] == 31
    like = table.set_index("subtype").loc["BCR::ABL1-like"]
    assert (like["n_experimental"], like["n_comparator"]) == (7, 5)
    assert like["percent_experimental"] == pytest.approx(100 * 7 / 43)
    assert "low blast" not in set(own.index)


def test_who_came_how_far(clinical_table, columns, calls):
    """Of 91 patients 43 are in the experimental arm (Blood Adv 2024;8(12):3226); 2 are given no call."""
    clinical = check_clinical(clinical_table, columns, "trial.csv")
    trial = join_trial(clinical, calls.iloc[2:], allow_unmatched=True)
    flow = flow_table(trial).set_index(["step", "group"])
    by_arm = ["n", "n_experimental", "n_comparator"]
    assert flow.loc[("clinical table", "all"), by_arm].tolist() == [91, 43, 48]
    assert flow.loc[("clinical table", "without a call"), "n"] == 2
    assert flow.loc[("clinical table", "analysed"), "n"] == 89
    low = int((calls.iloc[2:]["status"] == "low_blasts").sum())
    assert flow.loc[("call", "low blasts"), "n"] == low
    assert flow.loc["call", "n"].sum() == 89
    responders = clinical_table["response"].iloc[2:].isin(["CR", "CRi"]).sum()
    assert flow.loc[("endpoint", "MRD negative"), "n"] == responders
    assert flow.loc[("endpoint", "PFS"), "n"] == 89
