"""Names of the classifications: those that their tables print, and none that was not called."""

import pytest

from leukotype.calling.entities import ENTITIES, entity_of
from leukotype.evidence.knowledge import ABL_CLASS, CRLF2_JAK
from leukotype.vocabulary import SUBTYPES


def test_every_subtype_has_an_entity_or_says_that_it_has_none():
    assert set(ENTITIES) == set(SUBTYPES)
    assert all(entity.who and entity.icc for entity in ENTITIES.values())


# Alaggio et al., Leukemia 2022;36:1720; Arber et al., Blood 2022;140:1200; codes of the NCI Thesaurus as
# OncoTree (2026-05-21) has them.
@pytest.mark.parametrize(
    ("subtype", "who", "icc", "ncit"),
    [
        ("BCR::ABL1", "with BCR::ABL1 fusion", "t(9;22)(q34.1;q11.2)/BCR::ABL1", "NCIT:C80331"),
        ("KMT2A-r", "with KMT2A rearrangement", "t(v;11q23.3)/KMT2A rearranged", "NCIT:C80332"),
        ("ETV6::RUNX1", "with ETV6::RUNX1 fusion", "t(12;21)(p13.2;q22.1)/ETV6::RUNX1", "NCIT:C80334"),
        ("Hyperdiploid", "with high hyperdiploidy", "hyperdiploid", "NCIT:C80335"),
        ("iAMP21", "with iAMP21", "with iAMP21", "NCIT:C130039"),
        ("DUX4-r", "other defined genetic abnormalities", "with DUX4 rearrangement", ""),
    ],
)
def test_the_names_are_those_of_the_classifications(subtype, who, icc, ncit):
    entity = entity_of(subtype)
    assert who in entity.who
    assert icc in entity.icc
    assert entity.ncit == ncit


def test_hypodiploidy_is_one_entity_of_who_and_two_of_icc():
    low, near = entity_of("Low hypodiploid"), entity_of("Near haploid")
    assert (low.who, low.ncit) == (near.who, near.ncit)
    assert low.icc != near.icc


def test_icc_parts_bcr_abl1_like_by_the_kinase_where_it_is_known():
    assert "ABL-1 class" in entity_of("BCR::ABL1-like", ABL_CLASS).icc
    assert "JAK-STAT" in entity_of("BCR::ABL1-like", CRLF2_JAK).icc
    assert entity_of("BCR::ABL1-like").icc == "B-ALL, BCR::ABL1-like"


def test_no_call_has_no_entity():
    assert tuple(entity_of("")) == ("", "", "")
