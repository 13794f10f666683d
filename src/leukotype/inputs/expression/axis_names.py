"""The names on one side of a matrix, and what they say; a service is asked about the same again and again."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

import pandas as pd

from leukotype.errors import InputError, abridge, quote
from leukotype.inputs.expression.format import describes_genes
from leukotype.inputs.expression.identifiers import ENSEMBL, HTSEQ_TALLY, TRANSCRIPT
from leukotype.inputs.tables.headers import describes_patients

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
# HTSeq's tallies with their mark and without, STAR's, featureCounts', and the sum that a spreadsheet has
# below. The first letters stand apart since all names of genes are looked at.
_FIRST_LETTERS: Final = frozenset("_aglnstuAGLNSTU")
_TALLIES: Final = re.compile(
    rf"(?:{HTSEQ_TALLY}[\s\S]*|(grand_?)?totals?|sum(me)?|gesamt|library_?size|total_(reads|counts)"
    r"|(un)?assigned(_\w+)?|no_?feature|ambiguous|too_low_aqual|not_aligned|alignment_not_unique"
    r"|n_(unmapped|multimapping|nofeature|ambiguous))",
    re.IGNORECASE,
)
_AT_ENDS: Final = 30  # names looked at, whatever they are, where people write what is no gene
# What is said of so many lists of genes is kept: the annotations of today name up to 63,000. Fewer names may
# be of patients, and more are no genes.
_LISTS_KEPT: Final = 8
_FEWEST_KEPT: Final = 1000
_MOST_KEPT: Final = 1 << 16


@dataclass(frozen=True, eq=False)
class AxisNames:
    """Names of genes or of samples, in the order of a table."""

    written: tuple[str, ...]

    @cached_property
    def index(self) -> pd.Index[str]:
        """The names as an index, which takes as long to make as many of their numbers to read."""
        return pd.Index(list(self.written))

    @cached_property
    def some(self) -> tuple[str, ...]:
        """Names taken at even steps: enough to judge all of them, and quick."""
        return self.written[:: max(1, len(self.written) // _MOST_NAMES)]

    @cached_property
    def identified(self) -> float:
        """Share (0 to 1) of Ensembl identifiers and of transcripts."""
        return sum(bool(ENSEMBL.match(name) or TRANSCRIPT.match(name)) for name in self.some) / (
            len(self.some) or 1
        )

    @cached_property
    def are_transcripts(self) -> bool:
        """Whether most are transcripts (ENST, NM_, NR_, XM_, XR_), pipe-joined or not."""
        return sum(TRANSCRIPT.match(name) is not None for name in self.some) > len(self.some) / 2

    @cached_property
    def other_species(self) -> str:
        """Say which genes they are in place of human ones, with an example; empty where they may be human.

        Most Ensembl identifiers carry the code of another species, or most symbols are mouse symbols.
        """
        codes = [match[1] for match in map(ENSEMBL.match, self.some) if match]
        foreign = [code for code in codes if code]
        if len(foreign) > len(codes) / 2 and len(codes) > len(self.some) / 4:
            species = "mouse" if foreign[0] == "MUS" else f"another species (Ensembl code {foreign[0]})"
            example = next(name for name in self.some if (match := ENSEMBL.match(name)) and match[1])
            return f"{species} ({quote(example)})"
        if clone := next((name for name in self.some if name.startswith(_ZEBRAFISH)), ""):
            return f"zebrafish ({quote(clone)})"
        titled = sum(_TITLE_CASE.fullmatch(name) is not None for name in self.some)
        telling = sorted(_MOUSE_GENES.intersection(self.written))
        return f"mouse symbols ({abridge(telling)})" if telling and titled > len(self.some) / 2 else ""

    def check_human(self, label: str) -> None:
        """Refuse genes of another species.

        Raises
        ------
        InputError
            one line with the file, `label`.
        """
        if self.other_species:
            raise InputError(
                f"{label}: expected human genes, found {self.other_species}: give a human sample"
            )

    @cached_property
    def annotation(self) -> frozenset[str]:
        """Columns that describe genes and hold no sample (``gene_name``, ``length``)."""
        return frozenset(filter(describes_genes, self.written))

    def set_aside(self) -> tuple[list[str], list[str]]:
        """Tell the columns of `annotation` from those that may be samples."""
        if not (aside := self.annotation):
            return [], list(self.written)
        return [n for n in self.written if n in aside], [n for n in self.written if n not in aside]

    @cached_property
    def patient_facts(self) -> tuple[str, ...]:
        """Columns that say something of the samples (``age``, ``batch``) among genes."""
        return tuple(filter(describes_patients, self.written))

    @cached_property
    def no_genes(self) -> tuple[int, ...]:
        """Positions of rows that are no genes: tallies and sums, and what is said of patients.

        Of the latter those at both ends are looked at, and those in lower case, as no gene of humans is
        written.
        """
        names = self.written
        ends = {*range(_AT_ENDS), *range(len(names) - _AT_ENDS, len(names))}
        return tuple(
            at
            for at, name in enumerate(names)
            if (name[:1] in _FIRST_LETTERS and _TALLIES.fullmatch(name))
            or ((at in ends or name.islower()) and describes_patients(name))
        )


def names_of(names: Iterable[str]) -> AxisNames:
    """Give the names of an axis, with what was found of the same before."""
    written = tuple(names)
    return _names_of(written) if _FEWEST_KEPT <= len(written) <= _MOST_KEPT else AxisNames(written)


@lru_cache(_LISTS_KEPT)
def _names_of(written: tuple[str, ...]) -> AxisNames:
    return AxisNames(written)
