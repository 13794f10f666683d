"""A data frame of the caller's: names where they stand, and never changed."""

import numpy as np
import pandas as pd
import pytest

from leukotype.errors import InputError
from leukotype.inputs import from_frame
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


def test_the_frame_of_the_caller_is_not_changed(count_known, frame):
    before = frame.copy(deep=True)
    (block,) = from_frame(frame, count_known=count_known).blocks()
    block.values.iloc[0, 0] = -1
    pd.testing.assert_frame_equal(frame, before)
    as_float32 = frame.T.astype(np.float32)
    (block,) = from_frame(as_float32, count_known=count_known).blocks()
    block.values.iloc[:, :] = -1
    assert (as_float32.to_numpy() >= 0).all()


def test_a_frame_has_no_source_but_notes(count_known, frame):
    reader = from_frame(frame, count_known=count_known)
    assert reader.sources == ()
    list(reader.blocks())
    assert reader.notes == (
        "format: data frame, files: 1",
        "genes in the rows",
        "values: counts (as detected)",
    )


@pytest.mark.parametrize(
    ("frame", "match"),
    [
        (
            pd.DataFrame({"P1": ["1", "x"]}, index=["PAX5", "CD19"]),
            "column 'P1': expected numbers, found object",
        ),
        (
            pd.DataFrame({"P1": [True, False]}, index=["PAX5", "CD19"]),
            "column 'P1': expected numbers, found bool",
        ),
        (pd.DataFrame(), "found an empty table"),
        (pd.DataFrame({"P1": []}), "found an empty table"),
        (
            pd.DataFrame([[1, 2]], index=["PAX5"], columns=["P1", "P1"]),
            "expected each sample once, found twice P1",
        ),
    ],
)
def test_frames_that_are_refused(count_known, frame, match):
    with pytest.raises(InputError, match=match):
        from_frame(frame, count_known=count_known)


def test_nullable_integers_and_their_gaps(count_known):
    frame = pd.DataFrame({"P1": pd.array([4, None], dtype="Int64")}, index=["PAX5", "CD19"])
    with pytest.raises(InputError, match="sample P1, gene CD19: expected a number, found a missing value"):
        list(from_frame(frame, count_known=count_known).blocks())
