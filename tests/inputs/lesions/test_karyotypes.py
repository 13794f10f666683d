"""Sheets of karyotypes: which columns, whose rows, and one karyotype a sample."""

import math

import pandas as pd
import pytest

from leukotype.errors import InputError
from leukotype.inputs.lesions.iscn import parse_karyotype
from leukotype.inputs.lesions.karyotypes import karyotype_record, read_karyotypes
from leukotype.inputs.lesions.records import Verdict

RUN = ["P1", "P2", "P3"]


def refused(read, argument, match):
    with pytest.raises(InputError, match=match) as caught:
        read(argument, RUN)
    assert "\n" not in str(caught.value)


def test_karyotypes(write):
    path = write(
        "k.csv", 'sample,age,karyotype\nP3,4,"55,XX,+X,+4,+6,+10,+14,+17,+18,+21,+21[9]"\nP1,7,"46,XX"\n'
    )
    read = read_karyotypes(path, RUN)
    first, found = read.records
    assert (first.sample, found.sample) == ("P1", "P3")  # in the order of the run
    assert (found.kind, found.source) == ("karyotype", str(path))
    assert (found.low, found.high) == (55, 55)
    assert found.gained == ("4", "6", "10", "14", "17", "18", "21", "21", "X")
    assert found.clones == ((55, 55),)
    assert found.complete
    assert found.text == "55,XX,+X,+4,+6,+10,+14,+17,+18,+21,+21[9]"
    assert (first.remark, found.remark) == ("normal metaphases only", "")
    assert read.notes == ("karyotypes read from column 'karyotype' for 2 of 3 samples",)
    assert (read.sources[0].format, read.sources[0].samples, len(read.sources[0].sha256)) == (
        "karyotype",
        2,
        64,
    )


def test_a_karyotype_as_a_record():
    text = "35,XX,-2,-3,-4,-7,-9,-13,-15,-16,-17,-20,-22,t(9;22)(q34;q11)[9]/68-70,idemx2[4]"
    found = karyotype_record("P1", "a file", parse_karyotype(text), text)
    assert found.lost == ("2", "3", "4", "7", "9", "13", "15", "16", "17", "20", "22")
    assert found.clones == ((35, 35), (68, 70))
    assert [str(each) for each in found.translocations] == ["t(9;22)(q34;q11)"]
    assert not found.is_normal


@pytest.mark.parametrize(
    "header",
    ["Sample,Karyotype", "patient_id;ISCN", "ID\tCytogenetics", "sample_id,Karyotype (ISCN)", "#Sample,iscn"],
)
def test_names_of_the_columns(write, header):
    sep = next(mark for mark in ";\t," if mark in header)
    path = write("k.txt", f'{header}\nP1{sep}"47,XX,+8"\n')
    assert [record.gained for record in read_karyotypes(path, RUN).records] == [("8",)]


def test_a_text_without_a_karyotype_has_no_row_and_is_told(write):
    path = write("k.csv", 'sample,karyotype\nP1,failed\nP2,\nP3,"46,XX"\n')
    read = read_karyotypes(path, RUN)
    assert [record.sample for record in read.records] == ["P3"]
    assert "texts without a karyotype: 1 (P1 ('failed'))" in read.notes
    assert read_karyotypes(write("n.csv", "sample,karyotype\nP1,failed\n"), RUN).records == ()


@pytest.mark.parametrize("head", ["id,sample,karyotype\n7,", "sample,karyotype\n"])
def test_a_karyotype_without_quotes_between_commas_is_told_to_be_quoted(write, head):
    refused(read_karyotypes, write("k.csv", f"{head}P1,46,XX\n"), "quote a field that holds a comma")


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("46,XX[20]", True),
        ("46,XX,add(14)(q32)[10]/46,XX[10]", False),
        ("46,XY,inv(2)(p11q13)[5]", False),
        # A variant of 1 to 3 in 100 people: Kosyakova et al., Cytogenet Genome Res 2013;141:13.
        ("46,XY,inv(9)(p12q13)[20]", True),
        ("46,XX[20], no iAMP21", True),
    ],
)
def test_an_abnormal_clone_of_46_chromosomes_is_no_normal_karyotype(text, normal):
    assert karyotype_record("P1", "k.csv", parse_karyotype(text), text).is_normal == normal


def test_zeros_that_a_spreadsheet_took_are_named(write):
    """Excel shows 002 as 2: a patient's karyotype is not to be left out for that."""
    path = write("k.csv", "sample,karyotype\n1,46\n2,47\nP1,48\n")
    with pytest.raises(InputError, match="found '2' for 002, whose zeros a spreadsheet took"):
        read_karyotypes(path, ["002", "P1"])
    assert read_karyotypes(path, ["P1", "20"]).notes


