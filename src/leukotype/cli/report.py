"""`leukotype report`: the results of a run on one page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from leukotype.cli.app import RESEARCH, app, needs, say
from leukotype.cli.arguments import Quiet
from leukotype.cli.registered_models import find_model
from leukotype.cli.screen import progress


@app.command()
def report(
    calls: Annotated[
        Path, typer.Option(metavar="DIR", help="Folder that leukotype predict wrote.", show_default=False)
    ],
    out: Annotated[Path, typer.Option(metavar="FILE", help="The page to write.")] = Path("report.html"),
    title: Annotated[str, typer.Option(metavar="TEXT", help="Title of the page.")] = "B-ALL subtypes",
    model: Annotated[
        Path | None,
        typer.Option(
            metavar="MODEL", callback=find_model, help="Model of the run, for the map [default: as it was]."
        ),
    ] = None,
    pdf: Annotated[
        bool, typer.Option("--pdf", help="Print the page to a PDF beside it, by Chromium.")
    ] = False,
    pdf_each: Annotated[
        Path | None,
        typer.Option("--pdf-each", metavar="DIR", help="Folder for a PDF of each sample, by Chromium."),
    ] = None,
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
      leukotype report --calls results --pdf-each patients        # and patients/P1.pdf, ...

    Every sheet of a PDF says whose it is, that it is for research alone, and which page of how many.
    The page names the samples as your files do. Research use only: not a medical device, not for decisions
    on patients.
    """  # noqa: D301 - \b keeps the lines of an example apart
    from leukotype.runs.files import check_writable, write_whole

    names = (out.name, *([out.with_suffix(".pdf").name] if pdf else []))
    check_writable(out.parent, names)
    with needs("report"):
        from leukotype.report.pdf import print_pdf
        from leukotype.report.run.run_page import page_of_run, parts_of_page
    from leukotype.runs.run import Run

    run = Run.load(calls)
    parts: dict[str, str] = {}
    if pdf_each is not None:
        parts = {f"{stem}.pdf": part for stem, part in parts_of_page(run).items()}
        check_writable(pdf_each, tuple(parts))
    page = page_of_run(run, title, model)
    files: dict[str, str | bytes] = {out.name: page}
    if pdf:
        files[names[1]] = print_pdf(page, chromium)
    each: dict[str, bytes] = {}
    with progress(quiet, "printing samples") as advance:
        for done, (name, part) in enumerate(parts.items(), start=1):
            each[name] = print_pdf(page, chromium, part)
            advance(done, len(parts))
    written = write_whole(out.parent, files)
    if pdf_each is not None:
        written += write_whole(pdf_each, each)
    if not quiet:
        say("\n".join([*(f"wrote {path}" for path in written), RESEARCH]), err=True)
