"""Excel workbooks as text: what a cell shows, and bounds that a file cannot pass."""

import zipfile
from datetime import datetime

import pytest

from leukotype.errors import InputError
from leukotype.inputs.source import container, stream
from leukotype.inputs.tables import workbook
from leukotype.inputs.tables.text import open_table, read_named
from leukotype.inputs.tables.workbook import WorkbookError, is_workbook, sheet_as_text, sheet_titles

openpyxl = pytest.importorskip("openpyxl")


@pytest.fixture
def book(tmp_path):
    def make(*rows, formats=(), name="t.xlsx"):
        made = openpyxl.Workbook()
        for row in rows:
            made.active.append(row)
        for place, number_format in formats:
            made.active[place].number_format = number_format
        made.save(tmp_path / name)
        return tmp_path / name

    return make


def test_a_cell_is_what_a_person_sees(book):
    path = book(
        ["sample", "n", "x", "pct", "day", "yes", "text"],
        ["P1", 5, 0.5, 0.25, datetime(2019, 9, 9), True, " a\tb\nc "],
        formats=[("D2", "0%")],
    )
    lines = sheet_as_text(path).decode().splitlines()
    assert lines[1].split("\t") == ["P1", "5", "0.5", "25%", "9-Sep", "TRUE", "a b c"]


def test_it_is_text_to_every_reader(book):
    rows = [["P1", "46,XX", None], [None, None], ["P2", "47,XX,+8", "x"]]
    path = book(["sample", "karyotype", "note"], *rows)
    assert is_workbook(path)
    assert container(path) == "text"
    assert open_table(path).head[1].fields == ("P1", "46,XX", "")
    kinds = {"k": [frozenset({"sample", "karyotype"})]}
    assert read_named(path, kinds, "a table").frame.index.tolist() == [2, 4]


def test_a_changed_workbook_is_read_again(book):
    assert b"P1" in sheet_as_text(book(["sample", "x"], ["P1", 1]))
    assert b"P2" in sheet_as_text(book(["sample", "x"], ["P2", 1], ["P3", 3]))


def test_a_far_cell_makes_no_table(tmp_path):
    """5 kilobytes that name the last cell of a sheet."""
    made = openpyxl.Workbook()
    made.active.append(["sample", "blasts"])
    made.active.cell(1_048_576, 16_384, "far")
    made.save(tmp_path / "far.xlsx")
    with pytest.raises(InputError, match="row 1048576: expected a row of one table, found 1,048,574"):
        read_named(tmp_path / "far.xlsx", {"k": [frozenset({"sample", "blasts"})]}, "a table")


def test_blank_rows_at_the_end_are_none(tmp_path):
    made = openpyxl.Workbook()
    made.active.append(["sample", "blasts"])
    made.active.cell(30_000, 2).number_format = "0%"  # formatted, and empty
    made.save(tmp_path / "t.xlsx")
    assert sheet_as_text(tmp_path / "t.xlsx") == b"sample\tblasts\n"


def test_bounds_are_named_with_their_numbers(book, monkeypatch):
    monkeypatch.setattr(workbook, "_MOST_CELLS", 5)
    with pytest.raises(WorkbookError, match="row 3: expected a row of one table, found more than 5 cells"):
        sheet_as_text(book(["a", "b"], [1, 2], [3, 4], name="cells.xlsx"))
    monkeypatch.setattr(workbook, "_MOST_BYTES", 100)
    with pytest.raises(
        WorkbookError, match=r"expected a workbook of up to 100 bytes a sheet, found [\d,]+ \("
    ):
        sheet_as_text(book(["a", "b"], name="bytes.xlsx"))


@pytest.mark.parametrize("keep", [0.3, 0.6, 0.95])
def test_a_truncated_workbook_is_no_table(book, keep):
    path = book(["a", "b"], [1, 2])
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * keep)])
    with pytest.raises(InputError):
        container(path)


def test_a_damaged_workbook_is_one_line(tmp_path):
    path = tmp_path / "t.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook")
    with pytest.raises(InputError, match=r"the workbook is damaged .*: save it again"), stream(path):
        pass


@pytest.mark.parametrize("read", [sheet_as_text, sheet_titles, container])
def test_a_workbook_whose_list_of_sheets_is_empty_is_one_line(book, read):
    """Excel never writes one: a list that lost its entries, or that names charts alone."""
    path = book(["gene", "P1"], ["TP53", 3])
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    listed = parts["xl/workbook.xml"]
    start, end = listed.index(b"<sheets>"), listed.index(b"</sheets>")
    with zipfile.ZipFile(path, "w") as packed:
        for name, part in parts.items():
            packed.writestr(name, part if part is not listed else listed[: start + 8] + listed[end:])
    with pytest.raises((InputError, WorkbookError), match="found none in it: save it again"):
        read(path)


def test_what_unpacks_to_a_hundred_times_its_size_is_not_unpacked(book):
    """A sheet of zeros alone unpacks to 15 times its size."""
    path = book(["sample", "note"], ["P1", "x"])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", "<si><t>aaaa</t></si>" * 100_000)
    with pytest.raises(WorkbookError, match="100 times their size, found 2,000,000 bytes in"):
        sheet_as_text(path)


def test_a_row_beyond_the_last_of_excel(book, monkeypatch):
    monkeypatch.setattr(workbook, "_LAST_ROW", 2)
    with pytest.raises(WorkbookError, match=r"found a row beyond Excel.s last, 2: save"):
        sheet_as_text(book(["sample"], ["P1"], ["P2"]))


def test_the_first_sheet_with_a_table_is_read(tmp_path):
    """A title or a legend stands on a sheet of its own; hidden sheets are nobody's to read."""
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(["Study X, data cut 2026"])
    hidden = book.create_sheet("old")
    for row in (["sample", "blasts"], ["P1", 5]):
        hidden.append(row)
    hidden.sheet_state = "hidden"
    for name, value in (("blasts", 90), ("later", 10)):
        sheet = book.create_sheet(name)
        sheet.append(["sample", "blasts"])
        sheet.append(["P1", value])
    book.save(tmp_path / "b.xlsx")
    assert sheet_as_text(tmp_path / "b.xlsx").decode() == "sample\tblasts\nP1\t90\n"


def test_a_table_below_a_title_and_right_of_blank_columns(book):
    path = book(["Study X"], [], [None, None, "sample", "age", "note"], [None, None, "P1", 7, None])
    assert sheet_as_text(path) == b"Study X\n\nsample\tage\tnote\nP1\t7\t\n"
