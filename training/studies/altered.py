"""What becomes of containers with damaged bytes: read, refused in one line, or something worse.

Run by hand, from the repository: ``python -m training.studies.altered --number 40``. A SYNTHETIC table of six
patients is written as each kind of container; bytes of it are zeroed, changed or cut at drawn places; each
damaged one is read in a child with limits. Printed are the third table of docs/reliability.md.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from leukotype.demo.simulate import Patient, simulate_patients
from leukotype.errors import InputError
from leukotype.inputs import open_expression
from leukotype.model.bundle import load
from training.studies.children import MEGABYTES, SECONDS, in_child
from training.studies.faults import as_markdown

COLUMNS: Final = ("container", "n", "read", "refused in one line", "worse", "slowest, CPU s")
_ZEROED: Final = 512  # bytes, as a sector of a disk
_RANDOM: Final = 16
_NEAR: Final = 9000  # bytes from the end, where the indices of most containers stand
_DAMAGES: Final = ("zeroed", "random", "one byte", "cut")
_REFUSED: Final = 2
_SHOWN: Final = 300  # characters of what a child said last


def _anndata(path: Path, table: pd.DataFrame, layout: str) -> None:
    import anndata
    import h5py
    import scipy.sparse
    import zarr

    x: Any = table.T.to_numpy(np.float32)
    x = getattr(scipy.sparse, f"{layout}_matrix")(x) if layout else x
    made = anndata.AnnData(X=x, obs=pd.DataFrame(index=table.columns), var=pd.DataFrame(index=table.index))
    if path.suffix == ".zarr":
        anndata.io.write_elem(zarr.open_group(path, mode="w", zarr_format=2), "/", made)
        return
    with h5py.File(path, "w") as file:
        anndata.io.write_elem(file, "/", made)


WRITERS: Final[dict[str, tuple[str, Callable[[Path, pd.DataFrame], Any]]]] = {
    "h5ad": ("m.h5ad", partial(_anndata, layout="")),
    "h5ad, sparse by rows": ("m.h5ad", partial(_anndata, layout="csr")),
    "h5ad, sparse by columns": ("m.h5ad", partial(_anndata, layout="csc")),
    "zarr": ("m.zarr", partial(_anndata, layout="")),
    "parquet": ("m.parquet", lambda path, table: table.to_parquet(path)),
    "xlsx": ("m.xlsx", lambda path, table: table.to_excel(path)),
    "gzip": ("m.csv.gz", lambda path, table: table.to_csv(path)),
}


def damage(content: bytes, draw: random.Random) -> bytes:
    """Damage some bytes, three in ten times near the end."""
    if not content:
        return b"x"
    how, at = draw.choice(_DAMAGES), draw.randrange(len(content))
    if len(content) > _NEAR and draw.random() < 0.3:
        at = len(content) - 1 - draw.randrange(_NEAR)
    if how == "cut":
        return content[:at]
    size = min({"zeroed": _ZEROED, "random": _RANDOM, "one byte": 1}[how], len(content) - at)
    put = bytes(size) if how == "zeroed" else bytes(draw.randrange(256) for _ in range(size))
    return content[:at] + put + content[at + size :]


def read(path: Path, count_known: Any) -> int:
    """Read a table in this process, as the command line would."""
    try:
        for _ in open_expression([path], count_known=count_known).blocks():
            pass
    except InputError as error:
        sys.stderr.write(f"leukotype: {error}\n")
        return _REFUSED
    return 0


def study(name: str, table: pd.DataFrame, number: int, seed: int = 1) -> dict[str, Any]:
    """Damage one kind of container so many times: a row of `COLUMNS`."""
    file, write = WRITERS[name]
    draw = random.Random(seed)  # noqa: S311 - places of damage, no secrets
    seen, slowest = Counter[str](), 0.0
    count_known = load().genes.count_known
    with tempfile.TemporaryDirectory() as home:
        path = Path(home) / file
        write(path, table)
        parts = sorted(each for each in path.rglob("*") if each.is_file()) or [path]
        for _ in range(number):
            part = draw.choice(parts)
            whole = part.read_bytes()
            part.write_bytes(damage(whole, draw))
            end = in_child(lambda: read(path, count_known))
            part.write_bytes(whole)
            if end.fault:
                sys.stderr.write(f"{name}: {part.name}: {end.fault}: {end.said[-_SHOWN:]!r}\n")
            seen["worse" if end.fault else "read" if end.code == 0 else "refused in one line"] += 1
            slowest = max(slowest, end.seconds)
    counts = {each: seen[each] for each in COLUMNS[2:5]}
    return {"container": name, "n": number, **counts, "slowest, CPU s": f"{slowest:.1f}"}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--number", type=int, default=40, help="damaged files of each kind")
    number = parser.parse_args().number
    patients = [Patient(f"P{i}", "DUX4-r", 90.0) for i in range(6)]
    table = simulate_patients(load(), patients, 3).counts
    rows = [study(name, table, number) for name in WRITERS]
    sys.stdout.write(as_markdown(pd.DataFrame(rows, columns=list(COLUMNS))) + "\n")
    sys.stderr.write(f"limits: {SECONDS} s of the processor, {MEGABYTES} MB\n")


if __name__ == "__main__":
    main()
