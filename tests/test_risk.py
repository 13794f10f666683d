"""A subtype's risk group, after Paietta et al., Blood 2021;138:948, as the INO-VATE analysis used it."""

import pytest

from leukotype.risk import risk_group
from leukotype.vocabulary import FURTHER_SUBTYPES


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
