"""One self-contained HTML page of a run: the cohort, and a section a patient."""

from __future__ import annotations

import base64
import hashlib
import math
from collections import Counter
from collections.abc import Hashable, Mapping
from typing import Any, Final

import pandas as pd
from markupsafe import Markup

from leukotype.evidence import knowledge
from leukotype.report.html import RESEARCH_USE, css_text, templates
from leukotype.report.palette import subtype_colour, subtype_order
from leukotype.report.run.patient_section import anchor, patient_section
from leukotype.report.run.training_cohort import TrainingCohort, among_training, draw_ground
from leukotype.report.run.words import (
    STATUS_NAMES,
    answered,
    is_sure,
    probability,
    without_group,
)
from leukotype.runs.run import Run
from leukotype.vocabulary import (
    FEW_GENES_PCT,
    LOW_BLASTS,
    MIN_BLAST_PCT,
    NOT_B_ALL,
    RISK_UNMAPPED,
    SUBTYPES,
    UNCLASSIFIED,
    BlastSource,
    Status,
)

_TEMPLATE: Final = "cohort.html.j2"
_STYLE: Final = "cohort.css.j2"
_SCRIPT: Final = "cohort.js.j2"
_PERCENT: Final = "\N{NO-BREAK SPACE}%"
_LIMITS: Final = (
    "Research use only: not a medical device, not for decisions on patients.",
    "The probability is that of the model among the subtypes that it was taught; it is not the probability "
    "that the diagnosis is right.",
    "Contributions say what the model used, not what caused the leukemia.",
    "Copies of chromosomes are estimated from expression: no arms, no subclones, no doubled clones, and no "
    "loss of the silent X.",
    "What was not looked for is unknown, not absent.",
)


def cohort_page(run: Run, *, title: str, training: TrainingCohort | None = None) -> str:
    """Write the page.

    Parameters
    ----------
    training
        the patients of training, beside which the samples are shown; none without the model.

    Returns
    -------
    str
        HTML that needs no other file and no network; its one script sorts and filters the table of samples,
        which is whole without it. All text of the results is escaped; no name of a sample becomes an address.
    """
    environment, among = templates(), training or TrainingCohort()
    names = _names(run.calls)
    colours = [
        {"number": i, "light": subtype_colour(name), "dark": subtype_colour(name, dark=True)}
        for i, name in enumerate(names)
    ]
    heads = {anchor(i): css_text(f"Sample {name}") for i, name in enumerate(run.calls["sample"], start=1)}
    foot = css_text(f"{'SYNTHETIC. ' if run.synthetic else ''}{_LIMITS[0]}")
    style = environment.get_template(_STYLE).render(
        colours=colours, heads=heads, foot=foot, head=css_text(title)
    )
    script = environment.get_template(_SCRIPT).render()
    return environment.get_template(_TEMPLATE).render(
        title=title,
        synthetic=run.synthetic,
        style=Markup(style),  # noqa: S704 - the package's own
        script=Markup(script),  # noqa: S704 - the package's own
        policy=f"default-src 'none'; img-src data:; style-src {_digest(style)}; script-src {_digest(script)}",
        swatch={name: f"s{i}" for i, name in enumerate(names)},
        cohort=_cohort(run.calls),
        rows=[_line(row, i) for i, row in enumerate(run.calls.to_dict("records"), start=1)],
        patients=_patients(run, among),
        ground=draw_ground(run, among),
        has_reads=len(_known_numbers(run.calls, "library_size")) > 0,
        explained=run.explanations is not None,
        run=_run(run),
        limits=_LIMITS,
        literature=_literature(),
        research_use=RESEARCH_USE,
    )


