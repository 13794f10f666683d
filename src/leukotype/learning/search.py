"""Search for the best candidate, with pruning; whatever was killed when, it ends with the same one.

Candidates are drawn by Optuna's random sampler, with a seed that follows from the search's seed and the
candidate's number. (Samplers that learn from finished trials, as TPE does, would make a candidate depend on
which worker was faster.) All candidates are tried on the same inner folds in the same order. After a fold the
worse half is pruned (successive halving: Jamieson & Talwalkar, AISTATS 2016), but only when all have passed
it: so this decision, too, depends on the values alone. (Optuna's own pruners compare a trial with those that
happen to be further.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from typing import Any, Final

import numpy as np
import optuna
import pandas as pd
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from optuna.trial import FrozenTrial, TrialState

from leukotype.learning.estimator import (
    BoostedCandidate,
    Candidate,
    Fitted,
    LinearCandidate,
    Rows,
    fit,
    inner_folds,
    right_of_fold,
)
from leukotype.learning.patients import Patients
from leukotype.learning.place import Place
from leukotype.learning.settings import Search, Settings
from leukotype.learning.trials import Trials, counts
from leukotype.model.features import Features
from leukotype.runs.cluster import Engine

SCORE: Final = "inner_balanced_accuracy"
_BOOSTED: Final = "xgboost"
_DEFAULT_C: Final = 0.001  # of the default model, see training/config.toml
_DEFAULT_TREES: Final = (0.15, 3, 100, 0.1)  # learning rate, depth, rounds, share of the columns
_MARGIN: Final = 1.001  # candidates are rounded to four digits
_WHOLE: Final = ("depth", "rounds")
_LOGARITHMIC: Final = ("c", "learning_rate", "column_share")


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
    """Give the candidate of a number; 0 is the default setting of its kind, as far as the ranges allow it."""
    kind = search.kind[number % len(search.kind)]
    of: type[Any] = BoostedCandidate if kind == _BOOSTED else LinearCandidate
    ranges = distributions(search, of)
    found: Candidate
    if number == 0:
        given = (_DEFAULT_C, features.dosage_weight, features.other_weight)
        values = _DEFAULT_TREES if of is BoostedCandidate else given
        inside = [np.clip(value, *getattr(search, name)) for name, value in zip(ranges, values, strict=True)]
        found = of(kind, *(type(value)(each) for value, each in zip(values, inside, strict=True)))
        return found
    own = int(np.random.SeedSequence([seed, number]).generate_state(1)[0])
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    asked = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=own)).ask(dict(ranges))
    found = of(kind, **{name: _rounded(value) for name, value in asked.params.items()})
    return found


def _rounded(value: Any) -> Any:
    return float(f"{value:.4g}") if isinstance(value, float) else value


def distributions(search: Search, of: type[Candidate]) -> dict[str, BaseDistribution]:
    """Give the ranges that a candidate's values, all but its kind, are drawn from."""
    found: dict[str, BaseDistribution] = {}
    for name in (each.name for each in fields(of) if each.name != "kind"):
        low, high = getattr(search, name)
        found[name] = (
            IntDistribution(low, high)
            if name in _WHOLE
            else FloatDistribution(low, high, log=name in _LOGARITHMIC)
        )
    return found


def _stored(search: Search, of: type[Candidate]) -> dict[str, BaseDistribution]:
    """Give the same ranges, a little wider, with the kinds."""
    wide = {
        name: FloatDistribution(each.low / _MARGIN, each.high * _MARGIN, log=each.log)
        if isinstance(each, FloatDistribution)
        else each
        for name, each in distributions(search, of).items()
    }
    return {"kind": CategoricalDistribution(search.kind), **wide}


