"""What a retraining may be told, with its defaults; a TOML file may change each of them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Final, TypeVar

from leukotype.errors import InputError

KINDS: Final = ("svm", "logistic")


@dataclass(frozen=True)
class Search:
    """Where candidates are drawn from.

    Parameters
    ----------
    trials
        candidates; the first is always the default model's own setting.
    kind
        estimators to try: ``svm`` (linear), ``logistic``.
    c
        lowest and highest inverse regularisation; drawn evenly on the logarithm.
    dosage_weight, other_weight
        lowest and highest; see `leukotype.features.Features`.
    """

    trials: int = 8
    kind: tuple[str, ...] = KINDS
    c: tuple[float, float] = (1e-4, 1e-1)
    dosage_weight: tuple[float, float] = (1.0, 5.0)
    other_weight: tuple[float, float] = (0.0, 0.5)


@dataclass(frozen=True)
class Settings:
    """How a model is retrained and measured.

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
        the threshold is the lowest at which at most this share of held-out calls is wrong; 3 % as in the
        default model.
    jobs
        processes on this machine.
    """

    seed: int = 1
    min_patients: int = 5
    folds: int = 5
    inner_folds: int = 5
    calibration_c: float = 1.0
    max_wrong: float = 0.03
    jobs: int = 2
    search: Search = field(default_factory=Search)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, to be written down."""
        return asdict(self)


Part = TypeVar("Part", Settings, Search)


def read_settings(path: Path | None, trials: int | None = None) -> Settings:
    """Read a TOML of `Settings`, with a table ``[search]``; what it lacks stays at its default.

    Raises
    ------
    InputError
        For a file that is no TOML, a name that is none, a value of another kind or out of its range.
    """
    label = "--config" if path is None else str(path)
    given = {} if path is None else _toml(path)
    search = given.pop("search", {})
    if trials is not None and isinstance(search, dict):
        search = {**search, "trials": trials}
    if not isinstance(search, dict):
        raise InputError(f"{label}: search: expected a table, found {search!r}: write [search]")
    found = _filled(label, Settings(), given)
    found = replace(found, search=_filled(f"{label}: [search]", Search(), search))
    _check(label, found)
    return found


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}): check --config") from error
    except ValueError as error:
        raise InputError(f"{path}: expected TOML ({error}): correct it") from error


def _filled(label: str, default: Part, given: Mapping[str, Any]) -> Part:
    """Put given values in the place of the defaults, of the same kind as these."""
    known = {each.name: getattr(default, each.name) for each in fields(default) if each.name != "search"}
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
    if not fits or any(not isinstance(one, allowed) or isinstance(one, bool) for one in each):
        wanted = f"a list of {kind.__name__}" if isinstance(default, tuple) else kind.__name__
        raise InputError(f"{label}: {name}: expected {wanted} such as {default}, found {value}: correct it")
    return tuple(kind(one) for one in each) if isinstance(default, tuple) else kind(value)


def _check(label: str, found: Settings) -> None:
    """Refuse values out of range; a class needs three patients to be learned, calibrated and tested."""
    search = found.search
    least = {"seed": 0, "min_patients": 3, "folds": 2, "inner_folds": 2, "jobs": 1, "max_wrong": 0}
    for name, lowest in least.items():
        if getattr(found, name) < lowest:
            raise InputError(f"{label}: {name}: expected at least {lowest}, found {getattr(found, name)}")
    if search.trials < 1:
        raise InputError(f"{label}: trials: expected at least 1, found {search.trials}: give more")
    if not set(search.kind) <= set(KINDS):
        raise InputError(
            f"{label}: kind: expected some of {', '.join(KINDS)}, found {', '.join(search.kind)}"
        )
    if found.calibration_c <= 0:
        raise InputError(f"{label}: calibration_c: expected more than 0, found {found.calibration_c:g}")
    for name in ("c", "dosage_weight", "other_weight"):
        span = getattr(search, name)
        if len(span) != 2 or span[0] > span[1] or span[0] < 0 or (name == "c" and span[0] <= 0):
            raise InputError(
                f"{label}: {name}: expected lowest and highest, not negative, found {list(span)}"
            )
