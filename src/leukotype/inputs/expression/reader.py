"""Expression tables of any kind, read and checked, as blocks of samples x genes on the linear scale."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from leukotype.errors import InputError, abridge, first_control, quote
from leukotype.inputs.expression.anndata_files import H5AD, ZARR, open_h5ad, open_zarr
from leukotype.inputs.expression.axis_names import names_of
from leukotype.inputs.expression.dask_frames import DASK_FRAME, ChunkedFrame, ChunkedMatrix
from leukotype.inputs.expression.data_frame import FRAME, FrameMatrix
from leukotype.inputs.expression.format import Format
from leukotype.inputs.expression.formats import recognise
from leukotype.inputs.expression.gct import GCT, read_layout
from leukotype.inputs.expression.matrix import Matrix
from leukotype.inputs.expression.orientation import CountKnown
from leukotype.inputs.expression.parquet import PARQUET, ParquetMatrix
from leukotype.inputs.expression.sample_tables import MatrixTable, OneSampleTable, SampleTable
from leukotype.inputs.expression.sheet_names import with_names
from leukotype.inputs.expression.text_matrix import TextMatrix
from leukotype.inputs.expression.transcripts import TranscriptMap, sum_to_genes
from leukotype.inputs.expression.twins import Twins
from leukotype.inputs.expression.values import ValueKind, ValuePlace, Vector, check_finite, kind_of
from leukotype.inputs.paths import expand, sample_name
from leukotype.inputs.reading import Reading
from leukotype.inputs.sample_sheet import SampleSheet, read_sheet
from leukotype.inputs.source import Source, container, from_one_sheet, sha256, split_sheet
from leukotype.inputs.tables.text import duplicates, open_table
from leukotype.vocabulary import ValueType

Progress = Callable[[int, int], None]
AS_IT_IS: Final = Reading()  # as the content tells
# Container of a file -> its format and the matrix in it; text is recognised by `formats.recognise`.
READERS: Final[Mapping[str, tuple[Format, Callable[[Path], Matrix]]]] = MappingProxyType(
    {"parquet": (PARQUET, ParquetMatrix), "h5ad": (H5AD, open_h5ad), "zarr": (ZARR, open_zarr)}
)
_WITH_LAYERS: Final = MappingProxyType({"h5ad": open_h5ad, "zarr": open_zarr})


@dataclass(frozen=True)
class ExpressionBlock:
    """Some samples that share their gene names.

    ``label`` names the file of the first of them; ``values`` is samples x gene names as the file wrote them
    (duplicates and versions still there), float32, on the linear scale; ``value_type`` is what they are.
    """

    label: str
    values: pd.DataFrame
    value_type: ValueType


@dataclass(frozen=True)
class _Names:
    """Names of a frame: all as written, those of genes or transcripts, and which are tallies."""

    written: pd.Index[str]
    tallies: npt.NDArray[np.bool_]
    genes: pd.Index[str]
    transcripts: bool

    def without_tallies(self, frame: pd.DataFrame, notes: dict[str, None]) -> pd.DataFrame:
        values = frame.to_numpy()
        if self.tallies.any():
            notes[f"rows left out: {abridge(self.written[self.tallies].tolist(), 8)}"] = None
            values = values[:, ~self.tallies]
        return pd.DataFrame(values, index=frame.index, columns=self.genes)


class ExpressionReader:
    """The samples of one or more files, known by name at once and read block by block.

    ``notes`` (and those of ``sources``) grow while blocks are read, and are complete after the last one; so
    is ``unreadable``, the reason of each sample that cannot be read, where the reader is ``forgiving``.
    """

    def __init__(
        self,
        parts: Sequence[SampleTable],
        hashes: Sequence[str] = (),
        notes: Sequence[str] = (),
        tx2gene: TranscriptMap | None = None,
        on_progress: Progress | None = None,
        *,
        forgiving: bool = False,
    ) -> None:
        _check_samples(parts)
        self._forgiving = forgiving
        self.unreadable: dict[str, str] = {}
        self._parts = tuple(parts)
        self._hashes = tuple(hashes)
        self._notes = dict.fromkeys(notes)
        self._tx2gene = tx2gene
        self._on_progress = on_progress
        self._part_notes = [dict.fromkeys(part.notes) for part in parts]
        self._names: _Names | None = None
        self._twins = Twins()

    @property
    def samples(self) -> tuple[str, ...]:
        """Names of all samples, in input order; no name stands twice."""
        return tuple(sample for part in self._parts for sample in part.samples)

    @property
    def sources(self) -> tuple[Source, ...]:
        """The files, in input order; none for a data frame."""
        listing = zip(self._parts, self._hashes, self._part_notes, strict=False)
        return tuple(
            Source(part.label, digest, part.format, len(part.samples), tuple(notes))
            for part, digest, notes in listing
        )

    @property
    def warnings(self) -> list[str]:
        """Say which samples may be one under two names; complete after the last block."""
        return self._twins.warnings

    @property
    def notes(self) -> tuple[str, ...]:
        """What was detected and done, one line each, none twice."""
        formats = [part.format for part in self._parts]
        told = [f"format: {name}, files: {formats.count(name)}" for name in dict.fromkeys(formats)]
        each = [note for notes in self._part_notes for note in notes]
        return tuple(dict.fromkeys([*told, *self._notes, *each]))

    def blocks(self, size: int = 64) -> Iterator[ExpressionBlock]:
        """Read the samples in input order.

        Parameters
        ----------
        size
            Most samples of a block. Only one block is held in memory.

        Yields
        ------
            Blocks whose samples share one list of gene names.

        Raises
        ------
        InputError
            For the first value, sample or file that cannot be used.
        """
        waiting: list[pd.DataFrame] = []
        first, value_type = "", ValueType.COUNTS
        for label, frame, kind in self._check_frames(size):
            full = sum(map(len, waiting)) + len(frame) > size
            if waiting and (full or not waiting[0].columns.equals(frame.columns)):
                yield ExpressionBlock(first, _concatenate(waiting), value_type)
                waiting = []
            if waiting:
                frame.columns = waiting[0].columns  # one list of names in memory, not one per file
            first = first if waiting else label
            waiting.append(frame)
            value_type = kind.value_type
        if waiting:
            yield ExpressionBlock(first, _concatenate(waiting), value_type)
        elif len(self.unreadable) == len(self.samples):
            raise InputError(next(iter(self.unreadable.values())))

    def _check_frames(self, size: int) -> Iterator[tuple[str, pd.DataFrame, ValueKind]]:
        """Frames of genes on the linear scale, each sample of which passed its checks."""
        first: tuple[str, ValueKind] | None = None
        for done, (part, notes) in enumerate(zip(self._parts, self._part_notes, strict=True), start=1):
            read: list[str] = []
            for frame in self._frames_of(part, size):
                names = self._names_of(part.label, frame.columns)
                genes = names.without_tallies(frame, notes)
                read += genes.index.tolist()
                genes, first = self._check_values(part, genes, first)
                if first is None or genes.empty:
                    continue
                kind = first[1]
                notes[f"values: {kind} ({part.basis})"] = None
                if len(self.samples) > 1:
                    self._twins.add(genes)
                known = self._to_genes(part.label, genes, notes) if names.transcripts else genes
                yield part.label, known, kind
            if read != part.samples and not set(part.samples) <= set(self.unreadable):
                raise InputError(
                    f"{part.label}: expected the samples seen when it was opened, found others: read it again"
                )
            if self._on_progress is not None:
                self._on_progress(done, len(self._parts))

    def _frames_of(self, part: SampleTable, size: int) -> Iterator[pd.DataFrame]:
        """Read the frames of a file; one of a single sample, among others, may be beyond reading."""
        try:
            yield from part.frames(size)
        except InputError as error:
            if not self._forgiving or len(part.samples) > 1:
                raise
            self.unreadable[part.samples[0]] = str(error)

    def _check_values(
        self, part: SampleTable, frame: pd.DataFrame, first: tuple[str, ValueKind] | None
    ) -> tuple[pd.DataFrame, tuple[str, ValueKind] | None]:
        """Decide each sample by itself, and undo its logarithm; all that can be read must be alike."""
        genes, values = frame.columns.tolist(), frame.to_numpy()
        linear: list[Vector] = []
        readable = np.ones(len(frame), dtype=bool)
        for row, name in enumerate(map(str, frame.index)):
            place = ValuePlace(part.label, name, genes)
            try:
                check_finite(place, values[row])
                kind = kind_of(place, values[row], part.stated)
            except InputError as error:
                told = f"{error} ({part.remark})" if part.remark else str(error)
                if not self._forgiving:
                    raise InputError(told) from error
                self.unreadable[name], readable[row] = told, False
                continue
            first = first or (name, kind)
            if not kind.is_like(first[1]):
                raise InputError(
                    f"{part.label}: expected one kind of values, found {first[1]} in sample {first[0]} and "
                    f"{kind} in sample {name}: give them apart"
                )
            linear.append(kind.linear(values[row]))
        frame = frame if readable.all() else frame[readable]
        if first is not None and first[1].log and linear:
            frame = pd.DataFrame(np.stack(linear), index=frame.index, columns=frame.columns)
        return frame, first

    def _names_of(self, label: str, written: pd.Index[str]) -> _Names:
        """Look at the names of a frame; once only for consecutive files of the same names."""
        if self._names is None or not self._names.written.equals(written):
            names = names_of(written.tolist())
            names.check_human(label)
            left_out = np.zeros(len(written), dtype=bool)
            left_out[list(names.no_genes)] = True
            self._names = _Names(written, left_out, written[~left_out], names.are_transcripts)
        return self._names

    def _to_genes(self, label: str, frame: pd.DataFrame, notes: dict[str, None]) -> pd.DataFrame:
        genes, note = sum_to_genes(label, frame, self._tx2gene)
        notes[note] = None
        return genes


def open_expression(
    paths: Sequence[Path],
    reading: Reading = AS_IT_IS,
    *,
    count_known: CountKnown,
    on_progress: Progress | None = None,
    forgiving: bool = False,
) -> ExpressionReader:
    """Open expression tables: every file is recognised by its content, and its samples are known at once.

    Parameters
    ----------
    paths
        Files, and folders of files of one format, also where a tool puts each into a folder of its own
        (``P1/quant.sf``).
    reading
        What their content does not tell.
    count_known
        How many of some names are genes of the model's table; it tells where the genes of a matrix stand.
    on_progress
        Called after each file with the number of files read and their total.
    forgiving
        A sample whose values cannot be read stops no other one, and its reason is kept; unless none can be.

    Raises
    ------
    InputError
        For the first file that cannot be used, and for samples of the same name.
    """
    parts: list[SampleTable] = []
    notes: list[str] = []
    if not paths:
        raise InputError(
            "no expression file was given: name at least one file or folder, or a sheet by --samples"
        )
    sheet = None if reading.samples is None else read_sheet(reading.samples)
    for path in map(Path, paths):
        files, aside = expand(path, by_genes=reading.tx2gene is None)
        found = [_open_path(file, count_known, _reading_of(file, reading, sheet)) for file in files]
        found = found if sheet is None else [with_names(part, sheet) for part in found]
        _check_one_format(path, found)
        parts += found
        notes += [f"{path}: not tables, left aside: {abridge(aside)}"] if aside else []
    notes += sheet.notes if sheet else ()
    if sheet and (aside := [quote(name) for name in sheet.aside if name]):
        notes.append(f"{sheet.path}: columns not read: {abridge(aside)}")
    hashes = [sha256(Path(part.label)) for part in parts]
    transcripts = TranscriptMap(reading.tx2gene) if reading.tx2gene is not None else None
    return ExpressionReader(parts, hashes, notes, transcripts, on_progress, forgiving=forgiving)


def _reading_of(path: Path, reading: Reading, sheet: SampleSheet | None) -> Reading:
    """Read a file with the strand that a sheet has for it, unless one was asked for."""
    strand = reading.strandedness or (sheet.strand_of(path) if sheet else None)
    return replace(reading, strandedness=strand)


def _open_path(path: Path, count_known: CountKnown, reading: Reading) -> SampleTable:
    """Open a file, or the one sheet of a workbook that holds genes."""
    opened = from_one_sheet(path, lambda each: _open_file(each, count_known, reading))
    if sheet := "" if Path(opened.label) == path else split_sheet(Path(opened.label))[1]:
        opened.notes.append(f"read from sheet {quote(sheet)}, the only one with genes")
    return opened


def _open_file(path: Path, count_known: CountKnown, reading: Reading) -> SampleTable:
    """Recognise one file by its content and open it; nothing but its names is read yet."""
    kind = container(path)
    if reading.layer is not None:
        return _open_layer(path, kind, reading.layer, reading, count_known)
    if kind in READERS:
        known, read = READERS[kind]
        return MatrixTable(read(path), known, reading, count_known)
    layout = read_layout(path)
    known, table = recognise(open_table(path, layout.aside if layout else ()))
    if layout is not None:
        table, known = layout.settle(table), GCT
    opened: SampleTable = (
        MatrixTable(TextMatrix(table), known, reading, count_known)
        if known.is_matrix
        else OneSampleTable(table, known, reading)
    )
    opened.notes += table.notes
    if table.decimal == ",":
        opened.remark = "decimal commas read as points"
        opened.notes.append(opened.remark)
    return opened


def _open_layer(path: Path, kind: str, layer: str, reading: Reading, count_known: CountKnown) -> MatrixTable:
    if kind not in _WITH_LAYERS:
        raise InputError(f"{path}: expected an h5ad file or a zarr store, found {kind}: leave --layer out")
    return MatrixTable(_WITH_LAYERS[kind](path, layer), READERS[kind][0], reading, count_known)


def sample_names(path: Path, count_known: CountKnown) -> list[str]:
    """Name the samples of one file, of which nothing but its names is read.

    Raises
    ------
    InputError
        For a file that is no table of expression.
    """
    kind = container(path)
    if kind in READERS:
        return _open_file(path, count_known, AS_IT_IS).samples
    return from_one_sheet(path, lambda each: _names_in(each, count_known))


def _names_in(path: Path, count_known: CountKnown) -> list[str]:
    known, _ = recognise(open_table(path))
    return _open_file(path, count_known, AS_IT_IS).samples if known.is_matrix else [sample_name(path)]


def from_frame(
    frame: pd.DataFrame | ChunkedFrame,
    reading: Reading = AS_IT_IS,
    *,
    count_known: CountKnown,
    forgiving: bool = False,
) -> ExpressionReader:
    """Open a data frame as a file's matrix is opened, with the same checks; the frame is never changed.

    Parameters
    ----------
    frame
        Genes x samples or samples x genes, names in its index and columns; of dask samples x genes.
    reading, count_known, forgiving
        As in `open_expression`.

    Raises
    ------
    InputError
        For a frame that cannot be used.
    """
    if isinstance(frame, pd.DataFrame):
        matrix: Matrix = FrameMatrix(frame)
        known = FRAME
    elif isinstance(frame, ChunkedFrame):
        matrix, known = ChunkedMatrix(frame), DASK_FRAME
    else:
        raise InputError(f"counts: expected a pandas DataFrame, found {type(frame).__name__}: make it one")
    return ExpressionReader([MatrixTable(matrix, known, reading, count_known)], forgiving=forgiving)


def _check_one_format(path: Path, parts: Sequence[SampleTable]) -> None:
    other = next((part for part in parts if part.format != parts[0].format), None)
    if other is not None:
        raise InputError(
            f"{path}: expected files of one format in the folder, found {Path(parts[0].label).name} "
            f"({parts[0].format}) and {Path(other.label).name} ({other.format}): give the files of one format"
        )


def _check_samples(parts: Sequence[SampleTable]) -> None:
    """Refuse names that stand twice, in one file or over several, and samples without a name.

    So names that a terminal would act on: they stand in every table of results, which people print there too.
    """
    places: dict[str, str] = {}
    for part in parts:
        again = duplicates(part.samples)
        if again:
            raise InputError(
                f"{part.label}: expected each sample once, found twice {abridge(again)}: rename them"
            )
        for sample in part.samples:
            if not sample:
                raise InputError(
                    f"{part.label}: expected a name for every sample, found an empty one: name it"
                )
            if found := first_control(sample):
                raise InputError(
                    f"{part.label}: sample {quote(sample)}: expected a name of characters that can be seen, "
                    f"found {found}: rename it"
                )
            if sample in places:
                raise InputError(
                    f"{part.label}: sample {sample}: expected each sample once, found it in "
                    f"{places[sample]} too: "
                    "rename one of them"
                )
            places[sample] = part.label


def _concatenate(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    return frames[0] if len(frames) == 1 else pd.concat(frames)
