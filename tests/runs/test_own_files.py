"""A folder keeps the files of the newest run alone, and everything that the user put there."""

import json

import pytest

from leukotype.runs.own_files import write_own


def names(folder):
    return {path.name for path in folder.iterdir()}


def test_what_an_older_run_wrote_and_a_newer_does_not_is_gone(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    write_own(tmp_path, {"a.csv": "1", "old.png": b"2", "changed.csv": "3"}, "record.json")
    (tmp_path / "changed.csv").write_text("by hand")
    written = write_own(tmp_path, {"a.csv": "4", "new.svg": "5"}, "record.json")
    assert [path.name for path in written] == ["a.csv", "new.svg"]
    assert names(tmp_path) == {"a.csv", "new.svg", "changed.csv", "notes.txt", "record.json"}
    assert (tmp_path / "a.csv").read_text() == "4"


@pytest.mark.parametrize("told", ["", "[]", '{"files": 3}', "{", '{"files": {"a/../b.txt": "x"}}'])
def test_a_record_that_is_none_takes_nothing_away(tmp_path, told):
    (tmp_path / "record.json").write_text(told)
    (tmp_path / "b.txt").write_text("mine")
    write_own(tmp_path, {"a.csv": "1"}, "record.json")
    assert names(tmp_path) == {"a.csv", "b.txt", "record.json"}


def test_a_record_does_not_reach_out_of_its_folder(tmp_path):
    out, outside = tmp_path / "out", tmp_path / "mine.txt"
    outside.write_text("mine")
    write_own(out, {"a.csv": "mine"}, "record.json")
    told = json.loads((out / "record.json").read_text())
    (out / "record.json").write_text(json.dumps({"files": {"../mine.txt": told["files"]["a.csv"]}}))
    write_own(out, {"b.csv": "1"}, "record.json")
    assert outside.exists()
