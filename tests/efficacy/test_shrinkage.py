"""Shrunken subgroups agree with R's metafor and with published results; see tests/golden/README.md."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from leukotype.efficacy.shrinkage import conditional, shrink

VALUES = pd.read_csv(Path(__file__).parents[1] / "golden" / "sensitivity_values.csv")
SCHOOLS = VALUES[VALUES["data"] == "schools"].set_index("quantity")["value"]
Y = np.array([28.0, 8, -3, 7, -1, 1, 18, 12])
SE = np.array([15.0, 10, 16, 11, 9, 11, 10, 18])


@pytest.mark.parametrize("tau", [2, 10])
def test_at_a_known_tau(tau):
    means, errors = conditional(Y, SE, tau)
    for i in range(8):
        assert means[i] == pytest.approx(SCHOOLS[f"estimate_{tau}_{i + 1}"], rel=1e-6)
        assert errors[i] == pytest.approx(SCHOOLS[f"error_{tau}_{i + 1}"], rel=1e-6)


def test_with_tau_unknown():
    """R sums over a grid of the mean and of tau what is integrated here."""
    ratios = VALUES[VALUES["data"] == "ratios"].set_index("quantity")["value"]
    found = shrink(np.log([0.22, 0.64, 1.3, 0.5]), np.array([0.4, 0.3, 0.5, 0.8]), level=0.95)
    for i in range(4):
        for q, values in ((0.025, found.low), (0.5, found.estimate), (0.975, found.high)):
            assert values[i] == pytest.approx(ratios[f"quantile_{q}_{i + 1}"], abs=1e-4)


def test_two_subgroups_that_agree_are_more_sure_together():
    """Two equal estimates stay where they are, within a narrower interval than either alone."""
    found = shrink(np.array([0.5, 0.5]), np.array([0.3, 0.3]), level=0.95)
    assert found.estimate == pytest.approx([0.5, 0.5], abs=1e-9)
    assert found.high[0] - found.low[0] < 2 * 1.96 * 0.3
