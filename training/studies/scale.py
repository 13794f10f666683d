"""What `leukotype predict` costs for many samples, in processor time and memory.

Run by hand, from the repository: ``python -m training.studies.scale 1000``. A SYNTHETIC table of 20
patients is written over and over, under other names, with genes and samples in the rows; each is read and
called by a process of its own. Printed is the table of many samples of docs/reliability.md.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from itertools import cycle, islice
from pathlib import Path
from typing import Any, Final

import pandas as pd

from leukotype.demo.simulate import Patient, simulate_patients
from leukotype.model.bundle import load
from training.studies.faults import as_markdown

COLUMNS: Final = ("samples", "genes", "in the rows", "MB of csv", "CPU s", "MB of memory")
_PATIENTS: Final = 20
_TELL: Final = (
    "import resource, sys; from leukotype.cli import main; code = main(sys.argv[1:]); "
    "used = resource.getrusage(resource.RUSAGE_SELF); "
    "print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024); sys.exit(code)"
)


def write_samples(counts: pd.DataFrame, number: int, path: Path) -> None:
    """Write so many samples, one a row."""
    rows = [",".join(map(str, counts[name])) for name in counts]
    with path.open("w", encoding="utf-8") as text:
        text.write(f"sample,{','.join(counts.index)}\n")
        text.writelines(f"S{i},{row}\n" for i, row in enumerate(islice(cycle(rows), number)))


def write_genes(counts: pd.DataFrame, number: int, path: Path) -> None:
    """Write so many samples, one a column."""
    with path.open("w", encoding="utf-8") as text:
        text.write(f"gene_id,{','.join(f'S{i}' for i in range(number))}\n")
        for gene, row in zip(counts.index, counts.to_numpy(), strict=True):
            text.write(f"{gene},{','.join(islice(cycle(map(str, row.tolist())), number))}\n")


def measure(path: Path) -> tuple[float, float]:
    """Call a table in a process of its own: seconds of its processor time, and megabytes at most."""
    command = [sys.executable, "-c", _TELL, "predict", str(path), "--out", f"{path}.out", "--quiet"]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()  # noqa: S603
    return float(told[-2]), float(told[-1])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("samples", type=int, nargs="+")
    bundle = load()
    groups = islice(cycle(bundle.profiles.names), _PATIENTS)
    patients = [Patient(f"P{i}", group, 90.0) for i, group in enumerate(groups)]
    rows: list[tuple[Any, ...]] = []
    counts = simulate_patients(bundle, patients, 5).counts.astype(int)
    for number in parser.parse_args().samples:
        for way, write in (("samples", write_samples), ("genes", write_genes)):
            with tempfile.TemporaryDirectory() as home:
                path = Path(home) / "counts.csv"
                write(counts, number, path)
                seconds, memory = measure(path)
                size = path.stat().st_size / 1e6
            rows.append((number, len(counts), way, round(size), round(seconds, 1), round(memory)))
    sys.stdout.write(as_markdown(pd.DataFrame(rows, columns=list(COLUMNS))) + "\n")


if __name__ == "__main__":
    main()
