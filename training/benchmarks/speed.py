"""Time `leukotype predict` from cold start to written calls, beside reading the same file with pandas.

Run by hand: ``python -m training.benchmarks.speed --data DIR``; README.md in this folder says what the
numbers mean.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

import leukotype

PROGRAM = (sys.executable, "-m", "leukotype.cli")
READ_ALONE = "import sys, numpy, pandas; pandas.read_csv(sys.argv[1], sep='\\t', index_col=0)"
OTHER_GENES = 3_000  # beside the model's genes, in the tables of many samples
FEW, MANY = 1_000, 10_000
NOT_CAUGHT = 0.2


@dataclass(frozen=True)
class Measured:
    """Median seconds, and the highest peak memory in MB, of some runs of one command."""

    seconds: float
    peak_mb: float


def measure(command: Sequence[str | Path], repeats: int) -> Measured:
    """Run a command in fresh processes.

    Raises
    ------
    SystemExit
        if it fails, with what it said.
    """
    timed = [sys.executable, str(Path(__file__).with_name("timed.py")), *map(str, command)]
    runs = []
    for _ in range(repeats):
        done = subprocess.run(timed, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"{' '.join(timed)}\n{done.stderr}")
        runs.append(json.loads(done.stdout))
    return Measured(median(run["seconds"] for run in runs), max(run["peak_mb"] for run in runs))


def real_counts(data: Path) -> pd.DataFrame:
    """Raw counts of B-ALL marrows: all genes of Ensembl 103 x samples."""
    genes = pd.read_csv(data / "reference" / "genes.csv.gz", usecols=["ensembl_id"])["ensembl_id"]
    return pd.read_parquet(data / "reference" / "diploid_ball_counts.parquet").reindex(genes).fillna(0)


def resampled(counts: pd.DataFrame, samples: int, rng: np.random.Generator) -> pd.DataFrame:
    """Draw samples with replacement, each with Poisson noise, so that no two are the same; names are new."""
    chosen = rng.integers(counts.shape[1], size=samples)
    values = rng.poisson(counts.to_numpy()[:, chosen])
    return pd.DataFrame(values, index=counts.index, columns=[f"S{number}" for number in range(samples)])


def write_rows(path: Path, counts: pd.DataFrame, samples: int, rng: np.random.Generator) -> None:
    """Write samples x genes of the model's genes and some others, a hundred samples at a time."""
    own = leukotype.load().genes.ids
    others = counts.index.difference(own)[:OTHER_GENES]
    counts = counts.loc[own.intersection(counts.index).append(others)]
    with path.open("w") as out:
        out.write("\t".join(["sample", *counts.index]) + "\n")
        for start in range(0, samples, 100):
            for number, row in enumerate(resampled(counts, 100, rng).to_numpy().T.tolist(), start):
                out.write("\t".join([f"S{number}", *map(str, row)]) + "\n")


def predict(table: Path, repeats: int) -> Measured:
    """Measure cold start to written calls, and check that every sample of the table has one."""
    out = table.with_suffix(".out")
    measured = measure([*PROGRAM, "predict", table, "--out", out, "--quiet"], repeats)
    expected = int(table.stem.rpartition("_")[2])
    if len(pd.read_csv(out / "calls.csv")) != expected:
        raise SystemExit(f"{out / 'calls.csv'}: expected {expected} rows")
    return measured


def show(name: str, measured: Measured, remark: str = "") -> None:
    """Print one row."""
    print(f"{name:<46}{measured.seconds:>8.2f} s{measured.peak_mb:>8.0f} MB   {remark}".rstrip(), flush=True)


def whole_transcriptome(counts: pd.DataFrame, folder: Path, repeats: int, rng: np.random.Generator) -> None:
    """Measure 1 and 65 samples of all genes, against the time that reading the file takes by itself."""
    for samples, goal in ((1, "goal 2.5 s"), (65, "goal 3 s, 500 MB")):
        table = folder / f"counts_{samples}.tsv"
        resampled(counts, samples, rng).to_csv(table, sep="\t", index_label="gene_id")
        ours = predict(table, repeats)
        alone = measure([sys.executable, "-c", READ_ALONE, table], repeats)
        name = f"{samples} x {len(counts):,} genes"
        show(f"predict, {name}", ours, f"{ours.seconds / alone.seconds:.2f} x pandas alone; {goal}")
        show(f"import numpy, pandas; read, {name}", alone)


def with_lesions(data: Path, folder: Path, repeats: int) -> None:
    """Measure what two fusion callers and a VCF add to one sample: the files of two patients, as of one."""
    home = data / "external" / "mdall"
    name = "COH000082_D1"
    command = [*PROGRAM, "predict", home / f"{name}.HTSeq", "--quiet", "--out"]
    files = [home / f"{name}.{kind}" for kind in ("cicero.tsv", "fusioncatcher.txt")]
    lesions = [item for file in files for item in ("--fusions", file)]
    vcf = data / "formats" / "vcf_gatk" / "COH000757_D1.HaplotypeCaller.vcf.gz"
    alone = measure([*map(str, command), str(folder / "alone")], repeats)
    whole = measure(
        [*map(str, command), str(folder / "lesions"), *map(str, lesions), "--variants", f"{name}={vcf}"],
        repeats,
    )
    show("predict, 1 HTSeq file", alone)
    added = whole.seconds - alone.seconds
    show("the same with 2 fusion callers and a VCF", whole, f"{added:.2f} s more; goal 1 s")


def many_samples(counts: pd.DataFrame, folder: Path, rng: np.random.Generator) -> None:
    """Measure whether the memory grows with the number of samples, and what genes not caught cost.

    Where a library did not catch all genes each sample has its own, and all is solved for it alone.
    """
    poor = folder / f"poor_{FEW}.tsv"
    caught = rng.random(len(counts)) >= NOT_CAUGHT
    write_rows(poor, counts.mul(caught, axis=0), FEW, rng)
    show(f"predict, {FEW:,} in rows, {NOT_CAUGHT:.0%} of genes not caught", predict(poor, 1))
    poor.unlink()
    peaks = []
    for samples in (FEW, MANY):
        table = folder / f"rows_{samples}.tsv"
        write_rows(table, counts, samples, rng)
        ours = predict(table, 1)
        peaks.append(ours.peak_mb)
        remark = f"{peaks[-1] / peaks[0]:.2f} x the memory of {FEW:,}" if len(peaks) > 1 else ""
        show(f"predict, {samples:,} samples in rows", ours, remark)
        table.unlink()


def main() -> None:
    """Build the tables in a temporary folder, measure, and print one row a measurement."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with reference/ of raw counts")
    parser.add_argument("--repeats", type=int, default=5, help="runs of which the median is shown [5]")
    arguments = parser.parse_args()
    rng = np.random.default_rng(1)
    print(f"Python {platform.python_version()}, {platform.machine()}, leukotype {leukotype.load().label}")
    counts = real_counts(arguments.data)
    show("leukotype --help", measure([*PROGRAM, "--help"], arguments.repeats), "goal 0.3 s")
    show(
        "leukotype predict --help", measure([*PROGRAM, "predict", "--help"], arguments.repeats), "goal 0.3 s"
    )
    with TemporaryDirectory(prefix="leukotype-speed-") as folder:
        with_lesions(arguments.data, Path(folder), arguments.repeats)
        whole_transcriptome(counts, Path(folder), arguments.repeats, rng)
        many_samples(counts, Path(folder), rng)


if __name__ == "__main__":
    main()
