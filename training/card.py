"""The model card, written from the figures; what it says in words is checked against them by the reader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from leukotype.vocabulary import FURTHER_SUBTYPES, INOVATE_SUBTYPES, NOT_B_ALL
from training.compare import SHIPPED
from training.evaluate import Report

HEADINGS = {
    "classes": "By class, five-fold cross-validation, patients split",
    "classes_with_lesions": "The same with the patients' lesions",
    "confusion": "Labels (rows) and answers without a threshold (columns), same folds",
    "threshold": "Share called and share wrong against the threshold, B-ALL, same folds",
    "threshold_with_lesions": "The same with the patients' lesions",
    "reliability": "How often answers of a probability are right, B-ALL, same folds",
    "sets": "Prediction sets, B-ALL, same folds",
    "purity": "The same patients diluted with blood cells of donors that training never saw",
    "blasts": "Their blasts, as estimated (percent)",
    "robustness": "The same patients spoiled: ",
    "external": "External sets, raw files, never trained on",
    "external_not_right": "Every external sample that is not called right",
    "external_purity": "GSE161501 diluted in the same way",
    "external_blasts": "Its blasts, as estimated (percent)",
    "files": "The external files spoiled: ",
    "ploidy": "Chromosomes from the counts: the four files of known ploidy",
    "hyperdiploid": "Hyperdiploidy (51 to 67 chromosomes) from the counts, every sample with raw counts",
    "lesions": "What the lesions of the training patients say, beside their labels (without any dosage)",
    "lesion_weights": "What a lesion adds to the log-odds of its subtype",
    "wrong_inputs": "What is not B-ALL, or no sample at all: what becomes of it",
    "wrong_inputs_called": "Every one of these that gets a subtype",
    "left_out_lineages": "T-ALL called, and B-ALL lost, by a model of the other cohort alone",
    "left_out_cells": "Stroma, by a model that was taught none",
}

# Columns that are drawn as bars beside their numbers: how often answers are right, and how many are given.
DRAWN = {"reliability": "right", "threshold": "share_called", "threshold_with_lesions": "share_called"}

HEAD = """# Model card: {name} {version}

**Research use only. Not a medical device.** A call is a hypothesis for a laboratory to confirm.

Reads expression of {genes} genes from one sample and gives probabilities of {taught} subtypes of B-cell
acute lymphoblastic leukemia (B-ALL) and of not being B-ALL, and the percentage of blasts. A subtype is called
from a probability of {threshold:.2f} on, the lowest (from .40) at which at most {max_wrong:.0%} of the calls
were wrong on held-out patients of the inner training folds. Under 30 % blasts, as given or else as estimated,
nothing is called. A sample whose expression lies further out than any B-ALL of training, also diluted, is not
B-ALL to it, whatever the probabilities say.

Beside each call stand the prediction sets of 90 and 95 %: the subtypes whose probability reaches the level
that so many held-out patients' own subtypes reached (by class from 40 patients on, else over all). A set may
be empty: then no subtype is credible. The threshold is for calls; a sample under it is unclassified, and its
set says what it may be.

## What it learned from

| class | samples | source |
| --- | --- | --- |
{learned}

GSE227832 (children, Nordic countries) and GSE181157 (children, DFCI 16-001), as assembled, batch-corrected
and partly labelled by machine learning by iamandreatonina/Acute_Lymphoid_Leukemia_Project; technical
replicates stay with their patient. Beside them: patients of Oshlack/ALLSorts that are public as z-scores of
1,003 genes ({shared} of these are read one by one), brought to the same scale through the subtypes that both
have; those who seem to be patients of the external sets (`training/overlap.py`) are left out. Raw counts of
44 diploid B-ALL (30 in training, subtype unknown), of sorted normal blood cells (GSE115736, samples numbered
1 to 3 of each type; their file has hardly a read on chromosomes 10 and 20, whose genes are taken as unknown,
not as silent, in every row made from it) and of marrow stroma (GSE139073, every second) teach the gate.

Left out on purpose: the T-ALL of PNAS 2021 e2120787119 and the normal cells of the batch-corrected table.
The correction made the first look like B-ALL and took the lineage genes of the second
(`training/cohort.py` has the figures).

## What it was never taught

{untaught}. By expression their patients get the subtype that looks most like theirs, or none: near haploid
leukemia looks like Hyperdiploid, low hypodiploid like B-other or PAX5alt. A lesion that defines one of these
names it (below); then there is no probability, since none was learned. `B-other` is what the source's own
methods left over: the weakest class. Adults are rare in training; T-ALL stands for every other leukemia.

## What the blasts are

One linear score of all genes, learned from dilutions of training patients with blood cells, and from
undiluted marrows of GSE181157 with a pathologist's figure; where a patient has none, the mean of the others
stands for it. The percentage that a score stands for, and the interval that holds 90 % of the samples, are
read off patients that the score did not see. So the estimate means: blasts as these pathologists would have
counted them. The source's deconvolution (`correlation_deconvolution`) means something else, as it hardly
agrees with the pathologists (correlation -.13 over 171 samples). Few marrows of training have under half
blasts: lower estimates rest on dilutions, and a dilution is not a marrow (it has no red-cell precursors,
plasma cells or normal B-cell precursors).

## What lesions and chromosomes add

