"""A run of three SYNTHETIC patients, the third under 30 % blasts."""

import pytest

from leukotype.demo.simulate import Patient, simulate_patients
from leukotype.model.bundle import load
from leukotype.pipeline import classify

PEOPLE = (
    Patient("P1", "DUX4-r", 90.0),
    Patient("P2", "BCR::ABL1", 85.0),
    Patient("P3", "Hyperdiploid", 15.0),
)


@pytest.fixture(scope="session")
def small_run():
    made = simulate_patients(load(), PEOPLE, random_state=9)
    return classify(made.counts, made.blasts)
