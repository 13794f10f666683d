"""What a job asks of those who do the work, and who these are to the desk."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Protocol

from leukotype.service.uploads import FileKind, Upload, plain_names

Progress = Callable[[str, int, int], None]
REPORT: Final = "report.html"
BESIDE: Final = "beside_samples"  # among what is asked: what was typed, by option and sample


@dataclass(frozen=True)
class WorkOrder:
    """What a job asks.

    Parameters
    ----------
    files
        with what each is taken for, and whose it is.
    asked
        options of the run, and ``beside_samples``.
    further
        folder for what was typed on the page.
    results
        folder of the results.
    synthetic
        what says that the samples are no patients.
    """

    files: Sequence[Upload]
    asked: Mapping[str, Any]
    further: Path
    results: Path
    synthetic: str

    def of(self, *kinds: FileKind) -> list[Upload]:
        """Files that are taken for one of some kinds."""
        return [each for each in self.files if each.kind in kinds]

    def hide(self, text: str) -> str:
        """Leave this machine's paths out of a text."""
        return plain_names(text, self.files).replace(f"{self.further}/", "")


@dataclass(frozen=True)
class Look:
    """What is known of a job before it is called.

    Parameters
    ----------
    samples
        in the order of the files.
    problem
        why the expression cannot be read as it is; empty if it can.
    beside
        what files give, as it would be typed beside the samples: by option and sample.
    """

    samples: tuple[str, ...] = ()
    problem: str = "no file of expression yet: add one"
    beside: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))


class Worker(Protocol):
    """Who reads files and calls samples."""

    def take_for(self, path: Path) -> FileKind:
        """Tell what a file is."""

    def look_at(self, files: Sequence[Upload], asked: Mapping[str, Any]) -> Look:
        """Read what files hold, and write beside each what was read from it."""

    def call_files(self, order: WorkOrder, on_progress: Progress) -> None:
        """Call and explain the samples of files, and write tables and page to the folder of results."""

    def call_records(self, body: object) -> dict[str, Any]:
        """Call the samples of a request in JSON."""

    def read_calls(self, results: Path) -> dict[str, Any]:
        """Give the calls of a folder of results, as `call_records` does."""
