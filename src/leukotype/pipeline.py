"""The newcomer's page: how counts become calls, and calls become explanations, from top to bottom."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np
import pandas as pd

from leukotype.calling.calls import Library, PatientFacts, Rules, make_calls
from leukotype.calling.chromosomes import measure
from leukotype.calling.neighbours import mean_leukemia
from leukotype.calling.neighbours import tables as neighbour_tables
from leukotype.calling.prepared import Prepared
from leukotype.calling.profile_levels import ProfileLevels
from leukotype.calling.sex import SexSeen, note_of_unread, see_sexes
from leukotype.calling.unreadable import add_unreadable
from leukotype.errors import InputError, abridge, count_of
from leukotype.evidence.findings import flags, kinase_alerts
from leukotype.evidence.genomes import read_genomes
from leukotype.inputs import (
    BlastTable,
    ChunkedFrame,
    ExpressionBlock,
    ExpressionReader,
    GivenLesions,
    blasts_from_series,
    from_frame,
    open_expression,
    read_blasts,
    read_lesions,
)
from leukotype.inputs.age_column import AGE
from leukotype.inputs.patient_column import (
    PatientColumn,
    PatientValues,
    patient_values,
    read_patient_column,
)
from leukotype.inputs.sex_column import SEX, sexes_of_karyotypes
from leukotype.inputs.source import Source
from leukotype.model.blasts import DISAGREEMENT
from leukotype.model.bundle import Bundle, load
from leukotype.model.classifier import Predicted
from leukotype.model.dosage import Dosage
from leukotype.model.dosage import table as dosage_table
from leukotype.model.features import Array
from leukotype.runs.cluster import Cluster
from leukotype.runs.options import RunOptions
from leukotype.runs.places import file_places
from leukotype.runs.run import ModelName, Run
from leukotype.vocabulary import FEW_GENES_PCT, BlastSource, Sex, Status

if TYPE_CHECKING:
    from leukotype.explanations import Explanations

Model = Bundle | Path | str | None
Progress = Callable[[int, int], None]
_Value = TypeVar("_Value")
_OfPatients = Path | Mapping[str, Any] | pd.Series | None
_OF_PATIENTS: Final = frozenset({"age", "sex"})  # options that may stand by sample, beside a data frame
TOP = 15  # genes and chromosomes that an explanation names


def classify(
    counts: pd.DataFrame | ChunkedFrame,
    blasts: Mapping[str, float] | pd.Series[float] | None = None,
    model: Model = None,
    *,
    cluster: Cluster | None = None,
    **asked: Any,
) -> Run:
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
    cluster
        where the samples are called; this process by default.
    asked
        options of the run, by the names of `RunOptions`, `Reading` and `LesionFiles`: ``value_type="tpm"``;
        ``sex`` (to find swapped samples) and ``age`` (years) may stand by sample too.

    Raises
    ------
    InputError
        if the table or the blasts cannot be used; one line.
    ModelFileError
        if the bundle cannot be.
    """
    return _call(_open_frame(counts, blasts, model, asked), cluster)[0]


def classify_files(
    paths: Sequence[Path | str] | Path | str,
    model: Model = None,
    *,
    cluster: Cluster | None = None,
    on_progress: Progress | None = None,
    **asked: Any,
) -> Run:
    """Call the molecular subtype of every sample of some files; what `leukotype predict` runs.

    With a `cluster` the files are read here, and their samples are called on its workers.

    Parameters
    ----------
    model, cluster, asked
        as in `classify`.
    on_progress
        called after each file with the number of files read and their total.

    Raises
    ------
    InputError
        if a file cannot be used; one line that names it.
    ModelFileError
        if the bundle cannot be.
    """
    return _call(_open_files(RunOptions.of(paths, **asked), model, on_progress), cluster)[0]


