"""The same for raw files, through the path that a user's table takes: `leukotype.classify` with a bundle.

Salmon in place of HTSeq cannot be measured here: no sample is at hand that both counted. What can be is how
much two quantifiers differ gene by gene on one sample (ERR188021, a lymphoblastoid line: RSEM and Salmon):
that ratio, applied to the patients' counts, is the level "Salmon for RSEM".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from leukotype.errors import InputError
from leukotype.model.bundle import Bundle, load
from leukotype.pipeline import classify
from training.overlap import EXTERNAL, read_external
from training.robustness import DEPTHS, DRAWS, REFUSED, UNDISTURBED, curves, failures

DEEPER = (50.0, *DEPTHS)
MISSING = (10.0, 30.0, 40.0, 50.0, 70.0)  # % of the table's genes
HELD_OUT = slice(2, None, 3)  # every third diploid sample, as `training.cohort` holds them out
QUANTIFIED = "ERR188021"
Variant = tuple[str, float | str, pd.DataFrame, str]  # curve, level, table, value type


@dataclass(frozen=True)
class Raw:
    """One set of raw counts.

    Parameters
    ----------
    counts
        samples x genes, named as in the file.
    labels
        subtype of each sample; empty where it is unknown: the call of the undisturbed sample then stands
        for it, and a sample without that call is left out.
    """

    name: str
    counts: pd.DataFrame
    labels: pd.Series


@dataclass(frozen=True)
class Annotation:
    """Names and lengths of genes, by Ensembl id: columns ``symbol``, ``old``, ``entrez``, ``length``."""

    genes: pd.DataFrame

    @classmethod
    def read(cls, data: Path) -> Annotation:
        """Read the reference; ``old`` is a gene's first outdated symbol that is nobody's symbol now."""
        genes = pd.read_csv(data / "reference" / "genes.csv.gz").set_index("ensembl_id")
        aliases = pd.read_csv(data / "reference" / "gene_aliases.csv.gz", keep_default_na=False)
        aliases = aliases.drop_duplicates("alias", keep=False)
        aliases = aliases[~aliases["alias"].isin(genes["symbol"])].drop_duplicates("symbol")
        entrez = pd.read_csv(data / "reference" / "entrez.csv.gz", dtype=str).drop_duplicates("ensembl_id")
        old = genes["symbol"].map(aliases.set_index("symbol")["alias"]).fillna(genes["symbol"])
        numbers = entrez.set_index("ensembl_id")["entrez_id"].reindex(genes.index)
        return cls(genes[["symbol", "length"]].assign(old=old, entrez=numbers))

    def ids(self, counts: pd.DataFrame) -> pd.DataFrame:
        """Name the columns by Ensembl id; those that cannot be are left out."""
        if str(counts.columns[0]).startswith("ENSG"):
            return counts.loc[:, counts.columns.isin(self.genes.index)]
        known = self.genes.drop_duplicates("symbol").reset_index().set_index("symbol")["ensembl_id"]
        kept = counts.loc[:, counts.columns.isin(known.index)]
        return kept.set_axis(known.loc[kept.columns].to_numpy(), axis=1)


def raw_sets(data: Path) -> list[Raw]:
    """Read the raw counts that no training saw."""
    sets = [Raw(name, *read_external(data, name)) for name in EXTERNAL]
    labels = pd.read_csv(data / "external" / "mdall" / "labels.csv").set_index("sample")["subtype"]
    columns = {}
    for path in sorted((data / "external" / "mdall").glob("*.HTSeq")):
        own = pd.read_csv(path, sep="\t", header=None, index_col=0)[1]
        columns[path.stem] = own[~own.index.str.startswith("__")]
    adults = pd.DataFrame(columns).T
    sets.append(Raw("mdall", adults, labels.loc[adults.index]))
    diploid = pd.read_parquet(data / "reference" / "diploid_ball_counts.parquet").iloc[:, HELD_OUT].T
    return [*sets, Raw("diploid, against their own undisturbed calls", diploid, pd.Series(dtype=object))]


def file_answers(bundle: Bundle, data: Path, seed: int) -> pd.DataFrame:
    """Call every set in every disguise: the columns of `training.robustness.disturbed`, and ``set``.

    The path of a user gives no most probable answer without a threshold: ``forced`` is the call.
    """
    rng, annotation = np.random.default_rng(seed), Annotation.read(data)
    hg19 = set(read_external(data, "allsorts_test")[0].columns)
    quantified = quantifier_ratio(data / "formats", annotation)
    parts = []
    for each in (_labelled(raw, bundle) for raw in raw_sets(data)):
        variants: list[Variant] = [(UNDISTURBED, "", each.counts, "auto")]
        variants += _depths(each.counts, rng)
        variants += _missing(each.counts, rng)
        variants += _names(annotation.ids(each.counts), annotation, hg19, rng)
        variants += _units(annotation.ids(each.counts), annotation, data, quantified)
        for curve, level, table, unit in variants:
            found = _call(table, bundle, unit)
            truth = each.labels.to_numpy()
            parts.append(found.assign(curve=curve, level=level, set=each.name, truth=truth, minority=""))
    return pd.concat(parts, ignore_index=True)


def _labelled(raw: Raw, bundle: Bundle) -> Raw:
    if len(raw.labels):
        return raw
    found = _call(raw.counts, bundle, "auto").set_index("row")["called"]
    named = found[found != ""]
    return Raw(raw.name, raw.counts.loc[named.index], named)


def _call(table: pd.DataFrame, bundle: Bundle, unit: str) -> pd.DataFrame:
    """Call a table; one that is refused as a whole has no calls."""
    try:
        calls = classify(table, model=bundle, value_type=unit).calls
    except InputError:
        return pd.DataFrame({"row": table.index, "forced": REFUSED, "called": ""})
    subtype = calls["subtype"].where(calls["status"] == "called", "").fillna("")
    return pd.DataFrame({"row": calls["sample"], "forced": subtype, "called": subtype})


def _depths(counts: pd.DataFrame, rng: np.random.Generator) -> Iterator[Variant]:
    """Keep each read with the same probability, on average so many; a sample with fewer stays as it is.

    That they are counts is told: about a million reads would pass for CPM or TPM, and the table be refused.
    """
    values = counts.to_numpy().round().astype(np.int64)
    totals = values.sum(axis=1, keepdims=True)
    for million in DEEPER:
        drawn = rng.binomial(values, np.minimum(1.0, million * 1e6 / totals))
        yield "million reads", million, pd.DataFrame(drawn, counts.index, counts.columns), "counts"


def _missing(counts: pd.DataFrame, rng: np.random.Generator) -> Iterator[Variant]:
    for percent in MISSING:
        for _ in range(DRAWS):
            kept = rng.random(counts.shape[1]) >= percent / 100
            yield "% of the genes missing", percent, counts.loc[:, kept], "auto"


def _names(
    counts: pd.DataFrame, annotation: Annotation, hg19: set[Any], rng: np.random.Generator
) -> Iterator[Variant]:
    """Rename the genes; `counts` has Ensembl ids, and a table by symbol has lost some of its genes."""
    curve, genes = "names of the genes", annotation.genes.loc[counts.columns]
    yield curve, "Ensembl ids", counts, "auto"
    numbers = rng.integers(1, 20, len(genes))
    versions = [f"{name}.{number}" for name, number in zip(genes.index, numbers, strict=True)]
    yield curve, "Ensembl ids with versions", counts.set_axis(versions, axis=1), "auto"
    for column in ("symbol", "old", "entrez"):
        named = genes[column].notna().to_numpy()
        table = counts.loc[:, named].set_axis(genes.loc[named, column].to_numpy(), axis=1)
        title = {"symbol": "symbols", "old": "outdated symbols wherever there is one", "entrez": "Entrez ids"}
        yield curve, title[column], table.T.groupby(level=0).sum().T, "auto"
    spelled = genes["symbol"].where(genes["symbol"].isin(hg19), genes["old"])
    there = spelled.isin(hg19).to_numpy()
    table = counts.loc[:, there].set_axis(spelled[there].to_numpy(), axis=1).T.groupby(level=0).sum().T
    yield curve, "only the names of a real hg19 table (allsorts_test)", table, "auto"


def _units(
    counts: pd.DataFrame, annotation: Annotation, data: Path, quantified: pd.Series
) -> Iterator[Variant]:
    """Give other units; `counts` has Ensembl ids."""
    length = annotation.genes.loc[counts.columns, "length"]
    rsem = _rsem(data / "formats", annotation)["effective_length"].reindex(counts.columns)
    cpm, tpm = _per_million(counts), _per_million(counts.div(length))
    effective = _per_million(counts.div(rsem.where(rsem > 0).fillna(length)))
    ratio = quantified.reindex(counts.columns).fillna(1.0)
    for level, table, unit in (
        ("CPM", cpm, "auto"),
        ("log2(CPM + 1)", pd.DataFrame(np.log2(cpm.add(1))), "auto"),
        ("TPM, told", tpm, "tpm"),
        ("TPM, told by nobody", tpm, "auto"),
        ("log2(TPM + 1), told", pd.DataFrame(np.log2(tpm.add(1))), "log2-tpm"),
        ("TPM by the effective lengths of another library", effective, "tpm"),
        ("TPM said to be counts", tpm.mul(20).round(), "counts"),
        ("Salmon for RSEM", counts.mul(ratio), "auto"),
    ):
        yield "unit or quantifier", level, table, unit


def _per_million(table: pd.DataFrame) -> pd.DataFrame:
    return table.div(table.sum(axis=1), axis=0) * 1e6


def _rsem(formats: Path, annotation: Annotation) -> pd.DataFrame:
    """RSEM's genes of ERR188021, by Ensembl id."""
    table = pd.read_csv(formats / "rsem" / f"{QUANTIFIED}.genes.results.gz", sep="\t").set_index("gene_id")
    return annotation.ids(table[["effective_length", "expected_count"]].T).T


def quantifier_ratio(formats: Path, annotation: Annotation) -> pd.Series:
    """Divide the reads that Salmon gives each gene of ERR188021 by those of RSEM; both plus one read."""
    reads = pd.read_csv(formats / "salmon" / "quant.sf.gz", sep="\t").set_index("Name")["NumReads"]
    genes = pd.read_csv(formats / "salmon" / "tx2gene.csv.gz").set_index("TXNAME")["GENEID"]
    by_gene = reads.groupby(genes.reindex(reads.index)).sum()
    salmon = annotation.ids(by_gene.to_frame().T).iloc[0]
    rsem = _rsem(formats, annotation)["expected_count"]
    both = salmon.index.intersection(rsem.index)
    return (salmon[both] + 1) / (rsem[both] + 1)


def file_tables(model: Path | None, data: Path, seed: int) -> dict[str, pd.DataFrame]:
    """Give one table a curve, by set, and the points of failure, for the bundle in a folder."""
    tables = curves(file_answers(load(model), data, seed))
    return {**tables, "points of failure": failures(tables)}
