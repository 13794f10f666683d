"""Sheets of karyotypes: a sample and its ISCN in each row."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from pathlib import Path
from types import MappingProxyType
from typing import Final

from leukotype.errors import InputError, abridge, count_of, quote
from leukotype.inputs.lesions.arrays import read_array, split_arrays
from leukotype.inputs.lesions.copy_number import (
    SAMPLE_COLUMNS,
    CopyNumbers,
    first_column,
)
from leukotype.inputs.lesions.fish_prose import probe_of, split_fish
from leukotype.inputs.lesions.interphase import Interphase, runx1_on_one
from leukotype.inputs.lesions.iscn import Karyotype, parse_karyotype, straighten
from leukotype.inputs.lesions.records import CopyNumber
from leukotype.inputs.lesions.statements import verdict
from leukotype.inputs.run_samples import check_known, note_strangers
from leukotype.inputs.source import Source, sha256
from leukotype.inputs.tables.text import MISSING, NamedTable, hold_samples, is_number, read_named

_KARYOTYPE, _ARRAY, _FISH = "karyotype", "array", "FISH"
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
# What FISH showed stands behind the karyotype, or in a column of its own.
_FISH_COLUMNS: Final = (
    "fish",
    "fish_result",
    "fish result",
    "fish results",
    "interphase fish",
    "fish-befund",
)
# A table of fusions, one a column, has one of these; its further columns are known by their genes.
_PAIRS: Final = (
    *(
        "bcr{}abl1",
        "bcr{}abl",
        "etv6{}runx1",
        "tel{}aml1",
        "tcf3{}pbx1",
        "e2a{}pbx1",
        "kmt2a{}aff1",
        "mll{}af4",
    ),
)
_PROBE_COLUMNS: Final = tuple(
    before + pair.format(mark) for before, pair, mark in product(("", "fish "), _PAIRS, ("::", "-", "/", "_"))
)
_KINDS: Final = MappingProxyType(
    {"karyotype": [*map(frozenset, product(SAMPLE_COLUMNS, (*_KARYOTYPE_COLUMNS, *_PROBE_COLUMNS)))]}
)
_YES_OR_NO: Final = MappingProxyType({"1": "positive", "0": "negative"})


def read_karyotypes(path: Path, samples: Sequence[str]) -> CopyNumbers:
    """Read a sheet of karyotypes (ISCN).

    Parameters
    ----------
    path
        A csv or tsv with a column of samples and one of karyotypes, told by their names, and perhaps one of
        FISH, or one of each fusion (``bcr-abl1``: pos, neg, 1, 0); further columns are left alone.
    samples
        The samples of the run; rows of others are counted in a note, and a sample whose text holds no
        karyotype (``failed``) gets no row.

    Raises
    ------
    InputError
        For a file without such columns, one with none of the samples, and two karyotypes of one sample.
    """
    table = read_named(
        path, _KINDS, "a table with columns sample and karyotype", hold_samples(samples, *SAMPLE_COLUMNS)
    )
    found = _texts_by_sample(table, samples)
    texts = {sample: found[sample] for sample in samples if sample in found}
    records = [each for name, text in texts.items() for each in _records(name, str(path), text)]
    fish = [(sample, fusion) for sample, text in texts.items() for fusion in _fish(text).fusions]
    silent = set(texts) - {each.sample for each in records} - {sample for sample, _ in fish}
    empty = [f"{name} ({quote(text)})" for name, text in texts.items() if name in silent]
    part = [f"{each.sample} ({each.remark})" for each in records if "not read" in each.remark]
    column = first_column(table, _KARYOTYPE_COLUMNS)
    numbers, shown = Counter(each.kind for each in records), sum(not fusion.doubt for _, fusion in fish)
    notes = (
        _told_of(column, numbers[_KARYOTYPE], len(samples)),
        *table.notes,
        *([f"texts without a karyotype: {len(empty)} ({abridge(empty)})"] if empty else []),
        *note_strangers([name for name in _names(table) if name not in set(samples)]),
        *([f"karyotypes of which a part was not read: {len(part)} ({abridge(part)})"] if part else []),
        *([f"arrays read: {numbers[_ARRAY]}"] if numbers[_ARRAY] else []),
        *([f"fusions that FISH looked for: {len(fish)}, found: {shown}"] if fish else []),
    )
    source = Source(str(path), sha256(path), "karyotype", len({each.sample for each in records}), notes)
    return CopyNumbers(tuple(records), (source,), notes, tuple(fish))


def _told_of(column: str, number: int, of: int) -> str:
    if not column:
        return "fusions read from the columns that name their genes; no column of karyotypes"
    return f"karyotypes read from column '{column}' for {number} of {count_of(of, 'sample')}"


def _names(table: NamedTable) -> list[str]:
    return list(table.frame[first_column(table, SAMPLE_COLUMNS)])


def _texts_by_sample(table: NamedTable, samples: Sequence[str]) -> dict[str, str]:
    """Give the text of each sample of the run that has one."""
    run, found = set(samples), dict[str, str]()
    names, column = _names(table), first_column(table, _KARYOTYPE_COLUMNS)
    texts = list(table.frame[column]) if column else [""] * len(table.frame)
    texts = [_beside(text, seen) for text, seen in zip(texts, _fish_texts(table), strict=True)]
    for line, name, text in zip(table.frame.index, names, texts, strict=True):
        told = name in run and text.lower() not in MISSING
        if told and found.setdefault(name, text) != text:
            raise InputError(
                f"{table.path}: line {line}: expected one karyotype a sample, found two of {name}: leave the "
                "one of the sample that was sequenced"
            )
    check_known(table.path, not run.isdisjoint(names), names, samples)
    return found


def _fish_texts(table: NamedTable) -> list[str]:
    """Give what the columns of FISH say of each row; one of a probe has its name (``FISH BCR::ABL1``)."""
    probes = {name: probe_of(name) for name in table.frame.columns}
    columns = [name for name, probe in probes.items() if name in _FISH_COLUMNS or probe]
    texts = [""] * len(table.frame)
    for name in columns:
        for i, cell in enumerate(_as_words(table.frame[name])):
            if cell.lower() in MISSING or not cell.strip("-\u2013\u2014 "):
                continue
            share = f"{cell} %" if "%" in name and is_number(cell) else cell
            texts[i] = _joined(texts[i], f"FISH {probes[name]}: {share}" if probes[name] else share)
    return texts


def _as_words(cells: Iterable[str]) -> list[str]:
    """Write 1 and 0 as results, where a column has no other number."""
    told = list(cells)
    if {cell for cell in told if is_number(cell)} <= _YES_OR_NO.keys():
        return [_YES_OR_NO.get(cell, cell) for cell in told]
    return told


def _joined(before: str, cell: str) -> str:
    """Put the cells of two columns together: a probe and its result (BCR/ABL1, positive), or two results."""
    if not before:
        return cell
    return f"{before} {cell}" if verdict(before) is None and "%" not in before else f"{before}; {cell}"


def _beside(text: str, fish: str) -> str:
    """Put what FISH showed behind a karyotype, as one text has both."""
    if not fish:
        return text
    said = fish if "ish" in fish.lower() else f"FISH: {fish}"
    return said if text.lower() in MISSING else f"{text}\n{said}"


def _fish(text: str) -> Interphase:
    return split_fish(_arrays(text)[1])[0]


def _arrays(text: str) -> tuple[str, str]:
    """Split the patient's own cells, which stand before those of a donor, into arrays and the rest."""
    return split_arrays(straighten(text).partition("//")[0])


