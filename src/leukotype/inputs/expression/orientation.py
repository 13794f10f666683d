"""Where the genes of a matrix stand, told by its names and never by its shape."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from leukotype.errors import InputError, quote
from leukotype.inputs.expression.axis_names import AxisNames, names_of
from leukotype.inputs.expression.identifiers import are_row_numbers
from leukotype.vocabulary import Orientation

CountKnown = Callable[[Iterable[str]], int]


def rows_are_samples(
    label: str,
    rows: Sequence[str],
    columns: Sequence[str],
    asked: Orientation,
    count_known: CountKnown,
    otherwise: str = "",
) -> bool:
    """Whether the rows of a matrix are its samples.

    Parameters
    ----------
    label
        The file, for the message.
    rows, columns
        Names on either side (some of them are enough).
    asked
        What the user said; it is checked against what is seen.
    count_known
        How many of some names are genes of the model's table.
    otherwise
        What the file is where neither side holds genes, if that is known, and what to do.

    Raises
    ------
    InputError
        When neither side holds known genes, when both seem to, and when the user's word contradicts the
        names.
    """
    sides = names_of(rows), names_of(columns)
    for names in sides:
        names.check_human(label)
    seen = _decide(*(_evidence(names, count_known) for names in sides))
    if seen is None:
        if asked is not Orientation.AUTO:
            return asked is Orientation.SAMPLES
        if otherwise:
            raise InputError(f"{label}: expected an expression table, found {otherwise}")
        raise InputError(
            f"{label}: expected gene names (Ensembl ids, HGNC symbols or Entrez ids) in the rows "
            "or in the columns, "
            f"found rows {_examples(rows)} and columns {_examples(columns)}: "
            "say what the rows are by --orientation genes|samples"
        )
    if asked is not Orientation.AUTO and (asked is Orientation.SAMPLES) != seen:
        found = "samples in the rows" if seen else "genes in the rows"
        raise InputError(
            f"{label}: expected {asked} in the rows as --orientation says, found {found} (rows "
            f"{_examples(rows)}, "
            f"columns {_examples(columns)}): drop the option or correct it"
        )
    return seen


def _evidence(names: AxisNames, count_known: CountKnown) -> Iterator[float]:
    """Give shares (0 to 1) of the names of an axis that are genes, strongest kind of evidence first.

    Ensembl identifiers and transcripts by their pattern; known genes whose name is not a bare number; known
    genes, bare numbers (Entrez) too. Known genes are looked up only where the patterns do not decide.
    """
    yield names.identified
    total = len(names.some) or 1
    known = count_known([name for name in names.some if not name.isdigit()])
    yield known / total
    numbers = [] if are_row_numbers(names.written) else [name for name in names.some if name.isdigit()]
    yield (known + (count_known(numbers) if numbers else 0)) / total


def _decide(rows: Iterable[float], columns: Iterable[float]) -> bool | None:
    """Strongest kind of evidence first; one side must show at least twice what the other does."""
    for row, column in zip(rows, columns, strict=True):
        if max(row, column) > 0 and max(row, column) >= 2 * min(row, column):
            return column > row
    return None


def _examples(names: Sequence[str]) -> str:
    return " and ".join(quote(name) for name in names[:2]) or "none"
