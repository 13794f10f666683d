"""The real cohort, read once."""

import copy
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from training.config import DEFAULT
from training.heldout import fit_on

from training.cohort import Cohort, load_cohort


@pytest.fixture(scope="session")
def config() -> dict[str, Any]:
    return tomllib.loads(DEFAULT.read_text())


@pytest.fixture(scope="session")
def cohort(data: Path, config: dict[str, Any]) -> Cohort:
    return load_cohort(data, config["min_patients"])


@pytest.fixture(scope="session")
def small(config):
    config = copy.deepcopy(config)
    config["mixing"] |= {"dilutions": 1, "gate_dilutions": 1, "backgrounds": 40, "scrambled": 20}
    config["classifier"] |= {"inner_folds": 3}
    return config


@pytest.fixture(scope="session")
def rows(cohort):
    """One cohort without the subtypes of which it has fewer than three patients."""
    own = cohort.patients.cohorts == "GSE181157"
    names, sizes = np.unique(cohort.patients.labels[own], return_counts=True)
    return np.flatnonzero(own & np.isin(cohort.patients.labels, names[sizes >= 3]))


@pytest.fixture(scope="session")
def fitted(cohort, rows, small):
    return fit_on(cohort, rows, small, seed=3)
