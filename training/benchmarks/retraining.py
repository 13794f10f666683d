"""How right, and how sure, models are that are retrained on one public cohort.

Run by hand: ``python -m training.benchmarks.retraining --data DIR``. Each cohort's B-ALL are labelled in a
file, as a laboratory would, and learned from as `leukotype train` does, with its default settings;
then `leukotype models test` measures the model on the other cohort.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from leukotype.inputs import Reading
from leukotype.learning.contest import LabelledFiles, judge
from leukotype.learning.place import Place
from leukotype.learning.retrain import TrainingFiles, run
from leukotype.learning.settings import read_settings
from leukotype.model.bundle import load
from leukotype.pipeline import classify_files
from training.cohort import COHORTS

FIGURES = ("n", "accuracy", "balanced_accuracy", "ece", "brier", "called", "right_among_called")
READING = Reading(value_type="log10-cpm")


def write_labels(data: Path, cohort: str, path: Path) -> Path:
    """Write the labels of a cohort's B-ALL."""
    samples = pd.read_csv(data / "cohorts" / "samples.csv")
    own = samples[(samples["cohort"] == cohort) & (samples["lineage"] == "B-ALL")]
    own = own[own["subtype"] != "Hypodiploid (unspecified)"]
    own[["sample", "subtype", "patient", "blast_pct"]].to_csv(path, index=False)
    return path


def main() -> None:
    """Retrain on each cohort, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder that training/README.md describes")
    parser.add_argument("--config", type=Path, help="settings of the training [its defaults]")
    arguments = parser.parse_args()
    settings = read_settings(arguments.config)
    expression = [arguments.data / "cohorts" / "expression.parquet"]
    with TemporaryDirectory() as folder:
        labels = {name: write_labels(arguments.data, name, Path(folder) / f"{name}.csv") for name in COHORTS}
        for name, other in (COHORTS, COHORTS[::-1]):
            files = TrainingFiles(expression, labels[name], reading=READING)
            done = run(files, settings, Place(jobs=settings.jobs), Path(folder) / f"of_{name}", track=False)
            report, _ = judge(
                load(done.out), LabelledFiles(expression, labels[other], READING), classify_files
            )
            columns = {
                f"{name}, nested": done.learned.held_out.figures,
                f"{other}, of its model": report.figures,
            }
            table = pd.DataFrame({title: pd.Series(told)[list(FIGURES)] for title, told in columns.items()})
            untaught = done.learned.untaught
            print(table.to_string())
            print(f"threshold {done.learned.fitted.threshold}, chosen {done.learned.chosen}")
            if len(untaught):
                print(f"untaught, called: {untaught['called'].sum()} of {untaught['n'].sum()}")
            print(flush=True)


if __name__ == "__main__":
    main()
