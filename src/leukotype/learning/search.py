"""Search for the best candidate, with pruning; whatever was killed when, it ends with the same one.

Candidates are drawn by Optuna's random sampler, with a seed that follows from the search's seed and the
candidate's number. (Samplers that learn from finished trials, as TPE does, would make a candidate depend on
which worker was faster.) All candidates are tried on the same inner folds in the same order. After a fold the
worse half is pruned (successive halving: Jamieson & Talwalkar, AISTATS 2016), but only when all have passed
it: so this decision, too, depends on the values alone. (Optuna's own pruners compare a trial with those that
happen to be further.)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from pathlib import Path
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
from optuna.storages import BaseStorage, JournalStorage, RDBStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import FrozenTrial, Trial, TrialState, create_trial
from sqlalchemy.exc import SQLAlchemyError

from leukotype.errors import InputError
from leukotype.learning.estimator import (
    BoostedCandidate,
    Fitted,
    Ground,
    LinearCandidate,
    Parameters,
    PoolCandidate,
    fit,
    right_of_fold,
    sizes_of_folds,
)
from leukotype.learning.place import Place
from leukotype.learning.settings import DEFAULT_C, Search
from leukotype.learning.splits import Rows, Sides, Split
from leukotype.runs.cluster import Engine

SCORE: Final = "inner_balanced_accuracy"
_BOOSTED: Final = "xgboost"
_DEFAULT_TREES: Final = (0.15, 3, 100, 0.1)  # learning rate, depth, rounds, share of the columns
_MARGIN: Final = 1.001  # candidates are rounded to four digits
_WHOLE: Final = ("depth", "rounds")
_LOGARITHMIC: Final = ("c", "learning_rate", "column_share")
JOURNAL: Final = ".journal"  # suffix of a file that is no SQLite
_NUMBER, _RIGHT = "candidate", "right"
_UNUSABLE: Final = (  # the last three: a journal of other content
    SQLAlchemyError,
    optuna.exceptions.StorageInternalError,
    OSError,
    ValueError,
    KeyError,
    TypeError,
)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Optuna from logging every study and trial."""
    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    try:
        yield
    finally:
        optuna.logging.set_verbosity(before)


def draw(search: Search, weights: tuple[float, float], seed: int, number: int) -> Parameters:
    """Give the candidate of a number; 0 is the default setting of its kind, as far as the ranges allow it.

    Parameters
    ----------
    weights
        of the chromosomes and of the other genes, where the search begins.
    """
    kind = search.kind[number % len(search.kind)]
    of: type[Any] = BoostedCandidate if kind == _BOOSTED else LinearCandidate
    ranges = distributions(search, of)
    found: Parameters
    if number == 0:
        given = (DEFAULT_C, *weights)
        values = _DEFAULT_TREES if of is BoostedCandidate else given
        inside = [np.clip(value, *getattr(search, name)) for name, value in zip(ranges, values, strict=True)]
        found = of(kind, *(type(value)(each) for value, each in zip(values, inside, strict=True)))
        return found
    own = int(np.random.SeedSequence([seed, number]).generate_state(1)[0])
    with _quiet():
        asked = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=own)).ask(dict(ranges))
    found = of(kind, **{name: _round(value) for name, value in asked.params.items()})
    return found


def _round(value: Any) -> Any:
    return float(f"{value:.4g}") if isinstance(value, float) else value


def distributions(search: Search, of: type[Parameters]) -> dict[str, BaseDistribution]:
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


def _stored_ranges(search: Search, of: type[Parameters]) -> dict[str, BaseDistribution]:
    """Give the same ranges, a little wider, with the kinds."""
    wide = {
        name: FloatDistribution(each.low / _MARGIN, each.high * _MARGIN, log=each.log)
        if isinstance(each, FloatDistribution)
        else each
        for name, each in distributions(search, of).items()
    }
    return {"kind": CategoricalDistribution(search.kind), **wide}


