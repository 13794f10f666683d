"""A sheet of print width, its text measured in millimetres, rendered as the same bytes every time."""

from __future__ import annotations

import gc
import io
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import pandas as pd
from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text
from matplotlib.textpath import text_to_path

from leukotype.errors import InputError
from leukotype.report.palette import INK, RULE, WARNING

# Two columns of a journal page; 8 pt for what is read, 7 pt for footnotes.
WIDTH_MM: Final = 180.0
TEXT_PT: Final = 8.0
SMALL_PT: Final = 7.0
MARGIN_MM: Final = 2.0
_MM_PER_INCH: Final = 25.4
_MM_PER_PT: Final = _MM_PER_INCH / 72
_LINE: Final = 1.35  # times the size of the type
_DPI: Final = 300
_SCREEN_DPI: Final = 100
_LONGEST_STEM: Final = 60
_TITLE_PT: Final = 9.0
_TITLE_MM: Final = 4.2  # its first baseline
_MARKS: Final = re.compile(r"[^-/_:,;+]*[-/_:,;+]+|[^-/_:,;+]+")  # a word may be broken after these
_SLACK_MM: Final = 1e-6  # a text fits the width that was made for it

# DejaVu Sans comes with matplotlib: the same widths, hence the same lay-out, on every machine.
# parse_math: a patient's $ is a dollar, not a formula.
_FONT: Final = "DejaVu Sans"
_SHEET: Final[dict[str, Any]] = {
    "font.family": _FONT,
    "font.size": TEXT_PT,
    "axes.labelsize": TEXT_PT,
    "xtick.labelsize": TEXT_PT,
    "ytick.labelsize": TEXT_PT,
    "text.color": INK,
    "text.parse_math": False,
    "text.usetex": False,
    "axes.linewidth": 0.6,
    "axes.edgecolor": INK,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.minor.width": 0.4,
    "pdf.fonttype": 42,
    "svg.fonttype": "path",
    "svg.hashsalt": "leukotype",
}
_METADATA: Final[dict[str, dict[str, Any]]] = {
    "png": {},
    "pdf": {"CreationDate": None},
    "svg": {"Date": None},
}
# Text of an SVG as text, with fonts of the same widths where the first is not installed.
_AS_TEXT: Final[dict[str, Any]] = {"svg.fonttype": "none"}

# Ticks of an axis of fractions, and how they are printed.
PERCENT_TICKS: Final = ((0, 0.25, 0.5, 0.75, 1), ("0", "25", "50", "75", "100"))

SYNTHETIC_LINE: Final = "SYNTHETIC: invented patients"

# Decorates every function that draws: the reader's own settings of matplotlib change nothing, and stay.
sheet_style = style.context(["default", _SHEET])


class Drawing(Figure):
    """A figure of print width that carries what is said about it.

    Parameters
    ----------
    height_mm
        height of what stands above the footnotes; the sheet grows by them.
    title
        stands at the top of the figure.
    alt
        what a reader who does not see the figure is told.
    synthetic
        mark the sheet as one of invented patients.
    notes
        footnotes, each on a line of its own; empty ones are left out.
    """

    def __init__(
        self, height_mm: float, *, title: str, alt: str, synthetic: bool, notes: Sequence[str] = ()
    ) -> None:
        wide = WIDTH_MM - 2 * MARGIN_MM
        foot = [line for note in notes if note for line in wrap(note, wide, SMALL_PT)]
        self.height_mm = height_mm + len(foot) * line_mm(SMALL_PT) + MARGIN_MM
        super().__init__(figsize=(WIDTH_MM / _MM_PER_INCH, self.height_mm / _MM_PER_INCH), facecolor="white")
        FigureCanvasAgg(self)
        self.files: dict[str, bytes] = {}
        self.title = title
        self.alt = f"{SYNTHETIC_LINE}. {alt}" if synthetic else alt
        for i, line in enumerate(_title_lines(title)):
            self.write(MARGIN_MM, _TITLE_MM + i * line_mm(_TITLE_PT), line, weight="bold", fontsize=_TITLE_PT)
        if synthetic:
            right = WIDTH_MM - MARGIN_MM
            self.write(right, _TITLE_MM, SYNTHETIC_LINE, ha="right", weight="bold", color=WARNING)
            self.text(0.5, 0.5, "SYNTHETIC", fontsize=64, rotation=20, ha="center", va="center", alpha=0.06)
        for i, line in enumerate(foot):
            self.write(MARGIN_MM, height_mm + (i + 1) * line_mm(SMALL_PT), line, fontsize=SMALL_PT)

    def write(self, x_mm: float, y_mm: float, text: str, **how: Any) -> Text:
        """Write text with its baseline at a point given from the upper left corner of the sheet."""
        return self.text(x_mm / WIDTH_MM, 1 - y_mm / self.height_mm, text, **how)

    def place(self, left_mm: float, top_mm: float, width_mm: float, height_mm: float) -> Axes:
        """Add axes whose upper left corner and size are given on the sheet."""
        bottom = 1 - (top_mm + height_mm) / self.height_mm
        box = (left_mm / WIDTH_MM, bottom, width_mm / WIDTH_MM, height_mm / self.height_mm)
        axes = self.add_axes(box)
        axes.set_facecolor("none")
        return axes

    def _repr_png_(self) -> bytes:
        """Show itself in a notebook, at the size of a screen."""
        buffer = io.BytesIO()
        with style.context(["default", _SHEET]):
            self.savefig(buffer, format="png", dpi=_SCREEN_DPI, metadata=_METADATA["png"])
        return buffer.getvalue()

    def sheet(self, top_mm: float = 0.0, bottom_mm: float | None = None) -> Axes:
        """Add invisible axes over the full width, in mm of the sheet, for what lies behind the text."""
        bottom = self.height_mm if bottom_mm is None else bottom_mm
        axes = self.place(0, top_mm, WIDTH_MM, bottom - top_mm)
        axes.set_axis_off()
        axes.set_xlim(0, WIDTH_MM)
        axes.set_ylim(bottom, top_mm)
        axes.set_zorder(-1)
        return axes


