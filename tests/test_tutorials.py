"""The notebooks of docs/tutorials run from top to bottom, and print what stands beside their cells."""

import importlib.util
import json
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "docs" / "tutorials"


def load_runner():
    spec = importlib.util.spec_from_file_location("execute", FOLDER / "execute.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


RUNNER = load_runner()


@pytest.mark.parametrize("path", RUNNER.notebooks(), ids=lambda path: path.stem)
@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")  # of matplotlib, in shap
def test_a_notebook_says_what_it_says(path, tmp_path):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    stored = [cell["outputs"] for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert list(map(RUNNER.text_of, RUNNER.run(path, tmp_path))) == list(map(RUNNER.text_of, stored))


def test_each_says_that_its_patients_are_invented():
    assert [path.stem for path in RUNNER.notebooks()] == ["call", "explain", "retrain", "trial"]
    assert all("SYNTHETIC" in path.read_text(encoding="utf-8") for path in RUNNER.notebooks())
