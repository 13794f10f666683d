"""The samples of a run among the patients of training, as a figure of its own."""

from __future__ import annotations

from typing import Final

from matplotlib.axes import Axes

from leukotype.errors import InputError, count_of
from leukotype.model.map import Map
from leukotype.report.drawing import MARGIN_MM, WIDTH_MM, Drawing, sheet_style
from leukotype.report.palette import INK, MUTED, subtype_colour
from leukotype.report.run.map_figure import Frame
from leukotype.runs.run import Run

_HEIGHT_MM: Final = 120.0  # above the footnote
_TOP_MM: Final = 10.0
_BESIDE: Final = 0.02  # of the map
_MOST_NAMED: Final = 30  # samples whose names stand beside them
_FOOTNOTE: Final = (
    "Small points are patients of training, within outlines of their subtypes; large ones the samples, in "
    "the colour of what they are called. What is near on the map is alike by the model's scores. Research "
    "use only."
)


@sheet_style
def draw_map(run: Run, patients: Map | None) -> Drawing:
    """Draw the samples that have a place.

    Raises
    ------
    InputError
        For a model without a map.
    """
    if patients is None:
        raise InputError(f"{run.model.name}: expected a model with a map, found none: predict with another")
    there = run.map.assign(subtype=run.calls["subtype"].to_numpy()).dropna(subset=["x", "y"])
    placed = there.to_dict("records")
    told = f"{len(placed)} of {count_of(len(run.calls), 'sample')}"
    title = f"{told} among {len(patients.points)} patients of training"
    said = ", ".join(f"{row['sample']} {row['subtype'] or 'not called'}" for row in placed)
    drawing = Drawing(
        _HEIGHT_MM, title=title, alt=f"{title}: {said}", synthetic=bool(run.synthetic), notes=[_FOOTNOTE]
    )
    axes = drawing.place(MARGIN_MM, _TOP_MM, WIDTH_MM - 2 * MARGIN_MM, _HEIGHT_MM - _TOP_MM)
    _draw_patients(axes, patients)
    for row in placed:
        axes.scatter(row["x"], row["y"], s=46, color=subtype_colour(row["subtype"]), edgecolor=INK, zorder=3)
        if len(placed) <= _MOST_NAMED:
            place = row["x"], row["y"]
            axes.annotate(row["sample"], place, (4, 4), textcoords="offset points", fontsize=6)
    return drawing


def _draw_patients(axes: Axes, patients: Map) -> None:
    frame = Frame.of(patients)
    axes.set_xlim(frame.left - _BESIDE, frame.right + _BESIDE)
    axes.set_ylim(frame.bottom - _BESIDE, frame.top + 2 * _BESIDE)  # names stand above
    axes.set_axis_off()
    for i, name in enumerate(patients.subtypes):
        theirs = patients.points[patients.classes == i]
        axes.scatter(theirs[:, 0], theirs[:, 1], s=5, color=subtype_colour(name), linewidth=0, alpha=0.6)
    named: set[str] = set()
    for name, ring in patients.outlines():
        axes.fill(ring[:, 0], ring[:, 1], color=subtype_colour(name), alpha=0.15, linewidth=0)
        if name not in named:
            x, y = ring[ring[:, 1].argmax()]
            axes.text(x, y + 0.01, name, fontsize=7, color=MUTED, ha="center")
        named.add(name)
