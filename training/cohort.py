"""The public patients that the default model learns from, read from the data folder.

Left out on purpose, because the source's batch correction (ComBat-seq, without the lineage as a covariate)
made them look like what they are not: the T-ALL of a cohort that is all T-ALL carry the B-cell genes of the
B-ALL cohorts (CD19 mean log10(CPM + 1) 1.65, against 0.41 and 0.07 in the T-ALL of the mixed cohorts), and
sorted T cells lost their CD3E (0.44, against 2.53 in their raw counts). Normal cells come as raw counts.
"""

from __future__ import annotations

import argparse
import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from leukotype.evidence.findings import Evidence
from leukotype.inputs.tables.toml import check_toml, parse_toml, read_toml_text
from leukotype.learning.estimator import Fitted, Parameters, PoolCandidate, Teaching, fit
from leukotype.learning.mixing import Cells, Mixtures, unread_chromosomes
from leukotype.learning.panel import Panel, chromosome_numbers
from leukotype.learning.patients import Cohort, Patients
from leukotype.learning.pools import Pools
from leukotype.learning.search import draw
from leukotype.learning.settings import DEFAULT_WEIGHTS, Settings
from leukotype.model.bundle import Reference
from leukotype.model.features import Indices
from leukotype.model.genes import GeneTable
from leukotype.vocabulary import NOT_B_ALL
from training.diploid import build_reference, read_counts
from training.genetable import build_gene_table
from training.lesions import cohort_evidence
from training.overlap import overlapping
from training.panel.sources import LEARNED_FROM, PublicSources, read_sources
from training.panel.sources import READ as READ_BY_POOLS
from training.zscores import Standardised, rows_beside

COHORTS = ("GSE181157", "GSE227832")
UNKNOWN_BEFORE_ML = ("B-other", "T-ALL", "Others")
MIN_GENES_PCT = 50.0  # least share of the model's genes that a table must have
CONFIG = Path(__file__).with_name("config.toml")
READ = (
    "cohorts/expression.parquet",
    "cohorts/samples.csv",
    "cohorts/allsorts_reference_zscores.parquet",
    "cohorts/allsorts_reference_labels.csv",
    "reference/genes.csv.gz",
    "reference/gene_aliases.csv.gz",
    "reference/entrez.csv.gz",
    "reference/normal_blood_cells_counts.parquet",
    "reference/normal_marrow_stroma_counts.parquet",
    "reference/diploid_ball_counts.parquet",
)
Split = Callable[[list[str]], tuple[list[str], list[bool]]]


@dataclass(frozen=True)
class PublicSettings:
    """The settings of the engine, and those that only the public cohorts have.

    Parameters
    ----------
    use_zscore_cohort
        whether the patients that are public as z-scores teach the gate and the blasts too.
    use_pool
        whether a pool of experts scores the subtypes; else the first candidate of the search.
    """

    learning: Settings
    use_zscore_cohort: bool
    use_pool: bool

    @property
    def candidate(self) -> Parameters:
        """The first candidate of the search, for a model without a pool."""
        return draw(self.learning.search, DEFAULT_WEIGHTS, self.learning.seed, 0)


def read_public_settings(path: Path = CONFIG) -> PublicSettings:
    """Read a file of the engine's settings that has a table ``[public]`` too."""
    given = parse_toml(read_toml_text(path, "settings"), str(path))
    public = given.pop("public")
    return PublicSettings(check_toml(given, Settings, str(path)), **public)


def arguments(prog: str, about: str | None, given: list[str] | None) -> tuple[Path, PublicSettings, Path]:
    """Read ``--data``, ``--config`` and ``--out``: data folder, settings, folder of the bundle."""
    parser = argparse.ArgumentParser(
        prog=prog, description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--data", type=Path, default=os.environ.get("LEUKOTYPE_DATA"),
        help="folder laid out as training/README.md says (default: $LEUKOTYPE_DATA)",
    )  # fmt: skip
    parser.add_argument("--config", type=Path, default=CONFIG, help="default: training/config.toml")
    parser.add_argument("--out", type=Path, default=Path("models/default"), help="folder of the bundle")
    found = parser.parse_args(given)
    if found.data is None or not Path(found.data).is_dir():
        parser.error("--data DIR (or LEUKOTYPE_DATA): the folder that training/README.md describes")
    return Path(found.data), read_public_settings(found.config), found.out


@dataclass(frozen=True)
class PublicCohort:
    """All that training reads.

    Parameters
    ----------
    details
        by sample: ``known`` (the subtype was known before the source's own machine learning) and
        ``tumor_pct`` (share of tumor by the source's deconvolution of expression). Nothing learns from these.
    evidence
        by sample.
    sha256
        of the files, by their place in the data folder.
    """

    panel: Panel
    patients: Patients
    details: pd.DataFrame
    evidence: Evidence
    standardised: Standardised
    blood: Cells
    stroma: Cells
    diploid: Cells
    sha256: Mapping[str, str]
    public: PublicSources

    @property
    def genes(self) -> GeneTable:
        """The model's genes."""
        return self.panel.genes

    def teaching(self, settings: PublicSettings) -> Teaching:
        """Give the engine all of these patients."""
        teaching = Teaching(
            Cohort(self.patients, self.sha256),
            self.panel,
            augmentation=self.mixtures(settings),
            evidence=self.evidence,
        )
        if not settings.use_pool:
            return teaching
        logs = np.log2(self.diploid.teaching_values() + 1.0)
        return replace(
            teaching,
            pools=Pools(self.public.sources, self.patients),
            unread=np.array([logs.mean(axis=0), logs.std(axis=0)]),
            learned_from=LEARNED_FROM,
        )

    def fit(self, settings: PublicSettings, train: Indices) -> Fitted:
        """Fit the model of the settings on some of the patients, by their positions."""
        ground = self.teaching(settings).ground(settings.learning)
        return fit(ground, train, PoolCandidate() if settings.use_pool else settings.candidate)

    def mixtures(self, settings: PublicSettings) -> Mixtures:
        """Give what makes the rows of a training set of some of these patients."""
        read, scores = self.panel.read, self.standardised if settings.use_zscore_cohort else None
        diploid = self.diploid.of_genes(read).teaching_values()
        further = rows_beside(scores, diploid, self.panel.chromosomes)
        return Mixtures(self.blood, settings.learning.mixing, further, [self.stroma], read)


