"""Expression of one sample, made comparable between laboratories and between library preparations.

Each sample is ranked within itself, the ranks become normal scores, and every gene is centred and scaled
as it was in training. No sample ever influences another one.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property, lru_cache
from statistics import NormalDist
from typing import Any, Final, Protocol, Self

import numpy as np
import numpy.typing as npt

from leukotype.vocabulary import ValueType

Array = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]
Marks = npt.NDArray[np.bool_]

CLIP = 6.0  # spreads; a gene further out than this says no more than one at this distance
DOSAGE_CLIP = 4.0  # the same for a gene that only contributes to its chromosome's mean
DOSAGE_TRIM = 0.1  # share of a chromosome's genes left out at each end of their order
SCORES: Final = np.linspace(-5.0, 5.0, 401)  # normal scores at which distribution functions are read
LOGISTIC: Final = 1.702  # a logistic curve with this slope is a normal distribution function within .01
_EXACT_EVERY: Final = 16  # points of a distribution: the odds of those between are products
MIN_SPREAD = 0.05  # added to every gene's spread, so that a gene that never varied is not blown up


@lru_cache(maxsize=8)
def _quantiles(n: int) -> Array:
    """Give the normal quantile of every half rank among `n` genes: entry ``2r - 2`` belongs to rank ``r``."""
    inverse = NormalDist().inv_cdf
    lower = np.array([inverse((half / 2 + 0.5) / n) for half in range(n - 1)])
    return np.concatenate([lower, [0.0], -lower[::-1]])  # symmetric: the other half need not be computed


def _sort(row: Array) -> tuple[Indices, Array]:
    """Give the places of a row's values in ascending order, and the values in this order.

    As `numpy.argsort` does in four times as long. Whole numbers are what is sorted: the bits of each value,
    of which the last make room for its place. Where values differ in these bits alone, or are negative, the
    order shows it, and `argsort` is asked.
    """
    room = (1 << len(row).bit_length()) - 1
    keys = row.view(np.int64) & ~room
    keys |= np.arange(len(row))
    keys.sort()
    keys &= room
    ordered = row.take(keys)
    if (ordered[1:] >= ordered[:-1]).all():
        return keys, ordered
    order = np.argsort(row)
    return order, row.take(order)


def by_rank(row: Array, worth: Callable[[Indices, Indices], Array]) -> Array:
    """Give each value of a row what its run of ties is worth: by where the run starts, and its size."""
    order, ordered = _sort(row)  # in which order ties come changes nothing
    edges = np.flatnonzero(ordered[1:] != ordered[:-1]) + 1
    bounds = np.concatenate([[0], edges, [len(row)]])
    starts, sizes = bounds[:-1], bounds[1:] - bounds[:-1]
    out = np.empty(len(row))
    out[order] = np.repeat(worth(starts, sizes), sizes)
    return out


def normal_scores(values: npt.NDArray[Any]) -> Array:
    """Give every gene the normal quantile of its rank within its own sample.

    Parameters
    ----------
    values
        samples x genes, any monotone scale; NaN for a gene that the sample's table lacks.

    Returns
    -------
    samples x genes; ties share their mean rank; NaN where the input is NaN.
    """
    scores = np.full(values.shape, np.nan)
    for row, out in zip(np.asarray(values, dtype=np.float64), scores, strict=True):
        absent = np.isnan(row)
        if not absent.any():
            out[:] = _scores(row)
        elif not absent.all():
            out[~absent] = _scores(row[~absent])
    return scores


def _scores(row: Array) -> Array:
    """Give the quantiles of the values of a row without gaps; ties share their mean rank."""
    quantiles = _quantiles(len(row))
    return by_rank(row, lambda starts, sizes: quantiles.take(2 * starts + sizes - 1))


class Scored(Hashable, Protocol):
    """What knows, of each of its genes, the mean and the standard deviation of its normal score."""

    @property
    def centre(self) -> Array:
        """One value a gene."""
        ...

    @property
    def spread(self) -> Array:
        """One value a gene."""
        ...


def scores_among_all(row: Array, known: Scored) -> Array:
    """Give `normal_scores` of one sample; if it lacks genes, as they would be among all of them.

    Which genes a table lacks is no chance: often they are those with few reads, and without them what is
    left would look poorly expressed.

    Parameters
    ----------
    row
        one value a gene; NaN if missing.
    known
        of these genes, as complete tables have them.
    """
    present = ~np.isnan(row)
    if present.all():
        return _scores(row)
    scores = np.full(len(row), np.nan)
    if present.any():
        below = _typical_distribution(known, present.tobytes())
        scores[present] = typical_scores(_scores(row[present]), below)
    return scores


def standard_scores(values: Array, genes: Indices, known: Scored) -> Array:
    """Give `scores_among_all` of some genes in spreads from their centre, none beyond `CLIP`.

    Parameters
    ----------
    values
        samples x the model's genes; NaN if missing.
    genes
        positions among them.
    known
        of these genes.

    Returns
    -------
    samples x these genes; NaN if missing.
    """
    found = np.empty((len(values), len(genes)))
    # One sample at a time: a block does not fit into the processor's cache.
    for row, out in zip(np.asarray(values, dtype=np.float64), found, strict=True):
        np.divide(scores_among_all(row.take(genes), known) - known.centre, known.spread, out=out)
        clip(out, -CLIP, CLIP)
    return found


def typical_scores(scores: Array, below: Array) -> Array:
    """Map normal scores among some genes to the distribution that these genes have among all of them.

    Parameters
    ----------
    scores
        of these genes.
    below
        share of these genes below each point of `SCORES`, among all genes.
    """
    own = 1.0 / (1.0 + np.exp(-1.5976 * SCORES - 0.07056 * SCORES**3))  # normal distribution function
    return np.asarray(np.interp(np.interp(scores, SCORES, own), below, SCORES))


@lru_cache(maxsize=4)
def _typical_distribution(known: Scored, mask: bytes) -> Array:
    """Give the mean distribution of the genes that a sample has, on `SCORES`."""
    return _distributions(known).mean_of(np.frombuffer(mask, dtype=bool))


@lru_cache(maxsize=8)
def _distributions(known: Scored) -> Distributions:
    return Distributions(SCORES, known.centre, known.spread)


@dataclass(frozen=True, eq=False)
class Distributions:
    """Where each gene lies in samples that have all of them: about normal, read as a logistic curve.

    Parameters
    ----------
    grid
        points at which shares are told, evenly apart.
    centre, spread
        one value a gene.
    """

    grid: Array
    centre: Array
    spread: Array

    def mean_of(self, present: Marks) -> Array:
        """Share of some genes below each point of the grid; those that are fewer are added up."""
        few = present.sum() < len(present) / 2
        below = self._sum(present) if few else self._whole - self._sum(~present)
        return np.asarray(below / present.sum())

    @cached_property
    def _whole(self) -> Array:
        return self._sum(np.ones(len(self.centre), dtype=bool))

    def _sum(self, genes: Marks) -> Array:
        """Add up the shares of some genes that lie below each point."""
        steep = LOGISTIC / self.spread[genes]
        start, step = steep * self.centre[genes], np.exp(-steep * (self.grid[1] - self.grid[0]))
        odds, share, below = np.empty(len(steep)), np.empty(len(steep)), np.empty(len(self.grid))
        with np.errstate(over="ignore"):  # far above the point: a share of 0
            for place, point in enumerate(self.grid):
                if place % _EXACT_EVERY:
                    odds *= step  # takes less time than an exponential
                else:
                    np.exp(start - steep * point, out=odds)
                below[place] = np.reciprocal(np.add(odds, 1, out=share), out=share).sum()
        return below


def patterns(present: Marks) -> list[tuple[Marks, Indices]]:
    """Group the rows that have the same columns: the columns, and the positions of the rows."""
    if len(present) and (present == present[0]).all():  # samples of one table
        return [(present[0], np.arange(len(present)))]
    groups: dict[bytes, list[int]] = {}
    for number, row in enumerate(present):
        groups.setdefault(row.tobytes(), []).append(number)
    return [(present[rows[0]], np.array(rows)) for rows in groups.values()]


def present_share(values: npt.NDArray[Any]) -> Array:
    """Share of the genes that each sample has, as a column; of a sample without any that of one gene."""
    n = values.shape[1]
    return np.asarray(np.maximum((~np.isnan(values)).sum(axis=1, keepdims=True), 1) / n)


def as_read_abundance(values: Array, value_type: ValueType, lengths: Array) -> Array:
    """Bring values to a scale that is proportional to reads within a sample.

    TPM and FPKM are per base of the gene, while the model learned from reads per gene: they are multiplied
    by the gene's length. Counts and CPM stay as they are, since only a sample's own order matters.
    """
    return values * lengths if value_type in (ValueType.TPM, ValueType.FPKM) else values


@dataclass(frozen=True, eq=False)
class Features:
    """What the features learned in training.

    Parameters
    ----------
    genes
        positions of its genes among the model's; all else counts them in this order.
    centre, spread
        one value a gene, in normal scores: mean and within-subtype standard deviation.
    subtype_genes
        positions, among its genes, of those that the subtype classifier reads one by one.
    chromosomes
        chromosome number of each gene, -1 for a gene that counts for none.
    dosage_weight
        weight of a chromosome's mean beside one of these genes.
    other_weight
        weight of each remaining gene; 0 leaves them out.
    """

    genes: Indices
    centre: Array
    spread: Array
    subtype_genes: Indices
    chromosomes: Indices
    dosage_weight: float
    other_weight: float = 0.0

    @classmethod
    def learn(
        cls,
        values: Array,
        subtypes: Sequence[str] | npt.NDArray[Any],
        *,
        subtype_genes: Indices,
        chromosomes: Indices,
        dosage_weight: float,
        other_weight: float = 0.0,
    ) -> Self:
        """Learn centre and spread as the mean over subtypes, so that a frequent subtype does not set them."""
        scores, names = normal_scores(values), np.asarray(subtypes)
        groups = [scores[names == name] for name in np.unique(names)]
        centre = np.mean([group.mean(axis=0) for group in groups], axis=0)
        spread = np.sqrt(np.mean([group.var(axis=0) for group in groups], axis=0)) + MIN_SPREAD
        every = np.arange(len(centre))
        return cls(every, centre, spread, subtype_genes, chromosomes, dosage_weight, other_weight)

    def all_genes(self, values: npt.NDArray[Any]) -> Array:
        """Centre and scale the normal scores of all its genes, from samples x the model's genes.

        A missing gene gets 0, the training mean; those that are there count for it, by the inverse of their
        share, so that a table with half of the genes does not look half like the mean of all patients.
        """
        return _without_gaps(standard_scores(values, self.genes, self))

    def as_ranked(self, values: npt.NDArray[Any]) -> Array:
        """Give `all_genes` by ranks among the genes that a sample has, as they are.

        Samples of training that lose genes are harder so than those that will be asked: the gate learns to
        bear more (`training.benchmarks.rivals`: of another laboratory it turns away 1 of 220, not 5).
        """
        scores = normal_scores(values.take(self.genes, axis=1))
        return _without_gaps(np.clip((scores - self.centre) / self.spread, -CLIP, CLIP))

    def subtype_view(self, scaled: Array) -> Array:
        """Columns that the subtype classifier reads: its genes, one mean a chromosome, the other genes.

        Parameters
        ----------
        scaled
            samples x genes, as `all_genes` gives them.
        """
        genes = np.clip(scaled, -DOSAGE_CLIP, DOSAGE_CLIP)
        genes = genes - medians(genes)
        rooms = [self.chromosomes == number for number in range(self.chromosomes.max() + 1)]
        dosage = [trimmed_mean(np.ascontiguousarray(genes[:, room])) for room in rooms]
        columns = [scaled[:, self.subtype_genes], self.dosage_weight * np.column_stack(dosage)]
        if self.other_weight:
            columns.append(self.other_weight * np.delete(scaled, self.subtype_genes, axis=1))
        return np.column_stack(columns)

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """Everything as arrays, to be stored."""
        return {field.name: np.asarray(getattr(self, field.name)) for field in fields(self)}

    @classmethod
    def from_state(cls, state: Mapping[str, npt.NDArray[Any]]) -> Self:
        """Rebuild from the arrays of `state`; without `genes` it reads all of the model's."""
        every = {"genes": np.arange(len(state["centre"])), **state}
        values: dict[str, Any] = {field.name: every[field.name] for field in fields(cls)}
        weights = {name: float(values[name]) for name in ("dosage_weight", "other_weight")}
        return cls(**{**values, **weights})


