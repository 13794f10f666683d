"""The tables that the field's tools write: how each is told from its content, and which column is read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from leukotype.errors import InputError
from leukotype.inputs.tables.text import Columns, TextTable, is_number, shown
from leukotype.vocabulary import Strandedness, ValueType


@dataclass(frozen=True)
class Format:
    """One tool's table.

    ``header`` is what its header line begins with, in lower case (none: the file has no header line). A
    file of one sample names the column of each value type, the one read by default first; ``stranded`` are
    count columns to choose from by how the library was made. A format with a ``refusal`` is known, and not
    read. One without columns of values is a matrix.
    """

    name: str
    header: tuple[str, ...] = ()
    values: Mapping[ValueType, str] = field(default_factory=dict)
    stranded: Mapping[Strandedness, str] = field(default_factory=dict)
    default_strand: Strandedness | None = None
    value_type_known: bool = True
    refusal: str = ""

    @property
    def is_matrix(self) -> bool:
        """Whether the table holds several samples, named by its header."""
        return not self.values and not self.stranded


MATRIX: Final = Format("matrix", value_type_known=False)
PARQUET: Final = Format("parquet matrix", value_type_known=False)
H5AD: Final = Format("h5ad", value_type_known=False)
ZARR: Final = Format("zarr store", value_type_known=False)
FRAME: Final = Format("data frame", value_type_known=False)
DASK_FRAME: Final = Format("dask data frame", value_type_known=False)
HTSEQ: Final = Format("HTSeq", values={ValueType.COUNTS: "count"}, value_type_known=False)
STAR: Final = Format(
    "STAR ReadsPerGene",
    stranded={
        Strandedness.UNSTRANDED: "unstranded",
        Strandedness.FORWARD: "forward",
        Strandedness.REVERSE: "reverse",
    },
)
_FUSIONS: Final = "give it as fusion calls, not as expression"

FORMATS: Final = (
    Format(
        "Salmon",
        ("name", "length", "effectivelength", "tpm", "numreads"),
        {ValueType.COUNTS: "numreads", ValueType.TPM: "tpm"},
    ),
    Format(
        "kallisto",
        ("target_id", "length", "eff_length", "est_counts", "tpm"),
        {ValueType.COUNTS: "est_counts", ValueType.TPM: "tpm"},
    ),
    Format(
        "RSEM genes",
        ("gene_id", "transcript_id(s)", "length", "effective_length", "expected_count", "tpm", "fpkm"),
        {ValueType.COUNTS: "expected_count", ValueType.TPM: "tpm", ValueType.FPKM: "fpkm"},
    ),
    Format(
        "GDC STAR counts",
        ("gene_id", "gene_name", "gene_type", "unstranded", "stranded_first", "stranded_second"),
        {ValueType.TPM: "tpm_unstranded", ValueType.FPKM: "fpkm_unstranded"},
        {
            Strandedness.UNSTRANDED: "unstranded",
            Strandedness.FORWARD: "stranded_first",
            Strandedness.REVERSE: "stranded_second",
        },
        Strandedness.UNSTRANDED,
    ),
    Format(
        "StringTie genes",
        ("gene id", "gene name", "reference", "strand", "start", "end", "coverage", "fpkm", "tpm"),
        {ValueType.TPM: "tpm", ValueType.FPKM: "fpkm"},
    ),
    Format("featureCounts", ("geneid", "chr", "start", "end", "strand", "length")),
    Format("featureCounts summary", ("status",), refusal="give the table of counts that stands beside it"),
    Format(
        "RSEM isoforms", ("transcript_id", "gene_id", "length"), refusal="give genes.results of the same run"
    ),
    Format("StringTie transcripts", ("t_id", "chr"), refusal="give the gene abundances (stringtie -A)"),
    Format("Arriba fusions", ("gene1", "gene2"), refusal=_FUSIONS),
    Format("STAR-Fusion fusions", ("fusionname",), refusal=_FUSIONS),
    Format("FusionCatcher fusions", ("gene_1_symbol(5end_fusion_partner)",), refusal=_FUSIONS),
    Format("CICERO fusions", ("sample", "genea", "chra"), refusal=_FUSIONS),
    Format("MAF of mutations", ("hugo_symbol",), refusal="variants have an option of their own"),
)

# Columns that describe a gene and hold no sample, as featureCounts, nf-core and exports of R name them.
_DESCRIPTIONS: Final = re.compile(
    r"chr|chrom(osome)?|seqnames|start|end|strand|(effective_)?length|gene_(id|name|symbol|(bio)?type)|biotype"
    r"|description|transcript_id(\(s\))?|entrez_?id|(hgnc_)?symbol",
    re.IGNORECASE,
)
# What stands over the names of the rows, in lower case and without blanks or marks.
_NAMES_OF_ROWS: Final = re.compile(
    r"(hgnc|ensembl|entrez)?(gene|feature|target|sample|patient)?s?(ids?|names?|symbols?)?"
    r"|ensg|barcode|index|rownames|unnamed0|x"
)
_SUMMARY_PREFIX: Final = "__"
_STAR_SUMMARY: Final = frozenset({"N_unmapped", "N_multimapping", "N_noFeature", "N_ambiguous"})


def describes_genes(column: str) -> bool:
    """Whether a column describes the genes and holds no sample."""
    return _DESCRIPTIONS.fullmatch(column) is not None


def is_summary(name: str) -> bool:
    """Whether a row is a counter's own tally (``__no_feature``, ``N_unmapped``) and not a gene."""
    return name.startswith(_SUMMARY_PREFIX) or name in _STAR_SUMMARY


