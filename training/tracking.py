"""Runs are logged to MLflow, in a SQLite store under ``mlruns/``; the only module that imports mlflow."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("DO_NOT_TRACK", "true")

import mlflow

FOLDER = Path("mlruns")
EXPERIMENT = "leukotype"


def _start() -> None:
    if not os.environ.get("MLFLOW_TRACKING_URI"):
        FOLDER.mkdir(exist_ok=True)
        mlflow.set_tracking_uri(f"sqlite:///{FOLDER / 'mlflow.db'}")
    if mlflow.get_experiment_by_name(EXPERIMENT) is None:
        mlflow.create_experiment(EXPERIMENT, artifact_location=(FOLDER / "artifacts").resolve().as_uri())
    mlflow.set_experiment(EXPERIMENT)


def _flat(config: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in config.items():
        flat |= _flat(value, f"{prefix}{name}.") if isinstance(value, Mapping) else {f"{prefix}{name}": value}
    return flat


def track(manifest: Mapping[str, Any], digest: str, bundle: Path) -> None:
    """Log a trained bundle: configuration, data hashes, metrics, files.

    The run's name is the manifest's ``run_id``, which follows from data, configuration and packages alone, so
    that a bundle names its runs and is still the same bytes each time.
    """
    _start()
    with mlflow.start_run(run_name=manifest["run_id"]):
        mlflow.set_tags({"kind": "train", "leukotype.run_id": manifest["run_id"], "leukotype.sha256": digest})
        mlflow.log_params(_flat(manifest["config"]))
        mlflow.log_params({f"sha256 {name}": value for name, value in manifest["data_sha256"].items()})
        mlflow.log_metrics({name: float(value) for name, value in manifest["metrics"].items()})
        mlflow.log_artifacts(str(bundle), "bundle")


def track_candidates(table: pd.DataFrame, nested: Mapping[str, float], config: Mapping[str, Any]) -> None:
    """Log a comparison: one parent run with the nested figures, one nested run a candidate."""
    _start()
    with mlflow.start_run(run_name="candidates"):
        mlflow.set_tag("kind", "compare")
        mlflow.log_params(_flat(config))
        mlflow.log_metrics({name: float(value) for name, value in nested.items()})
        for (candidate, c), rows in table.groupby(["candidate", "c"]):
            with mlflow.start_run(run_name=f"{candidate} {c:g}", nested=True):
                mlflow.log_params({"candidate": candidate, "c": c})
                for name in ("inner_balanced_accuracy", "balanced_accuracy", "accuracy"):
                    for fold, value in zip(rows["fold"], rows[name], strict=True):
                        mlflow.log_metric(f"fold_{name}", float(value), step=int(fold))
                    mlflow.log_metric(name, float(rows[name].mean()))
