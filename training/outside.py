"""The final model on what no part of training saw: the external files, diluted, and what is no B-ALL."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from leukotype.inputs import LesionFiles
from leukotype.learning.estimator import Fitted, Teaching
from leukotype.learning.patients import Patients
from leukotype.learning.store import profiles_of
from leukotype.model.bundle import save
from leukotype.pipeline import classify_files
from training.cohort import PublicCohort
from training.dilution import PURITIES, Dilution, ask_diluted
from training.overlap import EXTERNAL, read_external

EXTERNAL_FILES = {
    **{name: (file,) for name, file in EXTERNAL.items()},
    "mdall": ("COH000353_D1.HTSeq", "COH000082_D1.HTSeq"),
}
FUSION_FILES = {"mdall": ("*.fusioncatcher.txt", "*.cicero.tsv")}
# Ploidy that stands in the names of the files; the diploid one has no known subtype.
PLOIDY_FILES = {
    "near_haploid.HTSeq": "near haploid",
    "low_hypodiploid.HTSeq": "low hypodiploid",
    "diploid.HTSeq": "diploid",
    "high_hyperdiploid.HTSeq": "hyperdiploid",
}
HYPERDIPLOID = "Hyperdiploid"


def save_for_tests(folder: Path, final: Fitted, teaching: Teaching) -> None:
    """Write a bundle of the model that is measured, without its card."""
    panel = teaching.panel
    told = {
        "name": "test",
        "version": "0",
        "threshold": final.threshold,
        "min_genes_pct": panel.min_genes_pct,
    }
    save(folder, final.model, panel.genes, profiles_of(teaching), panel.reference, told, "")


def external_calls(model: Path, data: Path) -> pd.DataFrame:
    """Call the external files as a user would, from the raw files, without and with their fusion calls."""
    found = []
    for name, files in EXTERNAL_FILES.items():
        home = data / "external" / name
        labels = pd.read_csv(home / "labels.csv").set_index("sample")["subtype"]
        fusions = [path for pattern in FUSION_FILES.get(name, ()) for path in sorted(home.glob(pattern))]
        for given, lesions in (("", LesionFiles()), ("with fusions", LesionFiles(fusions=fusions))):
            if fusions or not given:
                calls = classify_files([home / file for file in files], model=model, lesions=lesions)
                label = labels.loc[calls.calls["sample"]].to_numpy()
                found.append(calls.calls.assign(set=f"{name} {given}".strip(), label=label))
    paths = [data / "external" / "rnaseqcnv" / file for file in PLOIDY_FILES]
    known = classify_files(paths, model=model).calls
    found.append(known.assign(set="rnaseqcnv", label=list(PLOIDY_FILES.values())))
    return pd.concat(found, ignore_index=True)


def external_sets(calls: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Score the external calls, and list every sample that is not right."""
    calls = calls[calls["set"] != "rnaseqcnv"]
    right, called = calls["subtype"] == calls["label"], calls["status"] == "called"
    scores = pd.DataFrame({"called": called, "right": right, "called_wrong": called & ~right}).groupby(
        calls["set"]
    )
    table = scores.sum().astype(int)
    table.insert(0, "n", scores.size())
    columns = ["set", "sample", "label", "status", "subtype", "probability", "reason"]
    return table.reset_index(), calls.loc[~right, columns].reset_index(drop=True)


def ploidy_tables(calls: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Compare the dosage with what is known: the files of known ploidy, and hyperdiploidy of every sample."""
    known = calls["set"] == "rnaseqcnv"
    columns = [
        "sample",
        "label",
        "ploidy_state",
        "chromosomes_gained",
        "chromosomes_lost",
        "status",
        "subtype",
        "reason",
    ]
    truth = calls["label"].isin([HYPERDIPLOID, HYPERDIPLOID.lower()])
    found = calls["ploidy_state"] == HYPERDIPLOID.lower()
    rows = []
    for name, own in calls[~calls["set"].str.endswith("with fusions")].groupby("set"):
        is_so, said = truth[own.index], found[own.index]
        rows.append((name, len(own), int(is_so.sum()), int((is_so & said).sum()), int((~is_so & said).sum())))
    names = ["set", "n", "hyperdiploid", "found", "found_wrongly"]
    return calls.loc[known, columns].reset_index(drop=True), pd.DataFrame(rows, columns=names)


def external_dilutions(
    final: Fitted, cohort: PublicCohort, data: Path, seed: int, shares: Sequence[float] = PURITIES
) -> list[Dilution]:
    """Dilute GSE161501 to these shares of its marrows with donors that training never saw."""
    counts, labels = read_external(data, "GSE161501")
    values = cohort.genes.harmonise(counts).values.to_numpy() / counts.sum(axis=1).to_numpy()[:, None] * 1e6
    names, truth = counts.index.to_numpy(dtype=object), labels.to_numpy(dtype=object)
    place, unknown = np.full(len(names), "GSE161501", dtype=object), np.full(len(names), np.nan)
    patients = Patients(names, truth, names, place, values, unknown)
    return ask_diluted(final, patients, cohort.blood, seed, shares)
