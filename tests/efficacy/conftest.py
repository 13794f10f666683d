"""A trial of 91 invented patients whose counts are those that the INO-VATE genomic analysis printed."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from leukotype.demo.trial_cohort import simulate_trial
from leukotype.efficacy import (
    Analysis,
    Trial,
    TrialColumns,
    analyse,
    check_clinical,
    join_trial,
    parse_columns,
)
from leukotype.efficacy.columns import EXAMPLE_TOML
from leukotype.efficacy.risk_sets import Outcomes
from leukotype.vocabulary import MIN_BLAST_PCT, Status


@pytest.fixture
def clinical_table() -> pd.DataFrame:
    return simulate_trial(7)


@pytest.fixture(scope="session")
def columns() -> TrialColumns:
    return parse_columns(EXAMPLE_TOML, "example")


@pytest.fixture
def calls(clinical_table) -> pd.DataFrame:
    return perfect_calls(clinical_table)


@pytest.fixture(scope="session")
def trial(columns) -> Trial:
    table = simulate_trial(7)
    return join_trial(check_clinical(table, columns, "trial.csv"), perfect_calls(table))


@pytest.fixture(scope="session")
def analysis(trial) -> Analysis:
    return analyse(trial)


def perfect_calls(table: pd.DataFrame) -> pd.DataFrame:
    """Calls as a classifier that is never wrong would make them."""
    low = table["blast_pct"] < MIN_BLAST_PCT
    return pd.DataFrame(
        {
            "sample": table["patient"],
            "status": low.map({True: Status.LOW_BLASTS, False: Status.CALLED}),
            "subtype": table["true_subtype"].mask(low, ""),
            "risk_group": "",
        }
    )


GOLDEN = Path(__file__).parents[1] / "golden"


SETS = ["veteran", "aml", "freireich"]


def outcomes(name):
    d = pd.read_csv(GOLDEN / f"{name}.csv")
    return Outcomes(
        d["time"].to_numpy(float),
        d["event"].to_numpy(float),
        d["experimental"].to_numpy(float),
        d["stratum"].to_numpy(np.int64),
    )
