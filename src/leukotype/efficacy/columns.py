"""What a user's clinical table calls things: the TOML file of column names, arms and words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from leukotype.efficacy.dates import DURATION, TrialDates
from leukotype.efficacy.questions import DEFAULT_QUESTIONS, ENDPOINTS, Subset, TrialQuestion
from leukotype.efficacy.sensitivity_request import SensitivityRequest
from leukotype.efficacy.trial_file import Names, TrialFile, parse_trial
from leukotype.errors import InputError, abridge, quote
from leukotype.inputs.tables.toml import read_toml_text
from leukotype.vocabulary import AlterationKind, Endpoint

_HERE: Final = files("leukotype.efficacy")
EXAMPLE_TOML: Final = (_HERE / "example_trial.toml").read_text(encoding="utf-8")
EXAMPLE_CSV: Final = (_HERE / "example_trial.csv").read_text(encoding="utf-8")
_EXAMPLE_CALLS: Final = (_HERE / "example_calls.csv").read_text(encoding="utf-8")

# Days of a month: 365.25 / 12, as survival times are printed in trials.
_DAYS_PER_MONTH: Final = 30.4375
_MONTHS: Final = {"days": 1 / _DAYS_PER_MONTH, "weeks": 7 / _DAYS_PER_MONTH, "months": 1.0}

_COLUMNS: Final = ("patient", "arm", "response", "mrd", "pfs_time", "pfs_event", "os_time", "os_event")
_BASELINE: Final = ("strata", "categories", "continuous", "many_levels")
# A column of events named so holds what ADaM calls CNSR: 0 is an event, and each other number censoring.
_CENSORING: Final = ("cnsr", "cens")


@dataclass(frozen=True)
class TrialColumns:
    """Where a clinical table has what; a column that the trial does not have is empty.

    Parameters
    ----------
    response_words, mrd_words, event_words
        word of the table -> ``CR``, ``CRi``, ``PR``, ``resistant``, ``early death``, ``other``; ``negative``,
        ``positive``; ``event``, ``censored``.
    mrd_values, mrd_below
        columns of MRD in percent, one a visit; negative is a patient whose least value is below.
    other_arms
        arms of the trial that are not compared here.
    dates
        columns of dates, of which OS, PFS and the duration of response are made.
    rates, survival
        further endpoints: name -> its column of yes (1) and no (0); its columns of times and events.
    sheet
        of a workbook; empty: the first.
    many_levels
        strata and categories whose many numbers are levels, not measurements.
    cut
        continuous column -> the limits at which it is cut into subgroups.
    genes, gene_kinds, gene_names
        gene columns; what kind of alteration each holds; the name that is printed for it.
    pathways
        gene, as it is printed -> its pathway.
    labels
        column -> the name that is printed for it.
    levels
        column -> word of the table -> what is printed for it; levels stand in this order.
    subsets, questions
        rows within a subtype; which factors make a figure.
    sensitivity
        further analyses, and the columns that they need.
    """

    patient: str
    arm: str
    experimental: str
    comparator: str
    response: str = ""
    mrd: str = ""
    pfs_time: str = ""
    pfs_event: str = ""
    os_time: str = ""
    os_event: str = ""
    unit: str = "months"
    response_words: Mapping[str, str] = field(default_factory=dict)
    mrd_words: Mapping[str, str] = field(default_factory=dict)
    event_words: Mapping[str, str] = field(default_factory=dict)
    mrd_values: tuple[str, ...] = ()
    mrd_below: float = 0.01
    other_arms: tuple[str, ...] = ()
    dates: TrialDates = field(default_factory=TrialDates)
    rates: Mapping[str, str] = field(default_factory=dict)
    survival: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    sheet: str = ""
    strata: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    continuous: tuple[str, ...] = ()
    many_levels: tuple[str, ...] = ()
    cut: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    genes: tuple[str, ...] = ()
    gene_kinds: Mapping[str, AlterationKind] = field(default_factory=dict)
    gene_names: Mapping[str, str] = field(default_factory=dict)
    pathways: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    levels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    subsets: tuple[Subset, ...] = ()
    questions: tuple[TrialQuestion, ...] = DEFAULT_QUESTIONS
    sensitivity: SensitivityRequest = field(default_factory=SensitivityRequest)

    def label(self, column: str) -> str:
        """Name that is printed for a column."""
        return self.labels.get(column, column)

    @property
    def months(self) -> float:
        """Months in one unit of the table's times."""
        return _MONTHS[self.unit]

    @property
    def endpoints(self) -> tuple[tuple[str, str, str], ...]:
        """Survival endpoints of the table: name, column of the times, column of the events."""
        asked: tuple[tuple[str, str, str], ...] = (
            (Endpoint.PFS, self.pfs_time, self.pfs_event),
            (Endpoint.OS, self.os_time, self.os_event),
            *((name, *pair) for name, pair in self.survival.items()),
        )
        return tuple(each for each in asked if each[1])

    def with_endpoints(self, found: Mapping[str, tuple[str, str]]) -> TrialColumns:
        """Read endpoints that came of dates, where the table has no columns of its own for them."""
        own = {Endpoint.OS: self.os_time, Endpoint.PFS: self.pfs_time}
        changes: dict[str, Any] = {"survival": dict(self.survival)}
        for name, (time, event) in found.items():
            if name not in own:
                changes["survival"].setdefault(name, (time, event))
            elif not own[Endpoint(name)]:
                changes |= {f"{name.lower()}_time": time, f"{name.lower()}_event": event}
        return replace(self, **changes)

    @property
    def days(self) -> float:
        """Days in one unit of the table's times."""
        return self.months * _DAYS_PER_MONTH

    @property
    def pairs(self) -> tuple[TrialColumns, ...]:
        """The same of each experimental arm alone against the comparator."""
        every = (self.experimental, *self.other_arms)
        return tuple(
            replace(self, experimental=arm, other_arms=tuple(other for other in every if other != arm))
            for arm in every
        )

    def gene(self, column: str) -> tuple[str, AlterationKind]:
        """Name that is printed for a gene column, and the kind of alteration that it holds."""
        return self.gene_names.get(column, column), self.gene_kinds.get(column, AlterationKind.MUTATION)

    @property
    def needed_columns(self) -> tuple[str, ...]:
        """Columns that the table must have, each once."""
        given = {each.name: getattr(self, each.name) for each in fields(self)}
        single = [given[name] for name in _COLUMNS if given[name]]
        further = [*self.mrd_values, *self.dates.columns, *self.rates.values()]
        further += [name for pair in self.survival.values() for name in pair]
        baseline = [*self.strata, *self.categories, *self.continuous, *self.genes]
        return tuple(dict.fromkeys([*single, *further, *baseline, *self.sensitivity.columns]))


