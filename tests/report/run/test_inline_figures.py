"""Figures that the page draws itself: chromosomes with their copies, bars to either side of zero."""

import math

import pytest

from leukotype.report.run.inline_figures import chromosomes
from leukotype.vocabulary import CHROMOSOMES


def test_chromosomes_that_differ_from_two_are_said():
    rows = [
        {
            "sample": "P1",
            "chromosome": name,
            "log2_ratio": math.log2(3 / 2) if name == "21" else 0.0,
            "standard_error": 0.02,
            "genes": 100,
            "copies": 3 if name == "21" else 2,
            "certainty": 1.0,
        }
        for name in CHROMOSOMES
    ]
    drawn = chromosomes(rows)
    assert drawn["said"] == "Chromosomes: 21 in 3 copies."
    changed = [mark for mark in drawn["marks"] if mark["changed"]]
    assert [(mark["name"], mark["copies"]) for mark in changed] == [("21", "3")]
    three = next(band["y"] for band in drawn["bands"] if band["name"] == "3")
    assert changed[0]["level"] == pytest.approx(three, abs=0.1)
    assert chromosomes([]) is None
