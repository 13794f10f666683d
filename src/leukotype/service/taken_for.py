"""What a file is taken for, by its content: the readers of a run are asked, one after another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from leukotype.errors import InputError
from leukotype.inputs.lesions.copy_number import read_arm_table
from leukotype.inputs.lesions.fusion_callers import read_calls
from leukotype.inputs.lesions.maf import starts_as_table
from leukotype.inputs.lesions.vcf import starts_as_vcf
from leukotype.inputs.paths import expand
from leukotype.inputs.source import container, stream
from leukotype.service.sheets import is_of, kinds_of_sheet
from leukotype.service.uploads import FileKind

_HEAD_BYTES: Final = 1_000_000
_HEAD_LINES: Final = 50
_TEXT: Final = "text"


def take_for(path: Path) -> FileKind:
    """Tell what a file is; expression if nothing else fits, whose reader then says what is wrong with it.

    Parameters
    ----------
    path
        a file that is alone in its folder.
    """
    try:
        expand(path.parent)
    except InputError:
        return FileKind.ASIDE  # by its name one of those that lie beside the tables of a run
    try:
        if FileKind.SAMPLES in (held := kinds_of_sheet(path)):
            return _sheet(held)
        if _starts_as_mutations(path):
            return FileKind.VARIANTS
        if container(path) != _TEXT:
            return FileKind.EXPRESSION
    except InputError:
        return FileKind.EXPRESSION
    readers: tuple[tuple[FileKind, Callable[[Path], object]], ...] = (
        (FileKind.FUSIONS, read_calls),
        (FileKind.COPY_NUMBER, read_arm_table),
    )
    if kind := next((kind for kind, read in readers if is_of(path, read)), None):
        return kind
    return _sheet(held)


def _sheet(held: Sequence[FileKind]) -> FileKind:
    return FileKind.PATIENTS if len(held) > 1 else next(iter(held), FileKind.EXPRESSION)


def _starts_as_mutations(path: Path) -> bool:
    """Whether the first lines, or a comment, are those of a VCF, a MAF or a plain table of mutations."""
    with stream(path) as raw:
        lines = raw.read(_HEAD_BYTES).decode("utf-8", "replace").splitlines()
    rows = [line for line in lines if not line.startswith("#")][:_HEAD_LINES]
    head = [*(line for line in lines if line.startswith("#")), *rows]
    return any(starts_as_vcf(line) or starts_as_table(line) for line in head)
