"""Ways in which a sample is spoiled, to learn from and to measure by: fewer blasts, other protocols."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from leukotype.model.features import Array
from training.panel.sources import Sources

AS_IS = "as is"
TAGS, SIXTY, FORTY, DEGRADED, PER_BASE = "3'", "60 %", "40 %", "degraded", "FPKM"
COHORT_WAYS = (AS_IS, TAGS, SIXTY, FORTY)
EVERY_WAY = (*COHORT_WAYS, DEGRADED, PER_BASE)
EVENNESS = 0.3  # Dirichlet concentration of the mixtures of normal blood cells
EFFICIENCY = 0.7  # standard deviation of log2 of a gene's own efficiency
SAMPLE_NOISE = 0.5  # the same of each gene in each degraded sample


def dilute(values: Array, share: Array | float, blood: Array, rng: np.random.Generator) -> Array:
    """Mix each sample with a random mixture of normal blood, over the genes that both have.

    Parameters
    ----------
    values
        samples x genes; genes that only the sample has keep its own values.
    share
        of the reads that stay the sample's own: one number, or a column.
    blood
        normal cells x genes.

    Returns
    -------
    samples x genes, as shares of the reads on the genes that both have.
    """
    shares = np.broadcast_to(np.asarray(share, float), (len(values), 1))
    mixture = rng.dirichlet(np.full(len(blood), EVENNESS), len(values)) @ np.nan_to_num(blood)
    both = ~np.isnan(values) & ~np.isnan(blood.sum(axis=0))
    own = values / np.where(both, values, 0).sum(axis=1, keepdims=True)
    other = mixture / np.where(both, mixture, 0).sum(axis=1, keepdims=True)
    return np.asarray(np.where(both, shares * own + (1 - shares) * other, own))


def three_prime(values: Array, lengths: Array, seed: int = 0) -> Array:
    """Make reads that do not grow with a gene's length, each gene with an efficiency of its own."""
    return protocol(values, lengths, power=1.0, spread=EFFICIENCY, rng=np.random.default_rng(seed))


def protocol(
    values: Array, lengths: Array, *, power: float, spread: float, rng: np.random.Generator
) -> Array:
    """Divide reads by a power of the gene's length, and give each gene an efficiency (log2 normal)."""
    return np.asarray(values / lengths**power * 2 ** rng.normal(0, spread, values.shape[1]))


def degrade(values: Array, lengths: Array, seed: int = 1) -> Array:
    """Go half way to reads that do not grow with length, with noise of each sample's own."""
    noise = 2 ** np.random.default_rng(seed).normal(0, SAMPLE_NOISE, values.shape)
    return np.asarray(values / np.sqrt(lengths) * noise)


def sequence(values: Array, reads: float, rng: np.random.Generator) -> Array:
    """Draw so many reads from each sample (Poisson); a missing gene stays missing."""
    mean = np.nan_to_num(values) / np.nansum(values, axis=1, keepdims=True) * reads
    return np.where(np.isnan(values), np.nan, rng.poisson(mean))


def spoiled(values: Array, sources: Sources, ways: Sequence[str]) -> dict[str, Array]:
    """Spoil samples in the chosen ways; dilutions with donors that nothing learned from."""
    rng, lengths = np.random.default_rng(1), sources.genes.lengths
    made = {
        AS_IS: values,
        TAGS: three_prime(values, lengths),
        SIXTY: dilute(values, 0.6, sources.late_blood, rng),
        FORTY: dilute(values, 0.4, sources.late_blood, rng),
        DEGRADED: degrade(values, lengths),
        PER_BASE: values / lengths,
    }
    return {way: made[way] for way in ways}
