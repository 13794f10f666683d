"""Scores of patients by experts that had not seen them: a cohort left out, folds, external sets."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from leukotype.learning.lessons import Member
from leukotype.learning.patients import Words
from leukotype.learning.pool_weights import ExpertName, Parts, Unseen, Weighting, learn_factors, learn_weights
from leukotype.learning.pools import Teacher
from leukotype.learning.sources import Sources
from leukotype.model.features import Array, Indices, Marks
from training.panel.sources import EXTERNAL_SETS, PublicSources, read_external_set
from training.panel.spoiling import AS_IS, COHORT_WAYS, EVERY_WAY, spoiled

FOLDS: Final = 5
FOLD_DRAW: Final = 2.0  # the weights of a fold stand on four times as many patients as those of a cohort
NORDIC, BOSTON = "GSE227832", "GSE181157"
OTHER: Final = {NORDIC: BOSTON, BOSTON: NORDIC}
DIPLOID: Final = "diploid"
UNKNOWN_BEFORE_ML: Final = ("B-other", "Low hyperdiploid")
Ways = dict[str, Parts]
Fold = tuple[Indices, Indices]


class Cache:
    """Arrays by name, in memory and, where the user chose one, in a folder."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self._made: dict[str, dict[str, Array]] = {}

    def get(self, name: str, make: Callable[[], dict[str, Array]]) -> dict[str, Array]:
        """Give what was kept under this name, else make and keep it."""
        if name not in self._made:
            self._made[name] = self._read(name, make)
        return self._made[name]

    def _read(self, name: str, make: Callable[[], dict[str, Array]]) -> dict[str, Array]:
        path = None if self.folder is None else self.folder / f"{name}.npz"
        if path is not None and path.is_file():
            with np.load(path, allow_pickle=False) as arrays:
                return {key: arrays[key] for key in arrays.files}
        made = make()
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            np.savez_compressed(path, **made)  # type: ignore[arg-type]
        return made


def as_arrays(ways: Ways) -> dict[str, Array]:
    """Lay parts out as arrays, the name of each made of way and expert."""
    out: dict[str, Array] = {}
    for way, parts in ways.items():
        out |= {f"{way}/{name}": values for name, values in parts.scores.items()}
        if parts.near_haploid is not None:
            out[f"{way}/near haploid"] = parts.near_haploid
    return out


def as_ways(arrays: Mapping[str, Array], ways: Sequence[str]) -> Ways:
    """Undo `as_arrays`."""
    return {
        way: Parts(
            {name: arrays[f"{way}/{name}"] for name in ExpertName if f"{way}/{name}" in arrays},
            arrays.get(f"{way}/near haploid"),
        )
        for way in ways
    }


