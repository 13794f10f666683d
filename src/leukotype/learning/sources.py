"""What a pool of experts learns from: several sources in one order of genes, each on its own scale.

All values are samples x genes, proportional to reads; NaN for a gene that a source lacks.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np

from leukotype.learning.patients import Patients, Words
from leukotype.model.features import Array, Indices, Marks
from leukotype.model.genes import GeneTable

# Subtypes of the columns of the class profiles (Makinen et al., Int J Mol Sci 2022;23:4574), in their order.
PROFILES: Final = {
    "DUX4": "DUX4-r", "ETV6.RUNX1": "ETV6::RUNX1", "Hyperdiploid": "Hyperdiploid", "iAMP21": "iAMP21",
    "KMT2A": "KMT2A-r", "MEF2D": "MEF2D-r", "PAX5.alt": "PAX5alt", "PAX5.p80r": "PAX5 P80R",
    "Ph": "BCR::ABL1", "TCF3.PBX1": "TCF3::PBX1", "ZNF384": "ZNF384-r", "CRLF2": "BCR::ABL1-like",
    "Hypodiploid": "Low hypodiploid", "CDX2.high": "CDX2/UBTF", "HLF": "HLF", "NUTM1": "NUTM1-r",
    "BCL2_MYC": "BCL2/MYC", "IKZF1.n159y": "IKZF1 N159Y",
}  # fmt: skip
UNDEFINED: Final = ("B-other", "Hypodiploid (unspecified)", "Low hyperdiploid")  # labels that are no class
CLASSES: Final = tuple(sorted({*PROFILES.values(), "ETV6::RUNX1-like", "Near haploid", "ZEB2/CEBP"}))


class SourceSamples(Patients):
    """Samples of one source, with its own words for subtypes, and values on its own scale."""

    @cached_property
    def codes(self) -> Indices:
        """Position of each label among `CLASSES`; -1 for what is no class."""
        return codes_of(self.labels)


def codes_of(labels: Words) -> Indices:
    """Give positions among `CLASSES`; -1 for what is no class."""
    place = {name: number for number, name in enumerate(CLASSES)}
    return np.array([place.get(name, -1) for name in labels], dtype=np.intp)


@dataclass(frozen=True)
class SourceGenes:
    """The genes of a pool, and which of them each source has.

    Parameters
    ----------
    table
        the genes, by which other tables are brought to their order.
    lengths
        bases of each gene.
    chromosomes
        number of each gene's chromosome, -1 for none.
    critical
        marks the region of chromosome 21 that iAMP21 amplifies.
    cohorts, ranks, stjude
        positions of the genes of the cohorts, of the rank scores, of the St. Jude table.
    """

    table: GeneTable
    lengths: Array
    chromosomes: Indices
    critical: Marks
    cohorts: Indices
    ranks: Indices
    stjude: Indices

    def order(self, values: Any) -> Array:
        """Bring a frame of samples x genes, however named, to samples x these genes."""
        return self.table.harmonise(values).values.to_numpy()


@dataclass(frozen=True)
class RankTables:
    """Class scores of 2,294 patients (Beder et al., HemaSphere 2023;7:e939), and what gives them.

    Parameters
    ----------
    lengths
        coding bases of each gene, by which its reads are divided.
    sets
        names of the sets: one a class, then the one that tells near haploid from hyperdiploid.
    up, down
        for each set, positions of its genes among those of the scores, filled up with -1.
    scores, labels
        patients x classes, and their subtypes.
    signature, near_haploid
        score of the last set of 226 patients; which of them are near haploid, the others being hyperdiploid.
    """

    lengths: Array
    sets: tuple[str, ...]
    up: Indices
    down: Indices
    scores: Array
    labels: Words
    signature: Array
    near_haploid: Marks


@dataclass(frozen=True)
class Sources:
    """All that a pool learns from.

    Parameters
    ----------
    genes
        the order of all values.
    cohorts
        patients on whose scale all is.
    stjude
        patients of a narrower table, without those of no class.
    profiles
        log2 of mean expression: `PROFILES` x genes.
    ranks
        the class scores.
    diploid
        leukemias with raw counts, which give each gene's usual rank; no label is read.
    blood
        sorted normal blood cells, CPM.
    """

    genes: SourceGenes
    cohorts: SourceSamples
    stjude: SourceSamples
    profiles: Array
    ranks: RankTables
    diploid: Array
    blood: Array
