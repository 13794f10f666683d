"""Karyotypes: constructs of ISCN 2020 with their known meaning, and the slips that real sheets have."""

import random

import pandas as pd
import pytest

from leukotype.inputs.lesions.iscn import Karyotype, parse_karyotype, straighten


def read(text) -> Karyotype:
    found = parse_karyotype(text)
    assert found is not None
    return found


def told(text):
    """Gains and losses of whole chromosomes as one line: +4 +21 -7."""
    found = read(text)
    return " ".join([*(f"+{name}" for name in found.gained), *(f"-{name}" for name in found.lost)])


def arms(text):
    found = read(text)
    return " ".join([*(f"+{arm}" for arm in found.arms_gained), *(f"-{arm}" for arm in found.arms_lost)])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "?",
        "-",
        "-9",
        "21",
        "NA",
        "#N/A",
        "N/A",
        "failed",
        "not possible to analyse",
        "saknas",
        "no metaphases",
        "pending 2024-11-02",
        "100 % blasts",
        "t",
        "((((",
    ],
)
def test_texts_without_a_karyotype(text):
    assert parse_karyotype(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "46,XX",
        "46,XY[20]",
        "46, XX [7]",
        "46XY",
        "46 XX",
        "46,xy[20]",
        "46,XX(20)",
        "46,XY=20",
        "46,XX,[12]",
        "#46,XY[?]",
        "'46,XX[20]",
        "46,XX,inv(9)(p12q13)c[20]",
        "47,XY,+21c[20]",
        "47,XXYc[20]",
        "45,XX,der(13;14)(q10;q10)c[20]",
        "normal",
        "Normal female karyotype",
    ],
)
def test_normal_metaphases(text):
    found = read(text)
    assert found.normal_only
    assert found.complete
    assert found.clones == ()
    assert told(text) == arms(text) == ""


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("46,XX[20].nuc ish(CDKN2Ax0)[120/200]", "nuc ish(CDKN2Ax0)[120/200]"),
        ("46,XX[20].arr(21)x2,cth(5)", "cth(5)"),
        ("46,XX[20].ish 21q22(RUNX1x5)", "21q22(RUNX1x5)"),
    ],
)
def test_a_karyotype_of_which_a_part_was_not_read_is_not_called_normal(text, part):
    found = read(text)
    assert not found.normal_only
    assert found.remark == f"not read: '{part}'"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Signals of metaphase FISH and base positions of optical mapping stand behind the bands (ISCN 2024).
        ("46,XY.ish t(12;21)(p13;q22)(ETV6+,RUNX1+;RUNX1+,ETV6+)", ["t(12;21)(p13;q22)"]),
        ("ogm[GRCh38] t(12;21)(p13.2;q22.12)(11869969;35023922)", ["t(12;21)(p13.2;q22.12)"]),
        ("46,XX,T(9;22)(Q34;Q11)[20]", ["t(9;22)(q34;q11)"]),
        ("46,XX,t(4;11)(q21;q23)dn[20]", []),
        ("46,XX,t(4;11)(q21;q23)mat[20]", []),
        ("46,XX,t(4;11)(q21;q23)c[20]", []),
    ],
)
def test_exchanges_in_the_words_of_fish_mapping_and_birth(text, expected):
    assert [str(each) for each in read(text).translocations] == expected
    assert read(text).remark == ""


@pytest.mark.parametrize(
    ("text", "born"),
    [
        ("47,XX,+21c[20]", 1),
        ("48,XX,+21c,+8[10]/47,XX,+21c[10]", 1),
        ("47,XXYc[20]", 1),
        ("45,Xc[20]", -1),
        ("45,XX,der(13;14)(q10;q10)c[20]", -1),
        ("47,XX,+21[20]", 0),
        ("46,XX", 0),
    ],
)
def test_chromosomes_that_the_patient_was_born_with(text, born):
    assert read(text).constitutional == born


def test_normal_metaphases_of_a_trisomy_that_the_patient_was_born_with():
    assert read("47,XX,+21c[20]").chromosomes == (47, 47)
    acquired = read("48,XX,+21c,+21[12]/47,XX,+21c[8]")
    assert (acquired.gained, acquired.complete, acquired.clones) == (("21",), True, ((48, 48),))


