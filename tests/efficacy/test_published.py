"""Every number printed by the INO-VATE genomic analysis that counts alone decide, to its printed digits.

Blood Advances 2024;8(12):3226; of the whole trial: N Engl J Med 2016;375:740 and Cancer 2019;125:2474.
"""

import math

import pytest
from scipy.stats import norm

from leukotype.efficacy.proportions import (
    CLOPPER_PEARSON,
    FISHER,
    NORMAL,
    ONE_SIDED,
    PEARSON,
    TWO_SIDED,
    Counts,
    compare,
    rate_interval,
)
from leukotype.efficacy.zelen import zelen

# Responders and patients on inotuzumab ozogamicin, then on standard chemotherapy.
ALL = Counts(32, 43, 16, 48)
LIKE = Counts(6, 7, 0, 5)
TP53 = Counts(5, 5, 1, 8)
HIGH_RISK = Counts(10, 12, 2, 19)
T315I = Counts(1, 3, 3, 6)
BCR_ABL1 = Counts(4, 6, 4, 7)  # forced by the printed counts of T315I and of MRD
MRD_BCR_ABL1 = Counts(4, 4, 1, 4)
WHOLE_TRIAL = Counts(88, 109, 32, 109)
WHOLE_TRIAL_FINAL = Counts(121, 164, 50, 162)


def printed(p, digits=4):
    """Write a P value as the article does: no zero before the point, the smallest as <.0001."""
    return "<.0001" if p < 0.0001 else f"{p:.{digits}f}".removeprefix("0")


@pytest.mark.parametrize(
    ("counts", "p", "test"),
    [
        (LIKE, ".0076", FISHER),
        (TP53, ".0047", FISHER),
        (HIGH_RISK, "<.0001", FISHER),
        (ALL, "<.0001", PEARSON),
        (WHOLE_TRIAL_FINAL, "<.0001", PEARSON),
    ],
)
def test_printed_p_values(counts, p, test):
    found = compare(counts, ONE_SIDED)
    assert (printed(found.p), found.test, found.side) == (p, test, "one-sided")


def test_the_printed_p_value_of_the_primary_analysis():
    assert printed(compare(WHOLE_TRIAL).p) == "<.0001"  # printed <.001, two-sided


def test_what_was_printed_as_not_significant():
    assert compare(T315I, ONE_SIDED).p == pytest.approx(0.881, abs=5e-4)
    assert compare(T315I).p == 1


def test_two_sided_is_the_default_and_says_so():
    assert compare(LIKE).p == pytest.approx(0.0152, abs=5e-5)
    assert compare(LIKE).side == TWO_SIDED
    assert compare(ALL).p == pytest.approx(0.000089, abs=5e-7)
    assert compare(MRD_BCR_ABL1, ONE_SIDED).p == pytest.approx(0.0714, abs=5e-5)


@pytest.mark.parametrize(
    ("hits", "n", "percent"),
    [
        (32, 43, "74.4"),
        (16, 48, "33.3"),
        (6, 7, "85.7"),
        (0, 5, "0.0"),
        (5, 5, "100.0"),
        (1, 8, "12.5"),
        (10, 12, "83.3"),
        (2, 19, "10.5"),
        (1, 3, "33.3"),
        (3, 6, "50.0"),
        (88, 109, "80.7"),
        (32, 109, "29.4"),
        (121, 164, "73.8"),
        (50, 162, "30.9"),
        (65, 164, "39.6"),
        (17, 162, "10.5"),
        (23, 164, "14.0"),
    ],
)
def test_printed_rates(hits, n, percent):
    assert f"{100 * hits / n:.1f}" == percent


@pytest.mark.parametrize(
    ("hits", "n", "limits"),
    [
        (88, 109, ("72.1", "87.7")),
        (32, 109, ("21.0", "38.8")),
        (65, 164, ("32.1", "47.6")),
        (17, 162, ("6.2", "16.3")),
    ],
)
def test_printed_exact_intervals(hits, n, limits):
    found = rate_interval(hits, n, 0.95, CLOPPER_PEARSON)
    assert (f"{100 * found.low:.1f}", f"{100 * found.high:.1f}") == limits


@pytest.mark.parametrize(
    ("hits", "n", "method"),
    [
        (32, 43, NORMAL),
        (16, 48, NORMAL),
        (6, 7, CLOPPER_PEARSON),
        (10, 12, CLOPPER_PEARSON),
        (2, 19, CLOPPER_PEARSON),
        (5, 10, NORMAL),
        (4, 10, CLOPPER_PEARSON),
        (6, 10, CLOPPER_PEARSON),
    ],
)
def test_the_rule_of_intervals(hits, n, method):
    """Normal approximation where responders and non-responders both number at least 5, else exact."""
    assert rate_interval(hits, n).method == method


@pytest.mark.parametrize(
    ("hr", "low", "high"),
    [
        (0.236, 0.081, 0.686),
        (0.276, 0.086, 0.884),
        (0.75, 0.57, 0.99),
        (0.77, 0.58, 1.03),
        (0.45, 0.34, 0.61),
    ],
)
def test_printed_hazard_ratios_lie_in_the_middle_of_their_wald_intervals(hr, low, high):
    """The rule of their intervals is Wald's on the log scale: the ratio is the limits' geometric mean."""
    digits = len(str(hr)) - 2
    assert math.sqrt(low * high) == pytest.approx(hr, abs=10**-digits)
    assert norm.ppf(0.5 + 0.975 / 2) == pytest.approx(2.2414, abs=5e-5)


@pytest.mark.parametrize(
    ("subgroup", "p"), [(HIGH_RISK, "0.044"), (LIKE, "0.20"), (TP53, "0.18"), (BCR_ABL1, "0.23")]
)
def test_interaction_with_all_other_patients(subgroup, p):
    """Not printed by the article: exact, from its counts, of each subgroup against all other patients."""
    rest = Counts(
        ALL.responders_experimental - subgroup.responders_experimental,
        ALL.n_experimental - subgroup.n_experimental,
        ALL.responders_comparator - subgroup.responders_comparator,
        ALL.n_comparator - subgroup.n_comparator,
    )
    assert f"{zelen([subgroup, rest]):.{len(p) - 2}f}" == p
