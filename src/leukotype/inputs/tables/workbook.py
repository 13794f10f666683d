"""The tables of an Excel workbook (xlsx) as tab-separated text, within bounds of size."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

# Unpacked bytes of one member of the archive: 60,000 genes of 200 samples take 400 MB.
_MOST_BYTES: Final = 500_000_000
_MOST_CELLS: Final = 20_000_000
_LAST_ROW: Final = 1_048_576  # of Excel 2007 and later
# Bytes unpacked from one, from 100 kB on: Apache POI's bound of a bomb (its least inflate ratio is 0.01).
_MOST_RATIO: Final = 100
_RATIO_FROM: Final = 100_000
_MOST_BLANK: Final = 10_000  # rows in a row
_WIDTH_WITHIN: Final = 60  # rows: titles above a table are narrower than it
_WORKBOOK: Final = "xl/workbook.xml"
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class WorkbookError(ValueError):
    """A workbook cannot be used; one line that names the file."""


def is_workbook(path: Path) -> bool:
    """Whether a file that begins as a zip archive is a workbook of Excel 2007 or later."""
    try:
        with zipfile.ZipFile(path) as archive:
            return _WORKBOOK in archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError):
        return False


def sheet_as_text(path: Path, title: str = "") -> bytes:
    """Give a sheet as tab-separated UTF-8: percents with their sign, days with months.

    Blank rows are kept but at the end, so that a line has the number of its row; blank cells at the end of a
    row are filled up to the width of the widest of the first rows; blank columns at the left are left out.

    Parameters
    ----------
    title
        of the sheet; the first with a table where it is empty.

    Raises
    ------
    WorkbookError
        For a damaged workbook, one beyond the bounds, a title that no table has, and where openpyxl is not
        installed.
    """
    texts = _texts(path)
    if title and title not in texts:
        raise WorkbookError(f"{path}: expected a sheet {title}, found {', '.join(texts)}: name one of these")
    return texts[title or next(iter(texts))]


def sheet_titles(path: Path) -> list[str]:
    """Name the sheets that have a table, in their order; the first one where none has.

    Hidden sheets, and those of one column or one row (a title, a legend), are passed over.

    Raises
    ------
    WorkbookError
        As `sheet_as_text`.
    """
    return list(_texts(path))


def _texts(path: Path) -> dict[str, bytes]:
    state = path.stat()
    return _read_texts(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=1)  # a table is opened several times while it is recognised and read
def _read_texts(path: Path, changed: int, size: int) -> dict[str, bytes]:  # noqa: ARG001 - what makes it another file
    try:
        import openpyxl
    except ImportError as error:
        raise WorkbookError(
            f"{path}: an Excel workbook needs an extra: pip install '.[xlsx]', or save it as csv"
        ) from error
    _check_size(path)
    try:
        with path.open("rb") as raw:  # openpyxl itself leaves a damaged file open
            book = openpyxl.load_workbook(raw, read_only=True, data_only=True)
            shown = [each for each in book.worksheets if each.sheet_state == "visible"]
            texts: dict[str, bytes] = {}
            for sheet in shown or book.worksheets:
                sheet.reset_dimensions()  # what a file says of its size is not to be trusted
                texts[sheet.title] = _at_the_left("".join(_lines(path, sheet.iter_rows()))).encode()
    except WorkbookError:
        raise
    except Exception as error:  # whatever its parts raise: KeyError, ParseError, BadZipFile, ...
        raise WorkbookError(
            f"{path}: the workbook is damaged ({type(error).__name__}): save it again"
        ) from error
    if not texts:
        raise WorkbookError(f"{path}: expected a workbook with a sheet, found none in it: save it again")
    return {title: text for title, text in texts.items() if _is_table(text)} or dict([*texts.items()][:1])


def _is_table(text: bytes) -> bool:
    rows = [line for line in text.splitlines() if line.strip()]
    return len(rows) > 1 and any(b"\t" in line for line in rows)


def _check_size(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
    for each in members:
        if each.file_size > max(_RATIO_FROM, _MOST_RATIO * each.compress_size):
            raise WorkbookError(
                f"{path}: expected parts that unpack to up to {_MOST_RATIO} times their size, found "
                f"{each.file_size:,} bytes in {each.compress_size:,} ({each.filename}): save the sheet as csv"
            )
    largest = max(members, key=lambda each: each.file_size)
    if largest.file_size > _MOST_BYTES:
        raise WorkbookError(
            f"{path}: expected a workbook of up to {_MOST_BYTES:,} bytes a sheet, found "
            f"{largest.file_size:,} ({largest.filename}): save the sheet as csv"
        )


def _lines(path: Path, rows: Iterator[Sequence[Any]]) -> Iterator[str]:
    width = cells = blank = 0
    for number, row in enumerate(rows, start=1):
        if number > _LAST_ROW:
            raise _beyond(path, number, f"a row beyond Excel's last, {_LAST_ROW:,}")
        texts = [_text(cell) for cell in row]
        while texts and not texts[-1]:
            texts.pop()
        if not texts:
            blank += 1
            continue
        width = max(width, len(texts)) if number <= _WIDTH_WITHIN else width
        cells += len(texts)
        if blank > _MOST_BLANK:
            raise _beyond(path, number, f"{blank:,} blank rows above it")
        if cells > _MOST_CELLS:
            raise _beyond(path, number, f"more than {_MOST_CELLS:,} cells")
        yield "\n" * blank + "\t".join(texts + [""] * (width - len(texts))) + "\n"
        blank = 0


def _at_the_left(text: str) -> str:
    """Take away the blank columns left of a table, which may have a title above them."""
    while (rows := [line for line in text.split("\n") if "\t" in line.strip("\t")]) and all(
        line.startswith("\t") for line in rows
    ):
        text = "\n".join(line.removeprefix("\t") for line in text.split("\n"))
    return text


def _beyond(path: Path, row: int, found: str) -> WorkbookError:
    return WorkbookError(f"{path}: row {row}: expected a row of one table, found {found}: save it as csv")


def _text(cell: Any) -> str:
    """Give a cell as a person sees it; a mark that would part columns or lines is a blank."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        if "%" in str(cell.number_format):
            return f"{value * 100:.10g}%"
        return str(int(value)) if float(value).is_integer() else repr(float(value))
    if isinstance(value, datetime | date):
        return f"{value.day}-{_MONTHS[value.month - 1]}"
    return re.sub(r"[\t\r\n]+", " ", str(value)).strip()
