"""What a laboratory keeps of every patient in one column of a table: sex, and what else stands so."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

import pandas as pd

from leukotype.errors import InputError, count_of, quote
from leukotype.inputs.patient_table import read_cells
from leukotype.inputs.run_samples import check_known, note_strangers
from leukotype.inputs.source import Source, sha256

T = TypeVar("T")


@dataclass(frozen=True)
class PatientColumn(Generic[T]):
    """A column, and how its cells are read.

    Parameters
    ----------
    name
        the thing, as its column, messages and the record of a run name it: ``sex``.
    expected
        what a cell should be, for messages: ``female or male``.
    read
        gives the value of a cell, None where it says that nothing is known; a ValueError where it cannot be
        read.
    """

    name: str
    expected: str
    read: Callable[[str], T | None]


@dataclass(frozen=True)
class PatientValues(Generic[T]):
    """Values by sample, of those of which one is known; with what was noted, and the file."""

    values: Mapping[str, T]
    notes: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()


def read_patient_column(path: Path, column: PatientColumn[T], samples: Sequence[str]) -> PatientValues[T]:
    """Read a csv, tsv or xlsx with a column of samples and one of the thing, told by their names.

    Parameters
    ----------
    samples
        of the run; rows of others are counted in a note.

    Raises
    ------
    InputError
        for a file without such columns, one with none of the samples, a cell that cannot be read, and two
        values of one sample; one line that names file and line.
    """
    cells = read_cells(path, column.name, samples, f"a table with columns sample and {column.name}")
    run, values = set(samples), dict[str, T | None]()
    for line, name, text in cells.rows:
        if name in run:
            value = _value(column, f"{path}: line {line}", text)
            if values.setdefault(name, value) != value:
                raise InputError(
                    f"{path}: line {line}: expected one {column.name} a sample, found two of {name}: correct "
                    "it"
                )
    names = [name for _, name, _ in cells.rows]
    check_known(path, not run.isdisjoint(names), names, samples)
    notes = [*cells.notes, *note_strangers([name for name in names if name not in run])]
    source = Source(str(path), sha256(path), column.name, len(values), ())
    return _known(column, values, samples, notes, (source,))


def patient_values(
    column: PatientColumn[T], values: Mapping[str, object] | pd.Series[str], samples: Sequence[str]
) -> PatientValues[T]:
    """Check values that stand by sample, with the rules of `read_patient_column`.

    Raises
    ------
    InputError
        for a sample that is not of the run, and a value that cannot be read.
    """
    given = {str(name): str(value) for name, value in dict(values).items()}
    stranger = next((name for name in given if name not in set(samples)), None)
    if stranger is not None:
        raise InputError(
            f"{column.name}: expected samples of this run, found {quote(stranger)}: leave it out"
        )
    read = {name: _value(column, f"{column.name}: sample {name}", text) for name, text in given.items()}
    return _known(column, read, samples, (), ())


def _known(
    column: PatientColumn[T],
    values: Mapping[str, T | None],
    samples: Sequence[str],
    notes: Sequence[str],
    sources: tuple[Source, ...],
) -> PatientValues[T]:
    known = {name: value for name, value in values.items() if value is not None}
    given = f"{column.name} given for {len(known)} of {count_of(len(samples), 'sample')}"
    return PatientValues(known, (given, *notes), sources)


def _value(column: PatientColumn[T], place: str, text: str) -> T | None:
    try:
        return column.read(text)
    except ValueError as error:
        raise InputError(
            f"{place}: expected {column.expected}, found {quote(text)}: correct it, or leave it empty"
        ) from error
