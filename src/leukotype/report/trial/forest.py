"""Forest plots of response and of survival, from the tidy frames of the same names.

A plot is a sheet of rows: columns of text, and squares with intervals beside them on one axis, which is
linear for differences of rates and logarithmic for hazard ratios.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import pandas as pd
from matplotlib.axes import Axes

from leukotype.report.drawing import (
    MARGIN_MM,
    SMALL_PT,
    WIDTH_MM,
    Drawing,
    head_mm,
    hide_spines,
    line_mm,
    rows_of,
    sheet_style,
    text_mm,
    wrap,
)
from leukotype.report.notation import (
    NOT_ESTIMABLE,
    NOT_REACHED,
    NOTHING,
    interval,
    level_of,
    months,
    out_of,
    percent,
    ratio,
    ratio_with_limits,
)
from leukotype.report.palette import INK, MUTED, STRIPE
from leukotype.report.trial.footnotes import Footnotes, methods_note, name_test
from leukotype.vocabulary import ALL_PATIENTS, Arm, Endpoint, Sensitivity

_Row = Mapping[str, Any]

_BODY_PT: Final = SMALL_PT  # seven columns of text beside a plot
_GAP_MM: Final = 2.2
_INNER_GAP_MM: Final = 1.5  # between the two columns of an arm
_INDENT_MM: Final = 2.5
_NARROWEST_PLOT_MM: Final = 34.0
_WIDEST_LABEL_MM: Final = 52.0
_ROW_MM: Final = 4.2
_SCALE_MM: Final = 9.5  # the ticks and their labels
_LARGEST_SQUARE_PT: Final = 8.0
_SMALLEST_SQUARE_PT: Final = 2.0
_ARROW_PT: Final = 5.0
_DIAMOND_PT: Final = 6.0
_RING_PT: Final = 4.5

# Ticks of the axis of hazard ratios; beyond the outermost an interval is cut.
_RATIOS: Final = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
# Decades that the axis spans -> ticks that do not touch one another there.
_TICKS: Final = ((1.4, _RATIOS), (2.6, (0.03, 0.1, 0.3, 1, 3, 10, 30)), (4.0, (0.01, 0.1, 1, 10, 100)))
_ROOM: Final = 1.6  # times the outermost estimate: so far the axis reaches at least
_NEAR: Final = 2.5  # times that: an interval that ends within is not cut


@dataclass(frozen=True)
class _Scale:
    """An axis.

    Parameters
    ----------
    low, high
        its limits; an interval that goes on is cut there.
    ticks
        where, and what is written there; ``small_ticks`` are bare.
    no_effect
        0 or 1.
    favours
        what stands below the axis on either side of it.
    """

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]
    no_effect: float
    favours: tuple[str, str]
    logarithmic: bool = False
    small_ticks: tuple[float, ...] = ()

    def place(self, value: float, ends: tuple[float, float]) -> float:
        """Find where a value stands between the ends of the drawn axis."""
        turn = math.log if self.logarithmic else float
        share = (turn(value) - turn(self.low)) / (turn(self.high) - turn(self.low))
        return ends[0] + (ends[1] - ends[0]) * share


@dataclass(frozen=True)
class _ForestRow:
    """One row, as it is printed.

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
    alone
        the estimate before it was drawn to the others; a circle.
    """

    kind: Literal["overall", "factor", "level"]
    label: str
    cells: tuple[str, ...] = ()
    estimate: str = ""
    p: str = ""
    point: tuple[float, float, float] | None = None
    weight: float = math.nan
    reason: str = ""
    alone: float = math.nan

    @property
    def bold(self) -> bool:
        """Whether the label stands out."""
        return self.kind != "level"


@dataclass(frozen=True)
class _Headings:
    """Heads of the columns, in lines: two columns under each arm, then the estimate and the P value."""

    arms: tuple[str, str]
    cells: tuple[tuple[str, ...], tuple[str, ...]]
    estimate: tuple[str, ...]
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


_MakeRow = Callable[[_Row, Footnotes], _ForestRow]


def _mm(text: str, *, bold: bool = False) -> float:
    """Width of a line of the body."""
    return text_mm(text, _BODY_PT, bold=bold)


@sheet_style
def draw_response_forest(
    response: pd.DataFrame,
    arms: tuple[str, str],
    *,
    endpoint: str = Endpoint.RESPONSE,
    title: str = "by subgroup",
    levels: tuple[float, float] = (0.95, 0.95),
    notes: Sequence[str] = (),
    synthetic: bool = False,
) -> Drawing:
    """Draw the forest plot of a response: responders of patients and the rate in both arms, the difference.

    Parameters
    ----------
    response
        the tidy frame ``response``; rows in the order in which they are drawn.
    arms
        printed names of the experimental arm and of the comparator.
    title
        what is asked, after the name of the endpoint.
    levels
        of the intervals of the rates, and of their differences.
    notes
        footnotes that come before those drawn from the frame: the methods of the intervals.

    Raises
    ------
    InputError
        If the frame has no row of the endpoint.
    """
    rows = rows_of(response, endpoint)
    footnotes = Footnotes()
    entries = _list_rows(rows, footnotes, _response_row)
    rate, difference = map(level_of, levels)
    headings = _Headings(arms, (("n/N",), ("%", f"({rate})")), ("Difference, %", f"({difference})"))
    said = [
        *notes,
        f"Difference: percentage points, {arms[0]} less {arms[1]}. Area of a square: number of patients; "
        "diamond: all patients.",
        *_last_notes(entries, footnotes),
    ]
    scale, title = _difference_scale(rows, arms), f"{endpoint} {title}"
    return _draw_plot(entries, headings, scale, said, title, _alt(title, entries, arms), synthetic=synthetic)


@sheet_style
def draw_survival_forest(
    survival: pd.DataFrame,
    arms: tuple[str, str],
    *,
    endpoint: str,
    title: str = "by subgroup",
    level: float = 0.975,
    notes: Sequence[str] = (),
    synthetic: bool = False,
) -> Drawing:
    """Draw the forest plot of PFS or OS: events of patients and medians in both arms, and the hazard ratio.

    The axis is logarithmic; an interval that leaves it is cut and ends in an arrow. Parameters and errors as
    for `draw_response_forest`, with the tidy frame ``survival`` and the level of the intervals of the ratios.
    """
    rows = rows_of(survival, endpoint)
    footnotes = Footnotes()
    entries = _list_rows(rows, footnotes, _survival_row)
    headings = _Headings(arms, (("Events", "/n"), ("Median,", "months")), ("HR", f"({level_of(level)})"))
    said = [
        *notes,
        methods_note(rows),
        "Area of a square: information, 1/variance of the log hazard ratio; diamond: all patients; arrow: "
        f"the interval continues. {NOT_REACHED}, not reached.",
        *_last_notes(entries, footnotes),
    ]
    scale, title = _ratio_scale(rows, arms), f"{endpoint} {title}"
    return _draw_plot(entries, headings, scale, said, title, _alt(title, entries, arms), synthetic=synthetic)


@sheet_style
def draw_shrinkage_forest(
    sensitivity: pd.DataFrame,
    arms: tuple[str, str],
    *,
    endpoint: str,
    level: float = 0.975,
    synthetic: bool = False,
) -> Drawing:
    """Draw the ratios of subgroups that borrow from one another, beside what each has alone.

    Parameters
    ----------
    sensitivity
        the tidy frame of the same name.
    level
        of the credible intervals.

    Raises
    ------
    InputError
        If the frame has no shrunken row of the endpoint.
    """
    rows = rows_of(sensitivity, endpoint, analysis=Sensitivity.SHRINKAGE)
    entries: list[_ForestRow] = []
    for factor, own in rows.groupby("factor", sort=False):
        entries.append(_ForestRow("factor", f"{factor} ({own['model'].iloc[0]})"))
        entries += [
            _shrunk_row({str(name): value for name, value in row.items()}) for row in own.to_dict("records")
        ]
    of_hazard = rows["quantity"].iloc[0] == "hazard ratio"
    short = "HR" if of_hazard else "OR"
    events = ("Events", "/n") if of_hazard else ("n/N",)
    headings = _Headings(arms, (events, ("%",)), (f"Shrunken {short}", f"({100 * level:g} % CrI)"), p="Alone")
    scale = _ratio_scale(
        rows.rename(columns={"estimate": "hr", "low": "hr_low", "high": "hr_high"}),
        arms if of_hazard else (arms[1], arms[0]),
    )
    title = f"{endpoint}: subgroups that borrow from one another"
    notes = [
        f"Square: median of the {rows['quantity'].iloc[0]} in a normal model with random effects, with its "
        "credible interval; circle, and last column: the subgroup alone. tau: standard deviation of the true "
        f"log ratios. {NOT_ESTIMABLE}, not estimable. Exploratory."
    ]
    alt = (
        f"Forest plot of {title}, {arms[0]} against {arms[1]}. The table of the same name gives every number."
    )
    return _draw_plot(entries, headings, scale, notes, title, alt, synthetic=synthetic)


def _shrunk_row(row: _Row) -> _ForestRow:
    cells: list[str] = []
    for arm in Arm:
        n = row[f"n_{arm}"]
        share = percent(row[f"events_{arm}"] / n, decimals=0) if n else NOTHING
        cells += [out_of(row[f"events_{arm}"], n), share]
    point = (row["estimate"], row["low"], row["high"])
    known = bool(row["estimable"])
    return _ForestRow(
        "level",
        str(row["level"]),
        tuple(cells),
        ratio_with_limits(*point) if known else "",
        ratio(row["main_estimate"]) if known else "",
        point if known else None,
        reason="" if known else _reason(row),
        alone=row["main_estimate"],
    )


def _list_rows(rows: pd.DataFrame, footnotes: Footnotes, make: _MakeRow) -> list[_ForestRow]:
    """Print the rows of a frame, each factor under a heading that carries its interaction test."""
    entries: list[_ForestRow] = []
    heading = ALL_PATIENTS
    for row in rows.to_dict("records"):
        if row["factor"] != heading:
            heading = row["factor"]
            entries.append(_ForestRow("factor", str(heading), p=_interaction(row, footnotes)))
        entries.append(make({str(key): value for key, value in row.items()}, footnotes))
    return entries


def _interaction(row: Mapping[Any, Any], footnotes: Footnotes) -> str:
    if math.isnan(row["interaction_p"]):
        return ""
    return f"P for interaction {footnotes.p(row['interaction_p'], str(row['interaction_test']))}"


def _response_row(row: _Row, footnotes: Footnotes) -> _ForestRow:
    cells: list[str] = []
    for arm in Arm:
        rate, low, high = (percent(row[f"{name}_{arm}"]) for name in ("rate", "low", "high"))
        known = row[f"n_{arm}"] > 0
        cells += [
            out_of(row[f"responders_{arm}"], row[f"n_{arm}"]),
            f"{rate} ({interval(low, high)})" if known else NOTHING,
        ]
    point = (row["difference"], row["difference_low"], row["difference_high"])
    limits = interval(percent(point[1]), percent(point[2]))
    weight = sum(row[f"n_{arm}"] for arm in Arm)
    return _level_row(row, cells, point, f"{percent(point[0])} ({limits})", footnotes, weight)


def _survival_row(row: _Row, footnotes: Footnotes) -> _ForestRow:
    cells: list[str] = []
    for arm in Arm:
        cells += [out_of(row[f"events_{arm}"], row[f"n_{arm}"]), months(row[f"median_{arm}"])]
    point = (row["hr"], row["hr_low"], row["hr_high"])
    return _level_row(row, cells, point, ratio_with_limits(*point), footnotes, row["information"])


def _level_row(
    row: _Row,
    cells: Sequence[str],
    point: tuple[float, float, float],
    estimate: str,
    footnotes: Footnotes,
    weight: float,
) -> _ForestRow:
    overall = row["factor"] == ALL_PATIENTS
    missing = not row["estimable"] or any(math.isnan(value) for value in point)
    return _ForestRow(
        kind="overall" if overall else "level",
        label=str(row["level"]),
        cells=tuple(cells),
        estimate="" if missing else estimate,
        p="" if math.isnan(row["p"]) else footnotes.p(row["p"], name_test(row)),
        point=None if missing else point,
        weight=weight,
        reason=_reason(row) if missing else "",
    )


def _reason(row: _Row) -> str:
    return f"{NOT_ESTIMABLE}: {row['why_not']}" if row["why_not"] else NOT_ESTIMABLE


def _last_notes(entries: Sequence[_ForestRow], footnotes: Footnotes) -> list[str]:
    missing = any(entry.reason for entry in entries)
    many = len([entry for entry in entries if entry.p]) > 1
    return [
        footnotes.text(),
        f"{NOT_ESTIMABLE}, not estimable." if missing else "",
        "Exploratory: the P values shown are not adjusted for the number of tests." if many else "",
    ]


def _alt(title: str, entries: Sequence[_ForestRow], arms: tuple[str, str]) -> str:
    """Say what is drawn, with the numbers of all patients; the tables hold the other rows."""
    levels = sum(entry.kind == "level" for entry in entries)
    said = [f"Forest plot of {title}, {arms[0]} against {arms[1]}, with {levels} subgroups"]
    for entry in entries:
        if entry.kind == "overall":
            cells = (" ".join(entry.cells[2 * i : 2 * i + 2]) for i in range(len(arms)))
            parts = [f"{arm} {cell}" for arm, cell in zip(arms, cells, strict=True)]
            result = f"{entry.estimate or entry.reason} {entry.p}".strip()
            said.append(f"{entry.label}: {', '.join([*parts, result])}")
    return ". ".join(said) + ". The table of the same name gives every number."


def _difference_scale(rows: pd.DataFrame, arms: tuple[str, str]) -> _Scale:
    """Axis in fractions that holds every interval, in steps of a quarter, with zero."""
    shown = rows[["difference", "difference_low", "difference_high"]].to_numpy(dtype=float)
    values = [value for value in shown.ravel().tolist() if math.isfinite(value)]
    low = math.floor(4 * min([-0.25, *values])) / 4
    high = math.ceil(4 * max([0.25, *values])) / 4
    step = 0.5 if high - low > 1 else 0.25
    first = math.ceil(low / step)
    at = [step * i for i in range(first, math.floor(high / step) + 1)]
    ticks = tuple((value, percent(value, decimals=0)) for value in at)
    return _Scale(low, high, ticks, 0.0, (f"← favours {arms[1]}", f"favours {arms[0]} →"))


def _ratio_scale(rows: pd.DataFrame, arms: tuple[str, str]) -> _Scale:
    """Logarithmic axis that holds every estimate, and every interval that ends close to the estimates."""
    shown = rows[rows["estimable"].astype(bool)]
    values = [value for value in shown["hr"].tolist() if math.isfinite(value)]
    low = min([0.8, *values]) / _ROOM
    high = max([1.25, *values]) * _ROOM
    low = _tick_below(min([low, *(limit for limit in shown["hr_low"] if limit >= low / _NEAR)]))
    high = _tick_above(max([high, *(limit for limit in shown["hr_high"] if limit <= high * _NEAR)]))
    span = math.log10(high / low)
    at = next(ticks for widest, ticks in _TICKS if span <= widest + 1e-9)
    ticks = tuple((tick, f"{tick:g}") for tick in at if low <= tick <= high)
    small = tuple(n * 10.0**power for power in range(-2, 2) for n in range(2, 10))
    return _Scale(
        low,
        high,
        ticks,
        1.0,
        (f"← favours {arms[0]}", f"favours {arms[1]} →"),
        logarithmic=True,
        small_ticks=tuple(tick for tick in small if low < tick < high),
    )


def _tick_below(value: float) -> float:
    return max((tick for tick in _RATIOS if tick <= value), default=_RATIOS[0])


def _tick_above(value: float) -> float:
    return min((tick for tick in _RATIOS if tick >= value), default=_RATIOS[-1])


def _draw_plot(
    entries: Sequence[_ForestRow],
    headings: _Headings,
    scale: _Scale,
    notes: Sequence[str],
    title: str,
    alt: str,
    *,
    synthetic: bool,
) -> Drawing:
    """Draw the rows from top to bottom, the axis below them and the footnotes last."""
    columns = _columns(entries, headings)
    labels = [_break_label(entry, columns) for entry in entries]
    reasons = [wrap(entry.reason, columns.estimate - columns.plot[0], SMALL_PT) for entry in entries]
    heights = [
        _ROW_MM + (max(len(a), len(b)) - 1) * line_mm(_BODY_PT) for a, b in zip(labels, reasons, strict=True)
    ]
    names = _break_names(headings, columns)
    top = head_mm(title) + (max(map(len, names)) + 3) * line_mm(_BODY_PT)
    bottom = top + sum(heights)
    favours = _break_favours(scale, columns.plot)
    below = bottom + _SCALE_MM + max(map(len, favours)) * line_mm(SMALL_PT)
    drawing = Drawing(below, title=title, alt=alt, synthetic=synthetic, notes=notes)
    _write_heads(drawing, headings, names, columns, top)
    stripes = drawing.sheet(top, bottom)
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
    return drawing


def _columns(entries: Sequence[_ForestRow], headings: _Headings) -> _Columns:
    """Give each column of text the width of its widest cell; the plot takes what is left."""
    widths = []
    for i in range(4):
        cells = [_mm(entry.cells[i]) for entry in entries if entry.cells]
        widths.append(max([*cells, *(_mm(line) for line in headings.cells[i % 2])]))
    estimate = max(_mm(line) for line in [*headings.estimate, *(e.estimate for e in entries)])
    p = max(_mm(line) for line in [headings.p, *(e.p for e in entries if e.kind != "factor")])
    labels = max(_indent(e) + _mm(e.label, bold=e.bold) for e in entries)
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


def _indent(entry: _ForestRow) -> float:
    return _INDENT_MM if entry.kind == "level" else 0.0


def _break_label(entry: _ForestRow, columns: _Columns) -> list[str]:
    """Break a label to its column; a heading may run on over the empty cells, up to the plot."""
    wide = columns.plot[0] - MARGIN_MM if entry.kind == "factor" else columns.label_width - _indent(entry)
    return wrap(entry.label, wide, _BODY_PT, bold=entry.bold)


def _break_names(headings: _Headings, columns: _Columns) -> list[list[str]]:
    """Break the arms' names to the width of their columns."""
    spans = (_span_of_arm(columns, arm) for arm in range(len(headings.arms)))
    return [
        wrap(name, right - left, _BODY_PT, bold=True)
        for name, (left, right) in zip(headings.arms, spans, strict=True)
    ]


