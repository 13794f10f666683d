"""GCT 1.2 and 1.3 of the Broad Institute (GTEx, Morpheus): a matrix below two lines of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from leukotype.errors import InputError, quote
from leukotype.inputs.expression.format import Format
from leukotype.inputs.source import stream
from leukotype.inputs.tables.text import TableRow, TextTable

_VERSION: Final = re.compile(rb"\s*#1\.([23])\s")
_SIZES: Final = re.compile(r"(\d+)\s+(\d+)(?:\s+(\d+)\s+(\d+))?")
_HEADER_LINE: Final = 3
_LONGEST: Final = 200  # bytes of the two lines
DESCRIPTION: Final = "Description"
GCT: Final = Format("GCT matrix", value_type_known=False)


@dataclass(frozen=True)
class GctLayout:
    """What stands beside the numbers: columns that describe genes, and rows that describe samples."""

    columns: int
    rows: int

    @property
    def aside(self) -> frozenset[int]:
        """Lines of the file that are neither header nor data."""
        return frozenset({1, 2, *range(_HEADER_LINE + 1, _HEADER_LINE + 1 + self.rows)})

    def settle(self, table: TextTable) -> TextTable:
        """Name the columns that describe genes as such, and begin below the rows that describe samples."""
        names = tuple(
            DESCRIPTION if 1 <= place <= self.columns else name for place, name in enumerate(table.header)
        )
        first = _HEADER_LINE + self.rows
        head = tuple(row for row in table.head if row.line == _HEADER_LINE or row.line > first)
        return replace(table, header=names, skip=max(table.skip, first), head=_named(head, names))


def _named(head: tuple[TableRow, ...], names: tuple[str, ...]) -> tuple[TableRow, ...]:
    return (TableRow(head[0].line, names), *head[1:])


def read_layout(path: Path) -> GctLayout | None:
    """Read the two lines on top; None for a file of another kind.

    Raises
    ------
    InputError
        For a second line that does not tell the sizes.
    """
    with stream(path) as handle:
        start = handle.read(_LONGEST)
    version = _VERSION.match(start)
    if version is None:
        return None
    lines = start.decode("utf-8", errors="replace").splitlines()
    sizes = _SIZES.match(lines[1].strip()) if len(lines) > 1 else None
    if sizes is None or (version[1] == b"3") != (sizes[3] is not None):
        raise InputError(
            f"{path}: line 2: expected the numbers of rows and columns of GCT, found "
            f"{quote(lines[1] if len(lines) > 1 else '')}: write the file again"
        )
    return GctLayout(int(sizes[3] or 1), int(sizes[4] or 0))
