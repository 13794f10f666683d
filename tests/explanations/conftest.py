"""SYNTHETIC samples and real ones, explained."""

import pytest

from leukotype.demo.simulate import simulate_cohort
from leukotype.model.bundle import load
from leukotype.pipeline import explain


@pytest.fixture(scope="session")
def cohort():
    return simulate_cohort(load(), per_class=1, purities=[90], random_state=5)


@pytest.fixture(scope="session")
def said(cohort):
    return explain(cohort.counts, cohort.blasts)


@pytest.fixture(scope="session")
def real(data):
    """Raw counts of 19 children of St. Jude's Total XVI study."""
    return data / "external" / "GSE161501" / "counts.tsv.gz"
