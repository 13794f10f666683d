"""How far patients that the model never saw may be spoiled before its calls fail.

``python -m training.robustness --data DIR`` prints the tables of raw files, through the bundle in ``--out``;
those of held-out patients, from models fitted anew in each fold, are part of `training.train`.

Depth, missing genes, a wrong unit and mixtures of two patients are made from the expression of the held-out
patients of the folds: batch-corrected CPM, whose own noise is still in it, so that what Poisson noise adds
comes on top.

Salmon in place of HTSeq cannot be measured on the raw files: no sample is at hand that both counted. What can
be is how much two quantifiers differ gene by gene on one sample (ERR188021, a lymphoblastoid line: RSEM and
Salmon): that ratio, applied to the patients' counts, is the level "Salmon for RSEM".
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import binomtest

from leukotype.errors import InputError
from leukotype.learning.estimator import Fitted
from leukotype.learning.figures import Answers
from leukotype.learning.measurement import ask
from leukotype.learning.protocols import shift
from leukotype.model.bundle import Bundle, load
from leukotype.model.dosage import estimate
from leukotype.model.features import Array, Indices
from leukotype.pipeline import classify
from leukotype.vocabulary import NOT_B_ALL
from training.cohort import PublicCohort, arguments
from training.overlap import EXTERNAL, read_external
from training.panel.spoiling import intensities, sequence

DEPTHS = (20.0, 10.0, 5.0, 2.0, 1.0, 0.5, 0.2, 0.1)  # million reads
MISSING = (10.0, 30.0, 50.0, 70.0)  # % of the model's genes
MIXED = (1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 40.0, 50.0)  # % of the sample that is another patient's
DRAWS = 3  # random choices of the missing genes
# 3' tags: standard deviation of log2 of how well each gene is caught, and % of the genes without a read.
TAGS = (1.0, 1.5, 2.0, 2.5, 3.0)
UNCAUGHT = (5.0, 10.0, 20.0, 30.0, 40.0, 50.0, 70.0)
TAG_READS = 3e6
# A table from which genes were left out: with so many reads in too few samples; of tags of this spread.
FEWEST, FILTER_SAMPLES, FILTERED = (1.0, 3.0, 10.0, 20.0), 3, 2.0
PROBES = (0.0, 0.5, 1.0, 1.5, 2.0)  # microarrays: standard deviation of the probes' affinity (log2)
UNDISTURBED, REFUSED = "undisturbed", "refused"
# A curve fails at its first level with fewer right among the called than `RIGHT` (or than `LOST` less than
# undisturbed, where that is lower), or with fewer than `KEPT` of the undisturbed calls.
RIGHT, LOST, KEPT = 0.95, 0.02, 0.5
# Ages of the risk groups of the National Cancer Institute (Smith et al., J Clin Oncol 1996;14:18): infants,
# standard risk from 1 year, high risk from 10; adults from 18.
AGES = {"under 1 year": 1.0, "1 to 9 years": 10.0, "10 to 17 years": 18.0, "18 years and over": np.inf}


DEEPER = (50.0, *DEPTHS)
MISSING_IN_FILE = (10.0, 30.0, 40.0, 50.0, 70.0)  # % of the table's genes
HELD_OUT = slice(2, None, 3)  # every third diploid sample, as `training.cohort` holds them out
QUANTIFIED = "ERR188021"
Variant = tuple[str, float | str, pd.DataFrame, str]  # curve, level, table, value type


def disturb(fitted: Fitted, cohort: PublicCohort, test: Indices, seed: int) -> pd.DataFrame:
    """Answer for the held-out patients of one fold, spoiled in every way.

    Parameters
    ----------
    test
        rows of ``cohort.patients`` that the model did not see.

    Returns
    -------
    One row a curve, level and sample: ``curve``, ``level``, ``sample``, ``truth``, ``forced`` (most probable
    answer), ``called`` ("" if none) and ``minority`` (subtype of the lesser patient of a mixture).
    """
    rng, patients = np.random.default_rng(seed), cohort.patients.take(test)
    parts = []
    for curve, level, values in _variants(patients.values, cohort, rng):
        parts.append(_frame(curve, level, ask(fitted, replace(patients, values=values))))
    ill = patients.take(np.flatnonzero(patients.labels != NOT_B_ALL))
    for percent in MIXED:
        partner = np.array([rng.choice(np.flatnonzero(ill.labels != own)) for own in ill.labels])
        mixed = (1 - percent / 100) * ill.values + percent / 100 * ill.values[partner]
        found = ask(fitted, replace(ill, values=mixed))
        own = _frame("mixture of two patients", percent, found)
        parts.append(own.assign(minority=ill.labels[partner]))
    return pd.concat(parts, ignore_index=True).fillna({"minority": ""})


def _variants(
    values: Array, cohort: PublicCohort, rng: np.random.Generator
) -> Iterator[tuple[str, float | str, Array]]:
    """Yield curve, level, and samples x genes in CPM."""
    yield UNDISTURBED, "", values
    for million in DEPTHS:
        drawn = rng.poisson(np.nan_to_num(values) * million).astype(np.float64)
        yield "million reads", million, np.where(np.isnan(values), np.nan, drawn)
    for percent in MISSING:
        for _ in range(DRAWS):
            gone = rng.random(values.shape[1]) < percent / 100
            yield "% of the genes missing", percent, np.where(gone, np.nan, values)
    lengths = cohort.genes.frame["length"].to_numpy(np.float64)
    for spread in TAGS:
        yield "3' tags, by spread", spread, shift(values, lengths, rng, power=1.0, spread=spread)
    kilobases = cohort.genes.frame["length"].to_numpy(np.float64) / 1000
    yield "unit", "TPM taken for counts", values / kilobases


def _frame(curve: str, level: float | str, held: Answers) -> pd.DataFrame:
    columns = {"sample": held.names, "truth": held.truth, "forced": held.best, "called": held.called}
    return pd.DataFrame({"curve": curve, "level": level, **columns})


def curves(found: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Sum up the answers of `disturb` (all folds) or of `file_answers`: one table a curve.

    Each starts with the undisturbed samples. ``n`` counts samples, once for every draw.
    """
    by = ["set"] if "set" in found else []
    base = found[found["curve"] == UNDISTURBED]
    tables = {}
    for name, own in found[(found["curve"] != UNDISTURBED) & found["minority"].eq("")].groupby(
        "curve", sort=False
    ):
        whole = pd.concat([base.assign(level=UNDISTURBED), own])
        rows = [
            dict(zip([*by, "level"], keys if isinstance(keys, tuple) else (keys,), strict=True)) | score(part)
            for keys, part in whole.groupby([*by, "level"], sort=False)
        ]
        table = pd.DataFrame(rows)
        tables[str(name)] = table.sort_values(by, kind="stable", ignore_index=True) if by else table
    return tables