def test_high_hyperdiploid():
    found = read("55,XX,+X,+4,+6,+10,+14,+17,+18,+21,+21[14]/46,XX[6]")
    assert found.chromosomes == (55, 55)
    assert found.gained == ("4", "6", "10", "14", "17", "18", "21", "21", "X")
    assert found.lost == ()
    assert found.complete
    assert not found.normal_only
    assert found.clones == ((55, 55),)
    assert found.remark == ""


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("45,XX,-7", "-7"),
        ("45,X,-Y", "-Y"),
        ("45,X,-X", "-X"),
        ("45,XX,-X", "-X"),
        ("47,XX,+X", "+X"),
        ("47,XXX", "+X"),
        ("47,XXY", "+X"),
        ("47,XYY", "+Y"),
        ("48,XXYY", "+X +Y"),
        ("48,XY,+X,+Y", "+X +Y"),
        ("47,XXY,-7,+21", "+21 +X -7"),
        ("46,X,t(X;14)(p22;q32)", ""),
        ("46,X,del(X)(q22)", ""),
        ("45,X,-Y,t(12;21)(p13;q22)", "-Y"),
        ("48,XY,+21x2", "+21 +21"),
        ("48,XY,+21 x 2[9]", "+21 +21"),
        ("46,XX,-20,+21", "+21 -20"),
        ("45,XX,dic(9;20)(p13;q11)", ""),
        ("46,XX,dic(9;20)(p13;q11),+21", "+21"),
        ("45,XY,der(7;9)(q10;q10)", ""),
        ("46,XX,-13,+der(13)t(1;13)(q21;q34)", ""),
        ("46,XY,r(7)(p22q36),dmin", ""),
    ],
)
def test_whole_chromosomes(text, meaning):
    assert told(text) == meaning
    assert read(text).complete


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("46,XX,del(9)(p21)", "-9p"),
        ("46,XX,del(12)(p11p13)", "-12p"),
        ("46,XX,del(6)(q15q23)[3]/46,XX[17]", "-6q"),
        ("46,XX,del(9)(p21)x2", "-9p -9p"),
        ("46,XX,del(1q)", "-1q"),
        ("46,XX,dup(1)(q21q42)", "+1q"),
        ("46,XX,i(17)(q10)", "+17q -17p"),
        ("46,XX,i(21)(q10)", "+21q"),
        ("47,XX,+i(1)(q10)", "+1q +1q"),
        ("46,XX,idic(9)(p12)", "+9q -9p"),
        ("45,XX,dic(9;20)(p13;q11)", "-9p -20q"),
        ("45,XX,dic(9;12)(p11;p13)", "-9p"),
        ("45,XX,der(7;9)(q10;q10)", "-7p -9p"),
        ("46,XX,+der(1;9)(q10;p10),-9,-21,+22", "+1q +9p"),
        ("45,XX,der(13;14)(q10;q10)", ""),
        ("46,XX,der(19)t(1;19)(q23;p13)", "+1q"),
        ("46,XX,der(9)t(1;9)(q21;p13)", "+1q -9p"),
        ("47,XX,t(9;22)(q34;q11),+der(22)t(9;22)", ""),
        ("47,XX,+del(6)(q16)", "+6p"),
        ("46,XX,der(7)t(7;9)(q11;p13),der(9)t(7;9)", ""),
        ("46,XX,der(21)iAMP(21)(q21q22)", "+21q"),
        ("46,XX,t(9;22)(q34;q11)", ""),
        ("46,XX,inv(9)(p12q13)", ""),
        ("46,XX,add(9)(p13)", ""),
        ("46,XX,?del(9)(p21)", ""),
        ("46,XX,der(9)?t(1;9)(q21;p13)", ""),
        ("46,XX,der(1)t(1;1)(p22;q32)", ""),
        ("46,XX,der(9)t(1;9)(q21;p13)t(9;22)(q34;q11)", ""),
    ],
)
def test_arms(text, meaning):
    assert arms(text) == meaning