@dataclass(frozen=True)
class Race:
    """All candidates on the training patients of one split."""

    shared: Shared
    split: Split
    trials: Trials

    @cached_property
    def sizes(self) -> Rows:
        """Held-out samples: inner folds x subtypes."""
        own = self.shared.patients.take(self.split.train)
        names, codes = np.unique(own.labels.astype(str), return_inverse=True)
        dealt = inner_folds(own, self.shared.settings, self.shared.settings.seed)
        return np.array([np.bincount(codes[test], minlength=len(names)) for _, test in dealt])

    def entered(self, fold: int) -> list[int]:
        """Numbers of the candidates that the folds before left in the race."""
        settings = self.shared.settings.search
        left, trials = list(range(settings.trials)), self.trials.latest(self.split.name)
        first = settings.prune_after or len(self.sizes)
        for cut in range(first, min(fold, len(self.sizes) - 1) + 1):
            order = sorted(left, key=lambda number: (-trials[number].intermediate_values[cut - 1], number))
            left = sorted(order[: -(-len(left) // 2)])
        return left

    def begin(self, numbers: Sequence[int]) -> None:
        """Make sure that each has a trial that can go on; one with all folds is complete."""
        settings, known = self.shared.settings, self.trials.latest(self.split.name)
        for number in numbers:
            found = known.get(number)
            if found is None or found.state == TrialState.PRUNED:
                candidate = draw(settings.search, self.shared.features, settings.seed, number)
                ranges = _stored(settings.search, type(candidate))
                self.trials.begin(self.split.name, number, asdict(candidate), ranges, found)
            elif found.state == TrialState.RUNNING and len(found.intermediate_values) == len(self.sizes):
                self.trials.end(self.split.name, found, found.intermediate_values[len(self.sizes) - 1])

    def missing(self, numbers: Sequence[int], end: int) -> list[tuple[Race, int, int]]:
        """Give the folds below `end` that candidates have no value of, each one's in their order."""
        known = self.trials.latest(self.split.name)
        end = min(end, len(self.sizes))
        return [
            (self, number, fold)
            for number in numbers
            for fold in range(len(known[number].intermediate_values), end)
        ]

    def report(self, number: int, fold: int, right: Sequence[int]) -> None:
        """Keep a fold's counts; the last fold completes the trial."""
        trial = self.trials.latest(self.split.name)[number]
        value = self._value([*counts(trial), right])
        self.trials.report(self.split.name, trial, fold, right, value)
        if fold + 1 == len(self.sizes):
            self.trials.end(self.split.name, trial, value)

    def _value(self, right: Sequence[Sequence[int]]) -> float:
        """Balanced accuracy over the folds so far, of the subtypes that they hold."""
        sizes = self.sizes[: len(right)].sum(axis=0)
        there = sizes > 0
        return float((np.sum(right, axis=0)[there] / sizes[there]).mean())

    def prune(self, numbers: Sequence[int]) -> None:
        """End the trials of all other candidates that are running."""
        for number, trial in self.trials.latest(self.split.name).items():
            if trial.state == TrialState.RUNNING and number not in numbers:
                self.trials.end(self.split.name, trial, None)

    def best(self) -> int:
        """Give the number of the highest value of those that passed all folds; of equals the lowest."""
        trials = self.trials.latest(self.split.name)
        return max(self.entered(len(self.sizes)), key=lambda number: (trials[number].value, -number))


def search(shared: Shared, splits: Sequence[Split], trials: Trials, place: Place) -> dict[str, int]:
    """Try the candidates on the training patients of every split; the best number of each."""
    races = [Race(shared, split, trials) for split in splits]
    folds = max(len(race.sizes) for race in races)
    first = shared.settings.search.prune_after or folds
    for start, end in zip([0, *range(first, folds)], [*range(first, folds), folds], strict=True):
        work = []
        for race in races:
            left = race.entered(start)
            race.begin(left)
            race.prune(left)
            work += race.missing(left, end)
        items = [(race.split, number, fold) for race, number, fold in work]
        for (race, number, fold), (_, right) in zip(work, place.map(_try, shared, items), strict=True):
            race.report(number, fold, right)
    return {race.split.name: race.best() for race in races}


def _try(shared: Shared, item: tuple[Split, int, int]) -> list[int]:
    split, number, fold = item
    settings = shared.settings
    candidate = draw(settings.search, shared.features, settings.seed, number)
    return right_of_fold(shared.patients.take(split.train), shared.features, candidate, settings, fold)


def fit_chosen(shared: Shared, candidate: Candidate, place: Place) -> Fitted:
    """Fit a candidate on all patients: here, or on the cluster, whose workers may do it together."""
    if place.engine is Engine.LOCAL:
        return _fit(shared, candidate)
    [(_, fitted)] = place.map(_fit, shared, [candidate])
    return fitted


def _fit(shared: Shared, candidate: Candidate) -> Fitted:
    return fit(shared.patients, shared.features, candidate, shared.settings, shared.settings.seed)


def table(shared: Shared, trials: Trials, split: str) -> pd.DataFrame:
    """One row a candidate; a pruned one has no inner score, but the number of inner folds that it passed."""
    settings, known = shared.settings, trials.latest(split)
    rows: list[dict[str, Any]] = []
    for number in range(settings.search.trials):
        candidate = draw(settings.search, shared.features, settings.seed, number)
        rows.append({"candidate": number, **asdict(candidate), **_outcome(known[number])})
    return pd.DataFrame(rows)


def _outcome(trial: FrozenTrial) -> dict[str, Any]:
    complete = trial.state == TrialState.COMPLETE
    return {"inner_folds": len(trial.intermediate_values), SCORE: trial.value if complete else np.nan}
