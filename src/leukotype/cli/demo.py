"""`leukotype demo`: a SYNTHETIC cohort, called as files of patients are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final

import typer

from leukotype.cli.app import app
from leukotype.cli.screen import show, tell
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


@app.command()
def demo(
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder of the results.")] = Path("demo-out"),
    model: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Model bundle [default: the one that ships].")
    ] = None,
) -> None:
    """Simulate a SYNTHETIC cohort from the model and call it, as `predict` calls files.

    Every subtype that the model knows stands there at 90, 60 and 20 % blasts, beside a T-ALL and normal
    cells. The blasts of every other class are not given, to show what a missing figure does.

    \b
    Example:
      leukotype demo --out demo-out

    The samples are SYNTHETIC: they show how the program works, not how well. Research use only.
    """  # noqa: D301 - \b keeps the lines of an example apart
    from leukotype.outputs import FILES, as_csv, check_writable, write_calls, write_whole

    check_writable(out, (*FILES, *_DEMO_FILES))
    from leukotype.bundle import load
    from leukotype.pipeline import classify_files
    from leukotype.simulate import reported_blasts, simulate_cohort

    cohort = simulate_cohort(load(model), per_class=1, purities=_DEMO_PURITIES, random_state=_DEMO_SEED)
    made = write_whole(
        out,
        {
            _DEMO_COUNTS: as_csv(cohort.counts.reset_index()),
            _DEMO_BLASTS: as_csv(reported_blasts(cohort).reset_index()),
            _DEMO_TRUTH: as_csv(cohort.truth.reset_index()),
        },
    )
    calls = classify_files([out / _DEMO_COUNTS], model=model, blasts=out / _DEMO_BLASTS)
    calls = replace(calls, run={"data": SYNTHETIC, **calls.run})
    written = write_calls(calls, out)
    typer.echo(f"{SYNTHETIC}\n")
    show(calls, len(calls.calls))
    called = calls.calls[calls.calls["status"] == Status.CALLED]
    right = int((called["subtype"] == called["sample"].map(cohort.truth)).sum())
    typer.echo(f"SYNTHETIC samples called as they were simulated: {right} of {len(called)}")
    tell(calls, (*made, *written))
