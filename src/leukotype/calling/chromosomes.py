"""What the counts show beside the subtype: copies of the chromosomes, and genes that a lesion turns on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from leukotype.calling.prepared import Prepared
from leukotype.evidence.knowledge import LESION_GENES
from leukotype.model.bundle import Reference
from leukotype.model.dosage import Dosage, estimate


@dataclass(frozen=True)
class Chromosomes:
    """What the counts of some samples show.

    Parameters
    ----------
    dosages
        copies of the chromosomes, by sample.
    markers
        log2(CPM + 1) of the genes that a lesion turns on, by sample; NaN of a sample whose dosage is unknown.
    """

    dosages: Mapping[str, Dosage]
    markers: Mapping[str, Mapping[str, float]]


def measure(prepared: Prepared, reference: Reference) -> Chromosomes:
    """Measure chromosomes and markers in each sample of a block."""
    values = prepared.reference[:, : len(reference.dosage)]
    rows = zip(prepared.samples, values, strict=True)
    dosages = {name: estimate(reference.dosage, row) for name, row in rows}
    places = reference.genes.places
    genes = sorted((symbol for symbol in LESION_GENES if symbol in places), key=places.__getitem__)
    levels = prepared.reference_levels(np.array([places[symbol] for symbol in genes], dtype=np.intp))
    # Of a cut table or of another protocol, which have no dosage either, a gene is another share.
    levels[[dosage.copies is None for dosage in dosages.values()]] = np.nan
    markers = [dict(zip(genes, row, strict=True)) for row in levels.tolist()]
    return Chromosomes(dosages, dict(zip(prepared.samples, markers, strict=True)))


def ploidy_table(dosages: Mapping[str, Dosage]) -> pd.DataFrame:
    """Sum up dosages: one row a sample; empty where they cannot be told; see `Dosage.obstacle`."""
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
