"""A trial's clinical table: one row a patient, read from csv, xlsx or parquet, and checked before use."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from leukotype.efficacy.columns import TrialColumns
from leukotype.efficacy.dates import HSCT_TIME, Derived, from_dates
from leukotype.errors import InputError, InputListError, abridge, quote
from leukotype.inputs.source import ZIP, reading
from leukotype.inputs.tables.text import (
    MISSING,
    TableRow,
    below_titles,
    duplicates,
    is_number,
    open_table,
    read_rows,
    refuse_row_names,
    without_remarks,
)
from leukotype.vocabulary import Arm, Endpoint

RESPONDERS: Final = ("CR", "CRi")
TRANSPLANTED: Final = "hsct_time"  # column of `Clinical.patients`
FIRST_EVENT: Final = "first_event"  # column of `Clinical.patients`
UNKNOWN: Final = "missing"  # level of a factor
_MOST_LEVELS: Final = 10  # of numbers: a column of more is a measurement, unless the user says otherwise
_COMMA: Final = r"[+-]?\d+,\d+"
_THOUSANDS: Final = r"[+-]?\d{1,3},\d{3}"
_SEVERAL: Final = 2
_ROUNDING: Final = 0.05  # months: a PFS this much longer than OS may come of rounding to one decimal
_SAS7BDAT: Final = bytes(12) + bytes.fromhex("c2ea8160")
# First bytes of SAS's files: transport (version 5) and data set.
_SAS_ZERO: Final = 16.0**-64
_SAS: Final[Mapping[Literal["xport", "sas7bdat"], bytes]] = MappingProxyType(
    {"xport": b"HEADER RECORD***", "sas7bdat": _SAS7BDAT}
)
_Mask = npt.NDArray[np.bool_]


def rate_column(endpoint: str) -> str:
    """Column of `Clinical.patients` with 1 for yes, 0 for no."""
    return f"{endpoint.lower()}_yes"


def time_column(endpoint: str) -> str:
    """Column of `Clinical.patients` with the months to an endpoint, or to the end of follow-up."""
    return f"{endpoint.lower()}_time"


def event_column(endpoint: str) -> str:
    """Column of `Clinical.patients` with 1 for an event at that time, 0 for none."""
    return f"{endpoint.lower()}_event"


@dataclass(frozen=True)
class Clinical:
    """A clinical table in the program's terms, indexed by patient in the order of the file.

    Parameters
    ----------
    patients
        ``arm`` (experimental, comparator) and, as far as the trial has them, ``response`` (CR, CRi, ...),
        ``mrd`` (negative, positive or empty), ``pfs_time``, ``os_time`` (months), ``pfs_event``,
        ``os_event`` (1, 0); NaN where a patient has none. ``hsct_time`` (months; NaN: never), ``first_event``
        (what ended PFS; empty: nothing) where the sensitivity analyses have them.
    factors
        strata, categories and cut columns: ordered categories, ``missing`` last.
    continuous
        float64.
    altered, tested
        gene columns: bool; a blank is a gene that was not tested. `TrialColumns.gene` says what they are.
    others
        patients of arms that are not compared here.
    """

    patients: pd.DataFrame
    factors: pd.DataFrame
    continuous: pd.DataFrame
    altered: pd.DataFrame
    tested: pd.DataFrame
    columns: TrialColumns
    notes: tuple[str, ...]
    others: frozenset[str] = frozenset()


def read_clinical(path: Path, columns: TrialColumns) -> Clinical:
    """Read a clinical table.

    Raises
    ------
    InputError
        For a file that is no table, and for all missing columns, repeated patients, unknown words and
        impossible values: a line for each kind.
    """
    return check_clinical(read_table(path, columns.sheet), columns, str(path))


def check_clinical(table: pd.DataFrame, columns: TrialColumns, label: str) -> Clinical:
    """Check a clinical table that is at hand; see `read_clinical`."""
    absent = [name for name in columns.needed_columns if name not in table.columns]
    if absent:
        has = abridge([quote(str(name)) for name in table.columns], 8)
        raise InputError(
            f"{label}: expected column {abridge([quote(each) for each in absent])}, found {has}: name the "
            "columns in the TOML file"
        )
    text = table[list(columns.needed_columns)].astype(object)
    text = text.where(text.notna(), "").astype(str).apply(lambda column: column.str.strip())
    words = {*columns.response_words, *columns.mrd_words, *columns.event_words}  # "none" may be one of them
    text = text.mask(text.apply(lambda column: column.str.lower().isin(MISSING) & ~column.isin(words)), "")
    whole = text
    text, left_out = _keep_compared_arms(text, columns)
    derived = _derive(text, columns, label)
    columns = columns.with_endpoints(derived.endpoints)
    if HSCT_TIME in derived.table and not columns.sensitivity.hsct_time:
        columns = replace(columns, sensitivity=replace(columns.sensitivity, hsct_time=HSCT_TIME))
    checks = _Checks(derived.table, columns, label)
    checks.problems += derived.problems
    checks.notes += [*left_out, *derived.notes]
    clinical = checks.clinical()
    if checks.problems:
        raise InputListError(*checks.problems)
    return replace(clinical, others=frozenset(whole.loc[whole.index.difference(text.index), columns.patient]))


def _keep_compared_arms(text: pd.DataFrame, columns: TrialColumns) -> tuple[pd.DataFrame, list[str]]:
    """Leave out the arms that are not compared here, and say how many patients they have."""
    arm = text[columns.arm].str.casefold()
    other = arm.isin([name.casefold() for name in columns.other_arms])
    said = (
        f"patients of arms that are not compared here ({', '.join(columns.other_arms)}): {int(other.sum())}"
    )
    return (text[~other], [said]) if other.any() else (text, [])


def _derive(text: pd.DataFrame, columns: TrialColumns, label: str) -> Derived:
    """Make endpoints of the dates of the table, if it has any."""
    responded = pd.Series(data=False, index=text.index)
    if columns.response:
        responded = text[columns.response].map(dict(columns.response_words)).isin(RESPONDERS)
    who = text[columns.patient]
    return from_dates(
        text, columns.dates, names=who, responded=responded, days_per_unit=columns.days, label=label
    )


def read_table(path: Path, sheet: str = "") -> pd.DataFrame:
    """Read a table by what the file is: parquet, a workbook, SAS (xpt, sas7bdat), else csv or tsv.

    Parameters
    ----------
    sheet
        of a workbook; empty: the first.
    """
    with reading(path), path.open("rb") as raw:
        start = raw.read(len(_SAS7BDAT))
    if start.startswith(ZIP):
        return _other_table(path, "openpyxl", lambda: _read_sheet(path, sheet))
    if start[:4] == b"PAR1":
        return _other_table(path, "pyarrow", lambda: pd.read_parquet(path, engine="pyarrow"))
    for kind, beginning in _SAS.items():
        if start.startswith(beginning):
            return _other_table(path, "pandas", lambda kind=kind: _read_sas(path, kind))  # type: ignore[misc]
    return _text_table(path)


def _read_sheet(path: Path, sheet: str) -> pd.DataFrame:
    cells = pd.read_excel(path, sheet or 0, header=None, dtype=str, engine="openpyxl").fillna("")
    rows = [TableRow(line, tuple(map(str.strip, row))) for line, *row in cells.itertuples(name=None)]
    rows, _ = without_remarks([row for row in rows if any(row.fields)])
    header, *data = below_titles(rows) or [TableRow(0, ())]
    names = [name or f"column {number}" for number, name in enumerate(header.fields, start=1)]
    return _as_frame(path, names, data)


def _read_sas(path: Path, kind: Literal["xport", "sas7bdat"]) -> pd.DataFrame:
    frame = pd.read_sas(path, format=kind, encoding="utf-8")
    numbers = frame.select_dtypes("number").columns
    # pandas reads the 0 of a transport file as 16 ** -65 (pandas 2.3.3).
    frame[numbers] = frame[numbers].mask(frame[numbers].abs() <= _SAS_ZERO, 0.0)
    whole = [name for name in numbers if (frame[name].dropna() % 1 == 0).all()]
    return frame.astype(dict.fromkeys(whole, "Int64"))  # 1.0 is written as 1: a word of the TOML


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
    return _as_frame(path, whole.header, rows)


def _as_frame(path: Path, names: Sequence[str], rows: Sequence[TableRow]) -> pd.DataFrame:
    if again := duplicates(names):
        raise InputError(f"{path}: expected each column once, found {abridge(again)} twice: rename one")
    return pd.DataFrame([row.fields for row in rows], columns=list(names), dtype=object)


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
        patients = self._outcomes()
        continuous = {name: self._numbers(name) for name in self.columns.continuous}
        factors: dict[str, Any] = {name: self._levels(name) for name in self._categories()}
        factors |= {name: _cut(continuous[name], limits) for name, limits in self.columns.cut.items()}
        label = self.columns.label
        genes = {name: self._zero_one(name) for name in self.columns.genes}
        altered = {name: values == 1 for name, values in genes.items()}
        tested = {name: values.notna() for name, values in genes.items()}
        index = self.text.index
        return Clinical(
            patients,
            pd.DataFrame(factors, index=index).rename(columns=label),
            pd.DataFrame(continuous, index=index, dtype=np.float64).rename(columns=label),
            pd.DataFrame(altered, index=index, dtype=bool),
            pd.DataFrame(tested, index=index, dtype=bool),
            self.columns,
            tuple(self.notes),
        )

    def _outcomes(self) -> pd.DataFrame:
        """Read arms and endpoints."""
        patients = pd.DataFrame({"arm": self._arms()})
        if self.columns.response:
            patients["response"] = self._words(
                self.columns.response, self.columns.response_words, "[response]", needed=True
            )
        if self.columns.mrd:
            patients["mrd"] = self._words(self.columns.mrd, self.columns.mrd_words, "[mrd]", needed=False)
        if self.columns.mrd_values:
            patients["mrd"] = self._least_mrd()
        for name, column in self.columns.rates.items():
            patients[rate_column(name)] = self._zero_one(column)
        for name, time, event in self.columns.endpoints:
            patients[time_column(name)], patients[event_column(name)] = self._times(name, time, event)
        self._progression_before_death(patients)
        self._for_sensitivity(patients)
        return patients

    def _for_sensitivity(self, patients: pd.DataFrame) -> None:
        """Read transplantation and what ended PFS."""
        request = self.columns.sensitivity
        if request.hsct_time:
            column = request.hsct_time
            months = self._numbers(column) * self.columns.months
            expected = f"{self.columns.unit} since randomisation, 0 or more"
            self._blame((months < 0).to_numpy(), column, expected, "correct it")
            if (os := time_column(Endpoint.OS)) in patients and column != HSCT_TIME:
                late = (months > patients[os] + _ROUNDING).to_numpy()
                self._blame(late, column, "HSCT no later than the end of OS", "correct one of the two")
            patients[TRANSPLANTED] = months
        if request.first_event:
            column = request.first_event
            patients[FIRST_EVENT] = self._words(column, request.causes, "[sensitivity] causes", needed=False)
            if (pfs := event_column(Endpoint.PFS)) in patients:
                ended = (patients[FIRST_EVENT] != "").to_numpy()
                event = patients[pfs].to_numpy(dtype=np.float64)
                without = ~np.isnan(event) & (ended != (event == 1))
                expected = "a cause where PFS has an event, and none where it has not"
                self._blame(without, column, expected, "correct one of the two")

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
        names = (self.columns.experimental, self.columns.comparator)
        both = {name.casefold(): arm for name, arm in zip(names, Arm, strict=True)}
        given = self.text[self.columns.arm].str.casefold()
        expected = " or ".join(map(quote, names))
        self._blame(~given.isin(both).to_numpy(), self.columns.arm, expected, "correct it, or name [arms] so")
        return given.map(both)

    def _least_mrd(self) -> pd.Series[str]:
        """Call a patient negative whose least value of all visits is below the limit."""
        values = pd.DataFrame({name: self._numbers(name) for name in self.columns.mrd_values})
        least = values.min(axis=1)
        named = least.map(lambda value: "negative" if value < self.columns.mrd_below else "positive")
        return named.where(least.notna(), "")

    def _words(self, column: str, words: Mapping[str, str], section: str, *, needed: bool) -> pd.Series[str]:
        given = self.text[column].str.removesuffix(".0")
        unknown = ~given.isin(words) & (needed | (given != ""))
        expected = abridge([quote(word) for word in words], 8)
        self._blame(unknown.to_numpy(), column, expected, f"correct it, or add the word to {section}")
        return given.map(words).fillna("")

    def _numbers(self, column: str) -> pd.Series[float]:
        given = self._with_points(column)
        values = pd.to_numeric(given, errors="coerce").astype(np.float64)
        values = values.mask(~np.isfinite(values))
        wrong = (values.isna() & (given != "")).to_numpy()
        self._blame(wrong, column, "a number", "correct it, or leave it empty")
        return values

    def _with_points(self, column: str) -> pd.Series[str]:
        """Write decimal commas as points where several have them and none a point; 1,234 tells nothing."""
        given = self.text[column]
        comma = given.str.fullmatch(_COMMA)
        plain = comma & ~given.str.fullmatch(_THOUSANDS)
        if plain.sum() < _SEVERAL or given.str.contains(".", regex=False).any():
            return given
        self.notes.append(f"column {quote(column)}: decimal commas read as points")
        return given.where(~comma, given.str.replace(",", "."))

    def _zero_one(self, column: str) -> pd.Series[float]:
        given = self.text[column]
        values = pd.to_numeric(given, errors="coerce").astype(np.float64)
        wrong = ~values.isin([0, 1]) & (given != "")
        coded = set(given) - {""} == {"1", "2"}  # as SAS and R's survival code alive and dead
        advice = (
            'say which is the event, as [events] event = ["2"], censored = ["1"]' if coded else "correct it"
        )
        self._blame(wrong.to_numpy(), column, "0 or 1", advice)
        return values

    def _events(self, column: str) -> pd.Series[float]:
        words = self.columns.event_words
        if not words:
            return self._zero_one(column)
        meaning = self._words(column, words, "[events]", needed=False)
        return meaning.map({"event": 1.0, "censored": 0.0}).astype(np.float64)

    def _times(self, name: str, time: str, event: str) -> tuple[pd.Series[float], pd.Series[float]]:
        times, events = self._numbers(time), self._events(event)
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
        """Read a category: levels in the order of ``[levels]``, then numbers, then text; missing last."""
        given = self.text[column].replace("", UNKNOWN)
        found = sorted(set(given) - {UNKNOWN}, key=_natural)
        if column not in self.columns.many_levels:
            self._ask_whether_levels(column, found)
        printed = self.columns.levels.get(column, {})
        order = [
            *(word for word in printed if word in found),
            *(word for word in found if word not in printed),
        ]
        levels = dict.fromkeys(printed.get(word, word) for word in order)
        values = given.map(lambda word: printed.get(word, word))
        return pd.Categorical(values, [*levels, *({UNKNOWN} & set(given))], ordered=True)

    def _ask_whether_levels(self, column: str, levels: list[str]) -> None:
        """Ask about a category of many numbers: each would be a stratum or a subgroup of its own."""
        if len(levels) > _MOST_LEVELS and all(map(is_number, levels)):
            self.problems.append(
                f"{self.label}: column {quote(column)}: expected a few levels, found {len(levels)} numbers "
                f"({abridge(levels)}): is it a measurement? List it in 'continuous', with its limits in "
                "[baseline.cut]; if each number is a level, add it to 'many_levels'"
            )


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
