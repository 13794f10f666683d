"""Copy number as it is given: sheets of karyotypes, RNAseqCNV's tables, plain tables of arms."""

import math

import pandas as pd
import pytest

from leukotype.errors import InputError
from leukotype.inputs.lesions.copy_number import (
    COPY_NUMBER_COLUMNS,
    copy_number_row,
    read_copy_number,
    read_karyotypes,
)
from leukotype.inputs.lesions.iscn import parse_karyotype

RUN = ["P1", "P2", "P3"]
LISTS = ["gained", "lost", "arms_gained", "arms_lost"]


def refused(read, argument, match):
    with pytest.raises(InputError, match=match) as caught:
        read(argument, RUN)
    assert "\n" not in str(caught.value)


def refused_table(path, match):
    refused(lambda argument, run: read_copy_number([argument], run), path, match)


def rows(frame):
    return frame.set_index("sample")


def test_karyotypes(write):
    path = write(
        "k.csv", 'sample,age,karyotype\nP3,4,"55,XX,+X,+4,+6,+10,+14,+17,+18,+21,+21[9]"\nP1,7,"46,XX"\n'
    )
    read = read_karyotypes(path, RUN)
    assert tuple(read.frame.columns) == COPY_NUMBER_COLUMNS
    assert read.frame["sample"].tolist() == ["P1", "P3"]  # in the order of the run
    found = rows(read.frame).loc["P3"]
    assert found["kind"] == "karyotype"
    assert found["source"] == str(path)
    assert (found["low"], found["high"]) == (55, 55)
    assert found["gained"] == "4,6,10,14,17,18,21,21,X"
    assert found["clones"] == "55"
    assert found["complete"]
    assert found["text"] == "55,XX,+X,+4,+6,+10,+14,+17,+18,+21,+21[9]"
    assert rows(read.frame)["remark"].tolist() == ["normal metaphases only", ""]
    assert read.notes == ("karyotypes read from column 'karyotype' for 2 of 3 samples",)
    assert (read.sources[0].format, read.sources[0].samples, len(read.sources[0].sha256)) == (
        "karyotype",
        2,
        64,
    )


def test_lists_of_a_karyotype_are_joined():
    text = "35,XX,-2,-3,-4,-7,-9,-13,-15,-16,-17,-20,-22,t(9;22)(q34;q11)[9]/68-70,idemx2[4]"
    row = copy_number_row("P1", "a file", parse_karyotype(text), text)
    told = dict(zip(COPY_NUMBER_COLUMNS, row, strict=True))
    assert told["lost"] == "2,3,4,7,9,13,15,16,17,20,22"
    assert told["clones"] == "35,68-70"
    assert told["translocations"] == "t(9;22)(q34;q11)"


@pytest.mark.parametrize(
    "header",
    ["Sample,Karyotype", "patient_id;ISCN", "ID\tCytogenetics", "sample_id,Karyotype (ISCN)", "#Sample,iscn"],
)
def test_names_of_the_columns(write, header):
    sep = next(mark for mark in ";\t," if mark in header)
    path = write("k.txt", f'{header}\nP1{sep}"47,XX,+8"\n')
    assert read_karyotypes(path, RUN).frame["gained"].tolist() == ["8"]


def test_a_text_without_a_karyotype_has_no_row_and_is_told(write):
    path = write("k.csv", 'sample,karyotype\nP1,failed\nP2,\nP3,"46,XX"\n')
    read = read_karyotypes(path, RUN)
    assert read.frame["sample"].tolist() == ["P3"]
    assert "texts without a karyotype: 1 (P1 ('failed'))" in read.notes
    nothing = read_karyotypes(write("n.csv", "sample,karyotype\nP1,failed\n"), RUN)
    assert tuple(nothing.frame.columns) == COPY_NUMBER_COLUMNS
    assert nothing.frame.empty
    assert nothing.frame["low"].dtype == float


def test_a_modal_number_that_is_not_told(write):
    read = read_karyotypes(write("k.csv", 'sample,karyotype\nP1,"ish dic(9;20)(p13;q11)"\n'), RUN)
    assert math.isnan(read.frame["low"][0])
    assert read.frame["translocations"].tolist() == ["dic(9;20)(p13;q11)"]


