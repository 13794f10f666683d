"""Rows made of patients and of normal cells: marrows with fewer blasts, backgrounds, and what is no tissue.

A model whose gate and blasts are learned needs them. Everything here is made from the patients of one
training set, so that nothing of the tested ones is in it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from leukotype.learning.patients import Patients
from leukotype.learning.settings import Mixing
from leukotype.model.features import Array
from leukotype.model.genes import GeneTable
from leukotype.vocabulary import B_ALL, LOW_BLASTS, NORMAL, NOT_B_ALL, SUBTYPES

SCRAMBLED: Final = "scrambled"  # label of rows whose genes were shuffled: no tissue at all
# Dirichlet concentration: from backgrounds of a few cell types to even mixtures of all.
EVENNESS: Final = (0.2, 10.0)
BLOOD_EVENNESS: Final = 0.3  # the same of one mixture of all blood cells
LEAST_READ: Final = 0.05  # share of a chromosome's genes with a read; elsewhere it is above a half


@dataclass(frozen=True)
class TrainingRows:
    """What a model is fitted on.

    Parameters
    ----------
    names
        sample that a row is, or is made of.
    values
        rows x genes, counts per million.
    labels
        subtype, `B_ALL` (subtype unknown), `LOW_BLASTS`, `NOT_B_ALL`, `NORMAL` or `SCRAMBLED`.
    patients
        rows made from one patient share a name.
    measured
        false for rows of which some genes were filled in; they teach neither gate nor blasts.
    share
        fraction of the row that is the patient's own marrow.
    own_pct
        percentage of blasts in this marrow as its laboratory gives it; NaN where unknown.
    """

    names: npt.NDArray[Any]
    values: Array
    labels: npt.NDArray[Any]
    patients: npt.NDArray[Any]
    measured: npt.NDArray[np.bool_]
    share: Array
    own_pct: Array

    @classmethod
    def of(cls, patients: Patients) -> TrainingRows:
        """Take patients as they are."""
        n = len(patients)
        return cls(
            patients.names, patients.values, patients.labels, patients.patients,
            measured=np.ones(n, dtype=bool), share=np.ones(n), own_pct=patients.blast_pct,
        )  # fmt: skip

    @classmethod
    def of_values(
        cls, values: Array, labels: npt.NDArray[Any] | str, kind: str, *, own_pct: float = np.nan,
        share: float = 1.0, measured: bool = True,
    ) -> TrainingRows:  # fmt: skip
        """Give rows that are of no named patient, each one by itself."""
        n = len(values)
        names = np.array([f"{kind} {number}" for number in range(n)], dtype=object)
        given = np.full(n, labels, object) if isinstance(labels, str) else labels
        return cls(
            names, values, given, names,
            measured=np.full(n, measured), share=np.full(n, share), own_pct=np.full(n, own_pct),
        )  # fmt: skip

    def take(self, rows: npt.NDArray[Any]) -> TrainingRows:
        """Give the chosen rows, as copies."""
        return TrainingRows(*(getattr(self, each.name)[rows] for each in fields(self)))

    @staticmethod
    def join(sets: list[TrainingRows]) -> TrainingRows:
        """Put rows below each other."""
        return TrainingRows(
            *(np.concatenate([getattr(each, field.name) for each in sets]) for field in fields(TrainingRows))
        )


class Augmentation(Protocol):
    """Makes the rows that a model is fitted on from the patients of one training set."""

    def __call__(self, patients: Patients, seed: int) -> TrainingRows:
        """Give the patients themselves and what is made of them; equal for an equal seed."""


@dataclass(frozen=True)
class Cells:
    """Normal material.

    Parameters
    ----------
    values
        samples x the model's genes, counts per million; NaN for genes of chromosomes that the file lacks.
    kinds
        cell type of each sample.
    held_out
        true for the donors that only a test may use.
    """

    values: Array
    kinds: npt.NDArray[Any]
    held_out: npt.NDArray[np.bool_]

    def of_genes(self, genes: npt.NDArray[np.intp]) -> Cells:
        """Keep the genes at these positions, in this order."""
        return replace(self, values=self.values[:, genes])

    def teaching_values(self) -> Array:
        """Give the samples that teach."""
        return self.values[~self.held_out]


@dataclass(frozen=True)
class Mixtures:
    """Dilutes patients with normal cells; the `Augmentation` of a model that learns its gate.

    Parameters
    ----------
    cells
        blood cells, that marrows are diluted with.
    settings
        how many rows are made.
    further
        gives rows beside the patients, from these: others of known or unknown subtype. They are diluted too.
    apart
        normal material that is not mixed with, but taught as normal.
    read
        positions, among the cells' genes, of those that the patients come with; None for all.
    """

    cells: Cells
    settings: Mixing
    further: Callable[[Patients], list[TrainingRows]] | None = None
    apart: list[Cells] = field(default_factory=list)
    read: npt.NDArray[np.intp] | None = None

    def __call__(self, patients: Patients, seed: int) -> TrainingRows:
        """Give the patients, the further rows, dilutions of both, backgrounds and scrambled genes."""
        rng, how = np.random.default_rng(seed), self.settings
        if self.read is not None:
            apart = [each.of_genes(self.read) for each in self.apart]
            return replace(self, cells=self.cells.of_genes(self.read), apart=apart, read=None)(patients, seed)
        beside = [] if self.further is None else self.further(patients)
        pure = TrainingRows.join([TrainingRows.of(patients), *beside])
        sets = [pure, *(self._dilution(pure, rng) for _ in range(how.dilutions))]
        untyped = pure.take(np.flatnonzero(pure.measured))
        untyped.labels[np.isin(untyped.labels, SUBTYPES)] = B_ALL
        sets.extend(self._dilution(untyped, rng) for _ in range(how.gate_dilutions))
        normal = [background(self.cells, how.backgrounds, rng)]
        normal += [each.teaching_values() for each in (self.cells, *self.apart)]
        chosen = rng.choice(len(pure.labels), min(how.scrambled, len(pure.labels)), replace=False)
        shuffled = rng.permuted(pure.values[chosen], axis=1)
        for values, kind in ((np.vstack(normal), NORMAL), (shuffled, SCRAMBLED)):
            sets.append(TrainingRows.of_values(values, kind, kind, own_pct=0.0, share=0.0))
        return TrainingRows.join(sets)

    def _dilution(self, pure: TrainingRows, rng: np.random.Generator) -> TrainingRows:
        """Dilute every row once; under `Mixing.low_below` it is one of low blasts, or of normal cells."""
        share = rng.uniform(0.0, 1.0, len(pure.labels))
        values = dilute(pure.values, share, self.cells, rng)
        low = np.where(pure.labels == NOT_B_ALL, NORMAL, LOW_BLASTS)
        labels = np.where(share < self.settings.low_below, low, pure.labels)
        return TrainingRows(
            pure.names, values, labels, pure.patients, pure.measured, share, pure.own_pct
        )  # fmt: skip


def background(cells: Cells, n: int, rng: np.random.Generator, *, held_out: bool = False) -> Array:
    """Mix `n` normal backgrounds of randomly weighted cell types; counts per million."""
    rows = np.flatnonzero(cells.held_out == held_out)
    kinds = np.unique(cells.kinds[rows])
    donors = {kind: rows[cells.kinds[rows] == kind] for kind in kinds}
    mixed = np.empty((n, cells.values.shape[1]))
    for row in mixed:
        evenness = np.exp(rng.uniform(*np.log(EVENNESS)))
        weights = rng.dirichlet(np.full(len(kinds), evenness))
        chosen = [rng.choice(donors[kind]) for kind in kinds]
        row[:] = weights @ cells.values[chosen]
    return mixed


def dilute(
    values: Array, blasts: Array | float, cells: Cells, rng: np.random.Generator, *, held_out: bool = False
) -> Array:
    """Mix each sample with normal blood cells on the linear scale: `blasts` of it, the rest background."""
    share = np.broadcast_to(np.asarray(blasts, dtype=float), (len(values),))[:, None]
    mixed = share * values + (1.0 - share) * background(cells, len(values), rng, held_out=held_out)
    return np.where(share == 1.0, values, mixed)  # also of the genes that the normal cells' file lacks


def dilute_common_genes(values: Array, share: Array | float, blood: Array, rng: np.random.Generator) -> Array:
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
    mixture = rng.dirichlet(np.full(len(blood), BLOOD_EVENNESS), len(values)) @ np.nan_to_num(blood)
    both = ~np.isnan(values) & ~np.isnan(blood.sum(axis=0))
    own = values / np.where(both, values, 0).sum(axis=1, keepdims=True)
    other = mixture / np.where(both, mixture, 0).sum(axis=1, keepdims=True)
    return np.asarray(np.where(both, shares * own + (1 - shares) * other, own))


def unread_chromosomes(read: npt.NDArray[np.bool_], genes: GeneTable) -> list[str]:
    """Name the chromosomes of which hardly a gene is read in any sample: the file lacks them, not the cells.

    GSE115736 (sorted blood cells) as deposited has a dozen reads on all of chromosomes 10 and 20. Taken as
    zeros these would teach that normal cells lack them, which no other marrow shows.

    Parameters
    ----------
    read
        for each gene, whether any sample has a read of it.
    """
    share = pd.Series(read).groupby(genes.frame["chromosome"].to_numpy()).mean()
    return [str(name) for name in share.index[share < LEAST_READ]]
