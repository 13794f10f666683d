"""Patients that are public as gene-wise z-scores only, brought to the scale of the others.

Everything here happens inside a training fold, from that fold's patients.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from leukotype.learning.mixing import TrainingRows
from leukotype.learning.patients import Patients
from leukotype.model.features import DOSAGE_CLIP, MIN_SPREAD, Array, Indices, trimmed_mean
from leukotype.vocabulary import B_ALL, CHROMOSOMES, NOT_B_ALL

MIN_SHARED = 3  # patients of a subtype that both cohorts need before it helps to align them


@dataclass(frozen=True)
class Standardised:
    """The patients that are public as gene-wise z-scores only, without those of the external test sets.

    Parameters
    ----------
    scores
        samples x their genes.
    labels
        subtypes.
    model_genes
        position of each gene among the model's, -1 where it is not one of them.
    chromosomes
        chromosome number of each gene, -1 where unknown.
    """

    scores: Array
    labels: npt.NDArray[Any]
    model_genes: Indices
    chromosomes: Indices


def rows_beside(
    scores: Standardised | None, diploid: Array, chromosomes: Indices
) -> Callable[[Patients], list[TrainingRows]]:
    """Give what makes the rows beside the patients of a training set.

    Parameters
    ----------
    scores
        patients to be rebuilt; None without.
    diploid
        leukemias of unknown subtype, samples x genes.
    """
    return partial(_rows_beside, scores, diploid, chromosomes)


def _rows_beside(
    scores: Standardised | None, diploid: Array, chromosomes: Indices, patients: Patients
) -> list[TrainingRows]:
    rows = [TrainingRows.of_values(diploid, B_ALL, "diploid")]
    if scores is not None:
        leukemias = patients.take(patients.labels != NOT_B_ALL)
        rebuilt = rebuild(leukemias, scores, chromosomes)
        rows.append(TrainingRows.of_values(rebuilt, scores.labels, "zscore", measured=False))
    return rows


def rebuild(patients: Patients, standardised: Standardised, chromosomes: Indices) -> Array:
    """Turn z-scores into CPM by the centre and spread that the same subtypes have in `patients`.

    A gene that the z-scores lack gets the mean z-score of its chromosome's genes.
    """
    shared = [
        name
        for name in np.unique(patients.labels)
        if min((patients.labels == name).sum(), (standardised.labels == name).sum()) >= MIN_SHARED
    ]
    centre, spread = _by_subtype(np.log2(patients.values + 1.0), patients.labels, shared)
    z_centre, z_spread = _by_subtype(standardised.scores, standardised.labels, shared)
    aligned = np.clip((standardised.scores - z_centre) / z_spread, -6.0, 6.0)
    level = aligned - np.median(aligned, axis=1, keepdims=True)
    filled = np.zeros((len(aligned), len(chromosomes)))
    for number in range(len(CHROMOSOMES)):
        genes = np.clip(level[:, standardised.chromosomes == number], -DOSAGE_CLIP, DOSAGE_CLIP)
        filled[:, chromosomes == number] = trimmed_mean(genes)[:, None]
    known = standardised.model_genes >= 0
    filled[:, standardised.model_genes[known]] = aligned[:, known]
    return np.asarray(2.0 ** np.clip(centre + spread * filled, 0.0, None) - 1.0)


def _by_subtype(values: Array, labels: npt.NDArray[Any], shared: list[str]) -> tuple[Array, Array]:
    groups = [values[labels == name] for name in shared]
    spread = np.sqrt(np.mean([group.var(axis=0) for group in groups], axis=0)) + MIN_SPREAD
    return np.mean([group.mean(axis=0) for group in groups], axis=0), spread
