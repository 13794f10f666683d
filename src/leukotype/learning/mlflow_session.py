"""MLflow as it is used here: which store, without telemetry, its errors in one line."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from leukotype.errors import InputError

NAME: Final = "leukotype"  # of the experiment and of the registered model
DIGEST: Final = "leukotype.sha256"  # tag of a version
BUNDLE: Final = "artifacts/*/manifest.json"  # within a model as MLflow keeps it
HOME: Final = Path("mlruns")
_BELOW: Final = frozenset({"mlflow", "sqlalchemy", "alembic", "requests", "urllib3", "sqlite3"})
QUIET: Final = {  # environment under which MLflow sends nothing and says little
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "DO_NOT_TRACK": "true",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",  # a server that is down is told in seconds
}


def import_mlflow() -> Any:
    """Import MLflow; it reads its environment when it is imported, and would send telemetry without ours."""
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    import mlflow

    return mlflow


@contextmanager
def in_one_line(uri: str) -> Iterator[None]:
    """Turn what MLflow, its database or its server says into one line; their own logs are silent meanwhile.

    Raises
    ------
    InputError
        instead of MLflow's errors, and of those of the database below it.
    """
    loggers = [logging.getLogger(name) for name in ("alembic", "mlflow")]
    levels = [each.level for each in loggers]
    for each in loggers:
        each.setLevel(logging.CRITICAL)
    try:
        yield
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in _BELOW:
            raise
        raise InputError(
            f"MLflow at {uri}: {_essence(error)}: check MLFLOW_TRACKING_URI (train: or give --no-track)"
        ) from error
    finally:
        for each, level in zip(loggers, levels, strict=True):
            each.setLevel(level)


def _essence(error: Exception) -> str:
    """Give the line of an error that names its cause: the database's or the system's, if there is one."""
    lines = str(error).splitlines() or [type(error).__name__]
    return next((line for line in lines if line.startswith(("(sqlite3.", "[Errno "))), lines[0])[:200]


def tracking_uri() -> str:
    """Give the store: MLFLOW_TRACKING_URI, else SQLite under mlruns/ of the folder where one stands."""
    return os.environ.get("MLFLOW_TRACKING_URI") or f"sqlite:///{HOME / 'mlflow.db'}"
