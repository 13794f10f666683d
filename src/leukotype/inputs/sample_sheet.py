"""One sheet of samples: the name of each, its counts, its lesions, and what else a laboratory keeps of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from leukotype.errors import InputError, abridge, quote
from leukotype.inputs.patient_table import no_column
from leukotype.inputs.source import from_one_sheet, split_sheet
from leukotype.inputs.tables.headers import (
    AGE,
    BLASTS,
    CNV,
    COUNTS,
    FASTQ,
    FUSIONS,
    KARYOTYPE,
    SAMPLE,
    SEX,
    STRANDEDNESS,
    VARIANTS,
    column_kinds,
    sample_columns,
)
from leukotype.inputs.tables.text import (
    MISSING,
    NOT_KNOWN,
    TableRow,
    cannot_tell,
    duplicates,
    open_table,
    read_rows,
)
from leukotype.vocabulary import Strandedness

COLUMNS: Final = (SAMPLE, COUNTS, FUSIONS, VARIANTS, CNV, KARYOTYPE, BLASTS, AGE, SEX, STRANDEDNESS)
_FILES: Final = (FUSIONS, VARIANTS, CNV)
FILE_COLUMNS: Final = (COUNTS, *_FILES)
_STRANDS: Final[Mapping[str, Strandedness]] = {
    **{str(each): each for each in Strandedness},
    # HTSeq, HISAT2, TopHat, Salmon.
    **dict.fromkeys(("yes", "fr", "fr-secondstrand", "isf", "sf"), Strandedness.FORWARD),
    **dict.fromkeys(("rf", "fr-firststrand", "isr", "sr"), Strandedness.REVERSE),
    **dict.fromkeys(("no", "none", "fr-unstranded", "iu"), Strandedness.UNSTRANDED),
}
FindFiles = Callable[[Path, str], list[Path]]  # of a sheet and a cell
_UNKNOWN_STRAND: Final = MISSING | {"auto", "unknown"}


@dataclass(frozen=True)
class SheetRow:
    """One sample; ``files`` are those of its lesions, by kind."""

    line: int
    sample: str
    counts: Path | None
    files: Mapping[str, tuple[Path, ...]]
    strandedness: Strandedness | None


@dataclass(frozen=True)
class SampleSheet:
    """A sheet as read.

    Parameters
    ----------
    columns
        kind -> names of the columns that hold it; of kinds that the sheet has.
    filled
        kinds of which at least one sample has something.
    aside
        columns that are not read.
    notes
        what was left out above its header.
    """

    path: Path
    rows: tuple[SheetRow, ...]
    columns: Mapping[str, tuple[str, ...]]
    filled: frozenset[str]
    aside: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def counts(self) -> list[Path]:
        """Files of expression, each once, in the order of the sheet."""
        return list(dict.fromkeys(row.counts for row in self.rows if row.counts is not None))

    def rows_of(self, path: Path) -> list[SheetRow]:
        """List the samples that a file of expression is named for."""
        return [row for row in self.rows if row.counts is not None and _same(row.counts, path)]

    def strand_of(self, path: Path) -> Strandedness | None:
        """Give the strand of a file's library; None where the sheet does not say it.

        Raises
        ------
        InputError
            For samples of one file that differ.
        """
        told = {row.strandedness for row in self.rows_of(path) if row.strandedness}
        if not told and COUNTS not in self.columns:
            every = {row.strandedness for row in self.rows}  # one that is not told may be another
            told = {each for each in every if each} if len(every) == 1 else set()
        if len(told) > 1:
            raise InputError(
                f"{self.path}: expected one strandedness for {path}, found {abridge(sorted(told))}: "
                "correct it"
            )
        return next(iter(told), None)


def _same(one: Path, other: Path) -> bool:
    """Whether a path is a file, or the folder that a tool made for it."""
    own = split_sheet(other)[0].resolve()
    return one.resolve() in (own, own.parent, other.resolve())


def beside(sheet: Path, cell: str) -> list[Path]:
    """Find the files of a cell in the folder of its sheet; its folders may be written as on Windows."""
    home = sheet.parent

    def find(text: str) -> list[Path]:
        return [home / part for part in split_cell(text, lambda part: _is_there(home / part))]

    for text in (cell, cell.replace("\\", "/")):
        if all(map(_is_there, found := find(text))):
            return found
    raise FileNotFoundError(str(next(each for each in find(cell) if not _is_there(each))))


def split_cell(cell: str, is_known: Callable[[str], bool]) -> list[str]:
    """Split a cell into names of files: by the mark by which all of them are known, else by semicolons.

    A blank stands for line ends too; a name may have a mark within.
    """
    split = [[part.strip() for part in cell.split(mark) if part.strip()] for mark in (";", "|", ",", " ")]
    return next(
        (parts for parts in ([cell.strip()], *split) if parts and all(map(is_known, parts))), split[0]
    )


def read_sheet(path: Path, find: FindFiles = beside) -> SampleSheet:
    """Read a sheet of samples (csv, tsv, xlsx) by the names of its columns; paths are relative to the sheet.

    Several files of one kind stand in a cell, apart by semicolons (or |, commas, line ends). Rows of one
    sample, as nf-core's sheets have them for several lanes, must agree.

    Parameters
    ----------
    find
        gives the files of a cell.

    Raises
    ------
    InputError
        For a sheet without a column of samples, a file that is not there, and two rows of a sample that
        differ.
    """
    return from_one_sheet(path, lambda each: _read_sheet(each, find))


def _read_sheet(path: Path, find: FindFiles) -> SampleSheet:
    table, rows = read_rows(open_table(path), cannot_tell)
    kinds = column_kinds(table.header)
    if SAMPLE not in kinds:
        raise no_column(table, SAMPLE, "a column such as sample")
    first = sample_columns(table.header)[0]
    read = [_row(path, row, kinds, first, find) for row in rows]
    if not read:
        raise InputError(f"{path}: expected rows of samples, found a header line only: list the samples")
    filled = {kinds[i] for row in rows for i, cell in enumerate(row.fields) if cell.lower() not in NOT_KNOWN}
    columns = {
        kind: tuple(n for n, k in zip(table.header, kinds, strict=True) if k == kind)
        for kind in dict.fromkeys(kinds)
        if kind
    }
    aside = tuple(name for name, kind in zip(table.header, kinds, strict=True) if kind in ("", FASTQ))
    return SampleSheet(path, _merge(path, read), columns, frozenset(filled - {""}), aside, tuple(table.notes))


def _row(path: Path, row: TableRow, kinds: Sequence[str], sample: int, find: FindFiles) -> SheetRow:
    cells = {
        kind: [
            cell
            for k, cell in zip(kinds, row.fields, strict=True)
            if k == kind and cell.lower() not in (MISSING if kind == SAMPLE else NOT_KNOWN)
        ]
        for kind in dict.fromkeys(kinds)
    }
    name = row.fields[sample]
    if not name:
        raise InputError(
            f"{path}: line {row.line}: expected the name of a sample, found an empty field: name it"
        )
    found = {kind: _paths(path, row.line, kind, cells.get(kind, []), find) for kind in FILE_COLUMNS}
    counts = found.pop(COUNTS)
    if len(counts) > 1:
        raise InputError(
            f"{path}: line {row.line}: expected one file of counts, found {len(counts)}: sum the lanes of a "
            "sample first"
        )
    files = {kind: tuple(paths) for kind, paths in found.items()}
    return SheetRow(row.line, name, next(iter(counts), None), files, _strand(path, row.line, cells))


def _paths(path: Path, line: int, kind: str, cells: Sequence[str], find: FindFiles) -> list[Path]:
    try:
        return [each for cell in cells for each in find(path, cell)]
    except FileNotFoundError as error:
        raise InputError(
            f"{path}: line {line} / {kind}: expected a file or folder, found none at {error}: correct the "
            "path"
        ) from error


def _is_there(path: Path) -> bool:
    try:
        return path.exists() or split_sheet(path)[0].exists()
    except OSError:
        return False  # a name that is too long


def _strand(path: Path, line: int, cells: Mapping[str, Sequence[str]]) -> Strandedness | None:
    text = next(iter(cells.get(STRANDEDNESS, [])), "").lower()
    if text in _UNKNOWN_STRAND:
        return None
    if text not in _STRANDS:
        raise InputError(
            f"{path}: line {line} / {STRANDEDNESS}: expected {', '.join(Strandedness)}, found "
            f"{quote(text)}: correct it"
        )
    return _STRANDS[text]


def _merge(path: Path, rows: Sequence[SheetRow]) -> tuple[SheetRow, ...]:
    """Keep one row a sample.

    Raises
    ------
    InputError
        For two rows of a sample that differ in what is read.
    """
    for name in duplicates([row.sample for row in rows]):
        lines = [row for row in rows if row.sample == name]
        if any((row.counts, row.files) != (lines[0].counts, lines[0].files) for row in lines):
            raise InputError(
                f"{path}: line {lines[1].line}: expected each sample once, found {name} again with other "
                "files: leave one row"
            )
    return tuple({row.sample: row for row in reversed(rows)}.values())[::-1]


def fill(files: Sequence[Path], path: Path, asked: Mapping[str, Any]) -> tuple[list[Path], dict[str, Any]]:
    """Take the files and options of a run from a sheet, beside those that a user gave.

    Parameters
    ----------
    files
        of expression, where the sheet names none.
    asked
        options by the names of `RunOptions`; what the sheet has may not be among them.

    Returns
    -------
        The files of expression, and all options, ``samples`` among them.

    Raises
    ------
    InputError
        As `read_sheet`; for a file or an option that both give, and where neither names expression.
    """
    sheet = read_sheet(path)
    if sheet.counts and files:
        raise InputError(f"{path}: has a column of counts, and {files[0]} was given too: give one of the two")
    if not (sheet.counts or files):
        fastq = sheet.columns.get(FASTQ, ())
        found = f"FASTQ files ({', '.join(fastq)})" if fastq else abridge(list(sheet.aside)) or "names alone"
        raise InputError(
            f"{path}: expected a column of counts, found {found}: count the reads first, and name the files "
            "in a column counts or on the command line"
        )
    bare = next((row for row in sheet.rows if row.counts is None and any(row.files.values())), None)
    if sheet.counts and bare is not None:
        raise InputError(
            f"{path}: line {bare.line}: expected a file of counts for {bare.sample}, found lesions alone: "
            "name the file, or leave the row out"
        )
    given: dict[str, Any] = {kind: _arguments(sheet, kind) for kind in _FILES if kind in sheet.filled}
    given |= {"karyotype": path} if KARYOTYPE in sheet.filled else {}
    given |= {"blasts": path} if BLASTS in sheet.filled else {}
    given |= {name: path for name in (AGE, SEX) if name in sheet.filled}
    both = next((name for name in given if asked.get(name)), None)
    if both is not None:
        raise InputError(f"{path}: has a column of {both}, and --{both} was given too: give one of the two")
    return sheet.counts or list(files), {**asked, **given, "samples": path}


def _arguments(sheet: SampleSheet, kind: str) -> list[str]:
    """Name the files of a kind with their samples: one of several has two of them, a folder none."""
    named: dict[Path, list[str]] = {}
    for row in sheet.rows:
        for file in row.files[kind]:
            named.setdefault(file, []).append(row.sample)
    own = [f"{of[0]}={file}" for file, of in named.items() if len(of) == 1]
    shared = [(file, of if file.is_file() else []) for file, of in named.items() if len(of) > 1]
    return [*own, *("=".join([*of[:2], str(file)]) for file, of in shared)]
