"""Printed tables as a manuscript takes them: one Word document, one workbook with a sheet a table."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Final

from leukotype.report.drawing import SYNTHETIC_LINE
from leukotype.report.trial.page_tables import Table

_LONGEST_SHEET: Final = 31  # letters of a sheet's name, as Excel allows
_SMALL_PT: Final = 8
_WIDEST: Final = 60  # letters of a column of a sheet


def as_docx(tables: Sequence[Table], *, synthetic: bool = False) -> bytes:
    """Write tables one after the other on landscape pages, captions above and notes below them."""
    from docx import Document
    from docx.enum.section import WD_ORIENT
    from docx.shared import Pt

    document = Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    document.styles["Normal"].font.size = Pt(_SMALL_PT)
    for number, table in enumerate(tables, 1):
        document.add_paragraph(_caption(number, table, synthetic=synthetic)).runs[0].bold = True
        rows = [table.columns, *_rows(table)]
        grid = document.add_table(len(rows), len(table.columns), style="Light List")
        for row, cells in zip(grid.rows, rows, strict=True):
            for cell, text in zip(row.cells, cells, strict=True):
                cell.text = text
        for note in filter(None, table.notes):
            document.add_paragraph(note)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def as_xlsx(tables: Sequence[Table], *, synthetic: bool = False) -> bytes:
    """Write each table to a sheet: its caption, its head, its rows as they are printed, its notes."""
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    book.remove(book.active)
    for number, table in enumerate(tables, 1):
        sheet = book.create_sheet(_sheet_name(number, table.caption))
        sheet.append([_caption(number, table, synthetic=synthetic)])
        sheet.append(list(table.columns))
        for row in _rows(table):
            sheet.append(list(row))
            for cell in sheet[sheet.max_row]:
                cell.data_type = "s"  # a name that begins with = is no formula
        for note in filter(None, table.notes):
            sheet.append([note])
        for cell in (*sheet[1], *sheet[2]):
            cell.font = Font(bold=True)
        for i, cells in enumerate(zip(table.columns, *_rows(table), strict=True), 1):
            widest = max(map(len, cells))
            sheet.column_dimensions[get_column_letter(i)].width = min(widest + 2, _WIDEST)
        sheet.freeze_panes = "B3"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _caption(number: int, table: Table, *, synthetic: bool) -> str:
    return f"Table {number}. {table.caption}{f'. {SYNTHETIC_LINE}' if synthetic else ''}"


def _rows(table: Table) -> list[tuple[str, ...]]:
    """Give rows of one length: a heading has empty cells."""
    wide = len(table.columns)
    return [
        (line.head, *line.cells, *("" for _ in range(wide - 1 - len(line.cells)))) for line in table.lines
    ]


def _sheet_name(number: int, caption: str) -> str:
    """Name a sheet by its table, without what Excel does not allow."""
    return f"{number} {re.sub(r'[^A-Za-z0-9 ,-]+', ' ', caption)}"[:_LONGEST_SHEET].strip()
