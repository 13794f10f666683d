"""Figures of a training, for MLflow: reliability, risk against coverage, learning curve."""

from __future__ import annotations

from typing import Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from leukotype.learning.figures import METRIC, Report

_SIZE: Final = (4.5, 4.0)  # inches


def drawn(nested: Report, learning: pd.DataFrame) -> dict[str, Figure]:
    """Draw the tables of held-out patients, by name; the numbers of patients stand beside the points."""
    reliability, risk = nested.tables["reliability"], nested.tables["risk_coverage"]
    figures = {
        "reliability": _points(
            reliability, "mean_probability", "right", "n", ("probability of the answer", "share right")
        ),
        "risk_coverage": _points(
            risk, "share_called", "share_wrong", "threshold", ("share called", "share wrong of the called")
        ),
    }
    figures["reliability"].axes[0].plot([0, 1], [0, 1], color="0.7", linestyle="--", zorder=0)
    if len(learning):
        labels = ("samples learned from", "balanced accuracy")
        figures["learning_curve"] = _points(learning, "samples", METRIC, "share", labels)
    return figures


def _points(table: pd.DataFrame, x: str, y: str, beside: str, labels: tuple[str, str]) -> Figure:
    figure = Figure(figsize=_SIZE, layout="constrained")
    axes: Axes = figure.subplots()
    axes.plot(table[x], table[y], color="0.2", marker="o")
    shown = table.dropna(subset=[y])
    for text, across, up in zip(shown[beside], shown[x], shown[y], strict=True):
        axes.annotate(f"{text}", (across, up), textcoords="offset points", xytext=(5, -10), fontsize=7)
    axes.set_xlabel(labels[0])
    axes.set_ylabel(labels[1])
    return figure
