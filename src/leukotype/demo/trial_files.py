"""A SYNTHETIC trial from counts to calls: what `leukotype efficacy --demo` analyses.

The patients are those of `leukotype.demo.trial_cohort`. Their expression is simulated from the model's class
profiles; a subtype that expression was never taught gets the profile of B-other, and the lesion that defines
it.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

import pandas as pd

from leukotype.demo.simulate import Patient, simulate_patients
from leukotype.demo.trial_cohort import simulate_trial
from leukotype.demo.trial_lesions import lesions
from leukotype.efficacy.columns import EXAMPLE_TOML
from leukotype.model.bundle import load
from leukotype.pipeline import classify_files
from leukotype.runs.files import CALLS, EVIDENCE, PROBABILITIES, as_csv, write_whole
from leukotype.trial import TrialFiles

_STAND_IN: Final = "B-other"
_NO_CONTRAST: Final = -0.3  # on no subtype's side: what neither a lesion nor expression names
_CONTRAST: Final = 1.8  # textbook cases: every subtype that the paper counts is called
_SUBSET: Final = """
[[subsets]]
name = "T315I"
within = "BCR::ABL1"
altered = "ABL1 T315I"
"""
_SENSITIVITY: Final = """
[sensitivity]
adjust_for = ["age", "salvage", "first_remission"]
hsct_time = "hsct_months"
"""
_LABELS: Final = """
[labels]
first_remission = "First remission, months"
salvage = "Salvage"
age = "Age, years"
age_group = "Age group, years"
sex = "Sex"
"""
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
    return TrialFiles(out / CALLS, paths["trial"], paths["columns"], out / EVIDENCE, out / PROBABILITIES)


def _write_inputs(clinical: pd.DataFrame, out: Path, seed: int) -> dict[str, Path]:
    """Write what a laboratory and a trial would have of these patients: the files by what they hold."""
    blasts = clinical[["patient", "blast_pct"]].rename(columns={"patient": "sample"})
    tables = {
        "counts": _counts(clinical, seed),
        "blasts": blasts,
        "trial": clinical.drop(columns=["true_subtype", "blast_pct"]),
        **lesions(clinical, seed),
    }
    paths = {name: out / f"SYNTHETIC_{name}.csv" for name in tables}
    content = {paths[name].name: as_csv(table) for name, table in tables.items()}
    paths["columns"] = out / "SYNTHETIC_trial.toml"
    write_whole(out, {**content, paths["columns"].name: EXAMPLE_TOML + _SUBSET + _SENSITIVITY + _LABELS})
    return paths


def _counts(clinical: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Simulate the counts of every patient, genes in rows."""
    bundle = load()
    taught = set(bundle.profiles.names) & set(bundle.model.subtypes)
    known = clinical[["patient", "true_subtype", "blast_pct"]].itertuples(index=False)
    patients = [
        Patient(name, subtype, blasts, _CONTRAST)
        if subtype in taught
        else Patient(name, _STAND_IN, blasts, _NO_CONTRAST)
        for name, subtype, blasts in known
    ]
    return simulate_patients(bundle, patients, seed).counts.reset_index()
