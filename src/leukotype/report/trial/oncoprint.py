"""Oncoprint: which patient has which alteration, by subtype; every patient counts in the percentages.

Patients are columns, ordered by subtype; altered genes are rows, ordered by pathway and frequency.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection

from leukotype.errors import InputError
from leukotype.report.drawing import (
    MARGIN_MM,
    SMALL_PT,
    WIDTH_MM,
    Drawing,
    head_mm,
    line_mm,
    sheet_style,
    text_mm,
    wrap,
)
from leukotype.report.notation import count, percent
from leukotype.report.palette import ARM_COLOURS, KIND_COLOURS, MUTED, subtype_colour, subtype_order
from leukotype.report.trial.legend import Key, box, draw_legend, legend_lines
from leukotype.vocabulary import AlterationKind, VariantClass

Mask = npt.NDArray[np.bool_]

_GROUP_GAP_MM: Final = 0.9
_WIDEST_CELL_MM: Final = 6.0

# Kind -> share of a cell's height: a mutation lies over what else the gene has.
_HEIGHTS: Final[dict[str, float]] = {
    AlterationKind.COPY_NUMBER: 1.0,
    AlterationKind.DELETION: 1.0,
    AlterationKind.PLOIDY: 1.0,
    AlterationKind.FUSION: 1.0,
    AlterationKind.ISOFORM: 0.72,
    AlterationKind.MUTATION: 0.45,
    **dict.fromkeys(VariantClass, 0.45),
}
_UNALTERED: Final = "#E9E9E9"
_TRACK_GREYS: Final = ("#222222", "#8A8A8A", "#D2D2D2", "#505050", "#B0B0B0", "#F0F0F0")
_BAND_GREYS: Final = ("#DDDDDD", "#B0B0B0", "#707070", "#222222", "#F4F4F4", "#999999")  # light to dark
_ROW_MM: Final = 4.3
_CELL_SHARE: Final = 0.82  # of a row's height
_BAND_MM: Final = 3.0
_LEADER_MM: Final = 4.0
_WIDEST_NAME_MM: Final = 42.0
_LONGEST_GROUP_MM: Final = 27.0
_PERCENT_MM: Final = 11.0
_GAP_MM: Final = 3.0
_BARS_MM: Final = 14.0  # of the number altered in each gene
_TOPS_MM: Final = 8.0  # of the number of genes altered in each patient
_APART: Final = 300  # up to so many patients, a gap shows where one ends
_VECTOR_CELLS: Final = 20_000  # more cells than these are drawn as pixels


@dataclass(frozen=True, eq=False)
class AlterationGrid:
    """Who is altered in what.

    Parameters
    ----------
    patients
        indexed by patient, from left to right, with ``subtype`` and whatever else is known of them.
    genes, pathways
        of each row, from top to bottom.
    altered
        kind -> genes x patients.
    rare
        number of genes left out because fewer patients than asked for have them.
    tested
        patients who were tested for each gene.
    """

    patients: pd.DataFrame
    genes: tuple[str, ...]
    pathways: tuple[str, ...]
    altered: dict[str, Mask]
    rare: int
    tested: tuple[int, ...]

    @property
    def any_kind(self) -> Mask:
        """Genes x patients: altered in whatever way."""
        return np.asarray(sum(self.altered.values())) > 0

    @property
    def counts(self) -> list[int]:
        """Patients with an alteration of each gene; one with two of them counts once."""
        return [int(number) for number in self.any_kind.sum(axis=1)]

    @property
    def labels(self) -> list[str]:
        """Counts as they are printed: beside it the number tested, where that is not everybody."""
        n = len(self.patients)
        return [
            count(number) if tested == n else f"{count(number)}/{count(tested)}"
            for number, tested in zip(self.counts, self.tested, strict=True)
        ]

    @property
    def groups(self) -> list[tuple[str, int, int]]:
        """Subtype, first column and the column after its last."""
        subtypes = self.patients["subtype"].tolist()
        starts = [i for i, name in enumerate(subtypes) if i == 0 or name != subtypes[i - 1]]
        return [(subtypes[a], a, b) for a, b in zip(starts, [*starts[1:], len(subtypes)], strict=True)]

    def columns(self, width_mm: float) -> tuple[npt.NDArray[np.float64], float]:
        """Lay the columns out within a width: where each begins, and how wide each is; groups stand apart."""
        groups, n = self.groups, len(self.patients)
        width = min((width_mm - _GROUP_GAP_MM * (len(groups) - 1)) / n, _WIDEST_CELL_MM)
        gaps = np.repeat(np.arange(len(groups)), [b - a for _, a, b in groups])
        return np.arange(n) * width + gaps * _GROUP_GAP_MM, width


def arrange(
    alterations: pd.DataFrame,
    patients: pd.DataFrame,
    kinds: Sequence[str],
    at_least: int,
    tested: Mapping[str, int] | None = None,
) -> AlterationGrid:
    """Order genes by pathway and frequency, and patients by subtype and then by what they share.

    Parameters
    ----------
    alterations
        the tidy frame ``alterations``: a row per patient, gene and kind; repeats count once.
    patients
        ``patient`` and ``subtype`` of **every** patient, also of those without an alteration.
    at_least
        genes altered in fewer patients are counted in ``rare``, and have no row.
    tested
        gene -> number of patients who were tested for it; one that is not named: all.

    Raises
    ------
    InputError
        For a kind that is unknown, a patient twice, and an alteration of a patient who is not in the list.
    """
    _check(alterations, patients, kinds)
    chosen = alterations[alterations["kind"].isin(kinds)]
    frequency = chosen.drop_duplicates(["patient", "gene"])["gene"].value_counts()
    kept = frequency[frequency >= at_least]
    pathway = chosen.drop_duplicates("gene").set_index("gene")["pathway"].fillna("").astype(str)
    busiest = kept.groupby(pathway.reindex(kept.index)).sum()
    genes = sorted(
        kept.index, key=lambda gene: (-busiest[pathway[gene]], pathway[gene], -kept[gene], str(gene))
    )
    listed = patients.set_index("patient")
    altered = {kind: _mask(chosen[chosen["kind"] == kind], genes, listed.index) for kind in kinds}
    of = tuple((tested or {}).get(gene, len(listed)) for gene in genes)
    unordered = AlterationGrid(listed, tuple(genes), tuple(pathway[gene] for gene in genes), altered, 0, of)
    order = _order(unordered)
    return AlterationGrid(
        listed.iloc[order],
        unordered.genes,
        unordered.pathways,
        {kind: mask[:, order] for kind, mask in altered.items()},
        len(frequency) - len(kept),
        of,
    )


def _check(alterations: pd.DataFrame, patients: pd.DataFrame, kinds: Sequence[str]) -> None:
    known = set(KIND_COLOURS)
    strange = sorted({*kinds, *alterations["kind"].astype(str)} - known)
    if strange:
        raise InputError(
            f"alterations: column kind: expected one of {sorted(known)}, found {strange}: correct it"
        )
    if patients.empty:
        raise InputError(
            "patients: expected at least one patient, found none: give every patient of the trial"
        )
    again = patients["patient"][patients["patient"].duplicated()]
    if len(again):
        raise InputError(f"patients: expected each patient once, found {again.iloc[0]} twice: leave one row")
    others = alterations["patient"][~alterations["patient"].isin(patients["patient"])]
    if len(others):
        raise InputError(
            f"alterations: expected patients of the list, found {others.iloc[0]}: "
            "list every patient, also those without an alteration"
        )


def _mask(rows: pd.DataFrame, genes: Sequence[str], patients: pd.Index[str]) -> Mask:
    mask = np.zeros((len(genes), len(patients)), dtype=bool)
    kept = rows[rows["gene"].isin(genes)]
    rows_at = pd.Index(genes).get_indexer(pd.Index(kept["gene"]))
    mask[rows_at, patients.get_indexer(pd.Index(kept["patient"]))] = True
    return mask


def _order(cohort: AlterationGrid) -> npt.NDArray[np.intp]:
    """Columns by subtype, then those altered in the first row first, and so on down; last by patient."""
    names = {
        name: rank for rank, name in enumerate(sorted(set(cohort.patients["subtype"]), key=subtype_order))
    }
    rank = cohort.patients["subtype"].map(names).to_numpy()
    patient = np.argsort(np.argsort(cohort.patients.index.astype(str).to_numpy(dtype=str), kind="stable"))
    return np.lexsort([patient, *(~cohort.any_kind[::-1]), rank])


@sheet_style
def draw_oncoprint(
    alterations: pd.DataFrame,
    patients: pd.DataFrame,
    *,
    kinds: Sequence[str],
    title: str,
    at_least: int = 1,
    tested: Mapping[str, int] | None = None,
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
        ``patient`` and ``subtype`` of **every** patient: the percentages are of all of them who were tested.
    tested
        gene -> number of patients who were tested for it; one that is not named: all.
    kinds
        which are drawn: ``("fusion",)``, or ``("mutation", "copy number")``.
    at_least
        genes altered in fewer patients have no row; the footnote says how many.
    tracks
        further columns of ``patients`` that are shown as bands: ``("arm", "response")``; an ordered
        category keeps its order.
    arms
        names of the arms, so that a track of them has the arms' colours.

    Raises
    ------
    InputError
        For an alteration of a patient who is not listed, a patient twice, an unknown kind.
    """
    cohort = arrange(alterations, patients, kinds, at_least, tested)
    sheet = _Sheet(cohort, tracks, head_mm(title))
    legend = _legend(cohort, kinds, tracks, arms)
    lines = legend_lines(legend)
    drawing = Drawing(
        sheet.bottom + 2 + (len(lines) + 0.5) * line_mm(),
        title=title,
        alt=_alt(title, cohort),
        synthetic=synthetic,
        notes=_notes(cohort, at_least),
    )
    axes = drawing.sheet()
    axes.set_label("oncoprint")
    _write_groups(drawing, axes, sheet)
    _write_rows(drawing, sheet)
    _draw_cells(axes, sheet, kinds)
    _draw_bars(drawing, axes, sheet)
    _draw_tracks(drawing, axes, sheet, tracks, {(key.group, key.label): key.colour for key in legend})
    draw_legend(drawing, axes, lines, sheet.bottom + 2)
    return drawing


