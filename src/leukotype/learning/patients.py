"""The labelled patients of a laboratory, in the genes of the base model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from leukotype.calling.prepared import as_abundance
from leukotype.errors import InputError
from leukotype.inputs import ExpressionBlock, ExpressionReader, Reading, open_expression
from leukotype.learning.labels import read_labels
from leukotype.model.bundle import Bundle
from leukotype.model.features import Array
from leukotype.vocabulary import IdType, ValueType

Names = npt.NDArray[Any]


@dataclass(frozen=True)
class Patients:
    """Samples that teach.

    Parameters
    ----------
    names, labels, patients, cohorts
        one value a sample; replicates share their patient.
    scaled
        samples x the base model's genes, as `leukotype.model.features.Features.all_genes` gives them.
    logs
        the same genes as log2(CPM + 1), for the profiles; NaN where the table lacks a gene. A part of the
        patients, and what other processes are sent, has none: the profiles are of all, and made once.
    """

    names: Names
    labels: Names
    patients: Names
    cohorts: Names
    scaled: Array
    logs: npt.NDArray[np.float32]

    def take(self, rows: npt.NDArray[Any]) -> Patients:
        """Give the chosen rows, without their logs."""
        own = {each.name: getattr(self, each.name)[rows] for each in fields(self) if each.name != "logs"}
        return Patients(**own, logs=self.logs[:0])

    def __getstate__(self) -> dict[str, Any]:
        """Leave out the logs, a third of the memory, where other processes are sent the patients."""
        return {**vars(self), "logs": self.logs[:0]}

    def __len__(self) -> int:
        return len(self.labels)

    def counts(self) -> dict[str, int]:
        """Patients (not samples) of each subtype."""
        table = pd.DataFrame({"label": self.labels, "patient": self.patients})
        sizes = table.groupby("label")["patient"].nunique()
        return {str(name): int(size) for name, size in sizes.items()}

    def fewest(self) -> int:
        """Patients of the rarest subtype."""
        return min(self.counts().values(), default=0)


@dataclass(frozen=True)
class Cohort:
    """Patients with the files they come from and what was done to them."""

    patients: Patients
    sha256: dict[str, str]
    notes: tuple[str, ...]


def read_cohort(
    expression: Sequence[Path],
    labels: Path,
    base: Bundle,
    min_patients: int,
    reading: Reading | None = None,
    merge: Mapping[str, str] | None = None,
) -> Cohort:
    """Read expression and labels; a subtype with fewer than `min_patients` patients is left out.

    Raises
    ------
    InputError
        For files that cannot be used, and where fewer than two subtypes have enough patients.
    """
    how = reading or Reading()
    reader = open_expression(expression, how, count_known=base.genes.count_known)
    told = read_labels(labels, reader.samples, merge)
    enough, note = _enough(labels, told.frame, min_patients)
    patients = _read(reader, enough, base, how.id_type)
    digests = {f"{source.path}": source.sha256 for source in reader.sources} | {str(labels): told.sha256}
    return Cohort(patients, digests, (*reader.notes, *told.notes, *note))


def _enough(path: Path, frame: pd.DataFrame, least: int) -> tuple[pd.DataFrame, list[str]]:
    """Leave out subtypes with too few patients to be both learned and tested."""
    sizes = frame.groupby("subtype")["patient"].nunique()
    few = sizes[sizes < least]
    if len(sizes) - len(few) < 2:
        raise InputError(
            f"{path}: expected two subtypes of {least} patients or more, found {len(sizes) - len(few)} "
            f"({', '.join(f'{name} {n}' for name, n in sizes.items())}): give more patients, or a smaller "
            "min_patients by --config"
        )
    told = ", ".join(f"{name} {n}" for name, n in few.items())
    note = [f"subtypes with fewer than {least} patients, left out: {told}"] if len(few) else []
    return frame[~frame["subtype"].isin(few.index)], note


def _read(reader: ExpressionReader, frame: pd.DataFrame, base: Bundle, id_type: IdType | None) -> Patients:
    """Read block by block into arrays of their full size, so that nothing stands twice in memory."""
    names = [sample for sample in reader.samples if sample in frame.index]
    size = (len(names), len(base.genes.ids))
    scaled, logs, done = np.empty(size), np.empty(size, dtype=np.float32), 0
    for block in reader.blocks():
        own = block.values.index.isin(frame.index)
        if own.any():
            mine = ExpressionBlock(block.label, block.values[own], block.value_type)
            abundance, log = _in_model_genes(mine, base, id_type)
            rows = slice(done, done + len(mine.values))
            scaled[rows], logs[rows], done = base.model.features.all_genes(abundance), log, rows.stop
    found = frame.loc[names]
    labels, patients, cohorts = (
        found[name].to_numpy(dtype=object) for name in ("subtype", "patient", "cohort")
    )
    return Patients(np.array(names, dtype=object), labels, patients, cohorts, scaled, logs)


def _in_model_genes(
    block: ExpressionBlock, base: Bundle, id_type: IdType | None
) -> tuple[Array, npt.NDArray[np.float32]]:
    """Abundance in the base model's genes, and log2(CPM + 1)."""
    harmonised = base.genes.harmonise(block.values, id_type)
    least = float(base.manifest["min_genes_pct"])
    if harmonised.found_pct < least:
        raise InputError(
            f"{block.label}: found {harmonised.found} of the model's {len(base.genes.ids)} genes, "
            f"{least:g} % are needed: give a whole-transcriptome table of human genes, or --id-type"
        )
    abundance = as_abundance(block, harmonised, base.genes)
    cpm = abundance * _to_cpm(block, abundance, base)
    return abundance, np.log2(cpm + 1).astype(np.float32)


def _to_cpm(block: ExpressionBlock, abundance: Array, base: Bundle) -> Array:
    """Factor a sample that brings its abundances to counts per million.

    TPM and FPKM do not tell how many of the reads fall on the model's genes: the share of the base model's
    own profiles is taken.
    """
    if block.value_type in (ValueType.COUNTS, ValueType.CPM):
        return np.asarray(1e6 / block.values.to_numpy(np.float64).sum(axis=1, keepdims=True))
    present = ~np.isnan(abundance).all(axis=0)
    usual = (2.0 ** base.profiles.means[:, present] - 1).sum(axis=1).mean()
    return np.asarray(usual / np.nansum(abundance, axis=1, keepdims=True))
