"""Bands of human chromosomes: which arms say something, and which bands are the last of their arm."""

from __future__ import annotations

import re
from typing import Final

# Their short arms hold repeats and ribosomal genes only: a loss or a gain of one says nothing.
ACROCENTRIC: Final = frozenset({"13", "14", "15", "21", "22"})
# Outermost band of each arm, from the ideograms of ISCN 2020: what lies beyond a break in it is no arm.
_LAST_BANDS: Final = re.compile(
    "1(p36|q44)|2(p25|q37)|3(p26|q29)|4(p16|q35)|5(p15|q35)|6(p25|q27)|7(p22|q36)|8(p23|q24)|9(p24|q34)|"
    "10(p15|q26)|11(p15|q25)|12(p13|q24)|13q34|14q32|15q26|16(p13|q24)|17(p13|q25)|18(p11|q23)|19[pq]13|"
    "20[pq]13|21q22|22q13|X(p22|q28)|Y(p11|q12)"
)


def is_last_band(place: str) -> bool:
    """Whether a band such as 9p24 or 9p24.3 is the last one of its arm."""
    return _LAST_BANDS.fullmatch(place.partition(".")[0]) is not None