class _Sheet:
    """Where everything stands, in mm from the upper left corner of the sheet."""

    def __init__(self, cohort: AlterationGrid, tracks: Sequence[str], top: float) -> None:
        self.cohort = cohort
        names = [*cohort.genes, *(_first_capital(track) for track in tracks)]
        widest = max([14.0, *map(text_mm, names), *(text_mm(name, bold=True) for name in cohort.pathways)])
        self.left = MARGIN_MM + min(widest, _WIDEST_NAME_MM) + 2
        self.counts = WIDTH_MM - MARGIN_MM - _PERCENT_MM
        widest = max(text_mm(label) for label in [count(0), *cohort.labels])
        self.right = self.counts - widest - _GAP_MM - _BARS_MM
        at, self.width = cohort.columns(self.right - self.left)
        self.starts: npt.NDArray[np.float64] = at + self.left
        self.groups = [
            wrap(f"{name} ({count(b - a)})", _LONGEST_GROUP_MM, SMALL_PT) for name, a, b in cohort.groups
        ]
        tallest = max(text_mm(line, SMALL_PT) for lines in self.groups for line in lines)
        self.band = top + 1 + tallest + _LEADER_MM
        self.tops = self.band + _BAND_MM + 1
        y = self.tops + _TOPS_MM + 1.5
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
        return wrap(name, self.left - MARGIN_MM - 2)


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
    cohort = sheet.cohort
    percent_at, count_at = WIDTH_MM - MARGIN_MM, sheet.counts
    base = sheet.band + _BAND_MM - 0.4
    drawing.write(count_at, base, "n", ha="right", weight="bold")
    drawing.write(percent_at, base, "%", ha="right", weight="bold")
    for pathway, y in sheet.headings:
        drawing.write(MARGIN_MM, y + _baseline(), pathway, weight="bold")
    cells = zip(cohort.genes, sheet.rows, cohort.counts, cohort.labels, cohort.tested, strict=True)
    for gene, y, number, label, tested in cells:
        for i, line in enumerate(sheet.lines_of(gene)):
            drawing.write(MARGIN_MM, y + _baseline() + i * line_mm(), line, style="italic")
        drawing.write(count_at, y + _baseline(), label, ha="right")
        drawing.write(percent_at, y + _baseline(), percent(number / tested), ha="right")
    if not cohort.genes:
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