def score(found: pd.DataFrame) -> dict[str, float]:
    """Count right and called of some answers; patients without B-ALL stand apart."""
    own, other = found[found["truth"] != NOT_B_ALL], found[found["truth"] == NOT_B_ALL]
    called = own["called"] != ""
    wrong = int((called & (own["called"] != own["truth"])).sum())
    share = {
        "n": len(own),
        "right_forced": round(float((own["forced"] == own["truth"]).mean()), 3),
        "called": round(float(called.mean()), 3),
        "called_wrong": wrong,
        "right_of_called": round(1 - wrong / called.sum(), 3) if called.any() else np.nan,
    }
    if (own["forced"] == REFUSED).any():
        share["refused"] = int((own["forced"] == REFUSED).sum())
    if len(other):
        share |= {"n_t_all": len(other), "t_all_called": int((other["called"] != "").sum())}
    return share


def mixtures(found: pd.DataFrame) -> pd.DataFrame:
    """Say what a sample with some of another patient's in it is called."""
    rows = []
    for percent, own in found[found["minority"] != ""].groupby("level"):
        called = {
            "as_majority": own["called"] == own["truth"],
            "as_minority": own["called"] == own["minority"],
            "not_called": own["called"] == "",
        }
        called["as_another"] = ~np.logical_or.reduce(list(called.values()))
        shares = {name: round(float(where.mean()), 3) for name, where in called.items()}
        rows.append({"percent_of_another_patient": percent, "n": len(own), **shares})
    return pd.DataFrame(rows)


