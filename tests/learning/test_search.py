"""A search that was killed ends as one that was not."""

import os
import resource
import signal
import sqlite3
import subprocess
import time
from contextlib import closing

import numpy as np
import optuna
import pytest

from leukotype.errors import InputError
from leukotype.learning.estimator import BoostedCandidate, Ground
from leukotype.learning.patients import Patients
from leukotype.learning.place import Place
from leukotype.learning.search import Race, Trials, draw, search
from leukotype.learning.settings import DEFAULT_WEIGHTS, Search, Settings
from leukotype.learning.splits import EVERYONE, Sides, Split, SplitKind

TRIALS = 8
CONFIG = "folds = 2\ninner_folds = 3\njobs = 1\nuntaught = false\n"
SPLITS = 2 + 2 + 1  # folds, cohorts, all patients
COMPLETE, PRUNED = TRIALS // 2, TRIALS // 2  # the worse half is pruned after the second of three inner folds
FOLDS = SPLITS * (PRUNED * 2 + COMPLETE * 3)


def query(path, question, *values):
    """Number from the database; 0 while it is being made."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as store:
            return store.execute(question, values).fetchone()[0]
    except sqlite3.OperationalError:
        return 0


def folds_done(path):
    return query(path, "SELECT COUNT(*) FROM trial_intermediate_values")


def in_state(path, state):
    return query(path, "SELECT COUNT(*) FROM trials WHERE state = ?", state)


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
    while folds_done(database) < FOLDS // 2 and first.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(first.pid, signal.SIGKILL)
    assert first.wait() == -signal.SIGKILL
    assert FOLDS // 2 <= folds_done(database) < FOLDS
    assert in_state(database, "RUNNING") > 0
    assert not killed.exists()
    for out in (killed, whole):
        done = program(*arguments(files, config, out))
        assert done.returncode == 0, done.stderr
        found = out.with_name("mine.search.db")
        assert folds_done(found) == FOLDS  # what was kept was not computed again
        states = [in_state(found, each) for each in ("COMPLETE", "PRUNED", "RUNNING")]
        assert states == [SPLITS * COMPLETE, SPLITS * PRUNED, 0]
    assert (killed / "SHA256SUMS").read_bytes() == (whole / "SHA256SUMS").read_bytes()


def people():
    """Twenty patients of one subtype and ten of another; of their expression nothing is asked."""
    labels = np.array(["DUX4-r"] * 20 + ["HLF"] * 10, dtype=object)
    names = np.arange(30).astype(str).astype(object)
    return Patients(names, labels, names, names, np.zeros((30, 1)), np.full(30, np.nan))


def race(path, trials=4, **told):
    ground = Ground(people(), None, Settings(inner_folds=4, search=Search(trials=trials, **told)))
    return Race(ground, Sides(EVERYONE, np.arange(30), np.arange(0)), Trials(path, "key"))


def test_of_a_single_candidate_nothing_is_tried(tmp_path):
    """The candidate of number 0, for every split, without a file."""
    ground = Ground(people(), None, Settings(search=Search(trials=1)))
    fold = Split(SplitKind.FOLD, fold=2)
    found = search(ground, [Sides(fold, np.arange(30), np.arange(0))], None, Place())
    assert found == {fold: draw(Search(), DEFAULT_WEIGHTS, 1, 0)}


def run_through(each, wins):
    """Run a race whose candidates are right in a fixed number of the ten samples of subtype b."""
    entered = []
    for start, end in ((0, 2), (2, 3), (3, 4)):
        left = each.entrants(start)
        entered.append(left)
        each.begin(left)
        each.prune(left)
        for _, number, fold in each.folds_to_try(left, end):
            a, b = map(int, each.sizes[fold])
            each.report(number, fold, [a, min(b, wins[number])])
    return entered


@pytest.mark.parametrize("name", ["s.db", "s.journal"])
def test_the_worse_half_is_pruned_after_the_second_fold_and_after_each_further(tmp_path, name):
    each = race(tmp_path / name)
    assert run_through(each, [0, 2, 1, 2]) == [[0, 1, 2, 3], [1, 3], [1]]  # of equals the lower number
    assert each.best() == 1
    states = {n: (trial.state.name, len(trial.intermediate_values)) for n, trial in found(each).items()}
    assert states == {0: ("PRUNED", 2), 1: ("COMPLETE", 4), 2: ("PRUNED", 2), 3: ("PRUNED", 3)}
    read = Trials(tmp_path / name, "key").latest(EVERYONE)  # from the file alone
    assert {n: trial.value for n, trial in read.items()} == {n: t.value for n, t in found(each).items()}


def found(each):
    return each.trials.latest(EVERYONE)


def test_the_value_is_the_balanced_accuracy_of_the_folds_so_far(tmp_path):
    """All 20 of subtype a; of the ten of b one in each of four folds: (1 + 4 / 10) / 2."""
    each = race(tmp_path / "s.db", trials=1)
    run_through(each, [1])
    assert found(each)[0].value == pytest.approx(0.7)


def test_without_pruning_every_candidate_passes_all_folds(tmp_path):
    each = race(tmp_path / "s.db", prune_after=0)
    assert run_through(each, [0, 2, 1, 2]) == [[0, 1, 2, 3]] * 3
    assert {trial.state.name for trial in found(each).values()} == {"COMPLETE"}
    assert each.best() == 1


def test_more_trials_later_end_as_if_they_had_been_there_from_the_start(tmp_path):
    """Candidate 0 was pruned among four; among eight, of which four are worse, it goes on where it was."""
    wins = [1, 2, 1, 2, 0, 0, 0, 0]
    run_through(race(tmp_path / "grown.db"), wins)
    grown, fresh = race(tmp_path / "grown.db", trials=8), race(tmp_path / "fresh.db", trials=8)
    assert run_through(grown, wins) == run_through(fresh, wins) == [list(range(8)), [0, 1, 2, 3], [1, 3]]
    assert grown.best() == fresh.best() == 1


def test_a_trial_that_was_killed_before_its_end_is_ended(tmp_path, monkeypatch):
    each = race(tmp_path / "s.db", trials=1)
    with monkeypatch.context() as stopped:
        stopped.setattr(Trials, "end", lambda *_: None)
        run_through(each, [1])
    assert found(each)[0].state.name == "RUNNING"
    run_through(race(tmp_path / "s.db", trials=1), [1])
    assert (found(each)[0].state.name, found(each)[0].value) == ("COMPLETE", pytest.approx(0.7))


def test_a_candidate_follows_from_the_seed_and_its_number():
    space = Search()
    assert draw(space, DEFAULT_WEIGHTS, 1, 5) == draw(space, DEFAULT_WEIGHTS, 1, 5)
    assert draw(space, DEFAULT_WEIGHTS, 1, 5) != draw(space, DEFAULT_WEIGHTS, 2, 5)
    assert len({draw(space, DEFAULT_WEIGHTS, 1, number) for number in range(50)}) == 50


def test_candidates_stay_in_their_ranges_and_the_first_is_the_defaults():
    space = Search(c=(0.001, 0.1))
    drawn = [draw(space, DEFAULT_WEIGHTS, 1, number) for number in range(200)]
    assert {each.kind for each in drawn} == {"svm", "logistic"}
    assert all(0.001 <= each.c <= 0.1 and 1 <= each.dosage_weight <= 5 for each in drawn)
    assert (drawn[0].kind, drawn[0].c, drawn[0].dosage_weight) == ("svm", 0.001, DEFAULT_WEIGHTS[0])
    assert np.median([each.c for each in drawn]) < 0.02  # evenly on the logarithm: its middle is .01


def test_trees_have_their_own_values():
    space = Search(kind=("xgboost",), rounds=(20, 60))
    drawn = [draw(space, DEFAULT_WEIGHTS, 1, number) for number in range(100)]
    assert {each.depth for each in drawn} == {2, 3, 4}
    assert all(20 <= each.rounds <= 60 and 0.05 <= each.column_share <= 0.5 for each in drawn)
    assert drawn[0] == BoostedCandidate("xgboost", 0.15, 3, 60, 0.1)  # 100 rounds are out of the range


def test_other_data_start_a_search_of_their_own(tmp_path):
    run_through(race(tmp_path / "s.db", trials=1), [1])
    assert set(Trials(tmp_path / "s.db", "key").latest(EVERYONE)) == {0}
    assert Trials(tmp_path / "s.db", "other").latest(EVERYONE) == {}


def test_optuna_is_as_loud_after_as_it_was_before(tmp_path):
    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        draw(Search(), DEFAULT_WEIGHTS, 1, 3)
        run_through(race(tmp_path / "s.db", trials=1), [1])
        assert optuna.logging.get_verbosity() == optuna.logging.ERROR
    finally:
        optuna.logging.set_verbosity(before)


def test_optunas_own_tools_read_the_file(tmp_path):
    run_through(race(tmp_path / "s.db"), [0, 2, 1, 2])
    study = optuna.load_study(study_name="key all", storage=f"sqlite:///{tmp_path / 's.db'}")
    assert study.best_trial.user_attrs["candidate"] == 1
    assert study.best_trial.params["kind"] == "logistic"  # kinds take turns
    assert len(study.get_trials(states=(optuna.trial.TrialState.PRUNED,))) == 3


@pytest.mark.parametrize("content", ["not a journal", "{}", "[1]"])
def test_a_file_that_is_no_journal_is_one_line(tmp_path, content):
    (tmp_path / "s.journal").write_text(f"{content}\n")
    with pytest.raises(InputError, match="expected the database of a search, or none") as error:
        Trials(tmp_path / "s.journal", "key").latest(EVERYONE)
    assert "\n" not in str(error.value)


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
