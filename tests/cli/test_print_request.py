"""`leukotype request`: the body that a service takes, so that what the documents say works as pasted."""

import json

import numpy as np
import pandas as pd
import pytest

from leukotype.cli import main
from leukotype.demo.simulate import Patient, simulate_patients
from leukotype.model.bundle import load
from leukotype.pipeline import classify
from leukotype.runs.call_json import call_records
from leukotype.runs.request import CallRequest


@pytest.fixture
def counts(tmp_path):
    table = simulate_patients(
        load(), [Patient("P1", "DUX4-r", 90.0), Patient("P2", "PAX5alt", 80.0)], 3
    ).counts
    table.to_csv(tmp_path / "counts.csv")
    (tmp_path / "blasts.csv").write_text("sample,blast_pct\nP2,20\n")
    return table


def printed(capsys, *arguments):
    assert main(["request", *map(str, arguments)]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_body_is_called_as_the_file_is(counts, tmp_path, capsys):
    (tmp_path / "patients.csv").write_text("sample,age,sex\nP1,7 months,F\nP2,,unknown\n")
    patients = ["--age", tmp_path / "patients.csv", "--sex", tmp_path / "patients.csv"]
    body = printed(capsys, tmp_path / "counts.csv", "--blasts", tmp_path / "blasts.csv", *patients)
    request = CallRequest.of(body["samples"])
    assert body["options"] == {"value_type": "counts"}
    further = request.beside(tmp_path)
    asked = classify(request.counts, request.blasts, orientation="samples", **body["options"], **further)
    told = classify(counts, {"P2": 20.0}, age={"P1": "7 months"}, sex={"P1": "F"})
    assert call_records(asked.calls) == call_records(told.calls)
    assert (asked.ages, asked.sexes) == (told.ages, told.sexes)


def test_a_sample_alone_for_mlflow(counts, tmp_path, capsys):
    body = printed(capsys, tmp_path / "counts.csv", "--sample", "P2", "--mlflow")
    [record] = body["dataframe_records"]
    assert record["sample"] == "P2"
    assert record["counts"] == counts["P2"].to_dict()
    assert body["params"] == {"value_type": "counts"}


def test_what_is_read_stands_on_the_linear_scale(counts, tmp_path, capsys):
    tpm = counts / counts.sum() * 1e6
    np.log2(tpm + 1).round(6).to_csv(tmp_path / "log.csv")
    body = printed(capsys, tmp_path / "log.csv", "--value-type", "log2-tpm", "--sample", "P1")
    assert body["options"] == {"value_type": "tpm"}
    found = pd.Series(body["samples"][0]["counts"])
    assert np.allclose(found, tpm.loc[found.index, "P1"], rtol=1e-4, atol=1e-4)


def test_a_sample_that_is_not_there_is_said(counts, tmp_path, capsys):
    assert main(["request", str(tmp_path / "counts.csv"), "--sample", "P3"]) == 2
    assert "--sample P3" in capsys.readouterr().err
