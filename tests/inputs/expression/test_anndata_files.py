"""h5ad files and zarr stores: whole, sparse, damaged, and of older layouts."""

import json
import subprocess
import sys
import warnings

import numpy as np
import pandas as pd
import pytest

from leukotype.errors import InputError
from leukotype.inputs import open_expression
from tests.inputs.expression.made_tables import (
    FRAME,
    GENES,
    SAMPLES,
    h5ad,
    lines_said,
    refusal,
    save,
    save_anndata,
)


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


def test_512_bytes_of_an_h5ad_zeroed_wherever(opened, tmp_path):
    said = lines_said(opened, h5ad(tmp_path / "m.h5ad", FRAME.to_numpy(np.float32)), 4096, 512)
    assert said
    assert not any("\n" in line for line in said)


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


SQUARE = pd.DataFrame(np.ones((2, 2)), index=["a", "b"], columns=["c", "d"])


@pytest.mark.parametrize("suffix", [".h5ad", ".zarr"])
@pytest.mark.parametrize("layout", ["csr_matrix", "csc_matrix"])
@pytest.mark.parametrize("turned", [False, True])
def test_sparse_x_by_rows_or_by_columns(opened, tmp_path, frame, monkeypatch, suffix, layout, turned):
    """Either way round, in more than one chunk of genes where the samples cannot be cut out."""
    sparse = pytest.importorskip("scipy.sparse")
    monkeypatch.setattr("leukotype.inputs.expression.matrix._CHUNK_NUMBERS", 99)
    own = frame.T if turned else frame
    path = save_anndata(getattr(sparse, layout)(own.to_numpy(np.float32)), own, tmp_path / f"m{suffix}")
    blocks = [block.values for block in opened(path).blocks(3)]
    assert [len(values) for values in blocks] == [3, 3, 3, 2]
    whole = pd.concat(blocks)
    assert whole.index.tolist() == SAMPLES
    assert whole.columns.tolist() == GENES
    assert np.array_equal(whole.to_numpy(), frame.to_numpy().T)


@pytest.mark.parametrize("zarr_format", [2, 3])
def test_zarr_of_both_formats(opened, tmp_path, frame, zarr_format):
    path = save_anndata(frame.to_numpy(), frame, tmp_path / "m.zarr", zarr_format)
    assert (path / "zarr.json").exists() == (zarr_format == 3)
    reader = opened(path)
    whole = pd.concat([block.values for block in reader.blocks(4)])
    assert np.array_equal(whole.to_numpy(), frame.to_numpy().T)
    assert reader.sources[0].format == "zarr store"


def test_only_the_samples_of_a_block_are_read_from_zarr(opened, tmp_path, frame):
    """A chunk of the last samples that is damaged does not stop the first ones from being read."""
    import zarr

    path = save_anndata(frame.T.to_numpy(np.float32), frame.T, tmp_path / "m.zarr")
    values = zarr.open_group(path, mode="a").create_array(
        "X", data=frame.T.to_numpy(np.float32), chunks=(4, 40), overwrite=True
    )
    values.attrs["encoding-type"] = "array"
    (path / "X" / "2.0").write_bytes(b"rubbish")
    blocks = opened(path).blocks(4)
    assert np.array_equal(next(blocks).values.to_numpy(), frame.T.to_numpy()[:4])
    with pytest.raises(InputError, match=r"m\.zarr: the zarr store is damaged") as caught:
        list(blocks)
    assert "\n" not in str(caught.value)


def test_zarr_stores_in_a_folder_are_its_tables(tmp_path, frame, count_known):
    for name in ("a", "b"):
        own = frame.add_prefix(name, axis=1)
        save_anndata(own.to_numpy(np.float32), own, tmp_path / f"{name}.zarr")
    reader = open_expression([tmp_path], count_known=count_known)
    assert reader.samples == tuple(f"{name}{sample}" for name in "ab" for sample in SAMPLES)


def test_the_hash_of_a_zarr_store_is_that_of_its_listing(opened, tmp_path, frame):
    """Oracle: sha256sum of the files, sorted by name, and of what it prints."""
    path = save(frame, tmp_path / "m.zarr")
    program = "find . -type f | cut -c3- | LC_ALL=C sort | tr '\\n' '\\0' | xargs -0 sha256sum | sha256sum"
    listed = subprocess.run(["sh", "-c", program], cwd=path, check=True, capture_output=True, text=True)
    assert opened(path).sources[0].sha256 == listed.stdout.split()[0]


