"""What is no B-ALL, or no sample at all, through the path that a user's table takes: `leukotype.classify`.

``python -m training.wrong_inputs --data DIR`` prints the tables for the bundle in ``--out`` and fits three
models, each without one kind of what is not B-ALL, to see what examples of that very cohort are worth.

Kinds that training had examples of (`TAUGHT`) stand apart from those that it never saw. The T-ALL and the
normal cells of the batch-corrected table are measured apart too: the correction made them look like B-ALL
(`training.cohort`), so that they say little about real ones.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from threadpoolctl import threadpool_limits

from leukotype.errors import InputError
from leukotype.learning.estimator import Fitted
from leukotype.learning.measurement import ask
from leukotype.learning.patients import Patients
from leukotype.model.bundle import Bundle, load
from leukotype.model.features import Array, Indices
from leukotype.pipeline import classify, classify_files
from leukotype.vocabulary import NOT_B_ALL, Status
from training.cohort import COHORTS, PublicCohort, PublicSettings, arguments, load_cohort
from training.panel.spoiling import intensities

N = 60  # samples of each kind that is made; those of nonsense are more than 500
MISSING = 0.4  # share of the genes taken away; a table that lacks more than half of them is refused
TAUGHT, NEVER = "others of its kind", "none"
POISONED = "none (poisoned by the batch correction)"
COLUMNS = [
    *("inputs", "in_training", "n", "refused", "not_b_all", "unclassified", "candidate", "called"),
    "most_often",  # of the called
]
# Real files of the formats' collection that are no B-ALL, and what is known of them.
FILES = {
    "lymphoblastoid cell line ERR188021, RSEM": "rsem/ERR188021.genes.results.gz",
    "the same, Salmon": "salmon/quant.sf.gz",
    "the same, kallisto": "kallisto/abundance.tsv.gz",
    "8 samples of cell lines (Irinotecan_resistance)": "featurecounts/featureCounts.txt.gz",
    "6 samples of another study (nf-core, Salmon)": "nfcore_rnaseq/salmon.merged.gene_counts.tsv.gz",
    "4 samples of a Fabry disease study": "tximport/counts_tximport_no.csv.gz",
    "no blood (STREAMLINE, STAR)": "star_readspergene/ReadsPerGene.out.tab.gz",
    "a few thousand reads (STAR)": "star_readspergene/ERR458837_subsamp_1ReadsPerGene.out.tab.gz",
    "pytximport's test sample, RSEM": "rsem/test.genes.results.gz",
    "brain and mixed cell lines, chromosome 22 alone": "featurecounts/imhenz_featureCounts.txt.gz",
    "mouse, HTSeq": "htseq/counts-false-positive.tsv",
}
TRANSCRIPTS = ("salmon/quant.sf.gz", "kallisto/abundance.tsv.gz")  # these need the map below
TX2GENE = "salmon/tx2gene.csv.gz"


def wrong_inputs(bundle: Bundle, data: Path, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Count by status what becomes of everything that should get no subtype, and list what gets one.

    Returns
    -------
    One row a kind, columns `COLUMNS`; one row a called sample with its probability and strangeness.
    """
    rows, called = [], []
    for name, taught, table in _tables(data, seed):
        row, named = _judge(name, taught, bundle, table)
        rows.append(row)
        called.append(named)
    for name, file in FILES.items():
        row, named = _judge_file(name, bundle, data / "formats", file)
        rows.append(row)
        called.append(named)
    return pd.DataFrame(rows, columns=COLUMNS), pd.concat(called, ignore_index=True)


def _judge(name: str, taught: str, bundle: Bundle, table: pd.DataFrame) -> tuple[Any, pd.DataFrame]:
    parts = _accept(table, bundle, "cpm" if taught == POISONED else "auto")
    return _row(name, taught, len(table), len(table) - sum(map(len, parts)), parts)


def _accept(table: pd.DataFrame, bundle: Bundle, unit: str) -> list[pd.DataFrame]:
    """Call the samples that are not refused: one that is takes no others with it."""
    try:
        calls = classify(table, model=bundle, value_type=unit, strict_inputs=True).calls
    except InputError:
        half = len(table) // 2
        halves = [table[:half], table[half:]] if half else []
        return [part for each in halves for part in _accept(each, bundle, unit)]
    found = bundle.genes.harmonise(table).values.to_numpy()
    return [calls.assign(strangeness=bundle.model.predict(found).strangeness.round(2))]


