"""What a retrained bundle holds beside its classifier: its manifest, its profiles, and what it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from leukotype.learning.learn import NESTED, Trained, packages
from leukotype.learning.patients import Cohort, Patients
from leukotype.learning.settings import Settings
from leukotype.model.bundle import Bundle, Profiles
from leukotype.vocabulary import NORMAL, T_ALL


def manifest(
    trained: Trained,
    cohort: Cohort,
    base: Bundle,
    settings: Settings,
    name: str,
    lesion_files: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Give what a bundle says of itself; nothing in it depends on the clock or on this machine's folders.

    Parameters
    ----------
    lesion_files
        SHA-256 by path. They stand apart from those of the expression and the labels, on which the figures
        by expression alone rest.
    """
    told = settings.as_dict()
    told.pop("jobs")
    return {
        "name": name,
        "version": version("leukotype"),
        "threshold": trained.fitted.threshold,
        "min_genes_pct": base.manifest["min_genes_pct"],
        "classes": cohort.patients.counts(),
        "n_genes": len(base.genes.ids),
        "base": {"name": base.label, "sha256": base.digest},
        "metrics": metrics(trained),
        "cohort_metrics": {each: report.figures for each, report in trained.cohorts.items()},
        "chosen": asdict(trained.chosen),
        "config": told,
        "data_sha256": _by_name(cohort.sha256),
        "lesions_sha256": _by_name(lesion_files or {}),
        "packages": packages(settings),
        "run_id": trained.key,
    }


def metrics(trained: Trained) -> dict[str, float]:
    """Figures of the held-out patients: by expression alone, ``with_lesions_``, and of untaught subtypes."""
    found = dict(trained.nested.figures)
    if NESTED in trained.with_lesions:
        given = trained.with_lesions[NESTED].figures
        found |= {f"with_lesions_{name}": value for name, value in given.items()}
    if len(trained.untaught):
        patients = int(trained.untaught["n"].sum())
        found["untaught_n"] = patients
        found["untaught_called"] = round(float(trained.untaught["called"].sum()) / patients, 4)
    return found


def _by_name(sha256: Mapping[str, str]) -> dict[str, str]:
    """Leave the folders out of paths; files of one name in several folders are numbered."""
    found: dict[str, str] = {}
    for path, digest in sha256.items():
        name, times = Path(path).name, 1
        while name in found:
            times += 1
            name = f"{Path(path).name} ({times})"
        found[name] = digest
    return found


def profiles(patients: Patients, base: Bundle) -> Profiles:
    """Mean and spread of each taught class; T-ALL, normal and absent genes come from the base model."""
    names, means, spreads = [], [], []
    usual, varied = base.profiles.means.mean(axis=0), base.profiles.spreads.mean(axis=0)
    for name in sorted(set(patients.labels)):
        own = patients.logs[patients.labels == name]
        lacking = np.isnan(own).any(axis=0)
        names.append(str(name))
        means.append(np.where(lacking, usual, own.mean(axis=0)))
        spreads.append(np.where(lacking, varied, own.std(axis=0)))
    for name in (T_ALL, NORMAL):
        row = base.profiles.names.index(name)
        names.append(name)
        means.append(base.profiles.means[row])
        spreads.append(base.profiles.spreads[row])
    return Profiles(tuple(names), np.array(means, np.float32), np.array(spreads, np.float32))
