"""The parts of the model that ships add up to its own log-odds, with all genes and with a part of them."""

import numpy as np
import pytest

from leukotype.demo.simulate import simulate_cohort
from leukotype.explanations.linear import Explainer
from leukotype.model.bundle import load

EXACT = 1e-6


@pytest.fixture(scope="module")
def bundle():
    return load()


@pytest.fixture(scope="module")
def predicted(bundle):
    """SYNTHETIC patients; of some all genes are there, of others a third is missing."""
    values = simulate_cohort(bundle, per_class=1, purities=[80], random_state=3).counts.to_numpy(float).T
    values[::2, ::3] = np.nan
    return bundle.model.predict(values)


@pytest.fixture(scope="module")
def explainer(bundle):
    return Explainer.of(bundle.model, bundle.genes, bundle.label)


def test_log_odds_are_those_of_the_models_probabilities(explainer, predicted):
    logs = np.log(predicted.expression)
    theirs = logs - logs.mean(axis=1, keepdims=True)
    np.testing.assert_allclose(explainer.log_odds(predicted), theirs, atol=EXACT)


def test_contributions_and_start_add_up(explainer, predicted):
    scores, odds = explainer.subtype, explainer.log_odds(predicted)
    of = scores.contributions(predicted.view)
    sums = np.column_stack([of(column).sum(axis=1) for column in range(odds.shape[1])])
    np.testing.assert_allclose(sums + scores.starts(predicted.view), odds, atol=EXACT)


def test_sizes_are_the_sums_of_absolute_contributions(explainer, predicted):
    of = explainer.subtype.contributions(predicted.view)
    column = explainer.subtypes.index("DUX4-r")
    expected = np.abs(of(column)).sum(axis=0)
    np.testing.assert_allclose(explainer.subtype.sizes(predicted.view)[column], expected, atol=EXACT)


def test_every_feature_has_a_name_and_an_expert(bundle, explainer, predicted):
    features = explainer.subtype.features
    assert len(features) == predicted.view.shape[1]
    assert set(features["expert"]) - {""} == set(bundle.model.subtype.experts)
    assert (features["feature"] != "").all()
    assert set(features["layer"]) - {"look-alikes"} == {"expression", "chromosome", "gene set"}


def test_chromosome_x_speaks_for_hyperdiploid(explainer, predicted):
    """Gained in nearly every high hyperdiploid leukemia (Paulsson & Johansson 2009)."""
    features = explainer.subtype.features
    row = int(np.flatnonzero(features["feature"] == "chromosome X")[0])
    views = np.repeat(predicted.view[1:2], 2, axis=0)
    views[1, row] += 1.0
    before, after = explainer.subtype.log_odds(views)[:, explainer.subtypes.index("Hyperdiploid")]
    assert after > before