def test_bands_that_only_the_first_mention_has():
    text = "46,XX,t(1;9)(q21;p13)[4]/46,XX,der(9)t(1;9)[9]"
    assert arms(text) == "+1q -9p"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("46,XX,t(9;22)(q34;q11.2)", ["t(9;22)(q34;q11.2)"]),
        ("46,XX,t(12; 21)(p13; q22)", ["t(12;21)(p13;q22)"]),
        ("46,XX,t(6,12)(q?;p13)", ["t(6;12)(q?;p13)"]),
        ("46,XX,t(22;9)(q11;q34)", ["t(9;22)(q34;q11)"]),
        ("46,X,t(14;X)(q32;p22)", ["t(X;14)(p22;q32)"]),
        ("46,XX,t(7;11)(p15)(q23)", ["t(7;11)(p15;q23)"]),
        ("46,XX,t(4;11)(q21;q23],+mar[2]", ["t(4;11)(q21;q23)"]),
        ("46,XX,t(12;21))(p13;q22)", ["t(12;21)(p13;q22)"]),
        ("46,XX,der(19)t(1;19)(q23;p13)", ["t(1;19)(q23;p13)"]),
        ("46,XX[20].ish t(12;21)(p13;q22)[8]", ["t(12;21)(p13;q22)"]),
        ("45,XX,dic(9;20)(p13;q11)", ["dic(9;20)(p13;q11)"]),
        ("46,XX,t(9;22;11)(q34;q11;q13)", ["t(9;22;11)(q34;q11;q13)"]),
        ("46,XX,t(9;22)(q34;q11)[4]/47,XX,t(9;22),+8[9]", ["t(9;22)(q34;q11)"]),
        ("46,XX,t(3;7)(?;?)", ["t(3;7)"]),
        ("46,XX,?t(9;22)(q34;q11)", ["?t(9;22)(q34;q11)"]),
        ("46,XY,t(7;?)", []),
        ("46,XX,t(11;22)(q23;q11)c", []),
    ],
)
def test_translocations(text, expected):
    assert [str(each) for each in read(text).translocations] == expected


def test_fish_on_metaphases_is_no_normal_karyotype():
    found = read("46,XY[25].ish del(12)(p13p13),t(12;21)(p13;q22)")
    assert not found.normal_only
    assert found.chromosomes == (46, 46)
    assert found.complete
    assert found.arms_lost == ()  # too small for an arm
    assert arms("46,XY[12].ish amp(21)(q22)") == "+21q"


def test_gains_that_only_fish_or_an_array_showed():
    for tail in (".ish +X,+21,+21", "/cgh.+X,+21,+21"):
        found = read(f"54,XY,inc[9]/46,XY[2]{tail}")
        assert found.gained == ("21", "21", "X")
        assert not found.complete
    unknown = read(".ish.??,X?,+11,+21/46,XX[12]")
    assert unknown.chromosomes is None
    assert unknown.gained == ("11", "21")


@pytest.mark.parametrize(
    ("text", "modal", "meaning", "clones"),
    [
        ("46,XX,t(9;22)(q34;q11)[4]/47,idem,+8[9]/46,XX[2]", (47, 47), "+8", ((46, 46), (47, 47))),
        ("47,XY,+8[9]/48,sl,+21[3]/49,sdl1,+X[2]", (47, 47), "+8", ((47, 47), (48, 48), (49, 49))),
        ("47,XY,+8[2]/48,sl,+21[3]/49,sdl,+X[5]", (49, 49), "+8 +21 +X", ((47, 47), (48, 48), (49, 49))),
        ("56,XY,+X,+4,+6,+8,+10,+14,+17,+18,+21,+21[3]/55,idem,-8[9]", (55, 55), None, ((56, 56), (55, 55))),
        ("47,XX,+8[5]45-47,XX,-7[2]/46,XX[1]", (47, 47), "+8", ((47, 47), (45, 47))),
        ("52,XX,+4,+6,+10,+14,+21,+21[8]/50-54,inc[12]", (52, 52), None, ((52, 52), (50, 54))),
        ("47,XX,+8=13/46,XX=7", (47, 47), "+8", ((47, 47),)),
        ("G-band: 45,XX,-3,-11,+mar[8] ; SKY: 45,XX,-11[4]", (45, 45), "-11", ((45, 45), (45, 45))),
        ("Bm-kromHem: 47,xy,+8(4)  Bm-M-FISH: 48,xy,+x,+8(6)", (48, 48), "+8 +X", ((47, 47), (48, 48))),
    ],
)
def test_clones(text, modal, meaning, clones):
    found = read(text)
    assert found.chromosomes == modal
    assert found.clones == clones
    assert meaning is None or told(text) == meaning


