"""The program as its user meets it: real files in, three files and a table out."""

import csv
import gzip
import hashlib
import json
import os
import pty
import re
import resource
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from leukotype.cli import main
from leukotype.vocabulary import CALL_COLUMNS, Status

PROGRAM = [sys.executable, "-m", "leukotype.cli"]


@pytest.fixture(scope="module")
def real(data: Path) -> Path:
    """Raw counts of 19 children of St. Jude's Total XVI study (GSE161501): symbols x samples."""
    return data / "external" / "GSE161501" / "counts.tsv.gz"


@pytest.fixture(scope="module")
def table(real: Path) -> list[list[str]]:
    with gzip.open(real, "rt") as lines:
        return [line.rstrip("\n").split("\t") for line in lines]


@pytest.fixture(scope="module")
def whole(real: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the results of the real file, made by the real program."""
    out = tmp_path_factory.mktemp("whole") / "out"
    done = subprocess.run(
        [*PROGRAM, "predict", real, "--out", out], capture_output=True, text=True, check=True
    )
    (out.parent / "stdout").write_text(done.stdout)
    (out.parent / "stderr").write_text(done.stderr)
    return out


@pytest.fixture
def columns(table: list[list[str]], tmp_path: Path) -> Callable[..., Path]:
    """Write some columns of the real table, by number from 1, under their names or others."""

    def go(numbers: list[int], names: list[str] | None = None) -> Path:
        path = tmp_path / "some.tsv"
        rows = [[row[0], *(row[number] for number in numbers)] for row in table]
        rows[0][1:] = names or rows[0][1:]
        path.write_text("".join("\t".join(row) + "\n" for row in rows))
        return path

    return go


def rows_of(out: Path) -> dict[str, dict[str, str]]:
    with (out / "calls.csv").open(newline="", encoding="utf-8") as lines:
        return {row["sample"]: row for row in csv.DictReader(lines)}


def predict(tmp_path: Path, *arguments: object) -> dict[str, dict[str, str]]:
    """Rows of the calls by sample, in their order."""
    out = tmp_path / "out"
    assert main(["predict", *map(str, arguments), "--out", str(out), "--quiet"]) == 0
    return rows_of(out)


def test_help_imports_nothing_heavy():
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "leukotype.cli", "predict", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert "typer" in imported
    assert not imported & {"numpy", "pandas", "rich", "sklearn", "xgboost"}
    assert "leukotype predict counts.tsv.gz --out results" in done.stdout


@pytest.mark.parametrize("arguments", [["--help"], ["predict", "--help"], ["demo", "--help"], []])
def test_every_help_says_research_use_only(arguments, capsys):
    assert main(arguments) == 0
    assert "Research use only" in capsys.readouterr().out


def test_help_tells_every_status(capsys):
    main(["predict", "--help"])
    shown = capsys.readouterr().out
    assert [status for status in Status if f"\n    {status} " not in shown] == []


def test_version(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("leukotype 0.")


def test_one_row_a_sample_in_the_order_of_the_file(whole, table):
    header = (whole / "calls.csv").read_text("utf-8").splitlines()[0]
    assert tuple(header.split(",")) == CALL_COLUMNS
    rows = rows_of(whole)
    assert list(rows) == table[0][1:]
    assert len(rows) == 19
    assert {row["blast_source"] for row in rows.values()} == {"none"}


def test_probabilities_stand_for_every_sample_and_sum_to_one(whole):
    with (whole / "probabilities.csv").open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert [row.pop("sample") for row in rows] == list(rows_of(whole))
    assert [sum(map(float, row.values())) for row in rows] == pytest.approx([1] * 19, abs=2e-3)


def test_run_json_names_the_input_by_its_hash(whole, real):
    run = json.loads((whole / "run.json").read_text("utf-8"))
    assert run["inputs"][0]["sha256"] == hashlib.sha256(real.read_bytes()).hexdigest()
    assert run["options"]["scheme"] == "inovate"


def test_the_table_is_on_stdout_and_the_notes_on_stderr(whole):
    shown = (whole.parent / "stdout").read_text()
    assert all(name in shown for name in rows_of(whole))
    assert "19 samples: " in shown
    assert "\x1b" not in shown
    told = (whole.parent / "stderr").read_text()
    assert "note: genes in the rows\n" in told
    assert f"wrote {whole / 'calls.csv'}\n" in told
    assert "Research use only" in told


def test_a_second_run_gives_the_same_bytes(whole, real, tmp_path):
    predict(tmp_path, real)
    for name in ("calls.csv", "probabilities.csv"):
        assert (tmp_path / "out" / name).read_bytes() == (whole / name).read_bytes()


@pytest.mark.parametrize("number", [1, 19])
def test_a_patient_alone_is_called_as_among_others(number, whole, columns, tmp_path):
    rows = predict(tmp_path, columns([number]))
    among = rows_of(whole)
    assert rows == {name: among[name] for name in rows}
    assert len(rows) == 1


def test_files_of_one_sample_are_called_as_the_matrix(whole, table, tmp_path):
    folder = tmp_path / "samples"
    folder.mkdir()
    for number in (2, 7, 18):
        lines = "".join(f"{row[0]}\t{row[number]}\n" for row in table[1:])
        (folder / f"{table[0][number]}.counts").write_text(lines)
    rows, among = predict(tmp_path, folder), rows_of(whole)
    assert rows == {table[0][number]: among[table[0][number]] for number in (2, 7, 18)}


def test_the_order_of_the_samples_changes_no_call(whole, columns, tmp_path):
    order = [*range(19, 0, -2), *range(2, 19, 2)]
    rows, among = predict(tmp_path, columns(order)), rows_of(whole)
    assert rows == among
    assert list(rows) == [list(among)[number - 1] for number in order]


def test_under_30_percent_blasts_no_subtype_is_reported(whole, columns, tmp_path):
    blasts = tmp_path / "blasts.csv"
    blasts.write_text("sample,blast_pct\nA,29.9\nB,30\n")
    rows = predict(tmp_path, columns([1, 2, 3], ["A", "B", "C"]), "--blasts", blasts)
    assert (rows["A"]["status"], rows["A"]["subtype"], rows["A"]["probability"]) == ("low_blasts", "", "")
    assert "29.9 %" in rows["A"]["reason"]
    assert rows["A"]["risk_group"] == "low blast"
    assert rows["B"]["status"] != "low_blasts"
    assert [row["blast_pct"] for row in rows.values()] == ["29.9", "30.0", ""]
    assert [row["blast_source"] for row in rows.values()] == ["given", "given", "none"]


def test_icc_has_no_subtype_outside_the_trial(real, whole, tmp_path):
    """Six of these children have ETV6::RUNX1, which is not among the trial's 13."""
    outside = "outside the trial's 13 subtypes"
    assert outside in {row["reason"] for row in rows_of(whole).values()}
    assert outside not in {row["reason"] for row in predict(tmp_path, real, "--scheme", "icc").values()}


def test_names_stand_as_the_input_wrote_them(columns, tmp_path, capsys):
    names = ["=1+1", "@home", "[red]P3[/red]", "Zoë"]
    path = columns([1, 2, 3, 4], names)
    assert list(predict(tmp_path, path)) == names
    assert main(["predict", str(path), "--out", str(tmp_path / "out")]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()[1:5]] == names


def test_of_a_long_cohort_the_start_and_the_counts_are_shown(columns, tmp_path, capsys):
    names = [f"P{number}" for number in range(1, 58)]
    path = columns([*range(1, 20)] * 3, names)
    assert main(["predict", str(path), "--out", str(tmp_path / "out")]) == 0
    shown = capsys.readouterr().out
    assert [line.split()[0] for line in shown.splitlines() if line.startswith("P")] == names[:40]
    assert "57 samples: " in shown
    assert "the first 40 are shown; all are in calls.csv" in shown
    assert list(rows_of(tmp_path / "out")) == names


def test_on_a_terminal_a_sample_is_one_line_in_colour_and_no_name_is_cut(tmp_path):
    terminal, program_side = pty.openpty()
    with subprocess.Popen(
        [*PROGRAM, "demo", "--out", tmp_path / "out"],
        stdout=program_side,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "COLUMNS": "80", "TERM": "xterm"},
    ) as running:
        os.close(program_side)
        content = b""
        with suppress(OSError):  # how Linux tells the end of a terminal
            while chunk := os.read(terminal, 65536):
                content += chunk
    os.close(terminal)
    assert running.returncode == 0
    coloured = content.decode().splitlines()
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in coloured]
    shown = [line for line in lines if line.startswith("SYN_")]
    assert [line.split()[0] for line in shown] == list(rows_of(tmp_path / "out"))
    assert max(map(len, shown)) <= 80
    assert coloured != lines


