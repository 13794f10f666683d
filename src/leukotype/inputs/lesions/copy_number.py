"""Chromosome copy number as laboratories give it: RNAseqCNV's tables, and plain ones of chromosomes and arms.

A plain table is long: one row a sample and a chromosome or an arm.

``sample``
    May be left out where the file is one sample's.
``arm`` (or ``chromosome``)
    ``9p``, ``21``, ``X``, ``chr9p``.
``copies`` (or ``copy_number``)
    A whole number; X and Y are read against the sex that the rows of both tell.
``change`` (instead of ``copies``)
    ``gain``, ``loss``, ``normal``, ``+``, ``-``, or a number with its sign: ``+2``, ``-1``, ``0``.

A sample with all 22 autosomes is complete; of 13, 14, 15, 21 and 22 the long arm stands for the whole.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from types import MappingProxyType
from typing import Final, NoReturn

from leukotype.errors import InputError, abridge, count_of, quote
from leukotype.inputs.lesions.bands import ACROCENTRIC
from leukotype.inputs.lesions.copy_number_callers import ARM_COLUMNS, refuse_unread
from leukotype.inputs.lesions.exchanges import ALL_CHROMOSOMES
from leukotype.inputs.lesions.file_owners import OwnedFile, check_owner, owned_files, refuse_shared
from leukotype.inputs.lesions.interphase import FishFusion
from leukotype.inputs.lesions.records import CopyNumber, Verdict
from leukotype.inputs.lesions.statements import verdict
from leukotype.inputs.paths import sample_name
from leukotype.inputs.run_samples import check_known, note_strangers
from leukotype.inputs.source import Source, from_one_sheet, sha256
from leukotype.inputs.tables.headers import fold
from leukotype.inputs.tables.text import MISSING, NamedTable, OtherKindError, hold_numbers, read_named

SAMPLE_COLUMNS: Final = (
    "sample",
    "sample_id",
    "sampleid",
    "sample id",
    "sample_name",
    "sample name",
    "id",
    "patient",
    "patient_id",
    "patientid",
    "patient id",
    *("case", "case_id", "specimen", "specimen_id", "library", "barcode", "tumor_sample"),
    "tumor_sample_barcode",
)
# Columns that say which part of a chromosome a row is about, as `fold` writes them.
_PARTS: Final = re.compile(
    r"(.*_)?(genes?|gen|symbol|targets?|exons?|(cyto)?bands?|bande|regions?|locus|loci|start|begin|anfang|from|von"
    r"|end|ende|stop|bis|to|pos|positions?|coord(inate)?s?|koordinaten|intervals?|segments?|location"
    r"|size|length|laenge|grosse|mb|kb|bp)(_.*)?"
)
_WHOLE: Final = MISSING | {"whole", "all", "entire", "whole chromosome", "ganz", "-"}
_COPIES_COLUMNS: Final = ("copies", "copy_number", "copy number")
_EXPECTED: Final = (
    "RNAseqCNV's estimation_table.tsv or manual_an_table.tsv, or columns sample, arm and copies or change"
)
_RNASEQCNV: Final = "RNAseqCNV"
_NO_FIT: Final = "does not fit the alterations"
_ARMS: Final = "arms"
_KINDS: Final = MappingProxyType(
    {
        _RNASEQCNV: [frozenset({"sample", "chrom_n", "alterations"})],
        _ARMS: [
            *map(frozenset, product(ARM_COLUMNS, (*_COPIES_COLUMNS, "change"))),
            *map(frozenset, product(SAMPLE_COLUMNS, ARM_COLUMNS, (*_COPIES_COLUMNS, "change"))),
        ],
    }
)
_PLACE: Final = re.compile(r"(?:chr(?:omosome?)?\.?\s*)?(\d{1,2}|[XY])([pq]?)", re.IGNORECASE)
_ALTERATION: Final = re.compile(r"(\??)(\d{1,2}|[XY])([pq]?)(\+{0,2}|-{0,2})")
_CHANGES: Final = MappingProxyType(
    {
        **dict.fromkeys(("gain", "gained", "+", "amplification", "amplified", "duplication", "dup"), 1),
        **dict.fromkeys(("trisomy", "gewinn", "zugewinn", "amplifikation", "duplikation", "trisomie"), 1),
        **dict.fromkeys(("loss", "lost", "-", "deletion", "deleted", "del"), -1),
        **dict.fromkeys(("monosomy", "verlust", "monosomie", "deletiert"), -1),
        **dict.fromkeys(
            ("normal", "0", "neutral", "diploid", "none", "unver\xe4ndert", "kein", "disomie"), 0
        ),
        **dict.fromkeys(("++", "tetrasomy", "tetrasomie"), 2),
        **dict.fromkeys(("--", "nullisomy", "nullisomie"), -2),
    }
)
_COPY_NUMBER: Final = re.compile(r"^(?:cn|copy[ -]number)\s+")
_SIGNED: Final = re.compile(r"[+-]\d")
_COPIES: Final = re.compile(r"(\d{1,3})(?:[.,]0*)?")


@dataclass(frozen=True)
class CopyNumbers:
    """Copy number of a run: a record for each sample and source; beside it fusions that FISH showed."""

    records: tuple[CopyNumber, ...]
    sources: tuple[Source, ...]
    notes: tuple[str, ...]
    fish: tuple[tuple[str, FishFusion], ...] = ()


@dataclass(frozen=True)
class ArmTable:
    """One file: what it says of each sample by the name it has there, empty where it has none.

    ``notes`` say what stands above and below its rows.
    """

    path: Path
    kind: str
    rows: Mapping[str, CopyNumber]
    notes: tuple[str, ...] = ()


def read_copy_number(arguments: Sequence[Path | str], samples: Sequence[str]) -> CopyNumbers:
    """Read tables of chromosomes and arms gained and lost: RNAseqCNV's, and plain ones.

    Parameters
    ----------
    arguments
        Files, folders, and ``SAMPLE=FILE``; in a folder, files of other kinds and tables of other samples
        are left aside.

    Raises
    ------
    InputError
        For a named file that is no such table, a damaged one, one with none of the samples, two tables of
        one kind for a sample that disagree, and a folder without any table of this run.
    """
    records: list[CopyNumber] = []
    sources: list[Source] = []
    notes: list[str] = []
    for argument in arguments:
        before = len(sources)
        aside: list[str] = []
        for owned in owned_files([argument], samples):
            try:
                table = read_arm_table(owned.path)
            except OtherKindError:
                if owned.by_name:
                    raise
                aside.append(owned.path.name)
                continue
            given, told = _assign_rows(owned, table, samples)
            told += [*_against_alterations(given), *table.notes]
            if not given and not owned.by_name:
                aside.append(owned.path.name)
                continue
            records += [replace(row, sample=sample, source=str(owned.path)) for sample, row in given.items()]
            sources.append(Source(str(owned.path), sha256(owned.path), table.kind, len(given), tuple(told)))
            notes += [f"{owned.path}: {note}" for note in told]
        if len(sources) == before:
            raise InputError(
                f"{argument}: expected a copy-number table of a sample of this run in the folder, found "
                f"{abridge(aside, 8)}: check the path, or name the files after their samples"
            )
        notes += [f"{argument}: left aside: {abridge(aside, 8)}"] if aside else []
    return CopyNumbers(tuple(records), tuple(sources), tuple(notes))


def _against_alterations(given: Mapping[str, CopyNumber]) -> list[str]:
    """Say of which samples RNAseqCNV's number of chromosomes contradicts its alterations."""
    found = [f"{sample} ({row.remark})" for sample, row in given.items() if _NO_FIT in row.remark]
    return [f"numbers of chromosomes against their alterations: {abridge(found)}"] if found else []


