"""What diploid leukemias look like, learned from raw counts: the reference of `leukotype.model.dosage`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from leukotype.evidence.knowledge import LESION_GENES
from leukotype.learning.mixing import unread_chromosomes
from leukotype.learning.panel import chromosome_numbers
from leukotype.model.bundle import Reference
from leukotype.model.dosage import SPREAD_OF_MEDIAN, DosageReference, chromosome_levels, log_abundance
from leukotype.model.features import Array, Indices
from leukotype.vocabulary import CHROMOSOMES
from training.genetable import build_gene_table

MIN_LOG_CPM = 1.6  # median over the diploid samples; a gene that is read less tells little
MAX_SPREAD = 1.0  # robust standard deviation; a gene that differs more tells subtypes apart, not copies
TOO_FAR = 1.75  # times the highest misfit of a diploid leukemia left out; see `MOST_MISFIT`
FLOOR = 0.15  # added to every spread, so that no gene counts for much more than the others
DIRECTIONS = 12
PURITIES = (0.85, 0.65, 0.45)  # blasts of the diluted samples from which directions are learned too
EVENNESS = 0.2  # Dirichlet concentration of a background: mostly a few cell types


def build_reference(data: Path, seed: int) -> Reference:
    """Learn the reference from the diploid leukemias of the data folder; the markers' genes come last."""
    counts = read_counts(data / "reference" / "diploid_ball_counts.parquet")
    chosen = dosage_genes(data, counts)
    annotation = pd.read_csv(data / "reference" / "genes.csv.gz").drop_duplicates("symbol")
    markers = annotation.loc[annotation["symbol"].isin(LESION_GENES), "ensembl_id"]
    genes = build_gene_table(data, list(dict.fromkeys([*chosen, *sorted(markers)])))
    chromosomes = chromosome_numbers(genes.frame["chromosome"])[: len(chosen)]
    pure = (counts / counts.sum() * 1e6).loc[chosen].to_numpy(np.float64).T
    blood = read_counts(data / "reference" / "normal_blood_cells_counts.parquet")
    normal = (blood / blood.sum() * 1e6).reindex(chosen).fillna(0.0).to_numpy(np.float64).T
    read = blood.reindex(genes.ids).fillna(0.0).to_numpy().sum(axis=1) > 0
    unread = [CHROMOSOMES.index(name) for name in unread_chromosomes(read, genes)]
    lacking = np.isin(chromosomes, unread)
    normal[:, lacking] = pure[:, lacking].mean(axis=0)
    return Reference(learn_reference(pure, normal, chromosomes, seed), genes)


def read_counts(path: Path) -> pd.DataFrame:
    """Read raw counts, genes x samples, without the rows in which HTSeq counts reads of no gene (``__``)."""
    counts = pd.read_parquet(path)
    return counts[~counts.index.str.startswith("__")]


def dosage_genes(data: Path, counts: pd.DataFrame) -> pd.Index:
    """Choose well-expressed, steady, protein-coding genes of the autosomes and X, sorted by place."""
    genes = pd.read_csv(data / "reference" / "genes.csv.gz").set_index("ensembl_id").reindex(counts.index)
    logs = np.log2(counts.to_numpy(np.float64) / counts.sum().to_numpy() * 1e6 + 1)
    centre = np.median(logs, axis=1)
    level = logs - np.median(logs[centre > MIN_LOG_CPM], axis=0)
    spread = np.median(np.abs(level - np.median(level, axis=1, keepdims=True)), axis=1) * SPREAD_OF_MEDIAN
    numbers = chromosome_numbers(genes["chr"])
    good = (centre > MIN_LOG_CPM) & (spread < MAX_SPREAD) & (genes["biotype"] == "protein_coding").to_numpy()
    kept = np.flatnonzero(good & (numbers >= 0))
    return counts.index[kept[np.lexsort((genes["start"].to_numpy()[kept], numbers[kept]))]]


def learn_reference(values: Array, normal: Array, chromosomes: Indices, seed: int) -> DosageReference:
    """Learn centre, spread and directions; each level's spread and the misfit by leaving out one at a time.

    Parameters
    ----------
    values
        samples x genes, CPM of diploid leukemias.
    normal
        samples x genes, CPM of normal blood cells: with them in a marrow, levels must not move.
    chromosomes
        position of each gene's chromosome among `CHROMOSOMES`.
    """
    diluted = _dilute(values, normal, np.random.default_rng(seed))
    levels, misfits = [], []
    for out in range(len(values)):
        rest = np.delete(np.arange(len(values)), out)
        reference = _learn(values[rest], diluted[:, rest], chromosomes)
        for sample in (values[out], *diluted[:, out]):
            found = chromosome_levels(reference, sample, np.ones(values.shape[1], dtype=bool))
            levels.append(found.level - np.median(found.level))
            misfits.append(found.misfit)
    away = np.abs(np.array(levels)) * SPREAD_OF_MEDIAN
    learned = _learn(values, diluted, chromosomes, np.median(away, axis=0))
    return replace(learned, most_misfit=TOO_FAR * max(misfits))


def _dilute(values: Array, normal: Array, rng: np.random.Generator) -> Array:
    """Give each sample with each of `PURITIES` of its blasts, the rest a random mixture of normal cells."""
    shape = (len(PURITIES), len(values))
    background = rng.dirichlet(np.full(len(normal), EVENNESS), size=shape) @ normal
    share = np.array(PURITIES)[:, None, None]
    return np.asarray(share * values + (1 - share) * background)


def _learn(
    values: Array, diluted: Array, chromosomes: Indices, level_spread: Array | None = None
) -> DosageReference:
    logs = np.stack([log_abundance(row) for row in (*values, *diluted.reshape(-1, values.shape[1]))])
    pure = len(values)
    logs -= np.median(logs - np.median(logs[:pure], axis=0), axis=1, keepdims=True)
    centre = np.median(logs[:pure], axis=0)
    away = np.clip(logs - centre, -3, 3)
    within = away.copy()
    for number in np.unique(chromosomes):
        mine = chromosomes == number
        within[:, mine] -= np.median(within[:, mine], axis=1, keepdims=True)
    samples, sizes, _ = np.linalg.svd(within, full_matrices=False)
    samples, sizes = samples[:, :DIRECTIONS], sizes[:DIRECTIONS]
    directions = away.T @ samples / sizes
    left = (away - samples * sizes @ directions.T)[:pure]
    degrees = pure / (pure - min(DIRECTIONS, pure // 2))
    spread = np.median(np.abs(left), axis=0) * SPREAD_OF_MEDIAN * np.sqrt(degrees) + FLOOR
    zeros = np.zeros(len(CHROMOSOMES))
    return DosageReference(
        centre, spread, directions, chromosomes, zeros if level_spread is None else level_spread
    )
