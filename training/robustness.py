"""How far patients that the model never saw may be spoiled before its calls fail.

``python -m training.robustness --data DIR`` prints every table: the cross-validated ones from models fitted
anew in each fold, those of the raw files through the bundle in ``--out`` (`training.robustness_files`).

Depth, missing genes, a wrong unit and mixtures of two patients are made from the expression of the held-out
patients of the folds: batch-corrected CPM, whose own noise is still in it, so that what Poisson noise adds
comes on top.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import binomtest

from leukotype.model.features import Array
from leukotype.vocabulary import NOT_B_ALL
from training.cohort import Cohort, load_cohort
from training.config import options
from training.estimator import LeukotypeClassifier
from training.heldout import HeldOut, answers, cross_validate

DEPTHS = (20.0, 10.0, 5.0, 2.0, 1.0, 0.5, 0.2, 0.1)  # million reads
MISSING = (10.0, 30.0, 50.0, 70.0)  # % of the model's genes
MIXED = (1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 40.0, 50.0)  # % of the sample that is another patient's
DRAWS = 3  # random choices of the missing genes
UNDISTURBED, REFUSED = "undisturbed", "refused"
# A curve fails at its first level with fewer right among the called than `RIGHT` (or than `LOST` less than
# undisturbed, where that is lower), or with fewer than `KEPT` of the undisturbed calls.
RIGHT, LOST, KEPT = 0.95, 0.02, 0.5
# Ages of the risk groups of the National Cancer Institute (Smith et al., J Clin Oncol 1996;14:18): infants,
# standard risk from 1 year, high risk from 10; adults from 18.
AGES = {"under 1 year": 1.0, "1 to 9 years": 10.0, "10 to 17 years": 18.0, "18 years and over": np.inf}


def disturbed(
    classifier: LeukotypeClassifier, cohort: Cohort, test: npt.NDArray[Any], seed: int
) -> pd.DataFrame:
    """Answer for the held-out patients of one fold, spoiled in every way.

    Parameters
    ----------
    test
        rows of ``cohort.patients`` that `classifier` did not see.

    Returns
    -------
    One row a curve, level and sample: ``curve``, ``level``, ``row``, ``truth``, ``forced`` (most probable
    answer), ``called`` ("" if none) and ``minority`` (subtype of the lesser patient of a mixture).
    """
    rng, patients = np.random.default_rng(seed), cohort.patients.take(test)
    parts = []
    for curve, level, values in _variants(patients.values, cohort, rng):
        parts.append(_frame(curve, level, answers(classifier, values, patients.labels, test)))
    leukemias = np.flatnonzero(patients.labels != NOT_B_ALL)
    values, labels = patients.values[leukemias], patients.labels[leukemias]
    for percent in MIXED:
        partner = np.array([rng.choice(np.flatnonzero(labels != own)) for own in labels])
        mixed = (1 - percent / 100) * values + percent / 100 * values[partner]
        held = answers(classifier, mixed, labels, test[leukemias])
        parts.append(_frame("mixture of two patients", percent, held).assign(minority=labels[partner]))
    return pd.concat(parts, ignore_index=True).fillna({"minority": ""})


def _variants(
    values: Array, cohort: Cohort, rng: np.random.Generator
) -> Iterator[tuple[str, float | str, Array]]:
    """Yield curve, level, and samples x genes in CPM."""
    yield UNDISTURBED, "", values
    for million in DEPTHS:
        yield "million reads", million, rng.poisson(values * million).astype(np.float64)
    for percent in MISSING:
        for _ in range(DRAWS):
            gone = rng.random(values.shape[1]) < percent / 100
            yield "% of the genes missing", percent, np.where(gone, np.nan, values)
    kilobases = cohort.genes.frame["length"].to_numpy(np.float64) / 1000
    yield "unit", "TPM taken for counts", values / kilobases


def _frame(curve: str, level: float | str, held: HeldOut) -> pd.DataFrame:
    columns = {"row": held.rows, "truth": held.truth, "forced": held.forced, "called": held.called}
    return pd.DataFrame({"curve": curve, "level": level, **columns})


def curves(found: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Sum up the answers of `disturbed` (all folds) or of `training.robustness_files`: one table a curve.

    Each starts with the undisturbed samples. ``n`` counts samples, once for every draw.
    """
    by = ["set"] if "set" in found else []
    base = found[found["curve"] == UNDISTURBED]
    tables = {}
    for name, own in found[(found["curve"] != UNDISTURBED) & found["minority"].eq("")].groupby(
        "curve", sort=False
    ):
        whole = pd.concat([base.assign(level=UNDISTURBED), own])
        rows = [
            dict(zip([*by, "level"], keys if isinstance(keys, tuple) else (keys,), strict=True)) | score(part)
            for keys, part in whole.groupby([*by, "level"], sort=False)
        ]
        table = pd.DataFrame(rows)
        tables[str(name)] = table.sort_values(by, kind="stable", ignore_index=True) if by else table
    return tables


