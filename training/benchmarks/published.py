"""What has been published of other classifiers, each figure with its source, and the words of rivals.md."""

from __future__ import annotations

# Classifier, patients, n, result, source: other patients than ours.
OTHER_PATIENTS = (
    (
        "ALLCatchR", "three hold-out cohorts, 75 % children", "1,018",
        "95.7 % right; 1.2 % unclassified; 98.9 % right among the 83.7 % called with high confidence",
        "Beder et al., HemaSphere 2023, abstract (PMC10461941)",
    ),
    (
        "ALLSorts", "held-out set; then children and adults of new cohorts", "not in the abstract",
        "91 % right; 82 to 93 % in the new cohorts",
        "Schmidt et al., preprint of Blood Adv 2022;6:4093, abstract",
    ),
    (
        "ALLIUM", "validation cohort of ALLCoP", "not in the abstract",
        "false negatives 8.95 %, with conformal prediction sets 3.5 %; "
        "empty predictions 37 % and 17 % where the subtype was not known",
        "Wiklander et al. (ALLCoP), JCO Clin Cancer Inform 2025;9:e2400324, abstract (PMC12133051)",
    ),
    (
        "ALLIUM", "280 B-other or undefined, with DNA methylation as well", "280",
        "one subtype for 85.4 %",
        "Krali et al., npj Precis Oncol 2023 (s41698-023-00479-5), abstract of the preprint",
    ),
    (
        "IntegrateALL", "unselected B-ALL, with fusions, mutations and karyotype", "774",
        "81.5 % assigned, 18.5 % left to an expert; 75.3 % by expression and lesion together",
        "bioRxiv 10.1101/2025.09.25.673987, abstract",
    ),
    (
        "MD-ALL", "hold-out cohort", "974",
        "better than the tools it was compared with (no figure in the abstract)",
        "Hu et al., Haematologica 2024 (10.3324/haematol.2023.283706), abstract",
    ),
)  # fmt: skip

NOTES = """# Leukotype and other classifiers

Written by `python -m training.benchmarks.rivals --data DIR`; every figure of Leukotype was computed by that
run, every figure of another classifier is published where its row says. All are by expression alone.

## The same patients: GSE227832, subtype known before machine learning

{same}

These are the {n} patients and replicates with B-ALL of whom the calls of all three are at hand; the calls
of ALLCatchR and ALLSorts are those that ALLCoP published (github.com/Molmed/ALLCoP), counted by this
program by the same rule: a call is right if it is the label; an answer that the classifier itself marks as
unclassified, and for ALLSorts none or more than one, is not answered. ALLCatchR's answers are all of its
answers, whatever its confidence. The two patients with NUTM1-r are too few to be dealt into folds: they teach
in every one, and only the model of the other cohort is asked about them. Low hyperdiploid, which ALLSorts
and ALLIUM know, is left out.

## All patients of Leukotype's own list

{every}

`n` is 229 samples of 222 children; 7 are technical replicates, which stay with their patient. The T-ALL are
those of GSE227832 in the assembled table (19 samples of 18 patients).

What is not equal:

- The rows "five-fold" have learned from other patients of this very cohort, those of the other cohort not.
  GSE227832 was published after ALLCatchR and ALLSorts. The rows of the other cohort are the fair ones.
- "Most probable subtype" answers whatever the probability is; "called" is what `predict` reports as called,
  which aims at 2 % wrong at most; "called or likely" counts candidates and pairs of look-alikes too (a pair
  is right where it holds the label).
- Learned from the other cohort alone, the threshold is that of held-out patients of that one laboratory: it
  is lower than that of the model that ships, and more than 2 % are wrong in another laboratory.
- Weights, design and constants of the experts were chosen with both cohorts in view
  (training/panel/README.md), by which our rows gain an unknown little.
- The others' "unclassified" is each one's own rule.
- These rows read the batch-corrected expression of the source, whose correction saw all patients at once
  (but no label of a subtype); the others read raw counts. Nobody who calls one new patient has that
  correction.
- The labels come from the laboratories that made ALLIUM: it was trained on a part of these patients. No
  figure of ALLIUM stands here for that reason.
- The patients that ALLSorts learned from teach one of Leukotype's experts, and class scores that ALLCatchR
  published another.

## By class: right / wrong / not answered

{classes}

## GSE161501 (St. Jude Total XVI), raw counts, 19 children

{totxvi}

ALLCatchR and ALLSorts: all 19 as well. 19 of 19 is between 82 and 100 %: this set tells nobody from
anybody.

## Look-alikes

{likes}

Counted from the same published calls. Leukotype's own are in the rows BCR::ABL1 and BCR::ABL1-like above.

## Other patients: not comparable with the above

{others}

Of Allspice (Makinen et al., Int J Mol Sci 2022;23:4574) no comparable figure could be verified.

## Time and memory

{time}

Cold start to written calls, median of three, on the machine of this run with whatever else it did;
`training/benchmarks/README.md` has more.
"""
