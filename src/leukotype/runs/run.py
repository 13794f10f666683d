"""A run: what it was asked, read and gave; with the one writer and the one reader of its folder."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, Self

import pandas as pd

from leukotype.errors import InputError, count_of, quote
from leukotype.inputs.source import Source, sha256
from leukotype.runs.call_json import CALL_NUMBERS, calls_as_json
from leukotype.runs.calls_table import calls_as_html
from leukotype.runs.files import (
    CALLS,
    CALLS_JSON,
    DOSAGE,
    EVIDENCE,
    EXPLAINED_OF,
    EXPLANATIONS,
    IMPORTANCE,
    MAP,
    MARKERS,
    MULTIQC,
    PROBABILITIES,
    RUN,
    TABLES_OF,
    as_csv,
    drawn_files,
    encode,
    kept_files,
    write_whole,
)
from leukotype.runs.multiqc import multiqc_section
from leukotype.runs.options import RunOptions
from leukotype.runs.phenopackets import phenopacket_files, phenopackets
from leukotype.runs.places import FilePlace, plain_without_home
from leukotype.vocabulary import (
    CALL_COLUMNS,
    CALL_FLAGS,
    DOSAGE_COLUMNS,
    EVIDENCE_COLUMNS,
    MAP_COLUMNS,
    Sex,
)

_NUMBERS: Final = CALL_NUMBERS | frozenset(
    {
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
_FLAGS: Final = CALL_FLAGS | {"used"}
_TRUTH: Final[Mapping[str, bool | None]] = {"true": True, "false": False, "": None}
_FILES_OF: Final = "files"  # of the record: where the files lie that were given
_ID_DIGITS: Final = 16
_LIMITS: Final = "Research use only. Not a medical device."


@cache
def _versions() -> dict[str, str]:
    return {"python": platform.python_version(), **{name: version(name) for name in _PACKAGES}}


@dataclass(frozen=True)
class ModelName:
    """The bundle of a run: its name, version and start of the digest, and the whole digest."""

    name: str
    sha256: str


@dataclass(frozen=True, repr=False)
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
    files
        where the files and folders lie that it was given; none of a data frame.
    written
        time of writing; empty until then.
    explanations
        what `leukotype explain` wrote to the folder of the run; None without.
    sexes, ages
        sex, and age in years, of the samples of which they were given; not kept in the folder of a run.
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
    files: tuple[FilePlace, ...] = ()
    written: str = ""
    explanations: pd.DataFrame | None = None
    sexes: Mapping[str, Sex] = field(default_factory=dict)
    ages: Mapping[str, float] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """What tells this run from others: its model, its files and whom it called what."""
        called = self.calls[["sample", "status", "subtype"]].astype(str).to_numpy().tolist()
        told = [self.model.sha256, sorted(source.sha256 for source in self.sources), called]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:_ID_DIGITS]

    def record(self) -> dict[str, Any]:
        """Give what run.json holds of the run itself; the hashes of its tables come when they are written."""
        return {
            "id": self.id,
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

    def change_texts(self, change: Callable[[str], str]) -> Self:
        """Give the same run with other names of its files; none is found again by them."""
        sources = (
            replace(each, path=change(each.path), notes=tuple(map(change, each.notes)))
            for each in self.sources
        )
        return replace(
            self,
            evidence=self.evidence.assign(source=[change(str(each)) for each in self.evidence["source"]]),
            options=type(self.options).from_record(_change_texts(self.options.record(), change)),
            files=(),
            sources=tuple(sources),
            notes=tuple(map(change, self.notes)),
            warnings=tuple(map(change, self.warnings)),
        )

    def __repr__(self) -> str:
        return f"<Run of {_counted(self.calls)}; model {self.model.name}>"

    def _repr_html_(self) -> str:
        """Show the calls as a table, for a notebook."""
        return calls_as_html(self.calls, f"{self.synthetic} {_counted(self.calls)}; model {self.model.name}")

    def phenopackets(self) -> dict[str, dict[str, Any]]:
        """Give a GA4GH phenopacket of every sample, by its name, as `leukotype.runs.phenopackets` does."""
        return phenopackets(self)

    def save(self, out: Path | str, *, phenopackets: bool = False) -> tuple[Path, ...]:
        """Write the tables and run.json to a folder, all of them or none; run.json last, with their hashes.

        Parameters
        ----------
        out
            A folder, made if it does not exist; what `leukotype explain` and `leukotype report` wrote there
            of an earlier run is removed, files of other names stay as they are.
        phenopackets
            whether to write a phenopacket a sample too, each to a file of its own.

        Returns
        -------
            The paths written.

        Raises
        ------
        OSError
            When the disk refuses; the folder is then as it was before.
        """
        out = Path(out)
        now = self.written or datetime.now(UTC).isoformat(timespec="seconds")
        tables = {name: encode(as_csv(getattr(self, Path(name).stem))) for name in _TABLES}
        tables = {CALLS: tables[CALLS], CALLS_JSON: encode(calls_as_json(self.calls)), **tables}
        tables[MULTIQC] = encode(multiqc_section(self.calls, self.synthetic))
        hashes = {name: hashlib.sha256(content).hexdigest() for name, content in tables.items()}
        record = plain_without_home({**self.record(), "written": now, TABLES_OF: hashes})
        record |= {_FILES_OF: [each.record(out) for each in self.files]} if self.files else {}
        packets = phenopacket_files(replace(self, written=now)) if phenopackets else {}
        files: dict[str, str | bytes] = {**tables, **packets, RUN: _as_json(record)}
        gone = {EXPLANATIONS, IMPORTANCE, *drawn_files(out)} - files.keys()
        return write_whole(out, files, gone=sorted(gone))

    def record_of_explanations(self, folder: Path, explanations: str) -> dict[str, str]:
        """Give the run.json of a folder of this run that names its explanations by their hash, by file name.

        Parameters
        ----------
        explanations
            text of explanations.csv, to be written to the same folder before it.

        Returns
        -------
            Nothing for a folder without a run.

        Raises
        ------
        InputError
            For a folder of another run: its report would show these explanations under other calls.
        """
        path = folder / RUN
        if not path.is_file():
            return {}
        try:
            record = dict(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            record = {}
        if record.get("id") != self.id:
            raise InputError(
                f"{path}: expected the run that is explained, {self.id}, found another: name another "
                "folder by --out, or predict into this one again"
            )
        return {RUN: _as_json({**record, EXPLAINED_OF: hashlib.sha256(encode(explanations)).hexdigest()})}

    @classmethod
    def load(cls, folder: Path | str) -> Self:
        """Read a run back; text stays text (a sample may be called NA), numbers are numbers.

        What a table holds is checked before its hash: of a table that was edited the first message says
        where it is wrong, the second only that it is another one.

        Raises
        ------
        InputError
            For a file that is absent, is not what `leukotype predict` writes, or is of another run; one line.
        """
        folder = Path(folder)
        paths = {name: folder / name for name in (*_TABLES, EXPLANATIONS)} | kept_files(folder)
        calls = _table(paths[CALLS], CALL_COLUMNS)
        explained, record = paths[EXPLANATIONS], _read_record(folder / RUN)
        hashes, told = record.pop(TABLES_OF), record.pop(EXPLAINED_OF)
        run = cls(
            calls,
            _all_numbers(paths[PROBABILITIES], ("sample",)),
            _table(paths[EVIDENCE], EVIDENCE_COLUMNS),
            _table(paths[DOSAGE], DOSAGE_COLUMNS),
            _all_numbers(paths[MAP], MAP_COLUMNS),
            _all_numbers(paths[MARKERS], ("sample",)),
            **record,
            explanations=_table(explained, _EXPLAINED) if explained.is_file() else None,
        )
        _check_samples(folder, run)
        _check_hashes({name: paths.get(name, folder / name) for name in hashes}, hashes)
        _check_explained(explained, run, told)
        return run

    def options_here(self, folder: Path | str) -> RunOptions:
        """Give the options of this run, which was read from a folder, with paths that open from here.

        Raises
        ------
        InputError
            for a run on a data frame, and for a file that is gone or has changed.
        """
        folder = Path(folder)
        if not self.options.expression:
            raise InputError(f"{folder / RUN}: the run read a data frame, no file: give the files to explain")
        known = {each.given: each for each in self.files}
        hashes = {source.path: source.sha256 for source in self.sources}
        for given in dict.fromkeys([*self.options.files, *hashes]):
            told = known[given] if given in known else FilePlace(given, Path(given).expanduser(), "")
            _check_unchanged(folder, told, hashes.get(given, told.sha256))
        return self.options.with_files(lambda given: str(known[given].path) if given in known else given)


def _change_texts(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return {name: _change_texts(each, change) for name, each in value.items()}
    if isinstance(value, list):
        return [_change_texts(each, change) for each in value]
    return change(value) if isinstance(value, str) else value


def _check_unchanged(folder: Path, told: FilePlace, digest: str) -> None:
    path = told.path
    if not path.exists():
        raise InputError(
            f"{path}: the file that {folder / RUN} names is not there: give the files to explain"
        )
    if digest and sha256(path) != digest:
        raise InputError(f"{path}: the file has changed since the run of {folder}: predict again")


def _counted(calls: pd.DataFrame) -> str:
    """Say how many samples there are of each status."""
    statuses = ", ".join(f"{n} {status}" for status, n in calls["status"].value_counts().items())
    return f"{count_of(len(calls), 'sample')}: {statuses}"


def _as_json(record: Mapping[str, Any]) -> str:
    return f"{json.dumps(record, indent=2, ensure_ascii=False)}\n"


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
    for name in _FLAGS & set(frame):
        frame[name] = _flags(path, frame[name])
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


def _flags(path: Path, column: pd.Series[str]) -> pd.Series[bool]:
    other = set(column) - set(_TRUTH)
    if other:
        raise InputError(
            f"{path}: column {column.name}: expected true or false, found {quote(min(other))}: {_AGAIN}"
        )
    return column.map(_TRUTH).astype("boolean")


def _read_record(path: Path) -> dict[str, Any]:
    """Read run.json as the fields of `Run` that are no tables, and the hashes of these."""
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
            "files": tuple(FilePlace.from_record(each, path.parent) for each in record.get(_FILES_OF, ())),
            EXPLAINED_OF: str(record.get(EXPLAINED_OF, "")),
            TABLES_OF: {name: str(record[TABLES_OF][name]) for name in (*_TABLES, CALLS_JSON, MULTIQC)},
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


def _check_hashes(paths: Mapping[str, Path], hashes: Mapping[str, str]) -> None:
    """Refuse a table that is not the one that was written with run.json."""
    for name, told in hashes.items():
        path = paths[name]
        if not path.exists():
            raise InputError(f"{path}: cannot be read (No such file or directory): {_AGAIN}")
        if sha256(path) != told:
            raise InputError(
                f"{path}: expected the table that {RUN} names by its hash, found another: it was "
                "changed, or a later run was cut short: predict again"
            )


def _check_explained(path: Path, run: Run, told: str) -> None:
    """Refuse explanations of another run, which would stand under calls that they do not explain."""
    explained = run.explanations
    if explained is None:
        return
    if not set(explained["sample"]) <= set(run.calls["sample"]):
        raise InputError(f"{path}: expected samples of {CALLS}, found others: explain this run again")
    if sha256(path) != told:
        raise InputError(
            f"{path}: expected the explanations that {RUN} names by their hash, found those of another run, "
            "or changed ones: explain this run again"
        )
