"""Makes the model that ships: ``python -m training.train --data DIR --config training/config.toml``.

The same data, configuration and package versions give the same bytes on the same kind of machine. Every run
is logged to MLflow (SQLite store under ``mlruns/``).
"""

from __future__ import annotations

import hashlib
import json
import sys
from importlib.metadata import version
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from leukotype.learning.map_layout import build_map
from leukotype.model.bundle import SCHEMA, Profiles, save
from leukotype.vocabulary import NORMAL, NOT_B_ALL, T_ALL
from training.card import write_card
from training.cohort import Cohort, load_cohort
from training.config import options
from training.diploid import build_reference
from training.evaluate import Report, evaluate
from training.heldout import fit_on
from training.outside import MIN_GENES_PCT
from training.tracking import track

READ = (
    "cohorts/expression.parquet",
    "cohorts/samples.csv",
    "cohorts/allsorts_reference_zscores.parquet",
    "cohorts/allsorts_reference_labels.csv",
    "reference/genes.csv.gz",
    "reference/gene_aliases.csv.gz",
    "reference/entrez.csv.gz",
    "reference/normal_blood_cells_counts.parquet",
    "reference/normal_marrow_stroma_counts.parquet",
    "reference/diploid_ball_counts.parquet",
)
PACKAGES = ("numpy", "pandas", "scipy", "scikit-learn", "xgboost-cpu")


def main(arguments: list[str] | None = None) -> int:
    """Train, evaluate, write the bundle and log the run."""
    data, config, out = options("python -m training.train", __doc__, arguments)
    cohort = load_cohort(data, config["min_patients"])
    with threadpool_limits(1):
        classifier = fit_on(cohort, np.arange(len(cohort.patients)), config, config["seed"])
    reference = build_reference(data, config["seed"])
    report = evaluate(cohort, classifier, reference, config, data)
    hashes = {name: hashlib.sha256((data / name).read_bytes()).hexdigest() for name in READ}
    manifest = _manifest(out.name, cohort, config, hashes, report, classifier.threshold_)
    card = write_card(manifest, report)
    real = classifier.rows_.real
    held_out, codes = classifier.held_out_[real], classifier.rows_.codes[real]
    drawn = build_map(held_out, codes, classifier.export().subtypes, config["seed"])
    digest = save(out, classifier.export(), cohort.genes, profiles(cohort), reference, manifest, card, drawn)
    track({"schema": SCHEMA, **manifest}, digest, out)
    sys.stdout.write(f"{out}: {manifest['name']} {manifest['version']} ({digest[:8]})\n")
    return 0


def profiles(cohort: Cohort) -> Profiles:
    """Mean and spread of log2(CPM + 1) of every taught subtype, of T-ALL and of mixed normal blood."""
    logs = np.log2(cohort.patients.values + 1.0)
    labels = cohort.patients.labels
    names = [*sorted(set(labels) - {NOT_B_ALL}), NOT_B_ALL]
    means = [logs[labels == name].mean(axis=0) for name in names]
    spreads = [logs[labels == name].std(axis=0) for name in names]
    blood = cohort.blood.values
    own = [cohort.blood.kinds == kind for kind in np.unique(cohort.blood.kinds)]
    kinds = np.array([blood[rows].mean(axis=0) for rows in own])
    normal, varied = np.log2(kinds.mean(axis=0) + 1.0), np.log2(kinds + 1.0).std(axis=0)
    # Genes that the normal cells' file lacks stand as in leukemia: they tell nothing apart.
    means.append(np.where(np.isnan(normal), np.mean(means, axis=0), normal))
    spreads.append(np.where(np.isnan(varied), np.mean(spreads, axis=0), varied))
    names = [T_ALL if name == NOT_B_ALL else name for name in names]
    return Profiles((*names, NORMAL), np.array(means, np.float32), np.array(spreads, np.float32))


def _manifest(
    name: str,
    cohort: Cohort,
    config: dict[str, Any],
    hashes: dict[str, str],
    report: Report,
    threshold: float,
) -> dict[str, Any]:
    labels, counts = np.unique(cohort.patients.labels, return_counts=True)
    z_labels, z_counts = np.unique(cohort.standardised.labels, return_counts=True)
    origin = {"config": config, "data_sha256": hashes, "packages": {each: version(each) for each in PACKAGES}}
    run_id = hashlib.sha256(json.dumps(origin, sort_keys=True).encode()).hexdigest()[:16]
    return {
        "name": name,
        "version": version("leukotype"),
        "threshold": threshold,
        "min_genes_pct": MIN_GENES_PCT,
        "classes": dict(zip(labels.tolist(), counts.tolist(), strict=True)),
        "zscore_patients": dict(zip(z_labels.tolist(), z_counts.tolist(), strict=True)),
        "n_genes": len(cohort.genes.ids),
        "n_genes_one_by_one": int((cohort.standardised.model_genes >= 0).sum()),
        "metrics": report.figures,
        "run_id": run_id,
        **origin,
    }


if __name__ == "__main__":
    raise SystemExit(main())