def _another_group(path):
    import zarr

    zarr.create_group(path).create_array("counts", data=np.ones(3))


def _an_array(path):
    import zarr

    zarr.create_array(path, data=np.ones((3, 3)))


def _no_x(path):
    import anndata

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        anndata.AnnData(obs=pd.DataFrame(index=SAMPLES), var=pd.DataFrame(index=GENES)).write_zarr(path)


def _metadata_cut(path):
    path.mkdir()
    (path / "zarr.json").write_text('{"zarr_format": 3, "node_')


def _names_of_others(path):
    import zarr

    save_anndata(np.ones((2, 2), np.float32), SQUARE, path)
    zarr.open_group(path, mode="a").create_array("X", data=np.ones((3, 2)), overwrite=True)


def _text_for_numbers(path):
    import zarr

    save_anndata(np.ones((2, 2), np.float32), SQUARE, path)
    zarr.open_group(path, mode="a").create_array("X", data=np.ones((2, 2), "S1"), overwrite=True)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (_another_group, "expected a zarr store of AnnData, found a group of another kind"),
        (_an_array, "expected a zarr store of AnnData, found an array without names"),
        (_no_x, "expected values in X, found none"),
        (_metadata_cut, "the zarr store is damaged"),
        (
            _names_of_others,
            r"expected numbers of 2 observations x 2 variables, found float64 of shape \(3, 2\)",
        ),
        (_text_for_numbers, r"expected numbers of .*, found .*S1 of shape \(2, 2\)"),
    ],
)
def test_wrong_zarr_stores_are_one_line(opened, tmp_path, make, message):
    make(tmp_path / "m.zarr")
    with pytest.raises(InputError, match=rf"m\.zarr: .*{message}") as caught:
        opened(tmp_path / "m.zarr")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("module", ["zarr", "anndata"])
def test_zarr_without_its_extra_names_its_command(opened, tmp_path, frame, monkeypatch, module):
    path = save(frame, tmp_path / "m.zarr")
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(InputError, match=r"m\.zarr: .*pip install '\.\[zarr\]'"):
        opened(path)


def test_an_h5ad_of_the_old_layout_is_refused(opened, tmp_path):
    """Before version 0.7 AnnData wrote obs as one dataset of records."""
    import h5py

    with h5py.File(tmp_path / "m.h5ad", "w") as file:
        file["X"] = np.ones((2, 2))
        for axis in ("obs", "var"):
            file[axis] = np.array([(b"a",), (b"b",)], dtype=[("index", "S1")])
    with pytest.raises(InputError, match=r"m\.h5ad: expected the layout of AnnData 0\.7 or later"):
        opened(tmp_path / "m.h5ad")


def test_h5ad_with_names_that_stand_twice(opened, tmp_path, frame):
    """Genes may stand twice; the library warns of both, and only samples are refused."""
    genes_twice = frame.T.set_axis(["ENSG00000000001", *frame.index[1:-1], "ENSG00000000001"], axis=1)
    with pytest.warns(UserWarning, match="not unique"):
        path = save(genes_twice, tmp_path / "g.h5ad")
    (block,) = opened(path).blocks()
    assert block.values.columns.tolist() == genes_twice.columns.tolist()
    with pytest.warns(UserWarning, match="not unique"):
        path = save(frame.T.set_axis(["P1", "P1", *SAMPLES[2:]]), tmp_path / "s.h5ad")
    with pytest.raises(InputError, match="found twice P1"):
        opened(path)


def test_what_else_a_file_holds_is_said_where_its_values_are_refused(opened, tmp_path, frame):
    """Scaled values in X, the counts in a layer: as scanpy leaves them."""
    path = save_anndata(frame.to_numpy() - 450.0, frame, tmp_path / "m.h5ad")
    with pytest.raises(InputError, match=r"negative.*\(X was read; there are layers too: log\)"):
        list(opened(path).blocks())


def test_of_x_nothing_is_said_where_a_layer_was_read(opened, tmp_path, frame):
    import anndata

    names = {"obs": pd.DataFrame(index=frame.index), "var": pd.DataFrame(index=frame.columns)}
    scaled = {"scaled": frame.to_numpy() - 450.0}
    anndata.AnnData(X=frame.to_numpy(), **names, layers=scaled).write_h5ad(tmp_path / "m.h5ad")
    with pytest.raises(InputError, match="negative") as caught:
        list(opened(tmp_path / "m.h5ad", layer="scaled").blocks())
    assert "X was read" not in str(caught.value)
