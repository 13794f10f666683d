"""Oncoprint: which patient has which alteration, by subtype; every patient counts in the percentages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection

from leukotype.report.drawing import (
    MARGIN_MM,
    SMALL_PT,
    WIDTH_MM,
    Drawing,
    broken,
    footnote_lines,
    head_mm,
    line_mm,
    printed,
    text_mm,
)
from leukotype.report.notation import count, percent
from leukotype.report.palette import ARM_COLOURS, KIND_COLOURS, MUTED, subtype_colour
from leukotype.report.trial.alterations import Cohort, Mask, arrange
from leukotype.report.trial.legend import Key, box, draw_legend, legend_lines

# Kind -> share of a cell's height: a mutation lies over what else the gene has.
_HEIGHTS: Final = {"copy number": 1.0, "fusion": 1.0, "mutation": 0.45}
_UNALTERED: Final = "#E9E9E9"
_TRACK_GREYS: Final = ("#222222", "#8A8A8A", "#D2D2D2", "#505050", "#B0B0B0", "#F0F0F0")
_ROW_MM: Final = 4.3
_CELL_SHARE: Final = 0.82  # of a row's height
_BAND_MM: Final = 3.0
_LEADER_MM: Final = 4.0
_WIDEST_NAME_MM: Final = 42.0
_LONGEST_GROUP_MM: Final = 27.0
_PERCENT_MM: Final = 11.0
_GAP_MM: Final = 3.0
_APART: Final = 300  # up to so many patients, a gap shows where one ends
_VECTOR_CELLS: Final = 20_000  # more cells than these are drawn as pixels


@printed
def draw_oncoprint(
    alterations: pd.DataFrame,
    patients: pd.DataFrame,
    *,
    kinds: Sequence[str],
    title: str,
    at_least: int = 1,
    tracks: Sequence[str] = (),
    arms: tuple[str, str] | None = None,
    synthetic: bool = False,
) -> Drawing:
    """Draw patients as columns, by subtype, and altered genes as rows.

    Parameters
    ----------
    alterations
        the tidy frame ``alterations``.
    patients
        ``patient`` and ``subtype`` of **every** patient: the percentages are of all of them.
    kinds
        which are drawn: ``("fusion",)``, or ``("mutation", "copy number")``.
    at_least
        genes altered in fewer patients have no row; the footnote says how many.
    tracks
        further columns of ``patients`` that are shown as bands: ``("arm", "response")``.
    arms
        names of the arms, so that a track of them has the arms' colours.

    Raises
    ------
    InputError
        For an alteration of a patient who is not listed, a patient twice, an unknown kind.
    """
    cohort = arrange(alterations, patients, kinds, at_least)
    sheet = _Sheet(cohort, tracks, head_mm(title))
    legend = _legend(cohort, kinds, tracks, arms)
    foot = footnote_lines(_notes(cohort, at_least))
    lines = legend_lines(legend)
    height = sheet.bottom + 2 + (len(lines) + 0.5) * line_mm() + len(foot) * line_mm(SMALL_PT) + MARGIN_MM
    drawing = Drawing(height, title=title, alt=_alt(title, cohort), synthetic=synthetic)
    axes = drawing.place(0, 0, WIDTH_MM, height)
    axes.set_label("oncoprint")
    axes.set_axis_off()
    axes.set_xlim(0, WIDTH_MM)
    axes.set_ylim(height, 0)
    axes.set_zorder(-1)
    _write_groups(drawing, axes, sheet)
    _write_rows(drawing, sheet)
    _draw_cells(axes, sheet, kinds)
    _draw_tracks(drawing, axes, sheet, tracks, {(key.group, key.label): key.colour for key in legend})
    draw_legend(drawing, axes, lines, sheet.bottom + 2)
    drawing.footnotes(sheet.bottom + 2 + (len(lines) + 0.5) * line_mm(), foot)
    return drawing


class _Sheet:
    """Where everything stands, in mm from the upper left corner of the sheet."""

    def __init__(self, cohort: Cohort, tracks: Sequence[str], top: float) -> None:
        self.cohort = cohort
        names = [*cohort.genes, *(track.capitalize() for track in tracks)]
        widest = max([14.0, *map(text_mm, names), *(text_mm(name, bold=True) for name in cohort.pathways)])
        self.left = MARGIN_MM + min(widest, _WIDEST_NAME_MM) + 2
        self.counts = WIDTH_MM - MARGIN_MM - _PERCENT_MM
        widest = max(text_mm(count(number)) for number in [0, *cohort.counts])
        self.right = self.counts - widest - _GAP_MM
        at, self.width = cohort.columns(self.right - self.left)
        self.starts: npt.NDArray[np.float64] = at + self.left
        self.groups = [
            broken(f"{name} ({count(b - a)})", _LONGEST_GROUP_MM, SMALL_PT) for name, a, b in cohort.groups
        ]
        tallest = max(text_mm(line, SMALL_PT) for lines in self.groups for line in lines)
        self.band = top + 1 + tallest + _LEADER_MM
        y = self.band + _BAND_MM + 1
        self.rows: list[float] = []
        self.headings: list[tuple[str, float]] = []
        for i, (gene, pathway) in enumerate(zip(cohort.genes, cohort.pathways, strict=True)):
            if pathway and (i == 0 or pathway != cohort.pathways[i - 1]):
                self.headings.append((pathway, y))
                y += _ROW_MM
            self.rows.append(y)
            y += max(_ROW_MM, len(self.lines_of(gene)) * line_mm())
        y += _ROW_MM if not cohort.genes else 0
        self.tracks = [y + 1 + i * _ROW_MM for i in range(len(tracks))]
        self.bottom = y + 1 + len(tracks) * _ROW_MM

    def lines_of(self, name: str) -> list[str]:
        """Break a gene's name to its column."""
        return broken(name, self.left - MARGIN_MM - 2)


