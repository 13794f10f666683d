"""A sheet of samples: names, files beside it, and what it says of them."""

from pathlib import Path

import pytest

from leukotype.errors import InputError
from leukotype.inputs import Reading, open_expression
from leukotype.inputs.lesions.given import read_lesions
from leukotype.inputs.reading import LesionFiles
from leukotype.inputs.sample_sheet import fill, read_sheet
from leukotype.vocabulary import Strandedness

STAR = "N_unmapped\t1\t1\t1\nENSG00000000001\t10\t1\t9\nENSG00000000002\t20\t2\t18\n"


@pytest.fixture
def sheet(write):
    def make(*rows, head="sample,counts,fusions,variants,karyotype,blast_pct,strandedness,site"):
        for name in ("a/ReadsPerGene.out.tab", "b/ReadsPerGene.out.tab"):
            write(name, STAR)
        for name in ("a.fusions.tsv", "b.fusions.tsv", "cohort.maf"):
            write(name, "x\n")
        return write("sheet.csv", "\n".join([head, *rows]) + "\n")

    return make


A = 'Ann,a/ReadsPerGene.out.tab,a.fusions.tsv;b.fusions.tsv,cohort.maf,"46,XX",90,reverse,4'
B = "Bob,b/ReadsPerGene.out.tab,,cohort.maf,,,forward,7"


def test_what_a_row_says(sheet, tmp_path):
    read = read_sheet(sheet(A, B))
    ann, bob = read.rows
    assert (ann.sample, bob.sample) == ("Ann", "Bob")
    assert ann.counts == tmp_path / "a/ReadsPerGene.out.tab"
    assert [path.name for path in ann.files["fusions"]] == ["a.fusions.tsv", "b.fusions.tsv"]
    assert bob.files["fusions"] == ()
    assert (ann.strandedness, bob.strandedness) == (Strandedness.REVERSE, Strandedness.FORWARD)
    assert read.aside == ("site",)


def test_a_run_is_asked_what_the_sheet_has(sheet, tmp_path):
    """A file of one sample is given with its name; one of several says itself whose its rows are."""
    path = sheet(A, B)
    files, asked = fill([], path, {"strict": True})
    assert files == [tmp_path / "a/ReadsPerGene.out.tab", tmp_path / "b/ReadsPerGene.out.tab"]
    assert asked == {
        "strict": True,
        "fusions": [f"Ann={tmp_path / name}" for name in ("a.fusions.tsv", "b.fusions.tsv")],
        "variants": [f"Ann=Bob={tmp_path / 'cohort.maf'}"],
        "karyotype": path,
        "blasts": path,
        "samples": path,
    }


def test_lesions_of_a_sample_without_counts_are_refused(sheet):
    with pytest.raises(InputError, match="line 3: expected a file of counts for Bob, found lesions alone"):
        fill([], sheet(A, "Bob,,a.fusions.tsv,,,,,"), {})


def test_what_is_empty_is_not_asked(sheet):
    _, asked = fill([], sheet("Bob,b/ReadsPerGene.out.tab,,,,,,"), {})
    assert asked.keys() == {"samples"}


def test_names_and_strands_of_the_sheet(sheet, count_known):
    path = sheet(A, B)
    reader = open_expression(read_sheet(path).counts, Reading(samples=path), count_known=count_known)
    assert reader.samples == ("Ann", "Bob")
    (block,) = reader.blocks()
    assert block.values.loc["Ann"].tolist() == [9, 18]  # reverse
    assert block.values.loc["Bob"].tolist() == [1, 2]  # forward
    assert "called Ann as in sheet.csv, not a" in reader.notes


@pytest.mark.parametrize(
    ("head", "row"),
    [
        ("sample,fastq_1,fastq_2,strandedness", "a,x_R1.fastq.gz,x_R2.fastq.gz,reverse"),  # nf-core/rnaseq
        ("sample_id,left,right,strandedness", "a,x_R1.fastq.gz,x_R2.fastq.gz,reverse"),  # IntegrateALL
    ],
)
def test_sheets_of_pipelines_say_the_strand_of_counts_that_are_given(write, count_known, head, row):
    write("a/ReadsPerGene.out.tab", STAR)
    path = write("sheet.csv", f"{head}\n{row}\n{row.replace('_R', '_L2_R')}\n")
    with pytest.raises(InputError, match=r"expected a column of counts, found FASTQ files"):
        fill([], path, {})
    files, asked = fill([path.parent / "a"], path, {})
    reader = open_expression(files, Reading(samples=asked["samples"]), count_known=count_known)
    (block,) = reader.blocks()
    assert block.values.loc["a"].tolist() == [9, 18]


