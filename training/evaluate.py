"""What the model gets right on patients that it never saw. Every figure of the card is printed here.

``python -m training.evaluate --data DIR`` prints the tables of the card again.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from leukotype.bundle import Reference
from training.cohort import Cohort, load_cohort
from training.config import options
from training.diploid import build_reference
from training.estimator import LeukotypeClassifier
from training.figures import (
    confusion,
    lesion_weights,
    lesions_against_labels,
    per_class,
    purity_table,
    risk_coverage,
    summary,
)
from training.heldout import across_cohorts, cross_validate, fit_on
from training.outside import external_calls, external_purity, external_sets, ploidy_tables, set_aside


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
    tables: dict[str, pd.DataFrame]


def evaluate(
    cohort: Cohort, final: LeukotypeClassifier, reference: Reference, config: dict[str, Any], data: Path
) -> Report:
    """Cross-validate, test across cohorts, and test `final` on what it never saw."""
    seed = config["seed"]
    held, with_lesions, diluted = cross_validate(cohort, config, seed)
    figures = {f"cv_{name}": value for name, value in summary(cohort, held).items()}
    figures |= {f"cv_with_lesions_{name}": value for name, value in summary(cohort, with_lesions).items()}
    for name, across in across_cohorts(cohort, config, seed).items():
        chosen = summary(cohort, across)
        key = name.replace(" ", "_")
        figures |= {f"{key}_{each}": chosen[each] for each in ("n", "accuracy", "n_b_all", "accuracy_b_all")}
    calls = external_calls(final, cohort, reference, data)
    sets, wrong = external_sets(calls)
    ploidy, hyperdiploid = ploidy_tables(calls)
    tables = {
        "classes": per_class(held),
        "confusion": confusion(held),
        "threshold": risk_coverage(held),
        "purity": purity_table(diluted),
        "external": sets,
        "external_not_right": wrong,
        "ploidy": ploidy,
        "hyperdiploid": hyperdiploid,
        "lesions": lesions_against_labels(cohort),
        "lesion_weights": lesion_weights(final),
        "external_purity": external_purity(final, cohort, data, seed),
        "set_aside": set_aside(final, cohort, seed),
    }
    return Report({name: round(float(value), 4) for name, value in figures.items()}, tables)


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
