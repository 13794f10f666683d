"""A subtype's risk group, after Paietta et al., Blood 2021;138:948, as the INO-VATE analysis used it."""

import pytest

from leukotype.calling.risk import published_groups, read_groups, risk_group
from leukotype.errors import InputError
from leukotype.vocabulary import FURTHER_SUBTYPES, INOVATE_SUBTYPES

OWN = """
name = "own"
version = 2
source = "our protocol"
[groups]
"very high" = ["CDX2/UBTF", "Low hypodiploid"]
low = ["ETV6::RUNX1"]
"""


def own(tmp_path, text=OWN):
    path = tmp_path / "own.toml"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("subtype", "group"),
    [
        ("BCR::ABL1", "high risk, BCR::ABL1+"),
        ("BCR::ABL1-like", "high risk, BCR::ABL1-"),
        ("Low hypodiploid", "high risk, BCR::ABL1-"),
        ("KMT2A-r", "high risk, BCR::ABL1-"),
        ("DUX4-r", "standard to intermediate"),
        ("Hyperdiploid", "standard to intermediate"),
        ("MEF2D-r", "standard to intermediate"),
        ("PAX5alt", "standard to intermediate"),
        ("TCF3::PBX1", "standard to intermediate"),
        ("ZNF384-r", "standard to intermediate"),
        ("CDX2/UBTF", "undetermined"),
        ("ZEB2/CEBP", "undetermined"),
        ("B-other", "undetermined"),
    ],
)
def test_each_subtype_of_the_trial(subtype, group):
    assert risk_group(subtype) == group


@pytest.mark.parametrize("subtype", FURTHER_SUBTYPES)
def test_the_table_says_nothing_of_subtypes_that_the_trial_did_not_have(subtype):
    assert risk_group(subtype) == "unmapped"


def test_the_published_table_says_what_it_is():
    table = published_groups()
    assert (table.name, table.version) == ("paietta2021", 1)
    assert "Blood 2021;138:948" in table.source
    assert {member for members in table.groups.values() for member in members} == set(INOVATE_SUBTYPES)


def test_a_table_of_ones_own(tmp_path):
    table = read_groups(own(tmp_path))
    assert (table.name, table.version, table.source) == ("own", 2, "our protocol")
    assert list(table.groups) == ["very high", "low"]
    assert table.group("CDX2/UBTF") == "very high"
    assert table.group("BCR::ABL1") == "unmapped"


@pytest.mark.parametrize(
    ("before", "after", "match"),
    [
        ("[groups]", "[groups", "expected TOML"),
        ('name = "own"\n', "", "expected 'name', found none"),
        ("version = 2", 'version = "two"', "version: expected a whole number, found 'two'"),
        ('low = ["ETV6::RUNX1"]', 'low = ["ETV6-RUNX1"]', "group 'low': expected a subtype .*'ETV6-RUNX1'"),
        ('low = ["ETV6::RUNX1"]', 'low = ["CDX2/UBTF"]', "expected each subtype once, found CDX2/UBTF again"),
        (
            'low = ["ETV6::RUNX1"]',
            'low = "ETV6::RUNX1"',
            r"\[groups\] low: expected a list, found 'ETV6::RUNX1'",
        ),
        ("low =", "page = 3\nlow =", r"\[groups\] page: expected a list, found 3"),
        (
            "name =",
            'author = "me"\nname =',
            "expected one of name, version, source, groups, note, found 'author'",
        ),
        ("low =", '"low blast" =', "group 'low blast': expected a name of your own"),
        ("low =", "unmapped =", "group 'unmapped': expected a name of your own"),
    ],
)
def test_a_table_that_cannot_be_used(before, after, match, tmp_path):
    assert before in OWN
    with pytest.raises(InputError, match=rf"own\.toml: .*{match}") as caught:
        read_groups(own(tmp_path, OWN.replace(before, after)))
    assert "\n" not in str(caught.value)


def test_a_table_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        read_groups(tmp_path / "none.toml")
