"""The lesions that define, mark or exclude a subtype, each with its source.

Each row is a rule: a lesion that fits it speaks for (or against) the subtype with this strength. Of the
pairs of genes that a fusion fits, the first counts, so the more special ones stand first. Numbers in
brackets are those of `REFERENCES`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from leukotype.vocabulary import PloidyState

ANY: Final = frozenset({"*"})  # gene of a fusion
UNKNOWN: Final = frozenset({"?"})  # the other gene of a fusion that FISH showed by one gene alone
ANY_CHANGE: Final = "*"  # of a protein

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


def cite(source: str) -> str:
    """Replace the numbers in brackets by the citations of `REFERENCES`."""
    apart = source.replace("] [", "]; [")
    return re.sub(r"\[(\d+)\]", lambda found: REFERENCES.get(int(found[1]), found[0]), apart)


class Strength(StrEnum):
    """What a lesion says of a subtype."""

    DEFINING = "defining"
    TYPICAL = "typical"
    COMPATIBLE = "compatible"
    AGAINST = "against"


_Genes = str | frozenset[str]  # words of genes, or a set of them

CRLF2_JAK: Final = "CRLF2/JAK"
ABL_CLASS: Final = "ABL-class"


# Kinases, and receptors that turn one on, that fusions of B-ALL activate [4]_, by the class of their drugs.
# FGFR1 makes a leukemia one of the myeloid and lymphoid neoplasms with a kinase's fusion [1]_.
# With a partner that is not described they are a reason to look, and no subtype by themselves.
KINASES: Final = MappingProxyType(
    {
        **dict.fromkeys(("ABL1", "ABL2", "CSF1R", "PDGFRA", "PDGFRB"), ABL_CLASS),
        **dict.fromkeys(("CRLF2", "EPOR", "JAK2", "TYK2"), CRLF2_JAK),
        **dict.fromkeys(("FGFR1", "FLT3", "NTRK1", "NTRK2", "NTRK3", "PTK2B"), ""),
    }
)
# The same of pairs whose genes join others without a meaning.
KINASE_PAIRS: Final = (frozenset({"MYH9", "IL2RB"}), frozenset({"CEMIP2", "PTK2B"}))


class FusionRule(NamedTuple):
    """Two sets of genes of which a fusion joins one each, in either order; `ANY` stands for every gene.

    ``elsewhere`` are partners with which the fusion is the lesion of another disease.
    """

    one: frozenset[str]
    other: frozenset[str]
    subtype: str
    strength: Strength
    source: str
    subclass: str = ""
    caveat: str = ""
    elsewhere: frozenset[str] = frozenset()

    def fits(self, first: frozenset[str], second: frozenset[str]) -> bool:
        """Whether the pair fits, each side being the genes that a caller names for it."""
        return self._fits_so(first, second) or self._fits_so(second, first)

    def _fits_so(self, first: frozenset[str], second: frozenset[str]) -> bool:
        """Whether the first end is of `one` and the second, beside it, of `other`."""
        one = self.one == ANY or bool(first & self.one)
        other = (second - first - self.elsewhere) if self.other == ANY else second & self.other
        return one and bool(other)


class MutationRule(NamedTuple):
    """A gene with a protein change, or any change that alters the protein."""

    gene: str
    change: str
    subtype: str
    strength: Strength
    source: str


class PloidyRule(NamedTuple):
    """A state of the ploidy."""

    state: PloidyState
    subtype: str
    strength: Strength
    source: str


class TranslocationRule(NamedTuple):
    """Chromosomes and bands of a karyotype: ``9;22`` and ``q34;q11``.

    ``genes`` are the two that it joins, where the bands define a subtype by themselves.
    """

    chromosomes: str
    bands: str
    subtype: str
    strength: Strength
    source: str
    genes: frozenset[str] = frozenset()

    @property
    def places(self) -> Mapping[str, str]:
        """Band by chromosome."""
        return dict(zip(self.chromosomes.split(";"), self.bands.split(";"), strict=True))


class MarkerRule(NamedTuple):
    """A gene that is silent in B-ALL unless a lesion turns it on; `least` is log2(CPM + 1)."""

    gene: str
    least: float
    subtype: str
    strength: Strength
    source: str
    subclass: str = ""


_DEFINING, _TYPICAL, _COMPATIBLE, _AGAINST = Strength
_LIKE: Final = ("BCR::ABL1-like", _TYPICAL, "[4]")
LOCI: Final = frozenset({"IGH", "IGK", "IGL"})  # antigen receptors
# Described partners.
_OF_ZNF384: Final = (
    "AKAP8 ARID1B ATP5F1C BMP2K CLTC CREBBP DDX42 EP300 EWSR1 NIPBL SATB1 SMARCA2 SMARCA4 SYNRG TAF15 TCF3 "
    "TCF4 TET2 USP25"
)
_OF_KMT2A: Final = (
    "ACTN4 AFDN AFF1 AFF3 AFF4 ARHGEF12 CREBBP ELL EPS15 FOXO3 MAML2 MLLT1 MLLT3 MLLT6 MLLT10 MLLT11 "
    "SEPTIN6 SEPTIN9 TET1 TNRC18 USP2 USP8"
)
_OF_MEF2D: Final = "BCL9 CSF1R DAZAP1 FOXJ2 HNRNPH1 HNRNPM HNRNPUL1 PYGO2 SS18 STAT6"
_OF_NUTM1: Final = "ACIN1 AFF1 ATAD5 BRD9 CHD4 CUX1 IKZF1 RUNX1 SLC12A6 ZNF618"
# Partners of NUT carcinoma and of sarcomas (French, Annu Rev Pathol 2012;7:247; Stevens et al., Mod
# Pathol 2019;32:764), and neighbours on 15q14, to which reads join it by an inversion or by reading
# through, in AML too.
_ELSEWHERE_OF_NUTM1: Final = (
    "BRD3 BRD4 NSD3 ZNF532 ZNF592 CIC MXD1 MXD4 MGA YAP1 BCORL1 EMC4 EMC7 KATNBL1 LPCAT4 NOP10 PGBD4"
)
_OF_ABL1: Final = "CENPC ETV6 FOXP1 LSM14A NUP153 NUP214 RANBP2 RCSD1 SFPQ SNX2 SPTAN1 ZMIZ1"
_OF_PDGFRB: Final = "ATF7IP EBF1 ETV6 NUMA1 SSBP2 TNIP1 ZEB2 ZMYND8"
_OF_JAK2: Final = (
    "ATF7IP BCR EBF1 ETV6 GOLGA5 GOLGB1 PAX5 PCM1 PPFIBP1 RFX3 SMU1 SNX29 SSBP2 STRBP STRN3 TERF2 TPR USP25 "
    "ZBTB44 ZBTB46 ZNF274"
)
_OF_PAX5: Final = (
    "AUTS2 BRD1 CBFA2T2 CBFA2T3 CCDC91 DACH1 DACH2 ELN ESRRB ETV6 FBRSL1 FLI1 FOXP1 GSE1 HIPK1 IGH JAK3 "
    "KDM6A MBNL1 MLLT3 NCOA5 NOL4L PML POM121 RHOXF2B TAF3 ZCCHC7 ZNF276 ZNF521"
)


def _fusion(
    one: _Genes, other: _Genes, subtype: str, strength: Strength, source: str, **more: Any
) -> FusionRule:
    """Make a rule of genes written in a line."""
    first, second = (
        each if isinstance(each, frozenset) else frozenset(each.split()) for each in (one, other)
    )
    return FusionRule(first, second, subtype, strength, source, **more)


FUSIONS: Final = (
    _fusion("BCR", "ABL1", "BCR::ABL1", _DEFINING, "[1] [2]"),
    _fusion("BCR", "ABL1", "BCR::ABL1-like", _AGAINST, "[1] [2]: excluded by definition"),
    _fusion("ETV6", "RUNX1", "ETV6::RUNX1", _DEFINING, "[1] [2]"),
    _fusion("ETV6", "RUNX1", "ETV6::RUNX1-like", _AGAINST, "[1] [2]: excluded by definition"),
    _fusion("TCF3", "PBX1", "TCF3::PBX1", _DEFINING, "[1] [2]"),
    _fusion("TCF3 TCF4", "HLF", "HLF", _DEFINING, "[1] [2]"),
    _fusion("ZNF384 ZNF362", _OF_ZNF384, "ZNF384-r", _DEFINING, "[1] [7]"),
    _fusion("ZNF384 ZNF362", ANY, "ZNF384-r", _TYPICAL, "[1] [7]", caveat="partner not described"),
    _fusion("KMT2A", _OF_KMT2A, "KMT2A-r", _DEFINING, "[5]"),
    # Neighbours on 11q23, to which reads run through.
    _fusion("KMT2A", ANY, "KMT2A-r", _TYPICAL, "[5]", caveat="partner not described")._replace(
        elsewhere=frozenset({"UBE4A", "ATP5MG", "ATP5L", "TTC36", "TMEM25"})
    ),
    _fusion("MEF2D", _OF_MEF2D, "MEF2D-r", _DEFINING, "[6]"),
    _fusion("MEF2D", ANY, "MEF2D-r", _TYPICAL, "[6]", caveat="partner not described"),
    _fusion("NUTM1", _OF_NUTM1, "NUTM1-r", _DEFINING, "[8]"),
    _fusion("NUTM1", ANY, "NUTM1-r", _TYPICAL, "[8]", caveat="partner not described")._replace(
        elsewhere=frozenset(_ELSEWHERE_OF_NUTM1.split())
    ),
    _fusion("DUX4", "IGH ERG", "DUX4-r", _DEFINING, "[9]"),
    # CIC::DUX4 is the lesion of a sarcoma: Kawamura-Saito et al., Hum Mol Genet 2006;15:2125.
    _fusion("DUX4", ANY, "DUX4-r", _TYPICAL, "[9]", caveat="partner not described")._replace(
        elsewhere=frozenset({"CIC"})
    ),
    _fusion("UBTF", "ATXN7L3", "CDX2/UBTF", _DEFINING, "[10]"),
    _fusion("PAN3", "FLT3", "CDX2/UBTF", _TYPICAL, "[10]"),
    _fusion(LOCI, "CEBPE", "ZEB2/CEBP", _DEFINING, "[2] [3] [11]"),
    _fusion(
        LOCI, "CEBPA CEBPB CEBPD CEBPG", "ZEB2/CEBP", _DEFINING, "[3] [11]", caveat="ICC names CEBPE alone"
    ),
    _fusion(LOCI, "BCL2 MYC BCL6", "BCL2/MYC", _DEFINING, "[3] [11]"),
    _fusion(LOCI, "PVT1", "BCL2/MYC", _TYPICAL, "[3]", caveat="PVT1 lies beside MYC on 8q24"),
    _fusion(LOCI, "CRLF2 EPOR", *_LIKE, subclass=CRLF2_JAK),
    _fusion(
        "P2RY8", "CRLF2", *_LIKE, subclass=CRLF2_JAK, caveat="also found in Hyperdiploid, iAMP21 and PAX5alt"
    ),
    # FISH shows that the signals of one gene lie apart, and not what the gene is joined to.
    _fusion("CRLF2", UNKNOWN, *_LIKE, subclass=CRLF2_JAK, caveat="by FISH: the partner is not told"),
    _fusion("ABL1", _OF_ABL1, *_LIKE, subclass=ABL_CLASS),
    _fusion("ABL2", "ETV6 PAG1 RCSD1 ZC3HAV1", *_LIKE, subclass=ABL_CLASS),
    _fusion("CSF1R", "SSBP2 TBL1XR1", *_LIKE, subclass=ABL_CLASS),
    _fusion("PDGFRB", _OF_PDGFRB, *_LIKE, subclass=ABL_CLASS),
    _fusion("PDGFRA", "FIP1L1", *_LIKE, subclass=ABL_CLASS),
    _fusion("LYN", "GATAD2A NCOR1", *_LIKE, subclass=ABL_CLASS),
    _fusion("JAK2", _OF_JAK2, *_LIKE, subclass=CRLF2_JAK),
    _fusion("EPOR", "LAIR1 THADA", *_LIKE, subclass=CRLF2_JAK),
    _fusion("TYK2", "MYB SMARCA4 ZBTB46", *_LIKE, subclass=CRLF2_JAK),
    _fusion("PAX5", _OF_PAX5, "PAX5alt", _TYPICAL, "[3]"),
    _fusion(
        *("PAX5", "PAX5", "PAX5alt", _COMPATIBLE, "[3]"),
        caveat="a duplication within the gene, or a circular RNA",
    ),
    _fusion("ETV6", "BCL2L14 BORCS5 CREBBP ELMO1 IKZF1 NCOA2 PMEL", "ETV6::RUNX1-like", _COMPATIBLE, "[9]"),
)

MUTATIONS: Final = (
    MutationRule("PAX5", "P80R", "PAX5 P80R", _DEFINING, "[1] [2] [3]"),
    MutationRule("IKZF1", "N159Y", "IKZF1 N159Y", _DEFINING, "[1] [2] [3]"),
    MutationRule("ZEB2", "H1038R", "ZEB2/CEBP", _DEFINING, "[3] [11]"),
    MutationRule("ABL1", "T315I", "BCR::ABL1", _TYPICAL, "resistance: Gorre et al., Science 2001;293:876"),
    MutationRule("CRLF2", "F232C", "BCR::ABL1-like", _COMPATIBLE, "[4]"),
    MutationRule("JAK2", "R683G", "BCR::ABL1-like", _COMPATIBLE, "[4]"),
    MutationRule("JAK2", "R683S", "BCR::ABL1-like", _COMPATIBLE, "[4]"),
    MutationRule("JAK2", "R683T", "BCR::ABL1-like", _COMPATIBLE, "[4]"),
    MutationRule("TP53", ANY_CHANGE, "Low hypodiploid", _COMPATIBLE, "[12]"),
)

PLOIDIES: Final = (
    PloidyRule(PloidyState.HYPERDIPLOID, "Hyperdiploid", _TYPICAL, "[1] [2]; also beside a fusion"),
    PloidyRule(PloidyState.DIPLOID, "Hyperdiploid", _AGAINST, "[1] [2]: excluded by definition"),
    PloidyRule(PloidyState.LOW_HYPODIPLOID, "Hyperdiploid", _AGAINST, "[1] [2]: excluded by definition"),
    PloidyRule(PloidyState.NEAR_HAPLOID, "Hyperdiploid", _AGAINST, "[1] [2]: excluded by definition"),
    PloidyRule(PloidyState.LOW_HYPERDIPLOID, "Low hyperdiploid", _COMPATIBLE, "[2]; common beside a fusion"),
    PloidyRule(PloidyState.LOW_HYPODIPLOID, "Low hypodiploid", _DEFINING, "[1] [12]"),
    PloidyRule(PloidyState.NEAR_HAPLOID, "Near haploid", _DEFINING, "[1] [12]"),
    PloidyRule(PloidyState.MASKED_HYPODIPLOIDY, "Low hypodiploid", _TYPICAL, "[12]"),
    # Of 1,334 patients [3] 12 have 51 to 79 chromosomes gained in pairs: 10 have a hypodiploid leukemia.
    PloidyRule(PloidyState.MASKED_HYPODIPLOIDY, "Hyperdiploid", _AGAINST, "[12]: a doubled clone looks so"),
    PloidyRule(PloidyState.IAMP21, "iAMP21", _TYPICAL, "[13]"),
)

TRANSLOCATIONS: Final = (
    TranslocationRule("9;22", "q34;q11", "BCR::ABL1", _DEFINING, "[2]", frozenset({"BCR", "ABL1"})),
    TranslocationRule("12;21", "p13;q22", "ETV6::RUNX1", _DEFINING, "[2]", frozenset({"ETV6", "RUNX1"})),
    TranslocationRule("1;19", "q23;p13", "TCF3::PBX1", _TYPICAL, "[2]; the same bands may join other genes"),
    TranslocationRule("4;11", "q21;q23", "KMT2A-r", _DEFINING, "[2] [5]", frozenset({"KMT2A", "AFF1"})),
    TranslocationRule("11;19", "q23;p13", "KMT2A-r", _TYPICAL, "[5]"),
    TranslocationRule("9;11", "p21;q23", "KMT2A-r", _TYPICAL, "[5]"),
    TranslocationRule("9;11", "p22;q23", "KMT2A-r", _TYPICAL, "[5]"),
    TranslocationRule("6;11", "q27;q23", "KMT2A-r", _TYPICAL, "[5]"),
    TranslocationRule("10;11", "p12;q23", "KMT2A-r", _TYPICAL, "[5]"),
    TranslocationRule("10;11", "p13;q23", "KMT2A-r", _TYPICAL, "[5]"),
    TranslocationRule("1;11", "p32;q23", "KMT2A-r", _TYPICAL, "[5]"),
    TranslocationRule("17;19", "q22;p13", "HLF", _TYPICAL, "[2]"),
    # Antigen receptors beside MYC, BCL2, the CEBP genes and CRLF2. Of the 1,334 patients of [3] 9 of 10 with
    # the bands of the first two are BCL2/MYC, 7 of 8 with those of CRLF2 BCR::ABL1-like.
    TranslocationRule("8;14", "q24;q32", "BCL2/MYC", _TYPICAL, "[3] [11]"),
    TranslocationRule("8;22", "q24;q11", "BCL2/MYC", _TYPICAL, "[3] [11]"),
    TranslocationRule("2;8", "p12;q24", "BCL2/MYC", _TYPICAL, "[3] [11]"),
    TranslocationRule("14;18", "q32;q21", "BCL2/MYC", _TYPICAL, "[3] [11]"),
    TranslocationRule("8;14", "q11;q32", "ZEB2/CEBP", _COMPATIBLE, "[11]; Blood 2007;109:3451"),
    TranslocationRule("14;19", "q32;q13", "ZEB2/CEBP", _COMPATIBLE, "[11]; Blood 2007;109:3451"),
    TranslocationRule("14;20", "q32;q13", "ZEB2/CEBP", _COMPATIBLE, "[11]; Blood 2007;109:3451"),
    TranslocationRule("X;14", "p22;q32", "BCR::ABL1-like", _TYPICAL, "[4]"),
    TranslocationRule("Y;14", "p11;q32", "BCR::ABL1-like", _TYPICAL, "[4]"),
)

# `least` lies between the silent and the others of 44 leukemias with a diploid karyotype, as
# training/benchmarks/markers.py prints them: CRLF2 rises to 6.0, then from 7.2; CDX2 to 2.3, then 5.7;
# NUTM1 to 0.8, then from 6.3; DUX4 to 3.5, then from 4.0; HLF to 2.3, and none is above.
_SILENT: Final = "class means of 1,598 patients: Makinen et al., Int J Mol Sci 2022;23:4574"
MARKERS: Final = (
    MarkerRule("CRLF2", 6.6, "BCR::ABL1-like", _TYPICAL, f"[4]; {_SILENT}", CRLF2_JAK),
    MarkerRule("CDX2", 4.0, "CDX2/UBTF", _TYPICAL, f"[10]; {_SILENT}"),
    MarkerRule("NUTM1", 3.5, "NUTM1-r", _TYPICAL, f"[8]; {_SILENT}"),
    MarkerRule("HLF", 3.5, "HLF", _TYPICAL, "Hunger et al., Genes Dev 1992;6:1608"),
    MarkerRule(
        "DUX4", 3.8, "DUX4-r", _TYPICAL, "[9]; its absence says nothing: reads of repeats are dropped"
    ),
)
# Genes that are read for `MARKERS`.
LESION_GENES: Final = frozenset(each.gene for each in MARKERS)
