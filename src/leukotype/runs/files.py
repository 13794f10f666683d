"""Results on disk, where every file of a run appears or none does; and the table of calls on a screen."""

from __future__ import annotations

import json
import math
import shutil
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import TYPE_CHECKING, Any, Final

from leukotype.errors import InputError
from leukotype.vocabulary import Status

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table

    from leukotype.calling.calls import Calls

CALLS: Final = "calls.csv"
PROBABILITIES: Final = "probabilities.csv"
EVIDENCE: Final = "evidence.csv"
DOSAGE: Final = "dosage.csv"
MAP: Final = "map.csv"
MARKERS: Final = "markers.csv"
KARYOTYPES: Final = "karyotypes.csv"
EXPLANATIONS: Final = "explanations.csv"
IMPORTANCE: Final = "importance.csv"
RUN: Final = "run.json"
FILES: Final = (CALLS, PROBABILITIES, EVIDENCE, DOSAGE, MAP, MARKERS, RUN)

_FOLDER_MODE: Final = 0o777  # less the umask: what mkdir gives, and a temporary folder does not
_REPLACED: Final = ".replaced"
_GAP: Final = 2  # characters between the columns of the table on screen
_COLOURS: Final = {
    Status.CALLED: "green",
    Status.UNCLASSIFIED: "yellow",
    Status.LOW_BLASTS: "magenta",
    Status.NOT_B_ALL: "cyan",
}


def check_writable(out: Path, names: tuple[str, ...] = FILES) -> None:
    """Make sure, before the long work, that results can be written to a folder; leaves nothing behind.

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
    home = out if out.is_dir() else out.resolve().parent
    if not home.is_dir():
        raise InputError(f"{out}: expected {home} to be a folder, it is none: make it, or correct --out")
    for name in names:
        if (out / name).is_dir():
            raise InputError(f"{out / name}: expected a file or nothing, found a folder: move it away")
    try:
        with TemporaryDirectory(prefix=".leukotype-", dir=home) as probe:
            (Path(probe) / names[0]).write_bytes(b"")
    except OSError as error:
        raise InputError(
            f"{out}: results cannot be written there ({error.strerror or error}): name another by --out"
        ) from error


def write_calls(calls: Calls, out: Path) -> tuple[Path, ...]:
    """Write the tables of a run and run.json to a folder, all of them or none.

    The csv files are UTF-8 with commas and line feeds; a missing value is empty. Names of samples stand as
    the input wrote them, also those that a spreadsheet would take for a formula (``=``, ``+``, ``-``, ``@``).

    Parameters
    ----------
    out
        A folder, made if it does not exist; files of other names in it stay as they are.

    Returns
    -------
        The paths written.

    Raises
    ------
    OSError
        When the disk refuses; the folder is then as it was before.
    """
    run = {"written": datetime.now(UTC).isoformat(timespec="seconds"), **calls.run}
    return write_whole(
        out,
        {
            CALLS: as_csv(calls.calls),
            PROBABILITIES: as_csv(calls.probabilities),
            EVIDENCE: as_csv(calls.evidence),
            DOSAGE: as_csv(calls.dosage),
            MAP: as_csv(calls.map),
            MARKERS: as_csv(calls.markers),
            RUN: json.dumps(run, indent=2, ensure_ascii=False) + "\n",
        },
    )


def as_csv(frame: pd.DataFrame) -> str:
    """Text of a table without its index; true and false in lower case."""
    flags = frame.select_dtypes("bool")
    plain = frame.assign(**{str(name): flags[name].map({True: "true", False: "false"}) for name in flags})
    return plain.to_csv(index=False, lineterminator="\n")


def write_whole(out: Path, files: Mapping[str, str | bytes]) -> tuple[Path, ...]:
    """Write files to a folder, all of them or none; as `write_calls`.

    Parameters
    ----------
    files
        Content by name.
    """
    folder = out.resolve()
    exists = folder.is_dir()
    # In a folder that exists, not beside it: it may be another file system, between which nothing is renamed.
    made = Path(mkdtemp(prefix=".leukotype-", dir=folder if exists else folder.parent))
    try:
        for name, content in files.items():
            raw = content if isinstance(content, bytes) else content.encode(errors="backslashreplace")
            (made / name).write_bytes(raw)
        if exists:
            _replace(made, folder, tuple(files))
        else:
            made.chmod(_FOLDER_MODE & ~_umask(made))
            made.rename(folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return tuple(out / name for name in files)


def _replace(made: Path, folder: Path, names: tuple[str, ...]) -> None:
    """Move new files to their places; put the old ones back if one cannot be."""
    moved: list[str] = []
    try:
        for name in names:
            moved.append(name)
            if (folder / name).is_file():
                (folder / name).replace(made / f"{name}{_REPLACED}")
            (made / name).replace(folder / name)
    except BaseException:
        for name in moved:
            _put_back(made, folder, name)
        raise


def _put_back(made: Path, folder: Path, name: str) -> None:
    old = made / f"{name}{_REPLACED}"
    if old.exists():
        old.replace(folder / name)
    elif not (made / name).exists():
        (folder / name).unlink()


def _umask(made: Path) -> int:
    """Permissions that the user's umask takes away, seen on a folder made for the purpose."""
    probe = made / ".mode"
    probe.mkdir()
    mask = _FOLDER_MODE & ~probe.stat().st_mode
    probe.rmdir()
    return mask


