"""Parts of lesions: arithmetic of Shapley values (Lundberg & Lee, NeurIPS 2017), worked by hand."""

import numpy as np
import pytest

from leukotype.evidence.findings import FLAGS, Finding
from leukotype.evidence.knowledge import Strength
from leukotype.explanations.lesion_parts import Part, parts_of
from leukotype.vocabulary import LesionKind

SUBTYPES = ("KMT2A-r", "DUX4-r", "PAX5alt")
WEIGHTS = np.arange(1.0, len(FLAGS) + 1)


def flag(subtype, name):
    flags = np.zeros((len(SUBTYPES), len(FLAGS)))
    flags[SUBTYPES.index(subtype), FLAGS.index(name)] = 1
    return flags


def lesion(subtype, shown, strength=Strength.TYPICAL):
    return Finding(
        sample="one",
        source="caller",
        kind=LesionKind.FUSION,
        lesion=shown,
        subtype=subtype,
        strength=strength,
    )


def test_lesions_of_the_same_strength_share_one_weight_and_those_of_others_have_none_of_it():
    strong = Strength.TYPICAL
    used = [lesion("KMT2A-r", "first"), lesion("KMT2A-r", "second"), lesion("PAX5alt", "third")]
    used.append(lesion("KMT2A-r", "fourth", Strength.AGAINST))
    parts = parts_of(flag("KMT2A-r", strong), WEIGHTS, used, SUBTYPES)
    half = WEIGHTS[FLAGS.index(strong)] / 2
    assert [(part.feature, part.weight) for part in parts] == [("first", half), ("second", half)]


def test_a_fusion_looked_for_in_vain_says_so_and_is_no_lesion():
    [part] = parts_of(flag("KMT2A-r", "absent"), WEIGHTS, (), SUBTYPES)
    assert (part.feature, part.absent) == ("no fusion of KMT2A-r found", True)
    assert part.weight == WEIGHTS[-1]


def test_what_was_not_looked_for_adds_nothing():
    assert parts_of(np.zeros((3, len(FLAGS))), WEIGHTS, (), SUBTYPES) == []


def test_against_the_average_of_three_a_third_of_the_weight_is_taken_off_each():
    part = Part("KMT2A-r", "first", "fusion", 3.0)
    assert [part.toward(each, None, 3) for each in SUBTYPES] == [2.0, -1.0, -1.0]
    assert part.toward("KMT2A-r", "DUX4-r", 3) == pytest.approx(3.0)
    assert part.toward("DUX4-r", "KMT2A-r", 3) == pytest.approx(-3.0)
    assert part.toward("DUX4-r", "PAX5alt", 3) == 0