def _assign_rows(
    owned: OwnedFile, table: ArmTable, samples: Sequence[str]
) -> tuple[dict[str, CopyNumber], list[str]]:
    """Give the rows of the run's samples, and the notes on them; no row for a stranger in a folder."""
    given: dict[str, CopyNumber] = {}
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
    if not given:
        refuse_shared(owned)
    if strangers == [""] and owned.by_name:
        check_owner(owned, samples)
    if owned.by_name:
        check_known(owned.path, bool(given), strangers, samples)
    return given, [
        f"copy number given for {len(given)} of {count_of(len(samples), 'sample')}",
        *note_strangers(strangers),
    ]


def read_arm_table(path: Path) -> ArmTable:
    """Read a table of chromosomes and arms gained and lost.

    Raises
    ------
    OtherKindError
        For a file of another kind; tables of segments are told what to give instead.
    InputError
        For a field that cannot be read, and for a sample or an arm that is there twice; with its line.
    """
    return replace(from_one_sheet(path, _read_sheet), path=path)


def _read_sheet(path: Path) -> ArmTable:
    refuse_unread(path, _KINDS)
    numbers = hold_numbers("chrom_n", *_COPIES_COLUMNS)
    table = read_named(path, _KINDS, f"a copy-number table ({_EXPECTED})", numbers)
    rows = _rnaseqcnv(table) if table.kind == _RNASEQCNV else _plain(table)
    return ArmTable(path, table.kind, rows, table.notes)


