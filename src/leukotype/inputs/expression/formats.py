"""Every text format of expression that is known, and which of them a file is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from leukotype.errors import InputError, quote
from leukotype.inputs.expression.featurecounts import FEATURECOUNTS, FEATURECOUNTS_SUMMARY
from leukotype.inputs.expression.format import Format
from leukotype.inputs.expression.gdc import GDC
from leukotype.inputs.expression.htseq import HTSEQ
from leukotype.inputs.expression.kallisto import KALLISTO
from leukotype.inputs.expression.other_tables import OTHER_TABLES, are_annotation
from leukotype.inputs.expression.rsem import RSEM, RSEM_ISOFORMS
from leukotype.inputs.expression.salmon import SALMON
from leukotype.inputs.expression.star import STAR, STAR_TALLIES, begins_star
from leukotype.inputs.expression.stringtie import STRINGTIE, STRINGTIE_TRANSCRIPTS
from leukotype.inputs.tables.headers import as_patients, describes_patients
from leukotype.inputs.tables.text import (
    TableRow,
    TextTable,
    is_number,
    refuse_row_names,
    settle,
    with_decimal_points,
)

MATRIX: Final = Format("matrix", value_type_known=False)
# Asked in this order; STAR and HTSeq have no header, and what is none of these is a matrix.
WITH_HEADER: Final = (
    *(SALMON, KALLISTO, RSEM, GDC, STRINGTIE, FEATURECOUNTS, FEATURECOUNTS_SUMMARY),
    *(RSEM_ISOFORMS, STRINGTIE_TRANSCRIPTS, *OTHER_TABLES),
)
_GIVE: Final = "give a gene-count table"
# What stands over the names of the rows, in lower case and without blanks or marks.
_NAMES_OF_ROWS: Final = re.compile(
    r"(hgnc|hugo|ensembl|entrez)?(gene|feature|target|sample|patient)?s?(ids?|names?|symbols?)?"
    r"|ensg|barcode|index|rownames|unnamed0|x"
)


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
    if are_annotation(table.head):
        raise InputError(
            f"{table.path}: expected an expression table, found an annotation of genes (GTF or GFF): {_GIVE}"
        )
    first = table.head[0].fields
    cells = first[:-1] if len(first) > 1 and not first[-1] else first
    for known in WITH_HEADER:
        if known.begins(cells):
            return known, _with_header(table, known)
    if begins_star(cells):
        return STAR, _without_header(table, ("gene_id", *STAR.stranded.values()))
    if not _heads_row_names(cells[0]) and is_number(cells[-1]):
        return HTSEQ, _without_header(table, _htseq_names(table, cells))
    return MATRIX, _with_header(table, MATRIX)


def _heads_row_names(cell: str) -> bool:
    return _NAMES_OF_ROWS.fullmatch(re.sub(r"[^a-z0-9]", "", cell.lower())) is not None


def _with_header(table: TextTable, known: Format) -> TextTable:
    """Read the header; R's write.table leaves out the name of the first column."""
    table = with_decimal_points(table)
    header, data = table.head[0], table.head[1:]
    if known.refusal:
        raise InputError(f"{table.path}: expected an expression table, found {known.name}: {known.refusal}")
    if not data:
        raise InputError(
            f"{table.path}: expected rows of data, found a header line only: give the full table"
        )
    unnamed = not _heads_row_names(header.fields[0])

    def fits(names: Sequence[str], columns: Sequence[Sequence[str]]) -> bool | None:
        """Allow row names without a header's name only where no name stands over them."""
        short = names[0] == "" and header.fields[0] != ""
        return unnamed and any(columns[-1]) if short else None

    whole = settle(table, header, header.fields, _genes(data), fits)
    if not any(is_number(cell) for cell in data[0].fields[1:]):
        raise _no_numbers(table, header, data[0])
    return _below_tallies(whole)


def _no_numbers(table: TextTable, header: TableRow, row: TableRow) -> InputError:
    """Say what a table is whose first row has no number."""
    first, last = row.fields[0], row.fields[-1]
    if patients := as_patients(header.fields):
        return InputError(f"{table.path}: expected an expression table, found {patients}")
    if describes_patients(first):
        return InputError(
            f"{table.path}: line {row.line}: expected genes in the rows, found {quote(first)}, which is said "
            "of patients: take the rows out that hold no gene"
        )
    advice = "write decimals with a point and no separator of thousands" if _has_comma(last) else _GIVE
    return InputError(
        f"{table.path}: line {row.line}: expected numbers after the first column, found {quote(last)}: "
        f"{advice}"
    )


def _has_comma(field: str) -> bool:
    return is_number(field.replace(",", "")) and "," in field


def _without_header(table: TextTable, names: Sequence[str]) -> TextTable:
    above = replace(table, skip=table.head[0].line - 1)
    return _below_tallies(settle(above, None, names, _genes(table.head), refuse_row_names))


def _htseq_names(table: TextTable, cells: Sequence[str]) -> tuple[str, ...]:
    if any(is_number(cell) for cell in cells[1:-1]):
        raise InputError(
            f"{table.path}: line {table.head[0].line}: expected a header line with the samples' names, "
            "found numbers: put the names in the first line"
        )
    return ("gene_id", *(f"column {i}" for i in range(2, len(cells))), "count")


def _genes(rows: Sequence[TableRow]) -> Sequence[TableRow]:
    """Leave out the tallies on top, unless they are all that is seen: GDC leaves fields empty there."""
    return [row for row in rows if row.fields[0] not in STAR_TALLIES] or rows


def _below_tallies(table: TextTable) -> TextTable:
    tallies = [row.line for row in table.head if row.fields[0] in STAR_TALLIES]
    return replace(table, skip=max(tallies, default=table.skip))
