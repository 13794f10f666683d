"""`leukotype models`: the registered models, compared, promoted, rolled back, verified, shown, tested."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leukotype.cli.app import RESEARCH, app, needs, say
from leukotype.cli.arguments import Model, takes_lesions, takes_reading
from leukotype.errors import InputError
from leukotype.runs.options import RunOptions

if TYPE_CHECKING:
    from leukotype.learning.contest import Contest
    from leukotype.learning.registry import Registry

models = typer.Typer(
    help="Registered models: list, compare, promote, roll back, verify, show, test.\n\n"
    "The registry is MLflow's: MLFLOW_TRACKING_URI, else mlruns/mlflow.db where you stand.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(models, name="models")
_Name = Annotated[str, typer.Argument(metavar="MODEL", help="A version's number, challenger or champion.")]
_Why = Annotated[str, typer.Option(metavar="TEXT", help="The reason; kept as a tag.")]


def _registry() -> Registry:
    with needs("train"):
        from leukotype.learning.registry import Registry

    return Registry()


@models.command("list")
def list_models() -> None:
    """List every version with its aliases and its balanced accuracy on held-out patients."""
    from leukotype.learning.mlflow_session import tracking_uri
    from leukotype.learning.tracking_database import database_of
    from leukotype.learning.versions import stored_versions, versions_table

    database = database_of(tracking_uri())
    known = stored_versions(database) if database else []
    table = versions_table(known or _registry().versions())
    say(table.to_string(index=False) if len(table) else "no model is registered yet: leukotype train")


@models.command()
def compare(first: _Name, second: _Name) -> None:
    """Put the figures of two versions side by side.

    \b
    Examples:
      leukotype models compare champion challenger
      leukotype models compare 3 7
    """  # noqa: D301 - \b keeps the lines of an example apart
    registry = _registry()
    from leukotype.learning.registry import compare as side_by_side
    from leukotype.learning.registry import same_patients

    say(side_by_side(registry, first, second).to_string())
    if not same_patients(registry, first, second):
        say("note: measured on different patients: the difference says nothing", err=True)


@models.command()
@takes_reading
def promote(
    expression: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Samples to measure both on; may be repeated; needs --labels."),
    ] = None,
    labels: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Their subtypes: csv or tsv with sample and subtype.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Also if it is worse; needs --why.")] = False,
    why: _Why = "",
    **asked: Any,
) -> None:
    """Make the challenger the champion, if it is not worse.

    Two models that were measured on the same patients, split in the same way, are compared by the balanced
    accuracy of these figures. Any other two need labelled samples that neither learned from: both are asked
    about these, and the challenger is refused if its balanced accuracy, or its share right among the called,
    is lower than the champion's. The figures are kept as tags of the version.

    \b
    Examples:
      leukotype models promote
      leukotype models promote --expression new.csv --labels new_labels.csv
      leukotype models promote --force --why "knows NUTM1-r, which the champion does not"
    """  # noqa: D301 - \b keeps the lines of an example apart
    if bool(expression) != bool(labels):
        raise InputError("models promote: expected --expression and --labels together, found one: give both")
    registry = _registry()
    measured = None
    if expression and labels:
        from leukotype.learning.contest import LabelledFiles
        from leukotype.pipeline import classify_files

        test = LabelledFiles(expression, labels, RunOptions.of(**asked).reading)
        measured = registry.contest(test, classify_files)
        _tell(measured)
    now = registry.promote(force=force, why=why, measured=measured)
    say(f"champion: leukotype/{now.number} (balanced_accuracy {now.metric:g} on its own held-out patients)")


def _tell(measured: Contest | None) -> None:
    if measured is None:
        say("note: there is no champion to measure against: the samples were not used", err=True)
        return
    say(f"{measured.table().to_string()}\n")
    say("\n".join(f"note: {note}" for note in measured.notes), err=True)


@models.command()
def rollback(why: _Why = "") -> None:
    """Make the champion before this one the champion again; the reason is kept as a tag.

    \b
    Example:
      leukotype models rollback --why "missed two TCF3::PBX1"
    """  # noqa: D301 - \b keeps the lines of an example apart
    now = _registry().rollback(why)
    say(f"champion: leukotype/{now.number} (balanced_accuracy {now.metric:g} on its own held-out patients)")


@models.command()
def verify(
    repair: Annotated[
        bool,
        typer.Option("--repair", help="Put in order what kills and lost files left; says what was done."),
    ] = False,
) -> None:
    """Check that every version is the bundle that was registered; exit code 1 if one is not.

    With --repair, versions whose files are gone are deleted, aliases of versions that are not there too, and
    runs of killed trainings are closed. A damaged version is named and stays. Close first what still trains
    with a version before 0.4.
    """
    registry = _registry()
    for line in registry.repair() if repair else ():
        say(f"repaired: {line}", err=True)
    table = registry.verify()
    say(table.to_string(index=False) if len(table) else "no model is registered yet: leukotype train")
    if len(table) and (table["state"] != "whole").any():
        raise typer.Exit(1)


@models.command()
def ui(
    port: Annotated[int, typer.Option(metavar="PORT", min=1, max=65535, help="Where it listens.")] = 5000,
) -> None:
    """Show the runs and versions in MLflow's own pages, on this machine; nothing is sent elsewhere.

    Starts `mlflow ui` with the store that the other commands use, and with its telemetry switched off.

    \b
    Example:
      leukotype models ui
    """  # noqa: D301 - \b keeps the lines of an example apart
    _registry()  # a new store is made by us: MLflow itself may be cut short at it
    from leukotype.learning.mlflow_pages import show_pages

    say(f"leukotype: http://127.0.0.1:{port} (Ctrl-C ends it)", err=True)
    if code := show_pages(port):
        raise typer.Exit(code)


@models.command("test")
@takes_reading
@takes_lesions
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
    **asked: Any,
) -> None:
    """Measure a bundle on labelled samples that it did not learn from; also the one that ships.

    The samples are called as by leukotype predict, with their lesions if files of these are given.

    \b
    Examples:
      leukotype models test --model models/mine --expression new.csv --labels new_labels.csv
      leukotype models test --expression new.csv --labels new_labels.csv --fusions arriba/
    """  # noqa: D301 - \b keeps the lines of an example apart
    with needs("train"):
        from leukotype.learning.contest import LabelledFiles, judge
    from leukotype.model.bundle import load
    from leukotype.pipeline import classify_files

    options = RunOptions.of(**asked)
    test = LabelledFiles(expression, labels, options.reading, options.lesions)
    report, notes = judge(load(model), test, classify_files)
    for name, value in report.figures.items():
        say(f"{name:24}{value:g}")
    say(f"\n{report.tables['classes'].to_string(index=False)}")
    say("\n".join([*(f"note: {note}" for note in notes), RESEARCH]), err=True)
