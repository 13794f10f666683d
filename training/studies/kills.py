"""What is left of a folder of results when its writer is killed, or its disk is full, at each step.

Run by hand, from the repository: ``python -m training.studies.kills``. SYNTHETIC results of each command are
in a folder. What the same command gives for others is written over them by the one writer, which is stopped
at its first, second, ... change of a file, and within each file; or both are written at once. Printed is a
table of docs/reliability.md: how often the reader of a run then takes a mixture of both for a run; and how
often the folder holds the old files, the new ones, or neither, once the next command has looked where it is
to write.
"""

from __future__ import annotations

import argparse
import errno
import io
import math
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, Final

import pandas as pd

from leukotype.demo.simulate import Patient, simulate_patients
from leukotype.errors import InputError
from leukotype.model.bundle import load
from leukotype.runs.files import EXPLANATIONS, RUN, check_writable, encode, write_whole
from leukotype.runs.run import Run
from training.studies.children import command, in_child, leave
from training.studies.faults import as_markdown

COLUMNS: Final = (
    *("command", "files", "stopped by", "stops", "reader refuses", "mixture unnoticed"),
    *("then the old files", "then the new files", "then neither", "not one line"),
)
_THEN: Final = {1: COLUMNS[6], -1: COLUMNS[7], 0: COLUMNS[8]}
_KILL, _WITHIN, _FULL = "a kill", "a kill within a file", "a full disk"
_LEAST: Final = 60  # kills of each command
_TWO, _PAIRS = "two at once", 20
_CHANGES: Final = ("write_bytes", "write_text", "replace", "rename", "unlink", "mkdir", "chmod", "rmdir")
PATIENTS: Final = (Patient("P1", "DUX4-r", 90.0), Patient("P2", "KMT2A-r", 90.0))
_KILLED: Final = 137


def stop_at(step: int, how: str, share: float = 0.5) -> None:
    """Make this process end, or its disk refuse, at its n-th change of a file (from 1).

    Parameters
    ----------
    share
        of the file that is written before a kill within it.
    """
    seen = 0

    def count_of(real: Callable[..., Any]) -> Callable[..., Any]:
        def change(*args: Any, **named: Any) -> Any:
            nonlocal seen
            seen += how != _WITHIN or real.__name__ == "write_bytes"
            if seen == step and how == _KILL:
                os._exit(_KILLED)
            if seen >= step and how == _FULL and real.__name__.startswith("write"):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            if how == _WITHIN and seen == step and real.__name__ == "write_bytes":
                real(args[0], args[1][: round(len(args[1]) * share)])
                os._exit(_KILLED)
            return real(*args, **named)

        return change

    for name in _CHANGES:
        setattr(Path, name, count_of(getattr(Path, name)))
    os.link = count_of(os.link)


@dataclass(frozen=True)
class Written:
    """What a command gave to the one writer.

    Parameters
    ----------
    files
        content by name.
    gone
        names of what it removes.
    """

    files: Mapping[str, str | bytes]
    gone: tuple[str, ...] = ()

    def put(self, folder: Path) -> int:
        """Write it, as the command does; an exit code."""
        try:
            write_whole(folder, self.files, self.gone)
        except OSError as error:
            sys.stderr.write(f"leukotype: {error.strerror}\n")
            return 1
        return 0

    def over(self, old: Mapping[str, bytes]) -> dict[str, bytes]:
        """Give the files of a folder after it was written over others."""
        new = {name: each if isinstance(each, bytes) else encode(each) for name, each in self.files.items()}
        return {**{name: old[name] for name in old if name not in self.gone}, **new}


def written_by(arguments: Sequence[str | Path], *, dry: bool = True) -> Written:
    """Run a command, and tell what it gave to the writer last; nothing is written unless it must be."""
    import leukotype.runs.files
    import leukotype.runs.own_files
    import leukotype.runs.run
    from leukotype.cli import main

    seen: list[Written] = []

    def note(
        out: Path, files: Mapping[str, str | bytes], gone: Iterable[str] = (), check: object = None
    ) -> tuple[Path, ...]:
        del check
        seen.append(Written(files, tuple(gone)))
        return tuple(out / name for name in files) if dry else real(out, files, gone)

    modules = (leukotype.runs.files, leukotype.runs.own_files, leukotype.runs.run)
    real = leukotype.runs.files.write_whole
    for module in modules:
        module.write_whole = note  # type: ignore[attr-defined]
    try:
        with redirect_stdout(io.StringIO()):
            code = main([str(each) for each in arguments])
        if code:
            raise SystemExit(code)
    finally:
        for module in modules:
            module.write_whole = real  # type: ignore[attr-defined]
    return seen[-1]


