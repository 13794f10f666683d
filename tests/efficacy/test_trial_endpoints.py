"""What each patient of a trial has of each endpoint is what stands in the table of the trial."""

import numpy as np
import pytest

from leukotype.efficacy import check_clinical, join_trial, parse_columns
from leukotype.efficacy.columns import EXAMPLE_TOML
from leukotype.efficacy.trial_endpoints import rates, trial_outcomes
from leukotype.vocabulary import Endpoint


def test_everybody_counts_for_the_response_and_responders_for_mrd(trial):
    """Blood Adv 2024;8(12):3226: 32 of 43 responded on InO, 16 of 48 on SC; MRD is of responders."""
    found = {name: (hit, counts) for name, hit, counts in rates(trial)}
    responded, everybody = found[Endpoint.RESPONSE]
    assert everybody.all()
    arm = trial.in_experimental
    assert (responded[arm].sum(), arm.sum()) == (32, 43)
    assert (responded[~arm].sum(), (~arm).sum()) == (16, 48)
    negative, of_mrd = found[Endpoint.MRD]
    np.testing.assert_array_equal(of_mrd, responded)
    assert not (negative & ~responded).any()


def test_a_further_endpoint_counts_those_of_whom_it_is_known(clinical_table, calls):
    clinical_table["transplanted"] = np.where(clinical_table["hsct_months"].isna(), 0.0, 1.0)
    clinical_table.loc[:9, "transplanted"] = np.nan
    text = EXAMPLE_TOML + '\n[rates]\nHSCT = "transplanted"\n'
    columns = parse_columns(text, "example")
    trial = join_trial(check_clinical(clinical_table, columns, "trial.csv"), calls)
    found = {name: (hit, counts) for name, hit, counts in rates(trial)}
    hit, counts = found["HSCT"]
    assert counts.sum() == 81
    assert hit.sum() == clinical_table["hsct_months"].iloc[10:].notna().sum()


@pytest.mark.parametrize("endpoint", ["OS", "PFS"])
def test_times_events_and_arms_are_those_of_the_table(trial, clinical_table, endpoint):
    known, outcomes = trial_outcomes(trial, endpoint)
    table = clinical_table.set_index("patient").loc[trial.patients.index]
    assert known.all()
    np.testing.assert_allclose(outcomes.time, table[f"{endpoint.lower()}_months"])
    np.testing.assert_array_equal(outcomes.event, table[f"{endpoint.lower()}_event"])
    np.testing.assert_array_equal(outcomes.experimental == 1, table["arm"] == "InO")


def test_strata_of_the_randomisation_are_all_combinations_of_their_levels(trial):
    """Patients of one stratum are alike in every factor of it, and others differ in one."""
    _, outcomes = trial_outcomes(trial, "OS")
    assert len(trial.strata) > 1
    keys = trial.factors[list(trial.strata)].astype(str).agg("|".join, axis=1)
    assert len(set(zip(keys, outcomes.stratum, strict=True))) == keys.nunique() == len(set(outcomes.stratum))


def test_who_has_no_time_is_left_out_and_marked(clinical_table, columns, calls):
    clinical_table.loc[[3, 4], ["os_months", "os_event"]] = np.nan
    trial = join_trial(check_clinical(clinical_table, columns, "trial.csv"), calls)
    known, outcomes = trial_outcomes(trial, "OS")
    assert np.flatnonzero(~known).tolist() == [3, 4]
    assert len(outcomes.time) == len(outcomes.stratum) == 89
