"""What a user's clinical table calls things: the TOML file of column names, arms and words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from leukotype.efficacy.dates import DURATION, PARTS, TrialDates
from leukotype.efficacy.questions import DEFAULT_QUESTIONS, ENDPOINTS, Subset, TrialQuestion
from leukotype.efficacy.sensitivity_request import SensitivityRequest
from leukotype.efficacy.toml_section import TomlSection
from leukotype.errors import InputError, abridge, quote
from leukotype.inputs.tables.text import is_number
from leukotype.inputs.tables.toml import parse_toml, read_toml_text
from leukotype.vocabulary import AlterationKind, Arm, Endpoint, Sensitivity

_HERE: Final = files("leukotype.efficacy")
EXAMPLE_TOML: Final = (_HERE / "example_trial.toml").read_text(encoding="utf-8")
EXAMPLE_CSV: Final = (_HERE / "example_trial.csv").read_text(encoding="utf-8")
_EXAMPLE_CALLS: Final = (_HERE / "example_calls.csv").read_text(encoding="utf-8")

# Days of a month: 365.25 / 12, as survival times are printed in trials.
_DAYS_PER_MONTH: Final = 30.4375
_MONTHS: Final = {"days": 1 / _DAYS_PER_MONTH, "weeks": 7 / _DAYS_PER_MONTH, "months": 1.0}

_SECTIONS: Final = (
    *("columns", "arms", "time", "events", "response", "mrd", "dates", "rates", "survival", "table"),
    *("baseline", "genes", "pathways", "labels", "levels", "subsets", "questions", "sensitivity"),
)
_COLUMNS: Final = ("patient", "arm", "response", "mrd", "pfs_time", "pfs_event", "os_time", "os_event")
_RESPONSES: Final = ("CR", "CRi", "PR", "resistant", "early death", "other")
_MRD: Final = ("negative", "positive")
_EVENTS: Final = ("event", "censored")
_BASELINE: Final = ("strata", "categories", "continuous", "many_levels")
# A column of the table says one kind of thing of one gene; what a fusion joins and a ploidy is, calls say.
_OF_GENES: Final = tuple(kind for kind in AlterationKind if kind != AlterationKind.PLOIDY)
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
    given = TomlSection(label, "", parse_toml(text, label)).only(*_SECTIONS)
    read = TrialColumns(**_of_table(given), **_of_patients(given), **_of_display(given))
    for problem in _contradictions(read):
        raise InputError(f"{label}: {problem}")
    return read


def _of_table(given: TomlSection) -> dict[str, Any]:
    """Read which columns there are, the arms, and the words of outcomes."""
    return {
        **given.section("columns").only(*_COLUMNS).texts("patient", "arm"),
        **_arms(given.section("arms")),
        "unit": _unit(given),
        "response_words": given.section("response").only(*_RESPONSES).words(),
        "event_words": given.section("events").only(*_EVENTS).words(),
        **_mrd(given.section("mrd").only(*_MRD, "values", "below")),
        **_further(given),
    }


def _arms(arms: TomlSection) -> dict[str, Any]:
    """Read the arms; of several experimental ones the first is compared, the others are named beside it."""
    several = arms.values.get(Arm.EXPERIMENTAL)
    names = arms.names(Arm.EXPERIMENTAL) if isinstance(several, list) else ()
    first: dict[str, str] = {Arm.EXPERIMENTAL: names[0]} if names else {}
    single = replace(arms, values={**arms.values, **first}).only(*Arm)
    return {**single.texts(*Arm), "other_arms": names[1:]}


def _mrd(given: TomlSection) -> dict[str, Any]:
    below = given.values.get("below", 0.01)
    if not isinstance(below, int | float) or not below > 0:
        raise given.refuse("below", "percent above 0", repr(below))
    return {
        "mrd_words": given.words(*_MRD),
        "mrd_values": given.names("values"),
        "mrd_below": float(below),
    }


def _unit(given: TomlSection) -> str:
    time = given.section("time").only("unit")
    unit = time.text("unit")
    if unit not in _MONTHS and given.section("columns").values.keys() & {"pfs_time", "os_time"}:
        raise time.refuse("unit", ", ".join(_MONTHS), quote(unit) if unit else "none", "say which")
    return unit or "months"


def _further(given: TomlSection) -> dict[str, Any]:
    """Read dates, further endpoints, and the sheet of a workbook."""
    survival = given.section("survival")
    pairs = {name: survival.names(name) for name in survival.values}
    for name, pair in pairs.items():
        if len(pair) != 2:
            expected = "the columns of times and events"
            raise survival.refuse(name, expected, str(len(pair)), 'write ["TIME", "EVENT"]')
    return {
        "dates": TrialDates(**given.section("dates").only(*PARTS).texts()),
        "rates": given.section("rates").texts(),
        "survival": pairs,
        "sheet": given.section("table").only("sheet").text("sheet"),
    }


def _of_patients(given: TomlSection) -> dict[str, Any]:
    """Read the columns of the baseline and of the genes."""
    baseline = given.section("baseline").only(*_BASELINE, "cut")
    genes = given.section("genes").only("columns", "kinds", "names")
    cut, kinds = baseline.section("cut"), genes.section("kinds")
    return {
        **{name: baseline.names(name) for name in _BASELINE},
        "cut": {column: _limits(cut, column) for column in cut.values},
        "genes": genes.names("columns"),
        "gene_kinds": {column: AlterationKind(kinds.one_of(column, _OF_GENES)) for column in kinds.values},
        "gene_names": genes.section("names").texts(),
        "pathways": given.section("pathways").texts(),
    }


def _limits(cut: TomlSection, column: str) -> tuple[float, ...]:
    limits = cut.values[column]
    if not isinstance(limits, list) or not limits or not all(is_number(str(each)) for each in limits):
        raise cut.refuse(column, "a list of numbers", repr(limits))
    return tuple(sorted(float(each) for each in limits))


def _of_display(given: TomlSection) -> dict[str, Any]:
    """Read what is shown and under which names."""
    levels, parts = given.section("levels"), ("name", "within", "altered")
    return {
        "labels": given.section("labels").texts(),
        "levels": {column: levels.section(column).texts() for column in levels.values},
        "subsets": tuple(Subset(**each.only(*parts).texts(*parts)) for each in given.sections("subsets")),
        "questions": tuple(map(_question, given.sections("questions"))) or DEFAULT_QUESTIONS,
        "sensitivity": _sensitivity(given.section("sensitivity")),
    }


def _sensitivity(given: TomlSection) -> SensitivityRequest:
    """Read which further analyses are asked for, and what they need."""
    given.only(*(each.name for each in fields(SensitivityRequest)))
    default, analyses = SensitivityRequest(), given.names("analyses")
    for name in analyses:
        if name not in list(Sensitivity):
            raise given.refuse("analyses", ", ".join(Sensitivity), quote(name))
    return SensitivityRequest(
        tuple(map(Sensitivity, analyses)),
        given.names("adjust_for"),
        given.text("hsct_time"),
        given.text("first_event"),
        given.section("causes").words(),
        given.whole("draws", default.draws),
        given.whole("seed", default.seed),
    )


# A trial of twelve invented patients, to run and to copy from: option -> name and text of its file.
EXAMPLE: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "calls": ("calls.csv", _EXAMPLE_CALLS),
        "clinical": ("trial.csv", EXAMPLE_CSV),
        "columns": ("trial.toml", EXAMPLE_TOML),
    }
)


def _contradictions(read: TrialColumns) -> Iterator[str]:
    """Entries that do not go together, a line each."""
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


def _question(given: TomlSection) -> TrialQuestion:
    lists = ("factors", "endpoints", "footnotes")
    given.only("name", "title", "levels", *lists)
    (name, title), levels = given.require("name", "title"), given.section("levels")
    factors, endpoints, footnotes = map(given.names, lists)
    shown = {factor: levels.names(factor) for factor in levels.values}
    for problem in _about_question(name, factors, tuple(shown)):
        raise InputError(f"{given.label}: [[questions]] {problem}")
    return TrialQuestion(name, title, factors, endpoints, shown, footnotes)


def _about_question(name: str, factors: tuple[str, ...], shown: tuple[str, ...]) -> Iterator[str]:
    if not re.fullmatch(r"[A-Za-z0-9_]+", name):
        yield f"name: expected letters, digits and _, found {quote(name)}: it stands in names of files"
    if not factors:
        yield f"{name}: expected 'factors', found none: name one, as factors = [\"Risk group\"]"
    for factor in shown:
        if factor not in factors:
            yield f"{name}: levels: expected one of the factors, found {quote(factor)}: add it there"
