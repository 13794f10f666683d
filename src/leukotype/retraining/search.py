"""Search for the best candidate: kept in a SQLite file, so that a search that was killed goes on.

A candidate follows from the seed and its number alone, and a finished one is stored in a single transaction.
So whatever was killed when, and whoever computed what, the same candidates end with the same values. (Pruning
and samplers that learn from earlier trials would make the result depend on which worker was faster.)
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import optuna
import pandas as pd
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution
from optuna.trial import TrialState, create_trial
from sqlalchemy.exc import SQLAlchemyError

from leukotype.errors import InputError
from leukotype.features import Features
from leukotype.retraining.engine import Place
from leukotype.retraining.estimator import Candidate, Rows, fit, inner_score
from leukotype.retraining.evaluate import Answers
from leukotype.retraining.patients import Patients
from leukotype.retraining.settings import Search, Settings

_DEFAULT_C = 0.001  # of the default model, see training/config.toml
_NUMBER = "candidate"


@dataclass(frozen=True)
class Shared:
    """What every trial needs."""

    patients: Patients
    features: Features
    settings: Settings


@dataclass(frozen=True)
class Split:
    """Patients to learn from and patients to be tested; without the latter all are learned from."""

    name: str
    train: Rows
    test: Rows


def draw(search: Search, features: Features, seed: int, number: int) -> Candidate:
    """Give the candidate of a number; 0 is the default model's setting, as far as the ranges allow it."""
    kind = search.kind[number % len(search.kind)]
    if number == 0:
        given = (_DEFAULT_C, features.dosage_weight, features.other_weight)
        spans = (search.c, search.dosage_weight, search.other_weight)
        inside = [float(np.clip(value, *span)) for value, span in zip(given, spans, strict=True)]
        return Candidate(kind, *inside)
    rng = np.random.default_rng([seed, number])
    c = math.exp(rng.uniform(math.log(search.c[0]), math.log(search.c[1])))
    values = (c, rng.uniform(*search.dosage_weight), rng.uniform(*search.other_weight))
    return Candidate(kind, *(float(f"{value:.4g}") for value in values))


def _distributions(search: Search) -> dict[str, BaseDistribution]:
    margin = 1.001  # candidates are rounded to four digits
    return {
        "kind": CategoricalDistribution(search.kind),
        "c": FloatDistribution(search.c[0] / margin, search.c[1] * margin, log=True),
        **{
            name: FloatDistribution(span[0] / margin, span[1] * margin)
            for name, span in (
                ("dosage_weight", search.dosage_weight),
                ("other_weight", search.other_weight),
            )
        },
    }


class Trials:
    """The finished trials of one search, in a SQLite file.

    Parameters
    ----------
    path
        The file; made if need be.
    key
        What the data and the settings are: other data or settings start a search of their own.

    Raises
    ------
    InputError
        If the file is no database, or cannot be written.
    """

    def __init__(self, path: Path, key: str) -> None:
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self._path, self._key = path, key
        self._studies: dict[str, optuna.Study] = {}
        with self._told():
            self._storage = optuna.storages.RDBStorage(f"sqlite:///{path}")

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Say in one line what is wrong with the file: no database, locked, or the disk is full."""
        try:
            yield
        except (SQLAlchemyError, optuna.exceptions.StorageInternalError) as error:
            said = str(error.__cause__ or error).splitlines()[0]
            raise InputError(
                f"{self._path}: expected the database of a search, or none, found what cannot be used "
                f"({said}): move it away, or see that the disk has room"
            ) from error

    def _study(self, split: str) -> optuna.Study:
        if split not in self._studies:
            with self._told():
                self._studies[split] = optuna.create_study(
                    study_name=f"{self._key} {split}",
                    storage=self._storage,
                    direction="maximize",
                    load_if_exists=True,
                )
        return self._studies[split]

    def done(self, split: str) -> dict[int, float]:
        """Value of each finished candidate, by its number."""
        trials = self._study(split).get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
        return {int(trial.user_attrs[_NUMBER]): float(trial.values[0]) for trial in trials}

    def add(self, split: str, number: int, candidate: Candidate, search: Search, value: float) -> None:
        """Keep a finished candidate."""
        trial = create_trial(
            params=asdict(candidate),
            distributions=_distributions(search),
            value=value,
            user_attrs={_NUMBER: number},
        )
        with self._told():
            self._study(split).add_trial(trial)


def search(shared: Shared, splits: Sequence[Split], trials: Trials, place: Place) -> dict[str, int]:
    """Try every candidate on the training patients of every split; the best number of each.

    The best has the highest inner score; of equals the lowest number.
    """
    settings = shared.settings
    numbers = range(settings.search.trials)
    done = {split.name: trials.done(split.name) for split in splits}
    missing = [(split, number) for split in splits for number in numbers if number not in done[split.name]]
    for (split, number), value in place.map(_try, shared, missing):
        candidate = draw(settings.search, shared.features, settings.seed, number)
        trials.add(split.name, number, candidate, settings.search, value)
    return {split.name: _best(trials.done(split.name), settings.search.trials) for split in splits}


def _best(done: dict[int, float], count: int) -> int:
    return max(range(count), key=lambda number: (done[number], -number))


def _try(shared: Shared, item: tuple[Split, int]) -> float:
    split, number = item
    settings = shared.settings
    candidate = draw(settings.search, shared.features, settings.seed, number)
    own = shared.patients.take(split.train)
    return inner_score(own, shared.features, candidate, settings, settings.seed)


def answer(shared: Shared, item: tuple[Split, int]) -> Answers:
    """Fit a candidate on a split's training patients, and answer for its test patients."""
    split, number = item
    settings = shared.settings
    candidate = draw(settings.search, shared.features, settings.seed, number)
    fitted = fit(shared.patients.take(split.train), shared.features, candidate, settings, settings.seed)
    test = shared.patients.take(split.test)
    chances = fitted.probabilities(test.scaled)
    best = np.array(fitted.subtypes, dtype=object)[chances.argmax(axis=1)]
    called = np.where(chances.max(axis=1) >= fitted.threshold, best, "")
    return Answers(fitted.subtypes, test.names, test.labels, chances, called)


def table(shared: Shared, trials: Trials, split: str) -> pd.DataFrame:
    """One row a candidate, with its inner score."""
    settings, done = shared.settings, trials.done(split)
    rows: list[dict[str, Any]] = []
    for number in range(settings.search.trials):
        candidate = draw(settings.search, shared.features, settings.seed, number)
        rows.append({"candidate": number, **asdict(candidate), "inner_balanced_accuracy": done[number]})
    return pd.DataFrame(rows)
