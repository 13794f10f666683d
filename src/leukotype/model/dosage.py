"""Chromosome copy number from the counts themselves, against B-ALL with a diploid karyotype.

A chromosome with a copy more is read more. Each gene is compared with what it gives in diploid leukemias;
what varies between libraries (GC content, depth, preparation) is taken out along the directions in which the
diploid samples differ from each other; the level of a chromosome is the robust mean of its genes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property, lru_cache
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from leukotype.model.features import Array, clip, median
from leukotype.model.ploidy import Copies, infer_copies
from leukotype.vocabulary import CHROMOSOMES, DOSAGE_COLUMNS

MIN_GENES = 10  # genes of a chromosome, for a level at all: chromosome 21 has the fewest, about 80
# Share of the reference's genes, for a dosage at all: the model's own genes are too few.
MIN_GENES_PCT = 50.0
# Share of these with any read: under about 300,000 reads noise looks like gains.
MIN_READ_PCT = 90.0
# Highest misfit for a dosage, where the reference does not say one. Whole libraries of other laboratories
# have at most 1.2, 3' tags 2.2 and more (`python -m training.robustness`): diploid leukemias would seem to
# have lost and gained chromosomes there.
MOST_MISFIT = 2.0
# In spreads: a gene further off its chromosome's level counts as if it were at this distance.
CLIP = 2.0
ROUNDS = 5
DIGITS = 4  # decimals in the output
SPREAD_OF_MEDIAN = 1.4826  # times the median distance: standard deviation of a normal distribution
RIDGE = 1.0  # keeps a direction that few genes of a table show from being fitted to noise


@dataclass(frozen=True, eq=False)
class DosageReference:
    """What was learned of diploid leukemias.

    Parameters
    ----------
    centre
        log2(CPM + 1) of each gene, CPM over these genes.
    spread
        its robust standard deviation once the directions are taken out.
    directions
        genes x directions: how the diploid samples differ from each other.
    chromosomes
        position of each gene's chromosome among `CHROMOSOMES`.
    level_spread
        per chromosome, standard deviation of the level over diploid samples left out one at a time.
    most_misfit
        see `Levels.misfit`; of a sample beyond it, no copies are given.
    """

    centre: Array
    spread: Array
    directions: Array
    chromosomes: npt.NDArray[np.intp]
    level_spread: Array
    most_misfit: float = MOST_MISFIT

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """Everything as arrays, to be stored."""
        return {field.name: np.asarray(getattr(self, field.name)) for field in fields(self)}

    @classmethod
    def from_state(cls, state: Mapping[str, npt.NDArray[Any]]) -> Self:
        """Rebuild from the arrays of `state`; one of 0.3.0 has no `most_misfit`."""
        own: dict[str, Any] = {field.name: state[field.name] for field in fields(cls) if field.name in state}
        return cls(**{**own, "most_misfit": float(own.get("most_misfit", MOST_MISFIT))})

    def __len__(self) -> int:
        return len(self.centre)


@dataclass(frozen=True)
class Levels:
    """Levels of one sample's chromosomes.

    Parameters
    ----------
    level
        log2 ratio against diploid, one value a chromosome, up to a constant; NaN with too few genes.
    error
        standard error of each.
    genes
        number of genes behind each.
    ratios
        log2 ratio of every gene of the reference, on the scale of `level`; NaN where it is missing.
    misfit
        how much further the genes lie from the level of their chromosome than in the diploid leukemias; NaN
        without levels.
    """

    level: Array
    error: Array
    genes: npt.NDArray[np.intp]
    ratios: Array
    misfit: float


@dataclass(frozen=True)
class Dosage:
    """What the counts of one sample say of its chromosomes.

    Parameters
    ----------
    levels
        log2 ratios; the chromosomes taken as diploid lie at 0.
    copies
        the copies that explain them; None where the sample has too few of the genes, or another protocol
        moved them apart.
    """

    levels: Levels
    copies: Copies | None

    @property
    def obstacle(self) -> str:
        """Say why no copies are given; empty where they are."""
        if self.copies is not None:
            return ""
        if np.isnan(self.levels.misfit):
            return "too few of the genes were found"
        return (
            f"genes lie {self.levels.misfit:.1f} times as far from their chromosome's level as in diploid "
            "leukemias: another protocol"
        )


def estimate(reference: DosageReference, values: npt.NDArray[Any]) -> Dosage:
    """Estimate the chromosome copy number of one sample.

    Parameters
    ----------
    values
        one value a gene of the reference, proportional to reads; NaN where the gene is missing.
    """
    present = ~np.isnan(values)
    if not _enough_genes(values, present):
        unknown = np.full(len(CHROMOSOMES), np.nan)
        genes = np.bincount(reference.chromosomes[present], minlength=len(CHROMOSOMES))
        return Dosage(Levels(unknown, unknown, genes, np.full(len(values), np.nan), np.nan), None)
    levels = chromosome_levels(reference, values, present)
    if not levels.misfit <= reference.most_misfit:
        return Dosage(levels, None)
    copies = infer_copies(levels.level, levels.error)
    at_zero = replace(levels, level=levels.level - copies.baseline, ratios=levels.ratios - copies.baseline)
    return Dosage(at_zero, copies)


def _enough_genes(values: npt.NDArray[Any], present: npt.NDArray[np.bool_]) -> bool:
    """Whether a sample has enough of the reference's genes, and enough reads in them."""
    found, read = int(np.count_nonzero(present)), int(np.count_nonzero(values > 0))
    return 100 * found >= MIN_GENES_PCT * len(values) and 100 * read >= MIN_READ_PCT * found > 0


