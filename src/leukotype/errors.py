"""The errors that a caller can act on, and how their one line quotes what a user wrote.

All errors subclass ``ValueError`` and carry one line of text, `InputListError` a line each.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from unicodedata import category

_QUOTED: Final = 40  # characters of a quoted text
# They turn the direction of writing, so that a text seems to be another (Unicode 15, annex 9).
_TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class InputError(ValueError):
    """A user's file or argument cannot be used: which one, where, what was expected, what to do."""


class InputListError(InputError):
    """Several of them, each an argument."""

    def __str__(self) -> str:
        return "\n".join(map(str, self.args))


class ModelFileError(ValueError):
    """A model bundle is absent, altered, or of a version that this program does not read."""


def visible(text: str) -> str:
    """Spell out what a terminal would act on instead of showing it; line ends and tabs stay."""
    return "".join(_spell(each) if _acts(each) else each for each in text)


def first_control(text: str) -> str:
    """Give the first character that a terminal would act on, spelled out; empty if there is none."""
    return next((_spell(each) for each in text if _acts(each)), "")


def _acts(each: str) -> bool:
    return each in _TURNING or (category(each) == "Cc" and each not in "\n\t")


def _spell(each: str) -> str:
    return each.encode("unicode_escape").decode("ascii")


def quote(text: str) -> str:
    """Quote a user's text as it may stand in a one-line message: in quotes, without line ends, not long."""
    flat = visible(" ".join(text.split())[: _QUOTED + 1])
    return f"'{flat[:_QUOTED]}...'" if len(flat) > _QUOTED else f"'{flat}'"


def abridge(names: Sequence[str], most: int = 3, total: int | None = None) -> str:
    """Join the first names of a list, and say how many more of its own, or of a `total`, there are."""
    first, number = ", ".join(names[:most]), len(names) if total is None else total
    return f"{first} and {number - most} more" if number > most else first


def count_of(number: int, thing: str) -> str:
    """Say how many there are of a thing: ``1 sample``, ``2 samples``."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
