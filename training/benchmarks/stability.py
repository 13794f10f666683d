"""Which features weigh most for each subtype, what the literature says of them, and how stable they are.

Run by hand, from the repository: ``python -m training.benchmarks.stability --data DIR``. It prints the tables
of docs/explain.md: the features of the model that ships, and how often a classifier that is fitted on other
patients gives them again.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

import leukotype
from leukotype.evidence.published_markers import PUBLISHED_MARKERS, known_marker
from leukotype.explanations.linear import Explainer, Scores
from leukotype.learning.patients import Patients
from leukotype.learning.search import Parameters
from leukotype.learning.settings import Settings
from leukotype.model.classifier import Linear
from leukotype.model.features import Array, Features
from leukotype.vocabulary import NOT_B_ALL
from training.cohort import PublicCohort, PublicSettings, load_cohort, read_public_settings
from training.zscores import rebuild

HEAVIEST = 20  # features of a subtype that are compared; the global view of `leukotype explain` has as many
ALONE = 15  # features that `leukotype explain` names
Labels = npt.NDArray[Any]
Rows = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Ranking:
    """Features of one classifier, heaviest first: features x subtypes, as positions.

    Parameters
    ----------
    over_all
        by mean absolute contribution over all patients.
    within
        by mean contribution among the patients of the subtype.
    adds
        the mean contributions of `within`, features x subtypes.
    """

    subtypes: tuple[str, ...]
    over_all: Rows
    within: Rows
    adds: Array

    @classmethod
    def of(cls, view: Array, weights: Array, labels: Labels, subtypes: Sequence[str]) -> Ranking:
        """Rank by the contributions to log-odds against the average subtype.

        Parameters
        ----------
        view
            samples x features.
        weights
            features x subtypes.
        """
        weights = weights - weights.mean(axis=1, keepdims=True)
        size = np.abs(weights) * np.abs(view).mean(axis=0)[:, None]
        means = np.column_stack([view[labels == name].mean(axis=0) for name in subtypes])
        adds = means * weights
        over_all, within = (np.argsort(-each, axis=0, kind="stable") for each in (size, adds))
        return cls(tuple(subtypes), over_all, within, adds)


@dataclass(frozen=True)
class Fit:
    """Fits the subtype classifier of the settings on undiluted samples, without its calibration."""

    candidate: Parameters
    settings: Settings
    subtype_genes: Rows
    chromosomes: Rows

    @classmethod
    def by(cls, cohort: PublicCohort, settings: PublicSettings) -> Fit:
        """Take the candidate of the settings, and the genes of the cohort."""
        panel = cohort.panel
        return cls(settings.candidate, settings.learning, panel.subtype_genes, panel.chromosomes)

    def __call__(self, values: Array, labels: Labels, ranked: int | None = None) -> Ranking:
        """Fit on all samples, and rank by the first `ranked` of them; by all where None."""
        learned = Features.learn(
            values, labels, subtype_genes=self.subtype_genes, chromosomes=self.chromosomes, dosage_weight=1.0
        )
        features = self.candidate.features(learned)
        view = features.subtype_view(features.all_genes(values))
        names, codes = np.unique(labels.astype(str), return_inverse=True)
        fitted = self.candidate.fit(view, codes, self.settings)
        if not isinstance(fitted, Linear):
            raise TypeError("the settings have no linear model: its features cannot be ranked")
        return Ranking.of(view[:ranked], fitted.weights, labels[:ranked], list(names))


def half(labels: Labels, patients: Labels, rng: np.random.Generator) -> npt.NDArray[np.bool_]:
    """Choose half of each subtype's patients; replicates of a patient stay together."""
    chosen: list[Any] = []
    for own in _patients_of(labels, patients):
        chosen += list(rng.permutation(own)[: len(own) // 2])
    return np.isin(patients, chosen)


def resample(labels: Labels, patients: Labels, rng: np.random.Generator) -> Rows:
    """Draw as many patients of each subtype as it has, with replacement; each brings all of their samples."""
    drawn = [patient for own in _patients_of(labels, patients) for patient in rng.choice(own, len(own))]
    return np.concatenate([np.flatnonzero(patients == patient) for patient in drawn])


def _patients_of(labels: Labels, patients: Labels) -> Iterator[Labels]:
    """Patients of each subtype, in the order of the samples; each under their first label."""
    who = pd.DataFrame({"patient": patients, "label": labels}).drop_duplicates("patient")
    for _, own in who.groupby("label"):
        yield own["patient"].to_numpy()


def shared_by_halves(patients: Patients, fit: Fit, partings: int) -> pd.DataFrame:
    """Count the heaviest features that two halves of the patients share.

    Returns
    -------
    One row a parting, subtype and kind (``as labelled``, ``shuffled``), with ``shared``.
    """
    rows = []
    for parting in range(partings):
        rng = np.random.default_rng(parting)
        first = half(patients.labels, patients.patients, rng)
        for kind in ("as labelled", "shuffled"):
            tops = []
            for side in (first, ~first):
                labels = patients.labels[side]
                tops.append(
                    fit(patients.values[side], rng.permutation(labels) if kind == "shuffled" else labels)
                )
            for column, subtype in enumerate(tops[0].subtypes):
                one, other = (set(each.over_all[:HEAVIEST, column]) for each in tops)
                rows.append((parting, kind, subtype, len(one & other)))
    return pd.DataFrame(rows, columns=["parting", "kind", "subtype", "shared"])


def found_again(
    cohort: PublicCohort, patients: Patients, fit: Fit, named: Rows, subtypes: Sequence[str], resamples: int
) -> Array:
    """Share of resamplings in which each named feature is among the heaviest again: features x subtypes.

    The patients that are known as z-scores are drawn anew as well, and rebuilt as training does; ranked is by
    the others, whose genes were all measured.

    Parameters
    ----------
    named
        features x subtypes, as positions.
    """
    again, others = np.zeros(named.shape), cohort.standardised
    for number in range(resamples):
        rng = np.random.default_rng(number)
        drawn = patients.take(resample(patients.labels, patients.patients, rng))
        rows = resample(others.labels, np.arange(len(others.labels)), rng)
        values = np.vstack([drawn.values, rebuild(drawn, others, cohort.panel.chromosomes)[rows]])
        ranking = fit(values, np.concatenate([drawn.labels, others.labels[rows]]), len(drawn))
        for column, subtype in enumerate(subtypes):
            heaviest = ranking.within[:HEAVIEST, ranking.subtypes.index(subtype)]
            again[:, column] += np.isin(named[:, column], heaviest)
    return again / resamples


def show_features(
    ranking: Ranking, names: Labels, levels: Array, again: Array, patients: Labels
) -> Iterator[str]:
    """Write the table of the heaviest features; bold is a marker of that subtype in the literature.

    Parameters
    ----------
    levels
        mean level of each feature among the patients of each subtype, features x subtypes.
    again
        see `found_again`.
    """
    yield "| subtype (patients) | features: level, and % of resamplings | literature |"
    yield "| --- | --- | --- |"
    for column, subtype in enumerate(ranking.subtypes):
        shown, sources = [], dict[str, list[str]]()
        for place, feature in enumerate(ranking.within[: len(again), column]):
            name, known = str(names[feature]), known_marker(str(names[feature]), subtype)
            sign = "+" if levels[feature, column] > 0 else "-"
            mark = "**" if known else ""
            shown.append(f"{mark}{name}{sign}{mark} {100 * again[place, column]:.0f}")
            if known:
                sources.setdefault(known.source, []).append(name)
        told = "; ".join(f"{', '.join(each)}: {source}" for source, each in sources.items())
        size = int((patients == subtype).sum())
        yield f"| {subtype} ({size}) | {', '.join(shown)} | {told or 'none of these'} |"


def show_markers(ranking: Ranking, names: Labels, first: int) -> Iterator[str]:
    """Say where the literature's other markers stand, and which of them are no features of the model."""
    named = [
        known_marker(str(names[feature]), subtype)
        for subtype, heaviest in zip(ranking.subtypes, ranking.within[:first].T, strict=True)
        for feature in heaviest
    ]
    yield f"Of these {len(named)} places the literature names {sum(map(bool, named))} for their subtype."
    yield "Markers further down, with their place among all features:"
    absent = []
    for column, subtype in enumerate(ranking.subtypes):
        places = {str(names[feature]): place + 1 for place, feature in enumerate(ranking.within[:, column])}
        own = [each for each in PUBLISHED_MARKERS if each.subtype == subtype]
        words = [word for each in own for word in each.features]
        down = [f"{word} {places[word]}" for word in words if places.get(word, 0) > first]
        absent += [f"{word} ({subtype})" for word in words if word not in places]
        if down:
            yield f"- {subtype}: {', '.join(down)}"
    yield f"Not among the model's features: {', '.join(absent)}"


def show_shared(shared: pd.DataFrame, ranking: Ranking) -> Iterator[str]:
    """Write how many of the heaviest features two halves share, the stablest subtype first."""
    table = shared.pivot_table(index="subtype", columns="kind", values="shared").sort_values(
        "as labelled", ascending=False
    )
    positive = np.clip(ranking.adds, 0, None)
    share = np.sort(positive, axis=0)[-ALONE:].sum(axis=0) / positive.sum(axis=0)
    yield f"| subtype | shared of {HEAVIEST} | shuffled | share of the {ALONE} heaviest |"
    yield "| --- | --- | --- | --- |"
    for subtype, row in table.iterrows():
        own = share[ranking.subtypes.index(str(subtype))]
        yield f"| {subtype} | {row['as labelled']:.1f} | {row['shuffled']:.1f} | {100 * own:.0f} % |"
    means = shared.groupby("kind")["shared"].mean()
    yield f"| all | {means['as labelled']:.1f} | {means['shuffled']:.1f} | |"


def main() -> None:
    """Read the cohort, rank the features of the model that ships, fit again and again, print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder that training reads")
    parser.add_argument("--model", type=Path, help="folder of a bundle [the model that ships]")
    parser.add_argument("--top", type=int, default=10, help="features named for each subtype [10]")
    parser.add_argument("--resamples", type=int, default=50, help="resamplings of the patients [50]")
    parser.add_argument("--partings", type=int, default=10, help="partings into halves [10]")
    given = parser.parse_args()
    settings = read_public_settings()
    cohort = load_cohort(given.data, settings.learning)
    patients = cohort.patients.take(cohort.patients.labels != NOT_B_ALL)
    bundle = leukotype.load(given.model)
    explainer = Explainer.of(bundle)
    view = explainer.transform.subtype_view(explainer.transform.all_genes(patients.values))
    if not isinstance(explainer.subtype, Scores):
        parser.error("--model: expected a linear model")
    ranking = Ranking.of(view, explainer.subtype.weights, patients.labels, explainer.subtypes)
    names = explainer.subtype.features["feature"].to_numpy()
    levels = np.column_stack([view[patients.labels == each].mean(axis=0) for each in ranking.subtypes])
    fit = Fit.by(cohort, settings)
    print(f"{bundle.label}; {len(patients)} leukemias, {len(set(patients.patients))} patients\n", flush=True)
    again = found_again(cohort, patients, fit, ranking.within[: given.top], ranking.subtypes, given.resamples)
    print(*show_features(ranking, names, levels, again, patients.labels), "", sep="\n", flush=True)
    print(*show_markers(ranking, names, given.top), "", sep="\n", flush=True)
    print(*show_shared(shared_by_halves(patients, fit, given.partings), ranking), sep="\n")


if __name__ == "__main__":
    main()
