"""Delimited text, read by one rule: encoding, line ends, delimiter, quotes, header, width of the rows.

Encoding
    UTF-8, or UTF-16 where its mark says so. LF, CRLF and CR all end a line; so does no quote.
Quotes
    Between tabs they mean nothing, but that a pair around a field is taken off (R writes it). Between
    commas, semicolons and blanks a quoted field may hold the delimiter; it closes on its line, or the line is
    refused.
Header
    The first row that is as full as those below it, or lacks the name of the first column alone: the titles
    and remarks that people write above a table are left out, and said.
Width
    Decided once a file, from all of its rows: whether each of them ends on one delimiter too many, and
    whether the header lacks the name of the first column (R's row names). A row of any other width is
    refused with its line; no field is ever moved under another name. Rows of blank fields are passed over.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice, takewhile
from pathlib import Path
from statistics import median_high
from typing import Final

import pandas as pd

from leukotype.errors import InputError, abridge, quote
from leukotype.inputs.source import MOST_LINES, ContentError, container, from_one_sheet, reading, stream
from leukotype.inputs.tables.headers import in_english

MISSING: Final = frozenset({"", "na", "nan", "n/a", "#n/a", "null", "none", "."})
# Words of laboratories for what nobody knows, in lower case.
NOT_KNOWN: Final = MISSING | {
    *("unknown", "u", "not known", "not reported", "not done", "not available", "n.d.", "nd", "-", "?")
}
_NUMBER: Final = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*")
_COMMA: Final = re.compile(r"[+-]?\d+,\d+(?:[eE][+-]?\d+)?")
_SEVERAL: Final = 2
_THOUSANDS: Final = re.compile(r"[+-]?\d{1,3},\d{3}")
_DELIMITERS: Final = ("\t", ",", ";", " ")
_MARKS: Final = {"\t": "tab", ",": "comma", ";": "semicolon", " ": "blank"}
# GDC and STAR put four summary lines first; a few more show whether the rows are of one width.
_HEAD_LINES: Final = 10
# Lines: what a tool logs above its header is harmless, a header further down is none.
_HEADER_WITHIN: Final = 50
_COMMENTS_WITHIN: Final = 20_000  # lines of comments that may stand above: GATK Funcotator writes hundreds
_BLANK_WITHIN: Final = 4096
_MOST_COLUMNS: Final = 400_000  # all transcripts are 300,000
_MOST_NAMED: Final = 20_000  # of a table whose columns are told by their names; only a matrix has more
_ENCODINGS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_SEPARATOR: Final = re.compile('"?sep=."?')  # Excel's own first line
_QUOTED: Final = re.compile(r'\s*"([^"]*(?:""[^"]*)*)"\s*')
# A row that begins so is a remark below a table; words of five languages.
_BELOW: Final = re.compile(
    r"[*#\u2020\u2021]|\W*(comments?|notes?|nb|n\.b\.|remarks?|legend|abbreviations?|sources?|footnotes?"
    r"|bemerkung(en)?|anmerkung(en)?|kommentare?|hinweise?|legende|quellen?|remarques?|commentaires?|notas?"
    r"|leyenda|osservazioni|prepared by|created (by|on)|exported|printed|erstellt|stand)\b",
    re.IGNORECASE,
)
_SENTENCE: Final = 3  # words
_NO_LINE: Final = "no line but comments"
_WORD: Final = re.compile(r'"([^"]*)"(?=\s|$)|([^"\s]\S*)')

# Name of a kind of table -> the alternatives of columns (lower case) by which it is told.
Kinds = Mapping[str, Sequence[frozenset[str]]]
# Names and columns as they would stand -> whether the one fits the other; None where nothing tells.
Fits = Callable[[Sequence[str], Sequence[Sequence[str]]], bool | None]


class OtherKindError(InputError):
    """The file is of none of the kinds asked for, which is no fault in a folder of mixed files."""


class OpenQuoteError(ValueError):
    """A quoted field does not close on its line."""


@dataclass(frozen=True)
class TableRow:
    """One line of a table: its number in the file (from 1) and its fields."""

    line: int
    fields: tuple[str, ...]


@dataclass(frozen=True)
class TextTable:
    """A delimited text file, opened but not yet read.

    Parameters
    ----------
    head
        the first rows as they stand, the header among them.
    header
        one name a column (none before a format has said what the header is).
    skip
        how many lines stand before the first row of data.
    spare
        whether each row ends on one delimiter too many.
    decimal
        the mark of decimals: a point, or a comma where all decimals that were seen have one.
    above, below
        the lines above the header that are no comments, and those below the rows: titles and remarks.
    """

    path: Path
    encoding: str
    delimiter: str
    head: tuple[TableRow, ...]
    header: tuple[str, ...] = ()
    skip: int = 0
    spare: bool = False
    decimal: str = "."
    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()

    @property
    def notes(self) -> list[str]:
        """Say what was left out above the header and below the rows."""
        parts = (("above the header", self.above), ("below the rows", self.below))
        return [
            f"lines {where} left out: {len(lines)} ({quote(lines[0])})" for where, lines in parts if lines
        ]


@dataclass(frozen=True)
class NamedTable:
    """A table whose kind is known.

    Parameters
    ----------
    kind
        which of the kinds asked for.
    frame
        text as the file has it, without blanks around; columns named in lower case without a leading ``#``;
        indexed by line number. No row where the file has a header alone.
    notes
        lines above the header that were neither empty nor comments, remarks below the rows, and a delimiter
        too many.
    """

    path: Path
    kind: str
    frame: pd.DataFrame
    notes: tuple[str, ...]


def is_number(text: str) -> bool:
    """Whether a field is a plain decimal number (no separators of thousands, no units)."""
    return _NUMBER.fullmatch(text) is not None


def with_decimal_points(table: TextTable) -> TextTable:
    """Tell decimal commas, and write the first rows with points.

    They are told where commas part no fields, no number that was seen has a point, and several have other
    than three digits behind their comma: 1,234 may as well be a thousand.
    """
    if table.delimiter == ",":
        return table
    fields = [field for row in table.head for field in row.fields]
    cells = [field for field in fields if "," in field and _COMMA.fullmatch(field)]
    plain = sum(_THOUSANDS.fullmatch(cell) is None for cell in cells)
    if plain < _SEVERAL or any("." in field and is_number(field) for field in fields):
        return table
    known = set(cells)
    head = [
        TableRow(row.line, tuple(as_point(field) if field in known else field for field in row.fields))
        for row in table.head
    ]
    return replace(table, head=tuple(head), decimal=",")


def as_point(field: str) -> str:
    """Write a decimal comma as a point; what has a point besides stays what it is, and no number."""
    return field if "." in field else field.replace(",", ".", 1)


def hold(patterns: Mapping[str, re.Pattern[str]]) -> Fits:
    """Make a `Fits`: whether the columns of some names look as they should, where they hold anything."""

    def fits(names: Sequence[str], columns: Sequence[Sequence[str]]) -> bool | None:
        found = [
            patterns[name].fullmatch(field) is not None
            for name, column in zip(names, columns, strict=True)
            if name in patterns
            for field in column
            if field.lower() not in MISSING
        ]
        return all(found) if found else None

    return fits


def hold_numbers(*names: str) -> Fits:
    """Make a `Fits`: whether the columns of some names hold numbers, where they hold anything."""
    return hold(dict.fromkeys(names, _NUMBER))


def hold_samples(samples: Sequence[str], *wanted: str) -> Fits:
    """Make a `Fits`: whether the column of the first of some names has samples of a run, or another has."""
    run = set(samples)

    def fits(names: Sequence[str], columns: Sequence[Sequence[str]]) -> bool | None:
        own = next(names.index(name) for name in wanted if name in names)
        elsewhere = any(run.intersection(column) for i, column in enumerate(columns) if i != own)
        return True if run.intersection(columns[own]) else False if elsewhere else None

    return fits


def refuse_row_names(names: Sequence[str], columns: Sequence[Sequence[str]]) -> bool | None:  # noqa: ARG001
    """Be the `Fits` of a table whose first column always has a name."""
    return None if names[0] else False


def cannot_tell(names: Sequence[str], columns: Sequence[Sequence[str]]) -> None:
    """Be the `Fits` of a table in which nothing tells."""


@contextmanager
def text_lines(path: Path, encoding: str, most_lines: int = MOST_LINES) -> Iterator[io.TextIOWrapper]:
    """Open a file as text; CR, LF and CRLF all end a line."""
    with stream(path, most_lines) as raw:
        yield io.TextIOWrapper(raw, encoding=encoding, newline=None)


def text_encoding(path: Path) -> str:
    """Tell the encoding of a text file by its mark; UTF-8 without one."""
    with stream(path) as raw:
        start = raw.read(4)
    return next((name for mark, name in _ENCODINGS if start.startswith(mark)), "utf-8")


def split_fields(line: str, delimiter: str) -> list[str]:
    """Split a line into its fields, without blanks and quotes around them.

    Raises
    ------
    OpenQuoteError
        For a quote that does not close, or that closes within a field.
    """
    if '"' not in line:
        fields = line.split() if delimiter == " " else line.split(delimiter)
        return [field.strip() for field in fields]
    if delimiter == "\t":
        return [take_off_quotes(field) for field in line.split(delimiter)]
    return _words(line) if delimiter == " " else _quoted_fields(line, delimiter)


def take_off_quotes(field: str) -> str:
    """Take a pair of quotes off a field that needs none.

    Raises
    ------
    OpenQuoteError
        For a quote at one end that has no fellow: something is lost, or something stands here by mistake.
    """
    text = field.strip()
    if '"' not in (text[:1], text[-1:]):
        return text
    if text.count('"') % 2:
        raise OpenQuoteError(text)
    around = len(text) > 1 and text[0] == text[-1]
    return text[1:-1].replace('""', '"').strip() if around else text


def _quoted_fields(line: str, delimiter: str) -> list[str]:
    fields, at, length = [], 0, len(line)
    while at <= length:
        found = _QUOTED.match(line, at)
        if found is None:
            end = line.find(delimiter, at)
            end = length if end < 0 else end
            fields.append(line[at:end].strip())
        else:
            end = found.end()
            fields.append(found[1].replace('""', '"').strip())
        if (fields[-1][:1] == '"' and found is None) or (end < length and line[end] != delimiter):
            raise OpenQuoteError(line[at:])
        at = end + 1
    return fields


def _words(line: str) -> list[str]:
    fields = [found[1] if found[1] is not None else found[2] for found in _WORD.finditer(line)]
    if _WORD.sub("", line).strip():
        raise OpenQuoteError(line[line.index('"') :])
    return fields


def is_blank(line: str, delimiter: str) -> bool:
    """Whether a line has no field with anything in it."""
    return not line.lstrip(f' \t\r\n"{delimiter}')


def open_table(path: Path, without: Container[int] = ()) -> TextTable:
    """Look at the first lines of a text file: its encoding, its delimiter, its first rows.

    Parameters
    ----------
    without
        numbers of lines that are passed over.

    Raises
    ------
    InputError
        For a file without two columns, or without any line of data.
    """
    encoding = text_encoding(path)
    with reading(path), text_lines(path, encoding) as lines:
        numbered = _first_lines(path, lines, without)
    if not numbered:
        raise InputError(f"{path}: expected a table, found no line of data: give a gene-count table")
    heads = {delimiter: _table_rows(_head(numbered, delimiter)) for delimiter in _DELIMITERS}
    ranks = {delimiter: _evenness(heads[delimiter]) for delimiter in _DELIMITERS}
    marked = _DELIMITERS[:3] if any(ranks[each][0] for each in _DELIMITERS[:3]) else _DELIMITERS
    delimiter = max(marked, key=lambda each: ranks[each])
    head = heads[delimiter]
    above = (line.strip(' \t,;"') for number, line in numbered if number < head[0].line)
    if len(head[0].fields) == 1 and len(head[-1].fields) == 1:
        raise InputError(
            f"{path}: line {head[0].line}: expected columns apart by tabs, commas, semicolons or blanks, "
            f"found {quote(numbered[0][1])}: give a gene-count table"
        )
    return TextTable(path, encoding, delimiter, head, above=tuple(filter(None, above)))


def _table_rows(rows: Sequence[TableRow]) -> tuple[TableRow, ...]:
    """Leave out the titles above a table and, where its end is seen, the remarks below it."""
    below = below_titles(rows)
    kept, _ = without_remarks(below)
    return tuple(kept) if len(kept) >= _SEVERAL else below


def below_titles(rows: Sequence[TableRow]) -> tuple[TableRow, ...]:
    """Leave out the rows above the header of a table, which fill fewer fields than those below."""
    rows = [row for row in rows if any(row.fields)] or rows[:1]
    filled = [sum(map(bool, row.fields)) for row in rows]
    least = max(_SEVERAL, median_high(filled[-_HEAD_LINES:]) - 1)
    start = next((place for place, number in enumerate(filled) if number >= least), 0)
    if start and any(is_number(field) or _COMMA.fullmatch(field) for field in rows[start].fields[1:]):
        start -= 1  # data, below a header that lacks names
    return tuple(rows[start:])


def _first_lines(path: Path, lines: Iterable[str], without: Container[int]) -> list[tuple[int, str]]:
    """Return the first lines with their numbers, without blank lines and without the comments on top."""
    found: list[tuple[int, str]] = []
    comment = (0, "")
    for number, raw in enumerate(islice(lines, _COMMENTS_WITHIN), start=1):
        line = raw.rstrip("\n")
        _check_columns(path, number, line)
        if number in without or not line.strip() or (number == 1 and _SEPARATOR.fullmatch(line)):
            continue
        if line.startswith("#") and not found:
            comment = (number, line)
            continue
        if not found and _is_header(comment[1], line):
            found.append((comment[0], comment[1].lstrip("#")))
        found.append((number, line))
        marks = [max(map(each.count, _DELIMITERS[:3])) for _, each in found[-_HEAD_LINES:]]
        if len(found) >= _HEADER_WITHIN or marks.count(marks[0] or -1) == _HEAD_LINES:
            break
    return found


def _check_columns(path: Path, number: int, line: str) -> None:
    most = max(map(line.count, _DELIMITERS)) if len(line) > _MOST_COLUMNS else 0
    if most >= _MOST_COLUMNS:
        raise InputError(
            f"{path}: line {number}: expected up to {_MOST_COLUMNS:,} columns, found {most + 1:,}: give the "
            "table in parts"
        )


def _is_header(comment: str, line: str) -> bool:
    """Whether the last line that starts with # names the columns of the line after it."""
    return any(comment.count(mark) == line.count(mark) > 0 for mark in _DELIMITERS[:3])


