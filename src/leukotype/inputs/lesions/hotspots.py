"""Genes whose mutations are read, and the hot spots that are found by their place in the genome."""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from leukotype.inputs.lesions.symbols import approved_symbol, ensembl_ids
from leukotype.vocabulary import CHROMOSOMES

# Altered in the INO-VATE patients, as printed in Blood Adv 2024;8:3226.
_TRIAL: Final = ("KMT2D", "TP53", "CREBBP", "KMT2C", "NOTCH1", "ARID2", "KRAS", "ABL1", "IKZF1")
# Of a hot spot that defines a subtype (PAX5, ZEB2), or altered in B-ALL more widely (Brady et al., Nat Genet
# 2022;54:1376).
_FURTHER: Final = (
    *("PAX5", "ZEB2", "NRAS", "FLT3", "PTPN11", "JAK1", "JAK2", "JAK3", "CRLF2", "IL7R", "SH2B3"),
    *("ETV6", "RB1", "CDKN2A", "NR3C1", "SETD2", "EZH2"),
)
GENES: Final = frozenset(_TRIAL + _FURTHER)

# Earlier HGNC symbols that mutation files of those years write.
_EARLIER: Final = MappingProxyType({"MLL2": "KMT2D", "MLL3": "KMT2C"})


@dataclass(frozen=True)
class HotSpot:
    """A recurrent substitution of one residue.

    Parameters
    ----------
    change
        protein change in one-letter code on ``transcript``; ``coding`` is the change of its coding sequence.
    place
        chromosome without ``chr``, position (GRCh38, from 1), reference and alternate base on the forward
        strand; None where the place is not known well enough to be looked up.
    elsewhere
        the same change in the numbering of other transcripts.
    source
        where the hot spot was described in leukemia.
    """

    gene: str
    change: str
    transcript: str
    coding: str
    place: tuple[str, int, str, str] | None
    source: str
    elsewhere: tuple[str, ...] = ()


HOT_SPOTS: Final = (
    # Minus strand: c.239C>G is G>C. Place: a variant caller's row in a leukemia with PAX5 P80R (MD-ALL's
    # example), and VEP's chr9:g.37015168G>C = ENST00000358127.9:c.239C>G.
    HotSpot(
        *("PAX5", "P80R", "NM_016734.3", "c.239C>G"),
        place=("9", 37015168, "G", "C"),
        source="Gu et al., Nat Genet 2019;51:296",
    ),
    # Plus strand, first base of the codon. Place: counted back within the exon from c.485, c.551 and c.584
    # (7:50382603, 50382669, 50382702), and the codon 50382593 to 50382595 of IntegrateALL's hot spots.
    HotSpot(
        *("IKZF1", "N159Y", "NM_006060.6", "c.475A>T"),
        place=("7", 50382593, "A", "T"),
        source="Gu et al., Nat Genet 2019;51:296",
    ),
    # Minus strand. Only one source gives the codon (IntegrateALL: 2:144389982 to 144389984, so 144389983
    # T>C); until a second one agrees it is found by its annotation alone.
    HotSpot(
        *("ZEB2", "H1038R", "NM_014795.4", "c.3113A>G"),
        place=None,
        source="Zaliova et al., Haematologica 2021;106:886",
    ),
    # Plus strand. Place: ClinVar RCV000432136 (NC_000009.12:g.130872896C>T), which also gives T334I of
    # NM_007313.3, and the expected variants of a commercial reference sample.
    HotSpot(
        *("ABL1", "T315I", "NM_005157.6", "c.944C>T"),
        place=("9", 130872896, "C", "T"),
        source="Gorre et al., Science 2001;293:876",
        elsewhere=("T334I",),
    ),
)

_BY_PLACE: Final = MappingProxyType({spot.place: spot for spot in HOT_SPOTS if spot.place is not None})
_BY_CHANGE: Final = MappingProxyType(
    {
        (spot.gene, change): spot
        for spot in HOT_SPOTS
        for change in (spot.change, *spot.elsewhere, spot.coding)
    }
)
_CODON: Final = 3  # bases before which a row of several of them may begin
PLACES: Final = frozenset(
    (chrom, str(pos - before)) for chrom, pos, _, _ in _BY_PLACE for before in range(_CODON)
)
CHROMOSOME_NAMES: Final = frozenset((*CHROMOSOMES, "Y", "M", "MT"))
_REFSEQ: Final = re.compile(r"NC_0000(\d\d)\.\d+")


def plain_chromosome(name: str) -> str:
    """Give a chromosome's name without ``chr``, and that of RefSeq (``NC_000009.12``) as its number."""
    if name.startswith("NC_") and (found := _REFSEQ.fullmatch(name)):
        return {"23": "X", "24": "Y"}.get(found[1], found[1].lstrip("0"))
    return name[3:] if name[:3].lower() == "chr" else name


def hot_spot_at(chrom: str, pos: int | None, ref: str, alt: str) -> HotSpot | None:
    """Find the hot spot of a substitution by its place on GRCh38, also where bases beside it are repeated."""
    if pos is None:
        return None
    while len(ref) == len(alt) > 1 and ref[-1:].upper() == alt[-1:].upper():
        ref, alt = ref[:-1], alt[:-1]
    while len(ref) == len(alt) > 1 and ref[:1].upper() == alt[:1].upper():
        ref, alt, pos = ref[1:], alt[1:], pos + 1
    return _BY_PLACE.get((plain_chromosome(chrom), pos, ref.upper(), alt.upper()))


def hot_spot_of(gene: str, change: str) -> HotSpot | None:
    """Find a hot spot by its gene and protein change on any transcript it is known by, or its coding one."""
    return _BY_CHANGE.get((gene, change))


def wanted_gene(symbol: str) -> str:
    """Give the approved symbol of a gene whose mutations are read; empty for every other gene."""
    name = _EARLIER.get(symbol) or approved_symbol(symbol)
    return name if name in GENES else ""


def searched_symbols() -> tuple[str, ...]:
    """All symbols and Ensembl ids under which the genes may stand in a file."""
    return (*sorted(GENES), *_EARLIER, *ensembl_ids(GENES))
