"""Curves by arm with the numbers at risk beneath them: Kaplan-Meier, and incidence of competing risks."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from leukotype.report.drawing import (
    MARGIN_MM,
    PERCENT_TICKS,
    SMALL_PT,
    TEXT_PT,
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
    count,
    interval,
    level_of,
    months,
    out_of,
    p_value,
    ratio_with_limits,
)
from leukotype.report.palette import ARM_COLOURS, INK, MUTED, RULE
from leukotype.report.trial.footnotes import methods_note, name_test
from leukotype.vocabulary import ALL_PATIENTS, Arm, Sensitivity

_Key = tuple[str, str]  # factor and level of a panel

_LINES: Final = ("-", (0, (4, 1.2)))
_GUTTER_MM: Final = 6.0
_RIGHT_MM: Final = 3.0  # room for half of the last tick label
_AXIS_MM: Final = 11.0  # tick labels and the name of the x axis
_TALL_MM: Final = 68.0  # one panel on the sheet
_LOW_MM: Final = 44.0  # two beside one another
_NARROWEST_LEFT_MM: Final = 13.0
_WIDEST_NAME_MM: Final = 22.0
_KEY_MM: Final = 7.0  # sample of a line
_TICK_STEPS: Final = (1, 2, 3, 6, 12, 24, 60, 120)  # months
_MOST_TICKS: Final = (10, 7)  # one panel, two beside one another
_VECTOR_STEPS: Final = 2000  # a curve with more has a band of pixels and no marks
_MARKS: Final = f"Ticks: censored patients, not drawn on a curve of more than {_VECTOR_STEPS} steps."


@dataclass(frozen=True)
class _Panel:
    """A panel: its rows, its name, the arms' names, and what is said of each arm and of the comparison."""

    rows: pd.DataFrame
    name: str
    names: tuple[str, str]
    arms: tuple[str, str]
    comparison: str


@dataclass(frozen=True)
class _HeadLine:
    """A line above a panel, with the arm whose sample of a line stands before it."""

    text: str
    indent: float = 0.0
    arm: int | None = None
    bold: bool = False


@dataclass(frozen=True)
class _Grid:
    """How panels lie on the sheet (mm), and the arms' names, which they share."""

    across: int
    wide: float
    left: float
    above: float
    names: tuple[list[str], list[str]]

    @property
    def tall(self) -> float:
        return _TALL_MM if self.across == 1 else _LOW_MM

    @property
    def plot(self) -> float:
        return self.wide - self.left - _RIGHT_MM

    @property
    def block(self) -> float:
        table = (1.4 + sum(map(len, self.names))) * line_mm(SMALL_PT)
        return self.above + self.tall + _AXIS_MM + table + 3


@sheet_style
def draw_km(
    curves: pd.DataFrame,
    arms: tuple[str, str],
    *,
    endpoint: str,
    panels: Sequence[_Key] = ((ALL_PATIENTS, ALL_PATIENTS),),
    survival: pd.DataFrame | None = None,
    followup: pd.DataFrame | None = None,
    levels: tuple[float, float] = (0.95, 0.975),
    title: str = "",
    synthetic: bool = False,
) -> Drawing:
    """Draw survival by arm, with its band and marks of censoring: a panel for each (factor, level).

    Parameters
    ----------
    curves
        the tidy frame ``curves``; times in months, ``at_risk`` counted just before each time.
    arms
        printed names of the experimental arm and of the comparator, as the column ``arm`` has them.
    panels
        factor and level of each; one takes the width of the sheet, more stand in pairs (six fill a page).
    survival
        the tidy frame ``survival``: events, medians and hazard ratios that are written above each panel.
    followup
        the tidy frame ``followup``, for the footnote.
    levels
        of the intervals of medians (and of the bands), and of hazard ratios.
    title
        what is shown, after the name of the endpoint.

    Raises
    ------
    InputError
        If a panel has no curve of the endpoint.
    """
    shown = [_panel(curves, survival, arms, endpoint, key, levels[1]) for key in panels]
    name = f"{endpoint} {title}".strip()
    return _draw_panels(
        shown,
        arms,
        (name, f"Kaplan-Meier curves of {name}", f"{endpoint}, %"),
        _notes(survival, followup, endpoint, panels, levels[0]),
        start=1.0,
        synthetic=synthetic,
    )


