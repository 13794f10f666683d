"""What the system says of a disk in one line: also of a write, where it does not say which disk is full."""

from __future__ import annotations

import errno
import shutil
import tempfile
from typing import Final

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_LITTLE: Final = 1_000_000  # bytes: a block of a table that is put aside is larger


def is_full(error: Exception) -> bool:
    """Whether a disk, or what a user may have of it, was full."""
    return isinstance(error, OSError) and error.errno in _FULL


def cause_of(error: OSError) -> str:
    """Name the place and the cause; a full folder of temporary files by TMPDIR, which moves it."""
    if error.filename:
        return f"{error.filename}: {error.strerror or error}"
    said = error.strerror or str(error)
    if is_full(error) and (place := _full_temporary()):
        return f"{place}: {said}: make room in this folder of temporary files, or name another by TMPDIR"
    return said


def _full_temporary() -> str:
    """Give the folder of temporary files if there is no room left in it."""
    try:
        place = tempfile.gettempdir()
        return place if shutil.disk_usage(place).free < _LITTLE else ""
    except OSError:
        return ""
