"""What each expert counts for in the pool: few weights, learned on patients that no expert had seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize, minimize_scalar

from leukotype.calling.tiers import GROUPS
from leukotype.learning.lessons import Member
from leukotype.learning.set_lessons import with_near_haploid
from leukotype.learning.sources import CLASSES
from leukotype.model.features import Array, Indices
from leukotype.model.log_odds import softmax
from leukotype.model.pool import NO_LIMIT, WITNESSES, Distinction, Pair, Pool, by_class, tell_apart

NEAR_HAPLOID_LOG_ODDS: Final = float(np.log(24 / 202))  # near haploid against hyperdiploid in the rank scores
NEAR_HAPLOID_SHARE: Final = 0.6  # of its own set's log-odds; set after an external near haploid file was seen
DRAW: Final = 20.0  # how far the weights are drawn to equal shares
NEAR_HAPLOID: Final = np.array(CLASSES) == "Near haploid"
DRAW_TO_EVEN: Final = 5.0  # patients, right and wrong, for whom a witness stands beside those that were seen
LEAST_OF_A_PAIR: Final = 5  # unseen patients of each look-alike, from whom a slope is learned


class ExpertName(StrEnum):
    """The experts of a pool."""

    COHORTS = "cohorts"
    RANKS = "gene sets"
    STJUDE = "St. Jude"
    CHROMOSOMES = "chromosomes"


@dataclass(frozen=True)
class Weighting:
    """What each expert counts for, and how far their sum tells each pair of look-alikes apart.

    Parameters
    ----------
    experts
        one weight an expert, with the pool's temperature in it.
    distinctions
        of `leukotype.model.pool.tell_apart`; pairs without one share as the sum says.
    """

    experts: Mapping[ExpertName, float]
    distinctions: Mapping[Pair, Distinction]


@dataclass(frozen=True)
class Parts:
    """Unweighted scores of some samples.

    Parameters
    ----------
    scores
        each expert's centred scores: samples x `CLASSES`.
    near_haploid
        log-odds near haploid against hyperdiploid by their own set; None without the rank expert.
    """

    scores: Mapping[ExpertName, Array]
    near_haploid: Array | None

    def take(self, rows: npt.NDArray[np.bool_] | Indices) -> Parts:
        """Give the chosen samples."""
        near = None if self.near_haploid is None else self.near_haploid[rows]
        return Parts({name: values[rows] for name, values in self.scores.items()}, near)

    @classmethod
    def join(cls, parts: Sequence[Parts]) -> Parts:
        """Put samples below each other; all are scored by the same experts."""
        near = [each.near_haploid for each in parts if each.near_haploid is not None]
        scores = {name: np.vstack([each.scores[name] for each in parts]) for name in parts[0].scores}
        return cls(scores, np.concatenate(near) if near else None)

    def only(self, names: Sequence[ExpertName]) -> Parts:
        """Give the chosen experts; near haploid's own set is heard through the rank expert."""
        near = self.near_haploid if ExpertName.RANKS in names else None
        return Parts({name: self.scores[name] for name in names}, near)

    def log_odds(self, weighting: Weighting, factor: float = 1.0) -> Array:
        """Pool the scores as `pool_of` will: samples x `CLASSES`.

        Parameters
        ----------
        factor
            of the sum, where fewer experts speak.
        """
        total = factor * self.add(weighting.experts)
        scores = {str(name): own for name, own in self.scores.items()}
        return tell_apart(total, CLASSES, weighting.distinctions, scores)

    def add(self, weights: Mapping[ExpertName, float]) -> Array:
        """Add up the scores."""
        total = sum((weights[name] * own for name, own in self.scores.items()), np.zeros((1, len(CLASSES))))
        total = total + NEAR_HAPLOID_LOG_ODDS * NEAR_HAPLOID
        if self.near_haploid is not None:
            total = total + NEAR_HAPLOID_SHARE * np.outer(self.near_haploid, NEAR_HAPLOID)
        return np.asarray(total)


