"""Translocations and insertions of karyotypes, and the lesions that they are."""

import pytest

from leukotype.evidence.findings import translocation_findings
from leukotype.inputs.lesions.iscn import parse_karyotype
from leukotype.inputs.lesions.records import Verdict


def findings(text):
    return [
        (each.lesion, each.subtype, each.strength, each.used)
        for each in translocation_findings("P1", "k.csv", parse_karyotype(text).translocations)
    ]


@pytest.mark.parametrize(
    ("written", "subtype", "strength"),
    [
        # Three chromosomes: variants of the Philadelphia translocation and others.
        ("t(9;22;11)(q34;q11.2;q13)", "BCR::ABL1", "defining"),
        ("t(3;9;22)(p21;q34;q11)", "BCR::ABL1", "defining"),
        ("t(4;11;17)(q21;q23;q21)", "KMT2A-r", "defining"),
        ("t(12;21;5)(p13;q22;q31)", "ETV6::RUNX1", "defining"),
        # A break within a range of bands.
        ("t(9;22)(q34;q11~12)", "BCR::ABL1", "defining"),
        ("t(17;19)(q21~22;p13)", "HLF", "typical"),
        ("t(17;19)(q21-q22;p13.3)", "HLF", "typical"),
        ("ins(22;9)(q11;q34q34)", "BCR::ABL1", "defining"),
        ("ins(10;11)(p12;q23q13)", "KMT2A-r", "typical"),
        # Partners of KMT2A: Meyer et al., Leukemia 2023;37:988.
        ("t(10;11)(p12;q23)", "KMT2A-r", "typical"),
        ("t(6;11)(q27;q23.3)", "KMT2A-r", "typical"),
        ("t(9;11)(p22;q23)", "KMT2A-r", "typical"),
        ("t(1;11)(p32;q23)", "KMT2A-r", "typical"),
        # Of antigen receptors: MYC, BCL2 and CRLF2 (ICC 2022); CEBPA, CEBPB, CEBPD (Blood 2007;109:3451).
        ("t(8;14)(q24;q32)", "BCL2/MYC", "typical"),
        ("t(8;22)(q24.1;q11.2)", "BCL2/MYC", "typical"),
        ("t(2;8)(p12;q24)", "BCL2/MYC", "typical"),
        ("t(14;18)(q32;q21)", "BCL2/MYC", "typical"),
        ("t(X;14)(p22.3;q32)", "BCR::ABL1-like", "typical"),
        ("t(8;14)(q11.2;q32)", "ZEB2/CEBP", "compatible"),
        ("t(14;19)(q32;q13)", "ZEB2/CEBP", "compatible"),
    ],
)
def test_lesions(written, subtype, strength):
    assert findings(f"46,XX,{written}[20]") == [(written, subtype, strength, True)]


@pytest.mark.parametrize("written", ["t(10;11)(p13;q14)", "t(17;19)(q11~12;p13)", "t(9;22)(q34;q13)"])
def test_other_bands_are_other_lesions(written):
    """t(10;11)(p13;q14) joins PICALM and MLLT10."""
    assert findings(f"46,XX,{written}[20]") == [(written, "", "", False)]


@pytest.mark.parametrize("written", ["?t(9;22)(q34;q11)", "t(9;22)(q34;q1?1)", "t(9;22)(?q34;q11)"])
def test_what_the_text_doubts_is_shown_and_does_not_count(written):
    assert findings(f"46,XX,{written}[20]") == [(written, "BCR::ABL1", "defining", False)]
    assert not parse_karyotype(f"46,XX,{written}[20]").normal_only


@pytest.mark.parametrize("behind", ["c", "dn", "mat", "pat", "dmat", "inh"])
def test_what_one_is_born_with_is_no_lesion(behind):
    assert findings(f"46,XX,t(9;22)(q34;q11){behind}[20]") == []


def test_genome_mapping():
    """ISCN 2024: places that lie together, with their positions."""
    text = "ogm[GRCh38] fus(9;22)(q34.12;q11.23)(130854064;23290413)"
    assert findings(text) == [("t(9;22)(q34.12;q11.23)", "BCR::ABL1", "defining", True)]


def test_a_clone_of_no_metaphase_has_no_lesion():
    assert findings("46,XX,t(9;22)(q34;q11)[0]/46,XX[20]") == []
    assert findings("46,XX,t(9;22)(q34;q11)[20]/46,XX[0]")[0][1:] == ("BCR::ABL1", "defining", True)


def test_bands_whose_semicolon_was_forgotten():
    assert findings("46,XX,t(9;22)(q34q11)[4]") == [("t(9;22)(q34;q11)", "BCR::ABL1", "defining", True)]


def test_the_places_of_sequencing_say_nothing_against_a_translocation():
    """ISCN 2020, 16.4: the lines of HGVS stand below."""
    text = "seq t(9;22)(q34.12;q11.23)\ng.[chr9:pter_cen_130854064::chr22:23290413_qter]"
    assert findings(text) == [("t(9;22)(q34.12;q11.23)", "BCR::ABL1", "defining", True)]


def test_a_question_mark_at_a_chromosome_is_a_doubt():
    assert findings("46,XX,t(9;?22)(q34;q11)[4]") == [("?t(9;22)(q34;q11)", "BCR::ABL1", "defining", False)]


