"""Genes that a library did not catch: no read where every class has many says nothing of the patient.

Tags at the 3' end, capture and degraded RNA leave out genes that every tissue expresses. Taken as genes that
are off, they make B-ALL look like another tissue; they are not measured. How many of them a sample lacks is
told by the genes that all classes of training express; by this share, a gene without a read is one that was
not caught where that is likelier than that it is off.

A table whose values stand at other genes lacks reads there too, but has them at genes that no class
expresses, which no library does: such a sample stays as it is, so that it is seen to be damaged.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final, NamedTuple

import numpy as np

from leukotype.model.features import Array, Indices

FEW_READS: Final = 3.0  # a gene of which so many are expected has none in 1 of 20 samples
RARELY_OFF: Final = 0.01  # share of a class's patients: a gene that is off more often is not always expressed
LEAST_GENES: Final = 100  # always expressed, or silent, for a share of them; a shallow library has fewer
# Shares of the genes always expressed. Whole libraries lack at most .003 (`python -m training.robustness`: an
# older annotation's genes); what lacks nearly all is no library.
LEAST_DROPOUT, MOST_DROPOUT = 0.01, 0.9
SILENT: Final = 1.0  # CPM: a gene is silent that every class has below this, with two standard deviations
LOUD: Final = 50.0  # CPM
# Share of silent genes that are loud, against that of genes always expressed without a read: .8 and more in
# leukemias with the values of a twentieth to all of their genes exchanged, at most .13 in simulated 3' tags.
MOST_LOUD: Final = 0.5
READS_OF_RATES: Final = 1e6  # what TPM, FPKM and CPM are taken for: most libraries have more
_LEAST_SPREAD: Final = 0.3
_LOGISTIC: Final = 1.702  # the logistic function of so many spreads is within .01 of the normal one


class Caught(NamedTuple):
    """What a library caught of some samples.

    Parameters
    ----------
    values
        samples x genes; NaN where the gene is missing or was not caught.
    dropout
        share of the genes always expressed that have no read; 0 where it cannot be told, or says nothing of
        the library.
    """

    values: Array
    dropout: Array


@dataclass(frozen=True, eq=False)
class Dropout:
    """How far each class expresses each gene, and so what a gene without a read means.

    Parameters
    ----------
    means, spreads
        classes x genes, log2(CPM + 1); NaN where unknown. Of a model without classes nothing can be told.
    """

    means: Array
    spreads: Array

    def __call__(self, values: Array, reads: Array) -> Caught:
        """Take what was not caught as missing; a sample of which nothing can be told stays as it is.

        Parameters
        ----------
        values
            samples x genes, proportional to reads; NaN for a missing gene.
        reads
            of each sample; NaN where the values are rates, not counts.
        """
        found, dropout = values, np.zeros(len(values))
        if not len(self.means):
            return Caught(values, dropout)
        depths = np.floor(np.log2(np.maximum(np.where(np.isnan(reads), READS_OF_RATES, reads), 1)))
        for depth in np.unique(depths):
            rows = np.flatnonzero(depths == depth)
            off = rate_of_zero(self, float(depth))
            always = np.flatnonzero(off < RARELY_OFF)
            dropout[rows] = _share_of_zero(values.take(always, axis=1)[rows])
            poor = rows[(dropout[rows] >= LEAST_DROPOUT) & (dropout[rows] <= MOST_DROPOUT)]
            damaged = poor[~(self._loud(values[poor]) <= MOST_LOUD * dropout[poor])]
            dropout[damaged] = 0.0
            for row in np.setdiff1d(poor, damaged):
                found = values.copy() if found is values else found
                share = dropout[row]
                found[row, (values[row] == 0) & (share > (share + (1 - share) * off) / 2)] = np.nan
        return Caught(found, dropout)

    def _loud(self, values: Array) -> Array:
        """Share of the silent genes of each sample that are loud; NaN with few silent genes."""
        own = values[:, self.silent]
        present = (~np.isnan(own)).sum(axis=1)
        loud = (own >= LOUD / 1e6 * np.nansum(values, axis=1, keepdims=True)).sum(axis=1)
        return np.where(present >= LEAST_GENES, loud / np.maximum(present, 1), np.nan)

    @cached_property
    def silent(self) -> Indices:
        """Positions of the genes that no class expresses."""
        highest = (self.means + 2 * np.maximum(self.spreads, _LEAST_SPREAD)).max(axis=0)
        return np.flatnonzero(highest < np.log2(1 + SILENT))


@lru_cache(maxsize=32)
def rate_of_zero(dropout: Dropout, depth: float) -> Array:
    """Give how often a gene is off in the class where it is off most often, at 2 ** `depth` reads."""
    limit = np.log2(1 + FEW_READS / 2.0**depth * 1e6)
    away = (dropout.means - limit) / np.maximum(dropout.spreads, _LEAST_SPREAD)
    rates = 1 / (1 + np.exp(np.clip(_LOGISTIC * away, -50, 50)))
    return np.asarray(np.nan_to_num(rates, nan=1.0).max(axis=0))


def _share_of_zero(values: Array) -> Array:
    """Share of zeros among the genes that each sample has; 0 where these are few."""
    present = (~np.isnan(values)).sum(axis=1)
    return np.where(present >= LEAST_GENES, (values == 0).sum(axis=1) / np.maximum(present, 1), 0.0)
