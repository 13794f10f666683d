"""Time and peak memory of `leukotype train` against the number of patients, on SYNTHETIC cohorts.

Run by hand: ``python -m training.benchmarks.cohort_sizes --folder DIR``; README.md in this folder says what
the numbers mean. Linux only: the memory of all processes of a run is read from ``/proc``.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

import leukotype
from leukotype.demo.simulate import Patient, simulate_patients
from leukotype.model.bundle import Bundle
from leukotype.vocabulary import NOT_B_ALL

HOME = Path(__file__).parent
GENES = 20_000  # the model's, and others of noise
BLOCK = 500  # samples that are simulated and written at a time
EVERY = 0.5  # seconds between two looks at the memory
PURITIES = (60.0, 99.0)  # percent of leukemia
# Means of the other genes: log2 of counts in a library, spread as those of whole transcriptomes are (about a
# third of the genes hardly ever read).
OTHER_MEAN, OTHER_SPREAD = 5.0, 4.0
DISPERSION = 0.2  # of the other genes, between patients
LIMIT_GB = 8 * 2**30 / 1e9  # what a training of 20,000 patients is to stay below

Counts = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Row:
    """One training: its time, the most memory of all its processes together, and what was run.

    ``load`` is the highest load average of the machine meanwhile: where it is more than 2, other work ran
    beside on the two processors, and ``cpu_seconds`` says more than ``seconds``.
    """

    patients: int
    genes: int
    format: str
    file_mb: int
    seconds: float
    cpu_seconds: float
    load: float
    peak_pss_mb: int
    peak_rss_mb: int
    balanced_accuracy: float
    settings: str
    command: str


def labels(bundle: Bundle, patients: int, rng: np.random.Generator) -> pd.DataFrame:
    """Draw a subtype for each patient, as frequent as in the cohorts that the model was learned from."""
    sizes = {name: n for name, n in bundle.manifest["classes"].items() if name != NOT_B_ALL}
    share = np.array(list(sizes.values())) / sum(sizes.values())
    drawn = rng.choice(list(sizes), size=patients, p=share)
    return pd.DataFrame({"sample": [f"SYN{number:06d}" for number in range(patients)], "subtype": drawn})


def simulate(bundle: Bundle, table: pd.DataFrame, path: Path) -> list[str]:
    """Write counts of the patients to a plain binary file, samples x genes, block by block; the genes."""
    rng = np.random.default_rng(2)
    others = GENES - len(bundle.genes.ids)
    means = 2 ** rng.normal(OTHER_MEAN, OTHER_SPREAD, others)
    counts = np.memmap(path, np.int32, "w+", shape=(len(table), GENES))
    for start in range(0, len(table), BLOCK):
        rows = table.iloc[start : start + BLOCK]
        people = [
            Patient(sample, group, rng.uniform(*PURITIES))
            for sample, group in rows.itertuples(index=False, name=None)
        ]
        own = simulate_patients(bundle, people, random_state=start).counts.to_numpy().T
        noise = rng.poisson(rng.gamma(1 / DISPERSION, means * DISPERSION, size=(len(rows), others)))
        counts[start : start + BLOCK] = np.column_stack([own, noise])
    counts.flush()
    # Their ids are of no real gene, in the form of Ensembl's.
    return [*bundle.genes.ids, *(f"ENSG99{number:09d}" for number in range(others))]


def blocks(counts: Counts) -> Iterator[tuple[int, Counts]]:
    """Blocks of rows with the number of their first."""
    for start in range(0, len(counts), BLOCK):
        yield start, counts[start : start + BLOCK]


def write_parquet(path: Path, counts: Counts, rows: list[str], columns: list[str]) -> None:
    """Write names in the first column; one group of rows for each block."""
    import pyarrow as pa
    from pyarrow.parquet import ParquetWriter

    schema = pa.schema([("name", pa.string()), *((name, pa.int32()) for name in columns)])
    with ParquetWriter(path, schema, write_statistics=False) as out:
        for start, block in blocks(counts):
            arrays = [pa.array(rows[start : start + BLOCK]), *map(pa.array, np.ascontiguousarray(block.T))]
            out.write_table(pa.Table.from_arrays(arrays, schema=schema), row_group_size=BLOCK)


def write_anndata(path: Path, counts: Counts, rows: list[str], columns: list[str]) -> None:
    """Write an h5ad file, or a zarr store, whose X is filled block by block."""
    import anndata

    frames = [pd.DataFrame(index=names) for names in (rows, columns)]
    data = anndata.AnnData(obs=frames[0], var=frames[1])
    chunks = (BLOCK, min(2000, counts.shape[1]))
    if path.suffix == ".zarr":
        import zarr

        data.write_zarr(path)
        store = zarr.open_group(path, mode="a")
        x = store.create_array("X", shape=counts.shape, chunks=chunks, dtype="int32", overwrite=True)
    else:
        import h5py

        data.write_h5ad(path)
        store = h5py.File(path, "a")
        store.pop("X", None)
        x = store.create_dataset("X", counts.shape, "int32", chunks=chunks, compression="lzf")
    x.attrs.update({"encoding-type": "array", "encoding-version": "0.2.0"})
    for start, block in blocks(counts):
        x[start : start + len(block)] = block
    if hasattr(store, "close"):  # a file of HDF5; a zarr group has nothing to close
        store.close()


def write(kind: str, path: Path, counts: Counts, rows: list[str], columns: list[str]) -> None:
    """Write the table in one of the formats; ``parquet-genes`` has its genes in rows."""
    if kind == "parquet-genes":
        write_parquet(path, counts.T, columns, rows)
    elif kind == "parquet":
        write_parquet(path, counts, rows, columns)
    else:
        write_anndata(path, counts, rows, columns)


def family(root: int) -> list[int]:
    """Ids of a process and of all that it started."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:  # ended meanwhile
            continue
    found = [root]
    for process in found:  # grows while it is read
        found += [child for child, parent in parents.items() if parent == process]
    return found


