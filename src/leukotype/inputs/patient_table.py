"""Tables with a row a patient: which column names the samples, and which holds what is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from leukotype.errors import InputError, abridge, quote
from leukotype.inputs.expression.gene_column import find_gene_column
from leukotype.inputs.source import from_one_sheet
from leukotype.inputs.tables.headers import SAMPLE, as_patients, column_kinds, sample_columns
from leukotype.inputs.tables.text import TableRow, TextTable, is_number, open_table, read_rows

_SHOWN: Final = 6  # names of columns in a message


@dataclass(frozen=True)
class PatientCells:
    """What one column of a table says of whom.

    Parameters
    ----------
    column
        the name of the column, as the file has it.
    rows
        line, sample and text of each row.
    notes
        what was left out above the header.
    """

    column: str
    rows: tuple[tuple[int, str, str], ...]
    notes: tuple[str, ...]


def read_cells(path: Path, kind: str, samples: Sequence[str], expected: str = "") -> PatientCells:
    """Read the column of a kind, told by its name, from a csv, tsv or xlsx.

    Parameters
    ----------
    kind
        as `leukotype.inputs.tables.headers.column_kinds` names it.
    samples
        of the run: of several columns that may name the samples, that with most of these does.
    expected
        what the file should have, for messages; ``one column such as`` the kind where it is empty.

    Raises
    ------
    InputError
        For a file without such columns, or with two of the kind, and one without rows.
    """
    return from_one_sheet(path, lambda each: _read_cells(open_table(each), kind, samples, expected))


def _read_cells(table: TextTable, kind: str, samples: Sequence[str], expected: str) -> PatientCells:
    run, header = set(samples), table.head[0].fields
    kinds = column_kinds(header)
    for each in (SAMPLE, kind):
        found = [name for name, other in zip(header, kinds, strict=True) if other == each]
        if (not found and not (each == SAMPLE and _names_rows(table))) or (len(found) > 1 and each == kind):
            raise no_column(table, each, expected, found)

    def fits(names: Sequence[str], columns: Sequence[Sequence[str]]) -> bool | None:
        own = sample_columns(names) or [0]
        owned = [bool(run.intersection(column)) for column in columns]
        return any(owned[place] for place in own) if any(owned) else None

    whole, rows = read_rows(table, fits)
    if not rows:
        raise InputError(
            f"{table.path}: expected rows of data, found a header line only: give the full table"
        )
    own = sample_columns(whole.header) or [0]
    sample = max(own, key=lambda place: len(run.intersection(row.fields[place] for row in rows)))
    value = column_kinds(whole.header).index(kind)
    cells = tuple((row.line, row.fields[sample], row.fields[value]) for row in rows)
    return PatientCells(whole.header[value], cells, tuple(whole.notes))


def _names_rows(table: TextTable) -> bool:
    """Whether the first column has no name, as R and pandas write the names of rows."""
    header = table.head[0].fields
    return not header[0] or any(len(row.fields) > len(header) for row in table.head[1:])


def no_column(table: TextTable, kind: str, expected: str = "", found: Sequence[str] = ()) -> InputError:
    """Say which column a table of patients lacks, or has twice, and what the table is where that is known."""
    header = table.head[0].fields
    names = found or header
    has = abridge([quote(name) for name in names[:_SHOWN]], _SHOWN, len(names))
    advice = as_patients(header).partition(": ")[2] if kind != SAMPLE and not found else ""
    if _has_genes(table.head):
        has, advice = f"a table of genes ({has})", "give it as FILE, for it is expression"
    return InputError(
        f"{table.path}: line {table.head[0].line}: expected {expected or f'one column such as {kind}'}, "
        f"found {has}: {advice or 'rename a column'}"
    )


def _has_genes(rows: Sequence[TableRow]) -> bool:
    """Whether the first rows of a table are of expression: a column of genes, and a number at the end."""
    below = [row.fields for row in rows[1:] if len(row.fields) >= len(rows[0].fields)]
    columns = list(zip(*(fields[: len(rows[0].fields)] for fields in below), strict=True))
    numbers = bool(below) and all(is_number(fields[-1]) for fields in below)
    return numbers and find_gene_column(rows[0].fields, columns) is not None
