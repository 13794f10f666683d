"""Matrices of many samples, read block by block: text, parquet and a data frame behind one face."""

from __future__ import annotations

import importlib
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
import pandas as pd

from leukotype.errors import InputError
from leukotype.inputs.expression.formats import describes_genes
from leukotype.inputs.paths import column_sample, sample_name
from leukotype.inputs.source import reading
from leukotype.inputs.tables.text import Columns, TextTable, Values, read_numbers, row_names, shown

# Numbers of a text matrix that are held at a time while it is split into blocks of samples: 32 MB.
_CHUNK_NUMBERS: Final = 8_000_000
# Types of parquet's columns that are numbers.
_NUMBERS: Final = re.compile(r"u?int\d+|halffloat|float|double")
# Headers of a single column of values that name no sample.
_NOT_A_SAMPLE: Final = frozenset(
    ["count", "counts", "value", "values", "expression", "tpm", "fpkm", "cpm", "expected_count", "numreads"]
)


class Matrix(ABC):
    """A table of numbers with names on both sides; which side the samples are on is decided elsewhere.

    Attributes
    ----------
    label
        The file (or what stands for it), for messages.
    columns
        Names of the columns of numbers.
    annotation
        Names of columns that describe genes; they count only where the rows are genes.
    """

    label: str
    columns: list[str]
    annotation: list[str]

    @abstractmethod
    def rows(self, limit: int | None = None) -> list[str]:
        """Names of the rows, all or the first ``limit``."""

    @abstractmethod
    def by_rows(self, size: int) -> Iterator[pd.DataFrame]:
        """Frames of up to ``size`` rows x all columns."""

    @abstractmethod
    def by_columns(self, size: int) -> Iterator[pd.DataFrame]:
        """Frames of up to ``size`` columns x all rows: turned, so that the columns of the file are rows."""


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
        yield from spooled(self._chunks(), self.columns, size)

    def _chunks(self) -> Iterator[tuple[list[str], Values]]:
        return read_numbers(self._table, Columns(0, self._numbers), chunk_rows(len(self._table.header)))


