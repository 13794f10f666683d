"""Genes and chromosomes that the literature names for a subtype, so that a reader knows old friends.

A subtype without a row (PAX5alt, PAX5 P80R, B-other, ...) has none that is published as a marker on its own.
The table explains; it never enters a call.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import Final, NamedTuple


class Level(StrEnum):
    """How a feature stands in the subtype that it marks."""

    HIGH = "high"
    LOW = "low"
    GAINED = "gained"


class PublishedMarker(NamedTuple):
    """Genes (symbols), or a chromosome (``chromosome 21``), by which a subtype stands out, as published."""

    subtype: str
    level: Level
    features: tuple[str, ...]
    source: str


_ARMSTRONG: Final = "Armstrong et al., Nat Genet 2002;30:41"
# Two clusters of expression: one with deletions of ERG, which go with rearranged DUX4 (Lilljebjorn et al.),
# the other with rearranged CRLF2.
_HARVEY: Final = "Harvey et al., Blood 2010;116:4874"
_HIRABAYASHI: Final = "Hirabayashi et al., Haematologica 2017;102:118"
_LILLJEBJORN: Final = "Lilljebjorn et al., Nat Commun 2016;7:11790"
_OHKI: Final = "Ohki et al., Haematologica 2019;104:128"
_ZALIOVA: Final = "Zaliova et al., Genes Chromosomes Cancer 2017;56:608"
_PAULSSON: Final = "Paulsson & Johansson, Genes Chromosomes Cancer 2009;48:637"


def _genes(subtype: str, level: Level, symbols: str, source: str) -> PublishedMarker:
    """Make a row of symbols written in a line."""
    return PublishedMarker(subtype, level, tuple(symbols.split()), source)


def _gain(subtype: str, chromosome: str, source: str) -> PublishedMarker:
    """Make the row of a chromosome."""
    return PublishedMarker(subtype, Level.GAINED, (f"chromosome {chromosome}",), source)


_HIGH, _LOW = Level.HIGH, Level.LOW
# A protein's name stands in brackets where the source measured that.
PUBLISHED_MARKERS: Final = (
    _genes("KMT2A-r", _HIGH, "HOXA9 MEIS1 FLT3 LGALS1", _ARMSTRONG),
    _genes("KMT2A-r", _LOW, "MME", _ARMSTRONG),
    _genes("KMT2A-r", _HIGH, "CSPG4", "Behm et al., Blood 1996;87:1134 (NG2)"),
    _genes("KMT2A-r", _LOW, "FHIT", "Stam et al., Leukemia 2006;20:264"),
    _genes("KMT2A-r", _HIGH, "CD72", "Nix et al., Cancer Discov 2021;11:2032 (CD72)"),
    _genes("TCF3::PBX1", _HIGH, "PBX1", "Kamps et al., Cell 1990;60:547; Nourse et al., Cell 1990;60:535"),
    _genes("TCF3::PBX1", _HIGH, "MERTK", "Linger et al., Blood 2013;122:1599"),
    _genes("TCF3::PBX1", _HIGH, "WNT16", "McWhirter et al., PNAS 1999;96:11464"),
    _genes("TCF3::PBX1", _HIGH, "ROR1", "Bicocca et al., Cancer Cell 2012;22:656"),
    _genes("ETV6::RUNX1", _HIGH, "EPOR", "Torrano et al., Blood 2011;118:4910"),
    _genes("ETV6::RUNX1", _HIGH, "IGF2BP1", "Sharma et al., J Exp Clin Cancer Res 2023;42:231"),
    # ETV6 represses it: named for the loss of ETV6 that goes with this fusion.
    _genes("ETV6::RUNX1", _HIGH, "CLIC5", "Neveu et al., Haematologica 2016;101:1534"),
    _genes("ETV6::RUNX1", _HIGH, "CD27", _ZALIOVA),
    _genes("ETV6::RUNX1", _LOW, "CD44", _ZALIOVA),
    _genes("ETV6::RUNX1-like", _HIGH, "CD27", _ZALIOVA),
    _genes("ETV6::RUNX1-like", _LOW, "CD44", _ZALIOVA),
    _genes("DUX4-r", _HIGH, "DUX4", f"{_LILLJEBJORN}; Yasuda et al., Nat Genet 2016;48:569"),
    _genes("DUX4-r", _HIGH, "AGAP1 CCNJ CHST2 CHST7 PTPRM", _HARVEY),
    _genes("DUX4-r", _HIGH, "CLEC12A", "Schumich et al., Haematologica 2019;104:e352 (CD371)"),
    _genes("DUX4-r", _HIGH, "STAP1", "Steeghs et al., Sci Rep 2018;8:693"),
    _genes("ZNF384-r", _HIGH, "CD33 ANPEP", f"{_HIRABAYASHI} (CD33, CD13)"),
    _genes("ZNF384-r", _LOW, "MME", f"{_HIRABAYASHI} (CD10)"),
    _genes("ZNF384-r", _HIGH, "CLCF1 BTLA", "Qian et al., Genome Res 2017;27:185"),
    _genes("MEF2D-r", _HIGH, "HDAC9", "Gu et al., Nat Commun 2016;7:13331"),
    _genes("MEF2D-r", _HIGH, "GATA3", _OHKI),
    _genes("MEF2D-r", _LOW, "MEF2C MME", _OHKI),
    _genes("BCR::ABL1-like", _HIGH, "MUC4 CRLF2 BMPR1B ADGRF1", _HARVEY),
    _genes("BCR::ABL1", _HIGH, "IL2RA", "Paietta et al., Leukemia 1997;11:1887 (CD25)"),
    _genes("Hyperdiploid", _HIGH, "IL3RA", "Li et al., Front Oncol 2021;11:614420 (CD123)"),
    *(_gain("Hyperdiploid", name, _PAULSSON) for name in ("4", "6", "10", "14", "17", "18", "21", "X")),
    _gain("iAMP21", "21", "Harrison et al., Leukemia 2014;28:1015"),
    _genes("NUTM1-r", _HIGH, "NUTM1", "Boer et al., Leukemia 2021;35:2978"),
    _genes("HLF", _HIGH, "HLF", "Hunger et al., Genes Dev 1992;6:1608"),
    _genes("CDX2/UBTF", _HIGH, "CDX2", "Yasuda et al., Blood 2022;139:1850"),
)


def known_marker(feature: str, subtype: str) -> PublishedMarker | None:
    """Row of the literature for a gene (symbol) or ``chromosome 21`` and a subtype; None without one."""
    return _by_name().get((feature, subtype))


@cache
def _by_name() -> dict[tuple[str, str], PublishedMarker]:
    return {(feature, each.subtype): each for each in PUBLISHED_MARKERS for feature in each.features}
