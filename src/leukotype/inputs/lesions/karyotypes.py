"""Sheets of karyotypes: a sample and its ISCN in each row."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from types import MappingProxyType
from typing import Final

from leukotype.errors import InputError, abridge, quote
from leukotype.inputs.lesions.copy_number import (
    SAMPLE_COLUMNS,
    CopyNumber,
    CopyNumbers,
    check_known,
    first_column,
    note_strangers,
)
from leukotype.inputs.lesions.iscn import Karyotype, parse_karyotype
from leukotype.inputs.source import Source, sha256
from leukotype.inputs.tables.text import MISSING, hold_samples, read_named

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


def read_karyotypes(path: Path, samples: Sequence[str]) -> CopyNumbers:
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
    table = read_named(
        path, _KINDS, "a table with columns sample and karyotype", hold_samples(samples, *SAMPLE_COLUMNS)
    )
    name, text = first_column(table, SAMPLE_COLUMNS), first_column(table, _KARYOTYPE_COLUMNS)
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
    check_known(path, len(strangers) < len(table.frame), table.frame[name], samples)
    parsed = {sample: parse_karyotype(found[sample]) for sample in samples if sample in found}
    rows = [karyotype_record(name, str(path), each, found[name]) for name, each in parsed.items() if each]
    empty = [f"{name} ({quote(found[name])})" for name, each in parsed.items() if each is None]
    notes = [f"karyotypes read from column '{text}' for {len(rows)} of {len(samples)} samples"]
    notes += [f"texts without a karyotype: {len(empty)} ({abridge(empty)})"] if empty else []
    notes += note_strangers(strangers)
    part = [f"{each.sample} ({each.remark})" for each in rows if "not read" in each.remark]
    notes += [f"karyotypes of which a part was not read: {len(part)} ({abridge(part)})"] if part else []
    source = Source(str(path), sha256(path), "karyotype", len(rows), tuple(notes))
    return CopyNumbers(tuple(rows), (source,), tuple(notes))


def karyotype_record(sample: str, source: str, karyotype: Karyotype, text: str) -> CopyNumber:
    """Give a karyotype as what one source says of one sample."""
    low, high = karyotype.chromosomes or (math.nan, math.nan)
    remarks = ("normal metaphases only" if karyotype.normal_only else "", karyotype.remark)
    return CopyNumber(
        kind="karyotype",
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
        text=text,
        normal_only=karyotype.normal_only,
        remark="; ".join(filter(None, remarks)),
        sample=sample,
        source=source,
    )
