"""Mutations of a run from VCF, MAF and plain tables, each judged by the filter of the INO-VATE analysis."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import takewhile
from pathlib import Path
from typing import Final

import pandas as pd

from leukotype.errors import InputError, abridge, count_of
from leukotype.inputs.lesions.file_owners import OwnedFile, owned_files
from leukotype.inputs.lesions.hotspots import CHROMOSOME_NAMES, plain_chromosome
from leukotype.inputs.lesions.maf import EXPECTED, read_mutation_table, starts_as_table
from leukotype.inputs.lesions.protein_changes import (
    MutationCall,
    MutationFile,
    OfNobodyError,
    changes_protein,
)
from leukotype.inputs.lesions.vcf import find_assembly, read_vcf, starts_as_vcf
from leukotype.inputs.source import Source, container, reading, sha256, stream
from leukotype.inputs.tables.text import hold_numbers, read_named, text_encoding, text_lines

VARIANT_COLUMNS: Final = (
    "sample",
    "source",
    "gene",
    "protein_change",
    "consequence",
    "chrom",
    "pos",
    "ref",
    "alt",
    "alt_reads",
    "depth",
    "allele_fraction",
    "usable",
    "why_not",
)
_TYPES: Final = {
    "pos": "Int64",
    "alt_reads": "Int64",
    "depth": "Int64",
    "allele_fraction": "float64",
    "usable": "bool",
}

# The filter of the INO-VATE genomic analysis (Blood Adv 2024;8:3226): at least 3 reads, fraction above 0.1,
# not a common variant of dbSNP 150.
MIN_ALT_READS: Final = 3
MIN_ALLELE_FRACTION: Final = 0.1

# What shows the kind of a file; GATK Funcotator writes the header of its VCF above its MAF.
_HEAD_BYTES: Final = 4_000_000
_HEAD_LINES: Final = 50
_PLACE: Final = ("chrom", "pos", "ref", "alt")
Place = tuple[str, str, str, str]


@dataclass(frozen=True)
class VariantCalls:
    """Mutations of a run.

    Parameters
    ----------
    frame
        one row a mutation of a gene that is read, with `VARIANT_COLUMNS`, in the order of the files.
        ``alt_reads`` and ``depth`` are reads (Int64), ``allele_fraction`` is 0 to 1; empty where unknown.
        ``usable`` is whether it passes the filter, ``why_not`` the first reason why not.
    ran
        samples whose mutations were looked for, also those that have none. Of a VCF without annotation only
        the hot spots that its notes name were looked for.
    sources
        the files that were read.
    notes
        what was done with them.
    """

    frame: pd.DataFrame
    ran: frozenset[str]
    sources: tuple[Source, ...]
    notes: tuple[str, ...]


def read_variants(
    arguments: Sequence[Path | str], samples: Sequence[str], *, common: Path | None = None
) -> VariantCalls:
    """Read the mutations of the samples of a run.

    Parameters
    ----------
    arguments
        files, folders, or ``SAMPLE=FILE``, as `owned_files` takes them. In a folder, what is not a file of
        mutations is passed over with a note.
    samples
        the samples of the run.
    common
        variants that are common in people, as a VCF or as a table with the columns chrom, pos, ref, alt, on
        the assembly of the mutations; these are not usable. Alleles are compared as they are written.

    Raises
    ------
    InputError
        For a file that was named and holds no mutations, whose sample cannot be told, or that is faulty.
    """
    notes: list[str] = []
    files = list(_read_files(owned_files(arguments, samples), samples, notes))
    known = _find_common(common, files, notes)
    rows = [_filter_row(owned.path, row, known) for owned, file in files for row in file.rows]
    frame = pd.DataFrame(rows, columns=list(VARIANT_COLUMNS)).astype(_TYPES)
    ran = frozenset(sample for _, file in files for sample in file.ran)
    sources = tuple(
        Source(str(owned.path), sha256(owned.path), file.format, len(file.ran), file.notes)
        for owned, file in files
    )
    if common is not None:
        sources += (Source(str(common), sha256(common), "common variants", 0, ()),)
    notes += [f"{owned.path.name}: {limit}" for owned, file in files for limit in file.limits]
    notes += _renamings(row for _, file in files for row in file.rows)
    return VariantCalls(frame, ran, sources, (*notes, *_summary(frame, ran, samples)))


def _read_files(
    found: Sequence[OwnedFile], samples: Sequence[str], notes: list[str]
) -> Iterator[tuple[OwnedFile, MutationFile]]:
    """Read each file of mutations; what was found in a folder and is none, or is of nobody, is noted."""
    others, nobodys = [], []
    for owned in found:
        kind = _kind(owned.path)
        if not kind and not owned.by_name:
            others.append(owned.path.name)
            continue
        try:
            yield owned, _read(owned, kind, samples)
        except OfNobodyError:
            if owned.by_name:
                raise
            nobodys.append(owned.path.name)
    notes += [f"not mutations, passed over: {abridge(others, 8)}"] if others else []
    notes += [f"of no sample of this run, passed over: {abridge(nobodys, 8)}"] if nobodys else []


def _kind(path: Path) -> str:
    """Tell what a file is by its first lines: ``vcf``, ``table``, or empty for anything else."""
    with stream(path) as raw:
        text = raw.read(_HEAD_BYTES).decode("utf-8", "replace")
    lines = [line for line in text.splitlines() if line]
    rows = [line for line in lines if not line.startswith("#")]
    head = [*(line for line in lines if line.startswith("#")), *rows[:_HEAD_LINES]]
    if any(starts_as_vcf(line) for line in head):
        return "vcf"
    return "table" if any(starts_as_table(line) for line in head) else ""


def _read(owned: OwnedFile, kind: str, samples: Sequence[str]) -> MutationFile:
    if kind == "vcf":
        return read_vcf(owned, samples)
    try:
        text = container(owned.path) == "text"
    except InputError:
        text = False
    if not text:
        raise InputError(f"{owned.path}: expected {EXPECTED}, found another kind of file: give one of these")
    return read_mutation_table(owned, samples)


def _filter_row(path: Path, row: MutationCall, common: frozenset[Place]) -> dict[str, object]:
    why_not = _why_not(row)
    if not why_not and _place(row.chrom, str(row.pos), row.ref, row.alt) in common:
        why_not = "in the list of common variants"
    values = {**asdict(row), "source": str(path), "usable": not why_not, "why_not": why_not}
    return {column: values[column] for column in VARIANT_COLUMNS}


def _why_not(row: MutationCall) -> str:
    """Give the first reason why a mutation does not count.

    What a caller does not count is unknown, and passes no filter; a laboratory's own list says what it says.
    """
    if row.against:
        return row.against
    if not changes_protein(row.consequence, row.protein_change):
        return "does not change the protein"
    if row.failed:
        return f"did not pass its caller's filter ({row.failed})"
    if row.alt_reads is not None and row.alt_reads < MIN_ALT_READS:
        return f"fewer than {MIN_ALT_READS} reads"
    if row.allele_fraction is not None and row.allele_fraction <= MIN_ALLELE_FRACTION:
        return f"allele fraction not above {MIN_ALLELE_FRACTION:g}"
    if not row.is_stated and (row.alt_reads is None or row.allele_fraction is None):
        return "its reads are not known"
    return ""


def _place(chrom: str, pos: str, ref: str, alt: str) -> Place:
    return plain_chromosome(chrom), pos, ref.upper(), alt.upper()


def _find_common(
    path: Path | None, files: Sequence[tuple[OwnedFile, MutationFile]], notes: list[str]
) -> frozenset[Place]:
    """Find which places of the mutations stand in the list of common variants, which may be a long one."""
    if path is None:
        notes.append("no list of common variants was given: inherited variants are not removed")
        return frozenset()
    _check_assembly(path, files)
    asked = {_place(row.chrom, str(row.pos), row.ref, row.alt) for _, file in files for row in file.rows}
    positions = {pos for _, pos, _, _ in asked}
    chromosomes, found = set(), set()
    for chrom, pos, ref, alts in _common_rows(path):
        chromosomes.add(chrom)
        if pos in positions:
            found |= {_place(chrom, pos, ref, alt) for alt in alts.split(",")} & asked
    if not {plain_chromosome(chrom) for chrom in chromosomes} & CHROMOSOME_NAMES:
        raise InputError(
            f"{path}: expected variants on chromosomes such as 1 or chr1, found "
            f"{abridge(sorted(chromosomes)) or 'no variant'}: rename the chromosomes"
        )
    notes.append("common variants were removed; inherited ones that are rare were not")
    return frozenset(found)


def _common_rows(path: Path) -> Iterator[Sequence[str]]:
    """Give chromosome, position, reference and alternates of each row of a list of common variants."""
    if _kind(path) != "vcf":
        kinds = {"": (frozenset(_PLACE),)}
        table = read_named(path, kinds, "a VCF, or the columns chrom, pos, ref, alt", hold_numbers("pos"))
        yield from table.frame[list(_PLACE)].to_numpy().tolist()
        return
    with reading(path), text_lines(path, text_encoding(path)) as lines:
        for number, line in enumerate(lines, start=1):
            if line.startswith("#"):
                continue
            fields = line.rstrip("\n").split("\t", 5)
            if len(fields) < len(_PLACE) + 1:
                raise InputError(
                    f"{path}: line {number}: expected a row of a VCF, found {len(fields)} fields: "
                    "the file may be cut off; copy it again"
                )
            yield fields[0], fields[1], fields[3], fields[4]


def _check_assembly(path: Path, files: Sequence[tuple[OwnedFile, MutationFile]]) -> None:
    """Refuse common variants that stand on another assembly than the mutations, where both name theirs."""
    with reading(path), text_lines(path, text_encoding(path)) as lines:
        assembly = find_assembly(list(takewhile(lambda line: line.startswith("#"), lines)))
    for owned, file in files:
        if assembly and file.assembly and assembly != file.assembly:
            raise InputError(
                f"{path}: expected common variants on {file.assembly} as in {owned.path}, found {assembly}: "
                "give the list of the same assembly"
            )


def _renamings(rows: Iterable[MutationCall]) -> list[str]:
    changed = Counter(row.read_as for row in rows if row.read_as)
    return [f"{text} read ({count})" for text, count in changed.items()]


def _summary(frame: pd.DataFrame, ran: frozenset[str], samples: Sequence[str]) -> list[str]:
    unknown = int((frame["usable"] & (frame["alt_reads"].isna() | frame["allele_fraction"].isna())).sum())
    notes = [
        f"mutations looked for in {len(ran)} of {count_of(len(samples), 'sample')}",
        f"{len(frame)} mutations in the genes that are read, {int(frame['usable'].sum())} usable",
    ]
    if unknown:
        notes.append(f"{unknown} usable without known reads or allele fraction")
    reasons = frame.loc[~frame["usable"], "why_not"].map(lambda text: re.sub(r" \(.*\)$", "", text))
    return notes + [f"{count} not usable: {reason}" for reason, count in reasons.value_counts().items()]
