"""Matrices of many samples, read block by block: what every kind of them can do, whatever it stands in."""

from __future__ import annotations

import importlib
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from leukotype.errors import InputError, quote
from leukotype.inputs.expression.axis_names import names_of

Values = npt.NDArray[np.float32]

# Numbers of a matrix that are held at a time while it is split into blocks of samples: 8 MB.
_CHUNK_NUMBERS: Final = 2_000_000


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
    names_from
        The column that names the rows, where that is not the first one; empty otherwise.
    otherwise
        What the file is if it holds no genes, and what to do; empty where that is not known.
    remark
        What else the file holds in place of the numbers that are read; empty without.
    """

    label: str
    columns: list[str]
    annotation: list[str]
    names_from: str = ""
    otherwise: str = ""
    remark: str = ""

    @abstractmethod
    def rows(self, limit: int | None = None) -> list[str]:
        """Names of the rows, all or the first ``limit``."""

    @abstractmethod
    def by_rows(self, size: int) -> Iterator[pd.DataFrame]:
        """Frames of up to ``size`` rows x all columns."""

    @abstractmethod
    def by_columns(self, size: int) -> Iterator[pd.DataFrame]:
        """Frames of up to ``size`` columns x all rows: turned, so that the columns of the file are rows."""

    def leave_out(self, columns: Collection[str]) -> None:  # noqa: B027 - a file of typed columns reads them all
        """Be told that some columns are not wanted; a text need not be read as numbers there."""


def chunk_rows(width: int) -> int:
    """Rows of so many numbers that may be held at a time."""
    return max(1, _CHUNK_NUMBERS // width)


def spool(
    chunks: Iterator[tuple[list[str], Values]], samples: list[str], size: int
) -> Iterator[pd.DataFrame]:
    """Turn a table that can only be read gene by gene into frames of up to ``size`` samples x genes.

    A table of one chunk is split as it is. Chunks of rows are split by block of samples in a temporary file
    without a name, which goes with this process, and are then read block after block: the whole is never in
    memory.

    Parameters
    ----------
    chunks
        names of some genes, and their numbers: genes x samples.
    """
    names: list[str] = []
    starts = range(0, len(samples), size)
    first = list(islice(chunks, 2))
    if len(first) == 1:
        names, values = first[0]
        genes = names_of(names).index
        for start in starts:
            block = np.ascontiguousarray(values[:, start : start + size].T)
            yield pd.DataFrame(block, index=samples[start : start + size], columns=genes)
        return
    chunks = chain(first, chunks)
    heights: list[int] = []
    with TemporaryFile() as spooled:
        for chunk_names, values in chunks:
            names += chunk_names
            heights.append(len(values))
            for start in starts:
                spooled.write(np.ascontiguousarray(values[:, start : start + size]).data)
        genes = names_of(names).index
        for start in starts:
            own = samples[start : start + size]
            block = np.empty((len(names), len(own)), np.float32)
            top = 0
            for height in heights:
                spooled.seek(block.itemsize * (top * len(samples) + height * start))
                spooled.readinto(block[top : top + height].data)
                top += height
            yield pd.DataFrame(np.ascontiguousarray(block.T), index=own, columns=genes)


def not_numbers(label: str, name: str, kind: object, advice: str = "convert or drop it") -> InputError:
    """Say that a column holds something else."""
    return InputError(f"{label}: column {quote(name)}: expected numbers, found {kind}: {advice}")


def import_extra(module: str, extra: str, path: Path) -> Any:
    """Import an optional library, or say how it is installed."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise InputError(f"{path}: this kind of file needs an extra: pip install '.[{extra}]'") from error
