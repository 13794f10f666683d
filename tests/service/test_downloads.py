"""Results to take home: the tables as they stand, and what is made of them."""

import io
import zipfile

import pytest

from leukotype.runs.files import CALLS, RUN
from leukotype.service.downloads import download, names
from leukotype.service.limits import RefusedError


@pytest.fixture
def results(tmp_path):
    (tmp_path / CALLS).write_text("sample,subtype,probability\n=1+1,DUX4-r,0.98\nP2,,\n")
    (tmp_path / RUN).write_text("{}")
    (tmp_path / "report.html").write_text("<p>page</p>")
    return tmp_path


def test_a_table_is_given_as_it_stands_and_to_be_kept(results):
    answer = download(results, CALLS)
    assert answer.body == (results / CALLS).read_bytes()
    assert answer.headers["content-disposition"] == 'attachment; filename="calls.csv"'


def test_a_workbook_holds_numbers_as_numbers_and_no_formula(results):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(io.BytesIO(download(results, "calls.xlsx").body))
    rows = list(book["calls"].iter_rows(min_row=2))
    assert [cell.value for cell in rows[0]] == ["=1+1", "DUX4-r", 0.98]
    assert rows[0][0].data_type == "s"
    assert rows[1][2].value is None


def test_the_record_of_the_run_is_packed_last(results):
    """Who unpacks half of it has no run.json, and so no run."""
    archive = zipfile.ZipFile(io.BytesIO(download(results, "results.zip").body))
    assert archive.namelist() == ["results/calls.csv", "results/report.html", "results/run.json"]


def test_the_page_brings_its_own_policy_and_is_shown_rather_than_kept(results):
    answer = download(results, "report")
    assert "content-disposition" not in answer.headers
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("what", ["../run.json", "etc/passwd", "", "calls"])
def test_what_is_no_result_is_refused_whatever_stands_in_the_folder(results, what):
    with pytest.raises(RefusedError, match=r"there is no such result: have report, .*calls\.csv") as refused:
        download(results, what)
    assert refused.value.code == 404
    assert what not in names()
