"""Matrices of many samples, read block by block: text, parquet, h5ad and a data frame behind one face."""

from __future__ import annotations

import importlib
import warnings
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
import pandas as pd

from leukotype.errors import InputError
from leukotype.inputs.files import column_sample, sample_name
from leukotype.inputs.formats import describes_genes
from leukotype.inputs.signatures import reading
from leukotype.inputs.tables import Columns, TextTable, Values, read_numbers, row_names, shown

# Numbers of a text matrix that are held at a time while it is split into blocks of samples: 32 MB.
_CHUNK_NUMBERS: Final = 8_000_000
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
        with TemporaryDirectory(prefix="leukotype-") as folder:
            yield from self._spooled(Path(folder), size)

    def _spooled(self, folder: Path, size: int) -> Iterator[pd.DataFrame]:
        """Split chunks of rows by block of samples into one binary file each, then read block after block."""
        names: list[str] = []
        starts = range(0, len(self.columns), size)
        for chunk_names, values in self._chunks():
            names += chunk_names
            for start in starts:
                with (folder / f"{start}.f32").open("ab") as spool:
                    np.ascontiguousarray(values[:, start : start + size]).tofile(spool)
        for start in starts:
            samples = self.columns[start : start + size]
            spool_file = folder / f"{start}.f32"
            block = np.fromfile(spool_file, dtype=np.float32).reshape(len(names), len(samples))
            spool_file.unlink()
            yield pd.DataFrame(np.ascontiguousarray(block.T), index=samples, columns=names)

    def _chunks(self) -> Iterator[tuple[list[str], Values]]:
        rows = max(1, _CHUNK_NUMBERS // len(self._table.header))
        return read_numbers(self._table, Columns(0, self._numbers), rows)


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
                raise InputError(
                    f"{label}: column {shown(name)}: expected numbers, found {kind}: convert or drop it"
                )

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


def _as_float(frame: pd.DataFrame) -> Values:
    return frame.to_numpy(dtype=np.float32, na_value=np.nan)


class ParquetMatrix(Matrix):
    """A parquet file, its names in the index that pandas wrote or in the first column of text."""

    def __init__(self, path: Path) -> None:
        parquet = _extra("pyarrow.parquet", "parquet", path)
        self.label = str(path)
        try:
            self._file = parquet.ParquetFile(path)
        except (OSError, ValueError) as error:
            raise InputError(
                f"{path}: the parquet file is damaged ({_first_line(error)}): copy it again"
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
                yield from FrameMatrix(self._plain(batch), self.label).by_rows(size)

    def by_columns(self, size: int) -> Iterator[pd.DataFrame]:
        """Frames of up to ``size`` columns, turned."""
        with reading(Path(self.label)):
            for start in range(0, len(self.columns), size):
                table = self._file.read(columns=[self._names, *self.columns[start : start + size]])
                yield from FrameMatrix(self._plain(table), self.label).by_columns(size)

    def _plain(self, table: Any) -> pd.DataFrame:
        frame: pd.DataFrame = table.to_pandas(ignore_metadata=True)
        return frame.set_index(self._names)


class H5adMatrix(Matrix):
    """The X of an AnnData file: observations in rows, variables in columns."""

    def __init__(self, path: Path) -> None:
        anndata = _extra("anndata", "h5ad", path)
        self.label = str(path)
        self.annotation = []
        try:
            with warnings.catch_warnings():
                # Names that stand twice are looked at here: samples are refused, genes are allowed.
                warnings.simplefilter("ignore")
                self._data = anndata.read_h5ad(path, backed="r")
        except (OSError, KeyError, ValueError) as error:
            raise InputError(
                f"{path}: the h5ad file is damaged ({_first_line(error)}): write it again"
            ) from error
        if self._data.X is None:
            raise InputError(f"{path}: expected values in X, found none: put the counts in X")
        self.columns = [str(name) for name in self._data.var_names]

    def rows(self, limit: int | None = None) -> list[str]:
        """Names of the rows, all or the first ``limit``."""
        return [str(name) for name in self._data.obs_names[:limit]]

    def by_rows(self, size: int) -> Iterator[pd.DataFrame]:
        """Frames of up to ``size`` rows."""
        names = self.rows()
        for start in range(0, len(names), size):
            values = _dense(self._data.X[start : start + size])
            yield pd.DataFrame(values, index=names[start : start + size], columns=self.columns)

    def by_columns(self, size: int) -> Iterator[pd.DataFrame]:
        """Frames of up to ``size`` columns, turned."""
        for start in range(0, len(self.columns), size):
            values = _dense(self._data.X[:, start : start + size])
            yield pd.DataFrame(values.T, index=self.columns[start : start + size], columns=self.rows())


def _dense(values: Any) -> Values:
    dense = values.toarray() if hasattr(values, "toarray") else values
    return np.asarray(dense, dtype=np.float32)


def _extra(module: str, extra: str, path: Path) -> Any:
    """Import an optional library, or say how it is installed."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise InputError(
            f"{path}: this kind of file needs an extra: pip install 'leukotype[{extra}]'"
        ) from error


def _first_line(error: Exception) -> str:
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
