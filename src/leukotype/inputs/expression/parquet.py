"""A parquet file, its names in the index that pandas wrote or in the first column of text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from leukotype.errors import InputError
from leukotype.inputs.expression.axis_names import names_of
from leukotype.inputs.expression.containers import check_names, refusing_damage
from leukotype.inputs.expression.format import Format
from leukotype.inputs.expression.gene_column import ROWS_SEEN, find_gene_column
from leukotype.inputs.expression.matrix import Matrix, Values, import_extra, not_numbers

PARQUET: Final = Format("parquet matrix", value_type_known=False)
_KIND: Final = "parquet file"
# Types of parquet's columns that are numbers.
_NUMBERS: Final = re.compile(r"u?int\d+|halffloat|float|double")


class ParquetMatrix(Matrix):
    """A parquet file, its names in the index that pandas wrote or in the first column of text."""

    def __init__(self, path: Path) -> None:
        parquet = import_extra("pyarrow.parquet", "parquet", path)
        self.label = str(path)
        with refusing_damage(self.label, _KIND):
            self._file = parquet.ParquetFile(path)
            check_names(self.label, _KIND, self._file.metadata.num_rows)
            schema = self._file.schema_arrow
            pandas = (schema.pandas_metadata or {}).get("index_columns", [])
            indexed = [name for name in pandas if isinstance(name, str) and name in schema.names]
        text = [field.name for field in schema if str(field.type) in ("string", "large_string")]
        if not indexed and not text:
            raise InputError(f"{path}: expected a column of names, found numbers only: write the index too")
        # An index of whole numbers beside a column of text only numbers the rows.
        numbered = indexed and text and str(schema.field(indexed[0]).type).startswith(("int", "uint"))
        self._names = self._gene_column(text) if numbered or not indexed else indexed[0]
        aside = set(indexed) if numbered else set()
        others = [field.name for field in schema if field.name not in {self._names, *aside}]
        self.annotation, self.columns = names_of(others).set_aside()

    def _gene_column(self, text: list[str]) -> str:
        """Choose, of several columns of text, the one of genes: the first where none is."""
        if len(text) == 1:
            return text[0]
        batch = next(self._file.iter_batches(batch_size=ROWS_SEEN, columns=text), None)
        seen = [[str(cell) for cell in batch.column(name).to_pylist()] if batch else [] for name in text]
        return text[find_gene_column(text, seen) or 0]

    def rows(self, limit: int | None = None) -> list[str]:
        """Names of the rows, all or the first ``limit``."""
        with refusing_damage(self.label, _KIND):
            names = self._file.read(columns=[self._names]).column(0).to_pylist()
        return [str(name) for name in names[:limit]]

    def by_rows(self, size: int) -> Iterator[pd.DataFrame]:
        """Frames of up to ``size`` rows."""
        with refusing_damage(self.label, _KIND):
            for batch in self._file.iter_batches(batch_size=size, columns=[self._names, *self.columns]):
                names, values = self._numbers(batch)
                yield pd.DataFrame(np.ascontiguousarray(values.T), index=names, columns=self.columns)

    def by_columns(self, size: int) -> Iterator[pd.DataFrame]:
        """Frames of up to ``size`` columns, turned."""
        with refusing_damage(self.label, _KIND):
            for start in range(0, len(self.columns), size):
                own = self.columns[start : start + size]
                names, values = self._numbers(self._file.read(columns=[self._names, *own]))
                yield pd.DataFrame(values, index=own, columns=names)

    def _numbers(self, table: Any) -> tuple[list[str], Values]:
        """Names of the rows, and the other columns turned; without pandas, which is slow on wide tables."""
        place = table.schema.get_field_index(self._names)
        columns = list(zip(table.schema.names, table.columns, strict=True))
        names = [str(name) for name in columns.pop(place)[1].to_pylist()]
        values = np.empty((len(columns), len(names)), dtype=np.float32)
        for row, (name, column) in zip(values, columns, strict=True):
            if not _NUMBERS.fullmatch(str(column.type)):
                raise not_numbers(self.label, name, column.type)
            row[:] = column.to_numpy(zero_copy_only=False)
        return names, values
