"""The patients that the default model learns from, read from the data folder.

Left out on purpose, because the source's batch correction (ComBat-seq, without the lineage as a covariate)
made them look like what they are not: the T-ALL of a cohort that is all T-ALL carry the B-cell genes of the
B-ALL cohorts (CD19 mean log10(CPM + 1) 1.65, against 0.41 and 0.07 in the T-ALL of the mixed cohorts), and
sorted T cells lost their CD3E (0.44, against 2.53 in their raw counts). Normal cells come as raw counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from leukotype.evidence.findings import Evidence
from leukotype.model.features import Array, Indices
from leukotype.model.genes import GeneTable
from leukotype.vocabulary import CHROMOSOMES, NOT_B_ALL
from training.genetable import build_gene_table
from training.lesions import cohort_evidence
from training.overlap import overlapping

LEAST_READ = 0.05  # share of a chromosome's genes with a read; elsewhere it is above a half
COHORTS = ("GSE181157", "GSE227832")
UNKNOWN_BEFORE_ML = ("B-other", "T-ALL", "Others")


@dataclass(frozen=True)
class Patients:
    """Samples with their labels.

    Parameters
    ----------
    values
        samples x the model's genes, CPM.
    labels
        subtype, or `NOT_B_ALL` for T-ALL.
    patients, cohorts
        who and where; replicates share a patient.
    known
        true where the subtype was known before the source's own machine learning.
    blast_pct
        percentage of blasts by the pathologist; NaN where unknown (all of GSE227832).
    tumor_pct
        share of tumor by the source's deconvolution of expression; NaN where unknown. Nothing learns from it.
    """

    names: npt.NDArray[Any]
    values: Array
    labels: npt.NDArray[Any]
    patients: npt.NDArray[Any]
    cohorts: npt.NDArray[Any]
    known: npt.NDArray[np.bool_]
    blast_pct: Array
    tumor_pct: Array

    def take(self, rows: npt.NDArray[Any]) -> Patients:
        """Give the chosen rows."""
        return Patients(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True)
class Standardised:
    """The patients that are public as gene-wise z-scores only, without those of the external test sets.

    Parameters
    ----------
    scores
        samples x their genes.
    labels
        subtypes.
    model_genes
        position of each gene among the model's, -1 where it is not one of them.
    chromosomes
        chromosome number of each gene, -1 where unknown.
    """

    scores: Array
    labels: npt.NDArray[Any]
    model_genes: Indices
    chromosomes: Indices


@dataclass(frozen=True)
class Cells:
    """Raw counts of one kind of material as CPM over the model's genes.

    Parameters
    ----------
    values
        samples x the model's genes, CPM; NaN for the genes of chromosomes that the file lacks.
    kinds
        cell type of each sample.
    held_out
        true for the donors that only evaluation may use.
    """

    values: Array
    kinds: npt.NDArray[Any]
    held_out: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Cohort:
    """All that training reads; `evidence` is by patient."""

    genes: GeneTable
    chromosomes: Indices
    patients: Patients
    evidence: Evidence
    standardised: Standardised
    blood: Cells
    stroma: Cells
    diploid: Cells


def load_cohort(data: Path, min_patients: int) -> Cohort:
    """Read the data folder; a subtype with fewer than `min_patients` patients is not taught.

    Parameters
    ----------
    data
        folder laid out as `training/README.md` says.
    """
    expression = pd.read_parquet(data / "cohorts" / "expression.parquet")
    genes = build_gene_table(data, list(expression.index))
    chromosomes = chromosome_numbers(genes.frame["chromosome"])
    samples = pd.read_csv(data / "cohorts" / "samples.csv").set_index("sample")
    patients = _read_patients(samples.loc[expression.columns], expression, min_patients)
    return Cohort(
        genes,
        chromosomes,
        patients,
        cohort_evidence(data / "cohorts" / "samples.csv", list(patients.names)),
        _read_standardised(data, genes, np.unique(patients.labels)),
        _read_cells(data / "reference" / "normal_blood_cells_counts.parquet", genes, _blood_donor),
        _read_cells(
            data / "reference" / "normal_marrow_stroma_counts.parquet", genes, _every_second("stroma")
        ),
        _read_cells(data / "reference" / "diploid_ball_counts.parquet", genes, _every_third("B-ALL")),
    )


def chromosome_numbers(chromosomes: pd.Series) -> Indices:
    """Position of each gene's chromosome among `CHROMOSOMES`, -1 for Y, mitochondrial and unknown."""
    order = {name: number for number, name in enumerate(CHROMOSOMES)}
    return np.array([order.get(str(name), -1) for name in chromosomes], dtype=np.intp)


