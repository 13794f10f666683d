"""SYNTHETIC patients, drawn from what a model learned of each class; to demonstrate, never as evidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from leukotype.model.bundle import Bundle
from leukotype.vocabulary import NORMAL, T_ALL

PREFIX: Final = "SYN"

# Share of a class's spread that a patient draws: part of the spread is noise of the counts, which is added.
_PATIENT_SPREAD: Final = 0.5
_LIBRARY_SIZE: Final = (20e6, 60e6)  # reads counted in genes
_DISPERSION: Final = 0.02  # of the negative binomial: variance = mean + dispersion * mean ** 2

_Vector = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SyntheticCohort:
    """A SYNTHETIC cohort.

    Parameters
    ----------
    counts
        Model genes (Ensembl ids) x samples, whole numbers.
    blasts
        Share of leukemia in each sample, in percent.
    truth
        Class of which each sample was drawn.
    """

    counts: pd.DataFrame
    blasts: pd.Series[float]
    truth: pd.Series[str]


@dataclass(frozen=True)
class Patient:
    """A patient to simulate: a class of the model's profiles, and the share of leukemia in percent.

    Parameters
    ----------
    contrast
        how far the class lies from the mean of all classes, against where it does: above 1, a textbook case.
    """

    name: str
    group: str
    purity: float
    contrast: float = 1.0


def simulate_cohort(
    bundle: Bundle, *, per_class: int, purities: Sequence[float], random_state: int
) -> SyntheticCohort:
    """Simulate patients of every class that a model was taught, each subtype at every purity.

    A patient is the mean of the class with noise of their own, mixed on the linear scale with normal cells,
    and counted at a depth of 20 to 60 million reads. Girls and boys take turns: the first have no reads of
    genes of Y, the second none of XIST. T-ALL stands at the highest purity only, normal at none.

    Parameters
    ----------
    per_class
        Patients of each class and purity.
    purities
        Shares of leukemia, in percent (0 to 100).
    random_state
        The same one gives the same cohort.

    Raises
    ------
    ValueError
        For a purity outside 0 to 100, or nobody to simulate.
    """
    if per_class < 1 or not purities or min(purities) < 0 or max(purities) > 100:
        raise ValueError(
            f"expected at least one patient at purities of 0 to 100, found {per_class}, {purities}"
        )
    return simulate_patients(
        bundle, list(_patients(bundle.profiles.names, per_class, purities)), random_state
    )


def simulate_patients(bundle: Bundle, patients: Sequence[Patient], random_state: int) -> SyntheticCohort:
    """Simulate these patients, as `simulate_cohort` does."""
    rng = np.random.default_rng(random_state)
    columns = {patient.name: _counts(bundle, patient, rng) for patient in patients}
    silent = _silent_genes(bundle)
    for number, counts in enumerate(columns.values()):
        counts[silent[number % len(silent)]] = 0
    names = pd.Index([patient.name for patient in patients], name="sample")
    return SyntheticCohort(
        pd.DataFrame(columns, index=pd.Index(bundle.genes.ids, name="gene_id")),
        pd.Series([patient.purity for patient in patients], names, dtype=np.float64, name="blast_pct"),
        pd.Series([patient.group for patient in patients], names, name="truth"),
    )


def add_mixture(
    cohort: SyntheticCohort, first: str, second: str, name: str = "SYN_two-patients_1"
) -> SyntheticCohort:
    """Add a sample that is half of the purest patient of one class and half of that of another."""
    halves = [cohort.blasts[cohort.truth == group].idxmax() for group in (first, second)]
    counts = cohort.counts.assign(**{name: cohort.counts[halves].sum(axis=1) // 2})
    blasts, truth = cohort.blasts.copy(), cohort.truth.copy()
    blasts[name], truth[name] = cohort.blasts[halves].mean(), f"{first} and {second}"
    return SyntheticCohort(counts, blasts, truth)


def laboratory_blasts(cohort: SyntheticCohort) -> pd.Series[float]:
    """Blasts as a laboratory might have them: of every other subtype, of no T-ALL and no normal sample."""
    groups, _ = pd.factorize(cohort.truth)
    given = (groups % 2 == 0) & ~cohort.truth.isin([T_ALL, NORMAL]).to_numpy()
    return cohort.blasts.where(given)


def _patients(groups: Sequence[str], per_class: int, purities: Sequence[float]) -> Iterator[Patient]:
    for group in groups:
        for purity in {T_ALL: [max(purities)], NORMAL: [0.0]}.get(group, purities):
            stem = "_".join([PREFIX, group.replace("::", "-").replace(" ", "-").replace("/", "-")])
            share = "" if group == NORMAL else f"_{purity:g}pct"
            for number in range(1, per_class + 1):
                yield Patient(f"{stem}{share}_{number}", group, purity)


def _counts(bundle: Bundle, patient: Patient, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """Count one patient's reads, from a negative binomial."""
    share = patient.purity / 100
    cells = _cpm(bundle, patient.group, rng, patient.contrast)
    normal = _cpm(bundle, NORMAL, rng)
    cpm = share * cells + (1 - share) * normal
    expected = cpm * rng.uniform(*_LIBRARY_SIZE) / 1e6
    return rng.poisson(rng.gamma(1 / _DISPERSION, expected * _DISPERSION))


def _silent_genes(bundle: Bundle) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Mark the genes that a girl, and those that a boy does not read."""
    frame = bundle.genes.frame
    return (frame["chromosome"] == "Y").to_numpy(), (frame["symbol"] == "XIST").to_numpy()


def _cpm(bundle: Bundle, group: str, rng: np.random.Generator, contrast: float = 1.0) -> _Vector:
    """Draw one patient's expression: CPM of the model's genes, which are a part of the million."""
    row = bundle.profiles.names.index(group)
    mean, spread = bundle.profiles.means[row], bundle.profiles.spreads[row]
    if contrast != 1.0:
        usual = bundle.profiles.means.mean(axis=0)
        mean = np.maximum(usual + contrast * (mean - usual), 0)
    logged = mean + _PATIENT_SPREAD * spread * rng.standard_normal(len(mean))
    return np.asarray(np.maximum(2.0**logged - 1, 0))
