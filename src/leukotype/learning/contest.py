"""Any bundle, the shipped one too, measured on labelled samples that it did not learn from; one, or two.

Samples are called by a function that is handed in: this room learns, and does not know how a run is made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

import numpy as np
import pandas as pd

from leukotype.errors import InputError
from leukotype.inputs import LesionFiles, Reading, Source
from leukotype.learning.figures import RIGHT, Answers, Report, evaluate
from leukotype.learning.labels import read_labels
from leukotype.learning.versions import METRIC
from leukotype.model.bundle import Bundle
from leukotype.model.features import Array
from leukotype.runs.run import Run
from leukotype.vocabulary import Status

_UNKNOWN: Final = (
    "a model holds the hashes of the files it learned from, not the names of their patients: that none of "
    "these samples taught one of the two, in whatever file, is for you to know"
)


@dataclass(frozen=True)
class LabelledFiles:
    """Labelled samples that a model should not have learned from."""

    expression: Sequence[Path]
    labels: Path
    reading: Reading = field(default_factory=Reading)
    lesions: LesionFiles = field(default_factory=LesionFiles)


class Classify(Protocol):
    """Calls the samples of some files by a model, as `leukotype.classify_files` does."""

    def __call__(
        self, paths: Sequence[Path], model: Bundle, /, *, reading: Reading, lesions: LesionFiles
    ) -> Run:
        """Give the run."""


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


def judge(bundle: Bundle, test: LabelledFiles, classify: Classify) -> tuple[Report, tuple[str, ...]]:
    """Call the samples as `leukotype predict` does, and count with the one `evaluate`.

    Probabilities are those of the subtypes given B-ALL; ``called`` is the call itself, gate included.
    Subtypes that the model's own settings merged are merged in the labels too.

    Returns
    -------
    The report, and what was left out.

    Raises
    ------
    InputError
        For files that cannot be used, and where no label is a subtype that the model was taught.
    """
    answers, notes = call(bundle, test, classify)
    read = answers.merge(merge_of(bundle))
    if not np.isin(read.truth, read.subtypes).any():
        raise InputError(
            f"{test.labels}: expected subtypes that the model was taught, found none: it knows "
            f"{', '.join(bundle.model.subtypes)}"
        )
    return evaluate(read), notes


def call(bundle: Bundle, test: LabelledFiles, classify: Classify) -> tuple[Answers, tuple[str, ...]]:
    """Give a bundle's answers for labelled samples, and what was left out; labels as they are written."""
    run = classify(test.expression, bundle, reading=test.reading, lesions=test.lesions)
    told = read_labels(test.labels, list(run.calls["sample"]))
    subtypes = bundle.model.subtypes
    rows = run.calls["sample"].isin(told.frame.index).to_numpy()
    own = run.calls[rows]
    known = told.frame.loc[own["sample"]]
    called = own["subtype"].where(own["status"] == Status.CALLED, "").to_numpy(dtype=object)
    chances = _given_b_all(run.probabilities.loc[rows, list(subtypes)].to_numpy(np.float64))
    answers = Answers(
        subtypes,
        own["sample"].to_numpy(dtype=object),
        known["subtype"].to_numpy(dtype=object),
        chances,
        called,
        known["cohort"].to_numpy(dtype=object),
    )
    return answers, (*told.notes, *_warn_of_training_files(run.sources, bundle))


def merge_of(bundle: Bundle) -> dict[str, str]:
    """Subtypes that a bundle was taught as others."""
    return dict(bundle.manifest.get("config", {}).get("merge", {}))


def _given_b_all(joint: Array) -> Array:
    """Give the subtypes' share of the probability; evenly where none is left of it after rounding."""
    total = joint.sum(axis=1, keepdims=True)
    return np.where(total > 0, joint / np.where(total > 0, total, 1), 1 / joint.shape[1])


def _warn_of_training_files(inputs: Sequence[Source], bundle: Bundle) -> list[str]:
    """Warn of files that the model learned from; which of their samples, a bundle does not hold."""
    known = set(bundle.manifest.get("data_sha256", {}).values())
    return [
        f"the model learned from samples of {each.path}: figures of these are not those of new patients"
        for each in inputs
        if each.sha256 in known
    ]


def contest(challenger: Bundle, champion: Bundle, test: LabelledFiles, classify: Classify) -> Contest:
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
    found = {name: call(bundle, test, classify) for name, bundle in bundles.items()}
    read = {name: answers.merge(merge) for name, (answers, _) in found.items()}
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
