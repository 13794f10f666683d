"""From calls and a clinical table to tables, figures and page: what `leukotype efficacy` runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from leukotype.calling.risk import GroupTable
from leukotype.efficacy import Analysis, AnalysisOptions, analyse, read_columns, read_trial
from leukotype.efficacy.arms import KINDS
from leukotype.efficacy.clinical_table import read_table
from leukotype.report import (
    Drawing,
    draw_km,
    draw_oncoprint,
    draw_response_bars,
    draw_response_forest,
    draw_survival_forest,
    efficacy_page,
)
from leukotype.report.drawing import rendered
from leukotype.runs.files import as_csv, write_whole

PAGE: Final = "efficacy.html"
FRAMES: Final = (
    "response",
    "survival",
    "curves",
    "followup",
    "frequencies",
    "baseline",
    "alterations",
    "alterations_by_subtype",
    "patients",
)
_KINDS: Final = {"fusions": ("fusion",), "other_alterations": ("mutation", "copy number")}
_FORMATS: Final = ("svg", "png")
_PANELS: Final = 6  # of Kaplan-Meier curves on a sheet


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
        ``evidence.csv`` beside the calls: the lesions that were used become the alterations.
    """

    calls: Path
    clinical: Path
    columns: Path
    evidence: Path | None = None


def analyse_arms(
    files: TrialFiles,
    *,
    risk: GroupTable | None = None,
    options: AnalysisOptions | None = None,
    allow_unmatched: bool = False,
) -> Analysis:
    """Join the calls to a clinical table and compare the arms."""
    evidence = None if files.evidence is None else used_lesions(read_table(files.evidence))
    trial = read_trial(
        files.clinical,
        read_columns(files.columns),
        read_table(files.calls),
        alterations=evidence,
        risk=risk,
        allow_unmatched=allow_unmatched,
    )
    return analyse(trial, options)


def used_lesions(evidence: pd.DataFrame) -> pd.DataFrame:
    """List the lesions that counted, each once a sample; of ploidy its state; what a marker shows is none."""
    used = evidence[evidence["used"].astype(str).str.lower() == "true"]
    used = used[used["kind"].isin(KINDS)].copy()
    ploidy = used["kind"] == "copy number"
    used.loc[ploidy, "lesion"] = used.loc[ploidy, "lesion"].str.partition(",")[0]
    return used[["sample", "lesion", "kind"]].drop_duplicates().reset_index(drop=True)


def write_analysis(
    analysis: Analysis, out: Path, *, synthetic: bool = False, title: str = "Efficacy by subtype"
) -> tuple[Path, ...]:
    """Write every table (csv), every figure (svg, png) and the page; all of them or none."""
    frames = {name: getattr(analysis, name) for name in FRAMES}
    figures = dict(_figures(analysis, synthetic))
    page = efficacy_page(
        frames,
        figures,
        "\n\n".join(analysis.methods),
        analysis.notes,
        synthetic=synthetic,
        title=title,
        arms=analysis.arms,
        limits=analysis.limits,
    )
    prefix = "SYNTHETIC_" if synthetic else ""
    content: dict[str, str | bytes] = {f"{prefix}{PAGE}": page}
    content |= {f"{prefix}{name}.csv": as_csv(frame) for name, frame in frames.items()}
    content |= {
        f"{prefix}{name}.{kind}": rendered(figure, kind)
        for name, figure in figures.items()
        for kind in _FORMATS
    }
    return write_whole(out, content)


def _figures(analysis: Analysis, synthetic: bool) -> Iterator[tuple[str, Drawing]]:
    """Draw what the frames allow: an endpoint that the trial lacks has no figure."""
    yield from _response_figures(analysis, synthetic)
    for endpoint in ("PFS", "OS"):
        if _has(analysis.survival, endpoint):
            yield from _survival_figures(analysis, endpoint, synthetic)
    yield from _oncoprints(analysis, synthetic)


def _response_figures(analysis: Analysis, synthetic: bool) -> Iterator[tuple[str, Drawing]]:
    response, arms, options = analysis.response, analysis.arms, analysis.options
    notes = [
        f"Intervals of rates {100 * options.rate_level:g} %, of differences (Newcombe) "
        f"{100 * options.difference_level:g} %; tests between arms {options.side}."
    ]
    for name, endpoint in (("response", "CR/CRi"), ("mrd", "MRD negative")):
        if _has(response, endpoint):
            forest = draw_response_forest(response, arms, endpoint=endpoint, notes=notes, synthetic=synthetic)
            yield f"forest_{name}", forest
    if _has(response, "CR/CRi"):
        yield "response_by_subtype", draw_response_bars(response, arms, notes=notes, synthetic=synthetic)


def _oncoprints(analysis: Analysis, synthetic: bool) -> Iterator[tuple[str, Drawing]]:
    printed = dict(zip(("experimental", "comparator"), analysis.arms, strict=True))
    patients = analysis.patients.assign(arm=analysis.patients["arm"].astype(str).map(printed))
    for name, kinds in _KINDS.items():
        if analysis.alterations["kind"].isin(kinds).any():
            drawing = draw_oncoprint(
                analysis.alterations,
                patients,
                kinds=kinds,
                title=name.replace("_", " ").capitalize(),
                tracks=("arm",),
                arms=analysis.arms,
                synthetic=synthetic,
            )
            yield f"oncoprint_{name}", drawing


def _survival_figures(analysis: Analysis, endpoint: str, synthetic: bool) -> Iterator[tuple[str, Drawing]]:
    name, arms = endpoint.lower(), analysis.arms
    level = f"Intervals of hazard ratios: {100 * analysis.options.hr_level:g} %."
    yield (
        f"forest_{name}",
        draw_survival_forest(analysis.survival, arms, endpoint=endpoint, notes=[level], synthetic=synthetic),
    )
    sheets = {"": [("All patients", "All patients")], "_risk": _panels(analysis.curves, endpoint)}
    for suffix, panels in sheets.items():
        if panels:
            yield (
                f"km_{name}{suffix}",
                draw_km(
                    analysis.curves,
                    arms,
                    endpoint=endpoint,
                    panels=panels,
                    survival=analysis.survival,
                    followup=analysis.followup,
                    synthetic=synthetic,
                ),
            )


def _panels(curves: pd.DataFrame, endpoint: str) -> Sequence[tuple[str, str]]:
    """Risk groups with a curve, as many as fit on a sheet."""
    own = curves[(curves["endpoint"] == endpoint) & (curves["factor"] == "Risk group")]
    return [("Risk group", str(level)) for level in dict.fromkeys(own["level"])][:_PANELS]


def _has(frame: pd.DataFrame, endpoint: str) -> bool:
    return bool(len(frame)) and bool((frame["endpoint"] == endpoint).any())
