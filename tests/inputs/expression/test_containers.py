"""Damaged and oversized containers: one line, and the process goes on."""

import json
import struct
import subprocess

import numpy as np
import pandas as pd
import pytest

from leukotype.errors import InputError
from leukotype.inputs.expression import hdf5_probe
from leukotype.inputs.expression.hdf5_probe import probe

GENES = [f"ENSG{i:011d}" for i in range(40)]
FRAME = pd.DataFrame(np.arange(120.0).reshape(3, 40), index=["P1", "P2", "P3"], columns=GENES)


def h5ad(path, x):
    anndata = pytest.importorskip("anndata")
    made = anndata.AnnData(X=x, obs=pd.DataFrame(index=FRAME.index), var=pd.DataFrame(index=GENES))
    made.write_h5ad(path)
    return path


def refusal(opened, path):
    with pytest.raises(InputError) as caught:
        list(opened(path).blocks())
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_whole_file_is_probed_in_silence(tmp_path):
    assert probe(h5ad(tmp_path / "m.h5ad", FRAME.to_numpy(np.float32)), 3) == ""


@pytest.mark.parametrize(("layout", "stored"), [("csr_matrix", 39), ("csc_matrix", 2)])
@pytest.mark.parametrize("place", [-1, 10**6])
def test_places_beyond_a_sparse_matrix_are_refused(opened, tmp_path, layout, stored, place):
    """Scipy's own code writes to the places that a file names: beyond the matrix the process ends."""
    h5py, sparse = pytest.importorskip("h5py"), pytest.importorskip("scipy.sparse")
    path = h5ad(tmp_path / "m.h5ad", getattr(sparse, layout)(FRAME.to_numpy(np.float32)))
    with h5py.File(path, "r+") as file:
        assert file["X/indices"][:].max() == stored
        file["X/indices"][5] = place
    assert "m.h5ad: the h5ad file is damaged" in refusal(opened, path)


def test_a_file_that_ends_the_reader_ends_the_child_alone(opened, tmp_path, monkeypatch):
    """512 zeroed bytes of an inner tree make the library search for ever: here the child, in its place."""
    path = h5ad(tmp_path / "m.h5ad", FRAME.to_numpy(np.float32))
    ends = {"hangs": "import resource, signal, os; os.kill(os.getpid(), signal.SIGXCPU)",
            "crashes": "import os; os.abort()"}  # fmt: skip
    said = {}
    for name, code in ends.items():
        (tmp_path / f"{name}.py").write_text(code)
        monkeypatch.setattr(hdf5_probe, "__file__", str(tmp_path / f"{name}.py"))
        said[name] = refusal(opened, path)
    assert said["hangs"].endswith("the h5ad file is damaged (reading it does not end): write it again")
    assert said["crashes"].endswith("the h5ad file is damaged (reading it ends the process): write it again")


def test_a_child_that_sleeps_is_not_waited_for(tmp_path, monkeypatch):
    def sleeps(*asked, timeout, **_):
        raise subprocess.TimeoutExpired(asked, timeout)

    monkeypatch.setattr(subprocess, "run", sleeps)
    assert probe(tmp_path / "m.h5ad", 3) == "reading it does not end"


def lines_said(opened, path, step, zeroed):
    """What is said of a file in which some bytes are zeroed, at one place after the other."""
    whole, said = path.read_bytes(), []
    for start in range(0, len(whole), step):
        path.write_bytes(whole[:start] + bytes(zeroed) + whole[start + zeroed :])
        try:
            list(opened(path).blocks())
        except InputError as error:
            said.append(str(error))
    return said


def test_512_bytes_of_an_h5ad_zeroed_wherever(opened, tmp_path):
    said = lines_said(opened, h5ad(tmp_path / "m.h5ad", FRAME.to_numpy(np.float32)), 4096, 512)
    assert said
    assert not any("\n" in line for line in said)


def test_512_bytes_of_a_parquet_file_zeroed_wherever(opened, tmp_path):
    """Among them pages of names, of which pyarrow raises what is no error of the system."""
    pytest.importorskip("pyarrow")
    names = [f"ENSG{i:011d}" for i in range(4000)]  # enough for a page of their own
    pd.DataFrame({"P1": np.arange(4000.0)}, index=names).to_parquet(tmp_path / "m.parquet")
    said = lines_said(opened, tmp_path / "m.parquet", 800, 512)
    assert any("Invalid number of indices" in line for line in said)
    assert not any("\n" in line for line in said)


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


