"""A SYNTHETIC trial: invented patients in the numbers that the INO-VATE genomic analysis printed.

The allocation to subtype, arm and response is one of those that fit every count printed in Blood Advances
2024;8(12):3226; where the text is silent it is invented. Every time, age and stratum is drawn at random. The
cohort shows what the program writes; it is evidence for nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from leukotype.calling.risk import published_groups
from leukotype.vocabulary import MIN_BLAST_PCT, RISK_LOW_BLAST

PREFIX: Final = "SYNTHETIC-"
EXPERIMENTAL: Final = "InO"
COMPARATOR: Final = "SC"

# Subtype -> (responders, patients) on InO and on SC.
ALLOCATION: Final = MappingProxyType(
    {
        "BCR::ABL1": ((4, 6), (4, 7)),
        "BCR::ABL1-like": ((6, 7), (0, 5)),
        "Low hypodiploid": ((2, 3), (1, 8)),
        "KMT2A-r": ((2, 2), (1, 6)),
        "DUX4-r": ((1, 1), (3, 4)),
        "Hyperdiploid": ((1, 1), (0, 1)),
        "MEF2D-r": ((1, 1), (1, 1)),
        "PAX5alt": ((1, 3), (0, 0)),
        "TCF3::PBX1": ((1, 1), (1, 1)),
        "ZNF384-r": ((1, 1), (0, 0)),
        "CDX2/UBTF": ((1, 1), (0, 1)),
        "ZEB2/CEBP": ((1, 1), (0, 0)),
        "B-other": ((1, 3), (0, 1)),
        RISK_LOW_BLAST: ((9, 12), (5, 13)),
    }
)

# PFS: exponential. The comparator's median is that of the trial (Kantarjian et al., N Engl J Med
# 2016;375:740); the hazard ratios of the high risk BCR::ABL1- and of the low-blast group lie near the printed
# .236 and .276, the others are invented.
_PFS_MEDIAN: Final = 1.8  # months, comparator
_PFS_RATIO: Final = MappingProxyType(
    {
        "high risk, BCR::ABL1+": 0.55,
        "high risk, BCR::ABL1-": 0.16,
        "standard to intermediate": 0.60,
        "undetermined": 0.50,
        RISK_LOW_BLAST: 0.24,
    }
)
_PFS_DROP_OUT: Final = MappingProxyType({EXPERIMENTAL: 0.05, COMPARATOR: 0.10})  # a month

# OS: a share of cured patients, the others exponential (rate a month, cured), so that the medians are the
# trial's 7.7 and 6.2 months and the survival at two years its 22.8 and 10.0 % (Kantarjian et al., Cancer
# 2019;125:2474).
_OS: Final = MappingProxyType({EXPERIMENTAL: (0.1238, 0.186), COMPARATOR: (0.1198, 0.046)})

_FOLLOW_UP: Final = (24.0, 42.4)  # months, uniform
# Longer times go to responders: by this much of the response and of noise is a patient's rank decided.
_RANK_RESPONSE, _RANK_NOISE = 1.2, 0.8
_SHORTEST: Final = 0.03  # months: a day

# MRD negative of responders, where the article prints it (BCR::ABL1, BCR::ABL1-like on InO): as many as here.
_MRD_PRINTED: Final = MappingProxyType(
    {("BCR::ABL1", EXPERIMENTAL): 4, ("BCR::ABL1", COMPARATOR): 1, ("BCR::ABL1-like", EXPERIMENTAL): 6}
)
# Elsewhere: the shares of the whole trial (N Engl J Med 2016;375:740).
_MRD_SHARE: Final = MappingProxyType({EXPERIMENTAL: 0.784, COMPARATOR: 0.281})

# Invented: the text prints none of these for its 91 patients.
_CR_OF_RESPONDERS: Final = 0.5  # the others have CRi
_HSCT_OF_RESPONDERS: Final = 0.65
_HSCT_MONTHS: Final = (1.5, 5.0)  # uniform; nobody is transplanted after the end of PFS
_SHORT_REMISSION: Final = 0.6
_SECOND_SALVAGE: Final = 0.33
_AGES: Final = (18, 78)
_BLASTS: Final = (5.0, 98.0)  # at least 5 % of the marrow was asked for at entry

_Numbers = npt.NDArray[np.float64]

_GROUP_OF: Final = {
    subtype: group for group, members in published_groups().groups.items() for subtype in members
}


@dataclass(frozen=True)
class _Cells:
    """Patient by patient: the row of the allocation, the arm, and whether the patient responded."""

    row: npt.NDArray[np.str_]
    arm: npt.NDArray[np.str_]
    responded: npt.NDArray[np.bool_]


def simulate_trial(seed: int) -> pd.DataFrame:
    """Invent the clinical table of 91 patients; the same table for the same seed.

    Returns
    -------
    pandas.DataFrame
        A row per patient, in random order: ``patient`` (``SYNTHETIC-001`` on), ``arm``, ``response`` (CR,
        CRi, other), ``mrd_negative`` (0, 1; missing without a response), ``pfs_months``, ``pfs_event``,
        ``os_months``, ``os_event``, ``first_remission`` (<12, >=12 months), ``salvage`` (1, 2), ``age``
        (years), ``age_group`` (<55, >=55), ``sex``, ``hsct_months`` (missing: never), ``true_subtype``,
        ``blast_pct``. A patient of the low-blast row has a subtype beneath, drawn as often as among the
        others, and under 30 % blasts.
    """
    draw = np.random.default_rng(seed)
    cells = _allocate(draw)
    n = len(cells.row)
    age = draw.integers(_AGES[0], _AGES[1], n, endpoint=True)
    clinical = {
        "patient": [f"{PREFIX}{i:03d}" for i in range(1, n + 1)],
        "arm": cells.arm,
        "response": np.where(
            cells.responded, np.where(draw.random(n) < _CR_OF_RESPONDERS, "CR", "CRi"), "other"
        ),
        "mrd_negative": _mrd_negative(cells, draw),
        **_survival(cells, draw),
        "first_remission": np.where(draw.random(n) < _SHORT_REMISSION, "<12", ">=12"),
        "salvage": np.where(draw.random(n) < _SECOND_SALVAGE, 2, 1),
        "age": age,
        "age_group": np.where(age < 55, "<55", ">=55"),
        "sex": np.where(draw.random(n) < 0.5, "female", "male"),
        "hsct_months": np.nan,
        **_leukemia(cells, draw),
    }
    table = pd.DataFrame(clinical)
    hsct = _transplantation(cells, table["pfs_months"], np.random.default_rng([seed, 1]))
    return table.assign(hsct_months=hsct)


def _transplantation(cells: _Cells, pfs: pd.Series[float], draw: np.random.Generator) -> pd.Series[float]:
    """Transplant some responders, none after the end of PFS."""
    months = pd.Series(draw.uniform(*_HSCT_MONTHS, len(pfs)).round(2))
    chosen = cells.responded & (draw.random(len(pfs)) < _HSCT_OF_RESPONDERS)
    return months.where(chosen & (months < pfs))


def _allocate(draw: np.random.Generator) -> _Cells:
    """Fill the allocation, and shuffle, so that a patient's number says nothing."""
    rows = [
        (row, arm, i < responders)
        for row, arms in ALLOCATION.items()
        for arm, (responders, n) in zip((EXPERIMENTAL, COMPARATOR), arms, strict=True)
        for i in range(n)
    ]
    order = draw.permutation(len(rows))
    row, arm, responded = (np.array(column)[order] for column in zip(*rows, strict=True))
    return _Cells(row, arm, responded)


