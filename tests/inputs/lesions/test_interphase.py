"""Fusions of interphase FISH, in the words of ISCN 2020, and what of such a text is more than a fusion."""

import pytest

from leukotype.inputs import LesionFiles, read_lesions
from leukotype.inputs.lesions.fish_prose import split_fish
from leukotype.inputs.lesions.interphase import FishCopies, FishFusion, Interphase, read_interphase
from leukotype.inputs.lesions.records import Verdict


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nuc ish(ABL1,BCR)x3(ABL1 con BCRx2)[180/200]", [FishFusion("ABL1", "BCR", (180, 200))]),
        ("nuc ish 9q34(ABL1x3),22q11.2(BCRx3)(ABL1 con BCRx2)", [FishFusion("ABL1", "BCR", None)]),
        ("nuc ish(ETV6x2,RUNX1x3)(ETV6 con RUNX1x1)[91/100]", [FishFusion("ETV6", "RUNX1", (91, 100))]),
        ("nuc ish(KMT2Ax2)(5'KMT2A sep 3'KMT2Ax1)[190/200]", [FishFusion("KMT2A", "?", (190, 200))]),
        (
            "nuc ish(CRLF2x2)(5'CRLF2 sep 3'CRLF2x1)[50/200],(ABL1,BCR)x3(ABL1 con BCRx1)[9/200]",
            [FishFusion("ABL1", "BCR", (9, 200)), FishFusion("CRLF2", "?", (50, 200))],
        ),
        ("nuc ish(ABL1x2,BCRx2)[200]", []),
        ("nuc ish(ABL1,BCR)x2[200]", []),
    ],
)
def test_fusions_of_fish(text, expected):
    assert read_interphase(text) == Interphase(tuple(expected), None, "")


@pytest.mark.parametrize(
    ("text", "copies"),
    [
        ("nuc ish(RUNX1x5~8)[180/200]", FishCopies(5, 8, 0, (180, 200))),
        ("nuc ish(ETV6x2,RUNX1x5-10)[150/200]", FishCopies(5, 10, 2, (150, 200))),
        ("nuc ish(ETV6x2),(AML1x6)", FishCopies(6, 6, 0, None)),
        ("nuc ish(ETV6x2,RUNX1amp)[90/100]", FishCopies(5, 5, 2, (90, 100))),
        ("nuc ish(RUNX1 amp)[90/100]", FishCopies(5, 5, 0, (90, 100))),
        ("nuc ish(RUNX1x>5)[90/100]", FishCopies(6, 6, 0, (90, 100))),
        ("nuc ish(RUNX1x4)[90/100]", FishCopies(4, 4, 0, (90, 100))),
        ("nuc ish(RUNX1x5~>10)[90/100]", FishCopies(5, 10, 0, (90, 100))),
    ],
)
def test_copies_of_runx1(text, copies):
    assert read_interphase(text) == Interphase((), copies, "")


def test_signals_of_runx1_beside_its_fusion_are_those_of_the_fusion():
    assert read_interphase("nuc ish(ETV6x2,RUNX1x4)(ETV6 con RUNX1x2)[90/100]").runx1 is None


def test_where_both_genes_of_a_probe_are_gained_there_are_more_chromosomes():
    seen = read_interphase("nuc ish(ETV6,RUNX1)x6[90/100]").runx1
    assert seen is not None
    assert seen.doubt == "its probe shows 6 signals of another gene too"


@pytest.mark.parametrize(
    "text",
    [
        "nuc ish(CEP4x3,CEP10x3,CEP17x3)[100/200]",
        "nuc ish(CDKN2Ax0,CEP9x2)[150/200]",
        "nuc ish(ETV6,RUNX1)x3[60/200]",
        "nuc ish(ABL1,BCR)x3(ABL1 con BCRx2)[180/200],(CDKN2Ax1)[100/200]",
    ],
)
def test_what_is_more_than_a_fusion_is_not_read(text):
    assert read_interphase(text).unread == text


def test_a_fusion_in_few_nuclei_does_not_count():
    assert FishFusion("ABL1", "BCR", (9, 200)).doubt == "in 9 of 200 nuclei, which normal cells may show too"
    assert FishFusion("ABL1", "BCR", (10, 200)).doubt == ""
    assert FishFusion("ABL1", "BCR", None).doubt == ""


@pytest.mark.parametrize("before", ["46,XX[20].", "", "Failed. "])
def test_a_fusion_of_fish_is_a_lesion_of_its_sample(write, before):
    """Also where no metaphase was found; of what FISH did not look for it says nothing."""
    path = write("k.csv", f'sample,karyotype\nP1,"{before}nuc ish(ABL1,BCR)x3(ABL1 con BCRx2)[180/200]"\n')
    lesions = read_lesions(LesionFiles(karyotype=path), ["P1", "P2"]).lesions
    assert lesions.fusions is not None
    rows = lesions.fusions[["sample", "source", "caller", "gene_5prime", "gene_3prime", "usable"]]
    assert rows.to_numpy().tolist() == [["P1", str(path), "FISH", "ABL1", "BCR", True]]
    assert lesions.callers == {}
    assert not any(record.is_normal and record.normal_only for record in lesions.copy_number or ())


@pytest.mark.parametrize(
    ("cells", "nuclei"),
    [("[4/200]", (4, 200)), ("[2%]", (2, 100)), ("(2 of 100)", (2, 100)), (" in 2,5 %", (2, 100))],
)
def test_nuclei_are_counted_or_told_in_percent(cells, nuclei):
    (found,) = read_interphase(f"nuc ish(ABL1,BCR)x3(ABL1 con BCRx2){cells}").fusions
    assert found.nuclei == nuclei
    assert "normal cells may show" in found.doubt


def test_more_than_five_signals_are_iamp21(write):
    sheet = write("k.csv", 'sample,karyotype\nP1,"46,XY[20].nuc ish(ETV6x2),(RUNX1x>5)[180/200]"\n')
    records = read_lesions(LesionFiles(karyotype=sheet), ["P1"]).lesions.copy_number
    assert [each.runx1 for each in records if each.runx1] == [(6, 6)]


def test_four_signals_on_one_chromosome_are_iamp21(write):
    """Three extra copies or more on one chromosome 21: Harrison et al., Leukemia 2014;28:1015."""
    sheet = write("k.csv", 'sample,karyotype\nP1,"46,XX,dup(21)(q22q22).ish dup(21)(q22)(RUNX1++++)[10]"\n')
    records = read_lesions(LesionFiles(karyotype=sheet), ["P1"]).lesions.copy_number
    assert [each.runx1 for each in records if each.runx1] == [(5, 5)]


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("nuc ish(ABL1 con BCRx2)?[180/200]", Verdict.DOUBTED),
        ("?nuc ish(ABL1 con BCRx2)[180/200]", Verdict.DOUBTED),
        ("nuc ish(ABL1 con BCRx2)[180/200] negative", Verdict.NOT_FOUND),
        ("nuc ish(ABL1 con BCRx2)[180/200] (normal range < 1 %)", ""),
    ],
)
def test_what_is_said_beside_signals(text, doubt):
    (found,) = split_fish(text)[0].fusions
    assert found.doubt == doubt
