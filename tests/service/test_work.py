"""The files of a job called as `classify` calls them, or refused before anything is written."""

import pytest

from leukotype.errors import InputError
from leukotype.model.bundle import load
from leukotype.pipeline import classify
from leukotype.service.uploads import FileKind, Upload
from leukotype.service.work import CallingWorker
from leukotype.service.work_order import WorkOrder


@pytest.fixture(scope="module")
def worker():
    return CallingWorker(load())


def order(folder, *uploads, **asked):
    return WorkOrder(uploads, asked, folder / "further", folder / "results", "SYNTHETIC: no patients.")


def test_a_job_writes_what_a_run_writes_with_its_page(worker, counts, laboratory, tmp_path):
    uploads = (
        Upload(laboratory["counts.tsv"], "counts.tsv", FileKind.EXPRESSION),
        Upload(laboratory["P1.fusions.csv"], "P1.fusions.csv", FileKind.FUSIONS, chosen="P1"),
    )
    steps = []
    beside = {"blasts": {"P3": "20"}}
    worker.call_files(order(tmp_path, *uploads, beside_samples=beside), lambda *step: steps.append(step))
    names = {path.name for path in (tmp_path / "results").iterdir()}
    assert names >= {"calls.csv", "explanations.csv", "report.html", "run.json"}
    here = classify(counts, {"P3": 20.0}, fusions=[f"P1={laboratory['P1.fusions.csv']}"])
    told = worker.read_calls(tmp_path / "results")["calls"]
    assert [row["subtype"] for row in told] == here.calls["subtype"].replace("", None).tolist()
    assert [row["status"] for row in told] == here.calls["status"].tolist()
    assert told[2]["status"] == "low_blasts"
    assert (steps[0][0], steps[-1][0]) == ("reading", "drawing the page")


def test_two_files_where_one_can_be_are_refused_by_their_names(worker, laboratory, tmp_path):
    uploads = [Upload(laboratory["counts.tsv"], "counts.tsv", FileKind.EXPRESSION)]
    uploads += [Upload(laboratory["karyotypes.csv"], name, FileKind.KARYOTYPE) for name in ("a.csv", "b.csv")]
    with pytest.raises(InputError, match=r"a\.csv and b\.csv: expected one file of karyotype, found 2"):
        worker.call_files(order(tmp_path, *uploads), print)
    assert not (tmp_path / "results").exists()


def test_without_expression_nothing_is_called(worker, laboratory, tmp_path):
    upload = Upload(laboratory["blasts.csv"], "blasts.csv", FileKind.BLASTS)
    with pytest.raises(InputError, match="expected a file of expression, found none"):
        worker.call_files(order(tmp_path, upload), print)
