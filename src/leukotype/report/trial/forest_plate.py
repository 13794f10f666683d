"""The plate of a forest plot: columns of text, and squares with intervals on one axis beside them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from matplotlib.axes import Axes

from leukotype.report.drawing import (
    MARGIN_MM,
    SMALL_PT,
    WIDTH_MM,
    Drawing,
    broken,
    footnote_lines,
    head_mm,
    line_mm,
    text_mm,
)
from leukotype.report.palette import INK, MUTED, STRIPE
from leukotype.report.trial.scale import Scale

_GAP_MM: Final = 2.5
_INNER_GAP_MM: Final = 1.5  # between the two columns of an arm
_INDENT_MM: Final = 2.5
_NARROWEST_PLOT_MM: Final = 42.0
_WIDEST_LABEL_MM: Final = 52.0
_ROW_MM: Final = 4.6
_SCALE_MM: Final = 9.5  # the ticks and their labels
_LARGEST_SQUARE_PT: Final = 8.0
_SMALLEST_SQUARE_PT: Final = 2.0
_ARROW_PT: Final = 5.0
_DIAMOND_PT: Final = 6.0


@dataclass(frozen=True)
class Entry:
    """One row.

    Parameters
    ----------
    kind
        ``overall`` (a diamond), ``factor`` (a heading, with its interaction test) or ``level``.
    cells
        text of the columns left of the plot, after the label.
    estimate, p
        text of the columns right of it; a factor's ``p`` is right-aligned over both.
    point
        estimate, lower and upper limit; None where there is nothing to draw.
    weight
        what the square's area stands for.
    reason
        why nothing could be estimated; written in the place of the square.
    """

    kind: Literal["overall", "factor", "level"]
    label: str
    cells: tuple[str, ...] = ()
    estimate: str = ""
    p: str = ""
    point: tuple[float, float, float] | None = None
    weight: float = math.nan
    reason: str = ""

    @property
    def bold(self) -> bool:
        """Whether the label stands out."""
        return self.kind != "level"


@dataclass(frozen=True)
class Headings:
    """Heads of the columns: two arms of two columns each, then the estimate and the P value.

    A newline breaks a head; ``arms`` spans the columns of an arm.
    """

    arms: tuple[str, str]
    cells: tuple[str, str]
    estimate: str
    p: str = "P"
    label: str = "Subgroup"


@dataclass(frozen=True)
class _Columns:
    """Where things stand, in mm from the left: right edges of the cells, the plot, the last two columns."""

    label_width: float
    cells: tuple[float, ...]
    plot: tuple[float, float]
    estimate: float
    p: float


def forest_plate(
    entries: Sequence[Entry],
    headings: Headings,
    scale: Scale,
    notes: Sequence[str],
    *,
    title: str,
    alt: str,
    synthetic: bool,
) -> Drawing:
    """Draw the rows from top to bottom, the axis below them and the footnotes last."""
    columns = _columns(entries, headings)
    labels = [_lines_of_label(entry, columns) for entry in entries]
    reasons = [broken(entry.reason, columns.estimate - columns.plot[0], SMALL_PT) for entry in entries]
    heights = [_ROW_MM + (max(len(a), len(b)) - 1) * line_mm() for a, b in zip(labels, reasons, strict=True)]
    foot = footnote_lines(notes)
    names = _names_of_arms(headings, columns)
    top = head_mm(title) + (max(map(len, names)) + 3) * line_mm()
    bottom = top + sum(heights)
    favours = _favours(scale, columns.plot)
    below = bottom + _SCALE_MM + max(map(len, favours)) * line_mm(SMALL_PT)
    height = below + len(foot) * line_mm(SMALL_PT) + MARGIN_MM
    drawing = Drawing(height, title=title, alt=alt, synthetic=synthetic)
    _write_heads(drawing, headings, names, columns, top)
    stripes = _sheet(drawing, top, bottom)
    plot = _axis(drawing, scale, columns, top, bottom)
    heaviest = max((entry.weight for entry in entries if not math.isnan(entry.weight)), default=1.0)
    y = top
    for i, (entry, label, reason, tall) in enumerate(zip(entries, labels, reasons, heights, strict=True)):
        if i % 2:
            stripes.axhspan(y, y + tall, color=STRIPE, linewidth=0)
        _write_row(drawing, entry, (label, reason), columns, y)
        if not entry.reason:
            plot.plot([scale.no_effect] * 2, [y, y + tall], color=MUTED, linewidth=0.8, zorder=1)
        _draw_point(plot, scale, entry, y + _ROW_MM / 2, heaviest)
        y += tall
    _write_favours(drawing, favours, scale.place(scale.no_effect, columns.plot), bottom + _SCALE_MM)
    drawing.footnotes(below, foot)
    return drawing


def _columns(entries: Sequence[Entry], headings: Headings) -> _Columns:
    """Give each column of text the width of its widest cell; the plot takes what is left."""
    widths = []
    for i in range(4):
        cells = [text_mm(entry.cells[i]) for entry in entries if entry.cells]
        widths.append(max([*cells, *(text_mm(line) for line in headings.cells[i % 2].split("\n"))]))
    estimate = max(text_mm(line) for line in [*headings.estimate.split("\n"), *(e.estimate for e in entries)])
    p = max(text_mm(line) for line in [headings.p, *(e.p for e in entries if e.kind != "factor")])
    labels = max(_indent(e) + text_mm(e.label, bold=e.bold) for e in entries)
    taken = sum(widths) + estimate + p + 2 * MARGIN_MM + 7 * _GAP_MM + 2 * _INNER_GAP_MM
    free = WIDTH_MM - taken
    label = min(labels, max(free - _NARROWEST_PLOT_MM, 24.0), _WIDEST_LABEL_MM)
    edges, x = [], MARGIN_MM + label
    for i, width in enumerate(widths):
        x += width + (_INNER_GAP_MM if i % 2 else 2 * _GAP_MM)
        edges.append(x)
    last = WIDTH_MM - MARGIN_MM
    plot = (x + 2 * _GAP_MM, last - p - estimate - 2 * _GAP_MM)
    return _Columns(label, tuple(edges), plot, last - p - _GAP_MM, last)


def _indent(entry: Entry) -> float:
    return _INDENT_MM if entry.kind == "level" else 0.0


def _lines_of_label(entry: Entry, columns: _Columns) -> list[str]:
    """Break a label to its column; a heading may run on over the empty cells, up to the plot."""
    wide = columns.plot[0] - MARGIN_MM if entry.kind == "factor" else columns.label_width - _indent(entry)
    return broken(entry.label, wide, bold=entry.bold)


def _names_of_arms(headings: Headings, columns: _Columns) -> list[list[str]]:
    """Break the arms' names to the width of their columns."""
    spans = (_span_of_arm(columns, arm) for arm in range(len(headings.arms)))
    return [
        broken(name, right - left, bold=True)
        for name, (left, right) in zip(headings.arms, spans, strict=True)
    ]


