"""Everything that the panel learns from or is measured on, in one order of genes.

All values are samples x genes, proportional to reads; NaN for a gene that a source lacks.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from leukotype.learning.mixing import unread_chromosomes
from leukotype.learning.panel import chromosome_numbers
from leukotype.model.features import Array, Indices
from leukotype.model.genes import GeneTable
from training.diploid import read_counts
from training.genetable import build_gene_table
from training.overlap import EXTERNAL, read_external
from training.panel.experts import EXTREMES, Marks

Words = npt.NDArray[Any]

# Region of chromosome 21 that every iAMP21 has amplified: 33 to 40 Mb (Rand et al., Blood 2011;117:6848).
CRITICAL_21: Final = (33e6, 40e6)
# Columns of the class profiles (Makinen et al., Int J Mol Sci 2022;23:4574), as subtypes.
PROFILES: Final = {
    "DUX4": "DUX4-r", "ETV6.RUNX1": "ETV6::RUNX1", "Hyperdiploid": "Hyperdiploid", "iAMP21": "iAMP21",
    "KMT2A": "KMT2A-r", "MEF2D": "MEF2D-r", "PAX5.alt": "PAX5alt", "PAX5.p80r": "PAX5 P80R",
    "Ph": "BCR::ABL1", "TCF3.PBX1": "TCF3::PBX1", "ZNF384": "ZNF384-r", "CRLF2": "BCR::ABL1-like",
    "Hypodiploid": "Low hypodiploid", "CDX2.high": "CDX2/UBTF", "HLF": "HLF", "NUTM1": "NUTM1-r",
    "BCL2_MYC": "BCL2/MYC", "IKZF1.n159y": "IKZF1 N159Y",
}  # fmt: skip
PSEUDOCOUNT: Final = 50.0  # added to a profile before the logarithm: what is hardly read has no fold change
UNDEFINED: Final = ("B-other", "Hypodiploid (unspecified)", "Low hyperdiploid")  # labels that are no class
CLASSES: Final = tuple(sorted({*PROFILES.values(), "ETV6::RUNX1-like", "Near haploid", "ZEB2/CEBP"}))
SIGNATURE: Final = "NH"  # the set that tells near haploid from hyperdiploid
FIRST_HELD_OUT: Final = 4  # donors of normal blood from this number on are for measuring alone
EXTERNAL_SETS: Final = (*EXTERNAL, "mdall", "rnaseqcnv")


@dataclass(frozen=True)
class Patients:
    """Samples of one source.

    Parameters
    ----------
    values
        samples x the panel's genes.
    labels, patients, names
        subtype as the source gives it; who (replicates share one); the sample's name.
    """

    values: Array
    labels: Words
    patients: Words
    names: Words

    def take(self, rows: npt.NDArray[Any]) -> Patients:
        """Give the chosen samples."""
        return Patients(self.values[rows], self.labels[rows], self.patients[rows], self.names[rows])

    @cached_property
    def codes(self) -> Indices:
        """Position of each label among `CLASSES`; -1 for what is no class."""
        return codes_of(self.labels)


def codes_of(labels: Words) -> Indices:
    """Give positions among `CLASSES`; -1 for what is no class."""
    place = {name: number for number, name in enumerate(CLASSES)}
    return np.array([place.get(name, -1) for name in labels], dtype=np.intp)


@dataclass(frozen=True)
class PanelGenes:
    """The panel's genes, and which of them each source has.

    Parameters
    ----------
    table
        the genes, by which other tables are brought to their order.
    lengths
        bases of each gene.
    chromosomes
        number of each gene's chromosome, -1 for none.
    critical
        marks the region that iAMP21 amplifies.
    cohorts, ranks, stjude
        positions of the genes of the cohorts, of the rank scores, of the St. Jude table.
    """

    table: GeneTable
    lengths: Array
    chromosomes: Indices
    critical: Marks
    cohorts: Indices
    ranks: Indices
    stjude: Indices

    def order(self, values: pd.DataFrame) -> Array:
        """Bring samples x genes, however named, to samples x the panel's genes."""
        return self.table.harmonise(values).values.to_numpy()


