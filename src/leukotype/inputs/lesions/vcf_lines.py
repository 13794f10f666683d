"""The lines of a VCF: checked one by one, and thinned out to those that may matter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from leukotype.errors import InputError
from leukotype.inputs.lesions.hotspots import PLACES, plain_chromosome, searched_symbols
from leukotype.inputs.source import reading
from leukotype.inputs.tables.text import shown, text_encoding, text_lines

TAGS: Final = ("CSQ", "ANN")  # of INFO: VEP's annotation, SnpEff's
_FIXED: Final = ("#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO")
_STARTS: Final = ("##fileformat=VCF", "#CHROM\tPOS\t", "##INFO=<ID=")
# Lengths of the chromosomes that have hot spots (GRCh37.p13 and GRCh38.p14, Genome Reference Consortium).
_LENGTHS: Final = {
    ("2", 243199373): "GRCh37",
    ("7", 159138663): "GRCh37",
    ("9", 141213431): "GRCh37",
    ("2", 242193529): "GRCh38",
    ("7", 159345973): "GRCh38",
    ("9", 138394717): "GRCh38",
}
_CONTIG: Final = re.compile(r"##contig=<ID=(?:chr)?(2|7|9),(?:.*,)?length=(\d+)")
_NAMES: Final = {
    "GRCh37": re.compile("GRCh37|hg19|b37|hs37", re.I),
    "GRCh38": re.compile("GRCh38|hg38", re.I),
}
_NAMING: Final = ("##reference", "##assembly", "##contig", "##VEP", "##SnpEffCmd")
# Names more rows than it must (JAK1 in another word), which the annotation then settles: it has to be fast.
_SYMBOLS: Final = re.compile("|".join(searched_symbols()))


@dataclass
class VcfLines:
    """The lines of a VCF: its header, and of its rows those that name a gene or stand at a hot spot.

    ``numbers`` are where ``rows`` stand in the file, ``total`` counts all rows, ``annotated`` those with each
    tag, ``above`` the lines of a log that stand above the rows.
    """

    path: Path
    meta: list[str] = field(default_factory=list)
    columns: tuple[str, ...] = ()
    rows: list[str] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    total: int = 0
    annotated: dict[str, int] = field(default_factory=lambda: dict.fromkeys(TAGS, 0))
    above: int = 0

    @property
    def samples(self) -> tuple[str, ...]:
        """Names of the genotype columns."""
        return self.columns[len(_FIXED) + 1 :]

    def take_columns(self, line: str) -> None:
        """Read the line of column names, or suppose the fixed ones where a file has no such line."""
        self.columns = tuple(line.split("\t"))
        if self.columns[: len(_FIXED)] != _FIXED:
            raise InputError(
                f"{self.path}: expected the columns {' '.join(_FIXED)} apart by tabs, found {shown(line)}: "
                "write the file again as VCF"
            )
        if len(set(self.samples)) < len(self.samples):
            raise InputError(f"{self.path}: expected each sample once, found one twice: rename its column")

    def take_row(self, number: int, line: str) -> None:
        """Check a line below the header and keep it if it may matter; above it, it is a line of a log."""
        parts = line.split("\t", 2)
        if not self.columns:
            if len(parts) < 3 or not parts[1].isdigit():
                self.above += 1
                return
            self.columns = _FIXED
        found = line.count("\t") + 1
        if found != len(self.columns):
            raise InputError(
                f"{self.path}: line {number}: expected {len(self.columns)} fields, found {found}: "
                "the file may be cut off; write it again"
            )
        if not parts[1].isdigit():
            raise InputError(
                f"{self.path}: line {number}: expected a position, found {shown(parts[1])}: mend it"
            )
        self.total += 1
        for tag in TAGS:
            self.annotated[tag] += f"{tag}=" in line
        if (plain_chromosome(parts[0]), parts[1]) in PLACES or _SYMBOLS.search(line):
            self.rows.append(line)
            self.numbers.append(number)


def starts_as_vcf(line: str) -> bool:
    """Whether a line can only stand in the header of a VCF."""
    return line.startswith(_STARTS)


def read_lines(path: Path) -> VcfLines:
    """Read a VCF, plain or gzip, and check that each row has a position and the columns of the header.

    Raises
    ------
    InputError
        For the first row that is faulty, and for a file with neither rows nor the names of columns.
    """
    text = VcfLines(path)
    with reading(path), text_lines(path, text_encoding(path)) as lines:
        for number, raw in enumerate(lines, start=1):
            line = raw.rstrip("\n")
            if line.startswith("##"):
                text.meta.append(line)
            elif line.startswith("#CHROM"):
                text.take_columns(line)
            elif line:
                text.take_row(number, line)
    if not text.columns:
        raise InputError(
            f"{path}: expected a VCF, found neither the line #CHROM nor rows: write the file again"
        )
    return text


def find_assembly(meta: Sequence[str]) -> str:
    """Tell the assembly from a VCF header: ``GRCh38``, ``GRCh37``, or empty if it cannot be told.

    The lengths of chromosomes 2, 7 and 9 decide, where given, over what the assembly is called.
    """
    lengths = [found.groups() for line in meta if (found := _CONTIG.match(line))]
    if lengths:
        told = {_LENGTHS.get((chrom, int(length)), "") for chrom, length in lengths}
    else:
        lines = [line for line in meta if line.startswith(_NAMING)]
        told = {name for name, spelt in _NAMES.items() if any(spelt.search(line) for line in lines)}
    return told.pop() if len(told) == 1 else ""
