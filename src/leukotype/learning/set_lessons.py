"""Learns the expert of gene sets from patients of whom only class scores are public."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from sklearn.linear_model import LogisticRegression

from leukotype.learning.lessons import Member
from leukotype.learning.mixing import dilute_common_genes
from leukotype.learning.sources import UNDEFINED, RankTables
from leukotype.model.experts import EXTREMES, Expert, Fixed, GeneSets
from leukotype.model.features import Array, Indices
from leukotype.model.scales import RankScale

RANK_C: Final = 3.0  # inverse strength of the rank scores' penalty
RANK_NOISE: Final = 0.06  # standard deviation of the noise in a rank score
RANK_COPIES: Final = 2  # undiluted copies of the patients, beside one for each diluted share
RANK_SHARES: Final = (0.3, 0.5, 0.7)


def set_reader(tables: RankTables, genes: Indices, diploid: Array, name: str) -> Member:
    """Make an expert of the gene sets that knows no class yet; diploid leukemias give each gene's usual rank.

    Parameters
    ----------
    genes
        positions of the scores' genes among the pool's.
    diploid
        samples x all genes.
    name
        of its scale.
    """
    flat = RankScale(genes, tables.lengths, np.zeros(len(genes)), np.ones(len(genes)))
    ranks = flat(diploid)
    scale = replace(flat, rank=ranks.mean(axis=0), rank_spread=ranks.std(axis=0))
    centre = np.append(tables.scores.mean(axis=0), tables.signature.mean())
    reading = GeneSets(tables.sets, tables.up, tables.down, scale.rank, centre)
    none = Fixed(np.zeros((len(tables.sets), 0)), np.zeros(0))
    return Member(scale, Expert(name, reading, (), none))


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


def dilution_maps(reader: Member, values: Array, blood: Array) -> list[DilutionMap]:
    """Learn from samples x all genes how each of `RANK_SHARES` moves the class scores."""
    rng = np.random.default_rng(0)
    pure, maps = reader.features(values)[:, :EXTREMES], []
    centre = pure.mean(axis=0)
    away = pure - centre
    for share in RANK_SHARES:
        mixed = dilute_common_genes(values, share, blood, rng)
        moved = reader.features(mixed)[:, :EXTREMES] - pure
        mean = moved.mean(axis=0)
        slope = np.linalg.solve(away.T @ away + np.eye(away.shape[1]), away.T @ (moved - mean))
        maps.append(DilutionMap(centre, mean, slope, moved - mean - away @ slope))
    return maps


def set_expert(reader: Member, tables: RankTables, maps: list[DilutionMap]) -> Member:
    """Learn the gene sets' weights from the 2,294 patients: with noise, and diluted by `maps`.

    The patients without a subtype (B-other) are no class.

    Parameters
    ----------
    reader
        as `set_reader` gives it.
    """
    defined, expert = ~np.isin(tables.labels, UNDEFINED), reader.expert
    centre = expert.reading.centre[:EXTREMES] if isinstance(expert.reading, GeneSets) else 0.0
    scores, labels = tables.scores[defined] - centre, tables.labels[defined]
    rows = _augment(scores, maps)
    mean, spread = scores.mean(axis=0), scores.std(axis=0)
    model = LogisticRegression(C=RANK_C, max_iter=3000, class_weight="balanced")
    model.fit((rows - mean) / spread, np.tile(labels, len(rows) // len(scores)))
    weights = model.coef_.T / spread[:, None]
    intercept = model.intercept_ - mean @ weights
    signature = np.zeros((len(tables.sets) - EXTREMES, weights.shape[1]))  # read by a rule of its own
    classes = tuple(str(name) for name in model.classes_)
    scorer = Fixed(np.vstack([weights, signature]), intercept)
    return Member(reader.scale, replace(expert, classes=classes, scorer=scorer))


def _augment(scores: Array, maps: list[DilutionMap]) -> Array:
    rng = np.random.default_rng(0)
    copies = [scores + rng.normal(0, RANK_NOISE, scores.shape) for _ in range(RANK_COPIES)]
    for each in maps:
        moved = each.move(scores, rng)
        copies.append(moved + rng.normal(0, RANK_NOISE, scores.shape))
    return np.vstack(copies)


def near_haploid_rule(tables: RankTables) -> tuple[float, float]:
    """Learn near haploid against hyperdiploid from one set's score: slope and offset of the log-odds.

    The offset is of a score from which its mean was taken off, as `GeneSets` gives it.
    """
    centre, spread = tables.signature.mean(), tables.signature.std(ddof=1)
    model = LogisticRegression(C=1.0, class_weight="balanced")
    model.fit((tables.signature[:, None] - centre) / spread, tables.near_haploid)
    return float(model.coef_[0, 0] / spread), float(model.intercept_[0])


def with_near_haploid(member: Member, slope: float, offset: float) -> Member:
    """Add Near haploid to the expert of gene sets.

    It gets Hyperdiploid's weights and, on its own set, `slope` and `offset`.
    """
    expert, scorer = member.expert, member.expert.scorer
    if not isinstance(scorer, Fixed):
        raise TypeError(f"expected fixed weights of gene sets, found {type(scorer).__name__}")
    hyper = expert.classes.index("Hyperdiploid")
    weights = np.column_stack([scorer.weights, scorer.weights[:, hyper]])
    weights[-1, -1] += slope
    intercept = np.append(scorer.intercept, scorer.intercept[hyper] + offset)
    classes = (*expert.classes, "Near haploid")
    return Member(member.scale, replace(expert, classes=classes, scorer=Fixed(weights, intercept)))