@pytest.mark.parametrize(
    "written",
    [
        *("t(9;22)(q34?;q11.2)", "t(9;22)(q34;q11.2)?", "t(9;22)?(q34;q11.2)", "t(9;22)(q34;q11.2)(?)"),
        *("?der(22)t(9;22)(q34;q11.2)", "der(?22)t(9;22)(q34;q11.2)", "der(22)?t(9;22)(q34;q11.2)"),
        *("t(9;22)(q34;q?)", "t(9;22)(q34;q11.2) or t(9;22)(q34;q13)", "?ins(22;9)(q11;q34q34)"),
    ],
)
def test_a_question_mark_anywhere_at_a_lesion_is_a_doubt(written):
    """ISCN 2020, 4.1: a question mark says that an identification is questionable."""
    first, *_ = translocation_findings("P1", "k.csv", parse_karyotype(f"46,XX,{written}[20]").translocations)
    assert (first.subtype, first.used, first.why_not) == ("BCR::ABL1", False, Verdict.DOUBTED)


@pytest.mark.parametrize(
    "written",
    [
        *("t(9;14;22)(q34;?;q11.2)", "t(9;22)(q34;q11.2),?add(5)(q13)", "t(9;22)(q34;q11.2)[?]"),
        "der(22)t(9;22)(q34;q11.2)add(22)(p?11)",
    ],
)
def test_a_question_mark_at_another_change_is_none(written):
    assert findings(f"46,XX,{written}")[0][1:] == ("BCR::ABL1", "defining", True)


@pytest.mark.parametrize(
    ("text", "why_not"),
    [
        ("Nachweis einer t(9;22)(q34;q11)", ""),
        ("46,XX,t(9;22)(q34;q11)[20], no other abnormalities", ""),
        ("t(9;22)(q34;q11) positive, t(12;21) negative", ""),
        ("No growth after 24 h; 46,XX,t(9;22)(q34;q11)[20]", ""),
        ("Kein Nachweis einer t(9;22)(q34;q11)", Verdict.NOT_FOUND),
        ("46,XX[20]. Kein t(9;22)(q34;q11) nachweisbar", Verdict.NOT_FOUND),
        ("46,XX[20]; t(9;22)(q34;q11) negative", Verdict.NOT_FOUND),
        ("no t(12;21), t(9;22)(q34;q11) or t(4;11)", Verdict.DOUBTED),
        ("no t(12;21), t(9;22)(q34;q11) and t(4;11)", Verdict.NOT_FOUND),
        ("t(9;22)(q34;q11), t(12;21)(p13;q22) negative", Verdict.DOUBTED),
        ("t(9;22)(q34;q11) and t(12;21)(p13;q22), both negative", Verdict.NOT_FOUND),
        ("V.a. t(9;22)(q34;q11.2)", Verdict.DOUBTED),
        ("t(9;22)(q34;q11) cannot be excluded", Verdict.DOUBTED),
        ("the mother had t(9;22)(q34;q11)", Verdict.ANOTHERS),
        ("seen at another hospital: t(9;22)(q34;q11)", Verdict.NOT_PLAIN),
        ("patient's mother: t(9;22)(q34;q11)", Verdict.ANOTHERS),
        ("mother of the patient: t(9;22)(q34;q11)", Verdict.ANOTHERS),
        ("germline t(9;22)(q34;q11)", Verdict.GERMLINE),
        ("donor: 46,XX[20]. patient: 46,XY,t(9;22)(q34;q11)[20]", ""),
        ("46,XY,t(9;22)(q34;q11)[20], no donor cells", ""),
    ],
)
def test_words_beside_an_exchange(text, why_not):
    """A denied translocation is not the lesion, and a suspected one defines nothing."""
    found = [
        each.why_not
        for each in translocation_findings("P1", "k.csv", parse_karyotype(text).translocations)
        if each.subtype == "BCR::ABL1"
    ]
    assert found == [why_not]


@pytest.mark.parametrize(
    ("written", "used"),
    [
        ("ins(22;9)(q11;q34q34)", True),
        ("ins(9;22)(q34;q11.2q11.2)", True),
        ("ins(12;21)(p13;q22q22)", True),
        ("ins(4;11)(q21;q23q23)", True),
        ("ins(22;9)(q11;q22q34)", False),
        ("ins(21;12)(q22;p12p13)", False),
    ],
)
def test_an_insertion_proves_a_fusion_where_both_its_ends_lie_in_the_band(written, used):
    """Cryptic insertions of BCR::ABL1: ins(22;9)(q11;q34q34), ISCN's form for a segment within one band."""
    ((_, _, strength, counts),) = findings(f"46,XX,{written}[20]")
    assert (strength, counts) == ("defining", used)


@pytest.mark.parametrize(
    "text",
    [
        "46,XX, t (9 ; 22) (q34 ; q11.2) [20]",
        "46, XX, t( 9; 22) (q 34; q 11)",
        "46,XX,\nt(9;22)(q34;\nq11.2)[20]",
        "46,XX,t(9.22)(q34.q11)",
        "46,XX,t(9,22)(q34,q11)",
        "46XXt(9;22)(q34;q11)",
    ],
)
def test_blanks_and_points_within_an_exchange(text):
    (found,) = findings(text)
    assert found[1:] == ("BCR::ABL1", "defining", True)
    assert "not read" not in parse_karyotype(text).remark


def test_cells_of_a_donor_are_not_the_patients():
    """ISCN 2020, 4.1: the recipient's cells stand before the double slant line, the donor's behind it."""
    read = parse_karyotype("46,XY,t(9;22)(q34;q11.2)[4]//46,XX,t(4;11)(q21;q23)[16]")
    assert [str(each) for each in read.translocations] == ["t(9;22)(q34;q11.2)"]
    assert "of a donor" in read.remark
    assert parse_karyotype("//46,XX[20]") is None
