"""Where the files of a run lie: found again from another folder, and never with the name of a user's home."""

import json
import os
import shutil
from pathlib import Path

import pytest

from leukotype.errors import InputError
from leukotype.model.bundle import load
from leukotype.pipeline import classify_files, explain_folder
from leukotype.runs.places import FilePlace, file_places, place, without_home
from leukotype.runs.run import Run


@pytest.fixture
def home(monkeypatch):
    """As on a machine where homes stand in /home."""
    monkeypatch.setattr(Path, "home", lambda: Path("/home/ann"))


@pytest.mark.parametrize(
    ("path", "folder", "written"),
    [
        ("/data/in/P1.tsv", "/data/out", "../in/P1.tsv"),
        ("/data/out/P1.tsv", "/data/out", "P1.tsv"),
        ("/home/ann/in/P1.tsv", "/home/ann/out", "../in/P1.tsv"),
        ("/home/ann/in/P1.tsv", "/data/out", "~/in/P1.tsv"),
        ("/home/bob/in/P1.tsv", "/home/ann/out", "/home/bob/in/P1.tsv"),
        ("/data/in/P1.tsv", "/home/ann/out", "/data/in/P1.tsv"),
    ],
)
def test_a_path_is_relative_to_the_folder_where_they_share_more_than_the_root(home, path, folder, written):
    assert place(Path(path), Path(folder)) == written


def test_notes_name_no_home(home):
    assert without_home("/home/ann/in: not tables, left aside: x") == "~/in: not tables, left aside: x"
    assert without_home("/home/anna/in") == "/home/anna/in"


def test_a_link_to_a_file_keeps_its_name(tmp_path):
    """Workflows stage their files as links, and a sample may be called after one."""
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "8f3a").write_text("x")
    (tmp_path / "P1.counts").symlink_to(tmp_path / "store" / "8f3a")
    (told,) = file_places([str(tmp_path / "P1.counts"), str(tmp_path / "absent")], {})
    assert told.path == tmp_path.resolve() / "P1.counts"
    assert told.sha256 == "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"  # sha256sum
    assert FilePlace.from_record(told.record(tmp_path / "out"), tmp_path / "out") == told


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A SYNTHETIC run with lesions, named from the folder that it was started in."""
    from leukotype.demo.simulate import Patient, simulate_patients

    (tmp_path / "a" / "in").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "a")
    simulate_patients(load(), [Patient("P1", "DUX4-r", 90.0)], 3).counts.to_csv("in/counts.csv")
    Path("in/P1.f.csv").write_text("gene_5prime,gene_3prime,reads\nIGH,DUX4,30\n")
    asked = {"fusions": ["P1=in/P1.f.csv"]}
    classify_files(["in/counts.csv"], **asked).save("out")
    return tmp_path


def test_a_run_is_explained_from_another_folder_and_after_a_move(run, monkeypatch):
    shutil.move(run / "a", run / "b")
    monkeypatch.chdir("/")
    said = explain_folder(run / "b" / "out", top=1)
    assert said.run.options == Run.load(run / "b" / "out").options
    assert said.run.options.expression == (Path("in/counts.csv"),)
    record = json.loads((run / "b" / "out" / "run.json").read_text())
    assert [(each["given"], each["path"]) for each in record["files"]] == [
        ("in/counts.csv", "../in/counts.csv"),
        ("in/P1.f.csv", "../in/P1.f.csv"),
    ]


def test_a_lesion_file_that_changed_is_refused(run):
    Path("in/P1.f.csv").write_text("gene_5prime,gene_3prime,reads\nBCR,ABL1,30\n")
    with pytest.raises(InputError, match=r"in/P1\.f\.csv: the file has changed since the run"):
        explain_folder(run / "a" / "out")


def test_the_record_names_no_home(run, monkeypatch):
    home = run / "a"
    monkeypatch.setattr(Path, "home", lambda: home)
    classify_files([home / "in" / "counts.csv"], fusions=[home / "in"]).save(run / "out")
    text = (run / "out" / "run.json").read_text()
    assert str(home) + os.sep not in text
    assert '"~/in/counts.csv"' in text
    monkeypatch.setenv("HOME", str(home))
    assert Run.load(run / "out").options_here(run / "out").expression == (home / "in" / "counts.csv",)
