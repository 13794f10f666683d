"""Files put in the places of others: by one writer at a time, all or none, also if the writer is killed.

New files wait in a folder of their own within the folder of results. Before the first is moved, a list of
them is put there; each old file is kept there before another takes its place. Where a killed writer left such
a list, whoever writes next puts the old files back.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from leukotype.errors import InputError
from leukotype.runs.locks import lock, open_folder

REPLACED: Final = ".replaced"  # behind the name of an old file that is kept
_AGAIN: Final = ".again"  # behind the name of one that is put back
_LIST: Final = ".list"
_WAIT: Final = 60.0  # seconds for another writer, who needs less than one
_PAUSE: Final = 0.02


@contextmanager
def one_writer(folder: Path) -> Iterator[bool]:
    """Let one program at a time change the files of a folder; a program that dies lets go.

    Yields
    ------
        Whether no other program can be there: not so on Windows, and on disks that know no locks.

    Raises
    ------
    InputError
        If another program does not let go.
    """
    held = open_folder(folder)
    try:
        yield held is not None and _wait(folder, held)
    finally:
        if held is not None:
            os.close(held)


def _wait(folder: Path, held: int) -> bool:
    """Wait until a folder is locked; False where locks tell nothing."""
    last = time.monotonic() + _WAIT
    while (locked := lock(held)) is False:
        if time.monotonic() > last:
            raise InputError(
                f"{folder}: another program has been writing there for {_WAIT:g} s: end it, or name "
                "another folder by --out"
            )
        time.sleep(_PAUSE)
    return bool(locked)


def swap(made: Path, folder: Path, names: tuple[str, ...], gone: tuple[str, ...]) -> None:
    """Move new files to their places, and those away that have none; put the old ones back if it fails.

    Parameters
    ----------
    made
        where the new files wait: a folder within `folder`.
    names
        of the new files, moved in this order.
    gone
        of files that are removed before.
    """
    _write_list(made, names)
    moved: list[str] = []
    try:
        for name in (*gone, *names):
            moved.append(name)
            if (folder / name).is_file():
                _keep(folder / name, made / f"{name}{REPLACED}")
            if (made / name).exists():
                (made / name).replace(folder / name)
            elif (folder / name).is_file():
                (folder / name).unlink()
    except BaseException:
        for name in moved:
            _put_back(made, folder, name)
        raise


def undo(made: Path, folder: Path) -> bool:
    """Put the old files back that a killed writer was replacing; nothing is done where it had done all.

    Returns
    -------
        Whether it had begun: there is a list.
    """
    try:
        names = [str(name) for name in json.loads((made / _LIST).read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError):
        return False
    if any((made / name).exists() for name in names):
        kept = {path.name.removesuffix(REPLACED) for path in made.iterdir() if path.name.endswith(REPLACED)}
        for name in sorted(kept.union(names)):
            _put_back(made, folder, name)
    return True


def forget(made: Path) -> None:
    """Take the list away: what was kept here is not to be put back any more."""
    (made / _LIST).unlink(missing_ok=True)


def _write_list(made: Path, names: tuple[str, ...]) -> None:
    begun = made / f"{_LIST}.begun"
    begun.write_text(json.dumps(names), encoding="utf-8", errors="surrogateescape")
    begun.rename(made / _LIST)


def _keep(path: Path, aside: Path) -> None:
    """Keep an old file aside; it stays in its place too, so that a kill at this moment loses nothing."""
    try:
        os.link(path, aside, follow_symlinks=False)
    except (OSError, NotImplementedError):  # a disk without hard links
        path.replace(aside)


def _put_back(made: Path, folder: Path, name: str) -> None:
    """Put an old file back, which stays here too: who is killed at it can begin again."""
    old, again = made / f"{name}{REPLACED}", made / f"{name}{_AGAIN}"
    if old.exists():
        again.unlink(missing_ok=True)
        try:
            os.link(old, again, follow_symlinks=False)
        except (OSError, NotImplementedError):
            shutil.copy2(old, again, follow_symlinks=False)
        again.replace(folder / name)
    elif not (made / name).exists() and (folder / name).is_file():
        (folder / name).unlink()
