"""What public cohorts and files say of the model that ships, beside what is measured of every model."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from leukotype.evidence.knowledge import Strength
from leukotype.learning.card import Supplement
from leukotype.learning.estimator import Fitted
from leukotype.learning.figures import BINS, Answers
from leukotype.learning.measurement import Learned
from leukotype.model.bundle import load
from leukotype.model.features import Indices
from leukotype.vocabulary import NOT_B_ALL
from training.cohort import PublicCohort, PublicSettings
from training.dilution import (
    Dilution,
    ask_diluted,
    blast_figures,
    blast_table,
    external_blast_figures,
    purity_table,
)
from training.outside import external_calls, external_dilutions, external_sets, ploidy_tables, save_for_tests
from training.robustness import cross_validation_tables, disturb, file_tables
from training.story import sections
from training.wrong_inputs import left_out, wrong_inputs

EVEN = (1.0, *((step + 0.5) / 40 for step in range(40)))  # shares of marrow, none more often than others
B_OTHER = "B-other"
Tables = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class FoldFindings:
    """What one fold's model says of its held-out patients, spoiled and diluted."""

    spoiled: pd.DataFrame
    diluted: list[Dilution]


@dataclass(frozen=True)
class FoldStudy:
    """Asks the model of a fold about its held-out patients in every disguise."""

    cohort: PublicCohort
    seed: int

    def __call__(self, fitted: Fitted, rows: Indices) -> FoldFindings:
        """Ask about the patients of these rows."""
        patients = self.cohort.patients.take(rows)
        ill = patients.take(np.flatnonzero(patients.labels != NOT_B_ALL))
        diluted = ask_diluted(fitted, ill, self.cohort.blood, self.seed)
        return FoldFindings(disturb(fitted, self.cohort, rows, self.seed), diluted)


def supplement(cohort: PublicCohort, learned: Learned, settings: PublicSettings, data: Path) -> Supplement:
    """Measure what only these cohorts and files can tell, and say who the patients are."""
    seed = settings.learning.seed
    diluted = [each for fold in learned.beside for each in fold.diluted]
    spoiled = pd.concat([fold.spoiled for fold in learned.beside], ignore_index=True)
    plain, lesions = learned.answers
    figures = public_figures(cohort, plain, seed)
    for each in learned.cohorts:
        more = public_figures(cohort, each.answers, seed)
        figures |= {f"{each.split.cohort}_never_seen_{name}": value for name, value in more.items()}
    if lesions is not None:
        beside = public_figures(cohort, lesions, seed)
        figures |= {f"with_lesions_{name}": value for name, value in beside.items()}
    found = blast_figures(cohort, plain, diluted)
    figures |= {f"blasts_{name}": value for name, value in found.items()}
    with threadpool_limits(1):
        outside, more = _outside(cohort, learned.fitted, settings, data)
        lineages, cells = left_out(cohort, settings)
    spoilt = cross_validation_tables(spoiled, plain, cohort, data)
    tables = {
        "Held-out patients diluted with blood cells of donors that training never saw": purity_table(diluted),
        "Their blasts, as estimated (percent)": blast_table(diluted),
        **{f"Held-out patients spoiled: {name}": table for name, table in spoilt.items()},
        **outside,
        "T-ALL called, and B-ALL lost, by a model of the other cohort alone": lineages,
        "Stroma, by a model that was taught none": cells,
        "What the lesions of the training patients say, beside their labels (without any dosage)":
            lesions_against_labels(cohort),
    }  # fmt: skip
    rounded = {name: round(float(value), 4) for name, value in (figures | more).items()}
    return Supplement(sections(cohort), rounded, tables)


