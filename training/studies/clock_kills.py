"""What a command leaves behind that is killed by the clock, and what its next start finds.

Run by hand, from the repository: ``python -m training.studies.clock_kills``. Each command runs on SYNTHETIC
patients in a process of its own, in a folder that an earlier run has filled, and is killed after a share of
the processor time that it takes unharmed, however busy the machine is: sixty shares, a third of them within
its end, where results are put in their place, and the others from end to start. A service waits for its
clients, and is killed after a share of the time of an answer. Then each is started again. Printed is a table
of docs/reliability.md.
"""

from __future__ import annotations

import argparse
import io
import os
import shutil
import signal
import sqlite3
import sys
import tempfile
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing, redirect_stdout, suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from leukotype.cli import main as run_command
from leukotype.demo.simulate import Patient, simulate_patients
from leukotype.errors import InputError, ModelFileError
from leukotype.learning.mlflow_session import import_mlflow
from leukotype.model.bundle import load
from leukotype.runs.run import Run
from training.studies.altered_text import keep_what_never_changes
from training.studies.children import leave
from training.studies.clients import Body, ask, bodies, processor_seconds
from training.studies.faults import as_markdown

COLUMNS: Final = (
    *("command", "n", "ended before", "then as before", "then as after", "a mixture", "nothing usable"),
    *("next start fails", "left behind", "left after the next start", "runs left open"),
)
_BEFORE, _AFTER, _MIXED, _LOST = COLUMNS[3:7]
_PATIENTS: Final = (Patient("P1", "DUX4-r", 90.0), Patient("P2", "KMT2A-r", 90.0))
_TAUGHT: Final = ("DUX4-r", "ETV6::RUNX1")
_SETTINGS: Final = (
    "folds = 2\ninner_folds = 2\njobs = 1\ncurve = false\nuntaught = false\nmin_patients = 4\n"
    '[search]\ntrials = 1\nkind = ["svm"]\n'
)
_HEAVY: Final = (
    "leukotype.learning.retrain",
    "mlflow.pyfunc",
    "mlflow.store.tracking.sqlalchemy_store",
    "xgboost",
)
_PATIENCE: Final = 120.0  # seconds for a service to listen
_END: Final = 0.04  # share of a command's time that is its end
_LOOK: Final = 0.002  # seconds between two looks at what a process has taken
_PAUSE: Final = 4.0  # seconds in which what a killed service leaves is removed


def start(work: Callable[[], int], home: Path) -> int:
    """Fork a process with its temporary files in ``home/tmp``; its number."""

    def alone() -> int:
        os.setsid()
        tempfile.tempdir = str(home / "tmp")
        os.environ["TMPDIR"] = tempfile.tempdir
        os.environ["MLFLOW_TRACKING_URI"] = f"sqlite:///{home}/mlruns/mlflow.db"
        with (home / "said.txt").open("w") as said:
            os.dup2(said.fileno(), 2)
            sys.stderr = os.fdopen(2, "w", closefd=False)
            with redirect_stdout(io.StringIO()):
                return work()

    process = os.fork()
    if not process:
        leave(alone)
    return process


def wait(process: int) -> int:
    """Wait for a process; its exit code."""
    return wait_and_weigh(process)[0]


def wait_and_weigh(process: int) -> tuple[int, float]:
    """Wait for a process; its exit code, and the seconds of the processor that it took."""
    _, status, used = os.wait4(process, 0)
    return os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime


def kill(process: int, seconds: float) -> bool:
    """Kill a process after so many seconds; whether it was still at work."""
    time.sleep(seconds)
    with suppress(ProcessLookupError):
        os.killpg(process, signal.SIGKILL)
    return wait(process) == -signal.SIGKILL


def kill_at_work(process: int, seconds: float) -> bool:
    """Kill a process once it has taken so many seconds of the processor; whether it came to that."""
    while not _has_ended(process) and processor_seconds(process) < seconds:
        time.sleep(_LOOK)
    return kill(process, 0.0)


