"""Contributions of a sample's lesions: the weight of each flag, under the names of the lesions behind it."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from leukotype.evidence.findings import FLAGS, Evidence, Finding
from leukotype.evidence.knowledge import cite
from leukotype.model.features import Array
from leukotype.vocabulary import LesionKind

_ABSENT: Final = len(FLAGS) - 1


class Part(NamedTuple):
    """What one lesion adds to the log-odds of its own subtype.

    Parameters
    ----------
    subtype
        the subtype that it speaks for or against.
    feature
        the lesion as the evidence writes it; of a fusion that was looked for in vain, that.
    layer
        kind of the lesion.
    weight
        log-odds.
    reference
        its source in the literature, spelled out.
    absent
        it was looked for, and not found.
    """

    subtype: str
    feature: str
    layer: str
    weight: float
    reference: str = ""
    absent: bool = False

    def toward(self, subtype: str, against: str | None, subtypes: int) -> float:
        """Contribution to a subtype against another, or against the average of all `subtypes`."""
        mine = self.weight * (self.subtype == subtype)
        return mine - (self.weight / subtypes if against is None else self.weight * (self.subtype == against))


def parts_of(flags: Array, weights: Array, used: Sequence[Finding], subtypes: Sequence[str]) -> list[Part]:
    """Name what the flags of one sample add.

    Only the strongest lesion of a subtype counts (`leukotype.evidence.findings.flags`); lesions of the same
    strength share its weight equally, as Shapley values of features that stand for each other do.

    Parameters
    ----------
    flags
        subtypes x `FLAGS` of one sample.
    weights
        log-odds of each of `FLAGS`.
    used
        the sample's findings that count.
    """
    parts: list[Part] = []
    for row, column in np.argwhere(flags * weights != 0):
        subtype, weight = subtypes[row], float(flags[row, column] * weights[column])
        if column == _ABSENT:
            parts.append(
                Part(subtype, f"no fusion of {subtype} found", str(LesionKind.FUSION), weight, absent=True)
            )
            continue
        behind = [each for each in used if each.subtype == subtype and each.strength == FLAGS[column]]
        parts += [
            Part(subtype, each.lesion, str(each.kind), weight / len(behind), cite(each.reference))
            for each in behind
        ]
    return parts


def findings_of(evidence: pd.DataFrame) -> Mapping[str, list[Finding]]:
    """Give the findings that count, by sample, from the table of the evidence."""
    read = Evidence.of(_findings(evidence.to_dict("records")), {})
    return {sample: read.lesions(sample) for sample in read.findings}


def _findings(rows: Sequence[Mapping[Hashable, Any]]) -> Iterator[Finding]:
    for row in rows:
        yield Finding(**{str(name): value for name, value in row.items()})
