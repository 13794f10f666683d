"""Contributions of genes and chromosomes, exact because the model is linear in them.

The log-odds of the subtypes are ``view @ weights + start``, so the SHAP value of a feature is its weight
times its distance from the background (Lundberg & Lee, NeurIPS 2017, corollary 1). The background is the
leukemia of which every gene lies at its training mean: all features are 0 there. Log-odds are known up to a
constant that softmax takes out; against the average subtype they are unique: log p minus the mean of log p.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from leukotype.bundle import Bundle
from leukotype.classifier import B_ALL, Linear, SubtypeModel
from leukotype.errors import ModelFileError
from leukotype.features import Array, Features
from leukotype.vocabulary import CHROMOSOMES, LOW_BLASTS, NOT_B_ALL

EXPRESSION = "expression"
CHROMOSOME = "chromosome"


@dataclass(frozen=True)
class Scores:
    """Scores that are linear in named features.

    Parameters
    ----------
    features
        ``feature``, ``gene_id``, ``layer`` of each column.
    scale
        what a column was multiplied by beside its plain value, in spreads.
    weights
        features x classes.
    start
        score of each class where every gene lies at its training mean.
    """

    features: pd.DataFrame
    scale: Array
    weights: Array
    start: Array


@dataclass(frozen=True)
class Explainer:
    """The linear parts of a model.

    Parameters
    ----------
    subtypes
        names of the classes of `subtype`.
    transform
        makes the subtype view.
    subtype
        log-odds of the subtypes against the average subtype.
    gate
        scores of the gate: B-ALL, low blasts, then the kinds of what is not B-ALL.
    lesion_weights
        log-odds of each of `leukotype.evidence.FLAGS`.
    """

    subtypes: tuple[str, ...]
    transform: Features
    subtype: Scores
    gate: Scores
    lesion_weights: Array

    @classmethod
    def of(cls, bundle: Bundle) -> Self:
        """Take the linear parts out of a bundle.

        Raises
        ------
        ModelFileError
            for a model that is not linear.
        """
        model, genes = bundle.model, _gene_features(bundle.genes.frame)
        if not isinstance(model.subtype, Linear):
            raise ModelFileError(
                f"{bundle.label}: expected a linear model, found another: it has no exact parts"
            )
        return cls(
            model.subtypes,
            model.features,
            _subtype_scores(model, model.subtype, genes),
            Scores(genes, np.ones(len(genes)), model.gate.weights, model.gate.intercept),
            model.lesion_weights,
        )

    def log_odds(self, scaled: Array, flags: Array) -> Array:
        """Give the log-odds of every subtype against the average subtype: samples x subtypes.

        Parameters
        ----------
        scaled
            samples x genes, as `Features.all_genes` gives them.
        flags
            samples x subtypes x `leukotype.evidence.FLAGS`.
        """
        lesions = flags @ self.lesion_weights
        view = self.transform.subtype_view(scaled)
        return np.asarray(
            view @ self.subtype.weights + self.subtype.start + lesions - lesions.mean(axis=1, keepdims=True)
        )

    def contrast(self, subtype: str, against: str | None = None) -> tuple[Array, float]:
        """Weights and start of one subtype's log-odds, against another or against the average subtype."""
        column = self.subtypes.index(subtype)
        weights, start = self.subtype.weights[:, column], float(self.subtype.start[column])
        if against is None:
            return weights, start
        other = self.subtypes.index(against)
        return weights - self.subtype.weights[:, other], start - float(self.subtype.start[other])

    def gate_contrast(self, scaled: Array, side: str) -> tuple[Array, float]:
        """Weights and start of the gate's log-odds of a side against B-ALL, for one sample.

        Parameters
        ----------
        scaled
            the sample's genes.
        side
            `LOW_BLASTS` or `NOT_B_ALL`; of the kinds of the latter the most probable one counts.
        """
        scores = scaled @ self.gate.weights + self.gate.start
        column = {B_ALL: 0, LOW_BLASTS: 1, NOT_B_ALL: 2 + int(scores[2:].argmax())}[side]
        weights = self.gate.weights[:, column] - self.gate.weights[:, 0]
        return weights, float(self.gate.start[column] - self.gate.start[0])


def _gene_features(frame: pd.DataFrame) -> pd.DataFrame:
    ids = np.asarray(frame.index)
    names = np.where(frame["symbol"].fillna("") != "", frame["symbol"], ids)
    return pd.DataFrame({"feature": names, "gene_id": ids, "layer": EXPRESSION})


def _subtype_scores(model: SubtypeModel, subtype: Linear, genes: pd.DataFrame) -> Scores:
    """Fold the calibration into the weights, and take the average subtype out."""
    calibration, features = model.calibration, model.features
    weights = subtype.weights @ calibration.weights
    start = subtype.intercept @ calibration.weights + calibration.intercept
    named = [f"chromosome {name}" for name in CHROMOSOMES[: features.chromosomes.max() + 1]]
    chromosomes = pd.DataFrame({"feature": named, "gene_id": "", "layer": CHROMOSOME})
    parts = [genes.iloc[features.subtype_genes], chromosomes]
    scales = [1.0, features.dosage_weight]
    if features.other_weight:
        parts.append(genes.drop(index=genes.index[features.subtype_genes]))
        scales.append(features.other_weight)
    return Scores(
        pd.concat(parts, ignore_index=True),
        np.repeat(scales, [len(part) for part in parts]),
        weights - weights.mean(axis=1, keepdims=True),
        start - start.mean(),
    )
