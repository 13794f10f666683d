"""A champion is defended on the same patients, given up only with a reason, and can come back."""

import shutil
import sqlite3
from dataclasses import replace
from errno import ENOSPC

import pandas as pd
import pytest

from leukotype.errors import InputError
from leukotype.inputs import LesionFiles
from leukotype.learning.contest import Contest, LabelledFiles
from leukotype.learning.place import Place
from leukotype.learning.registry import ABSENT, LOST, Registry, compare, same_patients
from leukotype.learning.retrain import TrainingFiles, run
from leukotype.learning.tracking import Store, commit
from leukotype.learning.versions import METRIC, WHY, stored_versions, versions_table
from leukotype.model.bundle import load, verify
from leukotype.pipeline import classify_files
from leukotype.runs.cluster import Engine
from tests.learning.conftest import SMALL, register

# MLflow and SQLAlchemy warn of each other; what warns in our own code is seen in every other test.
pytestmark = pytest.mark.filterwarnings("default")


def test_an_empty_store_begins_with_the_model_that_ships(trained, store):
    """Version 1 is the champion and whole; a laboratory's model challenges it."""
    registry = Registry()
    [shipped] = registry.versions()
    assert (shipped.number, shipped.aliases) == ("1", ("champion",))
    assert shipped.tags["leukotype.sha256"] == load().digest
    assert registry.verify()["state"].tolist() == ["whole"]
    assert registry.figures(shipped)[METRIC] == load().manifest["metrics"]["held_out"][METRIC]
    assert register(trained, 0.99) == "2"
    assert registry.get("challenger").number == "2"
    with pytest.raises(InputError, match="measured on other patients"):
        registry.promote()
    assert not same_patients(registry, "champion", "challenger")
    assert [each.number for each in Registry().versions()] == ["2", "1"]


def test_a_worse_challenger_is_refused_until_there_is_a_reason_and_the_way_back_is_open(trained, store):
    assert register(trained, 0.9) == "1"
    registry = Registry()
    assert registry.get("champion").number == "1"  # the first of a store
    assert register(trained, 0.8) == "2"
    with pytest.raises(InputError, match=r"leukotype/2 is worse than .*leukotype/1: balanced_accuracy 0\.8"):
        registry.promote()
    with pytest.raises(InputError, match="expected --why TEXT"):
        registry.promote(force=True)
    assert registry.get("champion").number == "1"
    promoted = registry.promote(force=True, why="knows NUTM1-r")
    assert promoted.number == "2"
    assert promoted.tags[WHY] == "knows NUTM1-r"
    with pytest.raises(InputError, match="expected --why TEXT"):
        registry.rollback("")
    assert registry.rollback("missed two TCF3::PBX1").number == "1"
    assert registry.get("champion").number == "1"
    told = versions_table(registry.versions()).set_index("version")["why"]
    assert told["2"] == "knows NUTM1-r; rolled back: missed two TCF3::PBX1"
    with pytest.raises(InputError, match="no champion before it"):
        registry.rollback("again")


def test_a_better_challenger_needs_no_reason(trained, store):
    register(trained, 0.8)
    registry = Registry()
    register(trained, 0.81)
    assert registry.promote().number == "2"
    assert [each.aliases for each in registry.versions()] == [("champion",), ()]


def test_figures_of_other_patients_are_no_comparison(trained, store):
    register(trained, 0.8)
    registry = Registry()
    register(trained, 0.99, seed=2)
    assert not same_patients(registry, "champion", "challenger")
    with pytest.raises(InputError, match="measured on other patients"):
        registry.promote()


def test_models_measured_apart_are_measured_on_the_same_samples(files, trained, store):
    """The bundle is the same, so no figure drops; what decided is kept as tags."""
    register(trained, 0.8)
    registry = Registry()
    common = LabelledFiles([files.counts], files.labels)
    register(trained, 0.7, seed=2)
    measured = registry.contest(common, classify_files)
    assert measured.table()["difference"].abs().max() == 0
    tags = registry.promote(measured=measured).tags
    assert tags["leukotype.test.balanced_accuracy"] == tags["leukotype.test.champion_balanced_accuracy"]
    assert tags["leukotype.test.n"] == "48"


