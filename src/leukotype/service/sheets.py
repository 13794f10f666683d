"""Sheets: which of the things that a run takes their columns hold, and which of the other files they name."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pandas as pd

from leukotype.errors import InputError, abridge, count_of, quote
from leukotype.inputs.lesions.karyotypes import read_karyotypes
from leukotype.inputs.sample_sheet import FILE_COLUMNS, SampleSheet, read_sheet, split_cell
from leukotype.inputs.tables.headers import AGE, BLASTS, COUNTS, FEW_COLUMNS, SAMPLE, SEX, column_kinds
from leukotype.inputs.tables.text import NOT_KNOWN, OtherKindError, is_number, open_table
from leukotype.runs.files import as_csv
from leukotype.service.uploads import FileKind, Upload, plain_names, safe_parts

_FILE: Final = re.compile(r"\.(tsv|csv|txt|tab|out|vcf|maf|seg|xlsx)(\.b?gz)?\s*([;|,]|$)", re.IGNORECASE)


def kinds_of_sheet(path: Path) -> tuple[FileKind, ...]:
    """Tell which of blasts, karyotypes, age, sex and files the columns of a table hold; none: no sheet."""
    karyotypes = (FileKind.KARYOTYPE,) if is_of(path, lambda each: read_karyotypes(each, ())) else ()
    try:
        head = open_table(path).head
        names = head[0].fields
    except (InputError, IndexError):
        return karyotypes
    if len(names) >= FEW_COLUMNS:
        return karyotypes
    held = column_kinds(names)
    blasts = (FileKind.BLASTS,) if BLASTS in held else ()
    columns = ((FileKind.AGE, AGE), (FileKind.SEX, SEX))
    facts = tuple(kind for kind, name in columns if SAMPLE in held and name in held)
    files = (FileKind.SAMPLES,) if SAMPLE in held and _names_files([row.fields for row in head]) else ()
    return (*blasts, *karyotypes, *facts, *files)


def _names_files(rows: Sequence[Sequence[str]]) -> bool:
    """Whether a column of files has some: tables of counts and of lesions have columns of such names too."""
    header, *cells = rows
    kinds = column_kinds(header)
    found = [(kind, cell) for row in cells for kind, cell in zip(kinds, row, strict=False)]
    return any(
        (kind == COUNTS and cell.lower() not in NOT_KNOWN and not is_number(cell))
        or (kind in FILE_COLUMNS and _FILE.search(cell))
        for kind, cell in found
    )


def kinds_of(upload: Upload) -> tuple[FileKind, ...]:
    """List what a file is read as: a sheet of patients as all that its columns hold."""
    return kinds_of_sheet(upload.path) if upload.kind is FileKind.PATIENTS else (upload.kind,)


def is_of(path: Path, read: Callable[[Path], object]) -> bool:
    """Whether a reader takes a file for its own; one that is damaged is its own all the same."""
    try:
        read(path)
    except OtherKindError:
        return False
    except InputError:
        return True
    return True


def path_of(upload: Upload, kind: FileKind) -> Path:
    """Give what is read of a file as a kind of it."""
    return upload.matched if kind is FileKind.SAMPLES and upload.matched else upload.path


def match_sheets(files: Sequence[Upload]) -> None:
    """Let the sheets among some files say whose the others are, and what they name that was not sent.

    A cell is compared with the names of the files; nothing is opened by it.
    """
    for each in files:
        each.by_sheet, each.matched = (), None
    for sheet in files:
        if FileKind.SAMPLES in kinds_of(sheet):
            _match(sheet, [each for each in files if each is not sheet and each.kind is not FileKind.ASIDE])


def _match(upload: Upload, others: Sequence[Upload]) -> None:
    sent = _Sent(others)
    try:
        sheet = read_sheet(upload.path, sent.find)
    except InputError as error:
        upload.told, upload.fits = plain_names(str(error), [upload]), False
        return
    for each in others:
        owners = [row.sample for row in sheet.rows for paths in row.files.values() if each.path in paths]
        each.by_sheet = tuple(dict.fromkeys(owners))[:2] or each.by_sheet
    upload.matched = _write(sheet, upload.path)
    named = {path for row in sheet.rows for paths in (*row.files.values(), (row.counts,)) for path in paths}
    absent = [quote(name) for name in dict.fromkeys(sent.absent)]
    upload.told = f"names {count_of(len(named - {None}), 'file')} of those that were sent"
    upload.told += f"; none was sent that is called {abridge(absent)}: add it" if absent else ""


def _write(sheet: SampleSheet, path: Path) -> Path:
    """Write, beside a sheet, what it says of the expression, with the paths of the files."""
    out = path.parent.with_name(".matched") / path.name
    out.parent.mkdir(exist_ok=True)
    table = pd.DataFrame(
        {
            "sample": [row.sample for row in sheet.rows],
            "counts": [str(row.counts or "") for row in sheet.rows],
            "strandedness": [str(row.strandedness or "") for row in sheet.rows],
        }
    )
    out.write_text(as_csv(table), encoding="utf-8")
    return out


@dataclass
class _Sent:
    """Files that were sent, found by the name that a sheet has for them."""

    files: Sequence[Upload]
    absent: list[str] = field(default_factory=list)

    def find(self, _sheet: Path, cell: str) -> list[Path]:
        """Give the files of a cell, which may hold several; what is not there is noted."""
        parts = split_cell(cell, lambda part: self._one(part) is not None)
        found = [self._one(part) for part in parts]
        self.absent += [part for part, path in zip(parts, found, strict=True) if path is None]
        return [path for path in found if path is not None]

    def _one(self, text: str) -> Path | None:
        """Find a file by its folder and name, else by its name, else by its folder alone."""
        wanted = safe_parts(text)
        named = {each.path: safe_parts(each.name) for each in self.files}
        found = [path for path, parts in named.items() if parts == wanted]
        found = found or [path for path, parts in named.items() if parts[-1] == wanted[-1]]
        found = found or [path for path, parts in named.items() if parts[:-1] == wanted[-1:]]
        return found[0] if len(found) == 1 else None
