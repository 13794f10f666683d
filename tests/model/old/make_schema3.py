"""How the stored bundle of schema 3 was made: with a checkout of 3f4b60c (0.3.0), not with today's code.

``PYTHONPATH=CHECKOUT/src:CHECKOUT python make_schema3.py OUT`` learns from SIMULATED patients: 46 genes,
two of each chromosome, with three subtypes that differ in five of them each. It writes the bundle, ten new
patients, and what that version says of them."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

SUBTYPES = ("DUX4-r", "ETV6::RUNX1", "KMT2A-r")
GENES = 46


def simulate(n, rng):
    """Counts of n patients of each subtype, then of as many other leukemias, and of normal cells."""
    base = np.random.default_rng(3).lognormal(6, 1, GENES)
    kinds = [*SUBTYPES, "Not B-ALL", "normal", "scrambled"]
    parts = []
    for number in range(len(kinds)):
        mean = base.copy()
        mean[number * 5 : number * 5 + 5] *= 12.0
        parts.append(rng.poisson(mean * rng.lognormal(0, 0.25, (n, GENES))))
    return np.vstack(parts).astype(float), np.repeat(np.array(kinds, dtype=object), n)


def main(out):
    from leukotype.bundle import Profiles, Reference, load, save
    from leukotype.genes import GeneTable
    from sklearn.svm import LinearSVC
    from training.estimator import LeukotypeClassifier

    from leukotype.vocabulary import CHROMOSOMES
    from training.diploid import learn_reference

    rng = np.random.default_rng(7)
    frame = load().genes.frame
    rows = [frame.index[frame["chromosome"] == name][:2] for name in CHROMOSOMES]
    genes = GeneTable(frame.loc[np.concatenate(rows)].assign(aliases=""))
    chromosomes = np.repeat(np.arange(len(CHROMOSOMES)), 2)
    values, labels = simulate(40, rng)
    cpm = values / values.sum(axis=1, keepdims=True) * 1e6
    n = len(labels)
    share = np.where(np.isin(labels, ["normal", "scrambled"]), 0.0, 1.0)
    classifier = LeukotypeClassifier(
        LinearSVC(C=0.01, random_state=1), np.arange(20), chromosomes, folds=3, gate_c=0.01, random_state=1
    )
    names = np.array([f"S{number}" for number in range(n)], dtype=object)
    own = np.where(share == 0, 0.0, 90.0)
    classifier.fit(cpm, labels, groups=names, measured=np.ones(n, bool), share=share, own_pct=own)
    model = classifier.export()
    logs = np.log2(cpm + 1)
    kinds = {**{name: name for name in SUBTYPES}, "T-ALL": "Not B-ALL", "normal": "normal"}
    means, spreads = (
        np.array([getattr(logs[labels == kind], part)(axis=0) for kind in kinds.values()], np.float32)
        for part in ("mean", "std")
    )
    ill = np.isin(labels, SUBTYPES)
    dosage = learn_reference(cpm[ill][:16], cpm[labels == "normal"][:8], chromosomes, 1)
    manifest = {
        "name": "simulated", "version": "0.3.0", "threshold": classifier.threshold_, "min_genes_pct": 50.0,
        "classes": dict.fromkeys(SUBTYPES, 40), "n_genes": GENES, "base": {"name": "none", "sha256": ""},
        "metrics": {"n": 120, "accuracy": 1.0, "balanced_accuracy": 1.0, "with_lesions_n": 120,
                    "with_lesions_accuracy": 1.0, "untaught_n": 120, "untaught_called": 0.5},
        "cohort_metrics": {"A": {"n": 60, "accuracy": 1.0}},
        "config": {"seed": 1, "folds": 3}, "data_sha256": {}, "packages": {}, "run_id": "0" * 16,
    }  # fmt: skip
    save(out / "bundle", model, genes, Profiles(tuple(kinds), means, spreads), Reference(dosage, genes),
         manifest, "# SIMULATED patients\n")  # fmt: skip
    new, truth = simulate(2, np.random.default_rng(11))
    patients = pd.DataFrame(new.astype(int), columns=list(genes.ids)).rename_axis("sample")
    patients.index = [f"N{number}" for number in range(len(new))]
    patients.rename_axis("sample").to_csv(out / "patients.csv")
    said = model.predict(new)
    table = pd.DataFrame(said.joint(), columns=[*model.subtypes, "Not B-ALL"], index=patients.index)
    table.assign(blasts=said.blasts[:, 0], truth=truth).rename_axis("sample").to_csv(out / "said.csv")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