def explain(
    counts: pd.DataFrame | ChunkedFrame,
    blasts: Mapping[str, float] | pd.Series[float] | None = None,
    model: Model = None,
    *,
    top: int = TOP,
    samples: Sequence[str] | None = None,
    cluster: Cluster | None = None,
    **asked: Any,
) -> Explanations:
    """Call every sample of a data frame and say what weighed in each call.

    Parameters
    ----------
    counts, blasts, model, cluster, asked
        as in `classify`.
    top
        genes and chromosomes named for each sample; the others are summed up in one row a layer.
    samples
        those to explain; all by default.

    Raises
    ------
    InputError, ModelFileError
        as `classify`; for a sample that is not there, or a model that has no exact parts.
    """
    return _explain(_open_frame(counts, blasts, model, asked), top, samples, cluster)


def explain_files(
    paths: Sequence[Path | str] | Path | str,
    model: Model = None,
    *,
    top: int = TOP,
    samples: Sequence[str] | None = None,
    cluster: Cluster | None = None,
    on_progress: Progress | None = None,
    **asked: Any,
) -> Explanations:
    """Call every sample of some files and say what weighed in each call; what `leukotype explain` runs.

    Parameters
    ----------
    paths, model, cluster, on_progress, asked
        as in `classify_files`.
    top, samples
        as in `explain`.
    """
    return _explain(_open_files(RunOptions.of(paths, **asked), model, on_progress), top, samples, cluster)


def explain_folder(
    folder: Path,
    *,
    top: int = TOP,
    samples: Sequence[str] | None = None,
    on_progress: Progress | None = None,
) -> Explanations:
    """Explain a run that was written to a folder: its files are read again, if they are unchanged.

    Parameters
    ----------
    top, samples, on_progress
        as in `explain_files`.

    Raises
    ------
    InputError
        if the folder holds no run, if a file of it is gone or has changed, or if it ran on a data frame or
        with another model.
    """
    run = Run.load(folder)
    options = run.options_here(folder)
    opened = _open_files(options, options.model, on_progress)
    bundle = opened.asked.bundle
    if bundle.digest != run.model.sha256:
        raise InputError(
            f"{folder}: expected the model {run.model.name}, found {bundle.label}: predict again"
        )
    said = _explain(opened, top, samples, None)
    # What was read is the same by its hashes; it is called as it was typed.
    told = replace(
        said.run, synthetic=run.synthetic, options=run.options, sources=run.sources, files=run.files
    )
    return replace(said, run=told)


def karyotypes(
    paths: Sequence[Path | str] | Path | str,
    model: Model = None,
    *,
    on_progress: Progress | None = None,
    **asked: Any,
) -> tuple[dict[str, Dosage], Bundle]:
    """Measure the chromosomes of every sample of some files; what `leukotype karyotype` runs.

    Parameters
    ----------
    paths, model, on_progress, asked
        as in `classify_files`.

    Returns
    -------
    The dosage by sample, and the bundle that it was measured with.
    """
    return _measure(_open_files(RunOptions.of(paths, **asked), model, on_progress))


def karyotypes_of_frame(
    counts: pd.DataFrame | ChunkedFrame, model: Model = None, **asked: Any
) -> tuple[dict[str, Dosage], Bundle]:
    """Measure the chromosomes of every sample of a data frame, as `karyotypes` does those of files."""
    return _measure(_open_frame(counts, None, model, asked))


def _measure(opened: _Opened) -> tuple[dict[str, Dosage], Bundle]:
    bundle, reading = opened.asked.bundle, opened.asked.options.reading
    dosages: dict[str, Dosage] = {}
    for block in opened.reader.blocks():
        dosages |= measure(Prepared.of(block, bundle, reading.id_type), bundle.reference).dosages
    return dosages, bundle


@dataclass(frozen=True)
class _Asked:
    """What the calls of every block need."""

    options: RunOptions
    bundle: Bundle
    blasts: BlastTable | None
    lesions: GivenLesions
    sex: PatientValues[Sex]
    age: PatientValues[float]
    keep: bool = False  # what the model saw, for explanations


