"""Arguments that no command can use, refused before any of them looks: empty ones, and pipes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from leukotype.errors import InputError
from leukotype.inputs.source import check_no_pipe

_MAY_BE_EMPTY: Final = frozenset({"--why", "--scheduler", "--token", "--title"})


def check_arguments(arguments: Sequence[str]) -> None:
    """Refuse an empty argument, which as a path is the current folder, and a pipe, which is read but once.

    Raises
    ------
    InputError
        With what to do instead.
    """
    for before, text in zip(("", *arguments), arguments, strict=False):
        if not text.strip() and before not in _MAY_BE_EMPTY:
            where = before or "the first argument"
            raise InputError(f"{where}: expected a value after it, found an empty one: is a variable unset?")
        for path in {text, text.partition("=")[2]} - {""}:
            check_no_pipe(Path(path))
