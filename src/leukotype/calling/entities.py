"""What WHO-HAEM5 and ICC 2022 call a subtype, and its code in the NCI Thesaurus.

Names of WHO-HAEM5 are those of Alaggio et al. [2]_, of ICC 2022 those of Arber et al. [1]_. What WHO-HAEM5
counts among "other defined genetic abnormalities", and the codes of the NCI Thesaurus, were checked against
OncoTree (github.com/cBioPortal/oncotree, trees/tsv/oncotree_2026_05_21.txt); an entity that has no code there
has none here.

References
----------
.. [1] Arber et al., International Consensus Classification, Blood 2022;140:1200.
.. [2] Alaggio et al., WHO classification, 5th edition, Leukemia 2022;36:1720.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final, NamedTuple

from leukotype.evidence.knowledge import ABL_CLASS, CRLF2_JAK
from leukotype.vocabulary import WHO_B_ALL as _WHO


class Entity(NamedTuple):
    """A subtype in the words of the classifications.

    Parameters
    ----------
    who, icc
        its entity; where it has none of its own, where it falls, with "no entity of its own" in brackets.
    ncit
        code of the WHO entity, as ``NCIT:C80331``; empty where none was verified.
    """

    who: str
    icc: str
    ncit: str = ""


_WHO_NOS: Final = f"{_WHO}, NOS"
_ICC_NOS: Final = "B-ALL, NOS"
_NCIT_NOS: Final = "NCIT:C80326"
_NONE: Final = "no entity of its own"
_PROVISIONAL: Final = "provisional entity"


def _among_others(what: str, icc: str) -> Entity:
    """Make an entity that WHO-HAEM5 names among the other defined genetic abnormalities."""
    return Entity(f"{_WHO} with other defined genetic abnormalities ({what})", icc)


def _without_who(icc: str) -> Entity:
    """Make an entity of ICC 2022 that WHO-HAEM5 does not name."""
    return Entity(f"{_WHO_NOS} ({_NONE})", icc)


ENTITIES: Final = MappingProxyType(
    {
        "BCR::ABL1": Entity(
            f"{_WHO} with BCR::ABL1 fusion", "B-ALL with t(9;22)(q34.1;q11.2)/BCR::ABL1", "NCIT:C80331"
        ),
        "BCR::ABL1-like": Entity(
            f"{_WHO} with BCR::ABL1-like features", "B-ALL, BCR::ABL1-like", "NCIT:C129787"
        ),
        "Low hypodiploid": Entity(f"{_WHO} with hypodiploidy", "B-ALL, low hypodiploid", "NCIT:C80338"),
        "Near haploid": Entity(f"{_WHO} with hypodiploidy", "B-ALL, near haploid", "NCIT:C80338"),
        "Hyperdiploid": Entity(f"{_WHO} with high hyperdiploidy", "B-ALL, hyperdiploid", "NCIT:C80335"),
        "KMT2A-r": Entity(
            f"{_WHO} with KMT2A rearrangement", "B-ALL with t(v;11q23.3)/KMT2A rearranged", "NCIT:C80332"
        ),
        "ETV6::RUNX1": Entity(
            f"{_WHO} with ETV6::RUNX1 fusion", "B-ALL with t(12;21)(p13.2;q22.1)/ETV6::RUNX1", "NCIT:C80334"
        ),
        "ETV6::RUNX1-like": Entity(
            f"{_WHO} with ETV6::RUNX1-like features", f"B-ALL, ETV6::RUNX1-like ({_PROVISIONAL})"
        ),
        "TCF3::PBX1": Entity(
            f"{_WHO} with TCF3::PBX1 fusion", "B-ALL with t(1;19)(q23.3;p13.3)/TCF3::PBX1", "NCIT:C80341"
        ),
        "iAMP21": Entity(f"{_WHO} with iAMP21", "B-ALL with iAMP21", "NCIT:C130039"),
        "HLF": Entity(f"{_WHO} with TCF3::HLF fusion (where TCF3 is joined)", "B-ALL with HLF rearrangement"),
        "DUX4-r": _among_others("DUX4 rearrangement", "B-ALL with DUX4 rearrangement"),
        "MEF2D-r": _among_others("MEF2D rearrangement", "B-ALL with MEF2D rearrangement"),
        "ZNF384-r": _among_others("ZNF384 rearrangement", "B-ALL with ZNF384 rearrangement"),
        "NUTM1-r": _among_others("NUTM1 rearrangement", "B-ALL with NUTM1 rearrangement"),
        "PAX5alt": _among_others("PAX5alt", f"B-ALL with PAX5 alteration ({_PROVISIONAL})"),
        "PAX5 P80R": _among_others("PAX5 p.P80R", "B-ALL with mutated PAX5 P80R"),
        "BCL2/MYC": _among_others("IG::MYC fusion, where MYC is joined", "B-ALL with MYC rearrangement"),
        "CDX2/UBTF": _without_who('B-ALL with UBTF::ATXN7L3/PAN3,CDX2 ("CDX2/UBTF")'),
        "IKZF1 N159Y": _without_who("B-ALL with mutated IKZF1 N159Y"),
        "ZEB2/CEBP": _without_who(f"B-ALL with mutated ZEB2 (p.H1038R)/IGH::CEBPE ({_PROVISIONAL})"),
        "Low hyperdiploid": Entity(f"{_WHO_NOS} ({_NONE})", f"{_ICC_NOS} ({_NONE})"),
        "B-other": Entity(_WHO_NOS, _ICC_NOS, _NCIT_NOS),
    }
)
# ICC 2022 parts BCR::ABL1-like by the class of its kinase, where a lesion shows it: unknown is not NOS.
_ICC_OF_CLASS: Final = MappingProxyType(
    {
        ABL_CLASS: "B-ALL, BCR::ABL1-like, ABL-1 class rearranged",
        CRLF2_JAK: "B-ALL, BCR::ABL1-like, JAK-STAT activated",
    }
)


def entity_of(subtype: str, subclass: str = "") -> Entity:
    """Give the entity of a called subtype; three empty texts for one that is none of the vocabulary's.

    Parameters
    ----------
    subclass
        class of the kinase of a BCR::ABL1-like leukemia, where a lesion shows it.
    """
    known = ENTITIES.get(subtype, Entity("", ""))
    if subtype == "BCR::ABL1-like":
        return known._replace(icc=_ICC_OF_CLASS.get(subclass, known.icc))
    return known