def _head(numbered: Sequence[tuple[int, str]], delimiter: str) -> tuple[TableRow, ...]:
    """Split the first lines; a quote that does not close is found when the rows are read."""
    rows: list[TableRow] = []
    for number, line in numbered:
        try:
            fields = split_fields(line, delimiter)
        except OpenQuoteError:
            fields = line.split(delimiter)
        if not rows or any(fields):
            rows.append(TableRow(number, tuple(fields)))
    return tuple(rows)


def _evenness(head: Sequence[TableRow]) -> tuple[bool, int, bool]:
    """Rank a delimiter: rows of one width first, of these an early header; then any columns at all.

    The order of the delimiters decides a tie.
    """
    widths = {len(row.fields) for row in head[1:]} or {len(head[0].fields)}
    width = max(widths)
    even = len(widths) == 1 and width > 1 and len(head[0].fields) in (width + 1, width, width - 1, width - 2)
    return even, even * -head[0].line, len(head[0].fields) > 1


def settle(
    table: TextTable, header: TableRow | None, names: Sequence[str], rows: Sequence[TableRow], fits: Fits
) -> TextTable:
    """Decide how the rows of a file stand under the names of its columns.

    Parameters
    ----------
    header
        the row that the names come from; None where a format knows them.
    rows
        rows of data as they stand: all of them, or the first.
    fits
        asked where two readings are possible.

    Returns
    -------
        The table with a name for each column of a row and ``spare``.

    Raises
    ------
    InputError
        Where no reading fits the most frequent width, or more than one does equally well.
    """
    where = table.skip if header is None else header.line
    if not rows:
        full = names[:-1] if len(names) > 1 and not names[-1] else names
        return _with_names(table, where, full, spare=False)
    width = Counter(len(row.fields) for row in rows).most_common(1)[0][0]
    usual = [row for row in rows if len(row.fields) == width]
    ends = not any(row.fields[-1] for row in usual)
    if len(names) == width:
        spare = ends and width > 1 and not names[-1]
        return _with_names(table, where, names[:-1] if spare else names, spare=spare)
    scored = [(_score(each, usual, fits), each) for each in _readings(names, width, ends)]
    best = max((score for score, _ in scored), default=-1)
    chosen = [each for score, each in scored if score == best]
    if best < 0 or len(chosen) > 1:
        raise width_error(table.path, table.delimiter, usual[0].line, len(names), width)
    return _with_names(table, where, chosen[0][0], spare=chosen[0][1])