def _draw_bars(drawing: Drawing, axes: Axes, sheet: _Sheet) -> None:
    """Draw how many are altered in each gene, beside the cells, and how many genes in each patient, above."""
    cohort = sheet.cohort
    tall = _ROW_MM * _CELL_SHARE
    most = max(cohort.counts, default=0)
    for y, number in zip(sheet.rows, cohort.counts, strict=True):
        wide = (_BARS_MM - 1) * number / most
        axes.add_patch(box(sheet.right + 1, y + (_ROW_MM - tall) / 2, wide, tall, MUTED))
    burden = cohort.any_kind.sum(axis=0) if cohort.genes else np.zeros(len(cohort.patients), dtype=int)
    highest = int(burden.max())
    if not highest:
        return
    base = sheet.tops + _TOPS_MM
    heights = _TOPS_MM * burden / highest
    boxes = [
        [(x, base), (x + w, base), (x + w, base - tall), (x, base - tall)]
        for x, tall in zip(sheet.starts, heights, strict=True)
        for w in (sheet.width * (0.86 if len(heights) <= _APART else 1.0),)
    ]
    bars = PolyCollection(boxes, facecolor=MUTED, edgecolor="none", label="burden")
    bars.set_rasterized(len(heights) > _APART)
    axes.add_collection(bars, autolim=False)
    for i, line in enumerate((f"most {highest}", "Genes:")):
        drawing.write(MARGIN_MM, base - 0.3 - i * line_mm(SMALL_PT), line, fontsize=SMALL_PT)


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
    cohort: AlterationGrid, kinds: Sequence[str], tracks: Sequence[str], arms: tuple[str, str] | None
) -> list[Key]:
    """List what the colours stand for; a track's levels in the order of the arms, else in their own."""
    shown = [kind for kind in kinds if cohort.altered[kind].any()] or kinds
    keys = [Key("Alteration", kind, KIND_COLOURS[kind], _HEIGHTS[kind]) for kind in shown]
    for track in tracks:
        values = cohort.patients[track]
        bands, levels = _is_ordered(values), _levels(values)
        known = arms is not None and set(levels) <= set(arms)
        levels = [arm for arm in arms or () if arm in levels] if known else levels
        colours = ARM_COLOURS if known else _BAND_GREYS if bands else _TRACK_GREYS
        keys += [
            Key(_first_capital(track), level, colours[i % len(colours)]) for i, level in enumerate(levels)
        ]
    return keys


