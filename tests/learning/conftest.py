"""A small SYNTHETIC cohort of two laboratories, and models of it, for what needs no real patients."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from leukotype.demo.simulate import Patient, simulate_patients
from leukotype.learning.place import Place
from leukotype.learning.retrain import TrainingFiles, run
from leukotype.learning.settings import Search, Settings
from leukotype.learning.tracking import Store
from leukotype.learning.versions import METRIC
from leukotype.model.bundle import load
from leukotype.runs.cluster import Engine

SMALL = Settings(folds=3, inner_folds=3, jobs=1, search=Search(trials=1))
TWO_TRIALS = replace(SMALL, search=Search(trials=2))
HERE = Place(Engine.LOCAL, 1)
SUBTYPES = ("ETV6::RUNX1", "Hyperdiploid", "DUX4-r", "BCR::ABL1-like")
PROGRAM = "import sys, leukotype.cli.train, leukotype.cli.models; from leukotype.cli import main; " \
    "sys.exit(main(sys.argv[1:]))"  # fmt: skip


@dataclass(frozen=True)
class Files:
    """Counts and labels on the disk."""

    counts: Path
    labels: Path


@pytest.fixture(scope="session")
def files(tmp_path_factory) -> Files:
    folder = tmp_path_factory.mktemp("cohort")
    people = [
        (Patient(f"{lab}{number}_{group[:4]}", group, 70.0 + number), lab)
        for group in SUBTYPES
        for lab in ("A", "B")
        for number in range(6)
    ]
    made = simulate_patients(load(), [patient for patient, _ in people], random_state=4)
    made.counts.to_csv(folder / "counts.csv")
    table = pd.DataFrame(
        {"sample": [p.name for p, _ in people], "subtype": [p.group for p, _ in people],
         "cohort": [lab for _, lab in people], "blast_pct": [p.purity for p, _ in people]}
    )  # fmt: skip
    table.to_csv(folder / "labels.csv", index=False)
    return Files(folder / "counts.csv", folder / "labels.csv")


@pytest.fixture(scope="session")
def normal_cells(tmp_path_factory) -> Path:
    """Counts of three types of normal cells, four samples each, around the mean that the base model has."""
    profiles, rng = load().profiles, np.random.default_rng(9)
    mean = 2.0 ** profiles.means[profiles.names.index("normal")] - 1.0
    columns = {}
    for kind in ("B", "T", "Mono"):
        own = mean * rng.lognormal(0, 0.6, len(mean))
        for number in range(4):
            columns[f"{kind}.{number}"] = rng.poisson(own * 20 * rng.lognormal(0, 0.1, len(mean)))
    path = tmp_path_factory.mktemp("cells") / "normal.csv"
    pd.DataFrame(columns, index=load().genes.ids).to_csv(path)
    return path


@dataclass(frozen=True)
class Program:
    """The command line, run in a process of its own as a user does."""

    store: Path

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "MLFLOW_TRACKING_URI": f"sqlite:///{self.store / 'mlflow.db'}",
            "MLFLOW_DISABLE_TELEMETRY": "true",
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        }

    def command(self, *arguments: object) -> list[str]:
        return [sys.executable, "-c", PROGRAM, *map(str, arguments)]

    def __call__(self, *arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments), capture_output=True, text=True, check=False,
            env=self.environment | environment,
        )  # fmt: skip


@pytest.fixture(scope="session")
def program(tmp_path_factory) -> Program:
    return Program(tmp_path_factory.mktemp("mlruns"))


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory) -> Path:
    """A database of MLflow with its tables and nothing in them: to make them takes seconds."""
    import warnings

    from mlflow import MlflowClient

    path = tmp_path_factory.mktemp("empty") / "mlflow.db"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # MLflow and SQLAlchemy warn of each other
        MlflowClient(f"sqlite:///{path}").search_registered_models()
    return path


@pytest.fixture
def full_disk(tmp_path):
    """A file system of its own, of two megabytes."""
    small = tmp_path / "small"
    small.mkdir()
    mount = shutil.which("mount")
    command = [mount or "mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(small)]
    if mount is None or os.geteuid() or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("a tmpfs cannot be mounted here")
    yield small
    subprocess.run(["umount", "-l", str(small)], check=True)


@pytest.fixture(scope="session")
def trained(files, tmp_path_factory):
    """One model on the disk, whose registration the tests repeat with the figures that they need."""
    out = tmp_path_factory.mktemp("models") / "mine"
    return run(inputs(files), SMALL, HERE, out, track=False)


@pytest.fixture
def store(tmp_path, monkeypatch, empty_store):
    """A store of its own for each test."""
    (tmp_path / "store").mkdir()
    shutil.copy(empty_store, tmp_path / "store" / "mlflow.db")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path / 'store' / 'mlflow.db'}")
    return tmp_path / "store"


def register(trained, metric, *, seed=1, learned=None):
    """Register the bundle as one that was measured at `metric`, on splits of `seed`."""
    manifest = dict(load(trained.out).manifest)
    held_out = {**manifest["metrics"]["held_out"], METRIC: metric}
    manifest["metrics"] = {**manifest["metrics"], "held_out": held_out}
    manifest["config"] = {**manifest["config"], "seed": seed}
    with Store.open(ship=False).registration() as entry:
        entry.log(manifest, trained.out, trained.digest, learned)
    return entry.version


def inputs(files, labels=None):
    return TrainingFiles([files.counts], labels or files.labels)


@pytest.fixture(scope="session")
def done(files, tmp_path_factory):
    """One model, chosen among two candidates."""
    return run(inputs(files), TWO_TRIALS, HERE, tmp_path_factory.mktemp("models") / "mine", track=False)
