"""`leukotype report`: the results of a run on one page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leukotype.cli.app import RESEARCH, app, needs
from leukotype.cli.arguments import Quiet
from leukotype.errors import InputError, ModelFileError

if TYPE_CHECKING:
    from leukotype.report.run.training_cohort import TrainingCohort
    from leukotype.runs.run import Run


@app.command()
def report(
    calls: Annotated[
        Path, typer.Option(metavar="DIR", help="Folder that leukotype predict wrote.", show_default=False)
    ],
    out: Annotated[Path, typer.Option(metavar="FILE", help="The page to write.")] = Path("report.html"),
    title: Annotated[str, typer.Option(help="Title of the page.")] = "B-ALL subtypes",
    model: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Model of the run, for the map [default: as it was].")
    ] = None,
    pdf: Annotated[
        bool, typer.Option("--pdf", help="Print the page to a PDF beside it, by Chromium.")
    ] = False,
    chromium: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The browser that prints [default: one on the PATH].")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Write the results of a run as one HTML page: the cohort, and a section a patient.

    The page needs no network and no other file; it opens from disk, prints, and works with a keyboard and a
    screen reader. Run `leukotype explain --calls DIR --out DIR` before, and it shows what weighed in each
    call. The map of the patients of training comes from the model of the run, where that is still the same.

    \b
    Examples:
      leukotype predict counts.tsv.gz --out results
      leukotype explain --calls results --out results
      leukotype report --calls results --out report.html
      leukotype report --calls results --out report.html --pdf    # and report.pdf, all pages

    The page names the samples as your files do. Research use only: not a medical device, not for decisions
    on patients.
    """  # noqa: D301 - \b keeps the lines of an example apart
    from leukotype.runs.files import check_writable, write_whole

    names = (out.name, *([out.with_suffix(".pdf").name] if pdf else []))
    check_writable(out.parent, names)
    page = page_of(calls, title, model)
    with needs("report"):
        from leukotype.report.pdf import print_pdf
    files: dict[str, str | bytes] = {out.name: page}
    if pdf:
        files[names[1]] = print_pdf(page, chromium)
    written = write_whole(out.parent, files)
    if not quiet:
        typer.echo("\n".join([*(f"wrote {path}" for path in written), RESEARCH]), err=True)


def page_of(calls: Path, title: str, model: Path | None = None) -> str:
    """Give the page of a run.

    Raises
    ------
    InputError
        As the command.
    """
    with needs("report"):
        from leukotype.report.run.cohort_page import cohort_page
        from leukotype.runs.run import Run
    run = Run.load(calls)
    return cohort_page(run, title=title, training=_training(run, model))


def _training(run: Run, model: Path | None) -> TrainingCohort:
    """Take the patients of training from the model of the run.

    Raises
    ------
    InputError, ModelFileError
        If a model was named that cannot be read, or that is another one.
    """
    from leukotype.calling.neighbours import marker_profiles
    from leukotype.model.bundle import load
    from leukotype.report.run.training_cohort import TrainingCohort

    try:
        bundle = load(model or run.options.model)
    except ModelFileError:
        if model is not None:
            raise
        bundle = None
    if bundle is not None and bundle.digest == run.model.sha256:
        missing = "" if bundle.map else "This model has no map of its patients of training."
        return TrainingCohort(bundle.map, marker_profiles(bundle), missing)
    if model is not None:
        raise InputError(f"{model}: expected the model of the run, {run.model.name}, found another: name it")
    return TrainingCohort(
        missing=f"Map not drawn: the model {run.model.name} was not found; name its folder by --model."
    )
