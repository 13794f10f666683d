"""FISH in words, as reports of laboratories write it."""

import pytest

from leukotype.inputs.lesions.fish_prose import split_fish
from leukotype.inputs.lesions.records import Verdict


def read(text):
    return [(f"{each.gene}::{each.partner}", each.doubt) for each in split_fish(text)[0].fusions]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("BCR/ABL1: positive in 85 % of nuclei", [("BCR::ABL1", "")]),
        ("BCR/ABL1 in 85 % of nuclei", [("BCR::ABL1", "")]),
        ("Nachweis eines BCR::ABL1-Rearrangements in 85 % der Kerne", [("BCR::ABL1", "")]),
        ("Kein Nachweis eines BCR::ABL1-Rearrangements", [("BCR::ABL1", Verdict.NOT_FOUND)]),
        ("FISH: KMT2A break-apart negative", [("KMT2A::?", Verdict.NOT_FOUND)]),
        ("KMT2A rearrangement detected by FISH (90% of cells)", [("KMT2A::?", "")]),
        ("ETV6/RUNX1 pos. (75 %), BCR::ABL1 neg.", [("ETV6::RUNX1", ""), ("BCR::ABL1", Verdict.NOT_FOUND)]),
        ("no BCR-ABL1, TCF3/PBX1", [("BCR::ABL1", Verdict.NOT_FOUND), ("TCF3::PBX1", Verdict.NOT_FOUND)]),
        ("BCR::ABL1 nicht auswertbar", [("BCR::ABL1", Verdict.NOT_TESTED)]),
        ("BCR::ABL1 fraglich positiv", [("BCR::ABL1", Verdict.DOUBTED)]),
        ("BCR/ABL1 probe", [("BCR::ABL1", Verdict.NOT_PLAIN)]),
        (
            "BCR/ABL1 positive in 2 % of nuclei",
            [("BCR::ABL1", "in 2 of 100 nuclei, which normal cells may show too")],
        ),
        ("BCR-ABL1 PCR neg, MLL-AF4 PCR pos", [("BCR::ABL1", Verdict.NOT_FOUND), ("MLL::AF4", "")]),
        (
            "No evidence of BCR::ABL1. KMT2A split in 60% of nuclei",
            [("BCR::ABL1", Verdict.NOT_FOUND), ("KMT2A::?", "")],
        ),
        (
            "no BCR::ABL1 or KMT2A-Umlagerung",
            [("BCR::ABL1", Verdict.NOT_FOUND), ("KMT2A::?", Verdict.NOT_FOUND)],
        ),
        ("BCR::ABL1-like", []),
        ("FISH: +MYC (98 %)", []),
        ("FISH: ETV6 deletion in 40 % of nuclei", []),
        ("ALL, pos. FISH", []),
        ("BCR/ABL +, TEL/AML1: -", [("BCR::ABL", ""), ("TEL::AML1", Verdict.NOT_FOUND)]),
        ("BCR/ABL (-), KMT2A rearrangement (pos)", [("BCR::ABL", Verdict.NOT_FOUND), ("KMT2A::?", "")]),
        (
            "ETV6::RUNX1 150/200, BCR/ABL1 fusion not observed",
            [("ETV6::RUNX1", ""), ("BCR::ABL1", Verdict.NOT_FOUND)],
        ),
        ("BCR::ABL1 180 out of 200", [("BCR::ABL1", "")]),
        ("BCR::ABL1 on 12/22", [("BCR::ABL1", Verdict.NOT_PLAIN)]),
        (
            "BCR/ABL1 in 4/200 nuclei (cut-off 5/200)",
            [("BCR::ABL1", "in 4 of 200 nuclei, which normal cells may show too")],
        ),
        ("t(12;21) positive (ETV6-RUNX1 82%)", [("ETV6::RUNX1", "")]),
        ("t(9;22) (BCR/ABL1) not detected", [("BCR::ABL1", Verdict.NOT_FOUND)]),
        *(
            (text, [("BCR::ABL1", Verdict.NOT_FOUND), ("KMT2A::?", Verdict.NOT_FOUND)])
            for text in (
                "neither BCR::ABL1 nor KMT2A rearrangement detected",
                "weder BCR::ABL1 noch KMT2A-Umlagerung nachweisbar",
                "ni BCR::ABL1 ni r\xe9arrangement de KMT2A retrouv\xe9",
            )
        ),
        ("PAX5 rearranged", [("PAX5::?", "")]),
        ("RUNX1 x3, KMT2A x2, rearrangement", []),
        ("ZNF384 rearr. pos", [("ZNF384::?", "")]),
        ("BCR::ABL1=neg|ETV6::RUNX1=pos", [("BCR::ABL1", Verdict.NOT_FOUND), ("ETV6::RUNX1", "")]),
        ("BCR::ABL1 pos (?)", [("BCR::ABL1", Verdict.DOUBTED)]),
        ("BCR::ABL1 positive control OK, patient negative", [("BCR::ABL1", Verdict.NOT_PLAIN)]),
        ("TCF3 rearranged", [("TCF3::?", "")]),
        ("TCF3 not rearranged", [("TCF3::?", Verdict.NOT_FOUND)]),
        ("riarrangiamento di KMT2A presente", [("KMT2A::?", "")]),
        ("reordenamiento de KMT2A presente", [("KMT2A::?", "")]),
    ],
)
def test_results_in_words(text, found):
    assert read(text) == found


