"""Survival by arm in every subgroup: no absurd ratio, and curves that keep everybody."""

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.stats import norm

from leukotype.efficacy import AnalysisOptions, SmallCells, analyse


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


def test_curves_step_down_from_one_and_keep_everybody(analysis):
    for _, curve in analysis.curves.groupby(["endpoint", "factor", "level", "arm"]):
        assert curve["time"].is_monotonic_increasing
        assert curve["survival"].is_monotonic_decreasing
        assert curve["at_risk"].iloc[0] == curve["events"].sum() + curve["censored"].sum()
    assert set(analysis.curves["arm"]) == {"InO", "SC"}


def test_restricted_means_of_one_comparison_end_at_one_time(analysis):
    """The least of the longest times of the arms that are compared: by hand from the curves."""
    rows = analysis.survival
    assert (
        not rows[["endpoint", "factor", "rmst_tau"]]
        .drop_duplicates()
        .duplicated(["endpoint", "factor"])
        .any()
    )
    shown = rows[(rows["endpoint"] == "OS") & (rows["factor"] == "Risk group")].dropna(
        subset="rmst_difference"
    )
    curves = analysis.curves[
        (analysis.curves["endpoint"] == "OS") & (analysis.curves["factor"] == "Risk group")
    ]
    last = curves[curves["level"].isin(shown["level"])].groupby(["level", "arm"])["time"].max()
    assert set(shown["rmst_tau"]) == {last.min()}


def test_restricted_means_up_to_a_time_that_is_asked_for(trial):
    rows = analyse(trial, AnalysisOptions(rmst_tau=6.0)).survival
    assert set(rows["rmst_tau"]) == {6.0}
    assert rows["rmst_difference"].dropna().abs().max() <= 6
    assert rows["rmst_difference"].notna().any()


def test_times_that_differ_in_their_last_digits_are_one_time(trial):
    """0.1 + 0.2 and 0.3: one event time, as R's survival has it since version 2.39 (timefix)."""
    n = len(trial.patients)
    times = np.where(np.arange(n) % 2, 0.1 + 0.2, 0.3)
    tied = trial.patients.assign(os_time=times, os_event=1.0)
    found = analyse(replace(trial, patients=tied)).curves
    own = found[(found["endpoint"] == "OS") & (found["factor"] == "All patients")]
    assert set(own["time"]) == {0.0, 0.3}
