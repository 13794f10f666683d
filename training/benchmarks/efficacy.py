"""Time a large SYNTHETIC trial: ``python -m training.benchmarks.efficacy [--patients N]``.

The tables alone, for times of two numbers of decimals; then the whole command line, figures included, in a
process of its own, and R's `survival` for the same comparisons in the same run (skipped where R is absent).
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from leukotype.calling.risk import risk_group
from leukotype.demo.trial_cohort import simulate_trial
from leukotype.efficacy import analyse, check_clinical, join_trial, parse_columns
from leukotype.efficacy.columns import EXAMPLE_TOML
from leukotype.vocabulary import MIN_BLAST_PCT, Status

SEED = 20
R_SCRIPT = Path(__file__).with_name("efficacy.R")
WHOLE = (
    "import resource, sys; from leukotype.cli import main; code = main(sys.argv[1:]); "
    "used = resource.getrusage(resource.RUSAGE_SELF); "
    "print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024); sys.exit(code)"
)


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


def time_tables(patients: int) -> None:
    """Time checking, joining and analysing."""
    for decimals in (2, 6):
        clinical, calls = many(patients, decimals)
        start = time.perf_counter()
        checked = check_clinical(clinical, parse_columns(EXAMPLE_TOML, "example"), "SYNTHETIC")
        analysis = analyse(join_trial(checked, calls))
        seconds = time.perf_counter() - start
        print(f"{len(calls):,} patients, times of {decimals} decimals: {seconds:.1f} s, goal 30 s; "
              f"{len(analysis.survival)} rows of survival")  # fmt: skip


def time_whole(patients: int, folder: Path) -> float:
    """Time the command line on times of one decimal, as a process; give its seconds."""
    clinical, calls = many(patients, 1)
    clinical.to_csv(folder / "trial.csv", index=False)
    calls.to_csv(folder / "calls.csv", index=False)
    (folder / "trial.toml").write_text(EXAMPLE_TOML, encoding="utf-8")
    names = {"calls": "calls.csv", "clinical": "trial.csv", "columns": "trial.toml", "out": "out"}
    given = [f"--{option}={folder / name}" for option, name in names.items()]
    start = time.perf_counter()
    run = subprocess.run(
        [sys.executable, "-c", WHOLE, "efficacy", *given], check=True, capture_output=True, text=True
    )
    seconds = time.perf_counter() - start
    cpu, megabytes = map(float, run.stdout.split()[-2:])
    print(f"{patients:,} patients, the whole command line: {seconds:.1f} s ({cpu:.1f} s of processor time), "
          f"{megabytes:.0f} MB")  # fmt: skip
    return seconds


def time_r(folder: Path, seconds: float) -> None:
    """Time R's survival for the comparisons of the same run that have a ratio."""
    program = shutil.which("Rscript")
    if program is None:
        print("R is absent: no ratio")
        return
    patients = pd.read_csv(folder / "out" / "patients.csv")
    table = (
        pd.read_csv(folder / "trial.csv").set_index("patient").loc[patients["patient"]].reset_index(drop=True)
    )
    strata = ["first_remission", "salvage", "age_group"]
    patients = patients.assign(
        arm=(patients["arm"] == "experimental").astype(int),
        stratum=table[strata].astype(str).agg("/".join, axis=1),
    )
    names = {"subtype": "Subtype", "risk_group": "Risk group", "figure_group": "Subtype group"}
    rows = pd.read_csv(folder / "out" / "survival.csv").dropna(subset="hr")
    rows = rows[rows["factor"].isin(["All patients", *names.values()])]
    patients.rename(columns=names).to_csv(folder / "r.csv", index=False)
    rows[["endpoint", "factor", "level", "hr"]].to_csv(folder / "kept.csv", index=False)
    run = subprocess.run(
        [program, str(R_SCRIPT), str(folder / "r.csv"), str(folder / "kept.csv")],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    of_r, apart = map(float, run.stdout.split()[-2:])
    print(f"R survival, {len(rows)} of these comparisons: {of_r:.1f} s; the whole command line takes "
          f"{seconds / of_r:.2f} times as long; ratios differ by at most {apart:.1e}")  # fmt: skip


def main() -> None:
    """Time the tables, the command line, and R."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patients", type=int, default=100_000)
    patients = parser.parse_args().patients
    time_tables(patients)
    with TemporaryDirectory() as folder:
        time_r(Path(folder), time_whole(patients, Path(folder)))


if __name__ == "__main__":
    main()
