"""Runs and models in MLflow: what was tried, on whom, with what result, and the bundle that came of it."""

from __future__ import annotations

import hashlib
import json
import logging
import math
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pandas as pd

os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
os.environ.setdefault("DO_NOT_TRACK", "true")
os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "2")  # a server that is down is told in seconds

import mlflow
from mlflow import MlflowClient
from mlflow.data.pandas_dataset import from_pandas
from mlflow.exceptions import MlflowException

from leukotype.errors import InputError
from leukotype.learning.card import folds_table
from leukotype.learning.checkout import commit
from leukotype.learning.curves import drawn
from leukotype.learning.figures import METRIC, Report
from leukotype.learning.learn import NESTED, Trained
from leukotype.learning.pyfunc import log_bundle
from leukotype.learning.search import SCORE

NAME: Final = "leukotype"  # of the experiment and of the registered model
CHALLENGER, CHAMPION = "challenger", "champion"
DIGEST, DATA, PATIENTS, KEY = "leukotype.sha256", "leukotype.data", "leukotype.patients", "leukotype.run_id"
_BELOW: Final = frozenset({"mlflow", "sqlalchemy", "alembic", "requests", "urllib3", "sqlite3"})
_WAIT: Final = 10.0  # seconds for another program to let go of the database
_HOME: Final = Path("mlruns")


@contextmanager
def told_in_one_line(uri: str) -> Iterator[None]:
    """Turn what MLflow, its database or its server says into one line.

    Raises
    ------
    InputError
        instead of MLflow's errors, and of those of the database below it.
    """
    try:
        yield
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in _BELOW:
            raise
        raise InputError(
            f"MLflow at {uri}: {_essence(error)}: check MLFLOW_TRACKING_URI (train: or give --no-track)"
        ) from error


def _essence(error: Exception) -> str:
    """Give the line of an error that names its cause: that of the database, if there is one."""
    lines = str(error).splitlines() or [type(error).__name__]
    return next((line for line in lines if line.startswith("(sqlite3.")), lines[0])[:200]


def tracking_uri() -> str:
    """Give the store: MLFLOW_TRACKING_URI, else SQLite under mlruns/ of the folder where one stands."""
    return os.environ.get("MLFLOW_TRACKING_URI") or f"sqlite:///{_HOME / 'mlflow.db'}"


def connect() -> MlflowClient:
    """Open the store and make the experiment, if need be.

    Raises
    ------
    InputError
        If the store does not answer, or another program holds it; one line.
    """
    for name in ("alembic", "mlflow"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # its errors are told in one line
    uri = tracking_uri()
    home = _sqlite_home(uri)
    with told_in_one_line(uri):
        if home is not None:
            home.mkdir(parents=True, exist_ok=True)
            _check_free(Path(urlsplit(uri).path[1:]))
        mlflow.set_tracking_uri(uri)
        if mlflow.get_experiment_by_name(NAME) is None:
            place = None if home is None else (home / "artifacts").resolve().as_uri()
            mlflow.create_experiment(NAME, artifact_location=place)
        return MlflowClient()


def _sqlite_home(uri: str) -> Path | None:
    """Folder of a SQLite store; None for another kind of store."""
    parts = urlsplit(uri)
    return Path(parts.path[1:]).parent if parts.scheme == "sqlite" else None


def _check_free(database: Path) -> None:
    """Make sure that a SQLite store can be written; MLflow itself would wait for minutes, and log pages."""
    if database.exists():
        with closing(sqlite3.connect(database, timeout=_WAIT, isolation_level=None)) as store:
            store.execute("BEGIN IMMEDIATE")
            store.execute("ROLLBACK")


class Entry:
    """A model that is being registered: there as a whole when the work around it has succeeded."""

    def __init__(self, client: MlflowClient) -> None:
        self._client = client
        self.version = ""
        self._run = ""

    @property
    def name(self) -> str:
        """Name and version, as in ``models:/``."""
        return f"{NAME}/{self.version}"

    def log(self, trained: Trained, manifest: Mapping[str, Any], folder: Path, digest: str) -> None:
        """Log a training with its candidates, and register the bundle as a new version."""
        uri = tracking_uri()
        with told_in_one_line(uri):
            mlflow.set_experiment(NAME)
            with mlflow.start_run(run_name=manifest["name"]) as run:
                self._run = run.info.run_id
                _log_run(trained, manifest, digest)
                info = log_bundle(folder)
            self._register(info.model_uri, _tags(manifest, digest))

    def _register(self, uri: str, tags: Mapping[str, str]) -> None:
        with suppress(MlflowException):
            self._client.create_registered_model(NAME)  # it may be there
        made = self._client.create_model_version(NAME, uri, self._run, tags=dict(tags))
        self.version = str(made.version)

    def challenge(self) -> None:
        """Give the new version the alias of the challenger."""
        with told_in_one_line(tracking_uri()):
            self._client.set_registered_model_alias(NAME, CHALLENGER, self.version)

    def take_back(self) -> None:
        """Delete what was registered; the run stays in the trash of the store, as failed."""
        if self.version:
            self._client.delete_model_version(NAME, self.version)
        if self._run:
            self._client.set_terminated(self._run, status="FAILED")
            self._client.delete_run(self._run)


@contextmanager
def registering(client: MlflowClient) -> Iterator[Entry]:
    """Register a model, or nothing if anything fails within."""
    entry = Entry(client)
    try:
        yield entry
        entry.challenge()
    except BaseException:
        with suppress(MlflowException):  # a store that is gone cannot be tidied; the first error counts
            entry.take_back()
        raise


def _tags(manifest: Mapping[str, Any], digest: str) -> dict[str, str]:
    """Say of a version what must be known to compare it without opening it."""
    return {
        DIGEST: digest,
        DATA: data_key(manifest),
        KEY: manifest["run_id"],
        PATIENTS: str(sum(manifest["classes"].values())),
        METRIC: str(manifest["metrics"][METRIC]),
        "macro_f1": str(manifest["metrics"]["macro_f1"]),
        "leukotype.model": manifest["name"],
        **_code(manifest),
    }


def data_key(manifest: Mapping[str, Any]) -> str:
    """Name the patients that the figures were measured on: equal for equal files and equal splits."""
    told = [sorted(manifest["data_sha256"].values()), manifest["classes"]]
    told += [manifest["config"][name] for name in ("seed", "folds")]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]


