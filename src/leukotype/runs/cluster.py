"""Spreads the calling of samples over an existing Dask cluster; the results are those of one machine."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import version
from typing import Any, Final, TypeVar

from leukotype.errors import InputError

Item = TypeVar("Item")
Result = TypeVar("Result")
_CONNECT_SECONDS: Final = 10
_WORKER_SECONDS: Final = 60  # until a first worker: those of a batch system may still be starting
_AHEAD: Final = 2  # items a thread of the workers: one in work, one waiting, so that none stands idle
_LOGGERS: Final = ("distributed", "distributed.client")  # those that dask gives a level of their own
_SAME: Final = ("leukotype", "numpy", "pandas")  # packages that a probability's digits depend on


class Engine(StrEnum):
    """Where work is done."""

    LOCAL = "local"
    DASK = "dask"

    def cluster(self, scheduler: str) -> Cluster | None:
        """Give the cluster at an address, None for this machine.

        Raises
        ------
        InputError
            If one of engine and address is given without the other.
        """
        if (self is Engine.DASK) != bool(scheduler):
            raise InputError(
                f"--engine {self}: expected --scheduler ADDRESS with the engine dask and with it alone: give "
                "both or none"
            )
        return Cluster(scheduler) if scheduler else None


@dataclass(frozen=True)
class Cluster:
    """An existing Dask cluster.

    Parameters
    ----------
    scheduler
        its address, such as ``tcp://10.0.0.1:8786``.
    """

    scheduler: str

    def map(
        self, function: Callable[[Any, Item], Result], shared: object, items: Iterable[Item]
    ) -> Iterator[Result]:
        """Call ``function(shared, item)`` of each item on the workers; results in the order of the items.

        Items are taken one by one, two for each thread of the workers: what this process holds does not grow
        with their number.

        Parameters
        ----------
        shared
            what every call needs; sent to each worker, and not with each item.

        Raises
        ------
        InputError
            If there is no scheduler, no worker, other versions of the packages, or the cluster is lost.
        """
        with self.client() as client:
            with self._in_one_line():
                ahead = _AHEAD * sum(client.nthreads().values())
                sent = client.scatter(shared, broadcast=True, hash=False)
            waiting: deque[Any] = deque()
            for item in items:
                with self._in_one_line():
                    # Scattered, since what stands in a task itself is kept by the scheduler too.
                    block = client.scatter(item, hash=False)
                    waiting.append(client.submit(function, sent, block, pure=False))
                del item, block
                if len(waiting) >= ahead:
                    yield self._result(waiting.popleft())
            while waiting:
                yield self._result(waiting.popleft())

    def _result(self, future: Any) -> Any:
        with self._in_one_line():
            return future.result()

    @contextmanager
    def client(self) -> Iterator[Any]:
        """Connect to the scheduler, and make sure that its workers can do the work."""
        try:
            import distributed
        except ModuleNotFoundError as error:
            raise InputError(f"{error.name} is not installed: pip install '.[dask]'") from error
        with _silence(), self._connect(distributed.Client) as client:
            self._check_workers(client)
            yield client

    @contextmanager
    def _in_one_line(self) -> Iterator[None]:
        """Say in one line that the cluster is gone, or that its workers end for want of memory."""
        from distributed import CancelledError, KilledWorker

        try:
            yield
        except (OSError, CancelledError, KilledWorker) as error:
            raise InputError(
                f"--scheduler {self.scheduler}: expected workers to the end, lost them ({_one_line(error)}): "
                "see their logs and their memory, and start again"
            ) from error

    def _connect(self, make: Callable[..., Any]) -> Any:
        try:
            return make(self.scheduler, timeout=_CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError) as error:
            raise InputError(
                f"--scheduler {self.scheduler}: expected a Dask scheduler, found none "
                f"({_one_line(error)}): start it, or correct the address"
            ) from error

    def _check_workers(self, client: Any) -> None:
        """Make sure that there are workers, and that they have the packages of this process."""
        try:
            client.wait_for_workers(1, timeout=_WORKER_SECONDS)
        except TimeoutError as error:
            raise InputError(
                f"--scheduler {self.scheduler}: expected workers, found none in {_WORKER_SECONDS} seconds: "
                "start them"
            ) from error
        for name, own in _versions().items():
            # A function of the standard library: the workers may not have leukotype at all.
            for worker, found in client.run(version, name, on_error="return").items():
                if found != own:
                    raise InputError(
                        f"--scheduler {self.scheduler}: worker {worker}: expected {name} {own}, found "
                        f"{found if isinstance(found, str) else 'none'}: install the same versions there"
                    )


def _versions() -> dict[str, str]:
    return {name: version(name) for name in _SAME}


@contextmanager
def _silence() -> Iterator[None]:
    """Keep dask from printing the traceback of what is said in one line here."""
    levels = {name: logging.getLogger(name).level for name in _LOGGERS}
    try:
        for name in levels:
            logging.getLogger(name).setLevel(logging.CRITICAL)
        yield
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
