"""A bundle that was altered in a part of it and hashed again is refused in one line, or answers in numbers.

Every fifth alteration of `training.studies.bundles` is done to two small bundles: one as it is written today,
and the stored one of 0.3.0.
"""

from itertools import islice

import numpy as np
import pandas as pd
import pytest

from leukotype.errors import ModelFileError
from leukotype.model.bundle import load
from tests.model.test_bundle import toy_map, toy_save
from training.studies.bundles import OLD, changes, hash_again, put


@pytest.fixture(scope="module", params=["today", "0.3.0"])
def home(request, tmp_path_factory):
    if request.param == "0.3.0":
        return OLD / "bundle"
    folder = tmp_path_factory.mktemp("toy")
    toy_save(folder, patients=toy_map())
    return folder


def counts_of(bundle):
    if len(bundle.genes.ids) == 5:
        return np.array([[9.0, 400, 3, 0, 77], [0, 0, 1, 5, 2]])
    return pd.read_csv(OLD / "patients.csv", index_col="sample").to_numpy(float)


def opened(folder):
    """Open a bundle; or give the line by which it is refused."""
    try:
        return load(folder)
    except ModelFileError as error:
        return str(error)


def test_whatever_is_altered_is_refused_or_gives_numbers(home, tmp_path):
    counts, refused = counts_of(load(home)), 0
    for altered in islice(changes(home), None, None, 5):
        for path in home.iterdir():
            (tmp_path / path.name).write_bytes(path.read_bytes())
        put(tmp_path, altered)
        bundle = opened(tmp_path)
        if isinstance(bundle, str):
            assert "\n" not in bundle, altered.change
            refused += 1
        elif counts.shape[1] == len(bundle.genes.ids):  # a gene less is another model, of other counts
            assert np.isfinite(bundle.model.predict(counts).joint()).all(), altered.change
            assert "NaN" not in altered.change or altered.file != "model.npz"
    assert refused > 60


def test_hashes_made_anew_are_those_of_the_bundle(home, tmp_path):
    for path in home.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "SHA256SUMS").unlink()
    hash_again(tmp_path)
    assert load(tmp_path).digest == load(home).digest
