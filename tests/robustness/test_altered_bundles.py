"""A bundle that was altered in any of its parts and hashed again is refused in one line, or answers in numbers.

The alterations are those of `training.studies.bundles`, here of two small bundles: one as it is written today,
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


def test_whatever_is_altered_is_refused_or_gives_numbers(home, tmp_path):
    counts = counts_of(load(home))
    opened, refused = [], 0
    for altered in islice(changes(home), None, None, 5):
        for path in home.iterdir():
            (tmp_path / path.name).write_bytes(path.read_bytes())
        put(tmp_path, altered)
        try:
            bundle = load(tmp_path)
        except ModelFileError as error:
            assert "\n" not in str(error), altered.change
            refused += 1
            continue
        opened.append(f"{altered.file} {altered.change}")
        # A gene less is another model, of other counts.
        if counts.shape[1] == len(bundle.genes.ids):
            assert np.isfinite(bundle.model.predict(counts).joint()).all(), altered.change
    assert refused > 60
    known = ("level_spread", "profiles")  # where NaN is what could not be learned
    assert not [each for each in opened if "NaN" in each and not any(name in each for name in known)]


def test_hashes_made_anew_are_those_of_the_bundle(home, tmp_path):
    for path in home.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "SHA256SUMS").unlink()
    hash_again(tmp_path)
    assert load(tmp_path).digest == load(home).digest
