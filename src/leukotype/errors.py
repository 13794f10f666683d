"""The errors that a caller can act on, and how their one line quotes what a user wrote.

Both errors subclass ``ValueError`` and carry one line of text.
"""

from __future__ import annotations

from collections.abc import Sequence


class InputError(ValueError):
    """A user's file or argument cannot be used: which one, where, what was expected, what to do."""


class ModelFileError(ValueError):
    """A model bundle is absent, altered, or of a version that this program does not read."""


def quote(text: str) -> str:
    """Quote a user's text as it may stand in a one-line message: in quotes, without line ends, not long."""
    flat = " ".join(text.split())
    return f"'{flat[:40]}...'" if len(flat) > 40 else f"'{flat}'"


def abridge(names: Sequence[str], most: int = 3) -> str:
    """Join the first names of a list, and say how many more there are."""
    first = ", ".join(names[:most])
    return f"{first} and {len(names) - most} more" if len(names) > most else first


def counted(number: int, thing: str) -> str:
    """Say how many there are of a thing: ``1 sample``, ``2 samples``."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
