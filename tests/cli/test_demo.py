"""`leukotype demo` shows every status of samples that nobody is."""

import json

from leukotype.cli import main
from leukotype.vocabulary import Status
from tests.cli.conftest import rows_of


def test_the_demo_shows_every_status_of_what_can_be_read_and_says_synthetic(tmp_path, capsys):
    out = tmp_path / "out"
    assert main(["demo", "--out", str(out)]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("SYNTHETIC")
    assert "SYNTHETIC samples called as they were simulated" in shown
    assert shown.splitlines()[-1].endswith(str((out / "report.html").resolve()))
    assert "they are no patients" in (out / "report.html").read_text("utf-8")
    rows = rows_of(out)
    assert {row["status"] for row in rows.values()} == set(Status) - {Status.UNREADABLE}
    assert all(name.startswith("SYN_") and name in shown for name in rows)
    assert json.loads((out / "run.json").read_text("utf-8"))["data"].startswith("SYNTHETIC")
    again = tmp_path / "again"
    files = ["--blasts", str(out / "SYNTHETIC_blasts.csv"), "--out", str(again), "--quiet"]
    assert main(["predict", str(out / "SYNTHETIC_counts.csv"), *files]) == 0
    assert (again / "calls.csv").read_bytes() == (out / "calls.csv").read_bytes()
