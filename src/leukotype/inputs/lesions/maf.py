"""Mutations in tables: MAF in its variants, and a plain table of sample, gene and protein change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from leukotype.errors import InputError, abridge, quote
from leukotype.inputs.lesions.file_owners import OwnedFile
from leukotype.inputs.lesions.hotspots import hot_spot_at, hot_spot_of, wanted_gene
from leukotype.inputs.lesions.protein_changes import (
    MutationCall,
    MutationFile,
    OfNobodyError,
    consequence_terms,
    protein_change,
)
from leukotype.inputs.tables.text import MISSING, NamedTable, hold_numbers, is_number, read_named

_MAF, _NO_GENES, _TABLE = "MAF", "MAF without genes", "table"
_BARCODE: Final = "tumor_sample_barcode"
_KINDS: Final = {
    _MAF: (frozenset({_BARCODE, "hugo_symbol", "chromosome"}),),
    _NO_GENES: (frozenset({_BARCODE, "chromosome"}),),
    _TABLE: (frozenset({"sample", "gene", "protein_change"}),),
}
EXPECTED: Final = "mutations (VCF, MAF, or a table with the columns sample, gene, protein_change)"
# MAF's columns of the protein change, the one-letter ones first: vcf2maf, Broad, older centres.
_PROTEIN: Final = ("hgvsp_short", "protein_change", "amino_acid_change", "aachange", "hgvsp")
# Columns that hold numbers, by which a row that is longer than the header is understood.
_NUMBERS: Final = ("start_position", "t_depth", "t_alt_count", "alt_reads", "depth", "allele_fraction")
_GRCH38: Final = frozenset({"grch38", "hg38", "38"})
_GRCH37: Final = frozenset({"grch37", "hg19", "37"})


@dataclass(frozen=True)
class _Row:
    """One line of a table, by the names of its columns."""

    path: Path
    line: int
    cells: Mapping[str, str]

    def text(self, *columns: str) -> str:
        """First of some columns that has a value, else an empty text."""
        found = (self.cells.get(column, "") for column in columns)
        return next((text for text in found if text.lower() not in MISSING), "")

    def whole(self, column: str) -> int | None:
        text = self.text(column)
        if not text:
            return None
        if not text.isdigit():
            raise InputError(self._fault(column, "a whole number", text))
        return int(text)

    def fraction(self, column: str) -> float | None:
        text = self.text(column)
        if not text:
            return None
        if not is_number(text) or not 0 <= float(text) <= 1:
            raise InputError(self._fault(column, "a fraction of 0 to 1", text))
        return float(text)

    def _fault(self, column: str, expected: str, found: str) -> str:
        where = f"{self.path}: line {self.line} / column {column}"
        return f"{where}: expected {expected}, found {quote(found)}: correct it"


def starts_as_table(line: str) -> bool:
    """Whether a line can be the header of a table of mutations."""
    lower = line.lower()
    return _BARCODE in lower or ("protein_change" in lower and "gene" in lower)


def read_mutation_table(owned: OwnedFile, samples: Sequence[str]) -> MutationFile:
    """Read the mutations of a MAF or of a plain table, in the genes that are read.

    A MAF may hold more samples than the run; a MAF of one sample under another name is its owner's. In a
    plain table a row without gene says that the sample was looked at and has none.

    Raises
    ------
    InputError
        For another kind of file, a MAF without genes, samples that are not told, and numbers that are none.
    """
    table = read_named(owned.path, _KINDS, EXPECTED, hold_numbers(*_NUMBERS))
    if table.kind == _NO_GENES:
        raise InputError(
            f"{owned.path}: expected a MAF with the column Hugo_Symbol, found none that names the gene: "
            "annotate it (vcf2maf, maf2maf)"
        )
    rows = [
        _Row(owned.path, int(line), dict(zip(table.frame.columns, cells, strict=True)))
        for line, cells in zip(table.frame.index, table.frame.to_numpy().tolist(), strict=True)
    ]
    return _read_maf(owned, samples, table, rows) if table.kind == _MAF else _read_plain(owned, samples, rows)


def _read_maf(
    owned: OwnedFile, samples: Sequence[str], table: NamedTable, rows: Sequence[_Row]
) -> MutationFile:
    names = {name: name for row in rows if (name := row.text(_BARCODE)) in samples}
    barcodes = {row.text(_BARCODE) for row in rows}
    if not names and owned.sample and len(barcodes) <= 1:
        names = dict.fromkeys(barcodes, owned.sample)
    if not names and rows:
        raise OfNobodyError(
            f"{owned.path}: expected Tumor_Sample_Barcode of samples of this run ({abridge(samples)}), found "
            f"{abridge(sorted(barcodes))}: rename the samples"
        )
    mutations = [
        mutation
        for row in rows
        if (sample := names.get(row.text(_BARCODE))) and (mutation := _maf_mutation(row, sample))
    ]
    builds = {row.text("ncbi_build").lower() for row in rows}
    assembly = "GRCh38" if builds and builds <= _GRCH38 else "GRCh37" if builds and builds <= _GRCH37 else ""
    ran = frozenset(names.values()) or frozenset({owned.sample} - {""})
    others = sum(row.text(_BARCODE) not in names for row in rows)
    notes = [f"{len(rows)} rows read, {len(mutations)} mutations in the genes that are read"]
    notes += [f"{others} rows of samples that are not in this run"] if others else []
    silent = sum(name not in ran for name in samples)
    notes += [f"{silent} samples have no row, so it cannot be told if they were looked at"] if silent else []
    if not set(_PROTEIN) & set(table.frame.columns):
        notes.append("no column of protein changes: hot spots are found by place on GRCh38 only")
    return MutationFile(_MAF, tuple(mutations), ran, assembly, tuple(notes))


def _maf_mutation(row: _Row, sample: str) -> MutationCall | None:
    chrom, pos = row.text("chromosome"), row.whole("start_position")
    ref, alt = row.text("reference_allele"), row.text("tumor_seq_allele2")
    on_38 = row.text("ncbi_build").lower() in _GRCH38
    spot = hot_spot_at(chrom, pos, ref, alt) if on_38 else None
    symbol = row.text("hugo_symbol")
    gene = wanted_gene(symbol)
    if not gene and spot is None:
        return None
    change = protein_change(row.text(*_PROTEIN))
    alt_reads, depth = row.whole("t_alt_count"), row.whole("t_depth")
    ref_reads = row.whole("t_ref_count")
    if depth is None and alt_reads is not None and ref_reads is not None:
        depth = alt_reads + ref_reads
    failed = row.text("filter")
    mutation = MutationCall(
        *(sample, gene, change, consequence_terms(row.text("variant_classification"))),
        chrom=chrom,
        pos=pos,
        ref=ref,
        alt=alt,
        alt_reads=alt_reads,
        depth=depth,
        allele_fraction=alt_reads / depth if alt_reads is not None and depth else None,
        failed="" if failed == "PASS" else failed,
        read_as=f"{symbol} as {gene}" if gene not in ("", symbol) else "",
    )
    return mutation.rename_after(spot or hot_spot_of(gene, change))


def _read_plain(owned: OwnedFile, samples: Sequence[str], rows: Sequence[_Row]) -> MutationFile:
    for row in rows:
        if row.text("sample") not in samples:
            raise InputError(
                f"{owned.path}: line {row.line} / column sample: expected a sample of this run "
                f"({abridge(samples)}), found {quote(row.text('sample'))}: correct it, or leave the row out"
            )
    mutations = [mutation for row in rows if (mutation := _plain_mutation(row))]
    ran = frozenset(row.text("sample") for row in rows)
    notes = (f"{len(rows)} rows read, {len(mutations)} mutations in the genes that are read",)
    return MutationFile(_TABLE, tuple(mutations), ran, "", notes)


def _plain_mutation(row: _Row) -> MutationCall | None:
    symbol = row.text("gene")
    gene = wanted_gene(symbol)
    if not gene:
        return None
    change = protein_change(row.text("protein_change"))
    alt_reads, depth = row.whole("alt_reads"), row.whole("depth")
    fraction = row.fraction("allele_fraction")
    if fraction is None and alt_reads is not None and depth:
        fraction = alt_reads / depth
    mutation = MutationCall(
        *(row.text("sample"), gene, change, consequence_terms(row.text("consequence"))),
        alt_reads=alt_reads,
        depth=depth,
        allele_fraction=fraction,
        is_stated=True,
        read_as=f"{symbol} as {gene}" if gene != symbol else "",
    )
    return mutation.rename_after(hot_spot_of(gene, change))
