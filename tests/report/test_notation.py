"""Numbers are printed as journals of medicine print them, and never so that they mislead."""

import math

import numpy as np
import pytest

from leukotype.report.notation import count, interval, months, out_of, p_value, percent, ratio


@pytest.mark.parametrize(
    ("p", "text"),
    [
        # Blood Adv 2024;8(12):3226 prints these four of its P values so.
        (0.00758, ".0076"),
        (0.00466, ".0047"),
        (0.0000436, "<.001"),
        (0.0000816, "<.001"),
        (0.01515, ".015"),
        (0.000999, "<.001"),
        (0.881, ".88"),
        (0.0438, ".044"),
        (0.2, ".20"),
        (0.0714, ".071"),
        (0.0999, ".100"),
        (0.001, ".0010"),
        (0.991, ">.99"),
        (1.0, ">.99"),
        (0.0, "<.001"),
        (math.nan, "NE"),
    ],
)
def test_p_values(p, text):
    assert p_value(p) == text


@pytest.mark.parametrize(
    ("p", "text"), [(0.0496, ".0496"), (0.0504, ".0504"), (0.05, ".050"), (0.04997, ".04997")]
)
def test_a_p_value_that_is_not_a_twentieth_is_not_printed_as_one(p, text):
    assert p_value(p) == text


def test_no_p_value_is_printed_as_nothing():
    for p in np.geomspace(1e-12, 1, 2000):
        digits = p_value(float(p)).lstrip("<>.").lstrip("0")
        assert digits
        assert 1 <= len(digits) <= 4
        assert not p_value(float(p)).startswith("0")


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0812, "0.081"), (0.236, "0.24"), (0.686, "0.69"), (1.25, "1.25"), (12.04, "12.0"), (240.2, "240")],
)
def test_ratios(value, text):
    assert ratio(value) == text


def test_what_is_not_there():
    assert ratio(math.nan) == months(math.nan) == "NE"
    assert months(math.inf) == "NR"
    assert percent(math.nan) == "–"  # noqa: RUF001
    assert ratio(math.inf) == "∞"


def test_percent():
    assert percent(32 / 43) == "74.4"
    assert percent(0.0) == percent(-0.0) == percent(-0.0001) == "0.0"
    assert percent(-0.167) == "\N{MINUS SIGN}16.7"


def test_limits_with_a_sign_are_joined_by_a_word():
    assert interval("0.08", "0.69") == "0.08\N{EN DASH}0.69"
    assert interval(percent(-0.1), percent(0.2)) == "\N{MINUS SIGN}10.0 to 20.0"


def test_counts():
    assert out_of(32, 43) == "32/43"
    assert count(9999) == "9999"
    assert count(100000) == "100\N{THIN SPACE}000"
