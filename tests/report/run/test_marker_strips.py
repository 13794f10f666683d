"""What a page shows of the expression of markers: of the called subtype, and of the genes of lesions."""

import math

import pandas as pd
import pytest

from leukotype.evidence.knowledge import MARKERS
from leukotype.report.run.marker_strips import Strips, genes_without_strip

NAN = math.nan


@pytest.fixture
def strips():
    levels = pd.DataFrame({"CLEC12A": [0.5, 7.5, 2.0], "MME": [9.0, NAN, 10.0], "CRLF2": [0.0, 0.0, 8.0]})
    trained = pd.DataFrame({"CLEC12A": [7.0, 1.0, 14.0]}, index=["DUX4-r", "KMT2A-r", "normal"])
    return Strips(levels, trained)


def test_a_sample_has_the_markers_of_its_subtype_and_the_genes_of_lesions(strips):
    shown = {each["gene"]: each for each in strips.of(1, "DUX4-r")}
    assert set(shown) == {"CLEC12A", "CRLF2"}
    assert (shown["CLEC12A"]["said"], shown["CLEC12A"]["level"]) == ("high in DUX4-r", "7.5")
    assert shown["CLEC12A"]["rank"] == "1 of 3"
    assert shown["CRLF2"]["rank"] == "2 to 3 of 3"
    least = next(each.least for each in MARKERS if each.gene == "CRLF2")
    assert shown["CRLF2"]["said"] == f"BCR::ABL1-like from {least:g} on"
    assert "CHST2" in genes_without_strip("DUX4-r", list(shown.values()))


def test_a_sample_without_a_call_has_the_genes_of_lesions_alone(strips):
    assert [each["gene"] for each in strips.of(2, "")] == ["CRLF2"]


def test_a_gene_that_was_not_measured_has_no_strip(strips):
    assert [each["gene"] for each in strips.of(1, "KMT2A-r")] == ["CRLF2"]
    assert [each["gene"] for each in strips.of(0, "KMT2A-r")] == ["MME", "CRLF2"]


def test_the_band_is_of_subtypes_and_the_cut_off_of_lesions(strips):
    drawn = dict(zip(strips.levels, strips.backgrounds(), strict=True))
    one, seven = (
        drawn["CLEC12A"]["band"]["x"] + share * drawn["CLEC12A"]["band"]["width"] for share in (0, 1)
    )
    assert (one, seven) == pytest.approx((6 + 228 / 15, 6 + 7 * 228 / 15), abs=0.11)  # normal cells left out
    assert drawn["MME"]["band"] is None
    assert drawn["CLEC12A"]["cut"] is None
    assert drawn["CRLF2"]["cut"] > 0


def test_ticks_stand_for_every_sample_that_has_the_gene(strips):
    assert [each["ticks"].count("M") for each in strips.backgrounds()] == [3, 2, 3]
