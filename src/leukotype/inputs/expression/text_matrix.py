"""A delimited text file of many samples: genes in the rows or in the columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pandas as pd

from leukotype.inputs.expression.format import describes_genes
from leukotype.inputs.expression.matrix import Matrix, Values, chunk_rows, spool
from leukotype.inputs.paths import column_sample, sample_name
from leukotype.inputs.tables.numbers import Columns, read_numbers, row_names
from leukotype.inputs.tables.text import TextTable

# Headers of a single column of values that name no sample.
_NOT_A_SAMPLE: Final = frozenset(
    ["count", "counts", "value", "values", "expression", "tpm", "fpkm", "cpm", "expected_count", "numreads"]
)


class TextMatrix(Matrix):
    """A delimited text file, its names in the first column."""

    def __init__(self, table: TextTable) -> None:
        names = table.header
        self._table = table
        described = [i for i in range(1, len(names)) if describes_genes(names[i])]
        self._numbers = sorted(set(range(1, len(names))).difference(described))
        self.label = str(table.path)
        self.annotation = [names[i] for i in described]
        self.columns = [column_sample(names[i]) for i in self._numbers]
        if len(self.columns) == 1 and self.columns[0].lower() in _NOT_A_SAMPLE:
            self.columns = [sample_name(table.path)]

    def rows(self, limit: int | None = None) -> list[str]:
        """Names of the rows, all or the first ``limit``."""
        return list(row_names(self._table, limit))

    def by_rows(self, size: int) -> Iterator[pd.DataFrame]:
        """Frames of up to ``size`` rows."""
        for names, values in read_numbers(
            self._table, Columns(0, self._numbers, rows_are_samples=True), size
        ):
            yield pd.DataFrame(values, index=names, columns=self.columns)

    def by_columns(self, size: int) -> Iterator[pd.DataFrame]:
        """Frames of up to ``size`` columns, turned."""
        if len(self.columns) <= size:
            for names, values in read_numbers(self._table, Columns(0, self._numbers)):
                yield pd.DataFrame(values.T, index=self.columns, columns=names)
            return
        yield from spool(self._chunks(), self.columns, size)

    def _chunks(self) -> Iterator[tuple[list[str], Values]]:
        return read_numbers(self._table, Columns(0, self._numbers), chunk_rows(len(self._table.header)))
