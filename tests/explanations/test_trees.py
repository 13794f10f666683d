"""Contributions in boosted trees are those of shap and of XGBoost, and add up to the model's own log-odds."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import xgboost

from leukotype.demo.simulate import simulate_cohort
from leukotype.explanations.linear import Explainer
from leukotype.explanations.trees import Paths
from leukotype.learning import boosting
from leukotype.model.boosted import LEAF, Boosted
from leukotype.model.log_odds import Linear, softmax
from leukotype.pipeline import explain
from tests.single_model import linear_bundle

EXACT = 1e-6
SINGLE = 2e-5  # XGBoost adds up in single precision
CLASSES, COLUMNS = 4, 12


@pytest.fixture(scope="module")
def grown():
    """Trees of six levels on columns of which some have few values; with XGBoost's own model of the same."""
    rng = np.random.default_rng(0)
    view = np.round(rng.normal(size=(300, COLUMNS)), 1)
    codes = (view[:, 0] > 0.3).astype(int) + 2 * (view[:, 1] * view[:, 2] > 0)
    kept, read = [], boosting._as_arrays

    def keep(trained, *rest):
        kept.append(trained)
        return read(trained, *rest)

    with pytest.MonkeyPatch.context() as watch:
        watch.setattr(boosting, "_as_arrays", keep)
        trees = boosting.grow(view, codes, learning_rate=0.3, depth=6, rounds=12, column_share=0.6, seed=1,
                              cluster_rows=10**9)  # fmt: skip
    return trees, kept[0], view[:60]


def test_xgboost_finds_the_same_contributions(grown):
    trees, booster, view = grown
    theirs = booster.predict(xgboost.DMatrix(view), pred_contribs=True)  # the last one is the expected value
    paths = Paths.of(trees)
    np.testing.assert_allclose(paths.contributions(view).transpose(0, 2, 1), theirs[:, :, :-1], atol=SINGLE)
    np.testing.assert_allclose(paths.mean_scores(), theirs[0, :, -1], atol=SINGLE)


def test_shap_finds_the_same_contributions(grown):
    shap = pytest.importorskip("shap", reason="shap is the oracle: pip install shap")
    trees, booster, view = grown
    theirs = shap.TreeExplainer(booster)
    np.testing.assert_allclose(Paths.of(trees).contributions(view), theirs.shap_values(view), atol=SINGLE)


def test_they_add_up_to_the_scores(grown):
    trees, _, view = grown
    paths = Paths.of(trees)
    sums = paths.contributions(view).sum(axis=1) + paths.mean_scores()
    np.testing.assert_allclose(sums, trees(view), atol=1e-12)


def test_by_the_definition_of_shapley():
    """A stump on column 0 and, on its right, one on column 1: all orders of the two, counted one by one."""
    tree = Boosted(
        feature=np.array([0, LEAF, 1, LEAF, LEAF], dtype=np.int32),
        threshold=np.array([0.5, 0, -1, 0, 0], dtype=np.float32),
        left=np.array([1, 1, 3, 3, 4], dtype=np.int32),
        right=np.array([2, 1, 4, 3, 4], dtype=np.int32),
        value=np.array([0, 2, 0, -3, 7], dtype=np.float32),
        cover=np.array([10, 4, 6, 1, 5], dtype=np.float32),
        roots=np.array([[0]], dtype=np.int32),
    )

    def known(columns, row):
        right = (1.0 if row[0] >= 0.5 else 0.0) if 0 in columns else 0.6
        far = (1.0 if row[1] >= -1 else 0.0) if 1 in columns else 5 / 6
        return (1 - right) * 2 + right * ((1 - far) * -3 + far * 7)

    view = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, -2.0]])
    for row, found in zip(view, Paths.of(tree).contributions(view)[:, :, 0], strict=True):
        for column in (0, 1):
            gains = [
                known({*order[: order.index(column)], column}, row)
                - known(set(order[: order.index(column)]), row)
                for order in itertools.permutations((0, 1))
            ]
            assert found[column] == pytest.approx(sum(gains) / math.factorial(2), abs=1e-12)


