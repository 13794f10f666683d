"""Copy number as it is given: RNAseqCNV's tables, plain tables of arms."""

import math

import pytest

from leukotype.errors import InputError
from leukotype.evidence.genomes import given_state
from leukotype.inputs.lesions.copy_number import read_arm_table, read_copy_number
from leukotype.vocabulary import PloidyState

RUN = ["P1", "P2", "P3"]


def refused(read, argument, match):
    with pytest.raises(InputError, match=match) as caught:
        read(argument, RUN)
    assert "\n" not in str(caught.value)


def refused_table(path, match):
    refused(lambda argument, run: read_copy_number([argument], run), path, match)


def by_sample(read):
    return {record.sample: record for record in read.records}


def only(*arguments):
    (record,) = read_copy_number(arguments, RUN).records
    return record


def changes(record):
    """Gained, lost, arms gained, arms lost: each as it is written in a row."""
    return [",".join(each) for each in (record.gained, record.lost, record.arms_gained, record.arms_lost)]


RNASEQCNV = "sample\tgender\tchrom_n\talterations\n"


def test_rnaseqcnv(write):
    text = (
        RNASEQCNV
        + "P1\tmale\t51\t4+, 9p-, 17q+, 21+, 21+, X+, 6+\n"
        + "P2\tfemale\t46\tnone\nP3\tmale\t48\t21++, ?9p, ?8+\n"
    )
    read = read_copy_number([write("estimation_table.tsv", text)], RUN)
    found = by_sample(read)
    assert [record.kind for record in read.records] == ["RNAseqCNV"] * 3
    assert changes(found["P1"]) == ["4,6,21,21,X", "", "17q", "9p"]
    assert changes(found["P2"]) == ["", "", "", ""]
    assert changes(found["P3"]) == ["21,21", "", "", ""]
    assert [(record.low, record.high) for record in read.records] == [(51, 51), (46, 46), (48, 48)]
    assert [record.complete for record in read.records] == [True, True, False]
    assert found["P3"].remark == "not sure or not read: ?9p, ?8+"
    assert read.notes == (f"{read.sources[0].path}: copy number given for 3 of 3 samples",)
    assert read.sources[0].format == "RNAseqCNV"


def test_rnaseqcnv_saved_by_its_shiny_app(write):
    """R writes row names: the header is one cell short, all texts are quoted."""
    header = '"sample"\t"gender"\t"chrom_n"\t"alterations"\t"status"\t"comments"\n'
    text = header + '"1"\t"P1.HTSeq"\t"male"\t47\t"21+"\t"checked"\t"none"\n'
    found = only(write("manual_an_table.tsv", text))
    assert (found.sample, found.gained, found.complete) == ("P1", ("21",), True)


def test_rnaseqcnv_whose_number_does_not_fit(write):
    found = only(write("e.tsv", RNASEQCNV + "P1\tmale\t48\t21+\n"))
    assert not found.complete
    assert found.remark == "chrom_n 48 does not fit the alterations"
    refused_table(
        write("e.tsv", RNASEQCNV + "P1\tmale\tmany\t21+\n"),
        r"e\.tsv: line 2: expected a number of chro.*'many'",
    )
    refused_table(
        write("e.tsv", RNASEQCNV + "P1\tm\t46\tnone\nP1\tm\t47\t21+\n"), "line 3: expected each sample once"
    )


@pytest.mark.parametrize(
    ("number", "alterations", "range_", "state"),
    [
        (55, "4+, 6+", (48, 55), PloidyState.UNCERTAIN),
        (48, "21+", (47, 48), PloidyState.LOW_HYPERDIPLOID),
        (55, "4+, 6+, 10+, 14+, 17+, 18+, 21++, X+", (55, 55), PloidyState.HYPERDIPLOID),
        (55, "4+, 6+, 10+, 14+, 17+, 18+, 21++, ?X+", (55, 55), PloidyState.HYPERDIPLOID),
        (30, "none", (30, 46), PloidyState.UNCERTAIN),
        (30, "", (30, 30), PloidyState.NEAR_HAPLOID),  # of what is not told nothing is denied
    ],
)
def test_a_number_of_rnaseqcnv_against_its_alterations_defines_no_state_alone(
    write, number, alterations, range_, state
):
    path = write("e.tsv", RNASEQCNV + f"P1\tmale\t{number}\t{alterations}\n")
    read = read_copy_number([path], ["P1"])
    (found,) = read.records
    assert (found.low, found.high) == range_
    assert given_state(found) == state
    told = any("numbers of chromosomes against their alterations: P1 (" in note for note in read.notes)
    assert told == ("does not fit" in found.remark) == (range_[0] != range_[1])


