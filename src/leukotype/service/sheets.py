"""Sheets of patients: which of the things that a run takes a sheet's columns hold."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from leukotype.errors import InputError
from leukotype.inputs.lesions.karyotypes import read_karyotypes
from leukotype.inputs.tables.headers import AGE, BLASTS, SAMPLE, SEX, column_kinds
from leukotype.inputs.tables.text import OtherKindError, open_table
from leukotype.service.uploads import FileKind, Upload

_FEW_COLUMNS: Final = 100  # a sheet of patients has fewer; a matrix of samples x genes has more


def kinds_of_sheet(path: Path) -> tuple[FileKind, ...]:
    """Tell which of blasts, karyotypes, age and sex the columns of a table hold; none: it is no sheet."""
    karyotypes = (FileKind.KARYOTYPE,) if is_of(path, lambda each: read_karyotypes(each, ())) else ()
    try:
        held = column_kinds(open_table(path).head[0].fields)
    except (InputError, IndexError):
        return karyotypes
    if len(held) >= _FEW_COLUMNS:
        return karyotypes
    blasts = (FileKind.BLASTS,) if BLASTS in held else ()
    columns = ((FileKind.AGE, AGE), (FileKind.SEX, SEX))
    facts = tuple(kind for kind, name in columns if SAMPLE in held and name in held)
    return (*blasts, *karyotypes, *facts)


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
