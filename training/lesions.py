"""Lesions of the public cohorts' patients, from the free text of ``samples.csv``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from leukotype.evidence.findings import Evidence
from leukotype.evidence.genomes import read_genomes
from leukotype.inputs.lesions.fusions import FUSION_COLUMNS
from leukotype.inputs.lesions.karyotypes import read_karyotypes
from leukotype.inputs.lesions.loci import normal_genes
from leukotype.inputs.lesions.records import Lesions
from leukotype.inputs.lesions.variants import VARIANT_COLUMNS

_HOTSPOTS = {
    "pax5_p80r": ("PAX5", "P80R"),
    "ikzf1_n159y": ("IKZF1", "N159Y"),
    "zeb2_h1038r": ("ZEB2", "H1038R"),
}
_SOURCE = "samples.csv"


def cohort_evidence(path: Path, samples: Sequence[str], *, karyotypes: bool = True) -> Evidence:
    """Read the lesions of samples; replicates share those of their patient.

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
    of_patients = {
        patient: replace(record, sample=patient)
        for record in reversed(read_karyotypes(path, samples).records)
        for patient in [table["patient"].loc[record.sample]]
    }  # of the samples of a patient, the first
    given = Lesions(
        pd.DataFrame(_fusions(told), columns=list(FUSION_COLUMNS)),
        {patient: ("text",) for patient in told["patient"]},
        tuple(of_patients.values()) if karyotypes else None,
        pd.DataFrame(_mutations(tested), columns=list(VARIANT_COLUMNS)),
        frozenset(tested["patient"]),
    )
    found = read_genomes(given, list(dict.fromkeys(table["patient"])), {}, {}).evidence
    owners = {str(sample): patient for sample, patient in table["patient"].items()}
    return Evidence(
        {name: found.findings[own] for name, own in owners.items() if own in found.findings},
        {name: found.looked_for[own] for name, own in owners.items() if own in found.looked_for},
    )


def _fusions(table: pd.DataFrame) -> Iterator[tuple[object, ...]]:
    """Split ``A-B,B-A and C-D``; of ``DUX4-chr8q24.21-IGH`` the first and the last name count."""
    for patient, text in zip(table["patient"], table["fusions"], strict=True):
        for pair in re.split(r",| and ", text):
            first, _, rest = pair.strip().partition("-")
            if rest:
                last = rest.rpartition("-")[2]
                yield (
                    patient,
                    _SOURCE,
                    "text",
                    normal_genes(first),
                    normal_genes(last),
                    pd.NA,
                    "",
                    True,
                    "",
                    False,
                )


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