def _digest(text: str) -> str:
    """Give the hash by which a policy names an inline script or style."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _names(calls: pd.DataFrame) -> list[str]:
    """All names that have a colour on the page."""
    others = sorted(set(calls["subtype"]) - {"", *SUBTYPES})
    return [*SUBTYPES, UNCLASSIFIED, LOW_BLASTS, NOT_B_ALL, *others]


def _cohort(calls: pd.DataFrame) -> dict[str, Any]:
    """Count samples by status, subtype and risk group, and sum up their quality."""
    blasts, genes = calls["blast_pct"], calls["genes_found_pct"]
    known = blasts[calls["blast_source"] == BlastSource.GIVEN]
    subtypes = Counter(calls.loc[calls["subtype"] != "", "subtype"])
    return {
        "size": len(calls),
        "status": _bars({STATUS_NAMES[each]: int((calls["status"] == each).sum()) for each in Status}),
        "subtype": _bars({name: subtypes[name] for name in sorted(subtypes, key=subtype_order)}),
        "risk": _bars(Counter(name for name in calls["risk_group"] if name)),
        "unmapped": _unmapped(calls[calls["risk_group"] == RISK_UNMAPPED]),
        "quality": [
            ("Genes of the model found", _percent(genes)),
            (
                f"Samples under {FEW_GENES_PCT:g}{_PERCENT} of these genes",
                str(int((genes < FEW_GENES_PCT).sum())),
            ),
            ("Samples with a blast percentage", f"{len(known)} of {len(calls)}"),
            ("Blasts, where given", _percent(known)),
            (f"Samples under {MIN_BLAST_PCT:g}{_PERCENT} blasts", str(int((blasts < MIN_BLAST_PCT).sum()))),
            *_further_quality(calls),
        ],
    }


def _unmapped(calls: pd.DataFrame) -> str:
    """Say which subtypes are in no risk group, with their samples; empty where all are in one."""
    names = Counter(" or ".join(answered(row)) for row in calls.to_dict("records"))
    listed = ", ".join(f"{name} ({names[name]})" for name in sorted(names, key=subtype_order))
    return f"{RISK_UNMAPPED}: {without_group(listed)}." if listed else ""


def _further_quality(calls: pd.DataFrame) -> list[tuple[str, str]]:
    """Sum up what only some runs have: blasts as the expression shows them, and the reads."""
    estimates, reads = (_known_numbers(calls, name) for name in ("blast_estimate_pct", "library_size"))
    estimated = [] if estimates.empty else [("Blasts, estimated from expression", _percent(estimates))]
    if reads.empty:
        return estimated
    low, middle, high = (f"{value / 1e6:.1f}" for value in (reads.min(), reads.median(), reads.max()))
    return [*estimated, ("Reads counted in genes, millions", f"median {middle}, {low} to {high}")]


def _known_numbers(calls: pd.DataFrame, name: str) -> pd.Series[float]:
    """Numbers of a column that not every run has, as far as they are known."""
    return calls[name].dropna() if name in calls else pd.Series(dtype=float)


def _bars(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """Name, number and length of a bar (0 to 100) of each count that is not zero."""
    most = max(counts.values(), default=0)
    return [{"name": name, "count": n, "bar": round(100 * n / most, 1)} for name, n in counts.items() if n]


def _percent(values: pd.Series[float]) -> str:
    """Give median and range of percentages, which do not break before their sign."""
    if values.empty:
        return "none"
    low, middle, high = (f"{value:.0f}" for value in (values.min(), values.median(), values.max()))
    if low == high:
        return f"{middle}{_PERCENT}"
    return f"median {middle}{_PERCENT}, {low} to {high}{_PERCENT}"


def _line(row: Mapping[Hashable, Any], number: int) -> dict[str, Any]:
    """Give one row of the table of samples."""
    unknown = math.isnan(row["blast_pct"])
    return {
        "anchor": anchor(number),
        "sample": row["sample"],
        "status": STATUS_NAMES[Status(row["status"])],
        "subtype": row["subtype"],
        "probability": "" if math.isnan(row["probability"]) else probability(row["probability"]),
        "exact": -1 if math.isnan(row["probability"]) else row["probability"],
        "runner_up": "" if row["runner_up"] == NOT_B_ALL and is_sure(row) else row["runner_up"],
        "risk": row["risk_group"],
        "blasts": "" if unknown else f"{row['blast_pct']:g}",
        "exact_blasts": -1 if unknown else row["blast_pct"],
        "genes": f"{row['genes_found_pct']:.1f}",
        "reads": _millions(row),
        "agreement": row["evidence_agreement"].replace("_", " "),
        "ploidy": row["ploidy_state"],
    }


def _millions(row: Mapping[Hashable, Any]) -> str:
    """Print the reads of a sample in millions; empty where they are not known."""
    reads = float(row.get("library_size", math.nan))
    return "" if math.isnan(reads) else f"{reads / 1e6:.1f}"


def _patients(run: Run, training: TrainingCohort) -> list[dict[str, Any]]:
    """Give every sample's section, in the order of the calls."""
    classes = [name for name in run.probabilities if name != "sample"]
    joint = run.probabilities[classes]
    empty = pd.DataFrame(columns=["sample", "subtype", "against"])
    explained = empty if run.explanations is None else run.explanations
    tables = (run.evidence, run.dosage, explained)
    parts = [{name: rows for name, rows in table.groupby("sample", sort=False)} for table in tables]
    among = among_training(run, training)
    return [
        patient_section(
            row,
            i + 1,
            len(joint),
            joint.iloc[i],
            *(part.get(row["sample"], table.iloc[:0]) for part, table in zip(parts, tables, strict=True)),
        )
        | among[i]
        for i, row in enumerate(run.calls.to_dict("records"))
    ]


def _run(run: Run) -> dict[str, Any]:
    """Give model, versions, hashes, and what was noticed."""
    return {
        "model": run.model.name,
        "sha256": run.model.sha256,
        "written": run.written,
        "versions": ", ".join(f"{name} {version}" for name, version in run.versions.items()),
        "inputs": [{"path": each.path, "sha256": each.sha256, "format": each.format} for each in run.sources],
        "notes": run.notes,
        "warnings": run.warnings,
    }


def _literature() -> list[tuple[str, str]]:
    """Give the numbered references of the table of lesions."""
    return [(str(number), text) for number, text in knowledge.REFERENCES.items()]
