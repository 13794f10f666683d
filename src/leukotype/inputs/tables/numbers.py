"""The numbers of a delimited text file: a fast parse, and a careful one for what the fast one gives up."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import IO, Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.io.parsers import TextFileReader

from leukotype.errors import InputError, quote
from leukotype.inputs.source import MOST_ROWS, reading, stream
from leukotype.inputs.tables.text import (
    MISSING,
    TableRow,
    TextTable,
    as_point,
    data_lines,
    data_rows,
    is_blank,
    is_number,
    split_row,
    take_off_quotes,
    text_lines,
)

Values = npt.NDArray[np.float32]

_LARGEST: Final = float(np.finfo(np.float32).max)
_ALL_ROWS: Final = 2**31 - 1
_BUFFER: Final = 1 << 18  # bytes
# A decimal comma, or marks of thousands of any country: 1,234 and 1.234.567,8 and 1'234.
_GROUPED: Final = re.compile(r"\s*[+-]?(?:\d+,\d+|\d{1,3}(?:[.,' \u00a0\u202f\u2019]\d{3})+(?:[.,]\d+)?)\s*")
_NINE: Final = 9
_WIDE: Final = 1000  # columns from which a line at once takes less time than a column at once
_OFTEN: Final = 0.25  # of the numbers of a line: from here on it takes less time to add to all of them
_EXACT_DIGITS: Final = 15  # of a whole number that a float64 holds, by way of which others are read
_ONE_MARK: Final = frozenset({",", "\t", ";"})  # delimiters of which two in a row enclose an empty field


@dataclass(frozen=True)
class NumberColumns:
    """Which columns of a table are read: the one of the row names and those of the numbers."""

    names: int
    numbers: Sequence[int]
    rows_are_samples: bool = False


def row_names(table: TextTable, limit: int | None = None, column: int = 0) -> Iterator[str]:
    """Names of the rows of data, up to ``limit`` of them; of the first column without parsing the rest."""
    if column:
        yield from (row.fields[column] for row in islice(data_rows(table, MOST_ROWS), limit))
        return
    with reading(table.path), text_lines(table.path, table.encoding, MOST_ROWS) as lines:
        rows = (
            line
            for number, line in enumerate(lines, start=1)
            if number > table.skip and not is_blank(line, table.delimiter)
        )
        for line in islice(rows, limit):
            yield _first_field(line, table.delimiter)


def _first_field(line: str, delimiter: str) -> str:
    if line.startswith('"'):
        return line[1:].partition('"')[0].strip()
    return line.partition(delimiter)[0].strip()


def read_numbers(
    table: TextTable, columns: NumberColumns, rows: int | None = None
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
    size, given = rows or _ALL_ROWS, 0
    fast = _line_by_line if columns.rows_are_samples or _are_wide(table, columns) else _column_by_column
    try:
        for names, values in fast(table, columns, size):
            yield names, values
            given += len(names)
    except (ValueError, OverflowError) as error:
        if isinstance(error, InputError):
            raise
        yield from _careful_rows(table, columns, size, given)


def _column_by_column(
    table: TextTable, columns: NumberColumns, rows: int
) -> Iterator[tuple[list[str], Values]]:
    """Parse column by column; ValueError for whatever is not plain."""
    last, spare = len(table.header) - 1, len(table.header)
    with stream(table.path, MOST_ROWS) as raw, _parser(table, columns, raw, rows) as chunks:
        while (frame := _next(chunks)) is not None:
            values = frame[list(columns.numbers)].to_numpy(np.float32)
            names = [*map(str.strip, frame[columns.names].tolist())]
            if any('"' in name for name in names):
                names = [take_off_quotes(name) for name in names]
            # A row that is short, or long, shows at the end: the parser fills up, and cuts off.
            short = last not in columns.numbers and last != columns.names and (frame[last] == b"").any()
            if short or (frame[spare] != b"").any() or not np.isfinite(values).all():
                raise ValueError(table.path)
            yield names, values


def _next(chunks: TextFileReader) -> pd.DataFrame | None:
    """Next chunk; a number too large for float32 becomes infinite, and is refused as that."""
    with np.errstate(over="ignore"):
        return next(chunks, None)


def _parser(table: TextTable, columns: NumberColumns, raw: IO[bytes], rows: int) -> TextFileReader:
    """Return a fast parser of every column, and of one more, in which a row that is too long shows."""
    numbers = set(columns.numbers)
    width = len(table.header) + 1
    source = raw if table.encoding.startswith("utf-16") else io.BufferedReader(_WithoutNul(raw), _BUFFER)
    # One byte of a column that is not used is enough: its text is never looked at.
    types: dict[Hashable, Any] = {
        i: np.dtype(np.float32) if i in numbers else np.dtype("S1") for i in range(width)
    }
    types[columns.names] = str
    return pd.read_csv(
        source,
        sep=table.delimiter,
        header=None,
        names=range(width),
        index_col=False,
        skiprows=table.skip,
        dtype=types,
        na_filter=False,
        quoting=csv.QUOTE_NONE,
        encoding=table.encoding,
        skipinitialspace=table.delimiter == " ",
        decimal=table.decimal,
        chunksize=rows,
    )


class _WithoutNul(io.RawIOBase):
    """The bytes of a text; a NUL, at which the parser would end a number, is an error."""

    def __init__(self, inner: IO[bytes]) -> None:
        self._inner = inner

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read into a buffer; ValueError for a NUL."""
        chunk = self._inner.read(len(buffer))
        if b"\x00" in chunk:
            raise ValueError("NUL")
        buffer[: len(chunk)] = chunk
        return len(chunk)