def load_cohort(data: Path, settings: Settings, reference: Reference | None = None) -> PublicCohort:
    """Read the data folder; a subtype with fewer than ``min_patients`` patients is not taught.

    Parameters
    ----------
    data
        folder laid out as `training/README.md` says.
    reference
        of the chromosomes, where it is at hand; learning it takes a minute.
    """
    public = read_sources(data)
    wide = public.sources.genes.table
    expression = pd.read_parquet(data / "cohorts" / "expression.parquet")
    genes = build_gene_table(data, list(expression.index))
    samples = pd.read_csv(data / "cohorts" / "samples.csv").set_index("sample")
    patients, details = _read_patients(
        samples.loc[expression.columns], _read_expression(data, expression, wide), settings.min_patients
    )
    standardised = _read_standardised(data, genes, np.unique(patients.labels))
    subtype_genes = np.sort(standardised.model_genes[standardised.model_genes >= 0])
    known = build_reference(data, settings.seed) if reference is None else reference
    blood, stroma, diploid = (
        _read_cells(data / "reference" / f"{name}_counts.parquet", wide, split)
        for name, split in (
            ("normal_blood_cells", _blood_donor),
            ("normal_marrow_stroma", _every_second),
            ("diploid_ball", _every_third),
        )
    )
    read = np.asarray(wide.ids.get_indexer(expression.index), dtype=np.intp)
    return PublicCohort(
        Panel(wide, read, subtype_genes, known, MIN_GENES_PCT),
        patients,
        details,
        cohort_evidence(data / "cohorts" / "samples.csv", list(patients.names)),
        standardised,
        blood,
        stroma,
        diploid,
        {
            name: hashlib.sha256((data / name).read_bytes()).hexdigest()
            for name in dict.fromkeys([*READ, *READ_BY_POOLS])
        },
        public,
    )


def _read_expression(data: Path, expression: pd.DataFrame, genes: GeneTable) -> pd.DataFrame:
    """Read the further genes of the same samples: genes x samples, NaN where neither table has a gene."""
    more = pd.read_parquet(data / "cohorts" / "expression_more_genes.parquet")
    return pd.concat([expression, more[expression.columns]]).reindex(genes.ids)


def _read_patients(
    table: pd.DataFrame, expression: pd.DataFrame, min_patients: int
) -> tuple[Patients, pd.DataFrame]:
    table = table[table["cohort"].isin(COHORTS) & table["lineage"].isin(["B-ALL", "T-ALL"])].copy()
    table["label"] = table["subtype"].where(table["lineage"] == "B-ALL", NOT_B_ALL)
    sizes = table.groupby("label")["patient"].nunique()
    table = table[table["label"].isin(sizes[sizes >= min_patients].index)]
    before = table["subtype_before_ml"]
    known = before.notna() & ~before.isin(UNKNOWN_BEFORE_ML) & (table["lineage"] == "B-ALL")
    patients = Patients(
        table.index.to_numpy(),
        table["label"].to_numpy(),
        table["patient"].to_numpy(),
        table["cohort"].to_numpy(),
        10.0 ** np.ascontiguousarray(expression[table.index].to_numpy(np.float64).T) - 1.0,
        table["blast_pct"].to_numpy(np.float64),
    )
    return patients, pd.DataFrame({"known": known, "tumor_pct": table["tumor_content_pct"].astype(float)})


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


def _read_cells(path: Path, genes: GeneTable, split: Split) -> Cells:
    counts = read_counts(path)
    own = counts.reindex(genes.ids).fillna(0.0).to_numpy(np.float64)
    cpm = own / counts.sum().to_numpy() * 1e6
    lacking = unread_chromosomes(own.sum(axis=1) > 0, genes)
    cpm[genes.frame["chromosome"].isin(lacking).to_numpy()] = np.nan
    kinds, held_out = split(list(counts.columns))
    return Cells(cpm.T, np.array(kinds), np.array(held_out))


def _blood_donor(names: list[str]) -> tuple[list[str], list[bool]]:
    """Columns are ``type.number``; numbers 4 and above are held out."""
    parts = [name.rsplit(".", 1) for name in names]
    return [kind for kind, _ in parts], [int(number) >= 4 for _, number in parts]


def _every_second(names: list[str]) -> tuple[list[str], list[bool]]:
    return ["stroma"] * len(names), [position % 2 == 1 for position in range(len(names))]


def _every_third(names: list[str]) -> tuple[list[str], list[bool]]:
    return ["B-ALL"] * len(names), [position % 3 == 2 for position in range(len(names))]
