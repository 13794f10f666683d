"""Learns experts that read genes and chromosomes: class means over sources, a covariance, what blood does."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

import numpy as np

from leukotype.learning.class_means import ClassMeans, Trust, align, class_means, fill, joint_means
from leukotype.learning.mixing import dilute_common_genes
from leukotype.learning.sources import PROFILES, UNDEFINED, SourceSamples
from leukotype.model.experts import ChromosomeMeans, Discriminant, EachGene, Expert, dosage
from leukotype.model.features import CLIP, MIN_SPREAD, Array, Indices, Marks, normal_scores
from leukotype.model.scales import GeneScale, Scale

RIDGE: Final = 0.3  # share of a feature's variance that is its own
COMPONENTS: Final = 128  # of the covariance
DOSAGE_COMPONENTS: Final = 24
PROFILE_PATIENTS: Final = 30.0  # that a class profile counts for
BLOOD_WEIGHT: Final = 2.0  # of the directions in which dilution moves the features
BLOOD_COMPONENTS: Final = 8
BLOOD_PATIENTS: Final = 60  # whose dilutions give these directions
BLOOD_SHARES: Final = (0.3, 0.8)  # least and largest share of their own marrow
PLOIDY_CLASSES: Final = ("Hyperdiploid", "iAMP21", "Low hypodiploid", "Near haploid")
LEAST_PATIENTS: Final = 3  # of a class whose chromosomes count as those of all others


@dataclass(frozen=True)
class Member:
    """An expert with the scale that it reads, as a pool takes it."""

    scale: Scale
    expert: Expert

    def features(self, values: Array) -> Array:
        """Give samples x features from samples x the model's genes."""
        return self.expert.features(self.scale(values))

    def scores(self, values: Array) -> Array:
        """Score samples x the model's genes; a row of NaN where too few of its genes are there."""
        return self.expert.scores(self.features(values))


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
    target: SourceSamples

    @property
    def centre(self) -> Array:
        """Mean of the classes."""
        return np.asarray(self.means.mean(axis=0))


@dataclass(frozen=True)
class GeneLesson:
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
    for_absent
        whether profiles teach only the classes that no patient does.
    """

    genes: Indices
    target: SourceSamples
    others: tuple[SourceSamples, ...]
    profiles: Array | None
    trust: Trust
    for_absent: bool = False


def without(patients: SourceSamples, classes: Collection[str]) -> SourceSamples:
    """Leave out the patients of these classes and those of none."""
    return patients.take(~np.isin(patients.labels, [*classes, *UNDEFINED]))


def learn_block(
    lesson: GeneLesson, *, no_patients: Collection[str] = (), drop: Collection[str] = ()
) -> Block:
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
        aligned = align(profiles, reference)
        known = {name for source in sources for name in source.names}
        sources.append(aligned.without(known) if lesson.for_absent else aligned)
    classes = tuple(sorted({name for source in sources for name in source.names} - set(drop)))
    means = joint_means(sources, classes, lesson.trust)
    residual = scores - reference.means[[reference.names.index(name) for name in target.labels]]
    freedom = len(residual) - len(reference.names)
    spread = np.sqrt((residual**2).sum(axis=0) / freedom) + MIN_SPREAD
    return Block(lesson.genes, classes, means, spread, scores, target)


def _other(patients: SourceSamples, genes: Indices) -> ClassMeans:
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


def gene_expert(block: Block, name: str, blood: Array | None = None) -> Member:
    """Turn a block into an expert that reads its genes.

    Parameters
    ----------
    name
        of its scale.
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
    scorer = Discriminant(view(block.means), principal_rows(np.vstack(rows), COMPONENTS), RIDGE)
    scale = GeneScale(block.genes, block.centre, block.spread)
    return Member(scale, Expert(name, EachGene(), block.classes, scorer))


def _dilution_rows(block: Block, blood: Array, view: Callable[[Array], Array]) -> Array:
    """Give the directions in which normal blood moves the features: rows to be added to the covariance."""
    rng, n = np.random.default_rng(0), len(block.target.labels)
    rows = rng.choice(n, min(BLOOD_PATIENTS, n), replace=False)
    values = block.target.values[rows]
    shares = rng.uniform(*BLOOD_SHARES, (len(rows), 1))
    mixed = dilute_common_genes(values, shares, blood, rng)[:, block.genes]
    pure = view(fill(normal_scores(values[:, block.genes])))
    moved = np.nan_to_num(view(fill(normal_scores(mixed))) - pure)
    return np.asarray(BLOOD_WEIGHT * principal_rows(moved, BLOOD_COMPONENTS) / np.sqrt(len(rows)))


def chromosome_expert(block: Block, beside: Member, chromosomes: Indices, critical: Marks) -> Member:
    """Learn the chromosomes' expert: Hyperdiploid, iAMP21 and all others, from a block's patients and means.

    Parameters
    ----------
    beside
        the expert of the same genes, whose scale it reads.
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
    reading = ChromosomeMeans(numbers, region, spread)
    expert = Expert(beside.expert.scale, reading, classes, Discriminant(means, loadings, RIDGE))
    return Member(beside.scale, expert)
