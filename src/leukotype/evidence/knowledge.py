"""The lesions that define, mark or exclude a subtype, each with its source.

A row is read: a lesion that fits it speaks for (or against) the subtype with this strength. Of the
pairs of genes that a fusion fits, the first counts, so the more special ones stand first. Numbers in
brackets are those of `REFERENCES`.
"""

from __future__ import annotations

import re
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from leukotype.vocabulary import PloidyState

ANY: Final = "*"

REFERENCES: Final = MappingProxyType(
    {
        1: "Arber et al., International Consensus Classification, Blood 2022;140:1200",
        2: "Alaggio et al., WHO classification, 5th edition, Leukemia 2022;36:1720",
        3: "Gu et al., PAX5-driven subtypes of B-ALL, Nat Genet 2019;51:296",
        4: "Roberts et al., kinase-activating lesions in Ph-like ALL, N Engl J Med 2014;371:1005",
        5: "Meyer et al., the KMT2A recombinome, Leukemia 2023;37:988",
        6: "Gu et al., MEF2D rearrangements, Nat Commun 2016;7:13331",
        7: "Hirabayashi et al., ZNF384 fusions, Haematologica 2017;102:118; Shago et al., ARID1B::ZNF384, "
        "Pediatr Blood Cancer 2016;63:1915",
        8: "Boer et al., NUTM1 rearrangements, Leukemia 2021;35:2978",
        9: "Lilljebjorn et al., DUX4 and ETV6::RUNX1-like, Nat Commun 2016;7:11790",
        10: "Yasuda et al., CDX2, Blood 2022;139:1850; Kimura et al., CDX2 and UBTF::ATXN7L3, "
        "Blood 2022;139:3519",
        11: "Li et al., subtypes of 1,223 B-ALL, PNAS 2018;115:E11711 (ZEB2/CEBP, IKZF1 N159Y, BCL2/MYC)",
        12: "Holmfeldt et al., hypodiploid ALL, Nat Genet 2013;45:242",
        13: "Harrison et al., iAMP21, Leukemia 2014;28:1015",
    }
)


def spelled_out(source: str) -> str:
    """Put the citations of `REFERENCES` in the place of their numbers."""
    apart = source.replace("] [", "]; [")
    return re.sub(r"\[(\d+)\]", lambda found: REFERENCES.get(int(found[1]), found[0]), apart)


class Strength(StrEnum):
    """What a lesion says of a subtype."""

    DEFINING = "defining"
    TYPICAL = "typical"
    COMPATIBLE = "compatible"
    AGAINST = "against"


class Kind(StrEnum):
    """What kind of thing a lesion is."""

    FUSION = "fusion"
    MUTATION = "mutation"
    COPY_NUMBER = "copy number"
    EXPRESSION = "expression"


CRLF2_JAK: Final = "CRLF2/JAK"
ABL_CLASS: Final = "ABL-class"


class Fusion(NamedTuple):
    """A pair of genes, in either order; `one` and `other` are words of genes, or `ANY`."""

    one: str
    other: str
    subtype: str
    strength: Strength
    source: str
    subclass: str = ""
    caveat: str = ""

    def fits(self, first: frozenset[str], second: frozenset[str]) -> bool:
        """Whether the pair fits, each side being the genes that a caller names for it."""
        return _one_way(self, first, second) or _one_way(self, second, first)


class Mutation(NamedTuple):
    """A gene with a protein change, or any change that alters the protein."""

    gene: str
    change: str
    subtype: str
    strength: Strength
    source: str


class Ploidy(NamedTuple):
    """A state of the ploidy."""

    state: PloidyState
    subtype: str
    strength: Strength
    source: str


class Translocation(NamedTuple):
    """Chromosomes and bands of a karyotype: ``9;22`` and ``q34;q11``."""

    chromosomes: str
    bands: str
    subtype: str
    strength: Strength
    source: str


class Marker(NamedTuple):
    """A gene that is silent in B-ALL unless a lesion turns it on; `least` is log2(CPM + 1)."""

    gene: str
    least: float
    subtype: str
    strength: Strength
    source: str
    subclass: str = ""


def _one_way(lesion: Fusion, first: frozenset[str], second: frozenset[str]) -> bool:
    one = lesion.one == ANY or bool(first & set(lesion.one.split()))
    other = (second - first) if lesion.other == ANY else second & set(lesion.other.split())
    return one and bool(other)


