"""A block of samples, brought once to the genes of a model: all later steps read it, none looks up a gene."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from leukotype.errors import InputError
from leukotype.inputs.expression.reader import ExpressionBlock
from leukotype.model.bundle import Bundle
from leukotype.model.features import Array, Indices, Marks, as_read_abundance
from leukotype.model.genes import GeneTable, Harmonised
from leukotype.vocabulary import IdType, ValueType

_HANDFUL: Final = 100  # one gene of the model in so many


@dataclass(frozen=True)
class Prepared:
    """Some samples in the genes of a model.

    Parameters
    ----------
    label
        the file of the first of them.
    samples
        their names.
    genes
        how their genes were found among the model's.
    abundance
        samples x the model's genes, proportional to reads within a sample; NaN where a gene is missing, or
        was not caught.
    reference
        the same in the genes of the chromosomes' reference.
    reference_values
        the same as the table has them, on the linear scale.
    totals
        sum of all values of each sample.
    library_size
        reads of each sample; NaN where the values are no counts.
    dropout
        share of the genes that every class expresses which the library of each sample did not catch; see
        `leukotype.model.dropout`.
    measured
        share that each sample has of the genes by which the model tells B-ALL from what is not.
    """

    label: str
    samples: list[str]
    genes: Harmonised
    abundance: Array
    reference: Array
    reference_values: Array
    totals: Array
    library_size: Array
    dropout: Array
    measured: Array

    @classmethod
    def of(cls, block: ExpressionBlock, bundle: Bundle, id_type: IdType | None = None) -> Self:
        """Bring a block to the genes of a bundle."""
        own = bundle.genes.harmonise(block.values, id_type)
        reference = bundle.reference.genes.harmonise(block.values, id_type)
        totals = np.array([row.astype(np.float64).sum() for row in block.values.to_numpy()])
        counted = block.value_type == ValueType.COUNTS
        reads = totals.round() if counted else np.full(len(totals), np.nan)
        whole = as_abundance(block, own, bundle.genes)
        abundance, dropout = bundle.dropout(whole, reads)
        beside = as_abundance(block, reference, bundle.reference.genes), reference.values.to_numpy()
        if abundance is not whole:
            lost = _in_genes(np.isnan(abundance) & ~np.isnan(whole), bundle.genes, bundle.reference.genes)
            beside = np.where(lost, np.nan, beside[0]), np.where(lost, np.nan, beside[1])
        measured = 1 - np.isnan(abundance.take(bundle.model.features.genes, axis=1)).mean(axis=1)
        return cls(
            block.label, list(block.values.index), own, abundance, *beside, totals, reads, dropout, measured
        )  # fmt: skip

    def reference_levels(self, columns: Indices) -> Array:
        """Give log2(CPM + 1) of some genes of the reference: samples x `columns`."""
        shares = self.reference_values[:, columns] / np.maximum(self.totals[:, None], 1)
        return np.asarray(np.log2(shares * 1e6 + 1))

    def check_genes(self, bundle: Bundle) -> None:
        """Refuse a table with too few of the genes by which a model tells B-ALL from what is not.

        Of these an absent one counts as its mean in training; what scores the subtypes may lack more.

        Raises
        ------
        InputError
            one line with how many were found and how many are needed.
        """
        read, least = bundle.model.features.genes, float(bundle.manifest["min_genes_pct"])
        missing = set(self.genes.missing)
        found = len(read) - (len(missing.intersection(bundle.genes.ids[read])) if missing else 0)
        needed = int(np.ceil(len(read) * least / 100))
        if found < needed:
            raise InputError(
                f"{self.label}: sample {self.samples[0]}: found {found} of the model's {len(read)} genes, "
                f"{needed} are needed: give a whole-transcriptome table of human genes, or --id-type"
            )

    @property
    def note(self) -> str:
        """How the genes were found, in words."""
        dates = self.genes.dates
        return (
            f"{self.genes.found} of {len(self.genes.values.columns)} model genes found by "
            f"{self.genes.id_type}, {self.genes.renamed} under an old name, "
            f"{self.genes.merged} columns merged"
            + (", all symbols in lower case" if self.genes.lower_case else "")
            + (
                f", {len(dates)} names are dates of a spreadsheet ({', '.join(dates[:3])}, ...)"
                if dates
                else ""
            )
            + self._otherwise
        )

    @property
    def _otherwise(self) -> str:
        """Genes that stand under names of another type, in words; empty where they are a handful."""
        genes = self.genes
        if _HANDFUL * genes.named_otherwise < len(genes.values.columns):
            return ""
        return f", {genes.named_otherwise} under names of another type"


def _in_genes(marks: Marks, genes: GeneTable, others: GeneTable) -> Marks:
    """Bring marks of genes to another table's; a gene that only that one has is not marked."""
    places = genes.ids.get_indexer(others.ids)
    return np.asarray(marks[:, places] & (places >= 0))


def as_abundance(block: ExpressionBlock, harmonised: Harmonised, genes: GeneTable) -> Array:
    """Give a block's values in some genes on a scale proportional to reads within a sample."""
    lengths = genes.frame["length"].to_numpy()
    return as_read_abundance(harmonised.values.to_numpy(), block.value_type, lengths)
