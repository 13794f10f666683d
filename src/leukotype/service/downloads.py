"""The results of a job as files to take home."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

import pandas as pd
from starlette.responses import Response

from leukotype.errors import InputError
from leukotype.report.pdf import find_browser, print_pdf
from leukotype.runs.call_json import CALL_NUMBERS
from leukotype.runs.files import CALLS, EXPLANATIONS, FILES, RUN
from leukotype.service.guards import POLICY
from leukotype.service.limits import RefusedError
from leukotype.service.work_order import REPORT

_HTML, _CSV, _JSON = "text/html; charset=utf-8", "text/csv; charset=utf-8", "application/json"
_PAGE, _PDF, _SHEET, _ALL = "report", "report.pdf", "calls.xlsx", "results.zip"
# The page brings its own policy, which allows its one script and style by their hashes.
_PAGE_HEADERS: Final[Mapping[str, str]] = MappingProxyType(
    {POLICY: "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"}
)


def download(results: Path, what: str) -> Response:
    """Give a result of a folder by its name.

    Raises
    ------
    RefusedError
        If there is no such result, or it cannot be made on this machine.
    """
    if what != _PAGE and what not in names():
        raise RefusedError(404, f"there is no such result: have {', '.join((_PAGE, *names()))}")
    if what in (_PAGE, REPORT):
        headers = dict(_PAGE_HEADERS) | (_attached(what) if what == REPORT else {})
        return Response((results / REPORT).read_bytes(), media_type=_HTML, headers=headers)
    if what in _MADE:
        kind, make = _MADE[what]
        return Response(make(results), media_type=kind, headers=_attached(what))
    kind = _JSON if what.endswith(".json") else _CSV
    return Response((results / what).read_bytes(), media_type=kind, headers=_attached(what))


def names() -> tuple[str, ...]:
    """Names of the results, beside the page."""
    return (*FILES, EXPLANATIONS, REPORT, *_MADE)


def _attached(name: str) -> dict[str, str]:
    return {"content-disposition": f'attachment; filename="{name}"'}


def _as_sheet(folder: Path) -> bytes:
    """Write the calls as a workbook; a name that begins as a formula stays text."""
    try:
        import openpyxl
    except ModuleNotFoundError as error:
        raise RefusedError(501, "openpyxl is not installed where the service runs: take calls.csv") from error
    table = pd.read_csv(folder / CALLS, keep_default_na=False, dtype=str)
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("calls")
    sheet.append(list(table.columns))
    for row in table.to_dict("records"):
        sheet.append([_cell(sheet, text, number=name in CALL_NUMBERS) for name, text in row.items()])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _cell(sheet: object, text: str, *, number: bool) -> object:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if number:
        return float(text) if text else None
    cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", text))
    cell.data_type = "s"
    return cell


def _as_pdf(folder: Path) -> bytes:
    try:
        program = find_browser()
    except InputError as error:
        raise RefusedError(
            501, "no Chromium is installed where the service runs: print the page from your own browser"
        ) from error
    try:
        return print_pdf((folder / REPORT).read_text(encoding="utf-8"), Path(program))
    except InputError as error:
        raise RefusedError(501, f"{error}") from error


def _as_zip(folder: Path) -> bytes:
    """Pack all results, run.json last."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.iterdir(), key=lambda each: (each.name == RUN, each.name)):
            archive.write(path, f"results/{path.name}")
    return content.getvalue()


_MADE: Final[Mapping[str, tuple[str, Callable[[Path], bytes]]]] = MappingProxyType(
    {
        _SHEET: ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _as_sheet),
        _PDF: ("application/pdf", _as_pdf),
        _ALL: ("application/zip", _as_zip),
    }
)
