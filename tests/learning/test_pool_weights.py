"""Each expert counts for what it knows of patients that it had not seen."""

import numpy as np
import pytest

from leukotype.learning.pool_weights import ExpertName, Parts, Unseen, learn_weights, temperature
from leukotype.learning.sources import CLASSES
from leukotype.model.log_odds import softmax
from leukotype.model.pool import NO_LIMIT


def test_a_temperature_makes_scores_as_sure_as_they_are_right(rng):
    scores = rng.normal(0, 2, (4000, 5))
    truth = np.array([rng.choice(5, p=row) for row in softmax(scores)])
    assert temperature(4.0 * scores, truth) == pytest.approx(0.25, rel=0.1)


def test_an_expert_that_guesses_is_hardly_heard(rng):
    codes = rng.integers(0, len(CLASSES), 300)
    truth = np.eye(len(CLASSES))[codes]
    scores = {name: 4.0 * truth + rng.normal(0, 1, truth.shape) for name in ExpertName}
    scores[ExpertName.RANKS] = rng.normal(0, 1, truth.shape)
    weights = learn_weights([Unseen(Parts(scores, None), codes)]).experts
    assert weights[ExpertName.RANKS] < 0.1 * min(
        weights[name] for name in ExpertName if name != ExpertName.RANKS
    )


def test_patients_of_no_class_set_no_weight(rng):
    codes = rng.integers(0, len(CLASSES), 100)
    scores = {
        name: np.eye(len(CLASSES))[codes] + rng.normal(0, 0.3, (100, len(CLASSES))) for name in ExpertName
    }
    codes[:20] = -1
    all_of_them = Unseen(Parts(scores, None), codes)
    assert learn_weights([all_of_them]) == learn_weights([all_of_them.of_a_class()])


def test_a_pair_that_experts_tell_apart_better_than_their_sum_says_gets_a_slope(rng):
    """One pair is half as far apart as it could be, another as it should be, the third without patients."""
    classes = ("BCR::ABL1", "BCR::ABL1-like", "ETV6::RUNX1", "ETV6::RUNX1-like")
    labels = np.repeat(classes, 500)
    codes, scores = np.array([CLASSES.index(name) for name in labels]), np.zeros((2000, len(CLASSES)))
    for (one, other), share in ((classes[:2], 0.5), (classes[2:], 1.0)):
        own = np.isin(labels, (one, other))
        # Log-odds of a normal signal, 1 on either side of 0 with spread 1: 2 x signal.
        apart = share * 2 * (rng.normal(0, 1, own.sum()) + np.where(labels[own] == one, 1.0, -1.0))
        scores[own, CLASSES.index(one)], scores[own, CLASSES.index(other)] = apart / 2 + 9, 9 - apart / 2
    each = dict.fromkeys(ExpertName, 0.25 * scores)
    apart = learn_weights([Unseen(Parts(each, None), codes)]).distinctions
    assert apart[classes[:2]].slope / apart[classes[2:]].slope == pytest.approx(2.0, abs=0.25)
    assert set(apart) == {classes[:2], classes[2:]}
    assert {each.most for each in apart.values()} == {NO_LIMIT}


def test_how_often_genes_are_right_against_the_chromosomes_limits_what_they_may_say(rng):
    """Chromosomes say the other of 40 patients, genes are right for 25: log-odds of (25 + 5) to (15 + 5)."""
    pair = [CLASSES.index(name) for name in ("Hyperdiploid", "iAMP21")]
    codes = np.repeat(pair, 100)
    truth = np.eye(len(CLASSES))[codes]
    other = truth.copy()
    other[:, pair] = truth[:, pair[::-1]]
    genes, chromosomes = 9 * truth, truth.copy()
    genes[:15] = 9 * other[:15]  # wrong, against the chromosomes
    chromosomes[100:125] = other[100:125]  # right, against them
    noise = rng.normal(0, 0.01, truth.shape)
    scores = dict.fromkeys(ExpertName, genes + noise) | {ExpertName.CHROMOSOMES: chromosomes}
    found = learn_weights([Unseen(Parts(scores, None), codes)]).distinctions["Hyperdiploid", "iAMP21"]
    assert found.most == pytest.approx(np.log(30 / 20))
