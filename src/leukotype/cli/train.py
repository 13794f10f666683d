"""`leukotype train`: the subtypes learned anew from a laboratory's own patients."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leukotype.cli.app import RESEARCH, app, needs, say
from leukotype.cli.arguments import EngineName, Quiet, SchedulerAddress, takes_lesions, takes_reading
from leukotype.cli.registered_models import find_model
from leukotype.cli.screen import progress
from leukotype.runs.cluster import Engine
from leukotype.runs.options import RunOptions
from leukotype.runs.working_folder import temporary_files

if TYPE_CHECKING:
    from leukotype.learning.retrain import Training


@app.command()
@takes_reading
@takes_lesions
def train(
    expression: Annotated[
        list[Path],
        typer.Option(
            metavar="FILE", help="Expression table or folder of them; may be repeated.", show_default=False
        ),
    ],
    labels: Annotated[
        Path,
        typer.Option(
            metavar="FILE",
            help="csv or tsv with sample and subtype; may have patient, cohort, blast_pct.",
            show_default=False,
        ),
    ],
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="Folder of the new model bundle.", show_default=False)
    ],
    config: Annotated[
        Path | None, typer.Option(metavar="FILE", help="TOML of settings [default: docs/retraining.md].")
    ] = None,
    base: Annotated[
        Path | None,
        typer.Option(
            metavar="MODEL", callback=find_model, help="Model to start from [default: the one that ships]."
        ),
    ] = None,
    background: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Counts of normal cells: learn gate, blasts and features too."),
    ] = None,
    trials: Annotated[
        int | None, typer.Option(metavar="N", help="Candidates to compare [default: the settings', 8].")
    ] = None,
    engine: EngineName = Engine.LOCAL,
    scheduler: SchedulerAddress = "",
    track: Annotated[bool, typer.Option(help="Log to MLflow and register the model.")] = True,
    quiet: Quiet = False,
    **asked: Any,
) -> None:
    """Learn the subtypes anew from your own labelled patients.

    The base model's genes, gate and chromosome reference stay; the subtype classifier, its calibration and
    its threshold are learned from your patients, and measured on patients held out of the learning (nested
    folds, and each cohort from the others). Names of subtypes in use (Ph-like, MLL, TEL-AML1, ...) are read;
    subtypes with fewer than five patients and samples under 30 % blasts are left out, and that is said. A
    table [merge] of --config reads rare subtypes as others instead.

    With --background, raw counts of normal blood cells (columns named by type: "Monocyte.1"), the gate, the
    estimate of the blasts and the centre and spread of the genes are learned from your patients too, and from
    their dilutions with these cells; rows labelled T-ALL, AML or Not B-ALL then teach the gate.

    With files of lesions, what a lesion is worth is learned from your patients too, and every figure is
    given with and without lesions; without, the base model's weights stay.

    \b
    Examples:
      leukotype train --expression counts.csv --labels labels.csv --out models/mine
      leukotype train --expression counts.csv --labels labels.csv --fusions arriba/ \\
          --karyotype karyotypes.csv --out models/mine
      leukotype train --expression cohort.parquet --value-type log10-cpm --labels labels.csv \\
          --config settings.toml --trials 20 --out models/mine
      leukotype train --expression counts.csv --labels labels.csv --out models/mine \\
          --engine dask --scheduler tcp://10.0.0.1:8786
      leukotype predict new.csv --model models/mine --out results

    \b
    Writes, all or nothing:
      DIR             the bundle, with its card.md
      DIR.search.db   the finished candidates: a run that was stopped goes on where it was
    and registers the model in MLflow as leukotype@challenger (MLFLOW_TRACKING_URI, else mlruns/mlflow.db).

    Research use only: not a medical device, not for decisions on patients.
    """  # noqa: D301 - \b keeps the lines of an example apart
    from leukotype.learning.labels import check_subtypes

    check_subtypes(labels, others=background is not None)
    with needs("train"):
        from leukotype.learning.place import Place
        from leukotype.learning.retrain import TrainingFiles, run
        from leukotype.learning.settings import read_settings

    settings = read_settings(config, trials)
    options = RunOptions.of(expression, **asked)
    files = TrainingFiles(expression, labels, base, options.reading, options.lesions, background)
    with temporary_files(), progress(quiet, "reading") as advance:
        place = Place(engine, settings.jobs, scheduler, advance)
        done = run(files, settings, place, out, track=track)
    if not quiet:
        _tell(done)


def _tell(done: Training) -> None:
    """Print the figures on stdout, and what was left out and written on stderr."""
    from leukotype.learning.card import figures_as_text

    say(figures_as_text(done.learned))
    lines = [f"note: {note}" for note in done.notes]
    lines += [f"wrote {done.out} ({done.digest[:8]})"]
    lines += [f"registered {done.registered}"] if done.registered else []
    say("\n".join([*lines, RESEARCH]), err=True)