def _records(sample: str, source: str, text: str) -> Iterator[CopyNumber]:
    """Give what each method of a text says of one sample: metaphases, an array, interphase FISH."""
    if karyotype := parse_karyotype(text):
        yield karyotype_record(sample, source, karyotype, text)
    if array := read_array(_arrays(text)[0]):
        number = math.nan if array.chromosomes is None else float(array.chromosomes)
        yield CopyNumber(
            kind=_ARRAY,
            low=number,
            high=number,
            gained=array.gained,
            lost=array.lost,
            arms_gained=array.arms_gained,
            arms_lost=array.arms_lost,
            clones=() if math.isnan(number) else ((array.chromosomes or 0, array.chromosomes or 0),),
            complete=array.chromosomes is not None,
            halved=array.alike,
            runx1=array.runx1,
            text=text,
            remark=f"not read: '{array.unread}'" if array.unread else "",
            sample=sample,
            source=source,
        )
    if seen := _fish(text).runx1 or runx1_on_one(text):
        yield CopyNumber(
            _FISH, runx1=(seen.low, seen.high), text=text, remark=seen.doubt, sample=sample, source=source
        )


def karyotype_record(sample: str, source: str, karyotype: Karyotype, text: str) -> CopyNumber:
    """Give a karyotype as what one source says of one sample."""
    low, high = karyotype.chromosomes or (math.nan, math.nan)
    remarks = ("normal metaphases only" if karyotype.normal_only else "", karyotype.remark)
    return CopyNumber(
        kind=_KARYOTYPE,
        low=float(low),
        high=float(high),
        gained=karyotype.gained,
        lost=karyotype.lost,
        arms_gained=karyotype.arms_gained,
        arms_lost=karyotype.arms_lost,
        translocations=karyotype.translocations,
        clones=karyotype.clones,
        complete=karyotype.complete,
        constitutional=karyotype.constitutional,
        halved=karyotype.halved,
        iamp21=karyotype.iamp21,
        text=text,
        normal_only=karyotype.normal_only,
        remark="; ".join(filter(None, remarks)),
        sample=sample,
        source=source,
    )
