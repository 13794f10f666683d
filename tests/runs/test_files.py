"""Results appear whole or not at all."""

import csv
import json
import os
import time
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from leukotype.errors import InputError
from leukotype.inputs import Source
from leukotype.runs.files import FILES, check_writable, write_whole
from leukotype.runs.options import RunOptions
from leukotype.runs.run import ModelName, Run
from leukotype.runs.working_folder import working_folder
from leukotype.vocabulary import CALL_COLUMNS, DOSAGE_COLUMNS, EVIDENCE_COLUMNS

NINE = sorted(FILES)


@pytest.fixture
def calls() -> Run:
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
    lesions = [
        ("=1+1", "a.tsv (Arriba)", "fusion", "DUX4::IGH", 7.0, "DUX4-r", "defining", "", True, "", "[9]"),
        ("Zoë, 2", "b.csv", "fusion", "BCR::?", np.nan, "", "", "", False, "no known lesion", ""),
    ]
    evidence = pd.DataFrame(lesions, columns=list(EVIDENCE_COLUMNS))
    dosage = pd.DataFrame([("=1+1", "21", 0.58, 0.02, 84, 3, 0.9995)], columns=list(DOSAGE_COLUMNS))
    places = pd.DataFrame({"sample": ["=1+1", "Zoë, 2"], "x": [0.5, np.nan], "y": [0.25, np.nan]})
    markers = pd.DataFrame({"sample": ["=1+1", "Zoë, 2"], "MME": [11.5, np.nan]})
    return Run(
        frame,
        probabilities,
        evidence,
        dosage,
        places,
        markers,
        options=RunOptions(),
        sources=(Source("a.tsv", "0" * 64, "matrix", 2, ("genes in the rows",)),),
        model=ModelName("default 0.3.0 (1303d320)", "1" * 64),
        notes=("genes in the rows",),
    )


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_new_folder_holds_the_nine_files_and_nothing_else(calls, tmp_path):
    written = calls.save(tmp_path / "out")
    assert written == tuple(tmp_path / "out" / name for name in FILES)
    assert names_in(tmp_path) == ["out"]
    assert names_in(tmp_path / "out") == NINE


def test_a_new_folder_has_the_permissions_of_any_new_folder(calls, tmp_path):
    calls.save(tmp_path / "out")
    (tmp_path / "usual").mkdir()
    assert (tmp_path / "out").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_csv_is_utf8_with_commas_line_feeds_and_empty_for_missing(calls, tmp_path):
    path, *_ = calls.save(tmp_path / "out")
    content = path.read_bytes().decode("utf-8")
    assert "\r" not in content
    with path.open(newline="", encoding="utf-8") as lines:
        first, second = csv.DictReader(lines)
    assert tuple(first) == CALL_COLUMNS
    assert (first["sample"], first["probability"], first["blast_pct"]) == ("=1+1", "0.9875", "29.95")
    assert (second["sample"], second["probability"], second["subtype"]) == ("Zoë, 2", "", "")


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def test_flags_are_lower_case(calls, tmp_path):
    frame = calls.calls.assign(in_trial_scheme=[True, False])
    path, _, _, evidence, *_ = replace(calls, calls=frame).save(tmp_path / "out")
    assert [row["in_trial_scheme"] for row in rows_of(path)] == ["true", "false"]
    assert [row["used"] for row in rows_of(evidence)] == ["true", "false"]


def test_evidence_and_dosage_stand_as_they_were_found(calls, tmp_path):
    calls.save(tmp_path / "out")
    used, unused = rows_of(tmp_path / "out" / "evidence.csv")
    assert tuple(used) == EVIDENCE_COLUMNS
    assert (used["sample"], used["lesion"], used["reads"]) == ("=1+1", "DUX4::IGH", "7.0")
    assert (unused["reads"], unused["why_not"]) == ("", "no known lesion")
    assert (tmp_path / "out" / "dosage.csv").read_text("utf-8") == (
        "sample,chromosome,log2_ratio,standard_error,genes,copies,certainty\n=1+1,21,0.58,0.02,84,3,0.9995\n"
    )


def test_of_samples_without_evidence_or_dosage_the_columns_are_written(calls, tmp_path):
    nothing = replace(calls, evidence=calls.evidence.iloc[:0], dosage=calls.dosage.iloc[:0])
    nothing.save(tmp_path / "out")
    for name, columns in (("evidence.csv", EVIDENCE_COLUMNS), ("dosage.csv", DOSAGE_COLUMNS)):
        assert (tmp_path / "out" / name).read_text("utf-8") == ",".join(columns) + "\n"


