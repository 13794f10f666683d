"""Outermost bands of arms, from the ideograms of ISCN 2020."""

import pytest

from leukotype.inputs.lesions.bands import ACROCENTRIC, is_last_band


@pytest.mark.parametrize(
    "place", ["1p36", "1p36.33", "9p24.3", "21q22", "21q22.3", "Xp22.33", "19p13", "19q13.4"]
)
def test_the_last_band_of_an_arm(place):
    assert is_last_band(place)


@pytest.mark.parametrize("place", ["1p35", "9p21.3", "21q21", "Xp21", "2", ""])
def test_a_band_before_it(place):
    assert not is_last_band(place)


def test_short_arms_without_genes():
    assert {"13", "14", "15", "21", "22"} == ACROCENTRIC
