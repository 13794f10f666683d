"""The words are those of the trial, of ICC 2022 and of WHO-HAEM5, each in one place only."""

import pytest

from leukotype.vocabulary import (
    CALL_COLUMNS,
    CHROMOSOMES,
    DOSAGE_COLUMNS,
    EVIDENCE_COLUMNS,
    FURTHER_SUBTYPES,
    INOVATE_SUBTYPES,
    LOOK_ALIKES,
    LOW_BLASTS,
    MIN_BLAST_PCT,
    NOT_B_ALL,
    PLOIDY_RANGES,
    SUBTYPES,
    UNCLASSIFIED,
    Agreement,
    PloidyState,
    Scheme,
    Status,
)


# Paietta et al., Blood 2021;138:948, with the subtypes as the INO-VATE genomic analysis assigned them.
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


def test_the_columns_of_the_calls_are_what_others_read():
    assert ", ".join(CALL_COLUMNS) == (
        "sample, status, tier, subtype, group, probability, runner_up, runner_up_probability, "
        "experts_agreeing, prediction_set_90, prediction_set_95, reason, blast_pct, blast_source, "
        "blast_estimate_pct, blast_low_pct, blast_high_pct, risk_group, in_trial_scheme, who_haem5, "
        "icc_2022, ncit, subclass, evidence, evidence_agreement, ploidy_state, chromosomes_gained, "
        "chromosomes_lost, sex_expression, library_size, genes_found_pct, model"
    )


def test_the_columns_of_evidence_and_dosage_are_what_others_read():
    assert ", ".join(EVIDENCE_COLUMNS) == (
        "sample, source, kind, lesion, reads, subtype, strength, subclass, used, why_not, reference"
    )
    assert ", ".join(DOSAGE_COLUMNS) == (
        "sample, chromosome, log2_ratio, standard_error, genes, copies, certainty"
    )


def test_a_sample_has_22_autosomes_and_x():
    assert ",".join(CHROMOSOMES) == "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,X"


@pytest.mark.parametrize(
    ("state", "fewest", "most"),
    [
        # ICC 2022 (Arber, Blood 2022;140:1200): near haploid 24 to 31, low hypodiploid 32 to 39; a haploid
        # set itself (23) is the first too. Hyperdiploid 51 to 67: WHO-HAEM5; Paulsson and Johansson, Genes
        # Chromosomes Cancer 2009;48:637. Normal is 46.
        (PloidyState.NEAR_HAPLOID, 23, 31),
        (PloidyState.LOW_HYPODIPLOID, 32, 39),
        (PloidyState.HIGH_HYPODIPLOID, 40, 45),
        (PloidyState.DIPLOID, 46, 46),
        (PloidyState.LOW_HYPERDIPLOID, 47, 50),
        (PloidyState.HYPERDIPLOID, 51, 67),
    ],
)
def test_the_chromosomes_of_a_state_are_those_of_icc_and_who(state, fewest, most):
    assert PLOIDY_RANGES[state] == (fewest, most)


def test_every_number_of_chromosomes_from_haploid_on_has_one_state():
    ends = list(PLOIDY_RANGES.values())
    assert [low for low, _ in ends[1:]] == [high + 1 for _, high in ends[:-1]]


def test_lesions_stand_to_a_call_in_one_of_five_ways():
    assert [str(each) for each in Agreement] == ["supports", "decides", "conflicts", "none", "not_given"]


def test_the_look_alikes_are_named_by_their_subtypes():
    """Gu et al., Nat Genet 2019;51:296: near haploid clusters with hyperdiploid."""
    assert set(LOOK_ALIKES) == {"Hyperdiploid", "B-other"}
    assert LOOK_ALIKES["Hyperdiploid"].startswith("Near haploid ")
    assert LOOK_ALIKES["B-other"].startswith("Low hypodiploid ")


def test_a_sample_has_one_of_six_statuses_and_is_read_against_one_of_two_schemes():
    assert {str(status) for status in Status} == {
        "called",
        "candidate",
        "unclassified",
        "low_blasts",
        "not_b_all",
        "unreadable",
    }
    assert {str(scheme) for scheme in Scheme} == {"inovate", "icc"}


def test_the_trial_set_samples_under_thirty_percent_blasts_aside():
    assert MIN_BLAST_PCT == 30
