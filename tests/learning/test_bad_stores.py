"""A store or a disk that cannot be used gives one line, and nothing half-made."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from leukotype.errors import InputError
from leukotype.learning import tracking
from leukotype.learning.place import Place
from leukotype.learning.registry import Registry
from leukotype.learning.retrain import TrainingFiles, run
from leukotype.learning.settings import Search, Settings
from leukotype.model.bundle import load
from leukotype.runs.cluster import Engine

# MLflow and SQLAlchemy warn of each other; what warns in our own code is seen in every other test.
pytestmark = pytest.mark.filterwarnings("default")
SMALL = Settings(folds=2, inner_folds=2, jobs=1, untaught=False, search=Search(trials=1))


def train(files, out, *, track=False, trials=1):
    inputs = TrainingFiles([files.counts], files.labels)
    settings = replace(SMALL, search=Search(trials=trials))
    return run(inputs, settings, Place(Engine.LOCAL, 1), out, track=track)


def folders(home):
    return [path.name for path in home.iterdir() if path.is_dir()]


def test_a_store_of_models_that_another_program_holds(files, tmp_path, monkeypatch, capfd):
    """An exclusive transaction on the database: nothing is begun."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path / 'mlflow.db'}")
    monkeypatch.setattr(tracking, "_WAIT", 0.1)
    with closing(sqlite3.connect(tmp_path / "mlflow.db", isolation_level=None)) as held:
        held.execute("BEGIN EXCLUSIVE")
        with pytest.raises(InputError, match=r"MLflow at sqlite:///.*mlflow\.db: database is locked: check"):
            train(files, tmp_path / "out" / "mine", track=True)
    assert folders(tmp_path / "out") == []
    assert capfd.readouterr().err == ""


def test_a_store_of_models_that_is_no_database(files, tmp_path, monkeypatch):
    (tmp_path / "mlflow.db").write_text("no database " * 100)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path / 'mlflow.db'}")
    with pytest.raises(InputError, match="file is not a database: check MLFLOW_TRACKING_URI"):
        train(files, tmp_path / "out" / "mine", track=True)


def test_a_search_that_another_program_holds(files, tmp_path):
    """Of two candidates: of a single one there is no search."""
    with closing(sqlite3.connect(tmp_path / "mine.search.db", isolation_level=None)) as held:
        held.execute("BEGIN EXCLUSIVE")
        with pytest.raises(InputError, match=r"mine\.search\.db: .*locked") as error:
            train(files, tmp_path / "mine", trials=2)
    assert "\n" not in str(error.value)
    assert folders(tmp_path) == []


def test_a_full_disk(files, full_disk):
    """Of two megabytes 800 kB are left: the search fits, the bundle beside it does not."""
    (full_disk / "used").write_bytes(bytes(shutil.disk_usage(full_disk).free - 800_000))
    with pytest.raises((InputError, OSError), match=r"No space left on device|disk has room"):
        train(files, full_disk / "mine")
    assert folders(full_disk) == []


def test_a_full_disk_under_the_store_of_models(files, full_disk, empty_store, tmp_path, monkeypatch, capfd):
    """The bundle fits on its disk, the store of the models does not on its own: then neither is there."""
    database = full_disk / "mlflow.db"
    database.write_bytes(empty_store.read_bytes())
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{database}")
    connected = tracking.Store.open(ship=False)
    done = train(files, tmp_path / "elsewhere" / "mine")
    capfd.readouterr()

    def register():
        with connected.registration() as entry:
            (full_disk / "used").write_bytes(bytes(shutil.disk_usage(full_disk).free - 20_000))
            entry.log(load(done.out).manifest, done.out, done.digest, done.learned)

    with pytest.raises((InputError, OSError), match=r"No space left on device|disk is full"):
        register()
    assert capfd.readouterr().err == ""
    (full_disk / "used").unlink()
    assert Registry(connected).versions() == []
