"""The samples of a file by the names that a sheet has for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd

from leukotype.errors import InputError, abridge
from leukotype.inputs.expression.sample_tables import SampleTable
from leukotype.inputs.sample_sheet import SampleSheet


class NamedSamples(SampleTable):
    """Some samples of a table, under other names."""

    def __init__(self, part: SampleTable, names: Mapping[str, str], notes: list[str]) -> None:
        self._part, self._names = part, names
        self.label, self.format, self.notes = part.label, part.format, [*part.notes, *notes]
        self.given, self.by_format, self.remark = part.given, part.by_format, part.remark
        self.samples = [names[sample] for sample in part.samples if sample in names]

    def frames(self, size: int) -> Iterator[pd.DataFrame]:
        """Give the samples, up to ``size`` at a time."""
        for frame in self._part.frames(size):
            own = [name for name in frame.index if name in self._names]
            if own:
                yield frame.loc[own].rename(index=dict(self._names))


def with_names(part: SampleTable, sheet: SampleSheet) -> SampleTable:
    """Name the samples of a file as a sheet does; a file that the sheet does not name is left as it is.

    Raises
    ------
    InputError
        For a sample that the file does not have, and for several samples of a file that has one.
    """
    rows = sheet.rows_of(Path(part.label))
    if not rows:
        return part
    wanted = [row.sample for row in rows]
    if len(part.samples) == len(wanted) == 1:
        (own,), (name,) = part.samples, wanted
        told = [f"called {name} as in {sheet.path.name}, not {own}"] if own != name else []
        return NamedSamples(part, {own: name}, told)
    if len(part.samples) == 1:
        raise InputError(
            f"{sheet.path}: line {rows[1].line}: expected a file for each sample, found {part.label}, which "
            f"has one sample, for {abridge(wanted)}: correct the paths"
        )
    absent = next((row for row in rows if row.sample not in part.samples), None)
    if absent is not None:
        raise InputError(
            f"{sheet.path}: line {absent.line}: expected a sample of {part.label}, found {absent.sample}: it "
            f"has {abridge(part.samples)}"
        )
    others = [name for name in part.samples if name not in wanted]
    told = (
        [f"samples left out, not in {sheet.path.name}: {len(others)} ({abridge(others)})"] if others else []
    )
    return NamedSamples(part, {name: name for name in wanted}, told)
