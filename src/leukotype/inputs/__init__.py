"""Reading and checking what a laboratory has; every file is told by its content, and refused in one line."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from leukotype.inputs.blast_table import BlastTable, blasts_from_series, read_blasts
    from leukotype.inputs.expression.dask_frames import ChunkedFrame
    from leukotype.inputs.expression.reader import (
        ExpressionBlock,
        ExpressionReader,
        from_frame,
        open_expression,
    )
    from leukotype.inputs.lesions.given import GivenLesions, read_lesions
    from leukotype.inputs.lesions.records import Lesions
    from leukotype.inputs.reading import LesionFiles, Reading
    from leukotype.inputs.source import Source

_HOMES = {
    "BlastTable": "blast_table",
    "ChunkedFrame": "expression.dask_frames",
    "ExpressionBlock": "expression.reader",
    "ExpressionReader": "expression.reader",
    "GivenLesions": "lesions.given",
    "LesionFiles": "reading",
    "Lesions": "lesions.records",
    "Reading": "reading",
    "Source": "source",
    "blasts_from_series": "blast_table",
    "from_frame": "expression.reader",
    "open_expression": "expression.reader",
    "read_blasts": "blast_table",
    "read_lesions": "lesions.given",
}

__all__ = [
    "BlastTable",
    "ChunkedFrame",
    "ExpressionBlock",
    "ExpressionReader",
    "GivenLesions",
    "LesionFiles",
    "Lesions",
    "Reading",
    "Source",
    "blasts_from_series",
    "from_frame",
    "open_expression",
    "read_blasts",
    "read_lesions",
]


def __getattr__(name: str) -> Any:
    """Import pandas only for what needs it: the command line knows its options without."""
    if name not in _HOMES:
        raise AttributeError(f"module 'leukotype.inputs' has no attribute {name!r}")
    return getattr(import_module(f"leukotype.inputs.{_HOMES[name]}"), name)
