"""The rule of the INO-VATE genomic analysis: samples under 30 % blasts were set aside."""

import math

import numpy as np
import pytest

from leukotype.model.blasts import BlastModel, Blasts, hold_reason, remark
from leukotype.vocabulary import MIN_BLAST_PCT

UNKNOWN = math.nan


def given(pct, estimate=80.0):
    return Blasts(pct, estimate, estimate - 10, min(100.0, estimate + 10))


def estimated(estimate, low, high):
    return Blasts(UNKNOWN, estimate, low, high)


@pytest.mark.parametrize("pct", [30.0, 30.0001, 31.0, 95.0, 100.0])
def test_thirty_percent_and_more_pass(pct):
    assert hold_reason(given(pct)) is None


@pytest.mark.parametrize(("pct", "figure"), [(29.9, "29.9 %"), (12.0, "12 %"), (0.0, "0 %")])
def test_less_is_held_back_with_the_figure_and_the_limit(pct, figure):
    reason = hold_reason(given(pct))
    assert reason is not None
    assert figure in reason
    assert "30 %" in reason
    assert "given" in reason


def test_a_given_percentage_wins_over_the_estimate_in_both_directions():
    assert hold_reason(given(80.0, estimate=10.0)) is None
    assert hold_reason(given(10.0, estimate=90.0)) is not None
    assert hold_reason(given(80.0, estimate=10.0), strict=True) is None


def test_an_estimate_under_thirty_is_held_back_with_its_interval():
    reason = hold_reason(estimated(12.3, 8.0, 17.4))
    assert reason is not None
    for part in ("12 % (estimated; 90 % interval 8 to 17)", "under 30 %", "give the percentage"):
        assert part in reason


def test_an_interval_across_thirty_is_a_remark_and_held_back_only_when_strict():
    near = estimated(38.0, 27.0, 52.0)
    assert hold_reason(near) is None
    assert "near 30 %" in (remark(near) or "")
    assert "maybe under 30 %" in (hold_reason(near, strict=True) or "")
    assert hold_reason(estimated(38.0, 30.0, 52.0), strict=True) is None


def test_an_estimate_whose_interval_ends_below_thirty_is_not_near_it():
    """As that of SYN_normal_1 of the demo, which is no B-ALL and so is not held back for its blasts."""
    assert remark(estimated(1.6, 0.0, 4.8)) is None
    assert "near 30 %" in (remark(estimated(24.0, 15.0, 34.0)) or "")


def test_a_large_disagreement_with_the_given_percentage_is_a_remark():
    assert "90 % as given" in (remark(Blasts(90.0, 35.0, 25.0, 50.0)) or "")
    assert remark(Blasts(90.0, 75.0, 60.0, 90.0)) is None


def test_a_full_marrow_has_no_remark():
    assert remark(estimated(90.0, 75.0, 98.0)) is None


@pytest.fixture
def model():
    knots = np.array([-2.0, 0.0, 2.0])
    return BlastModel(
        np.array([1.0, -1.0]), np.array(0.5), knots, np.array([0.0, 20, 80]), np.array([1.0, 40, 90]),
        np.array([5.0, 60, 99]),
    )  # fmt: skip


def test_the_estimate_is_read_off_the_curves_and_stays_inside_them(model):
    scaled = np.array([[0.5, 1.0], [0.5, 0.0], [50.0, -50.0], [-50.0, 50.0]])  # scores 0, 1, far out
    np.testing.assert_allclose(
        model(scaled), [[40, 20, 60], [65, 50, 79.5], [90, 80, 99], [1, 0, 5]], rtol=1e-12
    )


def test_the_estimate_lies_in_its_interval_and_rises_with_the_score(model):
    found = model(np.column_stack([np.linspace(-4, 4, 101), np.zeros(101)]))
    assert (found[:, 1] <= found[:, 0]).all()
    assert (found[:, 0] <= found[:, 2]).all()
    assert (np.diff(found, axis=0) >= 0).all()


def test_a_model_comes_back_from_its_arrays(model):
    state = model.state()
    assert all(np.asarray(array).dtype != object for array in state.values())
    scaled = np.random.default_rng(0).normal(size=(5, 2))
    assert np.array_equal(BlastModel.from_state(state)(scaled), model(scaled))


def test_the_limit_is_that_of_the_trial():
    """published.yaml of the INO-VATE genomic analysis: samples with under 30 % blasts were set aside."""
    assert MIN_BLAST_PCT == 30.0


def test_an_estimate_that_is_no_number_holds_the_sample_back():
    assert "under 30 %" in (hold_reason(estimated(math.nan, math.nan, math.nan)) or "")
    assert hold_reason(estimated(80.0, math.nan, math.nan), strict=True) is not None
    assert remark(estimated(80.0, math.nan, math.nan)) is not None
    assert remark(Blasts(90.0, math.nan, math.nan, math.nan)) is not None
