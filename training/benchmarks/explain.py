"""Time the explanations: ``python -m training.benchmarks.explain [--model DIR] [--samples N]``.

The samples are SYNTHETIC, at 80 % blasts. Printed: seconds to call them, and to call and explain them with
contributions and global importance, and the highest difference between a sample's sums and its log-odds.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np

from leukotype import classify, explain
from leukotype.demo.simulate import simulate_cohort
from leukotype.explanations.linear import Explainer
from leukotype.model.bundle import load

SAMPLES = 1_000


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--samples", type=int, default=SAMPLES)
    given = parser.parse_args()
    bundle = load(given.model)
    classes = len(bundle.profiles.names)
    cohort = simulate_cohort(bundle, per_class=-(-given.samples // classes), purities=[80], random_state=1)
    counts = cohort.counts.iloc[:, : given.samples]
    started = time.process_time()
    classify(counts, model=bundle)
    called = time.process_time()
    explain(counts, model=bundle)
    ended = time.process_time()
    kind = type(bundle.model.subtype).__name__
    sys.stdout.write(
        f"{bundle.label}, {kind}, {counts.shape[1]} samples: called in {called - started:.1f} s of "
        f"processor time, called and explained in {ended - called:.1f} s, "
        f"sums within {_difference(bundle, counts):.1e}\n"
    )
    return 0


def _difference(bundle, counts) -> float:  # type: ignore[no-untyped-def]
    explainer = Explainer.of(bundle.model, bundle.genes, bundle.label)
    views = bundle.model.predict(bundle.genes.harmonise(counts.T[:100]).values.to_numpy()).view
    logs, added = explainer.subtype.log_odds(views), explainer.subtype.contributions(views)
    columns = range(len(bundle.model.subtypes))
    sums = np.array([added(each).sum(axis=1) for each in columns]).T + explainer.subtype.starts(views)
    return float(np.abs(sums - logs).max())


if __name__ == "__main__":
    sys.exit(main())