def _with_names(table: TextTable, skip: int, names: Sequence[str], *, spare: bool) -> TextTable:
    return replace(table, header=tuple(names), skip=skip, spare=spare)


def _readings(names: Sequence[str], width: int, ends: bool) -> list[tuple[tuple[str, ...], bool]]:
    """List the names and the spare delimiter under which rows of this width would be whole."""
    named = tuple(names[:-1] if len(names) > 1 and not names[-1] else names)
    both = [(each, spare) for each in (named, ("", *named)) for spare in (False, True)]
    return [(each, spare) for each, spare in both if len(each) + spare == width and (ends or not spare)]


def _score(reading: tuple[Sequence[str], bool], rows: Sequence[TableRow], fits: Fits) -> int:
    columns = list(zip(*(row.fields for row in rows), strict=True))
    told = fits(reading[0], columns[: len(reading[0])])
    return 0 if told is None else 1 if told else -1


def width_error(path: Path, delimiter: str, line: int, expected: int, found: int) -> InputError:
    """Say that a row is of another width than its file."""
    mark = _MARKS[delimiter]
    advice = "correct the line" if mark == "tab" else f"correct the line (quote a field that holds a {mark})"
    return InputError(
        f"{path}: line {line}: expected {expected} fields, found {found}: {advice}, or export the table again"
    )


