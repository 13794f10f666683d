"""What a command prints: the calls, a line a sample, as wide as the terminal is."""

import io
import math
import os
import pty
import re
import subprocess
from contextlib import suppress

import pandas as pd
import pytest
from rich.console import Console

from leukotype.cli import main
from leukotype.cli.screen import screen_table, summary
from leukotype.vocabulary import SET_SEPARATOR
from tests.cli.conftest import PROGRAM, predict, rows_of


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


def row(**changes):
    plain = {
        "sample": "A",
        "status": "called",
        "subtype": "DUX4-r",
        "group": "",
        "probability": 0.9,
        "blast_pct": 80.0,
    }
    return plain | {"runner_up": "", "runner_up_probability": math.nan, "reason": ""} | changes


def lines(*rows, width=200):
    console = Console(file=io.StringIO(), width=width, color_system=None)
    with console.capture() as shown:
        console.print(screen_table(rows, width))
    return [" ".join(line.split()) for line in shown.get().splitlines()[1:]]


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({}, "A DUX4-r 0.90 80 %"),
        ({"probability": 0.9951, "blast_pct": math.nan}, "A DUX4-r >0.99"),
        ({"runner_up": "KMT2A-r", "runner_up_probability": 0.006}, "A DUX4-r 0.90 80 % next KMT2A-r 0.01"),
        ({"runner_up": "KMT2A-r", "runner_up_probability": 0.004}, "A DUX4-r 0.90 80 %"),  # no chance
        ({"status": "candidate"}, "A DUX4-r (likely) 0.90 80 %"),
        (
            {
                "status": "candidate",
                "subtype": "",
                "group": SET_SEPARATOR.join(["BCR::ABL1", "BCR::ABL1-like"]),
            },
            "A BCR::ABL1/-like (likely) 0.90 80 %",
        ),
        (
            {"status": "low_blasts", "subtype": "", "probability": math.nan, "reason": "few"},
            "A low_blasts 80 % few",
        ),
    ],
)
def test_a_probability_is_never_said_to_be_surer_than_it_is(changes, line):
    """.9951 would be 1.00, and .004 would be 0.00."""
    assert lines(row(**changes)) == [line]


def test_a_remark_gives_way_to_a_long_name():
    name = "N" * 60
    (line,) = lines(row(sample=name, reason="r" * 90), width=90)
    assert line.startswith(name)
    assert line.endswith("…")


def test_the_summary_counts_each_status_and_of_a_long_table_each_subtype():
    calls = pd.DataFrame({"status": ["called", "called", "low_blasts"], "subtype": ["HLF", "HLF", ""]})
    assert list(summary(calls, 3)) == ["\n3 samples: 2 called, 1 low_blasts"]
    assert list(summary(calls, 2))[1:] == ["called: 2 HLF", "the first 2 are shown; all are in calls.csv"]
