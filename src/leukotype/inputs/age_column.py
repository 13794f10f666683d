"""The age of the patients, in years, as laboratories write it."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Final

from leukotype.inputs.patient_column import PatientColumn
from leukotype.inputs.tables.headers import AGE as AGE_COLUMN
from leukotype.inputs.tables.text import NOT_KNOWN

_OLDEST: Final = 120.0
_AGE: Final = re.compile(
    r"(\d+(?:[.,]\d+)?)\s*(years?|yrs?|yo|y|jahre?|j|ans?|a\u00f1os?|anos?|anni|a|months?|mos?|monate?n?|mois|meses|mesi|m|weeks?|wochen?|w|days?|d|tage?|t)?\.?"
)
_YEARS: Final = MappingProxyType(
    {
        **dict.fromkeys("yja", 1.0),
        "m": 1 / 12,
        "w": 7 / 365.25,
        **dict.fromkeys("dt", 1 / 365.25),
    }
)


def _read(text: str) -> float | None:
    word = text.strip().lower()
    if word in NOT_KNOWN:
        return None
    found = _AGE.fullmatch(word)
    if found is None:
        raise ValueError(text)
    years = float(found[1].replace(",", ".")) * _YEARS[(found[2] or "y")[0]]
    if years > _OLDEST:
        raise ValueError(text)
    return years


AGE: Final = PatientColumn(
    AGE_COLUMN,
    f"years up to {_OLDEST:g}, or a number with its unit (7 months)",
    _read,
)
