"""What a run is asked: everything beside its data that can change a call, in one place. Light to import."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Self

from leukotype.errors import InputError, quote
from leukotype.inputs.reading import LesionFiles, Reading
from leukotype.vocabulary import BlastUnit, IdType, Orientation, Scheme, Strandedness

# Plain values, as a record or a notebook has them, become these.
_KINDS: Final[Mapping[str, type[StrEnum] | type[Path]]] = {
    "model": Path,
    "blasts": Path,
    "age": Path,
    "sex": Path,
    "blast_unit": BlastUnit,
    "scheme": Scheme,
    "id_type": IdType,
    "orientation": Orientation,
    "strandedness": Strandedness,
    "tx2gene": Path,
    "samples": Path,
    "karyotype": Path,
    "common_variants": Path,
}

_LISTS: Final = frozenset({"fusions", "cnv", "variants"})
_FILES: Final = _LISTS | {"expression"} | {name for name, kind in _KINDS.items() if kind is Path}


@dataclass(frozen=True)
class RunOptions:
    """What a run is asked.

    Parameters
    ----------
    expression
        tables of expression, and folders of them; empty for a data frame.
    model
        folder of a bundle; None for the one that ships.
    blasts, blast_unit
        table of blast percentages, and what its numbers are.
    age
        table of the patients' age: how often a subtype is seen at it is told, and decides nothing.
    sex
        table of the patients' sex, to find swapped samples.
    scheme
        list of subtypes that the calls are read against.
    strict
        hold back also what may have under 30 % blasts by the interval of their estimate.
    strict_inputs
        refuse all samples where one cannot be read; else that one has a row that says why.
    calls_only
        leave unclassified what is no sure call: neither pairs of look-alikes nor candidates.
    reading
        how the expression is read, where its content does not tell.
    lesions
        files of fusions, karyotypes, copy number and mutations.
    """

    expression: tuple[Path, ...] = ()
    model: Path | None = None
    blasts: Path | None = None
    blast_unit: BlastUnit = BlastUnit.AUTO
    age: Path | None = None
    sex: Path | None = None
    scheme: Scheme = Scheme.INOVATE
    strict: bool = False
    strict_inputs: bool = False
    calls_only: bool = False
    reading: Reading = field(default_factory=Reading)
    lesions: LesionFiles = field(default_factory=LesionFiles)

    @classmethod
    def of(cls, expression: Sequence[Path | str] | Path | str = (), **asked: Any) -> Self:
        """Take options by their plain names, those of `Reading` and `LesionFiles` too: ``value_type="tpm"``.

        Raises
        ------
        TypeError
            for a name that is no option.
        InputError
            for a value that an option does not have.
        """
        _check_names(asked)
        reading, lesions = (asked.pop(name, None) for name in ("reading", "lesions"))
        found = cls(
            tuple(map(Path, _several(expression))),
            reading=reading or Reading(),
            lesions=lesions or LesionFiles(),
        )
        return replace(
            found,
            reading=replace(found.reading, **_fields_of(Reading, asked)),
            lesions=replace(found.lesions, **_fields_of(LesionFiles, asked)),
            **{name: _as_kind(name, value) for name, value in asked.items()},
        )

    def record(self) -> dict[str, Any]:
        """Give plain values, to be written down; `from_record` reads them."""
        return {name: _plain(value) for name, value in asdict(self).items()}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """Rebuild from what `record` gave.

        Raises
        ------
        KeyError, TypeError, ValueError
            for a record of another kind.
        """
        own = {name: record[name] for name in (each.name for each in fields(cls))}
        reading, lesions, expression = (own.pop(name) for name in ("reading", "lesions", "expression"))
        return cls.of(expression, **reading, **lesions, **own)

    def with_files(self, change: Callable[[str], str]) -> Self:
        """Give the same options with other paths; the sample of ``SAMPLE=FILE`` stays."""
        return self.from_record(_change_files("", self.record(), change))

    @property
    def files(self) -> tuple[str, ...]:
        """All files and folders, as they were typed."""
        found: list[str] = []

        def note(text: str) -> str:
            found.append(text)
            return text

        self.with_files(note)
        return tuple(found)


def _check_names(asked: Mapping[str, Any]) -> None:
    known = [each.name for kind in (RunOptions, Reading, LesionFiles) for each in fields(kind)]
    for name in asked.keys() - set(known):
        near = get_close_matches(name, known, 1)
        meant = f"did you mean {near[0]}?" if near else f"have {', '.join(known)}"
        raise TypeError(f"{name}: there is no such option: {meant}")


def _change_files(name: str, value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return {key: _change_files(key, each, change) for key, each in value.items()}
    if isinstance(value, list):
        return [_change_files(name, each, change) for each in value]
    if name not in _FILES or not isinstance(value, str):
        return value
    owner, mark, file = value.partition("=")
    owned = mark and name in _LISTS and not Path(value).exists()
    return f"{owner}={change(file)}" if owned else change(value)


def _fields_of(kind: type[Reading] | type[LesionFiles], asked: dict[str, Any]) -> dict[str, Any]:
    """Take the fields of a part out of what is asked; None for a list of files stands for none."""
    known = {each.name: each.default for each in fields(kind)}
    taken = {name: asked.pop(name) for name in known.keys() & asked.keys()}
    return {name: _as_kind(name, known[name] if value is None else value) for name, value in taken.items()}


def _several(files: Sequence[Path | str] | Path | str) -> Sequence[Path | str]:
    """Give one file as a list of one: a text is a path, and no sequence of letters."""
    return (files,) if isinstance(files, Path | str) else files


def _as_kind(name: str, value: Any) -> Any:
    if name in _LISTS:
        return tuple(_several(value))
    if isinstance(value, list):
        return tuple(value)
    if value is None or name not in _KINDS:
        return value
    kind = _KINDS[name]
    if issubclass(kind, StrEnum) and value not in list(kind):
        raise InputError(f"{name}: expected {', '.join(kind)}, found {quote(str(value))}: choose one")
    return kind(value)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return str(value) if isinstance(value, Path | StrEnum) else value