def table(dosages: Mapping[str, Dosage]) -> pd.DataFrame:
    """Write dosages as a long table: one row a sample and chromosome, columns `DOSAGE_COLUMNS`."""
    told = {name: (each.levels, each.copies) for name, each in dosages.items() if each.copies is not None}
    measured = [
        (levels.level, levels.error, levels.genes, copies.copies, copies.certainty)
        for levels, copies in told.values()
    ]
    names = np.repeat(np.array([*told], dtype=object), len(CHROMOSOMES))
    chromosomes = np.tile(np.array(CHROMOSOMES, dtype=object), len(told))
    numbers = [np.concatenate(column) for column in zip(*measured, strict=True)]
    columns = [names, chromosomes, *(numbers or [np.empty(0)] * (len(DOSAGE_COLUMNS) - 2))]
    return pd.DataFrame(dict(zip(DOSAGE_COLUMNS, columns, strict=True))).round(DIGITS)


def log_abundance(values: npt.NDArray[Any], share: float = 1.0) -> Array:
    """Give log2(CPM + 1) of one sample, where these genes hold `share` of a million."""
    return np.asarray(np.log2(values / values.sum() * 1e6 * share + 1))


@dataclass(frozen=True)
class _Design:
    """What a set of genes makes of the reference: the same for every sample that has these genes.

    Parameters
    ----------
    genes
        positions of the genes, chromosome by chromosome; all else has their order.
    counts
        genes of each chromosome.
    weights
        of each gene in its chromosome's mean; a chromosome's sum to 1.
    solver
        directions x genes: the amounts of the directions, from what is off its chromosome's level.
    """

    genes: npt.NDArray[np.intp]
    centre: Array
    spread: Array
    directions: Array
    counts: npt.NDArray[np.intp]
    weights: Array
    solver: Array
    share: float

    @cached_property
    def highest(self) -> Array:
        """How far above its chromosome's level a gene counts."""
        return CLIP * self.spread

    @cached_property
    def _starts(self) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
        """Give the chromosomes that have genes, and the first gene of each."""
        own = np.flatnonzero(self.counts)
        return own, (np.cumsum(self.counts) - self.counts)[own]

    def sums(self, values: Array) -> Array:
        """Sum over each chromosome's genes; 0 without any."""
        found, (own, starts) = np.zeros(len(CHROMOSOMES)), self._starts
        found[own] = np.add.reduceat(values, starts)
        return found


@lru_cache(maxsize=4)
def _design(reference: DosageReference, mask: bytes) -> _Design:
    """Prepare the genes that a sample has."""
    present = np.flatnonzero(np.frombuffer(mask, dtype=bool))
    genes = present[np.argsort(reference.chromosomes[present], kind="stable")]
    expected = np.exp2(reference.centre) - 1
    spread, home = reference.spread[genes], reference.chromosomes[genes]
    directions, precision = reference.directions[genes], spread**-2
    weights = precision / np.bincount(home, precision, len(CHROMOSOMES))[home]
    means = [np.bincount(home, weights * column, len(CHROMOSOMES)) for column in directions.T]
    within = directions - np.transpose(means)[home]
    weighted = within.T * precision
    solver = np.linalg.inv(weighted @ within + RIDGE * np.eye(within.shape[1])) @ weighted
    share = float(expected[genes].sum() / expected.sum())
    counts = np.bincount(home, minlength=len(CHROMOSOMES))
    centre = reference.centre[genes]
    # By columns: the sum over the directions takes half as long.
    return _Design(genes, centre, spread, np.asfortranarray(directions), counts, weights, solver, share)


def chromosome_levels(
    reference: DosageReference, values: npt.NDArray[Any], present: npt.NDArray[np.bool_]
) -> Levels:
    """Give each chromosome's robust mean, with what differs between libraries taken out."""
    design = _design(reference, present.tobytes())
    away = log_abundance(values.take(design.genes), design.share)
    away -= design.centre
    away -= median(away)
    level, amounts = np.zeros(len(CHROMOSOMES)), np.zeros(design.directions.shape[1])
    highest, lowest = design.highest, -design.highest
    # Written to the same arrays in every round: new ones take longer than what is computed in them.
    left, home_level, off = away.copy(), np.zeros(len(away)), np.empty(len(away))
    for _ in range(ROUNDS):
        clip(np.subtract(left, home_level, out=off), lowest, highest)
        level = level + design.sums(np.multiply(off, design.weights, out=off))
        home_level = np.repeat(level, design.counts)
        clip(np.subtract(left, home_level, out=off), lowest, highest)
        amounts = amounts + design.solver @ off
        np.subtract(away, np.matmul(design.directions, amounts, out=left), out=left)
    scatter = np.sqrt(design.sums(np.square(np.multiply(off, design.weights, out=off), out=off)))
    error = np.where(design.counts < MIN_GENES, np.nan, np.hypot(scatter, reference.level_spread))
    ratios = np.full(len(present), np.nan)
    ratios[design.genes] = left
    np.abs(np.subtract(left, home_level, out=off), out=off)
    misfit = SPREAD_OF_MEDIAN * median(np.divide(off, design.spread, out=off))
    unknown = np.isnan(error)
    return Levels(
        np.where(unknown, np.nan, level),
        error,
        design.counts,
        ratios,
        np.nan if unknown.all() else misfit,
    )
