"""Reads who teaches from a laboratory's files: expression with labels, lesions, normal cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from leukotype.errors import InputError
from leukotype.evidence.findings import Evidence
from leukotype.evidence.genomes import read_genomes
from leukotype.inputs.expression.reader import ExpressionBlock, ExpressionReader, open_expression
from leukotype.inputs.lesions.given import read_lesions
from leukotype.inputs.reading import LesionFiles, Reading
from leukotype.inputs.source import sha256
from leukotype.learning.labels import read_labels
from leukotype.learning.mixing import Cells, unread_chromosomes
from leukotype.learning.panel import Panel
from leukotype.learning.patients import Cohort, Patients
from leukotype.model.features import Array, as_read_abundance
from leukotype.vocabulary import NOT_B_ALL, IdType, ValueType


@dataclass(frozen=True)
class KnownLesions:
    """Lesions as read: by sample (None if no file was given), hashes by path, and what was noticed."""

    evidence: Evidence | None = None
    sha256: dict[str, str] = field(default_factory=dict)
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
    lengths = panel.genes.frame["length"].to_numpy()
    abundance = as_read_abundance(harmonised.values.to_numpy(), block.value_type, lengths)
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


def read_background(path: Path, panel: Panel, reading: Reading) -> tuple[Cells, dict[str, str]]:
    """Read counts of normal cells that a laboratory has; a sample ``type.number`` is of its cell type.

    Returns
    -------
    The cells, all of which teach, and the hash of the file.

    Raises
    ------
    InputError
        For a file that cannot be used, or holds no counts.
    """
    reader = open_expression([path], Reading(id_type=reading.id_type), count_known=panel.genes.count_known)
    parts, names = [], list(reader.samples)
    for block in reader.blocks():
        if block.value_type not in (ValueType.COUNTS, ValueType.CPM):
            raise InputError(
                f"{path}: expected counts of normal cells, found {block.value_type}: give raw counts"
            )
        parts.append(as_cpm(block, panel, reading.id_type))
    values = np.nan_to_num(np.vstack(parts))
    lacking = unread_chromosomes(values.sum(axis=0) > 0, panel.genes)
    values[:, panel.genes.frame["chromosome"].isin(lacking).to_numpy()] = np.nan
    kinds = np.array([name.rpartition(".")[0] or name for name in names])
    return Cells(values, kinds, np.zeros(len(names), dtype=bool)), {str(path): sha256(path)}


def known_lesions(files: LesionFiles, samples: Sequence[str]) -> KnownLesions:
    """Read the lesions of the samples that teach; those of others are left out, and counted in a note.

    Only what was given counts. What the counts themselves show of chromosomes and marker genes rests on the
    same expression as the answers do, and would teach that a lesion is worth little beside them.

    Raises
    ------
    InputError
        For a file that cannot be used; one line that names it.
    """
    if files == LesionFiles():
        return KnownLesions()
    given = read_lesions(files, samples)
    evidence = read_genomes(given.lesions, samples, {}, {}).evidence
    return KnownLesions(evidence, {each.path: each.sha256 for each in given.sources}, given.notes)