def test_a_challenger_that_is_worse_on_the_same_samples_is_refused(trained, store):
    register(trained, 0.8)
    registry = Registry()
    register(trained, 0.9)
    report = trained.learned.held_out
    worse = replace(report, figures={**report.figures, "right_among_called": 0.5})
    measured = Contest(worse, report, ())
    with pytest.raises(InputError, match=r"is worse than .*: right_among_called 0\.5 of 48 samples"):
        registry.promote(measured=measured)
    assert "leukotype.test.n" not in registry.get("challenger").tags
    tags = registry.promote(measured=measured, force=True, why="knows more").tags
    assert tags["leukotype.test.right_among_called"] == "0.5"


def test_a_damaged_version_is_measured_against_nothing(files, trained, store):
    register(trained, 0.8)
    registry = Registry()
    kept = next(store.rglob("model.npz"))
    register(trained, 0.8)
    kept.write_bytes(kept.read_bytes() + b"x")
    with pytest.raises(InputError, match="expected its bundle whole, found: damaged"):
        registry.contest(LabelledFiles([files.counts], files.labels), classify_files)


def test_what_is_read_without_mlflow_is_what_mlflow_says(trained, store):
    for metric in (0.7, 0.8, 0.9):
        register(trained, metric)
    registry = Registry()
    registry.promote()
    registry.rollback("it was worse")
    assert stored_versions(store / "mlflow.db") == registry.versions()
    registry._client.delete_model_version("leukotype", "2")
    left = stored_versions(store / "mlflow.db")
    assert left == registry.versions()
    assert [each.number for each in left] == ["3", "1"]


def test_figures_stand_side_by_side(trained, store):
    register(trained, 0.8)
    register(trained, 0.75)
    table = compare(Registry(), "1", "challenger")
    assert table.loc[METRIC].tolist() == [0.8, 0.75, -0.05]
    assert versions_table(Registry().versions())["version"].tolist() == ["2", "1"]


def test_what_is_in_the_store_is_the_bundle_and_damage_is_seen(trained, store):
    register(trained, 0.8)
    registry = Registry()
    assert registry.verify()["state"].tolist() == ["whole"]
    with registry.bundle(registry.get("1")) as folder:
        assert verify(folder) == trained.digest
    kept = next(store.rglob("model.npz"))
    kept.write_bytes(kept.read_bytes() + b"x")
    assert registry.verify()["state"].tolist()[0].startswith("damaged: model.npz: its hash is not")
    kept.unlink()
    assert registry.verify()["state"].tolist() != ["whole"]


def test_a_version_that_lost_its_files_is_taken_out_and_the_champion_is_another(trained, store):
    """A kill between the files and the registry, or a hand that tidied up."""
    for metric in (0.7, 0.8):
        register(trained, metric)
    registry = Registry()
    registry.promote(force=True, why="a test")
    for version in registry.versions():
        if version.number == "2":
            place = registry._client.get_model_version("leukotype", "2").source.removeprefix("models:/")
            shutil.rmtree(next(store.rglob(place)))
    assert registry.verify().set_index("version")["state"]["2"] == LOST
    done = registry.repair()
    assert [line.partition(":")[0] for line in done] == [
        "leukotype/2 deleted", *(["alias champion removed"] if len(done) == 3 else []), "champion",
    ]  # fmt: skip
    assert registry.verify()["state"].tolist() == ["whole"]
    assert registry.get("champion").number == "1"
    assert registry.repair() == []


def test_an_alias_without_its_version_is_told_and_removed(trained, store):
    register(trained, 0.8)
    with sqlite3.connect(store / "mlflow.db") as database:
        row = ("challenger", 7, "leukotype", "default")
        database.execute("insert or replace into registered_model_aliases values (?, ?, ?, ?)", row)
    registry = Registry()
    states = registry.verify()
    assert states[states["version"] == "7"].to_numpy().tolist() == [["7", "challenger", ABSENT]]
    assert "alias challenger removed: leukotype/7 is not there" in registry.repair()
    assert registry.verify()["state"].tolist() == ["whole"]


