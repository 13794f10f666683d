"""The program itself, to which each command is added."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version as version_of
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup

from leukotype.errors import InputError, visible

_ORDER: Final = (
    "predict",
    "serve",
    "demo",
    "explain",
    "report",
    "karyotype",
    "samples",
    "request",
    "train",
    "models",
    "efficacy",
)
RESEARCH: Final = "Research use only: not a medical device, not for decisions on patients."


def say(text: str, *, err: bool = False) -> None:
    """Print text on stdout or stderr; what a terminal would act on instead of showing it is spelled out."""
    typer.echo(visible(text), err=err)


@contextmanager
def needs(extra: str, otherwise: str = "") -> Iterator[None]:
    """Say in one line which extra a missing package belongs to.

    Raises
    ------
    InputError
        instead of ModuleNotFoundError.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        raise InputError(
            f"{error.name} is not installed: pip install '.[{extra}]' in the folder of leukotype{otherwise}"
        ) from error


def calculate_on_one_core() -> None:
    """Keep linear algebra on one core, unless the user said otherwise; before numpy is imported.

    The sums of a call are small: a second core waits for them more than it computes.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


class _InOrderOfUse(TyperGroup):
    """The commands as a laboratory comes to them."""

    def list_commands(self, ctx: Any) -> list[str]:
        """List the names: those of `_ORDER` first."""
        names = super().list_commands(ctx)
        return sorted(names, key=lambda name: _ORDER.index(name) if name in _ORDER else len(_ORDER))


app = typer.Typer(
    name="leukotype",
    cls=_InOrderOfUse,
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"leukotype {version_of('leukotype')}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _leukotype(
    context: typer.Context,
    version: Annotated[  # noqa: ARG001 - acted on by its callback
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Molecular subtypes of B-cell acute lymphoblastic leukemia (B-ALL) from RNA-seq gene counts.

    Start with `leukotype demo`, then give your own table to `leukotype predict`. Nothing leaves this machine.

    Research use only: not a medical device, not for decisions on patients.
    """
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