@dataclass
class Study:
    """Everything that the tables are made of, each made once when it is first asked for.

    Parameters
    ----------
    data
        the folder that README.md describes.
    public
        what was read from it.
    cache
        where scores are kept.
    """

    data: Path
    public: PublicSources
    cache: Cache

    @property
    def sources(self) -> Sources:
        """What teaches."""
        return self.public.sources

    @cached_property
    def teacher(self) -> Teacher:
        """Learns the experts."""
        return Teacher(self.sources)

    @cached_property
    def everyone(self) -> Marks:
        """Mark all patients of the cohorts."""
        return np.ones(len(self.sources.cohorts.labels), dtype=bool)

    def of(self, cohort: str) -> Marks:
        """Mark a cohort's patients."""
        return np.asarray((self.public.cohort_table["cohort"] == cohort).to_numpy())

    @cached_property
    def known(self) -> Marks:
        """Mark the patients of GSE227832 whose subtype was known before the source's machine learning."""
        before = self.public.cohort_table["subtype_before_ml"]
        named = before.notna() & ~before.isin(UNKNOWN_BEFORE_ML)
        return np.asarray(self.of(NORDIC) & named.to_numpy() & (self.sources.cohorts.codes >= 0))

    def judged(self, cohort: str) -> Marks:
        """Mark, among a cohort's patients, those by which it is judged: 229, and 125."""
        rows = self.of(cohort)
        return np.asarray(self.known[rows] if cohort == NORDIC else self.sources.cohorts.codes[rows] >= 0)

    def _scored(self, name: str, ways: Sequence[str], make: Callable[[], Ways]) -> Ways:
        return as_ways(self.cache.get(name, lambda: as_arrays(make())), ways)

    def _score(self, experts: Mapping[ExpertName, Member], values: Array, ways: Sequence[str]) -> Ways:
        tables = spoiled(values, self.public, ways)
        return {way: self.teacher.score(experts, table) for way, table in tables.items()}

    def cohort_never_seen(self, cohort: str) -> Ways:
        """Score a cohort by experts that learned from the other one, the 441, profiles and rank scores."""

        def make() -> Ways:
            train = self.sources.cohorts.take(self.of(OTHER[cohort]))
            experts = self.teacher.members(train, self.sources.stjude)
            return self._score(experts, self.sources.cohorts.values[self.of(cohort)], COHORT_WAYS)

        return self._scored(f"never_seen_{cohort}", COHORT_WAYS, make)

    def _stjude_folds(self, cohorts: Marks, ways: Sequence[str], ranks: Member | None) -> Ways:
        """Score the 441 fold by fold, by experts that learned from the other folds and these cohorts."""
        stjude, train = self.sources.stjude, self.sources.cohorts.take(cohorts)

        def learn(rows: Indices) -> dict[ExpertName, Member]:
            experts = self.teacher.gene_members(train, stjude.take(rows))
            return experts if ranks is None else experts | {ExpertName.RANKS: ranks}

        splitter = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
        with warnings.catch_warnings():  # of IKZF1 N159Y there are two patients, not one for every fold
            warnings.simplefilter("ignore", UserWarning)
            splits = list(splitter.split(stjude.values, stjude.labels))
        return self._by_folds(splits, learn, stjude.values, ways)

    def stjude_beside(self, cohort: str) -> Ways:
        """Score the 441 in folds without this cohort and without the rank expert."""

        def make() -> Ways:
            return self._stjude_folds(self.of(OTHER[cohort]), (AS_IS,), None)

        return self._scored(f"stjude_without_{cohort}", (AS_IS,), make)

    @cached_property
    def stjude(self) -> Ways:
        """Score the 441 in folds, beside both cohorts."""

        def make() -> Ways:
            ranks = self.teacher.ranks(self.sources.cohorts)
            return self._stjude_folds(self.everyone, COHORT_WAYS, ranks)

        return self._scored("stjude_folds", COHORT_WAYS, make)

    @cached_property
    def stjude_never_seen(self) -> Ways:
        """Score the 441 by the experts that learned from the cohorts and the profiles alone."""

        def make() -> Ways:
            experts = self.teacher.gene_members(self.sources.cohorts, None)
            return self._score(experts, self.sources.stjude.values, COHORT_WAYS)

        return self._scored("stjude_never_seen", COHORT_WAYS, make)

    @cached_property
    def splits(self) -> list[Fold]:
        """Five folds of the cohorts; replicates of a patient stay together."""
        cohorts = self.sources.cohorts
        splitter = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=0)
        labels, patients = cohorts.labels.astype(str), cohorts.patients.astype(str)
        with warnings.catch_warnings():  # of what is no class there is one patient
            warnings.simplefilter("ignore", UserWarning)
            return list(splitter.split(cohorts.values, labels, patients))

    @cached_property
    def folds(self) -> Ways:
        """Score the cohorts fold by fold, beside the 441."""

        def learn(rows: Indices) -> dict[ExpertName, Member]:
            train = self.sources.cohorts.take(rows)
            return self.teacher.members(train, self.sources.stjude)

        def make() -> Ways:
            return self._by_folds(self.splits, learn, self.sources.cohorts.values, COHORT_WAYS)

        return self._scored("folds", COHORT_WAYS, make)

    def _by_folds(
        self,
        splits: Sequence[Fold],
        learn: Callable[[Indices], Mapping[ExpertName, Member]],
        values: Array,
        ways: Sequence[str],
    ) -> Ways:
        """Fill the scores of each fold's held-out samples; samples are spoiled once, over all folds."""
        tables = spoiled(values, self.public, ways)
        out: dict[str, dict[str, Array]] = {}
        for train, test in splits:
            experts = learn(train)
            for way, table in tables.items():
                found = as_arrays({way: self.teacher.score(experts, table[test])})
                for key, part in found.items():
                    whole = out.setdefault(way, {}).setdefault(key, np.zeros((len(values), *part.shape[1:])))
                    whole[test] = part
        return {way: as_ways(own, (way,))[way] for way, own in out.items()}

    @cached_property
    def experts(self) -> dict[ExpertName, Member]:
        """Learn from all that may teach: what a bundle would hold."""
        return self.teacher.members(self.sources.cohorts, self.sources.stjude)

    def external(self, name: str) -> tuple[Ways, Words, Words]:
        """Score an external set (or `DIPLOID`): scores, labels, names."""
        values, labels, names = self.external_values(name)

        def make() -> Ways:
            return self._score(self.experts, values, EVERY_WAY)

        return self._scored(f"external_{name}", EVERY_WAY, make), labels, names

    def external_values(self, name: str) -> tuple[Array, Words, Words]:
        """Read an external set, or the diploid leukemias: those that are of the 441 have a label there."""
        if name in EXTERNAL_SETS:
            return self._external_files[name]
        table, names = self.public.stjude_table, self.public.diploid_names
        same = table.dropna(subset=["same_patient_in_diploid_counts"]).set_index(
            "same_patient_in_diploid_counts"
        )
        return self.public.diploid, same["subtype"].reindex(names).to_numpy(dtype=object), names

    @cached_property
    def _external_files(self) -> dict[str, tuple[Array, Words, Words]]:
        return {name: read_external_set(self.data, name, self.sources.genes) for name in EXTERNAL_SETS}

    def unseen(self, cohort: str) -> Unseen:
        """Give a cohort never seen."""
        return Unseen(self.cohort_never_seen(cohort)[AS_IS], self.sources.cohorts.codes[self.of(cohort)])

    @cached_property
    def weights_without(self) -> dict[str, Weighting]:
        """Learn, for each cohort, weights without it.

        They come from the other cohort, and from the 441 for the proportions of all but the ranks.
        """
        return {cohort: self._weights_without(cohort) for cohort in OTHER}

    def _weights_without(self, cohort: str) -> Weighting:
        beside = Unseen(self.stjude_beside(cohort)[AS_IS], self.sources.stjude.codes)
        return learn_weights([self.unseen(OTHER[cohort])], [beside])

    @cached_property
    def fold_weights(self) -> list[Weighting]:
        """Learn, for each of `splits`, weights from the held-out scores of the other folds' patients."""
        parts, codes = self.folds[AS_IS], self.sources.cohorts.codes
        unseen = [Unseen(parts.take(train), codes[train]) for train, _ in self.splits]
        return [learn_weights([each], draw=FOLD_DRAW) for each in unseen]

    @cached_property
    def weights(self) -> Weighting:
        """Learn the final weights: from both cohorts, each never seen, and the 441."""
        both = [self.unseen(NORDIC), self.unseen(BOSTON)]
        return learn_weights(both, [Unseen(self.stjude[AS_IS], self.sources.stjude.codes)])

    @cached_property
    def factors(self) -> dict[frozenset[str], float]:
        """Learn the factors of fewer experts, from both cohorts."""
        return learn_factors([self.unseen(NORDIC), self.unseen(BOSTON)], self.weights.experts)
