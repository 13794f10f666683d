"""`leukotype models`: the registry as its user meets it, from its first use on."""

import pytest

from leukotype.cli import main
from leukotype.model.bundle import load

# MLflow and SQLAlchemy warn of each other; what warns in our own code is seen in every other test.
pytestmark = pytest.mark.filterwarnings("default")
pytest.importorskip("mlflow")


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A store that was never used: its first use registers the model that ships."""
    uri = f"sqlite:///{tmp_path_factory.mktemp('store') / 'mlflow.db'}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_TRACKING_URI", uri)
        yield uri


def models(capsys, *arguments):
    code = main(["models", *arguments])
    return code, capsys.readouterr()


def test_the_model_that_ships_is_the_champion_of_a_new_store(store, capsys):
    code, said = models(capsys, "list")
    assert code == 0
    (row,) = [line for line in said.out.splitlines() if "champion" in line]
    assert row.split()[0] == "1"


def test_its_figures_are_those_of_its_manifest(store, capsys):
    code, said = models(capsys, "compare", "1", "champion")
    assert code == 0
    held_out = load().manifest["metrics"]["held_out"]
    (row,) = [line for line in said.out.splitlines() if line.startswith("balanced_accuracy")]
    assert row.split()[1] == f"{held_out['balanced_accuracy']:g}"


def test_its_bundle_is_whole(store, capsys):
    code, said = models(capsys, "verify")
    assert code == 0
    assert "whole" in said.out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["compare", "1", "challenger"], "there are 1, champion"),
        (["promote"], "challenger"),
        (["rollback"], "rollback: expected --why TEXT, found none"),
    ],
)
def test_what_the_registry_does_not_have_is_one_line(store, capsys, arguments, told):
    code, said = models(capsys, *arguments)
    assert code == 2
    assert said.out == ""
    assert told in said.err
    assert said.err.count("\n") == 1
