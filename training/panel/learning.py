"""Learns the experts: class means over the sources, a covariance with what dilution does, rank scores."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import numpy as np
from sklearn.linear_model import LogisticRegression

from leukotype.model.features import CLIP, MIN_SPREAD, Array, Indices, normal_scores
from training.panel.experts import EXTREMES, Expert, GaussianExpert, Marks, RankExpert, dosage
from training.panel.means import ClassMeans, Trust, align, class_means, fill, joint_means
from training.panel.sources import PROFILES, UNDEFINED, Patients, RankTables, Sources
from training.panel.spoiling import dilute

RIDGE: Final = 0.3  # share of a feature's variance that is its own
COMPONENTS: Final = 128  # of the covariance
DOSAGE_COMPONENTS: Final = 24
PROFILE_PATIENTS: Final = 30.0  # that a class profile counts for
COHORT_TRUST, STJUDE_TRUST = Trust(0.2, 5.0), Trust(0.1, 2.0)
BLOOD_WEIGHT: Final = 2.0  # of the directions in which dilution moves the features
BLOOD_COMPONENTS: Final = 8
BLOOD_PATIENTS: Final = 60  # whose dilutions give these directions
BLOOD_SHARES: Final = (0.3, 0.8)  # least and largest share of their own marrow
RANK_C: Final = 3.0  # inverse strength of the rank scores' penalty
RANK_NOISE: Final = 0.06  # standard deviation of the noise in a rank score
RANK_COPIES: Final = 2  # undiluted copies of the patients, beside one for each diluted share
RANK_SHARES: Final = (0.3, 0.5, 0.7)
PLOIDY_CLASSES: Final = ("Hyperdiploid", "iAMP21", "Low hypodiploid", "Near haploid")
LEAST_PATIENTS: Final = 3  # of a class whose chromosomes count as those of all others
NOT_TAUGHT: Final = ("Near haploid",)  # to the cohorts' expert, whose patients hold none to speak of


class Name(StrEnum):
    """The experts, as README.md and the tables call them."""

    COHORTS = "A"
    RANKS = "B"
    STJUDE = "C"
    CHROMOSOMES = "E"


@dataclass(frozen=True)
class Block:
    """Class means, spreads and scores of one set of genes, before they become an expert.

    Parameters
    ----------
    genes
        positions among the panel's.
    classes, means
        joint means over the sources: classes x genes, in normal scores.
    spread
        of each gene within the classes.
    scores
        normal scores of the target's samples.
    target
        the source on whose scale all is.
    """

    genes: Indices
    classes: tuple[str, ...]
    means: Array
    spread: Array
    scores: Array
    target: Patients

    @property
    def centre(self) -> Array:
        """Mean of the classes."""
        return np.asarray(self.means.mean(axis=0))


@dataclass(frozen=True)
class Lesson:
    """What a block of genes is learned from.

    Parameters
    ----------
    genes
        positions among the panel's.
    target
        patients on whose scale all is, and whose residuals give the covariance.
    others
        further patients.
    profiles
        log2 class profiles, `PROFILES` x all genes; None teaches none.
    trust
        in the sources.
    """

    genes: Indices
    target: Patients
    others: tuple[Patients, ...]
    profiles: Array | None
    trust: Trust


def without(patients: Patients, classes: Collection[str]) -> Patients:
    """Leave out the patients of these classes and those of none."""
    return patients.take(~np.isin(patients.labels, [*classes, *UNDEFINED]))


def learn_block(lesson: Lesson, *, no_patients: Collection[str] = (), drop: Collection[str] = ()) -> Block:
    """Learn class means and spreads.

    Parameters
    ----------
    no_patients
        classes of which no patient may teach: only their profile does.
    drop
        classes that the expert shall not know.
    """
    target = without(lesson.target, no_patients)
    scores = fill(normal_scores(target.values[:, lesson.genes]))
    reference = class_means(scores, target.labels)
    sources = [reference]
    sources += [align(_other(without(each, no_patients), lesson.genes), reference) for each in lesson.others]
    if lesson.profiles is not None:
        sizes = np.full(len(PROFILES), PROFILE_PATIENTS)
        profiles = ClassMeans(tuple(PROFILES.values()), lesson.profiles[:, lesson.genes], sizes)
        sources.append(align(profiles, reference))
    classes = tuple(sorted({name for source in sources for name in source.names} - set(drop)))
    means = joint_means(sources, classes, lesson.trust)
    residual = scores - reference.means[[reference.names.index(name) for name in target.labels]]
    freedom = len(residual) - len(reference.names)
    spread = np.sqrt((residual**2).sum(axis=0) / freedom) + MIN_SPREAD
    return Block(lesson.genes, classes, means, spread, scores, target)


def _other(patients: Patients, genes: Indices) -> ClassMeans:
    """Average another source over the genes that nearly all of its samples have."""
    on = np.isfinite(patients.values[:, genes]).mean(axis=0) > 0.95
    scores = np.full((len(patients.labels), len(genes)), np.nan)
    scores[:, on] = fill(normal_scores(patients.values[:, genes[on]]))
    return class_means(scores, patients.labels)


def principal_rows(rows: Array, number: int) -> Array:
    """Replace rows by fewer with (nearly) the same ``rows.T @ rows``; no patient can be read off them."""
    if len(rows) <= 2:
        return rows
    values, vectors = np.linalg.eigh(rows @ rows.T)
    order = np.argsort(values)[::-1][: min(number, len(rows) - 1)]
    found = vectors[:, order].T @ rows
    return np.asarray(found * np.sign(found[np.arange(len(found)), np.abs(found).argmax(axis=1)])[:, None])


def gaussian_expert(block: Block, blood: Array | None = None) -> GaussianExpert:
    """Turn a block into an expert that reads its genes.

    Parameters
    ----------
    blood
        normal cells x all genes, by which patients are diluted; None leaves dilution out.
    """

    def view(scores: Array) -> Array:
        return np.clip((scores - block.centre) / block.spread, -CLIP, CLIP)

    features = view(block.scores)
    own = class_means(features, block.target.labels)
    residual = features - own.means[[own.names.index(name) for name in block.target.labels]]
    rows = [residual * np.sqrt((1 - RIDGE) / (len(residual) - len(own.names)))]
    if blood is not None:
        rows.append(_dilution_rows(block, blood, view))
    return GaussianExpert(
        block.genes,
        block.classes,
        block.centre,
        block.spread,
        view(block.means),
        principal_rows(np.vstack(rows), COMPONENTS),
        RIDGE,
        np.array([], dtype=np.intp),
        np.array([], dtype=bool),
        np.zeros(0),
    )


def _dilution_rows(block: Block, blood: Array, view: Callable[[Array], Array]) -> Array:
    """Give the directions in which normal blood moves the features: rows to be added to the covariance."""
    rng, n = np.random.default_rng(0), len(block.target.labels)
    rows = rng.choice(n, min(BLOOD_PATIENTS, n), replace=False)
    values = block.target.values[rows]
    shares = rng.uniform(*BLOOD_SHARES, (len(rows), 1))
    mixed = dilute(values, shares, blood, rng)[:, block.genes]
    pure = view(fill(normal_scores(values[:, block.genes])))
    moved = np.nan_to_num(view(fill(normal_scores(mixed))) - pure)
    return np.asarray(BLOOD_WEIGHT * principal_rows(moved, BLOOD_COMPONENTS) / np.sqrt(len(rows)))


def dosage_expert(block: Block, chromosomes: Indices, critical: Marks) -> GaussianExpert:
    """Learn the chromosomes' expert: Hyperdiploid, iAMP21 and all others, from a block's patients and means.

    Parameters
    ----------
    chromosomes, critical
        of all genes.
    """
    numbers, region = chromosomes[block.genes], critical[block.genes]
    features = dosage((block.scores - block.centre) / block.spread, numbers, region)
    level = dosage((block.means - block.centre) / block.spread, numbers, region)
    own = class_means(features, block.target.labels)
    others = [n for n, size in zip(own.names, own.sizes, strict=True) if size >= LEAST_PATIENTS]
    others = [name for name in others if name not in PLOIDY_CLASSES]
    rest = np.mean([own.means[own.names.index(name)] for name in others], axis=0)
    calm = level[[block.classes.index(name) for name in others]].mean(axis=0)
    gained = {
        "Hyperdiploid": own.means[own.names.index("Hyperdiploid")],
        "iAMP21": rest + level[block.classes.index("iAMP21")] - calm,
    }
    hyper = block.target.labels == "Hyperdiploid"
    residual = np.vstack([features[rows] - features[rows].mean(axis=0) for rows in (hyper, ~hyper)])
    spread = np.sqrt((residual**2).mean(axis=0))
    classes = tuple(sorted([*gained, *others]))
    means = np.array([gained.get(name, rest) for name in classes]) / spread
    loadings = principal_rows(residual / spread * np.sqrt((1 - RIDGE) / len(residual)), DOSAGE_COMPONENTS)
    return GaussianExpert(
        block.genes, classes, block.centre, block.spread, means, loadings, RIDGE, numbers, region, spread
    )


def empty_rank_expert(tables: RankTables, genes: Indices, diploid: Array) -> RankExpert:
    """Make an expert of the gene sets without weights; diploid leukemias give each gene's usual rank.

    Parameters
    ----------
    genes
        positions of the scores' genes among the panel's.
    diploid
        samples x all genes.
    """
    flat, none = (np.zeros(len(genes)), np.ones(len(genes))), np.zeros((len(tables.sets), 0))
    empty = RankExpert(
        genes, tables.lengths, *flat, tables.sets, tables.up, tables.down, (), none, np.zeros(0)
    )
    ranks = empty.ranks(diploid[:, genes])
    return replace(empty, rank=ranks.mean(axis=0), rank_spread=ranks.std(axis=0))


@dataclass(frozen=True)
class DilutionMap:
    """How one share of normal blood moves the class scores: a ridge regression with its residuals."""

    centre: Array
    mean: Array
    slope: Array
    rest: Array

    def move(self, scores: Array, rng: np.random.Generator) -> Array:
        """Dilute patients of whom only the scores are known."""
        noise = self.rest[rng.choice(len(self.rest), len(scores))]
        return np.asarray(scores + self.mean + (scores - self.centre) @ self.slope + noise)


def dilution_maps(expert: RankExpert, values: Array, blood: Array) -> list[DilutionMap]:
    """Learn from samples x all genes how each of `RANK_SHARES` moves the class scores."""
    rng = np.random.default_rng(0)
    pure, maps = expert.features(values[:, expert.genes])[:, :EXTREMES], []
    centre = pure.mean(axis=0)
    away = pure - centre
    for share in RANK_SHARES:
        mixed = dilute(values, share, blood, rng)[:, expert.genes]
        moved = expert.features(mixed)[:, :EXTREMES] - pure
        mean = moved.mean(axis=0)
        slope = np.linalg.solve(away.T @ away + np.eye(away.shape[1]), away.T @ (moved - mean))
        maps.append(DilutionMap(centre, mean, slope, moved - mean - away @ slope))
    return maps


def learn_ranks(empty: RankExpert, tables: RankTables, maps: list[DilutionMap]) -> RankExpert:
    """Learn the gene sets' weights from the 2,294 patients: with noise, and diluted by `maps`.

    The patients without a subtype (B-other) are no class.
    """
    defined = ~np.isin(tables.labels, UNDEFINED)
    scores, labels = tables.scores[defined], tables.labels[defined]
    rows = _augmented(scores, maps)
    mean, spread = scores.mean(axis=0), scores.std(axis=0)
    model = LogisticRegression(C=RANK_C, max_iter=3000, class_weight="balanced")
    model.fit((rows - mean) / spread, np.tile(labels, len(rows) // len(scores)))
    weights = model.coef_.T / spread[:, None]
    intercept = model.intercept_ - mean @ weights
    signature = np.zeros((len(empty.sets) - EXTREMES, weights.shape[1]))  # read by a rule of its own
    classes = tuple(str(name) for name in model.classes_)
    return replace(empty, classes=classes, weights=np.vstack([weights, signature]), intercept=intercept)


def _augmented(scores: Array, maps: list[DilutionMap]) -> Array:
    rng = np.random.default_rng(0)
    copies = [scores + rng.normal(0, RANK_NOISE, scores.shape) for _ in range(RANK_COPIES)]
    for each in maps:
        moved = each.move(scores, rng)
        copies.append(moved + rng.normal(0, RANK_NOISE, scores.shape))
    return np.vstack(copies)


def near_haploid_rule(tables: RankTables) -> tuple[float, float]:
    """Learn near haploid against hyperdiploid from one set's score: slope and offset of the log-odds."""
    centre, spread = tables.signature.mean(), tables.signature.std(ddof=1)
    model = LogisticRegression(C=1.0, class_weight="balanced")
    model.fit((tables.signature[:, None] - centre) / spread, tables.near_haploid)
    slope = float(model.coef_[0, 0] / spread)
    return slope, float(model.intercept_[0] - slope * centre)


