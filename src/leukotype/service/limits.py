"""What a service takes at most, and how long it keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MEGABYTE: Final = 1_000_000
DISK_FULL: Final = "the disk of the service is full: try again later, or tell who runs it"


@dataclass(frozen=True)
class Limits:
    """Bounds of a service.

    Parameters
    ----------
    request_bytes
        of everything that one request sends.
    unpacked_bytes
        of one packed file, when unpacked.
    files
        in one run.
    runs
        kept at a time, those that wait among them.
    kept_seconds
        after its last use, until a run is deleted.
    workers
        runs that are called at the same time.
    """

    request_bytes: int = 1_000 * MEGABYTE
    unpacked_bytes: int = 4_000 * MEGABYTE
    files: int = 500
    runs: int = 100
    kept_seconds: float = 3600.0
    workers: int = 2


class RefusedError(ValueError):
    """What a client asks is refused; ``code`` is that of HTTP."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
