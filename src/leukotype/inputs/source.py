"""What a file is by its first bytes: the tables that are read, and the files that are refused by name."""

from __future__ import annotations

import gzip
import hashlib
import io
import stat
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final, NamedTuple, TypeVar, cast

from leukotype.errors import InputError
from leukotype.inputs.tables.workbook import WorkbookError, is_workbook, sheet_as_text, sheet_titles

T = TypeVar("T")

GZIP: Final = b"\x1f\x8b"
ZIP: Final = b"PK"
_HEAD_BYTES: Final = 4096
_BUFFER: Final = 1 << 18
# Bytes: 300,000 columns take 5 million; between lines of a table nothing is blank for long.
_LONGEST_LINE: Final = 30_000_000
_MOST_BLANK: Final = 1_000_000
# A genome's variants are 5 million lines, an annotation 3.5 million; a table of all transcripts is 300,000.
MOST_LINES: Final = 10_000_000
MOST_ROWS: Final = 1_000_000
_EXPRESSION: Final = "give a gene-count table"


@dataclass(frozen=True)
class Source:
    """One input file: enough to find it again and to know that it is the same."""

    path: str
    sha256: str
    format: str
    samples: int
    notes: tuple[str, ...]


class Signature(NamedTuple):
    """First bytes of a kind of file that cannot be read, its name, and what to give instead."""

    start: bytes
    name: str
    advice: str


_REFUSED: Final = (
    Signature(b"BAM\x01", "a BAM file of reads", "count the reads per gene first and give the counts"),
    Signature(b"CRAM", "a CRAM file of reads", "count the reads per gene first and give the counts"),
    Signature(b"@HD\t", "a SAM file of reads", "count the reads per gene first and give the counts"),
    Signature(b"@SQ\t", "a SAM file of reads", "count the reads per gene first and give the counts"),
    Signature(
        b"##fileformat=VCF", "a VCF file of variants", f"{_EXPRESSION}; variants have an option of their own"
    ),
    Signature(b"\xd0\xcf\x11\xe0", "an Excel workbook (xls)", "save the sheet as csv"),
    Signature(b"%PDF", "a PDF document", _EXPRESSION),
    Signature(b"BZh", "a bzip2 archive", "unpack it first"),
    Signature(b"\xfd7zXZ", "an xz archive", "unpack it first"),
    Signature(b"\x28\xb5\x2f\xfd", "a zstd archive", "unpack it first"),
    Signature(b"RDX", "an R data file", "write the table as csv in R"),
    Signature(b"X\n\x00\x00", "an R data file", "write the table as csv in R"),
    Signature(
        b"!Series_", "a GEO series matrix (microarray or metadata)", "give the table of RNA-seq counts"
    ),
    Signature(
        b"%%MatrixMarket",
        "a Matrix Market file, as of single cells",
        "single cells are out of scope; give bulk counts",
    ),
    Signature(b">", "a FASTA file of sequences", _EXPRESSION),
    Signature(b"<", "an HTML or XML page", _EXPRESSION),
    Signature(b"{", "a JSON file", _EXPRESSION),
)


def check_no_pipe(path: Path) -> None:
    """Refuse a pipe or a socket: to open one without a writer would wait for ever.

    Raises
    ------
    InputError
        With what to do instead.
    """
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return
    if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode):
        raise InputError(
            f"{path}: expected a file or a folder, found a pipe, which is read but once: write it to a file "
            "first"
        )


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn whatever goes wrong while a file is read into one line that names the file.

    Raises
    ------
    InputError
        For a file that is absent, unreadable, truncated or not text, and for a pipe, as one in a folder.
    """
    check_no_pipe(path)
    try:
        yield
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file: check the path") from error
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise InputError(f"{path}: the gzip file is truncated or damaged: copy it again") from error
    except WorkbookError as error:
        raise InputError(str(error)) from error
    except UnicodeError as error:
        raise InputError(f"{path}: expected text in UTF-8, found other bytes: save it as UTF-8") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error}): check it") from error


def split_sheet(path: Path) -> tuple[Path, str]:
    """Part a path into its file and the sheet of a workbook that it names: ``counts.xlsx#Batch 1``."""
    name, mark, sheet = path.name.partition("#")
    file = path.with_name(name) if mark and name else path
    return (file, sheet) if file != path and not path.exists() and file.is_file() else (path, "")


def from_one_sheet(path: Path, read: Callable[[Path], T]) -> T:
    """Read a file, or the one sheet of a workbook that can be read so.

    Parameters
    ----------
    read
        reads a path, which may name a sheet; raises an `InputError` for what it is not.

    Raises
    ------
    InputError
        Where several sheets can be read; what the first says where none can.
    """
    sheets = _sheets(path)
    if len(sheets) == 1:
        return read(path)
    found: list[tuple[Path, T]] = []
    problems: list[InputError] = []
    for sheet in sheets:
        try:
            found.append((sheet, read(sheet)))
        except InputError as error:
            problems.append(error)
    if not found:
        raise problems[0]
    if len(found) > 1:
        names = ", ".join(sheet.name for sheet, _ in found)
        raise InputError(f"{path}: expected one sheet of this kind, found {names}: give one of these names")
    return found[0][1]


def _sheets(path: Path) -> list[Path]:
    """Give the paths of a workbook's tables; the path itself for all else, and where there is but one."""
    if path.is_dir() or split_sheet(path)[1]:
        return [path]
    with reading(path):
        with path.open("rb") as raw:
            packed = raw.read(2) == ZIP
        titles = sheet_titles(path) if packed and is_workbook(path) else []
    return [path.with_name(f"{path.name}#{title}") for title in titles] if len(titles) > 1 else [path]


