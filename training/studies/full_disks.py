"""What becomes of results when the disk that they are written to is full: a real one, with ever more room.

Run by hand, from the repository: ``python -m training.studies.full_disks --disk DIR``, where DIR is a small
disk with nothing on it, such as ``mount -t tmpfs -o size=64m none DIR`` makes. SYNTHETIC results of each
command are there; all but so many bytes of the disk are filled, from none to as many as are needed; and what
the same command gives for others is written over them, and to a new folder. Printed is a table of
docs/reliability.md.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any, Final

import pandas as pd

from training.studies.children import in_child
from training.studies.faults import as_markdown
from training.studies.kills import Written, files_in, put_files, results, trial_results

COLUMNS: Final = (
    *("command", "written to", "n", "refused in one line", "the old files, or none", "the new files"),
    *("neither", "left behind"),
)
_PAGE: Final = 4096  # bytes that a disk gives at least
_STEPS: Final = 30  # from a full disk to one with room for all files
_FILLED: Final = "filled"


def fill(disk: Path, room: int) -> int:
    """Fill all of a disk but so many bytes; how many it had."""
    state = os.statvfs(disk)
    free = state.f_bavail * state.f_frsize
    (disk / _FILLED).write_bytes(bytes(max(free - room, 0)))
    return free


def study(name: str, written: Written, old: dict[str, bytes], disk: Path) -> dict[str, Any]:
    """Write to a disk with ever more room, until there is enough: a row of `COLUMNS`.

    Parameters
    ----------
    old
        what stands in the folder before; nothing for a new folder.

    Raises
    ------
    SystemExit
        Where the whole disk has no room for both.
    """
    seen, room, new = Counter[str](), 0, written.over(old)
    step = _PAGE * (1 + sum(map(len, new.values())) // _PAGE // _STEPS)
    while not seen["the new files"]:
        out = disk / "out"
        if old:
            out.mkdir()
            put_files(out, old)
        if room > fill(disk, room):
            raise SystemExit(
                f"{name}: {disk}: expected room for old and new files, found too little: take another"
            )
        end = in_child(lambda out=out: written.put(out), seconds=120)  # type: ignore[misc]
        (disk / _FILLED).unlink()
        found = files_in(out) if out.is_dir() else {}
        kind = "the new files" if found == new else "the old files, or none" if found == old else "neither"
        seen[kind] += 1
        seen["refused in one line"] += end.code == 1 and not end.fault
        seen["left behind"] += [path.name for path in disk.iterdir()] not in ([], ["out"])
        for path in [*disk.iterdir()]:
            shutil.rmtree(path)
        room += step
    n = sum(seen[each] for each in COLUMNS[4:7])
    told = {"command": name, "written to": "a folder of results" if old else "a new folder", "n": n}
    return told | {each: seen[each] for each in COLUMNS[3:]}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--disk", type=Path, required=True, help="a small disk with nothing on it")
    disk = parser.parse_args().disk
    if [*disk.iterdir()] or not disk.is_mount():
        raise SystemExit(f"{disk}: expected a disk of its own with nothing on it")
    rows = []
    with tempfile.TemporaryDirectory() as home:
        out, commands = results(Path(home))
        trial, written = trial_results(Path(home))
        for name, each in {**commands, "efficacy": written}.items():
            old = files_in(trial if name == "efficacy" else out)
            rows += [study(name, each, before, disk) for before in (old, {})]
    sys.stdout.write(as_markdown(pd.DataFrame(rows, columns=list(COLUMNS))) + "\n")


if __name__ == "__main__":
    main()
