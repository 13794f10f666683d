"""Response by arm in the printed trial: every printed count, rate and P value, and MRD among responders."""

import pytest

from leukotype.efficacy import AnalysisOptions, ArmTests, analyse


def row(frame, endpoint, level):
    return frame[(frame["endpoint"] == endpoint) & (frame["level"] == level)].iloc[0]


@pytest.fixture(scope="module")
def as_printed(trial):
    return analyse(trial, AnalysisOptions(tests=ArmTests.PAPER))


@pytest.mark.parametrize(
    ("level", "ino", "sc", "p"),
    [
        ("All patients", (32, 43, "74.4"), (16, 48, "33.3"), 0.000044),
        ("BCR::ABL1-like", (6, 7, "85.7"), (0, 5, "0.0"), 0.00758),
        ("high risk, BCR::ABL1-", (10, 12, "83.3"), (2, 19, "10.5"), 0.000082),
    ],
)
def test_printed_responses_from_calls_to_table(as_printed, level, ino, sc, p):
    found = row(as_printed.response, "CR/CRi", level)
    for arm, (hits, n, percent) in (("experimental", ino), ("comparator", sc)):
        assert (found[f"responders_{arm}"], found[f"n_{arm}"]) == (hits, n)
        assert f"{100 * found[f'rate_{arm}']:.1f}" == percent
    assert found["p"] == pytest.approx(p, rel=0.01)
    assert found["side"] == "one-sided"


def test_mrd_is_counted_among_responders(analysis):
    found = row(analysis.response, "MRD negative", "BCR::ABL1")
    assert (found["responders_experimental"], found["n_experimental"]) == (4, 4)
    assert (found["responders_comparator"], found["n_comparator"]) == (1, 4)
    like = row(analysis.response, "MRD negative", "BCR::ABL1-like")
    assert (like["n_experimental"], like["n_comparator"]) == (6, 0)
    assert (like["estimable"], like["why_not"]) == (False, "no responder in SC")