@contextmanager
def stream(path: Path, most_lines: int = MOST_LINES) -> Iterator[IO[bytes]]:
    """Open a file, unpacked if it is gzip (told by its first bytes, not by its name); a workbook as text."""
    file, sheet = split_sheet(path)
    with reading(path), file.open("rb") as raw:
        start = raw.read(2)
        raw.seek(0)
        if start == GZIP:
            with gzip.open(raw) as unpacked:
                yield _within_bounds(path, unpacked, most_lines)
        elif start == ZIP and is_workbook(file):
            yield io.BytesIO(sheet_as_text(file, sheet))
        else:
            yield _within_bounds(path, raw, most_lines)


class _Bounded(io.RawIOBase):
    """The bytes of a file, as long as its lines, their number and what is blank are within bounds."""

    def __init__(self, path: Path, inner: IO[bytes], most_lines: int) -> None:
        self._path, self._inner, self._most_lines = path, inner, most_lines
        self._since_line = self._blank = self._lines = 0

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read into a buffer.

        Raises
        ------
        InputError
            For a line beyond `_LONGEST_LINE`, blank lines beyond `_MOST_BLANK`, and too many lines.
        """
        chunk = self._inner.read(len(buffer))
        buffer[: len(chunk)] = chunk
        end = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
        self._since_line = self._since_line + len(chunk) if end < 0 else len(chunk) - end - 1
        self._blank = self._blank + len(chunk) if chunk.isspace() else 0
        self._lines += _count_lines(chunk)
        if self._lines > self._most_lines:
            raise InputError(
                f"{self._path}: expected up to {self._most_lines:,} lines, found more: give it in parts"
            )
        if self._since_line > _LONGEST_LINE:
            raise InputError(
                f"{self._path}: expected lines of up to {_LONGEST_LINE:,} bytes, found a longer one: give a "
                "table"
            )
        if self._blank > _MOST_BLANK:
            raise InputError(
                f"{self._path}: expected up to {_MOST_BLANK:,} blank bytes between lines, found more: give a "
                "table"
            )
        return len(chunk)


def _count_lines(chunk: bytes) -> int:
    """Count line feeds, in a quarter of the time of `bytes.count`."""
    import numpy as np  # not at the top: help reads no file

    return int(np.count_nonzero(np.frombuffer(chunk, dtype=np.uint8) == ord("\n")))


class _InLargeParts(io.BufferedReader):
    """Bytes for a reader of text, which asks for 8 KB at a time: long lines would be put together of many."""

    def read1(self, size: int = -1, /) -> bytes:
        """Give what is buffered, or one large part."""
        return super().read1(max(size, _BUFFER))


def _within_bounds(path: Path, inner: Any, most_lines: int) -> IO[bytes]:
    return cast("IO[bytes]", _InLargeParts(_Bounded(path, inner, most_lines), _BUFFER))


def sha256(path: Path) -> str:
    """SHA-256 of the file as it lies on the disk, in hexadecimal.

    Of a folder (a zarr store) it is that of a list: for each file, sorted by name, its SHA-256, two blanks
    and its name within the folder, as ``sha256sum`` prints them.
    """
    if path.is_dir():
        files = sorted(each.relative_to(path).as_posix() for each in path.rglob("*") if each.is_file())
        listing = "".join(f"{sha256(path / name)}  {name}\n" for name in files)
        return hashlib.sha256(listing.encode()).hexdigest()
    with reading(path), split_sheet(path)[0].open("rb") as raw:
        return hashlib.file_digest(raw, "sha256").hexdigest()


class ContentError(InputError):
    """A file is of a ``kind`` that cannot be read; ``advice`` says what to give instead."""

    def __init__(self, path: Path, kind: str, advice: str) -> None:
        super().__init__(f"{path}: expected an expression table, found {kind}: {advice}")
        self.kind, self.advice = kind, advice


def container(path: Path) -> str:
    """Kind of container a file is: ``text``, ``parquet``, ``h5ad`` or ``zarr`` (a folder).

    Raises
    ------
    InputError
        For an empty file.
    ContentError
        For every file that is known not to be a table, by its name.
    """
    if path.is_dir():
        return "zarr"
    with stream(path) as handle:
        head = handle.read(_HEAD_BYTES)
    if not head.strip():
        raise InputError(f"{path}: the file is empty: {_EXPRESSION}")
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"\x89HDF"):
        return _hdf5(path)
    problem = _refusal(head)
    if problem is not None:
        raise ContentError(path, *problem)
    return "text"


def _hdf5(path: Path) -> str:
    if path.suffix.lower() == ".h5ad":
        return "h5ad"
    if path.name.startswith("abundance"):
        raise ContentError(path, "kallisto's HDF5 output", "use abundance.tsv of the same folder")
    if "feature_bc_matrix" in path.name or "gene_bc_matrices" in path.name:
        raise ContentError(
            path, "10x Genomics counts of single cells", "single cells are out of scope; give bulk counts"
        )
    raise ContentError(path, "HDF5 that is not .h5ad", _EXPRESSION)


def _refusal(head: bytes) -> tuple[str, str] | None:
    """Name and advice of a refused kind of file, or None for what may be a text table."""
    for signature in _REFUSED:
        if head.startswith(signature.start):
            return signature.name, signature.advice
    if head.startswith(b"PK"):
        excel = b"[Content_Types]" in head or b"xl/" in head
        return (
            ("an Excel workbook (xlsx)", "save the sheet as csv")
            if excel
            else ("a zip archive", "unpack it first")
        )
    lines = head.splitlines()
    if head.startswith(b"@") and len(lines) > 2 and lines[2].startswith(b"+"):
        return "a FASTQ file of reads", "align and count the reads first and give the counts"
    if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "a binary file of an unknown kind", _EXPRESSION
    return None
