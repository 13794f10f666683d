"""The SQLite file of a store: made whole or not at all, by one program at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from leukotype.errors import InputError
from leukotype.runs.working_folder import remove_ended, working_folder

_FIRST_USE: Final = 120.0  # seconds for another program to make the store: MLflow's tables take some seven
_MADE: Final = "made.db"


def database_of(uri: str) -> Path | None:
    """Give the file of a SQLite store; None for another kind of store."""
    parts = urlsplit(uri)
    return Path(parts.path[1:]) if parts.scheme == "sqlite" else None


@contextmanager
def alone(database: Path) -> Iterator[None]:
    """Let one program at a time look whether a store is there, and make it; a program that dies lets go.

    What one that was killed had begun is removed.

    Raises
    ------
    InputError
        If another program does not let go.
    """
    database.parent.mkdir(parents=True, exist_ok=True)
    lock = database.with_name(f".{database.name}.lock")
    with closing(sqlite3.connect(lock, timeout=_FIRST_USE, isolation_level=None)) as held:
        try:
            held.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise InputError(
                f"{lock}: another program has held the store for {_FIRST_USE:g} s: end it, and try again"
            ) from error
        remove_ended(database.parent)
        yield


def make_database(database: Path, mlflow: Any) -> None:
    """Make MLflow's tables in a file beside, and put it in its place when it is whole.

    MLflow makes some fifty tables one after another: a file in which that was cut short cannot be used again;
    for one who is `alone`.
    """
    with working_folder(database.parent) as folder:
        made, whole = folder / _MADE, folder / database.name
        mlflow.MlflowClient(f"sqlite:///{made}").search_registered_models(max_results=1)
        # MLflow keeps its file open: what is put in place is a copy that nobody has open.
        with closing(sqlite3.connect(made)) as source, closing(sqlite3.connect(whole)) as copy:
            source.backup(copy)
        whole.replace(database)


def is_made(database: Path) -> bool:
    """Whether there is a store, or another file, which is then told to be none."""
    return database.exists() and database.stat().st_size > 0


def check_free(database: Path, wait: float) -> None:
    """Make sure that a SQLite store can be written; MLflow itself would wait for minutes, and log pages.

    Parameters
    ----------
    wait
        seconds for another program to let go.
    """
    with closing(sqlite3.connect(database, timeout=wait, isolation_level=None)) as store:
        store.execute("BEGIN IMMEDIATE")
        store.execute("ROLLBACK")
