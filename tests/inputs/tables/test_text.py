"""One rule for delimited text: quotes, widths, headers; and no field under another column's name."""

import csv

import pytest

from leukotype.errors import InputError
from leukotype.inputs.tables.text import (
    OpenQuoteError,
    OtherKindError,
    cannot_tell,
    hold_numbers,
    hold_samples,
    open_table,
    read_named,
    read_rows,
    split_fields,
)

KINDS = {"pairs": (frozenset({"left", "right", "reads"}),), "bare": (frozenset({"left", "right"}),)}
READS = hold_numbers("reads")


def rows(path, fits=READS):
    frame = read_named(path, KINDS, "a table of pairs", fits).frame
    return frame[[name for name in frame.columns if name]].to_numpy().tolist()


def refused(path, match, fits=READS):
    with pytest.raises(InputError, match=match) as caught:
        rows(path, fits)
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("line", "delimiter", "fields"),
    [
        ("a\t b \t", "\t", ["a", "b", ""]),
        ('"a"\t"say ""x"""\t5" end', "\t", ["a", 'say "x"', '5" end']),
        ('a,"b,c" , "d""e",', ",", ["a", "b,c", 'd"e', ""]),
        ('12";x', ";", ['12"', "x"]),
        ('"a b"  c', " ", ["a b", "c"]),
        ('"",""', ",", ["", ""]),
    ],
)
def test_fields(line, delimiter, fields):
    assert split_fields(line, delimiter) == fields


@pytest.mark.parametrize(
    ("line", "delimiter"),
    [('a\t"b\tc', "\t"), ('a\tb"\tc', "\t"), ('a,"b,c', ","), ('a,"b"c,d', ","), ('"a b', " ")],
)
def test_a_quote_that_does_not_close(line, delimiter):
    with pytest.raises(OpenQuoteError):
        split_fields(line, delimiter)


