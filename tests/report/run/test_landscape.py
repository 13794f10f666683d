"""What a page says of a sample's place, of its likeness and of its markers."""

import math

import numpy as np
import pandas as pd
import pytest

from leukotype.evidence.knowledge import MARKERS
from leukotype.model.map import Map
from leukotype.report.run.landscape import background, mark, nearest_profiles, neighbours
from leukotype.report.run.marker_strips import Strips, genes_without_strip
from leukotype.report.run.words import blasts, library_size, prediction_sets

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


@pytest.fixture
def strips():
    levels = pd.DataFrame({"CLEC12A": [0.5, 7.5, 2.0], "MME": [9.0, NAN, 10.0], "CRLF2": [0.0, 0.0, 8.0]})
    trained = pd.DataFrame({"CLEC12A": [7.0, 1.0, 14.0]}, index=["DUX4-r", "KMT2A-r", "normal"])
    return Strips(levels, trained)


def test_a_sample_has_the_markers_of_its_subtype_and_the_genes_of_lesions(strips):
    shown = {each["gene"]: each for each in strips.of(1, "DUX4-r")}
    assert set(shown) == {"CLEC12A", "CRLF2"}
    assert (shown["CLEC12A"]["said"], shown["CLEC12A"]["level"]) == ("high in DUX4-r", "7.5")
    assert shown["CLEC12A"]["rank"] == "1 of 3"
    assert shown["CRLF2"]["rank"] == "2 to 3 of 3"
    least = next(each.least for each in MARKERS if each.gene == "CRLF2")
    assert shown["CRLF2"]["said"] == f"BCR::ABL1-like from {least:g} on"
    assert "CHST2" in genes_without_strip("DUX4-r", list(shown.values()))


def test_a_sample_without_a_call_has_the_genes_of_lesions_alone(strips):
    assert [each["gene"] for each in strips.of(2, "")] == ["CRLF2"]


def test_a_gene_that_was_not_measured_has_no_strip(strips):
    assert [each["gene"] for each in strips.of(1, "KMT2A-r")] == ["CRLF2"]
    assert [each["gene"] for each in strips.of(0, "KMT2A-r")] == ["MME", "CRLF2"]


def test_the_band_is_of_subtypes_and_the_cut_off_of_lesions(strips):
    drawn = dict(zip(strips.levels, strips.backgrounds(), strict=True))
    one, seven = (
        drawn["CLEC12A"]["band"]["x"] + share * drawn["CLEC12A"]["band"]["width"] for share in (0, 1)
    )
    assert (one, seven) == pytest.approx((6 + 228 / 15, 6 + 7 * 228 / 15), abs=0.11)  # normal cells left out
    assert drawn["MME"]["band"] is None
    assert drawn["CLEC12A"]["cut"] is None
    assert drawn["CRLF2"]["cut"] > 0


def test_ticks_stand_for_every_sample_that_has_the_gene(strips):
    assert [each["ticks"].count("M") for each in strips.backgrounds()] == [3, 2, 3]


def test_blasts_given_and_estimated_stand_beside_one_another():
    row = {"blast_pct": 85.0, "blast_source": "given", "blast_estimate_pct": 71.6}
    more = {"blast_low_pct": 55.2, "blast_high_pct": 88.0}
    assert blasts({**row, **more}) == (
        "85 % (given; at least 30 % are needed); estimated from expression 72 % (55 to 88)"
    )
    assert blasts({**row, "blast_pct": 71.6, "blast_source": "estimated"}) == (
        "not given (at least 30 % are needed); estimated from expression 72 %"
    )


def test_sets_are_said_in_words():
    row = {"prediction_set_90": "DUX4-r", "prediction_set_95": "DUX4-r|PAX5alt|B-other"}
    assert prediction_sets(row) == "Possible at 90 % DUX4-r alone; at 95 % DUX4-r, PAX5alt or B-other."
    assert prediction_sets({"prediction_set_90": "", "prediction_set_95": ""}) == ""
    assert prediction_sets({"prediction_set_90": "none"}) == "Possible at 90 % no subtype."
    assert prediction_sets({}) == ""


def test_reads_are_told_in_millions():
    assert library_size({"library_size": 23_440_000.0}) == "23.4 million"
    assert library_size({"library_size": NAN}) == library_size({}) == ""
