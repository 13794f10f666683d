"""How numbers are printed: P values, ratios, percentages, months and their intervals."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

NOT_ESTIMABLE: Final = "NE"
NOT_REACHED: Final = "NR"

DASH: Final = "\N{EN DASH}"
MINUS: Final = "\N{MINUS SIGN}"
NOTHING: Final = DASH

# Standard errors to either side of an estimate: its 95 % interval.
Z_95: Final = 1.96

# AMA Manual of Style, 11th ed., 19.5: beyond these a P value is printed as a bound.
_SMALLEST_P: Final = 0.001
_LARGEST_P: Final = 0.99
# A P value that is not .05 is not printed as .050.
_LANDMARK: Final = 0.05
_MOST_DIGITS: Final = 4


def p_value(p: float) -> str:
    """Print a P value with two significant digits, more (up to four) where two would read .050.

    ``<.001`` and ``>.99`` beyond the bounds of the AMA manual; ``NE`` for a missing one.
    """
    if math.isnan(p):
        return NOT_ESTIMABLE
    if p < _SMALLEST_P:
        return f"<{_SMALLEST_P:.3f}".replace("0.", ".")
    if p > _LARGEST_P:
        return f">{_LARGEST_P:.2f}".replace("0.", ".")
    decimals = max(2, 1 - math.floor(math.log10(p)))
    text = f"{p:.{decimals}f}"
    while float(text) == _LANDMARK != p and decimals <= _MOST_DIGITS:
        decimals += 1
        text = f"{p:.{decimals}f}"
    return text.removeprefix("0")


def percent(fraction: float, *, decimals: int = 1) -> str:
    """Print a fraction (0..1) as percent; a dash where there is no patient."""
    return NOTHING if math.isnan(fraction) else _set_minus(f"{100 * fraction:.{decimals}f}")


def with_sign(value: float, digits: int = 2) -> str:
    """Print a number with its sign; nothing for a missing one."""
    return "" if math.isnan(value) else f"{value:+.{digits}f}".replace("-", MINUS)


def ratio(value: float) -> str:
    """Print a ratio with two decimals: three below 0.1, one from 10, none from 100."""
    if math.isnan(value):
        return NOT_ESTIMABLE
    if math.isinf(value):
        return "∞"
    if value >= 100:
        return f"{value:.0f}"
    if value >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}" if value >= 0.1 else f"{value:.3f}"


def ratio_with_limits(value: float, low: float, high: float) -> str:
    """Print a ratio and its interval with the same decimals: those that the smallest of them asks for."""
    finite = [abs(each) for each in (value, low, high) if math.isfinite(each) and each]
    smallest = min(finite, default=1.0)
    decimals = 2 if smallest >= 0.095 else 3 if smallest >= 0.0095 else 4
    said = [f"{each:.{decimals}f}" if math.isfinite(each) else ratio(each) for each in (value, low, high)]
    return f"{said[0]} ({interval(said[1], said[2])})"


def level_of(level: float) -> str:
    """Name an interval by its level: ``95 % CI``."""
    return f"{100 * level:g} % CI"


def months(value: float) -> str:
    """Print months with one decimal; ``NR`` (not reached) for infinity, ``NE`` for a missing one."""
    if math.isnan(value):
        return NOT_ESTIMABLE
    return NOT_REACHED if math.isinf(value) else _set_minus(f"{value:.1f}")


def out_of(number: float, total: float) -> str:
    """Print ``n/N``, with a thousands separator that does not break."""
    return f"{count(number)}/{count(total)}"


def count(number: float) -> str:
    """Print a whole number; thousands are set apart by a thin space, as SI does, from 10 000 on."""
    if math.isnan(number):
        return NOTHING
    whole = f"{number:,.0f}"
    return whole.replace(",", "\N{THIN SPACE}" if number >= 10_000 else "")


def interval(low: str, high: str) -> str:
    """Join two printed limits; ``to`` where a sign would make a dash hard to read."""
    return f"{low} to {high}" if MINUS in low + high else f"{low}{DASH}{high}"


def unique(names: Iterable[str]) -> list[str]:
    """Keep the first of each name, in order, without empty ones."""
    return list(dict.fromkeys(name for name in names if name))


def _set_minus(text: str) -> str:
    zero = float(text) == 0
    return text.replace("-", "" if zero else MINUS)
