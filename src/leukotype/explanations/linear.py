"""What a model adds up: the gate, and the subtypes of a linear model, of trees or of a pool of experts.

The log-odds of a linear model are ``view @ weights + start``, so the SHAP value of a feature is its weight
times its distance from the background (Lundberg & Lee, NeurIPS 2017, corollary 1). The background is the
leukemia of which every gene lies at its training mean: all features are 0 there. Log-odds are known up to a
constant that softmax takes out; against the average subtype they are unique: log p minus the mean of log p.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from leukotype.errors import ModelFileError
from leukotype.explanations.pool_scores import PoolScores
from leukotype.explanations.trees import Paths, TreeScores
from leukotype.model.blasts import BlastModel
from leukotype.model.boosted import Boosted
from leukotype.model.classifier import Predicted, SubtypeModel
from leukotype.model.features import Array, Features
from leukotype.model.genes import GeneTable
from leukotype.model.log_odds import Linear
from leukotype.model.pool import Pool
from leukotype.vocabulary import CHROMOSOMES, LOW_BLASTS

AT_MEAN = "every gene at its training mean"
EXPRESSION = "expression"
CHROMOSOME = "chromosome"


@dataclass(frozen=True)
class Scores:
    """Scores that are linear in named features.

    Parameters
    ----------
    features
        ``feature``, ``gene_id``, ``layer``, ``expert`` of each column.
    scale
        what a column was multiplied by beside its plain value, in spreads.
    weights
        features x classes.
    start
        score of each class where every gene lies at its training mean.
    background
        what `start` is.
    """

    features: pd.DataFrame
    scale: Array
    weights: Array
    start: Array
    background: str = AT_MEAN

    def starts(self, views: Array) -> Array:
        """Give `start` for each sample: samples x classes."""
        return np.tile(self.start, (len(views), 1))

    def log_odds(self, views: Array) -> Array:
        """Give samples x classes."""
        return np.asarray(views @ self.weights + self.start)

    def contributions(self, views: Array) -> Callable[[int], Array]:
        """Give what each feature adds to a class, by its position: samples x features."""
        return lambda column: views * self.weights[:, column]

    def sizes(self, views: Array) -> Array:
        """Give each feature's absolute contribution over all samples: classes x features."""
        return np.asarray(np.abs(self.weights.T) * np.abs(views).sum(axis=0))


@dataclass(frozen=True, eq=False)
class Columns:
    """The features of some scores, as arrays.

    Parameters
    ----------
    names, ids, layers, experts
        one value a column.
    by_layer
        which columns belong to an expert's layer.
    """

    names: npt.NDArray[Any]
    ids: npt.NDArray[Any]
    layers: npt.NDArray[Any]
    experts: npt.NDArray[Any]
    by_layer: dict[tuple[str, str], npt.NDArray[np.bool_]]

    @classmethod
    def of(cls, features: pd.DataFrame) -> Self:
        """Take the columns of a frame of ``feature``, ``gene_id``, ``layer`` and ``expert``."""
        names, ids, layers, experts = (
            features[name].to_numpy() for name in ("feature", "gene_id", "layer", "expert")
        )
        kinds = dict.fromkeys(zip(experts, layers, strict=True))
        inside = {each: (experts == each[0]) & (layers == each[1]) for each in kinds}
        return cls(names, ids, layers, experts, inside)


