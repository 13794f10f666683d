"""Learns a pool of experts for some patients, and what it says of each of them without having seen them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from leukotype.learning.class_means import Trust
from leukotype.learning.estimator import TaughtPool
from leukotype.learning.lessons import (
    GeneLesson,
    Member,
    chromosome_expert,
    gene_expert,
    learn_block,
    without,
)
from leukotype.learning.patients import Patients
from leukotype.learning.pool_weights import (
    ExpertName,
    Parts,
    Unseen,
    learn_factors,
    learn_weights,
    pool_of,
    score,
)
from leukotype.learning.set_lessons import dilution_maps, near_haploid_rule, set_expert, set_reader
from leukotype.learning.sources import CLASSES, PROFILES, Sources, SourceSamples
from leukotype.learning.splits import Rows, deal, pairs
from leukotype.model.features import Array

COHORT_TRUST, STJUDE_TRUST = Trust(0.2, 5.0), Trust(0.1, 2.0)
LEAST_TAUGHT: Final = 3  # patients that teach the cohorts' expert a class without a profile
FOLDS: Final = 5
SEED: Final = 0
Members = Mapping[ExpertName, Member]


class Teacher:
    """Learns experts from the sources' patients, whichever of them may be seen."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        genes = sources.genes
        self.reader = set_reader(sources.ranks, genes.ranks, sources.diploid, ExpertName.RANKS)
        self.near_haploid = near_haploid_rule(sources.ranks)

    def members(self, cohort: SourceSamples, stjude: SourceSamples) -> dict[ExpertName, Member]:
        """Learn all experts."""
        return {**self.gene_members(cohort, stjude), ExpertName.RANKS: self.ranks(cohort)}

    def ranks(self, cohort: SourceSamples) -> Member:
        """Learn the expert of gene sets; dilutions of the cohort and the diploid teach it fewer blasts."""
        seen = (without(cohort, ()).values, self.sources.diploid)
        maps = [each for values in seen for each in dilution_maps(self.reader, values, self.sources.blood)]
        return set_expert(self.reader, self.sources.ranks, maps)

    def gene_members(self, cohort: SourceSamples, stjude: SourceSamples | None) -> dict[ExpertName, Member]:
        """Learn the experts that read genes and chromosomes.

        Parameters
        ----------
        stjude
            None leaves these patients out, and their expert with them.
        """
        others = () if stjude is None else (stjude,)
        block = learn_block(self.cohort_lesson(cohort, others), drop=hardly_known(cohort))
        genes, blood = self.sources.genes, self.sources.blood
        own = gene_expert(block, ExpertName.COHORTS, blood)
        found: dict[ExpertName, Member] = {ExpertName.COHORTS: own}
        if stjude is not None:
            beside = learn_block(self.stjude_lesson(stjude, cohort))
            found[ExpertName.STJUDE] = gene_expert(beside, ExpertName.STJUDE, blood)
        found[ExpertName.CHROMOSOMES] = chromosome_expert(block, own, genes.chromosomes, genes.critical)
        return found

    def cohort_lesson(self, cohort: SourceSamples, others: tuple[SourceSamples, ...]) -> GeneLesson:
        """Give what teaches the cohorts' expert: patients and class profiles."""
        return GeneLesson(self.sources.genes.cohorts, cohort, others, self.sources.profiles, COHORT_TRUST)

    def stjude_lesson(self, stjude: SourceSamples, cohort: SourceSamples) -> GeneLesson:
        """Give what teaches the expert of the St. Jude patients."""
        return GeneLesson(
            self.sources.genes.stjude,
            stjude,
            (cohort,),
            self.sources.profiles,
            STJUDE_TRUST,
            for_absent=True,
        )

    def score(self, members: Members, values: Array) -> Parts:
        """Let each expert score samples x the pool's genes."""
        return score(members, values, self.near_haploid)

    def by_folds(
        self, folds: list[tuple[Rows, Rows]], values: Array, learn: Callable[[Rows], Members]
    ) -> Parts:
        """Score the held-out side of each fold by experts that learned from its other side."""
        parts = [self.score(learn(train), values[test]) for train, test in folds]
        order = np.argsort(np.concatenate([test for _, test in folds]), kind="stable")
        return Parts.join(parts).take(order)


def hardly_known(cohort: SourceSamples) -> Collection[str]:
    """Name the classes without a profile that too few patients teach: look-alikes stand for them."""
    known = {name for name in CLASSES if (cohort.labels == name).sum() >= LEAST_TAUGHT}
    return tuple(name for name in CLASSES if name not in known and name not in PROFILES.values())


@dataclass(frozen=True)
class Pools:
    """Fits a pool to some of the patients that an engine deals out.

    Parameters
    ----------
    everyone
        all patients that the engine deals out: those of the sources that it does not deal out, of classes too
        rare to be tested, teach where others of their laboratory do.
    """

    sources: Sources
    everyone: Patients

    @cached_property
    def teacher(self) -> Teacher:
        """Learns the experts."""
        return Teacher(self.sources)

    def fit(self, train: Patients) -> TaughtPool:
        """Learn experts from these patients, and weights from what experts say that had not seen them.

        With two laboratories each one's patients are held out as a whole, so that weights, threshold and sets
        are those of a laboratory never seen; of one laboratory's patients folds are held out.
        """
        teacher, stjude = self.teacher, self.sources.stjude
        cohort = self.sources.cohorts.take(self._teaching_rows(train))
        unseen = self._score_held_out(cohort)
        beside = teacher.by_folds(
            pairs(deal(stjude.labels, stjude.patients, FOLDS, SEED), len(stjude.labels)),
            stjude.values,
            lambda rows: teacher.gene_members(cohort, stjude.take(rows)),
        )
        weighting = learn_weights([unseen], [Unseen(beside, stjude.codes)])
        factors = learn_factors([unseen], weighting.experts)
        pool = pool_of(teacher.members(cohort, stjude), weighting, factors, teacher.near_haploid)
        own = np.flatnonzero(np.isin(cohort.names, train.names) & (cohort.codes >= 0))
        log_odds = unseen.parts.take(own).log_odds(weighting)
        return TaughtPool(pool, cohort.names[own], cohort.codes[own], log_odds)

    def _teaching_rows(self, train: Patients) -> Rows:
        """Choose the sources' samples that these patients allow: their own, and what is never tested."""
        cohorts = self.sources.cohorts
        dealt = np.isin(cohorts.patients, self.everyone.patients)
        own = np.isin(cohorts.patients, train.patients)
        return np.flatnonzero(np.where(dealt, own, np.isin(cohorts.cohorts, train.cohorts)))

    def _score_held_out(self, cohort: SourceSamples) -> Unseen:
        """Score patients by experts that saw none of their laboratory, or none of their fold."""
        names = sorted(set(cohort.cohorts))
        rows = np.arange(len(cohort.labels))
        if len(names) > 1:
            held_out = [np.flatnonzero(cohort.cohorts == name) for name in names]
            folds = pairs(held_out, len(rows))
        else:
            folds = pairs(deal(_common(cohort), cohort.patients, FOLDS, SEED), len(rows))

        def learn(train: Rows) -> Members:
            return self.teacher.members(cohort.take(train), self.sources.stjude)

        return Unseen(self.teacher.by_folds(folds, cohort.values, learn), cohort.codes)


def _common(cohort: SourceSamples) -> Array:
    """Give the labels for dealing: rare ones count as one."""
    sizes = {name: (cohort.labels == name).sum() for name in set(cohort.labels)}
    return np.array([name if sizes[name] >= FOLDS else "" for name in cohort.labels], dtype=object)