def _span_of_arm(columns: _Columns, arm: int) -> tuple[float, float]:
    before = columns.cells[2 * arm - 1] if arm else MARGIN_MM + columns.label_width
    return before + _GAP_MM, columns.cells[2 * arm + 1]


def _write_heads(
    drawing: Drawing, headings: Headings, names: list[list[str]], columns: _Columns, top: float
) -> None:
    under = top - 0.3 * line_mm()
    second, third = under - line_mm(), under - 2 * line_mm() - 0.5
    rules = _sheet(drawing, 0, drawing.height_mm)
    drawing.write(MARGIN_MM, under, headings.label, weight="bold")
    for arm, lines in enumerate(names):
        left, right = _span_of_arm(columns, arm)
        for back, line in enumerate(reversed(lines)):
            drawing.write((left + right) / 2, third - back * line_mm(), line, ha="center", weight="bold")
        rules.plot([left, right], [third + 1.0] * 2, color=INK, linewidth=0.5)
        for i, head in enumerate(headings.cells):
            _write_right(drawing, columns.cells[2 * arm + i], (second, under), head)
    _write_right(drawing, columns.estimate, (second, under), headings.estimate, weight="bold")
    drawing.write(columns.p, under, headings.p, ha="right", weight="bold")
    rules.plot([MARGIN_MM, WIDTH_MM - MARGIN_MM], [top] * 2, color=INK, linewidth=0.8)


