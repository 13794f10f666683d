"""The fusions that nf-core/rnafusion writes as VCF: genes in INFO, reads in FORMAT."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from leukotype.inputs.lesions.read_counts import whole_number
from leukotype.inputs.source import stream
from leukotype.inputs.tables.text import text_lines

_VCF: Final = b"##fileformat=VCF"
_COLUMNS: Final = 8
# Junction and spanning reads of FusionInspector.
_READS: Final = ("DV", "RV")


@dataclass(frozen=True)
class FusionRow:
    """One row: the two genes, the reads of all kinds (None: not told), the tools, and whether it passed."""

    gene_a: str
    gene_b: str
    reads: int | None
    found_in: str
    passed: bool


@dataclass(frozen=True)
class FusionVcf:
    """The fusions of a file, and the name of its sample column; empty without one."""

    sample: str
    rows: tuple[FusionRow, ...]


def read_fusion_vcf(path: Path) -> FusionVcf | None:
    """Read a VCF of fusions; None for a file that is no VCF, and for one of other variants."""
    with stream(path) as handle:
        if handle.read(len(_VCF)) != _VCF:
            return None
    with text_lines(path, "utf-8") as lines:
        return _read(line.rstrip("\n") for line in lines)


def _read(lines: Iterable[str]) -> FusionVcf | None:
    sample, rows, declared = "", list[FusionRow](), False
    for line in lines:
        fields = line.split("\t")
        declared |= line.startswith(("##INFO=<ID=GENEA,", "##source=FusionInspector"))
        if line.startswith("#CHROM"):
            sample = fields[_COLUMNS + 1] if len(fields) == _COLUMNS + 2 else ""
        elif not line.startswith("#") and len(fields) >= _COLUMNS:
            info = dict(part.partition("=")[::2] for part in fields[7].split(";"))
            if not {"GENEA", "GENEB"} <= info.keys():
                return None
            rows.append(_row(fields, info))
    return FusionVcf(sample, tuple(rows)) if rows or declared else None


def _row(fields: list[str], info: Mapping[str, str]) -> FusionRow:
    told = dict(zip(fields[8].split(":"), fields[9].split(":"), strict=False)) if len(fields) > 9 else {}
    found = (whole_number(told.get(name, "")) for name in _READS)
    numbers = [number for number in found if number is not None]
    return FusionRow(
        info["GENEA"],
        info["GENEB"],
        sum(numbers) if numbers else None,
        info.get("FOUND_IN", ""),
        passed=fields[6] in {"PASS", ".", ""},
    )
