"""Tables for a manuscript hold what the page prints, cell by cell."""

import io

import pytest

from leukotype.report.trial.manuscript import as_docx, as_xlsx
from leukotype.report.trial.page_tables import print_tables

ARMS = ("InO", "SC")


@pytest.fixture
def tables(response, survival):
    return print_tables({"response": response, "survival": survival}, ARMS)


def printed(table):
    """Rows of a table as they are printed, without the empty cells of headings."""
    return [table.columns, *((line.head, *line.cells) for line in table.lines)]


def test_a_workbook_has_a_sheet_a_table(tables):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(tables, synthetic=True)))
    assert len(book.sheetnames) == len(tables)
    for number, (sheet, table) in enumerate(zip(book, tables, strict=True), 1):
        rows = [[str(cell) for cell in row if cell] for row in sheet.iter_rows(values_only=True)]
        assert rows[0] == [f"Table {number}. {table.caption}. SYNTHETIC: invented patients"]
        expected = [[cell for cell in row if cell] for row in printed(table)]
        assert rows[1 : 1 + len(expected)] == expected


def test_a_word_document_has_every_cell(tables):
    docx = pytest.importorskip("docx")
    document = docx.Document(io.BytesIO(as_docx(tables)))
    assert len(document.tables) == len(tables)
    for grid, table in zip(document.tables, tables, strict=True):
        rows = [[cell.text for cell in row.cells if cell.text] for row in grid.rows]
        assert rows == [[cell for cell in row if cell] for row in printed(table)]
    text = [paragraph.text for paragraph in document.paragraphs]
    assert text[0] == f"Table 1. {tables[0].caption}"
    assert set(filter(None, tables[0].notes)) <= set(text)


def test_a_name_that_looks_like_a_formula_stays_text(response):
    openpyxl = pytest.importorskip("openpyxl")
    response.loc[1, "level"] = "=1+1"
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(print_tables({"response": response}, ARMS))))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row if cell.value == "=1+1"]
    assert [cell.data_type for cell in cells] == ["s"]