def test_what_a_later_clone_lost_again_is_no_gain():
    assert told("48,XX,+8,+21[2]/47,idem,-8[9]") == "+21"


HYPODIPLOID = "35,XX,-2,-3,-4,-7,-9,-13,-15,-16,-17,-20,-22"


def test_a_doubled_hypodiploid_clone_shows():
    for doubled in ("70,idemx2", "70,slx2", "70,sl x2", "70,sdl1x2", "68-72,inc"):
        found = read(f"{HYPODIPLOID}[10]/{doubled}[4]")
        assert found.clones[0] == (35, 35)
        assert 70 in range(found.clones[1][0], found.clones[1][1] + 1)
    for again in ("idemx2", "slx2"):
        assert read(f"{HYPODIPLOID}[10]/70,{again}[4]").remark == ""
    assert told(f"{HYPODIPLOID}[10]/70,idemx2[4]") == "-2 -3 -4 -7 -9 -13 -15 -16 -17 -20 -22"
    doubled = read(f"{HYPODIPLOID}[4]/70,idemx2[10]")
    assert doubled.complete
    assert doubled.lost == ()  # two copies again
    assert doubled.gained.count("21") == 2
    assert doubled.gained.count("7") == 0


def test_near_haploid_is_read_against_a_haploid_cell():
    """26<1n>,X,+14,+18,+21: two copies of 14, 18 and 21, one of all others."""
    for text in ("26<1n>,XY,+18,+21", "26,XY,+18,+21"):
        found = read(text)
        assert found.gained == ()
        assert set(found.lost) == {str(i) for i in range(1, 23)} - {"18", "21"}
        assert found.complete
    assert not read("26,X,+14,+18,+21").complete  # X or Y lost: not told


def test_near_triploid():
    """Of 69,XXX a minus leaves two copies, a plus makes four."""
    for text in ("68<3n>,XXX,-7,-11,+21", "68,XXX,-7,-11,+21"):
        found = read(text)
        assert found.lost == ()
        assert found.complete
        gained = set(found.gained)
        assert gained == {str(i) for i in range(1, 23)} - {"7", "11"} | {"X"}
        assert found.gained.count("21") == 2
        assert len(found.gained) == 68 - 46


def test_hyperdiploid_written_against_2n():
    found = read("63,XX,+X,+3,+4,+5,+6,+8,+9,+10,+11,+12,+14,+15,+16,+17,+18,+21,+21")
    assert found.complete
    assert len(found.gained) == 17


def test_a_ploidy_level_that_is_not_told_leaves_losses_open():
    found = read("66-70,XXX,+4,-7,-11,+21,inc")
    assert found.lost == ()
    assert "4" in found.gained
    assert not found.complete
    assert read("84-88 (near tetraploid) gain of 8q").chromosomes == (84, 88)
    assert told("84-88 (near tetraploid) gain of 8q") == ""


@pytest.mark.parametrize(
    "text",
    [
        "50-54,XY,+X,+4,+14,+17,+18,+21",
        "53~54,XX,+4,+6,+8,+10,+14,+17,+21",
        "52,XY,+X,+10,+17,-20,+21,+21,+2mar[4]",
        "52,XY,+4,+6,+10,+14,+21,+21,inc[4]",
        "47,XY,+?8",
        "47,XY,?+8",
        "47,XX,+r",
        "47,XX,+C",
        "47,XY,?",
        "55,XX",
        "47,XX,+8,+21",  # 48 by its items
        "46,XY,-13",
        "45,X",
        "47,X?,+21",
        "46-47 XY, +X, der(7;9)",
        "46,XY by G-banding. Hypodiploid by SNP array",
        "47,XX,+der(2)",
        "47,XX,+8,der(",
        "46,XX,add(9p)?",
    ],
)
def test_not_complete(text):
    found = read(text)
    assert not found.complete
    assert not found.normal_only


