"""The section of MultiQC: one row a sample, and MultiQC itself takes it where it is installed."""

import json
import os
import shutil
import subprocess

import pandas as pd
import pytest

from leukotype.runs.call_json import CALL_NUMBERS
from leukotype.runs.multiqc import multiqc_section
from leukotype.vocabulary import CALL_COLUMNS


@pytest.fixture
def calls():
    empty = {name: float("nan") if name in CALL_NUMBERS else "" for name in CALL_COLUMNS}
    called = {"sample": "P1", "status": "called", "subtype": "DUX4-r", "probability": 0.98, "blast_pct": 90.0}
    held = {"sample": "P2", "status": "low_blasts", "blast_pct": 12.0}
    return pd.DataFrame([{**empty, **called}, {**empty, **held}])


def test_a_row_a_sample_and_nothing_that_is_not_known(calls):
    section = json.loads(multiqc_section(calls, "SYNTHETIC."))
    assert section["data"] == {
        "P1": {"status": "called", "subtype": "DUX4-r", "probability": 0.98, "blast_pct": 90.0},
        "P2": {"status": "low_blasts", "blast_pct": 12.0},
    }
    assert section["description"].startswith("SYNTHETIC. ")
    assert "Research use only" in section["description"]


def test_multiqc_itself_shows_it(calls, tmp_path):
    program = os.environ.get("LEUKOTYPE_MULTIQC") or shutil.which("multiqc")
    if program is None:
        pytest.skip("MultiQC is not installed: pip install multiqc")
    (tmp_path / "leukotype_mqc.json").write_text(multiqc_section(calls))
    subprocess.run([program, tmp_path, "--outdir", tmp_path / "out", "--no-version-check"], check=True)
    table = (tmp_path / "out" / "multiqc_data" / "multiqc_leukotype_calls.txt").read_text()
    assert "DUX4-r" in table
    assert "Research use only" in (tmp_path / "out" / "multiqc_report.html").read_text()
