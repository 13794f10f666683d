"""Blast percentages: which column, which unit, and whose."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from leukotype.errors import InputError, abridge, quote
from leukotype.inputs.source import Source, container, sha256
from leukotype.inputs.tables.text import (
    TextTable,
    duplicates,
    hold_samples,
    is_number,
    open_table,
    read_rows,
)
from leukotype.vocabulary import BlastUnit

# In lower case, without blanks and marks, % as pct; of several kinds of sample column the first counts.
_SAMPLE_COLUMNS: Final = (re.compile("sample(id|name)?"), re.compile("id"), re.compile("patient(id)?"))
_BLAST_COLUMNS: Final = (
    re.compile(
        r"(bm|marrow|bonemarrow)?blasts?(pct|percent|percentage|fraction)?|(pct|percent|percentage)blasts?"
    ),
)
_MISSING: Final = frozenset({"", "na", "n/a", "nan", "none", "<na>"})


@dataclass(frozen=True)
class BlastTable:
    """Blast percentages of a run.

    ``pct`` is float64, 0 to 100, one row per sample of the run in its order, NaN where the file has no value.
    """

    pct: pd.Series[float]
    notes: tuple[str, ...]
    source: Source


def read_blasts(path: Path, samples: Sequence[str], unit: BlastUnit = BlastUnit.AUTO) -> BlastTable:
    """Read the blast percentage of each sample.

    Parameters
    ----------
    path
        A csv or tsv with a column of samples and one of blasts, told by their names.
    samples
        The samples of the run; the file may lack some, and may not have others.
    unit
        ``percent``, ``fraction``, or ``auto`` to tell it from the column.

    Raises
    ------
    InputError
        For a missing column, an unknown or repeated sample, text, a value outside 0 to 100, and a column
        whose unit is mixed or cannot be told.
    """
    if unit not in tuple(BlastUnit):
        raise InputError(
            f"--blast-unit: expected {', '.join(BlastUnit)}, found '{unit}': choose one of these"
        )
    if container(path) != "text":
        raise InputError(f"{path}: expected a csv or tsv of samples and blasts, found another kind of file")
    names, texts, column = _read_columns(open_table(path), samples)
    _check_names(path, names, samples)
    numbers = {name: _number(path, name, text) for name, text in zip(names, texts, strict=True)}
    values = pd.Series(numbers, dtype=np.float64)
    told, pct = _percent(path, column, values, unit, percent_sign=any("%" in text for text in texts))
    notes = (
        f"blasts read from column '{column}' as {told}" + (" (as given)" if unit != BlastUnit.AUTO else ""),
        f"blasts given for {int(pct.notna().sum())} of {len(samples)} samples",
    )
    source = Source(str(path), sha256(path), "blasts", len(names), notes)
    return BlastTable(pct.reindex(pd.Index(samples)).rename("blast_pct"), notes, source)


def blasts_from_series(values: Mapping[str, float] | pd.Series[float], samples: Sequence[str]) -> BlastTable:
    """Check blast percentages (0 to 100) that stand by sample, with the rules of `read_blasts`.

    Raises
    ------
    InputError
        For an unknown or repeated sample, text, a value outside 0 to 100, and values that look like
        fractions.
    """
    label = Path("blasts")
    given = pd.Series(values, dtype=object)
    names = [str(name) for name in given.index]
    _check_names(label, names, samples)
    series = pd.Series(
        [_number(label, name, str(each)) for name, each in zip(names, given, strict=True)], names
    )
    _, pct = _percent(label, "percent", series, BlastUnit.AUTO, percent_sign=False)
    notes = (f"blasts given for {int(pct.notna().sum())} of {len(samples)} samples",)
    source = Source("blasts", "", "blasts", len(pct), notes)
    return BlastTable(pct.reindex(pd.Index(samples)).rename("blast_pct"), notes, source)


def _percent(
    path: Path, column: str, values: pd.Series[float], unit: BlastUnit, *, percent_sign: bool
) -> tuple[str, pd.Series[float]]:
    """Tell the unit and give percent, within 0 to 100."""
    _check_range(path, values, "percent")
    told = _unit(path, column, values, percent_sign) if unit == BlastUnit.AUTO else unit
    pct = values * 100 if told == "fraction" else values
    _check_range(path, pct, told)
    return told, pct


def _plain(name: str) -> str:
    return re.sub(r"[^a-z]", "", name.lower().replace("%", "pct"))


def _read_columns(table: TextTable, samples: Sequence[str]) -> tuple[list[str], list[str], str]:
    """Return the samples, their blasts as written, and the name of the blasts' column."""
    header = table.head[0]
    plain = [_plain(name) for name in header.fields]
    sample = header.fields[_one_column(table, plain, _SAMPLE_COLUMNS, "sample")]
    blast = header.fields[_one_column(table, plain, _BLAST_COLUMNS, "blast_pct")]
    whole, rows = read_rows(table, hold_samples(samples, sample))
    if not rows:
        raise InputError(
            f"{table.path}: expected rows of data, found a header line only: give the full table"
        )
    columns = [whole.header.index(name) for name in (sample, blast)]
    names, texts = ([row.fields[i] for row in rows] for i in columns)
    return names, texts, blast