def check_width(table: TextTable, row: TableRow) -> TableRow:
    """Give a row without the delimiter too many.

    Raises
    ------
    InputError
        For a row of another width than the file's.
    """
    width = len(table.header)
    if len(row.fields) != width + table.spare or (table.spare and row.fields[-1]):
        raise width_error(table.path, table.delimiter, row.line, width + table.spare, len(row.fields))
    return TableRow(row.line, row.fields[:width])


def raw_rows(table: TextTable, lines: Iterable[str], above: int) -> Iterator[TableRow]:
    """Split each line that is not blank; widths are not looked at.

    Parameters
    ----------
    above
        how many lines of the file stand before ``lines``.

    Raises
    ------
    InputError
        For a quoted field that does not close on its line.
    """
    for number, line in _full_lines(table, lines, above):
        yield _split_line(table, number, line)


def _full_lines(table: TextTable, lines: Iterable[str], above: int) -> Iterator[tuple[int, str]]:
    """Give each line that is not blank, with its number."""
    for number, raw in enumerate(lines, start=above + 1):
        line = raw.rstrip("\n")
        if not is_blank(line, table.delimiter):
            yield number, line


def _split_line(table: TextTable, number: int, line: str) -> TableRow:
    try:
        return TableRow(number, tuple(split_fields(line, table.delimiter)))
    except OpenQuoteError as error:
        raise InputError(
            f"{table.path}: line {number}: expected each quoted field to close on its line, found "
            f"{quote(str(error))}: take out the quote, or the line end inside the field"
        ) from error


