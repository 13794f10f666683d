"""The real cohort, read once."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from leukotype.model.bundle import load
from training.cohort import PublicCohort, PublicSettings, load_cohort, read_public_settings


@pytest.fixture(scope="session")
def settings() -> PublicSettings:
    return read_public_settings()


@pytest.fixture(scope="session")
def cohort(data: Path, settings: PublicSettings) -> PublicCohort:
    return load_cohort(data, settings.learning, load().reference)


@pytest.fixture(scope="session")
def small(settings):
    """As quick as can be: few rows are made of patients, and one estimator scores the subtypes."""
    mixing = replace(settings.learning.mixing, dilutions=1, gate_dilutions=1, backgrounds=40, scrambled=20)
    learning = replace(settings.learning, mixing=mixing, inner_folds=3, seed=3)
    return replace(settings, learning=learning, use_pool=False)


@pytest.fixture(scope="session")
def rows(cohort):
    """One cohort without the subtypes of which it has fewer than three patients."""
    own = cohort.patients.cohorts == "GSE181157"
    names, sizes = np.unique(cohort.patients.labels[own], return_counts=True)
    return np.flatnonzero(own & np.isin(cohort.patients.labels, names[sizes >= 3]))


@pytest.fixture(scope="session")
def fitted(cohort, rows, small):
    return cohort.fit(small, rows)
