"""A legend below a figure: swatches with their names, a line for each group of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from leukotype.report.drawing import MARGIN_MM, WIDTH_MM, Drawing, line_mm, text_mm

_SWATCH_MM: Final = 3.0
_AFTER_MM: Final = 4.0


@dataclass(frozen=True)
class Key:
    """A swatch: the group it stands in, its label, its colour, its share of the full height, its hatch."""

    group: str
    label: str
    colour: str
    height: float = 1.0
    hatch: str = ""


@dataclass(frozen=True)
class Label:
    """Text at its place on a line (mm from the left), after a swatch; the name of a group has none."""

    x: float
    text: str
    key: Key | None = None


def legend_lines(legend: Sequence[Key]) -> list[list[Label]]:
    """Place keys from left to right, each group on a line of its own, or on more where it is long."""
    lines: list[list[Label]] = []
    for group in dict.fromkeys(key.group for key in legend):
        lines.append([Label(MARGIN_MM, f"{group}:")])
        x = MARGIN_MM + text_mm(f"{group}:") + 2
        for key in (key for key in legend if key.group == group):
            wide = _SWATCH_MM + 1 + text_mm(key.label) + _AFTER_MM
            if x + wide > WIDTH_MM - MARGIN_MM:
                lines.append([])
                x = MARGIN_MM
            lines[-1].append(Label(x, key.label, key))
            x += wide
    return lines


def draw_legend(drawing: Drawing, axes: Axes, lines: Sequence[Sequence[Label]], top: float) -> None:
    """Draw placed keys on axes that are in mm of the sheet."""
    for i, line in enumerate(lines):
        base = top + (i + 1) * line_mm()
        for placed in line:
            x = placed.x
            if placed.key is not None:
                tall = _SWATCH_MM * placed.key.height
                swatch = box(x, base - 1 - tall / 2, _SWATCH_MM, tall, placed.key.colour)
                if placed.key.hatch:
                    swatch.set(facecolor="white", edgecolor=placed.key.colour, hatch=placed.key.hatch)
                axes.add_patch(swatch)
                x += _SWATCH_MM + 1
            drawing.write(x, base, placed.text)


def box(x: float, y: float, width: float, height: float, colour: str) -> Rectangle:
    """Make a filled rectangle without a line."""
    return Rectangle((x, y), width, height, facecolor=colour, edgecolor="none")
