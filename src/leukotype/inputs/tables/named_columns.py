"""Tables that are told by the names of their columns: callers' output, clinical sheets, plain csv."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from leukotype.errors import InputError
from leukotype.inputs.source import container, reading, stream
from leukotype.inputs.tables.text import listed, shown, text_encoding, text_lines

_DELIMITERS: Final = ("\t", ",", ";")
_HEADER_WITHIN: Final = (
    50  # lines: what a tool logs above its header is harmless, a header further down is none
)

_LARGEST_FIELD: Final = 2**31 - 1  # Arriba and STAR-Fusion list every read of a fusion in one field
csv.field_size_limit(_LARGEST_FIELD)

# Name of a kind of table -> the alternatives of columns (lower case) by which it is told.
Kinds = Mapping[str, Sequence[frozenset[str]]]


class OtherKind(InputError):  # noqa: N818 - the base says that it is an error, the name which
    """The file is of none of the kinds asked for, which is no fault in a folder of mixed files."""


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
    skipped
        lines above the header that were neither empty nor comments.
    """

    path: Path
    kind: str
    frame: pd.DataFrame
    skipped: int


def read_named(path: Path, kinds: Kinds, expected: str) -> NamedTable:
    """Read a delimited text file whose header names it as one of some kinds.

    Columns are found by name, in any order. A header one cell short (R's row names) is read. Line ends may be
    LF, CRLF or CR. Of several kinds that fit, the one that asks for most columns is meant.

    Parameters
    ----------
    expected
        what the file should be, for the message: ``a fusion caller's table``.

    Raises
    ------
    OtherKind
        For a file of another kind.
    InputError
        For a file that cannot be read, and for a row of another width; one line.
    """
    _check_text(path, expected)
    with reading(path), text_lines(path, text_encoding(path)) as lines:
        above: list[str] = []
        for number, line in enumerate(lines, start=1):
            found = _recognised(line, kinds)
            if found is not None:
                kind, header, delimiter = found
                frame = _rows(path, lines, number, header, delimiter)
                return NamedTable(path, kind, frame, sum(not text.startswith("#") for text in above))
            if line.strip():
                above.append(line)
            if number >= _HEADER_WITHIN:
                break
    raise OtherKind(
        f"{path}: expected {expected}, found {_seen(above)}: give another file, or rename columns"
    )


def _check_text(path: Path, expected: str) -> None:
    with reading(path), stream(path) as handle:
        if not handle.read(1):
            raise OtherKind(f"{path}: expected {expected}, found an empty file: give the tool's output")
    try:
        found = container(path)
    except InputError as error:
        kind, _, advice = (str(error).partition(", found ")[2] or "another kind of file").partition(": ")
        sheet = "Excel" in kind  # the one kind whose advice is not about expression
        advice = advice if sheet else "export it as text"
        raise OtherKind(f"{path}: expected {expected}, found {kind}: {advice}") from error
    if found != "text":
        raise OtherKind(f"{path}: expected {expected}, found {found}: export it as text")


def _recognised(line: str, kinds: Kinds) -> tuple[str, list[str], str] | None:
    """Give the kind, the names and the delimiter of a header line; None if it is no header."""
    best: tuple[int, str, list[str], str] | None = None
    for delimiter in _DELIMITERS:
        names = [_plain(name) for name in next(csv.reader(io.StringIO(line), delimiter=delimiter), [])]
        for kind, alternatives in kinds.items():
            fits = [len(asked) for asked in alternatives if asked <= set(names)]
            if fits and (best is None or max(fits) > best[0]):
                best = (max(fits), kind, names, delimiter)
    return None if best is None else best[1:]


def _plain(name: str) -> str:
    return name.strip().removeprefix("#").strip().lower()


def _rows(path: Path, lines: Iterator[str], above: int, header: list[str], delimiter: str) -> pd.DataFrame:
    reader = csv.reader(lines, delimiter=delimiter)
    names = _distinct(header)
    rows, numbers = [], []
    for fields in reader:
        if not any(field.strip() for field in fields):
            continue
        fields = fields[1:] if len(fields) == len(names) + 1 else fields
        if len(fields) != len(names):
            raise InputError(
                f"{path}: line {above + reader.line_num}: expected {len(names)} fields, found {len(fields)}: "
                "mend the line, or export the table again"
            )
        rows.append([field.strip() for field in fields])
        numbers.append(above + reader.line_num)
    return pd.DataFrame(rows, index=numbers, columns=names, dtype=object)


def _distinct(names: Sequence[str]) -> list[str]:
    """Put a number on the names that a header repeats; the first keeps its own."""
    return [name if name not in names[:i] else f"{name}.{i}" for i, name in enumerate(names)]


def _seen(above: Sequence[str]) -> str:
    if not above:
        return "no line at all"
    return f"a first line of {shown(listed(above[0].split(), 8))}"
