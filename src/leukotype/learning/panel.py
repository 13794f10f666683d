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
    read
        positions of those that gate, blasts and features read; a pool of experts reads others too.
    subtype_genes
        positions, among `read`, of those that a single subtype classifier reads one by one.
    reference
        of the chromosomes and markers.
    min_genes_pct
        least share of the genes that a table must have.
    profiles
        of a model with the same genes, for classes that no patient here has; None without one.
    """

    genes: GeneTable
    read: Indices
    subtype_genes: Indices
    reference: Reference
    min_genes_pct: float
    profiles: Profiles | None = None

    @classmethod
    def of(cls, base: Bundle) -> Panel:
        """Take the genes of a model without a pool; see `Bundle.without_pool`."""
        least, features = float(base.manifest["min_genes_pct"]), base.model.features
        return cls(base.genes, features.genes, features.subtype_genes, base.reference, least, base.profiles)

    @property
    def chromosomes(self) -> Indices:
        """Position of the chromosome of each gene that the features read among `CHROMOSOMES`."""
        return chromosome_numbers(self.genes.frame["chromosome"].iloc[self.read])


def chromosome_numbers(chromosomes: pd.Series) -> Indices:
    """Position of each gene's chromosome among `CHROMOSOMES`, -1 for Y, mitochondrial and unknown."""
    order = {name: number for number, name in enumerate(CHROMOSOMES)}
    return np.array([order.get(str(name), -1) for name in chromosomes], dtype=np.intp)