@dataclass(frozen=True)
class RankTables:
    """Class scores of 2,294 patients (Beder et al., HemaSphere 2023;7:e939), and what gives them.

    Parameters
    ----------
    lengths
        coding bases of each gene, by which its reads are divided.
    sets
        names of the sets: one a class, then `SIGNATURE`.
    up, down
        for each set, positions of its genes among those of the scores, filled up with -1.
    scores, labels
        patients x classes, and their subtypes.
    signature, near_haploid
        score of `SIGNATURE` of 226 patients; which of them are near haploid, the others being hyperdiploid.
    """

    lengths: Array
    sets: tuple[str, ...]
    up: Indices
    down: Indices
    scores: Array
    labels: Words
    signature: Array
    near_haploid: Marks


@dataclass(frozen=True)
class Sources:
    """All that is read.

    Parameters
    ----------
    genes
        the order of all values.
    cohorts, cohort_table
        the B-ALL of GSE227832 and GSE181157, and their clinical table, a row a sample.
    stjude, stjude_table
        441 patients on one scale without those of no class, and their clinical table.
    profiles
        log2 of mean expression: `PROFILES` x genes.
    ranks
        the class scores.
    diploid, diploid_names
        44 diploid leukemias, raw counts.
    blood, late_blood
        sorted normal blood cells, CPM, for learning; donors that only measuring may use.
    """

    genes: PanelGenes
    cohorts: Patients
    cohort_table: pd.DataFrame
    stjude: Patients
    stjude_table: pd.DataFrame
    profiles: Array
    ranks: RankTables
    diploid: Array
    diploid_names: Words
    blood: Array
    late_blood: Array


def read_sources(data: Path) -> Sources:
    """Read the data folder, laid out as `training/panel/README.md` says."""
    expression = pd.concat(
        [
            pd.read_parquet(data / "cohorts" / f"{name}.parquet")
            for name in ("expression", "expression_more_genes")
        ]
    ).T
    st_jude = pd.read_parquet(data / "cohorts" / "stjude_log2.parquet").T
    profiles = pd.read_csv(data / "reference" / "class_profiles_1598_patients.csv.gz").set_index("symbol")
    scored = _scored_genes(data)
    genes = _panel_genes(data, expression, scored, st_jude)
    ranks = _read_ranks(data, scored)
    counts = read_counts(data / "reference" / "diploid_ball_counts.parquet")
    blood, late = _read_blood(data, genes)
    return Sources(
        genes,
        *_read_patients(data / "cohorts" / "samples.csv", 10.0 ** expression.clip(lower=0.0) - 1.0, genes),
        *_read_patients(data / "cohorts" / "stjude_samples.csv", (2.0**st_jude - 1.0).clip(lower=0.0), genes),
        np.log2(genes.order(profiles[list(PROFILES)].T) + PSEUDOCOUNT),
        ranks,
        np.nan_to_num(genes.order(counts.T)),
        counts.columns.to_numpy(dtype=object),
        blood,
        late,
    )


def _annotation(data: Path) -> pd.DataFrame:
    return pd.read_csv(data / "reference" / "genes.csv.gz").set_index("ensembl_id")


def _scored_genes(data: Path) -> pd.DataFrame:
    """Read the genes of the rank scores; those that the annotation lacks are left out (two of 15,745)."""
    genes = pd.read_csv(data / "reference" / "rank_scores" / "genes.csv.gz").set_index("ensembl_id")
    return genes[genes.index.isin(_annotation(data).index)]


def _panel_genes(
    data: Path, expression: pd.DataFrame, scored: pd.DataFrame, st_jude: pd.DataFrame
) -> PanelGenes:
    """Take every gene that an expert reads, in the order of the annotation."""
    annotation = _annotation(data)
    everything = build_gene_table(data, list(annotation.index))
    theirs = everything.harmonise(st_jude.fillna(0.0)).values
    in_stjude = theirs.columns[theirs.notna().all()]
    own = {"cohorts": expression.columns, "ranks": scored.index, "stjude": in_stjude}
    ids = annotation.index[np.logical_or.reduce([annotation.index.isin(each) for each in own.values()])]
    frame = annotation.loc[ids]
    region = (frame["chr"].astype(str) == "21") & frame["start"].between(*CRITICAL_21)
    places = {name: np.asarray(ids.get_indexer(each), dtype=np.intp) for name, each in own.items()}
    return PanelGenes(
        GeneTable(everything.frame.loc[ids]),
        frame["length"].to_numpy(np.float64),
        chromosome_numbers(frame["chr"]),
        region.to_numpy(),
        **places,
    )


