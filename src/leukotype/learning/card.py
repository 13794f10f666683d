"""The card of a retrained model: what it learned from, what it kept, and how right it is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

import pandas as pd

from leukotype.learning.figures import Report
from leukotype.learning.learn import NESTED, Trained

_NAMES: Final = {
    "classes": "By subtype, without a threshold (exact 95 % intervals, Clopper-Pearson)",
    "confusion": "Labels (rows) and answers without a threshold (columns)",
    "reliability": "How often an answer of a probability is right",
    "risk_coverage": "Share called and share wrong against the threshold",
    "cohorts": "By cohort: where answers are surer than they are right, the ECE is high",
}

_HEAD: Final = """# Model card: {name} {version}

**Research use only. Not a medical device.** A call is a hypothesis for a laboratory to confirm.

Retrained from the base model {base} on {n} samples of {patients} patients. It calls a subtype from a
probability of {threshold:.2f} on: the lowest (from .40) at which at most {max_wrong:.0%} of the calls were
wrong on held-out patients of the inner folds.

## What it learned from

| subtype | patients |
| --- | --- |
{learned}

{notes}

## What it learned, and what it kept

Learned from these patients: the subtype classifier ({chosen}), its calibration, its threshold, the profiles
of the classes{lesions_learned}. Kept from the base model: the genes; the centre and spread of each gene; the
gate that tells B-ALL from too few blasts and from what is not B-ALL, with its limit; the reference of the
chromosomes{lesions_kept}. The gate needs normal cells and other leukemias to be learned from, and these do
not ship: it was not tested on these patients, and the figures below are those of the subtype given that a
sample is B-ALL. Where the base model learned from the same patients (its own card says from whom), the kept
parts saw them, also in the folds below.

## What it does not know

Subtypes that do not stand in the table above: a patient of one of these is called another, or is not called.
It has seen no laboratory but those of the table of labels{lone}.
"""

_UNTAUGHT: Final = """### What a patient of an untaught subtype is called

Each subtype in turn was left out of the learning, and the model of all others, with the same setting, was
asked for its patients. No call can be right, so the share called should be low. {called} of {n} patients
({share:.0%}) were called. The gate was not asked: it may hold some of these back.
"""

_WEIGHTS: Final = """## What a lesion adds to the log-odds of its subtype

Learned from held-out answers by expression alone; where no sample has a kind of lesion, the base model's
weight stays. Labels may have been made from the same lesions: figures with lesions say how well both agree.
"""


def write_card(manifest: Mapping[str, Any], trained: Trained, samples: int, notes: Sequence[str]) -> str:
    """Write the card from the manifest and the figures; nothing in it is typed by hand."""
    folds = manifest["config"]["folds"]
    parts = [
        _head(manifest, trained, samples, notes),
        *_untaught(trained.untaught),
        f"## Held-out patients, {folds}-fold, nested, by expression alone",
        "Patients, not samples, are split, and one sample of each is tested; in each fold the candidate is "
        "chosen anew.\n",
        _report(trained.nested),
        *_lesions(trained),
    ]
    for name, report in trained.cohorts.items():
        parts += [f"## Cohort {name}, learned from the others", "", _report(report)]
        if name in trained.with_lesions:
            parts += ["### The same with lesions", "", _figures(trained.with_lesions[name])]
    if len(trained.learning):
        parts += [
            "## With a part of the patients to learn from, same folds",
            "",
            _markdown(trained.learning),
            "",
        ]
    parts += ["## Folds", "", _markdown(folds_table(trained)), ""]
    parts += ["## Candidates", "", _markdown(trained.candidates), ""]
    return "\n".join(parts)


def _head(manifest: Mapping[str, Any], trained: Trained, samples: int, notes: Sequence[str]) -> str:
    weighed = trained.lesion_weights is not None
    lone = (
        "" if trained.cohorts else ", and there was one cohort only: another laboratory's may be read worse"
    )
    return _HEAD.format(
        name=manifest["name"],
        version=manifest["version"],
        base=manifest["base"]["name"],
        n=samples,
        patients=sum(manifest["classes"].values()),
        threshold=manifest["threshold"],
        max_wrong=manifest["config"]["max_wrong"],
        learned="\n".join(f"| {name} | {n} |" for name, n in sorted(manifest["classes"].items())),
        notes="\n".join(f"- {note}" for note in notes),
        chosen=", ".join(f"{name} {value}" for name, value in manifest["chosen"].items()),
        lesions_learned=", what a lesion is worth" if weighed else "",
        lesions_kept="" if weighed else "; what a lesion is worth",
        lone=lone,
    )


def _untaught(table: pd.DataFrame) -> list[str]:
    if table.empty:
        return []
    called, n = int(table["called"].sum()), int(table["n"].sum())
    return [_UNTAUGHT.format(called=called, n=n, share=called / n), _markdown(table), ""]


def _lesions(trained: Trained) -> list[str]:
    """Say what lesions are worth, and the folds' figures with them; nothing without a file of lesions."""
    if NESTED not in trained.with_lesions:
        return []
    title = "## Held-out patients, nested, with their lesions"
    return [_WEIGHTS, _markdown(trained.weights), "", title, "", _report(trained.with_lesions[NESTED])]


def folds_table(trained: Trained) -> pd.DataFrame:
    """One row an outer fold or left-out cohort: what was chosen, and how right it is."""
    rows = [
        {"fold": fold.name, "samples": fold.samples, **asdict(fold.chosen), **fold.report.figures}
        for fold in trained.folds
    ]
    return pd.DataFrame(rows)


def figures_as_text(trained: Trained) -> str:
    """Give the figures side by side for a terminal: the nested folds, then each cohort."""
    columns = {"nested folds": trained.nested.figures}
    if NESTED in trained.with_lesions:
        columns["with lesions"] = trained.with_lesions[NESTED].figures
    columns |= {f"{name}, from the others": report.figures for name, report in trained.cohorts.items()}
    text = pd.DataFrame(columns).to_string()
    if trained.untaught.empty:
        return text
    called, n = int(trained.untaught["called"].sum()), int(trained.untaught["n"].sum())
    return (
        f"{text}\n\npatients of a subtype that was left out of the learning, called another: {called} of {n}"
    )


def _report(report: Report) -> str:
    parts = [_figures(report)]
    for name, table in report.tables.items():
        shown = table.reset_index() if name == "confusion" else table
        parts += [f"### {_NAMES[name]}", "", _markdown(shown), ""]
    return "\n".join(parts)


def _figures(report: Report) -> str:
    return _markdown(pd.DataFrame(report.figures.items(), columns=["figure", "value"])) + "\n"


def _markdown(table: pd.DataFrame) -> str:
    rows = [list(table.columns), ["---"] * table.shape[1], *table.to_numpy(dtype=object).tolist()]
    return "\n".join("| " + " | ".join(_cell(value) for value in row) + " |" for row in rows)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:g}"
    return str(value)
