"""Translocations and insertions of karyotypes, and the lesions that they are."""

import pytest

from leukotype.evidence.findings import translocation_findings
from leukotype.inputs.lesions.iscn import parse_karyotype
from leukotype.inputs.lesions.records import Exchange


def findings(text):
    return [
        (each.lesion, each.subtype, each.strength, each.used)
        for each in translocation_findings("P1", "k.csv", parse_karyotype(text).translocations)
    ]


@pytest.mark.parametrize(
    ("written", "subtype", "strength"),
    [
        # Three chromosomes: variants of the Philadelphia translocation and others.
        ("t(9;22;11)(q34;q11.2;q13)", "BCR::ABL1", "defining"),
        ("t(3;9;22)(p21;q34;q11)", "BCR::ABL1", "defining"),
        ("t(4;11;17)(q21;q23;q21)", "KMT2A-r", "defining"),
        ("t(12;21;5)(p13;q22;q31)", "ETV6::RUNX1", "defining"),
        # A break within a range of bands.
        ("t(9;22)(q34;q11~12)", "BCR::ABL1", "defining"),
        ("t(17;19)(q21~22;p13)", "HLF", "typical"),
        ("t(17;19)(q21-q22;p13.3)", "HLF", "typical"),
        ("ins(22;9)(q11;q34q34)", "BCR::ABL1", "defining"),
        ("ins(10;11)(p12;q23q13)", "KMT2A-r", "typical"),
        # Partners of KMT2A: Meyer et al., Leukemia 2023;37:988.
        ("t(10;11)(p12;q23)", "KMT2A-r", "typical"),
        ("t(6;11)(q27;q23.3)", "KMT2A-r", "typical"),
        ("t(9;11)(p22;q23)", "KMT2A-r", "typical"),
        ("t(1;11)(p32;q23)", "KMT2A-r", "typical"),
    ],
)
def test_lesions(written, subtype, strength):
    assert findings(f"46,XX,{written}[20]") == [(written, subtype, strength, True)]


@pytest.mark.parametrize("written", ["t(10;11)(p13;q14)", "t(17;19)(q11~12;p13)", "t(9;22)(q34;q13)"])
def test_other_bands_are_other_lesions(written):
    """t(10;11)(p13;q14) joins PICALM and MLLT10."""
    assert findings(f"46,XX,{written}[20]") == [(written, "", "", False)]


@pytest.mark.parametrize("written", ["?t(9;22)(q34;q11)", "t(9;22)(q34;q1?1)", "t(9;22)(?q34;q11)"])
def test_what_the_text_doubts_is_shown_and_does_not_count(written):
    assert findings(f"46,XX,{written}[20]") == [(written, "BCR::ABL1", "defining", False)]
    assert not parse_karyotype(f"46,XX,{written}[20]").normal_only


@pytest.mark.parametrize("behind", ["c", "dn", "mat", "pat", "dmat", "inh"])
def test_what_one_is_born_with_is_no_lesion(behind):
    assert findings(f"46,XX,t(9;22)(q34;q11){behind}[20]") == []


def test_genome_mapping():
    """ISCN 2024: places that lie together, with their positions."""
    text = "ogm[GRCh38] fus(9;22)(q34.12;q11.23)(130854064;23290413)"
    assert findings(text) == [("t(9;22)(q34.12;q11.23)", "BCR::ABL1", "defining", True)]


def test_an_exchange_without_bands_joins_none():
    assert not Exchange("t", ("9", "22")).joins({"9": "q34", "22": "q11"})
    assert str(Exchange("t", ("9", "22"), ("q34", "q11"), doubted=True)) == "?t(9;22)(q34;q11)"


def test_a_question_mark_at_a_chromosome_is_a_doubt():
    assert findings("46,XX,t(9;?22)(q34;q11)[4]") == [("?t(9;22)(q34;q11)", "BCR::ABL1", "defining", False)]