_DEFINING, _TYPICAL, _COMPATIBLE, _AGAINST = Strength
_LIKE: Final = ("BCR::ABL1-like", _TYPICAL, "[4]")
LOCI: Final = "IGH IGK IGL"
# Described partners.
_OF_ZNF384: Final = (
    "AKAP8 ARID1B ATP5C1 BMP2K CLTC CREBBP DDX42 EP300 EWSR1 NIPBL SATB1 SMARCA2 SMARCA4 SYNRG TAF15 TCF3 "
    "TCF4 TET2 USP25"
)
_OF_KMT2A: Final = (
    "ACTN4 AFDN AFF1 AFF3 AFF4 ARHGEF12 CREBBP ELL EPS15 FOXO3 MAML2 MLLT1 MLLT3 MLLT6 MLLT10 MLLT11 "
    "SEPTIN6 SEPTIN9 TET1 TNRC18 USP2 USP8"
)
_OF_MEF2D: Final = "BCL9 CSF1R DAZAP1 FOXJ2 HNRNPH1 HNRNPM HNRNPUL1 PYGO2 SS18 STAT6"
_OF_NUTM1: Final = "ACIN1 AFF1 ATAD5 BRD9 CHD4 CUX1 IKZF1 RUNX1 SLC12A6 ZNF618"
_OF_ABL1: Final = "CENPC ETV6 FOXP1 LSM14A NUP153 NUP214 RANBP2 RCSD1 SFPQ SNX2 SPTAN1 ZMIZ1"
_OF_PDGFRB: Final = "ATF7IP EBF1 ETV6 NUMA1 SSBP2 TNIP1 ZEB2 ZMYND8"
_OF_JAK2: Final = (
    "ATF7IP BCR EBF1 ETV6 GOLGA5 GOLGB1 PAX5 PCM1 PPFIBP1 RFX3 SMU1 SNX29 SSBP2 STRBP STRN3 TERF2 TPR USP25 "
    "ZBTB44 ZBTB46 ZNF274 ZNF340"
)
_OF_PAX5: Final = (
    "AUTS2 BRD1 CBFA2T2 CBFA2T3 CCDC91 DACH1 DACH2 ELN ESRRB ETV6 FBRSL1 FLI1 FOXP1 GSE1 HIPK1 IGH JAK3 "
    "KDM6A MBNL1 MLLT3 NCOA5 NOL4L PML POM121 RHOXF2B TAF3 ZCCHC7 ZNF276 ZNF521"
)

FUSIONS: Final = (
    Fusion("BCR", "ABL1", "BCR::ABL1", _DEFINING, "[1] [2]"),
    Fusion("BCR", "ABL1", "BCR::ABL1-like", _AGAINST, "[1] [2]: excluded by definition"),
    Fusion("ETV6", "RUNX1", "ETV6::RUNX1", _DEFINING, "[1] [2]"),
    Fusion("ETV6", "RUNX1", "ETV6::RUNX1-like", _AGAINST, "[1] [2]: excluded by definition"),
    Fusion("TCF3", "PBX1", "TCF3::PBX1", _DEFINING, "[1] [2]"),
    Fusion("TCF3 TCF4", "HLF", "HLF", _DEFINING, "[1] [2]"),
    Fusion("ZNF384 ZNF362", _OF_ZNF384, "ZNF384-r", _DEFINING, "[1] [7]"),
    Fusion("ZNF384 ZNF362", ANY, "ZNF384-r", _TYPICAL, "[1] [7]", caveat="partner not described"),
    Fusion("KMT2A", _OF_KMT2A, "KMT2A-r", _DEFINING, "[5]"),
    Fusion("KMT2A", ANY, "KMT2A-r", _TYPICAL, "[5]", caveat="partner not described"),
    Fusion("MEF2D", _OF_MEF2D, "MEF2D-r", _DEFINING, "[6]"),
    Fusion("MEF2D", ANY, "MEF2D-r", _TYPICAL, "[6]", caveat="partner not described"),
    Fusion("NUTM1", _OF_NUTM1, "NUTM1-r", _DEFINING, "[8]"),
    Fusion("NUTM1", ANY, "NUTM1-r", _TYPICAL, "[8]", caveat="partner not described"),
    Fusion("DUX4", "IGH ERG", "DUX4-r", _DEFINING, "[9]"),
    Fusion("DUX4", ANY, "DUX4-r", _TYPICAL, "[9]", caveat="partner not described"),
    Fusion("UBTF", "ATXN7L3", "CDX2/UBTF", _DEFINING, "[10]"),
    Fusion("PAN3", "FLT3", "CDX2/UBTF", _TYPICAL, "[10]"),
    Fusion(LOCI, "CEBPA CEBPB CEBPD CEBPE CEBPG", "ZEB2/CEBP", _DEFINING, "[3] [11]"),
    Fusion(LOCI, "BCL2 MYC BCL6", "BCL2/MYC", _DEFINING, "[3] [11]"),
    Fusion(LOCI, "CRLF2 EPOR", *_LIKE, CRLF2_JAK),
    Fusion("P2RY8", "CRLF2", *_LIKE, CRLF2_JAK, "also found in Hyperdiploid, iAMP21 and PAX5alt"),
    Fusion("ABL1", _OF_ABL1, *_LIKE, ABL_CLASS),
    Fusion("ABL2", "ETV6 PAG1 RCSD1 ZC3HAV1", *_LIKE, ABL_CLASS),
    Fusion("CSF1R", "SSBP2 TBL1XR1", *_LIKE, ABL_CLASS),
    Fusion("PDGFRB", _OF_PDGFRB, *_LIKE, ABL_CLASS),
    Fusion("PDGFRA", "FIP1L1", *_LIKE, ABL_CLASS),
    Fusion("LYN", "GATAD2A NCOR1", *_LIKE, ABL_CLASS),
    Fusion("JAK2", _OF_JAK2, *_LIKE, CRLF2_JAK),
    Fusion("EPOR", "LAIR1 THADA", *_LIKE, CRLF2_JAK),
    Fusion("TYK2", "MYB SMARCA4 ZNF340", *_LIKE, CRLF2_JAK),
    Fusion("PAX5", _OF_PAX5, "PAX5alt", _TYPICAL, "[3]"),
    Fusion("ETV6", "BCL2L14 BORCS5 CREBBP ELMO1 IKZF1 NCOA2 PMEL", "ETV6::RUNX1-like", _COMPATIBLE, "[9]"),
)

