"""`leukotype demo`: a SYNTHETIC cohort, called as files of patients are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final

import typer

from leukotype.cli.app import app, needs, say
from leukotype.cli.arguments import Model
from leukotype.cli.screen import show, tell
from leukotype.errors import InputError
from leukotype.vocabulary import Status

SYNTHETIC: Final = (
    "SYNTHETIC: these samples were simulated from the model's class profiles; they are no patients."
)
_DEMO_PURITIES: Final = (90, 60, 20)
_DEMO_SEED: Final = 20
_DEMO_COUNTS, _DEMO_BLASTS, _DEMO_TRUTH = _DEMO_FILES = (
    "SYNTHETIC_counts.csv",
    "SYNTHETIC_blasts.csv",
    "SYNTHETIC_truth.csv",
)
_REPORT: Final = "report.html"


@app.command()
def demo(
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder of the results.")] = Path("demo-out"),
    model: Model = None,
) -> None:
    """Simulate a SYNTHETIC cohort from the model, call it as `predict` calls files, and report it on a page.

    Every subtype that the model knows stands there at 90, 60 and 20 % blasts, beside a T-ALL and normal
    cells, and a tube with the cells of two patients. The blasts of every other class are not given, to show
    what a missing figure does.

    \b
    Example:
      leukotype demo --out demo-out

    The samples are SYNTHETIC: they show how the program works, not how well. Research use only.
    """  # noqa: D301 - \b keeps the lines of an example apart
    from leukotype.runs.files import FILES, as_csv, check_writable, write_whole

    check_writable(out, (*FILES, *_DEMO_FILES, _REPORT))
    from leukotype.demo.simulate import add_mixture, laboratory_blasts, simulate_cohort
    from leukotype.model.bundle import load
    from leukotype.pipeline import classify_files

    bundle = load(model)
    cohort = simulate_cohort(bundle, per_class=1, purities=_DEMO_PURITIES, random_state=_DEMO_SEED)
    drawn = [name for name in bundle.profiles.names if name in bundle.model.subtypes]
    cohort = add_mixture(cohort, drawn[0], drawn[-1])
    made = write_whole(
        out,
        {
            _DEMO_COUNTS: as_csv(cohort.counts.reset_index()),
            _DEMO_BLASTS: as_csv(laboratory_blasts(cohort).reset_index()),
            _DEMO_TRUTH: as_csv(cohort.truth.reset_index()),
        },
    )
    run = classify_files([out / _DEMO_COUNTS], model, blasts=out / _DEMO_BLASTS)
    run = replace(run, synthetic=SYNTHETIC)
    written = run.save(out)
    say(f"{SYNTHETIC}\n")
    show(run, len(run.calls))
    called = run.calls[run.calls["status"] == Status.CALLED]
    right = int((called["subtype"] == called["sample"].map(cohort.truth)).sum())
    say(f"SYNTHETIC samples called as they were simulated: {right} of {len(called)}")
    tell(run, (*made, *written))
    say(_write_report(out, model))


def _write_report(out: Path, model: Path | None) -> str:
    """Explain the demo's calls and write the page; what is said of it, with the path last."""
    from leukotype.pipeline import explain_folder
    from leukotype.runs.files import EXPLANATIONS, as_csv, write_whole
    from leukotype.runs.run import Run

    said = explain_folder(out)
    table = as_csv(said.table)
    write_whole(out, {EXPLANATIONS: table, **said.run.record_of_explanations(out, table)})
    try:
        with needs("report"):
            from leukotype.report.run.run_page import page_of_run
        page = page_of_run(Run.load(out), "SYNTHETIC B-ALL subtypes", model)
    except InputError as error:
        return f"no report: {error}, then leukotype report --calls {out}"
    (written,) = write_whole(out, {_REPORT: page})
    return f"the calls on one page, to open in a browser: {written.resolve()}"
