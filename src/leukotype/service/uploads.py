"""Files of a client, put into a folder of the service under names of which no part is a path."""

from __future__ import annotations

import gzip
import re
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Final

from leukotype.inputs.source import GZIP
from leukotype.service.limits import MEGABYTE, Limits, RefusedError

_BLOCK: Final = MEGABYTE
_LONGEST: Final = 200  # bytes of a name; file systems take 255
_UNFIT: Final = re.compile(r"[\x00-\x1f\x7f<>:\"|?*]+")
_ZIP: Final = b"PK"
_NO_FOLDER: Final = "files"  # of a file that came without one


class FileKind(StrEnum):
    """What a file is taken for."""

    EXPRESSION = "expression"
    FUSIONS = "fusions"
    VARIANTS = "mutations"
    COMMON = "common variants"
    KARYOTYPE = "karyotypes"
    COPY_NUMBER = "copy number"
    BLASTS = "blasts"
    AGE = "age"
    SEX = "sex"
    SAMPLES = "sheet of files"  # whose the others are
    PATIENTS = "sheet of patients"  # more than one of the five before
    TRANSCRIPTS = "transcripts of genes"
    ASIDE = "left aside"


# What one sample's file may be, whose owner a client can say.
OWNED: Final = frozenset({FileKind.FUSIONS, FileKind.VARIANTS, FileKind.COPY_NUMBER})


@dataclass
class Upload:
    """One file of a client.

    Parameters
    ----------
    path
        where it lies.
    name
        as it is shown: its own, behind that of its folder if it came with one.
    kind
        what it is taken for.
    chosen
        whose it is, where it is one sample's and a client says so.
    by_sheet
        whose it is by a sheet of files among the others; two samples where it names the file for several.
    matched
        of a sheet: what is read in its place, with the files that its cells name.
    told
        what was read from it, or why it cannot be read.
    fits
        whether it can be read.
    """

    path: Path
    name: str
    kind: FileKind
    chosen: str = ""
    by_sheet: tuple[str, ...] = ()
    matched: Path | None = None
    told: str = ""
    fits: bool = True

    @property
    def owner(self) -> str:
        """Whose it is, as a client says, else a sheet; empty where its content tells."""
        return self.chosen or (self.by_sheet[0] if len(self.by_sheet) == 1 else "")

    @property
    def argument(self) -> Path | str:
        """What a run is given: the file, behind whose it is where that is said and may be."""
        owners = (self.chosen,) if self.chosen else self.by_sheet
        return "=".join([*owners, str(self.path)]) if owners and self.kind in OWNED else self.path

    @property
    def size(self) -> int:
        """Bytes on the disk."""
        return self.path.stat().st_size


def safe_parts(name: str) -> tuple[str, ...]:
    r"""Give the folder, if there is one, and the name of a file as they may stand on this disk.

    Examples
    --------
    >>> safe_parts("../../etc/passwd"), safe_parts("C:\\data\\P1\\quant.sf"), safe_parts("..")
    (('etc', 'passwd'), ('P1', 'quant.sf'), ('unnamed',))
    """
    parts = [_UNFIT.sub("_", part).strip() for part in re.split(r"[/\\]", name)]
    kept = [part.lstrip(".") or "unnamed" for part in parts if part not in ("", ".", "..")]
    return tuple(_shorten(part) for part in kept[-2:]) or ("unnamed",)


def _shorten(part: str) -> str:
    """Cut a name that is too long for a file system in its middle: beginning and ending tell most."""
    raw = part.encode("utf-8", "replace")
    if len(raw) <= _LONGEST:
        return raw.decode("utf-8")
    half = _LONGEST // 2
    return raw[:half].decode("utf-8", "ignore") + raw[-half:].decode("utf-8", "ignore")


@dataclass(frozen=True)
class Sent:
    """A file as a client sends it; ``kind`` is what the client says that it is, None: its content shows."""

    name: str
    content: BinaryIO
    kind: FileKind | None = None


def keep(folder: Path, sent: Sent, limits: Limits) -> Upload:
    """Write one file to a folder of its own, as expression until it is told what it is.

    Raises
    ------
    RefusedError
        For a file that unpacks to too much.
    """
    parts = safe_parts(sent.name)
    home = folder / (parts[0] if len(parts) > 1 else _NO_FOLDER)
    home.mkdir(parents=True)
    path = home / parts[-1]
    with path.open("wb") as out:
        while block := sent.content.read(_BLOCK):
            out.write(block)
    size = unpacked_size(path, limits.unpacked_bytes)
    if size > limits.unpacked_bytes:
        raise RefusedError(
            413,
            f"{parts[-1]}: expected at most {limits.unpacked_bytes // MEGABYTE:,} MB unpacked, found more: "
            "give fewer samples at a time",
        )
    return Upload(path, "/".join(parts), sent.kind or FileKind.EXPRESSION)


def unpacked_size(path: Path, most: int) -> int:
    """Bytes that a file unpacks to: of gzip counted to a little more than `most`, of zip as it says."""
    with path.open("rb") as raw:
        head = raw.read(2)
    if head == GZIP:
        return _gzip_size(path, most)
    if head == _ZIP and zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return sum(each.file_size for each in archive.infolist())
    return path.stat().st_size


def _gzip_size(path: Path, most: int) -> int:
    size = 0
    try:
        with gzip.open(path) as unpacked:
            while size <= most and (block := unpacked.read(_BLOCK)):
                size += len(block)
    except (OSError, EOFError, zlib.error):
        pass  # a damaged file: its reader says so
    return size


def plain_names(text: str, files: Sequence[Upload]) -> str:
    """Put the clients' names of files in the place of their paths here."""
    for each in files:
        for path in (each.matched, each.path):
            text = text.replace(str(path), each.name) if path else text
    return text
