"""The registered versions as a table, read from a SQLite store without MLflow: its import takes seconds."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from leukotype.learning.mlflow_session import DIGEST, NAME

METRIC: Final = "balanced_accuracy"  # by which candidates are chosen and champions defended
DATA, PATIENTS, KEY = "leukotype.data", "leukotype.patients", "leukotype.run_id"
MODEL: Final = "leukotype.model"
PREVIOUS, WHY, BACK = "leukotype.previous", "leukotype.why", "leukotype.rolled_back"
# Tables of MLflow 3.17, and of what it has of them that is read here.
_COLUMNS: Final[Mapping[str, frozenset[str]]] = {
    "model_versions": frozenset({"name", "version", "creation_time", "current_stage", "run_id", "workspace"}),
    "model_version_tags": frozenset({"name", "version", "key", "value", "workspace"}),
    "registered_model_aliases": frozenset({"name", "version", "alias", "workspace"}),
}
_OURS: Final = f"name = '{NAME}' AND workspace = 'default'"
_DELETED: Final = "Deleted_Internal"  # stage of a version that MLflow shows no more


@dataclass(frozen=True)
class Version:
    """One registered version.

    Parameters
    ----------
    number
        counted from 1 by the registry.
    tags
        see `leukotype.learning.tracking.Entry`.
    """

    number: str
    aliases: tuple[str, ...]
    tags: dict[str, str]
    run: str
    created: pd.Timestamp

    @property
    def metric(self) -> float:
        """Figure by which champions are defended."""
        return float(self.tags.get(METRIC, "nan"))


def stored_versions(database: Path) -> list[Version]:
    """Read the versions of a SQLite store, the newest first; nothing is changed.

    Empty where there is no store, where it is of an MLflow that is not known here, and where it cannot be
    read: MLflow itself has then to be asked.
    """
    if not database.exists():
        return []
    try:
        with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as store:
            return _versions(store) if _is_known(store) else []
    except sqlite3.Error:
        return []


def _is_known(store: sqlite3.Connection) -> bool:
    """Whether the tables have the columns that are read here."""
    found = {name: {row[1] for row in store.execute(f"PRAGMA table_info({name})")} for name in _COLUMNS}
    return all(columns <= found[name] for name, columns in _COLUMNS.items())


def _versions(store: sqlite3.Connection) -> list[Version]:
    tags: dict[int, dict[str, str]] = {}
    for number, key, value in store.execute(
        f"SELECT version, key, value FROM model_version_tags WHERE {_OURS}"  # noqa: S608 - a constant
    ):
        tags.setdefault(number, {})[key] = value
    aliases: dict[int, list[str]] = {}
    for number, alias in store.execute(
        f"SELECT version, alias FROM registered_model_aliases WHERE {_OURS} ORDER BY alias"  # noqa: S608
    ):
        aliases.setdefault(number, []).append(alias)
    rows = store.execute(
        "SELECT version, run_id, creation_time FROM model_versions "  # noqa: S608
        f"WHERE {_OURS} AND current_stage != ? ORDER BY version DESC",
        (_DELETED,),
    )
    return [
        Version(
            str(number),
            tuple(aliases.get(number, ())),
            tags.get(number, {}),
            run or "",
            pd.Timestamp(created, unit="ms"),
        )
        for number, run, created in rows
    ]


def versions_table(versions: list[Version]) -> pd.DataFrame:
    """One row a version, the newest first."""
    rows: list[dict[str, Any]] = [
        {
            "version": each.number,
            "aliases": ",".join(each.aliases),
            "model": each.tags.get(MODEL, ""),
            METRIC: each.metric,
            "patients": each.tags.get(PATIENTS, ""),
            "data": each.tags.get(DATA, ""),
            "sha256": each.tags.get(DIGEST, "")[:8],
            "created": f"{each.created:%Y-%m-%d %H:%M}",
            "why": _reasons(each),
        }
        for each in versions
    ]
    return pd.DataFrame(rows)


def _reasons(version: Version) -> str:
    """Why it was promoted, and why it was rolled back."""
    back = f"rolled back: {version.tags[BACK]}" if BACK in version.tags else ""
    return "; ".join(filter(None, [version.tags.get(WHY, ""), back]))
