"""A bundle stands in its place whole, or not at all; what a killed training left beside it goes."""

import pytest

from leukotype.errors import InputError
from leukotype.learning.store import _by_name, check_free
from leukotype.runs.working_folder import AMONG_RESULTS, working_folder


def test_what_a_killed_training_left_goes_at_the_next_start(tmp_path):
    """What a program left is not locked; what a living one writes, is."""
    killed, other = tmp_path / f"{AMONG_RESULTS}abcdefgh", tmp_path / "yours"
    with working_folder(tmp_path) as alive:
        for folder in (killed, other):
            folder.mkdir()
            (folder / "model.npz").touch()
        check_free(tmp_path / "mine")
        assert sorted(tmp_path.iterdir()) == sorted([alive, other])


def test_a_place_that_is_taken_is_refused_and_stays(tmp_path):
    (tmp_path / "mine").mkdir()
    with pytest.raises(InputError, match="expected no such folder yet"):
        check_free(tmp_path / "mine")
    assert (tmp_path / "mine").is_dir()


def test_files_of_one_name_are_all_in_the_manifest():
    assert _by_name({"a/x.csv": "1", "b/x.csv": "2", "y.csv": "3"}) == {
        "x.csv": "1", "x.csv (2)": "2", "y.csv": "3",
    }  # fmt: skip
