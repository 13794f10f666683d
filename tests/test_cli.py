"""The program as its user meets it: real files in, nine files and a table out."""

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
from leukotype.runs.files import FILES
from leukotype.vocabulary import CALL_COLUMNS, CHROMOSOMES, DOSAGE_COLUMNS, EVIDENCE_COLUMNS, Status

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


def table_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def rows_of(out: Path) -> dict[str, dict[str, str]]:
    return {row["sample"]: row for row in table_of(out / "calls.csv")}


def predict(tmp_path: Path, *arguments: object) -> dict[str, dict[str, str]]:
    """Rows of the calls by sample, in their order."""
    out = tmp_path / "out"
    assert main(["predict", *map(str, arguments), "--out", str(out), "--quiet"]) == 0
    return rows_of(out)


@pytest.mark.parametrize(
    ("command", "example"),
    [
        ("predict", "leukotype predict counts.tsv.gz --out results"),
        ("karyotype", "leukotype karyotype P1.HTSeq --out results"),
        ("efficacy", "leukotype efficacy --demo --out efficacy-demo"),
        ("demo", "leukotype demo --out demo-out"),
    ],
)
def test_help_imports_nothing_heavy(command, example):
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "leukotype.cli", command, "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert "typer" in imported
    assert not imported & {"numpy", "pandas", "rich", "sklearn", "xgboost", "scipy", "matplotlib", "pysam"}
    assert example in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [[], ["--help"], *([name, "--help"] for name in ("predict", "karyotype", "efficacy", "demo"))],
)
def test_every_help_says_research_use_only(arguments, capsys):
    assert main(arguments) == 0
    assert "Research use only" in capsys.readouterr().out


def test_help_names_the_commands(capsys):
    main(["--help"])
    shown = capsys.readouterr().out
    assert [
        name for name in ("predict", "karyotype", "efficacy", "demo") if f"\n  {name} " not in shown
    ] == []


def test_help_tells_every_status(capsys):
    main(["predict", "--help"])
    shown = capsys.readouterr().out
    assert [status for status in Status if f"\n    {status} " not in shown] == []


def test_help_names_every_kind_of_lesion_and_every_file(capsys):
    main(["predict", "--help"])
    shown = capsys.readouterr().out
    options = ("--fusions", "--karyotype", "--cnv", "--variants", "--common-variants")
    assert [name for name in options if f"\n  {name} FILE" not in shown] == []
    assert [name for name in FILES if f"\n    {name} " not in shown] == []


def test_version(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("leukotype 0.")


def test_one_row_a_sample_in_the_order_of_the_file(whole, table):
    header = (whole / "calls.csv").read_text("utf-8").splitlines()[0]
    assert tuple(header.split(",")) == CALL_COLUMNS
    rows = rows_of(whole)
    assert list(rows) == table[0][1:]
    assert len(rows) == 19
    assert {row["blast_source"] for row in rows.values()} == {"estimated"}


def test_probabilities_stand_for_every_sample_and_sum_to_one(whole):
    rows = table_of(whole / "probabilities.csv")
    assert [row.pop("sample") for row in rows] == list(rows_of(whole))
    assert [sum(map(float, row.values())) for row in rows] == pytest.approx([1] * 19, abs=2e-3)


def test_nine_files_are_written_and_no_other(whole):
    assert sorted(path.name for path in whole.iterdir()) == sorted(FILES)
    assert len(FILES) == 9


def test_the_dosage_of_every_chromosome_stands_for_every_sample(whole):
    rows = table_of(whole / "dosage.csv")
    assert tuple(rows[0]) == DOSAGE_COLUMNS
    assert [(row["sample"], row["chromosome"]) for row in rows] == [
        (sample, chromosome) for sample in rows_of(whole) for chromosome in CHROMOSOMES
    ]
    assert {row["copies"] for row in rows} <= set("12345")


def test_what_a_call_rests_on_stands_in_the_evidence(whole):
    rows = table_of(whole / "evidence.csv")
    assert tuple(rows[0]) == EVIDENCE_COLUMNS
    assert {row["used"] for row in rows} <= {"true", "false"}
    speaks_for = [row for row in rows if row["used"] == "true" and row["strength"] != "against"]
    named = {(row["sample"], row["lesion"]) for row in speaks_for}
    for sample, row in rows_of(whole).items():
        assert {name for name, _ in named if name == sample} == ({sample} if row["evidence"] else set())
    assert all(lesion in rows_of(whole)[sample]["evidence"] for sample, lesion in named)


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
    for name in set(FILES) - {"run.json"}:
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
    assert [row["blast_pct"] for row in rows.values()] == ["29.9", "30.0", rows["C"]["blast_estimate_pct"]]
    assert [row["blast_source"] for row in rows.values()] == ["given", "given", "estimated"]
    assert all(0 < float(row["blast_low_pct"]) < float(row["blast_high_pct"]) < 100 for row in rows.values())


def test_lesions_stand_beside_their_samples_and_leave_the_others_alone(whole, columns, tmp_path):
    """The first child has ETV6::RUNX1, the seventh is hyperdiploid by its laboratory's label."""
    path, among = columns([1, 7, 18]), rows_of(whole)
    first, seventh, other = (list(among)[number] for number in (0, 6, 17))
    fusions, karyotypes = tmp_path / "fusions.csv", tmp_path / "karyotypes.csv"
    fusions.write_text(f"sample,gene_5prime,gene_3prime,reads\n{first},ETV6,RUNX1,20\n")
    karyotypes.write_text(f'sample,karyotype\n{seventh},"54,XX,+X,+4,+6,+14,+17,+18,+21,+21[20]"\n')
    rows = predict(tmp_path, path, "--fusions", fusions, "--karyotype", karyotypes)
    assert rows[first]["evidence"].startswith("ETV6::RUNX1 (defining of ETV6::RUNX1, 20 reads)")
    assert [rows[name]["evidence_agreement"] for name in (first, seventh)] == ["supports", "supports"]
    assert rows[seventh]["ploidy_state"] == "hyperdiploid"
    assert rows[seventh]["chromosomes_gained"] == "4,6,14,17,18,21,21,X"
    assert rows[other] == among[other]
    run = json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))
    hashes = {source["path"]: source["sha256"] for source in run["inputs"]}
    for file in (path, fusions, karyotypes):
        assert hashes[str(file)] == hashlib.sha256(file.read_bytes()).hexdigest()
    found = [row for row in table_of(tmp_path / "out" / "evidence.csv") if row["kind"] == "fusion"]
    assert {(row["sample"], row["lesion"], row["reads"]) for row in found} == {(first, "ETV6::RUNX1", "20.0")}


