"""A matrix reads the same from text, parquet, h5ad, zarr and a data frame, whole or block by block."""

import subprocess
import sys
import tempfile
import warnings

import numpy as np
import pandas as pd
import pytest

from leukotype.errors import InputError
from leukotype.inputs import from_frame, open_expression

GENES = [f"ENSG{i:011d}.{1 + i % 3}" for i in range(40)]
SAMPLES = [f"P{i}" for i in range(11)]
SQUARE = pd.DataFrame(np.ones((2, 2)), index=["a", "b"], columns=["c", "d"])


@pytest.fixture
def frame(rng):
    return pd.DataFrame(rng.integers(0, 900, size=(40, 11)), index=GENES, columns=SAMPLES)


def save(frame, path):
    if path.suffix == ".parquet":
        frame.to_parquet(path)
    elif path.suffix in (".h5ad", ".zarr"):
        save_anndata(frame.to_numpy(np.float32), frame, path)
    else:
        frame.to_csv(path)
    return path


def save_anndata(x, frame, path, zarr_format=2):
    """An AnnData with these names, and with things that a reader of X has no use for."""
    import anndata

    data = anndata.AnnData(
        X=x, obs=pd.DataFrame({"batch": "one"}, index=frame.index), var=pd.DataFrame(index=frame.columns)
    )
    data.layers["log"] = np.log1p(frame.to_numpy())
    if path.suffix == ".h5ad":
        data.write_h5ad(path)
        return path
    with warnings.catch_warnings(), anndata.settings.override(zarr_write_format=zarr_format):
        warnings.simplefilter("ignore")  # which format will be the default in a later version
        data.write_zarr(path)
    return path


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".h5ad", ".zarr"])
@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("size", [1, 4, 11, 256])
def test_every_kind_and_every_block_size(opened, tmp_path, frame, suffix, turned, size):
    path = save(frame.T if turned else frame, tmp_path / f"m{suffix}")
    reader = opened(path)
    assert reader.samples == tuple(SAMPLES)
    blocks = [block.values for block in reader.blocks(size)]
    assert [len(values) for values in blocks] == [len(SAMPLES[i : i + size]) for i in range(0, 11, size)]
    whole = pd.concat(blocks)
    assert whole.index.tolist() == SAMPLES
    assert whole.columns.tolist() == GENES
    assert np.array_equal(whole.to_numpy(), frame.to_numpy().T)


def test_text_of_many_samples_is_split_in_chunks_of_rows(opened, tmp_path, frame, monkeypatch):
    monkeypatch.setattr("leukotype.inputs.expression.matrix._CHUNK_NUMBERS", 36)
    whole = pd.concat([block.values for block in opened(save(frame, tmp_path / "m.csv")).blocks(4)])
    assert np.array_equal(whole.to_numpy(), frame.to_numpy().T)


def test_what_is_spooled_has_no_name_that_a_kill_could_leave(opened, tmp_path, frame, monkeypatch):
    monkeypatch.setattr("leukotype.inputs.expression.matrix._CHUNK_NUMBERS", 36)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    blocks = opened(save(frame, tmp_path / "m.csv")).blocks(2)
    next(blocks)
    assert not [*(tmp_path / "temporary").iterdir()]
    blocks.close()


def test_a_fault_far_down_is_found_in_any_chunk(opened, tmp_path, frame, monkeypatch):
    monkeypatch.setattr("leukotype.inputs.expression.matrix._CHUNK_NUMBERS", 36)
    path = save(frame.astype(object).mask(np.eye(40, 11, k=-30, dtype=bool), "x"), tmp_path / "m.csv")
    with pytest.raises(
        InputError, match=r"m\.csv: line 32, sample P0, gene ENSG00000000030\.1: .* found 'x'"
    ):
        list(opened(path).blocks(4))


def test_samples_of_later_blocks_must_agree_with_the_first(opened, tmp_path, frame):
    frame = frame.astype(float)
    frame["P9"] += 0.5 * (frame["P9"] > 0)
    with pytest.raises(InputError, match="sample P9: expected values of one clear kind"):
        list(opened(save(frame, tmp_path / "m.csv")).blocks(3))


def test_duplicates_and_versions_of_genes_stay(count_known):
    frame = pd.DataFrame({"P1": [1, 2, 3]}, index=["PAX5", "PAX5", "ENSG00000000003.15"])
    (block,) = from_frame(frame, count_known=count_known).blocks()
    assert block.values.columns.tolist() == frame.index.tolist()


def test_tallies_are_left_out_of_a_matrix_wherever_they_stand(count_known):
    frame = pd.DataFrame({"P1": [9, 1, 9, 2]}, index=["__no_feature", "PAX5", "N_unmapped", "CD19"])
    reader = from_frame(frame, count_known=count_known)
    (block,) = reader.blocks()
    assert block.values.columns.tolist() == ["PAX5", "CD19"]
    assert "rows left out: __no_feature, N_unmapped" in reader.notes


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


def test_a_single_column_called_count_takes_the_name_of_the_file(opened, write):
    assert opened(write("P7.csv", "gene_id,count\nPAX5,4\n")).samples == ("P7",)


def test_real_parquet(data, count_known):
    reader = open_expression([data / "reference/diploid_ball_counts.parquet"], count_known=count_known)
    blocks = list(reader.blocks(30))
    assert [block.values.shape for block in blocks] == [(30, 60616), (14, 60616)]


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