def test_a_sheet_holds_other_patients_too(write):
    path = write("k.csv", 'sample,karyotype\nP1,"46,XX"\nQ1,"46,XX"\nQ2,"46,XX"\n')
    assert "left out, not of this run: 2 (Q1, Q2)" in read_karyotypes(path, RUN).notes
    path = write("q.csv", 'sample,karyotype\nQ1,"46,XX"\nQ2,"46,XX"\n')
    refused(
        read_karyotypes, path, r"q\.csv: expected samples of this run \(P1, P2, P3\), found Q1, Q2: write"
    )


def test_one_karyotype_a_sample(write):
    path = write("k.csv", 'sample,karyotype\nP1,"46,XX"\nP2,\nP1,"47,XX,+8"\n')
    refused(read_karyotypes, path, r"k\.csv: line 4: expected one karyotype a sample, found two of P1: leave")
    path = write("k.csv", 'sample,karyotype\nP1,"46,XX"\nP1,\nP1,"46,XX"\n')
    assert len(read_karyotypes(path, RUN).frame) == 1


def test_files_that_are_no_sheet_of_karyotypes(write, tmp_path, data):
    refused(
        read_karyotypes,
        write("k.csv", "sample,age\nP1,4\n"),
        "expected a table with columns sample and karyo",
    )
    refused(read_karyotypes, tmp_path / "none.csv", "no such file")
    sheet = data / "formats" / "karyotype_clinical" / "GSE181157_SampleMetadata.xlsx"
    refused(
        read_karyotypes, sheet, r"expected a table with columns sample and karyotype, found an Excel workbook"
    )


def test_the_real_sheet(data):
    """samples.csv: 484 texts, 428 of them of B-ALL."""
    path = data / "cohorts" / "samples.csv"
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    run = table["sample"][table.lineage == "B-ALL"].tolist()
    read = read_karyotypes(path, run)
    assert len(run) == 435
    assert len(read.frame) == 414
    assert read.notes[1].startswith("texts without a karyotype: 14 (")
    assert read.notes[2].startswith(f"left out, not of this run: {688 - 435} (")
    assert list(read.frame["sample"]) == [name for name in run if name in set(read.frame["sample"])]


RNASEQCNV = "sample\tgender\tchrom_n\talterations\n"


def test_rnaseqcnv(write):
    text = (
        RNASEQCNV
        + "P1\tmale\t51\t4+, 9p-, 17q+, 21+, 21+, X+, 6+\n"
        + "P2\tfemale\t46\tnone\nP3\tmale\t48\t21++, ?9p, ?8+\n"
    )
    read = read_copy_number([write("estimation_table.tsv", text)], RUN)
    found = rows(read.frame)
    assert found["kind"].tolist() == ["RNAseqCNV"] * 3
    assert found.loc["P1", LISTS].tolist() == ["4,6,21,21,X", "", "17q", "9p"]
    assert found.loc["P2", LISTS].tolist() == ["", "", "", ""]
    assert found.loc["P3", LISTS].tolist() == ["21,21", "", "", ""]
    assert found["low"].tolist() == found["high"].tolist() == [51, 46, 48]
    assert found["complete"].tolist() == [True, True, False]
    assert found.loc["P3", "remark"] == "not sure or not read: ?9p, ?8+"
    assert read.notes == (f"{read.sources[0].path}: copy number given for 3 of 3 samples",)
    assert read.sources[0].format == "RNAseqCNV"


def test_rnaseqcnv_saved_by_its_shiny_app(write):
    """R writes row names: the header is one cell short, all texts are quoted."""
    header = '"sample"\t"gender"\t"chrom_n"\t"alterations"\t"status"\t"comments"\n'
    text = header + '"1"\t"P1.HTSeq"\t"male"\t47\t"21+"\t"checked"\t"none"\n'
    found = read_copy_number([write("manual_an_table.tsv", text)], RUN).frame
    assert found["sample"].tolist() == ["P1"]
    assert found["gained"].tolist() == ["21"]
    assert found["complete"].tolist() == [True]