def _write_groups(drawing: Drawing, axes: Axes, sheet: _Sheet) -> None:
    """Draw a band of colour over each subtype, with its name upright above it."""
    groups = sheet.cohort.groups
    middles = [float(sheet.starts[a] + sheet.starts[b - 1] + sheet.width) / 2 for _, a, b in groups]
    widths = [len(lines) * line_mm(SMALL_PT) for lines in sheet.groups]
    for (name, a, b), lines, middle, at in zip(
        groups, sheet.groups, middles, spread(middles, widths, sheet.left, sheet.right), strict=True
    ):
        start, end = float(sheet.starts[a]), float(sheet.starts[b - 1]) + sheet.width
        axes.add_patch(box(start, sheet.band, end - start, _BAND_MM, subtype_colour(name)))
        bend = sheet.band - _LEADER_MM
        axes.plot([at, at, middle], [bend + 0.3, bend + 1, sheet.band - 0.3], color=MUTED, linewidth=0.5)
        for i, line in enumerate(lines):
            x = at + (i - (len(lines) - 1) / 2) * line_mm(SMALL_PT)
            drawing.write(x, bend, line, rotation=90, ha="center", va="bottom", fontsize=SMALL_PT)


def spread(middles: Sequence[float], widths: Sequence[float], low: float, high: float) -> list[float]:
    """Move labels apart until none overlaps the next, as little as possible (least squares), in their order.

    They stay between the limits where there is room for all.
    """
    before = np.concatenate([[0.0], np.cumsum((np.array(widths[:-1]) + np.array(widths[1:])) / 2)])
    blocks: list[tuple[float, int]] = []  # mean and size: neighbours that touch move as one
    for wish in np.array(middles) - before:
        mean, size = float(wish), 1
        while blocks and blocks[-1][0] > mean:
            other, more = blocks.pop()
            mean, size = (mean * size + other * more) / (size + more), size + more
        blocks.append((mean, size))
    wished = np.repeat([mean for mean, _ in blocks], [size for _, size in blocks])
    last = high - before[-1] - widths[-1] / 2
    return [float(x) for x in np.clip(wished, min(low + widths[0] / 2, last), last) + before]


def _write_rows(drawing: Drawing, sheet: _Sheet) -> None:
    n = len(sheet.cohort.patients)
    percent_at, count_at = WIDTH_MM - MARGIN_MM, sheet.counts
    base = sheet.band + _BAND_MM - 0.4
    drawing.write(count_at, base, "n", ha="right", weight="bold")
    drawing.write(percent_at, base, "%", ha="right", weight="bold")
    for pathway, y in sheet.headings:
        drawing.write(MARGIN_MM, y + _baseline(), pathway, weight="bold")
    for gene, y, number in zip(sheet.cohort.genes, sheet.rows, sheet.cohort.counts, strict=True):
        for i, line in enumerate(sheet.lines_of(gene)):
            drawing.write(MARGIN_MM, y + _baseline() + i * line_mm(), line, style="italic")
        drawing.write(count_at, y + _baseline(), count(number), ha="right")
        drawing.write(percent_at, y + _baseline(), percent(number / n), ha="right")
    if not sheet.cohort.genes:
        drawing.write(sheet.left, sheet.band + _BAND_MM + 1 + _baseline(), "none", color=MUTED)


