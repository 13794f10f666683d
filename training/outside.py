"""The final model on what no part of training saw: the external files, diluted, and what is no B-ALL."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from leukotype.bundle import Profiles, save
from leukotype.pipeline import classify_files
from training.cohort import Cohort
from training.estimator import LeukotypeClassifier
from training.figures import purity_table
from training.heldout import PURITIES, answers
from training.mixing import background, dilute
from training.overlap import EXTERNAL, read_external

EXTERNAL_FILES = {
    **{name: (file,) for name, file in EXTERNAL.items()},
    "mdall": ("COH000353_D1.HTSeq", "COH000082_D1.HTSeq"),
}


def external_sets(
    final: LeukotypeClassifier, cohort: Cohort, data: Path
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Call the external files as a user would, from the raw files; the scores, and every sample not right."""
    rows, wrong = [], []
    with TemporaryDirectory() as folder:
        manifest = {"name": "test", "version": "0", "threshold": final.threshold_, "min_genes_pct": 50.0}
        empty = Profiles((), np.empty((0, 0)), np.empty((0, 0)))
        save(Path(folder), final.export(), cohort.genes, empty, manifest, "")
        for name, files in EXTERNAL_FILES.items():
            paths = [data / "external" / name / file for file in files]
            calls = classify_files(paths, model=Path(folder)).calls.set_index("sample")
            labels = pd.read_csv(data / "external" / name / "labels.csv").set_index("sample")["subtype"]
            calls["label"] = labels.loc[calls.index]
            right = calls["subtype"] == calls["label"]
            called = calls["status"] == "called"
            rows.append((name, len(calls), int(called.sum()), int(right.sum()), int((called & ~right).sum())))
            wrong.append(calls[~right].reset_index().assign(set=name))
    columns = ["set", "sample", "label", "status", "subtype", "probability", "reason"]
    table = pd.DataFrame(rows, columns=["set", "n", "called", "right", "called_wrong"])
    return table, pd.concat(wrong)[columns].reset_index(drop=True)


def external_purity(final: LeukotypeClassifier, cohort: Cohort, data: Path, seed: int) -> pd.DataFrame:
    """Dilute GSE161501 with donors that training never saw."""
    counts, labels = read_external(data, "GSE161501")
    values = cohort.genes.harmonise(counts).values.to_numpy() / counts.sum(axis=1).to_numpy()[:, None] * 1e6
    rng, rows = np.random.default_rng(seed), np.arange(len(labels))
    mixed = [(each, dilute(values, each, cohort.blood, rng, held_out=True)) for each in PURITIES]
    return purity_table([(each, answers(final, m, labels.to_numpy(), rows)) for each, m in mixed])


def set_aside(final: LeukotypeClassifier, cohort: Cohort, seed: int) -> pd.DataFrame:
    """Count the subtypes called in what is no B-ALL, or no tissue at all, and was not trained on."""
    rng = np.random.default_rng(seed)
    scrambled = rng.permuted(
        cohort.patients.values[rng.choice(len(cohort.patients), 100, replace=False)], axis=1
    )
    sets = {
        "sorted blood cells, held-out donors": cohort.blood.values[cohort.blood.held_out],
        "mixtures of these": background(cohort.blood, 200, rng, held_out=True),
        "marrow stroma, held-out samples": cohort.stroma.values[cohort.stroma.held_out],
        "patients with shuffled genes": scrambled,
        "diploid B-ALL, held-out samples (should be called)": cohort.diploid.values[cohort.diploid.held_out],
    }
    rows = []
    for name, values in sets.items():
        held = answers(final, values, np.full(len(values), ""), np.arange(len(values)))
        rows.append((name, len(values), int((held.called != "").sum())))
    return pd.DataFrame(rows, columns=["samples", "n", "called"])
