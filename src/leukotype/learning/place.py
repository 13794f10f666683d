"""Where the work of a search is done: this machine, or a Dask cluster; the results are the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pickle import PicklingError
from typing import Any, TypeVar

from joblib import Parallel, delayed, parallel_config

from leukotype.errors import InputError
from leukotype.runs.cluster import Cluster, Engine

OnProgress = Callable[[int, int, str], None]  # done, of how many, in which step
Item = TypeVar("Item")
Result = TypeVar("Result")


def _tell_nobody(done: int, total: int, step: str) -> None:
    """Keep progress to oneself."""


@dataclass(frozen=True)
class Place:
    """A place to work in.

    Parameters
    ----------
    jobs
        processes on this machine; a cluster brings its own.
    scheduler
        address of a Dask scheduler, such as ``tcp://10.0.0.1:8786``.
    on_progress
        told before the first item of a step, and after each.
    """

    engine: Engine = Engine.LOCAL
    jobs: int = 1
    scheduler: str = ""
    on_progress: OnProgress = field(default=_tell_nobody, compare=False)

    def __post_init__(self) -> None:
        self.engine.cluster(self.scheduler)  # refuses one without the other

    def map(
        self, function: Callable[[Any, Item], Result], shared: object, items: Iterable[Item], step: str = ""
    ) -> Iterator[tuple[Item, Result]]:
        """Call ``function(shared, item)`` of each item; results in the order of the items, as they are ready.

        Parameters
        ----------
        shared
            what every call needs; sent to each worker once.
        step
            what this work is, for who watches.
        """
        listed = list(items)
        if not listed:
            return
        self.on_progress(0, len(listed), step)
        with self._backend(shared):
            work = (delayed(function)(shared, item) for item in listed)
            try:
                given = zip(listed, Parallel(return_as="generator")(work), strict=True)
                for done, pair in enumerate(given, start=1):
                    self.on_progress(done, len(listed), step)
                    yield pair
            except PicklingError as error:
                raise InputError(
                    "the patients cannot be sent to the other processes: free the memory and the folder of "
                    "temporary files (JOBLIB_TEMP_FOLDER), or set jobs = 1 by --config"
                ) from error

    @contextmanager
    def _backend(self, shared: object) -> Iterator[None]:
        if self.engine == Engine.LOCAL:
            with parallel_config(backend="loky", n_jobs=self.jobs):
                yield
            return
        with (
            Cluster(self.scheduler).client() as client,
            parallel_config(backend="dask", client=client, scatter=[shared]),
        ):
            yield
