"""Blast percentages: the unit is told by the column or refused, never mixed."""

import numpy as np
import pytest

from leukotype.errors import InputError
from leukotype.inputs import read_blasts

RUN = ["P1", "P2", "P3"]


def refused(path, match, **options):
    with pytest.raises(InputError, match=match) as caught:
        read_blasts(path, RUN, **options)
    assert "\n" not in str(caught.value)


def table(*cells, header="sample,blast_pct"):
    return "\n".join([header, *(f"{name},{cell}" for name, cell in zip(RUN, cells, strict=False))]) + "\n"


def test_percent_in_the_order_of_the_run(write):
    read = read_blasts(write("b.csv", "sample,blast_pct\nP3,29.9\nP1,92\n"), RUN)
    assert read.pct.index.tolist() == RUN
    assert read.pct.iloc[[0, 2]].tolist() == [92, 29.9]
    assert np.isnan(read.pct["P2"])
    assert read.notes == ("blasts read from column 'blast_pct' as percent", "blasts given for 2 of 3 samples")
    assert read.source.format == "blasts"
    assert read.source.samples == 2
    assert len(read.source.sha256) == 64


@pytest.mark.parametrize(
    "header",
    [
        "sample_id,Blast %",
        "ID;Blasts (%)",
        "Sample\tblast_percentage",
        "id,BLAST.PERCENT",
        "sample,blasts",
        "id,Blast-Pct",
    ],
)
def test_names_of_the_columns(write, header):
    sep = next(mark for mark in ",;\t" if mark in header)
    assert read_blasts(write("b.txt", f"{header}\nP1{sep}80\n"), RUN).pct["P1"] == 80


def test_other_columns_are_left_alone(write):
    read = read_blasts(write("b.csv", "age,id,note,blasts\n9,P1,a|b,80\n11,P2,,40\n"), RUN)
    assert read.pct.iloc[:2].tolist() == [80, 40]


def test_the_sample_comes_before_the_patient(write):
    assert read_blasts(write("b.csv", "patient_id,sample,blasts\nX,P1,80\n"), RUN).pct["P1"] == 80
    assert read_blasts(write("b.csv", "patient_id,blasts\nP1,80\n"), RUN).pct["P1"] == 80


@pytest.mark.parametrize("text", ["", "NA", "N/A", "nan", "na", "NaN"])
def test_missing(write, text):
    read = read_blasts(write("b.csv", table("80", text)), RUN)
    assert read.pct.isna().tolist() == [False, True, True]


def test_a_column_without_any_value(write):
    assert read_blasts(write("b.csv", table("NA", "")), RUN).pct.isna().all()


@pytest.mark.parametrize("text", ["high", "1e", "90 percent", "50-", "1.2.3", "blast"])
def test_text(write, text):
    refused(write("b.csv", table("80", text)), "sample P2: expected a blast percentage, found '")


def test_percent_signs(write):
    assert read_blasts(write("b.csv", table("80%", "30 %", "100")), RUN).pct.tolist() == [80, 30, 100]


@pytest.mark.parametrize("cells", [("80", "0.5"), ("0.5", "1.5"), ("1%", "0.5")])
def test_units_are_not_mixed(write, cells):
    path = write("b.csv", table(*cells))
    refused(path, r"sample P\d: expected percent as in the rest of the column, found 0\.5")
    assert 0.5 in read_blasts(path, RUN, unit="percent").pct.tolist()


def test_fractions(write):
    read = read_blasts(write("b.csv", table("0.8", "1", "0", header="sample,blasts")), RUN)
    assert read.pct.tolist() == [80, 100, 0]
    assert read.notes[0] == "blasts read from column 'blasts' as fraction"


@pytest.mark.parametrize("header", ["sample,blast_pct", "sample,Blast %", "sample,blast_percentage"])
def test_fractions_under_a_name_of_percent_ask(write, header):
    path = write("b.csv", table("0.8", "0.4", header=header))
    refused(path, r"expected percent as its name says.*--blast-unit percent\|fraction")
    assert read_blasts(path, RUN, unit="fraction").pct.iloc[0] == pytest.approx(80)
    assert read_blasts(path, RUN, unit="percent").pct.iloc[0] == 0.8


@pytest.mark.parametrize("cells", [("0", "1"), ("1",), ("0", "0", "0")])
def test_zeros_and_ones_ask(write, cells):
    path = write("b.csv", table(*cells))
    refused(path, r"found only 0 and 1: give --blast-unit percent\|fraction")
    assert read_blasts(path, RUN, unit="fraction").pct.iloc[0] == 100 * float(cells[0])