@pytest.fixture(scope="module")
def cohort():
    """SYNTHETIC patients: six of each class at 80 % blasts."""
    return simulate_cohort(linear_bundle(), per_class=3, purities=[80], random_state=3)


@pytest.fixture(scope="module")
def bundle(cohort):
    """A model with one linear scorer, replaced by trees."""
    base = linear_bundle()
    features = replace(base.model.features, other_weight=0.0)
    view = features.subtype_view(features.all_genes(cohort.counts.to_numpy(dtype=float).T))
    names = np.array(base.model.subtypes)
    taught = np.isin(cohort.truth, names)
    codes = np.searchsorted(names, cohort.truth[taught])
    trees = boosting.grow(view[taught], codes, learning_rate=0.3, depth=3, rounds=10, column_share=0.3,
                          seed=1, cluster_rows=10**9)  # fmt: skip
    mixed = Linear(0.8 * np.eye(len(names)) + 0.01 * np.arange(len(names)), np.linspace(-1, 1, len(names)))
    return replace(base, model=replace(base.model, features=features, subtype=trees, calibration=mixed))


def test_log_odds_are_those_of_the_models_probabilities(bundle, cohort):
    values = cohort.counts.to_numpy(dtype=float).T
    explainer = Explainer.of(bundle.model, bundle.genes, bundle.label)
    predicted = bundle.model.predict(values)
    np.testing.assert_allclose(softmax(explainer.log_odds(predicted)), predicted.subtype, atol=EXACT)


@pytest.fixture(scope="module")
def said(bundle, cohort):
    return explain(cohort.counts, cohort.blasts, bundle)


def test_the_rows_of_a_sample_add_up_to_its_log_odds(bundle, cohort, said):
    """Of the whole run, without lesions: against the average subtype, and against the runner-up."""
    shown = said.table[~said.table["layer"].isin(["fusion", "copy number", "mutation"])]
    logs = np.log(bundle.model.predict(cohort.counts.to_numpy(dtype=float).T).expression)
    logs = pd.DataFrame(logs, index=cohort.counts.columns, columns=bundle.model.subtypes)
    plain = shown[shown["against"].isin(["the average subtype", *bundle.model.subtypes])]
    plain = plain[~plain["feature"].str.contains("expressed")]
    sums = plain.groupby(["sample", "subtype", "against"])["contribution"].sum()
    assert len(sums) == 2 * len(logs)
    for (sample, subtype, against), total in sums.items():
        row = logs.loc[sample]
        other = row.mean() if against == "the average subtype" else row[against]
        assert total == pytest.approx(row[subtype] - other, abs=EXACT)


def test_the_start_is_the_mean_over_the_training_patients(said):
    starts = said.table[(said.table["layer"] == "start") & (said.table["against"] != "B-ALL")]
    assert set(starts["feature"]) == {"the mean over the training patients"}


def test_the_global_view_ranks_what_trees_use(said, bundle, cohort):
    explainer = Explainer.of(bundle.model, bundle.genes, bundle.label)
    features = bundle.model.features
    view = features.subtype_view(features.all_genes(cohort.counts.to_numpy(dtype=float).T))
    column = bundle.model.subtypes.index("DUX4-r")
    sizes = np.abs(explainer.subtype.contributions(view)(column)).mean(axis=0)
    rows = said.importance.table[said.importance.table["subtype"] == "DUX4-r"]
    assert rows["feature"].iloc[0] == explainer.subtype.features["feature"].iloc[int(sizes.argmax())]
    assert rows["mean_contribution"].iloc[0] == pytest.approx(sizes.max(), abs=1e-6)
    assert rows["mean_contribution"].is_monotonic_decreasing
    assert len(said.importance.points) == len(rows) * len(view) * len(bundle.model.subtypes)
