"""The map as a figure: who has a place on it, and what it says."""

import pytest

from leukotype.errors import InputError
from leukotype.model.bundle import load
from leukotype.report.run.map_drawing import draw_map


def test_who_has_a_place_is_drawn_and_counted(small_run, texts):
    patients = load().map
    drawn = draw_map(small_run, patients)
    placed = small_run.map.dropna(subset=["x", "y"])["sample"].tolist()
    assert placed[:2] == ["P1", "P2"]
    assert set(placed) <= set(texts(drawn.figure))
    told = f"{len(placed)} of 3 samples among {len(patients.points):,} patients".replace(",", "")
    assert told in " ".join(texts(drawn.figure))
    assert "P1 DUX4-r" in drawn.alt


def test_a_model_without_a_map_is_refused(small_run):
    with pytest.raises(InputError, match="expected a model with a map, found none"):
        draw_map(small_run, None)
