"""A whole analysis, of a trial whose counts are the printed ones: tables, subgroups, adjusted P values."""

import math
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from leukotype.efficacy import AnalysisOptions, ArmTests, SmallCells, analyse, check_clinical, join_trial
from leukotype.efficacy.cox import fit_cox
from leukotype.efficacy.risk_sets import Outcomes
from leukotype.efficacy.subgroups import adjust
from leukotype.efficacy.time_to_event import CURVE_COLUMNS

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


@pytest.mark.parametrize(
    ("level", "ino", "sc", "p"),
    [
        ("All patients", (32, 43, "74.4"), (16, 48, "33.3"), 0.000044),
        ("BCR::ABL1-like", (6, 7, "85.7"), (0, 5, "0.0"), 0.00758),
        ("high risk, BCR::ABL1-", (10, 12, "83.3"), (2, 19, "10.5"), 0.000082),
    ],
)
def test_printed_responses_from_calls_to_table(as_printed, level, ino, sc, p):
    found = row(as_printed.response, "CR/CRi", level)
    for arm, (hits, n, percent) in (("experimental", ino), ("comparator", sc)):
        assert (found[f"responders_{arm}"], found[f"n_{arm}"]) == (hits, n)
        assert f"{100 * found[f'rate_{arm}']:.1f}" == percent
    assert found["p"] == pytest.approx(p, rel=0.01)
    assert found["side"] == "one-sided"


def test_mrd_is_counted_among_responders(analysis):
    found = row(analysis.response, "MRD negative", "BCR::ABL1")
    assert (found["responders_experimental"], found["n_experimental"]) == (4, 4)
    assert (found["responders_comparator"], found["n_comparator"]) == (1, 4)
    like = row(analysis.response, "MRD negative", "BCR::ABL1-like")
    assert (like["n_experimental"], like["n_comparator"]) == (6, 0)
    assert (like["estimable"], like["why_not"]) == (False, "no responder in SC")


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


def test_all_patients_come_first_stratified_and_unadjusted(analysis):
    for frame in (analysis.response, analysis.survival):
        firsts = frame.groupby("endpoint", sort=False).head(1)
        assert set(firsts["level"]) == {"All patients"}
        assert firsts[["p_holm", "p_bh", "interaction_p"]].isna().all(axis=None)
    overall = row(analysis.survival, "OS", "All patients")
    assert overall["hr_method"] == "stratified Cox, Wald 97.5 %"
    assert overall["test"] == "stratified log-rank"
    assert "stratified" not in row(analysis.survival, "OS", "low blast")["hr_method"]


def test_every_patient_is_in_one_level_of_every_factor(analysis):
    for frame in (analysis.response[analysis.response["endpoint"] == "CR/CRi"], analysis.survival):
        sums = frame.groupby(["endpoint", "factor"])[["n_experimental", "n_comparator"]].sum()
        assert (sums == [43, 48]).all(axis=None)


def test_what_is_not_estimable_says_why(analysis):
    for frame in (analysis.response, analysis.survival):
        assert ((frame["why_not"] == "") == frame["estimable"].astype(bool)).all()
    unknown = analysis.survival[~analysis.survival["estimable"].astype(bool)]
    assert unknown[["hr", "hr_low", "hr_high", "information"]].isna().all(axis=None)
    pax5 = row(analysis.survival, "PFS", "PAX5alt")
    assert pax5["why_not"] == "no patient in SC"
    assert math.isnan(pax5["median_comparator"])


def test_no_ratio_is_absurd(analysis):
    known = analysis.survival.dropna(subset="hr")
    assert known["hr"].between(1e-3, 1e3).all()
    z = norm.ppf(0.9875)
    width = np.log(known["hr_high"] / known["hr_low"])
    np.testing.assert_allclose((2 * z / width) ** 2, known["information"], rtol=1e-9)


def test_firth_on_request(trial, analysis):
    plain, firth = analysis.survival, analyse(trial, AnalysisOptions(small_cells=SmallCells.FIRTH)).survival
    separated = plain["why_not"].str.startswith("no event in ")
    assert separated.any()
    assert firth.loc[separated, "estimable"].all()
    assert firth.loc[separated, "hr_method"].str.startswith("Cox, Firth's penalty").all()
    pd.testing.assert_series_equal(plain.loc[~separated, "hr"], firth.loc[~separated, "hr"])


def test_interaction_stands_beside_every_factor(analysis):
    rows = analysis.survival[analysis.survival["family"] != "all"]
    tests = rows[["endpoint", "factor", "interaction_p", "interaction_test"]].drop_duplicates()
    assert not tests.duplicated(["endpoint", "factor"]).any()
    assert set(tests["interaction_test"].str.partition(",")[0]) == {"likelihood ratio"}
    risk = row(analysis.response, "CR/CRi", "high risk, BCR::ABL1-")
    assert risk["interaction_test"] == "Zelen exact, two-sided"
    assert 0 < risk["interaction_p"] < 1


