"""What is typed on the page beside each sample: blasts, age and sex, in the words that their readers take."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from leukotype.errors import quote
from leukotype.inputs import read_blasts
from leukotype.inputs.age_column import AGE
from leukotype.inputs.patient_column import PatientColumn, read_patient_column
from leukotype.inputs.sex_column import SEX
from leukotype.inputs.tables.text import is_number
from leukotype.runs.files import as_csv
from leukotype.service.limits import RefusedError
from leukotype.service.uploads import FileKind
from leukotype.vocabulary import Sex

Texts = Mapping[str, str]  # by sample, of those of which something is known
_MOST: Final = 100.0  # percent


@dataclass(frozen=True)
class Typed:
    """A field of each sample.

    Parameters
    ----------
    option
        that takes a table of it: ``age``.
    header
        of its column in such a table.
    label, unit
        as the page has them.
    expected
        what may stand in it, for messages.
    kind
        of a file that holds nothing else.
    choices
        all that it may be; empty for a text.
    check
        raises a ValueError for what it cannot be.
    read
        gives what a file holds, as it would be typed, and what was noted.
    """

    option: str
    header: str
    label: str
    unit: str
    expected: str
    kind: FileKind
    choices: tuple[str, ...]
    check: Callable[[str], object]
    read: Callable[[Path, Sequence[str]], tuple[Texts, Sequence[str]]]

    def take(self, sample: str, text: str) -> str:
        """Take what was typed beside a sample.

        Raises
        ------
        RefusedError
            For what cannot be read.
        """
        plain = " ".join(text.strip().removesuffix("%").split())
        try:
            self.check(plain)
        except ValueError as error:
            raise RefusedError(
                422,
                f"{self.label.lower()} of {quote(sample)}: expected {self.expected}, found {quote(text)}: "
                "correct it",
            ) from error
        return plain

    def write(self, folder: Path, texts: Texts) -> Path:
        """Write what was typed as a table that the run reads, and records by its name."""
        folder.mkdir(exist_ok=True)
        path = folder / f"{self.option} typed on the page.csv"
        table = pd.DataFrame({"sample": list(texts), self.header: list(texts.values())})
        path.write_text(as_csv(table), encoding="utf-8")
        return path


def _check_blasts(text: str) -> None:
    if not is_number(text) or not 0 <= float(text) <= _MOST:
        raise ValueError(text)


def _blasts(path: Path, samples: Sequence[str]) -> tuple[Texts, Sequence[str]]:
    table = read_blasts(path, samples)
    return {str(name): f"{value:g}" for name, value in table.pct.dropna().items()}, table.notes


def _reader(column: PatientColumn[Any]) -> Callable[[Path, Sequence[str]], tuple[Texts, Sequence[str]]]:
    def read(path: Path, samples: Sequence[str]) -> tuple[Texts, Sequence[str]]:
        found = read_patient_column(path, column, samples)
        texts = {
            name: f"{value:g}" if isinstance(value, float) else str(value)
            for name, value in found.values.items()
        }
        return texts, found.notes

    return read


TYPED: Final = (
    Typed(
        "blasts", "blast_pct", "Blasts", "percent", "0 to 100", FileKind.BLASTS, (), _check_blasts, _blasts
    ),
    Typed("age", "age", "Age", "years", AGE.expected, FileKind.AGE, (), AGE.read, _reader(AGE)),
    Typed(
        "sex",
        "sex",
        "Sex",
        "",
        SEX.expected,
        FileKind.SEX,
        (str(Sex.FEMALE), str(Sex.MALE)),
        SEX.read,
        _reader(SEX),
    ),
)
