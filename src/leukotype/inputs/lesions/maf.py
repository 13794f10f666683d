"""Mutations in tables: MAF in its variants, and a plain table of sample, gene and protein change."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Final

from leukotype.errors import InputError, abridge, count_of, quote
from leukotype.inputs.lesions.annotations import annovar_effects
from leukotype.inputs.lesions.file_owners import OwnedFile, check_owner, refuse_shared
from leukotype.inputs.lesions.hotspots import hot_spot_at, hot_spot_of, wanted_gene
from leukotype.inputs.lesions.protein_changes import (
    MutationCall,
    MutationFile,
    OfNobodyError,
    changes_in,
    consequence_terms,
    protein_change,
    rows_read,
)
from leukotype.inputs.lesions.read_counts import whole_number
from leukotype.inputs.lesions.records import Verdict
from leukotype.inputs.lesions.statements import result_of, verdict
from leukotype.inputs.tables.text import (
    MISSING,
    NamedTable,
    as_point,
    hold_numbers,
    is_number,
    read_named,
)

_MAF, _NO_GENES, _TABLE, _ANNOVAR = "MAF", "MAF without genes", "table", "ANNOVAR"
_REF_AND_ALT: Final = 2
_SAYS_NOTHING: Final = frozenset({Verdict.NOT_TESTED, Verdict.ANOTHERS})  # of the patient's genes
_BARCODE: Final = "tumor_sample_barcode"
# Columns of a plain table.
_SAMPLES: Final = ("sample", "sample_id", "sample id", "patient", "patient_id")
_GENES: Final = ("gene", "gene_symbol", "gene symbol", "symbol", "gen")
_MUTATIONS: Final = ("mutation", "mutations")
_CHANGES: Final = (
    *("protein_change", "protein change", "aa_change", "aa change", "amino_acid_change"),
    *("amino acid change", "hgvsp_short", "hgvsp", "hgvs_p", "hgvs.p", *_MUTATIONS, "protein"),
    *("proteinver\xe4nderung", "protein\xe4nderung", "aminos\xe4ureaustausch", "changement prot\xe9ique"),
)
# Of a table without genes: PAX5 P80R, PAX5:p.Pro80Arg, NM_016734.3(PAX5):c.239C>G.
_GENE_AND_CHANGE: Final = re.compile(r"(?:[NX]M_[\d.]+\()?([A-Z][A-Z0-9]+)\)?[\s:_-]+(\S.*)")
_FRACTIONS: Final = (
    *("allele_fraction", "allele fraction", "vaf", "vaf (%)", "vaf [%]", "vaf %", "vaf_pct", "af"),
    *("t_vaf", "tumor_vaf", "tumor_f", "t_af", "tumor_af", "i_tumor_f"),  # of MAF
    *("allele_frequency", "allele frequency", "variant_allele_frequency", "variant allele frequency"),
    *("allele freq (t)", "allele freq", "allele_freq", "variant frequency", "variant_frequency"),
    *("allelfrequenz", "allelfrequenz (%)", "allelfrequenz [%]", "allelfrequenz %", "allelanteil"),
)
# Reads of a mutation in a plain table: leukotype's own name, of MAF, and of cBioPortal's downloads.
_ALT_READS: Final = ("alt_reads", "t_alt_count", "variant reads", "alt reads", "variant_reads")
_DEPTHS: Final = ("depth", "t_depth")
_REF_READS: Final = ("ref_reads", "t_ref_count", "ref reads")
_OF_MUTATIONS: Final = frozenset((*_SAMPLES, *_MUTATIONS, *_FRACTIONS, *_ALT_READS, *_DEPTHS, *_REF_READS))
_PERCENT: Final = re.compile("%|pct|percent")
_KINDS: Final = {
    _MAF: (
        frozenset({_BARCODE, "hugo_symbol", "chromosome"}),
        frozenset({_BARCODE, "hugo_symbol", "hgvsp_short"}),  # the least that cBioPortal asks for
    ),
    _NO_GENES: (frozenset({_BARCODE, "chromosome"}),),
    _ANNOVAR: (frozenset({"chr", "start", "ref", "alt", "gene.refgene", "aachange.refgene"}),),
    _TABLE: (
        *map(frozenset, product(_SAMPLES, _GENES, _CHANGES)),
        *map(frozenset, product(_SAMPLES, _MUTATIONS)),
    ),
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

    def whole(self, *columns: str) -> int | None:
        column = next((name for name in columns if self.text(name)), "")
        text = self.text(column)
        if not text:
            return None
        number = whole_number(text)
        if number is None:
            raise InputError(self.fault(column, "a whole number", text))
        return number

    def fraction(self, column: str, whole: float) -> float | None:
        """Read a fraction of a whole, which is 1, or 100 in a column of percentages; 45% says it itself."""
        text = self.text(column)
        if not text:
            return None
        whole = 100.0 if text.endswith("%") else whole
        plain = as_point(text.removesuffix("%").strip())
        if not is_number(plain) or not 0 <= float(plain) <= whole:
            raise InputError(self.fault(column, f"a fraction of 0 to {whole:g}", text))
        return float(plain) / whole

    def fault(self, column: str, expected: str, found: str) -> str:
        """Say in one line what is wrong with a cell."""
        where = f"{self.path}: line {self.line} / column {column}"
        return f"{where}: expected {expected}, found {quote(found)}: correct it"


def starts_as_table(line: str) -> bool:
    """Whether a line can be the header of a table of mutations."""
    lower = line.lower()
    cells = {cell.strip(' "#\ufeff') for cell in re.split("[\t,;\r\n]", lower)}
    return (
        _BARCODE in lower
        or "aachange.refgene" in cells
        or all(cells & set(names) for names in (_GENES, _CHANGES))
        or (all(cells & set(names) for names in (_SAMPLES, _MUTATIONS)) and cells <= _OF_MUTATIONS)
    )


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
    if table.kind == _TABLE and not set(_GENES) & set(table.frame.columns):
        rows = [each for row in rows for each in _with_genes(row)]
    if table.kind == _ANNOVAR:
        read = _read_annovar(check_owner(owned, samples), rows)
    else:
        read = (_read_maf if table.kind == _MAF else _read_plain)(owned, samples, table, rows)
    return replace(read, notes=(*read.notes, *table.notes), limits=(*read.limits, *table.notes))


def _read_maf(
    owned: OwnedFile, samples: Sequence[str], table: NamedTable, rows: Sequence[_Row]
) -> MutationFile:
    names = {name: name for row in rows if (name := row.text(_BARCODE)) in samples}
    barcodes = {row.text(_BARCODE) for row in rows}
    if not names and owned.sample and len(barcodes) <= 1:
        names = dict.fromkeys(barcodes, owned.sample)
    if not names and rows:
        refuse_shared(owned)
        raise OfNobodyError(
            f"{owned.path}: expected Tumor_Sample_Barcode of samples of this run ({abridge(samples)}), found "
            f"{abridge(sorted(barcodes))}: rename the samples"
        )
    column, whole = _fractions(table, rows)
    mutations = [
        mutation
        for row in rows
        if (sample := names.get(row.text(_BARCODE)))
        and (mutation := _maf_mutation(row, sample, row.fraction(column, whole) if column else None))
    ]
    builds = {row.text("ncbi_build").lower() for row in rows}
    assembly = "GRCh38" if builds and builds <= _GRCH38 else "GRCh37" if builds and builds <= _GRCH37 else ""
    ran = frozenset(names.values()) or frozenset({owned.sample} - {""})
    others = sum(row.text(_BARCODE) not in names for row in rows)
    notes = [rows_read(len(rows), len(mutations))]
    notes += [f"{count_of(others, 'row')} of samples that are not in this run"] if others else []
    silent = sum(name not in ran for name in samples)
    notes += [f"{count_of(silent, 'sample')} without a row: not known if looked at"] if silent else []
    if not set(_PROTEIN) & set(table.frame.columns):
        notes.append("no column of protein changes: hot spots are found by place on GRCh38 only")
    return MutationFile(_MAF, tuple(mutations), ran, assembly, tuple(notes))


def _maf_mutation(row: _Row, sample: str, fraction: float | None) -> MutationCall | None:
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
    if alt_reads is None and fraction is not None and depth is not None:
        alt_reads = round(fraction * depth)
    failed = row.text("filter")
    mutation = MutationCall(
        *(sample, gene, change, consequence_terms(row.text("variant_classification"))),
        chrom=chrom,
        pos=pos,
        ref=ref,
        alt=alt,
        alt_reads=alt_reads,
        depth=depth,
        allele_fraction=alt_reads / depth if alt_reads is not None and depth else fraction,
        failed="" if failed == "PASS" else failed,
        against=result_of(row.cells, is_told=True),
        read_as=f"{symbol} as {gene}" if gene not in ("", symbol) else "",
    )
    return mutation.rename_after(spot or hot_spot_of(gene, change))


def _read_annovar(sample: str, rows: Sequence[_Row]) -> MutationFile:
    """Read table_annovar's multianno.txt; behind the annotations stands the row of the VCF, if it was one."""
    mutations = []
    for row in rows:
        columns = ("func.refgene", "gene.refgene", "exonicfunc.refgene", "aachange.refgene")
        effects = annovar_effects(*(row.text(name) for name in columns))
        if (effect := max(effects, key=lambda each: each.rank, default=None)) is None:
            continue
        names, values = (row.cells.get(f"otherinfo{number}", "").split(":") for number in (12, 13))
        told = dict(zip(names, values, strict=False)).get("AD", "").split(",")
        depths = [number for number in map(whole_number, told) if number is not None]
        known = len(depths) == len(told) == _REF_AND_ALT
        reads, depth = (depths[1], sum(depths)) if known else (None, None)
        failed = row.text("otherinfo10")
        mutation = MutationCall(
            *(sample, effect.gene, effect.change, effect.consequence),
            chrom=row.text("chr"),
            pos=row.whole("start"),
            ref=row.text("ref"),
            alt=row.text("alt"),
            alt_reads=reads,
            depth=depth,
            allele_fraction=reads / depth if reads is not None and depth else None,
            failed="" if failed == "PASS" else failed,
        )
        mutations.append(mutation.rename_after(hot_spot_of(effect.gene, effect.change)))
    notes = (rows_read(len(rows), len(mutations)),)
    return MutationFile(_ANNOVAR, tuple(mutations), frozenset({sample}), "", notes)