def test_rnaseqcnv_whose_number_does_not_fit(write):
    found = read_copy_number([write("e.tsv", RNASEQCNV + "P1\tmale\t48\t21+\n")], RUN).frame
    assert not found["complete"][0]
    assert found["remark"][0] == "chrom_n 48 does not fit the alterations"
    refused_table(
        write("e.tsv", RNASEQCNV + "P1\tmale\tmany\t21+\n"),
        r"e\.tsv: line 2: expected a number of chro.*'many'",
    )
    refused_table(
        write("e.tsv", RNASEQCNV + "P1\tm\t46\tnone\nP1\tm\t47\t21+\n"), "line 3: expected each sample once"
    )


def test_real_rows_of_rnaseqcnv(data):
    """Four St. Jude samples: hyperdiploid with 59 and 52, near haploid with 28, low hypodiploid with 34."""
    path = data / "formats" / "rnaseqcnv" / "DERIVED_estimation_table_from_README.tsv"
    run = ["SJALL049672_D1", "SJALL015971_D1", "SJHYPER141_D", "SJALL015927_D1"]
    read = read_copy_number([path], run)
    found = rows(read.frame)
    assert found["low"].to_dict() == {
        "SJHYPER141_D": 59, "SJALL015971_D1": 28, "SJALL049672_D1": 34, "SJALL015927_D1": 52
    }  # fmt: skip
    assert not found["remark"].str.contains("does not fit").any()
    assert found.loc["SJALL015971_D1", "complete"]
    assert len(found.loc["SJALL015971_D1", "lost"].split(",")) == 18
    assert found.loc["SJALL049672_D1", "lost"] == "2,3,4,5,7,9,13,15,16,17,20,22"
    assert found.loc["SJHYPER141_D", "arms_gained"] == "1q"


def arm_table(*cells, header="sample,arm,change"):
    return "\n".join([header, *cells]) + "\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (["P1,9p,loss", "P1,21,gain", "P1,X,+", "P1,7,-"], ["21,X", "7", "", "9p"]),
        (["P1,chr21,+2", "P1,1Q,+1", "P1,8,normal", "P1,5,0"], ["21,21", "", "1q", ""]),
        (["P1,9p,-1", "P1,9q,-1", "P1,12p,+", "P1,12q,-"], ["", "9", "12p", "12q"]),
        (["P1,21q,gain", "P1,13q,loss"], ["21", "13", "", ""]),
        (["P1,9p,-2", "P1,9q,-1"], ["", "9", "", "9p"]),
    ],
)
def test_changes_of_arms(write, text, expected):
    read = read_copy_number([write("a.csv", arm_table(*text))], RUN)
    found = read.frame.iloc[0]
    assert found[LISTS].tolist() == expected
    assert found["kind"] == "arms"
    assert math.isnan(found["low"])
    assert not found["complete"]


AUTOSOMES = [f"P1,{i},{3 if i in (4, 21) else 2}" for i in range(1, 23)]


@pytest.mark.parametrize(
    ("sex", "expected", "remark"),
    [
        (["P1,X,1", "P1,Y,1"], ["4,21", "", "", ""], ""),
        (["P1,X,2", "P1,Y,1"], ["4,21,X", "", "", ""], ""),
        (["P1,X,2", "P1,Y,0"], ["4,21", "", "", ""], ""),
        (["P1,X,3", "P1,Y,0"], ["4,21,X", "", "", ""], ""),
        (["P1,X,1", "P1,Y,0"], ["4,21", "", "", ""], "not read, for the sex is not told by X and Y: X, Y"),
        (["P1,X,2"], ["4,21", "", "", ""], "not read, for the sex is not told by X and Y: X"),
        ([], ["4,21", "", "", ""], ""),
    ],
)
def test_copies_of_all_autosomes_are_complete(write, sex, expected, remark):
    path = write("a.csv", arm_table(*AUTOSOMES, *sex, header="sample,chromosome,copies"))
    found = read_copy_number([path], RUN).frame.iloc[0]
    assert found[LISTS].tolist() == expected
    assert found["remark"] == remark
    assert found["complete"]