def _outside(
    cohort: PublicCohort, final: Fitted, settings: PublicSettings, data: Path
) -> tuple[Tables, dict[str, float]]:
    """Test the final model through a bundle on disk, as a user would."""
    seed = settings.learning.seed
    diluted = external_dilutions(final, cohort, data, seed)
    with TemporaryDirectory() as folder:
        save_for_tests(Path(folder), final, cohort.teaching(settings))
        calls = external_calls(Path(folder), data)
        files = file_tables(Path(folder), data, seed)
        wrong, called = wrong_inputs(load(Path(folder)), data, seed)
    sets, not_right = external_sets(calls)
    ploidy, hyperdiploid = ploidy_tables(calls)
    tables = {
        "External sets, raw files, never trained on": sets,
        "Every external sample that is not called right": not_right,
        "Chromosomes from the counts: the four files of known ploidy": ploidy,
        "Hyperdiploidy (51 to 67 chromosomes) from the counts, every sample with raw counts": hyperdiploid,
        "GSE161501 diluted in the same way": purity_table(diluted),
        "Its blasts, as estimated (percent)": blast_table(diluted),
        "What is not B-ALL, or no sample at all: what becomes of it": wrong,
        "Every one of these that is called": called.round(3),
        **{f"The external files spoiled: {name}": table for name, table in files.items()},
    }
    return tables, external_blast_figures(external_dilutions(final, cohort, data, seed, EVEN))


def public_figures(cohort: PublicCohort, held: Answers, seed: int) -> dict[str, float]:
    """Count what needs to know these patients: which were known before, and what chance does."""
    ill = held.take(np.flatnonzero(held.truth != NOT_B_ALL))
    classed = ill.take(np.flatnonzero(np.isin(ill.truth, ill.subtypes)))
    other = ill.take(np.flatnonzero(ill.truth == B_OTHER))
    known = cohort.details.loc[classed.names, "known"].to_numpy(bool) & (classed.cohorts == "GSE227832")
    figures = {
        "ece_by_chance": ece_by_chance(classed, seed),
        "n_b_other": len(other.truth),
        "b_other_called_something_else": int(((other.called != "") & (other.called != B_OTHER)).sum()),
    }
    if known.any():
        own = classed.take(np.flatnonzero(known))
        told = count(own)
        figures |= {f"known_before_ml_GSE227832_{name}": value for name, value in told.items()}
    return figures


def count(own: Answers) -> dict[str, int]:
    """Count who is right without a threshold, called right and wrong, likely right and wrong, and silent."""
    called, likely = own.called != "", np.zeros(len(own.truth), dtype=bool)
    holds = likely.copy()
    if own.likely is not None:
        likely = np.array([len(each) > 0 for each in own.likely])
        holds = np.array([name in each for name, each in zip(own.truth, own.likely, strict=True)])
    right = own.called == own.truth
    return {
        "n": len(own.truth),
        "most_probable_right": int((own.most_probable == own.truth).sum()),
        "called_right": int((called & right).sum()),
        "called_wrong": int((called & ~right).sum()),
        "likely_right": int((likely & holds).sum()),
        "likely_wrong": int((likely & ~holds).sum()),
        "silent": int((~called & ~likely).sum()),
    }


def ece_by_chance(answers: Answers, seed: int, draws: int = 200) -> float:
    """Give the expected calibration error of a perfectly calibrated model with these probabilities.

    It is not 0: a share of few patients strays from its probability by chance.
    """
    rng, top = np.random.default_rng(seed), answers.probabilities.max(axis=1)
    bins = np.minimum((top * BINS).astype(int), BINS - 1)
    errors = []
    for _ in range(draws):
        gap = top - (rng.random(len(top)) < top)
        errors.append(np.abs(np.bincount(bins, gap)).sum() / len(top))
    return float(np.mean(errors))


def lesions_against_labels(cohort: PublicCohort) -> pd.DataFrame:
    """Compare what the patients' lesions define or are typical of with their labels, one row a subtype."""
    _, first = np.unique(cohort.patients.patients.astype(str), return_index=True)
    own = cohort.patients.take(np.sort(first))
    labels = dict(zip(own.names, own.labels, strict=True))
    rows: list[tuple[Any, ...]] = []
    for strength in (Strength.DEFINING, Strength.TYPICAL):
        told = {
            name: {each.subtype for each in cohort.evidence.lesions(name) if each.strength == strength}
            for name in labels
        }
        for subtype in sorted(set().union(*told.values())):
            found = [labels[name] for name, subtypes in told.items() if subtype in subtypes]
            others = pd.Series([label for label in found if label != subtype], dtype=object).value_counts()
            text = ", ".join(f"{label} {n}" for label, n in others.items())
            rows.append((subtype, str(strength), len(found), found.count(subtype), text))
    columns = ["subtype", "strength", "patients_with_the_lesion", "label_is_the_subtype", "other_labels"]
    return pd.DataFrame(rows, columns=columns)
