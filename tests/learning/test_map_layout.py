"""The map of invented patients: groups stand apart, outlines hold their own, it is drawn the same again."""

import numpy as np
import pytest

from leukotype.learning.map_layout import build_map
from leukotype.model.map import Map

NAMES = ("A", "B", "C", "D")
SIZES = (40, 30, 20, 4)


def patients(seed):
    """Give held-out probabilities of four groups, one of them small; some look like another group."""
    rng = np.random.default_rng(seed)
    classes = np.repeat(np.arange(4), SIZES)
    looks = np.where(rng.random(len(classes)) < 0.05, rng.integers(0, 4, len(classes)), classes)
    scores = rng.normal(0, 1, (len(classes), 4)) + 5 * np.eye(4)[looks]
    odds = np.exp(scores)
    return odds / odds.sum(axis=1, keepdims=True), classes, looks


@pytest.fixture(scope="module")
def drawn():
    probabilities, classes, _ = patients(1)
    return build_map(probabilities, classes, NAMES, 7)


def nearest(points, classes, places, k=3):
    order = ((places[:, None] - points[None]) ** 2).sum(-1).argsort(axis=1)[:, :k]
    return np.array([np.bincount(row, minlength=4).argmax() for row in classes[order]])


def test_new_samples_fall_among_the_patients_they_look_like(drawn):
    probabilities, _, looks = patients(2)
    assert (nearest(drawn.points, drawn.classes, drawn.place(probabilities)) == looks).mean() > 0.9


def test_points_are_placed_as_new_samples_are(drawn):
    probabilities, classes, _ = patients(1)
    placed = sorted(zip(classes, *drawn.place(probabilities).T, strict=True))
    assert placed == sorted(zip(drawn.classes, *drawn.points.T, strict=True))


def test_the_order_of_the_patients_is_not_kept(drawn):
    keys = list(zip(drawn.classes, drawn.points[:, 0], drawn.points[:, 1], strict=True))
    assert keys == sorted(keys)


def test_landmarks_are_fewer_than_patients(drawn):
    assert len(drawn.landmarks) * 3 <= sum(SIZES)


def test_every_subtype_has_an_outline_that_holds_four_fifths_of_it(drawn):
    path = pytest.importorskip("matplotlib.path").Path
    for code, name in enumerate(NAMES):
        rings = [path(ring) for owner, ring in drawn.outlines() if owner == name]
        own = drawn.points[drawn.classes == code]
        inside = np.any(
            [ring.contains_points(own, radius=0.01) | ring.contains_points(own) for ring in rings], axis=0
        )
        assert inside.mean() >= 0.75, name


def test_all_lies_on_the_map(drawn):
    for array in (drawn.points, drawn.vertices, drawn.places):
        assert array.min() >= 0
        assert array.max() <= 1


def test_it_is_drawn_the_same_again(drawn):
    probabilities, classes, _ = patients(1)
    again = build_map(probabilities, classes, NAMES, 7).state()
    for name, array in drawn.state().items():
        assert np.array_equal(again[name], array), name


def test_few_patients_have_a_map_too():
    probabilities = np.array([[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.3, 0.7], [0.2, 0.8]])
    small = build_map(probabilities, np.array([0, 0, 1, 1, 1]), ("A", "B"), 7)
    assert isinstance(small, Map)
    assert np.isfinite(small.place(probabilities)).all()
