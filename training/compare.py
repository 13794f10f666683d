"""Nested comparison of the candidates: ``python -m training.compare --data DIR``.

First all kinds, which see the same: one dilution a patient, and only the genes that the z-score cohort has,
so that trees take minutes and not hours (``candidates.csv``). Then the kind that ships, with all columns
and dilutions (``candidates_shipped.csv``). Prints the means, and what choosing anew in each fold by the
inner folds gives.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from leukotype.learning.estimator import Fitted, Ground, LinearCandidate, fit_gate, fit_subtypes
from leukotype.learning.figures import balanced_accuracy
from leukotype.learning.measurement import ask
from leukotype.learning.place import Place
from leukotype.learning.search import Parameters, draw
from leukotype.learning.settings import DEFAULT_WEIGHTS
from leukotype.learning.splits import Sides, outer_folds
from training.cohort import PublicCohort, PublicSettings, arguments, load_cohort

TABLE = Path(__file__).with_name("candidates.csv")
SHIPPED = Path(__file__).with_name("candidates_shipped.csv")


def candidates(
    settings: PublicSettings, kinds: Mapping[str, list[float]], other_weight: float
) -> list[Parameters]:
    """Give the candidates of these kinds, with each value of C that they may take."""
    found: list[Parameters] = []
    for kind, values in kinds.items():
        if kind == "xgboost":
            search = replace(settings.learning.search, kind=(kind,))
            found.append(draw(search, DEFAULT_WEIGHTS, settings.learning.seed, 0))
        else:
            weight = settings.learning.search.dosage_weight[0]
            found += [LinearCandidate(kind, c, weight, other_weight) for c in values]
    return found


def compare(cohort: PublicCohort, settings: PublicSettings, compared: list[Parameters]) -> pd.DataFrame:
    """Measure every candidate in every outer fold.

    Returns
    -------
    A row a fold and candidate: balanced accuracy of its inner folds, and of the fold's own patients.
    """
    ground = cohort.teaching(settings).ground(settings.learning)
    work = [(sides, compared) for sides in outer_folds(cohort.patients, settings.learning)]
    done = Place(jobs=settings.learning.jobs).map(_compare_fold, ground, work)
    return pd.concat([table for _, table in done], ignore_index=True)


def _compare_fold(ground: Ground, item: tuple[Sides, list[Parameters]]) -> pd.DataFrame:
    sides, compared = item
    rows = []
    with threadpool_limits(1):
        learned = fit_gate(ground, sides.train)
        for each in compared:
            fitted = fit_subtypes(ground, *learned, each)
            found = ask(fitted, ground.patients.take(sides.test))
            right = float((found.best == found.truth).mean())
            outer = balanced_accuracy(found.truth, found.best)
            rows.append(
                (sides.split.fold, each.kind, getattr(each, "c", 0.0), inner_score(fitted), outer, right)
            )
    columns = ["fold", "candidate", "c", "inner_balanced_accuracy", "balanced_accuracy", "accuracy"]
    return pd.DataFrame(rows, columns=columns)


def inner_score(fitted: Fitted) -> float:
    """Balanced accuracy on the inner folds' held-out patients."""
    right = fitted.held_out.argmax(axis=1) == fitted.codes
    return float(np.mean([right[fitted.codes == code].mean() for code in np.unique(fitted.codes)]))


def nested_accuracy(table: pd.DataFrame, shipped: Parameters) -> tuple[float, float]:
    """Give the balanced accuracy, mean of the folds: C chosen by the inner folds, and the C that ships."""
    chosen = table.loc[table.groupby("fold")["inner_balanced_accuracy"].idxmax()]
    fixed = table[table["c"] == getattr(shipped, "c", 0.0)]
    return float(chosen["balanced_accuracy"].mean()), float(fixed["balanced_accuracy"].mean())


def main(given: list[str] | None = None) -> int:
    """Compare, and write the tables."""
    data, settings, _ = arguments("python -m training.compare", __doc__, given)
    cohort, kind = load_cohort(data, settings.learning), settings.candidate.kind
    mixing = replace(settings.learning.mixing, dilutions=1, gate_dilutions=0)
    light = replace(settings, learning=replace(settings.learning, mixing=mixing))
    everything = settings.learning.search.other_weight[0]
    for path, own, compared in (
        (TABLE, light, candidates(light, settings.candidates, 0.0)),
        (SHIPPED, settings, candidates(settings, {kind: settings.candidates[kind]}, everything)),
    ):
        table = compare(cohort, own, compared)
        table.round(4).to_csv(path, index=False)
        means = table.groupby(["candidate", "c"]).mean(numeric_only=True).drop(columns="fold").round(3)
        nested, _ = nested_accuracy(table, settings.candidate)
        sys.stdout.write(f"{path}\n{means.to_string()}\nchosen anew in each fold: {nested:.3f}\n\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
