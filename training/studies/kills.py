"""What is left of a folder of results when its writer is killed, or its disk is full, at each of its steps.

Run by hand, from the repository: ``python -m training.studies.kills``. A SYNTHETIC run is in a folder;
another one of the same samples is written over it, and is stopped at its first, second, ... change of a file.
Printed are the second table of docs/reliability.md: how often the folder then holds the old run or the new
one, how often its reader says that it does not, and how often a mixture of both is read as if it were whole.
"""

from __future__ import annotations

import argparse
import errno
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from typing import Any, Final

import pandas as pd

from leukotype.demo.simulate import Patient, simulate_patients
from leukotype.errors import InputError
from leukotype.model.bundle import load
from leukotype.runs.run import Run
from training.studies.children import End, command, in_child
from training.studies.faults import as_markdown

COLUMNS: Final = (
    *("command", "stopped by", "stops", "old run", "new run", "reader refuses", "mixture unnoticed"),
    "not one line",
)
STOPS: Final = ("a kill", "a kill half way", "a full disk")
_CHANGES: Final = ("write_bytes", "write_text", "replace", "rename", "unlink", "mkdir", "chmod", "rmdir")
PATIENTS: Final = (Patient("P1", "DUX4-r", 90.0), Patient("P2", "KMT2A-r", 90.0))
_KILLED: Final = 137


def stop_at(step: int, how: str) -> None:
    """Make this process end, or its disk refuse, at its n-th change of a file (from 1)."""
    seen = 0

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def change(*args: Any, **named: Any) -> Any:
            nonlocal seen
            seen += how != "a kill half way" or real.__name__ == "write_bytes"
            if seen == step and how == "a kill":
                os._exit(_KILLED)
            if seen >= step and how == "a full disk" and real.__name__.startswith("write"):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            if how == "a kill half way" and seen == step and real.__name__ == "write_bytes":
                real(args[0], args[1][: len(args[1]) // 2])
                os._exit(_KILLED)
            return real(*args, **named)

        return change

    for name in _CHANGES:
        setattr(Path, name, counted(getattr(Path, name)))
    os.link = counted(os.link)


def stopped(arguments: Sequence[str | Path], step: int, how: str) -> End:
    """Run a command of leukotype in a child that is stopped."""
    from leukotype.cli import main

    def work() -> int:
        stop_at(step, how)
        return main([str(each) for each in arguments])

    return in_child(work, seconds=120)


def state(folder: Path, old: str, explained: bool) -> str:
    """Say what a reader takes a folder for: a column of the table."""
    try:
        run = Run.load(folder)
    except InputError:
        return "reader refuses"
    if run.id == old:
        return "old run"
    return "mixture unnoticed" if explained and run.explanations is not None else "new run"


def study(name: str, arguments: Sequence[str | Path], folder: Path, how: str, every: int) -> dict[str, Any]:
    """Stop a command at its first change of a file and at every nth from there.

    The folder is as before each time.
    """
    whole = folder.with_name("whole")
    shutil.copytree(folder, whole)
    old, seen, stops = Run.load(whole), Counter[str](), 0
    for step in count(1, every):
        end = stopped([*arguments, "--out", folder], step, how)
        if end.code == 0:
            break
        stops += 1
        seen[state(folder, old.id, old.explanations is not None)] += 1
        seen["not one line"] += bool(end.fault) and how == "a full disk"
        shutil.rmtree(folder)
        shutil.copytree(whole, folder)
    shutil.rmtree(folder)
    shutil.move(whole, folder)
    return {
        "command": name,
        "stopped by": how,
        "stops": stops,
        **{each: seen[each] for each in COLUMNS[3:]},
    }


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--every", type=int, default=1, help="stop at every nth change of a file")
    every = parser.parse_args().every
    import leukotype.explanations
    import leukotype.report.run.run_page  # noqa: F401 - once, not in each child

    with tempfile.TemporaryDirectory() as home:
        place = Path(home)
        for name, seed in (("a", 1), ("b", 2)):
            cohort = simulate_patients(
                load(), [Patient("P1", "DUX4-r", 90.0), Patient("P2", "KMT2A-r", 90.0)], seed
            )
            cohort.counts.to_csv(place / f"{name}.csv")
        out = place / "out"
        command(["predict", place / "a.csv", "--out", out], seconds=120)
        command(["explain", "--calls", out, "--no-figures", "--out", out], seconds=120)
        commands: dict[str, list[str | Path]] = {
            "predict": ["predict", place / "b.csv"],
            "explain": ["explain", "--calls", out, "--no-figures"],
        }
        rows = [
            study(name, arguments, out, how, every) for name, arguments in commands.items() for how in STOPS
        ]
    sys.stdout.write(as_markdown(pd.DataFrame(rows, columns=list(COLUMNS))) + "\n")


if __name__ == "__main__":
    main()
