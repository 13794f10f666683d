"""What becomes of a store of models whose first use was killed, or of which there were two at once.

Run by hand, from the repository: ``python -m training.studies.first_uses``. ``leukotype models list`` makes a
store in a folder of its own each time; it is killed after a share of the time that it took unharmed, or begun
twice. Then the store is asked for again. Printed is a table of docs/reliability.md.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import pandas as pd

from leukotype.model.bundle import default_path
from training.studies.faults import as_markdown

COLUMNS: Final = ("first use", "n", "usable afterwards", "runs left open", "other files left in the store")
_COMMAND: Final = (sys.executable, "-m", "leukotype.cli", "models", "list")
_SOURCE: Final = default_path().parents[1] / "src"
_STORE: Final = "mlruns"
_KEPT: Final = {"mlflow.db", ".mlflow.db.lock", "artifacts"}


def begin(home: Path) -> subprocess.Popen[str]:
    """Ask for the versions in a store, in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(_SOURCE)}
    environment.pop("MLFLOW_TRACKING_URI", None)
    return subprocess.Popen(  # noqa: S603 - this interpreter
        _COMMAND, cwd=home, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def is_listed(process: subprocess.Popen[str]) -> bool:
    """Whether it lists the model that ships once, as the champion."""
    out, said = process.communicate()
    lines = out.splitlines()
    listed = process.returncode == 0 and len(lines) == 2 and lines[1].split()[:2] == ["1", "champion"]
    if not listed:
        sys.stderr.write(f"{process.returncode}: {out} {said}\n")
    return listed


def state(home: Path) -> dict[str, int]:
    """Ask for the store again, and look what is left in it."""
    usable = is_listed(begin(home))
    with closing(sqlite3.connect(home / _STORE / "mlflow.db")) as database:
        (running,) = database.execute("SELECT count(*) FROM runs WHERE status = 'RUNNING'").fetchone()
    others = [path.name for path in (home / _STORE).iterdir() if path.name not in _KEPT]
    return {COLUMNS[2]: int(usable), COLUMNS[3]: running, COLUMNS[4]: len(others)}


def killed(home: Path, seconds: float) -> dict[str, int]:
    """Kill a first use after so many seconds."""
    first = begin(home)
    time.sleep(seconds)
    first.kill()
    first.communicate()
    return state(home)


def doubled(home: Path) -> dict[str, int]:
    """Begin two first uses at once; both must be served."""
    both = [begin(home) for _ in range(2)]
    served = [is_listed(each) for each in both]
    found = state(home)
    return {**found, COLUMNS[2]: int(all(served) and bool(found[COLUMNS[2]]))}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--killed", type=int, default=24)
    parser.add_argument("--doubled", type=int, default=5)
    asked = parser.parse_args()
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as place:
        homes = iter(Path(place) / str(number) for number in range(asked.killed + asked.doubled + 1))

        def new() -> Path:
            home = next(homes)
            home.mkdir()
            return home

        started = time.monotonic()
        is_listed(begin(new()))
        whole = time.monotonic() - started
        moments = [whole * (number + 0.5) / asked.killed for number in range(asked.killed)]
        studies = {
            "killed": [killed(new(), moment) for moment in moments],
            "two at once": [doubled(new()) for _ in range(asked.doubled)],
        }
        for name, ends in studies.items():
            found = {each: sum(end[each] for end in ends) for each in COLUMNS[2:]}
            rows.append({COLUMNS[0]: name, "n": len(ends), **found})
    sys.stdout.write(as_markdown(pd.DataFrame(rows, columns=list(COLUMNS))) + "\n")


if __name__ == "__main__":
    main()
