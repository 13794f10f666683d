"""Text tables, low level: delimiter, encoding, a fast numeric parse and the cell that spoils it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any, Final, NoReturn

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.io.parsers import TextFileReader

from leukotype.errors import InputError
from leukotype.inputs.source import reading, stream

Values = npt.NDArray[np.float32]

MISSING: Final = frozenset({"", "na", "nan", "n/a", "#n/a", "null", "none", "."})
_NUMBER: Final = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*")
_DELIMITERS: Final = ("\t", ",", ";", " ")
# GDC and STAR put four summary lines first; a few more show whether the rows are of one width.
_HEAD_LINES: Final = 10
_LARGEST: Final = float(np.finfo(np.float32).max)
_ALL_ROWS: Final = 2**31 - 1
_ENCODINGS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True)
class Row:
    """One line of a table: its number in the file (from 1) and its fields."""

    line: int
    fields: tuple[str, ...]


@dataclass(frozen=True)
class TextTable:
    """A delimited text file, opened but not yet read.

    ``header`` has one name per column (empty before a format has said what the header is); ``skip`` is how
    many lines stand before the first row of data.
    """

    path: Path
    encoding: str
    delimiter: str
    head: tuple[Row, ...]
    header: tuple[str, ...] = ()
    skip: int = 0


@dataclass(frozen=True)
class Columns:
    """Which columns of a table are read: the one of the row names and those of the numbers."""

    names: int
    numbers: Sequence[int]
    rows_are_samples: bool = False


def is_number(text: str) -> bool:
    """Whether a field is a plain decimal number (no separators of thousands, no units)."""
    return _NUMBER.fullmatch(text) is not None


def shown(text: str) -> str:
    """Quote a user's text as it may stand in a one-line message: quoted, without line ends, not long."""
    flat = " ".join(text.split())
    return f"'{flat[:40]}...'" if len(flat) > 40 else f"'{flat}'"


def listed(names: Sequence[str], most: int = 3) -> str:
    """Join the first names of a list, and how many more there are."""
    first = ", ".join(names[:most])
    return f"{first} and {len(names) - most} more" if len(names) > most else first


@contextmanager
def text_lines(path: Path, encoding: str) -> Iterator[io.TextIOWrapper]:
    """Open a file as text; CR, LF and CRLF all end a line."""
    with stream(path) as raw:
        yield io.TextIOWrapper(raw, encoding=encoding, newline=None)


def text_encoding(path: Path) -> str:
    """Tell the encoding of a text file by its mark; UTF-8 without one."""
    with stream(path) as raw:
        start = raw.read(4)
    return next((name for mark, name in _ENCODINGS if start.startswith(mark)), "utf-8")


def open_table(path: Path) -> TextTable:
    """Look at the first lines of a text file: its encoding, its delimiter, its first rows.

    Raises
    ------
    InputError
        For a file without two columns, or without any line of data.
    """
    encoding = text_encoding(path)
    with reading(path), text_lines(path, encoding) as lines:
        numbered = _first_lines(lines)
        if not numbered:
            raise InputError(f"{path}: expected a table, found no line of data: give a gene-count table")
        head = max((_rows(numbered, delimiter) for delimiter in _DELIMITERS), key=_fit)
    if len(head[0].fields) == 1 and len(head[-1].fields) == 1:
        raise InputError(
            f"{path}: line {head[0].line}: expected columns apart by tabs, commas, semicolons or blanks, "
            f"found {shown(numbered[0][1])}: give a gene-count table"
        )
    delimiter = next(d for d in _DELIMITERS if _rows(numbered, d) == head)
    return TextTable(path, encoding, delimiter, head)


def _first_lines(lines: io.TextIOWrapper) -> list[tuple[int, str]]:
    """Return the first lines with their numbers, without blank lines and without the comments on top."""
    found: list[tuple[int, str]] = []
    comment = (0, "")
    for number, raw in enumerate(lines, start=1):
        line = raw.rstrip("\n")
        if not line.strip():
            continue
        if line.startswith("#") and not found:
            comment = (number, line)
            continue
        if not found and _is_header(comment[1], line):
            found.append((comment[0], comment[1].lstrip("#")))
        found.append((number, line))
        if len(found) >= _HEAD_LINES:
            break
    return found


def _is_header(comment: str, line: str) -> bool:
    """Whether the last line that starts with # names the columns of the line after it."""
    return any(comment.count(mark) == line.count(mark) > 0 for mark in _DELIMITERS[:3])


def _rows(numbered: Sequence[tuple[int, str]], delimiter: str) -> tuple[Row, ...]:
    """Split lines into fields; a quote may hold the delimiter, but not a line end."""
    lines = (line for _, line in numbered)
    split = csv.reader(lines, delimiter=delimiter, skipinitialspace=delimiter == " ")
    pairs = zip(numbered, split, strict=False)
    return tuple(Row(number, tuple(field.strip() for field in fields)) for (number, _), fields in pairs)


def _fit(head: tuple[Row, ...]) -> tuple[bool, bool]:
    """Rank a delimiter: rows of one width first, then any columns at all (the order decides a tie)."""
    widths = {len(row.fields) for row in head[1:]} or {len(head[0].fields)}
    width = max(widths)
    even = len(widths) == 1 and width > 1 and len(head[0].fields) in (width, width - 1)
    return even, len(head[0].fields) > 1


def row_names(table: TextTable, limit: int | None = None) -> Iterator[str]:
    """First field of each row of data, up to ``limit`` rows, without parsing the rest of the row."""
    with reading(table.path), text_lines(table.path, table.encoding) as lines:
        given = 0
        for number, line in enumerate(lines, start=1):
            if number <= table.skip or not line.strip():
                continue
            if given == limit:
                return
            given += 1
            yield _first_field(line, table.delimiter)