def test_what_was_understood_is_no_longer_unread():
    assert split_fish("46,XX[20]; BCR::ABL1 neg.")[1] == "46,XX[20];"
    assert "BCR/ABL1 probe" in split_fish("46,XX[20]; BCR/ABL1 probe")[1]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("nuc ish(ABL1,BCR)x2[200]. KMT2A break-apart: positive in 81 % of nuclei", [("KMT2A::?", "")]),
        ("nuc ish(ABL1,BCR)x2[200]; ETV6/RUNX1: positive 88%", [("ETV6::RUNX1", "")]),
        ("nuc ish(CDKN2Ax0)[9/20], KMT2A rearranged in 80%, (ETV6x2)[200]", [("KMT2A::?", "")]),
        ("nuc ish(ABL1,BCR)x2[200], no ETV6/RUNX1 fusion", [("ETV6::RUNX1", Verdict.NOT_FOUND)]),
        ("nuc ish: BCR/ABL1 positive in 85%", [("BCR::ABL1", "")]),
        ("nuc ish(ABL1 con BCRx2)[2/200] - negative (below cut-off)", [("ABL1::BCR", Verdict.NOT_FOUND)]),
        ("46,XX[20].nuc ish(ABL1,BCR)x2[200] normal", []),
    ],
)
def test_words_behind_the_probes_of_interphase_fish_are_read_as_words(text, found):
    assert read(text) == found


def test_an_exchange_behind_interphase_fish_is_left_to_the_karyotype():
    rest = split_fish("nuc ish(CDKN2Ax0)[9/20]. t(9;22)(q34;q11.2) found")[1]
    assert rest == ". t(9;22)(q34;q11.2) found"
    assert split_fish("46,XX[20].nuc ish(ABL1,BCR)x2[200] normal")[1] == "46,XX[20]"


def test_fish_in_several_parts():
    text = "nuc ish(ABL1,BCR)x3(ABL1 con BCRx2)[9/20].ish t(4;11)(q21;q23).nuc ish(KMT2A sep KMT2Ax1)[9/20]"
    seen, rest = split_fish(text)
    assert [each.gene for each in seen.fusions] == ["ABL1", "KMT2A"]
    assert rest == ".ish t(4;11)(q21;q23)"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Kein Nachweis einer BCR::ABL1-Fusion, KMT2A-Umlagerung in 85 % der Kerne", Verdict.NOT_PLAIN),
        ("FISH negative for BCR/ABL1, KMT2A rearrangement (0/200)", Verdict.NOT_FOUND),
        ("FISH negative for BCR/ABL1, KMT2A rearrangement", Verdict.NOT_FOUND),
        ("FISH negative for BCR/ABL1, KMT2A rearrangement detected in 85 % of nuclei", Verdict.FOUND),
    ],
)
def test_a_denial_before_a_share_of_nuclei_leaves_the_lesion_open(text, said):
    seen = {each.gene: each.said for each in split_fish(text)[0].fusions}
    assert seen == {"BCR": Verdict.NOT_FOUND, "KMT2A": said}


