"""The pool: a weighted sum of what experts say of one sample, each of which learned from another source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np

from leukotype.model.experts import Expert
from leukotype.model.features import Array, Marks, patterns
from leukotype.model.log_odds import Linear
from leukotype.model.scales import Scale

Pair = tuple[str, str]

# What an expert does not know is heard as what stands for it here: one that was taught ETV6::RUNX1 alone
# speaks for the pair, and is silent between the two.
STANDS_FOR: Final[Mapping[str, str]] = {
    "ETV6::RUNX1-like": "ETV6::RUNX1",
    "Near haploid": "Hyperdiploid",
    "BCR::ABL1": "BCR::ABL1-like",
    "BCR::ABL1-like": "BCR::ABL1",
}
# Pairs that chromosomes define (iAMP21: Harrison et al., Leukemia 2014;28:1015), and who reads them.
WITNESSES: Final[Mapping[Pair, str]] = {("Hyperdiploid", "iAMP21"): "chromosomes"}
NO_LIMIT: Final = 1000.0  # log-odds


def by_class(
    scores: Array,
    own: tuple[str, ...],
    classes: tuple[str, ...],
    stands_for: Mapping[str, str] = STANDS_FOR,
) -> Array:
    """Bring an expert's scores to the pool's classes and centre them.

    A class that the expert does not know gets the score of its look-alike, else the mean of those known; a
    silent expert (NaN) says 0 of every class. Linear in `scores`: weights are brought there as scores are.
    """
    columns, mean = [], scores.mean(axis=1)
    for name in classes:
        known = name if name in own else stands_for.get(name, "")
        columns.append(scores[:, own.index(known)] if known in own else mean)
    out = np.column_stack(columns)
    return np.asarray(np.nan_to_num(out - out.mean(axis=1, keepdims=True)))


@dataclass(frozen=True)
class Distinction:
    """How far the sum of the experts tells two look-alikes apart.

    Parameters
    ----------
    slope
        what the difference of their log-odds is multiplied by.
    most
        log-odds beyond which it does not go where the pair's expert of `WITNESSES` says the opposite.
    """

    slope: float
    most: float = NO_LIMIT


def tell_apart(
    log_odds: Array,
    classes: tuple[str, ...],
    distinctions: Mapping[Pair, Distinction],
    scores: Mapping[str, Array],
) -> Array:
    """Change how each pair of look-alikes shares its probability; the pair's own stays what it is.

    Parameters
    ----------
    log_odds
        samples x classes.
    distinctions
        by pair.
    scores
        of each expert, as large as `log_odds`; NaN where it is silent.
    """
    out = log_odds.copy()
    for pair, distinction in distinctions.items():
        at = [classes.index(name) for name in pair]
        first, second = log_odds[:, at].T
        apart, together = distinction.slope * (first - second), np.logaddexp(first, second)
        if WITNESSES.get(pair) in scores:
            one, other = scores[WITNESSES[pair]][:, at].T
            contradicts = (one - other) * apart < 0  # a silent expert does not
            apart = np.where(contradicts, apart.clip(-distinction.most, distinction.most), apart)
        out[:, at] = together[:, None] - np.logaddexp(0.0, np.column_stack([-apart, apart]))
    return out


class Answer(NamedTuple):
    """What a pool says of some samples.

    Parameters
    ----------
    view
        the features of all experts side by side, NaN if missing; then, for each look-alike, what telling its
        pair apart adds to its log-odds.
    parts
        of `Pool.parts`.
    log_odds
        samples x classes.
    """

    view: Array
    parts: Array
    log_odds: Array


@dataclass(frozen=True, eq=False)
class Pool:
    """Experts and what each counts for.

    Parameters
    ----------
    scales
        by name; several experts may read one.
    experts
        by name.
    classes
        of the pool, sorted.
    weights
        one an expert, with the pool's temperature in it.
    intercept
        log-odds added to each class.
    factors
        what the sum is multiplied by where only these experts speak, so that fewer are calibrated too; 1
        where not named.
    distinctions
        of `tell_apart`, for pairs that experts tell apart better, or worse, than their sum says.
    """

    scales: Mapping[str, Scale]
    experts: Mapping[str, Expert]
    classes: tuple[str, ...]
    weights: Mapping[str, float]
    intercept: Array
    factors: Mapping[frozenset[str], float]
    distinctions: Mapping[Pair, Distinction]

    def answer(self, values: Array) -> Answer:
        """Answer for samples x the model's genes; NaN if missing."""
        levels = {name: scale(values) for name, scale in self.scales.items()}
        own = np.column_stack([each.features(levels[each.scale]) for each in self.experts.values()])
        parts = self.parts(own)
        plain = self.add(parts)
        scores = {name: parts[:, place] for place, name in enumerate(self.experts)}
        log_odds = tell_apart(plain, self.classes, self.distinctions, scores)
        return Answer(np.column_stack([own, (log_odds - plain)[:, self.look_alikes]]), parts, log_odds)

    @cached_property
    def look_alikes(self) -> list[int]:
        """Positions of the classes of the pairs, pair by pair."""
        return [self.classes.index(name) for pair in self.distinctions for name in pair]

    @cached_property
    def columns(self) -> dict[str, slice]:
        """Say which columns of `Answer.view` are each expert's."""
        found, start = {}, 0
        for name, expert in self.experts.items():
            width = expert.scorer.width
            found[name] = slice(start, start + width)
            start += width
        return found

    def __call__(self, view: Array) -> Array:
        """Give the log-odds of the classes for rows of `Answer.view`."""
        out = self.add(self.parts(view))
        out[:, self.look_alikes] += view[:, view.shape[1] - len(self.look_alikes) :]
        return out

    def add(self, parts: Array) -> Array:
        """Add up what the experts say, as `parts` gives it, before look-alikes are told apart."""
        return np.asarray(np.nan_to_num(parts).sum(axis=1) + self.intercept)

    def parts(self, view: Array) -> Array:
        """Give each expert's weighted log-odds: samples x experts x classes; NaN where it is silent."""
        own = {name: view[:, columns] for name, columns in self.columns.items()}
        speaks = np.column_stack([(~np.isnan(each)).any(axis=1) for each in own.values()])
        factors = self._factors(speaks)
        parts = [
            self.weights[name] * by_class(expert.scores(own[name]), expert.classes, self.classes)
            for name, expert in self.experts.items()
        ]
        found = np.stack(parts, axis=1) * factors[:, None, None]
        found[~speaks] = np.nan
        return found

    def _factors(self, speaks: Marks) -> Array:
        """Look up each sample's factor by the experts that speak."""
        names, found = np.array(list(self.experts)), np.ones(len(speaks))
        for speaking, rows in patterns(speaks):
            found[rows] = self.factors.get(frozenset(names[speaking].tolist()), 1.0)
        return found

    def linear(self, present: Marks) -> Linear:
        """Give the weights by which the features of a sample that has these add up to its log-odds.

        Features that it lacks have weight 0; with the intercept the sum is that of `__call__`.
        """
        speaks = np.array([[present[columns].any() for columns in self.columns.values()]])
        factor, total = float(self._factors(speaks)[0]), self.intercept.copy()
        weights = np.zeros((len(present), len(self.classes)))
        for (name, columns), speaking in zip(self.columns.items(), speaks[0], strict=True):
            if speaking:
                expert, own = self.experts[name], self.experts[name].scorer.solve(present[columns])
                scale = factor * self.weights[name]
                weights[columns] = scale * by_class(own.weights, expert.classes, self.classes)
                total += scale * by_class(own.intercept[None], expert.classes, self.classes)[0]
        for column, at in zip(range(-len(self.look_alikes), 0), self.look_alikes, strict=True):
            weights[column, at] = 1.0
        return Linear(weights, total)
