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
