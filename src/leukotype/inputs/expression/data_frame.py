"""A data frame of the caller's: genes in the rows or in the columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pandas as pd

from leukotype.errors import InputError, quote
from leukotype.inputs.expression.axis_names import names_of
from leukotype.inputs.expression.format import Format
from leukotype.inputs.expression.gene_column import find_gene_column
from leukotype.inputs.expression.matrix import Matrix, Values, not_numbers

# Rows that show whether a column holds genes.
_ROWS_SEEN: Final = 10
FRAME: Final = Format("data frame", value_type_known=False)


class FrameMatrix(Matrix):
    """A data frame of the caller's; it is read and never changed."""

    def __init__(self, frame: pd.DataFrame, label: str = "data frame") -> None:
        self.label = label
        frame, self.names_from = _with_genes_as_index(frame)
        names = names_of(map(str, frame.columns.tolist()))
        self.annotation, self.columns = names.set_aside()
        own = [name not in names.annotation for name in names.written] if self.annotation else []
        self._frame = frame.loc[:, own] if own else frame
        if self._frame.empty:
            raise InputError(
                f"{label}: expected genes and samples, found an empty table: give the full table"
            )
        kinds = self._frame.dtypes
        others = {kind for kind in kinds.unique() if not _holds_numbers(kind)}
        for name, kind in zip(self.columns, kinds, strict=True) if others else ():
            if kind in others:
                naming = f"where it names genes or samples, give frame.set_index({quote(name)})"
                raise not_numbers(label, name, kind, f"{naming}, else convert or drop it")

    def rows(self, limit: int | None = None) -> list[str]:
        """Names of the rows, all or the first ``limit``."""
        return [str(name) for name in self._frame.index[:limit]]

    def by_rows(self, size: int) -> Iterator[pd.DataFrame]:
        """Frames of up to ``size`` rows."""
        names, genes = self.rows(), names_of(self.columns).index
        for start in range(0, len(names), size):
            part = self._frame.iloc[start : start + size]
            yield pd.DataFrame(_as_float(part), index=names[start : start + size], columns=genes)

    def by_columns(self, size: int) -> Iterator[pd.DataFrame]:
        """Frames of up to ``size`` columns, turned."""
        genes = names_of(self.rows()).index
        for start in range(0, len(self.columns), size):
            part = self._frame.iloc[:, start : start + size]
            yield pd.DataFrame(_as_float(part).T, index=self.columns[start : start + size], columns=genes)


def _holds_numbers(kind: Any) -> bool:
    return bool(pd.api.types.is_numeric_dtype(kind) and not pd.api.types.is_bool_dtype(kind))


def _as_float(frame: pd.DataFrame) -> Values:
    return frame.to_numpy(dtype=np.float32, na_value=np.nan, copy=True)


def _with_genes_as_index(frame: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Name the rows by a column of genes where the index numbers them: ``read_csv`` without index_col."""
    if not pd.api.types.is_integer_dtype(frame.index) or frame.index.name is not None:
        return frame, ""
    texts = [name for name, kind in frame.dtypes.items() if not pd.api.types.is_numeric_dtype(kind)]
    seen = [frame[name].iloc[:_ROWS_SEEN].astype(str).tolist() for name in texts]
    found = find_gene_column([str(name) for name in texts], seen)
    if found is None:
        return frame, ""
    return frame.set_index(texts[found]), str(texts[found])
