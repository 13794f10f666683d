"""One input each, of one sample or of many: its samples, and its frames of samples x names as written."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Final

import numpy as np
import pandas as pd

from leukotype.errors import InputError, abridge
from leukotype.inputs.expression.axis_names import names_of
from leukotype.inputs.expression.format import Format
from leukotype.inputs.expression.matrix import Matrix
from leukotype.inputs.expression.orientation import CountKnown, rows_are_samples
from leukotype.inputs.expression.values import ValueKind, parse_kind
from leukotype.inputs.paths import sample_name
from leukotype.inputs.reading import Reading
from leukotype.inputs.tables.numbers import NumberColumns, read_numbers
from leukotype.inputs.tables.text import TextTable
from leukotype.vocabulary import Strandedness, ValueType

# Rows that show where the genes of a matrix stand; samples are fewer, and then all are seen.
_ROWS_SEEN: Final = 2000
# RSeQC's infer_experiment.py calls a library stranded where 9 of 10 reads are of one strand.
_ANTISENSE: Final = 1 / 9
_STRAND_SEEN: Final = 5000  # genes by which a strand is doubted: a file is not read twice for it
_MOST_SAMPLES: Final = 100_000  # as columns: each costs a parser of its own


class SampleTable(ABC):
    """One file: what it is, whom it holds, and how it is read.

    Attributes
    ----------
    label
        The file, for messages.
    format
        Name of its format.
    samples
        Names of its samples in the file's order.
    given, by_format
        What the user, and what the format, says that the values are; None when it is silent.
    notes
        What was detected, in one-line words.
    remark
        What one who reads that its values were refused should know of how they were read; empty without.
    """

    label: str
    format: str
    samples: list[str]
    given: ValueKind | None
    by_format: ValueKind | None
    notes: list[str]
    remark: str = ""

    @property
    def stated(self) -> ValueKind | None:
        """What the values are said to be; None when they have to be looked at."""
        return self.given or self.by_format

    @property
    def basis(self) -> str:
        """Where that is known from, for the notes."""
        return "as given" if self.given else "by the format" if self.by_format else "as detected"

    @abstractmethod
    def frames(self, size: int) -> Iterator[pd.DataFrame]:
        """Frames of up to ``size`` samples x names, in the order of ``samples``."""


class OneSampleTable(SampleTable):
    """A file of one sample: names in one column, values in another."""

    def __init__(self, table: TextTable, known: Format, reading: Reading) -> None:
        self.given = given = parse_kind(reading.value_type)
        self.label, self.format, self.samples = str(table.path), known.name, [sample_name(table.path)]
        try:
            self._columns, column_type = _value_column(
                table, known, given.value_type if given else None, reading.strandedness
            )
        except LookupError as error:
            raise _ask_for_strand(table, known) from error
        column = self._columns.numbers[0]
        header = list(table.header)
        self.notes = [f"values read from column '{header[column]}'"] if known.value_type_known else []
        if known.stranded and reading.strandedness in (Strandedness.FORWARD, Strandedness.REVERSE):
            self.notes += _doubt_strand(table, known, reading.strandedness)
        header[column] = self.samples[0]
        self._table = replace(table, header=tuple(header))
        self.by_format = ValueKind(column_type) if known.value_type_known else None

    def frames(self, size: int) -> Iterator[pd.DataFrame]:  # noqa: ARG002
        """Give the one sample."""
        for names, values in read_numbers(self._table, self._columns):
            yield pd.DataFrame(values.T, index=self.samples, columns=names)


def _totals(table: TextTable, known: Format, rows: int | None = None) -> dict[Strandedness, float]:
    """Sum the genes' reads by strand; of the first rows alone where so many are given."""
    lower = [name.lower() for name in table.header]
    columns = NumberColumns(0, [lower.index(name) for name in known.stranded.values()])
    parts = read_numbers(table, columns) if rows is None else islice(read_numbers(table, columns, rows), 1)
    sums = [values.sum(axis=0, dtype=np.float64) for _, values in parts]
    return dict(zip(known.stranded, np.sum(sums, axis=0).tolist(), strict=True))


def _in_words(totals: Mapping[Strandedness, float]) -> str:
    return ", ".join(f"{strand} {total:,.0f}" for strand, total in totals.items())


