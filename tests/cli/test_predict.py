"""The program as its user meets it: real files in, nine files and a table out."""

import hashlib
import json
import os
import resource
import subprocess
from pathlib import Path

import pytest

from leukotype.cli import main
from leukotype.runs.files import FILES
from leukotype.vocabulary import CALL_COLUMNS, CHROMOSOMES, DOSAGE_COLUMNS, EVIDENCE_COLUMNS, Status
from tests.cli.conftest import PROGRAM, predict, rows_of, table_of


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


def test_help_tells_every_status(capsys):
    main(["predict", "--help"])
    shown = capsys.readouterr().out
    assert [status for status in Status if f"\n    {status} " not in shown] == []


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


def test_icc_has_no_subtype_outside_the_trial(real, whole, tmp_path):
    """Six of these children have ETV6::RUNX1, which is not among the trial's 13."""
    outside = "outside the trial's 13 subtypes"
    assert outside in {row["reason"] for row in rows_of(whole).values()}
    assert outside not in {row["reason"] for row in predict(tmp_path, real, "--scheme", "icc").values()}


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
