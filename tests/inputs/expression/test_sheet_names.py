"""Samples of a file by the names that a sheet has for them."""

import pytest

from leukotype.errors import InputError
from leukotype.inputs import Reading, open_expression
from leukotype.inputs.sample_sheet import read_sheet


def test_samples_of_a_matrix_are_chosen_in_its_order(write, matrix, count_known):
    write("counts.tsv", matrix([[1, 2, 3], [4, 5, 6]], ["P1", "P2", "P3"]))
    path = write("sheet.tsv", "sample\tcounts\nP3\tcounts.tsv\nP1\tcounts.tsv\n")
    reader = open_expression(read_sheet(path).counts, Reading(samples=path), count_known=count_known)
    (block,) = reader.blocks()
    assert block.values.index.tolist() == ["P1", "P3"] == list(reader.samples)
    assert block.values.loc["P3"].tolist() == [3, 6]
    assert "samples left out, not in sheet.tsv: 1 (P2)" in reader.notes


def test_two_samples_of_a_file_that_has_one_are_refused(write, count_known):
    write("P1.HTSeq", "ENSG00000000001\t3\nENSG00000000002\t4\n")
    path = write("sheet.csv", "sample,counts\nA,P1.HTSeq\nB,P1.HTSeq\n")
    with pytest.raises(InputError, match=r"line 3: expected a file for each .* has one sample, for A, B"):
        open_expression(read_sheet(path).counts, Reading(samples=path), count_known=count_known)


def test_a_sample_that_the_matrix_does_not_have_is_refused(write, matrix, count_known):
    write("counts.tsv", matrix([[1, 2], [4, 5]]))
    path = write("sheet.csv", "sample,counts\nP1,counts.tsv\nP9,counts.tsv\n")
    with pytest.raises(
        InputError, match=r"line 3: expected a sample of .*counts.tsv, found P9: it has P1, P2"
    ):
        open_expression(read_sheet(path).counts, Reading(samples=path), count_known=count_known)
