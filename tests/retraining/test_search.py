"""A search that was killed ends as one that was not."""

import os
import resource
import signal
import sqlite3
import subprocess
import time
from contextlib import closing

import numpy as np
import pytest

from leukotype.bundle import load
from leukotype.retraining.search import Trials, draw
from leukotype.retraining.settings import Search

TRIALS = 12
CONFIG = "folds = 3\ninner_folds = 3\njobs = 1\n"


def finished(path):
    """Trials that the file holds; 0 while it is being made."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as store:
            return store.execute("SELECT COUNT(*) FROM trials WHERE state = 'COMPLETE'").fetchone()[0]
    except sqlite3.OperationalError:
        return 0


def arguments(files, config, out):
    return ("train", "--expression", files.counts, "--labels", files.labels, "--config", config, "--out", out,
            "--trials", TRIALS, "--no-track")  # fmt: skip


def test_killed_and_started_again_it_ends_with_the_same_model(files, program, tmp_path):
    config = tmp_path / "config.toml"
    config.write_text(CONFIG)
    whole, killed = tmp_path / "whole" / "mine", tmp_path / "killed" / "mine"
    killed.parent.mkdir()
    database = killed.with_name("mine.search.db")
    first = subprocess.Popen(
        program.command(*arguments(files, config, killed)), env=program.environment, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    deadline = time.monotonic() + 120
    while finished(database) < 5 and first.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(first.pid, signal.SIGKILL)
    assert first.wait() == -signal.SIGKILL
    kept = finished(database)
    splits = 3 + 2 + 1  # folds, cohorts, all patients
    assert 5 <= kept < TRIALS * splits
    assert not killed.exists()
    for out in (killed, whole):
        done = program(*arguments(files, config, out))
        assert done.returncode == 0, done.stderr
    assert finished(database) == TRIALS * splits  # what was kept was not computed again
    assert (killed / "SHA256SUMS").read_bytes() == (whole / "SHA256SUMS").read_bytes()


def test_a_candidate_follows_from_the_seed_and_its_number():
    features, space = load().model.features, Search()
    assert draw(space, features, 1, 5) == draw(space, features, 1, 5)
    assert draw(space, features, 1, 5) != draw(space, features, 2, 5)
    assert len({draw(space, features, 1, number) for number in range(50)}) == 50


def test_candidates_stay_in_their_ranges_and_the_first_is_the_defaults():
    features, space = load().model.features, Search(c=(0.001, 0.1))
    drawn = [draw(space, features, 1, number) for number in range(200)]
    assert {each.kind for each in drawn} == {"svm", "logistic"}
    assert all(0.001 <= each.c <= 0.1 and 1 <= each.dosage_weight <= 5 for each in drawn)
    assert (drawn[0].kind, drawn[0].c, drawn[0].dosage_weight) == ("svm", 0.001, features.dosage_weight)
    assert np.median([each.c for each in drawn]) < 0.02  # evenly on the logarithm: its middle is .01


def test_other_data_start_a_search_of_their_own(tmp_path):
    features, space = load().model.features, Search()
    Trials(tmp_path / "s.db", "one").add("all", 0, draw(space, features, 1, 0), space, 0.5)
    assert Trials(tmp_path / "s.db", "one").done("all") == {0: 0.5}
    assert Trials(tmp_path / "s.db", "other").done("all") == {}


def test_a_file_that_is_no_database_is_one_line(files, program, tmp_path):
    (tmp_path / "mine.search.db").write_text("not a database")
    done = program("train", "--expression", files.counts, "--labels", files.labels, "--out",
                   tmp_path / "mine", "--no-track")  # fmt: skip
    assert done.returncode == 2
    assert "expected the database of a search, or none" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("kilobytes", [40, 400])
def test_a_disk_without_room_is_one_line_and_no_bundle(files, program, tmp_path, kilobytes):
    """Files may not grow further than a limit: first that of the search, then that of the bundle."""
    (tmp_path / "config.toml").write_text(CONFIG)
    done = subprocess.run(
        program.command(*arguments(files, tmp_path / "config.toml", tmp_path / "out" / "mine")),
        capture_output=True, text=True, check=False, env=program.environment,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (kilobytes * 1024,) * 2),
    )  # fmt: skip
    assert done.returncode in (1, 2)
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine.search.db"]
