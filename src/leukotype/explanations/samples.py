"""Why each sample of a run was called as it was: read from what its model saw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

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
from leukotype.model.classifier import Predicted
from leukotype.model.features import Array
from leukotype.runs.run import Run
from leukotype.vocabulary import B_ALL, LOW_BLASTS, NOT_B_ALL, UNCLASSIFIED, BlastSource, Status

if TYPE_CHECKING:
    import shap

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
    run
        the run whose calls are explained.
    explainer, predicted
        the parts of the model, and what it saw of the samples.
    """

    table: pd.DataFrame
    importance: Importance
    run: Run
    explainer: Explainer = field(repr=False)
    predicted: Predicted = field(repr=False)

    def to_shap(self, subtype: str) -> shap.Explanation:
        """Give the log-odds of a subtype against the average subtype as shap's plots take them.

        Every gene and chromosome is a feature, and the lesions together are one; values and base value of a
        sample add up to its log-odds.

        Raises
        ------
        InputError
            for a subtype that expression was not taught, and where shap is not installed.
        """
        try:
            import shap
        except ModuleNotFoundError as error:
            raise InputError(f"{error.name} is not installed: pip install '.[explain]'") from error
        names, scores = self.explainer.subtypes, self.explainer.subtype
        if subtype not in names:
            raise InputError(
                f"subtype: expected one of {', '.join(names)}, found {subtype!r}: name one of them"
            )
        column, view = names.index(subtype), self.predicted.view
        lesions = self.predicted.flags @ self.explainer.lesion_weights
        return shap.Explanation(
            np.column_stack([scores.contributions(view)(column), lesions[:, column] - lesions.mean(axis=1)]),
            base_values=scores.starts(view)[:, column],
            data=np.column_stack([view / scores.scale, np.full(len(view), np.nan)]),
            feature_names=[*scores.features["feature"], "lesions"],
        )


def explain_run(
    run: Run, predicted: Predicted, explainer: Explainer, top: int, samples: Sequence[str] | None = None
) -> Explanations:
    """Explain the calls of a run from what its model saw; nothing is called again.

    Parameters
    ----------
    predicted
        of all samples of the run, in its order.
    top
        genes and chromosomes named for each sample; the others are summed up in one row a layer.
    samples
        those to explain; all by default.

    Raises
    ------
    InputError
        if nothing is to be named, and for a sample that is not there.
    """
    if top < 1:
        raise InputError(f"top: expected at least 1, found {top}: give the number of genes to name")
    names = run.calls["sample"].tolist()
    chosen, findings = _positions(names, samples), findings_of(run.evidence)
    asked = _questions(run, explainer.subtypes, predicted.strangeness > explainer.limit)
    rows: list[Row] = []
    for i in chosen:
        used = findings.get(names[i], [])
        parts = parts_of(predicted.flags[i], explainer.lesion_weights, used, explainer.subtypes)
        for question in asked[i]:
            if question.against == TRAINING:
                distance = float(predicted.strangeness[i])
                rows += distance_rows(question, explainer, predicted.scaled[i], distance, top)
            else:
                rows += _rows(question, explainer, predicted.view[i], predicted.scaled[i], parts, top)
    importance = importance_of(explainer, predicted.view, run)
    return Explanations(as_table(rows), importance, run, explainer, predicted)


def _rows(
    question: Question, explainer: Explainer, view: Array, scaled: Array, parts: Sequence[Part], top: int
) -> list[Row]:
    if question.against == B_ALL:
        return gate_rows(question, explainer, scaled, top)
    return subtype_rows(question, explainer, view, parts, top)


def _positions(names: Sequence[str], samples: Sequence[str] | None) -> list[int]:
    if samples is None:
        return list(range(len(names)))
    absent = [name for name in samples if name not in names]
    if absent:
        raise InputError(
            f"sample: expected one of the {len(names)} of the input, found {absent[0]!r}: "
            f"the first are {', '.join(names[:_MISSING])}"
        )
    return [names.index(name) for name in dict.fromkeys(samples)]


def _questions(run: Run, subtypes: Sequence[str], strange: npt.NDArray[np.bool_]) -> list[list[Question]]:
    """Say of each sample what is explained: its subtype in general and against the runner-up, or the gate.

    Where no subtype is named, or one that expression was never taught, the most probable one is explained.

    Parameters
    ----------
    strange
        samples that lie further from the B-ALL of training than its limit.
    """
    joint = run.probabilities[list(subtypes)].to_numpy()
    asked = []
    records = run.calls.to_dict("records")
    for row, mine, far in zip(records, joint, strange, strict=True):
        sample, order = str(row["sample"]), np.argsort(-mine, kind="stable")
        ranked = [subtypes[i] for i in order]
        if row["subtype"] in subtypes:
            ranked = [row["subtype"], *(name for name in ranked if name != row["subtype"])]
        general = [Question(sample, ranked[0], None), Question(sample, ranked[0], ranked[1])]
        if row["status"] == Status.LOW_BLASTS and row["blast_source"] == BlastSource.ESTIMATED:
            general.insert(0, Question(sample, LOW_BLASTS, B_ALL))
        elif row["status"] == Status.NOT_B_ALL:
            general.insert(0, Question(sample, NOT_B_ALL, B_ALL))
        elif row["status"] == Status.UNCLASSIFIED and far:
            general.insert(0, Question(sample, UNCLASSIFIED, TRAINING))
        asked.append(general)
    return asked
