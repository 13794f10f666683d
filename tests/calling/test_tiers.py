"""How far an answer goes, and that a likely subtype is never passed over in silence."""

import numpy as np
import pytest

from leukotype.calling.calls import count_agreement
from leukotype.calling.risk import risk_group
from leukotype.calling.tiers import ADVICE, GROUPS, stand
from leukotype.vocabulary import SUBTYPES, Tier

NAMES = ("BCR::ABL1", "BCR::ABL1-like", "DUX4-r", "ETV6::RUNX1", "ETV6::RUNX1-like", "Hyperdiploid")
THRESHOLD, LEAST = 0.88, np.full(len(NAMES), 0.6)


def standing(**chances):
    """Standing of a sample: probabilities by their subtypes' positions, the rest shared."""
    given = {int(name[1:]): value for name, value in chances.items()}
    row = np.full(len(NAMES), (1 - sum(given.values())) / (len(NAMES) - len(given)))
    row[list(given)] = list(given.values())
    return stand(row, row, NAMES, THRESHOLD, LEAST)


@pytest.mark.parametrize(
    ("chances", "tier", "named"),
    [
        ({"s2": 0.9}, Tier.CALLED, "DUX4-r"),
        ({"s2": 0.88}, Tier.CALLED, "DUX4-r"),
        ({"s2": 0.7}, Tier.CANDIDATE, "DUX4-r"),
        ({"s2": 0.55}, Tier.NONE, ""),
        ({"s0": 0.6, "s1": 0.35}, Tier.GROUP, ""),  # sure of the pair, not between them
        ({"s0": 0.9, "s1": 0.08}, Tier.CALLED, "BCR::ABL1"),
        ({"s0": 0.65, "s1": 0.1}, Tier.CANDIDATE, "BCR::ABL1"),
    ],
)
def test_a_call_a_pair_a_candidate_or_nothing(chances, tier, named):
    found = standing(**chances)
    assert (found.tier, found.subtype) == (tier, named)
    assert (found.group == ("BCR::ABL1", "BCR::ABL1-like")) == (tier == Tier.GROUP)


def test_the_probability_of_a_pair_is_that_of_both():
    assert standing(s3=0.5, s4=0.45).probability == pytest.approx(0.95)


def test_what_may_be_bcr_abl1_says_to_test_for_it_today():
    # Its inhibitor belongs to the first days of treatment (Foa et al., N Engl J Med 2020;383:1613).
    assert "today" in ADVICE["BCR::ABL1", "BCR::ABL1-like"]


def test_the_pairs_are_subtypes_and_what_may_be_bcr_abl1_comes_first():
    # A sample may fit two pairs: the one whose treatment cannot wait is told.
    assert {name for group in GROUPS for name in group} <= set(SUBTYPES)
    assert GROUPS[0] == ("BCR::ABL1", "BCR::ABL1-like")
    assert len(set(map(frozenset, GROUPS))) == len(GROUPS)


@pytest.mark.parametrize("other", ["iAMP21", "PAX5alt"])
def test_what_is_bcr_abl1_like_or_its_neighbour_is_a_pair(other):
    # CRLF2 is rearranged in BCR::ABL1-like leukemias, and in those with iAMP21 (Harrison et al., Leukemia
    # 2014;28:1015). Of laboratories left out all 7 such patients of the pair with PAX5alt, and all 3 of that
    # with iAMP21, were one of the two (`training.panel.measure`).
    names = ("BCR::ABL1", "BCR::ABL1-like", other)
    least = np.full(3, 0.6)
    found = stand(*[np.array([0.02, 0.6, 0.38])] * 2, names, THRESHOLD, least)
    assert (found.tier, found.group) == (Tier.GROUP, ("BCR::ABL1-like", other))
    assert "CRLF2" in ADVICE["BCR::ABL1-like", other]
    both = stand(*[np.array([0.35, 0.6, 0.05])] * 2, names, THRESHOLD, least)
    assert both.group == ("BCR::ABL1", "BCR::ABL1-like")


def test_a_pair_of_one_risk_has_it_and_another_has_none():
    # Paietta et al., Blood 2021;138:948: BCR::ABL1 and its like are groups of their own.
    bcr, etv6, *_ = GROUPS
    assert len({risk_group(each) for each in bcr}) == 2
    assert len({risk_group(each) for each in etv6}) == 1


def test_a_subtype_that_the_model_does_not_know_makes_no_pair():
    names = ("BCR::ABL1-like", "DUX4-r")
    row = np.array([0.8, 0.2])
    assert stand(row, row, names, THRESHOLD, np.full(2, 0.9)).tier == Tier.NONE


def test_experts_are_counted_that_hold_the_answer_for_most_probable():
    silent = [np.nan] * 6
    experts = np.array([[3, 3, 0, 0, 0, 0], [0, 2, 0, 0, 0, 0], [0, 0, 9, 0, 0, 0], silent], float)
    assert (
        count_agreement(experts, NAMES, ("BCR::ABL1",)) == "1 of 3"
    )  # tied with its like: it speaks for both
    assert count_agreement(experts, NAMES, ("BCR::ABL1", "BCR::ABL1-like")) == "2 of 3"
    assert count_agreement(experts, NAMES, ("B-other",)) == ""
    assert count_agreement(experts[:0], NAMES, ("DUX4-r",)) == ""
