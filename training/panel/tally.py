"""Counts of what the pool answers: right and wrong by tier, most probable, calibration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from leukotype.calling.tiers import stand
from leukotype.learning.figures import Answers, ece
from leukotype.learning.sources import CLASSES
from leukotype.model.features import Array, Indices, Marks
from leukotype.vocabulary import Tier

CALLED_FROM: Final = 0.83  # threshold of the model that ships; `training.train` chooses it
CANDIDATE_FROM: Final = 0.6  # about the cut-off of its 90 % sets


@dataclass(frozen=True)
class Count:
    """Right and wrong answers."""

    right: int
    wrong: int

    def __str__(self) -> str:
        return f"{self.right}/{self.wrong}"

    def __add__(self, other: Count) -> Count:
        return Count(self.right + other.right, self.wrong + other.wrong)

    @property
    def n(self) -> int:
        """All answers."""
        return self.right + self.wrong

    @property
    def share_wrong(self) -> float:
        """Share of wrong ones among all answers; 0 without any."""
        return self.wrong / max(self.n, 1)


@dataclass(frozen=True)
class Tally:
    """What became of samples of a known class.

    Parameters
    ----------
    n
        samples.
    most_probable
        without a threshold.
    tiers
        by tier; a group is right where the truth is a member, an unclassified sample where its most probable
        class is.
    ece
        expected calibration error.
    """

    n: int
    most_probable: Count
    tiers: Mapping[Tier, Count]
    ece: float

    def __str__(self) -> str:
        tiers = "; ".join(f"{name or 'unclassified'} {count}" for name, count in self.tiers.items())
        share = self.most_probable.right / self.n
        return (
            f"n {self.n} most probable {self.most_probable.right} ({share:.3f}); {tiers}; ECE {self.ece:.3f}"
        )

    @property
    def called(self) -> Count:
        """Those called."""
        return self.tiers[Tier.CALLED]

    @property
    def answered(self) -> Count:
        """Those called, in a group, or candidates."""
        return self.called + self.tiers[Tier.GROUP] + self.tiers[Tier.CANDIDATE]


def tally(probability: Array, codes: Indices, called: float = CALLED_FROM) -> Tally:
    """Count the samples of a known class (code 0 or more), with a least probability of a call."""
    probability, codes = probability[codes >= 0], codes[codes >= 0]
    least, names = np.full(len(CLASSES), CANDIDATE_FROM), np.array(CLASSES, dtype=object)
    found = [stand(row, row, CLASSES, called, least) for row in probability]
    tier = np.array([each.tier for each in found], dtype=object)
    right = probability.argmax(axis=1) == codes
    inside = np.array([name in each.group for name, each in zip(names[codes], found, strict=True)])
    judged = {each: inside if each == Tier.GROUP else right for each in Tier}
    tiers = {each: _count(tier == each, judged[each]) for each in Tier}
    return Tally(len(codes), _count(np.ones(len(codes), bool), right), tiers, _ece(probability, codes))


def _count(rows: Marks, right: Marks) -> Count:
    return Count(int((rows & right).sum()), int((rows & ~right).sum()))


def _ece(probability: Array, codes: Indices) -> float:
    truth = np.array(CLASSES, dtype=object)[codes]
    names = np.arange(len(codes)).astype(str)
    return ece(Answers(CLASSES, names, truth, probability, np.full(len(codes), "", dtype=object)))


def lowest_threshold(probability: Array, codes: Indices, wrong: float) -> float:
    """Give the lowest probability from which on at most this share of the called are wrong; 1 for none."""
    probability, codes = probability[codes >= 0], codes[codes >= 0]
    best, right = probability.max(axis=1), probability.argmax(axis=1) == codes
    order = np.argsort(-best, kind="stable")
    fine = np.flatnonzero(np.cumsum(~right[order]) <= wrong * np.arange(1, len(order) + 1))
    return float(best[order][fine[-1]]) if len(fine) else 1.0
