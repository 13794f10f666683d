"""A bundle that 0.3.0 wrote opens, says what that version said, and what it does not know is unknown."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from leukotype.errors import ModelFileError
from leukotype.model.bundle import PARTS, Origin, load, verify
from leukotype.model.old.schema3 import as_today

HOME = Path(__file__).parent / "schema3"  # make_schema3.py says how it was made
DIGITS = 1e-9  # another processor may add in another order


def test_it_says_of_new_patients_what_0_3_0_said():
    bundle = load(HOME / "bundle")
    patients = pd.read_csv(HOME / "patients.csv", index_col="sample")
    said = pd.read_csv(HOME / "said.csv", index_col="sample")
    found = bundle.model.predict(patients.to_numpy(float))
    np.testing.assert_allclose(found.joint(), said[[*bundle.model.classes]].to_numpy(), atol=DIGITS)
    np.testing.assert_allclose(found.blasts[:, 0], said["blasts"], atol=1e-6)
    called = np.array(bundle.model.classes)[found.joint().argmax(axis=1)]
    assert (called[:6] == said["truth"][:6]).all()  # two of each subtype
    assert set(called[6:]) == {"Not B-ALL"}


def test_where_its_parts_come_from_is_unknown_and_not_made_up():
    assert load(HOME / "bundle").parts == dict.fromkeys(PARTS, Origin.UNKNOWN)


def test_its_figures_are_sorted_by_what_they_are_of():
    metrics = load(HOME / "bundle").manifest["metrics"]
    assert metrics == {
        "held_out": {"n": 120, "accuracy": 1.0, "balanced_accuracy": 1.0},
        "cohorts": {"A": {"n": 60, "accuracy": 1.0}},
        "with_lesions": {"n": 120, "accuracy": 1.0},
        "untaught": {"n": 120, "called": 0.5},
    }


def test_the_figures_of_the_model_that_shipped_then_stand_as_they_are():
    told = as_today({"schema": 3, "name": "default", "metrics": {"cv_accuracy": 0.9}})
    assert told["metrics"] == {"studies": {"cv_accuracy": 0.9}}
    assert "parts" not in told


def test_its_hashes_are_checked(tmp_path):
    shutil.copytree(HOME / "bundle", tmp_path / "b")
    assert verify(tmp_path / "b") == load(HOME / "bundle").digest
    manifest = json.loads((tmp_path / "b" / "manifest.json").read_text())
    (tmp_path / "b" / "manifest.json").write_text(json.dumps({**manifest, "threshold": 0.1}))
    with pytest.raises(ModelFileError, match=r"manifest\.json: its hash is not the one"):
        load(tmp_path / "b")
