"""Subgroups of a trial: its factors and their levels, whether the effect differs, adjusted P values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
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
from leukotype.efficacy.risk_sets import Floats, Outcomes
from leukotype.vocabulary import ALL_PATIENTS, AlterationKind, PloidyState, Ties

ALTERED: Final = ("altered", "not altered")
NO_PLOIDY: Final = "no state of these"
NO_SUBCLASS: Final = "no subclass known"

_METHODS: Final = MappingProxyType({"holm": "holm", "bh": "fdr_bh"})
ADJUSTED: Final = ("p_holm", "p_bh", "p_tarone", "interaction_p_holm", "interaction_p_bh")
# Columns that every table of comparisons ends with, beside the numbers.
OF_EVERY_TABLE: Final = (
    *("interaction_p_holm", "interaction_p_bh"),
    *("family", "n_tested", "n_of", "members", "rest"),
)


class Family(StrEnum):
    """What a factor is made of."""

    ALL = "all"
    SUBTYPE = "subtype"
    FIGURE_GROUP = "figure_group"
    RISK_GROUP = "risk_group"
    SUBSET = "subset"
    GENE = "gene"
    FUSION = "fusion"
    PLOIDY = "ploidy"
    EXPLORATORY = "exploratory"
    BASELINE = "baseline"


# Families that the calls make, and the names of their factors; a gene and a baseline column give their own.
OF_CALLS: Final = MappingProxyType(
    {Family.SUBTYPE: "Subtype", Family.FIGURE_GROUP: "Subtype group", Family.RISK_GROUP: "Risk group"}
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
        level of each patient, by number; -1: not tested, or not of the subtype, in no level.
    has_rest
        whether the last level is of those in whom nothing of the others was found.
    n_of
        patients who could be tested: all, or those of a subtype.
    """

    name: str
    family: Family
    levels: tuple[str, ...]
    codes: npt.NDArray[np.int64]
    has_rest: bool = False
    n_of: int = -1

    def keys(self) -> list[dict[str, Any]]:
        """Give what stands in every table beside the numbers of each level."""
        last = len(self.levels) - 1
        own = {"factor": self.name, "family": self.family, "n_tested": self.n_tested}
        own["n_of"] = len(self.codes) if self.n_of < 0 else self.n_of
        return [
            own | {"level": level, "members": members, "rest": self.has_rest and code == last}
            for code, (level, members) in enumerate(zip(self.levels, self.members, strict=True))
        ]

    @property
    def n_tested(self) -> int:
        """Patients who are in one of the levels."""
        return int((self.codes >= 0).sum())

    @property
    def members(self) -> tuple[int, ...]:
        """A number for the patients of each level; the same patients have the same number."""
        return tuple(hash(np.packbits(self.codes == code).tobytes()) for code in range(len(self.levels)))


def factors(trial: Trial, min_altered: int = 8, min_exploratory: int = 5) -> list[Factor]:
    """List the factors of a trial, all patients first.

    Parameters
    ----------
    min_altered
        patients in whom a gene must be altered to be a factor: 8 in the INO-VATE genomic analysis.
    min_exploratory
        patients from whom on an alteration of fewer is a factor too, marked as exploratory: the analysis
        found no further candidate among genes altered in 5 to 7.
    """
    n = len(trial.patients)
    found = [Factor(ALL_PATIENTS, Family.ALL, (ALL_PATIENTS,), np.zeros(n, dtype=np.int64))]
    found += [_categories(name, family, trial.patients[family]) for family, name in OF_CALLS.items()]
    found += [*_subclasses(trial), *_subsets(trial)]
    found += [*_genes(trial, min_altered, min_exploratory), *_ploidy(trial)]
    taken = {factor.name for factor in found}
    for column in trial.factors.columns:
        name = str(column) if column not in taken else f"{column} (baseline)"
        found.append(_categories(name, Family.BASELINE, trial.factors[column]))
    return found


def _categories(name: str, family: Family, values: pd.Series[str]) -> Factor:
    present = values.cat.remove_unused_categories().cat
    codes = np.asarray(present.codes, dtype=np.int64)
    return Factor(name, family, tuple(map(str, present.categories)), codes)