@dataclass
class Watched:
    """What was seen of a running process and of all that it started: KiB of memory, seconds, load."""

    pss: int = 0
    rss: int = 0
    load: float = 0.0

    def __post_init__(self) -> None:
        self.cpu: dict[int, float] = {}

    def look(self, root: int) -> None:
        """Take one look. Pages that processes share count once in PSS, and each time in RSS."""
        pss = rss = 0
        for process in family(root):
            home = Path(f"/proc/{process}")
            try:
                told = (home / "smaps_rollup").read_text().splitlines()
                ticks = (home / "stat").read_text().rpartition(")")[2].split()[11:13]
            except OSError:  # ended meanwhile
                continue
            sizes = {line.split(":")[0]: int(line.split()[1]) for line in told[1:]}
            pss, rss = pss + sizes.get("Pss", 0), rss + sizes.get("Rss", 0)
            self.cpu[process] = sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")
        self.pss, self.rss = max(self.pss, pss), max(self.rss, rss)
        self.load = max(self.load, os.getloadavg()[0])


def watched(command: list[str], log: Path) -> tuple[float, Watched]:
    """Run a command; its seconds, and what was seen of it.

    Raises
    ------
    SystemExit
        if it fails, with what it said.
    """
    begun, seen = time.perf_counter(), Watched()
    threads = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    with log.open("w") as out:
        running = subprocess.Popen(command, stdout=out, stderr=out, env={**os.environ, **threads})
        while running.poll() is None:
            seen.look(running.pid)
            time.sleep(EVERY)
    if running.returncode:
        raise SystemExit(f"{' '.join(command)}\n{log.read_text()}")
    return time.perf_counter() - begun, seen


def size_mb(path: Path) -> int:
    """Size of a file, or of all files of a folder."""
    files = [path] if path.is_file() else [each for each in path.rglob("*") if each.is_file()]
    return round(sum(each.stat().st_size for each in files) / 1e6)


