"""The labelled patients that a model is learned from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from leukotype.model.features import Array
from leukotype.vocabulary import NOT_B_ALL

Words = npt.NDArray[Any]


@dataclass(frozen=True)
class Patients:
    """Samples that teach.

    Parameters
    ----------
    names, labels, patients, cohorts
        one value a sample; replicates share their patient. A label is a subtype, or `NOT_B_ALL` for another
        leukemia.
    values
        samples x genes, counts per million; NaN where the table lacks a gene.
    blast_pct
        percentage of blasts as the laboratory gives it; NaN where unknown.
    """

    names: Words
    labels: Words
    patients: Words
    cohorts: Words
    values: Array
    blast_pct: Array

    def take(self, rows: npt.NDArray[Any]) -> Self:
        """Give the chosen rows."""
        return type(self)(*(getattr(self, each.name)[rows] for each in fields(self)))

    def of_genes(self, genes: npt.NDArray[np.intp]) -> Patients:
        """Keep the genes at these positions, in this order."""
        return replace(self, values=self.values[:, genes])

    def without_values(self) -> Patients:
        """Leave out the expression, where other processes have it in the features of a base model."""
        return replace(self, values=np.empty((len(self), 0)))

    def cohorts_of(self, names: Words) -> Words:
        """Give the cohort of each of these samples."""
        cohorts = dict(zip(self.names, self.cohorts, strict=True))
        return np.array([cohorts[name] for name in names], dtype=object)

    def __len__(self) -> int:
        return len(self.labels)

    def counts(self) -> dict[str, int]:
        """Patients (not samples) of each label."""
        table = pd.DataFrame({"label": self.labels, "patient": self.patients})
        sizes = table.groupby("label")["patient"].nunique()
        return {str(name): int(size) for name, size in sizes.items()}

    def subtypes(self) -> dict[str, int]:
        """Patients of each subtype; other leukemias are none."""
        return {name: n for name, n in self.counts().items() if name != NOT_B_ALL}


@dataclass(frozen=True)
class Cohort:
    """Patients with the files they come from, by their hashes, and what was done to them."""

    patients: Patients
    sha256: Mapping[str, str]
    notes: tuple[str, ...] = ()