@pytest.mark.parametrize("layer", [None, "counts"])
def test_a_damaged_size_of_a_chunk_is_refused_before_it_is_unpacked(opened, tmp_path, layer):
    """2 GB instead of 480 bytes; the format writes rows, columns and bytes of a number in four bytes each."""
    h5py = pytest.importorskip("h5py")
    path = h5ad(tmp_path / "m.h5ad", FRAME.to_numpy(np.float32))
    with h5py.File(path, "r+") as file:
        place = "X" if layer is None else f"layers/{layer}"
        if place in file:
            del file[place]
        file.create_dataset(place, data=FRAME.to_numpy(np.float32), chunks=(3, 40))
        file[place].attrs["encoding-type"] = "array"
    whole, chunk = path.read_bytes(), struct.pack("<III", 3, 40, 4)
    assert whole.count(chunk) == 1
    path.write_bytes(whole.replace(chunk, struct.pack("<III", 2**14, 2**15, 4)))
    assert probe(path, 40, layer) == "expected chunks of up to 268,435,456 bytes, found one of 2,147,483,648"
    if layer is None:
        assert "m.h5ad: the h5ad file is damaged (expected chunks of up to" in refusal(opened, path)


def test_a_size_of_a_chunk_in_the_metadata_of_a_zarr_store(opened, tmp_path):
    anndata, zarr = pytest.importorskip("anndata"), pytest.importorskip("zarr")
    made = anndata.AnnData(
        X=FRAME.to_numpy(), obs=pd.DataFrame(index=FRAME.index), var=pd.DataFrame(index=GENES)
    )
    anndata.io.write_elem(zarr.open_group(tmp_path / "m.zarr", mode="w", zarr_format=2), "/", made)
    metadata = tmp_path / "m.zarr" / "X" / ".zarray"
    told = json.loads(metadata.read_text())
    metadata.write_text(json.dumps({**told, "chunks": [2**14, 2**15]}))
    assert "found one of 4,294,967,296): write it again" in refusal(opened, tmp_path / "m.zarr")


@pytest.mark.parametrize("name", [".zgroup", ".zattrs", "obs/.zattrs", "X/.zarray"])
def test_metadata_of_a_zarr_store_that_is_no_json(opened, tmp_path, name):
    anndata, zarr = pytest.importorskip("anndata"), pytest.importorskip("zarr")
    made = anndata.AnnData(
        X=FRAME.to_numpy(), obs=pd.DataFrame(index=FRAME.index), var=pd.DataFrame(index=GENES)
    )
    anndata.io.write_elem(zarr.open_group(tmp_path / "m.zarr", mode="w", zarr_format=2), "/", made)
    (tmp_path / "m.zarr" / name).write_bytes(b'{"a')
    assert "m.zarr: the zarr store is damaged" in refusal(opened, tmp_path / "m.zarr")


def test_genes_beside_the_numbers_of_the_variables(opened, tmp_path):
    """scanpy keeps gene_ids in var; an index of row numbers names no gene."""
    anndata = pytest.importorskip("anndata")
    var = pd.DataFrame({"gene_ids": ["ENSG00000000001", "ENSG00000000002"]}, index=["0", "1"])
    x = np.array([[5, 7], [8, 1]], dtype=np.float32)
    anndata.AnnData(x, obs=pd.DataFrame(index=["P1", "P2"]), var=var).write_h5ad(tmp_path / "m.h5ad")
    reader = opened(tmp_path / "m.h5ad")
    (block,) = reader.blocks()
    assert block.values.columns.tolist() == ["ENSG00000000001", "ENSG00000000002"]
    assert "names of the rows read from column 'gene_ids'" in reader.notes


def test_a_parquet_file_whose_first_text_is_no_gene(opened, tmp_path):
    pytest.importorskip("pyarrow")
    frame = pd.DataFrame({"description": ["a", "b"], "symbol": ["PAX5", "CD19"], "P1": [5, 7], "P2": [8, 1]})
    frame.to_parquet(tmp_path / "m.parquet")
    (block,) = opened(tmp_path / "m.parquet").blocks()
    assert block.values.columns.tolist() == ["PAX5", "CD19"]
