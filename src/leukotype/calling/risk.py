"""Subtype to group: versioned tables as data, the risk groups first among them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from leukotype.inputs.tables.toml import check_toml, parse_toml, read_toml_text
from leukotype.vocabulary import RISK_LOW_BLAST, RISK_UNMAPPED, SUBTYPES

_PUBLISHED: Final = files("leukotype.calling") / "risk_groups_paietta2021.toml"
_RESERVED: Final = (RISK_LOW_BLAST, RISK_UNMAPPED)


@dataclass(frozen=True)
class GroupTable:
    """Which group each subtype belongs to.

    Parameters
    ----------
    groups
        group -> its subtypes, in the order of tables and figures.

    Raises
    ------
    ValueError
        For a word that is no subtype, a subtype in two groups, and a group named as those that need no
        subtype.
    """

    name: str
    version: int
    source: str
    groups: Mapping[str, tuple[str, ...]]
    note: str = ""

    def __post_init__(self) -> None:
        for problem in self._problems():
            raise ValueError(problem)

    def _problems(self) -> Iterator[str]:
        if not self.groups:
            yield "[groups]: expected a group, found none: copy the file risk_groups_paietta2021.toml"
        named: set[str] = set()
        for group, members in self.groups.items():
            place = f"group '{group}'"
            if group in _RESERVED:
                yield f"{place}: expected a name of your own, found one in use: rename it"
            for member in members:
                if member not in SUBTYPES:
                    example = f"a subtype such as {SUBTYPES[0]}"
                    yield f"{place}: expected {example}, found {member!r}: spell it as in the calls"
                if member in named:
                    yield f"{place}: expected each subtype once, found {member} again: leave one"
                named.add(member)

    def group(self, subtype: str) -> str:
        """Group of a subtype; ``unmapped`` where the table names none."""
        return next((group for group, members in self.groups.items() if subtype in members), RISK_UNMAPPED)


def read_groups(path: Path) -> GroupTable:
    """Read a table of groups from TOML, laid out as risk_groups_paietta2021.toml.

    Raises
    ------
    InputError
        For a file that is absent or no TOML, and for what `GroupTable` refuses.
    """
    return parse_groups(read_toml_text(path, "groups"), str(path))


def parse_groups(text: str, label: str) -> GroupTable:
    """Read a table of groups from the text of a TOML file; see `read_groups`."""
    return check_toml(parse_toml(text, label), GroupTable, label)


def packaged_groups(file: Traversable) -> GroupTable:
    """Read a table that comes with the package."""
    given = parse_toml(file.read_text(encoding="utf-8"), file.name)
    members = {group: tuple(each) for group, each in given["groups"].items()}
    return GroupTable(**{**given, "groups": members})


@cache
def published_groups() -> GroupTable:
    """Risk groups of Paietta et al., Blood 2021;138:948, as the INO-VATE genomic analysis used them."""
    return packaged_groups(_PUBLISHED)


def risk_group(subtype: str) -> str:
    """Risk group of a subtype by the published table; ``unmapped`` where it has none."""
    return published_groups().group(subtype)