class Trials:
    """All trials of one search, in a SQLite file or, by its suffix, a journal.

    One process writes: the one that searches. Each change is a single transaction, so that a file whose
    writer was killed holds a state that the search goes on from.

    Parameters
    ----------
    path
        The file; made if need be.
    key
        What the data and the settings are: other data or settings start a search of their own.

    Raises
    ------
    InputError
        If the file is no storage of Optuna, or cannot be written.
    """

    def __init__(self, path: Path, key: str) -> None:
        self._path, self._key = path, key
        self._studies: dict[Split, optuna.Study] = {}
        with self._in_one_line():
            self._storage: BaseStorage = (
                JournalStorage(JournalFileBackend(str(path)))
                if path.suffix == JOURNAL
                else RDBStorage(f"sqlite:///{path}")
            )

    @contextmanager
    def _in_one_line(self) -> Iterator[None]:
        """Say in one line what is wrong with the file: no storage, locked, or the disk is full."""
        try:
            with _quiet():
                yield
        except _UNUSABLE as error:
            said = str(error.__cause__ or error).splitlines()[0]
            raise InputError(
                f"{self._path}: expected the database of a search, or none, found what cannot be used "
                f"({said}): move it away, or see that the disk has room"
            ) from error

    def _study(self, split: Split) -> optuna.Study:
        if split not in self._studies:
            with self._in_one_line():
                self._studies[split] = optuna.create_study(
                    study_name=f"{self._key} {split}",
                    storage=self._storage,
                    sampler=optuna.samplers.RandomSampler(),  # never asked: candidates come from outside
                    direction="maximize",
                    load_if_exists=True,
                )
        return self._studies[split]

    def latest(self, split: Split) -> dict[int, FrozenTrial]:
        """Give the trial of each candidate by its number; of one that was taken up again, the later."""
        with self._in_one_line():
            trials = self._study(split).get_trials(deepcopy=False)
        return {int(trial.user_attrs[_NUMBER]): trial for trial in trials}

    def begin(
        self,
        split: Split,
        number: int,
        parameters: Mapping[str, Any],
        distributions: Mapping[str, BaseDistribution],
        pruned: FrozenTrial | None = None,
    ) -> None:
        """Add a running trial; of a pruned one that is taken up again, with what is known of it."""
        trial = create_trial(
            state=TrialState.RUNNING,
            params=dict(parameters),
            distributions=dict(distributions),
            user_attrs=dict(pruned.user_attrs) if pruned else {_NUMBER: number},
            intermediate_values=dict(pruned.intermediate_values) if pruned else {},
        )
        with self._in_one_line():
            self._study(split).add_trial(trial)

    def report(self, split: Split, trial: FrozenTrial, fold: int, right: Sequence[int], value: float) -> None:
        """Keep the counts of an inner fold, then the value of all folds up to it."""
        with self._in_one_line():
            running = Trial(self._study(split), trial._trial_id)
            running.set_user_attr(f"{_RIGHT} {fold}", list(right))
            running.report(value, fold)

    def end(self, split: Split, trial: FrozenTrial, value: float | None) -> None:
        """Complete a trial with its value; without one it is pruned."""
        state = TrialState.PRUNED if value is None else TrialState.COMPLETE
        with self._in_one_line():
            self._study(split).tell(trial.number, value, state)


def counts(trial: FrozenTrial) -> list[list[int]]:
    """Right answers by subtype of each inner fold that a trial's value is known of."""
    return [trial.user_attrs[f"{_RIGHT} {fold}"] for fold in range(len(trial.intermediate_values))]