Fusions, mutations and karyotypes change the log-odds of their subtypes by the weights below: five numbers,
the same for all subtypes, learned on held-out patients of the inner folds and held within a factor of 50 (10
for what was looked for and not found). A lesion that was not looked for adds nothing: such a patient is
called exactly as by expression alone. A defining lesion decides where expression is unsure, between
look-alikes, and for what was never taught; against a sure call of something else nothing is called. **The
labels of the cohorts were partly made from the same lesions**: the figures with lesions say how well both
agree, not how unseen lesions would do.

Copies of whole chromosomes are estimated from the counts against 44 leukemias with a diploid karyotype (raw
counts, honzee/RNAseqCNV). Patterns of loss and gain by state come from the literature (`ploidy.py`). Not
seen: arms, subclones, the loss of a silent X, doubled clones (only ratios show), iAMP21 but for a gain of
all of chromosome 21. The two files of low hypodiploid and near haploid leukemia below were on screen while
this was made: they show that it works, not how often. The markers' cut-offs (CDX2, NUTM1, HLF, DUX4, CRLF2)
lie in gaps of the same 44 samples (`python -m training.benchmarks.markers`); no patient with a CDX2/UBTF, HLF
or ZEB2/CEBP label was at hand.
"""

TAIL = """
## How the figures were made

Patients, never samples, are split. Alignment to the z-score cohort, centre and spread of the genes,
dilutions, gate, blasts, classifier, calibration, threshold and prediction sets are made anew inside every
training fold; threshold and sets from patients whom neither the classifier nor its calibration had seen.
`right_forced` counts the most probable answer; `called` follows the threshold. Intervals are exact
(Clopper-Pearson, 95 %). Labels were partly made by the source's machine learning on the same expression;
`known_before_ml` counts only patients of GSE227832 whose subtype was known before.

The settings in `training/config.toml` were chosen by cross-validation on the training patients, those of the
blasts (`training/blasts.py`) too. The dilutions of GSE161501 and the undiluted external figures were printed
during development; the gate's `gate_c` was chosen with the former on screen, no other setting by either.
The threshold and the prediction sets follow from the training patients alone by the rules above, without a
choice that a test set could have influenced. The candidates are compared in
`training/candidates.csv`, the shipped kind by its C in `training/candidates_shipped.csv`; with C chosen anew
inside each fold (`python -m training.compare`) the balanced accuracy, mean of the folds, is {nested}; with
the C that ships it is {fixed} in the same folds.

The rule on strange expression was added after cell lines of other tissues had been called; its limit is the
maximum over training rows.

Rebuild: `python -m training.train --data DIR --config training/config.toml`; the figures alone:
`python -m training.evaluate --data DIR`.
"""


def write_card(manifest: Mapping[str, Any], report: Report) -> str:
    """Card of a bundle, in Markdown."""
    counts: Mapping[str, int] = manifest["classes"]
    learned = "\n".join(
        f"| {'Not B-ALL' if name == NOT_B_ALL else name} | {n} | {'T-ALL, ' if name == NOT_B_ALL else ''}"
        f"GSE227832 and GSE181157{z} |"
        for name, n in counts.items()
        for z in [
            f"; and {manifest['zscore_patients'][name]} as z-scores"
            if name in manifest["zscore_patients"]
            else ""
        ]
    )
    untaught = [name for name in (*INOVATE_SUBTYPES, *FURTHER_SUBTYPES) if name not in counts]
    head = HEAD.format(
        name=manifest["name"],
        version=manifest["version"],
        genes=f"{manifest['n_genes']:,}",
        taught=len(counts) - 1,
        threshold=manifest["threshold"],
        max_wrong=manifest["config"]["calls"]["max_wrong"],
        learned=learned,
        shared=manifest["n_genes_one_by_one"],
        untaught=", ".join(untaught),
    )
    nested, fixed = nested_accuracy(pd.read_csv(SHIPPED), manifest["config"]["classifier"]["c"])
    tail = TAIL.format(nested=f"{nested:.3f}", fixed=f"{fixed:.3f}")
    return f"{head}\n{render(report)}{tail}"


def nested_accuracy(candidates: pd.DataFrame, shipped_c: float) -> tuple[float, float]:
    """Give the balanced accuracy, mean of the folds: C chosen by the inner folds, and the C that ships."""
    chosen = candidates.loc[candidates.groupby("fold")["inner_balanced_accuracy"].idxmax()]
    fixed = candidates[candidates["c"] == shipped_c]
    return float(chosen["balanced_accuracy"].mean()), float(fixed["balanced_accuracy"].mean())


def render(report: Report) -> str:
    """Figures and tables in Markdown; what `training.evaluate` prints and the card holds."""
    figures = pd.DataFrame(report.figures.items(), columns=["figure", "value"])
    parts = ["## Figures\n", _table(figures)]
    for name, heading in HEADINGS.items():
        for key in [each for each in report.tables if each.partition(":")[0] == name]:
            table = report.tables[key]
            title = heading + key.partition(": ")[2]
            if key in DRAWN:
                table = table.assign(drawn=[bar(value) for value in table[DRAWN[key]]])
            parts += [f"\n### {title}\n", _table(table.reset_index() if key == "confusion" else table)]
    return "\n".join(parts) + "\n"


def bar(share: float) -> str:
    """Draw a share as a bar of twenty cells."""
    full = round(20 * share)
    return "█" * full + "░" * (20 - full)


def _table(table: pd.DataFrame) -> str:
    rows = [[str(column) for column in table.columns], ["---"] * len(table.columns)]
    rows += [[_cell(value) for value in row] for row in table.itertuples(index=False)]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return "" if pd.isna(value) else f"{value:g}"
    return str(value)
