"""Runs and models in MLflow: what was tried, on whom, with what result, and the bundle that came of it."""

from __future__ import annotations

import hashlib
import json
import logging
import math
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib.metadata import version as version_of
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
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, DataType, ParamSchema, ParamSpec, Schema, TensorSpec
from mlflow.types.schema import AnyType

from leukotype.bundle import load
from leukotype.errors import InputError
from leukotype.retraining.evaluate import METRIC, Report
from leukotype.retraining.plots import drawn
from leukotype.retraining.train import Trained
from leukotype.simulate import Patient, simulate_patients
from leukotype.vocabulary import CALL_COLUMNS

NAME: Final = "leukotype"  # of the experiment and of the registered model
CHALLENGER, CHAMPION = "challenger", "champion"
DIGEST, DATA, PATIENTS, KEY = "leukotype.sha256", "leukotype.data", "leukotype.patients", "leukotype.run_id"
_HOME: Final = Path("mlruns")
_NUMBERS: Final = ("probability", "runner_up_probability", "blast_pct", "genes_found_pct")
_LIGHT: Final = ("leukotype", "numpy", "pandas", "mlflow")


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
    except MlflowException as error:
        said = str(error).splitlines()[0][:200]
        raise InputError(
            f"MLflow at {uri}: {said}: check MLFLOW_TRACKING_URI (train: or give --no-track)"
        ) from error
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in {"sqlalchemy", "alembic", "requests", "urllib3"}:
            raise
        said = str(error).splitlines()[0][:200]
        raise InputError(
            f"MLflow at {uri}: {said}: check MLFLOW_TRACKING_URI (train: or give --no-track)"
        ) from error


def tracking_uri() -> str:
    """Give the store: MLFLOW_TRACKING_URI, else SQLite under mlruns/ of the folder where one stands."""
    return os.environ.get("MLFLOW_TRACKING_URI") or f"sqlite:///{_HOME / 'mlflow.db'}"


def connect() -> MlflowClient:
    """Open the store and make the experiment, if need be.

    Raises
    ------
    InputError
        If the store does not answer; one line.
    """
    for name in ("alembic", "mlflow"):
        logging.getLogger(name).setLevel(logging.ERROR)
    uri = tracking_uri()
    home = _sqlite_home(uri)
    if home is not None:
        home.mkdir(parents=True, exist_ok=True)
    with told_in_one_line(uri):
        mlflow.set_tracking_uri(uri)
        if mlflow.get_experiment_by_name(NAME) is None:
            place = None if home is None else (home / "artifacts").resolve().as_uri()
            mlflow.create_experiment(NAME, artifact_location=place)
        return MlflowClient()


def _sqlite_home(uri: str) -> Path | None:
    """Folder of a SQLite store; None for another kind of store."""
    parts = urlsplit(uri)
    return Path(parts.path[1:]).parent if parts.scheme == "sqlite" else None


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
                info = _log_model(folder)
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
        "leukotype.version": manifest["version"],
        "leukotype.model": manifest["name"],
    }


def data_key(manifest: Mapping[str, Any]) -> str:
    """Name the patients that the figures were measured on: equal for equal files and equal splits."""
    told = [sorted(manifest["data_sha256"].values()), manifest["classes"]]
    told += [manifest["config"][name] for name in ("seed", "folds")]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]


