"""The fitted classifier as plain numbers: a gate, the blasts, and what scores the subtypes.

The subtypes are scored by a pool of experts in the model that ships, by one linear model or trees in a
laboratory's own. Prediction needs numpy alone. Learning (`leukotype.learning.estimator`) fits the numbers and
evaluates them through this very class, so that learning and prediction cannot drift apart.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from leukotype.model.blasts import BlastModel
from leukotype.model.boosted import Boosted
from leukotype.model.features import CLIP, Array, Features, present_share
from leukotype.model.log_odds import Linear, softmax
from leukotype.model.pool import Pool
from leukotype.vocabulary import B_ALL, NOT_B_ALL

GATE_CLASSES = (B_ALL, NOT_B_ALL)
_ROUNDING = 1e-9


def gate_probabilities(scores: Array) -> Array:
    """Sum the gate's scores to `GATE_CLASSES`: B-ALL, then every kind of not B-ALL."""
    parts = softmax(scores)
    return np.column_stack([parts[:, 0], parts[:, 1:].sum(axis=1)])


def strangeness(scaled: Array, values: npt.NDArray[Any]) -> Array:
    """Mean square of scaled expression over the genes that a sample has; see `Probabilities`."""
    own = scaled * present_share(values)
    present = np.maximum((~np.isnan(values)).sum(axis=1), 1)
    return np.asarray((own**2).sum(axis=1) / present)


def outlying(scaled: Array, values: npt.NDArray[Any]) -> Array:
    """Share of the genes that a sample has which lie `CLIP` spreads or more from their mean in training.

    Another protocol moves all genes a little further; what mixes up the genes of a table, or only a part of
    them, throws some of them far.
    """
    far = np.abs(scaled * present_share(values)) >= CLIP - _ROUNDING
    return np.asarray((far & ~np.isnan(values)).sum(axis=1) / np.maximum((~np.isnan(values)).sum(axis=1), 1))


@dataclass(frozen=True)
class Probabilities:
    """What the model says of each sample, before any rule turns it into a call.

    Parameters
    ----------
    gate
        samples x `GATE_CLASSES`: is this B-ALL, or something else.
    subtype
        samples x subtypes, given that the sample is B-ALL; with its lesions where they are known.
    expression
        the same by expression alone.
    strangeness
        mean square of the scaled expression over the genes that the sample has: about 1 for a typical
        patient, far more for another tissue.
    outlying
        share of the genes far from their mean in training; see `outlying`.
    blasts
        samples x (estimate, lowest, highest), percent.
    experts
        samples x experts x subtypes: the log-odds that each expert of a pool gives, NaN where it is silent;
        without a pool there are none.
    """

    gate: Array
    subtype: Array
    expression: Array
    strangeness: Array
    outlying: Array
    blasts: Array
    experts: Array

    def joint(self) -> Array:
        """Probability of every class: the subtypes, then not B-ALL; rows sum to 1."""
        return np.column_stack([self.gate[:, :1] * self.subtype, self.gate[:, 1:]])


@dataclass(frozen=True)
class Predicted(Probabilities):
    """Probabilities with what the model saw, so that a call and its explanation cannot drift apart.

    Parameters
    ----------
    scaled
        samples x genes, as `Features.all_genes` gives them.
    view
        samples x columns that the subtypes' scores read: `Pool.view`, or `Features.subtype_view`.
    flags
        samples x subtypes x `leukotype.evidence.findings.FLAGS`; 0 where nothing is known.
    """

    scaled: Array
    view: Array
    flags: Array

    @classmethod
    def join(cls, parts: Sequence[Self]) -> Self:
        """Put blocks of samples together, in their order."""
        return cls(*(np.concatenate([getattr(part, each.name) for part in parts]) for each in fields(cls)))


