"""What each subtype is, in a sentence, and where that is written."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final, NamedTuple


class Publication(NamedTuple):
    """An article as it is cited, and its DOI."""

    citation: str
    doi: str

    @property
    def address(self) -> str:
        """Address that the DOI leads to."""
        return f"https://doi.org/{self.doi}"


class Description(NamedTuple):
    """A sentence on a subtype, and the articles that say it."""

    sentence: str
    publications: tuple[Publication, ...]


_ICC: Final = Publication("Arber et al., Blood 2022;140:1200 (ICC 2022)", "10.1182/blood.2022015850")
_WHO: Final = Publication("Alaggio et al., Leukemia 2022;36:1720 (WHO-HAEM5)", "10.1038/s41375-022-01620-2")
_BOER: Final = Publication("Boer et al., Leukemia 2021;35:2978", "10.1038/s41375-021-01333-y")
_GU_MEF2D: Final = Publication("Gu et al., Nat Commun 2016;7:13331", "10.1038/ncomms13331")
_GU_PAX5: Final = Publication("Gu et al., Nat Genet 2019;51:296", "10.1038/s41588-018-0315-5")
_HARRISON: Final = Publication("Harrison et al., Leukemia 2014;28:1015", "10.1038/leu.2013.317")
_HIRABAYASHI: Final = Publication(
    "Hirabayashi et al., Haematologica 2017;102:118", "10.3324/haematol.2016.151035"
)
_HOLMFELDT: Final = Publication("Holmfeldt et al., Nat Genet 2013;45:242", "10.1038/ng.2532")
_KIMURA: Final = Publication("Kimura et al., Blood 2022;139:3519", "10.1182/blood.2022015444")
_LI: Final = Publication("Li et al., PNAS 2018;115:E11711", "10.1073/pnas.1814397115")
_LILLJEBJORN: Final = Publication("Lilljebjorn et al., Nat Commun 2016;7:11790", "10.1038/ncomms11790")
_MEYER: Final = Publication("Meyer et al., Leukemia 2023;37:988", "10.1038/s41375-023-01877-1")
_ROBERTS: Final = Publication("Roberts et al., N Engl J Med 2014;371:1005", "10.1056/NEJMoa1403088")

DESCRIPTIONS: Final = MappingProxyType(
    {
        "BCR::ABL1": Description(
            "The Philadelphia chromosome, t(9;22)(q34.1;q11.2), joins BCR to the tyrosine kinase ABL1.",
            (_ICC, _WHO),
        ),
        "BCR::ABL1-like": Description(
            "Expression like that of BCR::ABL1 without its fusion; most have another lesion that activates a "
            "kinase or a cytokine receptor.",
            (_ROBERTS, _ICC),
        ),
        "Low hypodiploid": Description(
            "32 to 39 chromosomes, or that set doubled; TP53 is altered in nine of ten.", (_HOLMFELDT, _ICC)
        ),
        "KMT2A-r": Description(
            "KMT2A (11q23.3) is joined to one of many partners, in B-ALL most often to AFF1.", (_MEYER, _ICC)
        ),
        "DUX4-r": Description(
            "DUX4, silent in other B-ALL, is turned on, mostly by a join to IGH; ERG is often deleted.",
            (_LILLJEBJORN, _ICC),
        ),
        "Hyperdiploid": Description(
            "51 to 67 chromosomes; most often gained are X, 4, 6, 10, 14, 17, 18 and 21.", (_WHO,)
        ),
        "MEF2D-r": Description(
            "MEF2D (1q22) is joined to one of several partners, most often to BCL9.", (_GU_MEF2D, _ICC)
        ),
        "PAX5alt": Description(
            "One expression profile of various lesions of PAX5: fusions, mutations, or amplification within "
            "the gene.",
            (_GU_PAX5, _ICC),
        ),
        "TCF3::PBX1": Description("t(1;19)(q23.3;p13.3) joins TCF3 to PBX1.", (_ICC, _WHO)),
        "ZNF384-r": Description(
            "ZNF384 (12p13) is joined to one of several partners, such as TCF3 and EP300.",
            (_HIRABAYASHI, _ICC),
        ),
        "CDX2/UBTF": Description(
            "Two small deletions together: one on 13q12.2 that turns CDX2 on, one on 17q21.31 that joins "
            "UBTF to ATXN7L3.",
            (_KIMURA, _ICC),
        ),
        "ZEB2/CEBP": Description(
            "The mutation p.H1038R of ZEB2, or IGH joined to a gene of the CEBP family, mostly CEBPE.",
            (_LI, _ICC),
        ),
        "B-other": Description(
            "What remains where lesions of all other subtypes were looked for in vain; the classifications "
            "call it not otherwise specified.",
            (_ICC, _WHO),
        ),
        "ETV6::RUNX1": Description("t(12;21)(p13.2;q22.1) joins ETV6 to RUNX1.", (_ICC, _WHO)),
        "ETV6::RUNX1-like": Description(
            "Expression like that of ETV6::RUNX1 without its fusion; ETV6 and IKZF1 are often altered "
            "together.",
            (_LILLJEBJORN, _ICC),
        ),
        "iAMP21": Description(
            "Part of chromosome 21 is amplified within it: five or more signals of RUNX1 in a cell by FISH.",
            (_HARRISON, _ICC),
        ),
        "PAX5 P80R": Description(
            "The mutation p.P80R of PAX5, mostly with the other copy altered or lost.", (_GU_PAX5, _ICC)
        ),
        "NUTM1-r": Description(
            "NUTM1 (15q14) is joined to one of several partners, which turns it on.", (_BOER, _ICC)
        ),
        "HLF": Description("HLF (17q22) is joined to TCF3 or, seldom, to another partner.", (_ICC, _WHO)),
        "IKZF1 N159Y": Description("The mutation p.N159Y of IKZF1.", (_LI, _ICC)),
        "BCL2/MYC": Description(
            "BCL2, MYC or both are joined to genes of immunoglobulins; ICC 2022 names those of MYC.",
            (_LI, _ICC),
        ),
        "Near haploid": Description(
            "24 to 31 chromosomes, or that set doubled; seven of ten have lesions of receptor tyrosine "
            "kinases or of RAS.",
            (_HOLMFELDT, _ICC),
        ),
        "Low hyperdiploid": Description(
            "47 to 50 chromosomes without the lesion of another subtype; neither WHO-HAEM5 nor ICC 2022 has "
            "an entity of its own for it.",
            (_GU_PAX5,),
        ),
    }
)
