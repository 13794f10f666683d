"""The literature's markers: known subtypes, each marker once, and only what its row says."""

from collections import Counter

import pytest

from leukotype.evidence.published_markers import PUBLISHED_MARKERS, Level, known_marker
from leukotype.vocabulary import SUBTYPES


def test_every_row_is_of_a_subtype_and_has_a_source():
    for each in PUBLISHED_MARKERS:
        assert each.subtype in SUBTYPES
        assert each.level in Level
        assert each.features
        assert any(character.isdigit() for character in each.source)


def test_no_marker_stands_twice():
    pairs = Counter((each.subtype, feature) for each in PUBLISHED_MARKERS for feature in each.features)
    assert max(pairs.values()) == 1


@pytest.mark.parametrize(
    ("feature", "subtype", "level"),
    [
        ("HOXA9", "KMT2A-r", Level.HIGH),  # Armstrong et al., Nat Genet 2002;30:41
        ("MME", "KMT2A-r", Level.LOW),  # the same: CD10 is low
        ("MEF2C", "MEF2D-r", Level.LOW),  # Ohki et al., Haematologica 2019;104:128
        ("chromosome 21", "iAMP21", Level.GAINED),
    ],
)
def test_old_friends(feature, subtype, level):
    assert known_marker(feature, subtype).level == level


@pytest.mark.parametrize(("feature", "subtype"), [("HOXA9", "DUX4-r"), ("MME", "B-other"), ("21", "iAMP21")])
def test_strangers(feature, subtype):
    assert known_marker(feature, subtype) is None