@pytest.mark.parametrize(
    ("cells", "unit", "match"),
    [
        (("80", "130"), "auto", r"sample P2: expected blasts of 0 to 100 \(percent\), found 130"),
        (("0.5", "-0.5"), "auto", r"sample P2: .*found -0\.5"),
        (("80", "-1"), "auto", r"sample P2: .*found -1"),
        (("0.5", "80"), "fraction", r"sample P2: expected blasts of 0 to 1 \(fraction\), found 80"),
    ],
)
def test_out_of_range(write, cells, unit, match):
    refused(write("b.csv", table(*cells)), match, unit=unit)


def test_samples_that_are_not_in_the_run(write):
    text = "sample,blasts\nP1,80\n" + "".join(f"X{i},50\n" for i in range(5))
    refused(
        write("b.csv", text), r"expected samples of this run, found 5 that are not \(X0, X1, X2 and 2 more\)"
    )


def test_the_lanes_of_a_sample_say_its_blasts_again(write):
    """nf-core's sheets have a row a lane."""
    path = write("b.csv", "sample,fastq_1,blasts\nP1,x_L1,80\nP1,x_L2,80\nP2,y,20\n")
    assert read_blasts(path, ["P1", "P2"]).pct.tolist() == [80, 20]


def test_a_sample_twice(write):
    refused(
        write("b.csv", "sample,blasts\nP1,80\nP2,70\nP1,20\n"), "expected each sample once, found twice P1"
    )


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("name,blasts\nP1,80\n", "expected one column such as sample, found 'name', 'blasts'"),
        ("sample,age\nP1,8\n", "expected one column such as blast_pct, found 'sample', 'age'"),
        (
            "sample,blasts,blast_pct\nP1,8,9\n",
            "expected one column such as blast_pct, found 'blasts', 'blast_pct'",
        ),
        ("sample,blasts\n", "found a header line only"),
        ("sample,blasts\nP1,80,2\n", "line 2: expected 2 fields, found 3"),
        ("", "the file is empty"),
    ],
)
def test_files_that_are_no_blasts(write, text, match):
    refused(write("b.csv", text), rf"b\.csv: .*{match}")


def test_an_unknown_unit_and_a_missing_file(write, tmp_path):
    refused(
        write("b.csv", table("80")),
        "--blast-unit: expected auto, percent, fraction, found 'permille'",
        unit="permille",
    )
    refused(tmp_path / "none.csv", r"none\.csv: no such file")


@pytest.mark.parametrize(
    ("text", "pct"),
    [
        (">90", 90),
        ("90+", 90),
        ("\u2265 80 %", 80),
        ("over 80", 80),
        ("80-85", 80),
        ("80\u201385", 80),
        ("20 - 25 %", 25),
        ("<5", 5),
        ("<30", 15),
        (">=30", 30),
        ("~70", 70),
        ("ca. 70%", 70),
    ],
)
def test_an_interval_counts_by_its_end_next_to_30(write, text, pct):
    """What lies on one side of the trial's rule (30 % passes) is no doubt about it."""
    read = read_blasts(write("b.csv", f"sample,blast_pct\nP1,80\nP2,{text}\n"), ["P1", "P2"])
    assert read.pct.tolist() == [80, pct]
    assert read.notes[2] == f"intervals of blasts read: 1 (P2 {text} as {pct} %)"


@pytest.mark.parametrize("text", ["20-40", ">25", "<35", "<=30"])
def test_an_interval_on_both_sides_is_said_and_not_given(write, text):
    read = read_blasts(write("b.csv", f"sample,blast_pct\nP1,80\nP2,{text}\n"), ["P1", "P2"])
    assert read.pct.isna().tolist() == [False, True]
    assert read.notes[2] == f"intervals of blasts on both sides of 30 %, taken as not given: 1 (P2 {text})"


@pytest.mark.parametrize("text", ["n.d.", "unknown", "not done", "-", "ND", "?"])
def test_words_for_not_known_are_said(write, text):
    read = read_blasts(write("b.csv", f"sample,blast_pct\nP1,80\nP2,{text}\n"), ["P1", "P2"])
    assert read.pct.isna().tolist() == [False, True]
    assert read.notes[2] == f"words for blasts that are not known: 1 (P2 {text})"


def test_decimal_commas(write):
    read = read_blasts(write("b.csv", "sample;blasts\nP1;87,5\nP2;<5,5 %\nP3;25\n;\n;\n"), ["P1", "P2", "P3"])
    assert read.pct.tolist() == [87.5, 5.5, 25]
    assert "decimal commas read as points" in read.notes


def test_points_and_commas_are_not_mixed(write):
    refused(write("b.csv", "sample;blasts\nP1;87,5\nP2;20.5\n"), "'87,5': write decimals with a point")


