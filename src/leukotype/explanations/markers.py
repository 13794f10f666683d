"""Genes and chromosomes that the literature names for a subtype, so that a reader knows old friends.

A subtype without a row (PAX5alt, PAX5 P80R, B-other, ...) has none that is published as a marker on its own.
The table explains; it never enters a call.
"""

from __future__ import annotations

from functools import cache
from typing import Final, NamedTuple

HIGH: Final = "high"
LOW: Final = "low"
GAINED: Final = "gained"


class MarkerGene(NamedTuple):
    """A gene (or chromosome) that is high, low or gained in a subtype, as published."""

    subtype: str
    level: str
    features: str
    source: str


_YEOH: Final = "Yeoh et al., Cancer Cell 2002;1:133"
_ARMSTRONG: Final = "Armstrong et al., Nat Genet 2002;30:41"
_HARVEY: Final = "Harvey et al., Blood 2010;116:4874; Reshmi et al., Blood 2017;129:3352"
_HIRABAYASHI: Final = "Hirabayashi et al., Haematologica 2017;102:118"
_LILLJEBJORN: Final = "Lilljebjorn et al., Nat Commun 2016;7:11790"
_OHKI: Final = "Ohki et al., Haematologica 2019;104:128"
_ZALIOVA: Final = "Zaliova et al., Genes Chromosomes Cancer 2017;56:608"
_PAULSSON: Final = "Paulsson & Johansson, Genes Chromosomes Cancer 2009;48:637"

# `features` are words: symbols, or names of chromosomes.
MARKER_GENES: Final = (
    MarkerGene("KMT2A-r", HIGH, "HOXA9 MEIS1 FLT3 LGALS1", _ARMSTRONG),
    MarkerGene("KMT2A-r", LOW, "MME", _ARMSTRONG),
    MarkerGene("KMT2A-r", HIGH, "CSPG4", "Behm et al., Blood 1996;87:1134"),
    MarkerGene("TCF3::PBX1", HIGH, "PBX1", "Kamps et al., Cell 1990;60:547; Nourse et al., Cell 1990;60:535"),
    MarkerGene("TCF3::PBX1", HIGH, "MERTK", f"{_YEOH}; Linger et al., Blood 2013;122:1599"),
    MarkerGene("TCF3::PBX1", HIGH, "WNT16", "McWhirter et al., PNAS 1999;96:11464"),
    MarkerGene("TCF3::PBX1", HIGH, "ROR1", "Bicocca et al., Cancer Cell 2012;22:656"),
    MarkerGene("ETV6::RUNX1", HIGH, "EPOR", "Torrano et al., Blood 2011;118:4910"),
    MarkerGene("ETV6::RUNX1", HIGH, "IGF2BP1", "Stoskus et al., Blood Cells Mol Dis 2011;46:321"),
    MarkerGene("ETV6::RUNX1", HIGH, "CLIC5 BIRC7", "Neveu et al., Haematologica 2016;101:1534"),
    MarkerGene("ETV6::RUNX1", HIGH, "CD27", _ZALIOVA),
    MarkerGene("ETV6::RUNX1", LOW, "CD44", _ZALIOVA),
    MarkerGene("ETV6::RUNX1-like", HIGH, "CD27", _ZALIOVA),
    MarkerGene("ETV6::RUNX1-like", LOW, "CD44", _ZALIOVA),
    MarkerGene("DUX4-r", HIGH, "DUX4", f"{_LILLJEBJORN}; Yasuda et al., Nat Genet 2016;48:569"),
    MarkerGene("DUX4-r", HIGH, "LHFPL2", _YEOH),
    MarkerGene("DUX4-r", HIGH, "AGAP1 CCNJ CHST2 CHST7 PCDH17 PTPRM", "Harvey et al., Blood 2010;116:4874"),
    MarkerGene("DUX4-r", HIGH, "CLEC12A", "CD371: Schumich et al., Haematologica 2019;104:e352"),
    MarkerGene("ZNF384-r", HIGH, "CD33 ANPEP", f"CD33, CD13: {_HIRABAYASHI}"),
    MarkerGene("ZNF384-r", LOW, "MME", f"CD10: {_HIRABAYASHI}"),
    MarkerGene("ZNF384-r", HIGH, "CLCF1 BTLA", "Qian et al., Genome Res 2017;27:185"),
    MarkerGene("ZNF384-r", HIGH, "FLT3", "Alexander et al., Nature 2018;562:373"),
    MarkerGene("MEF2D-r", HIGH, "HDAC9", "Gu et al., Nat Commun 2016;7:13331"),
    MarkerGene("MEF2D-r", HIGH, "GATA3", _OHKI),
    MarkerGene("MEF2D-r", LOW, "MEF2C MME", _OHKI),
    MarkerGene("BCR::ABL1-like", HIGH, "JCHAIN SPATS2L MUC4 CRLF2 CA6 NRXN3 BMPR1B ADGRF1", _HARVEY),
    MarkerGene("BCR::ABL1", HIGH, "IL2RA", "CD25: Paietta et al., Leukemia 1997;11:1887"),
    MarkerGene("Hyperdiploid", HIGH, "IL3RA", "CD123: Djokic et al., Haematologica 2009;94:1016"),
    *(
        MarkerGene("Hyperdiploid", GAINED, f"chromosome {name}", _PAULSSON)
        for name in ("4", "6", "10", "14", "17", "18", "21", "X")
    ),
    MarkerGene("iAMP21", GAINED, "chromosome 21", "Harrison et al., Leukemia 2014;28:1015"),
    MarkerGene("NUTM1-r", HIGH, "NUTM1", "Boer et al., Leukemia 2021;35:2978"),
    MarkerGene("HLF", HIGH, "HLF", "Hunger et al., Genes Dev 1992;6:1608"),
    MarkerGene("CDX2/UBTF", HIGH, "CDX2", "Yasuda et al., Blood 2022;139:1863"),
)


def known_marker(feature: str, subtype: str) -> MarkerGene | None:
    """Row of the literature for a gene (symbol) or ``chromosome 21`` and a subtype; None without one."""
    return _by_name().get((feature, subtype))


@cache
def _by_name() -> dict[tuple[str, str], MarkerGene]:
    return {
        (feature, each.subtype): each
        for each in MARKER_GENES
        for feature in ([each.features] if each.level == GAINED else each.features.split())
    }