def test_run_json_says_when_it_was_written_and_all_that_the_run_says(calls, tmp_path):
    *_, path = calls.save(tmp_path / "out")
    run = json.loads(path.read_text("utf-8"))
    assert pd.Timestamp(run.pop("written")).tzname() == "UTC"
    others = [each for each in (tmp_path / "out").iterdir() if each != path]
    tables = {each.name: sha256(each.read_bytes()).hexdigest() for each in others}
    assert run.pop("tables") == tables
    assert len(tables) == len(NINE) - 1
    told = calls.record()
    assert run == {name: told[name] for name in told if name != "written"}
    assert (run["inputs"][0]["path"], run["samples"]) == ("a.tsv", 2)


def test_other_files_of_an_existing_folder_stay(calls, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "calls.csv").write_text("old")
    calls.save(tmp_path)
    assert names_in(tmp_path) == sorted([*NINE, "notes.txt"])
    assert (tmp_path / "notes.txt").read_text() == "mine"
    assert (tmp_path / "calls.csv").read_text("utf-8").startswith("sample,status")


def test_old_results_stay_whole_when_one_file_cannot_be_replaced(tmp_path):
    (tmp_path / "calls.csv").write_text("old")
    (tmp_path / "run.json").mkdir()
    with pytest.raises(OSError, match=r"run\.json"):
        write_whole(tmp_path, {"calls.csv": "new", "probabilities.csv": "new", "run.json": "new"})
    assert names_in(tmp_path) == ["calls.csv", "run.json"]
    assert (tmp_path / "calls.csv").read_text() == "old"


