"""The axis of a forest plot: differences of rates, linear; hazard ratios, logarithmic."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import pandas as pd

from leukotype.report.notation import percent

# Ticks of the axis of hazard ratios; beyond the outermost an interval is cut.
_RATIOS: Final = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
# Decades that the axis spans -> ticks that do not touch one another there.
_TICKS: Final = ((1.4, _RATIOS), (2.6, (0.03, 0.1, 0.3, 1, 3, 10, 30)), (4.0, (0.01, 0.1, 1, 10, 100)))
_ROOM: Final = 1.6  # times the outermost estimate: so far the axis reaches at least
_NEAR: Final = 2.5  # times that: an interval that ends within is not cut


@dataclass(frozen=True)
class Scale:
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


def difference_scale(rows: pd.DataFrame, arms: tuple[str, str]) -> Scale:
    """Axis in fractions that holds every interval, in steps of a quarter, with zero."""
    shown = rows[["difference", "difference_low", "difference_high"]].to_numpy(dtype=float)
    values = [value for value in shown.ravel().tolist() if math.isfinite(value)]
    low = math.floor(4 * min([-0.25, *values])) / 4
    high = math.ceil(4 * max([0.25, *values])) / 4
    step = 0.5 if high - low > 1 else 0.25
    first = math.ceil(low / step)
    at = [step * i for i in range(first, math.floor(high / step) + 1)]
    ticks = tuple((value, percent(value).removesuffix(".0")) for value in at)
    return Scale(low, high, ticks, 0.0, (f"← favours {arms[1]}", f"favours {arms[0]} →"))


def ratio_scale(rows: pd.DataFrame, arms: tuple[str, str]) -> Scale:
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
    return Scale(
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
