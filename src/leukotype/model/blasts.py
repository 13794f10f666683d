"""The share of leukemic cells: estimated from expression, and the rule that under 30 % nothing is called."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from leukotype.model.features import Array
from leukotype.vocabulary import MIN_BLAST_PCT

LEVEL = 90  # % of held-out samples whose blasts lie inside the interval of the estimate
# Points between a given and an estimated percentage from which a run says so: 98 of 100 held-out marrows of
# training are read within so many of the pathologist's figure (`within_30_points_pathologist` in the card).
DISAGREEMENT = 30.0


@dataclass(frozen=True)
class BlastModel:
    """A linear score of all genes, and what percentage of blasts held-out samples of that score had.

    Parameters
    ----------
    weights, intercept
        of the score; one weight a gene.
    scores
        knots, ascending; between them the curves are straight, outside they are flat.
    low, middle, high
        percent of blasts at the knots: the ends of the interval (`LEVEL` % of samples) and the estimate.
    """

    weights: Array
    intercept: Array
    scores: Array
    low: Array
    middle: Array
    high: Array

    def __call__(self, scaled: Array) -> Array:
        """Estimate the blasts of samples x genes, as `Features.all_genes` gives them.

        Returns
        -------
        Samples x (estimate, lowest, highest), percent.
        """
        score = scaled @ self.weights + self.intercept
        curves = (self.middle, self.low, self.high)
        return np.column_stack([np.interp(score, self.scores, curve) for curve in curves])

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """Everything as arrays, to be stored."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @classmethod
    def from_state(cls, state: Mapping[str, npt.NDArray[Any]]) -> Self:
        """Rebuild from the arrays of `state`."""
        return cls(**{field.name: state[field.name] for field in fields(cls)})


@dataclass(frozen=True)
class Blasts:
    """What is known of one sample's blasts, percent.

    Parameters
    ----------
    given
        by the laboratory; NaN without.
    estimate, low, high
        from expression.
    """

    given: float
    estimate: float
    low: float
    high: float

    @property
    def words(self) -> str:
        """The estimate with its interval, in words."""
        return f"{self.estimate:.0f} % (estimated; {LEVEL} % interval {self.low:.0f} to {self.high:.0f})"


def hold_reason(blasts: Blasts, *, strict: bool = False) -> str | None:
    """Say why a sample is held back for its blasts; None if it passes.

    A given percentage wins over the estimate. Exactly 30 % passes: the INO-VATE genomic analysis set aside
    samples *under* 30 %.

    Parameters
    ----------
    strict
        hold back also what may lie under 30 % by the interval of the estimate.
    """
    if not math.isnan(blasts.given):
        if blasts.given >= MIN_BLAST_PCT:
            return None
        return f"blasts {blasts.given:.10g} % (given), under {MIN_BLAST_PCT:g} %"
    if not blasts.estimate >= MIN_BLAST_PCT:  # NaN is held back too
        return f"blasts {blasts.words}, under {MIN_BLAST_PCT:g} %: give the percentage if it is known"
    if strict and not blasts.low >= MIN_BLAST_PCT:
        return f"blasts {blasts.words}, maybe under {MIN_BLAST_PCT:g} %: give the percentage"
    return None


def remark(blasts: Blasts) -> str | None:
    """Say what a reader should know of the blasts of a sample that is not held back; None if nothing.

    Near 30 % is an estimate whose interval holds it, or whose interval is not known: of held-out samples with
    such a score `LEVEL` % lie inside. What lies wholly below is not told: it is no B-ALL, or held back.
    """
    if math.isnan(blasts.given):
        near = not blasts.low >= MIN_BLAST_PCT and not blasts.high < MIN_BLAST_PCT
        return f"blasts {blasts.words}, near {MIN_BLAST_PCT:g} %: confirm them" if near else None
    if not abs(blasts.given - blasts.estimate) <= DISAGREEMENT:
        return f"blasts {blasts.given:.10g} % as given, but {blasts.words} by expression: was it this sample?"
    return None