def _with_genes(row: _Row) -> Iterator[_Row]:
    """Give a row for each mutation of a cell, its gene and its change apart; a word of a result stays one."""
    column = next(name for name in _MUTATIONS if name in row.cells)
    for text in re.split(r"\s*;\s*|\s*,\s+", row.cells[column].strip()):
        found = _GENE_AND_CHANGE.fullmatch(text)
        if found and (wanted_gene(found[1]) or verdict(text) is None):
            yield replace(row, cells={**row.cells, _GENES[0]: found[1], column: found[2]})
        elif text.lower() in MISSING or "?" in text or verdict(text) is not None:
            yield row
        else:
            raise InputError(row.fault(column, "a gene and its change, such as PAX5 P80R", text))


def _read_plain(
    owned: OwnedFile, samples: Sequence[str], table: NamedTable, rows: Sequence[_Row]
) -> MutationFile:
    for row in rows:
        if row.text(*_SAMPLES) not in samples:
            raise InputError(
                f"{owned.path}: line {row.line} / column sample: expected a sample of this run "
                f"({abridge(samples)}), found {quote(row.text(*_SAMPLES))}: correct it, or leave the row out"
            )
    column, whole = _fractions(table, rows)
    said = [(row, _said_of(row)) for row in rows]
    told = [row for row, against in said if against not in _SAYS_NOTHING]
    mutations = [each for row, against in said for each in _plain_mutations(row, column, whole, against)]
    ran = frozenset(row.text(*_SAMPLES) for row in told)
    notes = [rows_read(len(rows), len(mutations))]
    limits = (
        (f"rows that say not tested, or of somebody else: {len(rows) - len(told)}",)
        if len(told) < len(rows)
        else ()
    )
    return MutationFile(_TABLE, tuple(mutations), ran, "", (*notes, *limits), limits)