@pytest.mark.parametrize("sep", ["\t", ",", ";"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("in_header", ["", "one too many"])
def test_one_delimiter_too_many_under_every_row(write, sep, newline, in_header):
    """Excel and some callers write it; the columns stay where they are, and a note says so."""
    lines = [["left", "right", "reads"], ["BCR", "ABL1", "43"], ["KRAS", "NRAS", "2"]]
    ends = ["" if not in_header else sep, sep, sep]
    text = newline.join(sep.join(line) + end for line, end in zip(lines, ends, strict=True))
    path = write("t.txt", text)
    assert rows(path) == lines[1:]
    assert read_named(path, KINDS, "pairs", READS).notes == (
        "each row ends on one delimiter too many, which was left out",
    )


def test_a_delimiter_too_many_in_the_header_alone(write):
    assert rows(write("t.tsv", "left\tright\treads\t\nBCR\tABL1\t43\n")) == [["BCR", "ABL1", "43"]]


def test_row_names_of_r_without_a_name_over_them(write):
    path = write("t.tsv", '"left"\t"right"\t"reads"\n"1"\t"BCR"\t"ABL1"\t43\n"2"\t"A"\t"B"\t2\n')
    assert rows(path) == [["BCR", "ABL1", "43"], ["A", "B", "2"]]


def test_row_names_and_an_empty_last_column_are_told_from_a_delimiter_too_many(write):
    text = "left,right,reads,note\nr1,BCR,ABL1,43,\nr2,A,B,2,\n"
    assert rows(write("t.csv", text)) == [["BCR", "ABL1", "43", ""], ["A", "B", "2", ""]]
    text = "left,right,reads,note\nBCR,ABL1,43,x,\nA,B,2,y,\n"
    assert rows(write("t.csv", text)) == [["BCR", "ABL1", "43", "x"], ["A", "B", "2", "y"]]


def test_what_can_be_read_in_two_ways_is_refused(write):
    refused(write("t.csv", "left,right\nBCR,ABL1,\nA,B,\n"), "line 2: expected 2 fields, found 3: correct")


def test_a_row_of_another_width_is_never_shifted(write):
    for row, found in (("KRAS\tNRAS\t2\t", 4), ("KRAS\tNRAS", 2), ("x\tKRAS\tNRAS\t2", 4)):
        text = f"left\tright\treads\nBCR\tABL1\t43\nETV6\tRUNX1\t9\n{row}\nA\tB\t1\n"
        refused(write("t.tsv", text), f"line 4: expected 3 fields, found {found}")


def test_a_comma_in_a_text_without_quotes(write):
    path = write("t.csv", "left,right,reads\nBCR,ABL1,43,seen, twice\n")
    refused(path, r"line 2: expected 3 fields, found 5: correct .* \(quote a field that holds a comma\)")


def test_a_stray_quote_between_tabs_leaves_every_row(write):
    lines = ["left\tright\treads\tnote", *(f"A{i}\tB{i}\t{i}\ttext" for i in range(168))]
    lines[80] = 'A79\tB79\t79\tabout 5" of it'
    assert len(rows(write("t.tsv", "\n".join(lines)))) == 168
    lines[80] = '"A79\tB79\t79\ttext'
    refused(write("t.tsv", "\n".join(lines)), "line 81: expected each quoted field to close")


def test_a_quoted_field_holds_no_line_end(write):
    text = 'left,right,reads\nBCR,"ABL1,43\nKRAS,NRAS,2\nA,"B",1\n'
    refused(write("t.csv", text), "line 2: expected each quoted field to close .* found '\"ABL1,43'")


def test_comments_and_logs_above_the_header(write):
    text = "## GATK\n" * 400 + "# more\nlog: started\nleft\tright\treads\nBCR\tABL1\t43\n"
    read = read_named(write("t.tsv", text), KINDS, "pairs")
    assert read.frame.index.tolist() == [404]
    assert read.notes == ("lines above the header left out: 1 ('log: started')",)
    with pytest.raises(OtherKindError, match="found a first line of 'log:, started'"):
        read_named(write("t.tsv", "log: started\n" * 60 + text), KINDS, "pairs")


def test_blank_rows_are_passed_over(write):
    assert rows(write("t.csv", 'left,right,reads\n\nBCR,ABL1,43\n,,\n"","",""\n')) == [["BCR", "ABL1", "43"]]


def test_the_samples_of_the_run_tell_where_they_stand(write):
    """``P1,46,XX`` without quotes is one field too long; no sample is called 46."""
    kinds = {"k": (frozenset({"sample", "karyotype"}),)}
    fits = hold_samples(["P1"], "sample")
    with pytest.raises(InputError, match="line 2: expected 2 fields, found 3"):
        read_named(write("k.csv", "sample,karyotype\nP1,46,XX\n"), kinds, "karyotypes", fits)
    read = read_named(write("k.tsv", "sample\tkaryotype\n1\tP1\t46,XX\n"), kinds, "karyotypes", fits)
    assert read.frame["sample"].tolist() == ["P1"]


def test_columns_apart_by_blanks_are_told_from_another_file(write):
    path = write("P1.txt", "gene reads\nBCR 3\n")
    with pytest.raises(InputError, match="found columns apart by blanks: part them by tabs"):
        read_named(path, {"": [frozenset({"gene", "reads"})]}, "a table")


def test_the_limit_of_pythons_csv_module_is_left_alone(write):
    """Arriba lists every read of a fusion in one field."""
    path = write("t.tsv", f"left\tright\treads\tidentifiers\nBCR\tABL1\t43\t{'read,' * 60_000}\n")
    assert len(rows(path)[0][3]) == 300_000
    assert csv.field_size_limit() == 131_072


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (b"", "found an empty file: give the tool's output"),
        (b"\n \n", "found an empty file"),
        (b"a,b\n1,2\n", "expected a table of pairs, found a first line of 'a,b'"),
        (b"## nothing\n", "found no line but comments"),
        (b"PK\x03\x04[Content_Types].xml", r"found an Excel workbook \(xlsx\): save the sheet as csv"),
        (b"%PDF-1.7\n", "found a PDF document: export it as text"),
    ],
)
def test_files_of_another_kind(write, content, match):
    with pytest.raises(OtherKindError, match=match):
        rows(write("t.csv", content))


