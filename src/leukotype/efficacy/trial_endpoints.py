"""What each patient of a trial has of each endpoint: yes or no, or a time and an event."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from leukotype.efficacy.clinical_table import RESPONDERS, event_column, rate_column, time_column
from leukotype.efficacy.join import Mask, Trial
from leukotype.efficacy.risk_sets import Outcomes, join_ties
from leukotype.vocabulary import Endpoint


def rates(trial: Trial) -> Iterator[tuple[str, Mask, Mask]]:
    """Give the endpoints of yes and no: name, who has it, and who counts."""
    if "response" in trial.patients:
        responded = trial.patients["response"].isin(RESPONDERS).to_numpy()
        yield Endpoint.RESPONSE, responded, np.ones(len(responded), dtype=bool)
        if "mrd" in trial.patients:
            yield Endpoint.MRD, (trial.patients["mrd"] == "negative").to_numpy(), responded
    for name in trial.columns.rates:
        said = trial.patients[rate_column(name)].to_numpy(dtype=np.float64)
        yield name, said == 1, ~np.isnan(said)


def trial_outcomes(trial: Trial, endpoint: str) -> tuple[Mask, Outcomes]:
    """Give those who have the endpoint, and their outcomes by strata of the randomisation."""
    patients = trial.patients
    time = patients[time_column(endpoint)].to_numpy(dtype=np.float64)
    event = patients[event_column(endpoint)].to_numpy(dtype=np.float64)
    stratum = np.zeros(len(patients), dtype=np.int64)
    for column in trial.strata:
        codes = trial.factors[column].cat.codes.to_numpy(dtype=np.int64)
        stratum = stratum * (codes.max() + 1) + codes
    known = ~np.isnan(time)
    outcomes = Outcomes(time, event, trial.in_experimental.astype(np.float64), stratum).part(known)
    return known, replace(outcomes, time=join_ties(outcomes.time))
