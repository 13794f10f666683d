"""From labelled expression to a measured model: the search, the figures, the fit."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from leukotype.bundle import Bundle, Profiles
from leukotype.retraining.engine import Place
from leukotype.retraining.estimator import Candidate, Fitted, Rows, deal, fit
from leukotype.retraining.estimator import splits as each_fold
from leukotype.retraining.evaluate import METRIC, Answers, Report, evaluate, join
from leukotype.retraining.patients import Cohort, Patients
from leukotype.retraining.search import Shared, Split, Trials, answer, draw, search, table
from leukotype.retraining.settings import Settings
from leukotype.vocabulary import NORMAL, T_ALL

ALL: Final = "all patients"
PACKAGES: Final = ("leukotype", "numpy", "pandas", "scikit-learn", "optuna")
_FOLD, _WITHOUT, _OF = "fold ", "without ", " of "  # names of splits
_QUARTERS: Final = 4  # of the learning curve
_LEARNED: Final = (METRIC, "macro_f1")


@dataclass(frozen=True)
class Trained:
    """A retrained model and all that is known of it.

    Parameters
    ----------
    nested
        figures of patients held out by the outer folds; inside each fold the candidate is chosen anew.
    cohorts
        the same for each cohort, learned from the others; empty with one cohort.
    learning
        the figures of the folds with a part of each fold's patients to learn from.
    candidates
        one row a candidate, with its inner score on all patients.
    chosen
        the candidate that the model was fitted with.
    key
        what data, settings, base model and packages are: equal for equal ones.
    """

    fitted: Fitted
    nested: Report
    cohorts: dict[str, Report]
    learning: pd.DataFrame
    candidates: pd.DataFrame
    chosen: Candidate
    key: str


def train(cohort: Cohort, base: Bundle, settings: Settings, trials_file: Path, place: Place) -> Trained:
    """Search, measure and fit.

    Parameters
    ----------
    base
        Model whose genes, features, gate, limit and lesion weights stay.
    trials_file
        SQLite file of the finished trials: what stands there is not computed again.
    """
    patients, features = cohort.patients, base.model.features
    shared, key = Shared(patients, features, settings), identity(cohort, base, settings)
    trials = Trials(trials_file, key)
    folds = _folds(patients, settings)
    splits = [*folds, *_cohorts(patients, settings)]
    everyone = Split(ALL, np.arange(len(patients)), np.arange(0))
    best = search(shared, [*splits, everyone], trials, place)
    parts = [part for fold in folds for part in _parts(patients, fold, settings)]
    best |= {part.name: best[part.name.partition(_OF)[2]] for part in parts}
    found = place.map(answer, shared, [(split, best[split.name]) for split in (*splits, *parts)])
    answers = {split.name: (split, given) for (split, _), given in found}
    chosen = draw(settings.search, features, settings.seed, best[ALL])
    return Trained(
        fit(patients, features, chosen, settings, settings.seed),
        evaluate(join(_of(answers, _FOLD))),
        {
            name.removeprefix(_WITHOUT): evaluate(each)
            for name, (_, each) in answers.items()
            if name.startswith(_WITHOUT)
        },
        _learning(answers, settings),
        table(shared, trials, ALL),
        chosen,
        key,
    )


def _of(answers: Mapping[str, tuple[Split, Answers]], kind: str) -> list[Answers]:
    return [given for name, (_, given) in answers.items() if name.startswith(kind)]


def _parts(patients: Patients, fold: Split, settings: Settings) -> list[Split]:
    """Half and three quarters of a fold's patients to learn from, where each subtype keeps two or more."""
    own = patients.take(fold.train)
    dealt = deal(own.labels, own.patients, _QUARTERS, settings.seed + 2)
    found = []
    for quarters in range(2, _QUARTERS):
        kept = dealt < quarters
        if own.take(np.flatnonzero(kept)).fewest() >= 2 and set(own.labels[kept]) == set(own.labels):
            name = f"{quarters / _QUARTERS:.0%}{_OF}{fold.name}"
            found.append(Split(name, fold.train[kept], fold.test))
    return found


def _learning(answers: Mapping[str, tuple[Split, Answers]], settings: Settings) -> pd.DataFrame:
    """Balanced accuracy of the same held-out patients against the share that was learned from."""
    rows = []
    for quarters in range(2, _QUARTERS + 1):
        share = f"{quarters / _QUARTERS:.0%}"
        start = _FOLD if quarters == _QUARTERS else f"{share}{_OF}"
        own = [each for name, each in answers.items() if name.startswith(start)]
        if len(own) == settings.folds:
            report = evaluate(join([given for _, given in own]))
            size = np.mean([len(split.train) for split, _ in own])
            rows.append((share, round(float(size)), *(report.figures[each] for each in _LEARNED)))
    return pd.DataFrame(rows, columns=["share", "samples", *_LEARNED])


def _folds(patients: Patients, settings: Settings) -> list[Split]:
    """Outer folds of patients; their numbers are of another seed than those of the inner folds."""
    dealt = deal(patients.labels, patients.patients, settings.folds, settings.seed + 1)
    return [
        Split(f"{_FOLD}{number}", train, _once(patients, test))
        for number, (train, test) in enumerate(each_fold(dealt))
    ]


def _once(patients: Patients, rows: Rows) -> Rows:
    """Keep the first sample of each patient: replicates teach, but an interval counts patients."""
    _, first = np.unique(patients.patients[rows].astype(str), return_index=True)
    return np.asarray(rows[np.sort(first)])


def _cohorts(patients: Patients, settings: Settings) -> list[Split]:
    """Leave one cohort out, where the others have two subtypes with enough patients that it has too."""
    found = []
    for name in sorted(set(patients.cohorts)):
        others = patients.take(np.flatnonzero(patients.cohorts != name))
        taught = [label for label, n in others.counts().items() if n >= settings.min_patients]
        test = _once(patients, np.flatnonzero(patients.cohorts == name))
        if len(taught) > 1 and np.isin(patients.labels[test], taught).any():
            train = np.flatnonzero((patients.cohorts != name) & np.isin(patients.labels, taught))
            found.append(Split(f"{_WITHOUT}{name}", train, test))
    return found


def identity(cohort: Cohort, base: Bundle, settings: Settings) -> str:
    """Name what a search rests on; more trials go on with it, more processes do not change it."""
    told = settings.as_dict()
    told.pop("jobs")
    told["search"].pop("trials")
    origin = {
        "data": sorted(cohort.sha256.values()),
        "samples": [str(name) for name in cohort.patients.names],
        "base": base.digest,
        "settings": told,
        "packages": {name: version(name) for name in PACKAGES},
    }
    return hashlib.sha256(json.dumps(origin, sort_keys=True).encode()).hexdigest()[:16]


def manifest(trained: Trained, cohort: Cohort, base: Bundle, settings: Settings, name: str) -> dict[str, Any]:
    """Give what a bundle says of itself; nothing in it depends on the clock or on this machine's folders."""
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
        "metrics": trained.nested.figures,
        "cohort_metrics": {each: report.figures for each, report in trained.cohorts.items()},
        "chosen": asdict(trained.chosen),
        "config": told,
        "data_sha256": {Path(path).name: digest for path, digest in cohort.sha256.items()},
        "packages": {each: version(each) for each in PACKAGES},
        "run_id": trained.key,
    }


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
