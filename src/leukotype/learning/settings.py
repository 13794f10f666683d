"""What a training may be told, with its defaults; a TOML file may change each of them."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from annotated_types import Ge, Gt, MinLen

from leukotype.inputs.tables.toml import check_toml, parse_toml, read_toml_text
from leukotype.vocabulary import SUBTYPES

PACKAGES: Final = ("leukotype", "numpy", "pandas", "scipy", "scikit-learn", "optuna")
Kind = Literal["svm", "logistic", "xgboost"]
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


Whole = Annotated[int, Ge(0)]


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

    trials: Annotated[int, Ge(1)] = 8
    prune_after: Whole = 2
    storage: Literal["sqlite", "journal"] = "sqlite"
    kind: Annotated[tuple[Kind, ...], MinLen(1)] = ("svm", "logistic")
    c: tuple[float, float] = (1e-4, 1e-1)
    dosage_weight: tuple[float, float] = (1.0, 5.0)
    other_weight: tuple[float, float] = (0.0, 0.5)
    learning_rate: tuple[float, float] = (0.05, 0.3)
    depth: tuple[int, int] = (2, 4)
    rounds: tuple[int, int] = (50, 200)
    column_share: tuple[float, float] = (0.05, 0.5)

    def __post_init__(self) -> None:
        for name, (least, most) in _RANGES.items():
            low, high = getattr(self, name)
            if not least <= low <= high <= most:
                allowed = f"between {least:g} and {most:g}" if most < math.inf else f"of {least:g} or more"
                raise ValueError(
                    f"{name}: expected lowest and highest, {allowed}, found {[low, high]}: correct it"
                )


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

    dilutions: Whole = 4
    gate_dilutions: Whole = 6
    low_below: Annotated[float, Ge(0)] = 0.32
    backgrounds: Annotated[int, Ge(1)] = 150
    scrambled: Annotated[int, Ge(1)] = 60


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

    seed: Whole = 1
    min_patients: Annotated[int, Ge(3)] = 5  # one each to learn from, to calibrate and to test
    folds: Annotated[int, Ge(2)] = 5
    inner_folds: Annotated[int, Ge(2)] = 5
    calibration_c: Annotated[float, Gt(0)] = 1.0
    max_wrong: Annotated[float, Ge(0)] = 0.02
    gate_c: Annotated[float, Gt(0)] = 0.0005
    jobs: Annotated[int, Ge(1)] = 2
    cluster_rows: Annotated[int, Ge(1)] = 5000
    curve: bool = True
    untaught: bool = True
    search: Search = field(default_factory=Search)
    mixing: Mixing = field(default_factory=Mixing)
    merge: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, target in self.merge.items():
            for word in (name, target):
                if word not in SUBTYPES:
                    raise ValueError(
                        f"[merge]: expected subtypes, found {word!r}: write {', '.join(SUBTYPES)}"
                    )
            if target in self.merge:
                raise ValueError(
                    f"[merge]: {name}: expected the subtype that it becomes, found {target}, which is merged "
                    f"itself: write what {target} becomes"
                )

    def as_dict(self) -> dict[str, Any]:
        """Plain values, to be written down."""
        return asdict(self)


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
    return check_toml(given, Settings, "--config" if path is None else str(path))


def packages(settings: Settings) -> dict[str, str]:
    """Versions of what the numbers rest on; of XGBoost where trees are among the candidates."""
    boosted = ("xgboost-cpu", "xgboost") if "xgboost" in settings.search.kind else ()
    found = {name: version(name) for name in PACKAGES}
    for name in boosted:
        with suppress(PackageNotFoundError):
            found["xgboost"] = version(name)
    return found