def _subclasses(trial: Trial) -> Iterator[Factor]:
    """Part the patients of a subtype by the subclass that stands in the calls: CRLF2, ABL class."""
    subclass = trial.patients["subclass"]
    for subtype in trial.patients["subtype"].cat.categories:
        inside = (trial.patients["subtype"] == subtype).to_numpy()
        sizes = subclass[inside & (subclass != "").to_numpy()].value_counts()
        if len(sizes):
            n = int(inside.sum())
            rest = n > sizes.sum()
            levels = tuple(map(str, sorted(sizes.index, key=lambda name: (-sizes[name], name))))
            levels += (NO_SUBCLASS,) if rest else ()
            codes = pd.Categorical(subclass.replace("", NO_SUBCLASS), levels).codes.astype(np.int64)
            codes = np.where(inside, codes, -1)
            yield Factor(f"Within {subtype}", Family.SUBSET, levels, codes, has_rest=rest, n_of=n)


def _subsets(trial: Trial) -> Iterator[Factor]:
    """Part the patients of a subtype by an alteration that the user names: T315I within BCR::ABL1."""
    for subset in trial.columns.subsets:
        inside = (trial.patients["subtype"] == subset.within).to_numpy()
        lesions = trial.lesions
        own = lesions[(lesions["gene"] == subset.altered) | (lesions["lesion"] == subset.altered)]
        tested = inside & trial.tested_for(own if len(own) else lesions.iloc[:0])
        codes = _code_altered(trial, own, tested)
        levels = (subset.name, f"no {subset.name}")
        name = f"{subset.name} within {subset.within}"
        yield Factor(name, Family.SUBSET, levels, codes, has_rest=True, n_of=int(inside.sum()))