def _first_field(line: str, delimiter: str) -> str:
    if line.startswith('"'):
        return line[1:].partition('"')[0].strip()
    return line.partition(delimiter)[0].strip()


def read_numbers(
    table: TextTable, columns: Columns, rows: int | None = None
) -> Iterator[tuple[list[str], Values]]:
    """Read the rows of a table as their names and a (rows x numbers) array of float32.

    Parameters
    ----------
    table
        The file, with its header and the line where its data begin.
    columns
        Which columns hold the names and the numbers.
    rows
        Rows held in memory at a time; all of them when None.

    Raises
    ------
    InputError
        For the first field that is not a finite number, and for the first row of another width: with its
        line, sample and gene.
    """
    chunks = _wide_chunks if columns.rows_are_samples else _long_chunks
    try:
        for names, values in chunks(table, columns, rows or _ALL_ROWS):
            if not np.isfinite(values).all():
                _find_fault(table, columns)
            yield names, values
    except (ValueError, pd.errors.ParserWarning) as error:
        if isinstance(error, InputError):
            raise
        _find_fault(table, columns, error)


def _long_chunks(table: TextTable, columns: Columns, rows: int) -> Iterator[tuple[list[str], Values]]:
    with stream(table.path) as raw, _parser(table, columns, raw, rows) as chunks:
        while (frame := _next(chunks)) is not None:
            values = frame[list(columns.numbers)].to_numpy(np.float32)
            yield frame[columns.names].str.strip().tolist(), values


def _wide_chunks(table: TextTable, columns: Columns, rows: int) -> Iterator[tuple[list[str], Values]]:
    """Parse row by row: with a column per gene, a parser by columns takes four times as long."""
    with reading(table.path), text_lines(table.path, table.encoding) as lines:
        parsed = (_wide_row(table, columns, fields) for fields in _data_rows(table, lines))
        while chunk := list(islice(parsed, rows)):
            yield [name for name, _ in chunk], np.stack([values for _, values in chunk])


def _wide_row(table: TextTable, columns: Columns, fields: list[str]) -> tuple[str, Values]:
    """Name and numbers of a row; ValueError for a field that is no number or one too many or too few."""
    if len(fields) != len(table.header):
        raise ValueError(len(fields))
    with np.errstate(over="ignore"):
        values = np.fromstring(",".join([fields[i] for i in columns.numbers]), np.float32, sep=",")
    if len(values) != len(columns.numbers):
        raise ValueError(len(values))
    return fields[columns.names].strip(), values


def _data_rows(table: TextTable, lines: io.TextIOWrapper) -> Iterator[list[str]]:
    for _ in range(table.skip):
        lines.readline()
    return filter(None, csv.reader(lines, delimiter=table.delimiter, skipinitialspace=table.delimiter == " "))


def _next(chunks: TextFileReader) -> pd.DataFrame | None:
    """Next chunk; a number too large for float32 becomes infinite, and is refused as that."""
    with np.errstate(over="ignore"):
        return next(chunks, None)


def _parser(table: TextTable, columns: Columns, raw: IO[bytes], rows: int) -> TextFileReader:
    """Return a fast parser; it reads every column, so that a row of another width cannot pass."""
    numbers = set(columns.numbers)
    width = len(table.header)
    # One byte of a column that is not used is enough: its text is never looked at.
    types: dict[Hashable, Any] = {
        i: np.dtype(np.float32) if i in numbers else np.dtype("S1") for i in range(width)
    }
    types[columns.names] = str
    return pd.read_csv(
        raw,
        sep=table.delimiter,
        header=None,
        names=range(width),
        index_col=False,
        skiprows=table.skip,
        dtype=types,
        na_filter=False,
        encoding=table.encoding,
        skipinitialspace=table.delimiter == " ",
        chunksize=rows,
    )


def _find_fault(table: TextTable, columns: Columns, error: Exception | None = None) -> NoReturn:
    """Read a table again, slowly, and name the line that a fast parse could not read."""
    width = len(table.header)
    with reading(table.path), text_lines(table.path, table.encoding) as lines:
        for _ in range(table.skip):
            lines.readline()
        rows = csv.reader(lines, delimiter=table.delimiter, skipinitialspace=table.delimiter == " ")
        for fields in rows:
            line = table.skip + rows.line_num
            if fields and len(fields) != width:
                raise InputError(
                    f"{table.path}: line {line}: expected {width} fields, found {len(fields)}: "
                    "mend the line, or export the table again"
                ) from error
            for i in columns.numbers if fields else ():
                if not is_number(fields[i]) or abs(float(fields[i])) > _LARGEST:
                    where = _place(table, columns, fields[columns.names], i)
                    raise InputError(f"{table.path}: line {line}, {where}: {fault(fields[i])}") from error
    raise InputError(f"{table.path}: cannot be read as a table of numbers: export it again") from error


def _place(table: TextTable, columns: Columns, name: str, column: int) -> str:
    sample, gene = table.header[column], name
    if columns.rows_are_samples:
        sample, gene = gene, sample
    return f"sample {sample}, gene {gene}"


def fault(text: str) -> str:
    """Say what is wrong with a field that is not a number, and what to do about it."""
    if text.strip().lower() in MISSING:
        found = f"a missing value ({shown(text)})" if text.strip() else "an empty field"
        return f"expected a number, found {found}: fill it at its source, or leave the gene or the sample out"
    if re.fullmatch(r"\s*[+-]?\d+,\d+\s*", text):
        return (
            f"expected a number, found {shown(text)}: write decimals with a point and no separator "
            "of thousands"
        )
    return f"expected a number, found {shown(text)}: correct it at its source"
