"""Who the patients are: baseline, frequencies, alterations by subtype and by pathway."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy.stats import chi2_contingency, fisher_exact, mannwhitneyu

from leukotype.efficacy.clinical_table import UNKNOWN
from leukotype.efficacy.join import Trial
from leukotype.efficacy.proportions import FISHER, MIN_CELL, NO_TEST, PEARSON, TWO_SIDED, PValue
from leukotype.efficacy.subgroups import OF_CALLS, Factor
from leukotype.vocabulary import AlterationKind, Arm

_BASELINE: Final = ("variable", "level", "all", "experimental", "comparator", "p", "test")
_WHOLE: Final = ("whole_trial", "not_analysed", "p_whole_trial", "test_whole_trial")
_FREQUENCIES: Final = ("factor", "level", "n", "n_experimental", "n_comparator", "percent", "n_tested")
_BY_SUBTYPE: Final = ("group", "name", "kind", "pathway", "subtype", "n_altered", "n", "percent")

_Describe = Callable[[pd.Series], str]


def baseline_table(trial: Trial) -> pd.DataFrame:
    """Describe the patients by arm, and beside the rest of the trial where not all of it is analysed.

    Categories: n (%), tested as response is; tables larger than 2 x 2 by Pearson's chi-squared. Continuous:
    median (range), Mann-Whitney. P values on the first row of a variable, two-sided; missing values take no
    part in them. In a randomised trial they describe chance, not a hypothesis. ``p_whole_trial`` compares
    those analysed with those who are not.
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
        groups |= {
            "whole_trial": trial.whole_factors.index,
            "not_analysed": trial.whole_factors.index[~analysed],
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
    return rows


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
