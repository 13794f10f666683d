"""What a page says of a sample's place on the map, and of its likeness."""

import math

import numpy as np

from leukotype.model.map import Map
from leukotype.report.run.map_figure import background, mark, nearest_profiles, neighbours

NAN = math.nan


def crowded(n=6):
    """Give outlines that lie half over one another, as those of look-alikes do."""
    names = tuple(f"Subtype {i}" for i in range(n))
    ring = 0.05 * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    places = 0.5 + 0.06 * np.column_stack([np.arange(n) - n / 2, np.zeros(n)])
    rings = (places[:, None] + ring).reshape(-1, 2)
    owners = np.arange(n)
    return Map(names, np.eye(n), places, places, owners, rings, 4 * owners, owners)


def test_up_on_the_map_is_up_on_the_page():
    low, high = mark({"x": 0.1, "y": 0.1}), mark({"x": 0.9, "y": 0.9})
    assert low["x"] < high["x"]
    assert low["y"] > high["y"]
    assert mark({"x": NAN, "y": NAN}) is None


def test_no_name_lies_over_another_or_leaves_the_map():
    drawn = background(crowded())
    boxes = [(each["x"] - 3.9 * len(each["name"]), each["y"] - 12, each) for each in drawn["names"]]
    for x, y, each in boxes:
        assert x >= 0
        assert x + 7.8 * len(each["name"]) <= drawn["width"]
        assert 0 <= y <= drawn["height"]
        for other_x, other_y, other in boxes:
            apart = abs(x - other_x) >= 7.8 * len(each["name"]) - 1e-6 or abs(y - other_y) >= 14.9
            assert other is each or apart, (each, other)


def test_the_nearest_patients_are_counted_by_subtype():
    points = np.array([[0.1, 0.1]] * 4 + [[0.2, 0.2]] * 7 + [[0.9, 0.9]] * 5)
    classes = np.array([0] * 4 + [1] * 7 + [2] * 5)
    drawn = Map(
        ("A", "B", "C"),
        np.eye(3),
        np.eye(3)[:, :2],
        points,
        classes,
        np.zeros((0, 2)),
        np.arange(0),
        np.arange(0),
    )
    said = neighbours({"x": 0.1, "y": 0.1}, drawn)
    assert said == "Of the 10 patients of training nearest on the map, 6 had B, 4 had A."


def test_three_profiles_are_told_the_most_alike_first():
    row = {"sample": "P1", "x": 0.1, "y": 0.2, "A": 0.2, "B": 0.71, "C": -0.3, "D": NAN, "E": 0.5}
    told = nearest_profiles(row)
    assert [(each["name"], each["value"]) for each in told] == [("B", "0.71"), ("E", "0.50"), ("A", "0.20")]
    assert [each["bar"] for each in told] == [71.0, 50.0, 20.0]