def chunk_rows(width: int) -> int:
    """Rows of so many numbers that may be held at a time."""
    return max(1, _CHUNK_NUMBERS // width)


def spooled(
    chunks: Iterator[tuple[list[str], Values]], samples: list[str], size: int
) -> Iterator[pd.DataFrame]:
    """Turn a table that can only be read gene by gene into frames of up to ``size`` samples x genes.

    Chunks of rows are split by block of samples into one temporary file each, which are then read block after
    block: the whole is never in memory.

    Parameters
    ----------
    chunks
        names of some genes, and their numbers: genes x samples.
    """
    names: list[str] = []
    starts = range(0, len(samples), size)
    with TemporaryDirectory(prefix="leukotype-") as home:
        folder = Path(home)
        for chunk_names, values in chunks:
            names += chunk_names
            for start in starts:
                with (folder / f"{start}.f32").open("ab") as spool:
                    np.ascontiguousarray(values[:, start : start + size]).tofile(spool)
        for start in starts:
            own = samples[start : start + size]
            spool_file = folder / f"{start}.f32"
            block = np.fromfile(spool_file, dtype=np.float32).reshape(len(names), len(own))
            spool_file.unlink()
            yield pd.DataFrame(np.ascontiguousarray(block.T), index=own, columns=names)


class FrameMatrix(Matrix):
    """A data frame of the caller's; it is read and never changed."""

    def __init__(self, frame: pd.DataFrame, label: str = "data frame") -> None:
        self.label = label
        self.annotation = [str(name) for name in frame.columns if describes_genes(str(name))]
        self._frame = frame.loc[:, [not describes_genes(str(name)) for name in frame.columns]]
        self.columns = [str(name) for name in self._frame.columns]
        if self._frame.empty:
            raise InputError(
                f"{label}: expected genes and samples, found an empty table: give the full table"
            )
        for name, kind in zip(self.columns, self._frame.dtypes, strict=True):
            if not pd.api.types.is_numeric_dtype(kind) or pd.api.types.is_bool_dtype(kind):
                raise not_numbers(label, name, kind)

    def rows(self, limit: int | None = None) -> list[str]:
        """Names of the rows, all or the first ``limit``."""
        return [str(name) for name in self._frame.index[:limit]]

    def by_rows(self, size: int) -> Iterator[pd.DataFrame]:
        """Frames of up to ``size`` rows."""
        names = self.rows()
        for start in range(0, len(names), size):
            part = self._frame.iloc[start : start + size]
            yield pd.DataFrame(_as_float(part), index=names[start : start + size], columns=self.columns)

    def by_columns(self, size: int) -> Iterator[pd.DataFrame]:
        """Frames of up to ``size`` columns, turned."""
        names = self.rows()
        for start in range(0, len(self.columns), size):
            part = self._frame.iloc[:, start : start + size]
            yield pd.DataFrame(_as_float(part).T, index=self.columns[start : start + size], columns=names)


def not_numbers(label: str, name: str, kind: object) -> InputError:
    """Say that a column holds something else."""
    return InputError(f"{label}: column {shown(name)}: expected numbers, found {kind}: convert or drop it")


def _as_float(frame: pd.DataFrame) -> Values:
    return frame.to_numpy(dtype=np.float32, na_value=np.nan)


class ParquetMatrix(Matrix):
    """A parquet file, its names in the index that pandas wrote or in the first column of text."""

    def __init__(self, path: Path) -> None:
        parquet = extra("pyarrow.parquet", "parquet", path)
        self.label = str(path)
        try:
            self._file = parquet.ParquetFile(path)
        except (OSError, ValueError) as error:
            raise InputError(
                f"{path}: the parquet file is damaged ({first_line(error)}): copy it again"
            ) from error
        schema = self._file.schema_arrow
        indexed = [
            name for name in (schema.pandas_metadata or {}).get("index_columns", []) if isinstance(name, str)
        ]
        text = [field.name for field in schema if str(field.type) in ("string", "large_string")]
        if not indexed and not text:
            raise InputError(f"{path}: expected a column of names, found numbers only: write the index too")
        self._names = (indexed or text)[0]
        others = [field.name for field in schema if field.name != self._names]
        self.annotation = [name for name in others if describes_genes(name)]
        self.columns = [name for name in others if not describes_genes(name)]

    def rows(self, limit: int | None = None) -> list[str]:
        """Names of the rows, all or the first ``limit``."""
        with reading(Path(self.label)):
            names = self._file.read(columns=[self._names]).column(0).to_pylist()
        return [str(name) for name in names[:limit]]

    def by_rows(self, size: int) -> Iterator[pd.DataFrame]:
        """Frames of up to ``size`` rows."""
        with reading(Path(self.label)):
            for batch in self._file.iter_batches(batch_size=size, columns=[self._names, *self.columns]):
                names, values = self._numbers(batch)
                yield pd.DataFrame(np.ascontiguousarray(values.T), index=names, columns=self.columns)

    def by_columns(self, size: int) -> Iterator[pd.DataFrame]:
        """Frames of up to ``size`` columns, turned."""
        with reading(Path(self.label)):
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


def extra(module: str, extra: str, path: Path) -> Any:
    """Import an optional library, or say how it is installed."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise InputError(
            f"{path}: this kind of file needs an extra: pip install 'leukotype[{extra}]'"
        ) from error


def first_line(error: Exception) -> str:
    """Give the first line of what a library said."""
    return next(islice(str(error).splitlines(), 1), type(error).__name__)


def duplicates(names: Sequence[str]) -> list[str]:
    """Names that stand more than once, in order of their second place."""
    seen: set[str] = set()
    again: dict[str, None] = {}
    for name in names:
        if name in seen:
            again[name] = None
        seen.add(name)
    return list(again)
