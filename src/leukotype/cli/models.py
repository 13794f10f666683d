"""`leukotype models`: the registered models, compared, promoted, rolled back, verified, tested."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leukotype.cli.app import RESEARCH, app, needs
from leukotype.cli.options import Genes, Library, Model, Rows, Transcripts, Values
from leukotype.vocabulary import Orientation

if TYPE_CHECKING:
    from leukotype.retraining.registry import Registry

models = typer.Typer(
    help="Registered models: list, compare, promote, roll back, verify, test.\n\n"
    "The registry is MLflow's: MLFLOW_TRACKING_URI, else mlruns/mlflow.db where you stand.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(models, name="models")
_Name = Annotated[str, typer.Argument(metavar="MODEL", help="A version's number, challenger or champion.")]
_Why = Annotated[str, typer.Option(metavar="TEXT", help="The reason; kept as a tag.")]


def _registry() -> Registry:
    with needs("train"):
        from leukotype.retraining.registry import Registry

    return Registry()


@models.command("list")
def list_models() -> None:
    """List every version with its aliases and its balanced accuracy on held-out patients."""
    registry = _registry()
    from leukotype.retraining.registry import listing

    table = listing(registry.versions())
    typer.echo(table.to_string(index=False) if len(table) else "no model is registered yet: leukotype train")


@models.command()
def compare(first: _Name, second: _Name) -> None:
    """Put the figures of two versions side by side."""
    registry = _registry()
    from leukotype.retraining.registry import compare as side_by_side
    from leukotype.retraining.registry import same_patients

    typer.echo(side_by_side(registry, first, second).to_string())
    if not same_patients(registry, first, second):
        typer.echo("measured on different patients: the difference says nothing", err=True)


@models.command()
def promote(
    force: Annotated[bool, typer.Option("--force", help="Also if it is worse; needs --why.")] = False,
    why: _Why = "",
) -> None:
    """Make the challenger the champion, if it is not worse on the same patients."""
    now = _registry().promote(force=force, why=why)
    typer.echo(f"champion: leukotype/{now.number} (balanced_accuracy {now.metric:g})")


@models.command()
def rollback(why: _Why = "") -> None:
    """Make the champion before this one the champion again."""
    now = _registry().rollback(why)
    typer.echo(f"champion: leukotype/{now.number} (balanced_accuracy {now.metric:g})")


@models.command()
def verify() -> None:
    """Check that every version is the bundle that was registered; exit code 1 if one is not."""
    table = _registry().verify()
    typer.echo(table.to_string(index=False) if len(table) else "no model is registered yet: leukotype train")
    if len(table) and (table["state"] != "whole").any():
        raise typer.Exit(1)


@models.command("test")
def measure(
    expression: Annotated[
        list[Path],
        typer.Option(
            metavar="FILE", help="Expression table or folder of them; may be repeated.", show_default=False
        ),
    ],
    labels: Annotated[
        Path, typer.Option(metavar="FILE", help="csv or tsv with sample and subtype.", show_default=False)
    ],
    model: Model = None,
    id_type: Genes = None,
    value_type: Values = "auto",
    orientation: Rows = Orientation.AUTO,
    strandedness: Library = None,
    tx2gene: Transcripts = None,
) -> None:
    """Measure a bundle on labelled samples that it did not learn from; also the one that ships.

    \b
    Example:
      leukotype models test --model models/mine --expression counts.csv --labels labels.csv
    """  # noqa: D301 - \b keeps the lines of an example apart
    with needs("train"):
        from leukotype.retraining.judge import judge
        from leukotype.retraining.patients import Reading

    reading = Reading(id_type, value_type, orientation, strandedness, tx2gene)
    report, notes = judge(expression, labels, model, reading)
    for name, value in report.figures.items():
        typer.echo(f"{name:24}{value:g}")
    typer.echo(f"\n{report.tables['classes'].to_string(index=False)}")
    typer.echo("\n".join([*(f"note: {note}" for note in notes), RESEARCH]), err=True)