@dataclass(frozen=True)
class _Opened:
    """A run before it is called: what was asked, and the expression, known by name and not yet read."""

    asked: _Asked
    reader: ExpressionReader


def _open_frame(
    counts: pd.DataFrame | ChunkedFrame,
    blasts: Mapping[str, float] | pd.Series[float] | None,
    model: Model,
    asked: Mapping[str, Any],
) -> _Opened:
    by_sample = {name: asked[name] for name in _OF_PATIENTS & asked.keys() if not _is_path(asked[name])}
    options = RunOptions.of(**{name: value for name, value in asked.items() if name not in by_sample})
    bundle = open_model(model)
    reader = from_frame(
        counts,
        options.reading,
        count_known=bundle.genes.count_known,
        forgiving=not options.strict_inputs,
    )
    known = None if blasts is None else blasts_from_series(blasts, reader.samples)
    return _with_patients(options, bundle, reader, known, by_sample)


def _open_files(options: RunOptions, model: Model, on_progress: Progress | None) -> _Opened:
    bundle = open_model(model)
    reader = open_expression(
        options.expression,
        options.reading,
        count_known=bundle.genes.count_known,
        on_progress=on_progress,
        forgiving=not options.strict_inputs,
    )
    named = model if isinstance(model, Path | str) else None
    options = replace(options, model=None if named is None else Path(named))
    given = options.blasts
    blasts = None if given is None else read_blasts(given, reader.samples, options.blast_unit)
    return _with_patients(options, bundle, reader, blasts, {})


def _with_patients(
    options: RunOptions,
    bundle: Bundle,
    reader: ExpressionReader,
    blasts: BlastTable | None,
    by_sample: Mapping[str, Any],
) -> _Opened:
    """Read what is known of the patients beside their expression and blasts: from files, or by sample."""
    lesions = read_lesions(options.lesions, reader.samples)
    sex = _read_sex(by_sample.get("sex", options.sex), reader.samples, lesions)
    age = _read_column(AGE, by_sample.get("age", options.age), reader.samples)
    return _Opened(_Asked(options, bundle, blasts, lesions, sex, age), reader)


def _is_path(value: object) -> bool:
    return isinstance(value, Path | str)


def _read_column(
    column: PatientColumn[_Value], given: _OfPatients, samples: Sequence[str]
) -> PatientValues[_Value]:
    """Read what is known of the patients from a table, or by sample; nothing is known where none is given."""
    if given is None:
        return PatientValues({})
    if isinstance(given, Path):
        return read_patient_column(given, column, samples)
    return patient_values(column, given, samples)


def _read_sex(given: _OfPatients, samples: Sequence[str], lesions: GivenLesions) -> PatientValues[Sex]:
    """Read the sex of the patients from a table or by sample, else from their karyotypes."""
    if given is None:
        return PatientValues(sexes_of_karyotypes(lesions.lesions.copy_number or ()))
    return _read_column(SEX, given, samples)


def open_model(model: Model) -> Bundle:
    """Open a model by its folder; None: the one that ships.

    Raises
    ------
    ModelFileError
        if the bundle cannot be used.
    """
    return model if isinstance(model, Bundle) else load(None if model is None else Path(model))


