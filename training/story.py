"""What the card of the model that ships says of its patients, which only the sources can tell."""

from __future__ import annotations

import numpy as np

from leukotype.learning.sources import CLASSES
from training.cohort import PublicCohort

_PATIENTS = """Four experts score the subtypes, each taught by other public patients in its own genes and on
its own scale; four weights pool them.

- **cohorts** (5,133 genes one by one) and **chromosomes** (their means, and 33 to 40 Mb of chromosome 21):
  GSE227832 (children, Nordic countries) and GSE181157 (children, DFCI 16-001), as assembled,
  batch-corrected and partly labelled by machine learning by
  iamandreatonina/Acute_Lymphoid_Leukemia_Project. Their class means are drawn together with those of the
  St. Jude patients and of 18 published class profiles (mean expression over 1,598 patients; Makinen et al.,
  Int J Mol Sci 2022;23:4574).
- **St. Jude** (1,417 genes): {stjude} patients, 149 of 441 adults, of Oshlack/ALLSorts (Schmidt et al., Blood
  Adv 2022;6:4093; MIT), without one who seems to be a patient of GSE161501.
- **gene sets**: 20 scores of classes from ranks within the sample, learned on the public scores of 2,294
  patients, half of them adults (ALLCatchR: Beder et al., HemaSphere 2023;7:e939; MIT); the sets are theirs.

No patient of the cohorts is labelled {profiles}: these are known from the class profiles, from the gene
sets, or from the St. Jude patients ({few}). Each class left out of the patients in turn and known by its
profile alone, the two experts that read genes and profiles find a median of {left_out} of its patients
(`training/panel/README.md`, by class; BCR::ABL1, its like and iAMP21 badly). How many of the 2,294 and of the
1,598 are patients of St. Jude too is not known. No expert knows B-other: it is what remains when nothing
else fits and fusions and chromosomes were looked for in vain.

The gate and the blasts learn from the two cohorts, from {zscores} patients of Oshlack/ALLSorts as z-scores,
from raw counts of 30 diploid B-ALL (subtype unknown), of sorted normal blood cells (GSE115736; its file has
hardly a read on chromosomes 10 and 20, whose genes are taken as unknown) and of marrow stroma (GSE139073);
T-ALL stands for every other leukemia.

Left out on purpose: the T-ALL of PNAS 2021 e2120787119 and the normal cells of the batch-corrected table. The
correction made the first look like B-ALL and took the lineage genes of the second (`training/cohort.py`)."""

_LEFT_OUT = ".893"  # of `python -m training.panel.measure`

_BLASTS = """One linear score of all genes, learned from dilutions of training patients with blood cells and
from undiluted marrows of GSE181157 with a pathologist's figure. What percentage a score stands for, and the
interval that holds 90 % of the samples, are read off patients that the score did not see. Few marrows of
training have under half blasts: lower estimates rest on dilutions, and a dilution is not a marrow (it has
no red-cell precursors, plasma cells or normal B-cell precursors)."""

_LESIONS = """Fusions, mutations and karyotypes change the log-odds of their subtypes by five numbers, the
same for all subtypes, held within a factor of 50 (10 for what was looked for and not found). What was not
looked for adds nothing. A defining lesion decides where expression is unsure, between look-alikes, and for
what was never taught; against a sure call of something else nothing is called. **The labels of the cohorts
were partly made from the same lesions.**

Copies of whole chromosomes are estimated from the counts against 44 leukemias with a diploid karyotype (raw
counts, honzee/RNAseqCNV). Not seen: arms, subclones, the loss of a silent X, doubled clones (only ratios
show), iAMP21 but for a gain of all of chromosome 21. The two files of low hypodiploid and near haploid
leukemia were on screen while this was made: they show that it works, not how often. The markers' cut-offs
(CDX2, NUTM1, HLF, DUX4, CRLF2) lie in gaps of the same 44 samples; no patient with a CDX2/UBTF, HLF or
ZEB2/CEBP label was at hand."""

_LIMITS = """Labels were partly made by the source's machine learning on the same expression;
`known_before_ml` counts only patients of GSE227832 whose subtype was known before. In every fold weights,
threshold and sets come from patients whose laboratory their experts had not seen. Where a cohort is left out
one laboratory is left to learn from: its threshold is that of its own held-out patients, and lower than that
of the model that ships. **The design was chosen with GSE227832 and GSE181157 in view** (about 95 variants,
`training/panel/README.md`), so that the figures of cohorts never seen are somewhat optimistic.

The rule for near haploid was set after the external file of one had been seen. The dilutions of GSE161501
and the undiluted external figures were printed during development; the gate's `gate_c` was chosen with the
former on screen. A sample is unlike anything in training where it lies further than any B-ALL of training,
undiluted, diluted, or as simulated 3' tags: the gate alone turned real tissues away in all that was tried.

Rebuild: `python -m training.train --data DIR --config training/config.toml`."""


def sections(cohort: PublicCohort) -> dict[str, str]:
    """Give the card's further sections."""
    sources, taught = cohort.public.sources, set(cohort.public.sources.cohorts.labels)
    never, stjude = [name for name in CLASSES if name not in taught], sources.stjude.labels
    patients = _PATIENTS.format(
        stjude=len(sources.stjude.labels),
        profiles=", ".join(never),
        few=", ".join(f"{name} {(stjude == name).sum()}" for name in never if (stjude == name).any()),
        left_out=_LEFT_OUT,
        zscores=len(np.asarray(cohort.standardised.labels)),
    )
    return {
        "Where the patients come from": patients,
        "What the blasts are": _BLASTS,
        "What lesions and chromosomes add": _LESIONS,
        "How the figures came about": _LIMITS,
    }