def _judge_file(name: str, bundle: Bundle, formats: Path, file: str) -> tuple[Any, pd.DataFrame]:
    tx2gene = formats / TX2GENE if file in TRANSCRIPTS else None
    try:
        calls = classify_files([formats / file], model=bundle, tx2gene=tx2gene).calls
    except InputError:
        return _row(name, NEVER, 1, 1, [])
    return _row(name, NEVER, len(calls), 0, [calls])


def _row(
    name: str, taught: str, n: int, refused: int, parts: list[pd.DataFrame]
) -> tuple[tuple[Any, ...], pd.DataFrame]:
    calls = pd.concat(parts) if parts else pd.DataFrame({"status": [], "subtype": []})
    status = calls["status"].value_counts()
    named = calls[calls["status"] == Status.CALLED]
    often = "" if named.empty else str(named["subtype"].mode()[0])
    no_calls = (Status.NOT_B_ALL, Status.UNCLASSIFIED, Status.CANDIDATE)
    counts = (refused, *(int(status.get(each, 0)) for each in no_calls), len(named), often)
    columns = ["inputs", "sample", "subtype", "probability", "strangeness"]
    return (name, taught, n, *counts), named.assign(inputs=name).reindex(columns=columns)


def _tables(data: Path, seed: int) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Yield a name, what training had of the kind, and samples x genes."""
    rng = np.random.default_rng(seed)
    patients = pd.read_parquet(data / "reference" / "diploid_ball_counts.parquet").T
    genes = pd.read_csv(data / "reference" / "genes.csv.gz").set_index("ensembl_id")["biotype"]
    patients = patients.loc[:, genes.reindex(patients.columns).to_numpy() == "protein_coding"]
    normal = list(_normal(data, rng))
    yield from normal
    for name, _, table in normal:
        kept = rng.random(table.shape[1]) >= MISSING
        yield f"{name}, {MISSING:.0%} of the genes missing", NEVER, table.loc[:, kept]
    yield from _batch_corrected(data)
    drawn = patients.iloc[rng.choice(len(patients), N)].reset_index(drop=True)
    yield from _shuffle(drawn, rng)
    arrays = intensities(drawn.to_numpy(np.float64), rng)
    yield "B-ALL as a microarray, log2 intensities", NEVER, pd.DataFrame(arrays, columns=drawn.columns)
    for name, make in synthetic(rng).items():
        values = [make(drawn.to_numpy()[number]) for number in range(N)]
        yield f"synthetic: {name}", NEVER, pd.DataFrame(np.array(values), columns=drawn.columns)
    chimera = np.take_along_axis(
        patients.to_numpy(), rng.integers(len(patients), size=(N, patients.shape[1])), axis=0
    )
    yield "each gene from another B-ALL patient", NEVER, pd.DataFrame(chimera, columns=patients.columns)


def _normal(data: Path, rng: np.random.Generator) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Yield the donors' cells that training left for evaluation (`training.cohort`)."""
    blood = pd.read_parquet(data / "reference" / "normal_blood_cells_counts.parquet").T
    blood = blood[[int(name.rsplit(".", 1)[1]) >= 4 for name in blood.index]]
    yield "sorted blood cells, held-out donors", TAUGHT, blood
    shares = rng.dirichlet(np.ones(len(blood)), N)
    cpm = blood.to_numpy() / blood.sum(axis=1).to_numpy()[:, None] * 1e6
    mixed = rng.poisson(shares @ cpm * 20)
    yield "mixtures of these", TAUGHT, pd.DataFrame(mixed, columns=blood.columns)
    stroma = pd.read_parquet(data / "reference" / "normal_marrow_stroma_counts.parquet").T
    yield "marrow stroma, held-out samples", TAUGHT, stroma.iloc[1::2]


def _batch_corrected(data: Path) -> Iterator[tuple[str, str, pd.DataFrame]]:
    values = 10 ** pd.read_parquet(data / "cohorts" / "expression.parquet").T - 1
    samples = pd.read_csv(data / "cohorts" / "samples.csv").set_index("sample").loc[values.index]
    t_all = (samples["lineage"] == "T-ALL") & ~samples["cohort"].isin(COHORTS)
    yield "T-ALL of PNAS 2021 e2120787119", POISONED, values[t_all]
    yield "normal cells of the same table", POISONED, values[samples["lineage"] == "normal"]