def measure(folder: Path, patients: int, kind: str, config: Path | None) -> Row:
    """Write the cohort of a folder in one format, and train on it."""
    names = pd.read_csv(folder / "labels.csv")["sample"].tolist()
    genes = (folder / "genes.txt").read_text().split()
    counts = np.memmap(folder / "counts.i32", np.int32, "r", shape=(patients, GENES))
    table = folder / f"counts.{kind.removesuffix('-genes')}"
    write(kind, table, counts, names, genes)
    del counts
    files = {"--expression": table, "--labels": folder / "labels.csv", "--out": folder / "model"}
    files |= {"--config": config.resolve()} if config else {}
    command = [sys.executable, "-m", "leukotype.cli", "train", "--no-track"]
    seconds, seen = watched(
        [*command, *(str(word) for pair in files.items() for word in pair)], folder / "log"
    )
    found = leukotype.load(folder / "model").manifest["metrics"]["held_out"]["balanced_accuracy"]
    size = size_mb(table)
    for made in (table, folder / "model"):
        shutil.rmtree(made) if made.is_dir() else made.unlink()
    (folder / "model.search.db").unlink(missing_ok=True)
    return Row(
        patients, GENES, kind, size, round(seconds, 1), round(sum(seen.cpu.values()), 1), round(seen.load, 1),
        round(seen.pss * 1024 / 1e6), round(seen.rss * 1024 / 1e6), found,
        "defaults" if config is None else " ".join(config.read_text().split()),
        " ".join(["leukotype train", *(f"{name} {path.name}" for name, path in files.items()), "--no-track"]),
    )  # fmt: skip


def prepare(folder: Path, patients: int) -> None:
    """Simulate a cohort: counts, labels and genes."""
    folder.mkdir(parents=True)
    bundle = leukotype.load()
    told = labels(bundle, patients, np.random.default_rng(1))
    told.to_csv(folder / "labels.csv", index=False)
    (folder / "genes.txt").write_text("\n".join(simulate(bundle, told, folder / "counts.i32")))


KINDS = ("parquet", "parquet-genes", "h5ad", "zarr")


def draw(rows: pd.DataFrame, path: Path) -> None:
    """Plot time and peak memory against patients."""
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot as plt

    figure, panes = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
    for pane, column, words, scale in (
        (panes[0], "cpu_seconds", "minutes of processor time", 60),
        (panes[1], "peak_pss_mb", "peak memory of all processes, GB", 1000),
    ):
        for (settings, kind), own in rows.groupby(["settings", "format"], sort=False):
            ordered = own.sort_values("patients")
            label = f"{kind}, {'default' if settings == 'defaults' else 'few'} candidates and folds"
            pane.plot(ordered["patients"], ordered[column] / scale, marker="o", label=label)
        pane.set(xlabel="patients", ylabel=words, ylim=(0, None), xlim=(0, None))
        pane.spines[["top", "right"]].set_visible(False)
        pane.xaxis.set_major_formatter("{x:,.0f}")
        pane.locator_params(axis="x", nbins=5)
    panes[1].axhline(LIMIT_GB, color="0.6", linestyle="--", linewidth=1)
    panes[1].annotate("8 GiB", (0, LIMIT_GB), va="bottom", color="0.4")
    panes[1].set_ylim(0, 1.15 * max(LIMIT_GB, rows["peak_pss_mb"].max() / 1000))
    panes[0].legend(frameon=False, fontsize=8)
    figure.suptitle(f"leukotype train, SYNTHETIC cohorts of {GENES:,} genes, two processes", fontsize=10)
    figure.savefig(path, metadata={"Date": None})


def main() -> None:
    """Measure each size and format; rows are added to the table as they are done, then it is drawn."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--folder", type=Path, required=True, help="where cohorts are made, and removed again"
    )
    parser.add_argument("--sizes", type=int, nargs="*", default=[500, 2_000, 8_000, 20_000])
    parser.add_argument("--formats", nargs="+", choices=KINDS, default=["parquet"])
    parser.add_argument("--config", type=Path, help="settings of the training [its defaults]")
    parser.add_argument("--out", type=Path, default=HOME / "cohort_sizes.csv", help="table; the plot beside")
    parser.add_argument("--keep", action="store_true", help="keep the simulated cohorts, to use them again")
    arguments = parser.parse_args()
    for patients in arguments.sizes:
        folder = arguments.folder.resolve() / str(patients)
        if not folder.exists():
            prepare(folder, patients)
        for kind in arguments.formats:
            row = pd.DataFrame([asdict(measure(folder, patients, kind, arguments.config))])
            row.to_csv(arguments.out, mode="a", header=not arguments.out.exists(), index=False)
            print(row.to_string(index=False), flush=True)
        if not arguments.keep:
            shutil.rmtree(folder)
    draw(pd.read_csv(arguments.out), arguments.out.with_suffix(".svg"))


if __name__ == "__main__":
    main()
