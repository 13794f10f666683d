"""What a command prints: a bar of progress, the table of calls, where the results are."""

from __future__ import annotations

import io
import math
import sys
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from leukotype.cli.app import RESEARCH, say
from leukotype.errors import count_of
from leukotype.vocabulary import SET_SEPARATOR, Status

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table

    from leukotype.runs.run import Run

_ANY_WIDTH: Final = 10_000
_NEXT_TO_NONE: Final = "<0.01"
_GAP: Final = 2  # characters between the columns of the table on screen
_COLOURS: Final = {
    Status.CALLED: "green",
    Status.CANDIDATE: "blue",
    Status.UNCLASSIFIED: "yellow",
    Status.LOW_BLASTS: "magenta",
    Status.NOT_B_ALL: "cyan",
    Status.UNREADABLE: "red",
}


class _Advance(Protocol):
    """Tells how much of a step is done."""

    def __call__(self, done: int, total: int, step: str = "", /) -> None:
        """Tell it."""


@contextmanager
def progress(quiet: bool, what: str = "reading and calling") -> Iterator[_Advance]:
    """Say on a terminal that work goes on, for how long, and how much is done where that is known."""
    if quiet or not sys.stderr.isatty():
        yield lambda done, total, step="": None  # noqa: ARG005 - nobody looks
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)

        def advance(done: int, total: int, step: str = what) -> None:
            if total > 1 or step != what:  # of one file there is no part to tell
                bar.update(task, completed=done, total=total, description=step)

        yield advance


def show(run: Run, most: int) -> None:
    """Print the calls on stdout: coloured and fitted to a terminal, whole plain lines elsewhere."""
    from rich.console import Console

    rows = run.calls.head(most).to_dict("records")
    if sys.stdout.isatty():
        console = Console(highlight=False)
        console.print(screen_table(rows, console.width))
    else:
        plain = Console(file=io.StringIO(), width=_ANY_WIDTH, color_system=None)
        with plain.capture() as capture:
            plain.print(screen_table(rows, _ANY_WIDTH))
        say("\n".join(line.rstrip() for line in capture.get().splitlines()))
    for line in summary(run.calls, most):
        say(line)


def tell(run: Run, written: Sequence[Path]) -> None:
    """Say on stderr what was detected and where the results are."""
    lines = [f"note: {note}" for note in run.notes]
    lines += [f"warning: {warning}" for warning in run.warnings]
    lines += [f"model: {run.model.name}", *(f"wrote {path}" for path in written), RESEARCH]
    say("\n".join(lines), err=True)


def screen_table(rows: Sequence[dict[Hashable, Any]], width: int) -> Table:
    """Table for rich to print: one line a sample, and of its remark as much as fits.

    Parameters
    ----------
    rows
        Rows of the calls.
    width
        Characters of a line.
    """
    from rich.cells import cell_len
    from rich.table import Table
    from rich.text import Text

    names = ("sample", "call", "prob.", "blasts")
    cells = [names, *(_cells(row) for row in rows)]
    widths = [max(map(cell_len, column)) for column in zip(*cells, strict=True)]
    taken = sum(widths) + _GAP * len(widths)
    table = Table(box=None, padding=(0, _GAP, 0, 0), pad_edge=False)
    table.add_column(names[0], min_width=widths[0], no_wrap=True)  # a name is never cut
    for name in names[1:]:
        table.add_column(name, justify="right" if name in names[2:] else "left", no_wrap=True)
    table.add_column("remark", no_wrap=True, overflow="ellipsis", max_width=max(width - taken, len("remark")))
    for row, (sample, call, *numbers) in zip(rows, cells[1:], strict=True):
        coloured = Text(call, _COLOURS[Status(row["status"])])
        table.add_row(Text(sample), coloured, *numbers, Text(_remark(row)))
    return table


def _cells(row: dict[Hashable, Any]) -> tuple[str, str, str, str]:
    blasts = row["blast_pct"]
    return (
        str(row["sample"]),
        _call(row),
        _probability(row["probability"]),
        "" if math.isnan(blasts) else f"{blasts:g} %",
    )


def _call(row: dict[Hashable, Any]) -> str:
    """Tell the subtype of a call, what is likely with a mark, and else what became of the sample.

    Look-alikes are one word: ``BCR::ABL1/-like``.
    """
    first, *others = (row["group"] or row["subtype"]).split(SET_SEPARATOR)
    likely = "/".join([first, *(each.removeprefix(first) for each in others)])
    return f"{likely} (likely)" if row["status"] == Status.CANDIDATE else likely or row["status"]


def _remark(row: dict[Hashable, Any]) -> str:
    """Tell the runner-up of a called sample, if it has a chance, and the reason if there is one."""
    chance = _probability(row["runner_up_probability"])
    second = f"next {row['runner_up']} {chance}" if row["runner_up"] and chance != _NEXT_TO_NONE else ""
    return "; ".join(filter(None, [second, row["reason"]]))


def _probability(value: float) -> str:
    if math.isnan(value):
        return ""
    return ">0.99" if value >= 0.995 else _NEXT_TO_NONE if value < 0.005 else f"{value:.2f}"


def summary(calls: pd.DataFrame, most: int) -> Iterator[str]:
    """Tell how many samples have each status, and each subtype too when only the first `most` are shown."""
    statuses = Counter(calls["status"])
    counts = ", ".join(f"{statuses[status]} {status}" for status in Status if statuses[status])
    yield f"\n{count_of(len(calls), 'sample')}: {counts}"
    if len(calls) > most:
        subtypes = Counter(calls.loc[calls["status"] == Status.CALLED, "subtype"]).most_common()
        yield "called: " + ", ".join(f"{count} {subtype}" for subtype, count in subtypes)
        yield f"the first {most} are shown; all are in calls.csv"