def _write_right(
    drawing: Drawing, x: float, baselines: tuple[float, float], head: str, weight: str = "normal"
) -> None:
    """Write a head of one or two lines; one line stands on the lower."""
    lines = head.split("\n")
    for y, line in zip(baselines[-len(lines) :], lines, strict=True):
        drawing.write(x, y, line, ha="right", weight=weight)


def _sheet(drawing: Drawing, top: float, bottom: float) -> Axes:
    """Invisible axes over the sheet's full width, in mm, for stripes and rules."""
    axes = drawing.place(0, top, WIDTH_MM, bottom - top)
    axes.set_axis_off()
    axes.set_xlim(0, WIDTH_MM)
    axes.set_ylim(bottom, top)
    axes.set_zorder(-1)
    return axes


def _axis(drawing: Drawing, scale: Scale, columns: _Columns, top: float, bottom: float) -> Axes:
    left, right = columns.plot
    axes = drawing.place(left, top, right - left, bottom - top)
    axes.set_label("forest")
    if scale.logarithmic:
        axes.set_xscale("log")
    axes.set_xlim(scale.low, scale.high)
    axes.set_ylim(bottom, top)
    axes.spines[["left", "right", "top"]].set_visible(False)
    axes.set_yticks([])
    axes.set_xticks([at for at, _ in scale.ticks], [text for _, text in scale.ticks])
    axes.set_xticks(scale.small_ticks, minor=True, labels=[""] * len(scale.small_ticks))
    return axes


def _favours(scale: Scale, plot: tuple[float, float]) -> tuple[list[str], list[str]]:
    """Break what each side favours to the room it has, up to the margin of the sheet."""
    middle = scale.place(scale.no_effect, plot)
    before, after = scale.favours
    return (
        broken(before, middle - 1 - MARGIN_MM, SMALL_PT),
        broken(after, WIDTH_MM - MARGIN_MM - middle - 1, SMALL_PT),
    )


def _write_favours(drawing: Drawing, favours: tuple[list[str], list[str]], middle: float, top: float) -> None:
    for lines, x, align in zip(favours, (middle - 1, middle + 1), ("right", "left"), strict=True):
        for i, line in enumerate(lines):
            drawing.write(x, top + i * line_mm(SMALL_PT), line, ha=align, fontsize=SMALL_PT)


def _write_row(
    drawing: Drawing, entry: Entry, broken_text: tuple[list[str], list[str]], columns: _Columns, y: float
) -> None:
    label, reason = broken_text
    base = y + _ROW_MM / 2 + 1.0
    weight = "bold" if entry.bold else "normal"
    for i, line in enumerate(label):
        drawing.write(MARGIN_MM + _indent(entry), base + i * line_mm(), line, weight=weight)
    for x, cell in zip(columns.cells, entry.cells, strict=False):
        drawing.write(x, base, cell, ha="right")
    if entry.reason:
        for i, line in enumerate(reason):
            drawing.write(
                columns.plot[0], base + i * line_mm(), line, fontsize=SMALL_PT, color=MUTED, style="italic"
            )
    drawing.write(columns.estimate, base, entry.estimate, ha="right")
    italic = {"style": "italic"} if entry.kind == "factor" else {}
    drawing.write(columns.p, base, entry.p, ha="right", **italic)


def _draw_point(axes: Axes, scale: Scale, entry: Entry, y: float, heaviest: float) -> None:
    if entry.point is None:
        return
    value, low, high = entry.point
    axes.plot([max(low, scale.low), min(high, scale.high)], [y, y], color=INK, linewidth=0.9, gid="interval")
    for cut, edge, mark in ((low < scale.low, scale.low, "<"), (high > scale.high, scale.high, ">")):
        if cut:
            axes.plot([edge], [y], marker=mark, color=INK, markersize=_ARROW_PT, clip_on=False, gid="arrow")
    if not scale.low <= value <= scale.high:
        return
    share = 0.0 if math.isnan(entry.weight) else entry.weight / heaviest
    size = max(_LARGEST_SQUARE_PT * math.sqrt(share), _SMALLEST_SQUARE_PT)
    mark, size = ("D", _DIAMOND_PT) if entry.kind == "overall" else ("s", size)
    look: dict[str, Any] = {"marker": mark, "color": INK, "markersize": size, "markeredgewidth": 0}
    axes.plot([value], [y], clip_on=False, gid="estimate", **look)