def first_column(table: NamedTable, names: Sequence[str]) -> str:
    """Give the first of some columns that a table has; empty if it has none."""
    return next((name for name in names if name in table.frame.columns), "")


def _rnaseqcnv(table: NamedTable) -> dict[str, CopyNumber]:
    rows: dict[str, CopyNumber] = {}
    frame = table.frame[["sample", "chrom_n", "alterations"]]
    for line, name, number, text in frame.itertuples():
        row = _estimate(table.path, line, number, text)
        if rows.get(name, row) != row:
            _refuse(table.path, line, "each sample once", f"{quote(name)} again", "leave one row of each")
        rows[name] = row
    return rows


def _estimate(path: Path, line: int, number: str, text: str) -> CopyNumber:
    """Read RNAseqCNV's alterations: a sign behind the chromosome, a ``?`` before what it is not sure of."""
    read = _COPIES.fullmatch(number)
    if read is None and number.lower() not in MISSING:
        _refuse(path, line, "a number of chromosomes in chrom_n", quote(number), "export the table again")
    low = math.nan if read is None else float(read[1])
    whole: Counter[str] = Counter()
    arms: Counter[str] = Counter()
    aside, unsure = [], Counter[int]()
    for item in filter(None, re.split(r"[,\s]+", "" if text.lower() == "none" else text)):
        found = _ALTERATION.fullmatch(item)
        if found is None or found[2] not in ALL_CHROMOSOMES or found[1] or not found[4]:
            aside.append(item)
            if found and found[4] and not found[3]:
                unsure[1 if found[4][0] == "+" else -1] += len(found[4])
            continue
        by = len(found[4]) * (1 if found[4][0] == "+" else -1)
        (arms if found[3] else whole)[found[2] + found[3]] += by
    remarks = [f"not sure or not read: {', '.join(aside)}"] if aside else []
    sums = (46 + whole.total() - unsure[-1], 46 + whole.total() + unsure[1])
    high = low
    if read is not None and not sums[0] <= low <= sums[1]:
        is_told = text.lower() == "none" or text.lower() not in MISSING
        remarks.append(f"chrom_n {number} {_NO_FIT if is_told else 'without alterations'}")
        if is_told:  # neither defines a state that the other denies
            low, high = min(low, *sums), max(low, *sums)
    row = _balance(_RNASEQCNV, whole, arms)
    return replace(row, low=low, high=high, complete=not remarks, text=text, remark="; ".join(remarks))


def _balance(kind: str, whole: Counter[str], arms: Counter[str]) -> CopyNumber:
    """List what is gained and lost, in order, repeated as often as it occurs; no number of chromosomes."""
    places = [name + arm for name, arm in product(ALL_CHROMOSOMES, ("p", "q"))]
    return CopyNumber(
        kind,
        gained=tuple(name for name in ALL_CHROMOSOMES for _ in range(whole[name])),
        lost=tuple(name for name in ALL_CHROMOSOMES for _ in range(-whole[name])),
        arms_gained=tuple(arm for arm in places for _ in range(arms[arm])),
        arms_lost=tuple(arm for arm in places for _ in range(-arms[arm])),
    )


def _plain(table: NamedTable) -> dict[str, CopyNumber]:
    """Read a long table of arms: first what each sample has at each place, then what that comes to."""
    name, place = first_column(table, SAMPLE_COLUMNS), first_column(table, ARM_COLUMNS)
    copies = first_column(table, _COPIES_COLUMNS)
    _check_whole(table, place)
    found: dict[str, dict[str, int]] = {}
    blank: dict[str, list[str]] = {}
    for line, row in zip(table.frame.index, table.frame.to_dict("records"), strict=True):
        sample, arm = row.get(name, ""), _place(table.path, line, row[place])
        has, text = found.setdefault(sample, {}), row[copies or "change"]
        if text.lower() in MISSING or "?" in text or verdict(text) in {Verdict.DOUBTED, Verdict.NOT_TESTED}:
            blank.setdefault(sample, []).append(arm)
            continue
        value = _copies(table.path, line, text) if copies else _change(table.path, line, text)
        if has.setdefault(arm, value) != value:
            _refuse(table.path, line, "one value a place", f"{arm} of {quote(sample)} again", "leave one row")
        twice = arm[:-1] in has if arm[-1] in "pq" else {f"{arm}p", f"{arm}q"} & set(has)
        if twice:
            _refuse(table.path, line, "a chromosome or its arms", f"both for {arm}", "leave one of the two")
    return {sample: _add_up(has, blank.get(sample, []), bool(copies)) for sample, has in found.items()}