def data_lines(table: TextTable, most_lines: int = MOST_LINES) -> Iterator[tuple[int, str]]:
    """Give the lines of data that are not blank, each with its number in the file."""
    with reading(table.path), text_lines(table.path, table.encoding, most_lines) as lines:
        for _ in range(table.skip):
            lines.readline()
        yield from _full_lines(table, lines, table.skip)


def split_row(table: TextTable, number: int, line: str) -> TableRow:
    """Split a line of data.

    Raises
    ------
    InputError
        For a row of another width, or with a quote that does not close; with its line.
    """
    return check_width(table, _split_line(table, number, line))


def data_rows(table: TextTable, most_lines: int = MOST_LINES) -> Iterator[TableRow]:
    """Give the rows of data, each of the file's width.

    Raises
    ------
    InputError
        For the first row of another width, or with a quote that does not close; with its line.
    """
    for number, line in data_lines(table, most_lines):
        yield split_row(table, number, line)


def read_rows(table: TextTable, fits: Fits) -> tuple[TextTable, list[TableRow]]:
    """Read the rows below the first line of a table, which is its header.

    Raises
    ------
    InputError
        As `settle` and `data_rows` do.
    """
    header = table.head[0]
    with reading(table.path), text_lines(table.path, table.encoding) as lines:
        for _ in range(header.line):
            lines.readline()
        rows = list(raw_rows(table, lines, header.line))
    rows, remarks = without_remarks(rows)
    whole = settle(replace(table, below=remarks), header, header.fields, rows, fits)
    return whole, [check_width(whole, row) for row in rows]


