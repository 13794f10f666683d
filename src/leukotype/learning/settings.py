"""What a training may be told, with its defaults; a TOML file may change each of them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final, TypeVar

from leukotype.errors import InputError
from leukotype.inputs.tables.toml import parse_toml, read_toml_text
from leukotype.vocabulary import SUBTYPES

PACKAGES: Final = ("leukotype", "numpy", "pandas", "scipy", "scikit-learn", "optuna")
KINDS: Final = ("svm", "logistic", "xgboost")
STORAGES: Final = ("sqlite", "journal")
_RANGES: Final = {  # what may be asked for; XGBoost's own limits, its own default depth, and time
    "c": (1e-9, math.inf),
    "dosage_weight": (0.0, math.inf),
    "other_weight": (0.0, math.inf),
    "learning_rate": (0.001, 1.0),
    "depth": (1.0, 6.0),
    "rounds": (1.0, 1000.0),
    "column_share": (0.001, 1.0),
}
DEFAULT_C: Final = 0.001  # of the model that ships, and the two weights of its features
DEFAULT_WEIGHTS: Final = (3.0, 0.15)
_TABLES: Final = ("search", "mixing", "merge")


@dataclass(frozen=True)
class Search:
    """Where candidates are drawn from.

    Parameters
    ----------
    trials
        candidates; the first is always the default model's own setting.
    prune_after
        inner folds after which the worse half of the candidates is given up, and again after each further
        fold; 0: none is. Two, since one fold of a small cohort holds few patients of a rare subtype.
    storage
        of the finished trials: ``sqlite``, or ``journal`` (a file that only grows; for folders on a network,
        where SQLite's locks do not hold).
    kind
        estimators to try: ``svm`` (linear), ``logistic``, ``xgboost`` (trees). Trees are not among the
        defaults: on GSE181157 they are less often right than the linear ones (docs/retraining.md).
    c
        svm and logistic: lowest and highest inverse regularisation; drawn evenly on the logarithm.
    dosage_weight, other_weight
        svm and logistic: lowest and highest; see `leukotype.model.features.Features`.
    learning_rate, depth, rounds, column_share
        xgboost: lowest and highest; see `leukotype.learning.boosting.grow`.
    """

    trials: int = 8
    prune_after: int = 2
    storage: str = "sqlite"
    kind: tuple[str, ...] = ("svm", "logistic")
    c: tuple[float, float] = (1e-4, 1e-1)
    dosage_weight: tuple[float, float] = (1.0, 5.0)
    other_weight: tuple[float, float] = (0.0, 0.5)
    learning_rate: tuple[float, float] = (0.05, 0.3)
    depth: tuple[int, int] = (2, 4)
    rounds: tuple[int, int] = (50, 200)
    column_share: tuple[float, float] = (0.05, 0.5)


@dataclass(frozen=True)
class Mixing:
    """How many rows are made of patients and normal cells, where normal cells are given.

    Parameters
    ----------
    dilutions
        diluted copies of every patient, blasts uniform from 0 to 100 %.
    gate_dilutions
        more of them, for the gate alone.
    low_below
        a smaller share of a marrow teaches neither subtypes nor the gate, only the blasts. The median marrow
        of GSE181157 has 92 % blasts by its pathologists (n = 170), 0.32 of it 29 %.
    backgrounds
        mixtures of normal cells, without any blasts.
    scrambled
        patients with their genes shuffled: what is no tissue at all.
    """

    dilutions: int = 4
    gate_dilutions: int = 6
    low_below: float = 0.32
    backgrounds: int = 150
    scrambled: int = 60


@dataclass(frozen=True)
class Settings:
    """How a model is learned and measured.

    Parameters
    ----------
    seed
        of the folds, the candidates and the estimators.
    min_patients
        a subtype with fewer patients is not taught: with five, each of five folds can test one and learn
        from four, as in the default model.
    folds, inner_folds
        outer folds measure, inner folds choose the candidate, calibrate and set the threshold.
    calibration_c
        inverse regularisation of the calibration.
    max_wrong
        the threshold is the lowest at which at most this share of held-out calls is wrong, in all and in each
        laboratory with calls enough to tell.
    gate_c
        inverse regularisation of the gate, where it is learned.
    jobs
        processes on this machine.
    cluster_rows
        samples from which on all workers of a Dask cluster grow a model's trees together; of fewer, one does.
    curve
        whether to learn from parts of each fold's patients too: two fits a fold.
    untaught
        whether to count what a model that was not taught a subtype calls its patients: one fit a subtype.
    merge
        table ``[merge]``: subtypes that are read as others before patients are counted.
    """

    seed: int = 1
    min_patients: int = 5
    folds: int = 5
    inner_folds: int = 5
    calibration_c: float = 1.0
    max_wrong: float = 0.02
    gate_c: float = 0.0005
    jobs: int = 2
    cluster_rows: int = 5000
    curve: bool = True
    untaught: bool = True
    search: Search = field(default_factory=Search)
    mixing: Mixing = field(default_factory=Mixing)
    merge: dict[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, to be written down."""
        return asdict(self)


Part = TypeVar("Part", Settings, Search, Mixing)


def read_settings(path: Path | None, trials: int | None = None) -> Settings:
    """Read a TOML of `Settings`, with tables; what it lacks stays at its default.

    Raises
    ------
    InputError
        For a file that is no TOML, a name that is none, a value of another kind or out of its range.
    """
    given = {} if path is None else parse_toml(read_toml_text(path, "settings"), str(path))
    if trials is not None and isinstance(given.get("search", {}), dict):
        given["search"] = {**given.get("search", {}), "trials": trials}
    return as_settings("--config" if path is None else str(path), given)


def as_settings(label: str, given: Mapping[str, Any]) -> Settings:
    """Check plain values and put them in the place of the defaults; `label` names where they come from.

    Raises
    ------
    InputError
        As `read_settings`.
    """
    tables = {name: given.get(name, {}) for name in _TABLES}
    for name, table in tables.items():
        if not isinstance(table, dict):
            raise InputError(f"{label}: {name}: expected a table, found {table!r}: write [{name}]")
    single = {name: value for name, value in given.items() if name not in _TABLES}
    found = replace(
        _fill(label, Settings(), single),
        search=_fill(f"{label}: [search]", Search(), tables["search"]),
        mixing=_fill(f"{label}: [mixing]", Mixing(), tables["mixing"]),
        merge=_merge(label, tables["merge"]),
    )
    _check(label, found)
    return found


def _merge(label: str, given: Mapping[str, Any]) -> dict[str, str]:
    """Check a table of subtypes and what they are read as; one step, so that the order says nothing."""
    for name, target in given.items():
        for word in (name, target):
            if word not in SUBTYPES:
                raise InputError(
                    f"{label}: [merge]: expected subtypes, found {word!r}: write {', '.join(SUBTYPES)}"
                )
        if target in given:
            raise InputError(
                f"{label}: [merge]: {name}: expected the subtype that it becomes, found {target}, which is "
                f"merged itself: write what {target} becomes"
            )
    return dict(given)


def _fill(label: str, default: Part, given: Mapping[str, Any]) -> Part:
    """Put given values in the place of the defaults, of the same kind as these."""
    known = {each.name: getattr(default, each.name) for each in fields(default) if each.name not in _TABLES}
    values = {}
    for name, value in given.items():
        if name not in known:
            raise InputError(f"{label}: {name}: expected one of {', '.join(known)}: correct or delete it")
        values[name] = _same_kind(label, name, known[name], value)
    return replace(default, **values)


def _same_kind(label: str, name: str, default: Any, value: Any) -> Any:
    kind = type(default[0]) if isinstance(default, tuple) else type(default)
    each = value if isinstance(value, list) else [value]
    allowed = (int, float) if kind is float else (kind,)
    fits = isinstance(value, list) == isinstance(default, tuple) and each
    if not fits or any(
        not isinstance(one, allowed) or isinstance(one, bool) != (kind is bool) for one in each
    ):
        wanted = f"a list of {kind.__name__}" if isinstance(default, tuple) else kind.__name__
        raise InputError(f"{label}: {name}: expected {wanted} such as {default}, found {value}: correct it")
    return tuple(kind(one) for one in each) if isinstance(default, tuple) else kind(value)


def _check(label: str, found: Settings) -> None:
    """Refuse values out of range; a class needs three patients to be learned, calibrated and tested."""
    least = {"seed": 0, "min_patients": 3, "folds": 2, "inner_folds": 2, "jobs": 1, "max_wrong": 0}
    _check_least(label, found, {**least, "cluster_rows": 1})
    for name in ("calibration_c", "gate_c"):
        if getattr(found, name) <= 0:
            raise InputError(f"{label}: {name}: expected more than 0, found {getattr(found, name):g}")
    mixing = {"dilutions": 0, "gate_dilutions": 0, "low_below": 0, "backgrounds": 1, "scrambled": 1}
    _check_least(f"{label}: [mixing]", found.mixing, mixing)
    _check_search(f"{label}: [search]", found.search)


def _check_least(label: str, found: object, least: Mapping[str, int]) -> None:
    for name, lowest in least.items():
        if getattr(found, name) < lowest:
            raise InputError(f"{label}: {name}: expected at least {lowest}, found {getattr(found, name)}")


def _check_search(label: str, search: Search) -> None:
    _check_least(label, search, {"trials": 1, "prune_after": 0})
    for name, words in {"kind": KINDS, "storage": STORAGES}.items():
        given = getattr(search, name)
        if not {given} <= set(words) if isinstance(given, str) else not set(given) <= set(words):
            told = given if isinstance(given, str) else ", ".join(given)
            raise InputError(f"{label}: {name}: expected some of {', '.join(words)}, found {told}")
    for name, (low, high) in _RANGES.items():
        span = getattr(search, name)
        if len(span) != 2 or not low <= span[0] <= span[1] <= high:
            allowed = f"between {low:g} and {high:g}" if high < math.inf else f"of {low:g} or more"
            raise InputError(f"{label}: {name}: expected lowest and highest, {allowed}, found {list(span)}")


def packages(settings: Settings) -> dict[str, str]:
    """Versions of what the numbers rest on; of XGBoost where trees are among the candidates."""
    boosted = ("xgboost-cpu", "xgboost") if "xgboost" in settings.search.kind else ()
    found = {name: version(name) for name in PACKAGES}
    for name in boosted:
        with suppress(PackageNotFoundError):
            found["xgboost"] = version(name)
    return found
