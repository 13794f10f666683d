"""The registered versions of the model: which is the champion, which challenges it, and the way back."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pandas as pd

from leukotype.errors import InputError, ModelFileError
from leukotype.learning.contest import Classify, Contest, LabelledFiles, contest
from leukotype.learning.killed_runs import close_killed
from leukotype.learning.mlflow_session import DIGEST, NAME, in_one_line
from leukotype.learning.tracking import (
    CHALLENGER,
    CHAMPION,
    Store,
)
from leukotype.learning.versions import BACK, DATA, METRIC, PREVIOUS, WHY, Version
from leukotype.model.bundle import load, verify
from leukotype.runs.working_folder import temporary_folder

WHOLE: Final = "whole"  # state of a version
LOST: Final = "its files are not in the store"
ABSENT: Final = "no such version is registered"
_KINDS: Final = ("held_out/", "with_lesions/")
_FIGURES: Final = (METRIC, "macro_f1", "accuracy", "ece", "brier", "called", "right_among_called", "n")


class Registry:
    """The versions in the store that MLFLOW_TRACKING_URI names, else in mlruns/mlflow.db.

    The first version of a new store is the model that ships: it is the champion until another one is
    promoted.
    """

    def __init__(self, store: Store | None = None) -> None:
        self._store = Store.open() if store is None else store
        self._client = self._store.client

    def versions(self) -> list[Version]:
        """All versions, the newest first."""
        with in_one_line(self._store.uri):
            found = self._client.search_model_versions(f"name='{NAME}'")
            aliases = self._aliases()
        listed = [
            Version(
                str(each.version),
                tuple(sorted(name for name, number in aliases.items() if number == str(each.version))),
                dict(each.tags),
                each.run_id or "",
                pd.Timestamp(each.creation_timestamp, unit="ms"),
            )
            for each in found
        ]
        return sorted(listed, key=lambda each: -int(each.number))

    def _aliases(self) -> dict[str, str]:
        """Which version each alias names, also where there is no such version."""
        with in_one_line(self._store.uri):
            models = self._client.search_registered_models(f"name='{NAME}'")
        return {name: str(number) for each in models for name, number in each.aliases.items()}

    def get(self, name: str) -> Version:
        """Find a version by its number or alias.

        Raises
        ------
        InputError
            If there is none of that name.
        """
        wanted = name.removeprefix(f"{NAME}/").removeprefix("@")
        known = self.versions()
        for version in known:
            if wanted == version.number or wanted in version.aliases:
                return version
        have = ", ".join(each for v in known for each in (v.number, *v.aliases)) or "none"
        raise InputError(
            f"model '{name}': expected a registered version or alias, there are {have}: correct it"
        )

    def figures(self, version: Version) -> dict[str, float]:
        """Metrics of the run that made a version: by expression alone and, if known, with lesions."""
        with in_one_line(self._store.uri):
            metrics = self._client.get_run(version.run).data.metrics
        told = {
            f"{kind}{name}".removeprefix(_KINDS[0]): f"{kind}{name}" for kind in _KINDS for name in _FIGURES
        }
        return {name: float(metrics[key]) for name, key in told.items() if key in metrics}

    def promote(self, *, force: bool = False, why: str = "", measured: Contest | None = None) -> Version:
        """Make the challenger the champion.

        Refused when it is worse than the champion: by `measured` if given, else by its `METRIC`. Without
        `measured` also refused when the two were measured on different patients, whose figures cannot be
        compared. `force` with a reason overrides; the reason is kept as a tag, and so is what was measured.

        Raises
        ------
        InputError
            When it is refused, there is no challenger, or the challenger is the champion.
        """
        challenger, champion = self.get(CHALLENGER), self._champion()
        against = "" if champion is None else _against(challenger, champion, measured)
        if force and not why.strip():
            raise InputError("--force: expected --why TEXT beside it, found none: the reason is kept")
        if against and not force:
            raise InputError(f"{against}: give --force --why TEXT to promote it nevertheless")
        with in_one_line(self._store.uri):
            tags = {WHY: why.strip()} if why.strip() else {}
            tags |= {PREVIOUS: champion.number} if champion else {}
            tags |= measured.tags() if measured else {}
            for key, value in tags.items():
                self._client.set_model_version_tag(NAME, challenger.number, key, value)
            self._client.set_registered_model_alias(NAME, CHAMPION, challenger.number)
            self._client.delete_registered_model_alias(NAME, CHALLENGER)
        return self.get(CHAMPION)

    def _champion(self) -> Version | None:
        return next((each for each in self.versions() if CHAMPION in each.aliases), None)

    def contest(self, common: LabelledFiles, classify: Classify) -> Contest | None:
        """Measure the challenger and the champion on the same labelled samples; None without a champion.

        Parameters
        ----------
        classify
            calls the samples.

        Raises
        ------
        InputError
            For files that cannot be used, and a version that is not the bundle that was registered.
        """
        challenger, champion = self.get(CHALLENGER), self._champion()
        if champion is None:
            return None
        with self.bundle(challenger) as new, self.bundle(champion) as old:
            for version, folder in ((challenger, new), (champion, old)):
                if (state := _state(version, folder)) != WHOLE:
                    raise InputError(
                        f"{NAME}/{version.number}: expected its bundle whole, found: {state}: see verify"
                    )
            return contest(load(new), load(old), common, classify)

    def rollback(self, why: str) -> Version:
        """Make the champion before this one the champion again; the one that leaves keeps the reason.

        Raises
        ------
        InputError
            If there was none before, it was deleted, or no reason is given.
        """
        if not why.strip():
            raise InputError("rollback: expected --why TEXT, found none: the reason is kept")
        champion = self.get(CHAMPION)
        if PREVIOUS not in champion.tags:
            raise InputError(f"{NAME}/{champion.number}: there was no champion before it: promote another")
        previous = self.get(champion.tags[PREVIOUS])
        with in_one_line(self._store.uri):
            self._client.set_model_version_tag(NAME, champion.number, BACK, why.strip())
            self._client.set_registered_model_alias(NAME, CHAMPION, previous.number)
        return previous

    def verify(self) -> pd.DataFrame:
        """Check every version: the hashes of its bundle, and its digest against the one registered.

        A version that an alias names and that is not there has a row too.
        """
        versions = self.versions()
        rows = [(each.number, ",".join(each.aliases), self._check(each)) for each in versions]
        known = {each.number for each in versions}
        rows += [(number, name, ABSENT) for name, number in self._aliases().items() if number not in known]
        return pd.DataFrame(rows, columns=["version", "aliases", "state"])

    def _check(self, version: Version) -> str:
        try:
            with self.bundle(version) as folder:
                return _state(version, folder)
        except InputError as error:
            return f"not read: {error}"

    def repair(self) -> list[str]:
        """Put in order what kills and losses left: what was done, one line each.

        Versions whose bundle is gone are deleted, and aliases of versions that are not there; where no
        champion is left, it is the one before, or else the first version. Killed trainings' runs are closed.
        """
        states = self.verify().set_index("version")["state"]
        done = [self._delete(number) for number in states.index[states == LOST]]
        whole = [number for number in states.index if states[number] == WHOLE]
        with in_one_line(self._store.uri):
            for name, number in self._aliases().items():
                if number not in {each.number for each in self.versions()}:
                    self._client.delete_registered_model_alias(NAME, name)
                    done.append(f"alias {name} removed: {NAME}/{number} is not there")
            if whole and self._champion() is None:
                first = self._heir(whole)
                self._client.set_registered_model_alias(NAME, CHAMPION, first)
                done.append(f"champion: {NAME}/{first}, since there was none")
            experiment = self._store.mlflow.get_experiment_by_name(NAME).experiment_id
            closed = close_killed(self._client, experiment, untold=True)
        return done + ([f"closed as killed: {len(closed)} runs"] if closed else [])

    def _delete(self, number: str) -> str:
        with in_one_line(self._store.uri):
            self._client.delete_model_version(NAME, number)
        return f"{NAME}/{number} deleted: {LOST}"

    def _heir(self, whole: Sequence[str]) -> str:
        """Newest of the versions that were promoted once, or else the first."""
        promoted = [each for each in self.versions() if each.number in whole and PREVIOUS in each.tags]
        return promoted[0].number if promoted else min(whole, key=int)

    @contextmanager
    def bundle(self, version: Version) -> Iterator[Path]:
        """Bring the bundle of a version to a folder that is there for the time of the block."""
        with temporary_folder() as folder:
            yield self._store.download(version.number, folder)


def _against(challenger: Version, champion: Version, measured: Contest | None) -> str:
    """Say what speaks against a promotion; empty if nothing does."""
    names = f"challenger {NAME}/{challenger.number}", f"champion {NAME}/{champion.number}"
    if challenger.number == champion.number:
        return f"{names[0]} is the champion already"
    if measured is not None:
        return f"{names[0]} is worse than {names[1]}: {measured.against}" if measured.against else ""
    if challenger.tags.get(DATA) != champion.tags.get(DATA):
        return (
            f"{names[0]} was measured on other patients than {names[1]} ({METRIC} {challenger.metric:g} and "
            f"{champion.metric:g} cannot be compared): give --expression and --labels of samples that "
            "neither learned from to measure both on these"
        )
    if not challenger.metric >= champion.metric:
        return (
            f"{names[0]} is worse than {names[1]}: {METRIC} {challenger.metric:g}, expected at least "
            f"{champion.metric:g}"
        )
    return ""


def _state(version: Version, folder: Path) -> str:
    if not folder.is_dir():
        return LOST
    try:
        digest = verify(folder)
    except ModelFileError as error:
        return f"damaged: {str(error).removeprefix(str(folder) + os.sep)}"
    return WHOLE if digest == version.tags.get(DIGEST) else "not the bundle that was registered"


def compare(registry: Registry, first: str, second: str) -> pd.DataFrame:
    """Put the figures of two versions side by side, with their difference."""
    a, b = registry.get(first), registry.get(second)
    table = pd.DataFrame({f"{NAME}/{each.number}": registry.figures(each) for each in (a, b)})
    if a.number != b.number:
        table["difference"] = (table.iloc[:, 1] - table.iloc[:, 0]).round(4)
    return table


def same_patients(registry: Registry, first: str, second: str) -> bool:
    """Whether two versions were measured on the same patients, split in the same way."""
    return registry.get(first).tags.get(DATA) == registry.get(second).tags.get(DATA)
