"""Calls as JSON: one object a sample, null where calls.csv is empty, and the schema that says so."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

import pandas as pd

from leukotype.runs.plain_rows import plain_rows
from leukotype.vocabulary import CALL_COLUMNS, CALL_FLAGS, Agreement, BlastSource, Status

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
CALL_NUMBERS: Final = frozenset(
    {
        "probability",
        "runner_up_probability",
        "blast_pct",
        "blast_estimate_pct",
        "blast_low_pct",
        "blast_high_pct",
        "library_size",
        "genes_found_pct",
    }
)
_NEVER_EMPTY: Final = frozenset({"sample", "status", "model"})
_CHOICES: Final[Mapping[str, list[str]]] = MappingProxyType(
    {
        "status": [str(each) for each in Status],
        "blast_source": [str(each) for each in BlastSource],
        "evidence_agreement": [str(each) for each in Agreement],
    }
)
_MEANINGS: Final = MappingProxyType(
    {
        "sample": "name of the sample, as the input wrote it",
        "status": "what became of the sample",
        "subtype": "the subtype that is called; null without a call",
        "probability": "probability of the subtype, 0 to 1; null where a lesion alone names it",
        "runner_up": "the next probable class",
        "prediction_set_90": "subtypes that stay possible when 90 % of patients are covered, joined by |",
        "prediction_set_95": "the same for 95 %",
        "reason": "why no call is safe, what a lesion decided, what to rule out",
        "blast_pct": "blasts in percent that count: given, or else estimated",
        "blast_source": "where they come from",
        "in_trial_scheme": "whether the subtype is one of the 13 of the INO-VATE genomic analysis",
        "who_haem5": "what WHO-HAEM5 calls the subtype, or where it falls there",
        "icc_2022": "what ICC 2022 calls the subtype, provisional entities marked",
        "ncit": "code of the WHO entity in the NCI Thesaurus; null where none was verified",
        "sex_expression": "sex that XIST and genes of Y show; both where cells of both sexes, or XXY",
        "evidence_agreement": "how the lesions stand to the subtype that the expression shows",
        "library_size": "reads counted in genes; null where the values are no counts",
        "genes_found_pct": "share of the model's genes that the input has, in percent",
        "model": "the bundle that called",
    }
)


def call_records(calls: pd.DataFrame) -> list[dict[str, Any]]:
    """Give one plain object a sample, with the columns that the calls have: never NaN, null where empty."""
    return list(_records(calls))


def _records(calls: pd.DataFrame) -> Iterator[dict[str, Any]]:
    names = [*map(str, calls)]
    for row in plain_rows(calls, None):
        yield dict(zip(names, (None if value == "" else value for value in row), strict=True))


def calls_as_json(calls: pd.DataFrame) -> str:
    """Text of calls.json: a list of the objects of `call_records`, as `as_json` writes it."""
    if calls.empty:
        return as_json([])
    # One object at a time, and by the encoder in C, which knows no indent: a cohort's are many.
    encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",\n  ", ": ")).encode
    objects = (f" {{\n  {encode(record)[1:-1]}\n }}" for record in _records(calls))
    return "[\n" + ",\n".join(objects) + "\n]\n"


def as_json(content: Any) -> str:
    """Text of plain objects as files of results have it: a value a line, no NaN, names as they are."""
    return f"{json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)}\n"


def call_schema() -> dict[str, Any]:
    """JSON Schema of one call, as calls.json, the service and a served model give it."""
    return {
        "$schema": DIALECT,
        "title": "Call",
        "description": "What Leukotype says of one sample. Research use only.",
        "type": "object",
        "properties": {name: _property(name) for name in CALL_COLUMNS},
        "required": list(CALL_COLUMNS),
    }


def _property(name: str) -> dict[str, Any]:
    meaning = {"description": _MEANINGS[name]} if name in _MEANINGS else {}
    if name in CALL_NUMBERS:
        return {"type": ["number", "null"], **meaning}
    if name in CALL_FLAGS:
        return {"type": ["boolean", "null"], **meaning}
    kind: dict[str, Any] = {"type": "string" if name in _NEVER_EMPTY else ["string", "null"], **meaning}
    none = [] if name in _NEVER_EMPTY else [None]
    return kind | ({"enum": [*_CHOICES[name], *none]} if name in _CHOICES else {})