def _code_altered(trial: Trial, own: pd.DataFrame, tested: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Code who was tested: 0 altered, 1 not; all others are -1."""
    return np.where(tested, ~trial.patients.index.isin(own["patient"]), -1).astype(np.int64)


def _genes(trial: Trial, min_altered: int, min_exploratory: int) -> list[Factor]:
    """List genes, then fusions, altered in enough patients, and then those of few.

    Who was not tested is in no level. The most often altered come first. A factor in which all of those
    tested are altered parts nobody.
    """
    kinds = trial.alterations["kind"]
    fusion = kinds == AlterationKind.FUSION
    parts = ((Family.GENE, ~fusion & (kinds != AlterationKind.PLOIDY)), (Family.FUSION, fusion))
    found = [
        _lesion(trial, family, own, min_altered)
        for family, rows in parts
        for own in _by_frequency(trial.alterations[rows], min(min_altered, min_exploratory))
    ]
    telling = [factor for factor in found if len(set(factor.codes[factor.codes >= 0].tolist())) > 1]
    return sorted(telling, key=lambda factor: factor.family == Family.EXPLORATORY)


def _by_frequency(rows: pd.DataFrame, at_least: int) -> Iterator[pd.DataFrame]:
    """Rows of each gene that is altered in enough patients."""
    counts = rows.drop_duplicates(["patient", "gene"])["gene"].value_counts()
    names = sorted((gene for gene in counts.index if counts[gene] >= at_least), key=lambda g: (-counts[g], g))
    for name in names:
        yield rows[rows["gene"] == name]


def _lesion(trial: Trial, family: Family, own: pd.DataFrame, min_altered: int) -> Factor:
    few = own["patient"].nunique() < min_altered
    name = _name(str(own["gene"].iloc[0]), own["kind"])
    codes = _code_altered(trial, own, trial.tested_for(own))
    return Factor(name, Family.EXPLORATORY if few else family, ALTERED, codes, has_rest=True)


def _name(gene: str, kinds: pd.Series[str]) -> str:
    """Name a gene with what was found in it, where that is not mutations alone; a fusion by its genes."""
    found = [kind for kind in AlterationKind if (kinds == kind).any()]
    plain = found in ([AlterationKind.MUTATION], [AlterationKind.FUSION])
    return gene if plain else f"{gene} ({', '.join(found)})"


def _ploidy(trial: Trial) -> list[Factor]:
    """Part the patients by what their number of chromosomes says; who was not looked at is in no level."""
    rows = trial.alterations[trial.alterations["kind"] == AlterationKind.PLOIDY].drop_duplicates("patient")
    if rows.empty:
        return []
    found = set(rows["gene"])
    known = [str(state) for state in PloidyState if state in found]
    levels = (*known, *sorted(found - set(known)), NO_PLOIDY)
    of_patient = rows.set_index("patient")["gene"].reindex(trial.patients.index).fillna(NO_PLOIDY)
    codes = pd.Categorical(of_patient, levels).codes.astype(np.int64)
    codes = np.where(trial.tested_for(rows), codes, -1)
    return [Factor("Ploidy", Family.PLOIDY, levels, codes, has_rest=True)]


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
    """Adjust P values for the number of subgroups: Holm, and Benjamini and Hochberg.

    The subgroups of an endpoint that are of one kind (`Family`) are one family. Not of it: all patients
    together; those in whom a lesion was looked for and not found, since they carry the effect in nearly all
    patients (the column ``rest``); a subgroup without a P value. Subgroups of the same patients, told by the
    column ``members``, are one test. The P values of interaction are adjusted likewise: one test a factor.

    Where ``p_least`` stands beside a P value, ``p_tarone`` is added: Bonferroni for those tables alone that
    can reach .05 (Tarone, Biometrics 1990;46:515); NaN for a table that cannot.
    """
    rows = rows.assign(**dict.fromkeys(ADJUSTED, np.nan))
    for _, family in _tests_of_families(rows).groupby(["endpoint", "family"]):
        tests = family.drop_duplicates("members")
        for column, p in _adjust_family(tests).items():
            by_members = dict(zip(tests["members"], p, strict=True))
            rows.loc[family.index, column] = family["members"].map(by_members)
    asked = rows[rows["interaction_p"].notna()]
    for _, family in asked.groupby(["endpoint", "family"]):
        tests = family.drop_duplicates("factor")
        for name, method in _METHODS.items():
            by_factor = dict(zip(tests["factor"], _correct(tests["interaction_p"], method), strict=True))
            rows.loc[family.index, f"interaction_p_{name}"] = family["factor"].map(by_factor)
    return rows


def _tests_of_families(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows whose P values are adjusted."""
    return rows[(rows["family"] != Family.ALL) & rows["p"].notna() & ~rows["rest"].astype(bool)]


def _adjust_family(tests: pd.DataFrame) -> dict[str, Floats]:
    """Adjust the tests of one family, by the names of the columns."""
    found = {f"p_{name}": _correct(tests["p"], method) for name, method in _METHODS.items()}
    if "p_least" in tests and tests["p_least"].notna().any():
        found["p_tarone"] = tarone(*tests[["p", "p_least"]].to_numpy(dtype=np.float64).T)
    return found


def _correct(p: pd.Series[float], method: str) -> Floats:
    return np.asarray(multipletests(p.to_numpy(dtype=np.float64), method=method)[1], dtype=np.float64)


def tarone(p: Floats, least: Floats, level: float = 0.05) -> Floats:
    """Multiply P values by the number of those tests that can reach the level once it is multiplied so.

    Tarone, Biometrics 1990;46:515: the smallest k such that no more than k tests have a least P value of at
    most level / k. NaN for the other tests.
    """
    k = next(k for k in range(1, len(p) + 1) if (least * k <= level).sum() <= k)
    return np.where(least * k <= level, np.minimum(k * p, 1.0), np.nan)


def count_tests(rows: pd.DataFrame) -> dict[tuple[str, str], int]:
    """Count the tests of each endpoint and family for which their P values are adjusted."""
    distinct = _tests_of_families(rows).drop_duplicates(["endpoint", "family", "members"])
    keys = zip(distinct["endpoint"].astype(str), distinct["family"].astype(str), strict=True)
    return dict(Counter(keys))