def read_columns(path: Path) -> TrialColumns:
    """Read which column holds what from TOML, laid out as `EXAMPLE_TOML`.

    Raises
    ------
    InputError
        For a file that is absent or no TOML, an unknown or missing entry, a word read in two ways, and a
        table without any endpoint.
    """
    return parse_columns(read_toml_text(path, "column names"), str(path))


def parse_columns(text: str, label: str) -> TrialColumns:
    """Read which column holds what from the text of a TOML file; see `read_columns`."""
    given = parse_trial(text, label)
    read = TrialColumns(**_of_table(given), **_of_patients(given), **_of_display(given))
    for problem in _contradictions(read, given):
        raise InputError(f"{label}: {problem}")
    return read


def _of_table(given: TrialFile) -> dict[str, Any]:
    """Give which columns there are, the arms, and the words of outcomes."""
    first, *others = _each_once(given.arms.experimental)
    return {
        **vars(given.columns),
        "experimental": first,
        "other_arms": tuple(others),
        "comparator": given.arms.comparator,
        "unit": given.time.unit or "months",
        "response_words": _by_word(given.response),
        "event_words": _by_word(given.events),
        "mrd_words": _by_word(given.mrd.words),
        "mrd_values": _each_once(given.mrd.values),
        "mrd_below": given.mrd.below,
        "dates": given.dates,
        "rates": given.rates,
        "survival": given.survival,
        "sheet": given.table.sheet,
    }


def _of_patients(given: TrialFile) -> dict[str, Any]:
    """Give the columns of the baseline and of the genes."""
    baseline, genes = given.baseline, given.genes
    return {
        **{name: _each_once(getattr(baseline, name)) for name in _BASELINE},
        "cut": {column: tuple(sorted(limits)) for column, limits in baseline.cut.items()},
        "genes": _each_once(genes.columns),
        "gene_kinds": genes.kinds,
        "gene_names": genes.names,
        "pathways": given.pathways,
    }