def without_remarks(rows: Sequence[TableRow]) -> tuple[list[TableRow], tuple[str, ...]]:
    """Part the rows of a table from the remarks that people write below it.

    They begin behind a blank line with a sentence, or anywhere with a word such as Comment, in a row that has
    nothing else or is of another width; no row of the table stands below.
    """
    width = len(rows[0].fields) if rows else 0
    end = start = len(rows)
    for at in range(len(rows) - 1, 0, -1):
        row, first = rows[at], rows[at].fields[0]
        if width == 1 or (len(row.fields) == width and any(row.fields[1:])):
            break
        sentence = row.line > rows[at - 1].line + 1 and len(first.split(" ")) >= _SENTENCE
        if sentence or _BELOW.match(first):
            start = at
    return list(rows[:start]), tuple(" ".join(row.fields).strip() for row in rows[start:end])


def read_named(path: Path, kinds: Kinds, expected: str, fits: Fits = cannot_tell) -> NamedTable:
    """Read a delimited text file whose header names it as one of some kinds.

    Columns are found by name, in any order. Of several kinds that fit, the one that asks for most columns is
    meant.

    Parameters
    ----------
    expected
        what the file should be, for the message: ``a fusion caller's table``.
    fits
        whether columns hold what their names say, asked where the rows are longer than the header.

    Raises
    ------
    OtherKindError
        For a file of another kind.
    InputError
        For a file that cannot be read, and for a row of another width; one line.
    """
    return from_one_sheet(path, lambda each: _read_named(each, kinds, expected, fits))


def _read_named(path: Path, kinds: Kinds, expected: str, fits: Fits) -> NamedTable:
    _check_text(path, expected)
    encoding = text_encoding(path)
    with reading(path), text_lines(path, encoding) as lines:
        header = _find_header(path, lines, kinds)
        if header.names:
            table = TextTable(path, encoding, header.delimiter, ())
            rows, remarks = without_remarks(list(raw_rows(table, lines, header.line)))
            table = replace(table, above=header.above, below=remarks)
            whole = settle(table, TableRow(header.line, header.names), header.names, rows, fits)
            return _named_table(whole, header.kind, rows)
    words = [] if any(mark in header.first for mark in _DELIMITERS[:3]) else header.first.split()
    if _recognise_header("\t".join(words), kinds) is not None:
        found, advice = "columns apart by blanks", "part them by tabs"
    else:
        found = f"a first line of {quote(abridge(header.first.split(), 8))}" if header.first else _NO_LINE
        advice = "give another file, or rename columns"
    raise OtherKindError(f"{path}: expected {expected}, found {found}: {advice}")


def find_kind(path: Path, kinds: Kinds) -> str:
    """Tell by its header which of some kinds a text file is; empty where it is none of them, or no text."""
    try:
        with reading(path), text_lines(path, text_encoding(path)) as lines:
            return _find_header(path, lines, kinds).kind
    except InputError:
        return ""


@dataclass(frozen=True)
class _HeaderLine:
    """The header of a table: its line, kind, names and delimiter, and the lines above; no kind: not found."""

    line: int
    kind: str
    names: tuple[str, ...]
    delimiter: str
    first: str
    above: tuple[str, ...]


def _find_header(path: Path, lines: Iterable[str], kinds: Kinds) -> _HeaderLine:
    """Read lines up to the header of a table of one of some kinds, or as far as there may be one."""
    first, above, number = "", list[str](), 0
    for number, line in enumerate(lines, start=1):
        _check_columns(path, number, line)
        told = _recognise_header(line.rstrip("\n"), kinds)
        if told is not None:
            return _HeaderLine(number, *told, first, tuple(above))
        first = first or ("" if line.startswith("##") else line.strip())
        if line.strip() and not line.startswith("#"):
            above.append(line.strip())
        if len(above) >= _HEADER_WITHIN or number >= _COMMENTS_WITHIN:
            break
    return _HeaderLine(number, "", (), "", first, tuple(above))