def test_a_fraction_with_a_sign(write):
    read = read_blasts(write("b.csv", "sample,blasts\nP1,>0.8\nP2,0.25\n"), ["P1", "P2"])
    assert read.pct.tolist() == [80, 25]


def test_a_workbook(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in (["sample", "blast_pct"], ["P1", 87.5], ["P2", 0.25], [None, None]):
        book.active.append(row)
    book.active["B3"].number_format = "0%"
    book.save(tmp_path / "b.xlsx")
    assert read_blasts(tmp_path / "b.xlsx", ["P1", "P2"]).pct.tolist() == [87.5, 25]


@pytest.mark.parametrize(
    ("text", "pct"),
    [
        ("more than 80", 80),
        ("mindestens 80", 80),
        ("less than 20", 20),
        ("bis zu 20", 20),
        ("85 \u00b1 5", 80),
        ("85 +/- 5", 80),
        ("0.5%", 0.5),
        ("28 \u00b1 5", None),
        ("at least 20", None),
        ("n.a.", None),
        ("k.A.", None),
        ("nicht bestimmt", None),
        *(("plus de 80", 80), ("moins de 20", 20), ("non d\xe9termin\xe9", None)),
        *(("m\xe1s de 80", 80), ("menos de 20", 20), ("no realizado", None)),
        *(("oltre 80", 80), ("meno di 20", 20), ("non noto", None)),
        *(("meer dan 80", 80), ("minder dan 20", 20), ("niet bepaald", None)),
        *(("\uff1e80", 80), ("80\u202f%", 80)),
        *(("\u2014", None), ("\u2026", None), ("n/k", None), ("not evaluable", None)),
    ],
)
def test_intervals_and_unknowns_in_words(write, text, pct):
    """An interval counts on one side of 30 % (Blood Adv 2024;8:3226), by its end next to it."""
    found = read_blasts(write("b.csv", f"sample;blasts\nP1;{text}\nP2;90\n"), ["P1", "P2"]).pct["P1"]
    assert (None if found != found else found) == pct


@pytest.mark.parametrize("text", ["~30", "ca. 30", "etwa 32", "~ 29"])
def test_about_30_is_on_neither_side(write, text):
    """Blasts counted by eye are rounded to fives: about 30 may be 28 as well as 32."""
    read = read_blasts(write("b.csv", table("92", text)), RUN)
    assert np.isnan(read.pct["P2"])
    assert read.notes[2] == f"intervals of blasts on both sides of 30 %, taken as not given: 1 (P2 {text})"


@pytest.mark.parametrize(("text", "pct"), [("~25", 25), ("ca. 35", 35), ("min. 80", 80), ("max. 20", 20)])
def test_about_a_number_clear_of_30_is_that_number(write, text, pct):
    assert read_blasts(write("b.csv", table("92", text)), RUN).pct["P2"] == pct


@pytest.mark.parametrize(
    "header", ["Probe;Blasten_%", "Patient;Blasten", "Échantillon;Blastes (%)", "Muestra;% blastos"]
)
def test_headers_of_other_languages(write, header):
    read = read_blasts(write("b.csv", f"{header}\nP1;92\nP2;12,5\n"), RUN)
    assert read.pct.iloc[:2].tolist() == [92, 12.5]


def test_blood_is_not_marrow(write):
    read = read_blasts(write("b.csv", "Probe;Blasten PB;Blasten KM\nP1;5;92\n"), RUN)
    assert read.pct["P1"] == 92


def test_the_sheet_of_a_workbook_that_has_blasts(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    workbook = openpyxl.Workbook()
    for row in (["Spalte", "Bedeutung"], ["Blasten", "Mark"]):
        workbook.active.append(row)
    for row in (["Probe", "Blasten"], ["P1", 92], ["P3", 12]):
        (workbook["B"] if "B" in workbook.sheetnames else workbook.create_sheet("B")).append(row)
    workbook.save(tmp_path / "b.xlsx")
    assert read_blasts(tmp_path / "b.xlsx", RUN).pct.iloc[[0, 2]].tolist() == [92, 12]


def test_decimal_commas_beside_an_abbreviation_with_a_point(write):
    path = write("b.csv", "Probe;Blasten (%)\nP1;87,5\nP2;ca. 80\nP3;k.A.\n\nBemerkung: Zytologie\n")
    read = read_blasts(path, ["P1", "P2", "P3"])
    assert read.pct.tolist()[:2] == [87.5, 80]
    assert np.isnan(read.pct["P3"])
    assert any("lines below the rows left out: 1 ('Bemerkung: Zytologie')" in note for note in read.notes)