def _of_display(given: TrialFile) -> dict[str, Any]:
    """Give what is shown and under which names, and the further analyses."""
    asked = given.sensitivity
    return {
        "labels": given.labels,
        "levels": given.levels,
        "subsets": given.subsets,
        "questions": given.questions or DEFAULT_QUESTIONS,
        "sensitivity": SensitivityRequest(**{**vars(asked), "causes": _by_word(asked.causes)}),
    }


def _each_once(names: Names) -> Names:
    """Give a list of names without those that stand in it before."""
    return tuple(dict.fromkeys(names))


def _by_word(meanings: Mapping[Any, Names]) -> dict[str, str]:
    """Give each word with what it means."""
    return {word: meaning for meaning, words in meanings.items() for word in words}


# A trial of twelve invented patients, to run and to copy from: option -> name and text of its file.
EXAMPLE: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "calls": ("calls.csv", _EXAMPLE_CALLS),
        "clinical": ("trial.csv", EXAMPLE_CSV),
        "columns": ("trial.toml", EXAMPLE_TOML),
    }
)


def _contradictions(read: TrialColumns, given: TrialFile) -> Iterator[str]:
    """Entries that do not go together, a line each."""
    if given.time.unit is None and (read.pfs_time or read.os_time):
        yield f"[time] unit: expected {', '.join(_MONTHS)}, found none: say which"
    yield from (f"{problem}: add what is missing" for holds, problem in _rules(read) if not holds)
    yield from _unknown_endpoints(read)
    yield from _questions(read)
    for column in read.cut:
        if column not in read.continuous:
            yield f"[baseline.cut]: {quote(column)}: expected a column of 'continuous': add it there"
    for column in read.sensitivity.adjust_for:
        if column not in (*read.strata, *read.categories, *read.continuous):
            yield f"[sensitivity] adjust_for: {quote(column)}: expected a column of [baseline]: add it there"
    again = [column for column in read.categories if column in (*read.strata, *read.continuous)]
    if again:
        yield f"[baseline]: {abridge([quote(each) for each in again])}: expected in one list: leave one"


def _unknown_endpoints(read: TrialColumns) -> Iterator[str]:
    """Endpoints that a question names and the trial does not have."""
    known = (*ENDPOINTS, *read.rates, *read.survival, DURATION)
    for question in read.questions:
        for endpoint in question.endpoints:
            if endpoint not in known:
                yield (
                    f"[[questions]] {question.name}: endpoints: expected {', '.join(known)}, found "
                    f"{quote(endpoint)}: correct it"
                )


def _rules(read: TrialColumns) -> tuple[tuple[object, str], ...]:
    """List what must hold, and what is said where it does not."""
    has_mrd, has_response = bool(read.mrd), bool(read.response)
    any_endpoint = has_response or read.endpoints or read.dates.randomised or read.rates
    return (
        (
            bool(read.pfs_time) == bool(read.pfs_event),
            "[columns]: expected pfs_time and pfs_event, found one",
        ),
        (bool(read.os_time) == bool(read.os_event), "[columns]: expected os_time and os_event, found one"),
        (any_endpoint, "[columns]: expected response, PFS or OS, found no endpoint"),
        (
            has_response or not (has_mrd or read.mrd_values),
            "[columns]: expected response beside mrd, found none",
        ),
        (not (has_mrd and read.mrd_values), "[mrd]: expected words or values, found both"),
        (
            read.dates.randomised or not read.dates.columns,
            "[dates]: expected 'randomised' beside other dates, found none",
        ),
        (read.response_words or not has_response, "[response]: expected words of CR, CRi, other, found none"),
        (read.mrd_words or not has_mrd, "[mrd]: expected words of negative and positive, found none"),
        (
            bool(read.sensitivity.first_event) == bool(read.sensitivity.causes),
            "[sensitivity]: expected first_event and causes, found one",
        ),
        (read.experimental != read.comparator, f"[arms]: expected two, found {quote(read.comparator)} twice"),
    )


def _questions(read: TrialColumns) -> Iterator[str]:
    """Ask what only the trial can know: what a column of censoring means."""
    for _, _, event in read.endpoints:
        if not read.event_words and any(word in event.lower() for word in _CENSORING):
            yield (
                f"[columns]: {quote(event)}: expected 1 for an event, found a name of censoring (ADaM's CNSR "
                'is 0 for an event): say which in [events], as event = ["0"] and censored = ["1"]'
            )
    for name in (*read.gene_kinds, *read.gene_names):
        if name not in read.genes:
            yield f"[genes]: {quote(name)}: expected one of the columns, found none of them: add it there"