def read_section(path: Path, title: re.Pattern[str], kinds: Kinds) -> NamedTable | None:
    """Read one section of a report whose sections are titled ``[Name]``, up to the next title or blank line.

    Returns
    -------
        None for a file that does not begin with such a title, or without this section.

    Raises
    ------
    InputError
        For a section with other columns, and for a row of another width.
    """
    if text_encoding(path) != "utf-8" or not _begins_with_title(path):
        return None
    with reading(path), text_lines(path, "utf-8") as lines:
        numbered = enumerate((line.rstrip("\n") for line in lines), start=1)
        if not any(title.fullmatch(line.strip()) for _, line in numbered):
            return None
        own = list(takewhile(lambda each: each[1].strip() and not each[1].startswith("["), numbered))
    found = _recognise_header(own[0][1], kinds) if own else None
    if found is None:
        return None
    kind, names, delimiter = found
    table = TextTable(path, "utf-8", delimiter, ())
    rows = [TableRow(line, tuple(split_fields(text, delimiter))) for line, text in own[1:]]
    rows = [replace(row, fields=(*row.fields, *[""] * (len(names) - len(row.fields)))) for row in rows]
    whole = settle(table, TableRow(own[0][0], names), names, rows, cannot_tell)
    return _named_table(whole, kind, rows)


def _begins_with_title(path: Path) -> bool:
    with stream(path) as handle:
        return handle.read(_BLANK_WITHIN).lstrip().startswith(b"[")


def _named_table(table: TextTable, kind: str, rows: Sequence[TableRow]) -> NamedTable:
    whole = [check_width(table, row) for row in rows]
    frame = pd.DataFrame(
        [row.fields for row in whole],
        index=[row.line for row in whole],
        columns=_number_repeats(table.header),
        dtype=object,
    )
    spare = ["each row ends on one delimiter too many, which was left out"] if table.spare else []
    return NamedTable(table.path, kind, frame, (*table.notes, *spare))


def _check_text(path: Path, expected: str) -> None:
    with stream(path) as handle:
        empty = not handle.read(_BLANK_WITHIN).strip()
    try:
        found, advice = ("an empty file", "give the tool's output") if empty else (container(path), "")
    except ContentError as error:
        found = error.kind
        advice = error.advice if "Excel" in found else ""  # what the others advise is about expression
        advice = "give it by --variants, if it is one of mutations" if "VCF" in found else advice
    if found != "text":
        raise OtherKindError(f"{path}: expected {expected}, found {found}: {advice or 'export it as text'}")


def _recognise_header(line: str, kinds: Kinds) -> tuple[str, tuple[str, ...], str] | None:
    """Give the kind, the names and the delimiter of a header line; None if it is no header."""
    best: tuple[int, str, tuple[str, ...], str] | None = None
    for delimiter in _DELIMITERS[:3] if line.strip() else ():
        if line.count(delimiter) > _MOST_NAMED:
            continue
        try:
            names = in_english([_plain_name(name) for name in split_fields(line, delimiter)])
        except OpenQuoteError:
            continue
        has = set(names)
        for kind, alternatives in kinds.items():
            sizes = [len(asked) for asked in alternatives if asked <= has]
            if sizes and (best is None or max(sizes) > best[0]):
                best = (max(sizes), kind, names, delimiter)
    return None if best is None else best[1:]


def _plain_name(name: str) -> str:
    return name.strip().removeprefix("#").strip().lower()


def _number_repeats(names: Sequence[str]) -> list[str]:
    """Put a number on the names that a header repeats; the first keeps its own."""
    seen: Counter[str] = Counter()
    written: list[str] = []
    for name in names:
        written.append(f"{name}.{len(written)}" if seen[name] else name)
        seen[name] += 1
    return written


def duplicates(names: Sequence[str]) -> list[str]:
    """Names that stand more than once, in order of their second place."""
    seen: set[str] = set()
    again: dict[str, None] = {}
    for name in names:
        if name in seen:
            again[name] = None
        seen.add(name)
    return list(again)