def with_near_haploid(expert: RankExpert, slope: float, offset: float) -> RankExpert:
    """Add Near haploid to a rank expert: Hyperdiploid's weights and, on its own set, `slope` and `offset`."""
    hyper = expert.classes.index("Hyperdiploid")
    weights = np.column_stack([expert.weights, expert.weights[:, hyper]])
    weights[-1, -1] += slope
    intercept = np.append(expert.intercept, expert.intercept[hyper] + offset)
    return replace(expert, classes=(*expert.classes, "Near haploid"), weights=weights, intercept=intercept)


class Teacher:
    """Learns experts from the sources' patients, whichever of them may be seen."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self.empty = empty_rank_expert(sources.ranks, sources.genes.ranks, sources.diploid)
        self.near_haploid = near_haploid_rule(sources.ranks)

    def ranks(self, cohort: Patients, more: Array | None = None) -> RankExpert:
        """Learn the rank expert; dilutions of the cohort (and of `more`) teach it fewer blasts."""
        seen = [without(cohort, ()).values, *([] if more is None else [more])]
        maps = [each for values in seen for each in dilution_maps(self.empty, values, self.sources.blood)]
        return learn_ranks(self.empty, self.sources.ranks, maps)

    def gaussians(
        self, cohort: Patients, stjude: Patients | None, drop: Collection[str] = NOT_TAUGHT
    ) -> dict[Name, Expert]:
        """Learn the experts that read genes and chromosomes.

        Parameters
        ----------
        stjude
            None leaves the 441 out, and their expert with them.
        drop
            classes that the cohorts' expert shall not know.
        """
        others = () if stjude is None else (stjude,)
        block = learn_block(self.cohort_lesson(cohort, others), drop=drop)
        genes, blood = self.sources.genes, self.sources.blood
        experts: dict[Name, Expert] = {Name.COHORTS: gaussian_expert(block, blood)}
        if stjude is not None:
            experts[Name.STJUDE] = gaussian_expert(learn_block(self.stjude_lesson(stjude, cohort)), blood)
        experts[Name.CHROMOSOMES] = dosage_expert(block, genes.chromosomes, genes.critical)
        return experts

    def cohort_lesson(self, cohort: Patients, others: tuple[Patients, ...]) -> Lesson:
        """Give what teaches the cohorts' expert: patients and class profiles."""
        return Lesson(self.sources.genes.cohorts, cohort, others, self.sources.profiles, COHORT_TRUST)

    def stjude_lesson(self, stjude: Patients, cohort: Patients) -> Lesson:
        """Give what teaches the expert of the 441."""
        return Lesson(self.sources.genes.stjude, stjude, (cohort,), None, STJUDE_TRUST)
