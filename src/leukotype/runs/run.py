"""A run: what it was asked, read and gave; with the one writer and the one reader of its folder."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, Self

import pandas as pd

from leukotype.errors import InputError
from leukotype.inputs.source import Source, sha256
from leukotype.runs.files import (
    CALLS,
    DOSAGE,
    EVIDENCE,
    EXPLANATIONS,
    MAP,
    MARKERS,
    PROBABILITIES,
    RUN,
    as_csv,
    write_whole,
)
from leukotype.runs.options import RunOptions
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


_TABLES: Final = (CALLS, PROBABILITIES, EVIDENCE, DOSAGE, MAP, MARKERS)
_PACKAGES: Final = ("leukotype", "numpy", "pandas")
_LIMITS: Final = "Research use only. Not a medical device."


def _versions() -> dict[str, str]:
    return {"python": platform.python_version(), **{name: version(name) for name in _PACKAGES}}


@dataclass(frozen=True)
class ModelName:
    """The bundle of a run: its name, version and start of the digest, and the whole digest."""

    name: str
    sha256: str


@dataclass(frozen=True)
class Run:
    """The result of a run, and all that is needed to repeat it.

    Parameters
    ----------
    calls
        one row a sample in input order, columns `CALL_COLUMNS`.
    probabilities
        ``sample`` and one column a class, also for samples that were not called.
    evidence
        every lesion that was looked at, columns `EVIDENCE_COLUMNS`.
    dosage
        one row a sample and chromosome: what the counts show of its copies.
    map
        one row a sample: its place on the map of the model, and its correlation with each class profile.
    markers
        one row a sample: log2(CPM + 1) of published markers and of genes that a lesion turns on.
    options
        what was asked.
    sources
        the files that were read, with their hashes.
    model
        the bundle.
    notes, warnings
        what was detected and done, and what makes the calls less sure than the card's figures.
    synthetic
        what says that the samples are no patients; empty of real ones.
    versions
        of Python and of the packages that a digit depends on.
    written
        time of writing; empty until then.
    explanations
        what `leukotype explain` wrote to the folder of the run; None without.
    """

    calls: pd.DataFrame
    probabilities: pd.DataFrame
    evidence: pd.DataFrame
    dosage: pd.DataFrame
    map: pd.DataFrame
    markers: pd.DataFrame
    options: RunOptions
    sources: tuple[Source, ...]
    model: ModelName
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    synthetic: str = ""
    versions: Mapping[str, str] = field(default_factory=_versions)
    written: str = ""
    explanations: pd.DataFrame | None = None

    def record(self) -> dict[str, Any]:
        """Give what run.json holds: everything but the tables."""
        return {
            "written": self.written,
            **({"data": self.synthetic} if self.synthetic else {}),
            "inputs": [{**asdict(source), "notes": list(source.notes)} for source in self.sources],
            "model": asdict(self.model),
            "options": self.options.record(),
            "samples": len(self.calls),
            "versions": dict(self.versions),
            "limits": _LIMITS,
            "notes": list(self.notes),
            "warnings": list(self.warnings),
        }

    def save(self, out: Path) -> tuple[Path, ...]:
        """Write the tables and run.json to a folder, all of them or none.

        Parameters
        ----------
        out
            A folder, made if it does not exist; files of other names in it stay as they are.

        Returns
        -------
            The paths written.

        Raises
        ------
        OSError
            When the disk refuses; the folder is then as it was before.
        """
        now = self.written or datetime.now(UTC).isoformat(timespec="seconds")
        tables = {name: as_csv(getattr(self, Path(name).stem)) for name in _TABLES}
        record = json.dumps({**self.record(), "written": now}, indent=2, ensure_ascii=False)
        return write_whole(out, {**tables, RUN: f"{record}\n"})

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read a run back; text stays text (a sample may be called NA), numbers are numbers.

        Raises
        ------
        InputError
            For a file that is absent or is not what `leukotype predict` writes; one line.
        """
        calls = _table(folder / CALLS, CALL_COLUMNS)
        explained = folder / EXPLANATIONS
        run = cls(
            calls,
            _all_numbers(folder / PROBABILITIES, ("sample",)),
            _table(folder / EVIDENCE, EVIDENCE_COLUMNS),
            _table(folder / DOSAGE, DOSAGE_COLUMNS),
            _all_numbers(folder / MAP, MAP_COLUMNS),
            _all_numbers(folder / MARKERS, ("sample",)),
            **_read_record(folder / RUN),
            explanations=_table(explained, _EXPLAINED) if explained.is_file() else None,
        )
        _check_samples(folder, run)
        return run

    def check_files(self, folder: Path) -> None:
        """Make sure that the files of this run, which was read from a folder, are there and the same.

        Raises
        ------
        InputError
            for a run on a data frame, and for a file that is gone or has changed.
        """
        if not self.options.expression:
            raise InputError(f"{folder / RUN}: the run read a data frame, no file: give the files to explain")
        for source in self.sources:
            path = Path(source.path)
            if not path.exists():
                raise InputError(
                    f"{path}: the file that {folder / RUN} names is not there: give the files to explain"
                )
            if sha256(path) != source.sha256:
                raise InputError(f"{path}: the file has changed since the run of {folder}: predict again")


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


def _read_record(path: Path) -> dict[str, Any]:
    """Read run.json as the fields of `Run` that are no tables."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        return {
            "options": RunOptions.from_record(record["options"]),
            "sources": tuple(Source(**{**each, "notes": tuple(each["notes"])}) for each in record["inputs"]),
            "model": ModelName(**record["model"]),
            "notes": tuple(record["notes"]),
            "warnings": tuple(record["warnings"]),
            "synthetic": record.get("data", ""),
            "versions": dict(record["versions"]),
            "written": record["written"],
        }
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}): {_AGAIN}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{path}: expected the record of a run, found other content: predict again"
        ) from error


def _check_samples(folder: Path, run: Run) -> None:
    """Refuse files of two runs in one folder."""
    known = set(run.calls["sample"])
    if len(known) != len(run.calls):
        raise InputError(f"{folder / CALLS}: expected each sample once, found one twice: {_AGAIN}")
    for name in (PROBABILITIES, MAP, MARKERS):
        if getattr(run, Path(name).stem)["sample"].tolist() != run.calls["sample"].tolist():
            raise InputError(f"{folder / name}: expected the samples of {CALLS}, found others: {_AGAIN}")
    explained = run.explanations
    if explained is not None and not set(explained["sample"]) <= known:
        raise InputError(
            f"{folder / EXPLANATIONS}: expected samples of {CALLS}, found others: explain this run again"
        )
