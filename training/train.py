"""Makes the model that ships: ``python -m training.train --data DIR --config training/config.toml``.

The same data, settings and package versions give the same bytes on the same kind of machine. The engine is
that of `leukotype train`; this program hands it the public cohorts, and what is measured beside. The model
is logged to MLflow and registered like every other one.
"""

from __future__ import annotations

import sys
from pathlib import Path

from leukotype.learning.place import Place
from leukotype.learning.retrain import Training, train
from leukotype.learning.tracking import Store
from training.cohort import PublicCohort, PublicSettings, arguments, load_cohort
from training.evaluate import FoldStudy, supplement


def train_shipped(
    cohort: PublicCohort, settings: PublicSettings, data: Path, out: Path, store: Store | None
) -> Training:
    """Make the bundle that ships, with the studies of the public cohorts and files."""
    return train(
        cohort.teaching(settings),
        settings.learning,
        Place(jobs=settings.learning.jobs),
        out,
        store,
        FoldStudy(cohort, settings.learning.seed),
        lambda learned: supplement(cohort, learned, settings, data),
    )


def main(given: list[str] | None = None) -> int:
    """Train, evaluate, write the bundle and log the run."""
    data, settings, out = arguments("python -m training.train", __doc__, given)
    store = Store.open(ship=False)
    done = train_shipped(load_cohort(data, settings.learning), settings, data, out, store)
    sys.stdout.write(f"{out}: {done.registered} ({done.digest[:8]})\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
