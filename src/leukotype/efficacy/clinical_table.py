"""A trial's clinical table: one row a patient, read from csv, xlsx or parquet, and checked before use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from leukotype.efficacy.columns import TrialColumns
from leukotype.errors import InputError, abridge, quote
from leukotype.inputs.source import stream
from leukotype.inputs.tables.text import MISSING, duplicates, open_table, read_rows, refuse_row_names
from leukotype.vocabulary import Arm, Endpoint

UNKNOWN: Final = "missing"  # level of a factor
_ROUNDING: Final = 0.05  # months: a PFS this much longer than OS may come of rounding to one decimal
_Mask = npt.NDArray[np.bool_]


def time_column(endpoint: Endpoint) -> str:
    """Column of `Clinical.patients` with the months to an endpoint, or to the end of follow-up."""
    return f"{endpoint.lower()}_time"


def event_column(endpoint: Endpoint) -> str:
    """Column of `Clinical.patients` with 1 for an event at that time, 0 for none."""
    return f"{endpoint.lower()}_event"


@dataclass(frozen=True)
class Clinical:
    """A clinical table in the program's terms, indexed by patient in the order of the file.

    Parameters
    ----------
    patients
        ``arm`` (experimental, comparator) and, as far as the trial has them, ``response`` (CR, CRi, other),
        ``mrd`` (negative, positive or empty), ``pfs_time``, ``os_time`` (months), ``pfs_event``,
        ``os_event`` (1, 0); NaN where a patient has none.
    factors
        strata, categories and cut columns: ordered categories, ``missing`` last.
    continuous
        float64.
    altered, tested
        gene columns: bool; a blank is a gene that was not tested.
    """

    patients: pd.DataFrame
    factors: pd.DataFrame
    continuous: pd.DataFrame
    altered: pd.DataFrame
    tested: pd.DataFrame
    columns: TrialColumns
    notes: tuple[str, ...]


def read_clinical(path: Path, columns: TrialColumns) -> Clinical:
    """Read a clinical table.

    Raises
    ------
    InputError
        For a file that is no table, and for all missing columns, repeated patients, unknown words and
        impossible values: a line for each kind.
    """
    return check_clinical(read_table(path), columns, str(path))


def check_clinical(table: pd.DataFrame, columns: TrialColumns, label: str) -> Clinical:
    """Check a clinical table that is at hand; see `read_clinical`."""
    absent = [name for name in columns.required if name not in table.columns]
    if absent:
        has = abridge([quote(str(name)) for name in table.columns], 8)
        raise InputError(
            f"{label}: expected column {abridge([quote(each) for each in absent])}, found {has}: name the "
            "columns in the TOML file"
        )
    text = table[list(columns.required)].astype(object)
    text = text.where(text.notna(), "").astype(str).apply(lambda column: column.str.strip())
    words = {*columns.response_words, *columns.mrd_words}  # a trial may write "none" for no response
    text = text.mask(text.apply(lambda column: column.str.lower().isin(MISSING) & ~column.isin(words)), "")
    checks = _Checks(text, columns, label)
    clinical = checks.clinical()
    if checks.problems:
        raise InputError("\n".join(checks.problems))
    return clinical


def read_table(path: Path) -> pd.DataFrame:
    """Read a table by what the file is: parquet, an Excel workbook (its first sheet), else csv or tsv."""
    with stream(path) as raw:
        start = raw.read(4)
    if start == b"PAR1":
        return _other_table(path, "pyarrow", lambda: pd.read_parquet(path, engine="pyarrow"))
    if start == b"PK\x03\x04":
        return _other_table(path, "openpyxl", lambda: pd.read_excel(path, dtype=str, engine="openpyxl"))
    return _text_table(path)


def _other_table(path: Path, package: str, read: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    try:
        frame = read()
    except ImportError as error:
        raise InputError(f"{path}: needs {package}: pip install '.[efficacy]', or give csv") from error
    except (ValueError, KeyError, OSError) as error:
        raise InputError(f"{path}: cannot be read ({' '.join(str(error).split())}): give csv") from error
    return frame.rename(columns=str)


def _text_table(path: Path) -> pd.DataFrame:
    whole, rows = read_rows(open_table(path), refuse_row_names)
    if again := duplicates(whole.header):
        raise InputError(f"{path}: expected each column once, found {abridge(again)} twice: rename one")
    return pd.DataFrame([row.fields for row in rows], columns=list(whole.header), dtype=object)


class _Checks:
    """Reads the columns of one table and gathers a line for each kind of problem."""

    def __init__(self, text: pd.DataFrame, columns: TrialColumns, label: str) -> None:
        self.columns = columns
        self.label = label
        self.problems: list[str] = []
        self.notes: list[str] = []
        self.names = text[columns.patient]
        self.text = text.set_axis(pd.Index(self.names, name="patient"), axis=0)

    def clinical(self) -> Clinical:
        """Read every column; the result counts only where no problem was found."""
        self._each_patient_once()
        patients = pd.DataFrame({"arm": self._arms()})
        if self.columns.response:
            patients["response"] = self._words(
                self.columns.response, self.columns.response_words, "[response]", needed=True
            )
        if self.columns.mrd:
            patients["mrd"] = self._words(self.columns.mrd, self.columns.mrd_words, "[mrd]", needed=False)
        for name, time, event in self.columns.endpoints:
            patients[time_column(name)], patients[event_column(name)] = self._times(name, time, event)
        self._progression_before_death(patients)
        continuous = {name: self._numbers(name) for name in self.columns.continuous}
        factors: dict[str, Any] = {name: self._levels(name) for name in self._categories()}
        factors |= {name: _cut(continuous[name], limits) for name, limits in self.columns.cut.items()}
        genes = {name: self._zero_one(name) for name in self.columns.genes}
        altered = {name: values == 1 for name, values in genes.items()}
        tested = {name: values.notna() for name, values in genes.items()}
        index = self.text.index
        return Clinical(
            patients,
            pd.DataFrame(factors, index=index),
            pd.DataFrame(continuous, index=index, dtype=np.float64),
            pd.DataFrame(altered, index=index, dtype=bool),
            pd.DataFrame(tested, index=index, dtype=bool),
            self.columns,
            tuple(self.notes),
        )

    def _categories(self) -> tuple[str, ...]:
        return (*self.columns.strata, *self.columns.categories)

    def _blame(self, wrong: _Mask, column: str, expected: str, advice: str) -> None:
        """Add the line of one kind of problem, if any row has it."""
        where = np.flatnonzero(wrong)
        if len(where):
            value = self.text[column].iloc[where[0]]
            found = quote(value) if value else "an empty field"
            patients = abridge([str(name) for name in self.names.iloc[where]])
            self.problems.append(
                f"{self.label}: column {quote(column)}: expected {expected}, found {found} "
                f"(patient {patients}): {advice}"
            )

    def _each_patient_once(self) -> None:
        column = self.columns.patient
        if not len(self.names):
            self.problems.append(f"{self.label}: expected a row a patient, found none: give the full table")
        for row in np.flatnonzero(self.names == "")[:1]:
            self.problems.append(
                f"{self.label}: column {quote(column)}: expected a name, found an empty field "
                f"(row {row + 1}): fill it, or leave the row out"
            )
        again = (self.names.duplicated() & (self.names != "")).to_numpy()
        self._blame(again, column, "each patient once", "leave one row of each")

    def _arms(self) -> pd.Series[str]:
        both = {self.columns.experimental: Arm.EXPERIMENTAL, self.columns.comparator: Arm.COMPARATOR}
        given = self.text[self.columns.arm]
        expected = " or ".join(map(quote, both))
        self._blame(~given.isin(both).to_numpy(), self.columns.arm, expected, "correct it, or name [arms] so")
        return given.map(both)

    def _words(self, column: str, words: Mapping[str, str], section: str, *, needed: bool) -> pd.Series[str]:
        given = self.text[column].str.removesuffix(".0")
        unknown = ~given.isin(words) & (needed | (given != ""))
        expected = abridge([quote(word) for word in words], 8)
        self._blame(unknown.to_numpy(), column, expected, f"correct it, or add the word to {section}")
        return given.map(words).fillna("")

    def _numbers(self, column: str) -> pd.Series[float]:
        given = self.text[column]
        values = pd.to_numeric(given, errors="coerce").astype(np.float64)
        values = values.mask(~np.isfinite(values))
        wrong = (values.isna() & (given != "")).to_numpy()
        self._blame(wrong, column, "a number", "correct it, or leave it empty")
        return values

    def _zero_one(self, column: str) -> pd.Series[float]:
        given = self.text[column]
        values = pd.to_numeric(given, errors="coerce").astype(np.float64)
        wrong = ~values.isin([0, 1]) & (given != "")
        self._blame(wrong.to_numpy(), column, "0 or 1", "correct it")
        return values

    def _times(self, name: Endpoint, time: str, event: str) -> tuple[pd.Series[float], pd.Series[float]]:
        times, events = self._numbers(time), self._zero_one(event)
        unit = self.columns.unit
        self._blame((times < 0).to_numpy(), time, f"{unit} since randomisation, 0 or more", "correct it")
        has_time, has_event = self.text[time] != "", self.text[event] != ""
        self._blame((has_event & ~has_time).to_numpy(), time, f"a time beside {quote(event)}", "fill it")
        self._blame((has_time & ~has_event).to_numpy(), event, f"0 or 1 beside {quote(time)}", "fill it")
        without = int((~has_time & ~has_event).sum())
        if without:
            self.notes.append(f"patients without {name}, left out of its analysis: {without}")
        return times * self.columns.months, events

    def _progression_before_death(self, patients: pd.DataFrame) -> None:
        both = time_column(Endpoint.PFS), time_column(Endpoint.OS)
        if set(both) <= set(patients.columns):
            pfs, os = (patients[name] for name in both)
            longer = ((pfs > os + _ROUNDING) & (os >= 0)).to_numpy()
            self._blame(longer, self.columns.pfs_time, "PFS no longer than OS", "correct one of the two")

    def _levels(self, column: str) -> pd.Categorical:
        given = self.text[column].replace("", UNKNOWN)
        levels = sorted(set(given) - {UNKNOWN}, key=_natural)
        return pd.Categorical(given, [*levels, *({UNKNOWN} & set(given))], ordered=True)


def _natural(level: str) -> tuple[bool, float, str]:
    """Sort numbers by their value and before text."""
    try:
        return False, float(level), level
    except ValueError:
        return True, 0.0, level


def _cut(values: pd.Series[float], limits: tuple[float, ...]) -> pd.Categorical:
    """Cut a continuous column: ``<40``, ``>=40``; between two limits ``40 to <60``."""
    between = [f"{low:g} to <{high:g}" for low, high in pairwise(limits)]
    names = [f"<{limits[0]:g}", *between, f">={limits[-1]:g}"]
    codes = np.searchsorted(np.array(limits), values.to_numpy(), side="right")
    codes[values.isna()] = len(names)
    levels = pd.Index([*names, UNKNOWN])
    cut = pd.Categorical.from_codes(codes.tolist(), levels, ordered=True)
    return cut.remove_unused_categories()