def screen_table(rows: Sequence[dict[Hashable, Any]], width: int) -> Table:
    """Table for rich to print: one line a sample, and of its remark as much as fits.

    Parameters
    ----------
    rows
        Rows of the calls.
    width
        Characters of a line.
    """
    from rich.cells import cell_len
    from rich.table import Table
    from rich.text import Text

    names = ("sample", "call", "prob.", "blasts")
    cells = [names, *(_cells(row) for row in rows)]
    taken = sum(max(map(cell_len, column)) + _GAP for column in zip(*cells, strict=True))
    table = Table(box=None, padding=(0, _GAP, 0, 0), pad_edge=False)
    for name in names:
        table.add_column(name, justify="right" if name in names[2:] else "left", no_wrap=True)
    table.add_column("remark", no_wrap=True, overflow="ellipsis", max_width=max(width - taken, len("remark")))
    for row, (sample, call, *numbers) in zip(rows, cells[1:], strict=True):
        coloured = Text(call, _COLOURS[Status(row["status"])])
        table.add_row(Text(sample), coloured, *numbers, Text(_remark(row)))
    return table


def _cells(row: dict[Hashable, Any]) -> tuple[str, str, str, str]:
    blasts = row["blast_pct"]
    return (
        str(row["sample"]),
        row["subtype"] or row["status"],
        _probability(row["probability"]),
        "" if math.isnan(blasts) else f"{blasts:g} %",
    )


def _remark(row: dict[Hashable, Any]) -> str:
    """Tell the runner-up of a called sample, and the reason if there is one."""
    second = (
        f"next {row['runner_up']} {_probability(row['runner_up_probability'])}" if row["runner_up"] else ""
    )
    return "; ".join(filter(None, [second, row["reason"]]))


def _probability(value: float) -> str:
    if math.isnan(value):
        return ""
    return ">0.99" if value >= 0.995 else "<0.01" if value < 0.005 else f"{value:.2f}"


def summary(calls: Calls, most: int) -> Iterator[str]:
    """Tell how many samples have each status, and each subtype too when only the first `most` are shown."""
    frame = calls.calls
    statuses = Counter(frame["status"])
    counts = ", ".join(f"{statuses[status]} {status}" for status in Status if statuses[status])
    yield f"\n{len(frame)} samples: {counts}"
    if len(frame) > most:
        subtypes = Counter(frame.loc[frame["status"] == Status.CALLED, "subtype"]).most_common()
        yield "called: " + ", ".join(f"{count} {subtype}" for subtype, count in subtypes)
        yield f"the first {most} are shown; all are in calls.csv"
