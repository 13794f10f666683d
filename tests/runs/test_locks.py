"""A lock on a folder is held by one, and goes with its program."""

import os

from leukotype.runs.locks import lock, open_folder
from training.studies.children import in_child


def test_of_two_the_second_is_told_that_the_first_holds_it(tmp_path):
    first, second = open_folder(tmp_path), open_folder(tmp_path)
    assert lock(first) is True
    assert lock(second) is False
    os.close(first)
    assert lock(second) is True
    os.close(second)


def test_a_program_that_dies_lets_go(tmp_path):
    def work():
        assert lock(open_folder(tmp_path)) is True
        os._exit(9)

    assert in_child(work).code == 9
    held = open_folder(tmp_path)
    assert lock(held) is True
    os.close(held)


def test_a_disk_that_knows_no_locks_tells_nothing(tmp_path, monkeypatch):
    import fcntl

    def refuse(*_):
        raise OSError("no locks available")

    held = open_folder(tmp_path)
    monkeypatch.setattr(fcntl, "flock", refuse)
    assert lock(held) is None
    os.close(held)


def test_what_cannot_be_opened_is_not_locked(tmp_path):
    assert open_folder(tmp_path / "not there") is None
