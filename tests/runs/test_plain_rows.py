"""Values of a table as JSON and CSV take them."""

import numpy as np
import pandas as pd

from leukotype.runs.plain_rows import plain_rows


def test_values_are_those_of_python_and_what_is_missing_is_what_was_asked_for():
    table = pd.DataFrame(
        {
            "number": [0.1, np.nan],
            "whole": np.array([7, 8], dtype=np.int64),
            "flag": pd.array([True, pd.NA], dtype="boolean"),
            "text": ["NA", None],
        }
    )
    first, second = plain_rows(table, "")
    assert first == (0.1, 7, True, "NA")
    assert second == ("", 8, "", "")
    assert {type(value) for value in (*first, *second)} == {float, int, bool, str}


def test_a_table_without_rows_has_none():
    assert not [*plain_rows(pd.DataFrame({"sample": []}), None)]
