"""What is done for cohorts of many thousand patients changes nothing that is learned."""

import numpy as np
import pytest

from leukotype.learning import estimator
from leukotype.learning.cohort_files import read_cohort
from leukotype.learning.estimator import Ground, LinearCandidate, Teaching
from leukotype.learning.panel import Panel
from leukotype.learning.patients import Cohort, Patients
from leukotype.learning.settings import Settings
from leukotype.model.bundle import load


@pytest.fixture(scope="module")
def patients(files) -> Patients:
    return read_cohort([files.counts], files.labels, Panel.of(load().without_pool()), 5).patients


@pytest.fixture(scope="module")
def ground(patients) -> Ground:
    base = load().without_pool()
    return Teaching(Cohort(patients, {}), Panel.of(base), base).ground(Settings())


def test_other_processes_are_sent_the_base_models_features_and_no_expression(patients, ground):
    assert patients.values.shape == ground.scaled.shape == (48, 2897)
    assert ground.patients.values.shape == (48, 0)
    assert ground.patients.names.tolist() == patients.names.tolist()
    assert np.array_equal(ground.scaled, load().without_pool().model.features.all_genes(patients.values))


@pytest.mark.parametrize("rows", [1, 7, 1000])
def test_columns_made_block_by_block_are_those_made_at_once(ground, monkeypatch, rows):
    features = load().without_pool().model.features
    monkeypatch.setattr(estimator, "_ROWS", rows)
    found = estimator._by_blocks(features.subtype_view, ground.scaled)
    assert np.array_equal(found, features.subtype_view(ground.scaled))


def test_both_problems_of_liblinear_have_the_same_answer(rng_patients, monkeypatch):
    """1,200 samples of 1,000 columns, taken for many: then the dual problem is solved, else the primal."""
    from sklearn.svm import LinearSVC

    assert estimator._dual(rng_patients[0]) == "auto"
    monkeypatch.setattr(estimator, "_MANY_ROWS", 1200)
    assert estimator._dual(rng_patients[0]) is True
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
