"""The figures hold the numbers of their tables."""

import pandas as pd

from leukotype.learning.curves import drawn
from leukotype.learning.figures import Report


def test_the_points_are_those_of_the_tables():
    reliability = pd.DataFrame({"n": [4, 6], "mean_probability": [0.4, 0.9], "right": [0.5, 1.0]})
    risk = pd.DataFrame({"threshold": [0.0, 0.9], "share_called": [1.0, 0.6], "share_wrong": [0.2, None]})
    learning = pd.DataFrame({"share": ["50%", "100%"], "samples": [10, 20], "balanced_accuracy": [0.7, 0.8]})
    figures = drawn(Report({}, {"reliability": reliability, "risk_coverage": risk}), learning)
    points = figures["reliability"].axes[0].lines[0]
    assert points.get_xdata().tolist() == [0.4, 0.9]
    assert points.get_ydata().tolist() == [0.5, 1.0]
    assert [text.get_text() for text in figures["reliability"].axes[0].texts] == ["4", "6"]
    assert figures["learning_curve"].axes[0].lines[0].get_ydata().tolist() == [0.7, 0.8]


def test_without_a_learning_curve_none_is_drawn():
    table = pd.DataFrame({"n": [1], "mean_probability": [0.5], "right": [1.0]})
    risk = pd.DataFrame({"threshold": [0.0], "share_called": [1.0], "share_wrong": [0.0]})
    assert set(drawn(Report({}, {"reliability": table, "risk_coverage": risk}), pd.DataFrame())) == {
        "reliability",
        "risk_coverage",
    }