def _shuffle(drawn: pd.DataFrame, rng: np.random.Generator) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Shuffle all genes of a patient, or a part of them."""
    for percent in (100, 75, 50, 25):
        values = drawn.to_numpy(np.float64).copy()
        for row in values:
            chosen = np.flatnonzero(rng.random(len(row)) < percent / 100)
            row[chosen] = row[rng.permutation(chosen)]
        taught = TAUGHT if percent == 100 else NEVER
        yield (
            f"B-ALL with {percent} % of the genes shuffled",
            taught,
            pd.DataFrame(values, columns=drawn.columns),
        )


def synthetic(rng: np.random.Generator) -> dict[str, Callable[[npt.NDArray[Any]], npt.NDArray[Any]]]:
    """Name the makers of nonsense; each takes a real sample's counts and gives as many values."""

    def one_gene(row: Array) -> Array:
        made = np.zeros(len(row))
        made[rng.integers(len(row))] = row.sum()
        return made

    def binomial(row: Array) -> Array:
        means = rng.lognormal(2, 2, len(row))
        return np.asarray(rng.poisson(rng.gamma(2.0, means / 2.0)))

    return {
        "uniform": lambda row: rng.integers(0, 1000, len(row)),
        "Poisson noise around one mean": lambda row: rng.poisson(30, len(row)),
        "one value for all": lambda row: np.full(len(row), 100),
        "one gene": one_gene,
        "negative binomial, random means": binomial,
        "values sorted along the genes": np.sort,
        "highest for lowest": lambda row: np.sort(row)[::-1][row.argsort(kind="stable").argsort()],
        "nothing but zeros and ones": lambda row: rng.integers(0, 2, len(row)),
    }


def lineage(name: str, fitted: Fitted, cohort: PublicCohort, rows: Indices) -> tuple[Any, ...]:
    """Count the T-ALL that get a subtype, and the B-ALL that are called no B-ALL, among held-out patients."""
    held = cohort.patients.take(rows)
    found = ask(fitted, held)
    t_all = held.labels == NOT_B_ALL
    lost = (found.best == NOT_B_ALL) & ~t_all
    called = (found.called != "") & t_all
    return name, int(t_all.sum()), int(called.sum()), int((~t_all).sum()), int(lost.sum())


def left_out(cohort: PublicCohort, settings: PublicSettings) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Fit without one cohort, and without any stroma, and test on what was left out.

    Returns
    -------
    T-ALL called and B-ALL lost, by cohort; stroma called without any stroma in training.
    """
    rows, stroma, n = [], cohort.stroma, len(cohort.stroma.values)
    with threadpool_limits(1):
        for source, target in (COHORTS, COHORTS[::-1]):
            train = np.flatnonzero(cohort.patients.cohorts == source)
            test = np.flatnonzero(cohort.patients.cohorts == target)
            rows.append(lineage(f"{source} to {target}", cohort.fit(settings, train), cohort, test))
        none = replace(stroma, held_out=np.ones(n, dtype=bool))
        fitted = replace(cohort, stroma=none).fit(settings, np.arange(len(cohort.patients)))
        names = np.array([f"stroma {number}" for number in range(n)], dtype=object)
        truth, unknown = np.full(n, NOT_B_ALL, dtype=object), np.full(n, np.nan)
        found = ask(fitted, Patients(names, truth, names, names, stroma.values, unknown))
    columns = ["trained and tested on", "n_t_all", "t_all_called", "n_b_all", "b_all_called_no_b_all"]
    cells = pd.DataFrame({"inputs": ["marrow stroma, none in training"], "n": [n]})
    return pd.DataFrame(rows, columns=columns), cells.assign(called=int((found.called != "").sum()))


def main(given: list[str] | None = None) -> int:
    """Print every table."""
    data, settings, out = arguments("python -m training.wrong_inputs", __doc__, given)
    table, called = wrong_inputs(load(out), data, settings.learning.seed)
    tables = [table, called.round(3), *left_out(load_cohort(data, settings.learning), settings)]
    for each in tables:
        sys.stdout.write(f"\n{each.to_string(index=False)}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
