"""Which format a text table is, and which of its rows are tallies and sums."""

import pandas as pd
import pytest

from leukotype.inputs import from_frame
from tests.inputs.expression.made_tables import only_block, refused


def test_a_numeric_table_without_header_is_refused(opened, write):
    refused(
        opened,
        write("m.tsv", "ENSG00000000003\t1\t2\nENSG00000000005\t3\t4\n"),
        "line 1: expected a header line",
    )


@pytest.mark.parametrize("name", ["Total", "Summe", "no_feature", "Unassigned_Ambiguity", "library_size"])
def test_a_sum_below_the_columns_is_no_gene(opened, write, matrix, name):
    text = matrix([(1, 2), (3, 5)]) + f"{name}\t4\t7\n"
    reader = opened(write("m.tsv", text))
    assert only_block(reader).values.sum(axis=1).tolist() == [4, 7]
    assert f"rows left out: {name}" in reader.notes


def test_tallies_are_left_out_of_a_matrix_wherever_they_stand(count_known):
    frame = pd.DataFrame({"P1": [9, 1, 9, 2]}, index=["__no_feature", "PAX5", "N_unmapped", "CD19"])
    reader = from_frame(frame, count_known=count_known)
    (block,) = reader.blocks()
    assert block.values.columns.tolist() == ["PAX5", "CD19"]
    assert "rows left out: __no_feature, N_unmapped" in reader.notes


@pytest.mark.parametrize("name", ["age", "Age", "AGE", "batch", "sex", "blast_pct", "OS_months", "Alter"])
@pytest.mark.parametrize("on_top", [True, False])
def test_what_is_said_of_patients_stands_among_genes_in_rows_too(opened, write, matrix, name, on_top):
    header, *genes = matrix([(1, 2), (3, 5)]).splitlines()
    rows = [f"{name}\t45\t7", *genes] if on_top else [*genes, f"{name}\t45\t7"]
    reader = opened(write("m.tsv", "\n".join([header, *rows]) + "\n"))
    assert only_block(reader).values.sum(axis=1).tolist() == [4, 7]
    assert f"rows left out: {name}" in reader.notes


def test_names_of_samples_behind_numbers_of_rows_and_beside_other_text(opened, write):
    """What pandas writes of a frame with a reset index: the samples and their sex among the columns."""
    text = ",X,sample,sex,PAX5,FLT3\n0,0,P1,F,5,6\n1,1,P2,M,7,8\n"
    reader = opened(write("m.csv", text))
    assert reader.samples == ("P1", "P2")
    assert only_block(reader).values.to_numpy().tolist() == [[5, 6], [7, 8]]


def test_text_that_is_said_of_patients_above_the_genes_is_named(opened, write, matrix):
    header, *genes = matrix([(1, 2), (3, 5)]).splitlines()
    path = write("m.tsv", "\n".join([header, "sex\tF\tM", *genes]) + "\n")
    refused(opened, path, "line 2: expected genes in the rows, found 'sex', which is said of patients")
