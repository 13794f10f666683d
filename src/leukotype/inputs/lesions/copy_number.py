"""Chromosome copy number as laboratories give it: sheets of karyotypes, RNAseqCNV, plain tables of arms."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from itertools import product
from pathlib import Path
from types import MappingProxyType
from typing import Final

import pandas as pd

from leukotype.errors import InputError
from leukotype.inputs.lesions.arm_tables import (
    SAMPLE_COLUMNS,
    ArmTable,
    CopyNumberRow,
    column,
    read_arm_table,
)
from leukotype.inputs.lesions.iscn import Karyotype, parse_karyotype
from leukotype.inputs.lesions.owners import Owned, check_owner, owned_files
from leukotype.inputs.paths import sample_name
from leukotype.inputs.source import Source, sha256
from leukotype.inputs.tables.named_columns import OtherKind, read_named
from leukotype.inputs.tables.text import MISSING, listed, shown

COPY_NUMBER_COLUMNS: Final = (
    "sample",
    "source",
    "kind",
    "low",
    "high",
    "gained",
    "lost",
    "arms_gained",
    "arms_lost",
    "translocations",
    "clones",
    "complete",
    "text",
    "remark",
)
_KARYOTYPE_COLUMNS: Final = (
    "karyotype",
    "iscn",
    "karyotype_iscn",
    "karyotype (iscn)",
    "iscn_karyotype",
    "iscn karyotype",
    "karyotypes",
    "cytogenetics",
    "cytogenetics (iscn)",
    "conventional cytogenetics",
)
_KINDS: Final = MappingProxyType(
    {"karyotype": [*map(frozenset, product(SAMPLE_COLUMNS, _KARYOTYPE_COLUMNS))]}
)


@dataclass(frozen=True)
class CopyNumber:
    """Copy number of a run.

    Parameters
    ----------
    frame
        one row a sample and source, columns `COPY_NUMBER_COLUMNS`: ``kind`` is ``karyotype``,
        ``RNAseqCNV`` or ``arms``; ``low`` and ``high`` are the modal number of chromosomes (NaN: not told);
        lists are joined by commas; ``clones`` are modal numbers such as ``35,70-72``; ``complete`` is true
        where all whole chromosomes gained and lost are told; ``text`` is what the source wrote.
    """

    frame: pd.DataFrame
    sources: tuple[Source, ...]
    notes: tuple[str, ...]


def read_karyotypes(path: Path, samples: Sequence[str]) -> CopyNumber:
    """Read a sheet of karyotypes (ISCN).

    Parameters
    ----------
    path
        A csv or tsv with a column of samples and one of karyotypes, told by their names; further columns are
        left alone.
    samples
        The samples of the run; rows of others are counted in a note, and a sample whose text holds no
        karyotype (``failed``) gets no row.

    Raises
    ------
    InputError
        For a file without such columns, one with none of the samples, and two karyotypes of one sample.
    """
    table = read_named(path, _KINDS, "a table with columns sample and karyotype")
    name, text = column(table, SAMPLE_COLUMNS), column(table, _KARYOTYPE_COLUMNS)
    found: dict[str, str] = {}
    run = set(samples)
    strangers: list[str] = []
    for line, sample, written in table.frame[[name, text]].itertuples():
        if sample not in run:
            strangers.append(sample)
        elif written.lower() not in MISSING and found.setdefault(sample, written) != written:
            raise InputError(
                f"{path}: line {line}: expected one karyotype a sample, found two of {sample}: leave the one "
                "of the sample that was sequenced"
            )
    _check_known(path, len(strangers) < len(table.frame), table.frame[name], samples)
    parsed = {sample: parse_karyotype(found[sample]) for sample in samples if sample in found}
    rows = [copy_number_row(name, str(path), each, found[name]) for name, each in parsed.items() if each]
    empty = [f"{name} ({shown(found[name])})" for name, each in parsed.items() if each is None]
    notes = [f"karyotypes read from column '{text}' for {len(rows)} of {len(samples)} samples"]
    notes += [f"texts without a karyotype: {len(empty)} ({listed(empty)})"] if empty else []
    notes += _left_out(strangers)
    source = Source(str(path), sha256(path), "karyotype", len(rows), tuple(notes))
    return CopyNumber(_frame(rows), (source,), tuple(notes))


def _check_known(path: Path, known: bool, names: Iterable[str], samples: Sequence[str]) -> None:
    if not known:
        given = listed(list(dict.fromkeys(names))) or "no row"
        raise InputError(
            f"{path}: expected samples of this run ({listed(samples)}), found {given}: write the names as in "
            "the expression table"
        )


def _left_out(strangers: Sequence[str]) -> list[str]:
    names = list(dict.fromkeys(strangers))
    return [f"left out, not of this run: {len(names)} ({listed(names)})"] if names else []


def copy_number_row(sample: str, source: str, karyotype: Karyotype, text: str) -> tuple[object, ...]:
    """Write a karyotype as a row of `COPY_NUMBER_COLUMNS`."""
    low, high = karyotype.chromosomes or (math.nan, math.nan)
    remarks = ("normal metaphases only" if karyotype.normal_only else "", karyotype.remark)
    row = CopyNumberRow(
        kind="karyotype",
        low=float(low),
        high=float(high),
        gained=karyotype.gained,
        lost=karyotype.lost,
        arms_gained=karyotype.arms_gained,
        arms_lost=karyotype.arms_lost,
        translocations=karyotype.translocations,
        clones=tuple(str(least) if least == most else f"{least}-{most}" for least, most in karyotype.clones),
        complete=karyotype.complete,
        text=text,
        remark="; ".join(filter(None, remarks)),
    )
    return _cells(sample, source, row)


def _cells(sample: str, source: str, row: CopyNumberRow) -> tuple[object, ...]:
    return sample, source, *(",".join(each) if isinstance(each, tuple) else each for each in astuple(row))


def _frame(rows: Iterable[tuple[object, ...]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(COPY_NUMBER_COLUMNS))
    return frame.astype({"low": float, "high": float, "complete": bool})


def read_copy_number(arguments: Sequence[Path | str], samples: Sequence[str]) -> CopyNumber:
    """Read tables of chromosomes and arms gained and lost: RNAseqCNV's, and plain ones.

    Parameters
    ----------
    arguments
        Files, folders, and ``SAMPLE=FILE``; see `leukotype.inputs.lesions.arm_tables` for the plain table. In
        a folder, files of other kinds and tables of other samples are left aside.

    Raises
    ------
    InputError
        For a named file that is no such table, a damaged one, one with none of the samples, two tables of
        one kind for a sample that disagree, and a folder without any table of this run.
    """
    rows: list[tuple[object, ...]] = []
    sources: list[Source] = []
    notes: list[str] = []
    for argument in arguments:
        before = len(sources)
        aside: list[str] = []
        for owned in owned_files([argument], samples):
            try:
                table = read_arm_table(owned.path)
            except OtherKind:
                if owned.named:
                    raise
                aside.append(owned.path.name)
                continue
            given, told = _assigned(owned, table, samples)
            if not given and not owned.named:
                aside.append(owned.path.name)
                continue
            rows += [_cells(sample, str(owned.path), row) for sample, row in given.items()]
            sources.append(Source(str(owned.path), sha256(owned.path), table.kind, len(given), tuple(told)))
            notes += [f"{owned.path}: {note}" for note in told]
        if len(sources) == before:
            raise InputError(
                f"{argument}: expected a copy-number table of a sample of this run in the folder, found "
                f"{listed(aside, 8)}: check the path, or name the files after their samples"
            )
        notes += [f"{argument}: left aside: {listed(aside, 8)}"] if aside else []
    return CopyNumber(_frame(rows), tuple(sources), tuple(notes))


def _assigned(
    owned: Owned, table: ArmTable, samples: Sequence[str]
) -> tuple[dict[str, CopyNumberRow], list[str]]:
    """Give the rows of the run's samples, and the notes on them; no row for a stranger in a folder."""
    given: dict[str, CopyNumberRow] = {}
    run = set(samples)
    strangers: list[str] = []
    for name, row in table.rows.items():
        known = next((each for each in (name, sample_name(Path(name))) if each in run), "")
        if not known:
            strangers.append(name)
        elif given.setdefault(known, row) != row:
            raise InputError(
                f"{owned.path}: expected each sample once, found {known} under two names: leave one row"
            )
    if owned.sample and not given and len(table.rows) == 1:
        name, row = next(iter(table.rows.items()))
        told = [f"rows of '{name}' taken as {owned.sample}, whose file it is"] if name else []
        return {owned.sample: row}, told
    if strangers == [""] and owned.named:
        check_owner(owned, samples)
    if owned.named:
        _check_known(owned.path, bool(given), strangers, samples)
    return given, [*_told(given, samples), *_left_out(strangers)]


def _told(given: Mapping[str, object], samples: Sequence[str]) -> list[str]:
    return [f"copy number given for {len(given)} of {len(samples)} samples"]
