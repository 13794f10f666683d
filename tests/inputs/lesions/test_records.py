"""What readers of lesions give: exchanges and the places they join, and what is a normal karyotype."""

import pytest

from leukotype.inputs.lesions.records import CopyNumber, Exchange, Verdict

PHILADELPHIA = {"9": "q34", "22": "q11"}  # bands of ABL1 and BCR


@pytest.mark.parametrize("bands", [("q34", "q11"), ("q34.1", "q11.2"), ("q33~34", "q11-q12")])
def test_bands_within_a_band_or_a_range_of_them_lie_in_it(bands):
    exchange = Exchange("t", ("9", "22"), bands)
    assert exchange.joins(PHILADELPHIA)
    assert exchange.doubt_of(PHILADELPHIA) == ""


@pytest.mark.parametrize("bands", [("q34", "q1?1"), ("?q34", "q11"), ("q?", "q11")])
def test_a_question_mark_may_be_the_band_and_is_a_doubt(bands):
    """ISCN 2024: a question mark stands before or in the place of what is uncertain."""
    exchange = Exchange("t", ("9", "22"), bands)
    assert exchange.joins(PHILADELPHIA)
    assert exchange.doubt_of(PHILADELPHIA) == Verdict.DOUBTED


def test_a_dicentric_and_other_arms_join_no_genes():
    assert not Exchange("dic", ("9", "22"), ("q34", "q11")).joins(PHILADELPHIA)
    assert not Exchange("t", ("9", "22"), ("p34", "q11")).joins(PHILADELPHIA)


def test_of_an_inserted_segment_both_ends_are_looked_at():
    """ins(22;9)(q11;q34q34): two breaks in 9q34 may hold ABL1; q13q34 says not which end."""
    assert not Exchange("ins", ("22", "9"), ("q11", "q34q34")).is_wide(PHILADELPHIA)
    assert Exchange("ins", ("22", "9"), ("q11", "q13q34")).is_wide(PHILADELPHIA)


def test_46_chromosomes_are_normal_only_without_a_change():
    assert CopyNumber("karyotype", 46, 46).is_normal
    assert not CopyNumber("karyotype", 46, 46, gained=("21",), lost=("7",)).is_normal
    assert not CopyNumber("karyotype", 46, 46, clones=((46, 46),)).is_normal
    assert CopyNumber("karyotype", 46, 46, clones=((46, 46),), remark="not read: x").is_normal
    assert not CopyNumber("array", 46, 46, iamp21=True).is_normal


def test_an_exchange_without_bands_joins_none():
    assert not Exchange("t", ("9", "22")).joins({"9": "q34", "22": "q11"})
    assert str(Exchange("t", ("9", "22"), ("q34", "q11"), doubt=Verdict.DOUBTED)) == "?t(9;22)(q34;q11)"
