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
_MRD_KEYS: Final = (*_MRD, "values", "below")
_EVENTS: Final = ("event", "censored")
_SENSITIVITY: Final = ("analyses", "adjust_for", "hsct_time", "first_event", "causes", "draws", "seed")
_BASELINE: Final = ("strata", "categories", "continuous", "many_levels", "cut")
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
    def required(self) -> tuple[str, ...]:
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
    given = parse_toml(text, label)
    _check_names(label, "", given, _SECTIONS)
    read = TrialColumns(**_of_table(label, given), **_of_patients(label, given), **_shown(label, given))
    for problem in _contradictions(read):
        raise InputError(f"{label}: {problem}")
    return read


def _of_table(label: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Read which columns there are, the arms, and the words of outcomes."""
    return {
        **_require(label, given, "columns", _COLUMNS, ("patient", "arm")),
        **_arms(label, given),
        "unit": _unit(label, given),
        "response_words": _words(label, given, "response", _RESPONSES),
        "event_words": _words(label, given, "events", _EVENTS),
        **_mrd(label, given),
        **_further(label, given),
    }


def _arms(label: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Read the arms; of several experimental ones the first is compared, the others are named beside it."""
    arms = _table(label, given, "arms")
    several = arms.get(Arm.EXPERIMENTAL)
    if isinstance(several, list) and several:
        names = _names(label, arms, "arms", Arm.EXPERIMENTAL)
        arms = {**arms, Arm.EXPERIMENTAL: names[0]}
        return {**_require(label, {"arms": arms}, "arms", tuple(Arm), tuple(Arm)), "other_arms": names[1:]}
    return dict(_require(label, given, "arms", tuple(Arm), tuple(Arm)))


def _mrd(label: str, given: Mapping[str, Any]) -> dict[str, Any]:
    found = _table(label, given, "mrd")
    _check_names(label, "mrd", found, _MRD_KEYS)
    words = {key: value for key, value in found.items() if key in _MRD}
    below = found.get("below", 0.01)
    if not isinstance(below, int | float) or not below > 0:
        raise InputError(f"{label}: [mrd] below: expected percent above 0, found {below!r}: correct it")
    return {
        "mrd_words": _words(label, {"mrd": words}, "mrd", _MRD),
        "mrd_values": _names(label, found, "mrd", "values"),
        "mrd_below": float(below),
    }


def _further(label: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Read dates, further endpoints, and the sheet of a workbook."""
    survival = _table(label, given, "survival")
    pairs = {name: _names(label, survival, "survival", name) for name in survival}
    for name, pair in pairs.items():
        if len(pair) != 2:
            raise InputError(
                f"{label}: [survival] {name}: expected the columns of times and events, found {len(pair)}: "
                'write ["TIME", "EVENT"]'
            )
    return {
        "dates": TrialDates(**_strings(label, given, "dates", PARTS)),
        "rates": _strings(label, given, "rates"),
        "survival": pairs,
        "sheet": _strings(label, given, "table", ("sheet",)).get("sheet", ""),
    }


def _of_patients(label: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Read the columns of the baseline and of the genes."""
    baseline, genes = _table(label, given, "baseline"), _table(label, given, "genes")
    _check_names(label, "baseline", baseline, _BASELINE)
    _check_names(label, "genes", genes, ("columns", "kinds", "names"))
    return {
        **{name: _names(label, baseline, "baseline", name) for name in _BASELINE if name != "cut"},
        "cut": _cuts(label, baseline),
        "genes": _names(label, genes, "genes", "columns"),
        "gene_kinds": _kinds(label, genes),
        "gene_names": _strings(label, genes, "names"),
        "pathways": _strings(label, given, "pathways"),
    }


def _shown(label: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Read what is shown and under which names."""
    levels = _table(label, given, "levels")
    questions = tuple(_question(label, each) for each in _tables(label, given, "questions"))
    return {
        "labels": _strings(label, given, "labels"),
        "levels": {column: _strings(label, levels, column) for column in levels},
        "subsets": tuple(_subset(label, each) for each in _tables(label, given, "subsets")),
        "questions": questions or DEFAULT_QUESTIONS,
        "sensitivity": _sensitivity(label, given),
    }


def _sensitivity(label: str, given: Mapping[str, Any]) -> SensitivityRequest:
    """Read which further analyses are asked for, and what they need."""
    section = "sensitivity"
    found = _table(label, given, section)
    _check_names(label, section, found, _SENSITIVITY)
    analyses = _names(label, found, section, "analyses")
    for name in analyses:
        if name not in list(Sensitivity):
            raise InputError(
                f"{label}: [{section}] analyses: expected {', '.join(Sensitivity)}, found {quote(name)}: "
                "correct it"
            )
    single = {name: found[name] for name in ("hsct_time", "first_event") if name in found}
    words = _strings(label, {section: single}, section)
    causes = _table(label, found, "causes")
    default = SensitivityRequest()
    return SensitivityRequest(
        tuple(map(Sensitivity, analyses)),
        _names(label, found, section, "adjust_for"),
        words.get("hsct_time", ""),
        words.get("first_event", ""),
        _words(label, found, "causes", tuple(causes)),
        _whole(label, section, "draws", found.get("draws", default.draws)),
        _whole(label, section, "seed", found.get("seed", default.seed)),
    )


def _whole(label: str, section: str, name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise InputError(
            f"{label}: [{section}] {name}: expected a whole number above 0, found {value!r}: correct it"
        )
    return value


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


def _kinds(label: str, genes: Mapping[str, Any]) -> dict[str, AlterationKind]:
    """Read what kind of alteration each gene column holds."""
    kinds = _strings(label, genes, "kinds")
    for column, kind in kinds.items():
        if kind not in _OF_GENES:
            raise InputError(
                f"{label}: [genes.kinds] {column}: expected {', '.join(_OF_GENES)}, found {quote(kind)}: "
                "correct it"
            )
    return {column: AlterationKind(kind) for column, kind in kinds.items()}


def _tables(label: str, given: Mapping[str, Any], section: str) -> list[Mapping[str, Any]]:
    found = given.get(section, [])
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise InputError(f"{label}: [[{section}]]: expected sections, found {found!r}: write [[{section}]]")
    return found


def _subset(label: str, given: Mapping[str, Any]) -> Subset:
    parts = ("name", "within", "altered")
    return Subset(**_require(label, {"subsets": given}, "subsets", parts, parts))


def _question(label: str, given: Mapping[str, Any]) -> TrialQuestion:
    lists = ("factors", "endpoints", "footnotes")
    _check_names(label, "questions", given, ("name", "title", "levels", *lists))
    words = {key: value for key, value in given.items() if key in {"name", "title"}}
    said = _require(label, {"questions": words}, "questions", ("name", "title"), ("name", "title"))
    factors, endpoints, footnotes = (_names(label, given, "questions", name) for name in lists)
    levels = _table(label, given, "levels")
    shown = {factor: _names(label, levels, "questions.levels", factor) for factor in levels}
    for problem in _about_question(said["name"], factors, tuple(shown)):
        raise InputError(f"{label}: [[questions]] {problem}")
    return TrialQuestion(said["name"], said["title"], factors, endpoints, shown, footnotes)


def _about_question(name: str, factors: tuple[str, ...], shown: tuple[str, ...]) -> Iterator[str]:
    if not re.fullmatch(r"[A-Za-z0-9_]+", name):
        yield f"name: expected letters, digits and _, found {quote(name)}: it stands in names of files"
    if not factors:
        yield f"{name}: expected 'factors', found none: name one, as factors = [\"Risk group\"]"
    for factor in shown:
        if factor not in factors:
            yield f"{name}: levels: expected one of the factors, found {quote(factor)}: add it there"


def _table(label: str, given: Mapping[str, Any], section: str) -> Mapping[str, Any]:
    found = given.get(section, {})
    if not isinstance(found, dict):
        raise InputError(f"{label}: [{section}]: expected a section, found {found!r}: see --example")
    return found


def _check_names(label: str, section: str, given: Mapping[str, Any], names: tuple[str, ...]) -> None:
    for name in given:
        if name not in names:
            where = f"[{section}]: " if section else ""
            raise InputError(
                f"{label}: {where}expected one of {', '.join(names)}, found {quote(name)}: correct it"
            )


def _strings(
    label: str, given: Mapping[str, Any], section: str, names: tuple[str, ...] = ()
) -> dict[str, str]:
    found = _table(label, given, section)
    if names:
        _check_names(label, section, found, names)
    for name, value in found.items():
        if not isinstance(value, str) or not value.strip():
            raise InputError(f"{label}: [{section}] {name}: expected a text, found {value!r}: correct it")
    return {name: value.strip() for name, value in found.items()}


def _require(
    label: str, given: Mapping[str, Any], section: str, names: tuple[str, ...], needed: tuple[str, ...]
) -> dict[str, str]:
    found = _strings(label, given, section, names)
    for key in needed:
        if key not in found:
            raise InputError(f"{label}: [{section}]: expected '{key}', found none: add it")
    return found


def _names(label: str, found: Mapping[str, Any], section: str, name: str) -> tuple[str, ...]:
    values = found.get(name, [])
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise InputError(
            f"{label}: [{section}] {name}: expected a list of names, found {values!r}: correct it"
        )
    return tuple(dict.fromkeys(value.strip() for value in values))


def _words(label: str, given: Mapping[str, Any], section: str, meanings: tuple[str, ...]) -> dict[str, str]:
    found = _table(label, given, section)
    _check_names(label, section, found, meanings)
    words: dict[str, str] = {}
    for meaning in found:
        for word in _names(label, found, section, meaning):
            if word in words:
                raise InputError(
                    f"{label}: [{section}]: {quote(word)}: expected once, found twice: leave one"
                )
            words[word] = meaning
    return words


def _unit(label: str, given: Mapping[str, Any]) -> str:
    unit = _strings(label, given, "time", ("unit",)).get("unit", "")
    if unit not in _MONTHS and (given.get("columns", {}).keys() & {"pfs_time", "os_time"}):
        found = quote(unit) if unit else "none"
        raise InputError(f"{label}: [time] unit: expected {', '.join(_MONTHS)}, found {found}: say which")
    return unit or "months"


def _cuts(label: str, baseline: Mapping[str, Any]) -> dict[str, tuple[float, ...]]:
    cuts: dict[str, tuple[float, ...]] = {}
    for column, limits in _table(label, baseline, "cut").items():
        if not isinstance(limits, list) or not limits or not all(is_number(str(each)) for each in limits):
            raise InputError(
                f"{label}: [baseline.cut] {column}: expected a list of numbers, found {limits!r}: correct it"
            )
        cuts[column] = tuple(sorted(float(each) for each in limits))
    return cuts
