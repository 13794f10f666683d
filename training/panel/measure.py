"""Prints every table of the panel's study: ``python -m training.panel.measure --data DIR``.

Learns the experts about twenty times, each time without those by whom they are measured. What is printed
depends on data and packages alone, not on the clock.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from leukotype.model import stored_pool
from leukotype.model.audit import ArrayFile
from leukotype.model.log_odds import softmax
from leukotype.model.pool import Pool
from training.panel import class_out, goals
from training.panel.left_out import Cache, Study
from training.panel.sources import read_sources
from training.panel.tables import (
    external_lines,
    final_pool,
    fold_lines,
    labelled_samples,
    robustness_lines,
    sources_lines,
    stjude_lines,
    threshold_lines,
)


def sections(study: Study) -> Iterator[tuple[str, Iterator[str]]]:
    """Give every table: its title and its lines."""
    yield "Cohorts never seen: right/wrong of each tier", sources_lines(study)
    yield "Thresholds chosen without the cohort", threshold_lines(study)
    yield "Five folds", fold_lines(study)
    yield "The 441", stjude_lines(study)
    yield "Classes known by their profile alone", class_out.lines(study)
    yield "External sets", external_lines(study)
    pool = final_pool(study)
    yield "Harder protocols and missing genes", robustness_lines(study, pool)
    yield "The panel as arrays", bundle_lines(study, pool)
    yield "Goal and reached", goals.lines(study, pool)


def bundle_lines(study: Study, pool: Pool) -> Iterator[str]:
    """Size of the stored panel, what storing costs, and whether contributions add up."""
    buffer, (values, _) = io.BytesIO(), labelled_samples(study)
    np.savez_compressed(buffer, allow_pickle=False, **stored_pool.state(pool))
    stored = buffer.getvalue()
    again = stored_pool.read(ArrayFile("pool", stored), values.shape[1])
    stored_says, says = again.answer(values), pool.answer(values)
    away = np.abs(softmax(stored_says.log_odds) - softmax(says.log_odds)).max()
    yield f"  {len(stored) / 1e6:.1f} MB; stored against learned, a probability differs by {away:.0e} at most"
    third = np.arange(values.shape[1]) % 3 == 0
    for name, row in (("all genes", values[:1]), ("a third missing", np.where(third, np.nan, values[:1]))):
        view = again.answer(row).view
        told = again.linear(~np.isnan(view[0]))(np.nan_to_num(view))
        yield f"  contributions add up, {name}: within 1e-12 {bool(np.abs(told - again(view)).max() < 1e-12)}"


def main(arguments: list[str] | None = None) -> None:
    """Read the data and print."""
    parser = argparse.ArgumentParser(prog="python -m training.panel.measure", description=__doc__)
    folder = os.environ.get("LEUKOTYPE_DATA")
    parser.add_argument("--data", type=Path, default=folder, help="data folder (default: $LEUKOTYPE_DATA)")
    parser.add_argument(
        "--cache", type=Path, help="folder in which scores are kept, and read on the next run (default: none)"
    )
    given = parser.parse_args(arguments)
    if given.data is None or not Path(given.data).is_dir():
        parser.error("--data DIR (or LEUKOTYPE_DATA): the folder that training/panel/README.md describes")
    with threadpool_limits(1):  # sums in one order, whatever the machine
        study = Study(given.data, read_sources(given.data), Cache(given.cache))
        for title, lines in sections(study):
            sys.stdout.write(f"\n== {title}\n")
            for line in lines:
                sys.stdout.write(f"{line}\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
