"""The rows of an explanation: what weighs most, and the rest in one sum, so that a sample's rows add up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from leukotype.evidence.published_markers import known_marker
from leukotype.explanations.lesion_parts import Part
from leukotype.explanations.linear import CHROMOSOME, EXPRESSION, Columns, Explainer
from leukotype.explanations.pool_scores import GENE_SET, LOOK_ALIKES
from leukotype.model.features import Array

AVERAGE: Final = "the average subtype"
TRAINING: Final = "B-ALL of training"
LOG_ODDS: Final = "log-odds"
DISTANCE: Final = "distance"
START: Final = "start"
DIGITS: Final = 8
_REST_NAMES: Final = {
    EXPRESSION: "all other genes",
    CHROMOSOME: "all other chromosomes",
    GENE_SET: "all other gene sets",
    LOOK_ALIKES: "all other look-alikes",
}


class Row(NamedTuple):
    """One row of the table of explanations; ``features`` is how many are summed up in it.

    ``expert`` is the one of a pool that reads the feature. ``scale`` is what the contributions of a sample,
    subtype and ``against`` add up to: log-odds, or the distance from the B-ALL of training.
    """

    sample: str
    subtype: str
    against: str
    scale: str
    feature: str
    gene_id: str
    layer: str
    expert: str
    features: int
    value: float
    contribution: float
    direction: str = ""
    known_marker: str = ""
    source: str = ""


EXPLANATION_COLUMNS: Final = Row._fields


@dataclass(frozen=True)
class Question:
    """What is asked of one sample: why this subtype, against which other.

    Parameters
    ----------
    against
        a subtype, `B_ALL` for the gate, `TRAINING` for the distance, or None: the average subtype.
    """

    sample: str
    subtype: str
    against: str | None

    def row(
        self,
        feature: str,
        gene_id: str,
        layer: str,
        value: float,
        contribution: float,
        features: int = 1,
        expert: str = "",
    ) -> Row:
        """Write one row; a marker is known where the literature names it for either subtype."""
        known = known_marker(feature, self.subtype) or (
            known_marker(feature, self.against) if self.against else None
        )
        return Row(
            self.sample,
            self.subtype,
            self.against or AVERAGE,
            DISTANCE if self.against == TRAINING else LOG_ODDS,
            feature,
            gene_id,
            layer,
            expert,
            features,
            value,
            contribution,
            "for" if contribution > 0 else "against",
            "" if known is None else f"{known.level} in {known.subtype}",
            "" if known is None else known.source,
        )


def as_table(rows: Sequence[Row]) -> pd.DataFrame:
    """Put rows into a frame; numbers rounded to the eighth decimal."""
    frame = pd.DataFrame(rows, columns=list(EXPLANATION_COLUMNS))
    return frame.assign(value=frame["value"].round(DIGITS), contribution=frame["contribution"].round(DIGITS))


def subtype_rows(
    question: Question, explainer: Explainer, view: Array, parts: Sequence[Part], top: int
) -> list[Row]:
    """Explain one subtype's log-odds of one sample.

    Parameters
    ----------
    view
        the sample's row of the subtype view.
    parts
        its lesions.
    top
        genes and chromosomes that are named; the others are summed by layer.
    """
    added, start = explainer.contrast(view, question.subtype, question.against)
    scores = explainer.subtype
    rows = [*_start(question, start, scores.background)]
    rows += _lesions(question, parts, len(explainer.subtypes))
    return rows + _rank_features(question, explainer.columns, view / scores.scale, added, top)


def gate_rows(question: Question, explainer: Explainer, scaled: Array, top: int) -> list[Row]:
    """Explain why one sample was not taken for B-ALL, or for one of few blasts."""
    weights, start = explainer.gate_contrast(scaled, question.subtype)
    rows = list(_start(question, start, explainer.gate.background))
    return rows + _rank_features(question, explainer.gate_columns, scaled, scaled * weights, top)


def distance_rows(
    question: Question, explainer: Explainer, scaled: Array, distance: float, top: int
) -> list[Row]:
    """Say which genes make one sample unlike the B-ALL of training.

    The distance is the mean square of the scaled genes (`leukotype.model.classifier.strangeness`), so that a
    gene's part of it is its own square over the number of genes that the sample has: exact, and never
    negative.

    Parameters
    ----------
    distance
        of the sample; what its rows add up to.
    """
    squares = scaled**2
    parts = squares * (distance / squares.sum())
    return _rank_features(question, explainer.gate_columns, scaled, parts, top)


def _start(question: Question, start: float, background: str) -> Iterator[Row]:
    yield question.row(background, "", START, np.nan, start, 0)


def _lesions(question: Question, parts: Sequence[Part], subtypes: int) -> Iterator[Row]:
    others = [part for part in parts if part.absent and question.subtype != part.subtype != question.against]
    if total := sum(part.toward(question.subtype, question.against, subtypes) for part in others):
        names = ", ".join(part.subtype for part in others)
        yield question.row(f"no fusion of {names} found", "", others[0].layer, np.nan, total, len(others))
    for part in (part for part in parts if part not in others):
        toward = part.toward(question.subtype, question.against, subtypes)
        if toward:
            row = question.row(part.feature, "", part.layer, np.nan, toward)
            known = f"lesion of {part.subtype}" if part.reference else ""
            yield row._replace(known_marker=known, source=part.reference)


def _rank_features(
    question: Question, columns: Columns, values: Array, contributions: Array, top: int
) -> list[Row]:
    """Name the heaviest features, heaviest first, and sum up the others of each layer."""
    heaviest, others = _heaviest(contributions, top), np.ones(len(contributions), dtype=bool)
    others[heaviest] = False
    rows = [
        question.row(
            columns.names[i],
            columns.ids[i],
            columns.layers[i],
            float(values[i]),
            float(contributions[i]),
            expert=columns.experts[i],
        )
        for i in heaviest
    ]
    for (expert, layer), inside in columns.by_layer.items():
        rest = others & inside
        total, count = float(contributions[rest].sum()), int(rest.sum())
        rows.append(question.row(_REST_NAMES[layer], "", layer, np.nan, total, count, expert))
    return rows


def _heaviest(contributions: Array, top: int) -> npt.NDArray[np.intp]:
    """Positions of the `top` largest sizes but for 0, largest first; of equal ones the first comes first."""
    sizes = np.abs(contributions)
    least = np.partition(sizes, -top)[-top] if top < len(sizes) else 0.0
    among = np.flatnonzero((sizes >= least) & (sizes > 0))
    return np.asarray(among[np.argsort(-sizes[among], kind="stable")][:top])
