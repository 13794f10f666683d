"""The colours can be told apart, also by who does not see red or green."""

from itertools import combinations

import numpy as np
import pytest

from leukotype.report.palette import (
    ARM_COLOURS,
    COLOURS_ON_DARK,
    SUBTYPE_COLOURS,
    subtype_colour,
    subtype_order,
)
from leukotype.vocabulary import (
    INOVATE_SUBTYPES,
    LOW_BLASTS,
    NOT_B_ALL,
    RISK_LOW_BLAST,
    SUBTYPES,
    UNCLASSIFIED,
)

# Machado et al., IEEE Trans Vis Comput Graph 2009;15:1291, table 1, severity 1.0, on linear RGB.
SIGHT = {
    "normal": np.eye(3),
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.01182, 0.04294, 0.968881],
    ],
}
# IEC 61966-2-1 (sRGB to XYZ, white point D65).
TO_XYZ = [
    [0.4124564, 0.3575761, 0.1804375],
    [0.2126729, 0.7151522, 0.072175],
    [0.0193339, 0.119192, 0.9503041],
]
WHITE = [0.95047, 1.0, 1.08883]


def linear(colour):
    srgb = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def lab(colour, sight):
    """CIE L*a*b* of a colour as it is seen."""
    xyz = np.array(TO_XYZ) @ np.clip(np.array(SIGHT[sight]) @ linear(colour), 0, 1) / WHITE
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def nearest(colours, sight):
    seen = [lab(colour, sight) for colour in colours]
    return min(np.linalg.norm(a - b) for a, b in combinations(seen, 2))


# A difference of 2.3 is just noticed (Mahy et al., Color Res Appl 1994;19:105).
@pytest.mark.parametrize("sight", SIGHT)
def test_the_trials_subtypes_and_the_arms_differ(sight):
    assert nearest([*(SUBTYPE_COLOURS[name] for name in INOVATE_SUBTYPES), *ARM_COLOURS], sight) > 11


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("colours", [SUBTYPE_COLOURS, COLOURS_ON_DARK], ids=["light", "dark"])
def test_all_subtypes_differ(sight, colours):
    assert nearest(colours.values(), sight) > 7


def luminance(colour):
    return (np.array(TO_XYZ) @ linear(colour))[1]


# WCAG 2.2, success criterion 1.4.11: 3 to 1 for what is not text. Dark paper as in cohort.css.j2.
def test_every_colour_is_seen_on_dark_paper():
    dark = luminance("#1C1C1C") + 0.05
    names = [*SUBTYPES, LOW_BLASTS, UNCLASSIFIED, NOT_B_ALL, "a name of no scheme"]
    contrast = {name: (luminance(subtype_colour(name, dark=True)) + 0.05) / dark for name in names}
    assert min(contrast.values()) >= 3, contrast


def test_the_two_commonest_subtypes_of_children_are_not_both_red():
    high, fusion = (lab(SUBTYPE_COLOURS[name], "normal") for name in ("Hyperdiploid", "ETV6::RUNX1"))
    hues = np.degrees(np.arctan2([high[2], fusion[2]], [high[1], fusion[1]]))
    assert abs(hues[0] - hues[1]) > 60


def test_every_subtype_has_its_colour():
    assert list(SUBTYPE_COLOURS) == list(SUBTYPES)


def test_low_blasts_are_grey_under_both_their_names():
    grey = subtype_colour(LOW_BLASTS)
    assert grey == subtype_colour(RISK_LOW_BLAST)
    assert len({grey[1:3], grey[3:5], grey[5:7]}) == 1


def test_order_is_that_of_the_vocabulary():
    names = ["a name of no scheme", UNCLASSIFIED, "Near haploid", LOW_BLASTS, "B-other", "BCR::ABL1"]
    assert sorted(names, key=subtype_order) == [
        "BCR::ABL1",
        "B-other",
        "Near haploid",
        LOW_BLASTS,
        UNCLASSIFIED,
        "a name of no scheme",
    ]