def _one_column(
    table: TextTable, plain: Sequence[str], kinds: Sequence[re.Pattern[str]], example: str
) -> int:
    found: list[int] = []
    for kind in kinds:
        found = found or [i for i, name in enumerate(plain) if kind.fullmatch(name)]
    if len(found) == 1:
        return found[0]
    header = table.head[0].fields
    has = abridge([quote(header[i]) for i in found] or [quote(name) for name in header], 6)
    raise InputError(
        f"{table.path}: line {table.head[0].line}: expected one column such as {example}, "
        f"found {has}: rename a column"
    )


def _check_names(path: Path, names: Sequence[str], samples: Sequence[str]) -> None:
    again = duplicates(names)
    if again:
        raise InputError(
            f"{path}: expected each sample once, found twice {abridge(again)}: leave one row of each"
        )
    known = set(samples)
    unknown = [name for name in names if name not in known]
    if unknown:
        raise InputError(
            f"{path}: expected samples of this run, found {len(unknown)} that are not ({abridge(unknown)}): "
            "write the names as in the expression table, or leave these rows out"
        )


def _number(path: Path, sample: str, text: str) -> float:
    if text.lower() in _MISSING:
        return float("nan")
    number = text.removesuffix("%").strip()
    if not is_number(number):
        raise InputError(
            f"{path}: sample {sample}: expected a blast percentage, found {quote(text)}: give a "
            "number, or leave it empty"
        )
    return float(number)


def _unit(path: Path, column: str, values: pd.Series[float], percent_sign: bool) -> str:
    """Tell percent from fraction by the whole column, and refuse a mixture."""
    inside = values[(values > 0) & (values < 1)]
    if percent_sign or (values > 1).any():
        if len(inside):
            name, value = str(inside.index[0]), float(inside.iloc[0])
            raise InputError(
                f"{path}: sample {name}: expected percent as in the rest of the column, found "
                f"{value:g}, which may be "
                "a fraction: correct it, or give --blast-unit percent"
            )
        return "percent"
    if values.isna().all():
        return "percent"
    if not len(inside):
        raise InputError(
            f"{path}: column {quote(column)}: expected blasts whose unit can be told, found only 0 and 1: "
            "give --blast-unit percent|fraction"
        )
    plain = _plain(column)
    if "pct" in plain or "percent" in plain:
        raise InputError(
            f"{path}: column {quote(column)}: expected percent as its name says, found no value above 1 "
            f"(sample {inside.index[0]}: {inside.iloc[0]:g}): give --blast-unit percent|fraction"
        )
    return "fraction"


def _check_range(path: Path, pct: pd.Series[float], unit: str) -> None:
    outside = pct[(pct < 0) | (pct > 100)]
    if len(outside):
        found = float(outside.iloc[0]) / (100 if unit == "fraction" else 1)
        limits = "0 to 1" if unit == "fraction" else "0 to 100"
        raise InputError(
            f"{path}: sample {outside.index[0]}: expected blasts of {limits} ({unit}), found "
            f"{found:g}: correct it"
        )
