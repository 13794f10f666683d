"""`leukotype samples` and `leukotype predict --samples`: two adults (MD-ALL), from their folder to calls."""

import csv

import pytest

from leukotype.cli import main
from leukotype.runs.run import Run


@pytest.fixture
def sheet(data, tmp_path):
    path = tmp_path / "sheet.csv"
    assert main(["samples", str(data / "external" / "mdall"), "--out", str(path)]) == 0
    return path


def rows(path):
    with path.open(newline="") as handle:
        return list(csv.DictReader(handle))


def test_the_files_of_a_patient_stand_in_their_row(sheet):
    found = {row["sample"]: row for row in rows(sheet)}
    assert found.keys() >= {"COH000082_D1", "COH000353_D1"}
    assert found["COH000353_D1"]["counts"].endswith("mdall/COH000353_D1.HTSeq")
    assert sum("COH000353_D1" in name for name in found["COH000353_D1"]["fusions"].split(";")) == 2


def test_a_sheet_that_is_there_is_not_written_over(sheet, data, capsys):
    assert main(["samples", str(data / "external" / "mdall"), "--out", str(sheet)]) == 2
    assert "expected a new file" in capsys.readouterr().err


def test_names_karyotypes_and_blasts_of_the_sheet_reach_the_calls(sheet, tmp_path):
    own = [row for row in rows(sheet) if row["sample"].startswith("COH")]
    told = {"COH000353_D1": ("Ann", "46,XX", ">90"), "COH000082_D1": ("Bob", "", "20")}
    for row in own:
        row["sample"], row["karyotype"], row["blast_pct"] = told[row["sample"]]
    with sheet.open("w", newline="") as handle:
        writer = csv.DictWriter(handle, own[0])
        writer.writeheader()
        writer.writerows(own)
    assert main(["predict", "--samples", str(sheet), "--out", str(tmp_path / "out"), "--quiet"]) == 0
    run = Run.load(tmp_path / "out")
    calls = run.calls.set_index("sample")
    assert calls.loc["Ann", ["status", "subtype", "blast_pct"]].tolist() == ["called", "MEF2D-r", 90]
    assert calls.loc["Bob", "status"] == "low_blasts"
    assert set(run.evidence[run.evidence["lesion"] == "MEF2D::BCL9"]["sample"]) == {"Ann"}
    explained = [
        "explain",
        "--calls",
        str(tmp_path / "out"),
        "--out",
        str(tmp_path / "out"),
        "--sample",
        "Ann",
    ]
    assert main(explained) == 0  # the record of the run is enough to read its files again


def test_nothing_given_is_refused(tmp_path, capsys):
    assert main(["predict", "--out", str(tmp_path / "out")]) == 2
    assert "no expression file was given" in capsys.readouterr().err
