"""The real cohort, read once."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from training.cohort import Cohort, load_cohort
from training.config import DEFAULT


@pytest.fixture(scope="session")
def config() -> dict[str, Any]:
    return tomllib.loads(DEFAULT.read_text())


@pytest.fixture(scope="session")
def cohort(data: Path, config: dict[str, Any]) -> Cohort:
    return load_cohort(data, config["min_patients"])
