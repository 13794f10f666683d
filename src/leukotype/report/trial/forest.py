"""Forest plots of response and of survival, from the tidy frames of the same names."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import pandas as pd

from leukotype.report.drawing import Drawing, printed, rows_of
from leukotype.report.notation import ALL_PATIENTS, interval, months, of_all, percent, ratio
from leukotype.report.trial.forest_plate import Entry, Headings, forest_plate
from leukotype.report.trial.marks import Marks, methods_note, test_name
from leukotype.report.trial.scale import difference_scale, ratio_scale

_Row = Mapping[str, Any]
_Entry = Callable[[_Row, Marks], Entry]

_SIDES: Final = ("experimental", "comparator")


@printed
def draw_response_forest(
    response: pd.DataFrame,
    arms: tuple[str, str],
    *,
    endpoint: str = "CR/CRi",
    notes: Sequence[str] = (),
    synthetic: bool = False,
) -> Drawing:
    """Draw the forest plot of a response: responders of patients in both arms, and the difference.

    Parameters
    ----------
    response
        the tidy frame ``response``; rows in the order in which they are drawn.
    arms
        printed names of the experimental arm and of the comparator.
    notes
        footnotes that come before those drawn from the frame: the level and method of the intervals.

    Raises
    ------
    InputError
        If the frame has no row of the endpoint.
    """
    rows = rows_of(response, endpoint)
    marks = Marks()
    entries = _entries(rows, marks, _response_entry)
    headings = Headings(arms, ("n/N", "(%)"), "Difference, %\n(interval)")
    said = [
        *notes,
        f"Difference: percentage points, {arms[0]} less {arms[1]}. Area of a square: number of patients; "
        "diamond: all patients.",
        *_last_notes(entries, marks),
    ]
    return forest_plate(
        entries,
        headings,
        difference_scale(rows, arms),
        said,
        title=f"{endpoint} by subgroup",
        alt=_alt(f"Forest plot of {endpoint}", entries, arms),
        synthetic=synthetic,
    )


@printed
def draw_survival_forest(
    survival: pd.DataFrame,
    arms: tuple[str, str],
    *,
    endpoint: str,
    notes: Sequence[str] = (),
    synthetic: bool = False,
) -> Drawing:
    """Draw the forest plot of PFS or OS: events of patients and medians in both arms, and the hazard ratio.

    The axis is logarithmic; an interval that leaves it is cut and ends in an arrow. Parameters and errors as
    for `draw_response_forest`, with the tidy frame ``survival``.
    """
    rows = rows_of(survival, endpoint)
    marks = Marks()
    entries = _entries(rows, marks, _survival_entry)
    headings = Headings(arms, ("Events\n/n", "Median,\nmonths"), "Hazard ratio\n(interval)")
    said = [
        *notes,
        methods_note(rows),
        "Area of a square: information, 1/variance of the log hazard ratio; diamond: all patients; arrow: "
        "the interval continues. NR, not reached.",
        *_last_notes(entries, marks),
    ]
    return forest_plate(
        entries,
        headings,
        ratio_scale(rows, arms),
        said,
        title=f"{endpoint} by subgroup",
        alt=_alt(f"Forest plot of {endpoint}", entries, arms),
        synthetic=synthetic,
    )


def _entries(rows: pd.DataFrame, marks: Marks, entry: _Entry) -> list[Entry]:
    """Turn rows into entries, each factor under a heading that carries its interaction test."""
    entries: list[Entry] = []
    heading = ALL_PATIENTS
    for row in rows.to_dict("records"):
        if row["factor"] != heading:
            heading = row["factor"]
            entries.append(Entry("factor", str(heading), p=_interaction(row, marks)))
        entries.append(entry({str(key): value for key, value in row.items()}, marks))
    return entries


def _interaction(row: Mapping[Any, Any], marks: Marks) -> str:
    if math.isnan(row["interaction_p"]):
        return ""
    return f"P for interaction {marks.p(row['interaction_p'], str(row['interaction_test']))}"


def _response_entry(row: _Row, marks: Marks) -> Entry:
    cells: list[str] = []
    for side in _SIDES:
        cells += [of_all(row[f"responders_{side}"], row[f"n_{side}"]), f"({percent(row[f'rate_{side}'])})"]
    point = (row["difference"], row["difference_low"], row["difference_high"])
    limits = interval(percent(point[1]), percent(point[2]))
    weight = row["n_experimental"] + row["n_comparator"]
    return _entry(row, cells, point, f"{percent(point[0])} ({limits})", marks, weight)


def _survival_entry(row: _Row, marks: Marks) -> Entry:
    cells: list[str] = []
    for side in _SIDES:
        cells += [of_all(row[f"events_{side}"], row[f"n_{side}"]), months(row[f"median_{side}"])]
    point = (row["hr"], row["hr_low"], row["hr_high"])
    estimate = f"{ratio(point[0])} ({interval(ratio(point[1]), ratio(point[2]))})"
    return _entry(row, cells, point, estimate, marks, row["information"])


def _entry(
    row: _Row,
    cells: Sequence[str],
    point: tuple[float, float, float],
    estimate: str,
    marks: Marks,
    weight: float,
) -> Entry:
    overall = row["factor"] == ALL_PATIENTS
    missing = not row["estimable"] or any(math.isnan(value) for value in point)
    return Entry(
        kind="overall" if overall else "level",
        label=str(row["level"]),
        cells=tuple(cells),
        estimate="" if missing else estimate,
        p="" if math.isnan(row["p"]) else marks.p(row["p"], test_name(row)),
        point=None if missing else point,
        weight=weight,
        reason=_reason(row) if missing else "",
    )


def _reason(row: _Row) -> str:
    said = row["why_not"]
    return f"NE: {said}" if isinstance(said, str) and said else "NE"


def _last_notes(entries: Sequence[Entry], marks: Marks) -> list[str]:
    missing = any(entry.reason for entry in entries)
    many = len([entry for entry in entries if entry.p]) > 1
    return [
        marks.note(),
        "NE, not estimable." if missing else "",
        "Exploratory: the P values shown are not adjusted for the number of tests." if many else "",
    ]


def _alt(what: str, entries: Sequence[Entry], arms: tuple[str, str]) -> str:
    """Say what is drawn, with the numbers of all patients; the tables hold the other rows."""
    levels = sum(entry.kind == "level" for entry in entries)
    said = [f"{what}, {arms[0]} against {arms[1]}, with {levels} subgroups"]
    for entry in entries:
        if entry.kind == "overall":
            cells = (" ".join(entry.cells[2 * i : 2 * i + 2]) for i in range(len(arms)))
            parts = [f"{arm} {cell}" for arm, cell in zip(arms, cells, strict=True)]
            result = f"{entry.estimate or entry.reason} {entry.p}".strip()
            said.append(f"{entry.label}: {', '.join([*parts, result])}")
    return ". ".join(said) + ". The table of the same name gives every number."