def _read_patients(path: Path, values: pd.DataFrame, genes: PanelGenes) -> tuple[Patients, pd.DataFrame]:
    """Read the B-ALL of a table of samples; those of the 441 that are of no class are left out."""
    table = pd.read_csv(path, index_col=0).loc[values.index]
    if "lineage" in table:
        table = table[table["lineage"] == "B-ALL"]
        patients = table["patient"]
    else:
        table = table[~table["subtype"].isin(UNDEFINED)]
        patients = table.index.to_series()
    ordered = genes.order(values.loc[table.index])
    names = table.index.to_numpy(dtype=object)
    labels = table["subtype"].to_numpy(dtype=object)
    return Patients(ordered, labels, patients.to_numpy(dtype=object), names), table


def _read_ranks(data: Path, scored: pd.DataFrame) -> RankTables:
    folder = data / "reference" / "rank_scores"
    table = pd.read_csv(folder / "class_scores_2294_patients.csv.gz")
    pairs = pd.read_csv(folder / "class_scores_hyperdiploid_or_near_haploid.csv.gz")
    members = pd.read_csv(folder / "gene_sets.csv.gz")
    classes = tuple(str(name) for name in table.columns if name != "subtype")
    wanted = [(name, str(EXTREMES)) for name in classes] + [(SIGNATURE, SIGNATURE)]
    places = {symbol: number for number, symbol in enumerate(scored["symbol"])}
    up, down = (
        _members(members, [(way + kind, name) for name, kind in wanted], places) for way in ("up", "dn")
    )
    return RankTables(
        scored["cds_length"].to_numpy(np.float64),
        (*classes, SIGNATURE),
        up,
        down,
        table[list(classes)].to_numpy(np.float64),
        table["subtype"].replace({"Hyperdiploid or near haploid": "Hyperdiploid"}).to_numpy(dtype=object),
        pairs[SIGNATURE].to_numpy(np.float64),
        (pairs["subtype"] == "Near haploid").to_numpy(),
    )


def _members(members: pd.DataFrame, sets: list[tuple[str, str]], places: dict[str, int]) -> Indices:
    """Give sets x their genes' positions, filled up with -1."""
    groups = dict(list(members.groupby(["set", "class"])["gene"]))
    found = [[places[gene] for gene in groups[each] if gene in places] for each in sets]
    out = np.full((len(sets), max(map(len, found))), -1, dtype=np.intp)
    for row, own in zip(out, found, strict=True):
        row[: len(own)] = own
    return out


def _read_blood(data: Path, genes: PanelGenes) -> tuple[Array, Array]:
    """Read sorted blood cells as CPM, for learning and for measuring; a chromosome that they lack is NaN."""
    counts = read_counts(data / "reference" / "normal_blood_cells_counts.parquet")
    values = genes.order(counts.T)
    values = values / np.nansum(values, axis=1, keepdims=True) * 1e6
    read = np.nan_to_num(values).any(axis=0)
    lacking = genes.table.frame["chromosome"].isin(unread_chromosomes(read, genes.table)).to_numpy()
    values[:, lacking] = np.nan
    held_out = np.array([int(str(name).rsplit(".", 1)[1]) >= FIRST_HELD_OUT for name in counts.columns])
    return values[~held_out], values[held_out]


def read_external_set(data: Path, name: str, genes: PanelGenes) -> tuple[Array, Words, Words]:
    """Read raw counts of an external set: values, labels and names of its samples.

    A gene that no sample of the set has is missing; labels are empty where the set has none.
    """
    if name in EXTERNAL:
        counts, labels = read_external(data, name)
        return genes.order(counts), labels.to_numpy(dtype=object), counts.index.to_numpy(dtype=object)
    home = data / "external" / name
    columns = {path.stem: _read_htseq(path) for path in sorted(home.glob("*.HTSeq"))}
    counts = pd.DataFrame(columns).fillna(0.0).T
    known = home / "labels.csv"
    labels = pd.read_csv(known).set_index("sample")["subtype"] if known.is_file() else pd.Series(dtype=object)
    names = counts.index.to_numpy(dtype=object)
    return genes.order(counts), labels.reindex(names).to_numpy(dtype=object), names


def _read_htseq(path: Path) -> pd.Series:
    table = pd.read_csv(path, sep="\t", header=None, index_col=0)[1]
    return table[~table.index.str.startswith("__")]
