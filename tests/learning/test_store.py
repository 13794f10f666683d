"""A bundle stands in its place whole, or not at all; what a killed training left beside it goes."""

import os
import platform
import subprocess
import sys

import pytest

from leukotype.errors import InputError
from leukotype.learning.store import _by_name, check_free


@pytest.fixture
def ended():
    """Number of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        pass
    return process.pid


def test_what_a_killed_training_left_goes_at_the_next_start(tmp_path, ended):
    killed = tmp_path / f".mine-{platform.node()}-{ended}-abc"
    alive = tmp_path / f".mine-{platform.node()}-{os.getpid()}-abc"
    elsewhere = tmp_path / f".mine-another.machine-{ended}-abc"
    other = tmp_path / f".yours-{platform.node()}-{ended}-abc"
    for folder in (killed, alive, elsewhere, other):
        folder.mkdir()
        (folder / "model.npz").touch()
    check_free(tmp_path / "mine")
    assert sorted(tmp_path.iterdir()) == sorted([alive, elsewhere, other])


def test_a_place_that_is_taken_is_refused_and_stays(tmp_path):
    (tmp_path / "mine").mkdir()
    with pytest.raises(InputError, match="expected no such folder yet"):
        check_free(tmp_path / "mine")
    assert (tmp_path / "mine").is_dir()


def test_files_of_one_name_are_all_in_the_manifest():
    assert _by_name({"a/x.csv": "1", "b/x.csv": "2", "y.csv": "3"}) == {
        "x.csv": "1", "x.csv (2)": "2", "y.csv": "3",
    }  # fmt: skip
