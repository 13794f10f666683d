"""Subgroups of a trial: its factors and their levels, whether the effect differs, adjusted P values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import chi2
from statsmodels.stats.multitest import multipletests

from leukotype.efficacy.cox import HazardRatio
from leukotype.efficacy.hazards import hazard_ratio
from leukotype.efficacy.join import Trial
from leukotype.efficacy.proportions import NO_TEST, TWO_SIDED, PValue
from leukotype.efficacy.risk_sets import Outcomes
from leukotype.vocabulary import ALL_PATIENTS, LesionKind, Ties

ALTERED: Final = ("altered", "not altered")


class Family(StrEnum):
    """What a factor is made of."""

    ALL = "all"
    SUBTYPE = "subtype"
    FIGURE_GROUP = "figure_group"
    RISK_GROUP = "risk_group"
    GENE = "gene"
    BASELINE = "baseline"


# Families that the calls make, and the names of their factors; a gene and a baseline column give their own.
OF_CALLS: Final = MappingProxyType(
    {Family.SUBTYPE: "Subtype", Family.FIGURE_GROUP: "Figure group", Family.RISK_GROUP: "Risk group"}
)


@dataclass(frozen=True)
class Factor:
    """A way to part the patients.

    Parameters
    ----------
    family
        what kind of factor it is.
    levels
        names, in their order.
    codes
        level of each patient, by number; -1: not tested, in no level.
    """

    name: str
    family: Family
    levels: tuple[str, ...]
    codes: npt.NDArray[np.int64]

    @property
    def n_tested(self) -> int:
        """Patients who are in one of the levels."""
        return int((self.codes >= 0).sum())

    @property
    def members(self) -> tuple[int, ...]:
        """A number for the patients of each level; the same patients have the same number."""
        return tuple(hash(np.packbits(self.codes == code).tobytes()) for code in range(len(self.levels)))


def factors(trial: Trial, min_altered: int = 8) -> list[Factor]:
    """List the factors of a trial, all patients first.

    Parameters
    ----------
    min_altered
        patients in whom a gene must be altered to be a factor. The INO-VATE genomic analysis took 8, and
        found no further candidate among genes altered in 5 to 7.
    """
    n = len(trial.patients)
    found = [Factor(ALL_PATIENTS, Family.ALL, (ALL_PATIENTS,), np.zeros(n, dtype=np.int64))]
    found += [_categories(name, family, trial.patients[family]) for family, name in OF_CALLS.items()]
    found += _genes(trial, min_altered)
    taken = {factor.name for factor in found}
    for column in trial.factors.columns:
        name = str(column) if column not in taken else f"{column} (baseline)"
        found.append(_categories(name, Family.BASELINE, trial.factors[column]))
    return found


def _categories(name: str, family: Family, values: pd.Series[str]) -> Factor:
    present = values.cat.remove_unused_categories().cat
    codes = np.asarray(present.codes, dtype=np.int64)
    return Factor(name, family, tuple(map(str, present.categories)), codes)


def _genes(trial: Trial, min_altered: int) -> list[Factor]:
    """Genes altered in enough patients, most often altered first; who was not tested is in no level.

    Fusions part patients as subtypes do.
    """
    rows = trial.alterations[trial.alterations["kind"] != LesionKind.FUSION]
    patients = rows.drop_duplicates(["patient", "gene"])
    counts = patients["gene"].value_counts()
    names = sorted(
        (gene for gene in counts.index if counts[gene] >= min_altered), key=lambda g: (-counts[g], g)
    )
    found = []
    for gene in names:
        own = rows[rows["gene"] == gene]
        altered, tested = trial.patients.index.isin(own["patient"]), trial.tested_for(own)
        if not altered[tested].all():
            codes = np.where(tested, ~altered, -1).astype(np.int64)
            found.append(Factor(gene, Family.GENE, ALTERED, codes))
    return found


def survival_interaction(
    estimates: Sequence[HazardRatio], by_level: Outcomes, ties: Ties = Ties.EFRON
) -> PValue:
    """Test whether the hazard ratio is the same in all levels of a factor, two-sided.

    The likelihood ratio of Cox models stratified by the factor: one hazard ratio for all levels against one
    in each. Where events fell in one arm of a level only, the supremum of its likelihood counts.

    Parameters
    ----------
    estimates
        of each level alone.
    by_level
        outcomes of all patients, with the level as the stratum.
    ties
        by which the estimates were made.
    """
    degrees = sum(each.informative for each in estimates) - 1
    if degrees < 1 or any(np.isnan(each.log_likelihood) for each in estimates):
        return NO_TEST
    common = hazard_ratio(by_level, ties=ties)
    if np.isnan(common.log_likelihood):
        return NO_TEST
    statistic = 2 * (sum(each.log_likelihood for each in estimates) - common.log_likelihood)
    return PValue(float(chi2.sf(max(statistic, 0.0), degrees)), f"likelihood ratio, {degrees} df", TWO_SIDED)


def add_interaction(rows: list[dict[str, Any]], test: PValue) -> list[dict[str, Any]]:
    """Write a factor's test of interaction beside each of its rows."""
    name = ", ".join(filter(None, (test.test, test.side if test.test else "")))
    beside = {"interaction_p": test.p, "interaction_test": name}
    return [row | beside for row in rows]


def adjust(rows: pd.DataFrame) -> pd.DataFrame:
    """Adjust P values for the number of subgroups of an endpoint: Holm, and Benjamini and Hochberg.

    All patients together are not one of them; nor is a subgroup without a P value. Subgroups of the same
    patients (a subtype that is a risk group of its own) are one test, told by the column ``members``.
    """
    rows = rows.assign(p_holm=np.nan, p_bh=np.nan)
    for endpoint, tests in _distinct_tests(rows).groupby("endpoint"):
        own = (rows["endpoint"] == endpoint) & rows["p"].notna() & (rows["family"] != Family.ALL)
        for column, method in (("p_holm", "holm"), ("p_bh", "fdr_bh")):
            p = multipletests(tests["p"].to_numpy(dtype=np.float64), method=method)[1]
            rows.loc[own, column] = rows.loc[own, "members"].map(dict(zip(tests["members"], p, strict=True)))
    return rows


def _distinct_tests(rows: pd.DataFrame) -> pd.DataFrame:
    counted = rows[(rows["family"] != Family.ALL) & rows["p"].notna()]
    return counted.drop_duplicates(["endpoint", "members"])


def count_tests(rows: pd.DataFrame) -> dict[str, int]:
    """Count the tests of each endpoint for which its P values are adjusted."""
    counts = _distinct_tests(rows)["endpoint"].value_counts(sort=False)
    return {str(endpoint): int(n) for endpoint, n in counts.items()}
