"""Time the tables of a large SYNTHETIC trial: ``python -m training.benchmarks.efficacy [--patients N]``."""

from __future__ import annotations

import argparse
import time

import numpy as np
import pandas as pd

from leukotype.calling.risk import risk_group
from leukotype.demo.trial_cohort import simulate_trial
from leukotype.efficacy import analyse, check_clinical, join_trial, parse_columns
from leukotype.efficacy.columns import EXAMPLE_TOML
from leukotype.vocabulary import MIN_BLAST_PCT, Status

SEED = 20


def many(patients: int, decimals: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw patients of the SYNTHETIC trial with replacement, with times of their own; and their calls."""
    rng = np.random.default_rng(SEED)
    base = simulate_trial(SEED)
    drawn = base.iloc[rng.integers(len(base), size=patients)].reset_index(drop=True)
    drawn["patient"] = [f"SYNTHETIC-{number}" for number in range(patients)]
    stretch = rng.uniform(0.5, 1.5, patients)
    for column in ("pfs_months", "os_months"):
        drawn[column] = (drawn[column] * stretch).clip(lower=0.01).round(decimals)
    low = drawn["blast_pct"] < MIN_BLAST_PCT
    calls = pd.DataFrame(
        {"sample": drawn["patient"], "status": np.where(low, Status.LOW_BLASTS, Status.CALLED)}
    )
    calls["subtype"] = drawn["true_subtype"].where(~low, "")
    calls["risk_group"] = calls["subtype"].map(risk_group).where(~low, "low blast")
    return drawn, calls


def main() -> None:
    """Time checking, joining and analysing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patients", type=int, default=100_000)
    for decimals in (2, 6):
        clinical, calls = many(parser.parse_args().patients, decimals)
        start = time.perf_counter()
        checked = check_clinical(clinical, parse_columns(EXAMPLE_TOML, "example"), "SYNTHETIC")
        analysis = analyse(join_trial(checked, calls))
        seconds = time.perf_counter() - start
        print(f"{len(calls):,} patients, times of {decimals} decimals: {seconds:.1f} s, goal 30 s; "
              f"{len(analysis.survival)} rows of survival")  # fmt: skip


if __name__ == "__main__":
    main()
