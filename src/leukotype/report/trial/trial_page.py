"""One self-contained HTML page of a trial's analysis: figures, tables, method, limits."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd

from leukotype.report.drawing import SYNTHETIC_LINE, Drawing, render
from leukotype.report.html import RESEARCH_USE, templates
from leukotype.report.notation import unique
from leukotype.report.trial.headline import head_lines
from leukotype.report.trial.page_tables import STANDARD, IntervalLevels, print_tables

_TEMPLATE: Final = "trial.html.j2"

SYNTHETIC_LIMIT: Final = (
    "The patients of this page are invented. Nothing on it says anything about a treatment or a disease."
)


def trial_page(
    frames: Mapping[str, pd.DataFrame],
    figures: Mapping[str, Drawing],
    methods: Sequence[str],
    notes: Sequence[str],
    *,
    synthetic: bool,
    title: str,
    arms: tuple[str, str] = ("experimental", "comparator"),
    levels: IntervalLevels = STANDARD,
    limits: Sequence[str] = (),
) -> str:
    """Write the page.

    Parameters
    ----------
    frames
        name -> tidy frame; their order is that of the tables. Lists of patients, of their alterations and of
        the steps of curves are drawn, not printed.
    figures
        name of the file -> figure, in the order of the page.
    methods
        paragraphs on how it was done.
    notes
        what was done to the data: patients left out, words read, files.
    arms
        printed names of the experimental arm and of the comparator.
    levels
        of the intervals, for the heads of the tables.
    limits
        what the analysis cannot say; that it is for research only, the page says itself.

    Returns
    -------
    str
        HTML that needs no other file, no network and no script. All text given is escaped.
    """
    return (
        templates()
        .get_template(_TEMPLATE)
        .render(
            title=title,
            head=head_lines(frames, arms, levels),
            synthetic=SYNTHETIC_LINE if synthetic else "",
            figures=[
                {"name": name, "title": figure.title, "alt": figure.alt, "source": _data_address(figure)}
                for name, figure in figures.items()
            ],
            tables=print_tables(frames, arms, levels),
            method=methods,
            research_use=RESEARCH_USE,
            limits=unique([SYNTHETIC_LIMIT if synthetic else "", RESEARCH_USE, *limits]),
            notes=notes,
        )
    )


def _data_address(figure: Drawing) -> str:
    """Give the figure as the address of an image: its names stay apart from those of the other figures."""
    return "data:image/svg+xml;base64," + base64.b64encode(render(figure, "svg")).decode("ascii")