MUTATIONS: Final = (
    Mutation("PAX5", "P80R", "PAX5 P80R", _DEFINING, "[1] [2] [3]"),
    Mutation("IKZF1", "N159Y", "IKZF1 N159Y", _DEFINING, "[1] [2] [3]"),
    Mutation("ZEB2", "H1038R", "ZEB2/CEBP", _DEFINING, "[3] [11]"),
    Mutation("ABL1", "T315I", "BCR::ABL1", _TYPICAL, "resistance: Gorre et al., Science 2001;293:876"),
    Mutation("CRLF2", "F232C", "BCR::ABL1-like", _COMPATIBLE, "[4]"),
    Mutation("JAK2", "R683G", "BCR::ABL1-like", _COMPATIBLE, "[4]"),
    Mutation("JAK2", "R683S", "BCR::ABL1-like", _COMPATIBLE, "[4]"),
    Mutation("JAK2", "R683T", "BCR::ABL1-like", _COMPATIBLE, "[4]"),
    Mutation("TP53", ANY, "Low hypodiploid", _COMPATIBLE, "[12]"),
)

PLOIDIES: Final = (
    Ploidy(PloidyState.HYPERDIPLOID, "Hyperdiploid", _TYPICAL, "[1] [2]; also beside a fusion"),
    Ploidy(PloidyState.DIPLOID, "Hyperdiploid", _AGAINST, "[1] [2]: excluded by definition"),
    Ploidy(PloidyState.LOW_HYPODIPLOID, "Hyperdiploid", _AGAINST, "[1] [2]: excluded by definition"),
    Ploidy(PloidyState.NEAR_HAPLOID, "Hyperdiploid", _AGAINST, "[1] [2]: excluded by definition"),
    Ploidy(PloidyState.LOW_HYPERDIPLOID, "Low hyperdiploid", _COMPATIBLE, "[2]; common beside a fusion"),
    Ploidy(PloidyState.LOW_HYPODIPLOID, "Low hypodiploid", _DEFINING, "[1] [12]"),
    Ploidy(PloidyState.NEAR_HAPLOID, "Near haploid", _DEFINING, "[1] [12]"),
    Ploidy(PloidyState.MASKED_HYPODIPLOIDY, "Low hypodiploid", _TYPICAL, "[12]"),
    Ploidy(PloidyState.IAMP21, "iAMP21", _TYPICAL, "[13]"),
)

TRANSLOCATIONS: Final = (
    Translocation("9;22", "q34;q11", "BCR::ABL1", _DEFINING, "[2]"),
    Translocation("12;21", "p13;q22", "ETV6::RUNX1", _DEFINING, "[2]"),
    Translocation("1;19", "q23;p13", "TCF3::PBX1", _TYPICAL, "[2]; the same bands may join other genes"),
    Translocation("4;11", "q21;q23", "KMT2A-r", _DEFINING, "[2] [5]"),
    Translocation("11;19", "q23;p13", "KMT2A-r", _TYPICAL, "[5]"),
    Translocation("9;11", "p21;q23", "KMT2A-r", _TYPICAL, "[5]"),
    Translocation("17;19", "q22;p13", "HLF", _TYPICAL, "[2]"),
)

# `least` lies between the silent and the others of 44 leukemias with a diploid karyotype, as
# benchmarks/markers.py prints them: CRLF2 rises to 6.0, then from 7.2; CDX2 to 2.3, then 5.7; NUTM1 to 0.8,
# then from 6.3; DUX4 to 3.5, then from 4.0; HLF to 2.3, and none is above.
_SILENT: Final = "class means of 1,598 patients: Makinen et al., Int J Mol Sci 2022;23:4574"
MARKERS: Final = (
    Marker("CRLF2", 6.6, "BCR::ABL1-like", _TYPICAL, f"[4]; {_SILENT}", CRLF2_JAK),
    Marker("CDX2", 4.0, "CDX2/UBTF", _TYPICAL, f"[10]; {_SILENT}"),
    Marker("NUTM1", 3.5, "NUTM1-r", _TYPICAL, f"[8]; {_SILENT}"),
    Marker("HLF", 3.5, "HLF", _TYPICAL, "Hunger et al., Genes Dev 1992;6:1608"),
    Marker("DUX4", 3.8, "DUX4-r", _TYPICAL, "[9]; its absence says nothing: reads of repeats are dropped"),
)
MARKER_GENES: Final = frozenset(each.gene for each in MARKERS)
