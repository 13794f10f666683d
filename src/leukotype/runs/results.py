"""The folder of a run, read back: calls, probabilities, evidence, dosage, explanations, record."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from leukotype.errors import InputError
from leukotype.runs.files import CALLS, DOSAGE, EVIDENCE, EXPLANATIONS, MAP, MARKERS, PROBABILITIES, RUN
from leukotype.vocabulary import CALL_COLUMNS, DOSAGE_COLUMNS, EVIDENCE_COLUMNS, MAP_COLUMNS

_NUMBERS: Final = frozenset(
    {
        "probability",
        "runner_up_probability",
        "blast_pct",
        "blast_estimate_pct",
        "blast_low_pct",
        "blast_high_pct",
        "library_size",
        "genes_found_pct",
        "reads",
        "log2_ratio",
        "standard_error",
        "genes",
        "copies",
        "certainty",
        "features",
        "value",
        "contribution",
    }
)
# What a page shows of `leukotype explain`.
_EXPLAINED: Final = (
    "sample",
    "subtype",
    "against",
    "feature",
    "layer",
    "features",
    "value",
    "contribution",
    "known_marker",
    "source",
)
_AGAIN: Final = "give the folder that leukotype predict wrote"


@dataclass(frozen=True)
class Results:
    """What a run wrote.

    Parameters
    ----------
    calls, probabilities, evidence, dosage, map, markers
        the files of these names; text as text, numbers as numbers.
    explanations
        None where `leukotype explain` has not written to the folder.
    run
        the record of the run.
    """

    calls: pd.DataFrame
    probabilities: pd.DataFrame
    evidence: pd.DataFrame
    dosage: pd.DataFrame
    map: pd.DataFrame
    markers: pd.DataFrame
    explanations: pd.DataFrame | None
    run: dict[str, Any]


def read_results(folder: Path) -> Results:
    """Read the results of a run.

    Raises
    ------
    InputError
        For a file that is absent or is not what `leukotype predict` writes; one line.
    """
    calls = _table(folder / CALLS, CALL_COLUMNS)
    explained = folder / EXPLANATIONS
    results = Results(
        calls,
        _all_numbers(folder / PROBABILITIES, ("sample",)),
        _table(folder / EVIDENCE, EVIDENCE_COLUMNS),
        _table(folder / DOSAGE, DOSAGE_COLUMNS),
        _all_numbers(folder / MAP, MAP_COLUMNS),
        _all_numbers(folder / MARKERS, ("sample",)),
        _table(explained, _EXPLAINED) if explained.is_file() else None,
        _record(folder / RUN),
    )
    _check_samples(folder, results)
    return results


def _table(path: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    """Read a table as text (a sample may be called NA), and its known numbers as numbers."""
    try:
        frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}): {_AGAIN}") from error
    except ValueError as error:
        raise InputError(f"{path}: expected a table, found other content: {_AGAIN}") from error
    absent = [name for name in columns if name not in frame]
    if absent:
        raise InputError(f"{path}: column {absent[0]}: expected it in the header, found none: {_AGAIN}")
    for name in _NUMBERS & set(frame):
        frame[name] = _numbers(path, frame[name])
    return frame


def _all_numbers(path: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    """Read a table of samples in which all but their names are numbers."""
    frame = _table(path, columns)
    for name in frame.columns.drop("sample"):
        frame[name] = _numbers(path, frame[name])
    return frame


def _numbers(path: Path, column: pd.Series[str]) -> pd.Series[float]:
    try:
        return pd.to_numeric(column).astype(float)
    except ValueError as error:
        raise InputError(f"{path}: column {column.name}: expected numbers ({error}): {_AGAIN}") from error


def _record(path: Path) -> dict[str, Any]:
    try:
        run = dict(json.loads(path.read_text(encoding="utf-8")))
        return run | {name: run[name] for name in ("inputs", "model", "versions")}
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}): {_AGAIN}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}: expected the record of a run, found other content: {_AGAIN}") from error


def _check_samples(folder: Path, results: Results) -> None:
    """Refuse files of two runs in one folder."""
    known = set(results.calls["sample"])
    if len(known) != len(results.calls):
        raise InputError(f"{folder / CALLS}: expected each sample once, found one twice: {_AGAIN}")
    for name in (PROBABILITIES, MAP, MARKERS):
        if getattr(results, Path(name).stem)["sample"].tolist() != results.calls["sample"].tolist():
            raise InputError(f"{folder / name}: expected the samples of {CALLS}, found others: {_AGAIN}")
    explained = results.explanations
    if explained is not None and not set(explained["sample"]) <= known:
        raise InputError(
            f"{folder / EXPLANATIONS}: expected samples of {CALLS}, found others: explain this run again"
        )
