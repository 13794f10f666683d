"""Reading and checking what a laboratory has; every file is told by its content, and refused in one line."""

from leukotype.inputs.clinical import BlastTable, blasts_from_series, read_blasts
from leukotype.inputs.dask_frames import ChunkedFrame
from leukotype.inputs.expression import (
    ExpressionBlock,
    ExpressionReader,
    Source,
    from_frame,
    open_expression,
)
from leukotype.inputs.lesion_files import GivenLesions, LesionFiles, read_lesions

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
