"""Boosted trees are scored as XGBoost scores them, from plain arrays that are checked."""

import subprocess
import sys
from dataclasses import fields, replace

import numpy as np
import pytest
import xgboost

from leukotype.errors import ModelFileError
from leukotype.learning import boosting
from leukotype.model.boosted import Boosted
from leukotype.model.bundle import load, save
from tests.single_model import linear_bundle

COLUMNS, CLASSES = 256, 13  # of a laboratory's model: 233 genes, 23 chromosomes; 13 taught subtypes


@pytest.fixture(scope="module")
def view():
    return np.random.default_rng(0).normal(size=(300, COLUMNS))


@pytest.fixture(scope="module")
def grown(view):
    codes = (np.arange(len(view)) % CLASSES + (view[:, 3] > 1)) % CLASSES
    told = {"learning_rate": 0.3, "depth": 3, "rounds": 5, "column_share": 0.2}
    return boosting.grow(view, codes, **told, seed=1, cluster_rows=10**9)


@pytest.fixture(scope="module")
def model(grown):
    base = linear_bundle().model
    return replace(base, features=replace(base.features, other_weight=0.0), subtype=grown)


def test_they_score_as_xgboost_does(view, monkeypatch):
    """Also samples that were not trained on, and values that lie on a threshold."""
    kept, read = [], boosting._as_arrays
    monkeypatch.setattr(
        boosting, "_as_arrays", lambda trained, *rest: kept.append(trained) or read(trained, *rest)
    )
    codes = np.arange(len(view)) % 3
    told = {"learning_rate": 0.3, "depth": 4, "rounds": 20, "column_share": 0.2}
    trees = boosting.grow(view, codes, **told, seed=1, cluster_rows=10**9)
    other = np.concatenate([view, np.random.default_rng(1).normal(size=(200, COLUMNS))])
    other[:50, trees.feature[trees.feature >= 0][0]] = trees.threshold[trees.feature >= 0][0]
    theirs = kept[0].predict(xgboost.DMatrix(other), output_margin=True)
    np.testing.assert_allclose(trees(other), theirs, atol=1e-5)  # XGBoost adds up in single precision


def test_a_sample_scores_the_same_alone_and_among_others(grown):
    many = np.random.default_rng(2).normal(size=(1500, COLUMNS))
    whole = grown(many)
    for row in (0, 999, 1000, 1499):
        assert np.array_equal(grown(many[row : row + 1])[0], whole[row])
    assert grown(many[:0]).shape == (0, CLASSES)


def test_a_bundle_keeps_them(model, view, tmp_path):
    base = linear_bundle()
    digest = save(tmp_path, model, base.genes, base.profiles, base.reference, base.manifest, "card")
    read = load(tmp_path)
    assert read.digest == digest
    assert np.array_equal(read.model.subtype(view), model.subtype(view))
    values = np.random.default_rng(3).poisson(30, (4, len(base.genes.ids))).astype(float)
    assert np.array_equal(read.model.predict(values).joint(), model.predict(values).joint())


def test_neither_xgboost_nor_scikit_learn_is_loaded_to_use_them(model, tmp_path):
    base = linear_bundle()
    save(tmp_path, model, base.genes, base.profiles, base.reference, base.manifest, "card")
    code = (
        "import sys, numpy as np\nfrom pathlib import Path\nfrom leukotype.model.bundle import load\n"
        "from leukotype.explanations.linear import Explainer\n"
        f"bundle = load(Path({str(tmp_path)!r}))\n"
        "bundle.model.predict(np.ones((1, len(bundle.genes.ids))))\n"
        f"Explainer.of(bundle.model, bundle.genes, bundle.label).contrast(np.zeros({COLUMNS}), 'DUX4-r')\n"
        "print({'xgboost', 'sklearn', 'shap'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "set()"


DAMAGES = {
    "a column that the model has not": ("feature", 0, COLUMNS, "columns below 256"),
    "a node that leads back": ("left", 0, 0, "nodes that lead downwards"),
    "a node beyond the last": ("right", 0, 10**6, "nodes that lead downwards"),
    "a leaf that is no end": ("right", -1, 0, "nodes that lead downwards"),
    "a root that is no node": ("roots", (0, 0), -1, "roots that are nodes"),
    "no number": ("value", -1, np.nan, "finite numbers"),
    "a node that no sample came to": ("cover", 1, 0.0, "samples at every node"),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_what_is_no_tree_is_refused(grown, name):
    part, at, wrong, said = DAMAGES[name]
    state = {each.name: getattr(grown, each.name).copy() for each in fields(Boosted)}
    state[part][at] = wrong
    with pytest.raises(ValueError, match=f"trees: expected {said}"):
        Boosted.of(state, CLASSES, COLUMNS)


@pytest.mark.parametrize(
    ("part", "made", "said"),
    [
        ("roots", lambda roots: roots[:, :-1], "trees of 13 classes"),
        ("roots", lambda roots: roots[:0], "trees of 13 classes"),
        ("roots", lambda roots: roots.ravel(), "roots as an array of int32"),
        ("left", lambda left: left[:-1], "arrays of the same nodes"),
        ("left", lambda left: left.astype(float), "left as an array of int32"),
        ("value", lambda value: value.astype(np.complex128), "value as an array of float32"),
    ],
)
def test_arrays_of_another_kind_are_refused(grown, part, made, said):
    state = {each.name: getattr(grown, each.name) for each in fields(Boosted)}
    with pytest.raises(ValueError, match=f"trees: expected {said}"):
        Boosted.of({**state, part: made(state[part])}, CLASSES, COLUMNS)


def test_a_bundle_of_damaged_trees_is_one_line(model, tmp_path):
    """Its hashes fit: somebody made it so."""
    base = linear_bundle()
    loops = replace(model, subtype=replace(model.subtype, left=np.zeros_like(model.subtype.left)))
    save(tmp_path, loops, base.genes, base.profiles, base.reference, base.manifest, "card")
    with pytest.raises(ModelFileError, match="expected nodes that lead downwards to leaves") as error:
        load(tmp_path)
    assert "\n" not in str(error.value)
