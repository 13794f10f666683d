"""The card of a model: who taught it, what it never saw, how right it is; the tables stand in an appendix.

One writer for every model. Nothing in it is typed by hand but what a `Supplement` tells of its patients.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import pandas as pd

from leukotype.learning.figures import Report
from leukotype.learning.measurement import Learned, folds_table
from leukotype.learning.versions import METRIC
from leukotype.model.bundle import Origin
from leukotype.vocabulary import FURTHER_SUBTYPES, INOVATE_SUBTYPES, NOT_B_ALL

APPENDIX: Final = "# Appendix: the tables"
_TITLES: Final = {
    "classes": "By subtype, without a threshold (exact 95 % intervals, Clopper-Pearson)",
    "confusion": "Labels (rows) and answers without a threshold (columns)",
    "reliability": "How often an answer of a probability is right",
    "risk_coverage": "Share called and share wrong against the threshold",
    "cohorts": "By cohort: where answers are surer than they are right, the ECE is high",
}
# Columns that are drawn as bars beside their numbers: how often answers are right, and how many are given.
_DRAWN: Final = {"reliability": "right", "risk_coverage": "share_called"}
_SHOWN: Final = ("n", "accuracy", METRIC, "macro_f1", "ece", "brier", "called", "right_among_called",
                 "answered", "right_among_answered", "covered_90", "covered_95")  # fmt: skip
_PARTS: Final = {
    "genes": "the genes",
    "reference": "the reference of the chromosomes",
    "features": "centre and spread of each gene",
    "gate": "the gate that tells B-ALL from what is not",
    "blasts": "the estimate of the blasts",
    "limit": "the limit beyond which a sample is like no B-ALL of training",
    "lesion_weights": "what a lesion is worth",
}

_HEAD: Final = """# Model card: {name} {version}

**Research use only. Not a medical device.** A call is a hypothesis for a laboratory to confirm.

Reads the expression of {genes:,} genes of one sample, and gives probabilities of {n_subtypes} subtypes of
B-cell acute lymphoblastic leukemia (B-ALL), of not being B-ALL, and the percentage of blasts. A subtype is
called from a probability of {threshold:.2f} on: the lowest (from .40) at which at most {max_wrong:.0%} of
the calls were wrong on patients held out inside, in all and in each laboratory with calls enough to tell.
Under 30 % blasts, as given or else as estimated, nothing is called. Beside each call stand the prediction
sets of 90 and 95 %: the subtypes that may be; a set may be empty.

## Who taught it

| class | patients |
| --- | --- |
{classes}

{cohorts}
{notes}"""

_KEPT: Final = """Where the base model learned from the same patients (its own card says from whom), the kept
parts saw them, also in the folds below. The gate was not asked for these figures: they are of the subtype,
given that a sample is B-ALL."""
_ASKED: Final = """All but the genes and the reference of the chromosomes is learned anew in every fold, and
the figures below are of the whole model: gate and blasts may hold a patient back."""

_MEASURED: Final = """## How right it is

