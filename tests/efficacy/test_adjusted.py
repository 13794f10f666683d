"""Models with more than the arm agree with R; see tests/golden/README.md."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from leukotype.efficacy.adjusted import adjusted_hazard_ratio, adjusted_odds_ratio, beside_transplantation
from leukotype.efficacy.not_estimable import Cause
from leukotype.efficacy.risk_sets import Outcomes

GOLDEN = Path(__file__).parents[1] / "golden"
VALUES = pd.read_csv(GOLDEN / "sensitivity_values.csv").set_index(["data", "quantity"])["value"]
LUNG = pd.read_csv(GOLDEN / "adjusted.csv")
HEART = pd.read_csv(GOLDEN / "transplanted.csv")


def outcomes(frame):
    stratum = frame["stratum"] if "stratum" in frame else pd.Series(0, index=frame.index)
    return Outcomes(
        *(frame[name].to_numpy(float) for name in ("time", "event", "experimental")),
        stratum.to_numpy(np.int64),
    )


def agrees(found, data, prefix):
    for name in ("ratio", "low", "high", "p"):
        assert getattr(found, name) == pytest.approx(VALUES[data, f"{prefix}_{name}"], rel=1e-6)


@pytest.mark.parametrize("prefix", ["cox", "stratified"])
def test_hazard_ratio_at_the_same_covariates(prefix):
    data = outcomes(LUNG) if prefix == "stratified" else outcomes(LUNG).without_strata()
    found = adjusted_hazard_ratio(data, LUNG[["karno", "age"]].to_numpy(float), 0.975)
    agrees(found, "adjusted", prefix)


def test_a_covariate_that_others_make_up_changes_nothing():
    """The sum of two covariates says nothing that they do not; a constant and the stratum itself neither."""
    covariates = LUNG[["karno", "age"]].to_numpy(float)
    idle = np.column_stack([covariates, covariates.sum(axis=1), np.ones(len(LUNG)), LUNG["stratum"]])
    agrees(adjusted_hazard_ratio(outcomes(LUNG), idle, 0.975), "adjusted", "stratified")


def test_odds_ratio_at_the_same_covariates():
    hit = (LUNG["time"] > 100).to_numpy(float)
    experimental = LUNG["experimental"].to_numpy(float)
    found = adjusted_odds_ratio(hit, experimental, LUNG[["karno", "age"]].to_numpy(float), 0.975)
    agrees(found, "adjusted", "logistic")


def test_a_covariate_that_tells_the_arm_leaves_no_estimate():
    same = LUNG[["experimental"]].to_numpy(float)
    hit = (LUNG["time"] > 100).to_numpy(float)
    for found in (
        adjusted_hazard_ratio(outcomes(LUNG), same, 0.975),
        adjusted_odds_ratio(hit, same[:, 0], same, 0.975),
    ):
        assert math.isnan(found.ratio)
        assert found.why_not.cause is Cause.CONFOUNDED


def test_few_events_for_the_covariates_leave_no_estimate():
    """Ten events allow two parameters at five each (Vittinghoff and McCulloch 2007), not three."""
    few = outcomes(LUNG.assign(event=(LUNG.index % 14 == 0).astype(int))).without_strata()
    assert few.event.sum() == 10
    found = adjusted_hazard_ratio(few, LUNG[["karno", "age"]].to_numpy(float), 0.975)
    assert found.why_not.cause is Cause.FEW_EVENTS


def test_a_response_that_a_covariate_decides_has_no_estimate():
    hit = (LUNG["karno"] > 60).to_numpy(float)
    found = adjusted_odds_ratio(
        hit, LUNG["experimental"].to_numpy(float), LUNG[["karno"]].to_numpy(float), 0.975
    )
    assert found.why_not.cause is Cause.NOT_CONVERGED


def test_transplantation_counts_from_its_day_on():
    arm, transplantation = beside_transplantation(
        outcomes(HEART), HEART["transplanted"].to_numpy(float), 0.975
    )
    agrees(arm, "transplanted", "arm")
    agrees(transplantation, "transplanted", "transplantation")


def test_without_a_transplantation_there_is_no_effect_of_one():
    never = np.full(len(HEART), math.nan)
    for found in beside_transplantation(outcomes(HEART), never, 0.975):
        assert found.why_not.cause is Cause.NO_TRANSPLANTATION
