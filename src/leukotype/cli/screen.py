"""What a command prints: a bar of progress, the table of calls, where the results are."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from leukotype.cli.app import RESEARCH

if TYPE_CHECKING:
    from leukotype.calling.calls import Calls

_ANY_WIDTH: Final = 10_000


@contextmanager
def progress(quiet: bool) -> Iterator[Callable[[int, int], None] | None]:
    """Bar of the files read, on a terminal only, and for more than one file."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=None, visible=False)
        yield lambda done, total: bar.update(task, completed=done, total=total, visible=total > 1)


def show(calls: Calls, most: int) -> None:
    """Print the calls on stdout: coloured and fitted to a terminal, whole plain lines elsewhere."""
    from rich.console import Console

    from leukotype.runs.files import screen_table, summary

    rows = calls.calls.head(most).to_dict("records")
    if sys.stdout.isatty():
        console = Console(highlight=False)
        console.print(screen_table(rows, console.width))
    else:
        plain = Console(file=io.StringIO(), width=_ANY_WIDTH, color_system=None)
        with plain.capture() as capture:
            plain.print(screen_table(rows, _ANY_WIDTH))
        typer.echo("\n".join(line.rstrip() for line in capture.get().splitlines()))
    for line in summary(calls, most):
        typer.echo(line)


def tell(calls: Calls, written: Sequence[Path]) -> None:
    """Say on stderr what was detected and where the results are."""
    lines = [f"note: {note}" for note in calls.run["notes"]]
    lines += [f"warning: {warning}" for warning in calls.run["warnings"]]
    lines += [f"model: {calls.run['model']['name']}", *(f"wrote {path}" for path in written), RESEARCH]
    typer.echo("\n".join(lines), err=True)
