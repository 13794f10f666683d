"""What another protocol of sequencing does to a sample: reads that do not grow with a gene's length."""

from __future__ import annotations

from typing import Final

import numpy as np

from leukotype.model.features import Array

# Reads of 3' tags do not grow with the length of a gene; how well each gene is caught differs fourfold and
# more (a factor of 2 ** 2 is one standard deviation here).
TAGS: Final = {"power": 1.0, "spread": 2.0}

# The same drawn anew for each row that teaches what B-ALL is: power of the length and spread up to these. In
# half of the rows up to so many of the genes have no read, as where a library does not catch them.
MOST_POWER, MOST_SPREAD, MOST_LOST = 1.3, 2.5, 0.4


def vary(values: Array, lengths: Array, rng: np.random.Generator) -> Array:
    """Show each row as a protocol of its own would.

    Parameters
    ----------
    values
        rows x genes; NaN stays NaN.
    lengths
        bases of each gene.
    """
    column = (len(values), 1)
    powers, spreads = rng.uniform(0, MOST_POWER, column), rng.uniform(0, MOST_SPREAD, column)
    shifted = _catch(values, lengths**powers, spreads * rng.normal(size=values.shape))
    lost = np.where(rng.random(column) < 0.5, 0.0, rng.uniform(0, MOST_LOST, column))
    return np.asarray(np.where((rng.random(values.shape) < lost) & ~np.isnan(values), 0.0, shifted))


def shift(values: Array, lengths: Array, rng: np.random.Generator, *, power: float, spread: float) -> Array:
    """Divide reads by a power of the gene's length, and give each gene an efficiency of its own.

    Parameters
    ----------
    values
        samples x genes; NaN stays NaN.
    lengths
        bases of each gene.
    power
        of the length; 1 leaves reads for a transcript, 0 reads for a base.
    spread
        standard deviation of log2 of a gene's efficiency, which is the same in all samples.
    """
    return _catch(values, lengths**power, rng.normal(0, spread, values.shape[1]))


def _catch(values: Array, sizes: Array, log2_efficiency: Array | float) -> Array:
    return np.asarray(values / sizes * 2**log2_efficiency)
