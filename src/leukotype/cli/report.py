"""`leukotype report`: the results of a run on one page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from leukotype.cli.app import RESEARCH, app, needs
from leukotype.cli.options import Quiet


@app.command()
def report(
    calls: Annotated[
        Path, typer.Option(metavar="DIR", help="Folder that leukotype predict wrote.", show_default=False)
    ],
    out: Annotated[Path, typer.Option(metavar="FILE", help="The page to write.")] = Path("report.html"),
    title: Annotated[str, typer.Option(help="Title of the page.")] = "B-ALL subtypes",
    quiet: Quiet = False,
) -> None:
    """Write the results of a run as one HTML page: the cohort, and a section a patient.

    The page needs no network and no other file; it opens from disk, prints, and works with a keyboard and a
    screen reader. Run `leukotype explain --calls DIR --out DIR` before, and it shows what weighed in each
    call.

    \b
    Example:
      leukotype predict counts.tsv.gz --out results
      leukotype explain --calls results --out results
      leukotype report --calls results --out report.html

    The page names the samples as your files do. Research use only: not a medical device, not for decisions
    on patients.
    """  # noqa: D301 - \b keeps the lines of an example apart
    from leukotype.outputs import check_writable, write_whole

    check_writable(out.parent, (out.name,))
    with needs("report"):
        from leukotype.report.cohort_page import cohort_page
        from leukotype.report.results import read_results
    page = cohort_page(read_results(calls), title=title)
    (written,) = write_whole(out.parent, {out.name: page})
    if not quiet:
        typer.echo(f"wrote {written}\n{RESEARCH}", err=True)
