"""From expression to explanations, along the very path that gives the calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from leukotype.calling.calls import Calls
from leukotype.errors import InputError
from leukotype.explanations.importance import Importance, importance_of
from leukotype.explanations.lesion_parts import Part, findings_of, parts_of
from leukotype.explanations.linear import Explainer
from leukotype.explanations.rows import (
    TRAINING,
    Question,
    Row,
    as_table,
    distance_rows,
    gate_rows,
    subtype_rows,
)
from leukotype.model.bundle import Bundle, load
from leukotype.model.classifier import B_ALL, Probabilities, SubtypeModel
from leukotype.model.features import Array
from leukotype.pipeline import classify, classify_files
from leukotype.vocabulary import LOW_BLASTS, NOT_B_ALL, BlastSource, Status

TOP: Final = 15
_MISSING: Final = 3  # names of samples in a message


@dataclass(frozen=True)
class Explanations:
    """Why each sample was called as it was.

    Parameters
    ----------
    table
        columns `EXPLANATION_COLUMNS`; the contributions of a sample, subtype and ``against`` add up to its
        log-odds, or to its distance from the B-ALL of training, as ``scale`` says.
    importance
        over all samples: which features weigh most for each subtype.
    calls
        the calls that are explained.
    """

    table: pd.DataFrame
    importance: Importance
    calls: Calls


@dataclass(frozen=True)
class _Seen:
    """What the model was given: samples x genes, scaled; samples x subtypes x flags; and how far they lie."""

    scaled: Array
    flags: Array
    distances: Array


@dataclass(frozen=True)
class Watched(SubtypeModel):
    """The model, which keeps what it predicted from: explanation and call can not drift apart."""

    seen: list[_Seen] = field(default_factory=list)

    def predict_scaled(self, scaled: Array, values: npt.NDArray[Any], flags: Array | None) -> Probabilities:
        """Predict as `SubtypeModel` does."""
        none = np.zeros((len(values), len(self.subtypes), len(self.lesion_weights)))
        said = super().predict_scaled(scaled, values, flags)
        self.seen.append(_Seen(scaled, none if flags is None else flags, said.strangeness))
        return said


def explain(
    counts: pd.DataFrame,
    blasts: Mapping[str, float] | pd.Series[float] | None = None,
    model: Bundle | Path | str | None = None,
    *,
    top: int = TOP,
    samples: Sequence[str] | None = None,
    **options: Any,
) -> Explanations:
    """Call every sample of a data frame and explain each call.

    Parameters
    ----------
    counts, blasts, model, options
        as `leukotype.classify` takes them.
    top
        genes and chromosomes named for each sample; the others are summed up in one row a layer.
    samples
        those to explain; all by default.

    Raises
    ------
    InputError, ModelFileError
        as `leukotype.classify`; for a sample that is not there, or a model that has no exact parts.
    """
    bundle = model if isinstance(model, Bundle) else load(None if model is None else Path(model))
    explainer, watched = _watched(bundle, top)
    return _explained(classify(counts, blasts, watched, **options), explainer, watched, top, samples)


def explain_files(
    paths: Sequence[Path],
    *,
    model: Path | None = None,
    top: int = TOP,
    samples: Sequence[str] | None = None,
    **options: Any,
) -> Explanations:
    """Call every sample of some files and explain each call; what `leukotype explain` runs.

    Parameters
    ----------
    paths, model, options
        as `leukotype.classify_files` takes them.
    top, samples
        as `explain`.
    """
    explainer, watched = _watched(load(model), top)
    return _explained(classify_files(paths, model=watched, **options), explainer, watched, top, samples)


def _watched(bundle: Bundle, top: int) -> tuple[Explainer, Bundle]:
    """Open the model and set a watch on it.

    Raises
    ------
    InputError
        if nothing is to be named.
    """
    if top < 1:
        raise InputError(f"top: expected at least 1, found {top}: give the number of genes to name")
    parts = {each.name: getattr(bundle.model, each.name) for each in fields(SubtypeModel)}
    return Explainer.of(bundle), replace(bundle, model=Watched(**parts))


def _explained(
    calls: Calls, explainer: Explainer, bundle: Bundle, top: int, samples: Sequence[str] | None
) -> Explanations:
    seen = bundle.model.seen if isinstance(bundle.model, Watched) else []
    scaled, flags, distances = (
        np.concatenate([getattr(each, part.name) for each in seen]) for part in fields(_Seen)
    )
    names = calls.calls["sample"].tolist()
    chosen = _chosen(names, samples)
    findings = findings_of(calls.evidence)
    views = explainer.transform.subtype_view(scaled)
    asked = _asked(calls, explainer.subtypes, distances > bundle.model.limit)
    rows: list[Row] = []
    for i in chosen:
        used = findings.get(names[i], [])
        parts = parts_of(flags[i], explainer.lesion_weights, used, explainer.subtypes)
        for question in asked[i]:
            if question.against == TRAINING:
                rows += distance_rows(question, explainer, scaled[i], float(distances[i]), top)
            else:
                rows += _rows(question, explainer, views[i], scaled[i], parts, top)
    return Explanations(as_table(rows), importance_of(explainer, views, calls), calls)


def _rows(
    question: Question, explainer: Explainer, view: Array, scaled: Array, parts: Sequence[Part], top: int
) -> list[Row]:
    if question.against == B_ALL:
        return gate_rows(question, explainer, scaled, top)
    return subtype_rows(question, explainer, view, parts, top)


def _chosen(names: Sequence[str], samples: Sequence[str] | None) -> list[int]:
    if samples is None:
        return list(range(len(names)))
    absent = [name for name in samples if name not in names]
    if absent:
        raise InputError(
            f"sample: expected one of the {len(names)} of the input, found {absent[0]!r}: "
            f"the first are {', '.join(names[:_MISSING])}"
        )
    return [names.index(name) for name in dict.fromkeys(samples)]


def _asked(calls: Calls, subtypes: Sequence[str], strange: npt.NDArray[np.bool_]) -> list[list[Question]]:
    """Say of each sample what is explained: its subtype in general and against the runner-up, or the gate.

    Where no subtype was called, or one that expression was never taught, the most probable one is explained.

    Parameters
    ----------
    strange
        samples that lie further from the B-ALL of training than its limit.
    """
    joint = calls.probabilities[list(subtypes)].to_numpy()
    gate = calls.probabilities[NOT_B_ALL].to_numpy()
    asked = []
    records = calls.calls.to_dict("records")
    for row, mine, other, far in zip(records, joint, gate, strange, strict=True):
        sample, order = str(row["sample"]), np.argsort(-mine, kind="stable")
        ranked = [subtypes[i] for i in order]
        if row["subtype"] in subtypes:
            ranked = [row["subtype"], *(name for name in ranked if name != row["subtype"])]
        general = [Question(sample, ranked[0], None), Question(sample, ranked[0], ranked[1])]
        if row["status"] == Status.LOW_BLASTS and row["blast_source"] == BlastSource.ESTIMATED:
            general.insert(0, Question(sample, LOW_BLASTS, B_ALL))
        elif row["status"] == Status.NOT_B_ALL:
            by_gate = other > mine.sum()
            if by_gate or far:
                general.insert(0, Question(sample, NOT_B_ALL, B_ALL if by_gate else TRAINING))
        asked.append(general)
    return asked
