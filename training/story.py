"""What the card of the model that ships says of its patients, which only the sources can tell."""

from __future__ import annotations

import numpy as np

from training.cohort import PublicCohort

_PATIENTS = """GSE227832 (children, Nordic countries) and GSE181157 (children, DFCI 16-001), as assembled,
batch-corrected and partly labelled by machine learning by iamandreatonina/Acute_Lymphoid_Leukemia_Project.
Beside them {zscores} patients of Oshlack/ALLSorts that are public as z-scores of 1,003 genes ({shared} of
these are read one by one), brought to the same scale through the subtypes that both have; those who seem to
be patients of the external sets are left out. Raw counts of 30 diploid B-ALL (subtype unknown), of sorted
normal blood cells (GSE115736; its file has hardly a read on chromosomes 10 and 20, whose genes are taken as
unknown) and of marrow stroma (GSE139073) teach the gate; T-ALL stands for every other leukemia. Adults are
rare.

Left out on purpose: the T-ALL of PNAS 2021 e2120787119 and the normal cells of the batch-corrected table. The
correction made the first look like B-ALL and took the lineage genes of the second (`training/cohort.py`).
`B-other` is what the source's own methods left over: the weakest class."""

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
`known_before_ml` counts only patients of GSE227832 whose subtype was known before. The settings in
`training/config.toml` were chosen by cross-validation on the training patients. The dilutions of GSE161501
and the undiluted external figures were printed during development; the gate's `gate_c` was chosen with the
former on screen, no other setting by either. With C chosen anew inside each fold (`python -m
training.compare`) the balanced accuracy, mean of the folds, is {nested:.3f}; with the C that ships it is
{fixed:.3f} in the same folds. The rule on strange expression was added after cell lines of other tissues
had been called; its limit is the maximum over training rows.

Rebuild: `python -m training.train --data DIR --config training/config.toml`."""


def sections(cohort: PublicCohort, nested: float, fixed: float) -> dict[str, str]:
    """Give the card's further sections.

    Parameters
    ----------
    nested, fixed
        balanced accuracy, mean of the folds: C chosen by the inner folds, and the C that ships.
    """
    shared = int((cohort.standardised.model_genes >= 0).sum())
    zscores = len(np.asarray(cohort.standardised.labels))
    return {
        "Where the patients come from": _PATIENTS.format(zscores=zscores, shared=shared),
        "What the blasts are": _BLASTS,
        "What lesions and chromosomes add": _LESIONS,
        "How the figures came about": _LIMITS.format(nested=nested, fixed=fixed),
    }