def _are_wide(table: TextTable, columns: NumberColumns) -> bool:
    """Whether the lines are of a name and so many numbers that parsing each at once takes less time."""
    return len(table.header) > _WIDE and _have_numbers_alone(table, columns)


def _have_numbers_alone(table: TextTable, columns: NumberColumns) -> bool:
    """Whether the lines can be parsed without splitting them."""
    alone = columns.names == 0 and [*columns.numbers] == [*range(1, len(table.header))]
    return alone and table.delimiter in _ONE_MARK


def _line_by_line(table: TextTable, columns: NumberColumns, rows: int) -> Iterator[tuple[list[str], Values]]:
    """Parse row by row: with thousands of columns, a parser by columns takes four times as long."""
    parse = _wide_line if _have_numbers_alone(table, columns) else _wide_fields
    parsed = (parse(table, columns, number, line) for number, line in data_lines(table, MOST_ROWS))
    while chunk := list(islice(parsed, rows)):
        yield [name for name, _ in chunk], np.stack([values for _, values in chunk])


def _wide_line(table: TextTable, columns: NumberColumns, number: int, line: str) -> tuple[str, Values]:
    """Parse a line of a name and numbers without splitting it; what is not plain goes field by field."""
    name, _, text = line.partition(table.delimiter)
    plain = not (table.spare or '"' in text or table.decimal != ".")
    whole = _parse_whole_numbers(text, table.delimiter, len(columns.numbers)) if plain else None
    if whole is not None:
        return take_off_quotes(name), whole
    if not plain or line.count(table.delimiter) != len(columns.numbers):
        return _wide_fields(table, columns, number, line)
    return take_off_quotes(name), _parse_numbers(text.replace(table.delimiter, ","), len(columns.numbers))


def _parse_whole_numbers(text: str, delimiter: str, expected: int) -> Values | None:
    """Parse counts, digit by digit for all of them at once; None where anything but digits stands there."""
    if not text.isascii():
        return None
    read = np.frombuffer(text.encode(), dtype=np.uint8)
    digits = read - ord("0")  # all else wraps round to more than 9
    are_digits = digits <= _NINE
    marks = np.flatnonzero(read == ord(delimiter))
    if not len(read) - np.count_nonzero(are_digits) == len(marks) == expected - 1:
        return None
    bounds = np.concatenate([[-1], marks, [len(read)]])
    last = bounds[1:] - 1
    widths = last - bounds[:-1]
    if widths.min() < 1 or widths.max() > _EXACT_DIGITS:
        return None
    digits *= are_digits
    digits[1:] += 10 * digits[:-1]  # from here on each is two digits: those that end there
    values = digits.take(last).astype(np.float64)
    for place in range(2, int(widths.max()), 2):
        longer = widths > place
        if np.count_nonzero(longer) > _OFTEN * len(longer):
            values += 10.0**place * (digits.take(last - place) * longer)
        else:
            rare = np.flatnonzero(longer)
            values[rare] += 10.0**place * digits.take(last.take(rare) - place)
    found: Values = values.astype(np.float32)
    return found


def _wide_fields(table: TextTable, columns: NumberColumns, number: int, line: str) -> tuple[str, Values]:
    row = split_row(table, number, line)
    fields = [row.fields[i] for i in columns.numbers]
    text = ",".join(fields if table.decimal == "." else map(as_point, fields))
    return row.fields[columns.names], _parse_numbers(text, len(columns.numbers))


def _parse_numbers(text: str, expected: int) -> Values:
    """Parse numbers apart by commas; ValueError for more or fewer, and for one that is not finite."""
    if "\x00" in text or text.count(",") != expected - 1:
        raise ValueError(expected)
    with np.errstate(over="ignore"):
        values = np.fromstring(text, np.float32, sep=",")
    if len(values) != expected or not np.isfinite(values).all():
        raise ValueError(expected)
    return values


def _careful_rows(
    table: TextTable, columns: NumberColumns, rows: int, given: int
) -> Iterator[tuple[list[str], Values]]:
    """Parse field by field behind the rows that were ``given``: quotes are read, and a fault is named."""
    parsed = (_careful_row(table, columns, row) for row in islice(data_rows(table, MOST_ROWS), given, None))
    while chunk := list(islice(parsed, rows)):
        yield [name for name, _ in chunk], np.stack([values for _, values in chunk])


def _careful_row(table: TextTable, columns: NumberColumns, row: TableRow) -> tuple[str, Values]:
    comma = table.decimal == ","
    for i in columns.numbers:
        field = row.fields[i]
        text = as_point(field) if comma else field
        if (comma and "." in field) or not is_number(text) or abs(float(text)) > _LARGEST:
            where = _place(table, columns, row.fields[columns.names], i)
            raise InputError(f"{table.path}: line {row.line}, {where}: {_fault(field)}")
    fields = [row.fields[i] for i in columns.numbers]
    return row.fields[columns.names], np.array([*map(as_point, fields)] if comma else fields, np.float32)


def _place(table: TextTable, columns: NumberColumns, name: str, column: int) -> str:
    sample, gene = table.header[column], name
    if columns.rows_are_samples:
        sample, gene = gene, sample
    return f"sample {sample}, gene {gene}"


def _fault(text: str) -> str:
    """Say what is wrong with a field that is not a number, and what to do about it."""
    if text.strip().lower() in MISSING:
        found = f"a missing value ({quote(text)})" if text.strip() else "an empty field"
        return f"expected a number, found {found}: fill it at its source, or leave the gene or the sample out"
    if _GROUPED.fullmatch(text):
        return (
            f"expected a number, found {quote(text)}: write decimals with a point and no separator "
            "of thousands"
        )
    return f"expected a number, found {quote(text)}: correct it at its source"
