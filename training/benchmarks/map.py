"""How well the map of a model separates its subtypes: ``python -m training.benchmarks.map --data DIR``.

Of the patients of training, who stand where held-out models place them: how many have the subtype of most of
their five neighbours. Of external children and adults with a known subtype: for how many the nearest class
profile, and most of the five nearest patients on the map, are of their subtype.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from leukotype.model.bundle import Bundle, load
from leukotype.model.map import Map
from leukotype.pipeline import classify_files

SETS = {"GSE161501": "counts.tsv.gz", "allsorts_test": "test_counts.csv"}
NEIGHBOURS = 5


def main() -> None:
    """Print the shares."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path)
    asked = parser.parse_args()
    bundle = load(asked.model)
    if bundle.map is None:
        print("no map in this model")
    else:
        right = nearest(bundle.map, bundle.map.points, leave_out=True) == bundle.map.classes
        each = [right[bundle.map.classes == code].mean() for code in np.unique(bundle.map.classes)]
        print(f"{len(right)} patients of training: {right.mean():.3f}, mean of subtypes {np.mean(each):.3f}")
    for name, file in SETS.items():
        print(f"{name}: {external(asked.data / 'external' / name, file, bundle)}")


def nearest(drawn: Map, places: np.ndarray, *, leave_out: bool = False) -> np.ndarray:
    """Give the most frequent subtype of the nearest patients; `leave_out`: the places are theirs."""
    squares = ((places[:, None] - drawn.points[None]) ** 2).sum(axis=-1)
    if leave_out:
        np.fill_diagonal(squares, np.inf)
    around = drawn.classes[np.argsort(squares, axis=1, kind="stable")[:, :NEIGHBOURS]]
    return np.array([np.bincount(row).argmax() for row in around])


def external(folder: Path, file: str, bundle: Bundle) -> str:
    """Count the samples of one set whose neighbours are right."""
    labels = pd.read_csv(folder / "labels.csv").set_index("sample")["subtype"]
    table = classify_files([folder / file], model=bundle).map.set_index("sample")
    known = labels.loc[table.index]
    profiles = int((table.drop(columns=["x", "y"]).idxmax(axis=1) == known).sum())
    told = f"nearest profile {profiles} of {len(known)}"
    if bundle.map is None:
        return told
    names = np.array(bundle.map.subtypes)[nearest(bundle.map, table[["x", "y"]].to_numpy())]
    return f"{told}, nearest patients {int((names == known.to_numpy()).sum())} of {len(known)}"


if __name__ == "__main__":
    main()