@sheet_style
def draw_incidence(
    incidence: pd.DataFrame,
    arms: tuple[str, str],
    *,
    endpoint: str,
    sensitivity: pd.DataFrame,
    levels: tuple[float, float] = (0.95, 0.975),
    synthetic: bool = False,
) -> Drawing:
    """Draw the cumulative incidence of each cause by arm, with its band, in all patients: a panel a cause.

    Parameters
    ----------
    incidence
        the tidy frame ``incidence``; times in months, ``at_risk`` counted just before each time.
    sensitivity
        the tidy frame of the same name: patients, hazard ratios and tests that are written above each panel.
    levels
        of the bands, and of the hazard ratios.

    Raises
    ------
    InputError
        If there is no curve of the endpoint.
    """
    whole = rows_of(incidence, endpoint, factor=ALL_PATIENTS)
    said = rows_of(sensitivity, endpoint, factor=ALL_PATIENTS, analysis=Sensitivity.COMPETING_RISKS)
    shown = [
        _cause(str(cause), rows, said[said["model"] == cause], arms, levels[1])
        for cause, rows in whole.groupby("cause", sort=False)
    ]
    name = f"Competing risks of {endpoint}"
    note = (
        f"Aalen and Johansen; bands: pointwise {level_of(levels[0])}. P: Gray's test. HR: of the cause "
        "alone, the others censored. Exploratory."
    )
    words = (name, f"Cumulative incidence: {name}", "Incidence, %")
    return _draw_panels(shown, arms, words, [note], start=0.0, synthetic=synthetic)


def _cause(
    name: str, rows: pd.DataFrame, said: pd.DataFrame, arms: tuple[str, str], hr_level: float
) -> _Panel:
    """Make the panel of a cause; its curves stand where those of survival do."""
    by_quantity = said.drop_duplicates("quantity", keep="last").set_index("quantity").to_dict("index")
    row, test = by_quantity["cause-specific hazard ratio"], by_quantity["incidence"]
    first, second = (
        f"{arm}: {out_of(row[f'events_{side}'], row[f'n_{side}'])}"
        for arm, side in zip(arms, Arm, strict=True)
    )
    ratio = ratio_with_limits(row["estimate"], row["low"], row["high"])
    estimate = (
        f"HR ({level_of(hr_level)}) {ratio}" if row["estimable"] else f"HR {NOT_ESTIMABLE}: {row['why_not']}"
    )
    p = "" if math.isnan(test["p"]) else f", P {p_value(test['p'])} ({test['test']})"
    curves = rows.rename(columns={"incidence": "survival"}).assign(censored=0)
    return _Panel(curves, name, arms, (first, second), f"{estimate}{p}")


