"""Nested comparison of the candidates: ``python -m training.compare --data DIR``.

First all candidates, which see the same: one dilution a patient, and only the genes that the z-score cohort
has, so that trees take minutes and not hours (``candidates.csv``). Then the kind that ships, with all columns
and dilutions (``candidates_shipped.csv``). Prints the means, and what choosing anew in each fold by the inner
folds gives; logs every candidate to MLflow.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy.typing as npt
import pandas as pd
from joblib import Parallel, delayed
from threadpoolctl import threadpool_limits

from leukotype.learning.figures import balanced_accuracy
from training.cohort import Cohort, load_cohort
from training.config import options
from training.estimator import candidates
from training.figures import summary
from training.heldout import HeldOut, answers, fit_on, folds, join
from training.tracking import track_candidates

TABLE = Path(__file__).with_name("candidates.csv")
SHIPPED = Path(__file__).with_name("candidates_shipped.csv")
LIGHT = {"dilutions": 1, "gate_dilutions": 0}


def compare(cohort: Cohort, config: dict[str, Any], seed: int) -> tuple[pd.DataFrame, HeldOut]:
    """Nested comparison of the candidates.

    Returns
    -------
    A row a fold and candidate (inner and outer balanced accuracy), and the out-of-fold predictions of the
    candidate that each fold's inner score chose.
    """
    done = Parallel(n_jobs=config["evaluation"]["jobs"])(
        delayed(_compare_fold)(cohort, config, seed, fold, train, test)
        for fold, (train, test) in enumerate(folds(cohort, config, seed))
    )
    return pd.concat([table for table, _ in done], ignore_index=True), join([chosen for _, chosen in done])


def _compare_fold(
    cohort: Cohort,
    config: dict[str, Any],
    seed: int,
    fold: int,
    train: npt.NDArray[Any],
    test: npt.NDArray[Any],
) -> tuple[pd.DataFrame, HeldOut]:
    with threadpool_limits(1):
        classifier = fit_on(cohort, train, config, seed)
        patients, rows, best, chosen = cohort.patients.take(test), [], -1.0, None
        for name, values in config["candidates"].items():
            for c in values:
                classifier.refit_subtype(candidates(seed)[name](c))
                held = answers(classifier, patients.values, patients.labels, test)
                inner = classifier.inner_score()
                rows.append(
                    (fold, name, c, inner, balanced_accuracy(held.truth, held.forced), held.right().mean())
                )
                if inner > best:
                    best, chosen = inner, held
    columns = ["fold", "candidate", "c", "inner_balanced_accuracy", "balanced_accuracy", "accuracy"]
    if chosen is None:
        raise ValueError("the configuration names no candidates")
    return pd.DataFrame(rows, columns=columns), chosen


def main(arguments: list[str] | None = None) -> int:
    """Compare, write the tables, log the runs."""
    data, config, _ = options("python -m training.compare", __doc__, arguments)
    cohort = load_cohort(data, config["min_patients"])
    kind = config["classifier"]["subtype"]
    light = {**config, "mixing": config["mixing"] | LIGHT}
    light["classifier"] = {**config["classifier"], "other_weight": 0.0}
    shipped = {**config, "candidates": {kind: config["candidates"][kind]}}
    for path, settings in ((TABLE, light), (SHIPPED, shipped)):
        table, chosen = compare(cohort, settings, config["seed"])
        table.round(4).to_csv(path, index=False)
        means = table.groupby(["candidate", "c"]).mean(numeric_only=True).drop(columns="fold").round(3)
        nested = {name: round(float(value), 4) for name, value in summary(cohort, chosen).items()}
        track_candidates(table, nested, settings)
        sys.stdout.write(f"{path}\n{means.to_string()}\nchosen anew in each fold: {nested}\n\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
