"""The tidy frames as tables of text, for the page."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import pandas as pd

from leukotype.report.notation import (
    NOT_ESTIMABLE,
    NOTHING,
    count,
    interval,
    level_of,
    months,
    out_of,
    p_value,
    percent,
    ratio,
    ratio_with_limits,
    unique,
)
from leukotype.report.trial.footnotes import Footnotes, methods_note, name_test
from leukotype.vocabulary import ALL_PATIENTS, Arm

_TESTS: Final = ("P", "P, Holm", "P, Benjamini-Hochberg")
_TARONE: Final = "P, Tarone"
_REMARK: Final = "Remark"
# Columns of P values in tables that are printed as they are.
_P_VALUES: Final = frozenset({"p", "p_whole_trial"})
_Row = Mapping[Any, Any]

# Frames with a row per patient or per step: figures are drawn from them, and their csv has them in full.
_TOO_LONG: Final = ("curves", "incidence", "alterations", "patients")
# Lesions of fewer patients are left to the csv.
_MIN_LESION: Final = 2
_LONGEST: Final = 130  # rows of a sensitivity analysis on the page; of more, risk groups alone
_RISK_GROUP: Final = "Risk group"


@dataclass(frozen=True)
class Line:
    """A row of a table: its head and its cells; a heading has none and stands over the rows below it."""

    head: str
    cells: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """A table as it is printed, with the notes below it; columns of ``words`` are aligned left."""

    caption: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()
    words: tuple[str, ...] = (_REMARK,)


_ENDINGS: Final = ("", *(f"_{arm}" for arm in Arm))  # of columns of all patients and of both arms


@dataclass(frozen=True)
class IntervalLevels:
    """IntervalLevels of the intervals, as they stand in the heads of figures and tables."""

    rate: float = 0.95
    difference: float = 0.95
    median: float = 0.95
    hr: float = 0.975
    rmst: float = 0.95


STANDARD: Final = IntervalLevels()


def print_tables(
    frames: Mapping[str, pd.DataFrame], arms: tuple[str, str], levels: IntervalLevels = STANDARD
) -> list[Table]:
    """Print every frame that is no list of patients or steps, in the order given; empty ones are left out."""
    tables: list[Table] = []
    for name, frame in frames.items():
        if name in _TOO_LONG or frame.empty:
            continue
        if name in {"response", "survival"}:
            make = print_response if name == "response" else print_survival
            parts = frame.groupby("endpoint", sort=False)
            tables += [make(rows, str(endpoint), arms, levels) for endpoint, rows in parts]
        elif name == "sensitivity":
            parts = frame.groupby("analysis", sort=False)
            tables += [print_sensitivity(rows, str(analysis)) for analysis, rows in parts]
        elif name in _PRINTED:
            tables.append(_PRINTED[name](frame, arms))
        else:
            tables.append(print_plain(name, frame, arms))
    return tables


def print_baseline(frame: pd.DataFrame, arms: tuple[str, str]) -> Table:
    """Print who the patients are: median (range), or a heading and n (%) of the levels below it."""
    whole = "whole_trial" in frame
    columns = ["all", "experimental", "comparator"]
    heads = ["All analysed", *arms]
    if whole:
        columns += ["whole_trial", "whole_trial_experimental", "whole_trial_comparator"]
        heads += ["Whole trial", *(f"Whole trial: {arm}" for arm in arms)]
    footnotes = Footnotes()
    lines: list[Line] = []
    for variable, own in frame.groupby("variable", sort=False):
        first = own.iloc[0].to_dict()
        tests = tuple(_baseline_tests(first, footnotes, whole=whole))
        counts = [tuple(str(row[name]) for name in columns) for row in own.to_dict("records")]
        if len(own) == 1:
            level = f", {own['level'].iloc[0]}" if own["level"].iloc[0] else ""
            lines.append(Line(f"{variable}{level}", (*counts[0], *tests)))
            continue
        lines.append(Line(f"{variable}, n (%)", (*("" for _ in columns), *tests)))
        lines += [Line(f"\N{EM SPACE}{level}", (*row, *("" for _ in tests)))
                  for level, row in zip(own["level"], counts, strict=True)]  # fmt: skip
    tests_of = ("SMD", "P")
    heads += tests_of + tuple(f"{name}, analysed or not" for name in tests_of) if whole else tests_of
    notes = (
        footnotes.text(),
        "SMD: standardised mean difference of the arms. P values describe chance where arms were randomised.",
    )
    return Table("Baseline", ("Characteristic", *heads), tuple(lines), notes, words=())


def _baseline_tests(row: _Row, footnotes: Footnotes, *, whole: bool) -> Iterator[str]:
    for ending in ("", "_whole_trial") if whole else ("",):
        smd, p = row[f"smd{ending}"], row[f"p{ending}"]
        yield NOTHING if math.isnan(smd) else f"{smd:.2f}"
        yield NOTHING if math.isnan(p) else footnotes.p(p, str(row[f"test{ending}"]))


def print_nested(frame: pd.DataFrame, arms: tuple[str, str]) -> Table:
    """Print risk groups and the subtypes within them: n (%) of all patients and of both arms."""
    lines = []
    for row in frame.to_dict("records"):
        cells = tuple(f"{count(row[f'n{end}'])} ({row[f'percent{end}']:.1f})" for end in _ENDINGS)
        head = f"\N{EM SPACE}{row['subtype']}" if row["subtype"] else str(row["risk_group"])
        lines.append(Line(head, cells))
    heads = ("Risk group, subtype", "All, n (%)", *(f"{arm}, n (%)" for arm in arms))
    return Table("Subtypes by risk group and arm", heads, tuple(lines), words=())


def print_response(
    rows: pd.DataFrame, endpoint: str, arms: tuple[str, str], levels: IntervalLevels = STANDARD
) -> Table:
    """Print rates, their difference and its tests: a line per subgroup, under its factor."""
    footnotes = Footnotes()
    lines = _lines(rows, footnotes, _response_cells)
    columns = [f"{arm}: {what}" for arm in arms for what in ("n/N", f"% ({level_of(levels.rate)})")]
    difference = f"Difference, percentage points ({level_of(levels.difference)})"
    intervals = unique(str(name) for side in Arm for name in rows[f"interval_{side}"].dropna())
    return Table(
        f"{endpoint} by subgroup, {arms[0]} against {arms[1]}",
        ("Subgroup", *columns, difference, *_TESTS, _TARONE, _REMARK),
        lines,
        (
            f"Intervals of rates: {'; '.join(intervals)}.",
            *_test_notes(footnotes),
            f"{_TARONE}: Bonferroni for the tables that can reach .05; {NOTHING}, a table that cannot.",
        ),
    )


def print_survival(
    rows: pd.DataFrame, endpoint: str, arms: tuple[str, str], levels: IntervalLevels = STANDARD
) -> Table:
    """Print events, medians, hazard ratios, their tests and restricted means: a line per subgroup."""
    footnotes = Footnotes()
    lines = _lines(rows, footnotes, _survival_cells)
    median = f"median, months ({level_of(levels.median)})"
    columns = [f"{arm}: {what}" for arm in arms for what in ("events/n", median)]
    means = ("P, proportional hazards", f"RMST difference, months ({level_of(levels.rmst)})")
    return Table(
        f"{endpoint} by subgroup, {arms[0]} against {arms[1]}",
        ("Subgroup", *columns, f"HR ({level_of(levels.hr)})", *_TESTS, *means, _REMARK),
        lines,
        (
            methods_note(rows),
            *_test_notes(footnotes),
            "RMST: restricted mean survival time up to the month given. NR, not reached; NE, not estimable.",
        ),
    )


def print_sensitivity(rows: pd.DataFrame, analysis: str) -> Table:
    """Print what one analysis estimates, under a heading for each endpoint and model."""
    footnotes = Footnotes()
    known = rows[rows["estimable"].astype(bool)]
    shown = known
    if len(known) > _LONGEST:
        shown = known[known["factor"].isin([ALL_PATIENTS, _RISK_GROUP])]
    draws = bool(known["draws"].notna().any())
    lines: list[Line] = []
    for (endpoint, model), own in shown.groupby(["endpoint", "model"], sort=False):
        lines.append(Line(f"{endpoint}: {model}" if endpoint else "Patients"))
        lines += [_further_line(row, footnotes, draws=draws) for row in own.to_dict("records")]
    intervals = unique(str(name) for name in known["interval"])
    columns = (
        "Subgroup",
        "Quantity",
        "Of",
        "Estimate (interval)",
        "Main analysis",
        "Draws" if draws else "P",
    )
    notes = [
        "Exploratory. Intervals: " + "; ".join(intervals) + ".",
        footnotes.text(),
        f"Without an estimate, with the reason in sensitivity.csv: {len(rows) - len(known)}.",
        "" if len(shown) == len(known) else "All patients and risk groups; other subgroups: sensitivity.csv.",
    ]
    words = {"Quantity", "Of"}
    return Table(f"Sensitivity: {analysis}", columns, tuple(lines), tuple(notes), tuple(words))


def _further_line(row: _Row, footnotes: Footnotes, *, draws: bool) -> Line:
    head = str(row["level"])
    if row["factor"] not in (ALL_PATIENTS, row["level"]):
        head = f"{row['factor']}: {row['level']}"
    write = _WRITES.get(str(row["quantity"]), percent if "incidence" in row["quantity"] else ratio)
    point = _with_limits(row, "estimate", "low", "high", write, NOTHING)
    if write is ratio and not math.isnan(row["low"]):
        point = ratio_with_limits(row["estimate"], row["low"], row["high"])
    main = NOTHING if math.isnan(row["main_estimate"]) else write(row["main_estimate"])
    p = NOTHING if math.isnan(row["p"]) else footnotes.p(row["p"], str(row["test"]))
    last = count(float(row["draws"])) if draws else p
    return Line(head, (str(row["quantity"]), str(row["of"]), point, main, last))


def _lines(
    rows: pd.DataFrame, footnotes: Footnotes, cells: Callable[[_Row, Footnotes], Sequence[str]]
) -> tuple[Line, ...]:
    """Make a line of each row, and a heading with the interaction test where a new factor begins."""
    lines: list[Line] = []
    heading = ALL_PATIENTS
    for row in rows.to_dict("records"):
        if row["factor"] != heading:
            heading = row["factor"]
            lines.append(Line(f"{heading}{_interaction(row, footnotes)}"))
        lines.append(Line(str(row["level"]), tuple(cells(row, footnotes))))
    return tuple(lines)


def _interaction(row: _Row, footnotes: Footnotes) -> str:
    """Print the test of interaction, and its adjusted P value where there is more than one factor."""
    p, adjusted = row["interaction_p"], row["interaction_p_holm"]
    if math.isnan(p):
        return ""
    holm = f", Holm {p_value(adjusted)}" if adjusted != p else ""
    return f" (P for interaction {footnotes.p(p, str(row['interaction_test']))}{holm})"


def _response_cells(row: _Row, footnotes: Footnotes) -> list[str]:
    cells = []
    for side in Arm:
        cells.append(out_of(row[f"responders_{side}"], row[f"n_{side}"]))
        cells.append(_with_limits(row, f"rate_{side}", f"low_{side}", f"high_{side}", percent, NOTHING))
    difference = _with_limits(row, "difference", "difference_low", "difference_high", percent)
    return [*cells, difference, *_tests(row, footnotes), _adjusted(row["p_tarone"]), row["why_not"]]


def _survival_cells(row: _Row, footnotes: Footnotes) -> list[str]:
    cells = []
    for side in Arm:
        names = (f"median_{side}", f"median_low_{side}", f"median_high_{side}")
        cells += [out_of(row[f"events_{side}"], row[f"n_{side}"]), _with_limits(row, *names, months)]
    known = row["estimable"]
    hazard = ratio_with_limits(row["hr"], row["hr_low"], row["hr_high"]) if known else NOT_ESTIMABLE
    mean = _with_limits(row, "rmst_difference", "rmst_low", "rmst_high", months)
    up_to = "" if math.isnan(row["rmst_difference"]) else f" to {months(row['rmst_tau'])}"
    return [
        *cells,
        hazard,
        *_tests(row, footnotes),
        footnotes.p(row["ph_p"], "test of proportional hazards"),
        f"{mean}{up_to}",
        row["why_not"],
    ]


def _with_limits(
    row: _Row, value: str, low: str, high: str, write: Callable[[float], str], missing: str = NOT_ESTIMABLE
) -> str:
    if math.isnan(row[value]):
        return missing
    if math.isnan(row[low]) and math.isnan(row[high]):
        return write(row[value])
    return f"{write(row[value])} ({interval(write(row[low]), write(row[high]))})"


def _tests(row: _Row, footnotes: Footnotes) -> list[str]:
    """Print the raw P value with its test, and the adjusted ones."""
    adjusted = (_adjusted(row[name]) for name in ("p_holm", "p_bh"))
    return [footnotes.p(row["p"], name_test(row)), *adjusted]


def _adjusted(p: float) -> str:
    return NOTHING if math.isnan(p) else p_value(p)


def _test_notes(footnotes: Footnotes) -> tuple[str, ...]:
    return (
        footnotes.text(),
        "Unadjusted P values of subgroups are exploratory; the adjusted ones rest on the same tests.",
    )


def print_alterations(frame: pd.DataFrame, arms: tuple[str, str]) -> Table:
    """Print the altered patients of each subtype: a line per lesion or pathway, a column per subtype."""
    del arms  # the lesions are those of both
    sizes = frame.groupby("subtype", sort=False)["n"].max()
    lines: list[Line] = []
    rare = 0
    for (group, kind), part in frame.groupby(["group", "kind"], sort=False):
        counts = part.pivot_table(index="name", columns="subtype", values="n_altered", sort=False)[
            sizes.index
        ]
        tested = part.pivot_table(index="name", columns="subtype", values="n", sort=False)[sizes.index]
        total = counts.sum(axis=1)
        kept = total[total >= _MIN_LESION].sort_values(ascending=False, kind="stable")
        rare += len(total) - len(kept)
        lines += [Line(_heading(str(kind or group), {}))] if len(kept) else []
        for (name, row), n in zip(counts.loc[kept.index].iterrows(), kept, strict=True):
            of = tested.loc[str(name)].to_numpy(dtype=np.float64)
            cells = (_of_tested(*each) for each in zip(row, of, sizes, strict=True))
            every = f"{_of_tested(n, of.sum(), sizes.sum())} ({percent(n / of.sum())})"
            lines.append(Line(str(name), (every, *cells)))
    columns = (f"{subtype} (n = {count(n)})" for subtype, n in sizes.items())
    notes = ["Patients with the alteration; every patient is in the n of the column, altered or not."]
    if frame.groupby("subtype")["n"].nunique().max() > 1:
        notes = ["Patients with the alteration; of how many tested, where these are fewer than the n above."]
    if rare:
        notes.append(f"Seen in one patient and not listed here: {rare}.")
    every = f"All, n (% of {count(sizes.sum())})"
    return Table("Alterations by subtype", ("Alteration", every, *columns), tuple(lines), tuple(notes))


def _of_tested(altered: float, tested: float, n: float) -> str:
    """Print a count, and of how many where not all were tested."""
    if tested < n:
        return f"{count(altered)}/{count(tested)}" if tested else "not tested"
    return count(altered) if altered else NOTHING


def print_plain(name: str, frame: pd.DataFrame, arms: tuple[str, str]) -> Table:
    """Print any other frame as it is: one column each, the arms under their names, factors as headings."""
    names = dict(zip(map(str, Arm), arms, strict=True))
    factors = frame["factor"].astype(str) if "factor" in frame else pd.Series("", index=frame.index)
    shown = frame.drop(columns="factor", errors="ignore")
    columns = [_heading(str(column), names) for column in shown.columns]
    lines: list[Line] = []
    for i, row in enumerate(shown.to_dict("records")):
        if factors.iloc[i] and (i == 0 or factors.iloc[i] != factors.iloc[i - 1]):
            lines.append(Line(factors.iloc[i]))
        first, *cells = (_cell(str(column), value) for column, value in row.items())
        lines.append(Line(first, tuple(cells)))
    words = (
        text for text, column in zip(columns, shown.columns, strict=True) if shown[column].dtype == object
    )
    return Table(_heading(name, names), tuple(columns), tuple(lines), words=tuple(words))


def _heading(column: str, arms: Mapping[str, str]) -> str:
    words = [arms.get(word, word) for word in column.split("_")]
    text = " ".join("P" if word == "p" else word for word in words)
    return text[:1].upper() + text[1:]


def _cell(column: str, value: Any) -> str:
    """Print one value by its type; a P value by its column's name."""
    if isinstance(value, str | bool):
        return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value
    if pd.isna(value):
        return NOTHING
    if column in _P_VALUES:
        return p_value(float(value))
    if math.isinf(value):
        return months(float(value))
    whole = float(value) == int(value) and not isinstance(value, float)
    return count(float(value)) if whole else f"{value:.1f}"


_WRITES: Final[Mapping[str, Callable[[float], str]]] = MappingProxyType(
    {"cause-specific hazard ratio": ratio, "difference of rates": percent, "patients": count}
)
_PRINTED: Final[Mapping[str, Callable[[pd.DataFrame, tuple[str, str]], Table]]] = MappingProxyType(
    {"baseline": print_baseline, "nested": print_nested, "alterations_by_subtype": print_alterations}
)
