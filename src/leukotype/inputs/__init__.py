"""Reading and checking what a laboratory has; every file is told by its content, and refused in one line."""

from leukotype.inputs.blast_table import BlastTable, blasts_from_series, read_blasts
from leukotype.inputs.expression.dask_frames import ChunkedFrame
from leukotype.inputs.expression.reader import (
    ExpressionBlock,
    ExpressionReader,
    from_frame,
    open_expression,
)
from leukotype.inputs.lesions.given import GivenLesions, LesionFiles, read_lesions
from leukotype.inputs.source import Source

__all__ = [
    "BlastTable",
    "ChunkedFrame",
    "ExpressionBlock",
    "ExpressionReader",
    "GivenLesions",
    "LesionFiles",
    "Source",
    "blasts_from_series",
    "from_frame",
    "open_expression",
    "read_blasts",
    "read_lesions",
]
