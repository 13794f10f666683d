"""One sample that cannot be read has its row and reason, and stops no other."""

import json

import numpy as np
import pandas as pd
import pytest

from leukotype.cli import main
from leukotype.demo.simulate import Patient, simulate_patients
from leukotype.errors import InputError
from leukotype.model.bundle import load
from leukotype.pipeline import classify, classify_files, explain
from leukotype.report.run.run_page import page_of_run
from leukotype.runs.run import Run


@pytest.fixture(scope="module")
def counts():
    patients = [Patient(name, "DUX4-r", 90.0) for name in ("P1", "P2", "P3", "P4", "P5")]
    return simulate_patients(load(), patients, 9).counts.astype(float)


@pytest.fixture(scope="module")
def spoiled(counts):
    """An empty tube, a missing value and a negative one among two good samples."""
    spoiled = counts.copy()
    spoiled["P2"] = 0.0
    spoiled.iloc[7, 3] = np.nan
    spoiled.iloc[8, 4] = -3.0
    return spoiled


def test_the_others_are_called_as_without_it_and_every_sample_has_its_row(counts, spoiled):
    run, alone = classify(spoiled), classify(counts[["P1", "P3"]])
    assert run.calls["sample"].tolist() == ["P1", "P2", "P3", "P4", "P5"]
    assert run.calls["status"].tolist() == ["called", "unreadable", "called", "unreadable", "unreadable"]
    rest = run.calls[run.calls["status"] == "called"].reset_index(drop=True)
    pd.testing.assert_frame_equal(rest, alone.calls)
    for part, said in (("P2", "zero for every gene"), ("P4", "a missing value"), ("P5", "no negative value")):
        (row,) = run.calls[run.calls["sample"] == part].to_dict("records")
        assert said in row["reason"]
        assert (row["subtype"], row["risk_group"], row["evidence_agreement"]) == ("", "", "not_given")
        assert np.isnan(row["probability"])
    assert run.probabilities["sample"].tolist() == run.calls["sample"].tolist()
    assert "3 samples could not be read (P2, P4, P5)" in run.warnings[0]


def test_strict_inputs_and_a_run_without_any_readable_sample_are_refused(spoiled):
    with pytest.raises(InputError, match="P2: expected expression, found zero for every gene"):
        classify(spoiled, strict_inputs=True)
    with pytest.raises(InputError, match="P2: expected expression, found zero for every gene"):
        classify(spoiled[["P2", "P4"]])


def test_it_is_saved_explained_and_on_the_page(spoiled, tmp_path):
    folder = tmp_path / "out"
    classify(spoiled).save(folder)
    run = Run.load(folder)
    assert run.calls["status"].tolist()[1] == "unreadable"
    record = json.loads((folder / "calls.json").read_text(encoding="utf-8"))[1]
    assert (record["subtype"], record["probability"], record["in_trial_scheme"]) == (None, None, None)
    assert "the expression could not be read" in page_of_run(run, "Page")
    said = explain(spoiled)
    assert set(said.table["sample"]) == {"P1", "P3"}
    assert said.run.id == run.id


def test_a_file_of_one_sample_among_others_may_be_beyond_reading(counts, tmp_path, capsys):
    for name in ("P1", "P3"):
        counts[name].astype(int).to_csv(tmp_path / f"{name}.HTSeq", sep="\t", header=False)
    (tmp_path / "P2.HTSeq").write_text("ENSG00000000003\t5\nENSG00000000005\tmany\n", encoding="utf-8")
    files = [tmp_path / f"{name}.HTSeq" for name in ("P1", "P2", "P3")]
    run = classify_files(files)
    assert run.calls["status"].tolist() == ["called", "unreadable", "called"]
    assert "P2.HTSeq" in run.calls["reason"][1]
    command = ["predict", *map(str, files), "--out", str(tmp_path / "out"), "--strict-inputs"]
    assert main(command) == 2
    assert "P2.HTSeq" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
