"""Ways in which a sample is spoiled, to learn from and to measure by: fewer blasts, other protocols."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from leukotype.learning.mixing import dilute_common_genes as dilute
from leukotype.learning.protocols import shift
from leukotype.model.features import Array
from training.panel.sources import PublicSources

AS_IS = "as is"
TAGS, SIXTY, FORTY, DEGRADED, PER_BASE = "3'", "60 %", "40 %", "degraded", "FPKM"
COHORT_WAYS = (AS_IS, TAGS, SIXTY, FORTY)
EVERY_WAY = (*COHORT_WAYS, DEGRADED, PER_BASE)
EFFICIENCY = 0.7  # standard deviation of log2 of a gene's own efficiency
SAMPLE_NOISE = 0.5  # the same of each gene in each degraded sample


def three_prime(values: Array, lengths: Array, seed: int = 0) -> Array:
    """Make reads that do not grow with a gene's length, each gene with an efficiency of its own."""
    return shift(values, lengths, np.random.default_rng(seed), power=1.0, spread=EFFICIENCY)


def degrade(values: Array, lengths: Array, seed: int = 1) -> Array:
    """Go half way to reads that do not grow with length, with noise of each sample's own."""
    noise = 2 ** np.random.default_rng(seed).normal(0, SAMPLE_NOISE, values.shape)
    return np.asarray(values / np.sqrt(lengths) * noise)


def sequence(values: Array, reads: float, rng: np.random.Generator) -> Array:
    """Draw so many reads from each sample (Poisson); a missing gene stays missing."""
    mean = np.nan_to_num(values) / np.nansum(values, axis=1, keepdims=True) * reads
    return np.where(np.isnan(values), np.nan, rng.poisson(mean))


def spoiled(values: Array, public: PublicSources, ways: Sequence[str]) -> dict[str, Array]:
    """Spoil samples in the chosen ways; dilutions with donors that nothing learned from."""
    rng, lengths = np.random.default_rng(1), public.sources.genes.lengths
    made = {
        AS_IS: values,
        TAGS: three_prime(values, lengths),
        SIXTY: dilute(values, 0.6, public.late_blood, rng),
        FORTY: dilute(values, 0.4, public.late_blood, rng),
        DEGRADED: degrade(values, lengths),
        PER_BASE: values / lengths,
    }
    return {way: made[way] for way in ways}


def intensities(values: Array, rng: np.random.Generator, probes: float = 0.0) -> Array:
    """Give log2 intensities of a microarray: a floor, a narrow range, probes of unlike affinity.

    Parameters
    ----------
    values
        samples x genes, proportional to reads.
    probes
        standard deviation of the probes' affinities (log2), the same for all samples.
    """
    cpm = values / values.sum(axis=1, keepdims=True) * 1e6
    noise = rng.normal(0, 0.2, cpm.shape)
    return np.asarray(4 + 0.7 * np.log2(cpm + 1) + noise + rng.normal(0, probes, cpm.shape[1]))