@dataclass(frozen=True)
class SubtypeModel:
    """Features, gate, blasts, subtype scores and their calibration.

    Parameters
    ----------
    subtypes
        names in the order of the columns; sorted.
    gate
        reads all genes; its scores are those of `gate_probabilities`.
    blasts
        reads all genes.
    subtype
        scores the subtypes; a `Pool` reads its own view, all else that of the features. `Linear`, `Boosted`
        or `Pool` where it is stored.
    calibration
        turns subtype scores into log-odds.
    limit
        highest strangeness of any B-ALL in training, also diluted or as another protocol would show it: what
        lies beyond was never seen.
    most_outlying
        the same of `outlying`.
    lesion_weights
        log-odds that a lesion of each of `leukotype.evidence.findings.FLAGS` adds to its subtype.
    sets
        `leukotype.model.conformal.LEVELS` x subtypes: least probability in the prediction set of each level.
    """

    subtypes: tuple[str, ...]
    features: Features
    gate: Linear
    blasts: BlastModel
    subtype: Callable[[Array], Array]
    calibration: Linear
    limit: float
    most_outlying: float
    lesion_weights: Array
    sets: Array

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the columns of `Probabilities.joint`."""
        return (*self.subtypes, NOT_B_ALL)

    def predict(self, values: npt.NDArray[Any], flags: Array | None = None) -> Predicted:
        """Give the probabilities of some samples, with what they rest on.

        Parameters
        ----------
        values
            samples x the model's genes, proportional to reads; NaN where a gene is missing.
        flags
            samples x subtypes x kinds, as `leukotype.evidence.findings.flags` gives them. What is not known
            adds nothing: without any lesion the result is that of expression alone.
        """
        scaled, experts = self.features.all_genes(values), np.empty((len(values), 0, len(self.subtypes)))
        own = values.take(self.features.genes, axis=1)
        if isinstance(self.subtype, Pool):
            view, experts, log_odds = self.subtype.answer(values)
        else:
            view = self.features.subtype_view(scaled)
            log_odds = self.calibration(self.subtype(view))
        none = np.zeros((len(values), len(self.subtypes), len(self.lesion_weights)))
        return Predicted(
            gate_probabilities(self.gate(scaled)),
            softmax(log_odds) if flags is None else softmax(log_odds + flags @ self.lesion_weights),
            softmax(log_odds),
            strangeness(scaled, own),
            outlying(scaled, own),
            self.blasts(scaled),
            experts,
            scaled,
            view,
            none if flags is None else flags,
        )

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """Everything but a pool as arrays, to be stored without pickle; see `leukotype.model.stored_pool`."""
        arrays = {
            f"{part}.{name}": value
            for part in ("features", "blasts")
            for name, value in getattr(self, part).state().items()
        }
        parts = ("gate", "calibration", *(() if isinstance(self.subtype, Pool) else ("subtype",)))
        for part in parts:
            scores: Linear | Boosted = getattr(self, part)
            arrays |= {f"{part}.{field.name}": getattr(scores, field.name) for field in fields(scores)}
        single = {
            "limit": np.array(self.limit),
            "most_outlying": np.array(self.most_outlying),
            "lesion_weights": self.lesion_weights,
            "sets": self.sets,
        }
        return {"subtypes": np.array(self.subtypes), **single, **arrays}

    @classmethod
    def from_state(cls, state: Mapping[str, npt.NDArray[Any]], pool: Pool | None = None) -> Self:
        """Rebuild from the arrays of `state`, and the pool of a model that has one."""

        def linear(part: str) -> Linear:
            return Linear(state[f"{part}.weights"], state[f"{part}.intercept"])

        features = Features.from_state(_part(state, "features"))
        subtypes = tuple(str(name) for name in state["subtypes"])
        return cls(
            subtypes,
            features,
            linear("gate"),
            BlastModel.from_state(_part(state, "blasts")),
            pool or _scores(_part(state, "subtype"), len(subtypes), _width(features)),
            linear("calibration"),
            float(state["limit"]),
            float(state.get("most_outlying", 1.0)),
            state["lesion_weights"],
            state["sets"],
        )


def _part(state: Mapping[str, npt.NDArray[Any]], part: str) -> dict[str, npt.NDArray[Any]]:
    return {name.partition(".")[2]: array for name, array in state.items() if name.startswith(f"{part}.")}


def _scores(state: Mapping[str, npt.NDArray[Any]], subtypes: int, width: int) -> Linear | Boosted:
    if "weights" in state:
        return Linear(state["weights"], state["intercept"])
    return Boosted.of(state, subtypes, width)


def _width(features: Features) -> int:
    """Columns of the subtype view."""
    genes = features.centre if features.other_weight else features.subtype_genes
    return len(genes) + int(features.chromosomes.max()) + 1