@pytest.mark.parametrize("name", NINE)
def test_all_nine_files_appear_or_none(name, calls, tmp_path):
    """A folder of the name of one of the files stands for whatever keeps it from being written."""
    (tmp_path / name).mkdir()
    (tmp_path / "notes.txt").write_text("mine")
    for other in set(NINE) - {name}:
        (tmp_path / other).write_text("old")
    with pytest.raises(InputError, match=f"{name}: expected a file or nothing, found a folder"):
        check_writable(tmp_path)
    with pytest.raises(OSError, match=name):
        calls.save(tmp_path)
    assert names_in(tmp_path) == sorted([*NINE, "notes.txt"])
    assert {(tmp_path / other).read_text() for other in set(NINE) - {name}} == {"old"}


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
    (tmp_path / "there").symlink_to("back")
    (tmp_path / "back").symlink_to("there")
    refused = {
        tmp_path / "there": "found links that lead in a circle",
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
    assert names_in(tmp_path) == ["back", "file", "taken", "there"]


def test_a_run_written_over_an_explained_one_takes_its_explanations_away(calls, tmp_path):
    calls.save(tmp_path)
    for name in ("explanations.csv", "importance.csv", "importance_notes.csv"):
        (tmp_path / name).write_text("of the run before")
    calls.save(tmp_path)
    assert names_in(tmp_path) == sorted([*NINE, "importance_notes.csv"])


def test_what_no_longer_belongs_stays_when_the_new_cannot_come(tmp_path):
    (tmp_path / "explanations.csv").write_text("old")
    (tmp_path / "run.json").mkdir()
    with pytest.raises(OSError, match=r"run\.json"):
        write_whole(tmp_path, {"run.json": "new"}, gone=("explanations.csv", "importance.csv"))
    assert names_in(tmp_path) == ["explanations.csv", "run.json"]
    assert (tmp_path / "explanations.csv").read_text() == "old"


def test_at_every_moment_of_writing_each_old_file_has_its_place(calls, tmp_path, monkeypatch):
    """A kill leaves what stands at a rename: never a name without a file, and run.json comes last."""
    calls.save(tmp_path)
    seen, rename = [], Path.replace

    def look(path, target):
        seen.append((Path(target).name, set(NINE) <= set(names_in(tmp_path))))
        return rename(path, target)

    monkeypatch.setattr(Path, "replace", look)
    calls.save(tmp_path)
    assert [name for name, _ in seen] == list(FILES)
    assert FILES[-1] == "run.json"
    assert all(whole for _, whole in seen)


def test_on_a_disk_without_hard_links_files_are_replaced_too(calls, tmp_path, monkeypatch):
    def no_links(*_, **__):
        raise OSError("operation not supported")

    (tmp_path / "calls.csv").write_text("old")
    monkeypatch.setattr(os, "link", no_links)
    calls.save(tmp_path)
    assert names_in(tmp_path) == NINE
    assert (tmp_path / "calls.csv").read_text("utf-8").startswith("sample,status")


def no_locks(monkeypatch):
    """A disk that knows none."""
    import fcntl

    def refuse(*_):
        raise OSError("no locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)


def left(home, name, hours):
    folder = home / name
    folder.mkdir(parents=True)
    (folder / "calls.csv").write_text("patients")
    then = time.time() - 3600 * hours
    for path in (folder / "calls.csv", folder):
        os.utime(path, (then, then))
    return folder


def test_what_killed_runs_left_goes_at_the_next_start_and_what_is_in_use_stays(tmp_path):
    """A run that is killed leaves its working folder: in the folder of results, or beside it."""
    out = tmp_path / "out"
    gone = [left(home, ".leukotype-unfinished-ab_9xyz1", 0) for home in (tmp_path, out)]
    others = (
        ".leukotype-settings",
        ".leukotype-my-settings",
        "leukotype-unfinished-ab_9xyz1",
    )  # other names than `tempfile` gives
    kept = [left(home, name, 99) for home in (tmp_path, out) for name in others]
    with working_folder(out) as in_use:
        check_writable(out)
        assert in_use.is_dir()
    assert not any(folder.exists() for folder in gone)
    assert all((folder / "calls.csv").read_text() == "patients" for folder in kept)


def test_where_locks_tell_nothing_what_killed_runs_left_goes_after_an_hour(tmp_path, monkeypatch):
    no_locks(monkeypatch)
    old, young = (
        left(tmp_path, ".leukotype-unfinished-ab_9xyz1", 2),
        left(tmp_path, ".leukotype-unfinished-zyx9_ba1", 0.5),
    )
    in_use = left(tmp_path, ".leukotype-unfinished-in_use_1", 2)
    os.utime(in_use / "calls.csv")
    check_writable(tmp_path / "out")
    assert [folder.exists() for folder in (old, young, in_use)] == [False, True, True]


def test_a_run_written_over_another_takes_its_figures_and_its_page_away(calls, tmp_path):
    """They would stand beside the new calls, and show the old ones."""
    calls.save(tmp_path)
    theirs = ["importance_DUX4-r.png", "explained_1_P1_against_DUX4-r.png", "report.html", "report.pdf"]
    for name in theirs:
        (tmp_path / name).write_text("old")
    (tmp_path / "report.html").write_text("<footer><p>Leukotype. Research use only.</p></footer>")
    mine = ["report of mine.html", "mine.pdf", "map.png", "importance.png"]
    for name in mine:
        (tmp_path / name).write_text("mine")
    calls.save(tmp_path)
    assert names_in(tmp_path) == sorted([*NINE, *mine])


def test_a_run_over_which_another_is_killed_is_whole_at_every_moment(calls, tmp_path, monkeypatch):
    """Stopped at its nth rename: the old run until run.json is in its place, and the new one from there."""
    other = replace(calls, markers=calls.markers.assign(CRLF2=7.5), notes=("the new run",))
    out, rename, seen = tmp_path / "out", Path.replace, []

    def look(path, target):
        seen.append(Run.load(out).notes)
        return rename(path, target)

    calls.save(out)
    monkeypatch.setattr(Path, "replace", look)
    other.save(out)
    assert seen == [calls.notes] * len(NINE)
    assert Run.load(out).notes == other.notes


@pytest.mark.parametrize("locks", [True, False])
def test_what_a_killed_run_replaced_is_put_back_when_it_is_cleaned_up(locks, calls, tmp_path, monkeypatch):
    if not locks:
        no_locks(monkeypatch)
    calls.save(tmp_path)
    whole = {name: (tmp_path / name).read_bytes() for name in NINE}
    kept = left(tmp_path, ".leukotype-unfinished-ab_9xyz1", 0)
    (tmp_path / "calls.csv").rename(kept / "calls.csv.replaced")
    (tmp_path / "calls.csv").write_text("of the new run")
    (tmp_path / "map.csv").rename(kept / "map.csv.replaced")
    then = time.time() - 7200
    for path in (*kept.iterdir(), kept):
        os.utime(path, (then, then))
    check_writable(tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == whole
