"""A dask data frame, read partition by partition; told by what it can do, so that dask is not imported."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Protocol, runtime_checkable

import pandas as pd

from leukotype.errors import InputError
from leukotype.inputs.expression.axis_names import names_of
from leukotype.inputs.expression.data_frame import FrameMatrix
from leukotype.inputs.expression.format import Format
from leukotype.inputs.expression.matrix import Matrix

DASK_FRAME: Final = Format("dask data frame", value_type_known=False)


@runtime_checkable
class ChunkedFrame(Protocol):
    """What is used of a `dask.dataframe.DataFrame`."""

    columns: Any
    index: Any
    npartitions: int

    def get_partition(self, n: int) -> Any:
        """Give one partition, to be computed."""


class ChunkedMatrix(Matrix):
    """Samples in the rows of a frame that is never computed as a whole."""

    def __init__(self, frame: ChunkedFrame, label: str = "dask data frame") -> None:
        self.label = label
        self.annotation, self.columns = names_of(map(str, frame.columns)).set_aside()
        self._frame = frame
        self._rows = [str(name) for name in frame.index.compute()]

    def rows(self, limit: int | None = None) -> list[str]:
        """Names of the rows, all or the first ``limit``."""
        return self._rows[:limit]

    def by_rows(self, size: int) -> Iterator[pd.DataFrame]:
        """Frames of up to ``size`` rows; smaller where a partition ends."""
        for number in range(self._frame.npartitions):
            part = self._frame.get_partition(number).compute()
            if len(part):
                yield from FrameMatrix(part, self.label).by_rows(size)

    def by_columns(self, size: int) -> Iterator[pd.DataFrame]:  # noqa: ARG002
        """Refuse genes in rows: a partition would hold a part of each sample."""
        raise InputError(
            f"{self.label}: expected samples in the rows, found genes: give the transposed table, or a file"
        )
