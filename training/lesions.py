"""Lesions of the cohorts' patients, from the free text of ``samples.csv``, and what they are worth.

The labels of these cohorts were partly made from the same lesions. So the weights are few (one a strength,
the same for every subtype), held within `MOST`, and every figure is reported with and without lesions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import minimize

from leukotype.evidence import FLAGS, Evidence
from leukotype.features import Array
from leukotype.genome import read_genomes
from leukotype.inputs.copynumber import read_karyotypes
from leukotype.inputs.fusions import FUSION_COLUMNS
from leukotype.inputs.loci import normal_genes
from leukotype.inputs.variants import VARIANT_COLUMNS
from leukotype.lesions import Lesions, Strength

MOST = float(np.log(50.0))  # a lesion changes the odds of its subtype at most fifty times
# Not found, at most ten times: callers miss one fusion in ten and more (Haas et al., Genome Biol
# 2019;20:213), and in these cohorts a label may rest on the very fusion that was found.
MISSED = float(np.log(10.0))
PRIOR = 2.0  # standard deviation of a weight before the patients are seen
_HOTSPOTS = {
    "pax5_p80r": ("PAX5", "P80R"),
    "ikzf1_n159y": ("IKZF1", "N159Y"),
    "zeb2_h1038r": ("ZEB2", "H1038R"),
}
_SOURCE = "samples.csv"


def cohort_evidence(path: Path, samples: Sequence[str], *, karyotypes: bool = True) -> Evidence:
    """Read the lesions of patients (not samples: replicates share theirs).

    Parameters
    ----------
    path
        ``samples.csv``.
    samples
        rows to read.
    karyotypes
        whether the karyotypes count.
    """
    table = pd.read_csv(path).set_index("sample").loc[list(samples)]
    told = table[table["fusions"].notna()]
    tested = table[table[list(_HOTSPOTS)].notna().any(axis=1)]
    chromosomes = read_karyotypes(path, samples).frame
    chromosomes["sample"] = table["patient"].loc[chromosomes["sample"]].to_numpy()
    given = Lesions(
        pd.DataFrame(_fusions(told), columns=list(FUSION_COLUMNS)),
        {patient: ("text",) for patient in told["patient"]},
        chromosomes.drop_duplicates("sample") if karyotypes else None,
        pd.DataFrame(_mutations(tested), columns=list(VARIANT_COLUMNS)),
        frozenset(tested["patient"]),
    )
    return read_genomes(given, list(dict.fromkeys(table["patient"])), {}, {}).evidence


def _fusions(table: pd.DataFrame) -> Iterator[tuple[object, ...]]:
    """Split ``A-B,B-A and C-D``; of ``DUX4-chr8q24.21-IGH`` the first and the last name count."""
    for patient, text in zip(table["patient"], table["fusions"], strict=True):
        for pair in re.split(r",| and ", text):
            first, _, rest = pair.strip().partition("-")
            if rest:
                last = rest.rpartition("-")[2]
                yield patient, _SOURCE, "text", normal_genes(first), normal_genes(last), pd.NA, "", True, ""


def _mutations(table: pd.DataFrame) -> Iterator[tuple[object, ...]]:
    empty = dict.fromkeys(VARIANT_COLUMNS, "")
    for column, (gene, change) in _HOTSPOTS.items():
        for patient in table.loc[table[column].astype(str).str.startswith("Y"), "patient"]:
            row = {
                "sample": patient,
                "source": _SOURCE,
                "gene": gene,
                "protein_change": change,
                "usable": True,
            }
            yield tuple({**empty, **row, "alt_reads": np.nan}.values())


def learn_weights(expression: Array, flags: Array, codes: npt.NDArray[np.intp]) -> Array:
    """Learn what each of `FLAGS` adds to the log-odds of its subtype.

    A conditional logit: the probabilities by expression stand as they are, the weights are added to them.

    Parameters
    ----------
    expression
        held-out probabilities by expression, patients x subtypes.
    flags
        patients x subtypes x `FLAGS`.
    codes
        the subtype of each patient.
    """
    log_odds = np.log(np.maximum(expression, 1e-12))
    limits = {Strength.AGAINST: (-MOST, 0.0), "absent": (-MISSED, 0.0)}
    bounds = [limits.get(flag, (0.0, MOST)) for flag in FLAGS]
    rows = np.arange(len(codes))

    def loss(weights: Array) -> tuple[float, Array]:
        scores = log_odds + flags @ weights
        scores -= scores.max(axis=1, keepdims=True)
        chances = np.exp(scores)
        chances /= chances.sum(axis=1, keepdims=True)
        slope = np.einsum("ns,nsf->f", chances, flags) - flags[rows, codes].sum(axis=0)
        likelihood = -np.log(np.maximum(chances[rows, codes], 1e-300)).sum()
        return likelihood + 0.5 * (weights / PRIOR) @ (weights / PRIOR), slope + weights / PRIOR**2

    found = minimize(loss, np.zeros(len(FLAGS)), jac=True, bounds=bounds, method="L-BFGS-B")
    return np.asarray(found.x)
