"""Folders of what is being made go with their programs, however these end."""

import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from leukotype.runs.working_folder import (
    claim,
    remove_ended,
    temporary_files,
    temporary_folder,
    working_folder,
    working_folders,
)
from training.studies.children import in_child


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder of temporary files."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def killed_within(block):
    """Make a folder with a patient in a child that is killed there."""

    def work():
        with block() as folder:
            (folder or Path(tempfile.mkdtemp())).joinpath("patient.csv").write_text("P1")
            os._exit(9)

    assert in_child(work).code == 9


def test_a_folder_goes_with_its_block_also_with_files_in_it(tmp_path):
    with working_folder(tmp_path) as folder:
        (folder / "patient.csv").write_text("P1")
        assert working_folders(tmp_path) == [folder]
    assert not [*tmp_path.iterdir()]


def test_nobody_can_claim_what_a_living_program_holds(tmp_path):
    with working_folder(tmp_path) as folder:
        with claim(folder) as ended:
            assert not ended
        remove_ended(tmp_path)
        assert folder.is_dir()


def test_of_a_killed_program_the_next_removes_what_it_left(tmp_path):
    killed_within(lambda: working_folder(tmp_path))
    (left,) = working_folders(tmp_path)
    assert (left / "patient.csv").exists()
    remove_ended(tmp_path)
    assert not left.exists()


@pytest.mark.parametrize("block", [temporary_folder, temporary_files])
def test_temporary_files_of_a_killed_program_go_when_the_next_makes_some(block, place):
    killed_within(block)
    assert [*place.rglob("patient.csv")]
    with temporary_folder() as folder:
        assert [*place.iterdir()] == [folder]
    assert not [*place.iterdir()]


def test_whoever_makes_temporary_files_makes_them_in_the_one_folder(place, monkeypatch):
    """Those of libraries and of workers too, which look in the environment."""
    monkeypatch.setenv("TMPDIR", "before")
    monkeypatch.delenv("JOBLIB_TEMP_FOLDER", raising=False)
    with temporary_files():
        (folder,) = place.iterdir()
        assert Path(tempfile.mkdtemp()).parent == folder
        assert os.environ["TMPDIR"] == os.environ["JOBLIB_TEMP_FOLDER"] == str(folder)
    assert not [*place.iterdir()]
    assert (tempfile.gettempdir(), os.environ["TMPDIR"]) == (str(place), "before")
    assert "JOBLIB_TEMP_FOLDER" not in os.environ


def test_a_link_to_a_folder_of_somebody_else_is_none_of_them(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / ".leukotype-unfinished-abcdefgh").symlink_to(tmp_path / "mine")
    remove_ended(tmp_path)
    assert (tmp_path / "mine").is_dir()
    assert (tmp_path / ".leukotype-unfinished-abcdefgh").is_symlink()


def test_many_at_once_each_keep_their_own(place):
    """Each start removes what ended ones left, also in the moment between another's making and its lock."""

    def work(number):
        with temporary_folder() as folder:
            (folder / "patient").write_text(str(number))
            return (folder / "patient").read_text() == str(number)

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(work, range(1000)))
    assert working_folders(place, "leukotype-temporary-") == []
