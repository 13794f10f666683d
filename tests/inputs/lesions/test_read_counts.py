"""Reads with a variant, as each caller writes them: 45 of 100 in all of these rows, or unknown."""

import pytest

from leukotype.inputs.lesions.read_counts import Allele, ReadCounts, count_reads

G_TO_C = Allele(1, 1, "G", "C")


@pytest.mark.parametrize(
    "fields",
    [
        {"AD": (55, 45), "DP": 120},  # GATK: DP counts reads that tell nothing
        {"AD": "45", "RD": "55"},  # VarScan 2
        {"AD": "45", "RD": "55", "DP": "100", "FREQ": "44.9%"},
        {"RO": 55, "AO": (45,)},  # freebayes, Ion Torrent
        {"RO": 55, "AO": (45,), "DP": 100},
        {"NR": (100,), "NV": (45,)},  # Platypus
        {"DP4": (28, 27, 22, 23)},  # bcftools, LoFreq
        {"DP": 100, "AU": (0, 0), "CU": (45, 47), "GU": (55, 60), "TU": (0, 1)},  # Strelka2, tier 1
        {"BCOUNT": (0, 45, 55, 0)},  # SomaticSniper
        {"FAZ": 0, "RAZ": 0, "FCZ": 20, "RCZ": 25, "FGZ": 30, "RGZ": 25, "FTZ": 0, "RTZ": 0},  # CaVEMan
        {"VD": 45, "DP": 100},  # VarDict
        {"AF": (0.45,), "DP": 100},  # DRAGEN's exports
        {"VAF": (0.45,), "DP": 100},  # DeepVariant
    ],
)
def test_45_of_100(fields):
    found = count_reads(fields, G_TO_C)
    assert (found.alt, found.depth) == (45, 100)
    assert found.fraction == pytest.approx(0.45)


def test_an_indel_of_strelka():
    found = count_reads({"DP": 130, "TAR": (55, 60), "TIR": (45, 46)}, Allele(1, 1, "G", "GA"))
    assert (found.alt, found.depth, found.fraction) == (45, 100, 0.45)


def test_the_allele_that_is_asked_for():
    second = Allele(2, 2, "G", "T")
    assert count_reads({"AD": (10, 20, 70)}, second) == ReadCounts(70, 100, 0.7)
    assert count_reads({"RO": 10, "AO": (20, 70)}, second) == ReadCounts(70, 100, 0.7)
    assert count_reads({"NR": (90, 100), "NV": (20, 70)}, second) == ReadCounts(70, 100, 0.7)
    assert count_reads({"AF": (0.2, 0.7), "DP": 100}, second) == ReadCounts(70, 100, 0.7)
    assert count_reads({"DP4": (5, 5, 40, 50)}, second) == ReadCounts()  # of all alternates together


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({}, ReadCounts()),
        ({"DP": 100}, ReadCounts(None, 100)),
        ({"AD": (None,)}, ReadCounts()),
        ({"AD": ".", "DP": "."}, ReadCounts()),
        ({"AF": (0.45,)}, ReadCounts(None, None, 0.45)),
        ({"AF": (45,), "DP": 100}, ReadCounts(None, 100)),
        ({"FREQ": "much", "DP": 100}, ReadCounts(None, 100)),
        ({"AD": (0, 0)}, ReadCounts(0, 0)),
    ],
)
def test_what_is_not_said_is_unknown(fields, found):
    assert count_reads(fields, G_TO_C) == found


def test_a_fraction_may_be_written_in_percent():
    assert count_reads({"FREQ": "2%", "DP": 500}, G_TO_C) == ReadCounts(10, 500, 0.02)
