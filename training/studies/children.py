"""The command line in a child of its own, with limits: how it ends when its input or its machine is bad."""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, NoReturn

SECONDS: Final = 20  # of the processor; the clock of a machine that others use too says little
_PATIENCE: Final = 10  # times as many of the clock, for what waits and does nothing
MEGABYTES: Final = 2000
_REFUSALS: Final = (1, 2, 130)
_NAME: Final = "leukotype: "
_UNCAUGHT: Final = 99
_MOST_SAID: Final = 10_000  # bytes of what a piece of work said
_ENDED_BY_TIME: Final = (signal.SIGALRM, signal.SIGXCPU, signal.SIGPROF)


@dataclass(frozen=True)
class End:
    """How a child ended.

    Parameters
    ----------
    code
        exit status; the number of the signal, below zero, if it was killed.
    said
        what it wrote to its error stream.
    seconds, megabytes
        of the processor, and the most memory that was resident.
    """

    code: int
    said: str
    seconds: float
    megabytes: float

    @property
    def fault(self) -> str:
        """What is wrong with it: an answer, or one line with what to do, is none; empty then."""
        if -self.code in _ENDED_BY_TIME:
            return "hang"
        if self.code < 0:
            return f"signal {-self.code}"
        if "Traceback (most recent call last)" in self.said:
            return "traceback"
        if self.megabytes > MEGABYTES:
            return "memory"
        lines = [line for line in self.said.splitlines() if line.startswith(_NAME)]
        return "not one line" if self.code in _REFUSALS and len(lines) != 1 else ""


def in_child(work: Callable[[], int], *, seconds: int = SECONDS, megabytes: int = MEGABYTES) -> End:
    """Do some work in a forked child, killed after so many seconds of it, and refused more memory than that.

    What is imported here is imported there, so that a child costs no more than its own work.
    """
    with tempfile.TemporaryFile() as said:
        child = os.fork()
        if child == 0:
            _work(work, said.fileno(), seconds, megabytes)
        _, status, used = os.wait4(child, 0)
        said.seek(0)
        text = said.read().decode(errors="replace")
    return End(os.waitstatus_to_exitcode(status), text, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def _work(work: Callable[[], int], said: int, seconds: int, megabytes: int) -> NoReturn:
    """Be the child; never returns."""

    def limited() -> int:
        with Path(os.devnull).open("r+b") as nothing:
            os.dup2(nothing.fileno(), 0)
            os.dup2(nothing.fileno(), 1)
        os.dup2(said, 2)
        sys.stdout, sys.stderr = (open(number, "w", closefd=False) for number in (1, 2))  # noqa: SIM115
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(_PATIENCE * seconds)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        limit = _mapped() + megabytes * 1_000_000
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        return work()

    leave(limited)


def leave(work: Callable[[], int]) -> NoReturn:
    """Do the work of a forked child and end it with the work's exit code; an exception is printed."""
    code = _UNCAUGHT
    try:
        code = work()
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def each_in_child(works: Sequence[Callable[[], int]]) -> list[End]:
    """Do each piece of some work in a child with the limits of `in_child`; those that end well share one.

    A piece that ends its child, or leaves more memory behind than one may have, is the last of it: the next
    has a new one.
    """
    ends: list[End] = []
    while len(ends) < len(works):
        with tempfile.TemporaryFile() as told:
            work = partial(_one_by_one, works[len(ends) :], told.fileno())
            last = in_child(work, seconds=len(works) * SECONDS)
            told.seek(0)
            ends += [End(**json.loads(line)) for line in told.read().splitlines()]
        if last.code:
            ends.append(last)
    return ends


def _one_by_one(works: Sequence[Callable[[], int]], told: int) -> int:
    """Do pieces of work, each within its limits, and tell the end of each in a line."""
    for work in works:
        os.ftruncate(2, 0)
        os.lseek(2, 0, os.SEEK_SET)
        before = _processor_seconds()
        signal.alarm(_PATIENCE * SECONDS)
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        code = _UNCAUGHT
        try:
            code = work()
        except Exception:
            traceback.print_exc()
        sys.stderr.flush()
        said = os.pread(2, _MOST_SAID, 0).decode(errors="replace")
        used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        end = {"code": code, "said": said, "seconds": _processor_seconds() - before, "megabytes": used}
        os.write(told, f"{json.dumps(end)}\n".encode())
        if used > MEGABYTES:
            break
    return 0


def _processor_seconds() -> float:
    """Processor time of this process, and of those that it waited for."""
    used = [resource.getrusage(each) for each in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _mapped() -> int:
    """Bytes of address space that this process has."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * os.sysconf("SC_PAGE_SIZE")


def command(arguments: Sequence[str | Path], *, seconds: int = SECONDS, megabytes: int = MEGABYTES) -> End:
    """Run a command of leukotype in a child."""
    from leukotype.cli import main

    return in_child(lambda: main([str(each) for each in arguments]), seconds=seconds, megabytes=megabytes)
