"""What the program does before a command of it runs."""

import os
import subprocess
import sys

import pytest

from leukotype.cli import main
from leukotype.cli.app import calculate_on_one_core, say
from leukotype.errors import InputListError

CORES = "OPENBLAS_NUM_THREADS"  # of OpenBLAS, with which numpy's wheels come


@pytest.mark.parametrize(("given", "used"), [(None, "1"), ("4", "4")])
def test_linear_algebra_has_one_core_unless_the_user_says_otherwise(monkeypatch, given, used):
    monkeypatch.setenv(CORES, given or "")
    if given is None:
        monkeypatch.delenv(CORES)
    calculate_on_one_core()
    assert os.environ[CORES] == used


@pytest.mark.parametrize("command", ["predict", "karyotype", "explain"])
def test_commands_that_call_samples_use_one_core(monkeypatch, tmp_path, command):
    monkeypatch.setenv(CORES, "")
    monkeypatch.delenv(CORES)
    assert main([command, str(tmp_path / "absent.tsv"), "--out", str(tmp_path / "out")]) == 2
    assert os.environ[CORES] == "1"


def test_nothing_that_a_terminal_acts_on_is_printed(capsys):
    say("P1\x1b[31m\u202e\r and Zoë\n\tnext")
    assert capsys.readouterr().out == "P1\\x1b[31m\\u202e\\r and Zoë\n\tnext\n"


@pytest.mark.parametrize("arguments", [["predict", "\x1b[31mX.csv", "--out", "o"], ["models", "x\x1b[31m"]])
def test_no_argument_reaches_the_terminal_raw(arguments, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert "\x1b" not in said.out + said.err
    assert "\\x1b" in said.err


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


def test_version(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("leukotype 0.")


@pytest.mark.parametrize("mark", ["\n", "\r\n", "\v", "\x1e", "\x85", "\u2028"])
def test_a_name_with_line_ends_is_refused_in_one_line(mark, capsys, tmp_path):
    assert main(["predict", str(tmp_path / f"a{mark}b.csv"), "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err
    assert said.count("leukotype: ") == said.count("\n") == 1


def test_a_name_that_no_disk_can_have_is_refused(capsys, tmp_path):
    assert main(["predict", str(tmp_path / ("9" * 300)), "--out", str(tmp_path / "out")]) == 2
    assert "File name too long" in capsys.readouterr().err


def test_each_of_several_faults_has_a_line_of_its_own(capsys, monkeypatch):
    def refuse(_):
        raise InputListError("sex: no such column", "a\nb: no such arm")

    monkeypatch.setattr("leukotype.cli.check_arguments", refuse)
    assert main(["efficacy"]) == 2
    assert capsys.readouterr().err == "leukotype: sex: no such column\nleukotype: a\\nb: no such arm\n"
