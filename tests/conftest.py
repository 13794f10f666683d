"""Shared fixtures: the folder of real patients' files, and the made sources of a pool."""

import os
from pathlib import Path

import pytest

_DEFAULT = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def data() -> Path:
    """Folder of public patients' data: ``LEUKOTYPE_DATA``, else ``../shared/data``; skipped when absent."""
    folder = Path(os.environ.get("LEUKOTYPE_DATA", _DEFAULT))
    if folder.is_dir():
        return folder
    if os.environ.get("LEUKOTYPE_REQUIRE_DATA") == "1":
        pytest.fail(f"LEUKOTYPE_REQUIRE_DATA=1, but {folder} is not there")
    pytest.skip(f"real patients' data not found at {folder}: set LEUKOTYPE_DATA")


@pytest.fixture(scope="session")
def left_out():
    """Skip a test that needs a browser which is not there; fail it where LEUKOTYPE_REQUIRE_BROWSER=1."""

    def leave_out(why):
        if os.environ.get("LEUKOTYPE_REQUIRE_BROWSER") == "1":
            pytest.fail(f"LEUKOTYPE_REQUIRE_BROWSER=1, but {why}")
        pytest.skip(why)

    return leave_out


@pytest.fixture
def rng():
    """Random numbers, the same for every test."""
    import numpy as np

    return np.random.default_rng(0)


@pytest.fixture(scope="session")
def sources():
    """The small made sources of a pool of experts."""
    from tests.made_sources import made_sources

    return made_sources()


@pytest.fixture(scope="session")
def fresh():
    """Made samples that no expert learned from."""
    from tests.made_sources import fresh_patients

    return fresh_patients()
