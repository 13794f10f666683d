"""What becomes of a bundle that was altered and hashed again: refused in one line, or something worse.

Run by hand, from the repository: ``python -m training.studies.bundles``. Each array of the bundle
that ships, and of the stored one of 0.3.0, gets what training cannot have given it; so do the genes and the
manifest. Each altered bundle is opened in a child with limits, which calls and explains SYNTHETIC samples.
Printed is the table of docs/reliability.md.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from leukotype.demo.simulate import Patient, simulate_patients
from leukotype.errors import InputError, ModelFileError
from leukotype.model.bundle import FILES, HASHES, OPTIONAL, default_path, load
from leukotype.pipeline import explain
from leukotype.vocabulary import Status
from training.studies.children import in_child
from training.studies.faults import as_markdown

Array = npt.NDArray[Any]
Content = dict[str, bytes | Mapping[str, Array]]

OLD: Final = Path("tests") / "model" / "old" / "schema3"
COLUMNS: Final = (
    *("bundle", "file", "n", "refused in one line", "the same answers", "other answers"),
    *("called without a probability", "worse", "slowest, CPU s"),
)
_SAME, _REFUSED, _OTHER, _UNSURE = 0, 2, 3, 4
_ENDS: Final = dict(zip((_REFUSED, _SAME, _OTHER, _UNSURE), COLUMNS[3:7], strict=True))
_SHOWN: Final = 300  # characters of what a child said last
_LARGE: Final = 3e4  # fits half precision


def _with(value: object) -> Callable[[Array], Array]:
    """Put a value in the place of the first."""

    def change(array: Array) -> Array:
        out = array.copy()
        out.reshape(-1)[0] = value
        return out

    return change


_SHAPES: Final[Mapping[str, Callable[[Array], Array]]] = {
    "one less": lambda x: x[..., :-1],
    "one row less": lambda x: x[:-1],
    "one more": lambda x: np.concatenate([x, x[..., -1:]], axis=-1),
    "one axis more": lambda x: x[None],
    "one axis less": lambda x: x.reshape(-1),
    "on its side": np.transpose,
    "none": lambda x: x[:0],
}
_FLOATS: Final[Mapping[str, Callable[[Array], Array]]] = {
    "one NaN": _with(np.nan),
    "all NaN": lambda x: np.full_like(x, np.nan),
    "one infinity": _with(np.inf),
    "one infinity below": _with(-np.inf),
    "the largest": lambda x: np.full_like(x, np.finfo(x.dtype).max),
    "much below": _with(-_LARGE),
    "much above": _with(_LARGE),
    "whole numbers": lambda x: np.nan_to_num(x).astype(np.int64),
    "text": lambda x: x.astype(str),
    "complex": lambda x: x.astype(complex),
    "objects": lambda x: x.astype(object),
}
_WHOLE: Final[Mapping[str, Callable[[Array], Array]]] = {
    "much below": _with(-7),
    "a billion": _with(10**9),
    "all the same": lambda x: np.full_like(x, x.reshape(-1)[0]),
    "with a point": lambda x: x.astype(float),
    "text": lambda x: x.astype(str),
    "truth values": lambda x: x > 0,
}
_NAMES: Final[Mapping[str, Callable[[Array], Array]]] = {
    "one twice": lambda x: np.array([*x[1:2], *x[1:]]),
    "one empty": _with(""),
    "one unknown": lambda x: np.array(["Nonsense", *x[1:]]),
    "one with a line end": lambda x: np.array(["a\nb", *x[1:]]),
    "one with an escape": lambda x: np.array(["\x1b[2Ja", *x[1:]]),
    "Not B-ALL": lambda x: np.array(["Not B-ALL", *x[1:]]),
    "the other way round": lambda x: x[::-1],
    "numbers": lambda x: np.arange(len(x), dtype=float),
    "bytes": lambda x: np.array([each.encode(errors="replace") for each in x]),
}
_OF_KIND: Final = {"f": _FLOATS, "i": _WHOLE, "U": _NAMES}
_MANIFEST: Final[tuple[Any, ...]] = (None, [], {}, "x", -1, 1e9, float("nan"), True, "a\nb")


def changes_of_array(array: Array) -> Iterator[tuple[str, Array]]:
    """Give an array as training cannot have given it, each time in another way."""
    for name, change in {**_OF_KIND[array.dtype.kind], **_SHAPES}.items():
        if not (name in _SHAPES and array.ndim == 0 and name not in ("one axis more", "one axis less")):
            changed = change(array)
            if changed.shape != array.shape or changed.dtype != array.dtype or not _equal(changed, array):
                yield name, changed


def _equal(one: Array, other: Array) -> bool:
    return bool(np.array_equal(one, other, equal_nan=one.dtype.kind == "f"))


def changes_of_text(text: str) -> Iterator[tuple[str, bytes]]:
    """Give a table of genes as it cannot be."""
    lines = text.splitlines(keepends=True)
    cells = lines[1].rstrip("\n").split("\t")
    yield "empty", b""
    yield "its head alone", lines[0].encode()
    yield "no head", "".join(lines[1:]).encode()
    yield "another head", ("x" + text).encode()
    yield "a gene less", "".join([*lines[:1], *lines[2:]]).encode()
    yield "a gene twice", "".join([*lines[:2], *lines[1:]]).encode()
    yield "cut in a line", text[: len(text) // 2].encode()
    yield "no UTF-8", text.encode()[:-1] + b"\xff\n"
    yield "a field more", "".join([lines[0], lines[1].rstrip("\n") + "\tx\n", *lines[2:]]).encode()
    for place in range(len(cells)):
        for put in ("", "nan", "-1", "inf", "1e300", "x", '"'):
            changed = "\t".join([*cells[:place], put, *cells[place + 1 :]]) + "\n"
            yield f"{put} in column {place}", "".join([lines[0], changed, *lines[2:]]).encode()


def changes_of_manifest(text: str) -> Iterator[tuple[str, bytes]]:
    """Give a manifest without each of its parts, and with others in their place."""
    told = json.loads(text)
    yield "empty", b""
    yield "no object", b"[]"
    yield "cut", text[:-3].encode()
    for name in told:
        yield f"no {name}", json.dumps({key: told[key] for key in told if key != name}).encode()
        for put in _MANIFEST:
            yield f"{name}: {put}", json.dumps({**told, name: put}).encode()


@dataclass(frozen=True)
class Altered:
    """A bundle with one change.

    Parameters
    ----------
    file
        the one that was changed.
    change
        what was changed in it.
    content
        what it holds now.
    """

    file: str
    change: str
    content: bytes | Mapping[str, Array]


def changes(folder: Path) -> Iterator[Altered]:
    """Alter each part of a bundle."""
    for path in sorted(folder.glob("*.npz")):
        with np.load(path) as stored:
            arrays = dict(stored)
        for name, array in arrays.items():
            others = {key: arrays[key] for key in arrays if key != name}
            yield Altered(path.name, f"{name}: not there", others)
            for change, put in changes_of_array(array):
                yield Altered(path.name, f"{name}: {change}", {**others, name: put})
    for path in sorted(folder.glob("*.tsv")):
        for change, text in changes_of_text(path.read_text(encoding="utf-8")):
            yield Altered(path.name, change, text)
    for change, text in changes_of_manifest((folder / "manifest.json").read_text(encoding="utf-8")):
        yield Altered("manifest.json", change, text)


def hash_again(folder: Path) -> None:
    """Write the hashes of the files as they are, as whoever changed them on purpose would."""
    names = sorted(name for name in (*FILES, *OPTIONAL) if (folder / name).exists())
    sums = [f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names]
    (folder / HASHES).write_text("".join(sums), encoding="utf-8")


def put(folder: Path, altered: Altered) -> None:
    """Change a bundle, and hash it again."""
    path = folder / altered.file
    if isinstance(altered.content, bytes):
        path.write_bytes(altered.content)
    else:
        np.savez(path, allow_pickle=True, **dict(altered.content))
    hash_again(folder)


def answers(folder: Path, counts: pd.DataFrame) -> tuple[pd.DataFrame, ...]:
    """Call and explain samples: what is said of them, without the name of the model."""
    said = explain(counts, model=folder)
    run = said.run
    return (run.calls.drop(columns="model"), run.probabilities, run.dosage, run.map, run.markers, said.table)


def how_it_ends(folder: Path, counts: pd.DataFrame, whole: tuple[pd.DataFrame, ...]) -> int:
    """Open a bundle and use it, in this process: a key of `_ENDS`."""
    try:
        found = answers(folder, counts)
    except (InputError, ModelFileError) as error:
        sys.stderr.write(f"leukotype: {error}\n")
        return _REFUSED
    if all(map(pd.DataFrame.equals, found, whole)):
        return _SAME
    calls = found[0]
    called = calls["status"].isin([Status.CALLED, Status.CANDIDATE])
    unsure = called & ~calls["probability"].between(0, 1)
    return _UNSURE if unsure.any() or found[1].drop(columns="sample").isna().all(axis=1).any() else _OTHER


def study(name: str, home: Path, counts: pd.DataFrame, every: int) -> list[dict[str, Any]]:
    """Alter a bundle in every way, or in every nth: rows of `COLUMNS`; tell at once what is not refused."""
    whole = answers(home, counts)
    ends: dict[str, Counter[str]] = {}
    slowest: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "bundle"
        for number, altered in enumerate(changes(home)):
            if number % every:
                continue
            shutil.copytree(home, folder)
            put(folder, altered)
            end = in_child(lambda: how_it_ends(folder, counts, whole))
            shutil.rmtree(folder)
            found = "worse" if end.fault else _ENDS.get(end.code, "worse")
            ends.setdefault(altered.file, Counter())[found] += 1
            slowest[altered.file] = max(slowest.get(altered.file, 0.0), end.seconds)
            if end.code != _REFUSED or end.fault:
                told = (name, altered.file, altered.change, found, end.fault, repr(end.said[-_SHOWN:]))
                sys.stderr.write("\t".join(told) + "\n")
                sys.stderr.flush()
    return [
        {"bundle": name, "file": file, "n": sum(told.values()), "slowest, CPU s": f"{slowest[file]:.1f}"}
        | {column: told[column] for column in COLUMNS[3:8]}
        for file, told in ends.items()
    ]


def main() -> None:
    """Print the table; what was not refused goes to the error stream."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--every", type=int, default=1, help="try every nth change")
    every = parser.parse_args().every
    kinds = [Patient("P1", "DUX4-r", 90.0), Patient("P2", "KMT2A-r", 90.0), Patient("P3", "DUX4-r", 20.0)]
    today = simulate_patients(load(), kinds, 3).counts
    old = pd.read_csv(OLD / "patients.csv", index_col="sample").T
    rows = study("0.4.0", default_path(), today, every) + study("0.3.0", OLD / "bundle", old, every)
    sys.stdout.write(as_markdown(pd.DataFrame(rows, columns=list(COLUMNS))) + "\n")


if __name__ == "__main__":
    main()
