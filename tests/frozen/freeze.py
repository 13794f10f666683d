"""Writes what the shipped model says of fixed inputs; `tests/test_frozen.py` compares.

``python tests/frozen/freeze.py`` writes all of it anew (real patients' files from ``LEUKOTYPE_DATA``). Do so
only where a change of the calls is meant, and read the difference line by line before it is committed.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Mapping
from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pandas as pd

from leukotype.cli import main

HERE: Final = Path(__file__).parent
HASHES: Final = HERE / "external.sha256"
DEMO: Final = HERE / "demo"
TABLES: Final = ("calls", "probabilities", "evidence", "dosage", "map", "markers", "explanations")

# Arguments by name of the set, in the folder ``external`` of the data.
EXTERNAL: Final[Mapping[str, tuple[str, ...]]] = {
    "GSE161501": ("GSE161501/counts.tsv.gz",),
    "allsorts_test": ("allsorts_test/test_counts.csv",),
    "mdall": (
        "mdall/COH000353_D1.HTSeq", "mdall/COH000082_D1.HTSeq",
        "--fusions", "mdall/COH000353_D1.fusioncatcher.txt", "--fusions", "mdall/COH000082_D1.cicero.tsv",
    ),
    "rnaseqcnv": ("rnaseqcnv",),
}  # fmt: skip


def demo(out: Path) -> dict[str, str]:
    """Give the tables of the demo by name."""
    run(["demo", "--out", str(out)])
    return {name: _table(out, name) for name in TABLES}


def external(data: Path, name: str, out: Path) -> dict[str, str]:
    """Give the SHA-256 of each table of an external set, explained too, by the name of the table."""
    with chdir(data / "external"):  # the evidence names its files: as they are given, not where they lie
        run(["predict", *EXTERNAL[name], "--out", str(out), "--quiet"])
        run(["explain", "--calls", str(out), "--out", str(out), "--no-figures", "--quiet"])
    return {table: hashlib.sha256(_table(out, table).encode()).hexdigest() for table in TABLES}


def _table(out: Path, name: str) -> str:
    """Text of a table; of the calls without the name of the bundle, which says no more of a sample."""
    path = out / f"{name}.csv"
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    text = frame.drop(columns="model", errors="ignore").to_csv(index=False, lineterminator="\n")
    return text if "model" in frame else path.read_text(encoding="utf-8")


def run(arguments: list[str]) -> None:
    """Run a command that must succeed."""
    if main(arguments) != 0:
        raise RuntimeError(f"leukotype {' '.join(arguments)} failed")


def freeze() -> None:
    """Write the demo's tables, and the hashes of the external sets'."""
    data = Path(os.environ.get("LEUKOTYPE_DATA", "../shared/data"))
    DEMO.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder:
        for name, text in demo(Path(folder) / "demo").items():
            (DEMO / f"{name}.csv").write_text(text, encoding="utf-8", newline="")
        lines = [
            f"{digest}  {name}/{table}.csv\n"
            for name in EXTERNAL
            for table, digest in external(data, name, Path(folder) / name).items()
        ]
    HASHES.write_text("".join(lines), encoding="utf-8")
    sys.stdout.write(f"{DEMO}, {HASHES}: written\n")


if __name__ == "__main__":
    freeze()
