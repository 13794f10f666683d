"""Fusions in VCF: those of nf-core/rnafusion, and breakends (Manta, DELLY) whose genes SnpEff names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from leukotype.inputs.lesions.read_counts import whole_number
from leukotype.inputs.source import stream
from leukotype.inputs.tables.text import OtherKindError, text_lines

_VCF: Final = b"##fileformat=VCF"
_COLUMNS: Final = 8
_BREAKEND: Final = re.compile(r"[\[\]]")  # GRIDSS and SvABA name no SVTYPE
_PAIR: Final = 2
# Junction and spanning reads of FusionInspector, and of DELLY; Manta's behind those of the reference.
_READS: Final = ("DV", "RV")
_MANTA_READS: Final = ("PR", "SR")
_OF_FUSIONS: Final = ("##INFO=<ID=GENEA,", "##source=FusionInspector")
_OF_BREAKENDS: Final = ("##INFO=<ID=SVTYPE,", "##INFO=<ID=ANN,")
_RNAFUSION, _BREAKENDS = "nf-core/rnafusion", "breakends, SnpEff"


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
    """The fusions of a file, the name of its sample column (empty without one), and who found them.

    ``has_genes`` is whether any row names the genes that it joins, or says that it joins none.
    """

    sample: str
    rows: tuple[FusionRow, ...]
    caller: str = _RNAFUSION
    has_genes: bool = True


def read_fusion_vcf(path: Path) -> FusionVcf | None:
    """Read a VCF of fusions; None for a file that is no VCF, and for one of other variants.

    Raises
    ------
    OtherKindError
        For breakends whose genes are not told.
    """
    with stream(path) as handle:
        if handle.read(len(_VCF)) != _VCF:
            return None
    with text_lines(path, "utf-8") as lines:
        found = _read(line.rstrip("\n") for line in lines)
    if found is not None and found.caller == _BREAKENDS and not found.has_genes:
        raise OtherKindError(
            f"{path}: expected fusions with their genes, found structural variants by position: annotate "
            "them with SnpEff, or give a table with the columns sample, gene_5prime, gene_3prime, reads"
        )
    return found


def _read(lines: Iterable[str]) -> FusionVcf | None:
    sample, rows, heads, structural, told = "", list[FusionRow](), set[str](), False, False
    for line in lines:
        fields = line.split("\t")
        heads |= {head for head in (*_OF_FUSIONS, *_OF_BREAKENDS) if line.startswith(head)}
        if line.startswith("#CHROM"):
            sample = fields[_COLUMNS + 1] if len(fields) == _COLUMNS + 2 else ""
        elif not line.startswith("#") and len(fields) >= _COLUMNS:
            info = dict(part.partition("=")[::2] for part in fields[7].split(";"))
            if "GENEA" not in info and ("SVTYPE" in info or _BREAKEND.search(fields[4])):
                structural, told = True, told or "ANN" in info
                rows += [_row(fields, *pair) for pair in _joined(info)]
            elif {"GENEA", "GENEB"} <= info.keys():
                rows.append(_row(fields, info["GENEA"], info["GENEB"], info.get("FOUND_IN", "")))
            else:
                return None
    if not (rows or structural):
        structural = heads >= set(_OF_BREAKENDS)  # annotated, and without a row
        if not (structural or heads & set(_OF_FUSIONS)):
            return None
        told = structural
    return FusionVcf(sample, tuple(rows), _BREAKENDS if structural else _RNAFUSION, told or not structural)


def _joined(info: Mapping[str, str]) -> set[tuple[str, str]]:
    """Pairs of genes that SnpEff says a variant joins."""
    entries = [entry.split("|") for entry in info.get("ANN", "").split(",")]
    named = [each[3].split("&") for each in entries if len(each) > 3 and "gene_fusion" in each[1]]
    return {(genes[0], genes[1]) for genes in named if len(set(genes)) == len(genes) == _PAIR}


def _row(fields: list[str], gene_a: str, gene_b: str, found_in: str = "") -> FusionRow:
    told = dict(zip(fields[8].split(":"), fields[9].split(":"), strict=False)) if len(fields) == 10 else {}
    texts = [told.get(name, "") for name in _READS]
    texts += [told[name].rpartition(",")[2] for name in _MANTA_READS if "," in told.get(name, "")]
    numbers = [number for number in map(whole_number, texts) if number is not None]
    return FusionRow(
        *(gene_a, gene_b, sum(numbers) if numbers else None, found_in), passed=fields[6] in {"PASS", ".", ""}
    )
