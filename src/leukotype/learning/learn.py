"""From labelled expression to a measured model: the search, the figures, the fit."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from leukotype.evidence.findings import FLAGS, Evidence
from leukotype.learning.estimator import Candidate, Fitted
from leukotype.learning.figures import Report, evaluate, join
from leukotype.learning.held_out import (
    FOLD,
    OF,
    UNTAUGHT,
    WITHOUT,
    Ground,
    HeldOut,
    Taught,
    answer,
    called_untaught,
    cohorts,
    folds,
    learned,
    named,
    parts,
    untaught,
)
from leukotype.learning.patients import Cohort
from leukotype.learning.place import Place
from leukotype.learning.search import Shared, Split, draw, fit_chosen, search, table
from leukotype.learning.settings import Settings
from leukotype.learning.trials import Trials
from leukotype.model.bundle import Bundle
from leukotype.model.features import Array

ALL: Final = "all patients"
NESTED: Final = "nested"
PACKAGES: Final = ("leukotype", "numpy", "pandas", "scikit-learn", "optuna")


@dataclass(frozen=True)
class Fold:
    """One fold of a measurement: what was chosen on its training patients, and how right that is."""

    name: str
    samples: int
    chosen: Candidate
    report: Report


@dataclass(frozen=True)
class Trained:
    """A retrained model and all that is known of it.

    Parameters
    ----------
    nested
        figures of patients held out by the outer folds; inside each fold the candidate is chosen anew.
    cohorts
        the same for each cohort, learned from the others; empty with one cohort.
    with_lesions
        the same with the patients' lesions, under `NESTED` and the names of the cohorts; empty without files
        of lesions. All other figures are by expression alone.
    folds
        the outer folds and the cohorts one by one.
    learning
        the figures of the folds with a part of each fold's patients to learn from.
    untaught
        what a model of all other subtypes calls the patients of each subtype; empty where not counted.
    candidates
        one row a candidate, with its inner score on all patients.
    chosen
        the candidate that the model was fitted with.
    lesion_weights
        learned from the patients' lesions; None without, then those of the base model stay.
    weights
        what each kind of lesion is worth, and how many samples have it; empty without files of lesions.
    key
        what data, settings, base model and packages are: equal for equal ones.
    """

    fitted: Fitted
    nested: Report
    cohorts: dict[str, Report]
    with_lesions: dict[str, Report]
    folds: tuple[Fold, ...]
    learning: pd.DataFrame
    untaught: pd.DataFrame
    candidates: pd.DataFrame
    chosen: Candidate
    lesion_weights: Array | None
    weights: pd.DataFrame
    key: str


def train(
    cohort: Cohort,
    base: Bundle,
    settings: Settings,
    trials_file: Path,
    place: Place,
    evidence: Evidence | None = None,
) -> Trained:
    """Search, measure and fit.

    Parameters
    ----------
    base
        Model whose genes, features, gate and limit stay; also its lesion weights, without `evidence`.
    trials_file
        SQLite file of the finished trials: what stands there is not computed again.
    evidence
        Lesions by sample, where files of these were given.
    """
    patients, features = cohort.patients, base.model.features
    shared, key = Shared(patients, features, settings), identity(cohort, base, settings)
    lesions = None if evidence is None else Taught(evidence, base.model.lesion_weights)
    trials, outer = Trials(trials_file, key), folds(patients, settings)
    splits = [*outer, *cohorts(patients, settings)]
    everyone = Split(ALL, np.arange(len(patients)), np.arange(0))
    best = _chosen(shared, [*splits, everyone], trials, place)
    smaller = [part for fold in outer for part in parts(patients, fold, settings)]
    work = [(split, best[split.name]) for split in splits]
    work += [(part, best[part.name.partition(OF)[2]]) for part in smaller]
    work += [(split, best[ALL]) for split in untaught(patients, settings)]
    answers = {item[0].name: given for item, given in place.map(answer, Ground(shared, lesions), work)}
    fitted = fit_chosen(shared, best[ALL], place)
    weights = None if lesions is None else lesions.weigh(fitted, patients)
    return Trained(
        fitted,
        evaluate(join([each.plain for each in named(answers, FOLD).values()])),
        {name: evaluate(each.plain) for name, each in named(answers, WITHOUT).items()},
        _with_lesions(answers),
        tuple(_fold(split, best[split.name], answers[split.name]) for split in splits),
        learned([split for split, _ in work], answers, settings),
        called_untaught(named(answers, UNTAUGHT)),
        table(shared, trials, ALL),
        best[ALL],
        weights,
        _weights(lesions, weights, fitted, cohort),
        key,
    )


def _chosen(shared: Shared, splits: Sequence[Split], trials: Trials, place: Place) -> dict[str, Candidate]:
    """Search on the training patients of each split; the best candidate by the split's name."""
    settings = shared.settings
    best = search(shared, splits, trials, place)
    return {name: draw(settings.search, shared.features, settings.seed, n) for name, n in best.items()}


def _with_lesions(answers: Mapping[str, HeldOut]) -> dict[str, Report]:
    """Figures with the patients' lesions, of the folds together and of each cohort."""
    found = [each.with_lesions for each in named(answers, FOLD).values() if each.with_lesions]
    reports = {NESTED: evaluate(join(found))} if found else {}
    for name, each in named(answers, WITHOUT).items():
        if each.with_lesions:
            reports[name] = evaluate(each.with_lesions)
    return reports


def _fold(split: Split, chosen: Candidate, given: HeldOut) -> Fold:
    return Fold(split.name, len(split.train), chosen, evaluate(given.plain))


def _weights(lesions: Taught | None, weights: Array | None, fitted: Fitted, cohort: Cohort) -> pd.DataFrame:
    """Say what each kind of lesion is worth, now and in the base model, and how many samples have it."""
    if lesions is None or weights is None:
        return pd.DataFrame()
    known = lesions.flags(cohort.patients.names, fitted.subtypes)
    return pd.DataFrame(
        {
            "lesion": [str(flag) for flag in FLAGS],
            "samples": known.any(axis=1).sum(axis=0),
            "log_odds": weights.round(3),
            "log_odds_base": lesions.base.round(3),
        }
    )


def packages(settings: Settings) -> dict[str, str]:
    """Versions of what the numbers rest on; of XGBoost where trees are among the candidates."""
    boosted = ("xgboost-cpu", "xgboost") if "xgboost" in settings.search.kind else ()
    found = {name: version(name) for name in PACKAGES}
    for name in boosted:
        with suppress(PackageNotFoundError):
            found["xgboost"] = version(name)
    return found


def identity(cohort: Cohort, base: Bundle, settings: Settings) -> str:
    """Name what a search rests on; more trials go on with it, more processes do not change it."""
    told = settings.as_dict()
    for name in ("jobs", "untaught"):
        told.pop(name)
    told["search"].pop("trials")
    origin = {
        "data": sorted(cohort.sha256.values()),
        "samples": [str(name) for name in cohort.patients.names],
        "base": base.digest,
        "settings": told,
        "packages": packages(settings),
    }
    return hashlib.sha256(json.dumps(origin, sort_keys=True).encode()).hexdigest()[:16]