@dataclass(frozen=True)
class Race:
    """All candidates on the training patients of one split."""

    ground: Ground
    sides: Sides
    trials: Trials

    @property
    def split(self) -> Split:
        """Which split it is."""
        return self.sides.split

    @cached_property
    def sizes(self) -> Rows:
        """Held-out patients: inner folds x subtypes."""
        return sizes_of_folds(self.ground, self.sides.train)

    def entrants(self, fold: int) -> list[int]:
        """Numbers of the candidates that the folds before left in the race."""
        settings = self.ground.settings.search
        left, trials = list(range(settings.trials)), self.trials.latest(self.split)
        first = settings.prune_after or len(self.sizes)
        for cut in range(first, min(fold, len(self.sizes) - 1) + 1):
            order = sorted(left, key=lambda number: (-trials[number].intermediate_values[cut - 1], number))
            left = sorted(order[: -(-len(left) // 2)])
        return left

    def begin(self, numbers: Sequence[int]) -> None:
        """Make sure that each has a trial that can go on; one with all folds is complete."""
        known, last = self.trials.latest(self.split), len(self.sizes) - 1
        for number in numbers:
            found = known.get(number)
            if found is None or found.state == TrialState.PRUNED:
                candidate = candidate_of(self.ground, number)
                ranges = _stored_ranges(self.ground.settings.search, type(candidate))
                self.trials.begin(self.split, number, asdict(candidate), ranges, found)
            elif found.state == TrialState.RUNNING and len(found.intermediate_values) == len(self.sizes):
                self.trials.end(self.split, found, found.intermediate_values[last])

    def folds_to_try(self, numbers: Sequence[int], end: int) -> list[tuple[Race, int, int]]:
        """Give the folds below `end` that candidates have no value of, each one's in their order."""
        known = self.trials.latest(self.split)
        end = min(end, len(self.sizes))
        return [
            (self, number, fold)
            for number in numbers
            for fold in range(len(known[number].intermediate_values), end)
        ]

    def report(self, number: int, fold: int, right: Sequence[int]) -> None:
        """Keep a fold's counts; the last fold completes the trial."""
        trial = self.trials.latest(self.split)[number]
        value = self._value([*counts(trial), right])
        self.trials.report(self.split, trial, fold, right, value)
        if fold + 1 == len(self.sizes):
            self.trials.end(self.split, trial, value)

    def _value(self, right: Sequence[Sequence[int]]) -> float:
        """Balanced accuracy over the folds so far, of the subtypes that they hold."""
        sizes = self.sizes[: len(right)].sum(axis=0)
        there = sizes > 0
        return float((np.sum(right, axis=0)[there] / sizes[there]).mean())

    def prune(self, numbers: Sequence[int]) -> None:
        """End the trials of all other candidates that are running."""
        for number, trial in self.trials.latest(self.split).items():
            if trial.state == TrialState.RUNNING and number not in numbers:
                self.trials.end(self.split, trial, None)

    def best(self) -> int:
        """Give the number of the highest value of those that passed all folds; of equals the lowest."""
        trials = self.trials.latest(self.split)
        return max(self.entrants(len(self.sizes)), key=lambda number: (trials[number].value, -number))


def candidate_of(ground: Ground, number: int) -> Parameters:
    """Give the candidate of a number in the search that the settings ask for."""
    if ground.pools is not None:
        return PoolCandidate()
    settings = ground.settings
    return draw(settings.search, ground.known_features, settings.seed, number)


def search(
    ground: Ground, splits: Sequence[Sides], trials: Trials | None, place: Place
) -> dict[Split, Parameters]:
    """Try the candidates on the training patients of every split; the best of each.

    Parameters
    ----------
    trials
        where what is finished is kept; None of a single candidate, of which nothing is tried.
    """
    if trials is None:
        return {sides.split: candidate_of(ground, 0) for sides in splits}
    races = [Race(ground, sides, trials) for sides in splits]
    folds = ground.settings.inner_folds
    first = ground.settings.search.prune_after or folds
    for start, end in zip([0, *range(first, folds)], [*range(first, folds), folds], strict=True):
        work = []
        for race in races:
            left = race.entrants(start)
            race.begin(left)
            race.prune(left)
            work += race.folds_to_try(left, end)
        items = [(race.sides.train, candidate_of(ground, number), fold) for race, number, fold in work]
        step = f"comparing candidates, up to inner fold {end} of {folds}"
        for (race, number, fold), (_, right) in zip(work, place.map(_try, ground, items, step), strict=True):
            race.report(number, fold, right)
    return {race.split: candidate_of(ground, race.best()) for race in races}


def _try(ground: Ground, item: tuple[Rows, Parameters, int]) -> list[int]:
    train, candidate, fold = item
    if isinstance(candidate, PoolCandidate):
        raise TypeError("a pool of experts has no settings to be tried")
    return right_of_fold(ground, train, candidate, fold)


def fit_chosen(ground: Ground, candidate: Parameters, place: Place) -> Fitted:
    """Fit a candidate on all patients: here, or on the cluster, whose workers may do it together."""
    step = "learning from all patients"
    if place.engine is Engine.LOCAL:
        place.on_progress(0, 1, step)
        return _fit(ground, candidate)
    [(_, fitted)] = place.map(_fit, ground, [candidate], step)
    return fitted


def _fit(ground: Ground, candidate: Parameters) -> Fitted:
    return fit(ground, np.arange(len(ground.patients)), candidate)


def candidates_table(ground: Ground, trials: Trials | None, split: Split) -> pd.DataFrame:
    """One row a candidate; a pruned one has no inner score, but the number of inner folds that it passed."""
    known = None if trials is None else trials.latest(split)
    rows: list[dict[str, Any]] = []
    for number in range(ground.settings.search.trials):
        outcome = {} if known is None else _outcome(known[number])
        rows.append({"candidate": number, **asdict(candidate_of(ground, number)), **outcome})
    return pd.DataFrame(rows)


def _outcome(trial: FrozenTrial) -> dict[str, Any]:
    complete = trial.state == TrialState.COMPLETE
    return {"inner_folds": len(trial.intermediate_values), SCORE: trial.value if complete else np.nan}
