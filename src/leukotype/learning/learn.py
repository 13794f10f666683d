"""From labelled patients to a measured model: search, measure, fit."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from leukotype.evidence.findings import FLAGS, flags
from leukotype.learning.estimator import Fitted, Ground, Parameters, Teaching
from leukotype.learning.figures import evaluate, join
from leukotype.learning.measurement import (
    Fold,
    HeldOut,
    Learned,
    Study,
    Task,
    answer,
    called_untaught,
    curve,
    of_kind,
)
from leukotype.learning.place import Place
from leukotype.learning.search import Trials, candidates_table, fit_chosen, search
from leukotype.learning.settings import Settings, packages
from leukotype.learning.splits import (
    EVERYONE,
    Sides,
    Split,
    SplitKind,
    leave_out_cohorts,
    leave_out_subtypes,
    outer_folds,
    parts,
)


def learn(
    teaching: Teaching, settings: Settings, trials_file: Path, place: Place, study: Study | None = None
) -> Learned:
    """Search, measure and fit.

    Parameters
    ----------
    trials_file
        SQLite file of the finished trials: what stands there is not computed again. Of a single candidate
        nothing is tried, and no file is made.
    study
        what else is asked of each outer fold's model, with the rows that it did not see.
    """
    ground, patients = teaching.ground(settings), teaching.cohort.patients
    key = identity(teaching, settings)
    trials = Trials(trials_file, key) if settings.search.trials > 1 else None
    everyone = Sides(EVERYONE, np.arange(len(patients)), np.arange(0))
    outer, cohorts = outer_folds(patients, settings), leave_out_cohorts(patients, settings)
    best = search(ground, [*outer, *cohorts, everyone], trials, place)
    questions = _questions(ground, best, outer, cohorts, study)
    given = place.map(answer, ground, questions, "measuring on held-out patients")
    answers = {question.sides.split: held_out for question, held_out in given}
    fitted = fit_chosen(ground, best[EVERYONE], place)
    tested = list(of_kind(answers, SplitKind.FOLD).values())
    plain, lesions = join([each.plain for each in tested]), [each.with_lesions for each in tested]
    beside = None if teaching.evidence is None else join([each for each in lesions if each is not None])
    return Learned(
        fitted,
        evaluate(plain),
        None if beside is None else evaluate(beside),
        tuple(_fold(sides, best, answers) for sides in outer),
        tuple(_fold(sides, best, answers) for sides in cohorts),
        curve([each.sides for each in questions], answers, settings.folds),
        called_untaught(of_kind(answers, SplitKind.UNTAUGHT)),
        candidates_table(ground, trials, EVERYONE),
        best[EVERYONE],
        _weights(teaching, fitted),
        (plain, beside),
        tuple(each.beside for each in tested),
        key,
    )


def _questions(
    ground: Ground,
    best: Mapping[Split, Parameters],
    outer: Sequence[Sides],
    cohorts: Sequence[Sides],
    study: Study | None,
) -> list[Task]:
    """List all that is to be measured; parts of a fold have the candidate of the fold."""
    patients, settings = ground.patients, ground.settings
    asked = [Task(sides, best[sides.split], study) for sides in outer]
    asked += [Task(sides, best[sides.split]) for sides in cohorts]
    for fold in outer if settings.curve else ():
        asked += [Task(part, best[fold.split]) for part in parts(patients, fold, settings)]
    return asked + [Task(sides, best[EVERYONE]) for sides in leave_out_subtypes(patients, settings)]


def _fold(sides: Sides, best: Mapping[Split, Parameters], answers: Mapping[Split, HeldOut]) -> Fold:
    given = answers[sides.split]
    lesions = None if given.with_lesions is None else evaluate(given.with_lesions)
    report = evaluate(given.plain)
    return Fold(sides.split, len(sides.train), best[sides.split], report, given.plain, lesions)


def _weights(teaching: Teaching, fitted: Fitted) -> pd.DataFrame:
    """Say what each kind of lesion is worth, now and in the base model, and how many samples have it."""
    if teaching.evidence is None:
        return pd.DataFrame()
    names = [str(name) for name in fitted.names]
    known = flags(teaching.evidence, names, fitted.model.subtypes)
    table = {
        "lesion": [str(flag) for flag in FLAGS],
        "samples": known.any(axis=1).sum(axis=0),
        "log_odds": fitted.model.lesion_weights.round(3),
    }
    if teaching.base is not None:
        table["log_odds_base"] = teaching.base.model.lesion_weights.round(3)
    return pd.DataFrame(table)


def identity(teaching: Teaching, settings: Settings) -> str:
    """Name what a search rests on; more trials go on with it, more processes do not change it."""
    told = settings.as_dict()
    for name in ("jobs", "untaught", "curve"):
        told.pop(name)
    told["search"].pop("trials")
    origin = {
        "data": sorted([*teaching.cohort.sha256.values(), *(teaching.further_sha256 or {}).values()]),
        "samples": [str(name) for name in teaching.cohort.patients.names],
        "base": "" if teaching.base is None else teaching.base.digest,
        "settings": told,
        "packages": packages(settings),
    }
    return hashlib.sha256(json.dumps(origin, sort_keys=True).encode()).hexdigest()[:16]
