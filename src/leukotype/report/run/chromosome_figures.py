"""The chromosomes of one sample as its counts show them: genes as points, copies as bands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from leukotype.model.dosage import Dosage
from leukotype.model.ploidy import DIPLOID
from leukotype.report.drawing import Drawing, file_stem, hide_spines, render, sheet_style
from leukotype.report.notation import Z_95
from leukotype.report.palette import INK, MUTED, RULE, STRIPE, WARNING
from leukotype.vocabulary import CHROMOSOMES

_HEIGHT_MM: Final = 66.0  # above the footnote
_RANGE: Final = 1.7  # log2 ratio shown; a gene further out stands at the edge
_SMOOTHED: Final = 15  # genes a point stands for: one gene alone is too noisy to look at
_GAP: Final = 12  # genes' width between two chromosomes
_NARROWEST: Final = 230  # genes' width of a chromosome with fewer: room for its name
_LONGEST_TITLE: Final = 24  # characters of a sample's name above the figure: one line
_BANDS: Final = {1: "one copy", 2: "two", 3: "three", 4: "four"}
_FOOTNOTE: Final = (
    f"Each point is the median of {_SMOOTHED} neighbouring genes; bars are the level of a chromosome with "
    "its 95 % interval, red where its copies differ from two. Bands are what one to four copies give if "
    "every cell is leukemic; on X, where one copy is silent, a third copy reaches the band of four. "
    "Research use only."
)


@sheet_style
def draw_chromosomes(sample: str, dosage: Dosage, chromosomes: npt.NDArray[np.intp]) -> Drawing:
    """Draw one sample.

    Parameters
    ----------
    chromosomes
        position of each gene's chromosome among `CHROMOSOMES`, genes in the order of their places.
    """
    copies = dosage.copies
    said = (
        f"{copies.state}, about {copies.chromosomes} chromosomes (probability {copies.probability:.2f})"
        if copies
        else f"not estimated: {dosage.obstacle}"
    )
    name = sample if len(sample) <= _LONGEST_TITLE else f"{sample[:_LONGEST_TITLE]}..."
    alt = f"Chromosomes of {sample}: {said}"
    drawing = Drawing(_HEIGHT_MM, title=f"{name}: {said}", alt=alt, synthetic=False, notes=[_FOOTNOTE])
    axes = drawing.place(14, 9, 150, 52)
    _frame(axes)
    start, places = 0, []
    for number, name in enumerate(CHROMOSOMES):
        ratios = dosage.levels.ratios[chromosomes == number]
        _draw_one(axes, start, ratios, dosage, number)
        width = max(len(ratios), _NARROWEST)
        places.append((start + width / 2, name))
        start += width + _GAP
    axes.set_xlim(-_GAP, start)
    axes.set_xticks([place for place, _ in places], [name for _, name in places], fontsize=7)
    return drawing


def _frame(axes: Axes) -> None:
    for copies, name in _BANDS.items():
        level = float(np.log2(copies / 2))
        axes.axhspan(level - 0.06, level + 0.06, color=STRIPE, linewidth=0, zorder=0)
        place = axes.get_yaxis_transform()
        axes.text(1.004, level, name, transform=place, va="center", fontsize=7, color=MUTED)
    axes.set_ylim(-_RANGE, _RANGE)
    axes.set_ylabel("log2 ratio to diploid")
    axes.tick_params(axis="x", length=0)
    hide_spines(axes, "top", "right")


def _draw_one(axes: Axes, start: int, ratios: npt.NDArray[np.float64], dosage: Dosage, number: int) -> None:
    """Draw one chromosome: its genes, its level, and the line to the next."""
    present, end = np.flatnonzero(~np.isnan(ratios)), start + max(len(ratios), _NARROWEST)
    if len(present):
        parts = np.array_split(present, max(1, len(present) // _SMOOTHED))
        height = np.clip([np.median(ratios[part]) for part in parts], -_RANGE, _RANGE)
        places = [start + part.mean() * (end - start) / len(ratios) for part in parts]
        axes.plot(places, height, ".", color=MUTED, markersize=2.2)
    axes.axvline(end + _GAP / 2, color=RULE, linewidth=0.4, zorder=0)
    level, error = dosage.levels.level[number], dosage.levels.error[number]
    if np.isnan(level):
        return
    changed = dosage.copies is not None and dosage.copies.copies[number] != DIPLOID
    colour = WARNING if changed else INK
    half = Z_95 * error
    axes.fill_between((start, end), level - half, level + half, color=colour, alpha=0.25, linewidth=0)
    axes.plot((start, end), (level, level), color=colour, linewidth=1.4)


def chromosome_figures(dosages: Mapping[str, Dosage], chromosomes: npt.NDArray[np.intp]) -> dict[str, bytes]:
    """Draw every sample; a PNG is named by its number and what of the sample's name a file may be called."""
    width, figures = len(str(len(dosages))), {}
    for number, (sample, dosage) in enumerate(dosages.items(), start=1):
        drawing = draw_chromosomes(sample, dosage, chromosomes)
        figures[f"{number:0{width}d}_{file_stem(sample)}.png"] = render(drawing, "png")
    return figures
