"""A full disk is told with its place: the system says it of opening a file, and not of writing to it."""

import errno
import os
import tempfile
from collections import namedtuple

import pytest

from leukotype.runs import full_disk
from leukotype.runs.files import write_whole
from leukotype.runs.full_disk import cause_of, is_full

FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize(("free", "place"), [(0, True), (10**9, False)])
def test_the_folder_of_temporary_files_is_said_where_it_is_full(monkeypatch, free, place):
    disk = namedtuple("disk", "free")(free)
    monkeypatch.setattr(full_disk.shutil, "disk_usage", lambda _: disk)
    said = cause_of(FULL)
    assert "No space left on device" in said
    assert (tempfile.gettempdir() in said and "TMPDIR" in said) == place


def test_other_failures_are_no_full_disk():
    assert not is_full(OSError(errno.EACCES, "Permission denied"))
    assert cause_of(PermissionError(errno.EACCES, "Permission denied", "a.csv")) == "a.csv: Permission denied"


def test_a_full_folder_of_results_is_said(monkeypatch, tmp_path):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    with pytest.raises(OSError, match="No space left") as caught:
        write_whole(tmp_path / "out", {"a.csv": "1"})
    assert caught.value.filename == str(tmp_path / "out")
    assert list(tmp_path.iterdir()) == []
