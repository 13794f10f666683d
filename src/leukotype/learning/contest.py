"""Two models asked about the same labelled samples: a fair comparison of models that were measured apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from leukotype.errors import InputError
from leukotype.inputs import Reading
from leukotype.learning.answers import ask, merge_of
from leukotype.learning.figures import METRIC, RIGHT, Report, evaluate
from leukotype.model.bundle import Bundle

_UNKNOWN: Final = (
    "a model holds the hashes of the files it learned from, not the names of their patients: that none of "
    "these samples taught one of the two, in whatever file, is for you to know"
)


@dataclass(frozen=True)
class CommonSet:
    """Labelled samples that neither model should have learned from."""

    expression: Sequence[Path]
    labels: Path
    reading: Reading


@dataclass(frozen=True)
class Contest:
    """How right the challenger and the champion are on the same samples.

    Parameters
    ----------
    notes
        what was left out; warnings of samples that one of the models may have learned from.
    """

    challenger: Report
    champion: Report
    notes: tuple[str, ...]

    @property
    def against(self) -> str:
        """Say which agreed figure is lower than the champion's; empty if none is.

        A challenger that calls nobody is right among nobody; a champion that calls nobody cannot be worse.
        """
        for name in (METRIC, RIGHT):
            new, old = (report.figures[name] for report in (self.challenger, self.champion))
            if not (new >= old or np.isnan(old)):
                return f"{name} {new:g} of {self.n} samples, the champion's is {old:g}"
        return ""

    @property
    def n(self) -> int:
        """Samples that both were measured on."""
        return int(self.champion.figures["n"])

    def table(self) -> pd.DataFrame:
        """Put the figures side by side."""
        both = {"champion": self.champion.figures, "challenger": self.challenger.figures}
        table = pd.DataFrame(both)
        table["difference"] = (table["challenger"] - table["champion"]).round(4)
        return table

    def tags(self) -> dict[str, str]:
        """Give the figures that decided, to be kept with the version."""
        found = {"leukotype.test.n": str(self.n)}
        for name in (METRIC, RIGHT, "called"):
            found[f"leukotype.test.{name}"] = str(self.challenger.figures[name])
            found[f"leukotype.test.champion_{name}"] = str(self.champion.figures[name])
        return found


def contest(challenger: Bundle, champion: Bundle, test: CommonSet) -> Contest:
    """Ask both models about the same samples.

    Subtypes that one of them merges are merged for both. A subtype that one was taught and the other was not
    counts for both: who was not taught it cannot be right about it. One that neither was taught counts for
    none.

    Raises
    ------
    InputError
        For files that cannot be used, and where no label is a subtype that one of them was taught.
    """
    bundles = {"challenger": challenger, "champion": champion}
    merge = merged_by_either(merge_of(champion), merge_of(challenger))
    found = {
        name: ask(test.expression, test.labels, bundle, test.reading) for name, bundle in bundles.items()
    }
    read = {name: answers.merged(merge) for name, (answers, _) in found.items()}
    taught = sorted(set().union(*(each.subtypes for each in read.values())))
    if not np.isin(read["champion"].truth, taught).any():
        raise InputError(
            f"{test.labels}: expected subtypes that one of the models was taught, found none: they know "
            f"{', '.join(taught)}"
        )
    reports = {name: evaluate(each.of_subtypes(taught)) for name, each in read.items()}
    merged = ", ".join(f"{name} as {target}" for name, target in merge.items())
    notes = [f"merged for both, as one of them was taught: {merged}"] if merge else []
    first, second = (dict.fromkeys(told) for _, told in found.values())
    notes += [note for note in first if note in second]
    for name, (_, told) in found.items():
        notes += [f"{name}: {note}" for note in told if not (note in first and note in second)]
    return Contest(reports["challenger"], reports["champion"], (*notes, _UNKNOWN))


def merged_by_either(one: Mapping[str, str], other: Mapping[str, str]) -> dict[str, str]:
    """Merge what either of two tables merges: A as B here and B as C there make both C."""
    found: dict[str, str] = {}
    for name, target in (*one.items(), *other.items()):
        ends = [_end(found, each) for each in (name, target)]
        if ends[0] != ends[1]:
            found[ends[0]] = ends[1]
    return {name: _end(found, name) for name in found}


def _end(merge: Mapping[str, str], name: str) -> str:
    while name in merge:
        name = merge[name]
    return name
