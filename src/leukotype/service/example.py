"""A SYNTHETIC example for the page: counts of simulated samples, with what a laboratory has beside them."""

from __future__ import annotations

import io
from typing import Final

from leukotype.demo.simulate import SyntheticCohort, laboratory_blasts, simulate_cohort
from leukotype.model.bundle import Bundle
from leukotype.runs.files import as_csv
from leukotype.service.uploads import Sent

SYNTHETIC: Final = (
    "SYNTHETIC: these samples were simulated from the model's class profiles; they are no patients."
)
_PURITIES: Final = (90, 20)
_SEED: Final = 20
_FUSION: Final = "BCR::ABL1"
_PLOIDY: Final = "Hyperdiploid"
_KARYOTYPE: Final = "54,XX,+X,+4,+6,+10,+14,+17,+18,+21[12]/46,XX[8]"


def example_files(bundle: Bundle) -> list[Sent]:
    """Give the files of the example, by name."""
    cohort = simulate_cohort(bundle, per_class=1, purities=_PURITIES, random_state=_SEED)
    tables = {
        "SYNTHETIC_counts.csv": as_csv(cohort.counts.reset_index()),
        "SYNTHETIC_blasts.csv": as_csv(laboratory_blasts(cohort).reset_index()),
    }
    if owner := _first(cohort, _FUSION):
        tables[f"{owner}.fusions.csv"] = "gene_5prime,gene_3prime,reads\nBCR,ABL1,34\n"
    if owner := _first(cohort, _PLOIDY):
        tables["SYNTHETIC_karyotypes.csv"] = f'sample,karyotype\n{owner},"{_KARYOTYPE}"\n'
    return [Sent(name, io.BytesIO(text.encode())) for name, text in tables.items()]


def _first(cohort: SyntheticCohort, group: str) -> str:
    """Name of the first sample of a subtype; empty if the model was never taught it."""
    return next((str(name) for name, truth in cohort.truth.items() if truth == group), "")
