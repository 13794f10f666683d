"""How sure a call is, in words of a published scale; and no sample without a word on what would help."""

import math

import pytest

from leukotype.report.run.words import (
    advice,
    blasts,
    certainty,
    is_sure,
    library_size,
    prediction_sets,
    probability,
    sentence,
)
from leukotype.vocabulary import Agreement, Status


def row(**changes):
    return {
        "status": Status.CALLED,
        "subtype": "DUX4-r",
        "probability": 0.93,
        "blast_pct": math.nan,
        "blast_source": "estimated",
        "evidence_agreement": Agreement.NOT_GIVEN,
        **changes,
    }


@pytest.mark.parametrize(
    ("value", "words"),  # guidance note on uncertainty of the IPCC, 2010, table 1
    [
        (0.999, "virtually certain"),
        (0.985, "very likely"),
        (0.90, "very likely"),
        (0.70, "likely"),
        (0.55, "more likely than not"),
        (0.45, "the most probable of all, but under one half"),
        (math.nan, "named by its lesion alone: expression was never taught this subtype"),
    ],
)
def test_words_of_the_scale(value, words):
    assert certainty(value) == words


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.0, "over 0.99"), (0.995, "over 0.99"), (0.994, "0.99"), (0.004, "under 0.01"), (math.nan, "none")],
)
def test_nothing_is_certain(value, text):
    assert probability(value) == text


@pytest.mark.parametrize(
    ("changes", "sure"),
    [
        ({"probability": 0.95}, True),
        ({"probability": 0.83}, True),  # the threshold of the shipped model
        ({"probability": 0.55}, False),  # a lesion decides
        ({"probability": math.nan}, False),
        ({"status": Status.CANDIDATE}, False),
        ({"status": Status.NOT_B_ALL, "probability": math.nan}, False),
    ],
)
def test_what_is_called_and_likely_is_surely_b_all(changes, sure):
    assert is_sure(row(**changes)) is sure


def test_one_sentence():
    assert sentence(row()) == "DUX4-r, very likely (probability 0.93)."
    assert sentence(row(subtype="HLF", probability=math.nan)).startswith("HLF, named by its lesion alone")
    decided = row(subtype="Low hypodiploid", probability=0.02, evidence_agreement=Agreement.DECIDES)
    assert sentence(decided) == (
        "Low hypodiploid, decided by its lesion, and not what expression shows (probability 0.02)."
    )
    assert sentence({**decided, "probability": 0.93}) == "Low hypodiploid, very likely (probability 0.93)."
    assert sentence(row(status=Status.LOW_BLASTS, subtype="")) == "No subtype is reported: too few blasts."


@pytest.mark.parametrize("status", [status for status in Status if status != Status.CALLED])
def test_something_always_helps(status):
    assert len(advice(row(status=status))) >= 2
    assert sentence(row(status=status)).startswith("No subtype")


def test_what_was_given_is_not_asked_for_again():
    asked = " ".join(advice(row(status=Status.UNCLASSIFIED)))
    assert "blast percentage" in asked
    assert "fusion caller" in asked
    assert "karyotype" in asked
    given = row(
        status=Status.UNCLASSIFIED,
        blast_pct=80.0,
        blast_source="given",
        evidence_agreement=Agreement.CONFLICTS,
    )
    told = " ".join(advice(given))
    for text in ("blast percentage", "fusion caller", "karyotype"):
        assert text not in told


def test_blasts_with_their_source():
    assert blasts(row()) == "not given (at least 30 % are needed)"
    assert blasts(row(blast_pct=62.5, blast_source="given")) == "62.5 % (given; at least 30 % are needed)"


def test_blasts_given_and_estimated_stand_beside_one_another():
    row = {"blast_pct": 85.0, "blast_source": "given", "blast_estimate_pct": 71.6}
    more = {"blast_low_pct": 55.2, "blast_high_pct": 88.0}
    assert blasts({**row, **more}) == (
        "85 % (given; at least 30 % are needed); estimated from expression 72 % (55 to 88)"
    )
    assert blasts({**row, "blast_pct": 71.6, "blast_source": "estimated"}) == (
        "not given (at least 30 % are needed); estimated from expression 72 %"
    )


def test_sets_are_said_in_words():
    row = {"prediction_set_90": "DUX4-r", "prediction_set_95": "DUX4-r|PAX5alt|B-other"}
    assert prediction_sets(row) == "Possible at 90 % DUX4-r alone; at 95 % DUX4-r, PAX5alt or B-other."
    assert prediction_sets({"prediction_set_90": "", "prediction_set_95": ""}) == ""
    assert prediction_sets({"prediction_set_90": "none"}) == "Possible at 90 % no subtype."
    assert prediction_sets({}) == ""


def test_reads_are_told_in_millions():
    assert library_size({"library_size": 23_440_000.0}) == "23.4 million"
    assert library_size({"library_size": math.nan}) == library_size({}) == ""
