"""Where the files of a run lie: as they were typed, and as they are found again from wherever it is read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any, Final

from leukotype.inputs.source import sha256

_HOME: Final = "~"


@dataclass(frozen=True)
class FilePlace:
    """One file or folder that a run was given.

    Parameters
    ----------
    given
        as it was typed.
    path
        absolute; links to folders are followed, one to the file itself is not: its name may be a sample's.
    sha256
        its hash at the time of the run; empty for a folder.
    """

    given: str
    path: Path
    sha256: str

    def record(self, folder: Path) -> dict[str, str]:
        """Give plain values for the record in a folder; `from_record` reads them."""
        return {"given": without_home(self.given), "path": place(self.path, folder), "sha256": self.sha256}

    @classmethod
    def from_record(cls, record: Mapping[str, str], folder: Path) -> FilePlace:
        """Rebuild from what `record` gave.

        Raises
        ------
        KeyError, TypeError
            for a record of another kind.
        """
        path = folder.resolve() / Path(record["path"]).expanduser()
        return cls(record["given"], Path(os.path.normpath(path)), str(record["sha256"]))


def file_places(given: Iterable[str], hashes: Mapping[str, str]) -> tuple[FilePlace, ...]:
    """Look where the files of a run lie; what is not there has no place.

    Parameters
    ----------
    hashes
        of those that are hashed already.
    """
    found = {text: Path(text) for text in given if Path(text).exists()}
    return tuple(
        FilePlace(
            text,
            path.parent.resolve() / path.name,
            hashes.get(text) or ("" if path.is_dir() else sha256(path)),
        )
        for text, path in found.items()
    )


def place(path: Path, folder: Path) -> str:
    """Write a path relative to a folder, unless they share no more than the root, or what homes stand in.

    Then it is written from the user's home (``~/data/counts.tsv``), or as it is.
    """
    home, base = Path.home(), folder.resolve()
    try:
        shared = Path(os.path.commonpath([path, base]))
    except ValueError:  # drives of Windows
        return without_home(str(path))
    if shared == Path(shared.anchor) or (home != shared and home.is_relative_to(shared)):
        return without_home(str(path))
    return PurePath(os.path.relpath(path, base)).as_posix()


def without_home(text: str) -> str:
    """Leave the user's home out of a text, be it a path or a note with paths in it."""
    home = str(Path.home())
    return text.replace(home + os.sep, _HOME + "/") if len(home) > 1 else text


def plain_without_home(value: Any) -> Any:
    """Leave the user's home out of every text of a record."""
    if isinstance(value, dict):
        return {name: plain_without_home(each) for name, each in value.items()}
    if isinstance(value, list):
        return [plain_without_home(each) for each in value]
    return without_home(value) if isinstance(value, str) else value
