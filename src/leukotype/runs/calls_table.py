"""The calls as a small table of HTML, for notebooks; `leukotype report` writes the page to read."""

from __future__ import annotations

import html
from types import MappingProxyType
from typing import Any, Final

import pandas as pd

from leukotype.vocabulary import Status

_MOST: Final = 60  # rows shown
_COLUMNS: Final = (
    "sample",
    "status",
    "subtype",
    "probability",
    "runner_up",
    "blast_pct",
    "risk_group",
    "reason",
)
# Rims, not grounds: readable in light and in dark.
_TONES: Final = MappingProxyType(
    {
        Status.CALLED: "#009e73",
        Status.UNCLASSIFIED: "#e69f00",
        Status.LOW_BLASTS: "#cc79a7",
        Status.NOT_B_ALL: "#56b4e9",
        Status.UNREADABLE: "#d55e00",
    }
)
_OTHER: Final = "#999999"


def calls_as_html(calls: pd.DataFrame, caption: str) -> str:
    """Give the first rows as a table; all text is escaped."""
    names = [name for name in _COLUMNS if name in calls]
    head = "".join(f"<th>{name}</th>" for name in names)
    rows = "".join(_row(row, names) for row in calls.head(_MOST).to_dict("records"))
    more = f"<p>{len(calls) - _MOST} more rows</p>" if len(calls) > _MOST else ""
    told = f"{html.escape(caption.strip())}. Research use only."
    return (
        f"<table><caption>{told}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{more}"
    )


def _row(row: dict[Any, Any], names: list[str]) -> str:
    tone = _TONES.get(row["status"], _OTHER)
    cells = "".join(f"<td>{html.escape(_text(row[name]))}</td>" for name in names)
    return f'<tr style="border-left: 6px solid {tone}">{cells}</tr>'


def _text(value: Any) -> str:
    if isinstance(value, float):
        return "" if pd.isna(value) else f"{value:.4g}"
    return str(value)