def test_real_rows_of_rnaseqcnv(data):
    """Four St. Jude samples: hyperdiploid with 59 and 52, near haploid with 28, low hypodiploid with 34."""
    path = data / "formats" / "rnaseqcnv" / "DERIVED_estimation_table_from_README.tsv"
    run = ["SJALL049672_D1", "SJALL015971_D1", "SJHYPER141_D", "SJALL015927_D1"]
    found = by_sample(read_copy_number([path], run))
    assert {name: record.low for name, record in found.items()} == {
        "SJHYPER141_D": 59, "SJALL015971_D1": 28, "SJALL049672_D1": 34, "SJALL015927_D1": 52
    }  # fmt: skip
    assert not any("does not fit" in record.remark for record in found.values())
    assert found["SJALL015971_D1"].complete
    assert len(found["SJALL015971_D1"].lost) == 18
    assert ",".join(found["SJALL049672_D1"].lost) == "2,3,4,5,7,9,13,15,16,17,20,22"
    assert found["SJHYPER141_D"].arms_gained == ("1q",)


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
    found = only(write("a.csv", arm_table(*text)))
    assert changes(found) == expected
    assert found.kind == "arms"
    assert math.isnan(found.low)
    assert not found.complete


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
    found = only(path)
    assert changes(found) == expected
    assert found.remark == remark
    assert found.complete


def test_an_autosome_without_a_value_is_not_complete(write):
    path = write("a.csv", arm_table(*AUTOSOMES[:-1], "P1,22,NA", header="sample,chromosome,copies"))
    found = only(path)
    assert not found.complete
    assert found.remark == "without a value: 22"


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
    assert only(path).sample == "P2"
    path = write("arms.csv", "arm,change\n9p,loss\n")
    assert only(f"P3={path}").sample == "P3"
    refused_table(path, "cannot tell whose it is")
    path = write("estimate.tsv", RNASEQCNV + "tumor\tmale\t47\t21+\n")
    read = read_copy_number([f"P3={path}"], RUN)
    assert list(by_sample(read)) == ["P3"]
    assert read.notes == (f"{path}: rows of 'tumor' taken as P3, whose file it is",)


