"""Class means over sources, dilution, ranks among fewer genes, weights: each as it should be on made data."""

import numpy as np
import pytest

from leukotype.learning.class_means import ClassMeans, Trust, align, joint_means
from leukotype.learning.lessons import gene_expert, learn_block, principal_rows
from leukotype.learning.mixing import dilute_common_genes as dilute
from leukotype.learning.pool_weights import ExpertName, Parts, Unseen, learn_weights, temperature
from leukotype.learning.pools import Pools, Teacher
from leukotype.learning.sources import CLASSES
from leukotype.model.experts import Discriminant
from leukotype.model.features import SCORES, mean_distribution, normal_scores, typical_scores
from leukotype.model.log_odds import softmax
from leukotype.model.pool import NO_LIMIT, by_class
from tests.made_sources import fresh_patients, made_sources
from training.panel.spoiling import sequence, three_prime
from training.panel.tables import wrong_above
from training.panel.tally import lowest_threshold, tally


@pytest.fixture(scope="module")
def sources():
    return made_sources()


@pytest.fixture(scope="module")
def fresh():
    return fresh_patients()


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_a_source_on_another_scale_is_brought_to_the_target(rng):
    names, sizes = tuple("abcdef"), np.full(6, 10.0)
    target = ClassMeans(names[:5], rng.normal(0, 1, (5, 40)), sizes[:5])
    sixth = rng.normal(0, 1, (1, 40))
    source = ClassMeans(names, 3.0 + 2.0 * np.vstack([target.means, sixth]), sizes)
    found = align(source, target)
    np.testing.assert_allclose(found.means[:5], target.means, atol=1e-9)
    np.testing.assert_allclose(found.means[5:], sixth, atol=1e-9)


def test_a_gene_without_a_source_keeps_the_mean_of_all_classes():
    one = ClassMeans(("a", "b"), np.array([[1.0, np.nan], [3.0, 4.0]]), np.array([5.0, 5.0]))
    found = joint_means([one], ("a", "b"), Trust(0.0, 1e-9))
    np.testing.assert_allclose(found, [[1.0, 4.0], [3.0, 4.0]], atol=1e-6)


def test_fewer_rows_keep_the_covariance(rng):
    rows = rng.normal(0, 1, (12, 4)) @ rng.normal(0, 1, (4, 60))
    few = principal_rows(rows, 4)
    assert len(few) == 4
    np.testing.assert_allclose(few.T @ few, rows.T @ rows, atol=1e-9)


def test_a_class_without_patients_is_known_by_its_profile(sources, fresh):
    teacher = Teacher(sources)
    lesson = teacher.cohort_lesson(sources.cohorts, (sources.stjude,))
    member = gene_expert(learn_block(lesson, no_patients=("KMT2A-r",)), "genes")
    top = by_class(member.scores(fresh.values), member.expert.classes, CLASSES).argmax(axis=1)
    own = fresh.labels == "KMT2A-r"
    assert (top[own] == fresh.codes[own]).all()
    assert not (top[~own] == CLASSES.index("KMT2A-r")).any()


def test_a_class_that_shall_not_be_known_is_not(sources):
    lesson = Teacher(sources).cohort_lesson(sources.cohorts, ())
    assert "DUX4-r" not in learn_block(lesson, drop=("DUX4-r",)).classes


def test_the_weights_are_those_of_a_discriminant_with_the_full_covariance(rng):
    n, means = 30, rng.normal(0, 1, (3, 30))
    loadings = rng.normal(0, 0.3, (5, n))
    scorer = Discriminant(means, loadings, 0.3)
    present = np.arange(n) % 3 > 0
    covariance = (loadings.T @ loadings + 0.3 * np.eye(n))[np.ix_(present, present)]
    centred = (means - means.mean(axis=0))[:, present]
    direct = np.linalg.solve(covariance, centred.T)
    unit = np.sqrt(np.mean([c @ d for c, d in zip(centred, direct.T, strict=True)]))
    found = scorer.solve(present).weights
    np.testing.assert_allclose(found[present], direct / unit, atol=1e-9)
    assert not found[~present].any()


def test_scores_among_few_genes_become_those_among_all(rng):
    centre, spread = rng.normal(0, 1, 2000), np.full(2000, 0.3)
    values = rng.normal(centre, spread)
    whole = normal_scores(values[None])[0]
    high = centre > 0.5  # a panel of well expressed genes: ranked among themselves they look average
    own = normal_scores(values[None, high])[0]
    found = typical_scores(own, mean_distribution(SCORES, centre[high], spread[high]))
    assert np.abs(own - whole[high]).mean() > 0.5
    assert np.abs(found - whole[high]).mean() < 0.15