def test_curves_step_down_from_one_and_keep_everybody(analysis):
    for _, curve in analysis.curves.groupby(["endpoint", "factor", "level", "arm"]):
        assert curve["time"].is_monotonic_increasing
        assert curve["survival"].is_monotonic_decreasing
        assert curve["at_risk"].iloc[0] == curve["events"].sum() + curve["censored"].sum()
    assert set(analysis.curves["arm"]) == {"InO", "SC"}


def test_adjusted_p_values_as_holm_and_benjamini_hochberg_define_them():
    """Holm, Scand J Stat 1979;6:65, and Benjamini and Hochberg, J R Stat Soc B 1995;57:289, by hand."""
    p = [0.01, 0.04, 0.03, 0.005, np.nan, 0.01, 0.001]
    rows = pd.DataFrame({"endpoint": "OS", "p": p, "members": [1, 2, 3, 4, 5, 1, 9], "family": "subtype"})
    rows.loc[6, "family"] = "all"
    found = adjust(rows)
    np.testing.assert_allclose(found["p_holm"], [0.03, 0.06, 0.06, 0.02, np.nan, 0.03, np.nan])
    np.testing.assert_allclose(found["p_bh"], [0.02, 0.04, 0.04, 0.02, np.nan, 0.02, np.nan])


def test_adjusted_p_values_are_not_below_the_raw(analysis):
    for frame in (analysis.response, analysis.survival):
        rows = frame.dropna(subset="p_holm")
        assert (rows["p_holm"] >= rows["p"]).all()
        assert (rows["p_bh"] <= rows["p_holm"] + 1e-12).all()


def test_genes_altered_in_eight_patients_make_a_subgroup(clinical_table, columns, calls):
    names = clinical_table["patient"].tolist()
    rows = [(name, "TP53", "mutation") for name in names[:8]]
    rows += [(name, "KRAS", "mutation") for name in names[:7]]
    rows += [(name, "IGH::CRLF2", "fusion") for name in names[:9]]
    altered = pd.DataFrame(rows, columns=["sample", "gene", "kind"])
    clinical = check_clinical(clinical_table, columns, "trial.csv")
    trial = join_trial(clinical, calls, alterations=altered)
    found = analyse(trial)
    assert set(found.response.loc[found.response["family"] == "gene", "factor"]) == {"TP53"}
    assert set(analyse(trial, AnalysisOptions(min_altered=7)).response["factor"]) >= {"TP53", "KRAS"}
    counts = found.frequencies.set_index(["factor", "level"])["n"]
    assert counts["Mutation", "TP53"] == 8
    assert counts["Fusion", "IGH::CRLF2"] == 9
    by_subtype = found.alterations_by_subtype
    tp53 = by_subtype[by_subtype["name"] == "TP53"]
    assert tp53["n"].sum() == 91
    assert tp53["n_altered"].sum() == 8


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


def test_methods_say_level_side_and_how_many_tests(analysis, as_printed):
    text = " ".join(analysis.methods)
    for said in ("97.5 %", "two-sided", "exploratory", "stratified by first_remission, salvage, age_group"):
        assert said in text
    rows = analysis.survival[(analysis.survival["endpoint"] == "OS") & analysis.survival["p_holm"].notna()]
    counted = int(re.search(r"OS: (\d+)", text)[1])
    assert rows["p"].nunique() <= counted < len(rows)  # those of the same patients count once
    assert "one-sided" in " ".join(as_printed.methods)


@pytest.mark.parametrize("ties", [False, True])
def test_large_cells_have_the_ratio_of_small_ones(ties, monkeypatch):
    """Beyond some thousand event times another fit takes over: the ratio is that of lifelines."""
    draw = np.random.default_rng(5)
    n = 600
    arm = draw.integers(0, 2, n).astype(float)
    time = draw.exponential(3 + 3 * arm)
    time = time.round(1) if ties else time
    outcomes = Outcomes(time, (draw.random(n) < 0.8) * 1.0, arm, draw.integers(0, 2, n))
    few = {
        name: fit_cox(part, 0.975)
        for name, part in (("all", outcomes.without_strata()), ("strata", outcomes))
    }
    for name in ("_MANY_TIMES", "_MANY_TIED_TIMES"):
        monkeypatch.setattr(f"leukotype.efficacy.cox.{name}", 10)
    many = fit_cox(outcomes.without_strata(), 0.975)
    assert many.method == ("Cox (Breslow ties), Wald 97.5 %" if ties else "Cox, Wald 97.5 %")
    assert many.hr == pytest.approx(few["all"].hr, rel=0.01 if ties else 1e-7)
    assert many.low == pytest.approx(few["all"].low, rel=0.01 if ties else 1e-6)
    pooled = fit_cox(outcomes, 0.975)
    assert pooled.method == "Cox, strata pooled by inverse variance, Wald 97.5 %"
    assert pooled.hr == pytest.approx(few["strata"].hr, rel=0.01)
