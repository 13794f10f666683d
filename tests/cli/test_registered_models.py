"""A model is named as the registry names it, or by its folder; what is neither is left to who opens it."""

from pathlib import Path

import pytest

from leukotype.cli.registered_models import find_model
from leukotype.learning import registered_bundle


@pytest.fixture
def asked(monkeypatch):
    """Names that the registry is asked for; each lies in a folder of its own."""
    names = []
    monkeypatch.setattr(registered_bundle, "place_of", lambda name: names.append(name) or Path("/at") / name)
    return names


@pytest.mark.parametrize(
    ("model", "name"),
    [("leukotype@champion", "champion"), ("leukotype/3", "3"), ("models:/leukotype@champion", "champion")],
)
def test_a_version_is_named_as_here_and_as_mlflow_names_it(asked, model, name):
    """MLflow's own URIs of a model: models:/NAME/VERSION and models:/NAME@ALIAS."""
    assert find_model(Path(model)) == Path("/at") / name
    assert asked == [name]


@pytest.mark.parametrize("model", [None, "models/mine", "leukotype", "other@champion", "leukotype/3/model"])
def test_what_is_no_version_is_a_folder(asked, model):
    path = None if model is None else Path(model)
    assert find_model(path) == path
    assert asked == []


def test_a_folder_that_is_there_goes_before_a_version_of_its_name(asked, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("leukotype/3").mkdir(parents=True)
    assert find_model(Path("leukotype/3")) == Path("leukotype/3")
    assert asked == []