def test_ranks_among_few_genes_become_those_among_all(sources, fresh):
    scale = Teacher(sources).reader.scale
    whole, kept = scale(fresh.values), scale.rank > 0.6
    part = fresh.values.copy()
    part[:, scale.genes[~kept]] = np.nan
    found = scale(part)
    assert np.isnan(found[:, ~kept]).all()
    assert np.abs(found[:, kept] - whole[:, kept]).mean() < 0.1


def test_a_dilution_keeps_its_share_and_the_genes_that_blood_lacks(sources, rng):
    values, blood = sources.cohorts.values, sources.blood
    lacking = np.isnan(blood).any(axis=0)
    mixed = dilute(values, 0.4, blood, rng)
    np.testing.assert_allclose(mixed[:, ~lacking].sum(axis=1), 1.0)
    share = values / values[:, ~lacking].sum(axis=1, keepdims=True)
    np.testing.assert_allclose(mixed[:, lacking], share[:, lacking])
    np.testing.assert_allclose(dilute(values, 1.0, blood, rng), share)


def test_what_is_missing_stays_missing_when_a_sample_is_spoiled(rng):
    values = rng.exponential(100.0, (2, 50))
    values[:, 7] = np.nan
    tags = three_prime(values, np.linspace(500, 5000, 50))
    assert np.isnan(sequence(tags, 1e4, rng)).sum() == 2
    assert np.nansum(sequence(tags, 1e4, rng), axis=1) == pytest.approx(1e4, rel=0.1)


def test_a_temperature_makes_scores_as_sure_as_they_are_right(rng):
    scores = rng.normal(0, 2, (4000, 5))
    truth = np.array([rng.choice(5, p=row) for row in softmax(scores)])
    assert temperature(4.0 * scores, truth) == pytest.approx(0.25, rel=0.1)


def test_the_lowest_threshold_keeps_its_promise():
    best = np.array([0.99, 0.95, 0.9, 0.8, 0.7, 0.6])
    probability = np.column_stack([best, 1 - best])
    codes = np.array([0, 0, 0, 1, 0, 0])
    assert lowest_threshold(probability, codes, 0.0) == 0.9
    assert lowest_threshold(probability, codes, 0.2) == 0.6
    assert lowest_threshold(probability, np.ones(6, int), 0.2) == 1.0


def test_a_group_is_right_where_the_truth_is_a_member():
    row = np.zeros(len(CLASSES))
    row[CLASSES.index("ETV6::RUNX1")], row[CLASSES.index("ETV6::RUNX1-like")] = 0.55, 0.45
    codes = np.array([CLASSES.index("ETV6::RUNX1-like"), CLASSES.index("DUX4-r"), -1])
    found = tally(np.tile(row, (3, 1)), codes)
    assert (found.n, found.most_probable.right) == (2, 0)
    assert (found.answered.right, found.answered.wrong) == (1, 1)


def test_wrong_answers_above_the_right_ones():
    right = np.array([True, False, True, False, True])
    assert wrong_above(right, 2) == "1"
    assert wrong_above(right, 3) == "2"
    assert wrong_above(right, 4) == "not so many are right"


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
    assert learn_weights([all_of_them]) == learn_weights([all_of_them.defined()])


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


def test_the_experts_of_a_laboratory_left_out_never_saw_it(sources):
    """Patients of two laboratories: each is held out as a whole, and its weights come from the other."""
    seen, cohorts = [], sources.cohorts

    class Watched(Teacher):
        def members(self, cohort, stjude):
            seen.append(set(cohort.cohorts))
            return super().members(cohort, stjude)

    class WatchedPools(Pools):
        teacher = Watched(sources)

    pools = WatchedPools(sources, cohorts)
    taught = pools.fit(cohorts)
    assert seen == [{"c1"}, {"c0"}, {"c0", "c1"}]
    assert taught.names.tolist() == cohorts.names.tolist()
    assert (taught.log_odds.argmax(axis=1) == taught.codes).mean() > 0.9


def test_patients_that_are_tested_teach_nothing(sources):
    cohorts = sources.cohorts
    train = cohorts.take(np.arange(0, len(cohorts.labels), 3))
    seen = Pools(sources, cohorts)._seen(train)
    assert set(cohorts.names[seen]) == set(train.names)