def _baseline() -> float:
    return _ROW_MM / 2 + 1.0


def _draw_cells(axes: Axes, sheet: _Sheet, kinds: Sequence[str]) -> None:
    cohort = sheet.cohort
    everyone = np.ones(len(cohort.patients), dtype=bool)
    for i, y in enumerate(sheet.rows):
        _draw_row(axes, sheet, everyone, y, 1.0, _UNALTERED, "patients")
        for kind in sorted(kinds, key=lambda kind: -_HEIGHTS[kind]):
            _draw_row(axes, sheet, cohort.altered[kind][i], y, _HEIGHTS[kind], KIND_COLOURS[kind], kind)


def _draw_row(axes: Axes, sheet: _Sheet, mask: Mask, y: float, height: float, colour: str, name: str) -> None:
    """Draw one cell per patient, or one per run of neighbours where patients are too many to be seen."""
    apart = len(mask) <= _APART
    tall = _ROW_MM * _CELL_SHARE * height
    top = y + (_ROW_MM - tall) / 2
    runs = _runs(sheet, mask, apart)
    boxes = [[(x, top), (x + w, top), (x + w, top + tall), (x, top + tall)] for x, w in runs]
    cells = PolyCollection(boxes, facecolor=colour, edgecolor="none", label=name)
    cells.set_rasterized(mask.size * len(sheet.rows) > _VECTOR_CELLS)
    axes.add_collection(cells, autolim=False)


def _runs(sheet: _Sheet, mask: Mask, apart: bool) -> list[tuple[float, float]]:
    """Left edge and width of each box."""
    if apart:
        return [(float(x), sheet.width * 0.86) for x in sheet.starts[mask]]
    found = []
    for _, a, b in sheet.cohort.groups:
        edges = np.flatnonzero(np.diff(np.concatenate([[False], mask[a:b], [False]]).astype(int)))
        found += [
            (float(sheet.starts[a]) + start * sheet.width, (end - start) * sheet.width)
            for start, end in edges.reshape(-1, 2).tolist()
        ]
    return found


def _legend(
    cohort: Cohort, kinds: Sequence[str], tracks: Sequence[str], arms: tuple[str, str] | None
) -> list[Key]:
    """List what the colours stand for; a track's levels in the order of the arms, else of the alphabet."""
    keys = [Key("Alteration", kind, KIND_COLOURS[kind], _HEIGHTS[kind]) for kind in kinds]
    for track in tracks:
        levels = sorted(set(cohort.patients[track].astype(str)))
        known = arms is not None and set(levels) <= set(arms)
        levels = [arm for arm in arms or () if arm in levels] if known else levels
        colours = ARM_COLOURS if known else _TRACK_GREYS
        keys += [Key(track.capitalize(), level, colours[i % len(colours)]) for i, level in enumerate(levels)]
    return keys


def _draw_tracks(
    drawing: Drawing,
    axes: Axes,
    sheet: _Sheet,
    tracks: Sequence[str],
    colours: dict[tuple[str, str], str],
) -> None:
    for track, y in zip(tracks, sheet.tracks, strict=True):
        drawing.write(MARGIN_MM, y + _baseline(), track.capitalize())
        values = sheet.cohort.patients[track].astype(str).to_numpy()
        for level in sorted(set(values)):
            _draw_row(
                axes, sheet, values == level, y, 0.8, colours[track.capitalize(), level], f"{track} {level}"
            )


def _notes(cohort: Cohort, at_least: int) -> list[str]:
    n = len(cohort.patients)
    without = n - int(cohort.any_kind.any(axis=0).sum()) if cohort.genes else n
    notes = [
        f"Percentages are of all {count(n)} patients; {count(without)} have none of the alterations shown."
    ]
    if cohort.rare:
        notes.append(f"Altered in fewer than {at_least} patients and not shown: {cohort.rare} genes.")
    return notes


def _alt(title: str, cohort: Cohort) -> str:
    n = len(cohort.patients)
    said = [
        f"{gene} {count(number)} ({percent(number / n)} %)"
        for gene, number in zip(cohort.genes, cohort.counts, strict=True)
    ]
    return f"Oncoprint, {title}, of {count(n)} patients by subtype: {', '.join(said) or 'no alteration'}."