def _ask_for_strand(table: TextTable, known: Format) -> InputError:
    """Ask for the library's strand; the sums of the columns are what a user tells it from."""
    return InputError(
        f"{table.path}: expected to be told how the library was made, found gene sums "
        f"{_in_words(_totals(table, known))}: give --strandedness {'|'.join(known.stranded)}"
    )


def _doubt_strand(table: TextTable, known: Format, asked: Strandedness) -> list[str]:
    """Say it where the strand that was asked for has next to none of the reads."""
    totals = _totals(table, known, _STRAND_SEEN)
    other = Strandedness.REVERSE if asked is Strandedness.FORWARD else Strandedness.FORWARD
    if totals[asked] >= _ANTISENSE * totals[other]:
        return []
    sums = f"gene sums {_in_words(totals)}"
    told = f"{asked} has next to none of the reads ({sums}) in the first {_STRAND_SEEN:,} genes"
    return [f"{table.path}: {told}: is --strandedness {other} meant?"]


def _value_column(
    table: TextTable, known: Format, value_type: ValueType | None, strandedness: Strandedness | None
) -> tuple[NumberColumns, ValueType]:
    """Which column of a one-sample table is read, and what its values are.

    Raises
    ------
    InputError
        When the format lacks the value type that was asked for; ``LookupError`` for a strand yet to be
        chosen.
    """
    lower = [name.lower() for name in table.header]
    wanted = value_type or (ValueType.COUNTS if known.stranded else next(iter(known.values)))
    if wanted is ValueType.COUNTS and known.stranded:
        strand = strandedness or known.default_strand
        if strand is None:
            raise LookupError(known.name)
        column = known.stranded[strand]
    elif wanted in known.values:
        column = known.values[wanted]
    elif known.value_type_known:
        has = ", ".join([*(["counts"] if known.stranded else []), *known.values])
        raise InputError(
            f"{table.path}: a {known.name} file has {has}, not {wanted}: choose one by --value-type"
        )
    else:
        column = table.header[-1]
    if column not in lower:
        raise InputError(f"{table.path}: line {table.head[0].line}: expected a column {column}, found none")
    return NumberColumns(0, [lower.index(column)]), wanted


class MatrixTable(SampleTable):
    """A matrix of many samples, either way round."""

    def __init__(
        self,
        matrix: Matrix,
        known: Format,
        reading: Reading,
        count_known: CountKnown,
    ) -> None:
        self.label, self.format, self.given = matrix.label, known.name, parse_kind(reading.value_type)
        self.by_format = ValueKind(ValueType.COUNTS) if known.value_type_known else None
        self._matrix, self.remark = matrix, matrix.remark
        self._by_rows = rows_are_samples(
            matrix.label,
            matrix.rows(_ROWS_SEEN),
            matrix.columns,
            reading.orientation,
            count_known,
            matrix.otherwise,
        )
        if not self._by_rows and len(matrix.columns) > _MOST_SAMPLES:
            raise InputError(
                f"{matrix.label}: expected up to {_MOST_SAMPLES:,} samples in one file, found "
                f"{len(matrix.columns):,}: give them in several"
            )
        self.notes = ["samples in the rows" if self._by_rows else "genes in the rows"]
        self.notes += [matrix.remark] if matrix.remark else []
        if not matrix.columns:
            raise InputError(
                f"{matrix.label}: expected columns of values, found names and descriptions only: "
                "give a gene-count table"
            )
        self._aside = [*names_of(matrix.columns).patient_facts] if self._by_rows else []
        matrix.leave_out(self._aside)
        if matrix.names_from:
            self.notes.append(f"names of the rows read from column '{matrix.names_from}'")
        if aside := [*matrix.annotation, *self._aside]:
            self.notes.append(f"columns left out: {abridge(aside, 8)}")
        self.samples = matrix.rows() if self._by_rows else list(matrix.columns)

    def frames(self, size: int) -> Iterator[pd.DataFrame]:
        """Give the samples, up to ``size`` at a time."""
        frames = self._matrix.by_rows(size) if self._by_rows else self._matrix.by_columns(size)
        return (
            (frame.drop(columns=self._aside, errors="ignore") for frame in frames) if self._aside else frames
        )
