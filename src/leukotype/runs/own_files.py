"""Which files of a folder a command wrote: a record beside them, so that those of an older run can go."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Final

from leukotype.runs.files import encode, file_hash, write_whole

_FILES: Final = "files"


def write_own(out: Path, files: Mapping[str, str | bytes], record: str) -> tuple[Path, ...]:
    """Write files and a record of them to a folder, all or none, and remove what its older record names.

    A file that was changed since it was recorded, and one of any other name, is the user's and stays.

    Parameters
    ----------
    record
        name of the record, which is written last: JSON with the hash of each file.

    Returns
    -------
        The paths written, in the order of `files`, without the record.

    Raises
    ------
    OSError
        When the disk refuses; the folder is then as it was before.
    """
    raw = {name: each if isinstance(each, bytes) else encode(each) for name, each in files.items()}
    told = {name: sha256(content).hexdigest() for name, content in raw.items()}
    gone = sorted(_recorded(out, record).difference(files))
    text = json.dumps({_FILES: told}, indent=1)
    return write_whole(out, {**raw, record: text + "\n"}, gone)[:-1]


def _recorded(out: Path, record: str) -> set[str]:
    """Name the files of an older record that are still as they were written."""
    try:
        told = json.loads((out / record).read_text(encoding="utf-8"))[_FILES]
        return {name for name, digest in told.items() if _is_own(out, name, digest)}
    except (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return set()


def _is_own(out: Path, name: str, digest: object) -> bool:
    path = out / name
    return Path(name).name == name and path.is_file() and file_hash(path) == digest
