"""Prediction sets cover the share of patients that they promise, and are those of another implementation."""

import numpy as np
import pytest

from leukotype.model.conformal import ENOUGH, LEVELS, cut_off, cut_offs, prediction_sets
from leukotype.model.log_odds import softmax


def drawn(n, classes, seed, sharpness=2.0):
    """Labels drawn from the probabilities that are given for them: an honest model."""
    rng = np.random.default_rng(seed)
    probabilities = softmax(sharpness * rng.normal(size=(n, classes)))
    codes = np.array([rng.choice(classes, p=row) for row in probabilities])
    return probabilities, codes


def test_the_cut_off_is_the_quantile_of_split_conformal_prediction():
    """n = 19, level .9: the ceil(20 x .9) = 18th largest of the true classes' probabilities."""
    true = np.arange(1, 20) / 20
    assert cut_off(np.random.default_rng(0).permutation(true), 0.9) == true[1]


def test_with_too_few_patients_for_a_level_a_set_holds_everything():
    """Eight patients can promise 8 of 9 at most, which is under 90 %."""
    assert cut_off(np.full(8, 0.99), 0.9) == 0.0
    assert cut_off(np.full(9, 0.99), 0.9) == 0.99


@pytest.mark.parametrize("level", LEVELS)
def test_as_many_new_patients_are_covered_as_was_promised(level):
    """Split conformal prediction covers at least the level; over 20,000 patients by chance within .01."""
    least = cut_offs(*drawn(20_000, 6, 1), level)
    probabilities, codes = drawn(20_000, 6, 2)
    inside = prediction_sets(probabilities, least)
    covered = inside[np.arange(len(codes)), codes]
    assert covered.mean() == pytest.approx(level, abs=0.01)
    for code in range(6):
        assert covered[codes == code].mean() == pytest.approx(level, abs=0.02)


@pytest.mark.parametrize("level", LEVELS)
def test_the_sets_are_those_of_mapie(level):
    """MAPIE's LAC as an oracle; its labels must be sorted, or its sets are silently wrong."""
    mapie = pytest.importorskip("mapie.classification")
    from sklearn.base import BaseEstimator, ClassifierMixin

    class Told(ClassifierMixin, BaseEstimator):
        """Gives the probabilities that stand in its input."""

        def fit(self, x, y):
            self.classes_, self.n_features_in_ = np.unique(y), x.shape[1]
            return self

        def predict_proba(self, x):
            return x

        def predict(self, x):
            return self.classes_[x.argmax(axis=1)]

    calibration, codes = drawn(300, 4, 3)
    new, _ = drawn(200, 4, 4)
    fitted = Told().fit(calibration, codes)
    oracle = mapie.SplitConformalClassifier(fitted, confidence_level=level, prefit=True)
    oracle.conformalize(calibration, codes)
    _, theirs = oracle.predict_set(new)
    true = calibration[np.arange(len(codes)), codes]
    ours = prediction_sets(new, np.full(4, cut_off(true, level)))
    assert np.array_equal(ours, np.asarray(theirs)[:, :, 0])


def test_a_class_with_enough_patients_has_a_cut_off_of_its_own():
    probabilities, codes = drawn(2_000, 3, 5)
    few = np.flatnonzero(codes == 2)[: ENOUGH - 1]
    rows = np.concatenate([np.flatnonzero(codes != 2), few])
    least = cut_offs(probabilities[rows], codes[rows], 0.9)
    true = probabilities[np.arange(len(codes)), codes]
    assert least[0] == cut_off(true[rows][codes[rows] == 0], 0.9)
    assert least[2] == cut_off(true[rows], 0.9)
