"""The cut-offs of the marker genes, against the levels that training/benchmarks/markers.py prints."""

import pandas as pd
import pytest

from leukotype.evidence.knowledge import MARKERS, MarkerRule, Strength
from leukotype.model.bundle import load
from training.benchmarks.markers import SETS, labels_of, levels, row

CUT_OFFS = {each.gene: each.least for each in MARKERS}


@pytest.fixture(scope="module")
def diploid(data):
    """Log2(CPM + 1) of 44 leukemias with a diploid karyotype, as `leukotype predict` measures it."""
    return levels([data / file for file in SETS["diploid"]], load())


# Highest silent level, lowest level of those where it is on (None: it is on in none), and how many these are.
@pytest.mark.parametrize(
    ("gene", "silent", "on", "samples"),
    [
        ("CRLF2", 5.98, 7.23, 5),
        ("CDX2", 2.26, 5.65, 1),
        ("NUTM1", 0.83, 6.28, 2),
        ("DUX4", 3.46, 4.04, 4),
        ("HLF", 2.33, None, 0),
    ],
)
def test_a_cut_off_lies_between_the_silent_and_the_others(diploid, gene, silent, on, samples):
    values, least = diploid[gene], CUT_OFFS[gene]
    below, above = values[values < least], values[values >= least]
    assert (len(values), len(above)) == (44, samples)
    assert below.max() == pytest.approx(silent, abs=0.01)
    assert above.empty if on is None else above.min() == pytest.approx(on, abs=0.01)
    assert least - silent > 0.25
    assert on is None or on - least > 0.2


def test_dux4_is_read_in_two_of_the_labelled_patients_and_in_nobody_else(data):
    # GSE161501: 19 children, two of them DUX4-r.
    (file,) = SETS["GSE161501"]
    values, labels = levels([data / file], load())["DUX4"], labels_of((data / file).parent)
    on = values.index[values >= CUT_OFFS["DUX4"]]
    assert sorted(on) == sorted(name for name, label in labels.items() if label == "DUX4-r")
    assert values.drop(on).max() < 1


def test_a_row_names_those_above_and_leaves_out_what_was_not_measured():
    marker = MarkerRule("CDX2", 4.0, "CDX2/UBTF", Strength.TYPICAL, "")
    values = pd.Series({"P1": 0.5, "P2": 5.65, "P3": 3.99, "P4": float("nan"), "P5": 4.0})
    written = row(marker, "toy", values, {"P2": "CDX2/UBTF"})
    assert written == "| CDX2 | 4 | toy (4) | 4.0 | 4.0, 5.7 CDX2/UBTF |"
    assert row(marker, "toy", values[["P4"]], {}) == "| CDX2 | 4 | toy (0) | none | none |"
