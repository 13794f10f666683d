"""TOML files that a user writes: read as text, then parsed, each with one line for what goes wrong."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from leukotype.errors import InputError


def read_toml_text(path: Path, what: str) -> str:
    """Read the text of a file.

    Parameters
    ----------
    what
        what it should be a file of, for the message: ``groups``.

    Raises
    ------
    InputError
        For a file that is absent or no text.
    """
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file: check the path") from error
    except (OSError, UnicodeError) as error:
        raise InputError(f"{path}: cannot be read as text: give a TOML file of {what}") from error


def parse_toml(text: str, label: str) -> dict[str, Any]:
    """Parse the text of a file.

    Raises
    ------
    InputError
        For text that is no TOML.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{label}: expected TOML, found text that is not ({error}): correct it") from error