def _is_ordered(values: pd.Series[Any]) -> bool:
    """Whether the levels of a track have an order of their own."""
    return isinstance(values.dtype, pd.CategoricalDtype) and bool(values.dtype.ordered)


def _levels(values: pd.Series[Any]) -> list[str]:
    """List the levels that patients have: ordered ones in their order, others by letter."""
    there = set(values.astype(str))
    return [each for each in values.cat.categories if each in there] if _is_ordered(values) else sorted(there)


def _draw_tracks(
    drawing: Drawing,
    axes: Axes,
    sheet: _Sheet,
    tracks: Sequence[str],
    colours: dict[tuple[str, str], str],
) -> None:
    for track, y in zip(tracks, sheet.tracks, strict=True):
        drawing.write(MARGIN_MM, y + _baseline(), _first_capital(track))
        values = sheet.cohort.patients[track].astype(str).to_numpy()
        for level in sorted(set(values)):
            _draw_row(
                axes,
                sheet,
                values == level,
                y,
                0.8,
                colours[_first_capital(track), level],
                f"{track} {level}",
            )


def _notes(cohort: AlterationGrid, at_least: int) -> list[str]:
    n = len(cohort.patients)
    without = n - int(cohort.any_kind.any(axis=0).sum()) if cohort.genes else n
    notes = [
        f"Percentages are of all {count(n)} patients; {count(without)} have none of the alterations shown."
    ]
    if any(tested < n for tested in cohort.tested):
        notes = [
            f"Percentages are of the patients tested (n: altered/tested where that is not all {count(n)}); "
            f"in {count(without)} none of the alterations shown was found, or none was looked for."
        ]
    if cohort.rare:
        notes.append(f"Altered in fewer than {at_least} patients and not shown: {cohort.rare} genes.")
    return notes


def _alt(title: str, cohort: AlterationGrid) -> str:
    n = len(cohort.patients)
    said = [
        f"{gene} {label} ({percent(number / tested)} %)"
        for gene, number, label, tested in zip(
            cohort.genes, cohort.counts, cohort.labels, cohort.tested, strict=True
        )
    ]
    return f"Oncoprint, {title}, of {count(n)} patients by subtype: {', '.join(said) or 'no alteration'}."


def _first_capital(track: str) -> str:
    return track[:1].upper() + track[1:]