def _draw_panels(
    shown: Sequence[_Panel],
    arms: tuple[str, str],
    words: tuple[str, str, str],
    notes: Sequence[str],
    *,
    start: float,
    synthetic: bool,
) -> Drawing:
    """Draw panels of curves on a sheet.

    Parameters
    ----------
    words
        title, beginning of what is said of the figure, and label of the y axis.
    start
        where curves begin: 1 (survival) or 0 (incidence).
    """
    title, said, label = words
    grid, top = _grid(shown, arms), head_mm(title)
    drawing = Drawing(
        top + math.ceil(len(shown) / grid.across) * grid.block,
        title=title,
        alt=_alt(said, shown),
        synthetic=synthetic,
        notes=notes,
    )
    for i, panel in enumerate(shown):
        x = MARGIN_MM + (i % grid.across) * (grid.wide + _GUTTER_MM)
        y = top + (i // grid.across) * grid.block
        _write_head(drawing, panel, grid, x, y)
        axes = drawing.place(x + grid.left, y + grid.above, grid.plot, grid.tall)
        ticks, end = _time_ticks(panel, grid.across)
        _set_axes(axes, ticks, end, label)
        for arm, name in enumerate(arms):
            _draw_curve(axes, panel.rows[panel.rows["arm"] == name], arm, start)
        at = [(tick, x + grid.left + grid.plot * tick / end) for tick in ticks]
        _write_risk_table(drawing, panel, grid, at, (x, y + grid.above + grid.tall + _AXIS_MM))
    return drawing


def _panel(
    curves: pd.DataFrame,
    survival: pd.DataFrame | None,
    arms: tuple[str, str],
    endpoint: str,
    key: _Key,
    hr_level: float,
) -> _Panel:
    factor, level = key
    rows = rows_of(curves, endpoint, factor=factor, level=level)
    name = level if factor == ALL_PATIENTS else f"{factor}: {level}"
    if survival is None:
        return _Panel(rows, name, arms, arms, "")
    row = rows_of(survival, endpoint, factor=factor, level=level).to_dict("records")[0]
    said = [f"{arm}: {_arm_text(row, side)}" for arm, side in zip(arms, Arm, strict=True)]
    estimate = f"HR ({level_of(hr_level)}) {ratio_with_limits(row['hr'], row['hr_low'], row['hr_high'])}"
    if not row["estimable"]:
        estimate = f"HR {NOT_ESTIMABLE}: {row['why_not']}"
    p = "" if math.isnan(row["p"]) else f", P {p_value(row['p'])} ({name_test(row)})"
    return _Panel(rows, name, arms, (said[0], said[1]), f"{estimate}{p}")


def _arm_text(row: Mapping[Any, Any], side: Arm) -> str:
    """Events of patients and the median of an arm; the interval where the curve has one."""
    if row[f"n_{side}"] == 0:
        return "no patient"
    median, low, high = (row[f"{name}_{side}"] for name in ("median", "median_low", "median_high"))
    unknown = (math.isnan(low) and math.isnan(high)) or (math.isinf(low) and math.isinf(high))
    limits = "" if unknown else f" ({interval(months(low), months(high))})"
    return f"{out_of(row[f'events_{side}'], row[f'n_{side}'])} events, median {months(median)}{limits}"


def _grid(panels: Sequence[_Panel], arms: tuple[str, str]) -> _Grid:
    across = min(len(panels), len(_MOST_TICKS))
    wide = (WIDTH_MM - 2 * MARGIN_MM - (across - 1) * _GUTTER_MM) / across
    first, second = (wrap(arm, _WIDEST_NAME_MM, SMALL_PT, bold=True) for arm in arms)
    left = max(_NARROWEST_LEFT_MM, max(text_mm(line, SMALL_PT, bold=True) for line in (*first, *second)) + 3)
    lines = max(len(_head_lines(panel, wide)) for panel in panels)
    return _Grid(across, wide, left, (lines + 0.8) * line_mm(), (first, second))


def _time_ticks(panel: _Panel, across: int) -> tuple[tuple[float, ...], float]:
    """Give the ticks (months) of a panel, none after the last patient has left, and the end of its axis."""
    longest = float(panel.rows["time"].max())
    most = _MOST_TICKS[across - 1]
    step = next((step for step in _TICK_STEPS if longest / step < most), _TICK_STEPS[-1])
    ticks = tuple(float(tick) for tick in np.arange(0, longest + 1e-9, step))
    return ticks, max(longest * 1.02, 1e-3)


def _head_lines(panel: _Panel, wide: float) -> list[_HeadLine]:
    """List what stands above a panel: its name, each arm, and the comparison."""
    lines = [_HeadLine(text, bold=True) for text in wrap(panel.name, wide, bold=True)]
    for arm, said in enumerate(panel.arms):
        first, *more = wrap(said, wide - _KEY_MM, SMALL_PT)
        lines += [_HeadLine(first, _KEY_MM, arm), *(_HeadLine(text, _KEY_MM) for text in more)]
    return lines + [_HeadLine(text) for text in wrap(panel.comparison, wide, SMALL_PT) if text]


def _write_head(drawing: Drawing, panel: _Panel, grid: _Grid, x: float, y: float) -> None:
    keys = drawing.place(x, y, grid.wide, grid.above)
    keys.set_axis_off()
    keys.set_xlim(0, grid.wide)
    keys.set_ylim(grid.above, 0)
    for i, line in enumerate(_head_lines(panel, grid.wide)):
        base = (i + 1) * line_mm()
        how = {"weight": "bold", "fontsize": TEXT_PT} if line.bold else {"fontsize": SMALL_PT}
        drawing.write(x + line.indent, y + base, line.text, **how)
        if line.arm is not None:
            keys.plot([0.3, _KEY_MM - 1.2], [base - 0.9] * 2, **_line(line.arm))


def _line(arm: int) -> dict[str, Any]:
    return {"color": ARM_COLOURS[arm], "linestyle": _LINES[arm], "linewidth": 1.3}


def _set_axes(axes: Axes, ticks: Sequence[float], end: float, label: str) -> None:
    hide_spines(axes, "right", "top")
    axes.set_xlim(0, end)
    axes.set_xticks(ticks)
    axes.set_ylim(0, 1.02)
    axes.set_yticks(*PERCENT_TICKS)
    axes.axhline(0.5, color=RULE, linewidth=0.5, zorder=0)
    axes.set_xlabel("Months", labelpad=1)
    axes.set_ylabel(label, labelpad=1)


def _draw_curve(axes: Axes, rows: pd.DataFrame, arm: int, start: float) -> None:
    if rows.empty:
        return
    first = {"time": 0.0, "survival": start, "low": start, "high": start}  # before any event, also one at 0
    later = rows[(rows["time"] > 0) | (rows["survival"] != start)].astype(dict.fromkeys(first, float))
    time, survival, low, high = (np.append(value, later[name]) for name, value in first.items())
    axes.step(time, survival, where="post", label=f"curve {arm}", **_line(arm))
    dense = len(rows) > _VECTOR_STEPS
    band: dict[str, Any] = {"alpha": 0.13, "linewidth": 0, "rasterized": dense}
    axes.fill_between(time, low, high, step="post", color=ARM_COLOURS[arm], **band)
    cut = rows[(rows["censored"] > 0) & (not dense)]
    look: dict[str, Any] = {"markersize": 5, "markeredgewidth": 0.8, "label": f"censored {arm}"}
    axes.plot(cut["time"], cut["survival"], "|", color=ARM_COLOURS[arm], **look)


def at_risk(rows: pd.DataFrame, times: Sequence[float]) -> list[int]:
    """Count the patients of one arm who are still under observation just before each time.

    ``rows`` has a row for every time at which someone has an event or is censored, with the number at risk
    just before it; between two such times nobody leaves.
    """
    ordered = rows.sort_values("time")
    at = np.searchsorted(ordered["time"].to_numpy(dtype=float), np.asarray(times), side="left")
    numbers = np.append(ordered["at_risk"].to_numpy(dtype=int), 0)
    return [int(number) for number in numbers[at]]


def _write_risk_table(
    drawing: Drawing,
    panel: _Panel,
    grid: _Grid,
    ticks: Sequence[tuple[float, float]],
    corner: tuple[float, float],
) -> None:
    """Write the numbers at risk below the ticks: time in months, and where it stands on the sheet."""
    small = {"fontsize": SMALL_PT}
    x, y = corner[0], corner[1] + line_mm(SMALL_PT)
    drawing.write(x, y, "Number at risk", color=MUTED, **small)
    for arm, (name, lines) in enumerate(zip(panel.names, grid.names, strict=True)):
        numbers = at_risk(panel.rows[panel.rows["arm"] == name], [time for time, _ in ticks])
        for (_, at), number in zip(ticks, numbers, strict=True):
            drawing.write(at, y + line_mm(SMALL_PT), count(number), ha="center", color=INK, **small)
        for line in lines:
            y += line_mm(SMALL_PT)
            drawing.write(x, y, line, color=ARM_COLOURS[arm], weight="bold", **small)


def _notes(
    survival: pd.DataFrame | None,
    followup: pd.DataFrame | None,
    endpoint: str,
    panels: Sequence[_Key],
    level: float,
) -> list[str]:
    name = level_of(level)
    notes = [f"Bands: pointwise {name}; medians in months ({name}). {_MARKS}"]
    if survival is not None:
        rows = [rows_of(survival, endpoint, factor=factor, level=level) for factor, level in panels]
        notes.append(methods_note(pd.concat(rows)))
    if followup is not None:
        said = []
        for row in followup[followup["endpoint"] == endpoint].to_dict("records"):
            limits = interval(months(row["low"]), months(row["high"]))
            said.append(f"{row['arm']} {months(row['median'])} ({limits})")
        notes.append(
            f"Median follow-up by the reverse Kaplan-Meier method, months ({name}): {'; '.join(said)}."
        )
    return notes


def _alt(what: str, panels: Sequence[_Panel]) -> str:
    said = ("; ".join(filter(None, [panel.name, *panel.arms, panel.comparison])) for panel in panels)
    return f"{what} by arm, with numbers at risk. {'. '.join(said)}."
