"""Whether the HDF5 library comes back from a file: asked in a process of its own, which may hang or crash.

Some damage to the inner trees of a file makes the library search for ever. This file is that process too, and
imports no more than h5py.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any, Final

# Of the processor: the names of a million samples take one. Of the clock: a disk may be slow.
_CPU_SECONDS: Final = 5
_SECONDS: Final = 120
_PYTHON_ENDS: Final = (0, 1)  # with nothing to say, and with what the library raised
_HANGS: Final = "reading it does not end"
_CRASHES: Final = "reading it ends the process"


def probe(path: Path, most_names: int) -> str:
    """Say what is wrong with a file that the library does not come back from; empty for any other.

    What the library says of a damaged file, it will say again to the one who reads it; so with more names on
    an axis than ``most_names``, which are not read here.
    """
    asked = [sys.executable, "-P", __file__, str(path.absolute()), str(most_names)]
    try:
        code = subprocess.run(  # noqa: S603 - this very file
            asked, stdin=subprocess.DEVNULL, capture_output=True, timeout=_SECONDS, check=False
        ).returncode
    except subprocess.TimeoutExpired:
        return _HANGS
    return "" if code in _PYTHON_ENDS else _HANGS if -code in _signals() else _CRASHES


def _signals() -> tuple[int, ...]:
    """Signals that the limit of processor time ends a process by; none on Windows, which has none."""
    import signal

    names = ("SIGXCPU", "SIGKILL")
    return tuple(int(getattr(signal, name)) for name in names if hasattr(signal, name))


def _limit() -> None:
    try:
        import resource
    except ImportError:  # Windows: the clock alone
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))


def _visit(path: str, most_names: int) -> None:
    """Read what a reader of AnnData reads but the values, of which the index is walked through."""
    import h5py

    with h5py.File(path, "r") as file:
        for axis in ("obs", "var"):
            frame = file[axis]
            _read(frame[dict(frame.attrs)["_index"]], most_names)
        _walk(file["X"])


def _nodes(node: Any) -> list[Any]:
    return list(node.values()) if hasattr(node, "values") else [node]


def _read(node: Any, most: int) -> None:
    dict(node.attrs)
    for each in _nodes(node):
        if each.size is None or each.size <= most:
            each[()]


def _walk(node: Any) -> None:
    dict(node.attrs)
    for each in _nodes(node):
        if each.chunks:
            each.id.get_num_chunks()
        if each.size:
            each[(0,) * each.ndim], each[(-1,) * each.ndim]


if __name__ == "__main__":
    _limit()
    _visit(sys.argv[1], int(sys.argv[2]))
