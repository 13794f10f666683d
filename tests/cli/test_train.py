"""`leukotype train`: what can be said at once is said first, before heavy imports; then, how far it is."""

import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from leukotype.cli.screen import progress

HEAVY = ("mlflow", "sklearn", "xgboost", "optuna", "scipy")
ASKED = ["train", "--expression", "counts.csv", "--labels", "labels.csv", "--out", "model"]


def test_a_typo_in_the_labels_is_said_before_anything_heavy_is_imported(tmp_path):
    (tmp_path / "counts.csv").write_text("gene,P1\nENSG00000177455,3\n")
    (tmp_path / "labels.csv").write_text("sample,subtype\nP1,Hyperdiplod\n")
    script = (
        "import sys; from leukotype.cli import main; code = main(sys.argv[1:]); "
        f"print(code, [name for name in {HEAVY} if name in sys.modules])"
    )
    asked = ["--expression", tmp_path / "counts.csv", "--labels", tmp_path / "labels.csv"]
    command = [sys.executable, "-c", script, "train", *asked, "--out", tmp_path / "model"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "2 []\n"
    assert "labels.csv: line 2: expected a subtype of B-ALL, found 'Hyperdiplod'" in done.stderr


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(("screen", "shown"), [(Terminal, True), (io.StringIO, False)])
def test_a_terminal_and_nothing_else_shows_the_step_and_how_much_of_it_is_done(monkeypatch, screen, shown):
    monkeypatch.setattr(sys, "stderr", screen())
    monkeypatch.setenv("TERM", "xterm")
    with progress(False, "reading") as advance:
        advance(11, 21, "measuring on held-out patients")
    said = sys.stderr.getvalue()
    assert ("measuring on held-out patients" in said and "11/21" in said) is shown
    assert bool(said) is shown


def test_temporary_files_of_a_training_are_where_the_next_finds_them_if_it_is_killed(tmp_path, monkeypatch):
    """MLflow puts the bundle aside there, and joblib the patients for its workers."""
    pytest.importorskip("mlflow")
    import leukotype.learning.retrain
    from leukotype.cli import main
    from leukotype.errors import InputError

    seen = []

    def look(*_, **__):
        seen.append((tempfile.gettempdir(), os.environ["JOBLIB_TEMP_FOLDER"]))
        raise InputError("enough")

    monkeypatch.setattr(leukotype.learning.retrain, "run", look)
    (tmp_path / "counts.csv").write_text("gene,P1\nENSG00000177455,3\n")
    (tmp_path / "labels.csv").write_text("sample,subtype\nP1,Hyperdiploid\n")
    asked = ["--expression", tmp_path / "counts.csv", "--labels", tmp_path / "labels.csv", "--quiet"]
    assert main(["train", *map(str, asked), "--out", str(tmp_path / "model")]) == 2
    ((place, workers),) = seen
    assert place == workers
    assert Path(place).name.startswith("leukotype-temporary-")
    assert not Path(place).exists()
