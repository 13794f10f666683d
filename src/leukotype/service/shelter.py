"""The one private folder of a service: everything that it was sent, gone when it ends, however it ends."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

# Waits for the end of the service, which closes the pipe even if it is killed, and removes the folder; again
# after a pause, since a browser that prints may still write.
_KEEPER: Final = (
    "import shutil, sys, time\n"
    "sys.stdin.buffer.read()\n"
    "for pause in (0, 2):\n"
    "    time.sleep(pause)\n"
    "    shutil.rmtree(sys.argv[1], ignore_errors=True)\n"
)
_PREFIX: Final = "leukotype-serve-"
_WAIT: Final = 10.0  # seconds for the keeper to end


class Shelter:
    """A folder that only this user can read, in which the temporary files of the whole process are made.

    A small process of its own removes it when this one ends: by an error, by Ctrl-C, by ``kill -9``.
    """

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        self._before = tempfile.tempdir

    def __enter__(self) -> Self:
        command = [sys.executable, "-I", "-S", "-c", _KEEPER, str(self.folder)]
        self._keeper = subprocess.Popen(  # noqa: S603 - this very interpreter
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        tempfile.tempdir = str(self.folder)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        tempfile.tempdir = self._before
        shutil.rmtree(self.folder, ignore_errors=True)
        if self._keeper.stdin is not None:
            self._keeper.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self._keeper.wait(_WAIT)
