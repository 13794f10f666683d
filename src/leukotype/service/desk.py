"""What clients brought to a service, by ids that cannot be guessed; deleted some time after its last use."""

from __future__ import annotations

import logging
import secrets
import shutil
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from leukotype.errors import InputError, ModelFileError, count_of
from leukotype.model.bundle import Bundle
from leukotype.runs.full_disk import is_full
from leukotype.service.limits import DISK_FULL, Limits, RefusedError
from leukotype.service.uploads import Sent, Upload, keep
from leukotype.service.work_order import Look, Worker, WorkOrder

_ID_BYTES: Final = 24
_LOG: Final = logging.getLogger("leukotype.service")
_FILES, _RESULTS, _FURTHER = "files", "results", "further"


class Stage(StrEnum):
    """Where a client's run stands."""

    RECEIVED = "received"
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass
class Job:
    """The run of a client: its files, what they were taken for, what became of them.

    Parameters
    ----------
    id
        the secret by which the client finds it.
    folder
        where all of it lies.
    look
        what the files hold, as far as it is known before anything is called.
    said
        what it does at the moment, or why it failed.
    done, total
        files read, of how many.
    used
        when it was last asked for, in seconds of a clock that never goes back.
    dropped
        whether it is deleted as soon as nobody is at work on it.
    """

    id: str
    folder: Path
    files: list[Upload] = field(default_factory=list)
    look: Look = field(default_factory=Look)
    stage: Stage = Stage.RECEIVED
    said: str = ""
    done: int = 0
    total: int = 0
    synthetic: str = ""
    asked: dict[str, Any] = field(default_factory=dict)
    used: float = field(default_factory=time.monotonic)
    dropped: bool = False

    @property
    def results(self) -> Path:
        """Folder of the results."""
        return self.folder / _RESULTS

    @property
    def over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.stage in (Stage.DONE, Stage.FAILED)

    @property
    def at_work(self) -> bool:
        """Whether it waits or runs."""
        return self.stage in (Stage.WAITING, Stage.RUNNING)


class Desk:
    """The jobs of a service, and the threads that do them."""

    def __init__(self, folder: Path, bundle: Bundle, worker: Worker, limits: Limits) -> None:
        self.bundle, self.worker, self.limits = bundle, worker, limits
        self._folder = folder
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()
        self._threads = ThreadPoolExecutor(limits.workers, thread_name_prefix="leukotype")

    def __len__(self) -> int:
        return len(self._jobs)

    def open(self) -> Job:
        """Make a job without files.

        Raises
        ------
        RefusedError
            If the service holds as many as it may, all at work.
        """
        self.sweep()
        with self._lock:
            if len(self._jobs) >= self.limits.runs:
                self._drop(self._oldest_idle())
            name = secrets.token_urlsafe(_ID_BYTES)
            folder = self._folder / name
            folder.mkdir(mode=0o700)
            job = self._jobs[name] = Job(name, folder)
        return job

    def find(self, name: str) -> Job:
        """Give a job by its id; it is kept for a while from now.

        Raises
        ------
        RefusedError
            If there is none of that id, or it was deleted.
        """
        job = self._jobs.get(name)
        if job is None:
            raise RefusedError(404, "there is no run of that address: it was deleted, or never was")
        job.used = time.monotonic()
        return job

    def receive(self, job: Job, files: Sequence[Sent]) -> None:
        """Take the files of a client, tell what each is, and whose.

        Raises
        ------
        RefusedError
            For too many files, and for one that unpacks to too much; the job stays with those before it.
        """
        self._check_idle(job)
        if len(job.files) + len(files) > self.limits.files:
            raise RefusedError(
                413, f"expected at most {self.limits.files} files, found more: give some at a time"
            )
        for number, sent in enumerate(files, start=len(job.files)):
            upload = keep(job.folder / _FILES / str(number), sent, self.limits)
            upload.kind = sent.kind or self.worker.take_for(upload.path)
            job.files.append(upload)
        self.look_again(job)

    def look_again(self, job: Job) -> None:
        """Read what the files of a job hold, as what they are taken for.

        Raises
        ------
        RefusedError
            If the job is at work already.
        """
        self._check_idle(job)
        job.look = self.worker.look_at(job.files, job.asked)

    def start(self, job: Job, **asked: Any) -> Future[None]:
        """Have a job called; what `RunOptions` knows may be asked, and ``beside_samples``.

        Raises
        ------
        RefusedError
            If it is at work already.
        """
        self._check_idle(job)
        job.asked |= asked
        job.stage, job.said, job.done, job.total = Stage.WAITING, "waits for its turn", 0, 0
        return self._threads.submit(self._work, job)

    def _work(self, job: Job) -> None:
        said, stage = ("", Stage.FAILED) if job.dropped else self._call(job)
        with self._lock:
            job.used, job.said, job.stage = time.monotonic(), said, stage
            if job.dropped:
                shutil.rmtree(job.folder, ignore_errors=True)

    def _call(self, job: Job) -> tuple[str, Stage]:
        job.stage, job.said = Stage.RUNNING, "reading"
        order = WorkOrder(tuple(job.files), job.asked, job.folder / _FURTHER, job.results, job.synthetic)
        try:
            self.worker.call_files(order, lambda *told: _note_progress(job, *told))
        except Exception as error:  # whatever it is, the client is told, and the service goes on
            return _why(error, order), Stage.FAILED
        return "", Stage.DONE

    def _check_idle(self, job: Job) -> None:
        if job.at_work:
            raise RefusedError(409, "the run is at work: wait until it is done")

    def delete(self, job: Job) -> None:
        """Delete a job with its files; one at work when it is done, one that waits without being called."""
        with self._lock:
            self._drop(job)

    def sweep(self) -> None:
        """Delete the jobs that nobody has asked for in a while."""
        limit = time.monotonic() - self.limits.kept_seconds
        with self._lock:
            for job in [each for each in self._jobs.values() if each.used < limit and not each.at_work]:
                self._drop(job)

    def _oldest_idle(self) -> Job:
        idle = [job for job in self._jobs.values() if not job.at_work]
        if not idle:
            raise RefusedError(
                503, f"the service is at work on {count_of(len(self._jobs), 'run')}: try again later"
            )
        return min(idle, key=lambda job: job.used)

    def _drop(self, job: Job) -> None:
        self._jobs.pop(job.id, None)
        job.dropped = True
        if not job.at_work:
            shutil.rmtree(job.folder, ignore_errors=True)

    def close(self) -> None:
        """Wait for the job that is at work; what waits is not begun."""
        self._threads.shutdown(wait=True, cancel_futures=True)


def _note_progress(job: Job, said: str, done: int, total: int) -> None:
    job.said, job.done, job.total = said, done, total


def _why(error: Exception, order: WorkOrder) -> str:
    """Say in one line, without this machine's paths, why a run failed."""
    if isinstance(error, InputError | ModelFileError):
        return order.hide(str(error))
    if isinstance(error, MemoryError):
        return "the machine's memory is full: give fewer samples at a time"
    if is_full(error):
        return DISK_FULL
    _LOG.exception("a run failed", exc_info=error)
    return (
        f"the run failed for a reason that was not foreseen ({type(error).__name__}): see the service's log"
    )
