"""Whether the HDF5 library comes back from a file: asked in a process of its own, which may hang or crash.

Some damage to the inner trees of a file makes the library search for ever, and a damaged length of a name
makes it ask for gigabytes. This file is that process too, and imports no more than h5py.
"""

from __future__ import annotations

import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

# Of the processor: the names of a million samples take one. Of the clock: a disk may be slow.
_CPU_SECONDS: Final = 5
_SECONDS: Final = 120
_BYTES: Final = 2**30  # of memory beside what h5py takes: names of a million samples take a seventh of it
_PYTHON_ENDS: Final = (0, 1)  # with nothing to say, and with what the library raised
_UNFIT: Final = 3  # with a chunk that is not to be unpacked, which is printed
MOST_BYTES: Final = 2**28  # of a chunk, which is unpacked whole; h5py makes them of up to 1 MB
_HANGS: Final = "reading it does not end"
_CRASHES: Final = "reading it ends the process"


def probe(path: Path, most_names: int, layer: str | None = None) -> str:
    """Say what is wrong with a file that the library does not come back from; empty for any other.

    More names on an axis than ``most_names`` are not read here, and no chunk of more than ``MOST_BYTES`` is
    unpacked. Of a file that is none of AnnData nothing is said: the one who reads it will see.

    Parameters
    ----------
    layer
        The layer that will be read; None for X.
    """
    asked = [sys.executable, "-P", __file__, str(path.absolute()), str(most_names)]
    asked += [] if layer is None else [layer]
    try:
        ended = subprocess.run(  # noqa: S603 - this very file
            asked, stdin=subprocess.DEVNULL, capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return _HANGS
    code = ended.returncode
    if code == _UNFIT:
        return ended.stdout.decode(errors="replace").strip()
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


def _limit_memory() -> None:
    """Refuse this process more memory than what it has and `_BYTES` (Linux)."""
    pages = Path("/proc/self/statm")
    if pages.exists():
        import resource

        limit = int(pages.read_text(encoding="ascii").split()[0]) * resource.getpagesize() + _BYTES
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def chunk_problem(node: Any) -> str:
    """Say which size of a chunk, of an array or of any in a group, is more than one unpacks; else nothing."""
    for each in _nodes(node):
        chunk, itemsize = getattr(each, "chunks", None), each.dtype.itemsize
        size = math.prod(chunk or (1,)) * itemsize
        if size > MOST_BYTES:
            return f"expected chunks of up to {MOST_BYTES:,} bytes, found one of {size:,}"
    return ""


def _stored_problem(node: Any, file_size: int) -> str:
    """Say which chunk takes more room in the file than the file has."""
    found: list[int] = []
    for each in _nodes(node):
        if each.chunks:
            each.id.chunk_iter(lambda chunk: found.append(chunk.size))
    most = max(found, default=0)
    return f"a chunk of {most:,} bytes in a file of {file_size:,}" if most > file_size else ""


def _visit(path: str, most_names: int, layer: str | None) -> str:
    """Read what a reader of AnnData reads but the values, of which the index is walked through."""
    import h5py

    with h5py.File(path, "r") as file:
        frames = [file[axis] for axis in ("obs", "var")]
        names = [frame[dict(frame.attrs)["_index"]] for frame in frames]
        values = file["X"] if layer is None else file["layers"][layer]
        for node in (*names, values):
            if problem := chunk_problem(node) or _stored_problem(node, os.path.getsize(path)):
                return problem
        _limit_memory()
        try:
            for node in names:
                _read(node, most_names)
            _walk(values)
        except (OSError, RuntimeError, MemoryError) as error:
            return str(error).partition("\n")[0] or "it asks for more memory than names take"
    return ""


def _nodes(node: Any) -> list[Any]:
    return [node] if hasattr(node, "shape") else [node[name] for name in node]


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
    if unfit := _visit(sys.argv[1], int(sys.argv[2]), next(iter(sys.argv[3:]), None)):
        sys.stdout.write(unfit)
        sys.exit(_UNFIT)
