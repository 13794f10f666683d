"""Models and their runs in MLflow: what was tried, on whom, with what result, and the bundle of it."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from errno import ENOENT
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import leukotype
from leukotype.errors import InputError
from leukotype.learning.figures import Report
from leukotype.learning.killed_runs import close_killed, process_tag
from leukotype.learning.measurement import Fold, Learned, folds_table
from leukotype.learning.mlflow_session import BUNDLE, DIGEST, NAME, import_mlflow, in_one_line, tracking_uri
from leukotype.learning.search import SCORE
from leukotype.learning.splits import SplitKind
from leukotype.learning.tracking_database import alone, check_free, database_of, is_made, make_database
from leukotype.learning.versions import DATA, KEY, METRIC, MODEL, PATIENTS
from leukotype.model.bundle import default_path, load
from leukotype.runs.call_json import call_schema
from leukotype.runs.request import OPTIONS, STRICT, request_schema

_NOT_THERE: Final = "RESOURCE_DOES_NOT_EXIST"  # MLflow's word

CHALLENGER, CHAMPION = "challenger", "champion"
_WAIT: Final = 10.0  # seconds for another program to let go of the database
_SIZE: Final = (4.5, 4.0)  # inches of a figure
_SERVED: Final = ("leukotype", "numpy", "pandas", "mlflow")


@dataclass(frozen=True)
class Store:
    """The store that `tracking_uri` names, whose first version is the model that ships."""

    uri: str
    client: Any
    mlflow: Any

    @classmethod
    def open(cls, *, ship: bool = True) -> Self:
        """Open the store, and make the experiment if need be.

        Parameters
        ----------
        ship
            register the model that ships as version 1 of an empty store.

        Raises
        ------
        InputError
            If the store does not answer, or another program holds it; one line.
        """
        uri, mlflow = tracking_uri(), import_mlflow()
        database = database_of(uri)
        if database is None:
            return cls._open(uri, mlflow, None, ship=ship)
        with in_one_line(uri), alone(database):
            if database.exists():
                check_free(database, _WAIT)
            if not is_made(database):
                make_database(database, mlflow)
            return cls._open(uri, mlflow, database.parent / "artifacts", ship=ship)

    @classmethod
    def _open(cls, uri: str, mlflow: Any, artifacts: Path | None, *, ship: bool) -> Self:
        with in_one_line(uri):
            mlflow.set_tracking_uri(uri)
            known = mlflow.get_experiment_by_name(NAME)
            found = cls(uri, mlflow.MlflowClient(), mlflow)
            if known is None:
                place = None if artifacts is None else artifacts.resolve().as_uri()
                mlflow.create_experiment(NAME, artifact_location=place)
            else:
                close_killed(found.client, known.experiment_id)
            if ship and found.empty:
                bundle = load()
                with found.registration() as entry:
                    entry.log(bundle.manifest, default_path(), bundle.digest)
        return found

    @property
    def empty(self) -> bool:
        """Whether no version is registered."""
        return not self.client.search_model_versions(f"name='{NAME}'", max_results=1)

    @contextmanager
    def registration(self) -> Iterator[Entry]:
        """Register a model, or nothing if anything fails within.

        The first version of a store is its champion, every other one a challenger.
        """
        entry = Entry(self)
        try:
            alias = CHAMPION if self.empty else CHALLENGER
            yield entry
            with in_one_line(self.uri):
                self.client.set_registered_model_alias(NAME, alias, entry.version)
        except BaseException:
            with suppress(
                self.mlflow.exceptions.MlflowException
            ):  # a store that is gone: the first error counts
                entry.take_back()
            raise

    def download(self, version: str, folder: Path) -> Path:
        """Bring the bundle of a version to a folder; a path that is not there if the store lost it.

        Raises
        ------
        InputError, OSError
            If it cannot be brought for another reason: a server that is down, a disk that is full.
        """
        try:
            with in_one_line(self.uri):
                got = self.mlflow.artifacts.download_artifacts(
                    f"models:/{NAME}/{version}", dst_path=str(folder)
                )
        except InputError as error:
            if getattr(error.__cause__, "error_code", "") != _NOT_THERE:
                raise
            return folder / "lost"
        except OSError as error:
            if error.errno not in (None, ENOENT):  # MLflow itself gives no number
                raise
            return folder / "lost"
        bundles = list(Path(got).glob(BUNDLE))
        return bundles[0].parent if bundles else folder / "lost"


class Entry:
    """A model that is being registered: there as a whole when the work around it has succeeded."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.version = ""
        self._run = ""

    @property
    def name(self) -> str:
        """Name and version, as in ``models:/``."""
        return f"{NAME}/{self.version}"

    def log(
        self, manifest: Mapping[str, Any], folder: Path, digest: str, learned: Learned | None = None
    ) -> None:
        """Log a model as a run, with its folds and candidates if they are known, and register its bundle."""
        mlflow = self._store.mlflow
        with in_one_line(self._store.uri):
            mlflow.set_experiment(NAME)
            with mlflow.start_run(run_name=manifest["name"], tags=process_tag()) as run:
                self._run = run.info.run_id
                _log_manifest(mlflow, manifest, digest)
                if learned is not None:
                    _log_learned(mlflow, learned)
                info = _log_bundle(mlflow, folder)
            self._register(info.model_uri, _tags(manifest, digest))

    def _register(self, uri: str, tags: Mapping[str, str]) -> None:
        client = self._store.client
        with suppress(self._store.mlflow.exceptions.MlflowException):
            client.create_registered_model(NAME)  # it may be there
        made = client.create_model_version(NAME, uri, self._run, tags=dict(tags))
        self.version = str(made.version)

    def take_back(self) -> None:
        """Delete what was registered; the run stays in the trash of the store, as failed."""
        if self.version:
            self._store.client.delete_model_version(NAME, self.version)
        if self._run:
            self._store.client.set_terminated(self._run, status="FAILED")
            self._store.client.delete_run(self._run)


