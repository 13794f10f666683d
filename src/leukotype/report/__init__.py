"""The tidy frames of a trial's analysis as figures and as one HTML page."""

from __future__ import annotations

from leukotype.report.bars import draw_response_bars
from leukotype.report.drawing import Drawing, save
from leukotype.report.forest import draw_response_forest, draw_survival_forest
from leukotype.report.km import draw_km
from leukotype.report.oncoprint import draw_oncoprint
from leukotype.report.page import efficacy_page

__all__ = [
    "Drawing",
    "draw_km",
    "draw_oncoprint",
    "draw_response_bars",
    "draw_response_forest",
    "draw_survival_forest",
    "efficacy_page",
    "save",
]
