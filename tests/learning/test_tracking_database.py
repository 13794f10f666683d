"""A store survives its first use: cut short at any moment, or by two programs at once."""

import signal
import sqlite3
import subprocess
import time
from contextlib import closing
from dataclasses import replace

import pytest

from leukotype.learning.tracking_database import alone, database_of, is_made


def begin(program, store):
    return subprocess.Popen(
        program.command("models", "list"), env=replace(program, store=store).environment,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def listed(process):
    out, said = process.communicate(timeout=180)
    assert process.returncode == 0, said
    return out.splitlines()


def whole(lines):
    """Whether the model that ships is there once, and the champion."""
    return len(lines) == 2 and lines[1].split()[:2] == ["1", "champion"]


@pytest.mark.parametrize("moment", ["begun", "tables", "put in place", "registered"])
def test_a_first_use_that_is_killed_is_begun_again(program, tmp_path, moment):
    """MLflow makes its tables one by one: a file with some of them could never be used again."""
    store = tmp_path / "mlruns"
    first = begin(program, store)
    reached = {
        "begun": lambda: store.exists(),
        "tables": lambda: any(
            path.stat().st_size > 100_000 for path in store.glob(".leukotype-unfinished-*/made.db")
        ),
        "put in place": lambda: (store / "mlflow.db").exists(),
        "registered": lambda: any(store.glob("artifacts/models/*/artifacts/*")),
    }[moment]
    while not reached() and first.poll() is None:
        time.sleep(0.005)
    first.send_signal(signal.SIGKILL)
    first.communicate()
    assert first.returncode == -signal.SIGKILL, f"{moment} was never seen"
    assert whole(listed(begin(program, store)))
    with closing(sqlite3.connect(store / "mlflow.db")) as database:
        assert database.execute("SELECT count(*) FROM runs WHERE status = 'RUNNING'").fetchone() == (0,)
    assert not [*store.glob(".leukotype-unfinished-*/made.db")]


def test_two_first_uses_at_once_are_both_served(program, tmp_path):
    both = [begin(program, tmp_path / "mlruns") for _ in range(2)]
    assert all(whole(lines) for lines in map(listed, both))


def test_who_dies_lets_go(tmp_path):
    database = tmp_path / "new" / "mlflow.db"
    with alone(database):
        assert not is_made(database)
    with alone(database):
        pass


def test_only_sqlite_has_a_file():
    assert database_of("https://mlflow.example/") is None
    assert str(database_of("sqlite:///mlruns/mlflow.db")) == "mlruns/mlflow.db"
    assert str(database_of("sqlite:////data/mlflow.db")) == "/data/mlflow.db"