def _span_of_arm(columns: _Columns, arm: int) -> tuple[float, float]:
    before = columns.cells[2 * arm - 1] if arm else MARGIN_MM + columns.label_width
    return before + _GAP_MM, columns.cells[2 * arm + 1]


def _write_heads(
    drawing: Drawing, headings: _Headings, names: list[list[str]], columns: _Columns, top: float
) -> None:
    under = top - 0.3 * line_mm(_BODY_PT)
    second, third = under - line_mm(_BODY_PT), under - 2 * line_mm(_BODY_PT) - 0.5
    rules = drawing.sheet()
    drawing.write(MARGIN_MM, under, headings.label, weight="bold", fontsize=_BODY_PT)
    for arm, lines in enumerate(names):
        left, right = _span_of_arm(columns, arm)
        for back, line in enumerate(reversed(lines)):
            middle = (left + right) / 2
            y = third - back * line_mm(_BODY_PT)
            drawing.write(middle, y, line, ha="center", weight="bold", fontsize=_BODY_PT)
        rules.plot([left, right], [third + 1.0] * 2, color=INK, linewidth=0.5)
        for i, head in enumerate(headings.cells):
            _write_right(drawing, columns.cells[2 * arm + i], (second, under), head)
    _write_right(drawing, columns.estimate, (second, under), headings.estimate, weight="bold")
    drawing.write(columns.p, under, headings.p, ha="right", weight="bold", fontsize=_BODY_PT)
    rules.plot([MARGIN_MM, WIDTH_MM - MARGIN_MM], [top] * 2, color=INK, linewidth=0.8)


