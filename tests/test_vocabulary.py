"""The words are those of the trial, of ICC 2022 and of WHO-HAEM5, each in one place only."""

from itertools import combinations

from leukotype.vocabulary import (
    CALL_COLUMNS,
    FURTHER_SUBTYPES,
    INOVATE_SUBTYPES,
    LOW_BLASTS,
    MIN_BLAST_PCT,
    NOT_B_ALL,
    RISK_GROUPS,
    RISK_LOW_BLAST,
    SUBTYPES,
    UNCLASSIFIED,
    Scheme,
    Status,
)

# Paietta et al., Blood 2021;138:948, with the subtypes as the INO-VATE genomic analysis assigned them.
PAIETTA_2021 = {
    "high risk, BCR::ABL1+": {"BCR::ABL1"},
    "high risk, BCR::ABL1-": {"BCR::ABL1-like", "Low hypodiploid", "KMT2A-r"},
    "standard to intermediate": {
        "DUX4-r",
        "Hyperdiploid",
        "MEF2D-r",
        "PAX5alt",
        "TCF3::PBX1",
        "ZNF384-r",
    },
    "undetermined": {"CDX2/UBTF", "ZEB2/CEBP", "B-other"},
}


def test_the_trial_has_thirteen_subtypes():
    # The 13 subtypes of the INO-VATE genomic analysis.
    assert sorted(INOVATE_SUBTYPES) == [
        "B-other",
        "BCR::ABL1",
        "BCR::ABL1-like",
        "CDX2/UBTF",
        "DUX4-r",
        "Hyperdiploid",
        "KMT2A-r",
        "Low hypodiploid",
        "MEF2D-r",
        "PAX5alt",
        "TCF3::PBX1",
        "ZEB2/CEBP",
        "ZNF384-r",
    ]


def test_ten_further_subtypes_are_known_to_icc_and_who():
    # ICC: Arber, Blood 2022;140:1200. WHO-HAEM5: Alaggio, Leukemia 2022;36:1720.
    assert sorted(FURTHER_SUBTYPES) == [
        "BCL2/MYC",
        "ETV6::RUNX1",
        "ETV6::RUNX1-like",
        "HLF",
        "IKZF1 N159Y",
        "Low hyperdiploid",
        "NUTM1-r",
        "Near haploid",
        "PAX5 P80R",
        "iAMP21",
    ]


def test_a_subtype_has_one_name_and_no_other_word_is_one():
    assert len(set(SUBTYPES)) == len(SUBTYPES) == 23
    assert not {LOW_BLASTS, UNCLASSIFIED, NOT_B_ALL} & set(SUBTYPES)
    assert (LOW_BLASTS, UNCLASSIFIED, NOT_B_ALL) == (
        "Unclassifiable: low blasts",
        "Unclassified",
        "Not B-ALL",
    )


def test_the_risk_groups_are_those_of_paietta():
    assert {group: set(subtypes) for group, subtypes in RISK_GROUPS.items()} == PAIETTA_2021
    assert RISK_LOW_BLAST == "low blast"


def test_no_subtype_is_in_two_risk_groups():
    for (one, first), (other, second) in combinations(RISK_GROUPS.items(), 2):
        assert not set(first) & set(second), (one, other)


def test_every_subtype_of_the_trial_has_a_risk_group():
    assert {subtype for subtypes in RISK_GROUPS.values() for subtype in subtypes} == set(INOVATE_SUBTYPES)


def test_the_columns_of_the_calls_are_what_others_read():
    assert ", ".join(CALL_COLUMNS) == (
        "sample, status, subtype, probability, runner_up, runner_up_probability, reason, blast_pct, "
        "blast_source, risk_group, in_trial_scheme, genes_found_pct, model"
    )


def test_a_sample_has_one_of_four_statuses_and_is_read_against_one_of_two_schemes():
    assert {str(status) for status in Status} == {"called", "unclassified", "low_blasts", "not_b_all"}
    assert {str(scheme) for scheme in Scheme} == {"inovate", "icc"}


def test_the_trial_set_samples_under_thirty_percent_blasts_aside():
    assert MIN_BLAST_PCT == 30
