"""What a reader says of the samples of several files."""

import pytest

from leukotype.errors import InputError
from leukotype.inputs import Reading, open_expression

ROWS = "ENSG00000000001\t5\nENSG00000000002\t{}\nENSG00000000003\t9\n"


def test_one_sample_under_two_names_is_said(write, count_known):
    paths = [write(f"{name}.htseq", ROWS.format(n)) for name, n in (("P1", 7), ("P2", 8), ("P3", 7))]
    reader = open_expression(paths, Reading(), count_known=count_known)
    assert reader.warnings == []
    list(reader.blocks())
    assert reader.warnings == ["samples with the very same values: 1 (P1 = P3)"]


def test_samples_that_differ_are_no_warning(opened, write, matrix):
    reader = opened(write("m.tsv", matrix([(1, 2), (3, 4)])))
    list(reader.blocks())
    assert reader.warnings == []


@pytest.fixture
def book(tmp_path):
    """Write a workbook of sheets of rows."""

    def go(**sheets):
        openpyxl = pytest.importorskip("openpyxl")
        workbook = openpyxl.Workbook()
        workbook.remove(workbook.active)
        for title, rows in sheets.items():
            sheet = workbook.create_sheet(title)
            for row in rows:
                sheet.append(row)
        workbook.save(tmp_path / "counts.xlsx")
        return tmp_path / "counts.xlsx"

    return go


GENES_OF_TWO = [["gene", "P1", "P2"], ["PAX5", 5, 7], ["CD19", 8, 0], ["TP53", 3, 1]]
OF_ANOTHER = [["gene", "P3"], ["PAX5", 2], ["CD19", 4], ["TP53", 6]]
PATIENTS = [["patient", "age"], ["P1", 4], ["P2", 61]]


def test_the_one_sheet_with_genes_is_read_and_named(opened, book):
    reader = opened(book(Patients=PATIENTS, Counts=GENES_OF_TWO))
    assert reader.samples == ("P1", "P2")
    assert "read from sheet 'Counts', the only one with genes" in reader.notes


def test_of_two_sheets_with_genes_none_is_guessed(opened, book):
    path = book(Batch1=GENES_OF_TWO, Batch2=OF_ANOTHER)
    with pytest.raises(InputError, match=r"#Batch1, counts\.xlsx#Batch2: give one of these names"):
        opened(path)
    assert opened(path.with_name("counts.xlsx#Batch2")).samples == ("P3",)
    with pytest.raises(InputError, match="expected a sheet Batch3, found Batch1, Batch2"):
        opened(path.with_name("counts.xlsx#Batch3"))


def test_a_folder_may_have_the_mark_in_its_name(opened, write, matrix):
    assert opened(write("run#1/m#2.tsv", matrix([(1, 2), (3, 4)]))).samples == ("P1", "P2")


def test_files_with_other_genes_do_not_share_a_block(data, count_known):
    paths = [data / "external/mdall/COH000353_D1.HTSeq", data / "external/rnaseqcnv/diploid.HTSeq"]
    shapes = [block.values.shape for block in open_expression(paths, count_known=count_known).blocks()]
    assert shapes == [(1, 60616), (1, 57773)]
