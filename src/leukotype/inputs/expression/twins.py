"""Samples that may be one under two names: equal values, or nearly so."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from leukotype.errors import abridge

Marks = npt.NDArray[np.float32]

# Correlation of log2(CPM + 1). The nearest of other patients are at 0.988 (19 of GSE161501), 0.979 (44
# diploid leukemias) and 0.997 (20 test samples of ALLSorts).
_ALIKE: Final = 0.999
_GENES: Final = 256  # by which samples are compared, spread over the table
_FEWEST: Final = 1000  # genes of a table: with fewer a correlation tells little
_FIRST_LOOK: Final = 4  # one gene of so many is looked at first
_NEARLY: Final = 0.99
_BLOCK: Final = 32  # samples that are compared with all at a time
_TOLD: Final = 3  # pairs: of many samples of few patients there are millions


class Twins:
    """What is kept of each sample to tell whether it came twice."""

    def __init__(self) -> None:
        self._equal: dict[int, list[str]] = {}  # by the hash of all values
        self._genes: list[str] = []
        self._columns: pd.Index[str] | None = None
        self._places: npt.NDArray[np.intp] | None = None
        self._names: list[str] = []
        self._marks: list[Marks] = []

    def add(self, samples: pd.DataFrame) -> None:
        """Look at samples x genes on the linear scale."""
        new = []
        for row, (name, values) in enumerate(zip(samples.index, samples.to_numpy(), strict=True)):
            equal = self._equal.setdefault(hash(values.tobytes()), [])
            equal.append(str(name))
            if len(equal) == 1:
                new.append(row)
        places = self._places_in(samples.columns)
        if new and places is not None:
            values = samples.to_numpy()[new]
            totals = np.maximum(values.sum(axis=1, dtype=np.float64), 1.0)[:, None]
            self._names += map(str, samples.index[new])
            self._marks.append(_standard(np.log2(values[:, places] / totals * 1e6 + 1.0).astype(np.float32)))

    def _places_in(self, columns: pd.Index[str]) -> npt.NDArray[np.intp] | None:
        """Where the genes are in a table by which samples are compared; None if it lacks one, or has few."""
        if self._columns is None or not self._columns.equals(columns):
            if not self._genes and len(columns) >= _FEWEST:
                self._genes = columns[np.linspace(0, len(columns) - 1, _GENES).astype(int)].tolist()
            wanted, names = set(self._genes), columns.tolist()
            known = {name: place for place, name in reversed([*enumerate(names)]) if name in wanted}
            found = [known[gene] for gene in self._genes if gene in known]
            whole = bool(self._genes) and len(found) == len(self._genes)
            self._columns, self._places = columns, np.array(found) if whole else None
        return self._places

    @property
    def warnings(self) -> list[str]:
        """Say which samples have equal values, and which nearly so."""
        equal = [" = ".join(names) for names in self._equal.values() if len(names) > 1]
        said = [f"samples with the very same values: {len(equal)} ({abridge(equal)})"] if equal else []
        number, pairs = self._near()
        if number:
            near = [f"{self._names[one]} and {self._names[other]}" for one, other in pairs]
            said.append(
                f"samples as alike as one under two names (correlation above {_ALIKE}): {number} "
                f"({abridge(near, _TOLD, number)})"
            )
        return said

    def _near(self) -> tuple[int, list[tuple[int, int]]]:
        """Count the pairs of samples that are alike, by a part of the genes first, and give some."""
        number, first = 0, list[tuple[int, int]]()
        if len(self._names) < 2:
            return number, first
        whole = np.concatenate(self._marks)
        part = _standard(whole[:, ::_FIRST_LOOK])
        for start in range(0, len(whole), _BLOCK):
            close = part[start : start + _BLOCK] @ part[start:].T > _NEARLY
            ones, others = (each + start for each in np.nonzero(np.triu(close, 1)))
            sure = np.einsum("ij,ij->i", whole[ones], whole[others]) > _ALIKE
            number += int(sure.sum())
            first += zip(ones[sure][:_TOLD].tolist(), others[sure][:_TOLD].tolist(), strict=True)
        return number, first[:_TOLD]


def _standard(marks: Marks) -> Marks:
    """Scale rows so that their products are correlations; one without spread is like no other."""
    centred = marks - marks.mean(axis=1, keepdims=True)
    length = np.linalg.norm(centred, axis=1, keepdims=True)
    scaled: Marks = np.divide(centred, length, out=np.zeros_like(centred), where=length > 0)
    return scaled
