"""Kaplan-Meier, Cox, log-rank and restricted means agree with R `survival`; see tests/golden/README.md."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2

from leukotype.efficacy import Ties
from leukotype.efficacy.hazards import hazard_ratio, log_rank, proportional_hazards
from leukotype.efficacy.risk_sets import Outcomes
from leukotype.efficacy.subgroups import survival_interaction
from leukotype.efficacy.survival import follow_up, kaplan_meier, restricted_mean_difference
from tests.efficacy.conftest import GOLDEN, SETS, outcomes

VALUES = pd.read_csv(GOLDEN / "survival_values.csv").set_index(["data", "quantity"])["value"]
DIGITS = 1e-6


def arm(name, which):
    whole = outcomes(name)
    rows = whole.experimental == which
    return whole.time[rows], whole.event[rows]


def r(name, quantity):
    """Value of R; a quantile that R prints as NA is one that is not reached."""
    value = VALUES[name, quantity]
    return math.inf if math.isnan(value) else value


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("which", [0, 1])
def test_kaplan_meier(name, which):
    curve = kaplan_meier(*arm(name, which))
    assert curve.median == r(name, f"median_{which}")
    assert curve.median_interval == (r(name, f"median_low_{which}"), r(name, f"median_high_{which}"))
    assert follow_up(*arm(name, which))[0] == r(name, f"followup_{which}")
    at = pd.read_csv(GOLDEN / f"{name}.csv")["at"].iloc[0]
    step = np.searchsorted(curve.time, at, side="right") - 1
    assert curve.survival[step] == pytest.approx(r(name, f"survival_{which}"), rel=DIGITS)
    assert curve.low[step] == pytest.approx(r(name, f"survival_low_{which}"), rel=DIGITS)
    assert curve.high[step] == pytest.approx(r(name, f"survival_high_{which}"), rel=DIGITS)
    assert curve.at_risk[np.searchsorted(curve.time, at)] == r(name, f"at_risk_{which}")


@pytest.mark.parametrize("name", SETS)
def test_restricted_mean_with_its_own_standard_error(name):
    mean = restricted_mean_difference(kaplan_meier(*arm(name, 1)), kaplan_meier(*arm(name, 0)))
    assert mean.tau == r(name, "rmst_tau")
    assert mean.difference == pytest.approx(r(name, "rmst_difference"), rel=DIGITS)
    assert (mean.high - mean.low) / 2 / 1.959963985 == pytest.approx(r(name, "rmst_se"), rel=DIGITS)


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("strata", ["", "stratified_"])
def test_cox_and_log_rank(name, strata):
    data = outcomes(name) if strata else outcomes(name).without_strata()
    found = hazard_ratio(data, level=0.975)
    assert found.hr == pytest.approx(r(name, f"{strata}hr"), rel=DIGITS)
    assert found.low == pytest.approx(r(name, f"{strata}hr_low"), rel=DIGITS)
    assert found.high == pytest.approx(r(name, f"{strata}hr_high"), rel=DIGITS)
    assert found.log_likelihood == pytest.approx(r(name, f"{strata}log_likelihood"), rel=DIGITS)
    assert found.method == ("stratified Cox, Wald 97.5 %" if strata else "Cox, Wald 97.5 %")
    assert log_rank(data).p == pytest.approx(chi2.sf(r(name, f"{strata}log_rank_chisq"), 1), rel=DIGITS)
    assert proportional_hazards(data, found) == pytest.approx(r(name, f"{strata}ph_p_score"), rel=DIGITS)


@pytest.mark.parametrize("name", SETS)
def test_interaction(name):
    data = outcomes(name)
    levels = [data.part(data.stratum == code).without_strata() for code in np.unique(data.stratum)]
    found = survival_interaction([hazard_ratio(level) for level in levels], data)
    assert found.test == f"likelihood ratio, {len(levels) - 1} df"
    assert found.p == pytest.approx(chi2.sf(r(name, "interaction_chisq"), len(levels) - 1), rel=1e-5)


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("ties", [Ties.BRESLOW, Ties.EXACT])
def test_other_rules_of_ties(name, ties):
    found = hazard_ratio(outcomes(name), ties=ties)
    assert found.hr == pytest.approx(r(name, f"{ties}_hr"), rel=DIGITS)
    assert found.log_se == pytest.approx(r(name, f"{ties}_log_se"), rel=DIGITS)
    assert found.log_likelihood == pytest.approx(r(name, f"{ties}_log_likelihood"), rel=DIGITS)


def large(times):
    """The 20,000 patients that survival.R makes by the same formula."""
    i = np.arange(1, 20001)
    arm, stratum = i // 3 % 2, i % 4
    time = 1 + i * 7919 % times + 300 * arm * (1 + stratum)
    return Outcomes(time.astype(float), (i * 31 % 7 > 1).astype(float), arm.astype(float), stratum)


@pytest.mark.parametrize("times", [4999, 99991])
@pytest.mark.parametrize("ties", [Ties.EFRON, Ties.BRESLOW])
def test_a_stratified_model_beyond_the_size_of_a_trial(times, ties):
    found = hazard_ratio(large(times), ties=ties)
    name = f"large_{times}"
    assert found.hr == pytest.approx(r(name, f"{ties}_hr"), rel=DIGITS)
    assert found.log_se == pytest.approx(r(name, f"{ties}_log_se"), rel=DIGITS)
    assert found.log_likelihood == pytest.approx(r(name, f"{ties}_log_likelihood"), rel=DIGITS)


@pytest.mark.parametrize("times", [4999, 99991])
def test_interaction_beyond_the_size_of_a_trial(times):
    data = large(times)
    levels = [data.part(data.stratum == code).without_strata() for code in range(4)]
    found = survival_interaction([hazard_ratio(level) for level in levels], data)
    assert found.test == "likelihood ratio, 3 df"
    assert chi2.isf(found.p, 3) == pytest.approx(r(f"large_{times}", "interaction_chisq"), rel=DIGITS)


@pytest.mark.parametrize("times", [4999, 99991])
def test_proportional_hazards_beyond_the_size_of_a_trial(times):
    data = large(times)
    p = proportional_hazards(data, hazard_ratio(data))
    assert p == pytest.approx(r(f"large_{times}", "ph_p_score"), rel=1e-5)


PATIENTS = pd.read_csv(GOLDEN / "datasets.csv")
COMPARISONS = pd.read_csv(GOLDEN / "datasets_values.csv")


@pytest.mark.parametrize("data", PATIENTS["data"].unique())
@pytest.mark.parametrize("ties", [Ties.EFRON, Ties.BRESLOW])
def test_nine_public_data_sets_of_survival(data, ties):
    """Ratio, interval, log-rank, proportionality and interaction, of all patients and of three factors."""
    rows = COMPARISONS[(COMPARISONS["data"] == data) & (COMPARISONS["ties"] == ties)]
    for factor, levels in rows.groupby("factor", sort=False):
        column = "stratum" if factor == "all" else factor
        known = PATIENTS[PATIENTS["data"] == data].dropna(subset=column)
        whole = Outcomes(
            *(known[name].to_numpy(float) for name in ("time", "event", "experimental")),
            known[column].to_numpy(np.int64),
        )
        parts = [whole.part(whole.stratum == each).without_strata() for each in levels["level"]]
        parts = [whole] if factor == "all" else parts
        estimates = [hazard_ratio(part, ties=ties) for part in parts]
        for part, found, values in zip(parts, estimates, levels.to_dict("records"), strict=True):
            assert log_rank(part).p == pytest.approx(values["p_log_rank"], rel=1e-6)
            if not found.estimable:  # the maximum lies at infinity: what R prints is where it stopped
                assert abs(math.log(values["hr"])) > 7
                continue
            assert (found.hr, found.low, found.high) == pytest.approx(
                (values["hr"], values["hr_low"], values["hr_high"]), rel=1e-6
            )
            assert proportional_hazards(part, found, ties) == pytest.approx(values["p_ph"], rel=1e-6)
        if factor != "all":
            p = survival_interaction(estimates, whole, ties).p
            assert p == pytest.approx(levels["p_interaction"].iloc[0], rel=1e-4)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_few_patients(n):
    """What R prints as NA: the upper limit is not reached; one patient's curve has no interval."""
    curve = kaplan_meier(np.arange(1.0, n + 1), np.ones(n))
    assert curve.median == r("few", f"median_{n}")
    low, high = curve.median_interval
    assert math.isnan(low) if n == 1 else low == r("few", f"median_low_{n}")
    assert math.isnan(high) if n == 1 else high == r("few", f"median_high_{n}") == math.inf