def test_markers_count_but_are_of_no_chromosome():
    assert told("52,XY,+8,-12,+21,+21,+4mar[6]") == "+8 +21 +21 -12"
    assert read("52,XY,+8,-12,+21,+21,+4mar[6]").remark == ""  # 46 + 3 - 1 + 4
    assert read("53,XY,+8,-12,+21,+21,+4mar[6]").remark == "the items do not add up to the modal number"


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        (
            "54,XXY+4,+6,+10,+14,+21x2+mar(cp8)/46,XY(2).",
            "+4 +6 +10 +14 +21 +21 +X",
        ),
        ("47,XX,t(9;22)(q34;q11)[1]/47,idem+10[5]", "+10"),
        ("49, XX, +8, +14, +21", "+8 +14 +21"),
        ("51,XY,+X,+4,+9,,+21, +21", "+4 +9 +21 +21 +X"),
        ("46XY [6]/ 41~44X,-Y,-3,-7(cp9)", "-3 -7 -Y"),
        ("46,XY,+8,−7", "+8 -7"),  # noqa: RUF001 - a minus sign is what word processors write
        ("47,XX,add(1)(q21)[7],+8,add(2)(q22)[9],del(3)(q21)[5]", "+8"),
        ("47,XY,+mar[5]/46,XY[3]/46,X", ""),
    ],
)
def test_slips_of_the_pen(text, meaning):
    assert told(text) == meaning


@pytest.mark.parametrize("mark", ["'", "\u2019", "\u2018", "\u2032", "\u00b4"])
def test_marks_that_word_processors_write_for_an_apostrophe(mark):
    assert straighten(f"nuc ish(5{mark}KMT2A sep 3{mark}KMT2Ax1)") == "nuc ish(5'KMT2A sep 3'KMT2Ax1)"


def test_wide_brackets_and_commas():
    found = read("47\uff0cXX\uff0ct\uff089\uff1b22\uff09\uff08q34\uff1bq11\uff09\uff0c+8[20]")
    assert ([str(each) for each in found.translocations], found.gained) == (["t(9;22)(q34;q11)"], ("8",))


def test_a_ploidy_level_with_its_sign():
    """ISCN 2020, 8.1: near triploid of fewer (3n-) or more chromosomes."""
    assert read("28<1n+>,X,+8,+14,+18,+21,+21[9]").chromosomes == (28, 28)


def test_what_was_not_read_is_told():
    assert "'der('" in read("47,XX,+8,der(").remark
    assert "poor quality" in read("46,XY[7]  (poor quality)").remark
    assert "ends within a clone" in read("47,XY,+8[5]/46,X").remark


def test_no_text_raises():
    """Cut, mixed and repeated pieces of karyotypes, and characters that ISCN uses."""
    rng = random.Random(4)  # noqa: S311
    pieces = [
        "46,XX",
        "/47,idem,+21[3]",
        "t(9;22)(q34;q11)",
        ",+der(1;9)(q10;p10)",
        "<3n>",
        "-13-16",
        "x99999",
    ]
    pieces += [
        ".ish",
        "nuc ish",
        "(cp3)",
        "=20",
        "??",
        "[",
        ")",
        "+",
        "-",
        "?",
        ";",
        "9" * 5000,
        "idemx99",
        "c",
        "~",
    ]
    for _ in range(3000):
        text = "".join(rng.choices(pieces, k=rng.randint(1, 9)))
        found = parse_karyotype(text[rng.randint(0, 3) :])
        assert found is None or isinstance(found.complete, bool)


@pytest.fixture(scope="module")
def cohort(data):
    table = pd.read_csv(data / "cohorts" / "samples.csv", dtype=str, keep_default_na=False)
    table = table[(table.karyotype != "") & (table.lineage == "B-ALL")]
    table["read"] = [parse_karyotype(text) for text in table.karyotype]
    return table


