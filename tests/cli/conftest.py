"""Raw counts of real patients for the commands, and what they write."""

import csv
import gzip
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from leukotype.cli import main

PROGRAM = [sys.executable, "-m", "leukotype.cli"]


@pytest.fixture(scope="session")
def real(data: Path) -> Path:
    """Raw counts of 19 children of St. Jude's Total XVI study (GSE161501): symbols x samples."""
    return data / "external" / "GSE161501" / "counts.tsv.gz"


@pytest.fixture(scope="session")
def table(real: Path) -> list[list[str]]:
    with gzip.open(real, "rt") as lines:
        return [line.rstrip("\n").split("\t") for line in lines]


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
