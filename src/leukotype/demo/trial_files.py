"""A SYNTHETIC trial from counts to calls: what `leukotype efficacy --demo` analyses.

The patients are those of `leukotype.demo.trial_cohort`. Their expression is simulated from the model's class
profiles; a subtype that expression was never taught gets the profile of B-other, and the lesion that defines
it.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

import pandas as pd

from leukotype.demo.simulate import Patient, simulate_patients
from leukotype.demo.trial_cohort import simulate_trial
from leukotype.efficacy.columns import EXAMPLE_TOML
from leukotype.model.bundle import load
from leukotype.pipeline import classify_files
from leukotype.runs.files import CALLS, EVIDENCE, as_csv, write_whole
from leukotype.trial import TrialFiles

_STAND_IN: Final = "B-other"
# One lesion of each subtype that has one: fusion (5', 3' gene), mutation (gene, change) or karyotype.
_FUSION: Final = MappingProxyType(
    {
        "BCR::ABL1": ("BCR", "ABL1"),
        "BCR::ABL1-like": ("IGH", "CRLF2"),
        "KMT2A-r": ("KMT2A", "AFF1"),
        "DUX4-r": ("IGH", "DUX4"),
        "MEF2D-r": ("MEF2D", "BCL9"),
        "PAX5alt": ("PAX5", "AUTS2"),
        "TCF3::PBX1": ("TCF3", "PBX1"),
        "ZNF384-r": ("EP300", "ZNF384"),
        "CDX2/UBTF": ("UBTF", "ATXN7L3"),
    }
)
_MUTATION: Final = MappingProxyType({"ZEB2/CEBP": ("ZEB2", "H1038R")})
_KARYOTYPE: Final = MappingProxyType(
    {
        "Low hypodiploid": "36,XX,-2,-3,-7,-9,-12,-13,-15,-16,-17,-20[12]/46,XX[8]",
        "Hyperdiploid": "54,XX,+4,+6,+10,+14,+17,+18,+21,+X[15]/46,XX[5]",
    }
)
_READS: Final = 25
SYNTHETIC_TRIAL: Final = "SYNTHETIC: invented patients with simulated expression; they are no patients."


def write_trial(out: Path, seed: int) -> TrialFiles:
    """Simulate the trial, call its patients as those of a laboratory, and write all of it to a folder."""
    clinical = simulate_trial(seed)
    paths = _write_inputs(clinical, out, seed)
    run = classify_files(
        [paths["counts"]],
        blasts=paths["blasts"],
        fusions=[paths["fusions"]],
        karyotype=paths["karyotypes"],
        variants=[paths["mutations"]],
    )
    replace(run, synthetic=SYNTHETIC_TRIAL).save(out)
    return TrialFiles(out / CALLS, paths["trial"], paths["columns"], out / EVIDENCE)


def _write_inputs(clinical: pd.DataFrame, out: Path, seed: int) -> dict[str, Path]:
    """Write what a laboratory and a trial would have of these patients: the files by what they hold."""
    blasts = clinical[["patient", "blast_pct"]].rename(columns={"patient": "sample"})
    tables = {
        "counts": _counts(clinical, seed),
        "blasts": blasts,
        "trial": clinical.drop(columns=["true_subtype", "blast_pct"]),
        **_lesions(clinical),
    }
    paths = {name: out / f"SYNTHETIC_{name}.csv" for name in tables}
    content = {paths[name].name: as_csv(table) for name, table in tables.items()}
    paths["columns"] = out / "SYNTHETIC_trial.toml"
    write_whole(out, {**content, paths["columns"].name: EXAMPLE_TOML})
    return paths


def _counts(clinical: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Simulate the counts of every patient, genes in rows."""
    bundle = load()
    taught = set(bundle.profiles.names)
    known = clinical[["patient", "true_subtype", "blast_pct"]].itertuples(index=False)
    patients = [
        Patient(name, subtype if subtype in taught else _STAND_IN, blasts) for name, subtype, blasts in known
    ]
    return simulate_patients(bundle, patients, seed).counts.reset_index()


def _lesions(clinical: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Tables of fusions, karyotypes and mutations; a row without genes says that none was found."""
    patients = list(zip(clinical["patient"], clinical["true_subtype"], strict=True))
    fusions = [(name, *_FUSION.get(subtype, ("", "")), _READS) for name, subtype in patients]
    mutations = [(name, *_MUTATION.get(subtype, ("", "")), _READS) for name, subtype in patients]
    karyotypes = [(name, _KARYOTYPE.get(subtype, "46,XX[20]")) for name, subtype in patients]
    return {
        "fusions": pd.DataFrame(fusions, columns=["sample", "gene_5prime", "gene_3prime", "reads"]),
        "mutations": pd.DataFrame(mutations, columns=["sample", "gene", "protein_change", "alt_reads"]),
        "karyotypes": pd.DataFrame(karyotypes, columns=["sample", "karyotype"]),
    }
