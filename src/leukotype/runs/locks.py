"""Locks on folders: a program holds one for as long as it lives, and the system lets go if it is killed."""

from __future__ import annotations

import os
from pathlib import Path


def open_folder(folder: Path) -> int | None:
    """Open a folder to lock it; None where none is opened: Windows, and one that can only be written to."""
    try:
        return os.open(folder, os.O_RDONLY)
    except OSError:
        return None


def lock(held: int) -> bool | None:
    """Lock an open folder until it is closed.

    Returns
    -------
        False while another program holds it; None where nobody can tell: Windows, a disk that knows no locks.
    """
    try:
        import fcntl
    except ImportError:
        return None
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True