@pytest.mark.parametrize(
    ("row", "match"),
    [
        (",a/ReadsPerGene.out.tab,,,,,,", "line 2: expected the name of a sample, found an empty field"),
        ("Ann,x.tab,,,,,,", "line 2 / counts: expected a file or folder, found none at .*x.tab"),
        (
            "Ann,a/ReadsPerGene.out.tab,y.tsv,,,,,",
            "line 2 / fusions: expected a file or folder, found none at",
        ),
        ("Ann,a/ReadsPerGene.out.tab;b/ReadsPerGene.out.tab,,,,,,", "expected one file of counts, found 2"),
        ("Ann,a/ReadsPerGene.out.tab,,,,,sideways,", "line 2 / strandedness: .* found 'sideways'"),
        (A + "\nAnn,b/ReadsPerGene.out.tab,,,,,,", "line 3: expected each sample once, found Ann again"),
    ],
)
def test_a_mistake_is_named_with_its_line(sheet, row, match):
    with pytest.raises(InputError, match=match) as caught:
        read_sheet(sheet(row))
    assert "\n" not in str(caught.value)


def test_a_path_that_no_disk_can_have_is_named_with_its_line(sheet):
    with pytest.raises(InputError, match=r"sheet\.csv: line 2 / fusions: .* found none"):
        read_sheet(sheet(f"Ann,,{'9' * 300}.tsv,,,,,"))


def test_a_sheet_needs_a_column_of_samples(sheet):
    with pytest.raises(InputError, match="expected a column such as sample, found 'name', 'counts'"):
        read_sheet(sheet("Ann,a/ReadsPerGene.out.tab", head="name,counts"))


def test_what_both_give_is_refused(sheet):
    with pytest.raises(InputError, match="has a column of fusions, and --fusions was given too"):
        fill([], sheet(A, B), {"fusions": ["x.tsv"]})
    with pytest.raises(InputError, match=r"has a column of counts, and x.tsv was given too"):
        fill([Path("x.tsv")], sheet(A, B), {})


@pytest.mark.parametrize(
    "cell",
    [
        "a.fusions.tsv;b.fusions.tsv",
        "a.fusions.tsv | b.fusions.tsv",
        '"a.fusions.tsv,b.fusions.tsv"',
        "a.fusions.tsv b.fusions.tsv",  # a line end within a workbook's cell
    ],
)
def test_several_files_in_a_cell(sheet, cell):
    (ann,) = read_sheet(sheet(f"Ann,a/ReadsPerGene.out.tab,{cell},,,,,")).rows
    assert [path.name for path in ann.files["fusions"]] == ["a.fusions.tsv", "b.fusions.tsv"]


def test_a_path_of_windows_and_one_with_a_blank(sheet, write):
    write("run 7/P 1.tab", STAR)
    names = [row.counts.name for row in read_sheet(sheet("Ann,a\\ReadsPerGene.out.tab,,,,,,")).rows]
    names += [row.counts.name for row in read_sheet(sheet("Ann,run 7/P 1.tab,,,,,,")).rows]
    assert names == ["ReadsPerGene.out.tab", "P 1.tab"]


@pytest.mark.parametrize("word", ["-", "n.d.", "not done", "NA", "unknown"])
def test_words_for_no_file(sheet, word):
    (ann,) = read_sheet(sheet(f"Ann,a/ReadsPerGene.out.tab,{word},,,,,")).rows
    assert ann.files["fusions"] == ()


# Their manuals: TopHat's fr-firststrand is HTSeq's reverse, Salmon's ISR too.
@pytest.mark.parametrize(
    ("word", "strand"),
    [
        ("fr-firststrand", Strandedness.REVERSE),
        ("ISR", Strandedness.REVERSE),
        ("fr-secondstrand", Strandedness.FORWARD),
        ("IU", Strandedness.UNSTRANDED),
        ("auto", None),
    ],
)
def test_strands_in_the_words_of_tools(sheet, word, strand):
    (ann,) = read_sheet(sheet(f"Ann,a/ReadsPerGene.out.tab,,,,,{word},")).rows
    assert ann.strandedness == strand


