"""What a service stands that several clients ask at once: lost and unequal answers, time, memory.

Run by hand, from the repository: ``python -m training.studies.clients --requests 500 --files 40``. A
`leukotype serve` is started, and SYNTHETIC patients are sent to ``POST /calls``: one client and then eight,
as JSON; and as files, whose runs are explained, drawn and kept too. Printed is the table of
docs/reliability.md. Time is that of the wall and holds for the machine as it was; processor time says less
of what else ran.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any, Final

import pandas as pd

from leukotype.demo.simulate import Patient, simulate_patients
from leukotype.model.bundle import load
from training.studies.faults import as_markdown

COLUMNS: Final = (
    "sent as", "clients", "requests", "lost", "unequal", "median ms", "95 % within ms", "CPU ms a request",
    "MB before", "MB after a fifth", "MB after",
)  # fmt: skip
_PATIENTS: Final = 20
_MEGABYTE: Final = 2**20
_PATIENCE: Final = 600.0  # seconds for one answer
_BOUNDARY: Final = "leukotype-study"
Answer = tuple[str, Any, float]  # the patient, the call (None: lost), milliseconds


@dataclass(frozen=True)
class Body:
    """A request about one patient."""

    patient: str
    content: bytes
    kind: str


def bodies(counts: pd.DataFrame, *, as_files: bool) -> list[Body]:
    """Write the requests: one a patient."""
    if as_files:
        kind = f"multipart/form-data; boundary={_BOUNDARY}"
        head = f'--{_BOUNDARY}\r\ncontent-disposition: form-data; name="files"; filename="counts.csv"\r\n\r\n'
        tail = f"\r\n--{_BOUNDARY}--\r\n"
        return [
            Body(str(name), f"{head}{counts[[name]].to_csv()}{tail}".encode(), kind)
            for name in counts.columns
        ]
    return [
        Body(
            str(name),
            json.dumps({"samples": [{"sample": name, "counts": counts[name].to_dict()}]}).encode(),
            "application/json",
        )
        for name in counts.columns
    ]


@contextmanager
def service() -> Iterator[tuple[str, int]]:
    """Start a service of its own; its address and the number of its process."""
    command = [sys.executable, "-m", "leukotype.cli", "serve", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            line = process.stderr.readline() if process.stderr else ""
            found = re.search(r"http://\S+?:\d+", line)
            if found is None:
                raise RuntimeError(f"no service: {line}")
            yield found[0], process.pid
        finally:
            process.terminate()


def memory(process: int) -> int:
    """Megabytes that a process holds (Linux)."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / _MEGABYTE)


def processor_seconds(process: int) -> float:
    """Processor time that a process has used (Linux)."""
    told = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def ask(address: str, body: Body) -> Answer:
    """Send a request, and wait for its answer."""
    request = urllib.request.Request(  # noqa: S310 - the service of this study
        f"{address}/calls", body.content, {"content-type": body.kind}
    )
    began = time.perf_counter()
    try:
        with urllib.request.urlopen(request, timeout=_PATIENCE) as answer:  # noqa: S310
            call = json.loads(answer.read())["calls"][0]
    except OSError:
        call = None
    return body.patient, call, (time.perf_counter() - began) * 1000


def unequal(answers: Sequence[Answer]) -> int:
    """Count the answers that are not the first that this patient got."""
    first: dict[str, Any] = {}
    return sum(call != first.setdefault(name, call) for name, call, _ in answers if call is not None)


def summary(answers: Sequence[Answer]) -> tuple[int, int, int, float, float]:
    """Count requests, those lost, those unequal; milliseconds of the median, and that 95 % take at most."""
    times = sorted(taken for _, _, taken in answers)
    lost = sum(call is None for _, call, _ in answers)
    within = times[min(len(times) - 1, int(0.95 * len(times)))]
    return len(answers), lost, unequal(answers), statistics.median(times), within


def measure(told: Sequence[Body], number: int, clients: int) -> tuple[Any, ...]:
    """Ask a new service so many times, after one request that wakes it."""
    with service() as (address, process), ThreadPoolExecutor(clients) as threads:
        ask(address, told[0])
        held, used = [memory(process)], processor_seconds(process)
        asked = list(islice(cycle(told), number))
        answers = list(threads.map(lambda body: ask(address, body), asked[: number // 5]))
        held.append(memory(process))
        answers += threads.map(lambda body: ask(address, body), asked[number // 5 :])
        held.append(memory(process))
        spent = round(1000 * (processor_seconds(process) - used) / number)
    sent, lost, other, median, within = summary(answers)
    return clients, sent, lost, other, round(median), round(within), spent, *held


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--requests", type=int, default=500, help="of eight clients, as JSON")
    parser.add_argument("--files", type=int, default=40, help="of eight clients, as files")
    asked = parser.parse_args()
    bundle = load()
    groups = islice(cycle(bundle.profiles.names), _PATIENTS)
    patients = [Patient(f"P{i}", group, 90.0) for i, group in enumerate(groups)]
    counts = simulate_patients(bundle, patients, 5).counts.astype(int)
    as_json, as_files = (bodies(counts, as_files=each) for each in (False, True))
    rows = [
        ("JSON", *measure(as_json, max(5, asked.requests // 10), 1)),
        ("JSON", *measure(as_json, asked.requests, 8)),
        ("a file", *measure(as_files, asked.files, 8)),
    ]
    sys.stdout.write(as_markdown(pd.DataFrame(rows, columns=list(COLUMNS))) + "\n")


if __name__ == "__main__":
    main()
