"""What the model gets right on patients that it never saw. Every figure of the card is printed here.

``python -m training.evaluate --data DIR`` prints the tables of the card again.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from leukotype.learning.figures import confusion, per_class, reliability, risk_coverage
from leukotype.model.bundle import Reference, load
from training.cohort import Cohort, load_cohort
from training.config import options
from training.diploid import build_reference
from training.estimator import LeukotypeClassifier
from training.figures import (
    as_answers,
    counted,
    ece_by_chance,
    lesion_weights,
    lesions_against_labels,
    purity_table,
    summary,
)
from training.heldout import CrossValidated, across_cohorts, cross_validate, fit_on
from training.outside import external_calls, external_dilutions, external_sets, ploidy_tables, save_for_tests
from training.robustness import cross_validated, disturbed
from training.robustness_files import file_tables
from training.trust import blast_figures, blast_table, external_blast_figures, sets_table
from training.wrong_inputs import left_out, wrong_inputs

EVEN = (1.0, *((step + 0.5) / 40 for step in range(40)))  # shares of marrow, none more often than others
Tables = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class Report:
    """All that is known of a model.

    Parameters
    ----------
    figures
        single figures by name, rounded: what the manifest and MLflow hold.
    tables
        tables by name, rounded: what the card shows.
    """

    figures: dict[str, float]
    tables: Tables


def evaluate(
    cohort: Cohort, final: LeukotypeClassifier, reference: Reference, config: dict[str, Any], data: Path
) -> Report:
    """Cross-validate, test across cohorts, and test `final` on what it never saw."""
    seed = config["seed"]
    tested = cross_validate(cohort, config, seed, disturbed)
    figures = _figures(cohort, tested, final, seed)
    for name, across in across_cohorts(cohort, config, seed).items():
        chosen, key = summary(cohort, across), name.replace(" ", "_")
        figures |= {f"{key}_{each}": chosen[each] for each in ("n", "accuracy", "n_b_all", "accuracy_b_all")}
    with threadpool_limits(1):
        outside, more = _outside(cohort, final, reference, data, seed)
        lineages, cells = left_out(cohort, config)
    tables = {
        **_tables(cohort, tested, final),
        **{f"robustness: {name}": table for name, table in _robustness(cohort, tested, data).items()},
        **outside,
        "left_out_lineages": lineages,
        "left_out_cells": cells,
    }
    rounded = {name: round(float(value), 4) for name, value in (figures | more).items()}
    return Report(rounded, tables)


def _figures(
    cohort: Cohort, tested: CrossValidated, final: LeukotypeClassifier, seed: int
) -> dict[str, float]:
    figures: dict[str, float] = {}
    subtypes = tuple(str(name) for name in final.subtypes_)
    for start, held in (("cv_", tested.plain), ("cv_with_lesions_", tested.with_lesions)):
        answers = as_answers(cohort, held, subtypes, b_all=True)
        found = {**summary(cohort, held), **counted(answers), "ece_by_chance": ece_by_chance(answers, seed)}
        figures |= {f"{start}{name}": value for name, value in found.items()}
    blasts = blast_figures(cohort, tested.plain, tested.diluted)
    return figures | {f"blasts_{name}": value for name, value in blasts.items()}


def _tables(cohort: Cohort, tested: CrossValidated, final: LeukotypeClassifier) -> Tables:
    subtypes = tuple(str(name) for name in final.subtypes_)
    everyone = as_answers(cohort, tested.plain, subtypes)
    plain, with_lesions = (
        as_answers(cohort, held, subtypes, b_all=True) for held in (tested.plain, tested.with_lesions)
    )
    return {
        "classes": per_class(everyone),
        "classes_with_lesions": per_class(as_answers(cohort, tested.with_lesions, subtypes)),
        "confusion": confusion(everyone),
        "threshold": risk_coverage(plain),
        "threshold_with_lesions": risk_coverage(with_lesions),
        "reliability": reliability(plain),
        "sets": sets_table({"expression": tested.plain, "with lesions": tested.with_lesions}),
        "purity": purity_table(tested.diluted),
        "blasts": blast_table(tested.diluted),
        "lesions": lesions_against_labels(cohort),
        "lesion_weights": lesion_weights(final),
    }


def _robustness(cohort: Cohort, tested: CrossValidated, data: Path) -> Tables:
    return cross_validated(pd.concat(tested.beside, ignore_index=True), tested.plain, cohort, data)


def _outside(
    cohort: Cohort, final: LeukotypeClassifier, reference: Reference, data: Path, seed: int
) -> tuple[Tables, dict[str, float]]:
    """Test the final model through a bundle on disk, as a user would."""
    diluted = external_dilutions(final, cohort, data, seed)
    with TemporaryDirectory() as folder:
        save_for_tests(Path(folder), final, cohort, reference)
        calls = external_calls(Path(folder), data)
        files = file_tables(Path(folder), data, seed)
        wrong, named = wrong_inputs(load(Path(folder)), data, seed)
    sets, not_right = external_sets(calls)
    ploidy, hyperdiploid = ploidy_tables(calls)
    tables = {
        "external": sets,
        "external_not_right": not_right,
        "ploidy": ploidy,
        "hyperdiploid": hyperdiploid,
        "external_purity": purity_table(diluted),
        "external_blasts": blast_table(diluted),
        "wrong_inputs": wrong,
        "wrong_inputs_called": named.round(3),
        **{f"files: {name}": table for name, table in files.items()},
    }
    return tables, external_blast_figures(external_dilutions(final, cohort, data, seed, EVEN))


def main(arguments: list[str] | None = None) -> int:
    """Print the card's figures and tables."""
    from training.card import render

    data, config, _ = options("python -m training.evaluate", __doc__, arguments)
    cohort = load_cohort(data, config["min_patients"])
    with threadpool_limits(1):
        final = fit_on(cohort, np.arange(len(cohort.patients)), config, config["seed"])
    sys.stdout.write(render(evaluate(cohort, final, build_reference(data, config["seed"]), config, data)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
