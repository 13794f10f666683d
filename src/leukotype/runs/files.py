"""The files of a folder of results: their names, and how they are written, all or none."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from leukotype.errors import InputError
from leukotype.runs.plain_rows import plain_rows
from leukotype.runs.swap import REPLACED, forget, one_writer, swap, undo
from leukotype.runs.working_folder import claim, working_folder, working_folders

if TYPE_CHECKING:
    import pandas as pd

CALLS: Final = "calls.csv"
CALLS_JSON: Final = "calls.json"
MULTIQC: Final = "leukotype_mqc.json"
PROBABILITIES: Final = "probabilities.csv"
EVIDENCE: Final = "evidence.csv"
DOSAGE: Final = "dosage.csv"
MAP: Final = "map.csv"
MARKERS: Final = "markers.csv"
KARYOTYPES: Final = "karyotypes.csv"
EXPLANATIONS: Final = "explanations.csv"
IMPORTANCE: Final = "importance.csv"
RUN: Final = "run.json"
PHENOPACKET: Final = ".phenopacket.json"  # behind the name of a sample
FILES: Final = (CALLS, CALLS_JSON, PROBABILITIES, EVIDENCE, DOSAGE, MAP, MARKERS, MULTIQC, RUN)

TABLES_OF: Final = "tables"  # of run.json: the hash of each table
EXPLAINED_OF: Final = "explanations"  # of run.json: the hash of the explanations of this very run

# What `leukotype explain` and `leukotype report` draw of a run.
_FIGURE: Final = re.compile(r"importance_.+\.png|explained_\d+_.+_against_.+\.png")
_PAGE: Final = ".html"
_FOOT: Final = b"Leukotype. Research use only."
_PACKET: Final = b'"createdBy": "leukotype '
_FOOT_BYTES: Final = 50_000  # the script of the page follows its foot
_FOLDER_MODE: Final = 0o777  # less the umask: what mkdir gives, and a temporary folder does not


def drawn_files(folder: Path) -> tuple[str, ...]:
    """Name the figures, pages and phenopackets of the run in a folder: they go when another run comes.

    A file of the same name that leukotype did not write is none of them.
    """
    found = [path.name for path in folder.glob("*.png") if _FIGURE.fullmatch(path.name)]
    for page in folder.glob(f"*{_PAGE}"):
        if page.is_file() and _holds(page, _FOOT):
            printed = page.with_suffix(".pdf")
            found += [page.name, *([printed.name] if printed.is_file() else [])]
    found += [
        path.name for path in folder.glob(f"*{PHENOPACKET}") if path.is_file() and _holds(path, _PACKET)
    ]
    return tuple(sorted(found))


def _holds(path: Path, mark: bytes) -> bool:
    """Whether a file has, near its end, what every page or phenopacket of a run has there."""
    try:
        with path.open("rb") as raw:
            raw.seek(max(path.stat().st_size - _FOOT_BYTES, 0))
            return mark in raw.read()
    except OSError:
        return False


def check_writable(out: Path, names: tuple[str, ...] = FILES) -> None:
    """Make sure, before the long work, that results can be written to a folder; leaves nothing behind.

    Working folders that a killed run left there, with its patients in them, are removed.

    Parameters
    ----------
    out
        The folder; made later if it does not exist, in a parent that does.
    names
        Files that will be written, or replaced, in it.

    Raises
    ------
    InputError
        When it is a file, its parent is absent, it cannot be written to, or a name is taken by a folder.
    """
    if out.exists() and not out.is_dir():
        raise InputError(f"{out}: expected a folder for the results, found a file: name another by --out")
    home = out if out.is_dir() else _resolve(out).parent
    if not home.is_dir():
        raise InputError(f"{out}: expected {home} to be a folder, it is none: make it, or correct --out")
    for place in {home.resolve(), out.resolve().parent}:
        _remove_left(place)
    for name in names:
        if (out / name).is_dir():
            raise InputError(f"{out / name}: expected a file or nothing, found a folder: move it away")
    try:
        with working_folder(home) as probe:
            (probe / names[0]).write_bytes(b"")
    except OSError as error:
        raise InputError(
            f"{out}: results cannot be written there ({error.strerror or error}): name another by --out"
        ) from error


def _resolve(out: Path) -> Path:
    try:
        return out.resolve()
    except (OSError, RuntimeError) as error:
        raise InputError(
            f"{out}: expected a folder for the results, found links that lead in a circle: name another by "
            "--out"
        ) from error


def as_csv(frame: pd.DataFrame) -> str:
    """Text of a table without its index: UTF-8, commas, line feeds, true and false in lower case.

    A missing value is empty. Names of samples stand as the input wrote them, also those that a spreadsheet
    would take for a formula (``=``, ``+``, ``-``, ``@``).
    """
    flags = frame.select_dtypes(["bool", "boolean"])
    words = {str(name): flags[name].astype(object).map({True: "true", False: "false"}) for name in flags}
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(frame.columns)
    writer.writerows(plain_rows(frame.assign(**words), ""))
    return text.getvalue()


def write_whole(
    out: Path,
    files: Mapping[str, str | bytes],
    gone: Iterable[str] = (),
    check: Callable[[], object] | None = None,
) -> tuple[Path, ...]:
    """Write files to a folder, all of them or none; of two programs at once one waits for the other.

    Parameters
    ----------
    out
        A folder, made if it does not exist; files of other names in it stay as they are.
    files
        Content by name, put in their places in this order.
    gone
        Files that no longer belong there, removed before the others come.
    check
        Called when no other program writes there, before the first file is moved: what it raises leaves the
        folder as it was.

    Returns
    -------
        The paths written.

    Raises
    ------
    OSError
        When the disk refuses; the folder is then as it was before.
    """
    folder = out.resolve()
    exists = folder.is_dir()
    try:
        # In a folder that exists, not beside it: nothing is renamed from one file system to another.
        with working_folder(folder if exists else folder.parent) as made:
            for name, content in files.items():
                (made / name).write_bytes(content if isinstance(content, bytes) else encode(content))
            if not exists and not _is_new(made, folder):
                return write_whole(out, files, gone, check)
            if exists:
                _replace(made, folder, tuple(files), tuple(gone), check)
    except OSError as error:
        error.filename = error.filename or str(out)  # a write itself does not say which disk is full
        raise
    return tuple(out / name for name in files)


def _replace(
    made: Path,
    folder: Path,
    names: tuple[str, ...],
    gone: tuple[str, ...],
    check: Callable[[], object] | None,
) -> None:
    """Put files in the places of others, when no other program writes there."""
    try:
        with one_writer(folder) as alone:
            if alone:
                _undo_killed(folder)
            if check is not None:
                check()
            swap(made, folder, names, gone)
            for other in working_folders(folder):
                forget(other)
    finally:
        forget(made)


def _is_new(made: Path, folder: Path) -> bool:
    """Make a folder of the one where files were written; not where another program has been faster."""
    made.chmod(_FOLDER_MODE & ~_umask(made))
    try:
        made.rename(folder)
    except OSError:
        if folder.is_dir():
            return False
        raise
    return True


def _undo_killed(folder: Path) -> None:
    """Put back what killed writers were replacing; only where no other program can be writing."""
    for left in working_folders(folder):
        if undo(left, folder):
            forget(left)
            shutil.rmtree(left, ignore_errors=True)


def kept_files(folder: Path) -> dict[str, Path]:
    """Find files of the run in a folder that a writer was replacing when it was stopped.

    It had kept each before it put another in its place, and run.json comes last: so the run that run.json
    names is whole at every moment, in its places or among what was kept.

    Returns
    -------
        Where they are, by name; nothing for a folder in which no writer was stopped.
    """
    left = working_folders(folder)
    return {
        name: kept
        for name, digest in (_named_hashes(folder / RUN).items() if left else ())
        if file_hash(folder / name) != digest
        for kept in (path / f"{name}{REPLACED}" for path in left)
        if file_hash(kept) == digest
    }


def _named_hashes(record: Path) -> dict[str, str]:
    """Read which file has which hash by a run.json; nothing of one that cannot be read."""
    try:
        told = json.loads(record.read_text(encoding="utf-8"))
        hashes = {**told[TABLES_OF], EXPLANATIONS: told.get(EXPLAINED_OF, "")}
        return {name: hashes[name] for name in (*FILES, EXPLANATIONS) if name in hashes}
    except (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return {}


def file_hash(path: Path) -> str | None:
    """Give a file's hash; None of one that is not there, or cannot be read."""
    from leukotype.inputs.source import sha256  # brings all readers of tables

    try:
        return sha256(path)
    except InputError:
        return None


def encode(text: str) -> bytes:
    """Give text as it stands in a file; a name that is no Unicode (of a file, say) is spelled out."""
    return text.encode(errors="backslashreplace")


def _remove_left(home: Path) -> None:
    """Remove temporary folders that killed runs left in a folder; what cannot be removed stays.

    What they kept of the run there is put back first.
    """
    try:
        with one_writer(home) as alone:
            if alone:
                _undo_killed(home)
        for left in working_folders(home):
            with claim(left) as ended:
                if ended:
                    _put_back(left, home)
                    shutil.rmtree(left, ignore_errors=True)
    except OSError:
        return  # not readable, or another run was faster


def _put_back(left: Path, home: Path) -> None:
    """Put back what a writer kept of the run there: where locks tell nothing, nobody has done so."""
    for name, kept in kept_files(home).items():
        if kept.parent == left:
            kept.replace(home / name)


def _umask(made: Path) -> int:
    """Permissions that the user's umask takes away, seen on a folder made for the purpose."""
    probe = made / ".mode"
    probe.mkdir()
    mask = _FOLDER_MODE & ~probe.stat().st_mode
    probe.rmdir()
    return mask
