"""The labelled patients that a model is learned from, in its genes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from leukotype.calling.prepared import as_abundance
from leukotype.errors import InputError
from leukotype.inputs import ExpressionBlock, ExpressionReader, Reading, open_expression
from leukotype.learning.labels import read_labels
from leukotype.model.bundle import Bundle, Profiles, Reference
from leukotype.model.features import Array, Indices
from leukotype.model.genes import GeneTable
from leukotype.vocabulary import CHROMOSOMES, NOT_B_ALL, IdType, ValueType

Names = npt.NDArray[Any]


@dataclass(frozen=True)
class Patients:
    """Samples that teach.

    Parameters
    ----------
    names, labels, patients, cohorts
        one value a sample; replicates share their patient. A label is a subtype, or `NOT_B_ALL` for another
        leukemia.
    values
        samples x genes, counts per million; NaN where the table lacks a gene.
    blast_pct
        percentage of blasts as the laboratory gives it; NaN where unknown.
    """

    names: Names
    labels: Names
    patients: Names
    cohorts: Names
    values: Array
    blast_pct: Array

    def take(self, rows: npt.NDArray[Any]) -> Patients:
        """Give the chosen rows."""
        return Patients(*(getattr(self, each.name)[rows] for each in fields(self)))

    def without_values(self) -> Patients:
        """Leave out the expression, where other processes have it in the features of a base model."""
        return replace(self, values=np.empty((len(self), 0)))

    def __len__(self) -> int:
        return len(self.labels)

    def counts(self) -> dict[str, int]:
        """Patients (not samples) of each label."""
        table = pd.DataFrame({"label": self.labels, "patient": self.patients})
        sizes = table.groupby("label")["patient"].nunique()
        return {str(name): int(size) for name, size in sizes.items()}

    def subtypes(self) -> dict[str, int]:
        """Patients of each subtype; other leukemias are none."""
        return {name: n for name, n in self.counts().items() if name != NOT_B_ALL}


@dataclass(frozen=True)
class Panel:
    """The genes that a model reads, and what is measured beside it; no part of it is learned from patients.

    Parameters
    ----------
    genes
        with their other names.
    subtype_genes
        positions of those that the subtype classifier reads one by one.
    reference
        of the chromosomes and markers.
    min_genes_pct
        least share of the genes that a table must have.
    profiles
        of a model with the same genes, for classes that no patient here has; None without one.
    """

    genes: GeneTable
    subtype_genes: Indices
    reference: Reference
    min_genes_pct: float
    profiles: Profiles | None = None

    @classmethod
    def of(cls, base: Bundle) -> Panel:
        """Take the genes of a model."""
        least = float(base.manifest["min_genes_pct"])
        return cls(base.genes, base.model.features.subtype_genes, base.reference, least, base.profiles)

    @property
    def chromosomes(self) -> Indices:
        """Position of each gene's chromosome among `CHROMOSOMES`."""
        return chromosome_numbers(self.genes.frame["chromosome"])


def chromosome_numbers(chromosomes: pd.Series) -> Indices:
    """Position of each gene's chromosome among `CHROMOSOMES`, -1 for Y, mitochondrial and unknown."""
    order = {name: number for number, name in enumerate(CHROMOSOMES)}
    return np.array([order.get(str(name), -1) for name in chromosomes], dtype=np.intp)


@dataclass(frozen=True)
class Cohort:
    """Patients with the files they come from, by their hashes, and what was done to them."""

    patients: Patients
    sha256: Mapping[str, str]
    notes: tuple[str, ...] = ()


def read_cohort(
    expression: Sequence[Path],
    labels: Path,
    panel: Panel,
    min_patients: int,
    reading: Reading | None = None,
    merge: Mapping[str, str] | None = None,
    *,
    others: bool = False,
) -> Cohort:
    """Read expression and labels; a subtype with fewer than `min_patients` patients is left out.

    Parameters
    ----------
    others
        read other leukemias too (`T-ALL`, `AML`): they teach the gate.

    Raises
    ------
    InputError
        For files that cannot be used, and where fewer than two subtypes have enough patients.
    """
    how = reading or Reading()
    reader = open_expression(expression, how, count_known=panel.genes.count_known)
    told = read_labels(labels, reader.samples, merge, others=others)
    enough, note = _enough(labels, told.frame, min_patients)
    patients = _read(reader, enough, panel, how.id_type)
    digests = {f"{source.path}": source.sha256 for source in reader.sources} | {str(labels): told.sha256}
    return Cohort(patients, digests, (*reader.notes, *told.notes, *note))


def _enough(path: Path, frame: pd.DataFrame, least: int) -> tuple[pd.DataFrame, list[str]]:
    """Leave out subtypes with too few patients to be both learned and tested."""
    ill = frame[frame["subtype"] != NOT_B_ALL]
    sizes = ill.groupby("subtype")["patient"].nunique()
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


def _read(reader: ExpressionReader, frame: pd.DataFrame, panel: Panel, id_type: IdType | None) -> Patients:
    """Read block by block into an array of its full size, so that nothing stands twice in memory."""
    names = [sample for sample in reader.samples if sample in frame.index]
    values, done = np.empty((len(names), len(panel.genes.ids))), 0
    for block in reader.blocks():
        own = block.values.index.isin(frame.index)
        if own.any():
            mine = ExpressionBlock(block.label, block.values[own], block.value_type)
            rows = slice(done, done + len(mine.values))
            values[rows], done = as_cpm(mine, panel, id_type), rows.stop
    found = frame.loc[names]
    labels, patients, cohorts = (
        found[name].to_numpy(dtype=object) for name in ("subtype", "patient", "cohort")
    )
    blasts = found["blast_pct"].to_numpy(np.float64)
    return Patients(np.array(names, dtype=object), labels, patients, cohorts, values, blasts)


def as_cpm(block: ExpressionBlock, panel: Panel, id_type: IdType | None = None) -> Array:
    """Give a block in the panel's genes, as counts per million; NaN where the table lacks a gene.

    Raises
    ------
    InputError
        If it has too few of the genes.
    """
    harmonised = panel.genes.harmonise(block.values, id_type)
    if harmonised.found_pct < panel.min_genes_pct:
        raise InputError(
            f"{block.label}: found {harmonised.found} of the model's {len(panel.genes.ids)} genes, "
            f"{panel.min_genes_pct:g} % are needed: give a whole-transcriptome table of human genes, or "
            "--id-type"
        )
    abundance = as_abundance(block, harmonised, panel.genes)
    return np.asarray(abundance * _to_cpm(block, abundance, panel))


def _to_cpm(block: ExpressionBlock, abundance: Array, panel: Panel) -> Array:
    """Factor a sample that brings its abundances to counts per million.

    TPM and FPKM do not tell how many of the reads fall on the model's genes: the share of the panel's own
    profiles is taken.
    """
    if panel.profiles is None or block.value_type in (ValueType.COUNTS, ValueType.CPM):
        return np.asarray(1e6 / block.values.to_numpy(np.float64).sum(axis=1, keepdims=True))
    present = ~np.isnan(abundance).all(axis=0)
    usual = (2.0 ** panel.profiles.means[:, present] - 1).sum(axis=1).mean()
    return np.asarray(usual / np.nansum(abundance, axis=1, keepdims=True))