def _has_ended(process: int) -> bool:
    """Whether a child only waits to be waited for."""
    return os.waitid(os.P_PID, process, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def strange(home: Path) -> list[str]:
    """Name what a command leaves behind that it did not mean to: temporary files and folders."""
    found = [Path(place) / name for place, folders, files in os.walk(home) for name in (*folders, *files)]
    hidden = [path for path in found if path.name.startswith(".") and path.name != ".mlflow.db.lock"]
    hidden = [path for path in hidden if "artifacts" not in path.parts]  # a bundle as MLflow keeps it
    return sorted(str(path.relative_to(home)) for path in (*hidden, *(home / "tmp").iterdir()))


@dataclass(frozen=True)
class Command:
    """A command to kill.

    Parameters
    ----------
    arguments
        of it.
    prepared
        a folder as it is before.
    read
        says what a folder holds by an ordinary reader: equal for equal results; an error if it is unusable.
    """

    arguments: Sequence[str]
    prepared: Path
    read: Callable[[Path], Any]

    def begin(self, home: Path) -> int:
        """Start it in a folder."""
        return start(lambda: run_command([each.replace("HOME", str(home)) for each in self.arguments]), home)

    def state(self, home: Path) -> Any:
        """Read what a folder holds; None if nothing can be read."""
        try:
            return self.read(home)
        except (InputError, ModelFileError, OSError) as error:
            sys.stderr.write(f"{self.arguments[0]}: {error}\n")
            return None


def study(name: str, command: Command, number: int, place: Path) -> dict[str, Any]:
    """Kill a command so many times: a row of `COLUMNS`."""
    seen = Counter[str]()
    before, whole = command.state(command.prepared), _copy(command.prepared, place)
    code, taken = wait_and_weigh(command.begin(whole))
    if code:
        raise SystemExit(_said(whole))
    after = command.state(whole)
    for count, share in enumerate(shares(number)):
        home = _copy(command.prepared, place)
        seen["ended before"] += not kill_at_work(command.begin(home), taken * share)
        found = command.state(home)
        kind = {repr(after): _AFTER, repr(before): _BEFORE}.get(
            repr(found), _LOST if found is None else _MIXED
        )
        seen[kind] += 1
        seen["left behind"] += bool(strange(home))
        again, needed = wait_and_weigh(command.begin(home))
        taken = taken if again else needed
        if again and (repr(found) != repr(after) or "expected no such folder yet" not in _said(home)):
            sys.stderr.write(f"{name}: next start: {again}: {_said(home)}\n")
            seen["next start fails"] += 1
        if left := strange(home):
            sys.stderr.write(f"{name}: left: {left}\n")
            seen["left after the next start"] += 1
        seen["runs left open"] += open_runs(home)
        sys.stderr.write(f"{name}: {count + 1} of {number}: {dict(seen)}\n")
        sys.stderr.flush()
        shutil.rmtree(home)
    return {COLUMNS[0]: name, "n": number, **{each: seen[each] for each in COLUMNS[2:]}}


def shares(number: int) -> list[float]:
    """Give the shares of a command's time after which it is killed, the last first."""
    late = number // 3
    within_end = 1 - _END * (np.arange(late) + 0.5) / late
    return [*within_end.tolist(), *(1 - (np.arange(number - late) + 0.5) / (number - late)).tolist()]


def _copy(prepared: Path, place: Path) -> Path:
    home = Path(tempfile.mkdtemp(dir=place))
    shutil.copytree(prepared, home, dirs_exist_ok=True)
    (home / "tmp").mkdir(exist_ok=True)
    return home


def _said(home: Path) -> str:
    return (home / "said.txt").read_text(encoding="utf-8")


def open_runs(home: Path) -> int:
    """Count the trainings that a store calls running."""
    database = home / "mlruns" / "mlflow.db"
    if not database.exists():
        return 0
    with closing(sqlite3.connect(database)) as store:
        return int(store.execute("SELECT count(*) FROM runs WHERE status = 'RUNNING'").fetchone()[0])


def _predicting(home: Path) -> Command:
    for name, seed in (("a", 1), ("b", 2)):
        simulate_patients(load(), list(_PATIENTS), seed).counts.to_csv(home / f"{name}.csv")
    _done(home, "predict", f"{home}/a.csv", "--quiet", "--out", f"{home}/out")
    predict = ("predict", f"{home}/b.csv", "--quiet", "--out", "HOME/out")
    return Command(predict, home, lambda home: Run.load(home / "out").id)


def _reporting(home: Path) -> Command:
    _predicting(home)
    report = ("report", "--quiet", "--calls", "HOME/out", "--out", "HOME/out/report.html")
    _done(home, *report, "--title", "Before")
    return Command(report, home, lambda home: (home / "out" / "report.html").read_bytes())


def _trial(home: Path) -> Command:
    _done(home, "efficacy", "--demo", "--out", f"{home}/out")
    for path in (home / "out").iterdir():
        path.write_bytes(path.read_bytes() + b"\n")
    return Command(("efficacy", "--demo", "--out", "HOME/out"), home, _lengths)


def _training(home: Path) -> Command:
    import_mlflow()
    for each in _HEAVY:  # imported here, they are in every fork
        import_module(each)
    people = [
        Patient(f"{lab}{number}_{group[:4]}", group, 80.0)
        for group in _TAUGHT
        for lab in "AB"
        for number in range(3)
    ]
    simulate_patients(load(), people, 4).counts.to_csv(home / "counts.csv")
    labels = pd.DataFrame({"sample": [each.name for each in people], "subtype": [p.group for p in people]})
    labels.to_csv(home / "labels.csv", index=False)
    (home / "settings.toml").write_text(_SETTINGS, encoding="utf-8")
    given = ("--expression", f"{home}/counts.csv", "--labels", f"{home}/labels.csv")
    train = ("train", "--quiet", *given, "--config", f"{home}/settings.toml", "--out")
    _done(home, *train, f"{home}/first")

    def read(each: Path) -> str:
        load(each / "first")
        return load(each / "mine").digest if (each / "mine").exists() else "none yet"

    return Command((*train, "HOME/mine"), home, read)


def _lengths(home: Path) -> dict[str, int]:
    """Tell the tables of a trial by their lengths: those before are a byte longer."""
    return {path.name: path.stat().st_size for path in (home / "out").iterdir() if path.is_file()}


COMMANDS: Final = {"predict": _predicting, "report": _reporting, "efficacy": _trial, "train": _training}


def _new(place: Path) -> Path:
    home = Path(tempfile.mkdtemp(dir=place))
    (home / "tmp").mkdir()
    return home


def _done(home: Path, *arguments: str) -> None:
    command = Command(arguments, home, lambda _: None)
    if wait(command.begin(home)):
        raise SystemExit(_said(home))


def serve(number: int, place: Path, body: Body) -> dict[str, Any]:
    """Kill a service while it works on a run: a row of `COLUMNS`; it knows neither before nor after."""
    seen, home = Counter[str](), _new(place)
    taken = _serving(home, body, None)
    for count in range(number):
        seen["ended before"] += not _serving(home, body, taken * (count + 0.5) / number)
        seen["left behind"] += bool(_left_later(home))
        if _serving(home, body, None) < 0:
            seen["next start fails"] += 1
        if left := _left_later(home):
            sys.stderr.write(f"serve: left: {left}\n")
            seen["left after the next start"] += 1
    return {COLUMNS[0]: "serve", "n": number, **{each: seen[each] for each in COLUMNS[2:]}}


def _left_later(home: Path) -> list[str]:
    """Give what is left of a service once its keeper had time to remove it."""
    last = time.monotonic() + _PAUSE
    while (left := strange(home)) and time.monotonic() < last:
        time.sleep(0.1)
    return left


def _serving(home: Path, body: Body, seconds: float | None) -> float:
    """Start a service and send it a run; kill it after so many seconds, or end it when it has answered.

    Returns
    -------
        Whether it was at work; or the seconds of its answer, below zero if there was none.
    """
    process = start(lambda: run_command(["serve", "--port", "0"]), home)
    address, begun = _address(home), time.monotonic()
    if seconds is not None:
        thread = threading.Thread(target=ask, args=(address, body))
        thread.start()
        at_work = kill(process, seconds)
        thread.join()
        return at_work
    _, call, _ = ask(address, body)
    taken = time.monotonic() - begun
    os.killpg(process, signal.SIGTERM)
    wait(process)
    return taken if call else -1.0


def _address(home: Path) -> str:
    last = time.monotonic() + _PATIENCE
    while time.monotonic() < last:
        for word in _said(home).split() if (home / "said.txt").exists() else ():
            if word.startswith("http://"):
                with suppress(OSError), urllib.request.urlopen(word, timeout=_PATIENCE):  # noqa: S310
                    return word.rstrip("/")
        time.sleep(0.01)
    raise SystemExit(f"no service: {_said(home)}")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--number", type=int, default=60, help="kills of each command")
    parser.add_argument("--only", nargs="*", help="some commands")
    asked = parser.parse_args()
    keep_what_never_changes()
    rows = []
    with tempfile.TemporaryDirectory() as home:
        place = Path(home)
        for name, prepare in COMMANDS.items():
            if not asked.only or name in asked.only:
                rows.append(study(name, prepare(_new(place)), asked.number, place))
        if not asked.only or "serve" in asked.only:
            (body,) = bodies(simulate_patients(load(), list(_PATIENTS)[:1], 1).counts, as_files=True)
            rows.append(serve(asked.number, place, body))
    sys.stdout.write(as_markdown(pd.DataFrame(rows, columns=list(COLUMNS))) + "\n")


if __name__ == "__main__":
    main()
