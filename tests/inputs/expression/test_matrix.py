"""A matrix reads the same from text, parquet, h5ad, zarr and a data frame, whole or block by block."""

import tempfile

import numpy as np
import pandas as pd
import pytest

from leukotype.errors import InputError
from leukotype.inputs import from_frame
from tests.inputs.expression.made_tables import GENES, SAMPLES, save


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


def test_what_is_spooled_has_no_name_that_a_kill_could_leave(opened, tmp_path, frame, monkeypatch):
    monkeypatch.setattr("leukotype.inputs.expression.matrix._CHUNK_NUMBERS", 36)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    blocks = opened(save(frame, tmp_path / "m.csv")).blocks(2)
    next(blocks)
    assert not [*(tmp_path / "temporary").iterdir()]
    blocks.close()


def test_samples_of_later_blocks_must_agree_with_the_first(opened, tmp_path, frame):
    frame = frame.astype(float)
    frame["P9"] += 0.5 * (frame["P9"] > 0)
    with pytest.raises(InputError, match="sample P9: expected values of one clear kind"):
        list(opened(save(frame, tmp_path / "m.csv")).blocks(3))


def test_duplicates_and_versions_of_genes_stay(count_known):
    frame = pd.DataFrame({"P1": [1, 2, 3]}, index=["PAX5", "PAX5", "ENSG00000000003.15"])
    (block,) = from_frame(frame, count_known=count_known).blocks()
    assert block.values.columns.tolist() == frame.index.tolist()
