"""Contributions are exact: they add up to the model's own log-odds, and shap finds the same."""

import numpy as np
import pandas as pd
import pytest

from leukotype.demo.simulate import simulate_cohort
from leukotype.evidence.findings import FLAGS, Finding
from leukotype.evidence.knowledge import Strength
from leukotype.explanations.lesion_parts import Part, parts_of
from leukotype.explanations.linear import Explainer
from leukotype.explanations.rows import Question, as_table, gate_rows, subtype_rows
from leukotype.model.log_odds import softmax
from leukotype.vocabulary import B_ALL, LOW_BLASTS, NOT_B_ALL, LesionKind
from tests.single_model import linear_bundle

EXACT = 1e-6


@pytest.fixture(scope="module")
def bundle():
    return linear_bundle()


@pytest.fixture(scope="module")
def explainer(bundle):
    return Explainer.of(bundle.model, bundle.genes, bundle.label)


@pytest.fixture(scope="module")
def values(bundle):
    """One SYNTHETIC patient of each class at 80 % blasts; a tenth of the genes is missing in the last."""
    cohort = simulate_cohort(bundle, per_class=1, purities=[80], random_state=3)
    values = cohort.counts.to_numpy(dtype=float).T
    values[-1, ::10] = np.nan
    return values


@pytest.fixture(scope="module")
def flags(bundle, values):
    """Lesions drawn at random: at most one strength a subtype."""
    rng = np.random.default_rng(0)
    out = np.zeros((len(values), len(bundle.model.subtypes), len(FLAGS)))
    for sample in out:
        for subtype in rng.choice(len(sample), 3, replace=False):
            sample[subtype, rng.integers(len(FLAGS))] = 1.0
    return out


def centred_log(probabilities):
    logs = np.log(probabilities)
    return logs - logs.mean(axis=1, keepdims=True)


def test_log_odds_are_those_of_the_models_probabilities(bundle, explainer, values, flags):
    predicted = bundle.model.predict(values, flags)
    said, ours = predicted.subtype, explainer.log_odds(predicted)
    np.testing.assert_allclose(ours, centred_log(said), atol=EXACT)
    np.testing.assert_allclose(softmax(ours), said, atol=EXACT)


def rows_of(bundle, explainer, values, flags, i, subtype, against, top=15):
    scaled = bundle.model.features.all_genes(values)
    used = [
        Finding("P", "file", LesionKind.FUSION, f"lesion of {name}", subtype=name, strength=strength)
        for name in bundle.model.subtypes
        for strength in Strength
    ]
    parts = parts_of(flags[i], explainer.lesion_weights, used, bundle.model.subtypes)
    view = bundle.model.features.subtype_view(scaled)[i]
    return as_table(subtype_rows(Question("P", subtype, against), explainer, view, parts, top))


@pytest.mark.parametrize("i", [0, 4, 9, -1])
def test_the_rows_of_a_sample_add_up_to_its_log_odds(bundle, explainer, values, flags, i):
    said = bundle.model.predict(values, flags).subtype
    for column, subtype in enumerate(bundle.model.subtypes):
        rows = rows_of(bundle, explainer, values, flags, i, subtype, None)
        assert rows["contribution"].sum() == pytest.approx(centred_log(said)[i, column], abs=EXACT)
        plain = rows[rows["layer"].isin(["expression", "chromosome"])]
        assert plain["features"].sum() == len(explainer.subtype.features)


@pytest.mark.parametrize("i", [0, 4, 9, -1])
def test_against_another_subtype_they_add_up_to_the_ratio_of_the_two(bundle, explainer, values, flags, i):
    said = bundle.model.predict(values, flags).subtype[i]
    first, second = np.argsort(-said)[:2]
    names = bundle.model.subtypes
    rows = rows_of(bundle, explainer, values, flags, i, names[first], names[second])
    assert rows["contribution"].sum() == pytest.approx(np.log(said[first] / said[second]), abs=EXACT)


def test_how_many_are_named_does_not_change_the_sum(bundle, explainer, values, flags):
    sums = [
        rows_of(bundle, explainer, values, flags, 2, "KMT2A-r", None, top)["contribution"].sum()
        for top in (1, 15, 10_000)
    ]
    np.testing.assert_allclose(sums, sums[0], atol=EXACT)


def test_the_gate_adds_up_to_its_log_odds(bundle, explainer, values):
    scaled = bundle.model.features.all_genes(values)
    scores = bundle.model.gate(scaled)
    rows = as_table(gate_rows(Question("P", NOT_B_ALL, B_ALL), explainer, scaled[0], 15))
    assert rows["contribution"].sum() == pytest.approx(scores[0, 1:].max() - scores[0, 0], abs=EXACT)