def files_in(folder: Path) -> dict[str, bytes]:
    """Read what is in a folder, without the temporary folders of killed writers."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def seen_by_reader(folder: Path, explained: bool) -> str:
    """Say what the reader of a run takes a folder for: a column of the table, or nothing."""
    try:
        run = Run.load(folder)
    except InputError:
        return "reader refuses"
    return "mixture unnoticed" if explained and run.explanations is None else ""


def study(name: str, written: Written, folder: Path) -> list[dict[str, Any]]:
    """Stop the writer at each change of a file, at each full disk, and within each file: rows of `COLUMNS`.

    The folder is as before each time. Kills within a file are as many as are needed for `_LEAST` kills.
    """
    files = len(written.files)
    killed, full = (stops(name, written, folder, how) for how in (_KILL, _FULL))
    shares = max(1, math.ceil((_LEAST - killed["stops"]) / files))
    within = [stops(name, written, folder, _WITHIN, (n + 0.5) / shares) for n in range(shares)]
    summed = {each: sum(row[each] for row in within) for each in COLUMNS[3:]}
    return [killed, {**within[0], **summed}, full, two_at_once(name, written, folder)]


def two_at_once(name: str, written: Written, folder: Path) -> dict[str, Any]:
    """Write to a folder twice at once, its own files and others, so many times: a row of `COLUMNS`."""
    old, seen = files_in(folder), Counter[str]()
    own, new = Written(old), written.over(old)
    again = own.over(new)
    for turn in range(_PAIRS):
        ends = together([partial(each.put, folder) for each in (own, written)[:: 1 if turn % 2 else -1]])
        if RUN in old and (state := seen_by_reader(folder, explained=False)):
            seen[state] += 1
        found = files_in(folder)
        seen[_THEN[(found == again) - (found == new)]] += 1
        seen["not one line"] += sum(map(bool, ends))
        put_files(folder, old)
    told = {"command": name, "files": len(written.files), "stopped by": _TWO, "stops": _PAIRS}
    return told | {each: seen[each] for each in COLUMNS[4:]}


def together(works: Sequence[Callable[[], int]]) -> list[int]:
    """Do some work at once, each piece in a fork; the exit codes."""
    children = []
    for work in works:
        child = os.fork()
        if not child:
            leave(work)
        children.append(child)
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]


def stops(name: str, written: Written, folder: Path, how: str, share: float = 0.5) -> dict[str, Any]:
    """Stop the writer in one way at each place where it can be: a row of `COLUMNS`."""
    old, seen = files_in(folder), Counter[str]()
    new, explained = written.over(old), RUN in old and EXPLANATIONS in old
    for step in count(1):

        def work(step: int = step) -> int:
            stop_at(step, how, share)
            return written.put(folder)

        end = in_child(work, seconds=120)
        if end.code == 0:
            break
        seen["stops"] += 1
        if RUN in old and (state := seen_by_reader(folder, explained and EXPLANATIONS not in written.gone)):
            seen[state] += 1
        check_writable(folder)
        found = files_in(folder)
        seen[_THEN[(found == old) - (found == new)]] += 1
        seen["not one line"] += bool(end.fault) and how == _FULL
        put_files(folder, old)
    put_files(folder, old)
    return {"command": name, "files": len(written.files), "stopped by": how} | {
        each: seen[each] for each in COLUMNS[3:]
    }


def put_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Make a folder hold these files alone."""
    shutil.rmtree(folder)
    folder.mkdir()
    for each, content in files.items():
        (folder / each).write_bytes(content)


def results(place: Path) -> tuple[Path, dict[str, Written]]:
    """Make a folder of SYNTHETIC results, and what each command of a run would write over them."""
    for name, seed in (("a", 1), ("b", 2)):
        simulate_patients(load(), list(PATIENTS), seed).counts.to_csv(place / f"{name}.csv")
    out = place / "out"
    steps: tuple[list[str | Path], ...] = (
        ["predict", place / "a.csv", "--out", out],
        ["explain", "--calls", out, "--out", out],
        ["report", "--calls", out, "--out", out / "report.html"],
    )
    for arguments in steps:
        if (end := command(arguments, seconds=300)).code:
            raise SystemExit(end.said)
    found = {
        "predict": written_by(["predict", place / "b.csv", "--out", out]),
        "explain": written_by(["explain", "--calls", out, "--top", "3", "--out", out]),
        "report": written_by(["report", "--calls", out, "--title", "Another", "--out", out / "report.html"]),
    }
    return out, found


def trial_results(place: Path) -> tuple[Path, Written]:
    """Make a folder of the SYNTHETIC trial, and what one-sided tests without PNG would write over it."""
    ask = ("efficacy", "--demo", "--quiet", "--figures", "svg", "--out", place / "trial")
    written_by([*ask, "--figures", "png"], dry=False)
    return place / "trial", written_by([*ask, "--tests", "paper"])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--without-trial", action="store_true", help="efficacy is left out")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        out, commands = results(Path(home))
        rows = [row for name, each in commands.items() for row in study(name, each, out)]
        if not asked.without_trial:
            trial, written = trial_results(Path(home))
            rows += study("efficacy", written, trial)
    sys.stdout.write(as_markdown(pd.DataFrame(rows, columns=list(COLUMNS))) + "\n")


if __name__ == "__main__":
    main()