def test_a_version_is_not_deleted_because_a_disk_is_full(trained, store, monkeypatch):
    register(trained, 0.8)
    registry = Registry()

    def full(*_, **__):
        raise OSError(ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(registry._store.mlflow.artifacts, "download_artifacts", full)
        with pytest.raises(OSError, match="No space left"):
            registry.repair()
    assert registry.verify()["state"].tolist() == ["whole"]


def test_figures_with_lesions_stand_beside_those_without(trained, store):
    manifest = dict(load(trained.out).manifest)
    manifest["metrics"] = {**manifest["metrics"], "with_lesions": {METRIC: 0.9}}
    with Store.open(ship=False).registration() as entry:
        entry.log(manifest, trained.out, trained.digest)
    assert compare(Registry(), "1", "1").loc[f"with_lesions/{METRIC}"].tolist() == [0.9]


def test_candidates_folds_and_cohorts_are_nested_runs(trained, store):
    import mlflow

    version = register(trained, 0.8, learned=trained.learned)
    run = Registry().get(version).run
    children = mlflow.search_runs(
        experiment_names=["leukotype"], filter_string=f"tags.mlflow.parentRunId = '{run}'"
    )
    kinds = children.set_index("tags.mlflow.runName")["tags.kind"].to_dict()
    folds = dict.fromkeys(
        ["fold 0", "fold 1", "fold 2", "cohort 'A' left out", "cohort 'B' left out"], "fold"
    )
    assert kinds == {"candidate 0": "candidate", **folds}
    assert children.loc[children["tags.kind"] == "candidate", "tags.chosen"].tolist() == ["True"]
    assert children.loc[children["tags.cohort"] == "A", "metrics.held_out/n"].tolist() == [24]
    parent = mlflow.get_run(run)
    assert parent.data.tags["leukotype.version"] == load(trained.out).manifest["version"]
    assert parent.data.tags.get("leukotype.commit", "") == commit()
    assert parent.data.metrics["untaught/n"] == 48
    inputs = parent.inputs.dataset_inputs
    assert {each.dataset.name for each in inputs} == {"counts.csv", "labels.csv"}


def test_a_failure_after_the_registration_takes_it_back(trained, store):
    opened = Store.open(ship=False)

    def fails():
        with opened.registration() as entry:
            entry.log(load(trained.out).manifest, trained.out, trained.digest, trained.learned)
            assert [each.number for each in Registry(opened).versions()] == ["1"]
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        fails()
    assert Registry(opened).versions() == []


def test_a_name_that_is_none_is_told_what_there_is(trained, store):
    with pytest.raises(InputError, match="there are none"):
        Registry(Store.open(ship=False)).get("champion")
    register(trained, 0.8)
    with pytest.raises(InputError, match="there are 1, champion"):
        Registry().get("7")


def test_cohorts_of_any_name_have_figures_of_their_own(files, store, tmp_path):
    """One is named as a word of the figures, two differ in what is no letter: nothing is written over."""
    import mlflow

    labels = pd.read_csv(files.labels)
    labels["cohort"] = (["A-1", "A 1", "nested"] * len(labels))[: len(labels)]
    labels.to_csv(tmp_path / "labels.csv", index=False)
    fusions = labels.loc[labels["subtype"] == "ETV6::RUNX1", ["sample"]]
    fusions.assign(gene_5prime="ETV6", gene_3prime="RUNX1").to_csv(tmp_path / "fusions.csv", index=False)
    settings = replace(SMALL, min_patients=4, inner_folds=2, untaught=False, curve=False)
    given = TrainingFiles(
        [files.counts], tmp_path / "labels.csv", lesions=LesionFiles((tmp_path / "fusions.csv",))
    )
    done = run(given, settings, Place(Engine.LOCAL, 1), tmp_path / "mine")
    metrics = load(done.out).manifest["metrics"]
    assert metrics["held_out"]["n"] == metrics["with_lesions"]["n"] == 48
    assert {name: told["n"] for name, told in metrics["cohorts"].items()} == {
        "A-1": 16,
        "A 1": 16,
        "nested": 16,
    }
    runs = mlflow.search_runs(experiment_names=["leukotype"], filter_string="tags.kind = 'fold'")
    own = runs.dropna(subset=["tags.cohort"]).set_index("tags.cohort")["metrics.held_out/n"]
    assert own.to_dict() == {"A-1": 16, "A 1": 16, "nested": 16}


def test_a_tracking_server_that_is_down_is_one_line_and_nothing_is_made(files, program, tmp_path):
    done = program(
        "train", "--expression", files.counts, "--labels", files.labels, "--out", tmp_path / "mine",
        MLFLOW_TRACKING_URI="http://127.0.0.1:9",
    )  # fmt: skip
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "MLflow at http://127.0.0.1:9" in done.stderr
    assert list(tmp_path.iterdir()) == []
