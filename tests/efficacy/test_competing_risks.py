"""Cumulative incidence and Gray's test agree with R's cmprsk; see tests/golden/README.md."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from leukotype.efficacy.competing_risks import Ends, cumulative_incidence, gray
from leukotype.efficacy.hazards import hazard_ratio
from leukotype.efficacy.risk_sets import Outcomes

GOLDEN = Path(__file__).parents[1] / "golden"
VALUES = pd.read_csv(GOLDEN / "sensitivity_values.csv").set_index(["data", "quantity"])["value"]
ENDS = pd.read_csv(GOLDEN / "ends.csv")
SETS = ["mgus2", "waiting", "years"]


def ends(name):
    own = ENDS[ENDS["data"] == name]
    return Ends(*(own[column].to_numpy(float) for column in ("time", "cause", "experimental")))


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("cause", [1, 2])
def test_gray(name, cause):
    assert gray(ends(name), cause).p == pytest.approx(VALUES[name, f"gray_{cause}"], rel=1e-6)


@pytest.mark.parametrize("name", SETS)
def test_incidence_and_its_variance(name):
    asked = [q.split("_") for q in VALUES[name].index if q.startswith("incidence")]
    assert len(asked) == 12
    for _, arm, cause, at in asked:
        part = ends(name).part(ends(name).experimental == int(arm))
        value, variance = cumulative_incidence(part, int(cause)).at(float(at))
        assert value == pytest.approx(VALUES[name, f"incidence_{arm}_{cause}_{at}"], rel=1e-6)
        assert variance == pytest.approx(VALUES[name, f"variance_{arm}_{cause}_{at}"], rel=1e-6)


def test_without_another_cause_the_incidence_is_one_less_survival():
    """Of four patients seen to 1, 2, 3 (censored) and 4: survival 3/4, 1/2, 1/2, 0."""
    found = cumulative_incidence(Ends(np.array([1.0, 2, 3, 4]), np.array([1.0, 1, 0, 1]), np.zeros(4)), 1)
    assert found.incidence == pytest.approx([0, 0.25, 0.5, 0.5, 1])
    assert found.at(9)[0] == 1  # nobody is left


def test_beyond_the_last_patient_nothing_is_known():
    found = cumulative_incidence(Ends(np.array([1.0, 2]), np.array([1.0, 0]), np.zeros(2)), 1)
    assert math.isnan(found.at(3)[0])
    assert math.isnan(gray(Ends(np.array([1.0, 2]), np.zeros(2), np.array([0.0, 1])), 1).p)


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("cause", [1, 2])
def test_cause_specific_hazard_ratio(name, cause):
    """The Cox model in which another cause is censoring."""
    own = ends(name)
    one_stratum = np.zeros(len(own.time), dtype=np.int64)
    found = hazard_ratio(Outcomes(own.time, (own.cause == cause) * 1.0, own.experimental, one_stratum))
    for mine, theirs in (("hr", "ratio"), ("low", "low"), ("high", "high")):
        assert getattr(found, mine) == pytest.approx(VALUES[name, f"cause_{cause}_{theirs}"], rel=1e-6)
