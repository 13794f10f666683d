"""Files that replace others are all there or none, whoever is killed at it, however many write at once."""

import os
import threading
from itertools import count
from pathlib import Path

import pytest

from leukotype.errors import InputError
from leukotype.runs import swap
from leukotype.runs.files import check_writable, write_whole
from leukotype.runs.swap import one_writer
from training.studies.children import in_child
from training.studies.kills import stop_at

OLD = {"a.csv": "old", "b.csv": "old", "figure.png": "old"}
NEW = {"a.csv": "new", "b.csv": "new", "table.csv": "new", "run.json": "new"}
MINE = {"notes.txt": "mine"}


def content(folder):
    return {path.name: path.read_text() for path in folder.iterdir() if path.is_file()}


def stand(folder):
    """Make a folder of an older result, with a file of somebody else."""
    folder.mkdir()
    for name, text in (OLD | MINE).items():
        (folder / name).write_text(text)
    return folder


def killed(step, work):
    """Do some work that is killed at its nth change of a file; whether it was."""

    def child():
        stop_at(step, "a kill")
        work()
        return 0

    return in_child(child).code != 0


def write(folder):
    write_whole(folder, NEW, gone=("figure.png",))


def no_links(monkeypatch):
    def refuse(*_, **__):
        raise OSError("operation not supported")

    monkeypatch.setattr(os, "link", refuse)


@pytest.mark.parametrize("links", [True, False])
def test_who_writes_next_finds_the_old_files_or_the_new_ones(links, tmp_path, monkeypatch):
    """Killed at each change of a file; with and without hard links on the disk."""
    if not links:
        no_links(monkeypatch)
    for step in count(1):
        folder = stand(tmp_path / str(step))
        if not killed(step, lambda folder=folder: write(folder)):
            break
        check_writable(folder)
        assert content(folder) in (OLD | MINE, NEW | MINE), step
    assert step > 15
    assert content(folder) == NEW | MINE


@pytest.mark.parametrize("first", [10, 12, 14])
def test_who_is_killed_while_putting_back_can_begin_again(first, tmp_path):
    for step in count(1):
        folder = stand(tmp_path / str(step))
        assert killed(first, lambda folder=folder: write(folder))
        mixed = content(folder) not in (OLD | MINE, NEW | MINE)
        ended = not killed(step, lambda folder=folder: check_writable(folder))
        check_writable(folder)
        assert content(folder) in ((OLD | MINE,) if mixed else (OLD | MINE, NEW | MINE)), step
        if ended:
            break
    assert step > 2


def test_of_two_at_once_the_second_waits(tmp_path, monkeypatch):
    folder, rename = stand(tmp_path / "out"), Path.replace
    begun, go = threading.Event(), threading.Event()

    def slowly(path, target):
        if not begun.is_set():
            begun.set()
            go.wait()
        return rename(path, target)

    monkeypatch.setattr(Path, "replace", slowly)
    first, second = (
        threading.Thread(target=lambda who=who: write_whole(folder, dict.fromkeys(OLD, who))) for who in "xy"
    )
    first.start()
    begun.wait()
    second.start()
    second.join(0.3)
    assert second.is_alive()
    assert content(folder) == OLD | MINE
    go.set()
    first.join()
    second.join()
    assert content(folder) == dict.fromkeys(OLD, "y") | MINE


def test_two_who_make_the_same_new_folder_both_write_to_it(tmp_path, monkeypatch):
    """The other one makes it between the first look and the renaming."""
    rename, folder = os.rename, tmp_path / "out"

    def later(source, target, **named):
        monkeypatch.setattr(os, "rename", rename)
        write_whole(folder, {"a.csv": "other", "only theirs.csv": "other"})
        return rename(source, target, **named)

    monkeypatch.setattr(os, "rename", later)
    write_whole(folder, NEW)
    assert content(folder) == NEW | {"only theirs.csv": "other"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_who_does_not_let_go_is_told_in_one_line(tmp_path, monkeypatch):
    monkeypatch.setattr(swap, "_WAIT", 0.05)
    folder = stand(tmp_path / "out")
    with one_writer(folder) as alone:
        assert alone
        with pytest.raises(InputError, match=r"another program has been writing there for 0\.05 s: end it"):
            write(folder)
    assert content(folder) == OLD | MINE


def test_a_disk_that_knows_no_locks_is_written_to_too(tmp_path, monkeypatch):
    import fcntl

    def refuse(*_):
        raise OSError("no locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    folder = stand(tmp_path / "out")
    write(folder)
    assert content(folder) == NEW | MINE


def test_what_a_check_refuses_leaves_the_folder_as_it_was(tmp_path):
    def refuse():
        raise InputError("another run stands there")

    folder = stand(tmp_path / "out")
    with pytest.raises(InputError, match="another run stands there"):
        write_whole(folder, NEW, check=refuse)
    assert content(folder) == OLD | MINE
