"""Parquet files: every kind of number, names in the index or in a column, and damage."""

import numpy as np
import pandas as pd
import pytest

from leukotype.errors import InputError
from leukotype.inputs import open_expression
from tests.inputs.expression.made_tables import GENES, lines_said


def test_512_bytes_of_a_parquet_file_zeroed_wherever(opened, tmp_path):
    """Among them pages of names, of which pyarrow raises what is no error of the system."""
    pytest.importorskip("pyarrow")
    names = [f"ENSG{i:011d}" for i in range(4000)]  # enough for a page of their own
    pd.DataFrame({"P1": np.arange(4000.0)}, index=names).to_parquet(tmp_path / "m.parquet")
    said = lines_said(opened, tmp_path / "m.parquet", 800, 512)
    assert any("Invalid number of indices" in line for line in said)
    assert not any("\n" in line for line in said)


def test_a_parquet_file_whose_first_text_is_no_gene(opened, tmp_path):
    pytest.importorskip("pyarrow")
    frame = pd.DataFrame({"description": ["a", "b"], "symbol": ["PAX5", "CD19"], "P1": [5, 7], "P2": [8, 1]})
    frame.to_parquet(tmp_path / "m.parquet")
    (block,) = opened(tmp_path / "m.parquet").blocks()
    assert block.values.columns.tolist() == ["PAX5", "CD19"]


def test_text_in_parquet(opened, tmp_path):
    path = tmp_path / "m.parquet"
    pd.DataFrame({"gene": ["PAX5", "CD19"], "P1": [1, 2], "P2": ["3", "x"]}).to_parquet(path)
    with pytest.raises(InputError, match=r"m\.parquet: column 'P2': expected numbers"):
        list(opened(path).blocks())


def test_parquet_of_every_kind_of_number(opened, tmp_path):
    """A gene may stand twice; an empty field is no zero."""
    import pyarrow as pa
    from pyarrow.parquet import write_table

    kinds = [pa.uint8(), pa.int64(), pa.float16(), pa.float64()]
    own = [pa.array(np.array([2, 1, 7]), pa.int64()).cast(kind) for kind in kinds]
    names = ["gene", *GENES[:3], GENES[0]]
    write_table(pa.Table.from_arrays([pa.array(["P1", "P2", "P3"]), *own], names), tmp_path / "m.parquet")
    (block,) = opened(tmp_path / "m.parquet").blocks()
    assert block.values.columns.tolist() == names[1:]
    assert block.values.to_numpy().tolist() == [[2] * 4, [1] * 4, [7] * 4]
    own[1] = pa.array([2, None, 7], pa.int64())
    write_table(pa.Table.from_arrays([pa.array(["P1", "P2", "P3"]), *own], names), tmp_path / "n.parquet")
    with pytest.raises(InputError, match=r"n\.parquet: .*P2"):
        list(opened(tmp_path / "n.parquet").blocks())


def test_parquet_without_names(opened, tmp_path):
    path = tmp_path / "m.parquet"
    pd.DataFrame({"P1": [1, 2]}).to_parquet(path)
    with pytest.raises(InputError, match=r"m\.parquet: expected a column of names"):
        opened(path)


def test_real_parquet(data, count_known):
    reader = open_expression([data / "reference/diploid_ball_counts.parquet"], count_known=count_known)
    blocks = list(reader.blocks(30))
    assert [block.values.shape for block in blocks] == [(30, 60616), (14, 60616)]
