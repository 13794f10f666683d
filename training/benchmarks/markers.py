"""Where the cut-offs of the marker genes lie: the levels behind `leukotype.evidence.knowledge.MARKERS`.

Run by hand, from the repository: ``python -m training.benchmarks.markers --data DIR``. Printed are log2(CPM +
1), as `leukotype predict` measures them, of the leukemias with a diploid karyotype and of the external sets.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd

import leukotype
from leukotype.calling.chromosomes import measure
from leukotype.calling.prepared import Prepared
from leukotype.evidence.knowledge import MARKERS, MarkerRule
from leukotype.inputs import open_expression
from leukotype.model.bundle import Bundle

DIPLOID = "diploid"
SETS = {
    DIPLOID: ("reference/diploid_ball_counts.parquet",),
    "GSE161501": ("external/GSE161501/counts.tsv.gz",),
    "allsorts_test": ("external/allsorts_test/test_counts.csv",),
    "mdall": ("external/mdall/COH000353_D1.HTSeq", "external/mdall/COH000082_D1.HTSeq"),
    "rnaseqcnv": tuple(
        f"external/rnaseqcnv/{name}.HTSeq"
        for name in ("diploid", "high_hyperdiploid", "low_hypodiploid", "near_haploid")
    ),
}


def levels(paths: list[Path], bundle: Bundle) -> pd.DataFrame:
    """Measure the markers of some files: samples x genes; NaN where the table lacks the gene."""
    reader = open_expression(paths, count_known=bundle.genes.count_known)
    found: dict[str, Mapping[str, float]] = {}
    for block in reader.blocks():
        found |= measure(Prepared.of(block, bundle), bundle.reference).markers
    return pd.DataFrame.from_dict(found, orient="index")


def labels_of(folder: Path) -> dict[str, str]:
    """Labels of an external set; none where it has no file of them."""
    path = folder / "labels.csv"
    return dict(pd.read_csv(path).set_index("sample")["subtype"]) if path.is_file() else {}


def row(marker: MarkerRule, name: str, values: pd.Series, labels: dict[str, str]) -> str:
    """Write where one set's levels lie beside the cut-off, and who is above it."""
    known = values.dropna().sort_values()
    below, above = known[known < marker.least], known[known >= marker.least]
    top = f"{below.iloc[-1]:.1f}" if len(below) else "none"
    who = ", ".join(
        f"{level:.1f}{f' {labels[sample]}' if sample in labels else ''}" for sample, level in above.items()
    )
    return f"| {marker.gene} | {marker.least:g} | {name} ({len(known)}) | {top} | {who or 'none'} |"


def table(measured: dict[str, pd.DataFrame], labels: dict[str, dict[str, str]]) -> Iterator[str]:
    """Write a row a marker and set."""
    yield "| marker | cut-off | set (samples) | highest below | those above |"
    yield "| --- | --- | --- | --- | --- |"
    for marker in MARKERS:
        for name, values in measured.items():
            yield row(marker, name, values[marker.gene], labels[name])


def main() -> None:
    """Measure all sets and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with reference/ and external/")
    data = parser.parse_args().data
    bundle = leukotype.load()
    measured = {name: levels([data / file for file in files], bundle) for name, files in SETS.items()}
    labels = {name: labels_of((data / files[0]).parent) for name, files in SETS.items()}
    print(*table(measured, labels), sep="\n")


if __name__ == "__main__":
    main()
