"""The top of a trial's page: how many patients, the arms, and what was found in all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from leukotype.report.notation import (
    NOT_ESTIMABLE,
    count,
    interval,
    level_of,
    months,
    out_of,
    p_value,
    percent,
    ratio_with_limits,
)
from leukotype.report.trial.footnotes import name_test
from leukotype.report.trial.page_tables import STANDARD, IntervalLevels
from leukotype.vocabulary import ALL_PATIENTS, Arm

_Row = Mapping[Any, Any]
_FRAMES: Final = ("response", "survival")


def head_lines(
    frames: Mapping[str, pd.DataFrame], arms: tuple[str, str], levels: IntervalLevels = STANDARD
) -> list[str]:
    """Say who was compared, then each endpoint in all patients; empty without a row of all patients.

    An endpoint that is known of fewer patients says of how many.
    """
    rates, times = (_of_all(frames, name) for name in _FRAMES)
    rows = [*rates, *times]
    if not rows:
        return []
    sizes = [max(int(row[f"n_{side}"]) for row in rows) for side in Arm]
    who = " and ".join(f"{count(n)} on {arm}" for n, arm in zip(sizes, arms, strict=True))
    return [
        f"{count(sum(sizes))} patients: {who}.",
        *(_rate_line(row, arms, levels) for row in rates),
        *(_time_line(row, arms, levels) for row in times),
    ]


def _of_all(frames: Mapping[str, pd.DataFrame], name: str) -> list[_Row]:
    rows = frames.get(name, pd.DataFrame())
    return list(rows[rows["factor"] == ALL_PATIENTS].to_dict("records")) if len(rows) else []


def _rate_line(row: _Row, arms: tuple[str, str], levels: IntervalLevels) -> str:
    sides = (
        f"{out_of(row[f'responders_{side}'], row[f'n_{side}'])} ({percent(row[f'rate_{side}'])} %) on {arm}"
        for side, arm in zip(Arm, arms, strict=True)
    )
    between = ""
    if pd.notna(row["difference"]):
        limits = interval(percent(row["difference_low"]), percent(row["difference_high"]))
        between = (
            f"; difference {percent(row['difference'])} percentage points "
            f"({level_of(levels.difference)} {limits})"
        )
    return f"{row['endpoint']}: {' against '.join(sides)}{between}{_test(row)}."


def _time_line(row: _Row, arms: tuple[str, str], levels: IntervalLevels) -> str:
    sides = (
        f"{months(row[f'median_{side}'])} ({out_of(row[f'events_{side}'], row[f'n_{side}'])} with an event) "
        f"on {arm}"
        for side, arm in zip(Arm, arms, strict=True)
    )
    hazard = NOT_ESTIMABLE
    if row["estimable"]:
        hazard = f"{ratio_with_limits(row['hr'], row['hr_low'], row['hr_high'])}, {level_of(levels.hr)}"
    return f"{row['endpoint']}: median months {' against '.join(sides)}; hazard ratio {hazard}{_test(row)}."


def _test(row: _Row) -> str:
    """Print the P value with the name of its test; nothing where none was made."""
    if pd.isna(row["p"]):
        return ""
    p = p_value(row["p"])
    return f"; P {p if p[0] in '<>' else f'= {p}'} ({name_test(row)})"