def _call(opened: _Opened, cluster: Cluster | None) -> tuple[Run, list[Predicted]]:
    """Take each block of samples from expression to calls, here or on the workers of a cluster.

    Returns
    -------
    The run, and what the model saw of each block, where that is kept.
    """
    asked, reader = opened.asked, opened.reader
    answers = list(
        (_answer(asked, block) for block in reader.blocks())
        if cluster is None
        else cluster.map(_answer, asked, reader.blocks())
    )
    joined = [*map(_join, zip(*(answer.tables for answer in answers), strict=True))]
    calls, probabilities, evidence, dosage, places, markers = _of_all(joined, reader, asked.bundle.label)
    sources, notes = _given(asked, reader, answers)
    files = dict.fromkeys([*asked.options.files, *(source.path for source in sources)])
    run = Run(
        calls,
        probabilities,
        evidence,
        dosage,
        places,
        markers,
        options=asked.options,
        sources=sources,
        model=ModelName(asked.bundle.label, asked.bundle.digest),
        notes=notes,
        warnings=(*_of_reader(reader), *_warnings(joined[0], asked), *kinase_alerts(evidence)),
        files=file_places(files, {source.path: source.sha256 for source in sources}),
        sexes=asked.sex.values,
        ages=asked.age.values,
    )
    return run, [answer.predicted for answer in answers if answer.predicted is not None]


def _of_reader(reader: ExpressionReader) -> tuple[str, ...]:
    """Say what could not be read, and what the reader warns of."""
    return (*_unread(reader.unreadable), *reader.warnings)


def _given(
    asked: _Asked, reader: ExpressionReader, answers: Sequence[_Answer]
) -> tuple[tuple[Source, ...], tuple[str, ...]]:
    """Gather the files that were read, and what was noted of them."""
    blasts, beside = asked.blasts, (asked.lesions, asked.sex, asked.age)
    sources = *reader.sources, *([blasts.source] if blasts else [])
    notes = (
        *reader.notes,
        *dict.fromkeys(note for each in answers for note in each.notes),
        *(blasts.notes if blasts else ()),
    )
    return (
        (*sources, *(source for each in beside for source in each.sources)),
        (*notes, *(note for each in beside for note in each.notes)),
    )


@dataclass(frozen=True)
class _Answer:
    """One block's tables, what is noted of its genes, and what the model saw where that is kept."""

    tables: tuple[pd.DataFrame, ...]
    notes: tuple[str, ...]
    predicted: Predicted | None


def _answer(asked: _Asked, block: ExpressionBlock) -> _Answer:
    """Call the samples of one block: calls, probabilities, evidence, dosage, map, markers."""
    bundle, options = asked.bundle, asked.options
    model, given = bundle.model, asked.lesions.lesions
    prepared = Prepared.of(block, bundle, options.reading.id_type)
    prepared.check_genes(bundle)
    samples = prepared.samples
    chromosomes = measure(prepared, bundle.reference)
    genomes = read_genomes(given, samples, chromosomes.dosages, chromosomes.markers)
    predicted = model.predict(prepared.abundance, flags(genomes.evidence, samples, model.subtypes))
    levels = ProfileLevels.of(prepared.abundance, mean_leukemia(bundle.profiles))
    sexes = see_sexes(samples, levels, bundle.genes, asked.sex.values)
    places = neighbour_tables(samples, levels, predicted.expression, chromosomes.markers, bundle)
    calls, probabilities = make_calls(
        samples,
        predicted,
        _rules(bundle, options),
        genomes,
        blast_pct=_blasts_of(samples, asked.blasts),
        library_size=prepared.library_size,
        genes_found_pct=prepared.genes.found_pct,
        model=bundle.label,
        scheme=options.scheme,
        library=Library(prepared.dropout, prepared.measured),
        patients=[
            PatientFacts(*each) for each in zip(sexes, map(asked.age.values.get, samples), strict=True)
        ],
    )
    tables = (calls, probabilities, genomes.evidence.table(samples), dosage_table(chromosomes.dosages))
    notes = tuple(filter(None, (prepared.note, note_of_unread(sexes))))
    return _Answer((*tables, *places), notes, predicted if asked.keep else None)


def _rules(bundle: Bundle, options: RunOptions) -> Rules:
    model = bundle.model
    return Rules(
        model.classes,
        bundle.manifest["threshold"],
        model.limit,
        model.most_outlying,
        model.sets,
        options.strict,
        options.calls_only,
        bundle.manifest["min_genes_pct"] / 100,
    )