def test_a_modal_number_that_is_not_told(write):
    read = read_karyotypes(write("k.csv", 'sample,karyotype\nP1,"ish dic(9;20)(p13;q11)"\n'), RUN)
    (found,) = read.records
    assert math.isnan(found.low)
    assert [str(each) for each in found.translocations] == ["dic(9;20)(p13;q11)"]


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
    assert len(read_karyotypes(path, RUN).records) == 1


def test_files_that_are_no_sheet_of_karyotypes(write, tmp_path, data):
    refused(
        read_karyotypes,
        write("k.csv", "sample,age\nP1,4\n"),
        "expected a table with columns sample and karyo",
    )
    refused(read_karyotypes, tmp_path / "none.csv", "no such file")
    sheet = data / "formats" / "karyotype_clinical" / "GSE181157_SampleMetadata.xlsx"
    refused(read_karyotypes, sheet, r"expected samples of this run \(.*\), found 1, 2, 3 and 170 more")


def test_the_real_sheet(data):
    """samples.csv: 484 texts, 428 of them of B-ALL."""
    path = data / "cohorts" / "samples.csv"
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    run = table["sample"][table.lineage == "B-ALL"].tolist()
    read = read_karyotypes(path, run)
    assert len(run) == 435
    assert len(read.records) == 414
    assert read.notes[1].startswith("texts without a karyotype: 14 (")
    assert read.notes[2].startswith(f"left out, not of this run: {688 - 435} (")
    found = [record.sample for record in read.records]
    assert found == [name for name in run if name in set(found)]


def test_what_was_not_read_is_said(write):
    path = write("k.csv", 'sample,karyotype\nP1,"46,XX.nuc ish(CDKN2Ax0)[9/200]"\nP2,"47,XX,+8"\n')
    notes = read_karyotypes(path, RUN).notes
    assert notes[-1] == (
        "karyotypes of which a part was not read: 1 (P1 (not read: 'nuc ish(CDKN2Ax0)[9/200]'))"
    )


@pytest.mark.parametrize("head", ["Probe,Karyotyp", "Patienten-ID,Zytogenetik"])
def test_a_german_sheet(write, head):
    (record,) = read_karyotypes(write("k.csv", f'{head}\nP1,"46,XX,t(9;22)(q34;q11.2)[15]"\n'), RUN).records
    assert [str(each) for each in record.translocations] == ["t(9;22)(q34;q11.2)"]


@pytest.mark.parametrize(
    ("head", "cells", "found"),
    [
        ("FISH BCR::ABL1,FISH KMT2A", "positive,negative", [("BCR", ""), ("KMT2A", Verdict.NOT_FOUND)]),
        ("FISH_ETV6-RUNX1 (%),KMT2A FISH", "82,n.d.", [("ETV6", ""), ("KMT2A", Verdict.NOT_TESTED)]),
        ("FISH,FISH result", "BCR/ABL1,positive 85%", [("BCR", "")]),
        ("FISH,Interphase FISH", "BCR/ABL1 neg,KMT2A pos", [("BCR", Verdict.NOT_FOUND), ("KMT2A", "")]),
        ("FISH BCR::ABL1,FISH KMT2A", "-,+", [("KMT2A", "")]),
    ],
)
def test_columns_of_fish_that_name_their_probe(write, head, cells, found):
    """A dash alone may be a probe that nobody looked at: it denies nothing."""
    path = write("k.csv", f'sample,karyotype,{head}\nP1,"46,XX[20]",{cells}\n')
    read = read_karyotypes(path, ["P1"])
    assert [(fusion.gene, fusion.doubt) for _, fusion in read.fish] == found


def test_a_column_of_fish_is_read_with_the_karyotype(write):
    rows = "P1;46,XX[20];BCR::ABL1 positiv (85 %)\nP2;;nuc ish(ABL1,BCR)x3(ABL1 con BCRx2)[9/20]\nP3;46,XY;\n"
    read = read_karyotypes(write("k.csv", f"Probe;Karyotyp;FISH\n{rows}"), RUN)
    assert [(sample, fusion.gene, fusion.doubt) for sample, fusion in read.fish] == [
        ("P1", "BCR", ""),
        ("P2", "ABL1", ""),
    ]
    assert [each.sample for each in read.records] == ["P1", "P3"]
    assert "fusions that FISH looked for: 2, found: 2" in read.notes