def _log_run(trained: Trained, manifest: Mapping[str, Any], digest: str) -> None:
    mlflow.set_tags({"kind": "retrain", KEY: manifest["run_id"], DIGEST: digest,
                     "leukotype.version": manifest["version"]})  # fmt: skip
    mlflow.log_params({f"chosen {name}": value for name, value in manifest["chosen"].items()})
    mlflow.log_params({name: value for name, value in manifest["config"].items() if name != "search"})
    mlflow.log_params({f"search {name}": value for name, value in manifest["config"]["search"].items()})
    mlflow.log_params({"base": manifest["base"]["name"], "threshold": manifest["threshold"]})
    mlflow.log_metrics(_numbers(trained.nested.figures))
    for name, report in trained.cohorts.items():
        mlflow.log_metrics({f"{_word(name)}_{each}": x for each, x in _numbers(report.figures).items()})
    _log_tables({"nested": trained.nested, **trained.cohorts})
    for name, figure in drawn(trained.nested, trained.learning).items():
        mlflow.log_figure(figure, f"figures/{name}.png")
    mlflow.log_text(trained.learning.to_csv(index=False), "tables/learning.csv")
    mlflow.log_text(trained.candidates.to_csv(index=False), "candidates.csv")
    counts = pd.DataFrame(manifest["classes"].items(), columns=["subtype", "patients"]).astype(
        {"patients": float}  # MLflow warns of whole numbers
    )
    for name, sha in manifest["data_sha256"].items():
        data = from_pandas(counts, name=name, digest=sha[:36])
        mlflow.log_input(data, context="training")
    for row in trained.candidates.to_dict("records"):
        with mlflow.start_run(run_name=f"candidate {row['candidate']}", nested=True):
            mlflow.log_params({name: row[name] for name in manifest["chosen"]})
            mlflow.log_metric("inner_balanced_accuracy", row["inner_balanced_accuracy"])


def _numbers(figures: Mapping[str, float]) -> dict[str, float]:
    return {name: value for name, value in figures.items() if not math.isnan(value)}


def _word(name: str) -> str:
    """Make a name of a cohort one that MLflow takes for a metric."""
    return "".join(each if each.isalnum() else "_" for each in name)


def _log_tables(reports: Mapping[str, Report]) -> None:
    for name, report in reports.items():
        for each, table in report.tables.items():
            mlflow.log_text(table.to_csv(index=each == "confusion"), f"tables/{_word(name)}_{each}.csv")


def _log_model(folder: Path) -> Any:
    """Log the bundle as a pyfunc: the code of `leukotype.retraining.served`, the bundle as it is."""
    return mlflow.pyfunc.log_model(
        name="model",
        python_model=str(Path(__file__).with_name("served.py")),
        artifacts={"bundle": str(folder)},
        signature=signature(),
        input_example=example(folder),
        pip_requirements=[f"{name}=={version_of(name)}" for name in _LIGHT],
    )


def signature() -> ModelSignature:
    """Say what a request holds and what comes back."""
    inputs: list[ColSpec | TensorSpec] = [
        ColSpec(DataType.string, "sample"),
        ColSpec(AnyType(), "counts"),  # type: ignore[no-untyped-call]
        ColSpec(DataType.double, "blast_pct", required=False),
    ]
    outputs: list[ColSpec | TensorSpec] = [
        ColSpec(DataType.double if name in _NUMBERS else DataType.string, name) for name in CALL_COLUMNS
    ]
    params = ParamSchema([ParamSpec("value_type", DataType.string, "auto")])
    return ModelSignature(inputs=Schema(inputs), outputs=Schema(outputs), params=params)


def example(folder: Path) -> pd.DataFrame:
    """Give a SYNTHETIC patient as a request."""
    bundle = load(folder)
    group = bundle.model.subtypes[0]
    made = simulate_patients(bundle, [Patient("SYN_1", group, 90.0)], random_state=1)
    counts = {str(gene): float(value) for gene, value in made.counts["SYN_1"].items()}
    return pd.DataFrame({"sample": ["SYN_1"], "counts": [counts], "blast_pct": [90.0]})


def download(version: str, folder: Path) -> Path:
    """Bring the bundle of a registered version to a folder; a path that is not there if the store lost it."""
    try:
        with told_in_one_line(tracking_uri()):
            got = mlflow.artifacts.download_artifacts(f"models:/{NAME}/{version}", dst_path=str(folder))
    except (InputError, OSError):
        return folder / "lost"
    bundles = list(Path(got).glob("artifacts/*/manifest.json"))
    return bundles[0].parent if bundles else folder / "lost"
