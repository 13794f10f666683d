"""What is done for cohorts of many thousand patients changes nothing that is learned."""

import copy

import numpy as np
import pytest

from leukotype.learning import estimator
from leukotype.learning.estimator import LinearCandidate, deal
from leukotype.learning.patients import Patients, read_cohort
from leukotype.learning.settings import Settings
from leukotype.model.bundle import load


@pytest.fixture(scope="module")
def patients(files) -> Patients:
    return read_cohort([files.counts], files.labels, load(), 5).patients


def test_profiles_are_of_all_patients_and_nothing_else_has_their_logs(patients):
    assert patients.logs.shape == patients.scaled.shape == (48, 2897)
    part, sent = patients.take(np.array([5, 2])), copy.copy(patients)  # by the state that is sent, too
    assert part.logs.shape == sent.logs.shape == (0, 2897)
    assert part.names.tolist() == patients.names[[5, 2]].tolist()
    assert np.array_equal(part.scaled, patients.scaled[[5, 2]])
    assert np.array_equal(sent.scaled, patients.scaled)


def test_replicates_stand_in_one_fold_and_each_subtype_is_dealt_out_in_turn():
    """Ten patients of two samples each: five folds of two patients each, of one subtype and of the other."""
    people = np.array([f"P{number // 2}" for number in range(20)], dtype=object)
    labels = np.where(np.arange(20) < 10, "a", "b").astype(object)
    dealt = deal(labels, people, 5, seed=1)
    assert np.array_equal(dealt[::2], dealt[1::2])
    assert sorted(dealt[:10:2]) == sorted(dealt[10::2]) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("rows", [1, 7, 1000])
def test_columns_made_block_by_block_are_those_made_at_once(patients, monkeypatch, rows):
    features = load().model.features
    monkeypatch.setattr(estimator, "_ROWS", rows)
    assert np.array_equal(estimator._view(features, patients.scaled), features.subtype_view(patients.scaled))


def test_both_problems_of_liblinear_have_the_same_answer(rng_patients):
    """1,200 samples of 1,000 columns: here the dual problem is solved; scikit-learn chooses the primal."""
    from sklearn.svm import LinearSVC

    view, codes = rng_patients
    ours = LinearCandidate("svm", 0.001, 3.0, 0.15).fit(view, codes, Settings())
    primal = LinearSVC(C=0.001, class_weight="balanced", max_iter=20_000, dual=False, tol=1e-8).fit(
        view, codes
    )
    answers = ours(view)
    assert np.abs(answers - primal.decision_function(view)).max() < 0.01
    assert np.array_equal(answers.argmax(axis=1), primal.predict(view))


@pytest.fixture(scope="module")
def rng_patients():
    rng = np.random.default_rng(8)
    codes = rng.integers(3, size=1200)
    return rng.standard_normal((1200, 1000)) + 0.6 * rng.standard_normal((3, 1000))[codes], codes


@pytest.mark.parametrize("suffix", [".h5ad", ".zarr"])
def test_a_cohort_is_the_same_from_every_store(files, patients, tmp_path, suffix):
    import warnings

    import anndata
    import pandas as pd

    counts = pd.read_csv(files.counts, index_col=0)
    data = anndata.AnnData(
        counts.T.to_numpy(np.float32), pd.DataFrame(index=counts.columns), pd.DataFrame(index=counts.index)
    )
    path = tmp_path / f"counts{suffix}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # which format of zarr will be the default in a later version
        (data.write_zarr if suffix == ".zarr" else data.write_h5ad)(path)
    found = read_cohort([path], files.labels, load(), 5).patients
    assert np.array_equal(found.scaled, patients.scaled)
    assert np.array_equal(found.logs, patients.logs)
    assert found.labels.tolist() == patients.labels.tolist()
