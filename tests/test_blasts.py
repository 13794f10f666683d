"""The rule of the INO-VATE genomic analysis: samples under 30 % blasts were set aside."""

import math

import pytest

from leukotype.blasts import hold_reason


@pytest.mark.parametrize("blasts", [30.0, 30.0001, 31.0, 95.0, 100.0])
def test_thirty_percent_and_more_pass(blasts):
    assert hold_reason(blasts) is None


@pytest.mark.parametrize(("blasts", "figure"), [(29.9, "29.9 %"), (12.0, "12 %"), (0.0, "0 %")])
def test_less_is_held_back_with_the_figure_and_the_limit(blasts, figure):
    reason = hold_reason(blasts)
    assert reason is not None
    assert figure in reason
    assert "30 %" in reason
    assert "given" in reason


def test_without_a_figure_the_gate_says_nothing():
    assert hold_reason(math.nan) is None
