"""The newcomer's page: how counts become calls, from top to bottom."""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from leukotype.calling.calls import Calls, Rules, make_calls
from leukotype.calling.chromosomes import as_abundance, measure
from leukotype.calling.neighbours import tables as level_tables
from leukotype.errors import InputError
from leukotype.evidence.findings import flags
from leukotype.evidence.genomes import read_genomes
from leukotype.inputs import (
    BlastTable,
    ChunkedFrame,
    ExpressionBlock,
    ExpressionReader,
    GivenLesions,
    LesionFiles,
    Source,
    blasts_from_series,
    from_frame,
    open_expression,
    read_blasts,
    read_lesions,
)
from leukotype.inputs.lesions.given import Lesions
from leukotype.model.blasts import DISAGREEMENT
from leukotype.model.bundle import Bundle, load
from leukotype.model.dosage import table as dosage_table
from leukotype.model.features import Array
from leukotype.model.genes import Harmonised
from leukotype.runs.cluster import Cluster
from leukotype.vocabulary import (
    FEW_GENES_PCT,
    BlastSource,
    BlastUnit,
    IdType,
    Orientation,
    Scheme,
    Strandedness,
    ValueType,
)


def classify(
    counts: pd.DataFrame | ChunkedFrame,
    blasts: Mapping[str, float] | pd.Series[float] | None = None,
    model: Bundle | Path | str | None = None,
    *,
    lesions: LesionFiles | None = None,
    scheme: Scheme | str = Scheme.INOVATE,
    value_type: str = "auto",
    orientation: Orientation | str = Orientation.AUTO,
    id_type: IdType | str | None = None,
    strict: bool = False,
    cluster: Cluster | None = None,
) -> Calls:
    """Call the molecular subtype of every sample of a data frame.

    Parameters
    ----------
    counts
        genes x samples or samples x genes, named by Ensembl id, symbol or Entrez id; never changed. A
        `dask.dataframe` of samples x genes is read partition by partition.
    blasts
        blast percentage (0 to 100) of some or all samples, by sample name.
    model
        a bundle, the folder of one, or None for the model that ships.
    lesions
        files of fusions, karyotypes, copy number and mutations of some or all samples.
    scheme
        list of subtypes that the calls are read against.
    value_type
        ``auto``, ``counts``, ``cpm``, ``tpm``, ``fpkm``, or a logarithm such as ``log2-tpm``.
    strict
        hold back also what may have under 30 % blasts by the interval of their estimate.
    cluster
        where the samples are called; this process by default.

    Raises
    ------
    InputError
        if the table or the blasts cannot be used; one line.
    ModelFileError
        if the bundle cannot be.
    """
    bundle = model if isinstance(model, Bundle) else load(None if model is None else Path(model))
    reader = from_frame(
        counts,
        count_known=bundle.genes.count_known,
        value_type=value_type,
        orientation=Orientation(orientation),
    )
    given = None if blasts is None else blasts_from_series(blasts, reader.samples)
    genes_by = None if id_type is None else IdType(id_type)
    found = read_lesions(lesions or LesionFiles(), reader.samples)
    options = {
        "value_type": value_type,
        "orientation": str(orientation),
        "id_type": genes_by,
        "strict": strict,
    }
    shared = _Shared(bundle, given, found.lesions, Scheme(scheme), strict, genes_by)
    return _classify(reader, found, shared, options, cluster)


def classify_files(
    paths: Sequence[Path],
    *,
    model: Bundle | Path | None = None,
    blasts: Path | None = None,
    blast_unit: BlastUnit = BlastUnit.AUTO,
    lesions: LesionFiles | None = None,
    scheme: Scheme = Scheme.INOVATE,
    id_type: IdType | None = None,
    value_type: str = "auto",
    orientation: Orientation = Orientation.AUTO,
    strandedness: Strandedness | None = None,
    tx2gene: Path | None = None,
    strict: bool = False,
    on_progress: Callable[[int, int], None] | None = None,
    cluster: Cluster | None = None,
) -> Calls:
    """Call the molecular subtype of every sample of some files; what `leukotype predict` runs.

    With a `cluster` the files are read here, and their samples are called on its workers.

    Raises
    ------
    InputError
        if a file cannot be used; one line that names it.
    ModelFileError
        if the bundle cannot be.
    """
    left_out = ("paths", "on_progress", "cluster", "lesions", "left_out")
    options = {name: _plain(value) for name, value in locals().items() if name not in left_out}
    options["lesions"] = {name: _plain(value) for name, value in vars(lesions or LesionFiles()).items()}
    bundle = model if isinstance(model, Bundle) else load(model)
    reader = open_expression(
        paths,
        count_known=bundle.genes.count_known,
        value_type=value_type,
        orientation=orientation,
        strandedness=strandedness,
        tx2gene=tx2gene,
        on_progress=on_progress,
    )
    given = None if blasts is None else read_blasts(blasts, reader.samples, blast_unit)
    found = read_lesions(lesions or LesionFiles(), reader.samples)
    shared = _Shared(bundle, given, found.lesions, scheme, strict, id_type)
    return _classify(reader, found, shared, options, cluster)


