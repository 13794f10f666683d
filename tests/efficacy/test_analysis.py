"""A whole analysis, of a trial whose counts are the printed ones: tables, subgroups, adjusted P values."""

import math
import re
from dataclasses import replace

import numpy as np
import pytest

from leukotype.efficacy import AnalysisOptions, ArmTests, analyse, check_clinical, join_trial
from leukotype.efficacy.time_to_event import CURVE_COLUMNS
from leukotype.vocabulary import RISK_UNMAPPED

CONTRACT = {
    "response": (
        "endpoint factor level n_experimental responders_experimental rate_experimental low_experimental "
        "high_experimental interval_experimental n_comparator responders_comparator rate_comparator "
        "low_comparator high_comparator interval_comparator difference difference_low difference_high p test "
        "side p_holm p_bh interaction_p interaction_test estimable why_not"
    ),
    "survival": (
        "endpoint factor level n_experimental events_experimental median_experimental "
        "median_low_experimental median_high_experimental n_comparator events_comparator median_comparator "
        "median_low_comparator median_high_comparator hr hr_low hr_high hr_method p test side p_holm "
        "p_bh ph_p rmst_difference rmst_low rmst_high rmst_tau interaction_p interaction_test "
        "information estimable why_not"
    ),
    "curves": " ".join(CURVE_COLUMNS),
    "followup": "endpoint arm median low high",
    "frequencies": "factor level n n_experimental n_comparator percent",
    "baseline": "variable level all experimental comparator p test",
    "alterations": "patient subtype gene kind pathway",
}


def row(frame, endpoint, level):
    return frame[(frame["endpoint"] == endpoint) & (frame["level"] == level)].iloc[0]


@pytest.mark.parametrize("name", CONTRACT)
def test_columns_of_the_tidy_frames(analysis, name):
    columns = CONTRACT[name].split()
    assert list(getattr(analysis, name).columns)[: len(columns)] == columns


@pytest.fixture(scope="module")
def as_printed(trial):
    return analyse(trial, AnalysisOptions(tests=ArmTests.PAPER))


def test_all_patients_come_first_stratified_and_unadjusted(analysis):
    for frame in (analysis.response, analysis.survival):
        firsts = frame.groupby("endpoint", sort=False).head(1)
        assert set(firsts["level"]) == {"All patients"}
        assert firsts[["p_holm", "p_bh", "interaction_p"]].isna().all(axis=None)
    overall = row(analysis.survival, "OS", "All patients")
    assert overall["hr_method"] == "stratified Cox, Wald 97.5 %"
    assert overall["test"] == "stratified log-rank"
    assert "stratified" not in row(analysis.survival, "OS", "low blast")["hr_method"]


def test_what_is_not_estimable_says_why(analysis):
    for frame in (analysis.response, analysis.survival):
        assert ((frame["why_not"] == "") == frame["estimable"].astype(bool)).all()
    unknown = analysis.survival[~analysis.survival["estimable"].astype(bool)]
    assert unknown[["hr", "hr_low", "hr_high", "information"]].isna().all(axis=None)
    pax5 = row(analysis.survival, "PFS", "PAX5alt")
    assert pax5["why_not"] == "no patient in SC"
    assert math.isnan(pax5["median_comparator"])


def test_a_trial_with_one_arm_only(clinical_table, columns, calls):
    inside = clinical_table["arm"] == "InO"
    clinical = check_clinical(clinical_table[inside], columns, "trial.csv")
    found = analyse(join_trial(clinical, calls[inside]))
    assert not found.response["estimable"].any()
    assert not found.survival["estimable"].any()
    assert set(found.survival["why_not"]) == {"no patient in SC"}


def test_a_trial_where_nothing_happened(clinical_table, columns, calls):
    table = clinical_table.assign(response="other", mrd_negative="", pfs_event=0, os_event=0)
    found = analyse(join_trial(check_clinical(table, columns, "trial.csv"), calls))
    assert set(found.survival["why_not"]) <= {"no event", "no patient in SC"}
    assert (found.response.loc[found.response["endpoint"] == "CR/CRi", "p"].dropna() == 1).all()
    assert np.isinf(row(found.survival, "OS", "All patients")["median_comparator"])


def test_a_trial_of_survival_only(clinical_table, columns, calls):
    bare = replace(columns, response="", mrd="", pfs_time="", pfs_event="", strata=(), continuous=())
    found = analyse(join_trial(check_clinical(clinical_table, bare, "trial.csv"), calls))
    assert found.response.empty
    assert set(found.survival["endpoint"]) == {"OS"}
    assert row(found.survival, "OS", "All patients")["hr_method"] == "Cox, Wald 97.5 %"


def test_methods_say_what_the_subtype_groups_are(analysis):
    text = " ".join(analysis.methods)
    assert "Subtype group: subtypes of few patients share a row, as in Blood Adv 2024;8(12):3226" in text
    assert "B-other, PAX5alt, ZEB2/CEBP: B-other, PAX5alt, ZEB2/CEBP" in text


def test_methods_say_whose_subtypes_have_no_risk_group(trial, analysis):
    patients = trial.patients.copy()
    patients["risk_group"] = patients["risk_group"].cat.rename_categories({"undetermined": RISK_UNMAPPED})
    n = (patients["subtype"] == "B-other").sum()
    text = " ".join(analyse(replace(trial, patients=patients)).methods)
    assert f"Risk group unmapped: no group for B-other ({n})" in text
    assert "in Paietta et al., Blood 2021;138:948" in text
    assert RISK_UNMAPPED not in " ".join(analysis.methods)


def test_methods_say_level_side_and_how_many_tests(analysis, as_printed):
    text = " ".join(analysis.methods)
    for said in ("97.5 %", "two-sided", "exploratory", "stratified by first_remission, salvage, age_group"):
        assert said in text
    rows = analysis.survival[(analysis.survival["endpoint"] == "OS") & analysis.survival["p_holm"].notna()]
    said = re.search(r"OS: (\d+) by subtype, (\d+) by figure group, (\d+) by risk group, (\d+) by base", text)
    families = ("subtype", "figure_group", "risk_group", "baseline")
    assert [int(n) for n in said.groups()] == [(rows["family"] == family).sum() for family in families]
    assert "one-sided" in " ".join(as_printed.methods)
