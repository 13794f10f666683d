"""What the model remembers of its patients of training, beside which the samples of a run are shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from leukotype.model.map import Map
from leukotype.report.run.map_figure import Frame, background, mark, nearest_profiles, neighbours
from leukotype.report.run.marker_strips import Strips, genes_without_strip, scale
from leukotype.report.run.words import is_sure
from leukotype.runs.run import Run
from leukotype.vocabulary import Status


@dataclass(frozen=True, eq=False)
class TrainingCohort:
    """The patients of training, as the bundle keeps them.

    Parameters
    ----------
    map
        None of a model without a map.
    markers
        mean log2(CPM + 1) of published markers: classes x symbols; empty without the model.
    missing
        why the map is not drawn; empty where it is.
    """

    map: Map | None = None
    markers: pd.DataFrame = field(default_factory=pd.DataFrame)
    missing: str = ""


def draw_ground(run: Run, cohort: TrainingCohort) -> dict[str, Any]:
    """Draw what all samples share: the map with those that were called, and the ground of the strips."""
    calls, places = run.calls.to_dict("records"), run.map.to_dict("records")
    frame = None if cohort.map is None else Frame.of(cohort.map)
    marks = [
        {"number": number, "sample": call["sample"], "subtype": call["subtype"], **place}
        for number, (call, row) in enumerate(zip(calls, places, strict=True), start=1)
        if call["status"] == Status.CALLED and (place := mark(row, frame)) is not None
    ]
    return {
        "map": None if cohort.map is None else background(cohort.map),
        "missing": cohort.missing,
        "marks": marks,
        "left_out": len(calls) - len(marks),
        "strips": Strips(run.markers.drop(columns="sample"), cohort.markers).backgrounds(),
        "scale": scale(),
    }


def among_training(run: Run, cohort: TrainingCohort) -> list[dict[str, Any]]:
    """Give every sample's place, nearest profiles and markers, in the order of the calls."""
    strips = Strips(run.markers.drop(columns="sample"), cohort.markers)
    frame = None if cohort.map is None else Frame.of(cohort.map)
    rows = zip(run.calls.to_dict("records"), run.map.to_dict("records"), strict=True)
    return [_sample(number, call, row, strips, cohort.map, frame) for number, (call, row) in enumerate(rows)]


def _sample(
    number: int,
    call: Mapping[Any, Any],
    row: Mapping[Any, Any],
    strips: Strips,
    patients: Map | None,
    frame: Frame | None,
) -> dict[str, Any]:
    subtype = call["subtype"] if call["status"] == Status.CALLED else ""
    place, shown = mark(row, frame), strips.of(number, subtype)
    return {
        "place": place,
        "neighbours": neighbours(row, patients) if place and patients is not None else "",
        "profiles": nearest_profiles(row, subtypes_alone=is_sure(call)),
        "markers": shown,
        "unmeasured": genes_without_strip(subtype, shown),
    }
