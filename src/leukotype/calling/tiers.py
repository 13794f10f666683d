"""How far an answer by expression goes: a call, a pair of look-alikes, a candidate, or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np

from leukotype.model.conformal import prediction_sets
from leukotype.model.features import Array
from leukotype.vocabulary import Tier

# Pairs that expression confuses, and what tells them apart. A patient with BCR::ABL1 needs an inhibitor of it
# from the first days (Foa et al., N Engl J Med 2020;383:1613): what may be BCR::ABL1 is never left unsaid.
ADVICE: Final[Mapping[tuple[str, str], str]] = MappingProxyType(
    {
        ("BCR::ABL1", "BCR::ABL1-like"): "test BCR::ABL1 today, by FISH or PCR",
        ("ETV6::RUNX1", "ETV6::RUNX1-like"): "confirm by FISH or a fusion caller",
        ("Hyperdiploid", "Near haploid"): "count the chromosomes by karyotype, array or DNA index",
        ("Hyperdiploid", "iAMP21"): "count the chromosomes, and RUNX1 by FISH or array",
        ("BCR::ABL1-like", "PAX5alt"): "look for fusions of kinases and CRLF2, and for changes of PAX5",
        ("BCR::ABL1-like", "iAMP21"): "count RUNX1 by FISH or array; look for fusions of kinases and CRLF2",
        ("ETV6::RUNX1-like", "iAMP21"): "count RUNX1 by FISH or array",
    }
)
GROUPS: Final = tuple(ADVICE)
GROUP_FROM: Final = 0.9  # least sum over a pair: of 29 such patients of laboratories left out 28 were right


@dataclass(frozen=True)
class Standing:
    """What the probabilities of one sample amount to.

    Parameters
    ----------
    group
        the pair of look-alikes that holds the answer; empty in other tiers.
    probability
        of the subtype, or of the pair.
    """

    tier: Tier
    subtype: str = ""
    group: tuple[str, ...] = ()
    probability: float = float("nan")


def stand(
    probabilities: Array, given_b_all: Array, subtypes: Sequence[str], threshold: float, least: Array
) -> Standing:
    """Say how far an answer goes.

    Parameters
    ----------
    probabilities
        of the subtypes.
    given_b_all
        the same, given that the sample is B-ALL: what a prediction set is made of.
    threshold
        a subtype is called from this probability on.
    least
        probability from which on each subtype is in the prediction set of 90 %: a candidate is alone there.
    """
    first = int(np.argsort(probabilities, kind="stable")[-1])
    name, best = subtypes[first], float(probabilities[first])
    if best >= threshold:
        return Standing(Tier.CALLED, name, probability=best)
    for group in GROUPS:
        total = float(sum(probabilities[subtypes.index(each)] for each in group if each in subtypes))
        if name in group and total >= GROUP_FROM and all(each in subtypes for each in group):
            return Standing(Tier.GROUP, group=group, probability=total)
    inside = np.flatnonzero(prediction_sets(given_b_all, least))
    if inside.tolist() == [first]:
        return Standing(Tier.CANDIDATE, name, probability=best)
    return Standing(Tier.NONE)