Patients, not samples, are split into {folds} folds, and one sample of each is tested by a model that
learned from the others; the candidate, the calibration, the threshold and the sets are chosen inside, on
{inner} inner folds. `accuracy` counts the most probable answer, `called` follows the threshold; ECE and
Brier score are of the probabilities. With lesions, the patients' fusions, mutations and karyotypes are
given too; labels are often made from the same lesions, and then these figures say how well both agree.
"""

_UNTAUGHT: Final = """Each subtype in turn was left out of the learning, and the model of all others was
asked for its patients. No call can be right, so the share called should be low: {called} of {n} patients
({share:.0%}) were called, by the subtype alone."""


@dataclass(frozen=True)
class Supplement:
    """What only those know who have chosen the patients, and what was measured beside.

    Parameters
    ----------
    sections
        paragraphs by their headings, after what is said of every model.
    figures
        by name, for the manifest.
    tables
        by title, for the appendix.
    """

    sections: Mapping[str, str] = field(default_factory=dict)
    figures: Mapping[str, float] = field(default_factory=dict)
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)


def write_card(
    manifest: Mapping[str, Any], learned: Learned, notes: Sequence[str], supplement: Supplement | None = None
) -> str:
    """Write the card from the manifest and the figures."""
    more = supplement or Supplement()
    said = [
        _head(manifest, learned, notes),
        _parts(manifest, learned),
        _MEASURED.format(folds=manifest["config"]["folds"], inner=manifest["config"]["inner_folds"]),
        markdown(_figures(learned)),
        *_weak(learned),
        *_never(learned),
        *(f"## {heading}\n\n{text.strip()}\n" for heading, text in more.sections.items()),
        f"{APPENDIX}\n",
        *_appendix(learned, more),
    ]
    return "\n".join(said)


def _head(manifest: Mapping[str, Any], learned: Learned, notes: Sequence[str]) -> str:
    classes: Mapping[str, int] = manifest["classes"]
    told = [
        f"| {'Not B-ALL: other leukemias' if name == NOT_B_ALL else name} | {n} |"
        for name, n in sorted(classes.items())
    ]
    sizes = ", ".join(f"{name} ({n} patients)" for name, n in manifest["cohorts"].items())
    return _HEAD.format(
        name=manifest["name"],
        version=manifest["version"],
        genes=manifest["n_genes"],
        n_subtypes=len(learned.fitted.model.subtypes),
        threshold=manifest["threshold"],
        max_wrong=manifest["config"]["max_wrong"],
        classes="\n".join(told),
        cohorts=f"Cohorts: {sizes}."
        if len(manifest["cohorts"]) > 1
        else "All are of one cohort: another laboratory's samples may be read worse.",
        notes="".join(f"\n- {note}" for note in notes) + ("\n" if notes else ""),
    )


def _parts(manifest: Mapping[str, Any], learned: Learned) -> str:
    """Say what was learned from these patients, and what stays as it was."""
    chosen = ", ".join(f"{name} {value}" for name, value in asdict(learned.chosen).items())
    own = [_PARTS[name] for name, origin in manifest["parts"].items() if origin == Origin.LEARNED]
    kept = [_PARTS[name] for name, origin in manifest["parts"].items() if origin == Origin.KEPT]
    always = (
        f"the subtype classifier ({chosen}), its calibration, its threshold, its sets, the class profiles"
    )
    said = [f"Learned: {'; '.join([always, *own])}."]
    if kept:
        base = manifest.get("base", {}).get("name", "the model whose genes it reads")
        said.append(f"Kept from {base}: {'; '.join(kept)}.")
    said.append(_KEPT if manifest["parts"]["gate"] == Origin.KEPT else _ASKED)
    return "## What was learned, and what was kept\n\n" + "\n".join(said) + "\n"


def _figures(learned: Learned) -> pd.DataFrame:
    """Put the headline figures side by side."""
    reports = {"held-out patients": learned.held_out}
    if learned.with_lesions is not None:
        reports["the same with lesions"] = learned.with_lesions
    for each in learned.cohorts:
        reports[f"{each.split.cohort}, learned from the others"] = each.report
    told = {name: [report.figures.get(each, math.nan) for each in _SHOWN] for name, report in reports.items()}
    return pd.DataFrame({"figure": _SHOWN, **told})


def _weak(learned: Learned) -> Iterator[str]:
    """Name the subtypes that are answered right least often."""
    table = learned.held_out.tables["classes"].sort_values("sensitivity", kind="stable")
    worst = table[table["sensitivity"] < 0.9].head(5)
    if len(worst):
        told = [
            f"{name} ({round(n * right)} of {n})"
            for name, n, right in zip(worst["subtype"], worst["n"], worst["sensitivity"], strict=True)
        ]
        yield f"\nLeast often right, without a threshold: {', '.join(told)}.\n"


def _never(learned: Learned) -> Iterator[str]:
    """Say what no patient taught."""
    known = learned.fitted.model.subtypes
    never = [name for name in (*INOVATE_SUBTYPES, *FURTHER_SUBTYPES) if name not in known]
    yield "## What it was never taught\n"
    yield (
        f"{', '.join(never) or 'No subtype of the vocabulary is missing'}. A patient of one of these is "
        "called another, or is not called. A lesion that defines one of them names it, without "
        "a probability.\n"
    )
    if len(learned.untaught):
        called, n = learned.untaught_calls
        yield _UNTAUGHT.format(called=called, n=n, share=called / n) + "\n"


def _appendix(learned: Learned, supplement: Supplement) -> Iterator[str]:
    yield from _report("Held-out patients, by expression alone", learned.held_out)
    if learned.with_lesions is not None:
        yield from _report("Held-out patients, with their lesions", learned.with_lesions)
    for each in learned.cohorts:
        title = f"Cohort {each.split.cohort}, learned from the others"
        yield from _report(title, each.report)
        if each.with_lesions is not None:
            yield from _report(f"{title}, with lesions", each.with_lesions)
    rest = {
        "What a lesion adds to the log-odds of its subtype": learned.weights,
        "With a part of the patients to learn from, same folds": learned.curve,
        "What a patient of an untaught subtype is called": learned.untaught,
        "Folds": folds_table((*learned.folds, *learned.cohorts)),
        "Candidates": learned.candidates,
    }
    for title, table in {**rest, **supplement.tables}.items():
        if len(table):
            yield f"## {title}\n\n{markdown(table)}\n"


def _report(title: str, report: Report) -> Iterator[str]:
    figures = pd.DataFrame(report.figures.items(), columns=["figure", "value"])
    yield f"## {title}\n\n{markdown(figures)}\n"
    for name, table in report.tables.items():
        shown = table.reset_index() if name == "confusion" else table
        if name in _DRAWN:
            shown = shown.assign(drawn=[bar(value) for value in shown[_DRAWN[name]]])
        yield f"### {_TITLES[name]}\n\n{markdown(shown)}\n"


def figures_as_text(learned: Learned) -> str:
    """Give the figures side by side for a terminal: the nested folds, then each cohort."""
    text = _figures(learned).set_index("figure").rename_axis(None).to_string()
    if learned.untaught.empty:
        return text
    called, n = learned.untaught_calls
    return (
        f"{text}\n\npatients of a subtype that was left out of the learning, called another: {called} of {n}"
    )


def bar(share: float) -> str:
    """Draw a share as a bar of twenty cells."""
    full = round(20 * share)
    return "█" * full + "░" * (20 - full)


def markdown(table: pd.DataFrame) -> str:
    """Write a table."""
    rows = [[str(name) for name in table.columns], ["---"] * table.shape[1]]
    rows += [[_cell(value) for value in row] for row in table.itertuples(index=False)]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:g}"
    return str(value)
