"""A folder of tools' outputs as a sheet of samples, for a person to check."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from leukotype.errors import InputError
from leukotype.inputs.expression.orientation import CountKnown
from leukotype.inputs.expression.reader import sample_names
from leukotype.inputs.lesions.copy_number import read_arm_table
from leukotype.inputs.lesions.file_owners import owner_of
from leukotype.inputs.lesions.fusion_callers import read_calls
from leukotype.inputs.lesions.maf import starts_as_table
from leukotype.inputs.paths import is_companion
from leukotype.inputs.sample_sheet import COLUMNS
from leukotype.inputs.source import container, stream
from leukotype.inputs.tables.headers import CNV, COUNTS, FUSIONS, SAMPLE, VARIANTS

_MOST_FILES: Final = 20_000
_DEPTH: Final = 5
# Folders that pipelines name after a tool or a step, never after a sample.
_NO_SAMPLES: Final = frozenset(
    [
        *("star", "salmon", "rsem", "kallisto", "htseq", "featurecounts", "stringtie", "counts", "quant"),
        *("arriba", "starfusion", "star-fusion", "star_fusion", "fusioncatcher", "fusions", "outs"),
        *("vcf", "variants", "cnv", "rnaseqcnv", "output", "out", "quants", "results"),
    ]
)


@dataclass
class _Found:
    """What a folder holds: files of expression by sample, files of lesions by kind, all others."""

    counts: dict[str, Path] = field(default_factory=dict)
    lesions: dict[str, list[Path]] = field(default_factory=dict)
    aside: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class ScannedFolder:
    """A sheet as csv, and what a person should look at."""

    sheet: str
    samples: int
    notes: tuple[str, ...]


def scan(folder: Path, home: Path, count_known: CountKnown) -> ScannedFolder:
    """List the samples of a folder and of the folders in it, with their files.

    Parameters
    ----------
    home
        folder in which the sheet will stand: paths are relative to it.
    count_known
        how many of some names are genes of the model's table.

    Raises
    ------
    InputError
        For a folder without a table of expression, and one with too many files.
    """
    found = _Found()
    for path in _files(folder):
        _sort(path, folder, found, count_known)
    if not found.counts:
        raise InputError(f"{folder}: expected tables of expression, found none: check the path")
    samples = list(found.counts)
    rows = {name: {SAMPLE: name, COUNTS: os.path.relpath(file, home)} for name, file in found.counts.items()}
    notes = [f"not read, left out: {name}" for name in found.aside]
    for kind, files in found.lesions.items():
        for file in files:
            owner = _owner(file, folder, samples)
            if owner:
                before = [rows[owner][kind]] if kind in rows[owner] else []
                rows[owner][kind] = ";".join([*before, os.path.relpath(file, home)])
            else:
                notes.append(f"of no sample by its name, give it by --{kind} if it is one of several: {file}")
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows.values())
    return ScannedFolder(text.getvalue(), len(rows), tuple(notes))


def _files(folder: Path) -> list[Path]:
    """List the files of a folder, some levels deep, links to folders left aside."""
    found: list[Path] = []
    for home, inside, names in os.walk(folder):
        here = Path(home)
        inside[:] = sorted(name for name in inside if not name.startswith("."))
        if len(here.relative_to(folder).parts) >= _DEPTH:
            inside.clear()
        found += [here / name for name in sorted(names) if not name.startswith(".")]
        if len(found) > _MOST_FILES:
            raise InputError(
                f"{folder}: expected up to {_MOST_FILES:,} files, found more: give a folder further down"
            )
    return found


def _sort(path: Path, folder: Path, found: _Found, count_known: CountKnown) -> None:
    """Put a file to what it holds."""
    if is_companion(path):
        return
    for kind, reader in _LESIONS.items():
        if _reads(reader, path):
            found.lesions.setdefault(kind, []).append(path)
            return
    try:
        names = sample_names(path, count_known)
    except (InputError, OSError):
        found.aside.append(str(path.relative_to(folder)))
        return
    if len(names) == 1 and names[0].lower() in _NO_SAMPLES:
        names = [_above(path, folder)]
    again = [name for name in names if name in found.counts]
    if again:
        found.aside.append(f"{path.relative_to(folder)} ({again[0]} stands in {found.counts[again[0]]} too)")
        return
    found.counts.update(dict.fromkeys(names, path))


def _above(path: Path, folder: Path) -> str:
    """Name of the nearest folder around a file that is no tool's."""
    around = [each.name for each in path.parents if folder in (each, *each.parents)]
    return next((name for name in around if name.lower() not in _NO_SAMPLES), around[0])


def _owner(path: Path, folder: Path, samples: Sequence[str]) -> str:
    """Sample of a file by its name, or by that of a folder around it."""
    around = [each for each in path.parents if folder in each.parents]
    return next((name for each in (path, *around) if (name := owner_of(each.name, samples))), "")


def _reads(reader: Callable[[Path], object], path: Path) -> bool:
    try:
        return bool(reader(path))
    except (InputError, OSError):
        return False


def _has_mutations(path: Path) -> bool:
    """Whether a file is a VCF, a MAF or a plain table of mutations."""
    with stream(path) as handle:
        head = handle.read(4096)
    if head.startswith(b"##fileformat=VCF"):
        return True
    lines = head.decode("utf-8", "replace").splitlines()
    return container(path) == "text" and any(map(starts_as_table, lines))


_LESIONS: Final[dict[str, Callable[[Path], object]]] = {
    FUSIONS: read_calls,
    CNV: read_arm_table,
    VARIANTS: _has_mutations,
}
