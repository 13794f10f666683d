"""VCF files of mutations, annotated or not, as the tools really write them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from leukotype.errors import InputError
from leukotype.inputs.lesions.annotation import Annotator, find_annotator, has_bases
from leukotype.inputs.lesions.hotspots import HOT_SPOTS, hot_spot_at, hot_spot_of
from leukotype.inputs.lesions.owners import Owned
from leukotype.inputs.lesions.protein_changes import Mutation, MutationFile, OfNobodyError
from leukotype.inputs.lesions.vcf_lines import VcfLines, find_assembly, read_lines
from leukotype.inputs.tables.text import listed


def read_vcf(owned: Owned, samples: Sequence[str]) -> MutationFile:
    """Read the mutations of a VCF file, plain or gzip, in the genes that are read.

    Lines of a log above the header are left out; a missing ``##fileformat`` or ``#CHROM`` line is supplied.
    Genes and protein changes come from VEP's or SnpEff's annotation, and hot spots on GRCh38 also from their
    place. A mutation is a sample's if its genotype has the allele, or, without genotypes, if reads have it.

    Raises
    ------
    InputError
        For a file that is no VCF, whose sample cannot be told, or that has neither annotation nor positions
        on GRCh38; and if pysam is not installed.
    """
    text = read_lines(owned.path)
    who = _genotypes(owned, samples, text)
    annotator = find_annotator(text)
    assembly = find_assembly(text.meta)
    if annotator is None and assembly != "GRCh38":
        raise InputError(
            f"{owned.path}: expected annotation (VEP or SnpEff) or positions on GRCh38, found neither "
            f"({assembly or 'the header names no assembly'}): annotate it, or lift it over to GRCh38"
        )
    rows = [
        mutation
        for record in _records(text)
        for mutation in _mutations(record, who, annotator, by_place=assembly == "GRCh38")
    ]
    tool = f"VCF, {annotator.tool}" if annotator else "VCF without annotation"
    notes = _notes(text, annotator, assembly, rows)
    return MutationFile(tool, tuple(rows), frozenset(who), assembly, notes)


def _genotypes(owned: Owned, samples: Sequence[str], text: VcfLines) -> dict[str, str]:
    """Tell which samples of the run a VCF is about, each with its genotype column (empty: it has none)."""
    inside = {name: name for name in text.samples if name in samples}
    if inside:
        if owned.sample and owned.sample not in inside:
            raise InputError(
                f"{owned.path}: expected genotypes of sample {owned.sample}, found those of "
                f"{listed(list(inside))}: rename the file or its column"
            )
        return inside
    tumor = [name for name in text.samples if len(text.samples) == 1 or name.upper() == "TUMOR"]
    if owned.sample and (tumor or not text.samples):
        return {owned.sample: "".join(tumor[:1])}
    raise OfNobodyError(
        f"{owned.path}: expected genotypes of a sample of this run ({listed(samples)}), found "
        f"{listed(text.samples) or 'none'}: rename the columns, or write SAMPLE=FILE for a file of one sample"
    )


def _pysam(path: Path) -> Any:
    try:
        import pysam
    except ImportError as error:
        raise InputError(
            f"{path}: VCF files need the package pysam, which is not installed: pip install 'leukotype[vcf]'"
        ) from error
    return pysam


def _records(text: VcfLines) -> Iterator[Any]:
    """Let pysam parse the rows that were kept, from a clean copy: it takes no log lines and no plain gzip."""
    pysam = _pysam(text.path)
    head = [] if text.meta and text.meta[0].startswith("##fileformat") else ["##fileformat=VCFv4.2"]
    read = 0
    silent = pysam.set_verbosity(0)  # htslib warns of every contig that the header does not name
    try:
        with tempfile.TemporaryDirectory() as folder:
            clean = Path(folder) / "clean.vcf"
            lines = (*head, *text.meta, "\t".join(text.columns), *text.rows)
            clean.write_text("\n".join(lines) + "\n", encoding="utf-8")
            with pysam.VariantFile(str(clean)) as records:
                for record in records:
                    yield record
                    read += 1
    except (OSError, ValueError) as error:
        raise _unreadable(text, read, str(error)) from error
    finally:
        pysam.set_verbosity(silent)
    if read < len(text.rows):
        raise _unreadable(text, read, "it stops here")


def _unreadable(text: VcfLines, read: int, problem: str) -> InputError:
    """Say which line pysam could not read, after so many that it could."""
    where = f"line {text.numbers[read]}" if read < len(text.numbers) else "header"
    return InputError(
        f"{text.path}: {where}: expected what the VCF format allows, found what pysam cannot read "
        f"({problem}): mend it, or write the file again"
    )


def _mutations(
    record: Any, who: Mapping[str, str], annotator: Annotator | None, *, by_place: bool
) -> Iterator[Mutation]:
    """Give the mutations of a row: of each allele in a gene that is read, for each sample that has it."""
    alts = tuple(record.alts or ())
    written = _annotation(record, annotator)
    failed = ";".join(name for name in record.filter if name != "PASS")
    for number, alt in enumerate(alts, start=1):
        if not has_bases(alt):
            continue
        spot = hot_spot_at(record.chrom, record.pos, record.ref, alt) if by_place else None
        effect = annotator.effect(written, record.ref, alts, alt) if annotator else None
        if spot is None and effect is None:
            continue
        named = (effect.gene, effect.change, effect.consequence) if effect else ("", "", "")
        read_as = f"{effect.symbol} as {effect.gene}" if effect and effect.symbol != effect.gene else ""
        for sample, column in who.items():
            reads = _reads(record, column, number, len(alts))
            if reads is None:
                continue
            alt_reads, depth = reads
            fraction = alt_reads / depth if alt_reads is not None and depth else None
            place = (record.chrom, record.pos, record.ref, alt)
            mutation = Mutation(sample, *named, *place, alt_reads, depth, fraction, failed, read_as)
            yield mutation.named_after(spot or hot_spot_of(mutation.gene, mutation.protein_change))


def _annotation(record: Any, annotator: Annotator | None) -> str:
    if annotator is None or annotator.tag not in record.info:
        return ""
    value = record.info[annotator.tag]
    return value if isinstance(value, str) else ",".join(value)


def _reads(record: Any, column: str, number: int, alts: int) -> tuple[int | None, int | None] | None:
    """Give the reads with an allele and all reads of a sample; None if the sample does not have the allele.

    Counted from AD (GATK: reference and alternates; VarScan: the one alternate), AO (freebayes) or DP4
    (bcftools); all reads are the sum where the counts are complete, else DP. Unknown without any of them.
    """
    if not column:
        return None, None
    call = record.samples[column]
    alt_reads, depth = _counts(call, number, alts)
    if "GT" in record.format:
        return (alt_reads, depth) if number in (call.allele_indices or ()) else None
    return None if alt_reads == 0 else (alt_reads, depth)


def _counts(call: Any, number: int, alts: int) -> tuple[int | None, int | None]:
    ad, ao, dp4 = (_numbers(call, tag) for tag in ("AD", "AO", "DP4"))
    depth = next(iter(_numbers(call, "DP")), None)
    if len(ad) == alts + 1:
        return ad[number], sum(ad)
    if len(ad) == alts == 1:
        return ad[0], depth
    if len(ao) == alts:
        return ao[number - 1], depth
    if alts == 1 and len(dp4) == 4:
        return dp4[2] + dp4[3], sum(dp4)
    return None, depth


def _numbers(call: Any, tag: str) -> list[int]:
    """Whole numbers of a FORMAT field, whatever type its header gives it; empty if any is missing."""
    value = call.get(tag)
    parts = value if isinstance(value, tuple) else str(value).split(",")
    texts = [str(part) for part in parts]
    return [int(text) for text in texts] if all(text.isdigit() for text in texts) else []


def _notes(
    text: VcfLines, annotator: Annotator | None, assembly: str, rows: Sequence[Mutation]
) -> tuple[str, ...]:
    notes = [f"{text.total} rows read, {len(rows)} mutations in the genes that are read"]
    if text.above:
        notes.append(f"{text.above} lines above the header left out")
    if annotator is None:
        notes.append(_without_annotation())
        return tuple(notes)
    if bare := text.total - text.annotated[annotator.tag]:
        notes.append(f"{bare} rows without annotation")
    if assembly != "GRCh38":
        notes.append(f"{assembly or 'assembly not named'}: hot spots are found by annotation, not by place")
    return tuple(notes)


def _without_annotation() -> str:
    found, lost = (
        ", ".join(f"{spot.gene} {spot.change}" for spot in HOT_SPOTS if (spot.place is not None) == placed)
        for placed in (True, False)
    )
    return (
        f"no annotation: only {found} are looked for, by their place on GRCh38; {lost} and every other "
        "mutation need annotation (VEP or SnpEff)"
    )