def _explain(
    opened: _Opened, top: int, samples: Sequence[str] | None, cluster: Cluster | None
) -> Explanations:
    """Call the samples, and read the explanations from what the model saw of them."""
    from leukotype.explanations import Explainer, explain_run

    bundle = opened.asked.bundle
    explainer = Explainer.of(bundle.model, bundle.genes, bundle.label)
    run, seen = _call(replace(opened, asked=replace(opened.asked, keep=True)), cluster)
    said = explain_run(_readable(run), Predicted.join(seen), explainer, top, samples)
    return replace(said, run=run)


def _join(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Put the blocks' tables together; one without rows has no types that could count."""
    filled = [table for table in tables if len(table)] or tables[:1]
    return filled[0] if len(filled) == 1 else pd.concat(filled, ignore_index=True)


def _blasts_of(samples: list[str], blasts: BlastTable | None) -> Array:
    if blasts is None:
        return np.full(len(samples), np.nan)
    return np.asarray(blasts.pct.reindex(samples), dtype=np.float64)


def _of_all(tables: Sequence[pd.DataFrame], reader: ExpressionReader, model: str) -> list[pd.DataFrame]:
    """Give the tables of all samples, with a row for each that could not be read."""
    if not reader.unreadable:
        return list(tables)
    calls, probabilities, evidence, dosage, places, markers = tables
    each = calls, probabilities, places, markers
    calls, probabilities, places, markers = add_unreadable(each, reader.samples, reader.unreadable, model)
    return [calls, probabilities, evidence, dosage, places, markers]


def _unread(reasons: Mapping[str, str]) -> Iterator[str]:
    """Say whose expression could not be read."""
    if reasons:
        told = f"{count_of(len(reasons), 'sample')} could not be read ({abridge(list(reasons))})"
        yield f"{told}: see the reason"


def _readable(run: Run) -> Run:
    """Leave out the samples that a model never saw."""
    seen = (run.calls["status"] != Status.UNREADABLE).to_numpy()
    calls, probabilities = (each[seen].reset_index(drop=True) for each in (run.calls, run.probabilities))
    return replace(run, calls=calls, probabilities=probabilities)


def _swaps(calls: pd.DataFrame, given: PatientValues[Sex]) -> list[str]:
    """Say whose sex by expression is not the given one."""
    seen = zip(calls["sample"], map(Sex, calls["sex_expression"]), strict=True)
    told = [(name, SexSeen(sex, given.values.get(name, Sex.UNKNOWN))) for name, sex in seen]
    names = [f"{name} given {sex.given}, shows {sex.expressed}" for name, sex in told if sex.differs]
    text = "samples whose expression shows another sex than was given, as a swapped tube does"
    return [f"{text}: {len(names)} ({abridge(names)})"] if names else []


def _warnings(calls: pd.DataFrame, asked: _Asked) -> Iterator[str]:
    """Say what makes the calls of a run less sure than the card's figures, and what may be a swap."""
    few, blind = calls["genes_found_pct"] < FEW_GENES_PCT, calls["blast_source"] == BlastSource.ESTIMATED
    apart = (calls["blast_pct"] - calls["blast_estimate_pct"]).abs() > DISAGREEMENT
    unseen = calls["ploidy_state"] == ""
    texts = {
        f"under {FEW_GENES_PCT:g} % of the model's genes found, the others filled by their mean": few,
        "without a blast percentage: it is estimated from the expression": blind,
        f"with blasts given and estimated more than {DISAGREEMENT:g} points apart: see their reasons": apart,
        "without an estimate of their chromosomes: too few of its genes, or of their reads": unseen,
    }
    counts = (f"{count_of(int(rows.sum()), 'sample')} {text}" for text, rows in texts.items() if rows.any())
    return chain(counts, _swaps(calls, asked.sex))
