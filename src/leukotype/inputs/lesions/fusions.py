"""Fusion calls of all callers in one table: every row of every file, usable or not, and why not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, product
from pathlib import Path
from typing import Final

import pandas as pd

from leukotype.errors import InputError, abridge, count_of, quote
from leukotype.inputs.lesions.file_owners import OwnedFile, check_owner, owned_files, refuse_shared
from leukotype.inputs.lesions.fusion_callers import (
    CBIOPORTAL,
    TABLE,
    CallTable,
    FusionCall,
    read_calls,
)
from leukotype.inputs.lesions.interphase import FishFusion
from leukotype.inputs.lesions.loci import normal_genes
from leukotype.inputs.lesions.records import Verdict
from leukotype.inputs.source import Source, sha256
from leukotype.inputs.tables.text import OtherKindError

FUSION_COLUMNS: Final = (
    "sample",
    "source",
    "caller",
    "gene_5prime",
    "gene_3prime",
    "reads",
    "confidence",
    "usable",
    "why_not",
    "denied",
)

# Fewer supporting reads do not count: CICERO rates a fusion of 2 reads or fewer "bad" (its rank_SVs.pl), and
# the INO-VATE genomic analysis asked the same number of reads for a mutation.
MIN_READS: Final = 3
_FISH: Final = "FISH"
# What a laboratory states itself, which counts without reads.
_STATED: Final = frozenset({TABLE, CBIOPORTAL})


@dataclass(frozen=True)
class FusionCalls:
    """Fusion calls of a run.

    Parameters
    ----------
    frame
        columns `FUSION_COLUMNS`; one row per call, in the order of the files and of their rows, index 0 to
        n - 1. ``gene_5prime`` and ``gene_3prime`` are as `normal_genes` writes them, ``reads`` is Int64
        (missing where the file has none), ``confidence`` is in the caller's own words, ``why_not`` is empty
        where ``usable`` is true, ``denied`` is whether the file says that the fusion was not found.
    callers
        every sample of the run, with the callers that were run for it: also those that found nothing. None
        means that the sample has no fusion file, which is no evidence against a fusion.
    sources
        the files.
    """

    frame: pd.DataFrame
    callers: Mapping[str, tuple[str, ...]]
    sources: tuple[Source, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Read:
    """A table, the sample of each of its calls (empty for one that the run does not have), its samples."""

    table: CallTable
    owners: tuple[str, ...]
    samples: tuple[str, ...]
    notes: tuple[str, ...]


def read_fusions(arguments: Sequence[Path | str], samples: Sequence[str]) -> FusionCalls:
    """Read fusion callers' tables.

    A call is usable if it has at least `MIN_READS` supporting reads and its caller has no doubt of its own; a
    plain table is a laboratory's own statement, and counts without reads. What the genes are plays no part
    here, nor do coordinates: callers place reads of IGH, CRLF2 and DUX4 at wrong positions.

    Parameters
    ----------
    arguments
        Files, folders, and ``SAMPLE=FILE``. In a folder, files of other kinds are left aside, and so are
        fusion tables of samples that the run does not have.
    samples
        The samples of the run.

    Raises
    ------
    InputError
        For a named file that is no fusion table, a damaged one, one whose sample cannot be told, and a folder
        without any fusion table of this run.
    """
    read: list[_Read] = []
    notes: list[str] = []
    for argument in arguments:
        found, aside = _read_argument(argument, samples)
        read += found
        notes += aside
    frame, callers = _frame(read), _callers(read, samples)
    notes += [f"{each.table.path}: {note}" for each in read for note in each.notes]
    return FusionCalls(frame, callers, tuple(_source(each) for each in read), _summary(frame, callers, notes))


def _read_argument(argument: Path | str, samples: Sequence[str]) -> tuple[list[_Read], list[str]]:
    """Read the tables of one argument, and say which files of a folder were left aside."""
    read: list[_Read] = []
    others: list[str] = []
    strangers: list[str] = []
    files = owned_files([argument], samples)
    for owned in files:
        try:
            table = read_calls(owned.path)
        except OtherKindError:
            if owned.by_name:
                raise
            others.append(owned.path.name)
            continue
        if not owned.by_name and _is_stranger(owned, table, samples):
            strangers.append(owned.path.name)
            continue
        read.append(_assign(owned, table, samples))
    aside = [f"{argument}: no fusion tables, left aside: {abridge(others, 8)}"] if others else []
    if strangers:
        aside.append(
            f"{argument}: fusion tables of no sample of this run, left aside: {abridge(strangers, 8)}"
        )
    if not read and not any(owned.by_name for owned in files):
        seen = abridge([*strangers, *others], 8)
        raise InputError(
            f"{argument}: expected a fusion table of a sample of this run in the folder, found {seen}: "
            "check the path, or name the files after their samples"
        )
    return read, aside


def _is_stranger(owned: OwnedFile, table: CallTable, samples: Sequence[str]) -> bool:
    """Whether neither the name of a file nor its rows speak of a sample of the run."""
    told = table.told_by(samples)
    return not owned.sample and not {*told.samples, *told.silent} & set(samples)


def _assign(owned: OwnedFile, table: CallTable, samples: Sequence[str]) -> _Read:
    """Give each call its sample: that of the file, or of the row where the table holds several."""
    run = set(samples)
    table = table.told_by(run)
    named = tuple(dict.fromkeys([*table.samples, *table.silent]))
    known = tuple(name for name in named if name in run)
    if owned.sample and not known:
        return _assign_to_owner(owned, table, named)
    if not named:
        return _one_sample(table, check_owner(owned, samples))
    if not known:
        refuse_shared(owned)
        raise InputError(
            f"{owned.path}: expected samples of this run in column {table.sample_column}, found "
            f"{abridge(named)}: write them as in the expression table, or write SAMPLE={owned.path.name}"
        )
    if owned.sample and owned.sample not in known:
        other = next(name for name in known if name != owned.sample)
        raise InputError(
            f"{owned.path}: expected rows of {owned.sample}, whose file it is, found {other} in "
            f"column {table.sample_column}: correct the file's name, or the column"
        )
    owners = tuple(name if name in run else "" for name in table.samples)
    unknown = [quote(name) for name in named if name not in run]
    rows = sum(not owner for owner in owners)
    told = f"rows left out, of samples that this run does not have: {rows} ({abridge(unknown)})"
    return _Read(table, owners, known, (*table.notes, *([told] if rows else [])))


def _assign_to_owner(owned: OwnedFile, table: CallTable, named: Sequence[str]) -> _Read:
    """Trust the file's name where its rows have one name that the run does not know, as callers give."""
    if len(named) > 1:
        raise InputError(
            f"{owned.path}: expected rows of {owned.sample} alone, found {abridge(named)} in column "
            f"{table.sample_column}: write the samples as in the expression table, or give each a file"
        )
    notes = [f"rows of '{name}' taken as {owned.sample}, whose file it is" for name in named if name]
    return _one_sample(table, owned.sample, notes)


