"""What weighed in a call, as bars; what weighs for a subtype, as bars and a swarm of samples."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes

from leukotype.errors import count_of
from leukotype.report.drawing import (
    MARGIN_MM,
    WIDTH_MM,
    Drawing,
    draw_value_grid,
    file_stem,
    head_mm,
    hide_spines,
    render,
    sheet_style,
    text_mm,
)
from leukotype.report.notation import with_sign
from leukotype.report.palette import ARM_COLOURS, INK, MUTED, subtype_colour, subtype_order

_ROW_MM: Final = 4.6
_AXIS_MM: Final = 11.0
_WIDEST_LABEL_MM: Final = 62.0
_BAR: Final = 0.66  # of a row
_FOR, _AGAINST = ARM_COLOURS
_MAP: Final = "cividis"  # even in print and for the colour-blind
_SPREADS: Final = 3.0  # a value further out has the colour of this distance
_CLOSE: Final = 0.012  # points nearer than this share of the axis stand above one another
_STEP: Final = 0.09  # of a row, between such points
_HINTED: Final = 1.05  # a screen's letters are set on whole pixels: a little wider than they are measured
_SMALL: Final = 0.05  # under it two decimals say nothing
_SUM_COLOUR: Final = "#9A9A9A"
_ONE_SAMPLE: Final = (
    "Each bar is what a feature adds to the log-odds of the first subtype against the other, or to the "
    "distance; grey bars are the start and the sums of all features that are not named. All bars add up to "
    "it. * marker in the literature. Research use only."
)
_MANY: Final = (
    "Left: mean absolute contribution to the log-odds against the average subtype, over all samples. Right: "
    "each point is a sample; its colour is the level of the feature, from low (dark) to high (light), in "
    "spreads from the training mean. * marker in the literature. Research use only."
)

Record = Mapping[Hashable, Any]


@sheet_style
def draw_contributions(rows: pd.DataFrame, *, synthetic: bool = False) -> Drawing:
    """Draw one sample's contributions to one subtype against another.

    Parameters
    ----------
    rows
        of one sample, subtype and ``against``; columns of ``explanations.csv``.
    """
    first, total = rows.iloc[0], rows["contribution"].sum()
    said = f"{first['subtype']} against {first['against']}"
    title = f"{_shorten(first['sample'], 40)}: {said}, {first['scale']} {total:+.2f}"
    named = rows[rows["features"] == 1]
    named = named.reindex(named["contribution"].abs().sort_values(ascending=False, kind="stable").index)
    shown = pd.concat([named, rows[rows["features"] != 1]]).to_dict("records")
    alt = f"Bars: {said}: " + ", ".join(f"{row['feature']} {row['contribution']:+.2f}" for row in shown)
    drawing, left, top = _label_rows(shown, title, alt, _ONE_SAMPLE, synthetic=synthetic)
    axes = _axes(drawing, left, top, WIDTH_MM - MARGIN_MM - 14 - left, len(shown))
    values = np.array([row["contribution"] for row in shown])
    digits = 2 if np.abs(values[:1]).max(initial=0.0) >= _SMALL else 3
    sums = np.array([row["features"] != 1 for row in shown])
    colours = np.where(sums, _SUM_COLOUR, np.where(values > 0, _FOR, _AGAINST))
    axes.barh(np.arange(len(shown)), values, height=_BAR, color=colours, label="bars")
    axes.axvline(0, color=INK, linewidth=0.6)
    _scale(axes, f"added to the {first['scale']}")
    for i, value in enumerate(values):
        y = top + (i + 0.5) * _ROW_MM + 1
        drawing.write(WIDTH_MM - MARGIN_MM, y, with_sign(value, digits), ha="right")
    return drawing


@sheet_style
def draw_importance(table: pd.DataFrame, points: pd.DataFrame, *, synthetic: bool = False) -> Drawing:
    """Draw what weighs most for one subtype over many samples.

    Parameters
    ----------
    table, points
        rows of one subtype of ``importance.csv`` and of its points.
    """
    subtype, shown = str(table["subtype"].iloc[0]), table.to_dict("records")
    samples = points["sample"].nunique()
    title = f"{subtype}: what weighs most, over {count_of(samples, 'sample')}"
    alt = f"{title}: " + ", ".join(f"{row['feature']} {row['mean_contribution']:.2f}" for row in shown)
    drawing, left, top = _label_rows(shown, title, alt, _MANY, synthetic=synthetic)
    room = WIDTH_MM - MARGIN_MM - left
    bars = _axes(drawing, left, top, 0.3 * room, len(shown))
    bars.barh(
        np.arange(len(shown)),
        [row["mean_contribution"] for row in shown],
        height=_BAR,
        color=subtype_colour(subtype),
        edgecolor=INK,
        linewidth=0.3,
    )
    _scale(bars, "mean |contribution|")
    swarm = _axes(drawing, left + 0.34 * room, top, 0.64 * room, len(shown))
    swarm.axvline(0, color=INK, linewidth=0.6)
    for i, row in enumerate(shown):
        _swarm(swarm, i, points[points["rank"] == row["rank"]], points["contribution"])
    _scale(swarm, f"added to the log-odds of {subtype}")
    return drawing


def _label_rows(
    shown: Sequence[Record], title: str, alt: str, note: str, *, synthetic: bool
) -> tuple[Drawing, float, float]:
    """Make a sheet with the features' names; where its axes may begin, in mm from the left and from above."""
    top = head_mm(title) + 2
    high = top + len(shown) * _ROW_MM + _AXIS_MM
    drawing = Drawing(high, title=title, alt=alt, synthetic=synthetic, notes=[note])
    names = [_label(row) for row in shown]
    wide = _HINTED * max(text_mm(name) for name in names)
    for i, name in enumerate(names):
        drawing.write(MARGIN_MM + wide, top + (i + 0.5) * _ROW_MM + 1, name, ha="right")
    return drawing, MARGIN_MM + wide + 3, top


