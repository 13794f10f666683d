"""Names of the field are read as the subtype that they mean, and as no other."""

import pytest

from leukotype.inputs.synonyms import advice_on, subtype_of
from leukotype.vocabulary import SUBTYPES


@pytest.mark.parametrize("name", SUBTYPES)
def test_a_subtype_is_its_own_name(name):
    assert subtype_of(name) == name


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Ph", "BCR::ABL1"),
        ("Ph+", "BCR::ABL1"),
        ("BCR-ABL1", "BCR::ABL1"),
        ("t(9;22)(q34.1;q11.2)", "BCR::ABL1"),  # WHO 2016
        ("Ph-like", "BCR::ABL1-like"),
        ("BCR-ABL1-like", "BCR::ABL1-like"),
        ("High hyperdiploid", "Hyperdiploid"),
        ("MLL", "KMT2A-r"),
        ("KMT2A Group", "KMT2A-r"),  # ALLSorts
        ("TEL-AML1", "ETV6::RUNX1"),
        ("ETV6-RUNX1", "ETV6::RUNX1"),
        ("E2A-PBX1", "TCF3::PBX1"),
        ("PAX5 p.Pro80Arg", "PAX5 P80R"),
        ("Low hyperdiploid", "Low hyperdiploid"),
    ],
)
def test_names_in_use(written, meant):
    assert subtype_of(written) == meant


@pytest.mark.parametrize("name", ["Ph-", "Ph neg", "BCR-ABL1 negative", "BCR::ABL1-", "Hypodiploid", "CRLF2"])
def test_what_is_not_one_subtype_is_none(name):
    """Ph- is the absence of the chromosome that Ph names; hypodiploid may be two subtypes."""
    assert subtype_of(name) is None


def test_an_ambiguous_name_is_told_what_it_leaves_open():
    assert "Near haploid (24 to 31)" in advice_on("hypodiploid")
