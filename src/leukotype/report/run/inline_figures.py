"""Bars and chromosomes as SVG inside the page: places for its template, a few kilobytes a patient."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Final

from leukotype.model.ploidy import DIPLOID
from leukotype.report.notation import Z_95

_BAR: Final = 120.0  # width of a bar's box; zero stands in its middle
_LEFT: Final = 4.0
_STEP: Final = 28.0
_TOP: Final = 14.0
_UNIT: Final = 58.0  # one log2 unit
_RANGE: Final = 1.3  # log2 ratio shown; a level further out stands at the edge
_HALF: Final = 9.0  # half the width of a chromosome's band
_BANDS: Final = {1: "1 copy", 2: "2 copies", 3: "3", 4: "4"}


def bar(value: float, widest: float) -> dict[str, float | str]:
    """Give place and width of a bar to the left or right of zero, and its side."""
    width = round(abs(value) / widest * _BAR / 2, 1) if widest else 0.0
    left = _BAR / 2 - width if value < 0 else _BAR / 2
    return {"x": round(left, 1), "width": width, "side": "down" if value < 0 else "up"}


def chromosomes(rows: Sequence[Mapping[Hashable, Any]]) -> dict[str, Any] | None:
    """Lay out the levels of one sample's chromosomes; None where they were not measured.

    Parameters
    ----------
    rows
        columns `leukotype.vocabulary.DOSAGE_COLUMNS`.
    """
    if not rows:
        return None
    marks = [_mark(row, _LEFT + _STEP * (i + 0.5)) for i, row in enumerate(rows)]
    right = _LEFT + _STEP * len(rows)
    bands = [
        {"y": _y(math.log2(copies / DIPLOID)), "name": name}
        for copies, name in _BANDS.items()
        if abs(math.log2(copies / DIPLOID)) <= _RANGE
    ]
    return {
        "width": right + 60,
        "height": _y(-_RANGE) + 22,
        "left": _LEFT,
        "right": right,
        "axis": _y(-_RANGE) + 15,
        "bands": bands,
        "marks": marks,
        "said": _words(marks),
    }


def _y(level: float) -> float:
    return round(_TOP + (_RANGE - max(-_RANGE, min(_RANGE, level))) * _UNIT, 1)


def _mark(row: Mapping[Hashable, Any], x: float) -> dict[str, Any]:
    level, error, copies = row["log2_ratio"], row["standard_error"], row["copies"]
    if math.isnan(level):
        return {"name": row["chromosome"], "x": x, "level": None, "copies": "", "changed": False}
    high, low = _y(level + Z_95 * error), _y(level - Z_95 * error)
    changed = not math.isnan(copies) and copies != DIPLOID
    return {
        "name": row["chromosome"],
        "x": x,
        "level": _y(level),
        "high": high,
        "tall": round(max(low - high, 1.0), 1),
        "from": x - _HALF,
        "to": x + _HALF,
        "copies": f"{copies:g}" if changed else "",
        "changed": changed,
    }


def _words(marks: Sequence[Mapping[str, Any]]) -> str:
    """Say the figure in words, for who does not see it."""
    changed = [f"{mark['name']} in {mark['copies']} copies" for mark in marks if mark["changed"]]
    return "Chromosomes: " + (", ".join(changed) if changed else "two copies of each") + "."
