"""The order of an oncoprint: patients as columns by subtype, altered genes as rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from leukotype.errors import InputError
from leukotype.report.palette import KIND_COLOURS, subtype_order

Mask = npt.NDArray[np.bool_]

_GROUP_GAP_MM: Final = 0.9
_WIDEST_CELL_MM: Final = 6.0


@dataclass(frozen=True, eq=False)
class Cohort:
    """Who is altered in what.

    Parameters
    ----------
    patients
        indexed by patient, from left to right, with ``subtype`` and whatever else is known of them.
    genes, pathways
        of each row, from top to bottom.
    altered
        kind -> genes x patients.
    rare
        number of genes left out because fewer patients than asked for have them.
    """

    patients: pd.DataFrame
    genes: tuple[str, ...]
    pathways: tuple[str, ...]
    altered: dict[str, Mask]
    rare: int

    @property
    def any_kind(self) -> Mask:
        """Genes x patients: altered in whatever way."""
        return np.asarray(sum(self.altered.values())) > 0

    @property
    def counts(self) -> list[int]:
        """Patients with an alteration of each gene; one with two of them counts once."""
        return [int(number) for number in self.any_kind.sum(axis=1)]

    @property
    def groups(self) -> list[tuple[str, int, int]]:
        """Subtype, first column and the column after its last."""
        subtypes = self.patients["subtype"].tolist()
        starts = [i for i, name in enumerate(subtypes) if i == 0 or name != subtypes[i - 1]]
        return [(subtypes[a], a, b) for a, b in zip(starts, [*starts[1:], len(subtypes)], strict=True)]

    def columns(self, width_mm: float) -> tuple[npt.NDArray[np.float64], float]:
        """Lay the columns out within a width: where each begins, and how wide each is; groups stand apart."""
        groups, n = self.groups, len(self.patients)
        width = min((width_mm - _GROUP_GAP_MM * (len(groups) - 1)) / n, _WIDEST_CELL_MM)
        gaps = np.repeat(np.arange(len(groups)), [b - a for _, a, b in groups])
        return np.arange(n) * width + gaps * _GROUP_GAP_MM, width


def arrange(alterations: pd.DataFrame, patients: pd.DataFrame, kinds: Sequence[str], at_least: int) -> Cohort:
    """Order genes by pathway and frequency, and patients by subtype and then by what they share.

    Parameters
    ----------
    alterations
        the tidy frame ``alterations``: a row per patient, gene and kind; repeats count once.
    patients
        ``patient`` and ``subtype`` of **every** patient, also of those without an alteration.
    at_least
        genes altered in fewer patients are counted in ``rare``, and have no row.

    Raises
    ------
    InputError
        For a kind that is unknown, a patient twice, and an alteration of a patient who is not in the list.
    """
    _check(alterations, patients, kinds)
    chosen = alterations[alterations["kind"].isin(kinds)]
    frequency = chosen.drop_duplicates(["patient", "gene"])["gene"].value_counts()
    kept = frequency[frequency >= at_least]
    pathway = chosen.drop_duplicates("gene").set_index("gene")["pathway"].fillna("").astype(str)
    busiest = kept.groupby(pathway.reindex(kept.index)).sum()
    genes = sorted(
        kept.index, key=lambda gene: (-busiest[pathway[gene]], pathway[gene], -kept[gene], str(gene))
    )
    listed = patients.set_index("patient")
    altered = {kind: _mask(chosen[chosen["kind"] == kind], genes, listed.index) for kind in kinds}
    unordered = Cohort(listed, tuple(genes), tuple(pathway[gene] for gene in genes), altered, 0)
    order = _order(unordered)
    return Cohort(
        listed.iloc[order],
        unordered.genes,
        unordered.pathways,
        {kind: mask[:, order] for kind, mask in altered.items()},
        len(frequency) - len(kept),
    )


def _check(alterations: pd.DataFrame, patients: pd.DataFrame, kinds: Sequence[str]) -> None:
    known = set(KIND_COLOURS)
    strange = sorted({*kinds, *alterations["kind"].astype(str)} - known)
    if strange:
        raise InputError(
            f"alterations: column kind: expected one of {sorted(known)}, found {strange}: correct it"
        )
    if patients.empty:
        raise InputError(
            "patients: expected at least one patient, found none: give every patient of the trial"
        )
    again = patients["patient"][patients["patient"].duplicated()]
    if len(again):
        raise InputError(f"patients: expected each patient once, found {again.iloc[0]} twice: leave one row")
    others = alterations["patient"][~alterations["patient"].isin(patients["patient"])]
    if len(others):
        raise InputError(
            f"alterations: expected patients of the list, found {others.iloc[0]}: "
            "list every patient, also those without an alteration"
        )


def _mask(rows: pd.DataFrame, genes: Sequence[str], patients: pd.Index[str]) -> Mask:
    mask = np.zeros((len(genes), len(patients)), dtype=bool)
    kept = rows[rows["gene"].isin(genes)]
    rows_at = pd.Index(genes).get_indexer(pd.Index(kept["gene"]))
    mask[rows_at, patients.get_indexer(pd.Index(kept["patient"]))] = True
    return mask


def _order(cohort: Cohort) -> npt.NDArray[np.intp]:
    """Columns by subtype, then those altered in the first row first, and so on down; last by patient."""
    names = {
        name: rank for rank, name in enumerate(sorted(set(cohort.patients["subtype"]), key=subtype_order))
    }
    rank = cohort.patients["subtype"].map(names).to_numpy()
    patient = np.argsort(np.argsort(cohort.patients.index.astype(str).to_numpy(dtype=str), kind="stable"))
    return np.lexsort([patient, *(~cohort.any_kind[::-1]), rank])