def test_an_autosome_without_a_value_is_not_complete(write):
    path = write("a.csv", arm_table(*AUTOSOMES[:-1], "P1,22,NA", header="sample,chromosome,copies"))
    found = read_copy_number([path], RUN).frame.iloc[0]
    assert not found["complete"]
    assert found["remark"] == "without a value: 22"


@pytest.mark.parametrize(
    ("text", "match"),
    [
        (
            arm_table("P1,9x,loss"),
            "line 2: expected a chromosome or an arm such as 21, X or 9p, found '9x': correct",
        ),
        (arm_table("P1,23,loss"), "line 2: expected a chromosome or an arm"),
        (
            arm_table("P1,9p,deep"),
            "line 2: expected gain, loss, normal or a number with its sign, found 'deep'",
        ),
        (arm_table("P1,9p,1"), "found '1': name the column copies if these are numbers of copies"),
        (
            arm_table("P1,9p,1.4", header="sample,arm,copies"),
            "line 2: expected a whole number of copies, found '1.4'",
        ),
        (arm_table("P1,9p,loss", "P1,9p,gain"), "line 3: expected one value a place, found 9p of 'P1' again"),
        (arm_table("P1,9p,loss", "P1,9,gain"), "line 3: expected a chromosome or its arms, found both for 9"),
        (arm_table("Q1,9p,loss"), r"expected samples of this run \(P1, P2, P3\), found Q1"),
        ("sample,age\nP1,4\n", "expected a copy-number table"),
    ],
)
def test_tables_that_are_refused(write, text, match):
    refused_table(write("a.csv", text), match)


def test_a_table_of_one_sample_is_its_file_s(write):
    path = write("P2.arms.csv", "arm,change\n9p,loss\n")
    assert read_copy_number([path], RUN).frame["sample"].tolist() == ["P2"]
    path = write("arms.csv", "arm,change\n9p,loss\n")
    assert read_copy_number([f"P3={path}"], RUN).frame["sample"].tolist() == ["P3"]
    refused_table(path, "cannot tell whose it is")
    path = write("estimate.tsv", RNASEQCNV + "tumor\tmale\t47\t21+\n")
    read = read_copy_number([f"P3={path}"], RUN)
    assert read.frame["sample"].tolist() == ["P3"]
    assert read.notes == (f"{path}: rows of 'tumor' taken as P3, whose file it is",)


def test_a_folder_of_mixed_files(write, tmp_path):
    write("run/P1.csv", "arm,change\n9p,loss\n")
    write(
        "run/estimation_table.tsv", RNASEQCNV + "P1\tmale\t47\t21+\nP2\tmale\t46\tnone\nQ\tmale\t46\tnone\n"
    )
    write("run/other.tsv", RNASEQCNV + "Q\tmale\t46\tnone\n")
    write("run/log.txt", "all went well\n")
    read = read_copy_number([tmp_path / "run"], RUN)
    assert sorted(zip(read.frame["sample"], read.frame["kind"], strict=True)) == [
        ("P1", "RNAseqCNV"),
        ("P1", "arms"),
        ("P2", "RNAseqCNV"),
    ]
    assert any(note.endswith("left aside: log.txt, other.tsv") for note in read.notes)
    assert any(note.endswith("left out, not of this run: 1 (Q)") for note in read.notes)
    write("empty/log.txt", "all went well\n")
    refused_table(
        tmp_path / "empty", "expected a copy-number table of a sample of this run in the folder, found log"
    )


def test_segments_are_refused_in_one_line(data):
    """CNVkit's .cns and .call.cns, SEG with three kinds of header, one of them below a warning of R."""
    files = [*(data / "formats" / "cnvkit").iterdir(), *(data / "formats" / "seg").iterdir()]
    assert len(files) == 9
    for path in files:
        refused_table(path, "expected copy number by chromosome or arm, found segments.* give the arms")