def _classify(
    reader: ExpressionReader,
    given: GivenLesions,
    shared: _Shared,
    options: Mapping[str, Any],
    cluster: Cluster | None,
) -> Calls:
    """Take each block of samples from expression to calls, here or on the workers of a cluster."""
    answers = (
        (_answer(shared, block) for block in reader.blocks())
        if cluster is None
        else cluster.map(_answer, shared, reader.blocks())
    )
    blocks, notes = [], dict[str, None]()
    for tables, note in answers:
        blocks.append(tables)
        notes[note] = None
    whole = (_joined(tables) for tables in zip(*blocks, strict=True))
    calls, probabilities, evidence, dosage, places, markers = whole
    said = {
        "notes": [*reader.notes, *notes, *(shared.blasts.notes if shared.blasts else ()), *given.notes],
        "warnings": _warnings(calls),
    }
    sources = [*reader.sources, *([shared.blasts.source] if shared.blasts else []), *given.sources]
    run = _run(reader, sources, shared.bundle, {**options, "scheme": str(shared.scheme)})
    return Calls(calls, probabilities, evidence, dosage, places, markers, {**run, **said})


@dataclass(frozen=True)
class _Shared:
    """What the calls of every block need."""

    bundle: Bundle
    blasts: BlastTable | None
    lesions: Lesions
    scheme: Scheme
    strict: bool
    id_type: IdType | None


def _answer(shared: _Shared, block: ExpressionBlock) -> tuple[tuple[pd.DataFrame, ...], str]:
    """Give one block's tables, and what is noted of its genes."""
    bundle, id_type = shared.bundle, shared.id_type
    harmonised = bundle.genes.harmonise(block.values, id_type)
    _check_genes(block, harmonised, bundle)
    tables = _call_block(block, harmonised, shared)
    return tables, _gene_note(harmonised)


def _joined(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Put the blocks' tables together; one without rows has no types that could count."""
    return pd.concat([table for table in tables if len(table)] or tables[:1], ignore_index=True)


def _call_block(block: ExpressionBlock, harmonised: Harmonised, shared: _Shared) -> tuple[pd.DataFrame, ...]:
    """Call the samples of one block: calls, probabilities, evidence, dosage, map, markers."""
    samples, bundle = list(block.values.index), shared.bundle
    model = bundle.model
    dosages, markers = measure(block, bundle.reference, shared.id_type)
    genomes = read_genomes(shared.lesions, samples, dosages, markers)
    abundance = as_abundance(block, harmonised, bundle.genes)
    predicted = model.predict(abundance, flags(genomes.evidence, samples, model.subtypes))
    calls, probabilities = make_calls(
        samples,
        predicted,
        Rules(model.classes, bundle.manifest["threshold"], model.limit, model.sets, shared.strict),
        genomes,
        blast_pct=_blasts_of(samples, shared.blasts),
        library_size=_library_size(block),
        genes_found_pct=harmonised.found_pct,
        model=bundle.label,
        scheme=shared.scheme,
    )
    levels = level_tables(samples, abundance, predicted.expression, markers, bundle)
    return calls, probabilities, genomes.evidence.table(samples), dosage_table(dosages), *levels


def _warnings(calls: pd.DataFrame) -> list[str]:
    """Say what makes the calls of a run less sure than the card's figures."""
    few, blind = calls["genes_found_pct"] < FEW_GENES_PCT, calls["blast_source"] == BlastSource.ESTIMATED
    apart = (calls["blast_pct"] - calls["blast_estimate_pct"]).abs() > DISAGREEMENT
    unseen = calls["ploidy_state"] == ""
    told = {
        f"under {FEW_GENES_PCT:g} % of the model's genes found, the others filled by their mean": few,
        "without a blast percentage: it is estimated from the expression": blind,
        f"with blasts given and estimated more than {DISAGREEMENT:g} points apart: see their reasons": apart,
        "without an estimate of their chromosomes: too few of its genes, or of their reads": unseen,
    }
    return [f"{int(rows.sum())} samples {text}" for text, rows in told.items() if rows.any()]


def _blasts_of(samples: list[str], blasts: BlastTable | None) -> Array:
    given = pd.Series(dtype=np.float64) if blasts is None else blasts.pct
    return np.asarray(given.reindex(samples), dtype=np.float64)


def _library_size(block: ExpressionBlock) -> Array:
    """Count the reads of each sample; NaN where the values are no counts."""
    if block.value_type != ValueType.COUNTS:
        return np.full(len(block.values), np.nan)
    return np.asarray(block.values.sum(axis=1), dtype=np.float64).round()


def _check_genes(block: ExpressionBlock, harmonised: Harmonised, bundle: Bundle) -> None:
    """Refuse a table with too few of the model's genes: absent genes are filled by their training mean."""
    total, least = len(bundle.genes.ids), float(bundle.manifest["min_genes_pct"])
    if harmonised.found_pct < least:
        needed = int(np.ceil(total * least / 100))
        raise InputError(
            f"{block.label}: sample {block.values.index[0]}: found {harmonised.found} of the model's {total} "
            f"genes, {needed} are needed: give a whole-transcriptome table of human genes, or --id-type"
        )


def _gene_note(harmonised: Harmonised) -> str:
    return (
        f"{harmonised.found} of {len(harmonised.values.columns)} model genes found by {harmonised.id_type}, "
        f"{harmonised.renamed} under an old name, {harmonised.merged} columns merged"
    )


def _plain(value: Any) -> Any:
    if isinstance(value, Bundle):
        return value.label
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return str(value) if isinstance(value, Path | str) else value


def _run(
    reader: ExpressionReader,
    sources: Sequence[Source],
    bundle: Bundle,
    options: Mapping[str, Any],
) -> dict[str, Any]:
    """Say what was read, with what, and what was noticed: enough to repeat the run."""
    packages = {name: version(name) for name in ("leukotype", "numpy", "pandas")}
    return {
        "inputs": [vars(source) for source in sources],
        "model": {"name": bundle.label, "sha256": bundle.digest},
        "options": dict(options),
        "samples": len(reader.samples),
        "versions": {"python": platform.python_version(), **packages},
        "limits": "Research use only. Not a medical device.",
    }
