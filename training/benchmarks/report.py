"""Times the page of a run of 500 SYNTHETIC patients: ``python -m training.benchmarks.report``.

Calls and explains them first (not timed); then `leukotype report` writes the page, in a fresh process.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from leukotype.demo.simulate import Patient, simulate_patients
from leukotype.model.bundle import load
from leukotype.pipeline import explain_files
from leukotype.runs.files import as_csv, write_whole

TIMED = Path(__file__).parent / "timed.py"
SEED = 5


def main() -> None:
    """Print seconds, peak memory and size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patients", type=int, default=500)
    parser.add_argument("--model", type=Path)
    asked = parser.parse_args()
    with TemporaryDirectory() as folder:
        out, page = Path(folder) / "results", Path(folder) / "report.html"
        _run(Path(folder), out, asked.patients, asked.model)
        command = [sys.executable, "-m", "leukotype.cli", "report", "--calls", out, "--out", page, "--quiet"]
        told = subprocess.run(
            [sys.executable, str(TIMED), *map(str, command)], check=True, capture_output=True, text=True
        ).stdout
        took = json.loads(told)
        drawn = "with a map" if 'id="map-ground"' in page.read_text(encoding="utf-8") else "without a map"
        spent = f"{took['seconds']:.1f} s, {took['peak_mb']:.0f} MB of memory"
        print(f"{asked.patients} patients, {drawn}: {spent}, page of {page.stat().st_size / 1e6:.1f} MB")


def _run(folder: Path, out: Path, patients: int, model: Path | None) -> None:
    """Call and explain patients of every subtype in turn, at 90 % blasts."""
    bundle = load(model)
    groups = [name for name in bundle.profiles.names if name in bundle.model.subtypes]
    made = [Patient(f"SYN_{i + 1}", groups[i % len(groups)], 90.0) for i in range(patients)]
    counts = folder / "SYNTHETIC_counts.csv"
    cohort = simulate_patients(bundle, made, SEED)
    pd.DataFrame(cohort.counts).to_csv(counts)
    said = explain_files([counts], model)
    said.run.save(out)
    table = as_csv(said.table)
    write_whole(out, {"explanations.csv": table, **said.run.record_of_explanations(out, table)})


if __name__ == "__main__":
    main()
