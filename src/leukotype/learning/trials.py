"""The trials of a search in a file that Optuna reads: what is in it is not computed again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import optuna
from optuna.distributions import BaseDistribution
from optuna.storages import BaseStorage, JournalStorage, RDBStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import FrozenTrial, Trial, TrialState, create_trial
from sqlalchemy.exc import SQLAlchemyError

from leukotype.errors import InputError

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
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self._path, self._key = path, key
        self._studies: dict[str, optuna.Study] = {}
        with self._told():
            self._storage: BaseStorage = (
                JournalStorage(JournalFileBackend(str(path)))
                if path.suffix == JOURNAL
                else RDBStorage(f"sqlite:///{path}")
            )

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Say in one line what is wrong with the file: no storage, locked, or the disk is full."""
        try:
            yield
        except _UNUSABLE as error:
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
                    sampler=optuna.samplers.RandomSampler(),  # never asked: candidates come from outside
                    direction="maximize",
                    load_if_exists=True,
                )
        return self._studies[split]

    def latest(self, split: str) -> dict[int, FrozenTrial]:
        """Give the trial of each candidate by its number; of one that was taken up again, the later."""
        with self._told():
            trials = self._study(split).get_trials(deepcopy=False)
        return {int(trial.user_attrs[_NUMBER]): trial for trial in trials}

    def begin(
        self,
        split: str,
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
        with self._told():
            self._study(split).add_trial(trial)

    def report(self, split: str, trial: FrozenTrial, fold: int, right: Sequence[int], value: float) -> None:
        """Keep the counts of an inner fold, then the value of all folds up to it."""
        with self._told():
            running = Trial(self._study(split), trial._trial_id)
            running.set_user_attr(f"{_RIGHT} {fold}", list(right))
            running.report(value, fold)

    def end(self, split: str, trial: FrozenTrial, value: float | None) -> None:
        """Complete a trial with its value; without one it is pruned."""
        state = TrialState.PRUNED if value is None else TrialState.COMPLETE
        with self._told():
            self._study(split).tell(trial.number, value, state)


def counts(trial: FrozenTrial) -> list[list[int]]:
    """Right answers by subtype of each inner fold that a trial's value is known of."""
    return [trial.user_attrs[f"{_RIGHT} {fold}"] for fold in range(len(trial.intermediate_values))]