def _label(row: Record) -> str:
    many = row.get("features", 1)
    name = f"{row['feature']} ({many})" if many > 1 else str(row["feature"])
    mark = " *" if row["known_marker"] and row["layer"] in ("expression", "chromosome") else ""
    while text_mm(name + mark) > _WIDEST_LABEL_MM:
        name = f"{name.rstrip('.')[:-1]}..."
    return name + mark


def _axes(drawing: Drawing, left: float, top: float, wide: float, rows: int) -> Axes:
    axes = drawing.place(left, top, wide, rows * _ROW_MM)
    axes.set_ylim(rows - 0.5, -0.5)
    axes.set_yticks([])
    hide_spines(axes, "left", "right", "top")
    draw_value_grid(axes)
    return axes


def _scale(axes: Axes, label: str) -> None:
    """Name the axis, and set a few ticks inside its limits."""
    axes.locator_params(axis="x", nbins=5)
    low, high = axes.get_xlim()
    axes.set_xlim(low, high)
    axes.set_xticks([tick for tick in axes.get_xticks() if low <= tick <= high])
    axes.set_xlabel(label, labelpad=1)


def _swarm(axes: Axes, place: int, rows: pd.DataFrame, everything: pd.Series[float]) -> None:
    """Draw one feature's samples: those close to each other stand above one another."""
    rows = rows.sort_values("contribution", kind="stable")
    values = rows["contribution"].to_numpy(dtype=float)
    width = max(float(everything.max() - everything.min()), 1e-9)
    axes.scatter(
        values,
        place + _heights(values / width),
        c=np.clip(rows["value"], -_SPREADS, _SPREADS),
        cmap=_MAP,
        vmin=-_SPREADS,
        vmax=_SPREADS,
        s=5,
        linewidths=0.15,
        edgecolors=MUTED,
        clip_on=False,
    )


def _heights(places: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Height of each point beside the middle of its row; points fall into bins along the axis."""
    bins = np.floor(places / _CLOSE).astype(int)
    _, first, counts = np.unique(bins, return_index=True, return_counts=True)
    order = np.arange(len(bins)) - np.repeat(first, counts)
    steps = np.where(order % 2, order + 1, -order) / 2 * _STEP
    return np.asarray(np.clip(steps, -0.45, 0.45))


def contribution_figures(table: pd.DataFrame, *, synthetic: bool = False) -> dict[str, bytes]:
    """Draw every sample, subtype and ``against`` of a table; PNG by the names of their files."""
    figures, numbers = {}, {name: i for i, name in enumerate(dict.fromkeys(table["sample"]), start=1)}
    for (sample, _, against), rows in table.groupby(["sample", "subtype", "against"], sort=False):
        name = f"explained_{numbers[sample]}_{file_stem(str(sample))}_against_{file_stem(str(against))}.png"
        figures[name] = render(draw_contributions(rows, synthetic=synthetic), "png")
    return figures


def importance_figures(
    table: pd.DataFrame, points: pd.DataFrame, *, synthetic: bool = False
) -> dict[str, bytes]:
    """Draw every subtype, in the vocabulary's order; PNG by the names of their files."""
    figures = {}
    for subtype in sorted(set(table["subtype"]), key=subtype_order):
        rows, theirs = table[table["subtype"] == subtype], points[points["subtype"] == subtype]
        figures[f"importance_{file_stem(subtype)}.png"] = render(
            draw_importance(rows, theirs, synthetic=synthetic), "png"
        )
    return figures


def _shorten(name: str, most: int) -> str:
    return name if len(name) <= most else f"{name[:most]}..."
