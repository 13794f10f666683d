"""Any bundle, the shipped one too, measured on labelled files that it did not learn from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from leukotype.errors import InputError
from leukotype.inputs import LesionFiles, Reading, Source
from leukotype.learning.figures import Answers, Report, evaluate
from leukotype.learning.labels import read_labels
from leukotype.model.bundle import Bundle, load
from leukotype.model.features import Array
from leukotype.pipeline import classify_files
from leukotype.vocabulary import Status


def judge(
    expression: Sequence[Path],
    labels: Path,
    model: Path | None,
    reading: Reading | None = None,
    lesions: LesionFiles | None = None,
) -> tuple[Report, tuple[str, ...]]:
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
    bundle = load(model)
    answers, notes = ask(expression, labels, bundle, reading, lesions)
    read = answers.merged(merge_of(bundle))
    if not np.isin(read.truth, read.subtypes).any():
        raise InputError(
            f"{labels}: expected subtypes that the model was taught, found none: it knows "
            f"{', '.join(bundle.model.subtypes)}"
        )
    return evaluate(read), notes


def ask(
    expression: Sequence[Path],
    labels: Path,
    bundle: Bundle,
    reading: Reading | None = None,
    lesions: LesionFiles | None = None,
) -> tuple[Answers, tuple[str, ...]]:
    """Give a bundle's answers for labelled samples, and what was left out; labels as they are written."""
    calls = classify_files(expression, model=bundle, lesions=lesions, reading=reading)
    told = read_labels(labels, list(calls.calls["sample"]))
    subtypes = bundle.model.subtypes
    rows = calls.calls["sample"].isin(told.frame.index).to_numpy()
    own = calls.calls[rows]
    known = told.frame.loc[own["sample"]]
    called = own["subtype"].where(own["status"] == Status.CALLED, "").to_numpy(dtype=object)
    chances = _given_b_all(calls.probabilities.loc[rows, list(subtypes)].to_numpy(np.float64))
    answers = Answers(
        subtypes,
        own["sample"].to_numpy(dtype=object),
        known["subtype"].to_numpy(dtype=object),
        chances,
        called,
        known["cohort"].to_numpy(dtype=object),
    )
    return answers, (*told.notes, *_seen(calls.sources, bundle))


def merge_of(bundle: Bundle) -> dict[str, str]:
    """Subtypes that a retrained bundle was taught as others."""
    return dict(bundle.manifest.get("config", {}).get("merge", {}))


def _given_b_all(joint: Array) -> Array:
    """Give the subtypes' share of the probability; evenly where none is left of it after rounding."""
    total = joint.sum(axis=1, keepdims=True)
    return np.where(total > 0, joint / np.where(total > 0, total, 1), 1 / joint.shape[1])


def _seen(inputs: Sequence[Source], bundle: Bundle) -> list[str]:
    """Warn of files that the model learned from; which of their samples, a bundle does not hold."""
    known = set(bundle.manifest.get("data_sha256", {}).values())
    return [
        f"the model learned from samples of {each.path}: figures of these are not those of new patients"
        for each in inputs
        if each.sha256 in known
    ]
