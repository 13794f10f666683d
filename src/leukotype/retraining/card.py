"""The card of a retrained model: what it learned from, what it kept, and how right it is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from leukotype.retraining.evaluate import Report
from leukotype.retraining.train import Trained

_NAMES = {
    "classes": "By subtype, without a threshold (exact 95 % intervals, Clopper-Pearson)",
    "confusion": "Labels (rows) and answers without a threshold (columns)",
    "reliability": "How often an answer of a probability is right",
    "risk_coverage": "Share called and share wrong against the threshold",
}

_HEAD = """# Model card: {name} {version}

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
of the classes. Kept from the base model: the genes; the centre and spread of each gene; the gate that tells
B-ALL from too few blasts and from what is not B-ALL, with its limit; the reference of the chromosomes; what a
lesion is worth. The gate needs normal cells and other leukemias to be learned from, and these do not ship:
it was not tested on these patients, and the figures below are those of the subtype given that a sample is
B-ALL. Where the base model learned from the same patients (its own card says from whom), the kept parts saw
them, also in the folds below.

## What it does not know

Subtypes that do not stand in the table above: a patient of one of these is called another, or is not called.
It has seen no laboratory but those of the table of labels{lone}.
"""


def write_card(
    manifest: Mapping[str, Any],
    nested: Report,
    cohorts: Mapping[str, Report],
    learning: pd.DataFrame,
    candidates: pd.DataFrame,
    samples: int,
    notes: Sequence[str],
) -> str:
    """Write the card from the manifest and the figures; nothing in it is typed by hand."""
    chosen = ", ".join(f"{name} {value}" for name, value in manifest["chosen"].items())
    head = _HEAD.format(
        name=manifest["name"],
        version=manifest["version"],
        base=manifest["base"]["name"],
        n=samples,
        patients=sum(manifest["classes"].values()),
        threshold=manifest["threshold"],
        max_wrong=manifest["config"]["max_wrong"],
        learned="\n".join(f"| {name} | {n} |" for name, n in sorted(manifest["classes"].items())),
        notes="\n".join(f"- {note}" for note in notes),
        chosen=chosen,
        lone=""
        if cohorts
        else ", and there was one cohort only: another laboratory's samples may be read worse",
    )
    title = f"## Held-out patients, {manifest['config']['folds']}-fold, nested"
    parts = [
        head,
        title,
        "Patients, not samples, are split, and one sample of each is tested; in each fold the candidate is "
        "chosen anew.\n",
    ]
    parts.append(_report(nested))
    for name, report in cohorts.items():
        parts += [f"## Cohort {name}, learned from the others", "", _report(report)]
    if len(learning):
        parts += ["## With a part of the patients to learn from, same folds", "", _markdown(learning), ""]
    parts += ["## Candidates", "", _markdown(candidates), ""]
    return "\n".join(parts)


def figures_as_text(trained: Trained) -> str:
    """Give the figures side by side for a terminal: the nested folds, then each cohort."""
    columns = {"nested folds": trained.nested.figures}
    columns |= {f"{name}, from the others": report.figures for name, report in trained.cohorts.items()}
    return pd.DataFrame(columns).to_string()


def _report(report: Report) -> str:
    figures = pd.DataFrame(report.figures.items(), columns=["figure", "value"])
    parts = [_markdown(figures), ""]
    for name, table in report.tables.items():
        shown = table.reset_index() if name == "confusion" else table
        parts += [f"### {_NAMES[name]}", "", _markdown(shown), ""]
    return "\n".join(parts)


def _markdown(table: pd.DataFrame) -> str:
    rows = [list(table.columns), ["---"] * table.shape[1], *table.to_numpy(dtype=object).tolist()]
    return "\n".join("| " + " | ".join(_cell(value) for value in row) + " |" for row in rows)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:g}"
    return str(value)