@dataclass(frozen=True)
class Unseen:
    """Parts of patients whom the experts had not seen, and their true classes (-1: none)."""

    parts: Parts
    codes: Indices

    def of_a_class(self) -> Unseen:
        """Leave out the patients of no class."""
        rows = self.codes >= 0
        return Unseen(self.parts.take(rows), self.codes[rows])


def score(members: Mapping[ExpertName, Member], values: Array, near_haploid: tuple[float, float]) -> Parts:
    """Let each expert score samples x the pool's genes."""
    found = {
        name: by_class(each.scores(values), each.expert.classes, CLASSES) for name, each in members.items()
    }
    if ExpertName.RANKS not in members:
        return Parts(found, None)
    slope, offset = near_haploid
    return Parts(found, members[ExpertName.RANKS].features(values)[:, -1] * slope + offset)


def temperature(scores: Array, codes: Indices) -> float:
    """Find the factor of the scores that makes the true classes most likely."""

    def loss(log_factor: float) -> float:
        found = softmax(np.exp(log_factor) * scores)[np.arange(len(codes)), codes]
        return -float(np.log(found + 1e-12).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-8, 6), method="bounded").x))


def _likeliest(unseen: Sequence[Unseen], names: Sequence[ExpertName], draw: float) -> dict[ExpertName, float]:
    """Weights by likelihood, drawn to each expert's own temperature over the number of experts."""
    codes = np.concatenate([each.codes for each in unseen])
    columns = [np.vstack([each.parts.scores[name] for each in unseen]) for name in names]
    own = [temperature(column, codes) for column in columns]
    loss = _pool_loss([factor * column for factor, column in zip(own, columns, strict=True)], codes, draw)
    best = minimize(loss, np.full(len(names), -np.log(2.0)), method="BFGS").x
    return {name: factor * float(np.exp(a)) for name, factor, a in zip(names, own, best, strict=True)}


def _pool_loss(columns: Sequence[Array], codes: Indices, draw: float) -> Callable[[Array], float]:
    def loss(log_weights: Array) -> float:
        pairs = zip(log_weights, columns, strict=True)
        total = sum((np.exp(a) * column for a, column in pairs), np.zeros_like(columns[0]))
        total = total - total.max(axis=1, keepdims=True)
        found = total - np.log(np.exp(total).sum(axis=1, keepdims=True))
        away = ((log_weights - log_weights.mean()) ** 2).sum()
        return float(-found[np.arange(len(codes)), codes].sum() + draw * away)

    return loss


def learn_weights(unseen: Sequence[Unseen], partly: Sequence[Unseen] = (), draw: float = DRAW) -> Weighting:
    """Learn one weight an expert, and how far each pair of look-alikes can be told apart.

    Parameters
    ----------
    unseen
        patients of whom every expert may learn its weight.
    partly
        patients of whom the rank scores may hold some (the 441): they set the proportions of the others.
    """
    defined = [each.of_a_class() for each in unseen]
    weights = _likeliest(defined, tuple(ExpertName), draw)
    if partly:
        rest = tuple(name for name in ExpertName if name != ExpertName.RANKS)
        found = _likeliest([*defined, *(each.of_a_class() for each in partly)], rest, draw)
        scale = np.mean([weights[name] / found[name] for name in (ExpertName.COHORTS, ExpertName.STJUDE)])
        weights |= {name: float(scale * found[name]) for name in rest}
    warmth = _warmth(defined, weights)
    weights = {name: warmth * weight for name, weight in weights.items()}
    heard = [_Heard(each, each.parts.add(weights)) for each in defined]
    if partly:
        alone = _warmth([Unseen(each.parts.only(rest), each.codes) for each in defined], weights)
        beside = [Unseen(each.parts.only(rest), each.codes).of_a_class() for each in partly]
        heard += [_Heard(each, alone * each.parts.add(weights)) for each in beside]
    return Weighting(weights, dict(_distinctions(heard)))


def _warmth(unseen: Sequence[Unseen], weights: Mapping[ExpertName, float]) -> float:
    total = np.vstack([each.parts.add(weights) for each in unseen])
    return temperature(total, np.concatenate([each.codes for each in unseen]))


