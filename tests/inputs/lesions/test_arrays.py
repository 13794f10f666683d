"""Arrays as ISCN 2020 writes them; what is not listed is normal."""

import pytest

from leukotype.evidence.genomes import read_genomes
from leukotype.inputs import LesionFiles, read_lesions
from leukotype.inputs.lesions.arrays import read_array, split_arrays


def array(text):
    return read_array(split_arrays(text)[0])


@pytest.mark.parametrize(
    ("text", "chromosomes", "gained", "lost"),
    [
        ("arr(X,4,6,10)x3", 50, "4 6 10 X", ""),
        ("arr[GRCh38] (X,4,6,10,14,17,18)x3,(21)x4", 55, "4 6 10 14 17 18 21 21 X", ""),
        ("arr[hg19] (2,3,4,7)x1,(X)x1", 41, "", "2 3 4 7 X"),
        ("arr(1-22)x2,(X,Y)x1", 46, "", ""),
        ("arr(1-22)x2,(XY)x1", 46, "", ""),
        ("arr (X,Y)x1,(5)x3", 47, "5", ""),
        ("arr (X)x2,(Y)x1", 47, "X", ""),
        ("arr(1-22,X)x2", 46, "", ""),
        ("arr (4)x2~3[0.4],(10)x3[0.8]", 48, "4 10", ""),
        ("arr[GRCh38] 4p16.3q35.2(1_190042639)x3", 47, "4", ""),
        ("ogm[GRCh38] (5)x3", 47, "5", ""),
        ("seq[GRCh38] (5)x3", 47, "5", ""),
    ],
)
def test_whole_chromosomes(text, chromosomes, gained, lost):
    found = array(text)
    assert (found.chromosomes, " ".join(found.gained), " ".join(found.lost)) == (chromosomes, gained, lost)
    assert (found.arms_gained, found.arms_lost, found.unread) == ((), (), "")


@pytest.mark.parametrize(
    ("text", "gained", "lost"),
    [
        ("arr[GRCh37] 9p21.3(21970000_22000000)x0", "", "9p"),
        ("arr 9p24.3p13.2(1_37000000)x1,1q21.1q44(1_2)x3", "1q", "9p"),
        ("arr 7p22.3q11.2(1_62000000)x1", "", "7p 7q"),
        ("arr Xp22.33 or Yp11.32(1314000_1640000)x1", "", "Xp"),
    ],
)
def test_segments_are_parts_of_arms(text, gained, lost):
    found = array(text)
    assert (" ".join(found.arms_gained), " ".join(found.arms_lost)) == (gained, lost)
    assert (found.chromosomes, found.gained, found.lost, found.unread) == (46, (), (), "")


def test_what_is_not_understood_leaves_the_number_open():
    found = array("arr (4)x3,cth(8)q24")
    assert (found.chromosomes, found.unread) == (None, "cth(8)q24")


def test_a_text_without_an_array_is_left_whole():
    assert split_arrays("46,XX[20].nuc ish(ABL1x2)[200]") == ("", "46,XX[20].nuc ish(ABL1x2)[200]")
    assert array("46,XX[20]") is None


def known(write, text):
    path = write("k.csv", f'sample,karyotype\nP1,"{text}"\n')
    given = read_lesions(LesionFiles(karyotype=path), ["P1"])
    return read_genomes(given.lesions, ["P1"], {}, {})


@pytest.mark.parametrize("before", ["", "Failed. ", "46,XX[20]."])
def test_an_array_tells_the_ploidy_where_no_leukemic_metaphase_was_seen(write, before):
    found = known(write, f"{before}arr(X,4,6,10,14,17,18)x3,(21)x4")
    assert found.ploidy["P1"].state == "hyperdiploid"
    used = [each for each in found.evidence.findings["P1"] if each.used]
    assert [(each.subtype, each.strength) for each in used] == [("Hyperdiploid", "typical")]


def test_a_normal_array_may_be_that_of_normal_cells(write):
    found = known(write, "46,XX[20].arr(1-22,X)x2")
    assert not any(each.used for each in found.evidence.findings["P1"])


def test_a_doubled_clone_whose_chromosomes_are_of_one_parent_is_no_hyperdiploidy(write):
    """Holmfeldt et al., Nat Genet 2013;45:242: loss of heterozygosity stays when the clone doubles."""
    found = known(write, "arr (1-3,5,7-9,11-13,15-17,19,20,22)x2 hmz,(X,4,6,10)x3,(14,18,21)x4")
    assert found.ploidy["P1"].state == "masked hypodiploidy suspected"


@pytest.mark.parametrize(
    ("text", "used"),
    [
        ("46,XX[20].arr 21q21.1q22.3(19000000_46000000)x5~6", True),
        ("arr 21q11.2q22.3(14000000_46000000)x4~6", True),
        ("arr[GRCh38] 21q21.1q22.3(16892634_41234456)amp,21q22.3(42000000_46699983)x1", True),
        ("arr 21q22.11q22.3(34000000_46000000)x3", False),
        ("arr (X,4,6,10,14,17,18)x3,(21)x5", False),
    ],
)
def test_iamp21_by_array(write, text, used):
    """Five copies of RUNX1, and few other gains: Harrison et al., Leukemia 2014;28:1015."""
    found = known(write, text).evidence.findings["P1"]
    assert [each.used for each in found if each.subtype == "iAMP21"] in ([[True]] if used else [[], [False]])


@pytest.mark.parametrize(
    ("text", "why_not"),
    [
        ("46,XX,dup(21)(q11.2q22)[10].nuc ish(ETV6x2,RUNX1x5~8)[150/200]", ""),
        ("46,XY[20].nuc ish(RUNX1x4)[150/200]", "fewer than 5 copies of RUNX1"),
        ("46,XY[20].nuc ish(RUNX1x6)[4/200]", "in 4 of 200 nuclei, which normal cells may show too"),
        (
            "55,XX,+X,+4,+6,+10,+14,+17,+18,+21,+21[9].nuc ish(RUNX1x5)[150/200]",
            "other chromosomes are gained too, as in hyperdiploidy",
        ),
    ],
)
def test_iamp21_by_fish(write, text, why_not):
    (found,) = [each for each in known(write, text).evidence.findings["P1"] if each.subtype == "iAMP21"]
    assert (found.used, found.why_not) == (not why_not, why_not)


def test_parts_of_21q22_are_no_whole_chromosome():
    found = array("arr[GRCh37] 21q11.2q22.11(14344537_33200000)x3,21q22.11q22.3(33200001_48097372)x6")
    assert (found.chromosomes, found.gained, found.arms_gained, found.runx1) == (46, (), ("21q",), (6, 6))


def test_a_whole_chromosome_that_is_amplified_has_no_number():
    found = array("arr[GRCh38] (4)x3,(21)amp")
    assert (found.chromosomes, found.gained, found.unread) == (None, ("4",), "(21)amp")


def test_chromosomes_without_brackets():
    found = array("arr[GRCh38] (1-13)x1,14x2,(15-17)x1,18x2,(19,20)x1,21x2,22x1,(X)x1")
    assert (found.chromosomes, found.unread) == (26, "")