@pytest.mark.parametrize(
    ("text", "is_said"),
    [
        *(("47,XX,+X,iamp(21)(q11q22)[19]/46,XX[6]", True), ("46,XY,add(21)(q22.1)iAMP21[12]", True)),
        *(("46,XX,add(21)(q22).ish iamp21(RUNX1x6)[8]", True),),
        *(("iAMP21 positive", True), ("FISH: RUNX1 amplification (iAMP21) in 90 % of nuclei", True)),
        *(("46,XY,add(21)(q22)?iAMP21", False), ("no iAMP21", False), ("kein Hinweis auf iAMP21", False)),
        *(("suspected iAMP21", False), ("iAMP21 nicht ausgeschlossen", False)),
    ],
)
def test_iamp21_is_what_the_text_says_of_it(write, text, is_said):
    read = read_karyotypes(write("k.csv", f'sample,karyotype\nP1,"{text}"\n'), RUN)
    assert any(each.iamp21 for each in read.records) == is_said


@pytest.mark.parametrize("text", ["36?,X,-X,-2,-3,-7[8]", "suspected 36,X,-X,-2,-3,-7[8]"])
def test_a_number_of_chromosomes_that_is_doubted_is_no_ploidy(write, text):
    read = read_karyotypes(write("k.csv", f'sample,karyotype\nP1,"{text}"\n'), RUN)
    assert math.isnan(read.records[0].low)
    assert "the number of chromosomes, which the text doubts" in " ".join(read.notes)


@pytest.mark.parametrize(
    "denied", ["no t(9;22)", "t(12;21)(p13;q22) nicht nachweisbar", "absence de t(9;22)(q34;q11)"]
)
def test_a_denied_translocation_is_no_change_of_a_normal_karyotype(write, denied):
    """Its metaphases may be of cells that are not leukemic, and say nothing against Hyperdiploid."""
    (row,) = read_karyotypes(write("k.csv", f'sample,karyotype\nP1,"46,XX[20]; {denied}"\n'), ["P1"]).records
    assert row.is_normal
    (found,) = read_karyotypes(
        write("f.csv", 'sample,karyotype\nP1,"46,XX,t(12;21)(p13;q22)[20]"\n'), ["P1"]
    ).records
    assert not found.is_normal


def test_a_remark_below_the_sheet_is_said(write):
    text = 'Probe;Karyotyp\nP1;"46,XX,t(9;22)(q34;q11.2)[20]"\n\nLegende: Karyotypen bei Diagnose\n'
    read = read_karyotypes(write("k.csv", text), ["P1"])
    assert len(read.records) == 1
    assert "lines below the rows left out: 1 ('Legende: Karyotypen bei Diagnose')" in read.notes


@pytest.mark.parametrize(
    ("head", "cells", "found"),
    [
        (
            "BCR-ABL1,ETV6-RUNX1,TCF3::PBX1",
            "pos,neg,ND",
            [("BCR", ""), ("ETV6", Verdict.NOT_FOUND), ("TCF3", Verdict.NOT_TESTED)],
        ),
        ("BCR_ABL1,KMT2A rearrangement", "no,yes", [("BCR", Verdict.NOT_FOUND), ("KMT2A", "")]),
        ("BCR/ABL1,ETV6/RUNX1", "1,0", [("BCR", ""), ("ETV6", Verdict.NOT_FOUND)]),
        ("BCR-ABL1,ETV6-RUNX1,KMT2A", "pos,,pos", [("BCR", "")]),
        ("BCR-ABL1,ETV6-RUNX1", "donor positive,-", [("BCR", Verdict.ANOTHERS)]),
    ],
)
@pytest.mark.parametrize("karyotype", ["", "46,XX[20]"])
def test_a_table_with_a_fusion_a_column(write, head, cells, found, karyotype):
    """A gene alone may be one whose mutation or level is told."""
    first, cell = ("karyotype,", f'"{karyotype}",') if karyotype else ("", "")
    path = write("k.csv", f"sample,{first}{head}\nP1,{cell}{cells}\n")
    read = read_karyotypes(path, ["P1"])
    assert [(fusion.gene, fusion.doubt) for _, fusion in read.fish] == found
    assert bool(read.records) == bool(karyotype)


def test_a_ratio_of_one_in_a_column_of_ratios_is_no_yes(write):
    path = write("k.csv", "sample,BCR-ABL1\nP1,1\nP2,0.02\n")
    assert [fusion.doubt for _, fusion in read_karyotypes(path, RUN).fish] == [Verdict.NOT_PLAIN] * 2
