"""Scores become probabilities that sum to 1, for every class, whatever the scores."""

import numpy as np
import pytest

from leukotype.evidence.findings import FLAGS
from leukotype.evidence.knowledge import Strength
from leukotype.model.blasts import BlastModel
from leukotype.model.classifier import GATE_CLASSES, Probabilities, SubtypeModel, gate_probabilities
from leukotype.model.features import Features
from leukotype.model.log_odds import Linear, softmax
from leukotype.vocabulary import NOT_B_ALL

GENES = 60
SUBTYPES = ("BCR::ABL1", "DUX4-r", "ETV6::RUNX1", "Hyperdiploid")


@pytest.fixture(scope="module")
def model():
    """Weights drawn at random: what holds here holds for every model."""
    rng = np.random.default_rng(0)
    features = Features.learn(
        rng.poisson(30, (12, GENES)).astype(float),
        ["DUX4-r", "Hyperdiploid"] * 6,
        subtype_genes=np.arange(0, GENES, 2),
        chromosomes=np.arange(GENES) % 3,
        dosage_weight=1.5,
    )
    return SubtypeModel(
        SUBTYPES,
        features,
        gate=Linear(rng.normal(size=(GENES, 5)), rng.normal(size=5)),
        blasts=BlastModel(rng.normal(size=GENES), np.array(0.1), *np.sort(rng.uniform(0, 99, (4, 7)))),
        subtype=Linear(rng.normal(size=(GENES // 2 + 3, 4)), rng.normal(size=4)),
        calibration=Linear(rng.normal(size=(4, 4)), rng.normal(size=4)),
        limit=4.0,
        most_outlying=0.5,
        lesion_weights=np.array([3.0, 1.5, 0.5, -2.0, -1.0]),
        sets=np.array([[0.5, 0.6, 0.7, 0.8], [0.1, 0.2, 0.3, 0.4]]),
    )


@pytest.fixture(scope="module")
def values():
    return np.random.default_rng(1).poisson(30, (20, GENES)).astype(float)


def test_softmax_is_the_share_of_each_exponential():
    scores = np.log([[1.0, 2.0, 5.0], [3.0, 3.0, 6.0]])
    np.testing.assert_allclose(softmax(scores), [[0.125, 0.25, 0.625], [0.25, 0.25, 0.5]], rtol=1e-14)


def test_softmax_survives_scores_that_overflow_an_exponential():
    shares = softmax(np.array([[1e4, 1e4 - 1, -1e4], [-1e300, 0.0, 1.0]]))
    np.testing.assert_allclose(shares.sum(axis=1), 1.0, rtol=1e-14)
    assert shares[0, 0] == pytest.approx(1 / (1 + np.exp(-1)))


def test_every_kind_of_what_is_not_b_all_counts_for_not_b_all():
    scores = np.log([[4.0, 1.0, 2.0, 3.0]])  # B-ALL, and three kinds of what it is not
    assert GATE_CLASSES[1:] == (NOT_B_ALL,)
    np.testing.assert_allclose(gate_probabilities(scores), [[0.4, 0.6]], rtol=1e-14)


def test_the_joint_probabilities_are_the_gate_times_the_subtypes():
    said = Probabilities(
        gate=np.array([[0.5, 0.5]]),
        subtype=np.array([[0.6, 0.4]]),
        expression=np.array([[0.1, 0.9]]),
        strangeness=np.ones(1),
        outlying=np.zeros(1),
        blasts=np.array([[80.0, 60.0, 95.0]]),
        experts=np.empty((1, 0, 2)),
    )
    np.testing.assert_allclose(said.joint(), [[0.3, 0.2, 0.5]], rtol=1e-14)


def test_all_probabilities_of_a_sample_sum_to_one(model, values):
    said = model.predict(values)
    for table in (said.gate, said.subtype, said.expression, said.joint()):
        assert (table >= 0).all()
        np.testing.assert_allclose(table.sum(axis=1), 1.0, rtol=1e-12)


def test_the_columns_are_the_subtypes_then_not_b_all(model, values):
    said = model.predict(values)
    assert model.classes == (*SUBTYPES, NOT_B_ALL)
    joint = said.joint()
    assert np.array_equal(joint[:, -1], said.gate[:, 1])
    assert np.array_equal(joint[:, :-1].argmax(axis=1), said.subtype.argmax(axis=1))


def test_a_sample_without_one_known_gene_still_has_probabilities(model):
    said = model.predict(np.full((1, GENES), np.nan))
    np.testing.assert_allclose(said.joint().sum(axis=1), 1.0, rtol=1e-12)


def test_the_other_samples_do_not_change_a_sample(model, values):
    batch = model.predict(values).joint()
    for number in range(len(values)):
        alone = model.predict(values[[number]]).joint()[0]
        np.testing.assert_allclose(alone, batch[number], rtol=1e-9, atol=1e-12)
        assert alone.argmax() == batch[number].argmax()


def known(samples, *found):
    """Flags of so many samples without a lesion, but for these: (sample, subtype, flag)."""
    flags = np.zeros((samples, len(SUBTYPES), len(FLAGS)))
    for sample, subtype, flag in found:
        flags[sample, SUBTYPES.index(subtype), FLAGS.index(flag)] = 1.0
    return flags


def test_without_any_lesion_the_result_is_that_of_expression_byte_by_byte(model, values):
    alone, unknown = model.predict(values), model.predict(values, known(len(values)))
    for name in ("gate", "subtype", "expression", "strangeness", "blasts"):
        assert getattr(unknown, name).tobytes() == getattr(alone, name).tobytes(), name
    assert unknown.joint().tobytes() == alone.joint().tobytes()
    assert alone.subtype.tobytes() == alone.expression.tobytes()


@pytest.mark.parametrize("flag", FLAGS)
def test_a_lesion_multiplies_the_odds_of_its_subtype_and_leaves_the_others_alike(model, values, flag):
    """Odds against each other subtype, by the exponential of the weight: a logit model (McFadden 1974)."""
    flags = known(len(values), *[(row, "DUX4-r", flag) for row in range(len(values))])
    said = model.predict(values, flags)
    own = SUBTYPES.index("DUX4-r")
    ratio = said.subtype / said.expression
    expected = np.exp(model.lesion_weights[FLAGS.index(flag)])
    for other in set(range(len(SUBTYPES))) - {own}:
        np.testing.assert_allclose(ratio[:, own] / ratio[:, other], expected, rtol=1e-9)


def test_a_lesion_changes_neither_the_gate_nor_expression_nor_another_sample(model, values):
    alone = model.predict(values)
    said = model.predict(values, known(len(values), (3, "DUX4-r", Strength.DEFINING)))
    for name in ("gate", "expression", "strangeness", "blasts"):
        assert np.array_equal(getattr(said, name), getattr(alone, name)), name
    changed = (said.subtype != alone.subtype).any(axis=1)
    assert np.flatnonzero(changed).tolist() == [3]


def test_a_model_comes_back_from_its_arrays(model, values):
    state = model.state()
    assert all(array.dtype != object for array in state.values())
    again = SubtypeModel.from_state(state)
    assert again.classes == model.classes
    assert np.array_equal(again.sets, model.sets)
    assert np.array_equal(again.predict(values).blasts, model.predict(values).blasts)
    flags = known(len(values), (0, "DUX4-r", Strength.DEFINING), (1, "BCR::ABL1", "absent"))
    assert np.array_equal(again.predict(values, flags).joint(), model.predict(values, flags).joint())