def _write_right(
    drawing: Drawing, x: float, baselines: tuple[float, float], lines: Sequence[str], weight: str = "normal"
) -> None:
    """Write a head of one or two lines; one line stands on the lower baseline."""
    for y, line in zip(baselines[-len(lines) :], lines, strict=True):
        drawing.write(x, y, line, ha="right", weight=weight, fontsize=_BODY_PT)


def _axis(drawing: Drawing, scale: _Scale, columns: _Columns, top: float, bottom: float) -> Axes:
    left, right = columns.plot
    axes = drawing.place(left, top, right - left, bottom - top)
    axes.set_label("forest")
    if scale.logarithmic:
        axes.set_xscale("log")
    axes.set_xlim(scale.low, scale.high)
    axes.set_ylim(bottom, top)
    hide_spines(axes, "left", "right", "top")
    axes.set_yticks([])
    axes.set_xticks([at for at, _ in scale.ticks], [text for _, text in scale.ticks], fontsize=_BODY_PT)
    axes.set_xticks(scale.small_ticks, minor=True, labels=[""] * len(scale.small_ticks))
    return axes


def _break_favours(scale: _Scale, plot: tuple[float, float]) -> tuple[list[str], list[str]]:
    """Break what each side favours to the room it has, up to the margin of the sheet."""
    middle = scale.place(scale.no_effect, plot)
    before, after = scale.favours
    return (
        wrap(before, middle - 1 - MARGIN_MM, SMALL_PT),
        wrap(after, WIDTH_MM - MARGIN_MM - middle - 1, SMALL_PT),
    )