def hide_spines(axes: Axes, *sides: str) -> None:
    """Leave lines of the frame out."""
    axes.spines[list(sides)].set_visible(False)


def draw_value_grid(axes: Axes) -> None:
    """Draw thin lines at the ticks of the x axis, behind the bars."""
    axes.set_axisbelow(True)
    axes.xaxis.grid(visible=True, color=RULE, linewidth=0.4)


def head_mm(title: str) -> float:
    """Height that a title takes."""
    return _TITLE_MM + 1.8 + (len(_title_lines(title)) - 1) * line_mm(_TITLE_PT)


def _title_lines(title: str) -> list[str]:
    """Break a title so that the line of a synthetic sheet has room beside it."""
    return wrap(title, WIDTH_MM * 2 / 3, _TITLE_PT, bold=True)


def line_mm(size_pt: float = TEXT_PT) -> float:
    """Distance of two baselines."""
    return size_pt * _MM_PER_PT * _LINE


@lru_cache(maxsize=20_000)
def text_mm(text: str, size_pt: float = TEXT_PT, *, bold: bool = False) -> float:
    """Width of a line of text as it is drawn."""
    font = FontProperties(family=_FONT, weight="bold" if bold else "normal", size=size_pt)
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return float(width) * _MM_PER_PT


def wrap(text: str, width_mm: float, size_pt: float = TEXT_PT, *, bold: bool = False) -> list[str]:
    """Break text into lines no wider than a width: at blanks, then after a mark such as - or /.

    Inside a word only where a part of it is wider than the width alone.
    """
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if text_mm(longer, size_pt, bold=bold) <= width_mm + _SLACK_MM:
            lines[-1] = longer
            continue
        lines += _break_word(word, width_mm, size_pt, bold=bold)
    return [line for line in lines if line] or [""]


def _break_word(word: str, width_mm: float, size_pt: float, *, bold: bool) -> list[str]:
    pieces = [""]
    for part in _MARKS.findall(word):
        if text_mm(pieces[-1] + part, size_pt, bold=bold) <= width_mm + _SLACK_MM:
            pieces[-1] += part
        elif text_mm(part, size_pt, bold=bold) <= width_mm + _SLACK_MM:
            pieces.append(part)
        else:
            pieces += _break_part(part, width_mm, size_pt, bold=bold)
    return pieces


def _break_part(part: str, width_mm: float, size_pt: float, *, bold: bool) -> list[str]:
    pieces = [""]
    for letter in part:
        if pieces[-1] and text_mm(pieces[-1] + letter, size_pt, bold=bold) > width_mm:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def rows_of(frame: pd.DataFrame, endpoint: str, **where: str) -> pd.DataFrame:
    """Rows of one endpoint (and of the named levels of other columns).

    Raises
    ------
    InputError
        If there is none: a figure without a row would say nothing.
    """
    asked = {"endpoint": endpoint, **where}
    rows = frame
    for column, value in asked.items():
        rows = rows[rows[column] == value]
    if rows.empty:
        wanted = ", ".join(f"{column} {value!r}" for column, value in asked.items())
        found = sorted(set(frame["endpoint"]))
        raise InputError(f"figure: expected rows of {wanted}, found endpoints {found}: name one of these")
    return rows


@sheet_style
def render(figure: Drawing, kind: str) -> bytes:
    """Render a finished figure as ``png``, ``tiff``, ``pdf`` or ``svg``: the same bytes every time.

    Text of ``svg`` is outlines, the same on every machine; of ``svg_text`` it is text that can be edited.
    Each kind is drawn once; what is changed in the figure after that is not seen.
    """
    if kind not in figure.files:
        figure.files[kind] = _tiff(render(figure, "png")) if kind == "tiff" else _save(figure, kind)
    return figure.files[kind]


def finish(figure: Drawing, kinds: Sequence[str]) -> None:
    """Render a figure in all kinds that are needed, and let go of all else: 30 MB of pixels."""
    for kind in kinds:
        render(figure, kind)
    figure.clear()
    FigureCanvasAgg(figure)
    gc.collect()  # the pixels hang in a circle of references, and are no reason for Python to look for it


def _save(figure: Drawing, kind: str) -> bytes:
    buffer = io.BytesIO()
    file_format = kind.removesuffix("_text")
    with style.context(_AS_TEXT if kind == "svg_text" else {}):
        figure.savefig(buffer, format=file_format, dpi=_DPI, metadata=_METADATA[file_format])
    return buffer.getvalue()


def _tiff(png: bytes) -> bytes:
    """Write the pixels of a PNG as a TIFF with lossless compression, as journals take it."""
    from PIL import Image

    buffer = io.BytesIO()
    with Image.open(io.BytesIO(png)) as image:
        image.convert("RGB").save(buffer, format="TIFF", compression="tiff_lzw", dpi=(_DPI, _DPI))
    return buffer.getvalue()


def file_stem(name: str) -> str:
    """Make a plain file name of a sample's or subtype's: 60 of its characters, the odd ones replaced."""
    return re.sub(r"[^A-Za-z0-9._-]+", "_", name)[:_LONGEST_STEM].strip("._")