@pytest.mark.parametrize(
    "text",
    [
        "pas de fusion BCR-ABL1 dans 200/200 noyaux",
        "BCR/ABL1: non rilevato nel 100% dei nuclei",
        "geen BCR/ABL1 fusie in 100% van de kernen",
        "ausencia de BCR/ABL1 en 100% de los n\xfacleos",
    ],
)
def test_a_denial_in_other_languages_is_no_finding_by_its_share_of_nuclei(text):
    (seen,) = split_fish(text)[0].fusions
    assert seen.said is Verdict.NOT_FOUND


@pytest.mark.parametrize(
    ("text", "said"),
    [
        *(
            (text, [("BCR::ABL1", "")])
            for text in (
                *(
                    "Ph+",
                    "Ph-positive",
                    "Ph1+",
                    "Ph+ ALL",
                    "Ph(+)",
                    "Ph +ve",
                    "Ph: positive",
                    "46,XX,Ph+[20]",
                ),
                *(
                    "Philadelphia chromosome positive",
                    "Philadelphia positive",
                    "Philadelphia-Chromosom nachgewiesen",
                ),
                *(
                    "Philadelphia chromosome in 85 % of nuclei",
                    "Ph chromosome negative, BCR::ABL1 positive by FISH",
                ),
            )
        ),
        *(
            (text, [("BCR::ABL1", Verdict.NOT_FOUND)])
            for text in (
                *(
                    "Ph-",
                    "Ph- ALL",
                    "Ph negative",
                    "Ph-negative",
                    "Ph-ve",
                    "Ph status: negative",
                    "no Ph chromosome",
                ),
                *("Philadelphia negative", "no Philadelphia chromosome", "Ph chromosome not detected"),
                "kein Nachweis eines Philadelphia-Chromosoms",
            )
        ),
        ("suspected Ph+", [("BCR::ABL1", Verdict.DOUBTED)]),
        ("Ph pending", [("BCR::ABL1", Verdict.NOT_TESTED)]),
        ("donor: Ph+", [("BCR::ABL1", Verdict.ANOTHERS)]),
        *(
            (text, [])
            for text in (
                "Ph-like",
                "Ph-like ALL positive",
                "Ph-like: positive",
                "BCR::ABL1-like (Ph-like) positive",
            )
        ),
        *(
            (text, [])
            for text in (
                "Philadelphia chromosome-like ALL positive",
                "Ph like",
                "PhD positive",
                "pH positive",
            )
        ),
        *(
            (text, [])
            for text in (
                "Children's Hospital of Philadelphia: not done",
                "t(9;22)(q34;q11) (Philadelphia chromosome)",
            )
        ),
    ],
)
def test_the_philadelphia_chromosome_is_bcr_abl1(text, said):
    """Ph-like is BCR::ABL1-like, which no fusion of BCR and ABL1 is."""
    assert read(text) == said


@pytest.mark.parametrize(
    "text",
    [
        "donor: BCR::ABL1 positive",
        "BCR::ABL1 positive in donor",
        "sibling: BCR::ABL1 positive",
        "mother (saliva): KMT2A negative, BCR::ABL1 negative",
        "family history of BCR::ABL1 positive ALL",
        "Spender: BCR::ABL1 positiv",
        "donor: nuc ish(ABL1 con BCRx2)[180/200]",
    ],
)
def test_what_is_said_of_somebody_else_is_neither_found_nor_denied(text):
    assert read(text)[-1][1] == Verdict.ANOTHERS


@pytest.mark.parametrize(
    "text",
    [
        "BCR::ABL1 positive after sibling donor transplant",
        "donor chimerism 50 %, BCR::ABL1 positive",
        "family history of leukemia, BCR::ABL1 positive",
        "donor: BCR::ABL1 negative; patient: BCR::ABL1 positive",
        "BCR::ABL1 +, donor: KMT2A +",
    ],
)
def test_a_transplant_or_a_relative_beside_takes_nothing_from_the_patient(text):
    assert ("BCR::ABL1", "") in read(text)


def test_copies_of_runx1_in_somebody_else():
    assert split_fish("donor: nuc ish(RUNX1x5)[90/100]")[0].runx1 is None
    assert split_fish("nuc ish(RUNX1x5)[90/100]")[0].runx1.low == 5
