"""A folder for what is being made, in which patients may stand: it goes with its program.

The folder is locked for as long as its program lives. Of a program that was killed it is found unlocked, and
removed by the next that looks there.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from leukotype.runs.locks import lock, open_folder

AMONG_RESULTS: Final = ".leukotype-unfinished-"  # how its name begins in a folder of results, or beside one
_TEMPORARY: Final = "leukotype-temporary-"
_SETTINGS: Final = ("TMPDIR", "JOBLIB_TEMP_FOLDER")  # joblib's workers use /dev/shm otherwise
_OWNED_SECONDS: Final = 3600  # where locks tell nothing, nobody owns what has stood unchanged for so long


@contextmanager
def working_folder(home: Path, start: str = AMONG_RESULTS) -> Iterator[Path]:
    """Make a folder within another, locked for the time of the block, and remove it after."""
    made, held = _make(home, start)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
        if held is not None:
            os.close(held)


def _make(home: Path, start: str) -> tuple[Path, int | None]:
    while True:
        made = Path(tempfile.mkdtemp(prefix=start, dir=home))
        held = open_folder(made)
        mine = held is None or lock(held) is not False
        if mine and made.is_dir():
            return made, held
        if held is not None:
            os.close(held)  # who removes what nobody holds was faster


def working_folders(home: Path, start: str = AMONG_RESULTS) -> list[Path]:
    """Find the folders that `working_folder` made in another, whoever holds them."""
    name = re.compile(rf"{re.escape(start)}[a-z0-9_]{{8}}")  # as `tempfile` names them
    if not home.is_dir():
        return []
    return [
        path
        for path in home.iterdir()
        if name.fullmatch(path.name) and path.is_dir() and not path.is_symlink()
    ]


@contextmanager
def claim(folder: Path) -> Iterator[bool]:
    """Hold a working folder for the time of the block if its program has ended.

    Yields
    ------
        Whether it has. Where locks tell nothing it has if nothing changed there for an hour.
    """
    held = open_folder(folder)
    try:
        free = None if held is None else lock(held)
        yield _is_old(folder) if free is None else free
    finally:
        if held is not None:
            os.close(held)


def _is_old(folder: Path) -> bool:
    try:
        newest = max(each.lstat().st_mtime for each in (folder, *folder.iterdir()))
    except FileNotFoundError:  # its program has removed it meanwhile, or a part of it
        return False
    return time.time() - newest > _OWNED_SECONDS


def remove_ended(home: Path, start: str = AMONG_RESULTS) -> None:
    """Remove the working folders in another whose programs have ended."""
    for left in working_folders(home, start):
        with claim(left) as ended:
            if ended:
                shutil.rmtree(left, ignore_errors=True)


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Make a working folder among the temporary files, and remove those there whose programs have ended."""
    home = Path(tempfile.gettempdir())
    remove_ended(home, _TEMPORARY)
    with working_folder(home, _TEMPORARY) as folder:
        yield folder


@contextmanager
def temporary_files() -> Iterator[None]:
    """Let all temporary files of this process and its workers, whoever makes them, be in one such folder."""
    before, outside = tempfile.tempdir, {name: os.environ.get(name) for name in _SETTINGS}
    with temporary_folder() as folder:
        tempfile.tempdir = str(folder)
        os.environ.update(dict.fromkeys(_SETTINGS, str(folder)))
        try:
            yield
        finally:
            tempfile.tempdir = before
            for name, value in outside.items():
                if value is None:
                    os.environ.pop(name)
                else:
                    os.environ[name] = value