def test_quiet_says_nothing(columns, tmp_path, capsys):
    predict(tmp_path, columns([1]))
    assert capsys.readouterr() == ("", "")


def test_the_demo_shows_every_status_and_says_synthetic(tmp_path, capsys):
    out = tmp_path / "out"
    assert main(["demo", "--out", str(out)]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("SYNTHETIC")
    assert "SYNTHETIC samples called as they were simulated" in shown
    rows = rows_of(out)
    assert {row["status"] for row in rows.values()} == set(Status)
    assert all(name.startswith("SYN_") and name in shown for name in rows)
    assert json.loads((out / "run.json").read_text("utf-8"))["data"].startswith("SYNTHETIC")
    again = tmp_path / "again"
    files = ["--blasts", str(out / "SYNTHETIC_blasts.csv"), "--out", str(again), "--quiet"]
    assert main(["predict", str(out / "SYNTHETIC_counts.csv"), *files]) == 0
    assert (again / "calls.csv").read_bytes() == (out / "calls.csv").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["predict"], "FILE"),
        (["predict", "counts.csv"], "--out"),
        (["predict", "counts.csv", "--out", "out", "--scheme", "who"], "'who'"),
        (["predict", "counts.csv", "--out", "out", "--strandedness", "left"], "'left'"),
        (["predict", "counts.csv", "--out", "out", "--blast-unit", "promille"], "'promille'"),
        (["predict", "counts.csv", "--out", "out", "--samples"], "--samples"),
        (["classify"], "classify"),
    ],
)
def test_wrong_arguments_end_in_one_line(arguments, named, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    shown, told = capsys.readouterr()
    assert (shown, told.count("\n"), told.startswith("leukotype: ")) == ("", 1, True)
    assert named in told
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(28, "No space left on device", "disk")])
def test_an_interruption_leaves_no_results(error, monkeypatch, tmp_path, capsys):
    def interrupted(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("leukotype.pipeline.classify_files", interrupted)
    code = main(["predict", "counts.csv", "--out", str(tmp_path / "out")])
    told = capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
    if isinstance(error, KeyboardInterrupt):
        assert code == 130
    else:
        assert (code, told) == (1, "leukotype: disk: No space left on device\n")


@pytest.mark.parametrize("existing", [False, True])
def test_a_disk_that_takes_no_more_leaves_things_as_they_were(existing, columns, tmp_path):
    """The system's limit on the size of a file stands for the full disk: no calls fit in 200 bytes."""
    path, home = columns([1, 2]), tmp_path / "home"
    out = home / "out"
    home.mkdir()
    if existing:
        out.mkdir()
        (out / "calls.csv").write_text("old")
    done = subprocess.run(
        [*PROGRAM, "predict", path, "--out", out],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (200, 200)),
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},  # or Python would cut its own files short
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert "File too large" in done.stderr
    assert [path.name for path in home.rglob("*")] == (["out", "calls.csv"] if existing else [])
    assert not existing or (out / "calls.csv").read_text() == "old"
