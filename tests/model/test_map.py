"""A sample's place on the map is its own: nothing else moves it, and it moves nothing."""

import numpy as np
import pytest

from leukotype.model.map import LEAST_PROBABILITY, Map, log_odds, place


def a_map(seed=3, landmarks=40, subtypes=5):
    rng = np.random.default_rng(seed)
    classes = np.arange(landmarks) % subtypes
    places = rng.uniform(0, 1, (landmarks, 2))
    odds = log_odds(rng.dirichlet(np.ones(subtypes), landmarks))
    names = tuple(f"S{i}" for i in range(subtypes))
    ring = np.array([[0.1, 0.1], [0.2, 0.1], [0.2, 0.2]])
    return Map(names, odds, places, places, classes, ring, np.array([0]), np.array([2]))


def samples(n=200, subtypes=5):
    return np.random.default_rng(4).dirichlet(0.3 * np.ones(subtypes), n)


def test_log_odds_are_logarithms_of_ratios():
    odds = log_odds(np.array([[0.8, 0.1, 0.1]]))
    assert odds[0, 0] - odds[0, 1] == pytest.approx(np.log(8))
    assert odds.sum() == pytest.approx(0)


def test_what_is_less_than_the_least_probability_says_no_more():
    tiny = np.array([[1 - 1e-9, 1e-9], [1 - 1e-4, 1e-4]])
    first, second = log_odds(tiny)
    assert first == pytest.approx(second, abs=1e-3)
    assert first[0] - first[1] == pytest.approx(-np.log(LEAST_PROBABILITY), abs=1e-6)


def test_every_batch_gives_the_same_place():
    places, rows = a_map().place(samples()), samples()
    assert np.array_equal(places, np.concatenate([a_map().place(rows[i : i + 1]) for i in range(len(rows))]))
    assert np.array_equal(places[::-1], a_map().place(rows[::-1]))
    assert np.array_equal(places[:7], a_map().place(rows[:7]))


def test_a_sample_at_a_landmark_lies_on_it():
    drawn = a_map()
    assert place(drawn.landmarks, drawn.landmarks, drawn.places) == pytest.approx(drawn.places, abs=1e-3)


def test_places_stay_within_the_landmarks():
    drawn = a_map()
    places = drawn.place(samples())
    assert (places >= drawn.places.min(axis=0) - 1e-3).all()
    assert (places <= drawn.places.max(axis=0) + 1e-3).all()


def test_a_small_change_of_a_sample_moves_it_a_little():
    start, end = samples(2)
    steps = np.linspace(0, 1, 4001)[:, None]
    places = a_map().place(start + (end - start) * steps)
    assert np.abs(np.diff(places, axis=0)).max() < 0.05


def test_one_landmark_takes_everybody():
    drawn = a_map(landmarks=1)
    assert drawn.place(samples(3)) == pytest.approx(np.repeat(drawn.places, 3, axis=0), abs=1e-3)


def test_the_state_gives_the_map_back():
    drawn = a_map()
    again = Map.from_state({name: np.array(array) for name, array in drawn.state().items()})
    assert again.subtypes == drawn.subtypes
    assert np.array_equal(again.place(samples()), drawn.place(samples()))
    ((name, ring),) = again.outlines()
    assert (name, ring.tolist()) == ("S2", [[0.1, 0.1], [0.2, 0.1], [0.2, 0.2]])