@dataclass(frozen=True)
class _Heard:
    """Unseen patients, and what the experts' sum says of them: samples x `CLASSES`."""

    unseen: Unseen
    total: Array

    def patients(self, name: str) -> npt.NDArray[np.bool_]:
        """Mark those of a class."""
        found: npt.NDArray[np.bool_] = self.unseen.codes == CLASSES.index(name)
        return found

    def toward(self, pair: Pair, scores: Array) -> Array:
        """Say how far scores hold the true one of a pair for more probable than the other: its patients."""
        apart = scores[:, CLASSES.index(pair[0])] - scores[:, CLASSES.index(pair[1])]
        return np.concatenate([apart[self.patients(pair[0])], -apart[self.patients(pair[1])]])


def _distinctions(heard: Sequence[_Heard]) -> Iterator[tuple[Pair, Distinction]]:
    """Find how far look-alikes can be told apart, from patients who are one of them."""
    known: set[str] = set()  # a subtype is told apart from one other, by a witness rather than without
    for pair in sorted(GROUPS, key=lambda pair: pair not in WITNESSES):
        patients = [sum(each.patients(name).sum() for each in heard) for name in pair]
        if min(patients) >= LEAST_OF_A_PAIR and known.isdisjoint(pair):
            known.update(pair)
            toward = np.concatenate([each.toward(pair, each.total) for each in heard])
            against = _against(pair, toward, heard)
            most = _most(toward[against]) if pair in WITNESSES else NO_LIMIT
            yield pair, Distinction(_slope(toward[~against]), most)


def _against(pair: Pair, toward: Array, heard: Sequence[_Heard]) -> npt.NDArray[np.bool_]:
    """Mark the patients of a pair of whom its witness says the opposite of the sum."""
    if pair not in WITNESSES:
        return np.zeros(len(toward), dtype=bool)
    name = ExpertName(WITNESSES[pair])
    witness = np.concatenate([each.toward(pair, each.unseen.parts.scores[name]) for each in heard])
    return np.asarray(toward * witness < 0)


def _slope(toward: Array) -> float:
    """Slope that makes the true one of a pair most likely, drawn to 1 as the weights are to equal shares."""

    def loss(log_slope: float) -> float:
        return float(np.logaddexp(0.0, -np.exp(log_slope) * toward).sum() + DRAW * log_slope**2)

    return float(np.exp(minimize_scalar(loss, bounds=(-2, 2), method="bounded").x))


def _most(toward: Array) -> float:
    """Log-odds that the sum is right where the witness says the opposite, drawn to even ones."""
    right = (toward > 0).sum()
    return max(0.0, float(np.log((right + DRAW_TO_EVEN) / (len(toward) - right + DRAW_TO_EVEN))))


def learn_factors(
    unseen: Sequence[Unseen], weights: Mapping[ExpertName, float]
) -> dict[frozenset[str], float]:
    """Learn what the sum of a part of the experts is multiplied by, for every part of them."""
    defined = [each.of_a_class() for each in unseen]
    out = {}
    for size in range(1, len(ExpertName)):
        for names in combinations(ExpertName, size):
            only = [Unseen(each.parts.only(names), each.codes) for each in defined]
            out[frozenset(str(name) for name in names)] = _warmth(only, weights)
    return out


def pool_of(
    members: Mapping[ExpertName, Member],
    weighting: Weighting,
    factors: Mapping[frozenset[str], float],
    near_haploid: tuple[float, float],
) -> Pool:
    """Make the pool; near haploid's rule becomes a part of the gene sets' weights."""
    heard = NEAR_HAPLOID_SHARE / weighting.experts[ExpertName.RANKS]
    slope, offset = near_haploid
    ranks = with_near_haploid(members[ExpertName.RANKS], heard * slope, heard * offset)
    made = {name: ranks if name == ExpertName.RANKS else each for name, each in members.items()}
    return Pool(
        {each.expert.scale: each.scale for each in made.values()},
        {str(name): each.expert for name, each in made.items()},
        CLASSES,
        {str(name): weighting.experts[name] for name in made},
        NEAR_HAPLOID_LOG_ODDS * NEAR_HAPLOID,
        factors,
        weighting.distinctions,
    )
