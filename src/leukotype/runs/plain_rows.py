"""Rows of a table as plain values of Python, to be written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import pandas as pd

_ROWS: Final = 10_000  # at a time: as objects of their own, numbers take three times the memory


def plain_rows(table: pd.DataFrame, missing: Any) -> Iterator[tuple[Any, ...]]:
    """Give the rows of a table, its index left out.

    Parameters
    ----------
    missing
        stands for each value that is missing: NaN, None or NA.
    """
    for start in range(0, len(table), _ROWS):
        part = table.iloc[start : start + _ROWS]
        yield from zip(*(_plain_values(column, missing) for _, column in part.items()), strict=True)


def _plain_values(column: pd.Series[Any], missing: Any) -> list[Any]:
    values: list[Any] = column.tolist()
    for row in column.isna().to_numpy().nonzero()[0].tolist():
        values[row] = missing
    return values
