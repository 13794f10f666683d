"""Trees are grown alike whatever the machine, and are as right as XGBoost's own classifier."""

import sys
from dataclasses import fields

import numpy as np
import pytest
from xgboost import XGBClassifier

from leukotype.errors import InputError
from leukotype.learning import boosting
from leukotype.learning.place import Place
from leukotype.model.boosted import Boosted
from leukotype.runs.cluster import Engine

TOLD = {"learning_rate": 0.3, "depth": 3, "rounds": 15, "column_share": 0.5, "seed": 1}


def patients(n, seed=0):
    """Three classes that two columns make."""
    view = np.random.default_rng(seed).normal(size=(n, 8))
    return view, (view[:, 0] > 0.3).astype(int) + (view[:, 0] > 0.3) * (view[:, 1] > 0)


def same(one, other):
    return all(np.array_equal(getattr(one, each.name), getattr(other, each.name)) for each in fields(Boosted))


def test_the_same_patients_give_the_same_bytes_and_another_seed_others():
    view, codes = patients(120)
    one = boosting.grow(view, codes, **TOLD, cluster_rows=10**9)
    assert same(one, boosting.grow(view, codes, **TOLD, cluster_rows=10**9))
    assert not same(one, boosting.grow(view, codes, **{**TOLD, "seed": 2}, cluster_rows=10**9))


def test_they_answer_as_xgboosts_own_classifier_does():
    """All columns in every tree, so that no draw is part of it; the classes' weights by hand."""
    view, codes = patients(200)
    weights = 200 / 3 / np.bincount(codes)[codes]
    theirs = XGBClassifier(
        n_estimators=15, max_depth=3, learning_rate=0.3, min_child_weight=0.1, tree_method="hist", n_jobs=1,
        base_score=0.0,
    ).fit(view, codes, sample_weight=weights)  # fmt: skip
    ours = boosting.grow(view, codes, **{**TOLD, "column_share": 1.0}, cluster_rows=10**9)
    new, _ = patients(100, seed=1)
    np.testing.assert_allclose(ours(new), theirs.predict(new, output_margin=True), atol=1e-5)


def test_a_rare_class_weighs_as_much_as_a_frequent_one():
    """Five of 205 patients, alone on their side of one column."""
    view = np.random.default_rng(0).normal(size=(205, 8))
    codes = np.zeros(205, dtype=int)
    view[:5, 0], codes[:5] = 4.0, 1
    trees = boosting.grow(view, codes, **TOLD, cluster_rows=10**9)
    assert trees(view).argmax(axis=1).tolist() == codes.tolist()


def test_lowered_values_are_values_of_their_column_and_keep_its_order():
    view, _ = patients(1000)
    lowered = boosting._lower_values(view)
    for full, own in zip(view.astype(np.float32).T, lowered.T, strict=True):
        assert set(own.astype(np.float32)) <= set(full)
        assert len(set(own)) == 256
        assert (own <= full).all()
        assert (np.diff(own[np.argsort(full)]) >= 0).all()


def test_without_xgboost_one_line_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "xgboost", None)
    view, codes = patients(20)
    with pytest.raises(InputError, match=r"xgboost is not installed: pip install '\.\[train\]'"):
        boosting.grow(view, codes, **TOLD, cluster_rows=10**9)


def _grow(rows, n):
    view, codes = patients(n)
    return boosting.grow(view, codes, **TOLD, cluster_rows=rows)


def _grow_and_count(rows, n):
    """Also say how many workers hold a part of the patients."""
    from xgboost import dask as spread

    made, holders = spread.DaskDMatrix.__init__, []

    def watched(matrix, *given, **told):
        made(matrix, *given, **told)
        holders.append(len(matrix.worker_map))

    with pytest.MonkeyPatch.context() as watch:
        watch.setattr(spread.DaskDMatrix, "__init__", watched)
        return _grow(rows, n), holders


@pytest.fixture(scope="module")
def cluster():
    """Two workers, each a process of its own."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as workers:
        yield workers


def test_all_workers_of_a_cluster_grow_the_trees_of_one_machine(cluster):
    """Also of several models at once, as a search asks; 900 patients, more than a column has steps."""
    # Two workers hold the patients, and the trees are the same to the byte: histograms are added in double
    # precision, and leaves rounded to single.
    place = Place(Engine.DASK, 1, cluster.scheduler_address)
    new, _ = patients(100, seed=1)
    local = _grow(10**9, 900)(new)
    for _, (spread, holders) in place.map(_grow_and_count, 500, [900, 900]):
        assert holders == [2]
        assert (spread(new).argmax(axis=1) == local.argmax(axis=1)).all()
        assert np.abs(spread(new) - local).max() <= 1e-9


def test_fewer_patients_are_the_work_of_one_worker(cluster):
    place = Place(Engine.DASK, 1, cluster.scheduler_address)
    [(_, spread)] = place.map(_grow, 500, [100])
    assert same(spread, _grow(10**9, 100))
