"""Fusion callers' tables: which caller's it is, by the names of its columns, and its calls in file order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

import pandas as pd

from leukotype.errors import InputError
from leukotype.inputs.lesions.fusion_callers import (
    FUSION_CATCHER_GENES,
    FUSION_CATCHER_OLD_GENES,
    FUSION_CATCHER_REST,
    FUSION_REPORT,
    READERS,
    TABLE,
    Call,
    caller_name,
    tools,
)
from leukotype.inputs.tables.named_columns import NamedTable, OtherKind, read_named

_EXPECTED: Final = (
    "a fusion caller's table (Arriba, STAR-Fusion, FusionCatcher, CICERO, JAFFA, fusion-report, or columns "
    "sample, gene_5prime, gene_3prime)"
)
_KINDS: Final = MappingProxyType(
    {
        "Arriba": [
            frozenset({"gene1", "gene2", "split_reads1", "split_reads2", "discordant_mates", "confidence"})
        ],
        "STAR-Fusion": [frozenset({"fusionname", "junctionreadcount", "spanningfragcount", "leftgene"})],
        "FusionCatcher": [
            frozenset({*FUSION_CATCHER_GENES, *FUSION_CATCHER_REST}),
            frozenset({*FUSION_CATCHER_OLD_GENES, *FUSION_CATCHER_REST}),
        ],
        "CICERO": [frozenset({"genea", "geneb", "readsa", "readsb", "sv_ort", "type"})],
        "JAFFA": [frozenset({"fusion genes", "spanning pairs", "spanning reads", "classification"})],
        FUSION_REPORT: [
            frozenset({"fusion", "databases", "fusion indication index (fii)"}),
            frozenset({"fusion", "databases", "score"}),
        ],
        TABLE: [frozenset({"gene_5prime", "gene_3prime"})],
    }
)


@dataclass(frozen=True)
class CallTable:
    """One file of calls.

    Parameters
    ----------
    format
        which caller's table it is.
    callers
        callers that were run for it, also those that found nothing.
    calls
        in the order of the file.
    samples
        the sample of each call as the table itself says it; None where it has no such column.
    """

    path: Path
    format: str
    callers: tuple[str, ...]
    calls: tuple[Call, ...]
    samples: tuple[str, ...] | None
    notes: tuple[str, ...]


def read_calls(path: Path) -> CallTable:
    """Read a fusion caller's table; which caller's it is, is told by the names of its columns.

    Raises
    ------
    OtherKind
        For a file of another kind.
    InputError
        For a fusion table that is damaged, and for reads that are not a number; with its line.
    """
    table = read_named(path, _KINDS, _EXPECTED)
    frame = table.frame
    notes: list[str] = []
    if table.kind == "CICERO":
        frame, notes = _without_repeated_header(table)
    calls: list[Call] = []
    samples: list[str] = []
    for line, *values in frame.itertuples():
        row = dict(zip(frame.columns, values, strict=True))
        try:
            found = READERS[table.kind](row)
        except ValueError as error:
            raise InputError(f"{path}: line {line}, {error}") from error
        calls += found
        samples += [row.get("sample", "")] * len(found)
    if table.skipped:
        notes.append(f"lines above the header left aside: {table.skipped}")
    said = tuple(samples) if "sample" in frame.columns else None
    return CallTable(path, table.kind, _callers(table, calls), tuple(calls), said, tuple(notes))


def _without_repeated_header(table: NamedTable) -> tuple[pd.DataFrame, list[str]]:
    """Leave out header lines among CICERO's rows, and refuse its tables of duplications inside a gene.

    Their columns are those of final_fusions.txt; a table without rows is told by its name, which CICERO
    ends on ``internal.txt``.
    """
    again = table.frame["genea"].str.lower() == "genea"
    frame = table.frame[~again]
    inside = frame["type"].str.startswith("Internal")
    if inside.all() and (len(frame) or "internal" in table.path.name.lower()):
        raise OtherKind(
            f"{table.path}: expected {_EXPECTED}, found CICERO's table of duplications inside a gene: "
            "give its final_fusions.txt"
        )
    return frame, [f"header lines among the rows left out: {int(again.sum())}"] if again.any() else []


def _callers(table: NamedTable, calls: Sequence[Call]) -> tuple[str, ...]:
    if table.kind == FUSION_REPORT:
        return tuple(caller_name(name) for name in tools(table.frame.columns))
    if table.kind == TABLE:
        return tuple(dict.fromkeys(call.caller for call in calls)) or (TABLE,)
    return (table.kind,)
