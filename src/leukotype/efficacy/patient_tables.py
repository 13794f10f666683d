"""Who the patients are: baseline, frequencies, alterations by subtype and by pathway."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import chi2_contingency, fisher_exact, mannwhitneyu

from leukotype.efficacy.clinical_table import UNKNOWN, time_column
from leukotype.efficacy.join import Trial
from leukotype.efficacy.proportions import FISHER, MIN_CELL, NO_TEST, PEARSON, TWO_SIDED, PValue
from leukotype.efficacy.subgroups import OF_CALLS, Factor
from leukotype.efficacy.trial_endpoints import rates
from leukotype.vocabulary import AlterationKind, Arm, Status

_BASELINE: Final = ("variable", "level", "all", "experimental", "comparator", "p", "test", "smd")
_WHOLE: Final = (
    "whole_trial",
    "whole_trial_experimental",
    "whole_trial_comparator",
    "not_analysed",
    "p_whole_trial",
    "test_whole_trial",
    "smd_whole_trial",
)
_NESTED: Final = ("risk_group", "subtype", "n", "percent")
_FREQUENCIES: Final = ("factor", "level", "n", "n_experimental", "n_comparator", "percent", "n_tested")
_BY_SUBTYPE: Final = ("group", "name", "kind", "pathway", "subtype", "n_altered", "n", "percent")

_Describe = Callable[[pd.Series], str]


def baseline_table(trial: Trial) -> pd.DataFrame:
    """Describe the patients by arm, and beside the rest of the trial where not all of it is analysed.

    Categories: n (%), tested as response is; tables larger than 2 x 2 by Pearson's chi-squared. Continuous:
    median (range), Mann-Whitney. P values on the first row of a variable, two-sided; missing values take no
    part in them. In a randomised trial they describe chance, not a hypothesis. ``p_whole_trial`` compares
    those analysed with those who are not. ``smd``: standardised mean differences of the same groups (Yang
    and Dalton, SAS Global Forum 2012;335), see `standardised_difference`.
    """
    inside = trial.in_experimental
    analysed = trial.whole_factors.index.isin(trial.patients.index)
    partly = not analysed.all()
    groups: dict[str, pd.Index[Any]] = {
        "all": trial.patients.index,
        Arm.EXPERIMENTAL: trial.patients.index[inside],
        Arm.COMPARATOR: trial.patients.index[~inside],
    }
    if partly:
        everyone = trial.whole_arms
        groups |= {
            "whole_trial": everyone.index,
            **{f"whole_trial_{arm}": everyone.index[everyone == arm] for arm in Arm},
            "not_analysed": everyone.index[~analysed],
        }
    rows: list[dict[str, Any]] = [
        {"variable": "Patients", "level": "", **{name: str(len(who)) for name, who in groups.items()}}
    ]
    for column in trial.whole_continuous.columns:
        rows += _describe(str(column), trial.whole_continuous[column], groups)
    for column in trial.whole_factors.columns.difference(trial.whole_continuous.columns, sort=False):
        rows += _describe(str(column), trial.whole_factors[column], groups)
    columns = [*_BASELINE, *(_WHOLE if partly else ())]
    return pd.DataFrame(rows).reindex(columns=columns).fillna({"test": "", "test_whole_trial": ""})


def _describe(variable: str, values: pd.Series, groups: Mapping[str, pd.Index[Any]]) -> list[dict[str, Any]]:
    """Rows of one variable, with its tests on the first."""
    parts = {name: values.loc[who] for name, who in groups.items()}
    levels: list[tuple[str, _Describe]] = [("median (range)", _median_range)]
    if isinstance(values.dtype, pd.CategoricalDtype):
        present = [str(level) for level in values.cat.categories if (values == level).any()]
        levels = [(level, _share_of(level)) for level in present]
    rows: list[dict[str, Any]] = [
        {"variable": variable, "level": level, **{name: say(part) for name, part in parts.items()}}
        for level, say in levels
    ]
    tests = {"": _compare(parts[Arm.EXPERIMENTAL], parts[Arm.COMPARATOR])}
    if "not_analysed" in parts:
        tests["_whole_trial"] = _compare(parts["all"], parts["not_analysed"])
    for ending, test in tests.items() if rows else ():
        rows[0] |= {f"p{ending}": test.p, f"test{ending}": ", ".join(filter(None, (test.test, test.side)))}
    if rows:
        rows[0]["smd"] = standardised_difference(parts[Arm.EXPERIMENTAL], parts[Arm.COMPARATOR])
        if "not_analysed" in parts:
            rows[0]["smd_whole_trial"] = standardised_difference(parts["all"], parts["not_analysed"])
    return rows


def standardised_difference(one: pd.Series, other: pd.Series) -> float:
    """Difference of two groups in units of their spread, 0 or more; NaN where there is none.

    Categories: the distance of Mahalanobis between the shares of all levels but one; missing values left out.
    """
    if isinstance(one.dtype, pd.CategoricalDtype):
        shares = pd.concat([_shares(one), _shares(other)], axis=1).fillna(0.0).to_numpy().T
    else:
        shares = np.array([[part.mean()] for part in (one, other)])
    spread = np.mean([_spread(part, share) for part, share in zip((one, other), shares, strict=True)], axis=0)
    apart = shares[0] - shares[1]
    if not len(apart) or not np.isfinite(apart).all() or not np.isfinite(spread).all():
        return math.nan
    if not spread.any():
        return 0.0 if not apart.any() else math.nan
    return float(np.sqrt(apart @ np.linalg.pinv(spread) @ apart))


def _shares(values: pd.Series) -> pd.Series[float]:
    """Share of each level but the first, of those who are not missing."""
    counts = values.value_counts(sort=False).drop(UNKNOWN, errors="ignore")
    return (counts / counts.sum()).iloc[1:]


def _spread(values: pd.Series, share: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Covariance of the indicators of the levels, or the variance of a measurement."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        return np.diag(share) - np.outer(share, share)
    return np.array([[values.var()]])


def _share_of(level: str) -> _Describe:
    def say(values: pd.Series) -> str:
        n = int((values == level).sum())
        return f"{n} ({100 * n / len(values):.1f})" if len(values) else "0"

    return say


def _median_range(values: pd.Series) -> str:
    known = values.dropna()
    if not len(known):
        return "no value"
    missing = f", {len(values) - len(known)} missing" if len(known) < len(values) else ""
    return f"{known.median():g} ({known.min():g}-{known.max():g}){missing}"


def _compare(one: pd.Series, other: pd.Series) -> PValue:
    """Test whether a variable is distributed alike in two groups."""
    if not isinstance(one.dtype, pd.CategoricalDtype):
        one, other = one.dropna(), other.dropna()
        if not len(one) or not len(other) or np.ptp(np.concatenate([one, other])) == 0:
            return NO_TEST
        return PValue(float(mannwhitneyu(one, other).pvalue), "Mann-Whitney", TWO_SIDED)
    counts = np.array([part.value_counts(sort=False).drop(UNKNOWN, errors="ignore") for part in (one, other)])
    counts = counts[:, counts.sum(axis=0) > 0]
    if counts.shape[1] < 2 or not counts.sum(axis=1).all():
        return NO_TEST
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum()
    if expected.min() >= MIN_CELL:
        return PValue(float(chi2_contingency(counts, correction=False).pvalue), PEARSON, TWO_SIDED)
    if counts.shape[1] == 2:
        return PValue(float(fisher_exact(counts).pvalue), FISHER, TWO_SIDED)
    p = float(chi2_contingency(counts, correction=False).pvalue)
    return PValue(p, f"{PEARSON} (approximate: expected below {MIN_CELL})", TWO_SIDED)


def frequency_table(trial: Trial, factors: Sequence[Factor]) -> pd.DataFrame:
    """Count the patients of every subtype, group and lesion; ``percent`` is of those tested."""
    inside = trial.in_experimental
    rows: list[tuple[str, str, int, int, int]] = []
    total = len(trial.patients)
    for factor in factors:
        if factor.family in OF_CALLS:
            k = len(factor.levels)
            counts = np.bincount(factor.codes, minlength=k), np.bincount(factor.codes[inside], minlength=k)
            rows += [(factor.name, *each, total) for each in zip(factor.levels, *counts, strict=True)]
    experimental = set(trial.patients.index[inside])
    for kind in AlterationKind:
        of_kind = trial.alterations[trial.alterations["kind"] == kind]
        counted = of_kind.assign(inside=of_kind["patient"].isin(experimental)).groupby("gene")["inside"]
        table = counted.agg(["size", "sum"]).sort_values("size", ascending=False, kind="stable")
        for gene, n, m in table.itertuples():
            tested = int(trial.tested_for(of_kind[of_kind["gene"] == gene]).sum())
            rows.append((kind.capitalize(), str(gene), int(n), int(m), tested))
    filled = [(factor, level, n, m, n - m, 100 * n / of, of) for factor, level, n, m, of in rows]
    return pd.DataFrame(filled, columns=list(_FREQUENCIES))


def nested_table(trial: Trial) -> pd.DataFrame:
    """Count the patients of each risk group and, within it, of each subtype, by arm.

    ``subtype`` is empty in the row of a group; percentages are of all patients of a column.
    """
    arms = {"": np.ones(len(trial.patients), dtype=bool), "_experimental": trial.in_experimental}
    arms["_comparator"] = ~trial.in_experimental
    groups, subtypes = trial.patients["risk_group"], trial.patients["subtype"]
    rows = []
    for group in groups.cat.categories:
        inside = (groups == group).to_numpy()
        own = [name for name in subtypes.cat.categories if ((subtypes == name).to_numpy() & inside).any()]
        parts = [("", inside), *((name, inside & (subtypes == name).to_numpy()) for name in own)]
        for name, who in parts if own != [group] else parts[:1]:
            row: dict[str, Any] = {"risk_group": str(group), "subtype": str(name)}
            for ending, arm in arms.items():
                n = int((who & arm).sum())
                row |= {f"n{ending}": n, f"percent{ending}": 100 * n / arm.sum() if arm.any() else math.nan}
            rows.append(row)
    columns = [*_NESTED, *(f"{name}_{arm}" for arm in Arm for name in ("n", "percent"))]
    return pd.DataFrame(rows, columns=columns)


def flow_table(trial: Trial) -> pd.DataFrame:
    """Count who came how far, for a flow diagram after CONSORT: ``step``, ``group``, n of all and by arm.

    Of all in the clinical table: who is analysed and who has no call. Of those analysed: what came of the
    call, and who has each endpoint.
    """
    whole = trial.whole_arms
    analysed = pd.Series(whole.index.isin(trial.patients.index), index=whole.index)
    steps = [("clinical table", "all", analysed | True), ("clinical table", "without a call", ~analysed)]
    steps.append(("clinical table", "analysed", analysed))
    status = trial.patients["status"].reindex(whole.index)
    steps += [
        ("call", str(name).replace("_", " "), status == name) for name in Status if (status == name).any()
    ]
    for endpoint, _, counted in rates(trial):
        steps.append(("endpoint", endpoint, pd.Series(counted, trial.patients.index)))
    for endpoint, _, _ in trial.columns.endpoints:
        steps.append(("endpoint", endpoint, trial.patients[time_column(endpoint)].notna()))
    rows = []
    for step, group, who in steps:
        inside = whole[who[who].index]
        counts = {f"n_{arm}": int((inside == arm).sum()) for arm in Arm}
        rows.append({"step": step, "group": group, "n": len(inside), **counts})
    return pd.DataFrame(rows)


def alterations_by_subtype(trial: Trial) -> pd.DataFrame:
    """Count altered patients of each subtype, by lesion and by pathway.

    ``group`` is ``lesion`` or ``pathway``; ``n`` and ``percent`` are of the patients of the subtype who were
    tested, altered or not.
    """
    rows = trial.alterations
    parts = (
        ("lesion", ["gene", "kind", "pathway"], rows),
        ("pathway", ["pathway"], rows[rows["pathway"] != ""].drop_duplicates(["patient", "pathway"])),
    )
    sizes = trial.patients["subtype"].value_counts(sort=False)
    subtypes = pd.DataFrame({"subtype": sizes.index.astype(str)})
    found = []
    for group, keys, lesions in parts:
        counts = lesions.groupby([*keys, "subtype"], observed=True).size().rename("n_altered").reset_index()
        every = lesions[keys].drop_duplicates().merge(subtypes, how="cross")
        long = every.merge(counts, how="left", on=[*keys, "subtype"]).fillna({"n_altered": 0})
        long = long.merge(_tested_of_subtypes(trial, lesions, keys), how="left", on=[*keys, "subtype"])
        found.append(long.assign(group=group, name=long[keys[0]]))
    table = pd.concat(found, ignore_index=True).reindex(columns=list(_BY_SUBTYPE))
    table["n_altered"] = table["n_altered"].astype(int)
    table["n"] = table["n"].fillna(0).astype(int)
    table["percent"] = 100 * table["n_altered"] / table["n"]
    return table.fillna({"kind": "", "pathway": ""})


def _tested_of_subtypes(trial: Trial, lesions: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Count who was tested in each subtype, for lesions that have the same keys."""
    subtype = trial.patients["subtype"].astype(str)
    rows = []
    for key, own in lesions.groupby(keys, sort=False):
        tested = subtype[trial.tested_for(own)].value_counts()
        rows += [(*key, name, int(n)) for name, n in tested.items()]
    return pd.DataFrame(rows, columns=[*keys, "subtype", "n"]).astype({"n": np.float64})
