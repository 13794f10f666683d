"""Where the cut-offs of the genes that tell the sex lie, in patients whose sex their study recorded.

Run by hand, from the repository: ``python -m training.benchmarks.sex --data DIR``. Printed are log2(CPM + 1),
as `leukotype predict` measures them, and what `leukotype.calling.sex` makes of them.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

import leukotype
from leukotype.calling.neighbours import mean_leukemia
from leukotype.calling.profile_levels import ProfileLevels
from leukotype.calling.sex import see_sexes
from leukotype.model.bundle import Bundle

_NAMES = {"F": "female", "M": "male"}


def seen(data: Path, bundle: Bundle) -> pd.DataFrame:
    """Measure the patients of the cohorts: ``xist``, ``y``, ``expressed``, and ``given`` as recorded."""
    files = ("expression.parquet", "expression_more_genes.parquet")
    log10 = pd.concat([pd.read_parquet(data / "cohorts" / name) for name in files])  # log10(CPM + 1)
    abundance = (10**log10 - 1).T.reindex(columns=bundle.genes.ids)
    levels = ProfileLevels.of(abundance.to_numpy(dtype=np.float64), mean_leukemia(bundle.profiles))
    samples = pd.read_csv(data / "cohorts" / "samples.csv", index_col=0).reindex(abundance.index)
    told = see_sexes(list(abundance.index), levels, bundle.genes, {})
    rows = [{"xist": each.xist, "y": each.y, "expressed": each.expressed or "not told"} for each in told]
    frame = pd.DataFrame(rows, index=abundance.index)
    return frame.assign(given=samples["sex"].map(_NAMES), cohort=samples["cohort"])


def main() -> None:
    """Print the ends of both genes by recorded sex, and how often expression tells it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with cohorts/")
    found = seen(parser.parse_args().data, leukotype.load())
    known = found[found["given"].notna()]
    ends = known.groupby("given")[["xist", "y"]].quantile(np.array([0, 0.05, 0.5, 0.95, 1])).round(1)
    print(ends.to_string())
    print(pd.crosstab([known["cohort"], known["given"]], known["expressed"]).to_string())


if __name__ == "__main__":
    main()