@pytest.mark.parametrize(
    ("above", "said"),
    [
        ("", 0),
        ("Study X\n\n", 1),
        ("Study X,,,\n,,,\n", 1),
        ('"Study X, counts of HTSeq, 2024"\nMade: today\n', 2),
        ("Study X, counts\nMade: today\n", 2),
        (",tumour,,\n", 1),
        ("".join(f"remark {i}\n" for i in range(15)), 15),
    ],
)
@pytest.mark.parametrize("mark", [",", "\t", ";"])
@pytest.mark.parametrize("first", ["gene", "", None])
def test_titles_above_a_header_are_left_out(write, above, said, mark, first):
    """Spreadsheets, and R's header without a name (empty, or lacking) above the names of rows."""
    head = ["P1", "P2", "P3"] if first is None else [first, "P1", "P2", "P3"]
    lines = [head, *([f"G{i}", str(i), "0", "2.5"] for i in range(12))]
    table = open_table(write("t.csv", above + "\n".join(mark.join(line) for line in lines) + "\n"))
    assert (table.head[0].fields, table.delimiter, len(table.above)) == (tuple(head), mark, said)
    assert len(table.notes) == (said > 0)


@pytest.mark.parametrize(
    "text",
    [
        "P1\nG1\t3\nG2\t4\n",
        "gene,P1,,\nG1,3,x,y\nG2,4,x,y\n",
        "sample;counts;fusions;age\nP1;a;;\nP2;b;;\nP3;c;;4\n",
        "N_unmapped\t\t\t1\nG1\ta\tb\t2\nG2\ta\tb\t3\n",
        "sample,note\nP1,\nP2,\n",
    ],
)
def test_a_first_row_with_gaps_is_no_title(write, text):
    assert open_table(write("t.csv", text)).head[0].line == 1


TWO = "left\tright\treads\nBCR\tABL1\t43\nKRAS\tNRAS\t2\n"


@pytest.mark.parametrize(
    ("below", "lines"),
    [
        ("Comment: all seen by PCR\n", 1),
        ("Bemerkung: alle mit PCR gesehen\t\t\n", 1),
        ("\nall of them were seen by PCR\n", 1),
        ("\n\nNotes\nall of them\nwere seen by PCR\n", 3),
        ("# seen by PCR\n", 1),
        ("* by PCR\n** by FISH\n", 2),
        ("\nNote: by PCR\tby FISH\n", 1),  # a tab in a sentence
    ],
)
def test_remarks_below_a_table_are_left_out_and_said(write, below, lines):
    read = read_named(write("t.tsv", TWO + below), KINDS, "pairs")
    assert read.frame["left"].tolist() == ["BCR", "KRAS"]
    (note,) = read.notes
    assert note.startswith(f"lines below the rows left out: {lines} (")


@pytest.mark.parametrize("below", ["ETV6\n", "\nETV6\n", "all of them seen\n", "ETV6\tRUNX1\n"])
def test_a_row_that_was_cut_off_is_no_remark(write, below):
    refused(write("t.tsv", TWO + below), "expected 3 fields, found [12]")


def test_a_remark_among_the_rows_is_a_fault(write):
    refused(write("t.tsv", TWO + "Note: by PCR\nETV6\tRUNX1\t9\n"), "expected 3 fields, found 1")


def test_a_sample_without_values_stands_below_a_blank_line(write):
    whole, rows = read_rows(open_table(write("t.csv", "sample,blasts\nP1,80\n\nP2,\n")), cannot_tell)
    assert [row.fields for row in rows] == [("P1", "80"), ("P2", "")]
    assert whole.notes == []