def _check_whole(table: NamedTable, place: str) -> None:
    """Refuse rows that name a chromosome and, in another column, a part of it: a gene lost is no monosomy."""
    frame = table.frame
    whole = ~frame[place].str.lower().str.endswith(("p", "q"))
    for name in frame.columns:
        told = whole & ~frame[name].str.lower().isin(_WHOLE)
        if name != place and told.any() and _PARTS.fullmatch(fold(name)):
            line = int(told.idxmax())
            found = f"a part of {frame[place][line]} ({name} {quote(frame[name][line])})"
            _refuse(table.path, line, "a whole chromosome or an arm", found, "write the arm, such as 9p")


def _place(path: Path, line: int, text: str) -> str:
    found = _PLACE.fullmatch(text)
    if found is None or found[1].upper() not in ALL_CHROMOSOMES:
        _refuse(path, line, "a chromosome or an arm such as 21, X or 9p", quote(text), "correct it")
    return found[1].upper() + found[2].lower()


def _copies(path: Path, line: int, text: str) -> int:
    found = _COPIES.fullmatch(text)
    if found is None:
        _refuse(path, line, "a whole number of copies", quote(text), "round it, or name the column change")
    return int(found[1])


def _change(path: Path, line: int, text: str) -> int:
    word = _COPY_NUMBER.sub("", text.lower())
    if word in _CHANGES:
        return _CHANGES[word]
    if not _SIGNED.fullmatch(text):
        advice = "name the column copies if these are numbers of copies"
        _refuse(path, line, "gain, loss, normal or a number with its sign", quote(text), advice)
    return int(text)


def _refuse(path: Path, line: int, expected: str, found: str, advice: str) -> NoReturn:
    raise InputError(f"{path}: line {line}: expected {expected}, found {found}: {advice}")


def _add_up(values: Mapping[str, int], blank: Sequence[str], are_copies: bool) -> CopyNumber:
    """Turn the values of one sample into whole chromosomes and arms gained and lost."""
    remarks = [f"without a value: {', '.join(blank)}"] if blank else []
    changes = dict(values)
    if are_copies:
        normal = _normal(values)
        changes = {
            arm: by - normal[arm.rstrip("pq")] for arm, by in values.items() if arm.rstrip("pq") in normal
        }
        left = [arm for arm in values if arm not in changes]
        remarks += [f"not read, for the sex is not told by X and Y: {', '.join(left)}"] if left else []
    whole: Counter[str] = Counter()
    arms: Counter[str] = Counter()
    told = set()
    for name in ALL_CHROMOSOMES:
        ends = {arm: changes[name + arm] for arm in "pq" if name + arm in changes}
        if name in changes or (name in ACROCENTRIC and "q" in ends):
            ends = dict.fromkeys("pq", changes.get(name, ends.get("q", 0)))
        if len(ends) == 2:
            told.add(name)
            common = sorted((0, *ends.values()))  # what both arms share: 0 unless they have one sign
            whole[name] = common[1] if 0 in (common[0], common[2]) else 0
        for arm, by in ends.items():
            arms[name + arm] = by - whole[name]
    found = replace(_balance(_ARMS, whole, arms), remark="; ".join(remarks))
    if not told >= set(ALL_CHROMOSOMES[:22]):
        return found
    unsure = 0 if {"X", "Y"} <= told or ("X" in told and not are_copies) else 1  # of X or Y
    low, high = (float(46 + whole.total() + by) for by in (-unsure, unsure))
    return replace(found, complete=True, low=low, high=high, clones=((int(low), int(high)),))


def _normal(copies: Mapping[str, int]) -> dict[str, int]:
    """Give the copies of a normal cell of the sample's sex, without X and Y where these do not tell it."""
    x, y = (next((copies[at] for at in (name, f"{name}q") if at in copies), None) for name in ("X", "Y"))
    normal = dict.fromkeys(ALL_CHROMOSOMES[:22], 2)
    if y:
        return normal | {"X": 1, "Y": 1}
    if y == 0 and x is not None and x > 1:
        return normal | {"X": 2, "Y": 0}
    return normal