def score(found: pd.DataFrame) -> dict[str, float]:
    """Count right and called of some answers; patients without B-ALL stand apart."""
    own, other = found[found["truth"] != NOT_B_ALL], found[found["truth"] == NOT_B_ALL]
    called = own["called"] != ""
    wrong = int((called & (own["called"] != own["truth"])).sum())
    share = {
        "n": len(own),
        "right_forced": round(float((own["forced"] == own["truth"]).mean()), 3),
        "called": round(float(called.mean()), 3),
        "called_wrong": wrong,
        "right_of_called": round(1 - wrong / called.sum(), 3) if called.any() else np.nan,
    }
    if (own["forced"] == REFUSED).any():
        share["refused"] = int((own["forced"] == REFUSED).sum())
    if len(other):
        share |= {"n_t_all": len(other), "t_all_called": int((other["called"] != "").sum())}
    return share


def mixtures(found: pd.DataFrame) -> pd.DataFrame:
    """Say what a sample with some of another patient's in it is called."""
    rows = []
    for percent, own in found[found["minority"] != ""].groupby("level"):
        called = {
            "as_majority": own["called"] == own["truth"],
            "as_minority": own["called"] == own["minority"],
            "not_called": own["called"] == "",
        }
        called["as_another"] = ~np.logical_or.reduce(list(called.values()))
        shares = {name: round(float(where.mean()), 3) for name, where in called.items()}
        rows.append({"percent_of_another_patient": percent, "n": len(own), **shares})
    return pd.DataFrame(rows)


