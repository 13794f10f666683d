"""Survival by arm in every subgroup: no absurd ratio, and curves that keep everybody."""

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
