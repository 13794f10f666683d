"""TOML files that a user writes: parsed, and checked against a dataclass; one line for what goes wrong."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeVar, get_args, get_type_hints

from leukotype.errors import InputError

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

T = TypeVar("T")
_UNKNOWN: Final = "unexpected_keyword_argument"
_A_SECTION: Final = "a section"
# What was expected, by pydantic's kind of error; its own words where a kind stands in none of these.
_EXPECTED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "int_type": "a whole number",
        "float_type": "a number",
        "bool_type": "true or false",
        "string_type": "a text",
        "string_too_short": "a text",
        "tuple_type": "a list",
        "too_short": "a list that is not empty",
        "too_long": "a list of up to {max_length}",
        "missing": "a longer list",
        "mapping_type": _A_SECTION,
        "dict_type": _A_SECTION,
        "dataclass_type": _A_SECTION,
        "greater_than": "more than {gt:g}",
        "greater_than_equal": "at least {ge:g}",
        "enum": "{expected}",
        "literal_error": "{expected}",
    }
)


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


def check_toml(given: Mapping[str, Any], kind: type[T], label: str) -> T:
    """Take parsed values as a dataclass: each must be of its field's kind, and within its bounds.

    Parameters
    ----------
    kind
        a dataclass of texts, numbers, lists (tuples), and further dataclasses as sections; bounds are those
        of `annotated_types`, and a `ValueError` of its ``__post_init__`` is a line of its own.
    label
        where the values come from, for the message.

    Raises
    ------
    InputError
        For the first value that is not: one line that names it.
    """
    from pydantic import ConfigDict, TypeAdapter, ValidationError

    # Of the sections too: names that they do not have, and blank texts, are refused. Within a list, since how
    # a dataclass is read is said from around it.
    strictly = ConfigDict(extra="forbid", str_strip_whitespace=True, str_min_length=1)
    try:
        # As JSON, in which a list may be a tuple and a word of an enumeration its member, and nothing else.
        text = json.dumps([given], default=str)
        return TypeAdapter(list[kind], config=strictly).validate_json(text, strict=True)[0]  # type: ignore[valid-type]
    except ValidationError as error:
        # A name that is none comes first: of two errors that it makes, what it should be is but absent.
        first = min(error.errors(), key=lambda each: each["type"] != _UNKNOWN)
        raise InputError(f"{label}: {_tell(first, kind)}") from error


def _tell(error: ErrorDetails, kind: Any) -> str:
    place, found = error["loc"][1:], error["input"]
    told = {name: value for name, value in error.get("ctx", {}).items() if name != "error"}
    match error["type"]:
        case "missing" if isinstance(place[-1], str):
            return f"{_section(place[:-1])}expected '{place[-1]}', found none: add it"
        case what if what == _UNKNOWN:
            names = ", ".join(each.name for each in fields(_within(kind, place[:-1])))
            return f"{_section(place[:-1])}expected one of {names}, found '{place[-1]}': correct or delete it"
        case _ if place[-1:] == ("[key]",):
            known, name = told["expected"], place[-2]
            return f"{_section(place[:-2])}expected {known}, found '{name}': correct or delete it"
        case "value_error":
            return f"{_section(place)}{error['ctx']['error']}"
        case what:
            expected = _EXPECTED[what].format(**told) if what in _EXPECTED else error["msg"]
            seen = _A_SECTION if isinstance(found, dict) else repr(found)
            advice = f"write [{'.'.join(map(str, place))}]" if expected == _A_SECTION else "correct it"
            return f"{_value(place)}: expected {expected}, found {seen}: {advice}"


def _section(place: Sequence[int | str]) -> str:
    """Name a section as TOML writes it: ``[search]: ``; nothing for the file itself."""
    names = ".".join(part for part in place if isinstance(part, str))
    marks = "[[{}]]: " if any(isinstance(part, int) for part in place) else "[{}]: "
    return marks.format(names) if names else ""


def _value(place: Sequence[int | str]) -> str:
    """Name a value: ``[search] trials``; of a list its name, whichever part it is."""
    last = max(at for at, part in enumerate(place) if isinstance(part, str))
    return _section(place[:last]).replace(": ", " ") + str(place[last])


def _within(kind: Any, place: Sequence[int | str]) -> Any:
    """Find the dataclass that a section is read as."""
    for part in place:
        if is_dataclass(kind):
            kind = get_type_hints(kind)[str(part)]  # what ``Annotated`` adds is left out
        else:
            kind = get_args(kind)[0 if isinstance(part, int) else -1]
    return kind
