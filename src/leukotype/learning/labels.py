"""The table of a laboratory's own labels: who has which subtype, of which patient and cohort."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from leukotype.errors import InputError, abridge, count_of, quote
from leukotype.inputs.source import sha256
from leukotype.inputs.synonyms import advice_on, is_other, subtype_of
from leukotype.inputs.tables.text import MISSING, duplicates, is_number, read_named
from leukotype.vocabulary import MIN_BLAST_PCT, NOT_B_ALL

_KINDS: Final = {"labels": (frozenset({"sample", "subtype"}),)}
ONE_COHORT: Final = "all"  # where the table names none


@dataclass(frozen=True)
class Labels:
    """Samples that can teach, in the order of the table.

    Parameters
    ----------
    frame
        indexed by sample; columns ``subtype``, ``patient``, ``cohort``, ``blast_pct`` (NaN where unknown).
    sha256
        of the file.
    notes
        what was renamed and left out.
    """

    frame: pd.DataFrame
    sha256: str
    notes: tuple[str, ...]


def read_labels(
    path: Path, samples: Sequence[str], merge: Mapping[str, str] | None = None, *, others: bool = False
) -> Labels:
    """Read ``sample`` and ``subtype``, and where they are there ``patient``, ``cohort`` and ``blast_pct``.

    Without a ``patient`` column each sample is a patient of its own, without ``cohort`` all are one. A row
    without a subtype and one under 30 % blasts (`MIN_BLAST_PCT`, the rule of the calls) teach nothing.

    Parameters
    ----------
    samples
        of the expression; a sample without a label is left out, a label without a sample is an error.
    merge
        subtypes that are read as others; see `leukotype.learning.settings.Settings`.
    others
        read other leukemias too (`T-ALL`, `AML`), as `NOT_B_ALL`; else they are refused.

    Raises
    ------
    InputError
        For a subtype that is none, an unknown or repeated sample, a patient of two cohorts or two subtypes, a
        blast percentage that is none, and where fewer than two subtypes are left.
    """
    table = _read_table(path)
    _check_samples(path, table, samples)
    frame, notes = _translate(path, table, others=others)
    frame, merged = _merge(frame, merge or {})
    frame, left_out = _leave_out_low_blasts(path, frame, table)
    _check_patients(path, frame)
    names = sorted(set(frame["subtype"]) - {NOT_B_ALL})
    if len(names) < 2:
        raise InputError(
            f"{path}: expected at least two subtypes to tell apart, found {names[0] if names else 'none'}: "
            "give patients of others too"
        )
    missing = len(samples) - len(table)
    notes += (
        merged
        + left_out
        + ([f"{count_of(missing, 'sample')} of the expression without a label: left out"] if missing else [])
    )
    return Labels(frame.set_index("sample"), sha256(path), tuple(notes))


def check_subtypes(path: Path, *, others: bool = False) -> None:
    """Refuse a table of labels with a subtype that is none, as `read_labels` does: before the long work.

    Raises
    ------
    InputError
        For such a name, and for what is no table of labels.
    """
    _translate(path, _read_table(path), others=others)


def _read_table(path: Path) -> pd.DataFrame:
    table = read_named(path, _KINDS, "a table of labels with the columns sample and subtype").frame
    if table.empty:
        raise InputError(f"{path}: expected rows of labels, found a header only: give the full table")
    return table


def _check_samples(path: Path, table: pd.DataFrame, samples: Sequence[str]) -> None:
    again = duplicates(table["sample"].tolist())
    if again:
        raise InputError(f"{path}: expected each sample once, found twice {abridge(again)}: leave one row")
    known = set(samples)
    unknown = [name for name in table["sample"] if name not in known]
    if unknown:
        raise InputError(
            f"{path}: line {_line(table, 'sample', unknown[0])}: expected samples of the expression, found "
            f"{len(unknown)} that are not ({abridge(unknown)}): write the names as in the expression table, "
            "or leave these rows out"
        )


def _line(table: pd.DataFrame, column: str, value: str) -> object:
    return table.index[table[column] == value][0]


def _translate(path: Path, table: pd.DataFrame, *, others: bool) -> tuple[pd.DataFrame, list[str]]:
    """Give every label its subtype, and say which names were read as another."""
    empty = table["subtype"].str.lower().isin(MISSING)
    written = table.loc[~empty, "subtype"]
    meaning = {name: _meaning(name, others=others) for name in dict.fromkeys(written)}
    unknown = [name for name, subtype in meaning.items() if subtype is None]
    if unknown:
        raise InputError(
            f"{path}: line {_line(table, 'subtype', unknown[0])}: expected a subtype of B-ALL, found "
            f"{abridge([quote(name) for name in unknown])}: {advice_on(unknown[0])}"
        )
    frame = pd.DataFrame({"sample": table["sample"], "subtype": written.map(meaning)}).loc[written.index]
    for column, default in (("patient", frame["sample"]), ("cohort", ONE_COHORT)):
        given = table.loc[written.index, column].replace("", pd.NA) if column in table else None
        frame[column] = default if given is None else given.fillna(default)
    renamed = [f"{name} as {subtype}" for name, subtype in meaning.items() if name != subtype]
    notes = [f"labels read: {abridge(renamed, len(renamed))}"] if renamed else []
    return frame, notes + (
        [f"{count_of(int(empty.sum()), 'row')} without a subtype: left out"] if empty.any() else []
    )


def _meaning(name: str, *, others: bool) -> str | None:
    return NOT_B_ALL if others and is_other(name) else subtype_of(name)


def _merge(frame: pd.DataFrame, merge: Mapping[str, str]) -> tuple[pd.DataFrame, list[str]]:
    """Read subtypes as others, and say of how many samples."""
    sizes = frame["subtype"].value_counts()
    told = [f"{name} as {merge[name]} ({count_of(sizes[name], 'sample')})" for name in merge if name in sizes]
    notes = [f"merged by the settings: {abridge(told, len(told))}"] if told else []
    return frame.assign(subtype=frame["subtype"].replace(dict(merge))), notes


def _leave_out_low_blasts(
    path: Path, frame: pd.DataFrame, table: pd.DataFrame
) -> tuple[pd.DataFrame, list[str]]:
    """Leave out the samples whose expression is mostly that of normal cells."""
    if "blast_pct" not in table:
        return frame.assign(blast_pct=float("nan")), [
            "no column blast_pct: samples under 30 % blasts, if there are any, are not left out"
        ]
    texts = table.loc[frame.index, "blast_pct"].str.removesuffix("%").str.strip()
    for line, text in texts.items():
        wrong = not is_number(text) or not 0 <= float(text) <= 100
        if wrong and text.lower() not in MISSING:
            raise InputError(
                f"{path}: line {line}, column blast_pct: expected 0 to 100, found {quote(text)}: correct it"
            )
    numbers = pd.to_numeric(texts, errors="coerce")
    if (numbers > 0).any() and numbers.max() <= 1:
        raise InputError(
            f"{path}: column blast_pct: expected percent, found no value above 1: multiply fractions by 100"
        )
    low = numbers < MIN_BLAST_PCT
    notes = (
        [f"{count_of(int(low.sum()), 'sample')} under {MIN_BLAST_PCT:g} % blasts: left out"]
        if low.any()
        else []
    )
    return frame.assign(blast_pct=numbers)[~low], notes


def _check_patients(path: Path, frame: pd.DataFrame) -> None:
    """Refuse patients who would stand on both sides of a split, or teach two subtypes."""
    for column, advice in (("cohort", "a patient is tested where they were not learned from: correct it"),
                           ("subtype", "correct the label, or leave the sample out")):  # fmt: skip
        several = frame.groupby("patient", sort=False)[column].unique()
        several = several[several.map(len) > 1]
        if len(several):
            raise InputError(
                f"{path}: patient {several.index[0]}: expected one {column}, found "
                f"{abridge(list(several.iloc[0]))}: {advice}"
            )
