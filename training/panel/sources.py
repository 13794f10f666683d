"""Reads everything that a pool of experts learns from or is measured on, in one order of genes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from leukotype.learning.mixing import unread_chromosomes
from leukotype.learning.panel import chromosome_numbers
from leukotype.learning.patients import Words
from leukotype.learning.sources import (
    PROFILES,
    UNDEFINED,
    RankTables,
    SourceGenes,
    Sources,
    SourceSamples,
)
from leukotype.model.experts import EXTREMES
from leukotype.model.features import Array, Indices
from leukotype.model.genes import GeneTable
from training.diploid import read_counts
from training.genetable import build_gene_table
from training.overlap import EXTERNAL, read_external

# Region of chromosome 21 that every iAMP21 has amplified: 33 to 40 Mb (Rand et al., Blood 2011;117:6848).
CRITICAL_21: Final = (33e6, 40e6)
PSEUDOCOUNT: Final = 50.0  # added to a profile before the logarithm: what is hardly read has no fold change
SIGNATURE: Final = "NH"  # the set that tells near haploid from hyperdiploid
FIRST_HELD_OUT: Final = 4  # donors of normal blood from this number on are for measuring alone
TEACHING: Final = 3  # every third diploid leukemia is for measuring alone
# Seems to be a patient of GSE161501 (highest correlation of all, .82).
SAME_AS_EXTERNAL: Final = ("SJETV021952",)
EXTERNAL_SETS: Final = (*EXTERNAL, "mdall", "rnaseqcnv")
READ: Final = (
    "cohorts/expression.parquet",
    "cohorts/expression_more_genes.parquet",
    "cohorts/samples.csv",
    "cohorts/stjude_log2.parquet",
    "cohorts/stjude_samples.csv",
    "reference/class_profiles_1598_patients.csv.gz",
    "reference/rank_scores/class_scores_2294_patients.csv.gz",
    "reference/rank_scores/class_scores_hyperdiploid_or_near_haploid.csv.gz",
    "reference/rank_scores/gene_sets.csv.gz",
    "reference/rank_scores/genes.csv.gz",
)

# What each expert learned from, under which licence, for the manifest.
LEARNED_FROM: Final = {
    "cohorts, chromosomes": (
        "GSE227832 and GSE181157 (github.com/iamandreatonina/Acute_Lymphoid_Leukemia_Project, MIT); class "
        "means also of the St. Jude patients and of the class profiles (Makinen et al., Int J Mol Sci "
        "2022;23:4574, CC BY)"
    ),
    "St. Jude": "439 patients of github.com/Oshlack/ALLSorts (MIT; Schmidt et al., Blood Adv 2022;6:4093)",
    "gene sets": (
        "class scores of 2,294 patients, and the sets themselves, of ALLCatchR (MIT; Beder et al., "
        "HemaSphere 2023;7:e939)"
    ),
    "gate, blasts": (
        "the cohorts; z-scores of github.com/Oshlack/ALLSorts (MIT); diploid leukemias of "
        "github.com/honzee/RNAseqCNV (MIT); GSE115736 and GSE139073 (GEO)"
    ),
}


@dataclass(frozen=True)
class PublicSources:
    """The sources, and what only measuring needs.

    Parameters
    ----------
    sources
        what teaches.
    cohort_table, stjude_table
        clinical tables of the cohorts and of St. Jude, a row a sample.
    diploid, diploid_names
        all 44 diploid leukemias, raw counts.
    late_blood
        donors of normal blood that only measuring may use.
    """

    sources: Sources
    cohort_table: pd.DataFrame
    stjude_table: pd.DataFrame
    diploid: Array
    diploid_names: Words
    late_blood: Array


def read_sources(data: Path) -> PublicSources:
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
    diploid = np.nan_to_num(genes.order(counts.T))
    teaching = np.arange(len(diploid)) % TEACHING != TEACHING - 1
    cohorts, cohort_table = _read_patients(
        data / "cohorts" / "samples.csv", 10.0 ** expression.clip(lower=0.0) - 1.0, genes
    )
    stjude, stjude_table = _read_patients(
        data / "cohorts" / "stjude_samples.csv", (2.0**st_jude - 1.0).clip(lower=0.0), genes
    )
    profiled = np.log2(genes.order(profiles[list(PROFILES)].T) + PSEUDOCOUNT)
    return PublicSources(
        Sources(genes, cohorts, stjude, profiled, ranks, diploid[teaching], blood),
        cohort_table,
        stjude_table,
        diploid,
        counts.columns.to_numpy(dtype=object),
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
) -> SourceGenes:
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
    return SourceGenes(
        GeneTable(everything.frame.loc[ids]),
        frame["length"].to_numpy(np.float64),
        chromosome_numbers(frame["chr"]),
        region.to_numpy(),
        **places,
    )


def _read_patients(
    path: Path, values: pd.DataFrame, genes: SourceGenes
) -> tuple[SourceSamples, pd.DataFrame]:
    """Read the B-ALL of a table of samples; those of the 441 that are of no class are left out."""
    table = pd.read_csv(path, index_col=0).loc[values.index]
    if "lineage" in table:
        table = table[table["lineage"] == "B-ALL"]
        patients, cohorts = table["patient"], table["cohort"]
    else:
        table = table[~table["subtype"].isin(UNDEFINED) & ~table.index.isin(SAME_AS_EXTERNAL)]
        patients = cohorts = table.index.to_series()
    ordered = genes.order(values.loc[table.index])
    names = table.index.to_numpy(dtype=object)
    labels = table["subtype"].to_numpy(dtype=object)
    people, homes = patients.to_numpy(dtype=object), cohorts.to_numpy(dtype=object)
    unknown = np.full(len(names), np.nan)  # of blasts
    return SourceSamples(names, labels, people, homes, ordered, unknown), table


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
        (*classes, "near haploid against hyperdiploid"),
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


def _read_blood(data: Path, genes: SourceGenes) -> tuple[Array, Array]:
    """Read sorted blood cells as CPM, for learning and for measuring; a chromosome that they lack is NaN."""
    counts = read_counts(data / "reference" / "normal_blood_cells_counts.parquet")
    values = genes.order(counts.T)
    values = values / np.nansum(values, axis=1, keepdims=True) * 1e6
    read = np.nan_to_num(values).any(axis=0)
    lacking = genes.table.frame["chromosome"].isin(unread_chromosomes(read, genes.table)).to_numpy()
    values[:, lacking] = np.nan
    held_out = np.array([int(str(name).rsplit(".", 1)[1]) >= FIRST_HELD_OUT for name in counts.columns])
    return values[~held_out], values[held_out]


def read_external_set(data: Path, name: str, genes: SourceGenes) -> tuple[Array, Words, Words]:
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
