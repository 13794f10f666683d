"""Damaged and oversized containers: one line, and the process goes on."""

import sys

import numpy as np
import pytest

from leukotype.errors import InputError
from tests.inputs.expression.made_tables import FRAME, h5ad, refusal


def test_more_names_than_a_table_has_are_not_read(opened, tmp_path):
    h5py, pa = pytest.importorskip("h5py"), pytest.importorskip("pyarrow")
    from pyarrow.parquet import write_table

    path = h5ad(tmp_path / "m.h5ad", FRAME.to_numpy(np.float32))
    with h5py.File(path, "r+") as file:
        del file["obs/_index"]
        file["obs"].create_dataset("_index", shape=(10**9,), chunks=(10**6,), dtype=h5py.string_dtype())
    assert "expected up to 1,000,000 names of genes or samples, found 1,000,000,000" in refusal(opened, path)
    names = pa.array(["PAX5"] * 1_000_001)
    write_table(pa.table({"gene": names, "P1": np.ones(1_000_001)}), tmp_path / "m.parquet")
    assert "found 1,000,001: write the parquet file again" in refusal(opened, tmp_path / "m.parquet")


@pytest.mark.parametrize(("name", "start"), [("m.parquet", b"PAR1"), ("m.h5ad", b"\x89HDF\r\n\x1a\n")])
def test_damaged_containers(opened, write, name, start):
    with pytest.raises(InputError, match=f"{name}: .*is damaged") as caught:
        opened(write(name, start + b"rubbish" * 20))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "start", "module", "extra"),
    [
        ("m.parquet", b"PAR1", "pyarrow.parquet", "parquet"),
        ("m.h5ad", b"\x89HDF\r\n\x1a\n", "anndata", "h5ad"),
    ],
)
def test_a_missing_extra_names_its_command(opened, write, monkeypatch, name, start, module, extra):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(InputError, match=rf"{name}: .*pip install '\.\[{extra}\]'"):
        opened(write(name, start + b"rubbish"))
