"""Shared fixtures: the folder of real patients' files, and nothing that a test could not say itself."""

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
