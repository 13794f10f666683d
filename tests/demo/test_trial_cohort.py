"""The SYNTHETIC trial: what Blood Adv 2024;8(12):3226 printed of its 91 patients, patient by patient."""

import numpy as np
import pandas as pd
import pandas.testing as pdt
import pytest

from leukotype.demo.trial_cohort import simulate_trial
from leukotype.vocabulary import MIN_BLAST_PCT, SUBTYPES

SEEDS = range(20)
HIGH_RISK = ["BCR::ABL1-like", "Low hypodiploid", "KMT2A-r"]


@pytest.fixture(scope="module", params=[1, 2026])
def trial(request):
    return simulate_trial(request.param)


def counts(patients):
    """(responders, patients) on InO and on SC."""
    arms = [patients[patients["arm"] == arm] for arm in ("InO", "SC")]
    return [(int((arm["response"] != "other").sum()), len(arm)) for arm in arms]


def classified(trial):
    return trial[trial["blast_pct"] >= MIN_BLAST_PCT]


def test_all_patients(trial):
    assert len(trial) == 91
    assert counts(trial) == [(32, 43), (16, 48)]


@pytest.mark.parametrize(
    ("subtype", "printed"),
    [
        ("BCR::ABL1", [(4, 6), (4, 7)]),
        ("BCR::ABL1-like", [(6, 7), (0, 5)]),
    ],
)
def test_subtypes_whose_responses_are_printed(trial, subtype, printed):
    patients = classified(trial)
    assert counts(patients[patients["true_subtype"] == subtype]) == printed


@pytest.mark.parametrize(
    ("subtype", "n"), [("Low hypodiploid", 11), ("KMT2A-r", 8), ("DUX4-r", 5), ("BCR::ABL1", 13)]
)
def test_subtypes_whose_shares_are_printed(trial, subtype, n):
    assert (classified(trial)["true_subtype"] == subtype).sum() == n


def test_no_other_subtype_has_five_percent(trial):
    named = ["BCR::ABL1", *HIGH_RISK, "DUX4-r"]
    rare = classified(trial)["true_subtype"].value_counts().drop(named)
    assert rare.sum() == 17
    assert rare.max() <= 4
    assert len(rare) == 8


def test_high_risk_without_bcr_abl1(trial):
    patients = classified(trial)
    assert counts(patients[patients["true_subtype"].isin(HIGH_RISK)]) == [(10, 12), (2, 19)]


def test_low_blast_patients_are_25_and_have_a_subtype_beneath(trial):
    low = trial[trial["blast_pct"] < MIN_BLAST_PCT]
    assert len(low) == 25
    assert set(low["true_subtype"]) <= set(SUBTYPES)
    assert low["true_subtype"].nunique() > 3
    assert low["blast_pct"].min() >= 5  # asked for at entry to the trial


def test_mrd_is_known_of_responders_alone(trial):
    assert (trial["mrd_negative"].notna() == (trial["response"] != "other")).all()
    patients = classified(trial)
    negative = patients.groupby(["true_subtype", "arm"])["mrd_negative"].sum()
    assert negative["BCR::ABL1", "InO"] == 4
    assert negative["BCR::ABL1", "SC"] == 1
    assert negative["BCR::ABL1-like", "InO"] == 6


@pytest.mark.parametrize("seed", SEEDS)
def test_times_are_possible(seed):
    trial = simulate_trial(seed)
    assert (trial["pfs_months"] > 0).all()
    assert (trial["os_months"] >= trial["pfs_months"]).all()
    followed = trial.loc[trial["os_event"] == 0, "os_months"]
    assert followed.between(24.0, 42.4).all()
    assert len(followed)
    assert trial["os_months"].max() <= 42.4
    # Who dies at the time of PFS cannot have left before.
    together = trial[(trial["os_event"] == 1) & (trial["os_months"] == trial["pfs_months"])]
    assert (together["pfs_event"] == 1).all()


def test_columns_fit_one_another(trial):
    assert trial.columns.tolist() == [
        "patient",
        "arm",
        "response",
        "mrd_negative",
        "pfs_months",
        "pfs_event",
        "os_months",
        "os_event",
        "first_remission",
        "salvage",
        "age",
        "age_group",
        "sex",
        "hsct_months",
        "true_subtype",
        "blast_pct",
    ]
    assert ((trial["age"] < 55) == (trial["age_group"] == "<55")).all()
    assert set(trial["first_remission"]) == {"<12", ">=12"}
    assert set(trial["salvage"]) == {1, 2}
    assert set(trial["response"]) == {"CR", "CRi", "other"}
    assert set(trial["pfs_event"]) | set(trial["os_event"]) == {0, 1}


def test_every_patient_says_synthetic(trial):
    assert trial["patient"].tolist() == [f"SYNTHETIC-{i:03d}" for i in range(1, 92)]


def test_the_order_of_patients_tells_nothing(trial):
    assert trial["arm"].ne(trial["arm"].shift()).sum() > 20


def test_a_seed_gives_one_trial():
    pdt.assert_frame_equal(simulate_trial(5), simulate_trial(5))
    assert not simulate_trial(5).equals(simulate_trial(6))


def rate(patients, endpoint):
    """Events per month: the estimate of an exponential rate."""
    return patients[f"{endpoint}_event"].sum() / patients[f"{endpoint}_months"].sum()


def test_the_recipe_of_survival_over_many_trials():
    trials = pd.concat([simulate_trial(seed) for seed in range(200)])
    standard = trials[trials["arm"] == "SC"]
    # SC: median PFS 1.8 months (N Engl J Med 2016;375:740); 18 200 patients leave an error under 2 %.
    assert np.log(2) / rate(standard, "pfs") == pytest.approx(1.8, rel=0.03)
    high = trials[trials["true_subtype"].isin(HIGH_RISK) & (trials["blast_pct"] >= MIN_BLAST_PCT)]
    ratios = [rate(high[high["arm"] == arm], "pfs") for arm in ("InO", "SC")]
    # Responders stay longer, and those who drop out are not those who would have progressed soon: the
    # ratio of rates lies near the .16 drawn, not on it.
    assert ratios[0] / ratios[1] == pytest.approx(0.16, abs=0.03)
    # SC: 10.0 % alive at two years and 4.6 % cured (Cancer 2019;125:2474), more where PFS outlasts OS.
    assert (standard["os_months"] >= 24).mean() == pytest.approx(0.100, abs=0.015)


def test_responders_live_longer():
    trials = pd.concat([simulate_trial(seed) for seed in range(50)])
    for _, arm in trials.groupby("arm"):
        by_response = arm.groupby(arm["response"] != "other")["pfs_months"].mean()
        assert by_response[True] > 1.3 * by_response[False]
