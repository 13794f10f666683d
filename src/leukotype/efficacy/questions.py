"""What a trial is asked: which factors stand on a figure of its own, in which order, under which names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import pandas as pd

from leukotype.errors import quote
from leukotype.vocabulary import ALL_PATIENTS, Endpoint

# Words that mean all factors of a kind, as the column ``family`` of the tidy frames has them.
KINDS: Final = ("gene", "fusion", "ploidy", "subset", "exploratory", "baseline")


@dataclass(frozen=True)
class TrialQuestion:
    """A question, and so a figure for each endpoint and a part of each table.

    Parameters
    ----------
    name
        stands in the names of files.
    title
        what is asked, as a reader is told: ``by risk group``.
    factors
        names of factors as they are printed, or words of `KINDS`: all factors of a kind.
    endpoints
        those that are asked about; empty: all that the trial has.
    levels
        factor -> its levels that are shown, in their order; a factor that is not named shows all.
    footnotes
        sentences below the figure.

    Raises
    ------
    ValueError
        For a name that no file can have, no factor, and levels of a factor that is none of these.
    """

    name: str
    title: str
    factors: tuple[str, ...] = ()
    endpoints: tuple[str, ...] = ()
    levels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    footnotes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for problem in self._problems():
            raise ValueError(problem)

    def _problems(self) -> Iterator[str]:
        if not re.fullmatch(r"[A-Za-z0-9_]+", self.name):
            found = quote(self.name)
            yield f"name: expected letters, digits and _, found {found}: it stands in names of files"
        if not self.factors:
            yield f"{self.name}: expected 'factors', found none: name one, as factors = [\"Risk group\"]"
        for factor in self.levels:
            if factor not in self.factors:
                found = quote(factor)
                yield f"{self.name}: levels: expected one of the factors, found {found}: add it there"

    def asks(self, endpoint: str) -> bool:
        """Whether the question is about an endpoint."""
        return not self.endpoints or endpoint in self.endpoints

    def rows(self, frame: pd.DataFrame, endpoint: str) -> pd.DataFrame:
        """Rows of one endpoint of the frame ``response`` or ``survival``: all patients first."""
        own = frame[frame["endpoint"] == endpoint]
        parts = [own[own["factor"] == ALL_PATIENTS]]
        for asked in self.factors:
            chosen = own[(own["family"] == asked) if asked in KINDS else (own["factor"] == asked)]
            shown = self.levels.get(asked)
            if shown is not None:
                chosen = pd.concat([chosen[chosen["level"] == level] for level in shown])
            parts.append(chosen)
        return pd.concat(parts)


@dataclass(frozen=True)
class Subset:
    """Patients of a subtype with an alteration: a row within the row of the subtype.

    Parameters
    ----------
    within
        a subtype.
    altered
        a gene, a fusion, or a lesion as the evidence writes it: ``ABL1 T315I``.
    """

    name: str
    within: str
    altered: str


# The figures of the INO-VATE genomic analysis (Blood Adv 2024;8(12):3226), and what else there is to show.
DEFAULT_QUESTIONS: Final = (
    TrialQuestion(
        "subtypes", "by subtype, as grouped in the INO-VATE genomic analysis", ("Subtype group", "subset")
    ),
    TrialQuestion("genes", "by gene", ("gene", "fusion", "ploidy")),
    TrialQuestion("risk_groups", "by risk group", ("Risk group",)),
    TrialQuestion("all_subtypes", "by each subtype", ("Subtype",)),
    TrialQuestion("exploratory", "by alterations of few patients (exploratory)", ("exploratory",)),
    TrialQuestion("baseline", "by baseline factor", ("baseline",)),
)
ENDPOINTS: Final = tuple(str(endpoint) for endpoint in Endpoint)
