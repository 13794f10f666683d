"""Figures of contributions: bars to the right and left of zero, every text on the sheet and on no other."""

import io

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from leukotype.report.run.contribution_figures import (
    contribution_figures,
    draw_contributions,
    draw_importance,
    importance_figures,
)


@pytest.fixture
def table():
    """One patient: what is invented adds up to 3.0."""
    rows = [
        ("start", "every gene at its training mean", 0, -1.0, ""),
        ("fusion", "MEF2D::BCL9", 1, 3.0, "lesion of MEF2D-r"),
        ("expression", "HDAC9", 1, 1.5, "high in MEF2D-r"),
        ("expression", "WNT9A", 1, -0.75, ""),
        ("expression", "all other genes", 2895, 0.25, ""),
    ]
    frame = pd.DataFrame(rows, columns=["layer", "feature", "features", "contribution", "known_marker"])
    return frame.assign(sample="P1", subtype="MEF2D-r", against="B-other", scale="log-odds", value=1.0)


@pytest.fixture
def global_view():
    rng = np.random.default_rng(0)
    genes = ["HDAC9", "MEF2C", "a gene of a very long name, longer than any label may be in the figure"]
    table = pd.DataFrame(
        {
            "subtype": "MEF2D-r",
            "rank": [1, 2, 3],
            "feature": genes,
            "layer": "expression",
            "mean_contribution": [1.5, 1.0, 0.1],
            "known_marker": ["high in MEF2D-r", "low in MEF2D-r", ""],
        }
    )
    values = rng.normal(size=(300, 3))
    points = pd.DataFrame(
        {
            "subtype": "MEF2D-r",
            "rank": np.tile([1, 2, 3], 300),
            "feature": genes * 300,
            "sample": np.repeat([f"S{i}" for i in range(300)], 3),
            "value": values.ravel(),
            "contribution": (values * [1.5, -1.0, 0.1]).ravel(),
        }
    )
    return table, points


def test_the_heaviest_stand_first_and_the_sums_last(table, texts):
    said = texts(draw_contributions(table))
    order = [
        "MEF2D::BCL9",
        "HDAC9 *",
        "WNT9A",
        "every gene at its training mean",
        "all other genes (2895)",
    ]
    assert [text for text in said if text in order] == order
    assert "P1: MEF2D-r against B-other, log-odds +3.00" in said
    assert "\N{MINUS SIGN}0.75" in said


def test_bars_lie_on_their_side_of_zero(table):
    figure = draw_contributions(table)
    widths = [bar.get_width() for axes in figure.axes for bar in axes.patches]
    assert widths == [3.0, 1.5, -0.75, -1.0, 0.25]


def test_every_sample_is_a_point(global_view):
    figure = draw_importance(*global_view)
    (swarm,) = [axes for axes in figure.axes if axes.collections]
    assert [len(cloud.get_offsets()) for cloud in swarm.collections] == [300, 300, 300]
    for place, cloud in enumerate(swarm.collections):
        assert (np.abs(np.asarray(cloud.get_offsets())[:, 1] - place) < 0.5).all()


def test_no_text_lies_over_another(table, global_view, collisions):
    assert collisions(draw_contributions(table)) == []
    assert collisions(draw_importance(*global_view)) == []


def test_synthetic_is_written_on_the_sheet(table, global_view, texts):
    assert any("SYNTHETIC" in text for text in texts(draw_contributions(table, synthetic=True)))
    assert not any("SYNTHETIC" in text for text in texts(draw_importance(*global_view)))


@pytest.mark.parametrize("name", ["../x<script>", "a/b", "/etc/passwd", "ß" * 300])
def test_the_name_of_a_sample_is_never_a_path(table, name):
    (file,) = contribution_figures(table.assign(sample=name))
    assert "/" not in file
    assert len(file) < 120


def test_one_picture_a_subtype_the_same_every_time(global_view):
    first, second = importance_figures(*global_view), importance_figures(*global_view)
    assert list(first) == ["importance_MEF2D-r.png"]
    assert first == second
    with Image.open(io.BytesIO(first["importance_MEF2D-r.png"])) as picture:
        assert picture.width == int(180 / 25.4 * 300)