def _tags(manifest: Mapping[str, Any], digest: str) -> dict[str, str]:
    """Say of a version what must be known to compare it without opening it; what is not known is no tag."""
    held_out: Mapping[str, float] = manifest["metrics"].get("held_out", {})
    return {
        DIGEST: digest,
        DATA: data_key(manifest),
        KEY: manifest["run_id"],
        PATIENTS: str(sum(manifest["classes"].values())),
        **{name: str(held_out[name]) for name in (METRIC, "macro_f1") if name in held_out},
        MODEL: manifest["name"],
        **_code(manifest),
    }


def data_key(manifest: Mapping[str, Any]) -> str:
    """Name the patients that the figures were measured on: equal for equal files and equal splits."""
    told = [sorted(manifest["data_sha256"].values()), manifest["classes"]]
    told += [manifest["config"].get(name) for name in ("seed", "folds")]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]


def flat(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Give nested values by their paths: ``held_out/accuracy``."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        found |= flat(value, f"{prefix}{name}/") if isinstance(value, Mapping) else {f"{prefix}{name}": value}
    return found


def _log_manifest(mlflow: Any, manifest: Mapping[str, Any], digest: str) -> None:
    """Log what a bundle says of itself; the figures of each cohort stand in runs of their own."""
    mlflow.set_tags({"kind": "train", KEY: manifest["run_id"], DIGEST: digest, **_code(manifest)})
    mlflow.log_params({f"chosen {name}": value for name, value in manifest.get("chosen", {}).items()})
    mlflow.log_params(flat(manifest["config"]))
    mlflow.log_params({"base": manifest.get("base", {}).get("name", ""), "threshold": manifest["threshold"]})
    figures = {name: group for name, group in manifest["metrics"].items() if name != "cohorts"}
    mlflow.log_metrics(_numbers(flat(figures)))
    _log_data(mlflow, manifest)


def _log_learned(mlflow: Any, learned: Learned) -> None:
    _log_tables(mlflow, learned.held_out)
    if learned.with_lesions is not None:
        _log_tables(mlflow, learned.with_lesions, "with_lesions/")
    for name, figure in draw_figures(learned).items():
        mlflow.log_figure(figure, f"figures/{name}.png")
    for name in ("curve", "untaught", "weights"):
        mlflow.log_text(getattr(learned, name).to_csv(index=False), f"tables/{name}.csv")
    mlflow.log_text(folds_table((*learned.folds, *learned.cohorts)).to_csv(index=False), "folds.csv")
    mlflow.log_text(learned.candidates.to_csv(index=False), "candidates.csv")
    for fold in (*learned.folds, *learned.cohorts):
        _log_fold(mlflow, fold)
    _log_candidates(mlflow, learned)


def _code(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Say which code ran."""
    told = {"leukotype.version": manifest["version"]}
    return told | ({"leukotype.commit": found} if (found := commit()) else {})


def _log_data(mlflow: Any, manifest: Mapping[str, Any]) -> None:
    """Log the files by their hashes, with the patients of each subtype; the patients themselves stay out."""
    from mlflow.data.pandas_dataset import from_pandas

    counts = pd.DataFrame(manifest["classes"].items(), columns=["subtype", "patients"]).astype(
        {"patients": float}  # MLflow warns of whole numbers
    )
    for context, kind in (
        ("training", "data_sha256"),
        ("training", "further_sha256"),
        ("lesions", "lesions_sha256"),
    ):
        for name, sha in manifest.get(kind, {}).items():
            mlflow.log_input(from_pandas(counts, name=name, digest=sha[:36]), context=context)


def _log_fold(mlflow: Any, fold: Fold) -> None:
    """Log a fold or a left-out cohort as a nested run: what was chosen in it, and how right it is."""
    tags = {"kind": "fold"}
    if fold.split.kind is SplitKind.COHORT:
        tags |= {"cohort": fold.split.cohort}
    with mlflow.start_run(run_name=str(fold.split), nested=True, tags=tags):
        mlflow.log_params({f"chosen {name}": value for name, value in asdict(fold.chosen).items()})
        mlflow.log_metrics(_numbers(flat({"samples": fold.samples, "held_out": fold.report.figures})))
        if fold.with_lesions is not None:
            mlflow.log_metrics(_numbers(flat({"with_lesions": fold.with_lesions.figures})))
        if fold.split.kind is SplitKind.COHORT:
            _log_tables(mlflow, fold.report)


def _log_candidates(mlflow: Any, learned: Learned) -> None:
    """Log each candidate as a nested run; one that was stopped early has no score."""
    own = asdict(learned.chosen)
    for row in learned.candidates.to_dict("records"):
        name = f"candidate {row['candidate']}"
        known = {
            str(each): value for each, value in row.items() if each != "candidate" and not pd.isna(value)
        }
        numbers = {SCORE: known.pop(SCORE)} if SCORE in known else {}
        chosen = all(row[each] == value for each, value in own.items())
        with mlflow.start_run(run_name=name, nested=True, tags={"kind": "candidate", "chosen": f"{chosen}"}):
            mlflow.log_params(known)
            mlflow.log_metrics(numbers)


def _numbers(figures: Mapping[str, float]) -> dict[str, float]:
    return {name: float(value) for name, value in figures.items() if not math.isnan(value)}


def _log_tables(mlflow: Any, report: Report, place: str = "") -> None:
    for name, table in report.tables.items():
        mlflow.log_text(table.to_csv(index=name == "confusion"), f"tables/{place}{name}.csv")


def draw_figures(learned: Learned) -> dict[str, Figure]:
    """Draw the tables of held-out patients, by name; the numbers of patients stand beside the points."""
    reliability, risk = (learned.held_out.tables[name] for name in ("reliability", "risk_coverage"))
    figures = {
        "reliability": _points(
            reliability, "mean_probability", "right", "n", ("probability of the answer", "share right")
        ),
        "risk_coverage": _points(
            risk, "share_called", "share_wrong", "threshold", ("share called", "share wrong of the called")
        ),
    }
    figures["reliability"].axes[0].plot([0, 1], [0, 1], color="0.7", linestyle="--", zorder=0)
    if len(learned.curve):
        labels = ("samples learned from", "balanced accuracy")
        figures["learning_curve"] = _points(learned.curve, "samples", METRIC, "share", labels)
    return figures


def _points(table: pd.DataFrame, x: str, y: str, beside: str, labels: tuple[str, str]) -> Figure:
    figure = Figure(figsize=_SIZE, layout="constrained")
    axes: Axes = figure.subplots()
    axes.plot(table[x], table[y], color="0.2", marker="o")
    shown = table.dropna(subset=[y])
    for text, across, up in zip(shown[beside], shown[x], shown[y], strict=True):
        axes.annotate(f"{text}", (across, up), textcoords="offset points", xytext=(5, -10), fontsize=7)
    axes.set_xlabel(labels[0])
    axes.set_ylabel(labels[1])
    return figure


def _log_bundle(mlflow: Any, folder: Path) -> Any:
    """Log the bundle as a pyfunc: the code of `leukotype.learning.serving`, the bundle as it is."""
    return mlflow.pyfunc.log_model(
        name="model",
        python_model=str(Path(__file__).with_name("serving.py")),
        artifacts={"bundle": str(folder)},
        signature=_signature(),
        metadata={"request": request_schema(), "call": call_schema()},
        input_example=example(folder),
        pip_requirements=[f"{name}=={version_of(name)}" for name in _SERVED],
    )


def _signature() -> Any:
    """Say what comes back, and which options a request has.

    What a request holds stands in the metadata instead: of a field that a signature of inputs does not have
    MLflow warns in its log alone, and a sample whose blasts are misspelt would be called without them.
    """
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, DataType, ParamSchema, ParamSpec, Schema, TensorSpec

    kinds = {"string": DataType.string, "number": DataType.double, "boolean": DataType.boolean}
    outputs: list[ColSpec | TensorSpec] = [
        ColSpec(
            kinds[each["type"] if isinstance(each["type"], str) else each["type"][0]], name, required=False
        )
        for name, each in call_schema()["properties"].items()
    ]
    texts = [ParamSpec(name, DataType.string, "") for name in OPTIONS if name != STRICT]
    params = ParamSchema([*texts, ParamSpec(STRICT, DataType.boolean, False)])
    return ModelSignature(outputs=Schema(outputs), params=params)


def example(folder: Path) -> pd.DataFrame:
    """Give the mean patient of a subtype as a request: SYNTHETIC."""
    bundle = load(folder)
    counts = np.round((2.0 ** bundle.profiles.means[0].astype(np.float64) - 1.0) * 10)
    genes = [str(name) for name in bundle.genes.ids]
    told = dict(zip(genes, counts.tolist(), strict=True))
    return pd.DataFrame({"sample": ["SYNTHETIC_1"], "counts": [told], "blast_pct": [90.0]})


def commit() -> str:
    """Give the commit of the checkout; empty for an installed package. What was changed since is not seen.

    Read from git's own files: no program is run, and git need not be there.
    """
    root = Path(leukotype.__file__).parents[2]
    if not (root / "pyproject.toml").is_file():
        return ""
    return commit_of(root)


def commit_of(root: Path) -> str:
    """Give the commit that is checked out in a folder; empty where there is none."""
    try:
        git = _git_folder(root / ".git")
        head = (git / "HEAD").read_text(encoding="utf-8").strip()
        if not head.startswith("ref: "):
            return head
        common = git / "commondir"
        store = (git / common.read_text(encoding="utf-8").strip()) if common.is_file() else git
        return _commit_of_branch(store, head.removeprefix("ref: "))
    except OSError:
        return ""


def _git_folder(path: Path) -> Path:
    """Follow the file ``.git`` that a work tree or a submodule has in place of the folder."""
    if path.is_dir():
        return path
    place = path.read_text(encoding="utf-8").strip().removeprefix("gitdir: ")
    return path.parent / place


def _commit_of_branch(store: Path, branch: str) -> str:
    loose, packed = store / branch, store / "packed-refs"
    if loose.is_file():
        return loose.read_text(encoding="utf-8").strip()
    lines = packed.read_text(encoding="utf-8").splitlines() if packed.is_file() else []
    return next((line.split()[0] for line in lines if line.endswith(f" {branch}")), "")
