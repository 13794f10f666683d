"""Lesions that stand in data frames, as files for as long as a run reads them: one reader for both."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import pandas as pd

from leukotype.errors import InputError
from leukotype.runs.files import as_csv
from leukotype.runs.run import Run
from leukotype.runs.working_folder import temporary_folder

_KARYOTYPE: Final = "karyotype"
_LISTS: Final = ("fusions", "cnv", "variants")
_OPTIONS: Final = (*_LISTS, _KARYOTYPE, "common_variants")


@dataclass(frozen=True)
class LesionFrames:
    """Data frames among the options of a run.

    Parameters
    ----------
    tables
        by option; of each the owner (empty: the rows name their samples) and the frame.
    """

    tables: Mapping[str, tuple[tuple[str, pd.DataFrame], ...]]

    @classmethod
    def take(cls, asked: Mapping[str, Any]) -> tuple[Self, dict[str, Any]]:
        """Take the data frames out of the options of a run; those that name files stay.

        A frame has the columns that the file would have; ``{"P1": frame}`` gives frames of one sample each,
        and ``karyotype`` may be ISCN by sample.
        """
        found = {name: tables for name in _OPTIONS if (tables := _tables(name, asked.get(name)))}
        return cls(found), {name: value for name, value in asked.items() if name not in found}

    @contextmanager
    def as_files(self) -> Iterator[tuple[dict[str, Any], Callable[[Run], Run]]]:
        """Give options that name the frames as files, and what says so of a run; both are gone afterwards.

        Without frames nothing is written.

        Raises
        ------
        InputError
            of a reader within, with the name of the frame in the place of a file's.
        """
        if not self.tables:
            yield {}, lambda run: run
            return
        with temporary_folder() as home:

            def plain(text: str) -> str:
                return text.replace(f"{home}{os.sep}", "")

            paths = {name: _write(home, name, tables) for name, tables in self.tables.items()}
            options = {name: each if name in _LISTS else each[0] for name, each in paths.items()}
            try:
                yield options, lambda run: run.change_texts(plain)
            except InputError as error:
                raise InputError(plain(str(error))) from error


def _tables(option: str, given: Any) -> tuple[tuple[str, pd.DataFrame], ...]:
    if isinstance(given, pd.DataFrame):
        return (("", given),)
    if option == _KARYOTYPE and isinstance(given, Mapping | pd.Series):
        texts = dict(given)
        return (("", pd.DataFrame({"sample": list(texts), _KARYOTYPE: list(texts.values())})),)
    if isinstance(given, Mapping):
        return tuple((str(owner), frame) for owner, frame in given.items())
    return ()


def _write(home: Path, option: str, tables: tuple[tuple[str, pd.DataFrame], ...]) -> list[str]:
    """Write frames under names with which no sample's begins."""
    found = []
    for number, (owner, frame) in enumerate(tables, start=1):
        path = home / f"(data frame {f'{number} ' if len(tables) > 1 else ''}of {option})"
        numbered = isinstance(frame.index, pd.RangeIndex) and frame.index.name is None
        table = frame if numbered else frame.reset_index(names=str(frame.index.name or "sample"))
        path.write_text(as_csv(table), encoding="utf-8")
        found.append(f"{owner}={path}" if owner else str(path))
    return found