def _without_gaps(scaled: Array) -> Array:
    """Give a missing gene 0, and the others what they count for it."""
    return np.nan_to_num(scaled, nan=0.0) / present_share(scaled)


def clip(values: Array, lowest: Array | float, highest: Array | float) -> None:
    """Clip in place: half the time of numpy's own."""
    np.minimum(np.maximum(values, lowest, out=values), highest, out=values)


def middle(values: Array) -> tuple[float, float]:
    """Give the two values between which the median of one row without NaN lies; of an odd row it twice."""
    half = len(values) // 2
    ordered = np.partition(values, half)
    upper = float(ordered[half])
    return (upper if len(values) % 2 else float(ordered[:half].max())), upper


def median(values: Array) -> float:
    """Give the median of one row without NaN: numpy's looks for NaN first, which takes most of its time."""
    lower, upper = middle(values)
    return (lower + upper) / 2


def medians(rows: Array) -> Array:
    """Give the `median` of each row, as a column."""
    return np.array([[median(row)] for row in rows])


def trimmed_mean(values: Array) -> Array:
    """Mean of each row without the lowest and the highest tenth of its values."""
    cut = int(values.shape[1] * DOSAGE_TRIM)
    return np.asarray(np.sort(values, axis=1)[:, cut : values.shape[1] - cut].mean(axis=1))