def _fractions(table: NamedTable, rows: Sequence[_Row]) -> tuple[str, float]:
    """Find the column of fractions, and its whole: 100 where its name says so, or a value above 1."""
    column = next((name for name in _FRACTIONS if name in table.frame.columns), "")
    plain = [as_point(row.text(column)) for row in rows] if column else []
    large = any(is_number(text) and float(text) > 1 for text in plain)
    stated = column == _FRACTIONS[0]  # leukotype's own name means a fraction
    named = _PERCENT.search(column) is not None
    part = next((text for text in plain if is_number(text) and 0 < float(text) < 1), "")
    if part and large and not (stated or named):
        raise InputError(
            f"{table.path}: column {quote(column)}: expected fractions or percents, found {quote(part)} and "
            "values above 1: write % behind each percent, or _pct behind the name of the column"
        )
    return column, 100.0 if named or (large and not stated) else 1.0


def _said_of(row: _Row) -> Verdict:
    """Give what a row says against a mutation: beside its change, or in a column of results."""
    text = row.cells.get(next(name for name in _CHANGES if name in row.cells), "")
    said = Verdict.DOUBTED if "?" in text else verdict(text) if text.lower() not in MISSING else None
    if said == Verdict.DOUBTED and not changes_in(text):
        return Verdict.NOT_TESTED
    return said or result_of(row.cells, is_told=bool(row.text(*_ALT_READS)))


def _plain_mutations(row: _Row, fractions: str, whole: float, against: Verdict) -> Iterator[MutationCall]:
    """Give the mutations of a row; none of one that names no change, and says that there is none."""
    symbol = row.text(*_GENES)
    gene = wanted_gene(symbol)
    text = row.text(*_CHANGES)
    plain = protein_change(text)
    changes = () if hot_spot_of(gene, plain) else changes_in(text)
    untold = against == Verdict.NOT_TESTED
    if not gene or untold or (against and not changes and not hot_spot_of(gene, plain)):
        return
    alt_reads, depth, ref_reads = row.whole(*_ALT_READS), row.whole(*_DEPTHS), row.whole(*_REF_READS)
    if depth is None and alt_reads is not None and ref_reads is not None:
        depth = alt_reads + ref_reads
    fraction = row.fraction(fractions, whole) if fractions else None
    failed = row.text("filter")
    if fraction is None and alt_reads is not None and depth:
        fraction = alt_reads / depth
    for change in changes or (plain,):
        mutation = MutationCall(
            *(row.text(*_SAMPLES), gene, change, consequence_terms(row.text("consequence"))),
            alt_reads=alt_reads,
            depth=depth,
            allele_fraction=fraction,
            failed="" if failed.lower() in {"pass", "passed", "."} else failed,
            against=against,
            is_stated=True,
            read_as=f"{symbol} as {gene}" if gene != symbol else "",
        )
        yield mutation.rename_after(hot_spot_of(gene, change))