def _one_sample(table: CallTable, sample: str, notes: Sequence[str] = ()) -> _Read:
    return _Read(table, (sample,) * len(table.calls), (sample,), (*table.notes, *notes))


def _callers(read: Sequence[_Read], samples: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Callers that were run for each sample of the run, in the order of the files."""
    found: dict[str, dict[str, None]] = {sample: {} for sample in samples}
    for each in read:
        for sample, caller in _runs(each):
            found[sample][caller] = None
    return {sample: tuple(run) for sample, run in found.items()}


def _runs(read: _Read) -> Iterator[tuple[str, str]]:
    """Pairs of a sample and a caller that was run for it; a plain table says them row by row."""
    if read.table.format != TABLE or not read.table.calls:
        return product(read.samples, read.table.callers)
    owned = zip(read.owners, read.table.calls, strict=True)
    silent = ((name, TABLE) for name in read.table.silent if name in read.samples)
    told = ((owner, call) for owner, call in owned if owner and call.said is not Verdict.ANOTHERS)
    return chain(((owner, call.caller) for owner, call in told), silent)


def _frame(read: Sequence[_Read]) -> pd.DataFrame:
    rows = [
        (owner, str(each.table.path), *_row(call, is_stated=each.table.format in _STATED))
        for each in read
        for call, owner in zip(each.table.calls, each.owners, strict=True)
        if owner
    ]
    frame = pd.DataFrame(rows, columns=list(FUSION_COLUMNS), dtype=object)
    return frame.astype({"reads": "Int64", "usable": bool, "denied": bool})


def fish_frame(source: str, fish: Sequence[tuple[str, FishFusion]]) -> pd.DataFrame:
    """Write fusions that FISH showed as rows of `FUSION_COLUMNS`; they have nuclei, and no reads.

    Parameters
    ----------
    fish
        sample and fusion.
    """
    rows = [
        (sample, source, _FISH, *genes, pd.NA, "", not each.doubt, each.doubt, each.said is Verdict.NOT_FOUND)
        for sample, each in fish
        for genes in [(normal_genes(each.gene), normal_genes(each.partner))]
    ]
    frame = pd.DataFrame(rows, columns=list(FUSION_COLUMNS), dtype=object)
    return frame.astype({"reads": "Int64", "usable": bool, "denied": bool})


def _row(call: FusionCall, *, is_stated: bool) -> tuple[object, ...]:
    five, three = normal_genes(call.gene_5prime), normal_genes(call.gene_3prime)
    reads = pd.NA if call.reads is None else call.reads
    why_not = "; ".join(_doubts(call, has_gene=bool(five or three), is_stated=is_stated))
    return (
        call.caller,
        five,
        three,
        reads,
        call.confidence,
        not why_not,
        why_not,
        call.said is Verdict.NOT_FOUND,
    )


def _doubts(call: FusionCall, *, has_gene: bool, is_stated: bool) -> list[str]:
    few = call.reads is not None and call.reads < MIN_READS
    return [
        *([] if has_gene else ["no gene is named"]),
        *([f"fewer than {MIN_READS} supporting reads"] if few else []),
        *(["its reads are not known"] if call.reads is None and not is_stated else []),
        *call.doubts,
        *([call.said] if call.said else []),
    ]


def _source(read: _Read) -> Source:
    path = read.table.path
    return Source(str(path), sha256(path), read.table.format, len(read.samples), read.notes)


def _summary(
    frame: pd.DataFrame, callers: Mapping[str, tuple[str, ...]], notes: Sequence[str]
) -> tuple[str, ...]:
    without = [sample for sample, run in callers.items() if not run]
    usable = int(frame["usable"].sum())
    return (
        f"fusion calls: {len(frame)}, usable: {usable}",
        *(
            [f"no fusion caller was run for {count_of(len(without), 'sample')}: {abridge(without)}"]
            if without
            else []
        ),
        *dict.fromkeys(notes),
    )
