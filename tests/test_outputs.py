"""Results appear whole or not at all."""

import csv
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from leukotype.calls import Calls
from leukotype.errors import InputError
from leukotype.outputs import FILES, check_writable, write_calls, write_whole
from leukotype.vocabulary import CALL_COLUMNS


@pytest.fixture
def calls() -> Calls:
    """Two samples, one of whose names a spreadsheet would compute; some values missing."""
    rows = [
        {
            "sample": "=1+1",
            "status": "called",
            "subtype": "DUX4-r",
            "probability": 0.9875,
            "blast_pct": 29.95,
        },
        {"sample": "Zoë, 2", "status": "unclassified", "probability": np.nan, "blast_pct": np.nan},
    ]
    frame = pd.DataFrame(rows, columns=list(CALL_COLUMNS))
    probabilities = pd.DataFrame({"sample": ["=1+1", "Zoë, 2"], "DUX4-r": [0.9875, 0.1]})
    return Calls(frame, probabilities, {"notes": ["genes in the rows"], "options": {"model": None}})


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_new_folder_holds_the_three_files_and_nothing_else(calls, tmp_path):
    written = write_calls(calls, tmp_path / "out")
    assert written == tuple(tmp_path / "out" / name for name in FILES)
    assert names_in(tmp_path) == ["out"]
    assert names_in(tmp_path / "out") == ["calls.csv", "probabilities.csv", "run.json"]


def test_a_new_folder_has_the_permissions_of_any_new_folder(calls, tmp_path):
    write_calls(calls, tmp_path / "out")
    (tmp_path / "usual").mkdir()
    assert (tmp_path / "out").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_csv_is_utf8_with_commas_line_feeds_and_empty_for_missing(calls, tmp_path):
    path, *_ = write_calls(calls, tmp_path / "out")
    content = path.read_bytes().decode("utf-8")
    assert "\r" not in content
    with path.open(newline="", encoding="utf-8") as lines:
        first, second = csv.DictReader(lines)
    assert tuple(first) == CALL_COLUMNS
    assert (first["sample"], first["probability"], first["blast_pct"]) == ("=1+1", "0.9875", "29.95")
    assert (second["sample"], second["probability"], second["subtype"]) == ("Zoë, 2", "", "")


def test_flags_are_lower_case(calls, tmp_path):
    frame = calls.calls.assign(in_trial_scheme=[True, False])
    path, *_ = write_calls(Calls(frame, calls.probabilities, calls.run), tmp_path / "out")
    assert [line.split(",")[-3] for line in path.read_text("utf-8").splitlines()[1:]] == ["true", "false"]


def test_run_json_says_when_it_was_written_and_all_that_the_run_says(calls, tmp_path):
    *_, path = write_calls(calls, tmp_path / "out")
    run = json.loads(path.read_text("utf-8"))
    assert pd.Timestamp(run.pop("written")).tzname() == "UTC"
    assert run == calls.run


def test_other_files_of_an_existing_folder_stay(calls, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "calls.csv").write_text("old")
    write_calls(calls, tmp_path)
    assert names_in(tmp_path) == ["calls.csv", "notes.txt", "probabilities.csv", "run.json"]
    assert (tmp_path / "notes.txt").read_text() == "mine"
    assert (tmp_path / "calls.csv").read_text("utf-8").startswith("sample,status")


def test_old_results_stay_whole_when_one_file_cannot_be_replaced(tmp_path):
    (tmp_path / "calls.csv").write_text("old")
    (tmp_path / "run.json").mkdir()
    with pytest.raises(OSError, match=r"run\.json"):
        write_whole(tmp_path, {"calls.csv": "new", "probabilities.csv": "new", "run.json": "new"})
    assert names_in(tmp_path) == ["calls.csv", "run.json"]
    assert (tmp_path / "calls.csv").read_text() == "old"


def test_a_new_folder_does_not_appear_when_a_file_cannot_be_written(tmp_path):
    with pytest.raises(OSError, match="missing"):
        write_whole(tmp_path / "out", {"calls.csv": "new", "missing/run.json": "new"})
    assert names_in(tmp_path) == []


def test_a_check_leaves_nothing_behind(tmp_path):
    check_writable(tmp_path / "out")
    check_writable(tmp_path)
    assert names_in(tmp_path) == []


def test_a_folder_that_cannot_hold_results_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    (tmp_path / "taken" / "calls.csv").mkdir(parents=True)
    refused = {
        tmp_path / "file": "found a file",
        tmp_path / "file" / "out": "to be a folder",
        tmp_path / "absent" / "out": "to be a folder",
        tmp_path / "taken": "found a folder",
        Path("/proc/leukotype"): "cannot be written",  # no one may write there, not even root
    }
    for out, problem in refused.items():
        with pytest.raises(InputError, match=problem) as caught:
            check_writable(out)
        assert str(caught.value).startswith(str(out))
    assert names_in(tmp_path) == ["file", "taken"]
