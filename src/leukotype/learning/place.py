"""Where the work of a search is done: this machine, or a Dask cluster; the results are the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pickle import PicklingError
from typing import Any, TypeVar

from joblib import Parallel, delayed, parallel_config

from leukotype.errors import InputError
from leukotype.runs.cluster import Cluster, Engine

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Place:
    """A place to work in.

    Parameters
    ----------
    jobs
        processes on this machine; a cluster brings its own.
    scheduler
        address of a Dask scheduler, such as ``tcp://10.0.0.1:8786``.
    """

    engine: Engine = Engine.LOCAL
    jobs: int = 1
    scheduler: str = ""

    def __post_init__(self) -> None:
        self.engine.cluster(self.scheduler)  # refuses one without the other

    def map(
        self, function: Callable[[Any, Item], Result], shared: object, items: Iterable[Item]
    ) -> Iterator[tuple[Item, Result]]:
        """Call ``function(shared, item)`` of each item; results in the order of the items, as they are ready.

        Parameters
        ----------
        shared
            what every call needs; sent to each worker once.
        """
        listed = list(items)
        if not listed:
            return
        with self._backend(shared):
            work = (delayed(function)(shared, item) for item in listed)
            try:
                yield from zip(listed, Parallel(return_as="generator")(work), strict=True)
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
