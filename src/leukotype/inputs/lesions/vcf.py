"""VCF files of mutations, annotated or not, as the tools really write them.

From below: the lines, checked one by one and thinned out to those that may matter; what VEP (CSQ), SnpEff
(ANN) and bcftools csq (BCSQ) wrote of each variant; the mutations of the samples.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from leukotype.errors import InputError, abridge, count_of, quote
from leukotype.inputs.lesions.annotations import (
    AA_CHANGE,
    ANNOTATORS,
    CSQ_TAG,
    FUNCOTATION,
    GENE_FIELD,
    TAGS,
    Annotator,
    funcotation_fields,
    has_bases,
)
from leukotype.inputs.lesions.file_owners import OwnedFile, only_sample, refuse_shared
from leukotype.inputs.lesions.hotspots import (
    CHROMOSOME_NAMES,
    HOT_SPOTS,
    PLACES,
    hot_spot_at,
    hot_spot_of,
    plain_chromosome,
    searched_symbols,
)
from leukotype.inputs.lesions.protein_changes import MutationCall, MutationFile, OfNobodyError, rows_read
from leukotype.inputs.lesions.read_counts import Allele, ReadCounts, count_reads, whole_number
from leukotype.inputs.source import reading
from leukotype.inputs.tables.text import text_encoding, text_lines, width_error

# Tags that may have other names: VEP's (--vcf_info_field), and ANNOVAR's, one for each table of genes.
_OWN_TAG: Final = re.compile(r"##INFO=<ID=(?:([\w.-]+),.*Ensembl VEP|(AAChange\.\w+),)")
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
# Rows whose alternate alleles are all breakends, or symbols such as <DEL>; not the <*> of a gVCF.
_STRUCTURAL: Final = re.compile(
    r"(?:[^\t]*\t){4}(?![^\t]*<(?:\*|NON_REF|X)>)[^\t,]*[\[\]<][^\t,]*(?:,[^\t,]*[\[\]<][^\t,]*)*\t"
)
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
    tag, ``structural`` those without bases, ``known`` those on a chromosome by its usual name, ``above`` the
    lines of a log that stand above the rows.
    """

    path: Path
    meta: list[str] = field(default_factory=list)
    columns: tuple[str, ...] = ()
    rows: list[str] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    total: int = 0
    annotated: dict[str, int] = field(default_factory=lambda: dict.fromkeys(TAGS, 0))
    structural: int = 0
    known: int = 0
    above: int = 0

    @property
    def samples(self) -> tuple[str, ...]:
        """Names of the genotype columns."""
        return self.columns[len(_FIXED) + 1 :]

    def take_meta(self, line: str) -> None:
        """Keep a line of the header."""
        self.meta.append(line)
        if found := _OWN_TAG.match(line):
            self.annotated.setdefault(found[1] or found[2], 0)

    def take_columns(self, line: str) -> None:
        """Read the line of column names, or suppose the fixed ones where a file has no such line."""
        self.columns = tuple(line.split("\t"))
        if self.columns[: len(_FIXED)] != _FIXED:
            raise InputError(
                f"{self.path}: expected the columns {' '.join(_FIXED)} apart by tabs, found {quote(line)}: "
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
            raise width_error(self.path, "\t", number, len(self.columns), found)
        if not parts[1].isdigit():
            raise InputError(
                f"{self.path}: line {number}: expected a position, found {quote(parts[1])}: correct it"
            )
        self.total += 1
        self.known += plain_chromosome(parts[0]) in CHROMOSOME_NAMES
        self.structural += _STRUCTURAL.match(line) is not None
        for tag in self.annotated:
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
                text.take_meta(line)
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
        told = {_LENGTHS.get((chrom, whole_number(length) or 0), "") for chrom, length in lengths}
    else:
        lines = [line for line in meta if line.startswith(_NAMING)]
        told = {name for name, spelt in _NAMES.items() if any(spelt.search(line) for line in lines)}
    return told.pop() if len(told) == 1 else ""


_TUMOR: Final = ("##tumor_sample=", "##TumorSample=", "##tumour_sample=")
_TUMOR_NAME: Final = re.compile(r"(^|[-_.])(T|TUMOU?R)$", re.IGNORECASE)  # TUMOR (GATK), P1_T, P1.tumor


def find_annotator(text: VcfLines) -> Annotator | None:
    """Read from the header how the rows of a VCF are annotated; None if no row is.

    Raises
    ------
    InputError
        For an annotation without gene symbols or alleles.
    """
    for tag in text.annotated:
        for line in text.meta:
            if line.startswith(f"##INFO=<ID={tag},") and (text.annotated[tag] or not text.total):
                return _annotator(text.path, tag, line)
    return None


def _annotator(path: Path, tag: str, line: str) -> Annotator:
    described = re.search(r'Description="(.*)"', line)
    names = (described.group(1) if described else "").rpartition(":")[2]
    fields = tuple(name.strip(" '") for name in names.split("|"))
    if tag == FUNCOTATION:
        fields = funcotation_fields("|".join(fields))
    annotator = Annotator(tag, fields)
    if tag.startswith(AA_CHANGE):
        return annotator
    first = {CSQ_TAG: "amino_acid_change", FUNCOTATION: "proteinChange"}.get(tag, "Allele")
    for needed in (first, GENE_FIELD[annotator.tool]):
        if needed not in fields:
            raise InputError(
                f"{path}: expected the annotation {tag} with the field {needed}, found its header without: "
                f"annotate again{' with vep --symbol' if 'Consequence' in fields else ''}"
            )
    return annotator


def read_vcf(owned: OwnedFile, samples: Sequence[str]) -> MutationFile:
    """Read the mutations of a VCF file, plain or gzip, in the genes that are read.

    Lines of a log above the header are left out; a missing ``##fileformat`` or ``#CHROM`` line is supplied.
    Genes and protein changes come from the annotation of VEP, SnpEff or bcftools csq, and hot spots on
    GRCh38 also from their place. A mutation is a sample's if its genotype has the allele, or, without
    genotypes, if reads have it.

    Raises
    ------
    InputError
        For a file that is no VCF, whose sample cannot be told, or that has neither annotation nor positions
        on GRCh38; and if pysam is not installed.
    """
    text = read_lines(owned.path)
    who = _genotypes(owned, samples, text)
    if text.structural and text.structural == text.total:
        alone = (
            f"structural variants alone ({text.total}): no mutation was looked for; --fusions takes fusions"
        )
        return MutationFile("VCF of structural variants", (), frozenset(), "", (), (alone,))
    annotator = find_annotator(text)
    assembly = find_assembly(text.meta)
    if annotator is None:
        _check_places(text, assembly)
    rows = [
        mutation
        for record, row in zip(_records(text), text.rows, strict=True)
        for mutation in _mutations(record, row, who, annotator, by_place=assembly == "GRCh38")
    ]
    tool = f"VCF, {annotator.tool}" if annotator else "VCF without annotation"
    notes = _notes(text, annotator, assembly, rows)
    limits = () if annotator else (*_annotations_not_read(text), _without_annotation())
    return MutationFile(tool, tuple(rows), frozenset(who), assembly, (*notes, *limits), limits)


def _check_places(text: VcfLines, assembly: str) -> None:
    """Refuse rows without annotation whose places cannot be looked up."""
    if assembly != "GRCh38":
        raise InputError(
            f"{text.path}: expected annotation ({ANNOTATORS}) or positions on GRCh38, found "
            f"neither ({assembly or 'the header names no assembly'}): annotate it, or lift it over to GRCh38"
        )
    if text.total and not text.known:
        raise InputError(
            f"{text.path}: expected chromosomes named as chr9, 9 or NC_000009.12, found others: rename "
            "them, or annotate the file"
        )


def _genotypes(owned: OwnedFile, samples: Sequence[str], text: VcfLines) -> dict[str, str]:
    """Tell which samples of the run a VCF is about, each with its genotype column (empty: it has none)."""
    inside = {name: name for name in text.samples if name in samples}
    if inside:
        if owned.sample and owned.sample not in inside:
            raise InputError(
                f"{owned.path}: expected genotypes of sample {owned.sample}, found those of "
                f"{abridge(list(inside))}: rename the file or its column"
            )
        return inside
    tumor = _tumor_columns(text)
    owner = owned.sample or only_sample(owned, samples)
    if owner and (len(tumor) == 1 or not text.samples):
        return {owner: "".join(tumor)}
    refuse_shared(owned)
    raise OfNobodyError(
        f"{owned.path}: expected genotypes of a sample of this run ({abridge(samples)}), found "
        f"{abridge(text.samples) or 'none'}: rename the columns, or write SAMPLE=FILE for a file of one "
        "sample"
    )


def _tumor_columns(text: VcfLines) -> list[str]:
    """Tell the column of the tumor: the only one, the one that the header or its own name calls so."""
    said = {line.partition("=")[2] for line in text.meta if line.startswith(_TUMOR)}
    return [
        name
        for name in text.samples
        if len(text.samples) == 1 or name in said or (not said and _TUMOR_NAME.search(name))
    ]


def _pysam(path: Path) -> Any:
    try:
        import pysam
    except ImportError as error:
        raise InputError(
            f"{path}: VCF files need the package pysam, which is not installed: pip install '.[vcf]'"
        ) from error
    return pysam


def _records(text: VcfLines) -> Iterator[Any]:
    """Let pysam parse the rows that were kept: it takes no log lines and no plain gzip.

    It reads a clean copy, in a temporary file without a name.
    """
    pysam = _pysam(text.path)
    head = [] if text.meta and text.meta[0].startswith("##fileformat") else ["##fileformat=VCFv4.2"]
    read = 0
    silent = pysam.set_verbosity(0)  # htslib warns of every contig that the header does not name
    try:
        with tempfile.TemporaryFile() as clean:
            lines = (*head, *text.meta, "\t".join(text.columns), *text.rows)
            clean.write(("\n".join(lines) + "\n").encode())
            clean.seek(0)
            with pysam.VariantFile(clean) as records:
                for record in records:
                    yield record
                    read += 1
    except (OSError, ValueError) as error:
        raise _refuse_record(text, read, str(error)) from error
    except TypeError as error:  # pysam fails to say which file it is: ours has no name
        raise _refuse_record(text, len(text.rows), "it does not take the file for a VCF") from error
    finally:
        pysam.set_verbosity(silent)
    if read < len(text.rows):
        raise _refuse_record(text, read, "it stops here")


def _refuse_record(text: VcfLines, read: int, problem: str) -> InputError:
    """Say which line pysam could not read, after so many that it could."""
    where = f"line {text.numbers[read]}" if read < len(text.numbers) else "header"
    return InputError(
        f"{text.path}: {where}: expected what the VCF format allows, found what pysam cannot read "
        f"({problem}): correct it, or write the file again"
    )


def _mutations(
    record: Any, row: str, who: Mapping[str, str], annotator: Annotator | None, *, by_place: bool
) -> Iterator[MutationCall]:
    """Give the mutations of a row: of each allele in a gene that is read, for each sample that has it."""
    alts = tuple(record.alts or ())
    info = row.split("\t", len(_FIXED))[_FIXED.index("INFO")]
    failed = ";".join(name for name in record.filter if name != "PASS")
    for number, alt in enumerate(alts, start=1):
        if not has_bases(alt):
            continue
        spot = hot_spot_at(record.chrom, record.pos, record.ref, alt) if by_place else None
        effect = annotator.effect(info, record.ref, alts, alt) if annotator else None
        if spot is None and effect is None:
            continue
        named = (effect.gene, effect.change, effect.consequence) if effect else ("", "", "")
        read_as = f"{effect.symbol} as {effect.gene}" if effect and effect.symbol != effect.gene else ""
        for sample, column in who.items():
            reads = _reads(record, column, Allele(number, len(alts), record.ref, alt))
            if reads is None:
                continue
            place = (record.chrom, record.pos, record.ref, alt)
            counts = (reads.alt, reads.depth, reads.fraction)
            mutation = MutationCall(sample, *named, *place, *counts, failed, read_as=read_as)
            yield mutation.rename_after(spot or hot_spot_of(mutation.gene, mutation.protein_change))


def _reads(record: Any, column: str, allele: Allele) -> ReadCounts | None:
    """Give the reads of a sample; None if the sample does not have the allele.

    Without genotypes the row itself counts them (LoFreq).
    """
    if not column:
        return count_reads(record.info, allele)
    call = record.samples[column]
    reads = count_reads(call, allele)
    if "GT" in record.format:
        return reads if allele.number in (call.allele_indices or ()) else None
    return None if reads.alt == 0 else reads


def _notes(
    text: VcfLines, annotator: Annotator | None, assembly: str, rows: Sequence[MutationCall]
) -> tuple[str, ...]:
    notes = [rows_read(text.total, len(rows))]
    if text.structural:
        notes.append(f"{count_of(text.structural, 'row')} of structural variants not read")
    if text.above:
        notes.append(f"{count_of(text.above, 'line')} above the header left out")
    if annotator is None:
        return tuple(notes)
    if bare := text.total - text.annotated[annotator.tag]:
        notes.append(f"{count_of(bare, 'row')} without annotation")
    if assembly != "GRCh38":
        notes.append(f"{assembly or 'assembly not named'}: hot spots are found by annotation, not by place")
    return tuple(notes)


def _annotations_not_read(text: VcfLines) -> list[str]:
    if not any(line.startswith("##INFO=<ID=EFF,") for line in text.meta):
        return []
    return ["annotated by SnpEff before 4.1 (EFF), which is not read: annotate by VEP or a later SnpEff"]


def _without_annotation() -> str:
    found, lost = (
        ", ".join(f"{spot.gene} {spot.change}" for spot in HOT_SPOTS if (spot.place is not None) == placed)
        for placed in (True, False)
    )
    return (
        f"no annotation: only {found} are looked for, by their place on GRCh38; {lost} and every other "
        f"mutation need annotation ({ANNOTATORS})"
    )
