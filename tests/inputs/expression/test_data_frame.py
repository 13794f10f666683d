"""A data frame of the caller's: names where they stand, and never changed."""

import pandas as pd
import pytest

from leukotype.errors import InputError
from leukotype.inputs.expression.data_frame import FrameMatrix

GENES = ["ENSG00000000001", "ENSG00000000002", "ENSG00000000003"]


def test_names_in_the_index():
    matrix = FrameMatrix(pd.DataFrame({"P1": [1, 2, 3], "gene_length": [9, 9, 9]}, index=GENES))
    assert (matrix.rows(), matrix.columns, matrix.annotation) == (GENES, ["P1"], ["gene_length"])
    (block,) = matrix.by_columns(5)
    assert block.loc["P1"].tolist() == [1, 2, 3]


def test_names_in_a_column_where_the_index_numbers_the_rows():
    """`read_csv` without index_col."""
    frame = pd.DataFrame({"gene_id": GENES, "P1": [1, 2, 3]})
    before = frame.copy()
    matrix = FrameMatrix(frame)
    assert (matrix.rows(2), matrix.names_from) == (GENES[:2], "gene_id")
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize("column", [["a", "b", "c"], [True, False, True]])
def test_what_is_no_number_is_named(column):
    with pytest.raises(InputError, match="column 'P1': expected numbers"):
        FrameMatrix(pd.DataFrame({"P1": column}, index=GENES))


def test_an_empty_frame_is_refused():
    with pytest.raises(InputError, match="found an empty table"):
        FrameMatrix(pd.DataFrame(index=GENES))