@pytest.mark.parametrize("figures", [True, False])
def test_karyotype_gives_the_ploidy_that_stands_in_the_names_of_real_files(figures, data, tmp_path, capsys):
    """Four leukemias of honzee/RNAseqCNV, named by what cytogenetics found."""
    out, folder = tmp_path / "out", data / "external" / "rnaseqcnv"
    options = ["--out", str(out), *([] if figures else ["--no-figures"])]
    assert main(["karyotype", str(folder), *options]) == 0
    shown, told = capsys.readouterr()
    rows = {row["sample"]: row for row in table_of(out / "karyotypes.csv")}
    assert {name: row["ploidy_state"] for name, row in rows.items()} == {
        "diploid": "diploid",
        "high_hyperdiploid": "hyperdiploid",
        "low_hypodiploid": "low hypodiploid",
        "near_haploid": "near haploid",
    }
    assert rows["diploid"]["chromosomes"] == "46"
    assert "21,21" in rows["high_hyperdiploid"]["gained"]
    assert len(table_of(out / "dosage.csv")) == 4 * len(CHROMOSOMES)
    drawn = sorted(path for path in out.iterdir() if path.suffix == ".png")
    assert [path.name for path in drawn] == [
        f"{number}_{name}.png" for number, name in enumerate(rows, start=1) if figures
    ]
    assert all(path.read_bytes().startswith(b"\x89PNG\r\n\x1a\n") for path in drawn)
    assert all(name in shown for name in rows)
    assert "Research use only" in told


def test_karyotype_without_matplotlib_says_what_to_install(columns, tmp_path):
    without = "import sys; sys.modules['matplotlib'] = None; from leukotype.cli import main; sys.exit(main())"
    path = columns([1])
    command = [sys.executable, "-c", without, "karyotype", path, "--out"]
    done = subprocess.run([*command, tmp_path / "out"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert ".[report]" in done.stderr
    assert "--no-figures" in done.stderr
    assert not (tmp_path / "out").exists()


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


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["predict"], "--out"),
        (["predict", "--out", "out"], "no expression file was given"),
        (["predict", "counts.csv"], "--out"),
        (["predict", "counts.csv", "--out", "out", "--scheme", "who"], "'who'"),
        (["predict", "counts.csv", "--out", "out", "--strandedness", "left"], "'left'"),
        (["predict", "counts.csv", "--out", "out", "--blast-unit", "promille"], "'promille'"),
        (["predict", "counts.csv", "--out", "out", "--samples"], "--samples"),
        (["predict", "counts.csv", "--out", "out", "--karyotype"], "--karyotype"),
        (["karyotype"], "FILE"),
        (["karyotype", "counts.csv"], "--out"),
        (["karyotype", "counts.csv", "--out", "out"], "counts.csv: no such file"),
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
