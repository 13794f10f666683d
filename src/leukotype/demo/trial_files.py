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
from leukotype.demo.trial_cohort import synthetic_trial
from leukotype.efficacy.columns import EXAMPLE_TOML
from leukotype.model.bundle import load
from leukotype.pipeline import classify_files
from leukotype.runs.files import as_csv, write_whole
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


def make_trial(out: Path, seed: int) -> TrialFiles:
    """Simulate the trial, call its patients, and write all of it to a folder."""
    clinical = synthetic_trial(seed)
    bundle = load()
    taught = set(bundle.profiles.names)
    patients = [
        Patient(name, subtype if subtype in taught else _STAND_IN, blasts)
        for name, subtype, blasts in clinical[["patient", "true_subtype", "blast_pct"]].itertuples(
            index=False
        )
    ]
    content = {
        "SYNTHETIC_counts.csv": as_csv(simulate_patients(bundle, patients, seed).counts.reset_index()),
        "SYNTHETIC_blasts.csv": as_csv(
            clinical[["patient", "blast_pct"]].rename(columns={"patient": "sample"})
        ),
        "SYNTHETIC_trial.csv": as_csv(clinical.drop(columns=["true_subtype", "blast_pct"])),
        "SYNTHETIC_trial.toml": EXAMPLE_TOML,
        **{f"SYNTHETIC_{name}.csv": as_csv(table) for name, table in _lesions(clinical).items()},
    }
    write_whole(out, content)
    files = {name: out / f"SYNTHETIC_{name}.csv" for name in ("fusions", "karyotypes", "mutations")}
    run = classify_files(
        [out / "SYNTHETIC_counts.csv"],
        blasts=out / "SYNTHETIC_blasts.csv",
        fusions=[files["fusions"]],
        karyotype=files["karyotypes"],
        variants=[files["mutations"]],
    )
    written = {path.name: path for path in replace(run, synthetic=SYNTHETIC_TRIAL).save(out)}
    clinical_files = out / "SYNTHETIC_trial.csv", out / "SYNTHETIC_trial.toml"
    return TrialFiles(written["calls.csv"], *clinical_files, written["evidence.csv"])


def _lesions(clinical: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Tables of fusions, karyotypes and mutations; a row without genes says that none was found."""
    told = list(zip(clinical["patient"], clinical["true_subtype"], strict=True))
    fusions = [(name, *_FUSION.get(subtype, ("", "")), _READS) for name, subtype in told]
    mutations = [(name, *_MUTATION.get(subtype, ("", "")), _READS) for name, subtype in told]
    karyotypes = [(name, _KARYOTYPE.get(subtype, "46,XX[20]")) for name, subtype in told]
    return {
        "fusions": pd.DataFrame(fusions, columns=["sample", "gene_5prime", "gene_3prime", "reads"]),
        "mutations": pd.DataFrame(mutations, columns=["sample", "gene", "protein_change", "alt_reads"]),
        "karyotypes": pd.DataFrame(karyotypes, columns=["sample", "karyotype"]),
    }
