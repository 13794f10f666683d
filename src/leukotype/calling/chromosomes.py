"""What the counts show beside the subtype: copies of the chromosomes, and genes that a lesion turns on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from leukotype.evidence.knowledge import MARKER_GENES
from leukotype.inputs import ExpressionBlock, open_expression
from leukotype.model.bundle import Reference, load
from leukotype.model.dosage import Dosage, estimate
from leukotype.model.features import Array, as_read_abundance
from leukotype.model.genes import GeneTable, Harmonised
from leukotype.vocabulary import IdType, Orientation, Strandedness


def as_abundance(block: ExpressionBlock, harmonised: Harmonised, genes: GeneTable) -> Array:
    """Give a block's values in some genes on a scale proportional to reads within a sample."""
    lengths = genes.frame["length"].to_numpy()
    return as_read_abundance(harmonised.values.to_numpy(), block.value_type, lengths)


def measure(
    block: ExpressionBlock, reference: Reference, id_type: IdType | None = None
) -> tuple[dict[str, Dosage], dict[str, dict[str, float]]]:
    """Measure chromosomes and markers in each sample of a block.

    Returns
    -------
    The dosage by sample, and log2(CPM + 1) of the marker genes by sample.
    """
    harmonised = reference.genes.harmonise(block.values, id_type)
    samples = list(block.values.index)
    values = as_abundance(block, harmonised, reference.genes)[:, : len(reference.dosage)]
    dosages = {name: estimate(reference.dosage, row) for name, row in zip(samples, values, strict=True)}
    symbols = reference.genes.frame["symbol"].to_numpy()
    columns = np.flatnonzero(np.isin(symbols, sorted(MARKER_GENES)))
    totals = block.values.to_numpy(dtype=np.float64).sum(axis=1, keepdims=True)
    levels = np.log2(harmonised.values.to_numpy()[:, columns] / np.maximum(totals, 1) * 1e6 + 1)
    # Of a cut table, which has no dosage either, every gene is a larger share.
    levels[[dosage.copies is None for dosage in dosages.values()]] = np.nan
    markers = [dict(zip(symbols[columns], map(float, row), strict=True)) for row in levels]
    return dosages, dict(zip(samples, markers, strict=True))


def measure_files(
    paths: Sequence[Path],
    *,
    model: Path | None = None,
    id_type: IdType | None = None,
    value_type: str = "auto",
    orientation: Orientation = Orientation.AUTO,
    strandedness: Strandedness | None = None,
    tx2gene: Path | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> tuple[dict[str, Dosage], Reference]:
    """Measure the chromosomes of every sample of some files; what `leukotype karyotype` runs.

    Raises
    ------
    InputError
        if a file cannot be used; one line that names it.
    ModelFileError
        if the bundle cannot be.
    """
    reference = load(model).reference
    reader = open_expression(
        paths,
        count_known=reference.genes.count_known,
        value_type=value_type,
        orientation=orientation,
        strandedness=strandedness,
        tx2gene=tx2gene,
        on_progress=on_progress,
    )
    dosages: dict[str, Dosage] = {}
    for block in reader.blocks():
        dosages |= measure(block, reference, id_type)[0]
    return dosages, reference


def ploidy_table(dosages: Mapping[str, Dosage]) -> pd.DataFrame:
    """Sum up dosages: one row a sample; empty where too few of the genes were found."""
    rows = []
    for sample, dosage in dosages.items():
        copies = dosage.copies
        told = (
            (str(copies.state), copies.chromosomes, ",".join(copies.gained()), ",".join(copies.lost()))
            if copies
            else ("", pd.NA, "", "")
        )
        found = round(100 * int(dosage.levels.genes.sum()) / len(dosage.levels.ratios), 1)
        rows.append((sample, *told, round(copies.probability, 4) if copies else np.nan, found))
    columns = ["sample", "ploidy_state", "chromosomes", "gained", "lost", "probability", "genes_found_pct"]
    return pd.DataFrame(rows, columns=columns).astype({"chromosomes": "Int64"})
