"""What a page says of a sample's place on the map, and of its likeness."""

import math

import numpy as np

from leukotype.model.map import Map
from leukotype.report.run.map_figure import Frame, background, mark, nearest_profiles, neighbours

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
    whole = Frame(0.0, 1.0, 0.0, 1.0)
    low, high = mark({"x": 0.1, "y": 0.1}, whole), mark({"x": 0.9, "y": 0.9}, whole)
    assert low["x"] < high["x"]
    assert low["y"] > high["y"]
    assert mark({"x": NAN, "y": NAN}, whole) is None
    assert mark({"x": 0.1, "y": 0.1}, None) is None


def test_a_map_fills_its_frame_to_the_margin_with_room_for_a_name_above_and_below():
    patients = crowded()
    drawn, frame = background(patients), Frame.of(patients)
    corners = [(frame.x(x), frame.y(y)) for x, y in patients.vertices]
    left, top = min(x for x, _ in corners), min(y for _, y in corners)
    right, bottom = max(x for x, _ in corners), max(y for _, y in corners)
    assert (left, top) == (12, 22)
    assert (right, bottom) == (drawn["width"] - 12, drawn["height"] - 22)


def test_one_place_alone_is_a_map_too():
    assert Frame(0.5, 0.5, 0.5, 0.5).x(0.5) == 12


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


def test_a_sure_leukemia_is_likened_to_subtypes_alone():
    row = {"sample": "P1", "x": 0.1, "y": 0.2, "normal": 0.8, "T-ALL": 0.7, "DUX4-r": 0.6, "PAX5alt": 0.1}
    assert [each["name"] for each in nearest_profiles(row)] == ["normal", "T-ALL", "DUX4-r"]
    told = nearest_profiles(row, subtypes_alone=True)
    assert [each["name"] for each in told] == ["DUX4-r", "PAX5alt"]
