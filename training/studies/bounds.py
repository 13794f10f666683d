"""What files without bounds cost: those that unpack to gigabytes, or have a line, a column or a cell too far.

Run by hand, from the repository: ``python -m training.studies.bounds``. Each file is given to
``leukotype predict`` in a process of its own, as an expression table and as each table that stands beside
one. Printed is a table of docs/reliability.md.
"""

from __future__ import annotations

import argparse
import gzip
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from training.studies.children import End, in_child

COLUMNS: Final = (
    *("file", "bytes", "given as", "n", "refused in one line", "worse"),
    *("most CPU s", "of it beyond the start", "most MB"),
)
_EXPRESSION: Final = "expression"
_BESIDE: Final = ("--fusions", "--karyotype", "--variants", "--cnv", "--blasts", "--samples")
_PART: Final = 10_000_000  # bytes of a gzip member, three hundred of which make a file
_PARTS: Final = 300
_MANY: Final = 200_000  # columns
_COMMAS: Final = 3_000_000
_LAST_CELL: Final = (1_048_576, 16_384)  # of Excel
_NO_TABLE: Final = "gene,P1\nENSG00000177455,1\n"  # refused once it is read: the cost of the start
_SHOWN: Final = 300


def one_patient(path: Path) -> int:
    """Write the counts of a SYNTHETIC patient."""
    from leukotype.demo.simulate import Patient, simulate_patients
    from leukotype.model.bundle import load

    simulate_patients(load(), [Patient("P1", "DUX4-r", 90.0)], 1).counts.to_csv(path)
    return 0


def make(home: Path) -> list[Path]:
    """Write the files."""
    long, blank = (gzip.compress(byte * _PART, 9) * _PARTS for byte in (b"A", b"\n"))
    names = ",".join(f"S{number}" for number in range(_MANY))
    written: dict[str, bytes] = {
        "one line of 3 GB.csv.gz": gzip.compress(b"sample,P1\n") + long,
        "3e9 blank lines.csv.gz": gzip.compress(b'sample,karyotype\nP1,"46,XX[20]"\n') + blank,
        "200,000 columns.csv": f"gene,{names}\nENSG00000177455{',1' * _MANY}\n".encode(),
        "200,000 columns of one name.csv": f"sample{',S' * _MANY}\n".encode(),
        "3,000,000 commas.csv": f"sample{',' * _COMMAS}\n".encode(),
    }
    for name, content in written.items():
        (home / name).write_bytes(content)
    books = [home / "a far cell.xlsx", home / "a sheet of 1.5 GB.xlsx"]
    _far_cell(books[0])
    _large_sheet(books[0], books[1])
    return [*(home / name for name in written), *books]


def _far_cell(path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["sample", "blast_pct"])
    book.active.append(["P1", 90])
    book.active.cell(*_LAST_CELL, "x")
    book.save(path)


def _large_sheet(small: Path, path: Path) -> None:
    """Pack a workbook again, with blanks within its sheet."""
    mark = b"<sheetData>"
    with zipfile.ZipFile(small) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in source.namelist():
            head, found, tail = source.read(name).partition(mark)
            with packed.open(name, "w", force_zip64=True) as part:
                part.write(head + found)
                for _ in range(_PARTS // 2 if found else 0):
                    part.write(b" " * _PART)
                part.write(tail)


def run(arguments: Sequence[str | Path]) -> End:
    """Run a command in a process of its own."""
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(  # noqa: S603 - this interpreter
            [sys.executable, "-m", "leukotype.cli", *arguments],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said,
        )  # fmt: skip
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        text = said.read().decode(errors="replace")
    return End(process.returncode, text, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def study(path: Path, given: Sequence[str], counts: Path, start: float) -> dict[str, Any]:
    """Give a file in some ways: a row of `COLUMNS`; what is not refused goes to the error stream."""
    ends = []
    for option in given:
        patient = () if option in (_EXPRESSION, "--samples") else (counts,)
        named = () if option == _EXPRESSION else (option,)
        end = run(["predict", *patient, *named, path, "--out", counts.parent / "out"])
        ends.append(end)
        told = (path.name, option, f"{end.seconds:.2f} s", f"{end.megabytes:.0f} MB", end.said[-_SHOWN:])
        sys.stderr.write("\t".join(told) + "\n")
    refused = sum(end.code == 2 and not end.fault for end in ends)
    most = max(end.seconds for end in ends)
    values = (
        *(
            path.name,
            f"{path.stat().st_size:,}",
            given[0] if len(given) == 1 else "beside",
            len(ends),
            refused,
        ),
        *(len(ends) - refused, f"{most:.1f}", f"{most - start:.1f}"),
        f"{max(end.megabytes for end in ends):.0f}",
    )
    return dict(zip(COLUMNS, values, strict=True))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        home = Path(place)
        counts = home / "counts.csv"
        in_child(lambda: one_patient(counts))  # what is in the memory of this process counts in its children
        (home / "small.csv").write_text(_NO_TABLE, encoding="utf-8")
        start = min(run(["predict", home / "small.csv", "--out", home / "out"]).seconds for _ in range(3))
        rows = [
            study(path, given, counts, start)
            for path in make(home)
            for given in ([_EXPRESSION], list(_BESIDE))
        ]
    import pandas as pd

    from training.studies.faults import as_markdown

    sys.stdout.write(as_markdown(pd.DataFrame(rows, columns=list(COLUMNS))) + "\n")
    sys.stderr.write(f"start: {start:.2f} s\n")


if __name__ == "__main__":
    main()
