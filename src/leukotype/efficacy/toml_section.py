"""A section of a user's TOML file: each value is read as what it must be, or refused in one line."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from leukotype.errors import InputError, quote


@dataclass(frozen=True)
class TomlSection:
    """Some of the file's values by name.

    Every method raises `InputError` for a value that is not of its kind.

    Parameters
    ----------
    label
        names the file.
    name
        of the section; empty for the whole file.
    """

    label: str
    name: str
    values: Mapping[str, Any]

    def refuse(self, what: str, expected: str, found: str, advice: str = "correct it") -> InputError:
        """Give the error for a value; `what` is its name, empty for the section itself."""
        within = f"[{self.name}]" if self.name else ""
        where = ": ".join(filter(None, [self.label, f"{within} {what}".strip()]))
        return InputError(f"{where}: expected {expected}, found {found}: {advice}")

    def only(self, *names: str) -> TomlSection:
        """Give the section where each of its names is one of these."""
        for name in self.values:
            if name not in names:
                raise self.refuse("", f"one of {', '.join(names)}", quote(name))
        return self

    def section(self, name: str) -> TomlSection:
        """Give a section within; an empty one where there is none."""
        found = self.values.get(name, {})
        within = TomlSection(self.label, f"{self.name}.{name}" if self.name else name, found)
        if not isinstance(found, dict):
            raise within.refuse("", "a section", repr(found), "see --example")
        return within

    def sections(self, name: str) -> list[TomlSection]:
        """Give all sections of one name, as ``[[name]]`` writes them."""
        found = self.values.get(name, [])
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            raise InputError(
                f"{self.label}: [[{name}]]: expected sections, found {found!r}: write [[{name}]]"
            )
        return [TomlSection(self.label, name, each) for each in found]

    def text(self, name: str) -> str:
        """Give a text without the blanks around it; empty where there is none."""
        if name not in self.values:
            return ""
        value = self.values[name]
        if not isinstance(value, str) or not value.strip():
            raise self.refuse(name, "a text", repr(value))
        return value.strip()

    def require(self, *names: str) -> tuple[str, ...]:
        """Give texts that must be there."""
        for name in names:
            if name not in self.values:
                raise self.refuse("", f"'{name}'", "none", "add it")
        return tuple(map(self.text, names))

    def texts(self, *needed: str) -> dict[str, str]:
        """Give all values, which must be texts, the needed ones among them."""
        found = {name: self.text(name) for name in self.values}
        self.require(*needed)
        return found

    def names(self, name: str) -> tuple[str, ...]:
        """Give a list of names, each once; empty where there is none."""
        values = self.values.get(name, [])
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise self.refuse(name, "a list of names", repr(values))
        return tuple(dict.fromkeys(value.strip() for value in values))

    def words(self, *meanings: str) -> dict[str, str]:
        """Give each word that is listed under a name, with that name; of all names unless some are given."""
        words: dict[str, str] = {}
        for meaning in [name for name in self.values if not meanings or name in meanings]:
            for word in self.names(meaning):
                if word in words:
                    raise InputError(
                        f"{self.label}: [{self.name}]: {quote(word)}: expected once, found twice: leave one"
                    )
                words[word] = meaning
        return words

    def one_of(self, name: str, words: Collection[str]) -> str:
        """Give a text that must be one of these."""
        value = self.text(name)
        if value not in words:
            raise self.refuse(name, ", ".join(words), quote(value))
        return value

    def whole(self, name: str, default: int) -> int:
        """Give a whole number above 0."""
        value = self.values.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise self.refuse(name, "a whole number above 0", repr(value))
        return value
