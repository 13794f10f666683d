"""Names by which laboratories and papers call the subtypes, and the subtype that each of them means.

Names that mean more than one subtype stand in `AMBIGUOUS` and are refused with the question they leave open.

References
----------
.. [1] Gu et al., Nat Genet 2019;51:296: Ph, Ph-like, KMT2A, Low hypodiploid, ...
.. [2] Schmidt et al. (ALLSorts), Blood Adv 2022;6:4093: the same with "Group".
.. [3] Alaggio et al. (WHO-HAEM5), Leukemia 2022;36:1720: "... with BCR::ABL1 fusion".
.. [4] Arber et al. (ICC), Blood 2022;140:1200: "... rearranged".
.. [5] Arber et al. (WHO 2016), Blood 2016;127:2391: the translocations with their genes.
.. [6] Pui, Relling and Downing, N Engl J Med 2004;350:1535: MLL, TEL-AML1, E2A-PBX1, BCR-ABL.
.. [7] Zaliova et al., Haematologica 2019;104:1396: DUX4r, ZNF384r, MEF2Dr and the like.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Final

from leukotype.vocabulary import SUBTYPES

_SYNONYMS: Final = {
    "BCR::ABL1": "Ph, Ph+, Ph positive, Philadelphia, Ph Group, BCR-ABL, BCR/ABL1, BCR-ABL1 positive, "
    "BCR-ABL1+, t(9;22), t(9;22)(q34;q11), t(9;22)(q34.1;q11.2)",
    "BCR::ABL1-like": "Ph-like, Ph like, BCR-ABL1-like, BCR/ABL1-like, BCR-ABL-like, Philadelphia-like",
    "Low hypodiploid": "Low hypodiploidy, Low-hypodiploid, LHypo",
    "KMT2A-r": "KMT2A, KMT2A Group, KMT2Ar, KMT2A rearranged, KMT2A rearrangement, MLL, MLL-r, MLLr, "
    "MLL rearranged, t(v;11q23), t(v;11q23.3), 11q23/MLL, 11q23",
    "DUX4-r": "DUX4, DUX4 Group, DUX4r, DUX4 rearranged, DUX4 rearrangement, DUX4-IGH, IGH::DUX4, IGH-DUX4",
    "Hyperdiploid": "High hyperdiploid, High hyperdiploidy, HeH, HHD, High-hyperdiploid, Hyperdiploidy",
    "MEF2D-r": "MEF2D, MEF2D Group, MEF2Dr, MEF2D rearranged, MEF2D rearrangement",
    "PAX5alt": "PAX5-alt, PAX5 alteration, PAX5 altered, PAX5 alterations",
    "TCF3::PBX1": "TCF3-PBX1, TCF3/PBX1, E2A-PBX1, E2A/PBX1, t(1;19), t(1;19)(q23;p13.3)",
    "ZNF384-r": "ZNF384, ZNF384 Group, ZNF384r, ZNF384 rearranged, ZNF384 rearrangement",
    "CDX2/UBTF": "CDX2::UBTF, UBTF::ATXN7L3/PAN3::CDX2, CDX2 high, UBTF::ATXN7L3",
    "ZEB2/CEBP": "ZEB2/CEBPE, CEBPE, ZEB2 H1038R/IGH::CEBPE, ZEB2/CEBPE rearranged",
    "B-other": "Other, B other, B-ALL NOS, NOS, B-ALL other",
    "ETV6::RUNX1": "ETV6-RUNX1, ETV6/RUNX1, TEL-AML1, TEL/AML1, t(12;21), t(12;21)(p13;q22), "
    "t(12;21)(p13.2;q22.1)",
    "ETV6::RUNX1-like": "ETV6-RUNX1-like, ETV6/RUNX1-like, TEL-AML1-like",
    "PAX5 P80R": "PAX5-P80R, PAX5 p.P80R, PAX5 p.Pro80Arg",
    "NUTM1-r": "NUTM1, NUTM1 Group, NUTM1r, NUTM1 rearranged, NUTM1 rearrangement",
    "HLF": "HLF Group, HLF-r, HLF rearranged, TCF3-HLF, TCF3::HLF, E2A-HLF, t(17;19)",
    "IKZF1 N159Y": "IKZF1 p.N159Y, IKZF1-N159Y",
    "BCL2/MYC": "BCL2-MYC, MYC/BCL2, BCL2/MYC rearranged",
    "Near haploid": "Near-haploidy, Near haploidy",
    "Low hyperdiploid": "Low hyperdiploidy, Low-hyperdiploid",
    "iAMP21": "intrachromosomal amplification of chromosome 21",
}

# Leukemias that are no B-ALL; they teach the gate where it is learned.
_OTHERS: Final = ("T-ALL", "Not B-ALL", "AML", "MPAL", "ETP-ALL", "T-cell ALL")

# Names of the field that are not one subtype, and what must be known to use them.
_AMBIGUOUS: Final = {
    "Hypodiploid": "write Low hypodiploid (32 to 39 chromosomes) or Near haploid (24 to 31)",
    "Hypodiploidy": "write Low hypodiploid (32 to 39 chromosomes) or Near haploid (24 to 31)",
    "Hypodiploid (unspecified)": "write Low hypodiploid or Near haploid, or leave the row out",
    "CRLF2": "write BCR::ABL1-like if its expression is, else what it is; CRLF2 alone is no subtype",
    "CRLF2 (non-Ph-like)": "CRLF2 alone is no subtype: write B-other, or leave the row out",
    "ETV6": "write ETV6::RUNX1 or ETV6::RUNX1-like",
    "PAX5": "write PAX5alt or PAX5 P80R",
    "TCF3": "write TCF3::PBX1 or HLF",
    **{
        name: "the subtypes of B-ALL alone are learned: leave the row out, or give --background too"
        for name in _OTHERS
    },
    "normal": "the subtypes of B-ALL alone are learned: leave the row out",
}


def _key(name: str) -> str:
    """Letters and digits in lower case; a last + or - stays, since Ph- is not Ph."""
    plain = re.sub(r"[^a-z0-9]", "", name.lower())
    last = name.strip()[-1:]
    return plain + (last if last in {"+", "-"} else "")


SYNONYMS: Final = MappingProxyType(
    {
        _key(name): subtype
        for subtype in SUBTYPES
        for name in (subtype, *_SYNONYMS.get(subtype, "").split(", "))
        if name
    }
)
OTHERS: Final = frozenset(_key(name) for name in _OTHERS)
AMBIGUOUS: Final = MappingProxyType({_key(name): advice for name, advice in _AMBIGUOUS.items()})


def subtype_of(name: str) -> str | None:
    """Give the subtype that a name means; None for a name that means none or more than one."""
    return SYNONYMS.get(_key(name))


def is_other(name: str) -> bool:
    """Whether a name is that of a leukemia that is no B-ALL."""
    return _key(name) in OTHERS


def advice_on(name: str) -> str:
    """Say what to write for a name that means no one subtype."""
    return AMBIGUOUS.get(_key(name), f"write one of {', '.join(SUBTYPES)}, or leave the row out")