def _log_run(trained: Trained, manifest: Mapping[str, Any], digest: str) -> None:
    mlflow.set_tags({"kind": "retrain", KEY: manifest["run_id"], DIGEST: digest, **_code(manifest)})
    mlflow.log_params({f"chosen {name}": value for name, value in manifest["chosen"].items()})
    mlflow.log_params({name: value for name, value in manifest["config"].items() if name != "search"})
    mlflow.log_params({f"search {name}": value for name, value in manifest["config"]["search"].items()})
    mlflow.log_params({"base": manifest["base"]["name"], "threshold": manifest["threshold"]})
    mlflow.log_metrics(_numbers(manifest["metrics"]))
    for name, report in trained.cohorts.items():
        mlflow.log_metrics({f"{_word(name)}_{each}": x for each, x in _numbers(report.figures).items()})
    with_lesions = {f"with_lesions_{name}": report for name, report in trained.with_lesions.items()}
    _log_tables({NESTED: trained.nested, **trained.cohorts, **with_lesions})
    for name, figure in drawn(trained.nested, trained.learning).items():
        mlflow.log_figure(figure, f"figures/{name}.png")
    for name in ("learning", "untaught", "weights"):
        mlflow.log_text(getattr(trained, name).to_csv(index=False), f"tables/{name}.csv")
    mlflow.log_text(folds_table(trained).to_csv(index=False), "folds.csv")
    mlflow.log_text(trained.candidates.to_csv(index=False), "candidates.csv")
    _log_data(manifest)
    _log_folds(trained)
    _log_candidates(trained, manifest)


def _code(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Say which code ran."""
    told = {"leukotype.version": manifest["version"]}
    return told | ({"leukotype.commit": found} if (found := commit()) else {})


def _log_data(manifest: Mapping[str, Any]) -> None:
    """Log the files by their hashes, with the patients of each subtype; the patients themselves stay out."""
    counts = pd.DataFrame(manifest["classes"].items(), columns=["subtype", "patients"]).astype(
        {"patients": float}  # MLflow warns of whole numbers
    )
    for context, kind in (("training", "data_sha256"), ("lesions", "lesions_sha256")):
        for name, sha in manifest.get(kind, {}).items():
            mlflow.log_input(from_pandas(counts, name=name, digest=sha[:36]), context=context)


def _log_folds(trained: Trained) -> None:
    """Log each fold and each left-out cohort as a nested run: what was chosen in it, and how right it is."""
    for fold in trained.folds:
        with mlflow.start_run(run_name=fold.name, nested=True, tags={"kind": "fold"}):
            mlflow.log_params({f"chosen {name}": value for name, value in asdict(fold.chosen).items()})
            mlflow.log_metrics({"samples": fold.samples, **_numbers(fold.report.figures)})


def _log_candidates(trained: Trained, manifest: Mapping[str, Any]) -> None:
    """Log each candidate as a nested run; one that was stopped early has no score."""
    for row in trained.candidates.to_dict("records"):
        name = f"candidate {row['candidate']}"
        known = {
            str(each): value for each, value in row.items() if each != "candidate" and not pd.isna(value)
        }
        numbers = {SCORE: known.pop(SCORE)} if SCORE in known else {}
        chosen = all(row[each] == value for each, value in manifest["chosen"].items())
        with mlflow.start_run(run_name=name, nested=True, tags={"kind": "candidate", "chosen": f"{chosen}"}):
            mlflow.log_params(known)
            mlflow.log_metrics(numbers)


def _numbers(figures: Mapping[str, float]) -> dict[str, float]:
    return {name: value for name, value in figures.items() if not math.isnan(value)}


def _word(name: str) -> str:
    """Make a name of a cohort one that MLflow takes for a metric."""
    return "".join(each if each.isalnum() else "_" for each in name)


def _log_tables(reports: Mapping[str, Report]) -> None:
    for name, report in reports.items():
        for each, table in report.tables.items():
            mlflow.log_text(table.to_csv(index=each == "confusion"), f"tables/{_word(name)}_{each}.csv")


def download(version: str, folder: Path) -> Path:
    """Bring the bundle of a registered version to a folder; a path that is not there if the store lost it."""
    try:
        with told_in_one_line(tracking_uri()):
            got = mlflow.artifacts.download_artifacts(f"models:/{NAME}/{version}", dst_path=str(folder))
    except (InputError, OSError):
        return folder / "lost"
    bundles = list(Path(got).glob("artifacts/*/manifest.json"))
    return bundles[0].parent if bundles else folder / "lost"
