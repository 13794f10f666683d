"""The tidy frames of a trial's analysis as figures and as one HTML page."""

from __future__ import annotations

from leukotype.report.drawing import Drawing, render
from leukotype.report.trial.bars import draw_best_responses, draw_response_bars
from leukotype.report.trial.forest import (
    draw_response_forest,
    draw_shrinkage_forest,
    draw_survival_forest,
)
from leukotype.report.trial.km import draw_incidence, draw_km
from leukotype.report.trial.oncoprint import draw_oncoprint
from leukotype.report.trial.page_tables import IntervalLevels
from leukotype.report.trial.trial_page import trial_page

__all__ = [
    "Drawing",
    "IntervalLevels",
    "draw_best_responses",
    "draw_incidence",
    "draw_km",
    "draw_oncoprint",
    "draw_response_bars",
    "draw_response_forest",
    "draw_shrinkage_forest",
    "draw_survival_forest",
    "render",
    "trial_page",
]