def test_real_karyotypes_are_read(cohort):
    """Of 428 texts 13 say in English or Swedish that there is none and 1 is prose; 9 have FISH, no number."""
    none = cohort[cohort.read.isna()]
    assert len(cohort) == 428
    assert len(none) == 14
    assert not none.karyotype.str.contains(r"4[5-7],|[+-]\d|t\(").any()
    unnumbered = [
        text
        for text, each in zip(cohort.karyotype, cohort.read, strict=True)
        if each and not each.chromosomes
    ]
    assert len(unnumbered) == 9
    assert sum("??" in text for text in unnumbered) == 6
    assert sum(each.complete for each in cohort.read if each) > 260


def test_a_complete_karyotype_adds_up(cohort):
    """Chromosomes gained and lost explain the number, but for joined ones and rearranged ones gained."""
    plain = [
        (text, each)
        for text, each in zip(cohort.karyotype, cohort.read, strict=True)
        if each and each.complete and not each.normal_only and "der" not in text and "dic" not in text
    ]
    assert len(plain) > 120
    for text, each in plain:
        signed = sum(text.count(mark) for mark in ("+del", "+i(", "c["))
        assert signed or each.chromosomes[0] == 46 + len(each.gained) - len(each.lost), text


def test_modal_numbers_agree_with_the_labels(cohort):
    """High hyperdiploid: 51 to 67 chromosomes; low hyperdiploid: 47 to 50."""
    numbers = {
        label: [
            each.chromosomes for each in cohort.read[cohort.subtype == label] if each and each.chromosomes
        ]
        for label in ("Hyperdiploid", "Low hyperdiploid", "TCF3::PBX1")
    }
    high = numbers["Hyperdiploid"]
    assert sum(most >= 51 and least <= 67 for least, most in high) >= 0.85 * len(high)
    assert all((47, 47) <= each <= (50, 50) for each in numbers["Low hyperdiploid"])
    assert all(least in (46, 47) for least, _ in numbers["TCF3::PBX1"])


def test_defining_translocations_are_found_where_the_label_has_them(cohort):
    for label, chromosomes in (("TCF3::PBX1", "t(1;19)"), ("BCR::ABL1", "t(9;22)")):
        found = [
            any(str(t).startswith(chromosomes) for t in each.translocations) for each in cohort.read if each
        ]
        of = cohort.subtype[cohort.read.notna()] == label
        assert sum(pd.Series(found)[of.to_numpy()]) >= 8


def test_real_karyotypes_beside_rnaseqcnv(data):
    """Two masked hypodiploids of CNV_Bench: the doubled number is what the karyotype has."""
    path = data / "formats" / "rnaseqcnv" / "DERIVED_CNV_Bench_karyotype_vs_rnaseqcnv.tsv"
    table = pd.read_csv(path, sep="\t", dtype=str, quoting=3).set_index("patientID.x")
    read = {name: parse_karyotype(text) for name, text in table.Karyotype.items()}
    assert len(read) == 21
    assert all(read.values())
    low = {name: each.chromosomes[0] for name, each in read.items()}
    assert sum(low[name] == int(table.karyo_n[name]) for name in low) >= 19
    assert read["AYAII_0128"].chromosomes == (61, 71)
    assert set(read["AYAII_0128"].lost) == {"4", "17"}  # once each against 2n, twice against 3n
    assert read["AYAI_0599"].gained == ("21", "21")
    assert read["CHI_0233"].arms_lost == ("9p", "20q")  # as RNAseqCNV has them
    assert read["AYA_0726"].clones == ((45, 45), (88, 99))


def test_clones_of_somebody_else_are_not_read():
    theirs = "donor: 46,XY[10]/47,XY,+8[5]"
    assert parse_karyotype(theirs) is None
    read = parse_karyotype(f"{theirs}. patient: 55,XX,+X,+4,+6,+10,+14,+17,+18,+21,+21[10]")
    assert read.chromosomes == (55, 55)
    assert "8" not in read.gained
    assert "not read, of somebody else: '47,XY,+8[5]" in read.remark
