"""Reads with a variant and reads in all, as each caller counts them; unknown is None, never a guess.

References
----------
.. [1] Strelka2, user guide, "Somatic": tier 1 counts of AU, CU, GU, TU and of TAR, TIR.
.. [2] VCF 4.3, AD and DP; samtools.github.io/bcftools: DP4, DV. gatk.broadinstitute.org: AD, AF.
.. [3] VarScan 2: RD, AD, FREQ. VarDict: VD. freebayes: RO, AO. Platypus: NR, NV. SomaticSniper: BCOUNT.
       CaVEMan: FAZ to RTZ. DeepVariant: VAF. MuTect 1: FA.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

_BASES: Final = "ACGT"
_FRACTIONS: Final = ("AF", "VAF", "FREQ", "FA", "PM")


@dataclass(frozen=True)
class ReadCounts:
    """Reads with an allele, all reads, and their ratio; None for what the file does not say."""

    alt: int | None = None
    depth: int | None = None
    fraction: float | None = None


@dataclass(frozen=True)
class Allele:
    """One alternate allele of a row: its number (from 1), of how many, and the sequences."""

    number: int
    total: int
    ref: str
    alt: str


MOST_READS: Final = 10**12  # a machine's run has some 1e10
_MOST_DIGITS: Final = len(str(MOST_READS))


def whole_number(text: str) -> int | None:
    """Read a count of reads; None for what is none, or what no machine counts."""
    return int(text) if text.isdecimal() and len(text) <= _MOST_DIGITS and int(text) <= MOST_READS else None


Field = Callable[[str], list[str]]


def count_reads(values: Any, allele: Allele) -> ReadCounts:
    """Count the reads of an allele from the fields of a sample, or of a row without samples.

    Parameters
    ----------
    values
        a mapping of fields, FORMAT or INFO, as pysam gives it.
    """

    def field(tag: str) -> list[str]:
        return _texts(values[tag]) if tag in values else []

    counted = (each(field, allele) for each in (_by_allele, _by_base, _indel_of_strelka, _by_strand, _alone))
    alt, depth = next((found for found in counted if found[0] is not None), (None, None))
    if depth is None:
        depth = next(iter(_numbers(field("DP"))), None)
    fraction = alt / depth if alt is not None and depth else _fraction(field, allele)
    if alt is None and fraction is not None and depth is not None:
        alt = round(fraction * depth)
    return ReadCounts(alt, depth, fraction)


Counted = tuple[int | None, int | None]


def _by_allele(field: Field, allele: Allele) -> Counted:
    """AD of all alleles; AD of the one alternate, AO or NV, beside the reads of the reference or all."""
    ad, ao, nv, in_all = (_numbers(field(tag)) for tag in ("AD", "AO", "NV", "DP"))
    if len(ad) == allele.total + 1:
        return ad[allele.number], sum(ad)
    one = ad if allele.total == 1 else []
    for counts, reference in ((one, _numbers(field("RD"))), (ao, _numbers(field("RO")))):
        if len(counts) == allele.total:
            depth = None if in_all or not reference else sum(counts) + reference[0]
            return counts[allele.number - 1], depth
    if len(nv) == allele.total:
        reads = _numbers(field("NR"))
        return nv[allele.number - 1], reads[min(allele.number, len(reads)) - 1] if reads else None
    return None, None


def _by_base(field: Field, allele: Allele) -> Counted:
    """Read counts of the four bases: Strelka2's tier 1, SomaticSniper, CaVEMan's two strands."""
    if len(allele.ref) != 1 or allele.alt not in _BASES:
        return None, None
    tiers = [_numbers(field(f"{base}U")) for base in _BASES]
    bases = [tier[0] for tier in tiers if tier] or _numbers(field("BCOUNT"))
    strands = [[*_numbers(field(f"F{base}Z")), *_numbers(field(f"R{base}Z"))] for base in _BASES]
    bases = bases or [sum(both) for both in strands if both]
    return (bases[_BASES.index(allele.alt)], sum(bases)) if len(bases) == len(_BASES) else (None, None)


def _indel_of_strelka(field: Field, allele: Allele) -> Counted:
    other, indel = _numbers(field("TAR")), _numbers(field("TIR"))
    return (indel[0], indel[0] + other[0]) if other and indel and allele.total == 1 else (None, None)


def _by_strand(field: Field, allele: Allele) -> Counted:
    """Read DP4: reference forward and reverse, alternate forward and reverse (bcftools, LoFreq)."""
    dp4 = _numbers(field("DP4"))
    return (dp4[2] + dp4[3], sum(dp4)) if len(dp4) == 4 and allele.total == 1 else (None, None)


def _alone(field: Field, allele: Allele) -> Counted:
    """Read what counts the one alternate, beside DP (VarDict, bcftools)."""
    found = _numbers(field("VD")) or _numbers(field("DV"))
    return (found[0], None) if len(found) == allele.total == 1 else (None, None)


def _fraction(field: Field, allele: Allele) -> float | None:
    for tag in _FRACTIONS:
        texts = field(tag)
        if len(texts) == allele.total:
            text = texts[allele.number - 1]
            try:
                value = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
            except ValueError:
                continue
            if 0 <= value <= 1:
                return value
    return None


def _texts(value: Any) -> list[str]:
    parts = value if isinstance(value, tuple) else str(value).split(",")
    return [str(part) for part in parts if part is not None]


def _numbers(texts: list[str]) -> list[int]:
    """Whole numbers, whatever type the header gives them; empty if any is missing."""
    whole = [number for text in texts if (number := whole_number(text.removesuffix(".0"))) is not None]
    return whole if len(whole) == len(texts) else []
