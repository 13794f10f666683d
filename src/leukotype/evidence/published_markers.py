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
    """Genes, or a chromosome, that are high, low or gained in a subtype, as published."""

    subtype: str
    level: str
    features: str
    source: str

    @property
    def words(self) -> tuple[str, ...]:
        """Names of the features: symbols, or one chromosome."""
        return (self.features,) if self.level == GAINED else tuple(self.features.split())


_ARMSTRONG: Final = "Armstrong et al., Nat Genet 2002;30:41"
# Two clusters of expression: one with deletions of ERG, which go with rearranged DUX4 (Lilljebjorn et al.),
# the other with rearranged CRLF2.
_HARVEY: Final = "Harvey et al., Blood 2010;116:4874"
_HIRABAYASHI: Final = "Hirabayashi et al., Haematologica 2017;102:118"
_LILLJEBJORN: Final = "Lilljebjorn et al., Nat Commun 2016;7:11790"
_OHKI: Final = "Ohki et al., Haematologica 2019;104:128"
_ZALIOVA: Final = "Zaliova et al., Genes Chromosomes Cancer 2017;56:608"
_PAULSSON: Final = "Paulsson & Johansson, Genes Chromosomes Cancer 2009;48:637"

# `features` are words: symbols, or names of chromosomes. A protein's name stands in brackets where the source
# measured that.
MARKER_GENES: Final = (
    MarkerGene("KMT2A-r", HIGH, "HOXA9 MEIS1 FLT3 LGALS1", _ARMSTRONG),
    MarkerGene("KMT2A-r", LOW, "MME", _ARMSTRONG),
    MarkerGene("KMT2A-r", HIGH, "CSPG4", "Behm et al., Blood 1996;87:1134 (NG2)"),
    MarkerGene("KMT2A-r", LOW, "FHIT", "Stam et al., Leukemia 2006;20:264"),
    MarkerGene("KMT2A-r", HIGH, "CD72", "Nix et al., Cancer Discov 2021;11:2032 (CD72)"),
    MarkerGene("TCF3::PBX1", HIGH, "PBX1", "Kamps et al., Cell 1990;60:547; Nourse et al., Cell 1990;60:535"),
    MarkerGene("TCF3::PBX1", HIGH, "MERTK", "Linger et al., Blood 2013;122:1599"),
    MarkerGene("TCF3::PBX1", HIGH, "WNT16", "McWhirter et al., PNAS 1999;96:11464"),
    MarkerGene("TCF3::PBX1", HIGH, "ROR1", "Bicocca et al., Cancer Cell 2012;22:656"),
    MarkerGene("ETV6::RUNX1", HIGH, "EPOR", "Torrano et al., Blood 2011;118:4910"),
    MarkerGene("ETV6::RUNX1", HIGH, "IGF2BP1", "Sharma et al., J Exp Clin Cancer Res 2023;42:231"),
    # ETV6 represses it: named for the loss of ETV6 that goes with this fusion.
    MarkerGene("ETV6::RUNX1", HIGH, "CLIC5", "Neveu et al., Haematologica 2016;101:1534"),
    MarkerGene("ETV6::RUNX1", HIGH, "CD27", _ZALIOVA),
    MarkerGene("ETV6::RUNX1", LOW, "CD44", _ZALIOVA),
    MarkerGene("ETV6::RUNX1-like", HIGH, "CD27", _ZALIOVA),
    MarkerGene("ETV6::RUNX1-like", LOW, "CD44", _ZALIOVA),
    MarkerGene("DUX4-r", HIGH, "DUX4", f"{_LILLJEBJORN}; Yasuda et al., Nat Genet 2016;48:569"),
    MarkerGene("DUX4-r", HIGH, "AGAP1 CCNJ CHST2 CHST7 PTPRM", _HARVEY),
    MarkerGene("DUX4-r", HIGH, "CLEC12A", "Schumich et al., Haematologica 2019;104:e352 (CD371)"),
    MarkerGene("DUX4-r", HIGH, "STAP1", "Steeghs et al., Sci Rep 2018;8:693"),
    MarkerGene("ZNF384-r", HIGH, "CD33 ANPEP", f"{_HIRABAYASHI} (CD33, CD13)"),
    MarkerGene("ZNF384-r", LOW, "MME", f"{_HIRABAYASHI} (CD10)"),
    MarkerGene("ZNF384-r", HIGH, "CLCF1 BTLA", "Qian et al., Genome Res 2017;27:185"),
    MarkerGene("MEF2D-r", HIGH, "HDAC9", "Gu et al., Nat Commun 2016;7:13331"),
    MarkerGene("MEF2D-r", HIGH, "GATA3", _OHKI),
    MarkerGene("MEF2D-r", LOW, "MEF2C MME", _OHKI),
    MarkerGene("BCR::ABL1-like", HIGH, "MUC4 CRLF2 BMPR1B ADGRF1", _HARVEY),
    MarkerGene("BCR::ABL1", HIGH, "IL2RA", "Paietta et al., Leukemia 1997;11:1887 (CD25)"),
    MarkerGene("Hyperdiploid", HIGH, "IL3RA", "Li et al., Front Oncol 2021;11:614420 (CD123)"),
    *(
        MarkerGene("Hyperdiploid", GAINED, f"chromosome {name}", _PAULSSON)
        for name in ("4", "6", "10", "14", "17", "18", "21", "X")
    ),
    MarkerGene("iAMP21", GAINED, "chromosome 21", "Harrison et al., Leukemia 2014;28:1015"),
    MarkerGene("NUTM1-r", HIGH, "NUTM1", "Boer et al., Leukemia 2021;35:2978"),
    MarkerGene("HLF", HIGH, "HLF", "Hunger et al., Genes Dev 1992;6:1608"),
    MarkerGene("CDX2/UBTF", HIGH, "CDX2", "Yasuda et al., Blood 2022;139:1850"),
)


def known_marker(feature: str, subtype: str) -> MarkerGene | None:
    """Row of the literature for a gene (symbol) or ``chromosome 21`` and a subtype; None without one."""
    return _by_name().get((feature, subtype))


@cache
def _by_name() -> dict[tuple[str, str], MarkerGene]:
    return {(feature, each.subtype): each for each in MARKER_GENES for feature in each.words}