def _write_favours(drawing: Drawing, favours: tuple[list[str], list[str]], middle: float, top: float) -> None:
    for lines, x, align in zip(favours, (middle - 1, middle + 1), ("right", "left"), strict=True):
        for i, line in enumerate(lines):
            drawing.write(x, top + i * line_mm(SMALL_PT), line, ha=align, fontsize=SMALL_PT)


def _write_row(
    drawing: Drawing, entry: _ForestRow, broken_text: tuple[list[str], list[str]], columns: _Columns, y: float
) -> None:
    label, reason = broken_text
    base = y + _ROW_MM / 2 + 1.0
    weight = "bold" if entry.bold else "normal"
    for i, line in enumerate(label):
        at = base + i * line_mm(_BODY_PT)
        drawing.write(MARGIN_MM + _indent(entry), at, line, weight=weight, fontsize=_BODY_PT)
    for x, cell in zip(columns.cells, entry.cells, strict=False):
        drawing.write(x, base, cell, ha="right", fontsize=_BODY_PT)
    if entry.reason:
        for i, line in enumerate(reason):
            drawing.write(
                columns.plot[0],
                base + i * line_mm(_BODY_PT),
                line,
                fontsize=SMALL_PT,
                color=MUTED,
                style="italic",
            )
    drawing.write(columns.estimate, base, entry.estimate, ha="right", fontsize=_BODY_PT)
    italic = {"style": "italic"} if entry.kind == "factor" else {}
    drawing.write(columns.p, base, entry.p, ha="right", fontsize=_BODY_PT, **italic)


def _draw_point(axes: Axes, scale: _Scale, entry: _ForestRow, y: float, heaviest: float) -> None:
    if entry.point is None:
        return
    value, low, high = entry.point
    if scale.low <= entry.alone <= scale.high:
        ring: dict[str, Any] = {"marker": "o", "markerfacecolor": "none", "markeredgecolor": MUTED}
        axes.plot(
            [entry.alone], [y], markersize=_RING_PT, markeredgewidth=0.7, gid="alone", clip_on=False, **ring
        )
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
