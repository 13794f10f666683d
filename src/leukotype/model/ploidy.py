"""From levels of chromosomes, or from their number, to the state of the ploidy.

Expression shows ratios, not numbers: a leukemia that keeps two copies of five chromosomes and one of all
others looks like one that gained two of five. The patterns of loss and gain that each state is known for
decide what the common level stands for.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt

from leukotype.vocabulary import CHROMOSOMES, PLOIDY_RANGES, PloidyState

Array = npt.NDArray[np.float64]

DIPLOID: Final = 2
MAX_COPIES: Final = 5
SURE: Final = 0.95  # a state less probable than this is called uncertain
OUTLIER: Final = (
    0.02  # chance that a level comes from no whole number of copies (half a chromosome, a subclone)
)
OUTLIERS: Final = 2  # chromosomes left out when the scatter of the levels is judged
IAMP21_COPIES: Final = 4  # of chromosome 21 on the average of its genes, with few other gains
IAMP21_OTHERS: Final = 2
_RANGE: Final = 4.0  # width of the levels over which such a level may lie
_LEAST_ERROR: Final = 0.07  # of a level, whatever its genes say: chromosome arms and subtypes differ by this
# log2 ratio to two copies. One X is silent in every cell: a third X doubles what is read, and the loss of
# the silent one is not seen.
_RATIOS: Final = np.array(
    [np.log2([1, 2, 3, 4] if name == "X" else np.arange(2, MAX_COPIES + 1) / DIPLOID) for name in CHROMOSOMES]
)
_RATIOS_OF_COPIES: Final = np.column_stack(
    [np.where(np.array(CHROMOSOMES) == "X", 0.0, -1.0), _RATIOS]
)  # chromosomes x 1 to 5 copies
# How much of a doubling of a gene shows in what is read, times the share of leukemic cells; and how likely.
_RESPONSES: Final = np.array([0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0])
_RESPONSE_CHANCES: Final = np.array([0.001, 0.009, 0.04, 0.10, 0.20, 0.30, 0.25, 0.10])
_STEP: Final = 0.04
_BASELINES: Final = np.arange(-0.5, 1.21, _STEP)
_MIDDLE: Final = len(_BASELINES) // 2
_FAR: Final = 38.0  # errors off: a density further off is 0 in any case


def _pattern(common: dict[str, dict[int, float]], otherwise: dict[int, float]) -> Array:
    """Give chances of 1 to 5 copies, chromosomes x copies: those of some chromosomes and of all others."""
    rows = []
    for name in CHROMOSOMES:
        chances = next((each for names, each in common.items() if name in names.split()), otherwise)
        rest = {copies: 0.004 for copies in range(1, MAX_COPIES + 1)} | chances
        rows.append([rest[copies] for copies in range(1, MAX_COPIES + 1)])
    table = np.array(rows)
    return np.asarray(table / table.sum(axis=1, keepdims=True))


# Chances of copies by state, rounded: they tell patterns apart and need not be exact.
# Hyperdiploid: gains of X, 4, 6, 10, 14, 17, 18 and 21 (21 twice), less often 5 and 8: Paulsson et al., Nat
# Genet 2015;47:672. Low hypodiploid: losses of 3, 7, 15, 16 and 17, often of 2, 4, 9, 12, 13 and 20; near
# haploid: two copies of 21, often of X, 14 and 18, less of 6, 8 and 10: Holmfeldt et al., Nat Genet
# 2013;45:242.
_PATTERNS: Final = MappingProxyType(
    {
        "diploid": _pattern({"21 X": {1: 0.02, 2: 0.86, 3: 0.10, 4: 0.02}}, {1: 0.025, 2: 0.93, 3: 0.04}),
        "hyperdiploid": _pattern(
            {
                "21": {2: 0.02, 3: 0.40, 4: 0.50, 5: 0.08},
                "X": {2: 0.10, 3: 0.85, 4: 0.05},
                "14 18": {2: 0.22, 3: 0.65, 4: 0.13},
                "4 6 10 17": {2: 0.28, 3: 0.68, 4: 0.04},
                "5 8": {2: 0.70, 3: 0.29},
            },
            {1: 0.01, 2: 0.88, 3: 0.11},
        ),
        "low hypodiploid": _pattern(
            {"3 7 15 16 17": {1: 0.90, 2: 0.10}, "2 4 9 12 13 20": {1: 0.60, 2: 0.40}},
            {1: 0.15, 2: 0.82, 3: 0.03},
        ),
        "near haploid": _pattern(
            {"21": {1: 0.03, 2: 0.97}, "X 14 18": {1: 0.35, 2: 0.65}, "6 8 10": {1: 0.65, 2: 0.35}},
            {1: 0.94, 2: 0.06},
        ),
    }
)
# Before the levels are seen; about their share among patients of all ages.
_PRIOR: Final = MappingProxyType(
    {"diploid": 0.75, "hyperdiploid": 0.18, "low hypodiploid": 0.04, "near haploid": 0.03}
)
# By baseline and response, and by pattern.
_LOG_PRIORS: Final = np.add.outer(
    np.tile(np.log(_RESPONSE_CHANCES), len(_BASELINES)), np.log(list(_PRIOR.values()))
)


@dataclass(frozen=True)
class Copies:
    """Copies of the chromosomes that explain a sample's levels.

    Parameters
    ----------
    copies
        most probable copies of each of `CHROMOSOMES`, two where none is probable; 0 where it has no level.
    certainty
        probability of these copies, given the pattern.
    baseline
        the level that stands for two copies.
    chromosomes
        estimated number of chromosomes: 46 with what was gained and lost (a chromosome without a level and Y
        count as they are in 46).
    state, probability
        state of that number and the probability of its pattern; ``uncertain`` under `SURE`.
    """

    copies: npt.NDArray[np.intp]
    certainty: Array
    baseline: float
    chromosomes: int
    state: PloidyState
    probability: float

    def gained(self) -> tuple[str, ...]:
        """Chromosomes gained; twice where two copies were."""
        return tuple(
            name
            for name, copies in zip(CHROMOSOMES, self.copies, strict=True)
            for _ in range(copies - DIPLOID)
        )

    def lost(self) -> tuple[str, ...]:
        """Chromosomes of which one copy is left."""
        return tuple(name for name, copies in zip(CHROMOSOMES, self.copies, strict=True) if copies == 1)


def state_of_number(chromosomes: float) -> PloidyState:
    """State of a number of chromosomes, by `PLOIDY_RANGES`."""
    whole = round(chromosomes)
    for state, (low, high) in PLOIDY_RANGES.items():
        if low <= whole <= high:
            return state
    return PloidyState.UNCERTAIN


def infer_copies(level: Array, error: Array) -> Copies:
    """Find the copies that explain the levels of one sample.

    Every pattern, every level that may stand for two copies and every response of expression is weighed by
    how well it explains all chromosomes at once. Where the levels scatter more than their errors say, the
    errors are widened to the scatter and the search is repeated.

    Parameters
    ----------
    level, error
        one value a chromosome of `CHROMOSOMES`; NaN where unknown.
    """
    known = ~np.isnan(level)
    level, error = level[known], np.maximum(error[known], _LEAST_ERROR)
    fit = _best_fit(known, level, error)
    ordered = np.sort(np.abs(fit.residual / error))
    scatter = float(np.sqrt(np.mean(ordered[:-OUTLIERS] ** 2)))
    if scatter > 1:
        fit = _best_fit(known, level, error * scatter)
    return _copies(known, fit)


@dataclass(frozen=True)
class _Fit:
    """Best explanation: chances of copies by chromosome, what they leave, how probable its pattern is."""

    chances: Array
    residual: Array
    baseline: float
    probability: float


@lru_cache(maxsize=4)
def _patterns(mask: bytes) -> Array:
    """Give the chances by chromosome of those known, by its copies, and by pattern."""
    known = np.frombuffer(mask, dtype=bool)
    return np.stack([chances[known] for chances in _PATTERNS.values()], axis=2)


def _best_fit(known: npt.NDArray[np.bool_], level: Array, error: Array) -> _Fit:
    ratios = _RATIOS_OF_COPIES[known]
    height = (1 - OUTLIER) / (error * np.sqrt(2 * np.pi))
    patterns = _patterns(known.tobytes()) * height[:, None, None]
    explained = _densities(level, error, ratios) @ patterns
    explained += OUTLIER / _RANGE
    total = np.log(explained.prod(axis=0))
    total += _LOG_PRIORS
    weights = np.exp(total - total.max())
    place, pattern = np.unravel_index(int(total.argmax()), total.shape)
    baseline = float(_BASELINES[place // len(_RESPONSES)])
    response = _RESPONSES[place % len(_RESPONSES)]
    residuals = level[:, None] - (baseline + ratios * response)
    chances = np.exp(-np.square(residuals * (np.sqrt(0.5) / error)[:, None])) * patterns[:, :, pattern]
    residual = np.take_along_axis(residuals, chances.argmax(axis=1)[:, None], 1)[:, 0]
    probability = float(weights[:, pattern].sum() / weights.sum())
    return _Fit(chances, residual, baseline, probability)


def _densities(level: Array, error: Array, ratios: Array) -> Array:
    """Give how dense a normal distribution is at each level, against its peak.

    From one baseline to the next a density changes by a factor, which itself falls evenly from step to step.
    So these 40,000 numbers are products, from the middle baseline on: exponentials take twice as long.

    Parameters
    ----------
    level, error
        one value a chromosome.
    ratios
        chromosomes x copies.

    Returns
    -------
    chromosomes x (baselines and responses) x copies
    """
    away = (level - _BASELINES[_MIDDLE])[:, None] - ratios * _RESPONSES[:, None, None]
    away = np.clip(away / error[:, None], -_FAR, _FAR)
    step = _STEP / error
    up = np.exp(away * step[:, None])
    down = 1 / up
    density = np.empty((len(_BASELINES), *away.shape))
    density[_MIDDLE] = np.exp(-0.5 * np.square(away))
    for place in range(_MIDDLE):
        np.multiply(density[_MIDDLE + place], up, out=density[_MIDDLE + place + 1])
        np.multiply(density[_MIDDLE - place], down, out=density[_MIDDLE - place - 1])
    fall = np.exp(-0.5 * np.square(np.multiply.outer(np.arange(-_MIDDLE, _MIDDLE + 1), step)))
    density *= np.repeat(fall, MAX_COPIES, axis=1).reshape(len(fall), 1, *ratios.shape)
    return density.reshape(-1, *ratios.shape).transpose(1, 0, 2)


def _copies(known: npt.NDArray[np.bool_], fit: _Fit) -> Copies:
    copies, certainty = np.zeros(len(known), dtype=np.intp), np.full(len(known), np.nan)
    certainty[known] = fit.chances.max(axis=1) / (fit.chances.sum(axis=1) + OUTLIER / _RANGE)
    copies[known] = np.where(certainty[known] < 0.5, DIPLOID, fit.chances.argmax(axis=1) + 1)
    number = 46 + int((copies[known] - DIPLOID).sum())
    many = np.zeros(len(known))
    least = np.finfo(float).tiny  # a level that nothing explains has no chances at all
    many[known] = fit.chances[:, IAMP21_COPIES - 1 :].sum(axis=1) / np.maximum(fit.chances.sum(axis=1), least)
    state = _state(number, copies, many) if fit.probability >= SURE else PloidyState.UNCERTAIN
    return Copies(copies, certainty, fit.baseline, number, state, fit.probability)


def _state(number: int, copies: npt.NDArray[np.intp], many: Array) -> PloidyState:
    """State of a number; iAMP21 suspected where 21 surely has many copies and little else is gained."""
    place = CHROMOSOMES.index("21")
    others = int((copies > DIPLOID).sum()) - 1
    if copies[place] >= IAMP21_COPIES and many[place] >= SURE and others <= IAMP21_OTHERS:
        return PloidyState.IAMP21
    return state_of_number(number)
