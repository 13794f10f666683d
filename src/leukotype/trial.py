"""From calls and a clinical table to tables, figures and one page: what `leukotype efficacy` runs.

Read from top to bottom: `analyse_arms` joins and compares, `write_analysis` draws and writes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

import pandas as pd

from leukotype.calling.risk import GroupTable
from leukotype.efficacy.analysis import Analysis, analyse
from leukotype.efficacy.analysis_options import AnalysisOptions
from leukotype.efficacy.clinical_table import check_clinical, read_table
from leukotype.efficacy.columns import TrialColumns, read_columns
from leukotype.efficacy.join import join_trial
from leukotype.efficacy.subgroups import OF_CALLS, Family
from leukotype.errors import InputError, InputListError, abridge
from leukotype.evidence.findings import NO_MARK, mutation_gene
from leukotype.report import (
    Drawing,
    IntervalLevels,
    draw_best_responses,
    draw_incidence,
    draw_km,
    draw_oncoprint,
    draw_response_bars,
    draw_response_forest,
    draw_shrinkage_forest,
    draw_survival_forest,
    render,
    trial_page,
)
from leukotype.report.drawing import file_stem, finish
from leukotype.report.trial.manuscript import as_docx, as_xlsx
from leukotype.report.trial.page_tables import print_tables
from leukotype.runs.files import as_csv
from leukotype.runs.own_files import write_own
from leukotype.vocabulary import (
    ALL_PATIENTS,
    Agreement,
    AlterationKind,
    Arm,
    Endpoint,
    FigureFormat,
    LesionKind,
    PloidyState,
    Sensitivity,
    Status,
    TableFormat,
    VariantClass,
)

PAGE: Final = "efficacy.html"
RECORD: Final = "efficacy_files.json"
FRAMES: Final = (
    "flow",
    "baseline",
    "nested",
    "response",
    "survival",
    "curves",
    "followup",
    "landmarks",
    "sensitivity",
    "incidence",
    "frequencies",
    "alterations",
    "alterations_by_subtype",
    "patients",
)
# Name of a file's kind -> how it is rendered: the text of an SVG stays text, for those who edit it.
_FORMATS: Final = MappingProxyType(
    {kind: "svg_text" if kind == FigureFormat.SVG else str(kind) for kind in FigureFormat}
)
_DOCUMENTS: Final = MappingProxyType({TableFormat.DOCX: as_docx, TableFormat.XLSX: as_xlsx})
# Significant digits of a table: what sums leave behind them (5.630000000000001) says nothing.
_DIGITS: Final = 10
_LEVELS: Final = ("rate", "difference", "median", "hr", "rmst")
_EVIDENCE: Final = ("sample", "lesion", "kind", "used", "why_not")
# Oncoprints, and the kinds of alteration on each.
_ONCOPRINTS: Final = {
    "fusions": (AlterationKind.FUSION,),
    "other_alterations": tuple(
        kind for kind in AlterationKind if kind not in (AlterationKind.FUSION, AlterationKind.PLOIDY)
    ),
}
# Lesions that are alterations, as the evidence names their kinds; what a marker shows is none. What a copy
# number shows there is a state of the ploidy.
_KINDS: Final = MappingProxyType(
    {
        str(LesionKind.FUSION): AlterationKind.FUSION,
        str(LesionKind.MUTATION): AlterationKind.MUTATION,
        str(LesionKind.COPY_NUMBER): AlterationKind.PLOIDY,
    }
)
_MOST_PANELS: Final = 4  # of Kaplan-Meier curves on a sheet: two rows fit a page of a journal
_MOST_ROWS: Final = 36  # of a forest or an oncoprint on a sheet: with heads and notes it fits A4
_AGES: Final = ("<40", "40\N{EN DASH}54", "55\N{EN DASH}64", "\N{GREATER-THAN OR EQUAL TO}65")  # years
_TRACKS: Final = ("arm", "response", "MRD", "age")  # below an oncoprint
# Endpoints whose files have shorter names.
_FILES: Final[Mapping[str, str]] = MappingProxyType({Endpoint.RESPONSE: "response", Endpoint.MRD: "mrd"})


@dataclass(frozen=True)
class TrialFiles:
    """Files of a trial.

    Parameters
    ----------
    calls
        ``calls.csv`` of `leukotype predict`.
    clinical
        table of the patients.
    columns
        TOML that says which of its columns holds what.
    evidence
        ``evidence.csv`` beside the calls: the lesions that counted, and all mutations that passed their
        filter, become the alterations.
    probabilities
        ``probabilities.csv`` beside the calls: what misclassification is drawn from.
    """

    calls: Path
    clinical: Path
    columns: Path
    evidence: Path | None = None
    probabilities: Path | None = None


def analyse_arms(
    files: TrialFiles,
    *,
    risk: GroupTable | None = None,
    options: AnalysisOptions | None = None,
    allow_unmatched: bool = False,
) -> tuple[Analysis, ...]:
    """Join the calls to the clinical table, patient by patient, and compare each arm with the comparator.

    Raises
    ------
    InputError
        For files that cannot be read, and for patients without a call or calls without a patient.
    """
    calls = read_table(files.calls)
    columns = read_columns(files.columns)
    table = read_table(files.clinical, columns.sheet)
    alterations = tested = None
    if files.evidence is not None:
        alterations, tested = read_alterations(files.evidence, calls), read_tested(files.evidence, calls)
    pairs = [check_clinical(table, pair, str(files.clinical)) for pair in columns.pairs]
    options = options or AnalysisOptions()
    _check_sensitivity(files, columns, options)
    chances = None if files.probabilities is None else read_chances(files.probabilities, calls)
    del table  # texts of 100,000 patients are half of the memory that is used
    found = []
    for clinical in pairs:
        trial = join_trial(
            clinical,
            calls,
            alterations=alterations,
            tested=tested,
            risk=risk,
            chances=chances,
            allow_unmatched=allow_unmatched,
            labels=(str(files.clinical), "calls"),
        )
        found.append(analyse(trial, options))
    return tuple(found)


def _check_sensitivity(files: TrialFiles, columns: TrialColumns, options: AnalysisOptions) -> None:
    """Refuse sensitivity analyses that lack what they need, a line each."""
    request = columns.sensitivity
    endpoints = {name for name, _, _ in columns.endpoints}
    problems = request.gaps(
        {*options.sensitivity, *request.analyses},
        has_hsct=bool(columns.dates.hsct),
        has_ends=bool(columns.dates.progression) or {Endpoint.PFS, Endpoint.OS} <= endpoints,
        has_chances=files.probabilities is not None,
    )
    if lines := [f"{files.columns}: {problem}" for problem in problems]:
        raise InputListError(*lines)


def read_chances(path: Path, calls: pd.DataFrame) -> pd.DataFrame:
    """Read the probabilities of those whose call may be another: called, and not because a lesion decides.

    Returns
    -------
    pandas.DataFrame
        a row a sample, a column a subtype.

    Raises
    ------
    InputError
        For a table that has no row, or no number, for a called sample.
    """
    table = read_table(path)
    if "sample" not in table.columns:
        raise InputError(
            f"{path}: expected column 'sample', found none: give the probabilities.csv of leukotype predict"
        )
    numbers = {str(name): pd.to_numeric(table[name], errors="coerce") for name in table.columns[1:]}
    chances = pd.DataFrame(numbers).set_axis(table["sample"], axis=0)
    drawn = (calls["status"] == Status.CALLED) & calls["subtype"].isin(chances.columns)
    if "evidence_agreement" in calls.columns:
        drawn &= calls["evidence_agreement"] != Agreement.DECIDES
    who = calls.loc[drawn, "sample"]
    found = chances.reindex(who).fillna(0.0)
    if without := list(who[(found.sum(axis=1) <= 0).to_numpy()]):
        raise InputError(
            f"{path}: expected the probabilities of each called sample, found none of {abridge(without)}: "
            "give calls and probabilities of one run"
        )
    return found


def write_analysis(
    analysis: Analysis,
    out: Path,
    *,
    synthetic: bool = False,
    title: str = "Efficacy by subtype",
    formats: Sequence[FigureFormat] = (FigureFormat.SVG, FigureFormat.PNG),
    documents: Sequence[TableFormat] = (),
) -> tuple[Path, ...]:
    """Write every table, every figure (in the formats asked for) and the page; all of them or none.

    What an older analysis wrote to the folder, and this one does not, is removed: `RECORD` names it.

    Parameters
    ----------
    documents
        in which the tables are written as the page prints them, beside the csv of each.
    """
    tables = {name: getattr(analysis, name) for name in FRAMES}
    figures = draw_figures(analysis, synthetic=synthetic)
    for figure in figures.values():
        finish(figure, ("svg", *(_FORMATS[kind] for kind in formats)))
    printed = {name: _say_tested(table) for name, table in tables.items()}
    page = trial_page(
        printed,
        figures,
        analysis.methods,
        analysis.notes,
        synthetic=synthetic,
        title=title,
        arms=analysis.arms,
        levels=_levels(analysis),
        limits=analysis.limits,
    )
    content: dict[str, str | bytes] = {PAGE: page}
    content |= {f"{name}.csv": as_csv(_short(table)) for name, table in tables.items()}
    lists = print_tables(printed, analysis.arms, _levels(analysis)) if documents else ()
    for document in documents:
        content[f"tables.{document}"] = _DOCUMENTS[document](lists, synthetic=synthetic)
    for kind in formats:
        content |= {f"{name}.{kind}": render(each, _FORMATS[kind]) for name, each in figures.items()}
    prefix = "SYNTHETIC_" if synthetic else ""
    return write_own(out, {f"{prefix}{name}": part for name, part in content.items()}, f"{prefix}{RECORD}")


def _short(table: pd.DataFrame) -> pd.DataFrame:
    """Give a table with the significant digits of its numbers alone."""
    numbers = table.select_dtypes("float")
    return table.assign(**{str(n): [float(f"{x:.{_DIGITS}g}") for x in numbers[n]] for n in numbers})


def _levels(analysis: Analysis) -> IntervalLevels:
    return IntervalLevels(**{name: getattr(analysis.options, f"{name}_level") for name in _LEVELS})


def read_alterations(path: Path, calls: pd.DataFrame) -> pd.DataFrame:
    """Read the lesions that counted, and every mutation that passed its filter, each lesion once a sample.

    Parameters
    ----------
    calls
        of the same run: what a copy number shows is the state of the ploidy that stands there.

    Returns
    -------
    pandas.DataFrame
        ``sample``, ``gene``, ``kind``, ``lesion`` as the evidence writes it. A mutation alters its gene also
        where it marks no subtype; what only the expression of a marker shows is no alteration.

    Raises
    ------
    InputError
        For a column that is absent, and for a ploidy of a sample whose call has no state.
    """
    evidence = read_table(path)
    for column in _EVIDENCE:
        if column not in evidence.columns:
            raise InputError(
                f"{path}: expected column {column!r}, found none: give the evidence.csv of leukotype predict"
            )
    counts = evidence["used"].astype(str).str.lower() == "true"
    counts |= (evidence["kind"] == LesionKind.MUTATION) & (evidence["why_not"] == NO_MARK)
    used = evidence.loc[counts & evidence["kind"].isin(list(_KINDS)), ["sample", "lesion", "kind"]]
    states = _ploidy_states(calls)
    genes = [_gene(path, states, *row) for row in used.itertuples(index=False)]
    kinds = used["kind"].map(dict(_KINDS))
    found = used[["sample", "lesion"]].assign(kind=kinds, gene=genes)
    return found[["sample", "gene", "kind", "lesion"]].drop_duplicates(ignore_index=True)


def read_tested(path: Path, calls: pd.DataFrame) -> dict[AlterationKind, frozenset[str]]:
    """Tell in which samples a run looked for lesions of each kind; any other sample was not tested.

    Mutations: where the evidence has any, used or not (a file without a mutation in the genes that are read
    leaves no trace). Fusions: where the calls say that any lesion was looked for. Chromosomes: in all, since
    the counts show them.
    """
    evidence = read_table(path)
    samples = calls["sample"].astype(str)
    looked = samples
    if "evidence_agreement" in calls.columns:
        looked = samples[calls["evidence_agreement"] != Agreement.NOT_GIVEN]
    return {
        AlterationKind.MUTATION: frozenset(evidence.loc[evidence["kind"] == LesionKind.MUTATION, "sample"]),
        AlterationKind.FUSION: frozenset(looked),
        AlterationKind.PLOIDY: frozenset(samples),
    }


def _ploidy_states(calls: pd.DataFrame) -> dict[str, PloidyState | None]:
    """State of the ploidy of every sample that has a call; None where the calls have none."""
    texts = calls.reindex(columns=["sample", "ploidy_state"]).itertuples(index=False)
    return {str(sample): PloidyState(text) if text in set(PloidyState) else None for sample, text in texts}


def _gene(path: Path, states: Mapping[str, PloidyState | None], sample: str, lesion: str, kind: str) -> str:
    """Name what is altered: the gene of a mutation, the state of a ploidy, both genes of a fusion."""
    if kind == LesionKind.MUTATION:
        return mutation_gene(lesion)
    if kind == LesionKind.FUSION or sample not in states:  # who has no call does not join
        return lesion
    state = states[sample]
    if state is None:
        raise InputError(
            f"{path}: sample {sample!r}: expected its ploidy_state in the calls, found none: give calls and "
            "evidence of one run"
        )
    return state


def _say_tested(table: pd.DataFrame) -> pd.DataFrame:
    """Write beside a factor how many of the patients were tested for it, where not all were."""
    if not {"family", "n_tested"} <= set(table.columns):
        return table
    said = [
        f"{factor} ({tested} of {n} tested)" if tested < n else factor
        for factor, tested, n in zip(table["factor"], table["n_tested"], table["n_of"], strict=True)
    ]
    return table.assign(factor=said)


def draw_figures(analysis: Analysis, *, synthetic: bool = False) -> dict[str, Drawing]:
    """Draw what the tables allow, by names of files: an endpoint that the trial lacks has no figure."""
    figures: dict[str, Drawing] = {}
    for frame in (analysis.response, analysis.survival):
        for endpoint in map(str, dict.fromkeys(frame["endpoint"])):
            figures |= dict(_forests(analysis, endpoint, synthetic))
    if _has(analysis.response, Endpoint.RESPONSE):
        level = analysis.options.rate_level
        bars = draw_response_bars(analysis.response, analysis.arms, interval_level=level, synthetic=synthetic)
        figures["response_by_subtype"] = bars
        figures["best_response_by_subtype"] = draw_best_responses(
            analysis.patients, analysis.arms, synthetic=synthetic
        )
    for endpoint in map(str, dict.fromkeys(analysis.survival["endpoint"])):
        figures |= dict(_curves(analysis, endpoint, synthetic))
    return figures | dict(_oncoprints(analysis, synthetic)) | dict(_sensitivity(analysis, synthetic))


def _sensitivity(analysis: Analysis, synthetic: bool) -> Iterator[tuple[str, Drawing]]:
    """Draw what the sensitivity analyses have to show: subgroups that borrow, and competing risks."""
    frame, options = analysis.sensitivity, analysis.options
    shrunk = frame[(frame["analysis"] == Sensitivity.SHRINKAGE) & frame["estimable"].astype(bool)]
    for endpoint in map(str, dict.fromkeys(shrunk["endpoint"])):
        level = options.hr_level
        forest = draw_shrinkage_forest(
            frame, analysis.arms, endpoint=endpoint, level=level, synthetic=synthetic
        )
        yield f"sensitivity_shrinkage_{_stem(endpoint)}", forest
    for endpoint in map(str, dict.fromkeys(analysis.incidence["endpoint"])):
        curves = draw_incidence(
            analysis.incidence,
            analysis.arms,
            endpoint=endpoint,
            sensitivity=frame,
            levels=(options.median_level, options.hr_level),
            synthetic=synthetic,
        )
        yield f"sensitivity_incidence_{_stem(endpoint)}", curves


def _forests(analysis: Analysis, endpoint: str, synthetic: bool) -> Iterator[tuple[str, Drawing]]:
    """Draw a forest for each question about an endpoint, on as many sheets as it takes."""
    of_response = _has(analysis.response, endpoint)
    frame = _say_tested(analysis.response if of_response else analysis.survival)
    for question in analysis.questions:
        rows = question.rows(frame, endpoint) if question.asks(endpoint) else frame.iloc[:0]
        if len(rows) < 2:  # all patients alone answer no question
            continue
        sheets = _sheets(rows)
        notes = [*question.footnotes, *_group_notes(analysis, rows)]
        for i, sheet in enumerate(sheets):
            page = f" ({i + 1} of {len(sheets)})" if len(sheets) > 1 else ""
            draw = _response_forest if of_response else _survival_forest
            forest = draw(analysis, sheet, endpoint, f"{question.title}{page}", notes, synthetic)
            yield f"forest_{_stem(endpoint)}_{question.name}{f'_{i + 1}' if page else ''}", forest


def _response_forest(
    analysis: Analysis, rows: pd.DataFrame, endpoint: str, title: str, notes: list[str], synthetic: bool
) -> Drawing:
    options = analysis.options
    return draw_response_forest(
        rows,
        analysis.arms,
        endpoint=endpoint,
        title=title,
        levels=(options.rate_level, options.difference_level),
        notes=[_rate_note(analysis), *notes],
        synthetic=synthetic,
    )


def _survival_forest(
    analysis: Analysis, rows: pd.DataFrame, endpoint: str, title: str, notes: list[str], synthetic: bool
) -> Drawing:
    level = analysis.options.hr_level
    return draw_survival_forest(
        rows, analysis.arms, endpoint=endpoint, title=title, level=level, notes=notes, synthetic=synthetic
    )


def _rate_note(analysis: Analysis) -> str:
    options = analysis.options
    return f"Intervals of differences after Newcombe; tests between arms {options.side}."


def _group_notes(analysis: Analysis, rows: pd.DataFrame) -> list[str]:
    """Say which subtypes share a row of the figure groups or a risk group, where more than one does."""
    said = []
    for family in (Family.FIGURE_GROUP, Family.RISK_GROUP):
        levels = set(rows.loc[rows["family"] == family, "level"])
        parts = analysis.patients[analysis.patients[family].astype(str).isin(levels)]
        for group, own in parts.groupby(family, observed=True):
            sizes = own["subtype"].astype(str).value_counts()
            if len(sizes) > 1:
                said.append(f"{group}: {', '.join(f'{name} ({n})' for name, n in sizes.items())}")
    return [f"{'; '.join(said)}."] if said else []


def _sheets(rows: pd.DataFrame) -> list[pd.DataFrame]:
    """Part the rows of a forest into sheets that fit a page, between factors; all patients stand on each."""
    first, others = rows.iloc[:1], rows.iloc[1:]
    sheets: list[list[pd.DataFrame]] = [[]]
    taken = 0
    for _, factor in others.groupby("factor", sort=False):
        for start in range(0, len(factor), _MOST_ROWS):
            part = factor.iloc[start : start + _MOST_ROWS]
            if taken and taken + len(part) + 1 > _MOST_ROWS:
                sheets.append([])
                taken = 0
            sheets[-1].append(part)
            taken += len(part) + 1
    return [pd.concat([first, *parts]) for parts in sheets]


def _curves(analysis: Analysis, endpoint: str, synthetic: bool) -> Iterator[tuple[str, Drawing]]:
    options = analysis.options
    sheets = {("", ""): [(ALL_PATIENTS, ALL_PATIENTS)]}
    groups = _risk_panels(analysis.curves, endpoint)
    parts = [groups[i : i + _MOST_PANELS] for i in range(0, len(groups), _MOST_PANELS)]
    for i, part in enumerate(parts, 1):
        ending = (f"_{i}", f" ({i} of {len(parts)})") if len(parts) > 1 else ("", "")
        sheets[f"_risk{ending[0]}", f"by risk group{ending[1]}"] = part
    for (suffix, title), panels in sheets.items():
        if panels:
            curves = draw_km(
                analysis.curves,
                analysis.arms,
                endpoint=endpoint,
                panels=panels,
                survival=analysis.survival,
                followup=analysis.followup,
                levels=(options.median_level, options.hr_level),
                title=title,
                synthetic=synthetic,
            )
            yield f"km_{_stem(endpoint)}{suffix}", curves


def _risk_panels(curves: pd.DataFrame, endpoint: str) -> list[tuple[str, str]]:
    """Risk groups with a curve."""
    factor = OF_CALLS[Family.RISK_GROUP]
    own = curves[(curves["endpoint"] == endpoint) & (curves["factor"] == factor)]
    return [(factor, str(level)) for level in dict.fromkeys(own["level"])]


def _oncoprints(analysis: Analysis, synthetic: bool) -> Iterator[tuple[str, Drawing]]:
    """Draw each group of kinds of lesion that anybody has."""
    patients, frequencies = _tracks_of(analysis), analysis.frequencies
    variants = analysis.alterations["variant"]
    shown = analysis.alterations.assign(kind=analysis.alterations["kind"].where(variants == "", variants))
    for name, kinds in _ONCOPRINTS.items():
        own = frequencies[frequencies["factor"].isin([kind.capitalize() for kind in kinds])]
        tested = {str(gene): int(n) for gene, n in zip(own["level"], own["n_tested"], strict=True)}
        drawn = [*kinds, *(VariantClass if AlterationKind.MUTATION in kinds else ())]
        if shown["kind"].isin(drawn).any():
            drawing = draw_oncoprint(
                shown,
                patients,
                kinds=drawn,
                tested=tested,
                at_least=_enough(own["n"]),
                title=name.replace("_", " ").capitalize(),
                tracks=[track for track in _TRACKS if track in patients],
                arms=analysis.arms,
                synthetic=synthetic,
            )
            yield f"oncoprint_{name}", drawing


def _tracks_of(analysis: Analysis) -> pd.DataFrame:
    """Give the patients with what stands above an oncoprint, in words: arm, MRD, age."""
    patients = analysis.patients
    said = {"arm": patients["arm"].map(dict(zip(Arm, analysis.arms, strict=True)))}
    if "mrd" in patients:
        said["MRD"] = patients["mrd"].replace("", "not measured").fillna("not measured")
    if age := next((name for name in patients if str(name).lower().startswith("age")), None):
        said["age"] = _age_bands(patients[age])
    return patients.assign(**said)


def _age_bands(age: pd.Series[float]) -> pd.Series[str]:
    """Part ages (years) as the trial's report of subgroups does: under 55 and from there on, in two each."""
    bands = pd.cut(age, [-math.inf, 40, 55, 65, math.inf], right=False, labels=_AGES)
    order = ["not known", *_AGES]
    return bands.cat.set_categories(order, ordered=True).fillna(order[0])


def _enough(counts: pd.Series[int]) -> int:
    """Patients from whom on a gene has a row, so that the rows fit a page."""
    ordered = sorted(counts.tolist(), reverse=True)
    return 1 if len(ordered) <= _MOST_ROWS else int(ordered[_MOST_ROWS]) + 1


def _stem(endpoint: str) -> str:
    """Name of an endpoint as it stands in the names of files."""
    return _FILES.get(endpoint, file_stem(endpoint.lower()))


def _has(table: pd.DataFrame, endpoint: str) -> bool:
    return bool(len(table)) and bool((table["endpoint"] == endpoint).any())
