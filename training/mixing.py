"""Training sets made in silico: marrows with fewer blasts, and patients known only as z-scores.

Everything here happens inside a training fold, from that fold's patients and the training donors.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from leukotype.model.classifier import B_ALL
from leukotype.model.features import DOSAGE_CLIP, MIN_SPREAD, Array, trimmed_mean
from leukotype.vocabulary import CHROMOSOMES, LOW_BLASTS, NORMAL, NOT_B_ALL, SUBTYPES
from training.cohort import Cells, Cohort, Patients, Standardised

MIN_SHARED = 3  # patients of a subtype that both cohorts need before it helps to align them
SCRAMBLED = "scrambled"  # label of rows whose genes were shuffled: no tissue at all
EVENNESS = (
    0.2,
    10.0,
)  # Dirichlet concentration: from backgrounds of a few cell types to even mixtures of all


@dataclass(frozen=True)
class TrainingSet:
    """Rows for `LeukotypeClassifier.fit`.

    Parameters
    ----------
    values
        samples x genes, CPM.
    labels
        subtype, `B_ALL` (subtype unknown), `LOW_BLASTS`, `NOT_B_ALL` (T-ALL) or `NORMAL`.
    patients
        rows made from one patient share a name.
    measured
        false for rows rebuilt from z-scores, whose other genes are filled in.
    blasts
        fraction of the sample that is the patient's own marrow.
    own_pct
        percentage of blasts in this marrow by its pathologist; NaN where unknown.
    """

    values: Array
    labels: npt.NDArray[Any]
    patients: npt.NDArray[Any]
    measured: npt.NDArray[np.bool_]
    blasts: Array
    own_pct: Array

    def take(self, rows: npt.NDArray[Any]) -> TrainingSet:
        """Give the chosen rows, as copies."""
        return TrainingSet(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


def background(cells: Cells, n: int, rng: np.random.Generator, *, held_out: bool = False) -> Array:
    """Mix `n` normal backgrounds of randomly weighted cell types; CPM."""
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


def rebuild(patients: Patients, standardised: Standardised, chromosomes: npt.NDArray[np.intp]) -> Array:
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


def training_set(cohort: Cohort, rows: npt.NDArray[Any], config: dict[str, Any], seed: int) -> TrainingSet:
    """Build one fold's training set: its patients, the z-score patients, and dilutions of both.

    Parameters
    ----------
    rows
        positions of this fold's patients in ``cohort.patients``.
    config
        the ``[mixing]`` table of the configuration.
    """
    rng = np.random.default_rng(seed)
    patients = cohort.patients.take(rows)
    leukemias = patients.take(patients.labels != NOT_B_ALL)
    diploid = cohort.diploid.values[~cohort.diploid.held_out]
    parts = [(patients.values, patients.labels, patients.patients, True, patients.blast_pct)]
    unknown = np.full(len(diploid), np.nan)
    parts.append((diploid, np.full(len(diploid), B_ALL), _names("diploid", len(diploid)), True, unknown))
    if config["use_zscore_cohort"]:
        zscores = cohort.standardised
        rebuilt = rebuild(leukemias, zscores, cohort.chromosomes)
        unknown = np.full(len(rebuilt), np.nan)
        parts.append((rebuilt, zscores.labels, _names("zscore", len(rebuilt)), False, unknown))
    pure = _stack(parts)
    sets = [pure]
    low_below = config["low_below"]
    sets.extend(_dilution(pure, cohort.blood, rng, low_below) for _ in range(config["dilutions"]))
    untyped = pure.take(pure.measured)
    untyped.labels[np.isin(untyped.labels, SUBTYPES)] = B_ALL
    sets.extend(_dilution(untyped, cohort.blood, rng, low_below) for _ in range(config["gate_dilutions"]))
    return _join(
        [*sets, _normals(cohort, rng, config["backgrounds"]), _scrambled(pure, rng, config["scrambled"])]
    )


def _dilution(pure: TrainingSet, blood: Cells, rng: np.random.Generator, low_below: float) -> TrainingSet:
    """Dilute every row once; under `low_below` it is one of low blasts, or of normal cells."""
    blasts = rng.uniform(0.0, 1.0, len(pure.labels))
    values = dilute(pure.values, blasts, blood, rng)
    low = np.where(pure.labels == NOT_B_ALL, NORMAL, LOW_BLASTS)
    labels = np.where(blasts < low_below, low, pure.labels)
    return TrainingSet(values, labels, pure.patients, pure.measured, blasts, pure.own_pct)


def _normals(cohort: Cohort, rng: np.random.Generator, backgrounds: int) -> TrainingSet:
    mixed = background(cohort.blood, backgrounds, rng)
    blood = cohort.blood.values[~cohort.blood.held_out]
    stroma = cohort.stroma.values[~cohort.stroma.held_out]
    values = np.vstack([mixed, blood, stroma])
    return _without_blasts(values, NORMAL)


def _scrambled(pure: TrainingSet, rng: np.random.Generator, n: int) -> TrainingSet:
    chosen = rng.choice(len(pure.labels), n, replace=False)
    values = rng.permuted(pure.values[chosen], axis=1)
    return _without_blasts(values, SCRAMBLED)


def _without_blasts(values: Array, kind: str) -> TrainingSet:
    n = len(values)
    names, none = _names(kind, n), np.zeros(n)
    return TrainingSet(values, np.full(n, kind, object), names, np.ones(n, bool), none, none)


def _names(kind: str, n: int) -> npt.NDArray[Any]:
    return np.array([f"{kind} {number}" for number in range(n)], dtype=object)


def _stack(parts: list[tuple[Array, npt.NDArray[Any], npt.NDArray[Any], bool, Array]]) -> TrainingSet:
    values, labels, names, measured, own_pct = zip(*parts, strict=True)
    sizes = [len(each) for each in values]
    return TrainingSet(
        np.vstack(values),
        np.concatenate(labels),
        np.concatenate(names),
        np.repeat(measured, sizes),
        np.ones(sum(sizes)),
        np.concatenate(own_pct),
    )


def _join(sets: list[TrainingSet]) -> TrainingSet:
    return TrainingSet(
        np.vstack([each.values for each in sets]),
        *(
            np.concatenate([getattr(each, name) for each in sets])
            for name in ("labels", "patients", "measured", "blasts", "own_pct")
        ),
    )