@pytest.mark.parametrize("name", SETS)
def test_kaplan_meier_is_that_of_lifelines(name):
    lifelines = pytest.importorskip("lifelines")
    data = outcomes(name)
    fitted = lifelines.KaplanMeierFitter(alpha=0.1).fit(data.time, data.event)
    curve = kaplan_meier(data.time, data.event, level=0.9)
    np.testing.assert_array_equal(curve.time, fitted.event_table.index)
    np.testing.assert_array_equal(curve.at_risk, fitted.event_table["at_risk"].to_numpy())
    np.testing.assert_array_equal(curve.censored, fitted.event_table["censored"].to_numpy())
    np.testing.assert_allclose(curve.survival, fitted.survival_function_.iloc[:, 0])
    inner = ~np.isnan(curve.low)
    assert inner.sum() > len(inner) / 2
    np.testing.assert_allclose(curve.low[inner], fitted.confidence_interval_.iloc[inner, 0])
    np.testing.assert_allclose(curve.high[inner], fitted.confidence_interval_.iloc[inner, 1])


def test_a_curve_level_at_one_half():
    time = np.array([1.0, 2, 3, 4])
    assert kaplan_meier(time, np.ones(4)).median == r("level", "median_4") == 2.5
    assert kaplan_meier(time, np.array([1.0, 1, 0, 0])).median == r("level", "median_2") == 3