def _mrd_negative(cells: _Cells, draw: np.random.Generator) -> pd.Series[int]:
    negative = pd.Series(pd.NA, index=range(len(cells.row)), dtype="Int64")
    for arm, share in _MRD_SHARE.items():
        for row in ALLOCATION:
            which = np.flatnonzero((cells.row == row) & (cells.arm == arm) & cells.responded)
            printed = _MRD_PRINTED.get((row, arm))
            hits = int(draw.binomial(len(which), share)) if printed is None else printed
            negative.iloc[which] = 0
            negative.iloc[draw.permutation(which)[:hits]] = 1
    return negative


def _survival(cells: _Cells, draw: np.random.Generator) -> dict[str, _Numbers]:
    """Draw times (months, two decimals) and events (0, 1), cut at the end of follow-up and at drop-out."""
    n = len(cells.row)
    score = _RANK_RESPONSE * cells.responded + _RANK_NOISE * draw.standard_normal(n)
    pfs, os_, drop_out = np.empty(n), np.empty(n), np.empty(n)
    group = np.array([_GROUP_OF.get(row, RISK_LOW_BLAST) for row in cells.row])
    for arm, (rate, cured) in _OS.items():
        in_arm = np.flatnonzero(cells.arm == arm)
        dies = draw.random(len(in_arm)) >= cured
        times = np.where(dies, draw.exponential(1 / rate, len(in_arm)), np.inf)
        os_[in_arm] = _by_rank(times, score[in_arm])
        drop_out[in_arm] = draw.exponential(1 / _PFS_DROP_OUT[arm], len(in_arm))
        for name, ratio in _PFS_RATIO.items():
            which = in_arm[group[in_arm] == name]
            mean = _PFS_MEDIAN / np.log(2) / (ratio if arm == EXPERIMENTAL else 1)
            pfs[which] = _by_rank(draw.exponential(mean, len(which)), score[which])
    os_ = np.maximum(os_, pfs)
    end = draw.uniform(*_FOLLOW_UP, n)
    pfs_end = np.minimum(end, drop_out)
    return {
        "pfs_months": _months(np.minimum(pfs, pfs_end)),
        "pfs_event": (pfs <= pfs_end).astype(int),
        "os_months": _months(np.minimum(os_, end)),
        "os_event": (os_ <= end).astype(int),
    }


def _by_rank(times: _Numbers, score: _Numbers) -> _Numbers:
    """Give the longest time to the highest score, and so on down."""
    return np.sort(times)[np.argsort(np.argsort(score))]


def _months(times: _Numbers) -> _Numbers:
    return np.maximum(times.round(2), _SHORTEST)


def _leukemia(cells: _Cells, draw: np.random.Generator) -> dict[str, npt.NDArray[np.generic]]:
    low = cells.row == RISK_LOW_BLAST
    beneath = draw.choice(cells.row[~low], len(cells.row))
    # Truncated, not rounded, to one decimal: what is under the cut-off is printed under it.
    below = np.floor(10 * draw.uniform(_BLASTS[0], MIN_BLAST_PCT, len(low))) / 10
    above = np.floor(10 * draw.uniform(MIN_BLAST_PCT, _BLASTS[1], len(low))) / 10
    return {
        "true_subtype": np.where(low, beneath, cells.row),
        "blast_pct": np.where(low, below, above),
    }
