"""Shared fixtures: the folder of real patients' files, a browser, and the made sources of a pool."""

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


@pytest.fixture(scope="session")
def chromium(left_out) -> Path:
    """The browser's program."""
    from leukotype.errors import InputError
    from leukotype.report.pdf import PROGRAMS, find_browser

    try:
        return Path(find_browser())
    except InputError:
        left_out(f"none of {', '.join(PROGRAMS)} on this machine: apt-get install chromium")


@pytest.fixture(scope="session")
def browser(left_out, chromium):
    """A browser, open: one for all tests of a process, since Playwright's loop runs but once in it."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        left_out("playwright is not installed: pip install playwright")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()


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