def test_a_folder_of_mixed_files(write, tmp_path):
    write("run/P1.csv", "arm,change\n9p,loss\n")
    write(
        "run/estimation_table.tsv", RNASEQCNV + "P1\tmale\t47\t21+\nP2\tmale\t46\tnone\nQ\tmale\t46\tnone\n"
    )
    write("run/other.tsv", RNASEQCNV + "Q\tmale\t46\tnone\n")
    write("run/log.txt", "all went well\n")
    read = read_copy_number([tmp_path / "run"], RUN)
    assert sorted((record.sample, record.kind) for record in read.records) == [
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


@pytest.mark.parametrize("column", ["case_id", "specimen", "library", "Tumor_Sample_Barcode"])
def test_rows_of_another_patient_are_not_those_of_the_files_name(write, column):
    path = write("P1_all.tsv", f"{column}\tchromosome\tcopies\nP2\t21\t4\nP1\t4\t3\n")
    found = {each.sample: each.gained for each in read_copy_number([path], ["P1", "P2"]).records}
    assert found == {"P1": ("4",), "P2": ("21", "21")}


@pytest.mark.parametrize(("word", "arms"), [("deletion", ("9p",)), ("del", ("9p",)), ("neutral", ())])
def test_words_for_a_change(write, word, arms):
    (row,) = read_copy_number([write("P1.csv", f"sample,arm,change\nP1,9p,{word}\n")], ["P1"]).records
    assert row.arms_lost == arms


def test_copies_with_a_decimal_comma(write):
    (row,) = read_copy_number([write("P1.csv", "sample;chromosome;copies\nP1;21;3,0\n")], ["P1"]).records
    assert row.gained == ("21",)


@pytest.mark.parametrize(
    ("sex", "number"), [("P1,X,2\nP1,Y,1\n", (54, 54)), ("P1,X,1\n", (52, 54)), ("", (52, 54))]
)
def test_all_autosomes_give_the_number_of_chromosomes(write, sex, number):
    copies = {4: 3, 6: 3, 10: 3, 14: 3, 17: 3, 21: 4}
    rows = "".join(f"P1,{name},{copies.get(name, 2)}\n" for name in range(1, 23))
    found = only(write("arms.csv", f"sample,arm,copies\n{rows}{sex}"))
    assert (found.low, found.high) == number


@pytest.mark.parametrize(
    "text",
    [
        "@HD\tVN:1.6\n@SQ\tSN:chr1\tLN:248956422\n@RG\tID:GATKCopyNumber\tSM:P1\n"
        "CONTIG\tSTART\tEND\tNUM_POINTS_COPY_RATIO\tMEAN_LOG2_COPY_RATIO\tCALL\nchr1\t1\t9\t5\t0.02\t0\n",
        "chrom\tseg\tstart\tend\tcf.em\ttcn.em\tlcn.em\n1\t1\t1\t9\t1\t2\t1\n",
        '"chromosome"\t"start.pos"\t"end.pos"\t"CNt"\t"A"\t"B"\n"chr1"\t1\t9\t2\t1\t1\n',
    ],
)
def test_segments_of_gatk_facets_and_sequenza(write, text):
    refused_table(write("P1.seg", text), "found segments .*give the arms")


@pytest.mark.parametrize(
    ("text", "gained", "lost", "arms_lost"),
    [
        ("Probe;Chromosom;Veränderung\nP1;21;Gewinn\nP1;7;Verlust\n", ("21",), ("7",), ()),
        ("Probe;Arm;Änderung\nP1;9p;Verlust\nP1;Chromosom 21;Zugewinn\n", ("21",), (), ("9p",)),
        ("Probe;Chromosom;Kopienzahl\nP1;21;3,0\nP1;7;1\n", ("21",), ("7",), ()),
        (
            "sample,chromosome,change\nP1,chr 21,Tetrasomy\nP1,Chr. 7,copy number loss\n",
            ("21", "21"),
            ("7",),
            (),
        ),
    ],
)
def test_words_for_gains_and_losses(write, text, gained, lost, arms_lost):
    row = read_arm_table(write("c.csv", text)).rows["P1"]
    assert (row.gained, row.lost, row.arms_lost) == (gained, lost, arms_lost)


@pytest.mark.parametrize("said", ["?", "gain?", "suspected gain", "nicht untersucht", "not tested"])
def test_a_doubted_change_is_no_value(write, said):
    row = read_arm_table(write("c.csv", f"sample,chromosome,change\nP1,21,{said}\nP1,7,loss\n")).rows["P1"]
    assert (row.gained, row.lost, row.remark) == ((), ("7",), "without a value: 21")


@pytest.mark.parametrize(
    "head",
    [
        "chr\tstart\tend\tcopy number\tstatus",  # Control-FREEC, with chromosome ratios
        "chrom\tstart\tend\tcopies",
        "ID\tchrom\tstart\tend\tnum.mark\tseg.median.logR\tcopy.number\tcall",  # ichorCNA
        "chromosome\tstart\tend\tcopyNumber\tbafCount",  # PURPLE
    ],
)
def test_a_segment_is_no_chromosome(write, head):
    """A gain of a part of chromosome 1 is not a whole one, whatever stands beside its positions."""
    row = "\t".join(["1", "1", "100", "3", "gain", "x", "x", "x"][: head.count("\t") + 1])
    with pytest.raises(InputError, match=r"found segments.* share of tumor cells: give the arms"):
        read_arm_table(write("c.tsv", f"{head}\n{row}\n"))


# CDKN2A lies on 9p and IKZF1 on 7p (Ensembl 103): a leukemia without them has two chromosomes 9 and 7.
@pytest.mark.parametrize(
    ("columns", "cells"),
    [
        ("gene,copies", "CDKN2A,0"),
        ("gene,change", "CDKN2A,loss"),
        ("band,change", "p21.3,loss"),
        ("Start,Ende,copies", "21900000,22100000,0"),
        ("size_mb,change", "0.2,loss"),
        ("coordinates,copies", "21900000-22100000,0"),
    ],
)
def test_a_part_of_a_chromosome_is_not_the_whole(write, columns, cells):
    with pytest.raises(InputError, match=r"a whole chromosome or an arm, found a part of 9 .* write the arm"):
        read_arm_table(write("c.csv", f"sample,chromosome,{columns}\nP1,9,{cells}\n"))


def test_a_gene_beside_its_arm_or_no_gene_is_no_hindrance(write):
    text = "sample,chromosome,gene,change\nP1,9p,CDKN2A,loss\nP1,21,,gain\n"
    row = read_arm_table(write("c.csv", text)).rows["P1"]
    assert (row.gained, row.lost, row.arms_lost) == (("21",), (), ("9p",))


def test_a_title_above_and_a_remark_below_are_said(write):
    text = "Array results,,\nsample,arm,change\nP1,9p,loss\nComment: by array,,\n"
    read = read_copy_number([write("P1.csv", text)], ["P1"])
    assert changes(read.records[0])[3] == "9p"
    assert [note.partition(": ")[2] for note in read.notes if "left out" in note] == [
        "lines above the header left out: 1 ('Array results,,')",
        "lines below the rows left out: 1 ('Comment: by array')",
    ]


@pytest.mark.parametrize("region", ["whole", "all", ""])
def test_the_whole_of_a_chromosome_is_no_part_of_it(write, region):
    row = read_arm_table(write("c.csv", f"sample,chromosome,change,region\nP1,21,gain,{region}\n")).rows["P1"]
    assert row.gained == ("21",)