@dataclass(frozen=True, eq=False)
class Explainer:
    """The parts of a model.

    Parameters
    ----------
    subtypes
        names of the classes of `subtype`.
    transform
        makes the subtype view.
    subtype
        log-odds of the subtypes against the average subtype.
    gate
        scores of the gate: B-ALL, then the kinds of what is not B-ALL.
    blasts
        score of the blasts: log-odds of their share (`training.blasts`).
    lesion_weights
        log-odds of each of `leukotype.evidence.findings.FLAGS`.
    limit
        distance from the B-ALL of training up to which a sample is called.
    """

    subtypes: tuple[str, ...]
    transform: Features
    subtype: Scores | TreeScores | PoolScores
    gate: Scores
    blasts: BlastModel
    lesion_weights: Array
    limit: float

    @classmethod
    def of(cls, model: SubtypeModel, genes: GeneTable, label: str) -> Self:
        """Take the parts out of a model.

        Parameters
        ----------
        genes
            of the model.
        label
            its name, for a message.

        Raises
        ------
        ModelFileError
            for a model that is neither linear nor of trees.
        """
        named = _gene_features(genes.frame)
        if not isinstance(model.subtype, Linear | Boosted | Pool):
            raise ModelFileError(
                f"{label}: expected a linear model, trees or a pool of experts, found another: it has "
                "no exact parts"
            )
        read = named.iloc[model.features.genes].reset_index(drop=True)
        return cls(
            model.subtypes,
            model.features,
            _subtype_scores(model, model.subtype, named, read),
            Scores(read, np.ones(len(read)), model.gate.weights, model.gate.intercept),
            model.blasts,
            model.lesion_weights,
            model.limit,
        )

    @cached_property
    def columns(self) -> Columns:
        """Features of the subtype view."""
        return Columns.of(self.subtype.features)

    @cached_property
    def gate_columns(self) -> Columns:
        """Genes, as the gate reads them."""
        return Columns.of(self.gate.features)

    def log_odds(self, predicted: Predicted) -> Array:
        """Give the log-odds of every subtype against the average subtype: samples x subtypes."""
        lesions = predicted.flags @ self.lesion_weights
        plain = self.subtype.log_odds(predicted.view)
        return np.asarray(plain + lesions - lesions.mean(axis=1, keepdims=True))

    def contrast(self, view: Array, subtype: str, against: str | None = None) -> tuple[Array, float]:
        """Contributions and start of one subtype's log-odds, against another or the average subtype.

        Parameters
        ----------
        view
            one sample's row of the subtype view.
        """
        column, of = self.subtypes.index(subtype), self.subtype.contributions(view[None])
        added, [starts] = of(column)[0], self.subtype.starts(view[None])
        if against is None:
            return added, float(starts[column])
        other = self.subtypes.index(against)
        return added - of(other)[0], float(starts[column] - starts[other])

    def gate_contrast(self, scaled: Array, side: str) -> tuple[Array, float]:
        """Weights and start of the log-odds that keep one sample from a subtype.

        For too few blasts these are the score of the blasts, with its sign turned; for what is no B-ALL the
        gate's score against B-ALL.

        Parameters
        ----------
        scaled
            the sample's genes.
        side
            `LOW_BLASTS` or `NOT_B_ALL`; of the kinds of the latter the most probable one counts.
        """
        if side == LOW_BLASTS:
            return -self.blasts.weights, -float(self.blasts.intercept)
        scores = scaled @ self.gate.weights + self.gate.start
        column = 1 + int(scores[1:].argmax())
        weights = self.gate.weights[:, column] - self.gate.weights[:, 0]
        return weights, float(self.gate.start[column] - self.gate.start[0])


def _gene_features(frame: pd.DataFrame) -> pd.DataFrame:
    ids = np.asarray(frame.index)
    names = np.where(frame["symbol"].fillna("") != "", frame["symbol"], ids)
    return pd.DataFrame({"feature": names, "gene_id": ids, "layer": EXPRESSION, "expert": ""})


def _subtype_scores(
    model: SubtypeModel, subtype: Linear | Boosted | Pool, genes: pd.DataFrame, read: pd.DataFrame
) -> Scores | TreeScores | PoolScores:
    """Fold the calibration into the weights, and take the average subtype out.

    Parameters
    ----------
    genes, read
        all of the model's, and those that the features read.
    """
    if isinstance(subtype, Pool):
        return PoolScores.of(subtype, genes, AT_MEAN)
    named, scale = _columns(model.features, read)
    mix, constant = model.calibration.weights, model.calibration.intercept
    mix, constant = mix - mix.mean(axis=1, keepdims=True), constant - constant.mean()
    if isinstance(subtype, Boosted):
        return TreeScores(named, scale, subtype, Paths.of(subtype), mix, constant)
    return Scores(named, scale, subtype.weights @ mix, subtype.intercept @ mix + constant)


def _columns(features: Features, genes: pd.DataFrame) -> tuple[pd.DataFrame, Array]:
    """Name the columns of the subtype view, with the weight of each."""
    named = [f"chromosome {name}" for name in CHROMOSOMES[: features.chromosomes.max() + 1]]
    chromosomes = pd.DataFrame({"feature": named, "gene_id": "", "layer": CHROMOSOME, "expert": ""})
    parts = [genes.iloc[features.subtype_genes], chromosomes]
    scales = [1.0, features.dosage_weight]
    if features.other_weight:
        parts.append(genes.drop(index=genes.index[features.subtype_genes]))
        scales.append(features.other_weight)
    return pd.concat(parts, ignore_index=True), np.repeat(scales, [len(part) for part in parts])
