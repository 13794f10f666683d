"""The bundle of a registered version is found by number or alias, and whole."""

import pytest

from leukotype.errors import InputError
from leukotype.learning.registered_bundle import place_of
from leukotype.model.bundle import verify
from tests.learning.conftest import register

# MLflow and SQLAlchemy warn of each other; what warns in our own code is seen in every other test.
pytestmark = pytest.mark.filterwarnings("default")


@pytest.mark.parametrize("name", ["champion", "1"])
def test_a_version_is_found_by_its_number_and_alias(trained, store, name):
    register(trained, 0.8)
    folder = place_of(name)
    assert verify(folder) == trained.digest
    assert folder.is_relative_to(store)  # where it lies, for a later report


def test_a_version_that_there_is_not_is_told_with_those_that_there_are(trained, store):
    register(trained, 0.8)
    with pytest.raises(InputError, match="there are 1, champion"):
        place_of("challenger")


def test_a_version_whose_bundle_is_not_whole_or_another_is_refused(trained, store):
    register(trained, 0.8)
    array = next(store.rglob("model.npz"))
    whole = array.read_bytes()
    array.write_bytes(whole[:-1])
    with pytest.raises(InputError, match="expected its bundle whole"):
        place_of("champion")
    array.unlink()
    with pytest.raises(InputError, match="expected its bundle"):
        place_of("champion")


def test_where_no_store_is_there_none_is_made(tmp_path, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path / 'mlflow.db'}")
    with pytest.raises(InputError, match="found none: train and promote one first"):
        place_of("champion")
    assert not list(tmp_path.iterdir())
