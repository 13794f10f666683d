"""Where the genes of a matrix stand, told by its names and never by its shape; and whether they are human."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from leukotype.errors import InputError, abridge, quote
from leukotype.vocabulary import Orientation

CountKnown = Callable[[Iterable[str]], int]

TRANSCRIPT: Final = re.compile(r"ENS[A-Z]{0,4}T\d{11}|[NX][MR]_\d+")
_ENSEMBL: Final = re.compile(r"ENS([A-Z]{3,4})?[GT]R?\d{11}")
# Symbols written as mouse databases write them; a few genes that every mouse table has settle it.
_TITLE_CASE: Final = re.compile(r"[A-Z][a-z][A-Za-z0-9-]*|[A-Z]\d+[a-z][A-Za-z0-9-]*")
_MOUSE_GENES: Final = frozenset(
    [
        "Trp53",
        "Gapdh",
        "Actb",
        "Myc",
        "Cd19",
        "Ptprc",
        "Pax5",
        "Ebf1",
        "Kras",
        "Nras",
        "Jak2",
        "Ikzf1",
        "Rpl3",
        "Rpl4",
        "Rps3",
        "Hprt",
        "B2m",
        "Eef1a1",
        "Hsp90ab1",
    ]
)
_ZEBRAFISH: Final = ("si:", "zgc:")  # clones of ZFIN, which every table of zebrafish has
# Names looked at per axis; more would cost time and change no decision.
_MOST_NAMES: Final = 4000


def is_ensembl(name: str) -> bool:
    """Whether a name is an Ensembl identifier of a gene or a transcript, of any species."""
    return _ENSEMBL.match(name) is not None


def are_row_numbers(names: Sequence[str]) -> bool:
    """Whether names are 0, 1, 2, ... or 1, 2, 3, ...: numbers of rows, and no Entrez ids."""
    first = names[0] if names else ""
    return first in {"0", "1"} and list(names) == [str(i) for i in range(int(first), int(first) + len(names))]


def refuse_other_species(label: str, names: Sequence[str]) -> None:
    """Refuse genes of another species.

    Parameters
    ----------
    label
        The file, for the message.
    names
        Names of genes or of transcripts.

    Raises
    ------
    InputError
        When most Ensembl identifiers carry the code of another species, or most symbols are mouse symbols.
    """
    seen = some_of(names)
    codes = [match[1] for match in map(_ENSEMBL.match, seen) if match]
    foreign = [code for code in codes if code]
    if len(foreign) > len(codes) / 2 and len(codes) > len(seen) / 4:
        species = "mouse" if foreign[0] == "MUS" else f"another species (Ensembl code {foreign[0]})"
        example = next(name for name in seen if (match := _ENSEMBL.match(name)) and match[1])
        raise InputError(
            f"{label}: expected human genes, found {species} ({quote(example)}): give a human sample"
        )
    if clone := next((name for name in seen if name.startswith(_ZEBRAFISH)), ""):
        raise InputError(
            f"{label}: expected human genes, found zebrafish ({quote(clone)}): give a human sample"
        )
    titled = sum(_TITLE_CASE.fullmatch(name) is not None for name in seen)
    telling = sorted(_MOUSE_GENES.intersection(names))
    if telling and titled > len(seen) / 2:
        raise InputError(
            f"{label}: expected human genes, found mouse symbols ({abridge(telling)}): give a human sample"
        )


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
    for names in (rows, columns):
        refuse_other_species(label, names)
    seen = _decide(_evidence(rows, count_known), _evidence(columns, count_known))
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


def _evidence(names: Sequence[str], count_known: CountKnown) -> Iterator[float]:
    """Give shares (0 to 1) of the names of an axis that are genes, strongest kind of evidence first.

    Ensembl identifiers and transcripts by their pattern; known genes whose name is not a bare number; known
    genes, bare numbers (Entrez) too. Known genes are looked up only where the patterns do not decide.
    """
    seen = some_of(names)
    total = len(seen) or 1
    yield sum(bool(_ENSEMBL.match(name) or TRANSCRIPT.match(name)) for name in seen) / total
    known = count_known([name for name in seen if not name.isdigit()])
    yield known / total
    numbers = [] if are_row_numbers(names) else [name for name in seen if name.isdigit()]
    yield (known + (count_known(numbers) if numbers else 0)) / total


def _decide(rows: Iterable[float], columns: Iterable[float]) -> bool | None:
    """Strongest kind of evidence first; one side must show at least twice what the other does."""
    for row, column in zip(rows, columns, strict=True):
        if max(row, column) > 0 and max(row, column) >= 2 * min(row, column):
            return column > row
    return None


def some_of(names: Sequence[str]) -> Sequence[str]:
    """Names taken at even steps: enough to judge all of them, and quick."""
    step = max(1, len(names) // _MOST_NAMES)
    return names[::step]


def _examples(names: Sequence[str]) -> str:
    return " and ".join(quote(name) for name in names[:2]) or "none"