def failures(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Name the first level of each curve (and set) at which the calls fail; the rule is at `RIGHT`."""
    rows = []
    for name, table in tables.items():
        for own_set, own in table.groupby("set") if "set" in table else [("", table)]:
            first, *rest = own.to_dict("records")
            limit = min(RIGHT, first["right_of_called"] - LOST)
            failed = [each for each in rest if _fails(each, first, limit)]
            at = failed[0] if failed else {}
            rows.append(
                {
                    "curve": name,
                    "set": own_set,
                    "n": first["n"],
                    "fails_at": at.get("level", "none of these levels"),
                    "called": at.get("called", np.nan),
                    "right_of_called": at.get("right_of_called", np.nan),
                    "right_of_called_needed": round(limit, 3),
                }
            )
    return pd.DataFrame(rows)


def _fails(level: dict[Any, Any], first: dict[Any, Any], limit: float) -> bool:
    return bool(level["right_of_called"] < limit or level["called"] < KEPT * first["called"])


def groups(held: Answers, cohort: PublicCohort, data: Path) -> pd.DataFrame:
    """Score the undisturbed B-ALL patients by cohort, library, sex and age.

    Sex and age stand in `samples.csv` for GSE181157 alone, the library for GSE227832; `sex_of` tells the sex
    of both.
    """
    sexes = pd.Series(sex_of(cohort), cohort.patients.names)
    table = _samples(held, data).assign(told=sexes.loc[held.names].to_numpy())
    table = table[table["truth"] != NOT_B_ALL]
    ages = pd.cut(table["age_years"], [0.0, *AGES.values()], right=False, labels=list(AGES))
    kinds = {"cohort": table["cohort"], "library": table["library"], "age": ages}
    kinds |= {"sex": table["sex"], "sex by its genes": table["told"]}
    rows = []
    for kind, column in kinds.items():
        for name, own in table.groupby(column.astype(object)):
            hits = int((own["forced"] == own["truth"]).sum())
            exact = binomtest(hits, len(own)).proportion_ci(0.95, method="exact")
            interval = {"low": round(exact.low, 3), "high": round(exact.high, 3)}
            rows.append({"by": kind, "group": name, **score(own), **interval})
    return pd.DataFrame(rows)


def sex_of(cohort: PublicCohort) -> npt.NDArray[Any]:
    """Tell each patient's sex by XIST against UTY and ZFY: as recorded wherever GSE181157 records it."""
    logs = np.log10(cohort.patients.values + 1)
    symbols = cohort.genes.frame["symbol"].to_numpy()
    x, y = logs[:, symbols == "XIST"], logs[:, np.isin(symbols, ["UTY", "ZFY"])]
    return np.where(x.mean(axis=1) > y.mean(axis=1), "F", "M")


def replicates(found: pd.DataFrame, data: Path) -> pd.DataFrame:
    """Compare each technical replicate with its first sample; both stand in the same fold.

    Parameters
    ----------
    found
        answers of `disturb` for all samples.
    """
    told = found[found["curve"] == UNDISTURBED].set_index("sample")
    known = pd.read_csv(data / "cohorts" / "samples.csv").set_index("sample").loc[told.index]
    again = known[known["replicate_of"].isin(told.index)]
    first, second = told.loc[again["replicate_of"]], told.loc[again.index]
    pairs = pd.DataFrame(
        {
            "sample": again["replicate_of"].to_numpy(),
            "replicate": again.index,
            "library": again["library"].to_numpy(),
            "label": second["truth"].to_numpy(),
            "call": first["called"].to_numpy(),
            "call_of_replicate": second["called"].to_numpy(),
            "most_probable": first["forced"].to_numpy(),
            "most_probable_of_replicate": second["forced"].to_numpy(),
        }
    )
    return pairs.assign(same_call=pairs["call"] == pairs["call_of_replicate"])


def _samples(held: Answers, data: Path) -> pd.DataFrame:
    """Put the answers beside what `samples.csv` says of each sample."""
    names = pd.Series(held.names, name="sample")
    known = pd.read_csv(data / "cohorts" / "samples.csv").set_index("sample").loc[list(names)].reset_index()
    return known.assign(truth=held.truth, forced=held.best, called=held.called)


def cross_validation_tables(
    found: pd.DataFrame, held: Answers, cohort: PublicCohort, data: Path
) -> dict[str, pd.DataFrame]:
    """Give every table of the folds' answers.

    Parameters
    ----------
    found
        the folds' `disturb`, put together.
    held
        the same patients undisturbed.
    """
    tables = curves(found)
    failed = {"points of failure": failures(tables)}
    mixed = {"mixture of two patients": mixtures(found)}
    people = {"groups": groups(held, cohort, data), "replicates": replicates(found, data)}
    return {**tables, **mixed, **people, **failed}


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
    arrays = np.random.default_rng(seed)  # their own, so that the other disguises stay what they were
    parts = []
    for each in (_label(raw, bundle) for raw in raw_sets(data)):
        variants: list[Variant] = [(UNDISTURBED, "", each.counts, "auto")]
        variants += _depths(each.counts, rng)
        variants += _missing(each.counts, rng)
        variants += _tags(annotation.ids(each.counts), annotation, rng)
        variants += _arrays(each.counts, arrays)
        variants += _names(annotation.ids(each.counts), annotation, hg19, rng)
        variants += _units(annotation.ids(each.counts), annotation, data, quantified)
        for curve, level, table, unit in variants:
            found = _call(table, bundle, unit)
            truth = each.labels.to_numpy()
            parts.append(found.assign(curve=curve, level=level, set=each.name, truth=truth, minority=""))
    return pd.concat(parts, ignore_index=True)


def _label(raw: Raw, bundle: Bundle) -> Raw:
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
    for percent in MISSING_IN_FILE:
        for _ in range(DRAWS):
            kept = rng.random(counts.shape[1]) >= percent / 100
            yield "% of the genes missing", percent, counts.loc[:, kept], "auto"


def _tags(counts: pd.DataFrame, annotation: Annotation, rng: np.random.Generator) -> Iterator[Variant]:
    """Give reads of 3' tags, and those of a library that catches only a part of the genes; by Ensembl ids."""
    lengths = annotation.genes.loc[counts.columns, "length"].to_numpy(np.float64)

    def draw(spread: float, lost: float) -> pd.DataFrame:
        rates = shift(counts.to_numpy(np.float64), lengths, rng, power=1.0, spread=spread)
        rates[:, rng.random(rates.shape[1]) < lost / 100] = 0.0
        return pd.DataFrame(sequence(rates, TAG_READS, rng), counts.index, counts.columns)

    for spread in TAGS:
        yield "3' tags, by spread", spread, draw(spread, 0.0), "counts"
    for percent in UNCAUGHT:
        yield "3' tags, % of the genes without a read", percent, draw(TAGS[0], percent), "counts"
    tags = draw(FILTERED, 0.0)
    for reads in FEWEST:
        kept = (tags >= reads).sum() >= min(FILTER_SAMPLES, len(tags))
        yield "3' tags, genes with fewer reads left out", reads, tags.loc[:, kept], "counts"


def _arrays(counts: pd.DataFrame, rng: np.random.Generator) -> Iterator[Variant]:
    """Give a microarray's intensities as whole numbers; as logarithms they are refused (`wrong_inputs`)."""
    for probes in PROBES:
        table = counts.copy()
        table[:] = np.round(2 ** intensities(counts.to_numpy(np.float64), rng, probes))
        yield "microarray, by spread of the probes", probes, table, "auto"


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
    bundle = load(model)
    tables = curves(file_answers(bundle, data, seed))
    return {
        **tables,
        "points of failure": failures(tables),
        "% of the genes that all classes express without a read, and misfit of the chromosomes": libraries(
            bundle, data, seed
        ),
    }


def libraries(bundle: Bundle, data: Path, seed: int) -> pd.DataFrame:
    """Measure what tells a whole library from another protocol: the cut-offs of `dropout` and `dosage`."""
    rng, annotation, rows = np.random.default_rng(seed), Annotation.read(data), []
    for raw in raw_sets(data):
        tags = next(table for _, _, table, _ in _tags(annotation.ids(raw.counts), annotation, rng))
        for level, table in ((UNDISTURBED, raw.counts), (f"3' tags, spread {TAGS[0]:g}", tags)):
            reads = table.sum(axis=1).to_numpy(np.float64)
            off = 100 * bundle.dropout(bundle.genes.harmonise(table).values.to_numpy(), reads).dropout
            values = bundle.reference.genes.harmonise(table).values.to_numpy()
            known = values[:, : len(bundle.reference.dosage)]
            misfit = [estimate(bundle.reference.dosage, row).levels.misfit for row in known]
            rows.append((raw.name, level, len(off), off.max(), min(misfit), max(misfit)))
    columns = ["set", "level", "n", "highest_without_a_read", "lowest_misfit", "highest_misfit"]
    return pd.DataFrame(rows, columns=columns).round(2)


def main(given: list[str] | None = None) -> int:
    """Print the tables of the raw files."""
    data, settings, out = arguments("python -m training.robustness", __doc__, given)
    for name, table in file_tables(out, data, settings.learning.seed).items():
        sys.stdout.write(f"\nraw files: {name}\n{table.to_string(index=False)}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