def test_few_blasts_add_up_to_the_score_that_the_percentage_is_read_from(bundle, explainer, values):
    scaled, blasts = bundle.model.features.all_genes(values), bundle.model.blasts
    rows = as_table(gate_rows(Question("P", LOW_BLASTS, B_ALL), explainer, scaled[0], 15))
    score = -rows["contribution"].sum()
    assert score == pytest.approx(float(scaled[0] @ blasts.weights + blasts.intercept), abs=EXACT)
    assert np.interp(score, blasts.scores, blasts.middle) == pytest.approx(blasts(scaled)[0, 0], abs=1e-4)


def test_shap_finds_the_same_contributions(bundle, explainer, values):
    shap = pytest.importorskip("shap", reason="shap is the oracle: pip install shap")
    view = bundle.model.features.subtype_view(bundle.model.features.all_genes(values))
    background = shap.maskers.Independent(np.zeros((1, view.shape[1])))
    theirs = shap.LinearExplainer((explainer.subtype.weights.T, explainer.subtype.start), background)
    found = theirs.shap_values(view)
    np.testing.assert_allclose(found, view[:, :, None] * explainer.subtype.weights, atol=EXACT)
    np.testing.assert_allclose(theirs.expected_value, explainer.subtype.start, atol=EXACT)


def test_shap_that_only_sees_predictions_finds_the_same_for_few_genes(bundle, explainer, values):
    shap = pytest.importorskip("shap", reason="shap is the oracle: pip install shap")
    view = bundle.model.features.subtype_view(bundle.model.features.all_genes(values[:1]))
    free = np.argsort(-np.abs(view[0]))[:6]

    def log_odds(some):
        whole = np.repeat(view, len(some), axis=0)
        whole[:, free] = some
        scores = bundle.model.calibration(bundle.model.subtype(whole))
        return centred_log(softmax(scores))

    asked = shap.ExactExplainer(log_odds, shap.maskers.Independent(np.zeros((1, len(free)))))
    found = asked(view[:, free]).values[0]
    np.testing.assert_allclose(found, view[0, free, None] * explainer.subtype.weights[free], atol=EXACT)


def test_lesions_of_one_strength_share_its_weight(bundle):
    subtypes, weights = bundle.model.subtypes, np.array([3.0, 1.5, 0.5, -2.0, -1.0])
    flags = np.zeros((len(subtypes), len(FLAGS)))
    flags[subtypes.index("BCR::ABL1-like"), FLAGS.index(Strength.TYPICAL)] = 1.0
    flags[subtypes.index("KMT2A-r"), FLAGS.index("absent")] = 1.0
    used = [
        Finding(
            "P", "f", LesionKind.FUSION, "P2RY8::CRLF2", subtype="BCR::ABL1-like", strength=Strength.TYPICAL
        ),
        Finding(
            "P",
            "f",
            LesionKind.EXPRESSION,
            "CRLF2 expressed",
            subtype="BCR::ABL1-like",
            strength=Strength.TYPICAL,
        ),
        Finding(
            "P",
            "f",
            LesionKind.MUTATION,
            "JAK2 R683G",
            subtype="BCR::ABL1-like",
            strength=Strength.COMPATIBLE,
        ),
    ]
    parts = {part.feature: part for part in parts_of(flags, weights, used, subtypes)}
    assert {name: (part.layer, part.weight) for name, part in parts.items()} == {
        "P2RY8::CRLF2": ("fusion", 0.75),
        "CRLF2 expressed": ("expression", 0.75),
        "no fusion of KMT2A-r found": ("fusion", -1.0),
    }


def test_a_lesion_counts_for_its_subtype_against_the_other_and_for_nothing_between_two_others():
    part = Part("BCR::ABL1", "BCR::ABL1", "fusion", 4.0)
    assert part.toward("BCR::ABL1", "BCR::ABL1-like", 14) == 4.0
    assert part.toward("BCR::ABL1-like", "BCR::ABL1", 14) == -4.0
    assert part.toward("DUX4-r", "KMT2A-r", 14) == 0.0
    assert part.toward("BCR::ABL1", None, 14) == pytest.approx(4.0 - 4.0 / 14)


def test_the_table_is_sorted_by_weight_within_a_question(bundle, explainer, values, flags):
    rows = rows_of(bundle, explainer, values, flags, 1, "DUX4-r", None)
    named = rows[rows["layer"].isin(["expression", "chromosome"]) & (rows["features"] == 1)][
        "contribution"
    ].abs()
    assert named.is_monotonic_decreasing
    assert len(named) == 15
    assert isinstance(rows, pd.DataFrame)
