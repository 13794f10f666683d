"""The genes that a model reads, and what is measured beside them: nothing here is learned from patients."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from leukotype.model.bundle import Bundle, Profiles, Reference
from leukotype.model.features import Indices
from leukotype.model.genes import GeneTable
from leukotype.vocabulary import CHROMOSOMES


@dataclass(frozen=True)
class Panel:
    """The genes that a model reads, and what is measured beside it; no part of it is learned from patients.

    Parameters
    ----------
    genes
        with their other names.
    subtype_genes
        positions of those that the subtype classifier reads one by one.
    reference
        of the chromosomes and markers.
    min_genes_pct
        least share of the genes that a table must have.
    profiles
        of a model with the same genes, for classes that no patient here has; None without one.
    """

    genes: GeneTable
    subtype_genes: Indices
    reference: Reference
    min_genes_pct: float
    profiles: Profiles | None = None

    @classmethod
    def of(cls, base: Bundle) -> Panel:
        """Take the genes of a model."""
        least = float(base.manifest["min_genes_pct"])
        return cls(base.genes, base.model.features.subtype_genes, base.reference, least, base.profiles)

    @property
    def chromosomes(self) -> Indices:
        """Position of each gene's chromosome among `CHROMOSOMES`."""
        return chromosome_numbers(self.genes.frame["chromosome"])


def chromosome_numbers(chromosomes: pd.Series) -> Indices:
    """Position of each gene's chromosome among `CHROMOSOMES`, -1 for Y, mitochondrial and unknown."""
    order = {name: number for number, name in enumerate(CHROMOSOMES)}
    return np.array([order.get(str(name), -1) for name in chromosomes], dtype=np.intp)