def test_a_strand_that_one_sample_does_not_tell_is_not_taken_from_another(write, tmp_path):
    head = "sample,fastq_1,fastq_2,strandedness"
    told = {"auto": None, "reverse": Strandedness.REVERSE}
    for word, strand in told.items():
        path = write("sheet.csv", f"{head}\nAnn,r1,r2,{word}\nBob,r3,r4,reverse\n")
        assert read_sheet(path).strand_of(tmp_path / "counts.tsv") == strand


def test_columns_that_are_not_read_are_said(sheet, count_known):
    path = sheet(A, head="sample,counts,fusions,variants,karyotype,blast_pct,strandedness,Age (months)")
    reader = open_expression(read_sheet(path).counts, Reading(samples=path), count_known=count_known)
    assert any(note.endswith("columns not read: 'Age (months)'") for note in reader.notes)


def test_headers_in_german(sheet):
    path = sheet("Ann;a/ReadsPerGene.out.tab;80,5;45;w", head="Probe;Datei;Blasten;Alter;Geschlecht")
    counts, asked = fill([], path, {})
    assert [file.name for file in counts] == ["ReadsPerGene.out.tab"]
    assert {name for name, value in asked.items() if value == path} == {"blasts", "age", "sex", "samples"}


def test_a_column_of_samples_goes_before_one_of_patients(sheet):
    path = sheet("X,Ann,a/ReadsPerGene.out.tab", head="patient_id,sample_id,counts")
    assert read_sheet(path).rows[0].sample == "Ann"


def test_the_sheet_of_a_workbook_below_a_title(sheet, tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    sheet(A)
    book = openpyxl.Workbook()
    for row in (["Spalte", "Bedeutung"], ["Alter", "in Jahren"]):
        book.active.append(row)
    samples = book.create_sheet("Proben")
    for row in (["Proben der Studie"], [], ["Probe", "Z\u00e4hldatei"], ["Ann", "a/ReadsPerGene.out.tab"]):
        samples.append(row)
    book.save(tmp_path / "s.xlsx")
    for path in (tmp_path / "s.xlsx", tmp_path / "s.xlsx#Proben"):
        read = read_sheet(path)
        assert [row.sample for row in read.rows] == ["Ann"]
        assert read.notes == ("lines above the header left out: 1 ('Proben der Studie')",)


@pytest.mark.parametrize(
    ("column", "file", "text"),
    [
        ("fusions", "Ann.fusions.csv", "gene_5prime,gene_3prime\nBCR,ABL1\n"),
        ("cnv", "Ann.arms.csv", "arm,change\n9p,loss\n"),
        ("variants", "Ann.maf", "Hugo_Symbol\tChromosome\tTumor_Sample_Barcode\nPAX5\t9\tT1\n"),
    ],
)
def test_a_file_in_two_rows_that_says_nobody_s_name_is_neither_s(sheet, write, column, file, text):
    """By its name it was Ann's, and Bob's lesions were dropped."""
    path = sheet("Ann,a/ReadsPerGene.out.tab", head="sample,counts")
    write(file, text)
    path.write_text(
        f"sample,counts,{column}\nAnn,a/ReadsPerGene.out.tab,{file}\nBob,b/ReadsPerGene.out.tab,{file}\n"
    )
    _, asked = fill([], path, {})
    with pytest.raises(InputError, match=rf"{file}: .*it is given for Ann and Bob, found none: give each"):
        read_lesions(LesionFiles(**{column: tuple(asked[column])}), ["Ann", "Bob"])


def test_a_file_in_two_rows_whose_rows_name_their_samples(sheet, write):
    path = sheet("Ann,a/ReadsPerGene.out.tab", head="sample,counts")
    write("Ann.csv", "sample,fusion\nAnn,BCR::ABL1\nBob,ETV6::RUNX1\n")
    path.write_text(
        "sample,counts,fusions\nAnn,a/ReadsPerGene.out.tab,Ann.csv\nBob,b/ReadsPerGene.out.tab,Ann.csv\n"
    )
    _, asked = fill([], path, {})
    read = read_lesions(LesionFiles(fusions=tuple(asked["fusions"])), ["Ann", "Bob"])
    assert list(read.lesions.fusions["sample"]) == ["Ann", "Bob"]