def _names_rows(cell: str) -> bool:
    return _NAMES_OF_ROWS.fullmatch(re.sub(r"[^a-z0-9]", "", cell.lower())) is not None


def recognise(table: TextTable) -> tuple[Format, TextTable]:
    """Tell the format of a text table, and where its data begin.

    Returns
    -------
        The format, and the table with one name per column and the number of lines before its data.

    Raises
    ------
    InputError
        For a table of another kind, one without a line of data, and numbers without a header.
    """
    first_line, first = table.head[0].line, table.head[0].fields
    lower = tuple(cell.lower() for cell in first)
    for known in FORMATS:
        if lower[: len(known.header)] == known.header:
            return known, _even(_with_header(table, known))
    if first[0] in _STAR_SUMMARY and len(first) == 4:
        header = ("gene_id", *STAR.stranded.values())
        return STAR, _even(replace(table, header=header, skip=_last_summary(table, first_line - 1)))
    if not _names_rows(first[0]) and is_number(first[-1]):
        return HTSEQ, _even(_without_header(table))
    return MATRIX, _even(_with_header(table, MATRIX))


def _even(table: TextTable) -> TextTable:
    """Refuse a first row of another width than the header: all others are checked as they are parsed."""
    for row in table.head:
        if row.line > table.skip and len(row.fields) != len(table.header):
            raise InputError(
                f"{table.path}: line {row.line}: expected {len(table.header)} fields, "
                f"found {len(row.fields)}: "
                "mend the line, or export the table again"
            )
    return table


def _with_header(table: TextTable, known: Format) -> TextTable:
    """Read the header; R's write.table leaves out the name of the first column."""
    header, data = table.head[0], table.head[1:]
    if known.refusal:
        raise InputError(f"{table.path}: expected an expression table, found {known.name}: {known.refusal}")
    if not data:
        raise InputError(
            f"{table.path}: expected rows of data, found a header line only: give the full table"
        )
    names, width = header.fields, len(data[0].fields)
    short = len(names) == width - 1 and all(len(row.fields) == width for row in data)
    if short and not _names_rows(names[0]):
        names = ("", *names)
    if not any(is_number(cell) for cell in data[0].fields[1:]):
        raise InputError(
            f"{table.path}: line {data[0].line}: expected numbers after the first column, "
            f"found {shown(data[0].fields[-1])}: give a gene-count table"
        )
    return replace(table, header=names, skip=_last_summary(table, header.line))


def _without_header(table: TextTable) -> TextTable:
    first = table.head[0]
    if any(is_number(cell) for cell in first.fields[1:-1]):
        raise InputError(
            f"{table.path}: line {first.line}: expected a header line with the samples' names, "
            "found numbers: "
            "put the names in the first line"
        )
    width = len(first.fields)
    header = ("gene_id", *(f"column {i}" for i in range(2, width)), "count")
    return replace(table, header=header, skip=first.line - 1)


def _last_summary(table: TextTable, skip: int) -> int:
    """Skip the tallies on top too: GDC leaves fields empty there."""
    for row in table.head:
        if row.fields and row.fields[0] in _STAR_SUMMARY:
            skip = row.line
    return skip


def value_column(
    table: TextTable, known: Format, value_type: ValueType | None, strandedness: Strandedness | None
) -> tuple[Columns, ValueType]:
    """Which column of a one-sample table is read, and what its values are.

    Raises
    ------
    InputError
        When the format lacks the value type that was asked for; ``LookupError`` for a strand yet to be
        chosen.
    """
    lower = [name.lower() for name in table.header]
    wanted = value_type or (ValueType.COUNTS if known.stranded else next(iter(known.values)))
    if wanted is ValueType.COUNTS and known.stranded:
        strand = strandedness or known.default_strand
        if strand is None:
            raise LookupError(known.name)
        column = known.stranded[strand]
    elif wanted in known.values:
        column = known.values[wanted]
    elif known.value_type_known:
        has = ", ".join([*(["counts"] if known.stranded else []), *known.values])
        raise InputError(
            f"{table.path}: a {known.name} file has {has}, not {wanted}: choose one by --value-type"
        )
    else:
        column = table.header[-1]
    if column not in lower:
        raise InputError(f"{table.path}: line {table.head[0].line}: expected a column {column}, found none")
    return Columns(0, [lower.index(column)]), wanted
