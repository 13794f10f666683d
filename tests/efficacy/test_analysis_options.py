"""An analysis begins with the choices of the paper, and refuses what is no choice."""

import pytest

from leukotype.efficacy import AnalysisOptions, ArmTests, RateInterval
from leukotype.efficacy.proportions import rate_interval
from leukotype.vocabulary import Sensitivity


def test_levels_are_those_that_the_papers_print():
    """97.5 % of hazard ratios (Blood Adv 2024;8:3226), 95 % of rates (N Engl J Med 2016;375:740)."""
    options = AnalysisOptions()
    assert (options.hr_level, options.rate_level, options.median_level) == (0.975, 0.95, 0.95)
    assert (options.min_altered, options.min_exploratory) == (8, 5)


@pytest.mark.parametrize("name", ["rate_level", "difference_level", "hr_level", "median_level", "rmst_level"])
@pytest.mark.parametrize("level", [0.0, 1.0, 95.0, float("nan")])
def test_a_level_in_percent_is_none(name, level):
    with pytest.raises(ValueError, match=f"{name}: expected between 0 and 1, found {level}"):
        AnalysisOptions(**{name: level})


@pytest.mark.parametrize("months", [0.0, -3.0, float("nan")])
def test_survival_is_averaged_up_to_a_time_after_the_start(months):
    with pytest.raises(ValueError, match="rmst_tau: expected months above 0"):
        AnalysisOptions(rmst_tau=months)
    assert AnalysisOptions(rmst_tau=None).rmst_tau is None


def test_an_analysis_that_is_asked_for_twice_is_made_once_in_the_order_of_asking():
    first, second = Sensitivity.COMPETING_RISKS, Sensitivity.ADJUSTED
    options = AnalysisOptions(sensitivity=(first,)).asked_for([second, first])
    assert options.sensitivity == (first, second)


def test_only_the_tests_of_the_paper_are_one_sided():
    assert AnalysisOptions().side == "two-sided"
    assert AnalysisOptions(tests=ArmTests.PAPER).side == "one-sided"


def test_each_interval_of_rates_has_the_name_that_its_computation_knows():
    """3 of 10: Clopper-Pearson .067 to .652, Wilson .108 to .603 (R: binom.test, prop.test uncorrected)."""
    limits = {
        each: rate_interval(3, 10, 0.95, AnalysisOptions(rate_interval=each).rate_method)
        for each in (RateInterval.CLOPPER_PEARSON, RateInterval.WILSON)
    }
    assert limits[RateInterval.CLOPPER_PEARSON][:2] == pytest.approx((0.0667, 0.6525), abs=5e-5)
    assert limits[RateInterval.WILSON][:2] == pytest.approx((0.1078, 0.6032), abs=5e-5)
    assert AnalysisOptions().rate_method == ""
