"""Binary containers that libraries read: one line of whatever those raise, and a bound of their names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Final

from leukotype.errors import InputError
from leukotype.inputs.source import MOST_ROWS

# What h5py, zarr and its codecs, scipy and pyarrow raise of files that are cut or damaged.
_DAMAGE: Final = (
    OSError,
    EOFError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RuntimeError,
    MemoryError,
)
MOST_NAMES: Final = MOST_ROWS  # on either side; a few bytes of a container can stand for any number


@contextmanager
def refusing_damage(label: str, kind: str) -> Iterator[None]:
    """Turn what a library raises of a container into one line that names the file.

    Raises
    ------
    InputError
        For a container that is damaged.
    """
    try:
        yield
    except InputError:
        raise
    except _DAMAGE as error:
        raise damage_error(label, kind, first_line(error)) from error


def damage_error(label: str, kind: str, problem: str) -> InputError:
    """Say that a container cannot be read, and why."""
    return InputError(f"{label}: the {kind} is damaged ({problem}): write it again")


def check_names(label: str, kind: str, names: int) -> None:
    """Refuse a container with more names than a table has, before they are read.

    Raises
    ------
    InputError
        With both numbers.
    """
    if names > MOST_NAMES:
        raise InputError(
            f"{label}: expected up to {MOST_NAMES:,} names of genes or samples, found {names:,}: write the "
            f"{kind} again, or in parts"
        )


def first_line(error: Exception) -> str:
    """Give the first line of what a library said."""
    return next(islice(str(error).splitlines(), 1), type(error).__name__)
