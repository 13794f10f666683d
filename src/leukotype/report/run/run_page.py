"""The page of a run, beside the patients of the model that called it."""

from __future__ import annotations

from pathlib import Path

from leukotype.calling.neighbours import marker_profiles
from leukotype.errors import InputError, ModelFileError
from leukotype.model.bundle import Bundle, load
from leukotype.report.run.cohort_page import cohort_page
from leukotype.report.run.patient_section import anchor
from leukotype.report.run.training_cohort import TrainingCohort
from leukotype.runs.run import Run
from leukotype.runs.sample_files import file_stems


def page_of_run(run: Run, title: str, model: Bundle | Path | None = None) -> str:
    """Give the page of a run.

    Parameters
    ----------
    model
        that of the run; None for the one that the run names: without it the page has no map.

    Raises
    ------
    InputError, ModelFileError
        If a model was named that cannot be read, or that is another one.
    """
    return cohort_page(run, title=title, training=training_of(run, model))


def parts_of_page(run: Run) -> dict[str, str]:
    """Give the address of each sample within the page of a run, by the stem of a file of its own."""
    stems = file_stems(run.calls["sample"]).values()
    return {stem: anchor(i) for i, stem in enumerate(stems, start=1)}


def training_of(run: Run, model: Bundle | Path | None) -> TrainingCohort:
    """Take the patients of training from the model of the run."""
    try:
        bundle = model if isinstance(model, Bundle) else load(model or run.options.model)
    except ModelFileError:
        if model is not None:
            raise
        bundle = None
    if bundle is not None and bundle.digest == run.model.sha256:
        missing = "" if bundle.map else "This model has no map of its patients of training."
        return TrainingCohort(bundle.map, marker_profiles(bundle), missing)
    if model is not None:
        named = model.label if isinstance(model, Bundle) else model
        raise InputError(f"{named}: expected the model of the run, {run.model.name}, found another: name it")
    return TrainingCohort(
        missing=f"Map not drawn: the model {run.model.name} was not found; name its folder by --model."
    )
