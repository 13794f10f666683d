"""A delimited text file of many samples: genes in the rows or in the columns."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final

import pandas as pd

from leukotype.errors import InputError
from leukotype.inputs.expression.axis_names import names_of
from leukotype.inputs.expression.format import describes_genes
from leukotype.inputs.expression.gene_column import find_gene_column, heads_row_numbers
from leukotype.inputs.expression.identifiers import are_row_numbers
from leukotype.inputs.expression.matrix import Matrix, Values, chunk_rows, spool
from leukotype.inputs.paths import column_sample, sample_name
from leukotype.inputs.tables.headers import as_patients, fold, sample_columns
from leukotype.inputs.tables.numbers import NumberColumns, read_numbers, row_names
from leukotype.inputs.tables.text import MISSING, TextTable, is_number

# Headers of a single column of values that name no sample.
_WITH_ID: Final = re.compile(r"(\S+) \((?:\d+|ENSG\d+(?:\.\d+)?)\)")
_NOT_A_SAMPLE: Final = re.compile(
    r"((raw|read|est|estimated|expected|gene|normali[sz]ed|unstranded)_?)*(counts?|reads)|unstranded|values?"
    r"|expression|(log\d*_?)?(tpm|fpkm|cpm)|num_?reads"
)


class TextMatrix(Matrix):
    """A delimited text file, its names in the first column or in one of genes."""

    def __init__(self, table: TextTable) -> None:
        names, fields = table.header, _first_fields(table)
        _refuse_tximport_list(table)
        self._table = table
        self._names = _names_column(names, fields)
        # Beside the names of the rows: their numbers, what describes genes, and text of any kind.
        aside = {
            i
            for i, name in enumerate(names)
            if i != self._names and (describes_genes(name) or _is_text(fields[i]))
        }
        numbers = {
            i
            for i, name in enumerate(names)
            if i != self._names and heads_row_numbers(name) and (i == 0 or are_row_numbers(fields[i]))
        }
        self._numbers = sorted({*range(len(names))} - {self._names} - numbers - aside)
        self.label, self.otherwise = str(table.path), as_patients(names, numbers=True)
        self.names_from = names[self._names] if self._names else ""
        self.annotation = [names[i] for i in sorted(aside - numbers)]
        self.columns = without_ids([column_sample(names[i]) for i in self._numbers])
        if len(self.columns) == 1 and _NOT_A_SAMPLE.fullmatch(fold(self.columns[0])):
            self.columns = [sample_name(table.path)]

    def leave_out(self, columns: Collection[str]) -> None:
        """Read no numbers of some columns."""
        kept = [place for place, name in enumerate(self.columns) if name not in columns]
        self._numbers, self.columns = [self._numbers[i] for i in kept], [self.columns[i] for i in kept]

    def rows(self, limit: int | None = None) -> list[str]:
        """Names of the rows, all or the first ``limit``."""
        return list(row_names(self._table, limit, self._names))

    def by_rows(self, size: int) -> Iterator[pd.DataFrame]:
        """Frames of up to ``size`` rows."""
        genes = names_of(self.columns).index
        for names, values in read_numbers(
            self._table, NumberColumns(self._names, self._numbers, rows_are_samples=True), size
        ):
            yield pd.DataFrame(values, index=names, columns=genes)

    def by_columns(self, size: int) -> Iterator[pd.DataFrame]:
        """Frames of up to ``size`` columns, turned."""
        if len(self.columns) <= size:
            for names, values in read_numbers(self._table, NumberColumns(self._names, self._numbers)):
                yield pd.DataFrame(values.T, index=self.columns, columns=names)
            return
        yield from spool(self._chunks(), self.columns, size)

    def _chunks(self) -> Iterator[tuple[list[str], Values]]:
        return read_numbers(
            self._table, NumberColumns(self._names, self._numbers), chunk_rows(len(self._table.header))
        )


def without_ids(names: list[str]) -> list[str]:
    """Leave out the ids in brackets that DepMap writes behind every symbol: ``FGR (2268)``."""
    if not all(name.endswith(")") for name in names):
        return names
    plain = [found[1] for name in names if (found := _WITH_ID.fullmatch(name))]
    return plain if len(plain) == len(names) else names


def _refuse_tximport_list(table: TextTable) -> None:
    """Refuse R's ``as.data.frame(txi)``: its counts, abundances and lengths are not all samples."""
    kinds = ("abundance", "counts", "length")
    if {name.partition(".")[0] for name in table.header if name.startswith(kinds)}.issuperset(kinds):
        raise InputError(
            f"{table.path}: expected counts, found tximport's list of abundance, counts and length as one "
            "table: give txi$counts"
        )


def _first_fields(table: TextTable) -> list[tuple[str, ...]]:
    """Give the fields of each column in the rows that were seen when the table was opened."""
    width = len(table.header)
    rows = [row.fields[:width] for row in table.head if row.line > table.skip and len(row.fields) >= width]
    return list(zip(*rows, strict=True)) or [()] * width


def _names_column(names: Sequence[str], fields: Sequence[Sequence[str]]) -> int:
    """Choose the column that names the rows; numbers in the first are Entrez ids where it says so."""
    first = fields[0]
    numbers = first and all(field.isdigit() for field in first)
    if not numbers or (describes_genes(names[0]) and not are_row_numbers(first)):
        return 0
    if (found := find_gene_column(names, fields)) or not heads_row_numbers(names[0]):
        return found or 0
    texts = [place for place, column in enumerate(fields) if _is_text(column)]
    own = [place for place in sample_columns(names) if place in texts]
    return own[0] if own else texts[0] if len(texts) == 1 else 0


def _is_text(fields: Sequence[str]) -> bool:
    """Whether no field of a column is a number, nor missing."""
    return bool(fields) and not any(map(_holds_number, fields))


def _holds_number(field: str) -> bool:
    """Whether a field is a number, or one that is missing."""
    return is_number(field) or field.lower() in MISSING
