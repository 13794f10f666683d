"""A champion is defended on the same patients, given up only with a reason, and can come back."""

import shutil
from dataclasses import replace

import pytest

from leukotype.errors import InputError
from leukotype.learning import retrain, tracking
from leukotype.learning.checkout import commit
from leukotype.learning.contest import CommonSet, Contest
from leukotype.learning.figures import METRIC
from leukotype.learning.patients import Reading
from leukotype.learning.place import Place
from leukotype.learning.registry import WHY, Registry, compare, listing, same_patients
from leukotype.learning.retrain import Inputs
from leukotype.learning.settings import Search, Settings
from leukotype.model.bundle import load, verify
from leukotype.runs.cluster import Engine

# MLflow and SQLAlchemy warn of each other; what warns in our own code is seen in every other test.
pytestmark = pytest.mark.filterwarnings("default")
SMALL = Settings(folds=3, inner_folds=3, jobs=1, search=Search(trials=1))


@pytest.fixture(scope="module")
def trained(files, tmp_path_factory):
    """One model on the disk, whose registration the tests repeat with the figures that they need."""
    out = tmp_path_factory.mktemp("models") / "mine"
    given = Inputs([files.counts], files.labels, None, Reading())
    return retrain.run(given, SMALL, Place(Engine.LOCAL, 1), out, track=False)


@pytest.fixture
def store(tmp_path, monkeypatch, empty_store):
    """A store of its own for each test."""
    (tmp_path / "store").mkdir()
    shutil.copy(empty_store, tmp_path / "store" / "mlflow.db")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path / 'store' / 'mlflow.db'}")
    return tmp_path / "store"


def register(trained, metric, *, seed=1, folds=()):
    """Register the bundle as one that was measured at `metric`, on splits of `seed`."""
    manifest = dict(load(trained.out).manifest)
    manifest["metrics"] = {**manifest["metrics"], METRIC: metric}
    manifest["config"] = {**manifest["config"], "seed": seed}
    figures = replace(trained.trained.nested, figures=manifest["metrics"])
    with tracking.registering(tracking.connect()) as entry:
        entry.log(
            replace(trained.trained, nested=figures, folds=folds), manifest, trained.out, trained.digest
        )
    return entry.version


def test_a_worse_challenger_is_refused_until_there_is_a_reason_and_the_way_back_is_open(trained, store):
    assert register(trained, 0.9) == "1"
    registry = Registry()
    assert registry.promote().number == "1"
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
    told = listing(registry.versions()).set_index("version")["why"]
    assert told["2"] == "knows NUTM1-r; rolled back: missed two TCF3::PBX1"
    with pytest.raises(InputError, match="no champion before it"):
        registry.rollback("again")


def test_a_better_challenger_needs_no_reason(trained, store):
    register(trained, 0.8)
    registry = Registry()
    registry.promote()
    register(trained, 0.81)
    assert registry.promote().number == "2"
    assert [each.aliases for each in registry.versions()] == [("champion",), ()]


def test_figures_of_other_patients_are_no_comparison(trained, store):
    register(trained, 0.8)
    registry = Registry()
    registry.promote()
    register(trained, 0.99, seed=2)
    assert not same_patients(registry, "champion", "challenger")
    with pytest.raises(InputError, match="measured on other patients"):
        registry.promote()


def test_models_measured_apart_are_measured_on_her_samples(files, trained, store):
    """The bundle is the same, so no figure drops; what decided is kept as tags."""
    register(trained, 0.8)
    registry = Registry()
    common = CommonSet([files.counts], files.labels, Reading())
    assert registry.contest(common) is None  # no champion yet
    registry.promote()
    register(trained, 0.7, seed=2)
    measured = registry.contest(common)
    assert measured.table()["difference"].abs().max() == 0
    tags = registry.promote(measured=measured).tags
    assert tags["leukotype.test.balanced_accuracy"] == tags["leukotype.test.champion_balanced_accuracy"]
    assert tags["leukotype.test.n"] == "48"


def test_a_challenger_that_is_worse_on_her_samples_is_refused(trained, store):
    register(trained, 0.8)
    registry = Registry()
    registry.promote()
    register(trained, 0.9)
    report = trained.trained.nested
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
    registry.promote()
    kept = next(store.rglob("model.npz"))
    register(trained, 0.8)
    kept.write_bytes(kept.read_bytes() + b"x")
    with pytest.raises(InputError, match="expected its bundle, found that damaged"):
        registry.contest(CommonSet([files.counts], files.labels, Reading()))


def test_figures_stand_side_by_side(trained, store):
    register(trained, 0.8)
    register(trained, 0.75)
    table = compare(Registry(), "1", "challenger")
    assert table.loc[METRIC].tolist() == [0.8, 0.75, -0.05]
    assert listing(Registry().versions())["version"].tolist() == ["2", "1"]


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


def test_candidates_folds_and_cohorts_are_nested_runs(trained, store):
    import mlflow

    version = register(trained, 0.8, folds=trained.trained.folds)
    run = Registry().get(version).run
    children = mlflow.search_runs(
        experiment_names=["leukotype"], filter_string=f"tags.mlflow.parentRunId = '{run}'"
    )
    kinds = children.set_index("tags.mlflow.runName")["tags.kind"].to_dict()
    folds = dict.fromkeys(["fold 0", "fold 1", "fold 2", "without A", "without B"], "fold")
    assert kinds == {"candidate 0": "candidate", **folds}
    assert children.loc[children["tags.kind"] == "candidate", "tags.chosen"].tolist() == ["True"]
    assert children.loc[children["tags.mlflow.runName"] == "without A", "metrics.n"].tolist() == [24]
    parent = mlflow.get_run(run)
    assert parent.data.tags["leukotype.version"] == load(trained.out).manifest["version"]
    assert parent.data.tags.get("leukotype.commit", "") == commit()
    assert parent.data.metrics["untaught_n"] == 48
    inputs = parent.inputs.dataset_inputs
    assert {each.dataset.name for each in inputs} == {"counts.csv", "labels.csv"}


def test_a_failure_after_the_registration_takes_it_back(trained, store):
    def fails():
        with tracking.registering(tracking.connect()) as entry:
            entry.log(trained.trained, load(trained.out).manifest, trained.out, trained.digest)
            assert [each.number for each in Registry().versions()] == ["1"]
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        fails()
    assert Registry().versions() == []


def test_a_name_that_is_none_is_told_what_there_is(trained, store):
    with pytest.raises(InputError, match="have none yet"):
        Registry().get("champion")
    register(trained, 0.8)
    with pytest.raises(InputError, match="have 1, challenger"):
        Registry().get("7")


def test_a_tracking_server_that_is_down_is_one_line_and_nothing_is_made(files, program, tmp_path):
    done = program(
        "train", "--expression", files.counts, "--labels", files.labels, "--out", tmp_path / "mine",
        MLFLOW_TRACKING_URI="http://127.0.0.1:9",
    )  # fmt: skip
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "MLflow at http://127.0.0.1:9" in done.stderr
    assert list(tmp_path.iterdir()) == []