def _read_patients(table: pd.DataFrame, expression: pd.DataFrame, min_patients: int) -> Patients:
    table = table[table["cohort"].isin(COHORTS) & table["lineage"].isin(["B-ALL", "T-ALL"])]
    table["label"] = table["subtype"].where(table["lineage"] == "B-ALL", NOT_B_ALL)
    sizes = table.groupby("label")["patient"].nunique()
    table = table[table["label"].isin(sizes[sizes >= min_patients].index)]
    before = table["subtype_before_ml"]
    return Patients(
        table.index.to_numpy(),
        10.0 ** expression[table.index].to_numpy(np.float64).T - 1.0,
        table["label"].to_numpy(),
        table["patient"].to_numpy(),
        table["cohort"].to_numpy(),
        (before.notna() & ~before.isin(UNKNOWN_BEFORE_ML) & (table["lineage"] == "B-ALL")).to_numpy(),
        table["blast_pct"].to_numpy(np.float64),
        table["tumor_content_pct"].to_numpy(np.float64),
    )


def _read_standardised(data: Path, genes: GeneTable, taught: npt.NDArray[Any]) -> Standardised:
    scores = pd.read_parquet(data / "cohorts" / "allsorts_reference_zscores.parquet")
    labels = pd.read_csv(data / "cohorts" / "allsorts_reference_labels.csv").set_index("sample")["subtype"]
    labels = labels.loc[scores.columns]
    keep = labels.isin(taught).to_numpy() & ~overlapping(data, scores, labels)
    everything = (
        pd.read_csv(data / "reference" / "genes.csv.gz").drop_duplicates("symbol").set_index("symbol")
    )
    positions = pd.DataFrame([np.arange(len(scores))], columns=scores.index)
    found = genes.harmonise(positions).values.to_numpy()[0]
    model_genes = np.full(len(scores), -1, dtype=np.intp)
    present = np.flatnonzero(~np.isnan(found))
    model_genes[found[present].astype(int)] = present
    return Standardised(
        scores.to_numpy(np.float64).T[keep],
        labels.to_numpy()[keep],
        model_genes,
        chromosome_numbers(everything["chr"].reindex(scores.index)),
    )


def _read_cells(path: Path, genes: GeneTable, split: Any) -> Cells:
    counts = read_counts(path)
    cpm = counts.reindex(genes.ids).fillna(0.0).to_numpy(np.float64) / counts.sum().to_numpy() * 1e6
    cpm[genes.frame["chromosome"].isin(unread_chromosomes(counts, genes)).to_numpy()] = np.nan
    kinds, held_out = split(list(counts.columns))
    return Cells(cpm.T, np.array(kinds), np.array(held_out))


def read_counts(path: Path) -> pd.DataFrame:
    """Read raw counts, genes x samples, without the rows in which HTSeq counts reads of no gene (``__``)."""
    counts = pd.read_parquet(path)
    return counts[~counts.index.str.startswith("__")]


def unread_chromosomes(counts: pd.DataFrame, genes: GeneTable) -> list[str]:
    """Name the chromosomes of which hardly a gene is read in any sample: the file lacks them, not the cells.

    GSE115736 (sorted blood cells) as deposited has a dozen reads on all of chromosomes 10 and 20. Taken as
    zeros these would teach that normal cells lack them, which no other marrow shows.
    """
    read = counts.reindex(genes.ids).fillna(0.0).to_numpy().sum(axis=1) > 0
    share = pd.Series(read).groupby(genes.frame["chromosome"].to_numpy()).mean()
    return [str(name) for name in share.index[share < LEAST_READ]]


def _blood_donor(names: list[str]) -> tuple[list[str], list[bool]]:
    """Columns are ``type.number``; numbers 4 and above are held out."""
    parts = [name.rsplit(".", 1) for name in names]
    return [kind for kind, _ in parts], [int(number) >= 4 for _, number in parts]


def _every_second(kind: str) -> Any:
    return lambda names: ([kind] * len(names), [position % 2 == 1 for position in range(len(names))])


def _every_third(kind: str) -> Any:
    return lambda names: ([kind] * len(names), [position % 3 == 2 for position in range(len(names))])
