"""Bars of response by subtype and arm: its rate with an interval, and the share of each best response."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd
from matplotlib.axes import Axes

from leukotype.report.drawing import (
    MARGIN_MM,
    PERCENT_TICKS,
    WIDTH_MM,
    Drawing,
    draw_value_grid,
    head_mm,
    hide_spines,
    line_mm,
    rows_of,
    sheet_style,
    text_mm,
    wrap,
)
from leukotype.report.notation import NOTHING, count, interval, level_of, out_of, percent
from leukotype.report.palette import ARM_COLOURS, INK, STRIPE, subtype_colour
from leukotype.report.trial.footnotes import Footnotes
from leukotype.report.trial.legend import Key, box, draw_legend, legend_lines
from leukotype.vocabulary import Arm, Endpoint

_BAR_MM: Final = 3.2
_ROW_MM: Final = 9.6
_SWATCH_MM: Final = 2.4
_WIDEST_LABEL_MM: Final = 42.0
_AXIS_MM: Final = 11.0
_GAP_MM: Final = 4.0
_RESPONSES: Final = {
    "CR": "#08519C",
    "CRi": "#6BAED6",
    "PR": "#C6DBEF",
    "resistant": "#FDAE6B",
    "early death": "#A63603",
    "other": "#D9D9D9",
}
_OTHER_RESPONSE: Final = "#737373"
_HATCHES: Final = ("", "//////")
# Colour, height and hatch of the arms' keys.
_KEYS: Final = tuple((colour, 1.0, hatch) for colour, hatch in zip(ARM_COLOURS, _HATCHES, strict=True))


@dataclass(frozen=True)
class _Bar:
    """Response of one arm at one level: rate and interval as fractions, and what is written beside it."""

    rate: float
    low: float
    high: float
    count: str
    said: str


@dataclass(frozen=True)
class _Level:
    """A row: its name, and the experimental arm's bar before the comparator's."""

    name: str
    bars: tuple[_Bar, ...]


@dataclass(frozen=True)
class _Places:
    """Where things stand, in mm: the bars, the labels (width), the counts (right edge), top and bottom."""

    left: float
    wide: float
    label: float
    counts: float
    top: float
    bottom: float


@sheet_style
def draw_response_bars(
    response: pd.DataFrame,
    arms: tuple[str, str],
    *,
    endpoint: str = Endpoint.RESPONSE,
    factor: str = "Subtype",
    interval_level: float = 0.95,
    notes: Sequence[str] = (),
    synthetic: bool = False,
) -> Drawing:
    """Draw the response rate of both arms at each level of a factor, with its interval and its n/N.

    Parameters
    ----------
    response
        the tidy frame ``response``; levels in the order in which they are drawn.
    arms
        printed names of the experimental arm and of the comparator.
    interval_level
        level of the intervals.
    notes
        footnotes that come first.

    Raises
    ------
    InputError
        If the frame has no row of the endpoint and factor.
    """
    rows = rows_of(response, endpoint, factor=factor).to_dict("records")
    footnotes = Footnotes()
    levels = [_Level(str(row["level"]), tuple(_bar(row, arm, footnotes) for arm in Arm)) for row in rows]
    legend = legend_lines([Key("Arm", arm, *look) for arm, look in zip(arms, _KEYS, strict=True)])
    title = f"{endpoint} by {factor.lower()} and arm"
    places = _places(levels, head_mm(title) + (len(legend) + 1) * line_mm())
    empty = any(math.isnan(bar.rate) for level in levels for bar in level.bars)
    said = [*notes, footnotes.text("Intervals"), f"{NOTHING}, no patient." if empty else ""]
    drawing = Drawing(
        places.bottom + _AXIS_MM, title=title, alt=_alt(title, levels, arms), synthetic=synthetic, notes=said
    )
    draw_legend(drawing, drawing.sheet(), legend, head_mm(title))
    axes = _bare_rows(drawing, levels, places, ("n/N", f"% ({level_of(interval_level)})"), endpoint)
    for i, level in enumerate(levels):
        for arm, bar in enumerate(level.bars):
            _draw_bar(axes, bar, arm, _middle(places.top + i * _ROW_MM, arm))
    return drawing


@sheet_style
def draw_best_responses(patients: pd.DataFrame, arms: tuple[str, str], *, synthetic: bool = False) -> Drawing:
    """Draw what share of the patients of each subtype and arm had which best response: stacked bars.

    Parameters
    ----------
    patients
        a row a patient: ``subtype`` (in the order of its categories), ``response`` and ``arm``
        (experimental, comparator).
    arms
        printed names of the experimental arm and of the comparator.
    """
    found = set(patients["response"].astype(str))
    responses = [name for name in _RESPONSES if name in found] + sorted(found - set(_RESPONSES))
    colours = {name: _RESPONSES.get(name, _OTHER_RESPONSE) for name in responses}
    stacks = {
        str(name): [own.loc[own["arm"] == arm, "response"].value_counts() for arm in Arm]
        for name, own in patients.groupby("subtype", observed=True)
    }
    levels = [
        _Level(
            name, tuple(_Bar(math.nan, 0, 0, arm, count(n.sum())) for arm, n in zip(arms, own, strict=True))
        )
        for name, own in stacks.items()
    ]
    legend = legend_lines([Key("Best response", name, colours[name]) for name in responses])
    title = "Best response by subtype and arm"
    places = _places(levels, head_mm(title) + (len(legend) + 1) * line_mm())
    alt = f"{title}: stacked bars of {', '.join(responses)} in {len(levels)} subtypes. patients.csv has each."
    note = "Share of all patients of the subtype in the arm; n: their number."
    drawing = Drawing(places.bottom + _AXIS_MM, title=title, alt=alt, synthetic=synthetic, notes=[note])
    draw_legend(drawing, drawing.sheet(), legend, head_mm(title))
    axes = _bare_rows(drawing, levels, places, ("Arm", "n"), "Best response")
    for i, level in enumerate(levels):
        for arm, counts in enumerate(stacks[level.name]):
            shares = counts.reindex(responses).fillna(0.0).astype(float)
            _stack(axes, shares, colours, _middle(places.top + i * _ROW_MM, arm))
    return drawing


def _bare_rows(
    drawing: Drawing, levels: Sequence[_Level], places: _Places, heads: tuple[str, str], what: str
) -> Axes:
    """Write the rows without their bars; give the axes of these."""
    sheet = drawing.sheet()
    for x, head in zip((places.counts, WIDTH_MM - MARGIN_MM), heads, strict=True):
        drawing.write(x, places.top - 0.3 * line_mm(), head, ha="right", weight="bold")
    axes = drawing.place(places.left, places.top, places.wide, places.bottom - places.top)
    _set_axes(axes, what, places)
    for i, level in enumerate(levels):
        y = places.top + i * _ROW_MM
        if i % 2 == 0:
            sheet.axhspan(y, y + _ROW_MM, color=STRIPE, linewidth=0)
        _write_level(drawing, sheet, level, places, y)
    return axes


def _stack(axes: Axes, counts: pd.Series[float], colours: Mapping[str, str], y: float) -> None:
    """Draw the shares of one arm one after the other."""
    total = float(counts.sum())
    at = 0.0
    for name, n in counts.items():
        if n:
            axes.barh(y, n / total, left=at, height=_BAR_MM, color=colours[str(name)], label=f"share {name}")
            at += n / total


def _bar(row: Mapping[Any, Any], side: Arm, footnotes: Footnotes) -> _Bar:
    n, rate = row[f"n_{side}"], row[f"rate_{side}"]
    low, high = row[f"low_{side}"], row[f"high_{side}"]
    if n == 0:
        return _Bar(math.nan, math.nan, math.nan, out_of(0, 0), NOTHING)
    said = (
        f"{percent(rate)} ({interval(percent(low), percent(high))}){footnotes.mark(row[f'interval_{side}'])}"
    )
    return _Bar(rate, low, high, out_of(row[f"responders_{side}"], n), said)


def _places(levels: Sequence[_Level], above: float) -> _Places:
    """Give the labels and the two columns of text what they need, and the bars the rest."""
    bars = [bar for level in levels for bar in level.bars]
    label = min(max(text_mm(level.name) for level in levels), _WIDEST_LABEL_MM)
    left = MARGIN_MM + _SWATCH_MM + 1.5 + label + 2
    said = max(*(text_mm(bar.said) for bar in bars), text_mm("% (97.5 % CI)", bold=True))
    counts = max(text_mm(bar.count) for bar in bars)
    wide = WIDTH_MM - MARGIN_MM - said - counts - 2 * _GAP_MM - left
    top = above + 0.8 * line_mm()
    return _Places(left, wide, label, WIDTH_MM - MARGIN_MM - said - _GAP_MM, top, top + len(levels) * _ROW_MM)


def _set_axes(axes: Axes, endpoint: str, places: _Places) -> None:
    axes.set_label("bars")
    hide_spines(axes, "right", "top")
    axes.set_xlim(0, 1)
    axes.set_xticks(*PERCENT_TICKS)
    axes.set_ylim(places.bottom, places.top)
    axes.set_yticks([])
    draw_value_grid(axes)
    axes.set_xlabel(f"{endpoint}, % of patients", labelpad=1)


def _middle(y: float, arm: int) -> float:
    return y + _ROW_MM / 2 + (arm - 0.5) * (_BAR_MM + 0.7)


def _write_level(drawing: Drawing, sheet: Axes, level: _Level, places: _Places, y: float) -> None:
    lines = wrap(level.name, places.label)
    sheet.add_patch(
        box(MARGIN_MM, y + (_ROW_MM - _SWATCH_MM) / 2, _SWATCH_MM, _SWATCH_MM, subtype_colour(level.name))
    )
    first = y + _ROW_MM / 2 + 1 - (len(lines) - 1) / 2 * line_mm()
    for i, line in enumerate(lines):
        drawing.write(MARGIN_MM + _SWATCH_MM + 1.5, first + i * line_mm(), line)
    for arm, bar in enumerate(level.bars):
        drawing.write(places.counts, _middle(y, arm) + 1, bar.count, ha="right")
        drawing.write(WIDTH_MM - MARGIN_MM, _middle(y, arm) + 1, bar.said, ha="right")


def _draw_bar(axes: Axes, bar: _Bar, arm: int, y: float) -> None:
    """Draw the bar (a rate of 0 as a line at 0) and its interval."""
    if math.isnan(bar.rate):
        return
    look: dict[str, Any] = {"facecolor": ARM_COLOURS[arm], "alpha": 0.55, "edgecolor": "none"}
    if _HATCHES[arm]:
        look = {"facecolor": "white", "edgecolor": ARM_COLOURS[arm], "hatch": _HATCHES[arm]}
    axes.barh(y, bar.rate, height=_BAR_MM, label=f"bar {arm}", linewidth=0.6, **look)
    axes.plot([bar.low, bar.high], [y, y], color=INK, linewidth=0.9, clip_on=False, gid="interval")
    axes.plot([bar.rate], [y], marker="os"[arm], color=INK, markersize=3, clip_on=False, gid="rate")


def _alt(what: str, levels: Sequence[_Level], arms: tuple[str, str]) -> str:
    said = []
    for level in levels:
        parts = (f"{arm} {bar.count}" for arm, bar in zip(arms, level.bars, strict=True))
        said.append(f"{level.name} {', '.join(parts)}")
    return f"Bars of {what}: {'; '.join(said)}."