def failures(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Name the first level of each curve (and set) at which the calls fail; the rule is at `RIGHT`."""
    rows = []
    for name, table in tables.items():
        for own_set, own in table.groupby("set") if "set" in table else [("", table)]:
            first, *rest = own.to_dict("records")
            limit = min(RIGHT, first["right_of_called"] - LOST)
            failed = [each for each in rest if _fails(each, first, limit)]
            at = failed[0] if failed else {}
            rows.append(
                {
                    "curve": name,
                    "set": own_set,
                    "n": first["n"],
                    "fails_at": at.get("level", "none of these levels"),
                    "called": at.get("called", np.nan),
                    "right_of_called": at.get("right_of_called", np.nan),
                    "right_of_called_needed": round(limit, 3),
                }
            )
    return pd.DataFrame(rows)


def _fails(level: dict[Any, Any], first: dict[Any, Any], limit: float) -> bool:
    return bool(level["right_of_called"] < limit or level["called"] < KEPT * first["called"])


def groups(held: HeldOut, cohort: Cohort, data: Path) -> pd.DataFrame:
    """Score the undisturbed B-ALL patients by cohort, library, sex and age.

    Sex and age stand in `samples.csv` for GSE181157 alone, the library for GSE227832; `sex_of` tells the sex
    of both.
    """
    table = _samples(held, cohort, data).assign(told=sex_of(cohort)[held.rows])
    table = table[table["truth"] != NOT_B_ALL]
    ages = pd.cut(table["age_years"], [0.0, *AGES.values()], right=False, labels=list(AGES))
    kinds = {"cohort": table["cohort"], "library": table["library"], "age": ages}
    kinds |= {"sex": table["sex"], "sex by its genes": table["told"]}
    rows = []
    for kind, column in kinds.items():
        for name, own in table.groupby(column.astype(object)):
            hits = int((own["forced"] == own["truth"]).sum())
            exact = binomtest(hits, len(own)).proportion_ci(0.95, method="exact")
            interval = {"low": round(exact.low, 3), "high": round(exact.high, 3)}
            rows.append({"by": kind, "group": name, **score(own), **interval})
    return pd.DataFrame(rows)


def sex_of(cohort: Cohort) -> npt.NDArray[Any]:
    """Tell each patient's sex by XIST against UTY and ZFY: as recorded wherever GSE181157 records it."""
    logs = np.log10(cohort.patients.values + 1)
    symbols = cohort.genes.frame["symbol"].to_numpy()
    x, y = logs[:, symbols == "XIST"], logs[:, np.isin(symbols, ["UTY", "ZFY"])]
    return np.where(x.mean(axis=1) > y.mean(axis=1), "F", "M")


def replicates(held: HeldOut, cohort: Cohort, data: Path) -> pd.DataFrame:
    """Compare each technical replicate with its first sample; both stand in the same fold."""
    table = _samples(held, cohort, data).set_index("sample")
    again = table[table["replicate_of"].isin(table.index)]
    first = table.loc[again["replicate_of"]]
    pairs = pd.DataFrame(
        {
            "sample": again["replicate_of"].to_numpy(),
            "replicate": again.index,
            "library": again["library"].to_numpy(),
            "label": again["truth"].to_numpy(),
            "call": first["called"].to_numpy(),
            "call_of_replicate": again["called"].to_numpy(),
            "most_probable": first["forced"].to_numpy(),
            "most_probable_of_replicate": again["forced"].to_numpy(),
        }
    )
    return pairs.assign(same_call=pairs["call"] == pairs["call_of_replicate"])


def _samples(held: HeldOut, cohort: Cohort, data: Path) -> pd.DataFrame:
    """Put the answers beside what `samples.csv` says of each sample."""
    names = pd.Series(cohort.patients.names[held.rows], name="sample")
    known = pd.read_csv(data / "cohorts" / "samples.csv").set_index("sample").loc[names].reset_index()
    return known.assign(truth=held.truth, forced=held.forced, called=held.called)


def cross_validated(
    found: pd.DataFrame, held: HeldOut, cohort: Cohort, data: Path
) -> dict[str, pd.DataFrame]:
    """Give every table of the folds' answers.

    Parameters
    ----------
    found
        the folds' `disturbed`, put together.
    held
        the same patients undisturbed.
    """
    tables = curves(found)
    failed = {"points of failure": failures(tables)}
    mixed = {"mixture of two patients": mixtures(found)}
    people = {"groups": groups(held, cohort, data), "replicates": replicates(held, cohort, data)}
    return {**tables, **mixed, **people, **failed}


def main(arguments: list[str] | None = None) -> int:
    """Print every table."""
    from training.robustness_files import file_tables

    data, config, out = options("python -m training.robustness", __doc__ or "", arguments)
    cohort, seed = load_cohort(data, config["min_patients"]), config["seed"]
    tested = cross_validate(cohort, config, seed, disturbed)
    tables = cross_validated(pd.concat(tested.beside, ignore_index=True), tested.plain, cohort, data)
    tables |= {f"raw files: {name}": table for name, table in file_tables(out, data, seed).items()}
    for name, table in tables.items():
        sys.stdout.write(f"\n{name}\n{table.to_string(index=False)}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
