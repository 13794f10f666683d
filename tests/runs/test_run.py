"""Results read back from disk: names stay as they are, and what is no result is refused in one line."""

import json
from dataclasses import replace

import pandas as pd
import pytest

from leukotype.demo.simulate import simulate_cohort
from leukotype.errors import InputError
from leukotype.model.bundle import load
from leukotype.pipeline import classify
from leukotype.report.run.cohort_page import cohort_page
from leukotype.runs.files import FILES, as_csv, write_whole
from leukotype.runs.run import Run


@pytest.fixture
def folder(tmp_path):
    counts = simulate_cohort(load(), per_class=1, purities=[90], random_state=2).counts.iloc[:, :3]
    classify(counts.set_axis(["NA", "007", "1e5"], axis=1)).save(tmp_path / "out")
    return tmp_path / "out"


def test_names_that_look_like_something_else_stay_names(folder):
    results = Run.load(folder)
    assert results.calls["sample"].tolist() == ["NA", "007", "1e5"]
    assert results.probabilities["sample"].tolist() == ["NA", "007", "1e5"]
    assert results.explanations is None
    known = results.calls["probability"].dropna()
    assert len(known)
    assert known.between(0, 1).all()
    assert ">007</a>" in cohort_page(results, title="x")


@pytest.mark.parametrize("name", FILES)
def test_every_file_is_needed(folder, name):
    (folder / name).unlink()
    with pytest.raises(InputError, match=rf"{name}: cannot be read"):
        Run.load(folder)


def test_a_column_that_is_absent_is_named(folder):
    frame = pd.read_csv(folder / "calls.csv", dtype=str, keep_default_na=False)
    frame.drop(columns="reason").to_csv(folder / "calls.csv", index=False)
    with pytest.raises(InputError, match=r"calls\.csv: column reason: expected it in the header"):
        Run.load(folder)


def test_a_number_that_is_none_is_named(folder):
    frame = pd.read_csv(folder / "calls.csv", dtype=str, keep_default_na=False)
    frame.assign(probability="high").to_csv(folder / "calls.csv", index=False)
    with pytest.raises(InputError, match=r"calls\.csv: column probability: expected numbers"):
        Run.load(folder)


@pytest.mark.parametrize("name", ["probabilities", "map", "markers"])
def test_tables_of_another_run_are_refused(folder, name):
    frame = pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)
    frame.iloc[::-1].to_csv(folder / f"{name}.csv", index=False)
    with pytest.raises(InputError, match=rf"{name}\.csv: expected the samples of calls\.csv"):
        Run.load(folder)


def test_explanations_of_another_run_are_refused(folder):
    columns = ["sample", "subtype", "against", "feature", "layer", "features", "value", "contribution"]
    row = dict.fromkeys([*columns, "known_marker", "source"], "") | {"sample": "nobody"}
    pd.DataFrame([row]).to_csv(folder / "explanations.csv", index=False)
    with pytest.raises(InputError, match=r"explanations\.csv: expected samples of calls\.csv"):
        Run.load(folder)


@pytest.mark.parametrize("content", ["", "[]", json.dumps({"model": {}})])
def test_a_record_that_is_none_is_refused(folder, content):
    (folder / "run.json").write_text(content)
    with pytest.raises(InputError, match=r"run\.json: expected the record of a run"):
        Run.load(folder)


@pytest.mark.parametrize("name", [name for name in FILES if name != "run.json"])
def test_a_table_that_is_not_the_one_of_the_record_is_named(folder, name):
    """Its rows are read as before: the bytes alone are others."""
    (folder / name).write_text((folder / name).read_text("utf-8") + "\n", "utf-8")
    with pytest.raises(InputError, match=rf"{name}: expected the table that run\.json names by its hash"):
        Run.load(folder)


def test_a_number_that_was_changed_is_seen(folder):
    calls = pd.read_csv(folder / "calls.csv", dtype=str, keep_default_na=False)
    calls.assign(probability="0.9999").to_csv(folder / "calls.csv", index=False)
    with pytest.raises(InputError, match=r"calls\.csv: expected the table that run\.json names by its hash"):
        Run.load(folder)


def test_the_record_of_another_run_does_not_fit_the_tables(folder, tmp_path):
    counts = simulate_cohort(load(), per_class=1, purities=[90], random_state=3).counts.iloc[:, :3]
    classify(counts.set_axis(["NA", "007", "1e5"], axis=1)).save(tmp_path / "other")
    (folder / "run.json").write_bytes((tmp_path / "other" / "run.json").read_bytes())
    with pytest.raises(InputError, match=r"calls\.csv: expected the table that run\.json names"):
        Run.load(folder)


def explain(folder, run):
    """What `leukotype explain` writes of one sample of a run."""
    columns = ["sample", "subtype", "against", "feature", "layer", "features", "value", "contribution"]
    row = dict.fromkeys([*columns, "known_marker", "source"], "") | {"sample": "007"}
    text = as_csv(pd.DataFrame([row]))
    write_whole(folder, {"explanations.csv": text, **run.record_of_explanations(folder, text)})


def test_explanations_are_those_of_the_run_that_names_them(folder):
    first = Run.load(folder)
    explain(folder, first)
    run = Run.load(folder)
    assert run.explanations["sample"].tolist() == ["007"]
    assert run.id == first.id == json.loads((folder / "run.json").read_text())["id"]


def test_explanations_of_the_same_samples_in_another_run_are_refused(folder):
    explain(folder, Run.load(folder))
    old = (folder / "explanations.csv").read_bytes()
    run = replace(Run.load(folder), explanations=None)
    run.save(folder)
    assert Run.load(folder).explanations is None
    (folder / "explanations.csv").write_bytes(old)
    with pytest.raises(InputError, match=r"explanations\.csv: expected the explanations that run"):
        Run.load(folder)


def test_a_run_is_not_explained_into_the_folder_of_another(folder, tmp_path):
    run = Run.load(folder)
    other = replace(run, calls=run.calls.assign(subtype="HLF"))
    before = (folder / "run.json").read_bytes()
    with pytest.raises(InputError, match=r"run\.json: expected the run that is explained, .*found another"):
        explain(folder, other)
    assert (folder / "run.json").read_bytes() == before
    assert not (folder / "explanations.csv").exists()
    explain(tmp_path, other)  # a folder without a run takes those of any
    assert not (tmp_path / "run.json").exists()


def test_a_notebook_shows_a_line_and_a_table_and_a_text_is_a_path(folder, tmp_path):
    run = Run.load(str(folder))
    assert repr(run).startswith(f"<Run of {len(run.calls)} sample")
    assert run._repr_html_().startswith("<table>")
    assert run.save(str(tmp_path / "again"))[0] == tmp_path / "again" / "calls.csv"
