"""Tables to read, as several tests make them, and what is asked of a reader of them."""

import warnings

import numpy as np
import pandas as pd
import pytest

from leukotype.errors import InputError

GENES = [f"ENSG{i:011d}.{1 + i % 3}" for i in range(40)]


def only_block(reader):
    (block,) = reader.blocks()
    assert block.values.dtypes.unique().tolist() == [np.dtype("float32")]
    return block


def refused(opened, path, match, **options):
    with pytest.raises(InputError, match=match) as caught:
        list(opened(path, **options).blocks())
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)


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


SAMPLES = [f"P{i}" for i in range(11)]


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
