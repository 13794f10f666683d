"""The TOML file of a trial as it is laid out: its sections, and what each of them may hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Annotated, Any, Final, Literal

from annotated_types import Gt, MinLen

from leukotype.efficacy.dates import TrialDates
from leukotype.efficacy.questions import Subset, TrialQuestion
from leukotype.errors import quote
from leukotype.inputs.tables.toml import check_toml, parse_toml
from leukotype.vocabulary import AlterationKind, Sensitivity

Names = tuple[str, ...]
Response = Literal["CR", "CRi", "PR", "resistant", "early death", "other"]
# A column of the table says one kind of thing of one gene; what a ploidy is, calls say.
_OF_GENES: Final = tuple(kind for kind in AlterationKind if kind != AlterationKind.PLOIDY)


@dataclass(frozen=True)
class ColumnsSection:
    """``[columns]``: names of columns of the clinical table; empty: it has none."""

    patient: str
    arm: str
    response: str = ""
    mrd: str = ""
    pfs_time: str = ""
    pfs_event: str = ""
    os_time: str = ""
    os_event: str = ""


@dataclass(frozen=True)
class ArmsSection:
    """``[arms]``: words of the column of arms; of several experimental ones the first is compared."""

    experimental: Annotated[Names, MinLen(1)]
    comparator: str


@dataclass(frozen=True)
class TimeSection:
    """``[time]``: the unit of all times."""

    unit: Literal["days", "weeks", "months"] | None = None


@dataclass(frozen=True)
class MrdSection:
    """``[mrd]``: words, or columns of percent, one a visit, and the least that is not negative."""

    negative: Names = ()
    positive: Names = ()
    values: Names = ()
    below: Annotated[float, Gt(0)] = 0.01

    @property
    def words(self) -> dict[str, Names]:
        """Words by what they mean."""
        return {"negative": self.negative, "positive": self.positive}


@dataclass(frozen=True)
class TableSection:
    """``[table]``: the sheet of a workbook; empty: the first."""

    sheet: str = ""


@dataclass(frozen=True)
class BaselineSection:
    """``[baseline]``: factors known at randomisation, and the limits at which numbers are cut."""

    strata: Names = ()
    categories: Names = ()
    continuous: Names = ()
    many_levels: Names = ()
    cut: Mapping[str, Annotated[tuple[float, ...], MinLen(1)]] = field(default_factory=dict)


@dataclass(frozen=True)
class GenesSection:
    """``[genes]``: columns of genes, the kind of alteration of each, and the name that is printed for it."""

    columns: Names = ()
    kinds: Mapping[str, AlterationKind] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for column, kind in self.kinds.items():
            if kind not in _OF_GENES:
                known = ", ".join(_OF_GENES)
                raise ValueError(f"kinds: {column}: expected {known}, found '{kind}': correct it")


@dataclass(frozen=True)
class SensitivitySection:
    """``[sensitivity]``: see `SensitivityRequest`; causes are lists of words."""

    analyses: tuple[Sensitivity, ...] = ()
    adjust_for: Names = ()
    hsct_time: str = ""
    first_event: str = ""
    causes: Mapping[str, Names] = field(default_factory=dict)
    draws: Annotated[int, Gt(0)] = 500
    seed: Annotated[int, Gt(0)] = 1


@dataclass(frozen=True)
class TrialFile:
    """The whole file.

    Raises
    ------
    ValueError
        For a word that is listed under two meanings.
    """

    columns: ColumnsSection
    arms: ArmsSection
    time: TimeSection = field(default_factory=TimeSection)
    events: Mapping[Literal["event", "censored"], Names] = field(default_factory=dict)
    response: Mapping[Response, Names] = field(default_factory=dict)
    mrd: MrdSection = field(default_factory=MrdSection)
    dates: TrialDates = field(default_factory=TrialDates)
    rates: Mapping[str, str] = field(default_factory=dict)
    survival: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    table: TableSection = field(default_factory=TableSection)
    baseline: BaselineSection = field(default_factory=BaselineSection)
    genes: GenesSection = field(default_factory=GenesSection)
    pathways: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    levels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    subsets: tuple[Subset, ...] = ()
    questions: tuple[TrialQuestion, ...] = ()
    sensitivity: SensitivitySection = field(default_factory=SensitivitySection)

    def __post_init__(self) -> None:
        words: dict[str, Mapping[Any, Names]] = {"events": self.events, "response": self.response}
        words |= {"mrd": self.mrd.words, "sensitivity.causes": self.sensitivity.causes}
        for section, meanings in words.items():
            listed = [*chain.from_iterable(map(dict.fromkeys, meanings.values()))]
            for word in dict.fromkeys(listed):
                if listed.count(word) > 1:
                    raise ValueError(f"[{section}]: {quote(word)}: expected once, found twice: leave one")


def parse_trial(text: str, label: str) -> TrialFile:
    """Parse the text of a file; `label` names it.

    Raises
    ------
    InputError
        For text that is no TOML, and the first entry that is none of these, absent, or of another kind.
    """
    given = {"columns": {}, "arms": {}, **parse_toml(text, label)}
    arms = given["arms"]
    if isinstance(arms, dict) and isinstance(arms.get("experimental"), str):
        given["arms"] = {**arms, "experimental": [arms["experimental"]]}
    return check_toml(given, TrialFile, label)
