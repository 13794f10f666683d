"""Numbers of text as it comes: encodings, line ends, delimiters; and the place of whatever cannot be read."""

import gzip
import zipfile

import numpy as np
import pytest

from leukotype.errors import InputError
from leukotype.vocabulary import Strandedness

GENES = ["ENSG00000000001", "ENSG00000000002", "ENSG00000000003"]


def values_of(reader):
    (block,) = reader.blocks()
    return block.values


def refused(opened, path, match, **options):
    with pytest.raises(InputError, match=match) as caught:
        list(opened(path, **options).blocks())
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(opened, write, matrix, encoding, newline):
    text = matrix([(1, 200), (3, 4)]).replace("\n", newline)
    mark = b"\xff\xfe" if encoding == "utf-16-le" else b""
    values = values_of(opened(write("m.tsv", mark + text.encode(encoding))))
    assert values.index.tolist() == ["P1", "P2"]
    assert values.to_numpy().tolist() == [[1, 3], [200, 4]]


@pytest.mark.parametrize("sep", ["\t", ",", ";", " "])
@pytest.mark.parametrize("packed", [False, True])
def test_delimiters_and_gzip_whatever_the_name_says(opened, write, matrix, sep, packed):
    content = matrix([(1, 200), (3, 4)], sep=sep).encode()
    values = values_of(opened(write("m.dat", gzip.compress(content) if packed else content)))
    assert values.to_numpy().tolist() == [[1, 3], [200, 4]]


def test_a_byte_order_mark_before_the_first_gene_of_a_file_without_header(opened, write):
    values = values_of(opened(write("P1.HTSeq", b"\xef\xbb\xbfENSG00000000003\t7\nENSG00000000005\t8\n")))
    assert values.columns.tolist() == ["ENSG00000000003", "ENSG00000000005"]


def test_quotes_comments_blank_lines_and_the_short_header_of_r(opened, write):
    text = '# made by hand\n\n"P1" "P2"\n"ENSG00000000003" 1 20\n\n"ENSG00000000005" "3" 4\n'
    values = values_of(opened(write("m.txt", text)))
    assert values.index.tolist() == ["P1", "P2"]
    assert values.to_numpy().tolist() == [[1, 3], [20, 4]]


def test_a_header_behind_a_number_sign(opened, write):
    values = values_of(opened(write("m.tsv", "#gene\tP1\tP2\nENSG00000000003\t1\t20\n")))
    assert values.index.tolist() == ["P1", "P2"]


@pytest.mark.parametrize(
    ("cell", "match"),
    [
        ("", "line 3, sample P2, gene ENSG00000000002: expected a number, found an empty field"),
        ("NA", r"line 3, sample P2, gene ENSG00000000002: expected a number, found a missing value \('NA'\)"),
        ("nan", "line 3, sample P2, .*found a missing value"),
        ("abc", "line 3, sample P2, gene ENSG00000000002: expected a number, found 'abc'"),
        ("inf", "line 3, sample P2, .*found 'inf'"),
        ("-inf", "line 3, sample P2, .*found '-inf'"),
        ("1e99", "line 3, sample P2, .*found '1e99'"),
        ("1_000", "line 3, sample P2, .*found '1_000'"),
        ("1,5", "line 3, sample P2, .*found '1,5': write decimals with a point"),
        ("0x1F", "line 3, sample P2, .*found '0x1F'"),
        ("2-Mar", "line 3, sample P2, .*found '2-Mar'"),
    ],
)
def test_a_cell_that_is_no_number(opened, write, matrix, cell, match):
    refused(opened, write("m.tsv", matrix([(1, 2), (3, cell), (5, 6)])), match)


@pytest.mark.parametrize(
    "cell", ["", "NA", "nan", "inf", "x", "1 2", "1_000", "0x1F", "1e99", '"1,5"', "1;2"]
)
def test_a_cell_that_is_no_number_with_samples_in_the_rows(opened, write, cell):
    path = write("m.csv", f"id,{','.join(GENES)}\nP1,1,2,3\nP2,3,{cell},4\n")
    refused(opened, path, "line 3, sample P2, gene ENSG00000000002: expected a number, found")


def test_quoted_numbers_with_samples_in_the_rows(opened, write):
    text = '"id","ENSG00000000001","ENSG00000000002"\n\n"P1","1"," 2 "\n"P2",3,4\n'
    values = values_of(opened(write("m.csv", text)))
    assert values.to_numpy().tolist() == [[1, 2], [3, 4]]


def test_a_cell_that_is_no_number_in_a_file_of_one_sample(opened, write):
    path = write("P1.HTSeq", "ENSG00000000001\t1\nENSG00000000002\tmany\nENSG00000000003\t4\n")
    refused(opened, path, "line 2, sample P1, gene ENSG00000000002: expected a number, found 'many'")


@pytest.mark.parametrize(("row", "found"), [("ENSG00000000099\t1", 2), ("ENSG00000000099\t1\t2\t3", 4)])
@pytest.mark.parametrize("line", [2, 3, 14])
def test_ragged_rows(opened, write, row, found, line):
    lines = ["gene_id\tP1\tP2"] + [f"ENSG{i:011d}\t{i}\t{i}" for i in range(1, 16)]
    lines[line - 1] = row
    refused(opened, write("m.tsv", "\n".join(lines)), f"line {line}: expected 3 fields, found {found}")


@pytest.mark.parametrize(("row", "found"), [("P99,1", 2), ("P99,1,2,3", 4)])
@pytest.mark.parametrize("line", [2, 3, 14])
def test_ragged_rows_of_samples(opened, write, row, found, line):
    lines = ["id,ENSG00000000001,ENSG00000000002"] + [f"P{i},{i},{i}" for i in range(1, 16)]
    lines[line - 1] = row
    refused(opened, write("m.csv", "\n".join(lines)), f"line {line}: expected 3 fields, found {found}")


def test_a_row_with_one_field_too_many_under_every_row_is_not_cut(opened, write):
    path = write("m.tsv", "gene_id\tP1\nENSG00000000001\t1\t2\nENSG00000000002\t1\t2\n")
    refused(opened, path, "line 2: expected 2 fields, found 3")


@pytest.mark.parametrize(
    ("name", "content", "match"),
    [
        ("r.fastq", b"@read1\nACGT\n+\nIIII\n", "found a FASTQ file"),
        ("r.fastq.gz", gzip.compress(b"@read1\nACGT\n+\nIIII\n", mtime=0), "found a FASTQ file"),
        ("r.bam", gzip.compress(b"BAM\x01\x00\x00", mtime=0), "found a BAM file"),
        ("r.cram", b"CRAM\x03\x00", "found a CRAM file"),
        ("r.sam", b"@HD\tVN:1.6\n@SQ\tSN:1\n", "found a SAM file"),
        ("r.vcf", b"##fileformat=VCFv4.2\n#CHROM\tPOS\n", "found a VCF file"),
        ("r.pdf", b"%PDF-1.7\n", "found a PDF document"),
        ("r.fa", b">chr1\nACGT\n", "found a FASTA file"),
        ("r.html", b"<!DOCTYPE html><html></html>", "found an HTML"),
        ("r.csv", b"\x00\x01\x02\x03", "found a binary file"),
        ("empty.csv", b"", "the file is empty"),
        ("blank.csv", b"\n \n", "the file is empty"),
        ("empty.csv.gz", gzip.compress(b"", mtime=0), "the file is empty"),
        ("header.csv", b"gene_id,P1,P2\n", "found a header line only"),
        ("comment.csv", b"# nothing here\n", "found no line of data"),
        ("prose.txt", b"nothing\nhere\n", "line 1: expected columns apart by tabs"),
        ("latin.csv", b"gene_id,M\xfcller\nENSG00000000001,5\n", "expected text in UTF-8"),
    ],
)
def test_files_that_are_no_tables(opened, write, name, content, match):
    refused(opened, write(name, content), match)


@pytest.mark.parametrize(
    ("inside", "match"), [("xl/workbook.xml", "the workbook is damaged"), ("a.csv", "a zip archive")]
)
def test_zip_and_excel(opened, tmp_path, inside, match):
    path = tmp_path / "counts.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(inside, "x")
    refused(opened, path, match)


@pytest.mark.parametrize("keep", [0.3, 0.98])
def test_a_truncated_gzip(opened, write, matrix, rng, keep):
    text = "gene_id\tP1\n" + "".join(
        f"ENSG{i:011d}\t{v}\n" for i, v in enumerate(rng.integers(0, 9999, 20_000))
    )
    packed = gzip.compress(text.encode())
    refused(
        opened, write("m.tsv.gz", packed[: int(len(packed) * keep)]), "the gzip file is truncated or damaged"
    )


def test_a_damaged_gzip(opened, write):
    refused(opened, write("m.tsv.gz", b"\x1f\x8b\x08\x00" + b"rubbish" * 9), "truncated or damaged")


def test_text_that_stops_being_utf8_far_down(opened, write, matrix):
    rows = "".join(f"ENSG{i:011d}\t{i}\n" for i in range(1, 40))
    content = ("gene_id\tP1\n" + rows).encode() + b"\xff\xfe\t3\n"
    refused(opened, write("m.tsv", content), "expected text in UTF-8")


# One delimiter too many, and one field too few or too many: no value ever stands under another sample.


@pytest.mark.parametrize("sep", ["\t", ",", ";"])
@pytest.mark.parametrize("in_header", [False, True])
def test_rows_that_end_on_one_delimiter_too_many(opened, write, sep, in_header):
    lines = [f"gene_id{sep}P1{sep}P2{sep if in_header else ''}"]
    lines += [f"ENSG{i:011d}{sep}{i}{sep}{i * 10}{sep}" for i in range(1, 30)]
    values = values_of(opened(write("m.csv", "\n".join(lines) + "\n")))
    assert values.index.tolist() == ["P1", "P2"]
    assert values.iloc[:, 4].tolist() == [5, 50]


def test_the_short_header_of_r_and_a_delimiter_too_many(opened, write):
    text = "P1\tP2\nENSG00000000003\t1\t20\t\nENSG00000000005\t3\t4\t\n"
    values = values_of(opened(write("m.tsv", text)))
    assert values.index.tolist() == ["P1", "P2"]
    assert values.to_numpy().tolist() == [[1, 3], [20, 4]]


def test_star_and_htseq_with_a_delimiter_too_many(opened, write):
    star = (
        "N_unmapped\t1\t1\t1\t\nN_multimapping\t1\t1\t1\t\nN_noFeature\t1\t1\t1\t\nN_ambiguous\t1\t1\t1\t\n"
    )
    path = write("P1.ReadsPerGene.out.tab", star + "ENSG00000000003\t9\t5\t4\t\n")
    assert values_of(opened(path, strandedness=Strandedness.FORWARD)).to_numpy().tolist() == [[5]]
    path = write("P1.HTSeq", "ENSG00000000003\t7\t\nENSG00000000005\t8\t\n")
    assert values_of(opened(path)).to_numpy().tolist() == [[7, 8]]


@pytest.mark.parametrize("chunk", [99, 8_000_000])
@pytest.mark.parametrize("line", [5, 14, 16])
@pytest.mark.parametrize(
    ("row", "found"),
    [("ENSG00000000099\t1\t2\t3\tnote\tmore", 6), ("ENSG00000000099\t1\t2\tnote", 4)],
)
def test_a_row_of_another_width_before_a_column_that_is_left_out(
    opened, write, monkeypatch, chunk, line, row, found
):
    """The fast parser fills up a short row and cuts off a long one where a chunk begins."""
    monkeypatch.setattr("leukotype.inputs.expression.matrix._CHUNK_NUMBERS", chunk)
    lines = ["gene_id\tP1\tP2\tP3\tdescription"]
    lines += [f"ENSG{i:011d}\t{i}\t{i}\t{i}\tnote" for i in range(1, 30)]
    lines[line - 1] = row
    with pytest.raises(InputError, match=f"line {line}: expected 5 fields, found {found}"):
        list(opened(write("m.tsv", "\n".join(lines))).blocks(2))


def test_a_numeric_description_does_not_slip_under_a_sample(opened, write):
    lines = ["gene_id\tP1\tP2\tlength"] + [f"ENSG{i:011d}\t{i}\t{i}\t1500" for i in range(1, 30)]
    lines[20] = "ENSG00000000099\t7\t1500"
    refused(opened, write("m.tsv", "\n".join(lines)), "line 21: expected 4 fields, found 3")


@pytest.mark.parametrize("name", ["description", "length"])
def test_a_stray_quote_swallows_no_row(opened, write, name):
    lines = [f"gene_id\tP1\tP2\t{name}"] + [f"ENSG{i:011d}\t{i}\t{i}\ttext" for i in range(1, 30)]
    lines[9] = 'ENSG00000000009\t9\t9\t5" end'
    assert values_of(opened(write("m.tsv", "\n".join(lines)))).shape == (2, 29)
    lines[9] = 'ENSG00000000009\t"9\t9\ttext'
    refused(opened, write("m.tsv", "\n".join(lines)), "line 10: expected each quoted field to close")
    lines = [line.replace("\t", ",") for line in lines]
    refused(opened, write("m.csv", "\n".join(lines)), "line 10: expected each quoted field to close")


def test_quoted_delimiters_and_quoted_numbers_are_read_field_by_field(opened, write):
    lines = ["gene_id,P1,P2,description"] + [f"ENSG{i:011d},{i},{i}," for i in range(1, 30)]
    lines[20] = 'ENSG00000000020,"20",20,"a kinase, probably"'
    values = values_of(opened(write("m.csv", "\n".join(lines))))
    assert values.iloc[:, 19].tolist() == [20, 20]


def test_blank_rows_at_the_end_are_passed_over(opened, write):
    values = values_of(opened(write("m.csv", "gene_id,P1\nENSG00000000003,1\nENSG00000000005,2\n,\n,\n")))
    assert values.to_numpy().tolist() == [[1, 2]]


def test_excels_own_first_line_is_passed_over(opened, write):
    path = write("m.csv", "sep=;\ngene_id;P1;P2\nENSG00000000003;1;2\nENSG00000000005;3;4\n")
    assert values_of(opened(path)).to_numpy().tolist() == [[1, 3], [2, 4]]


def test_decimal_commas_are_read_where_no_number_has_a_point(opened, write):
    """German and other spreadsheets; with genes in rows and in columns."""
    rows = "ENSG00000000001;0,5;3\nENSG00000000002;1,234;0\nENSG00000000003;12;7,25\n"
    reader = opened(write("a.csv", "gene_id;P1;P2\n" + rows), value_type="tpm")
    (block,) = reader.blocks()
    assert np.allclose(block.values.loc["P1"], [0.5, 1.234, 12])
    assert "decimal commas read as points" in reader.notes
    turned = "sample;ENSG00000000001;ENSG00000000002\nP1;0,5;1,25\nP2;3;0\n"
    (block,) = opened(write("b.csv", turned), value_type="tpm").blocks()
    assert np.allclose(block.values.loc["P1"], [0.5, 1.25])


@pytest.mark.parametrize(
    ("cell", "match"),
    [("1.5", "found '1.5'"), ("1,2,3", "found '1,2,3'"), ("1.234,5", "found '1.234,5'")],
)
def test_what_is_no_decimal_comma_in_such_a_file_is_refused(opened, write, cell, match):
    filler = "".join(f"ENSG{i:011d};0,5\n" for i in range(1, 15))
    refused(opened, write("a.csv", f"gene_id;P1\n{filler}ENSG00000000099;{cell}\n"), match, value_type="tpm")


def test_thousands_are_no_decimals(opened, write):
    rows = "ENSG00000000001\t1,234\nENSG00000000002\t5,678\nENSG00000000003\t9\n"
    refused(opened, write("a.tsv", "gene_id\tP1\n" + rows), "found '1,234': write decimals with a point")


def test_a_nul_ends_no_number(opened, write, matrix):
    text = matrix([(1, 2), (3, "4\0005"), (5, 6)])
    refused(
        opened,
        write("m.tsv", "# a comment that is long enough to hide it\n" * 200 + text),
        "line 203, sample P2",
    )


@pytest.mark.parametrize("row", ["P2\t1,234\t5\t", "P2\t1,234\t5\t6", "P2\t1\t2\t3\x004", "P2\t1\t\t3"])
def test_a_thousand_with_its_comma_or_a_nul_never_changes_the_numbers_of_its_row(opened, write, row):
    """Samples in the rows: 1,234 and 5 before an empty field are not the three numbers 1, 234 and 5."""
    rows = [f"P{number}\t7\t8\t9" for number in (1, *range(3, 9000))]
    text = "\n".join(["\t".join(["sample", *GENES]), *rows, row]) + "\n"
    refused(opened, write("m.tsv", text), "line 9000, sample P2, gene ENSG0000000000")


@pytest.mark.parametrize("sep", ["\t", ",", ";"])
def test_samples_in_rows_are_read_to_the_digit_that_their_numbers_have(opened, write, sep):
    genes = [f"ENSG{number:011}" for number in range(7)]
    counts = ["0", "7", "42", "16777217", "123456789012345", "99999999999999999", "0007"]
    others = ["0", "7", "42.5", "1e3", "+7", ".25", "100000.125"]
    rows = [["sample", *genes], ["P1", *counts], ["P2", *others]]
    text = "".join(sep.join(row) + "\n" for row in rows)
    values = values_of(opened(write("m.txt", text), value_type="counts"))
    expected = [[float(field) for field in row] for row in (counts, others)]
    assert values.to_numpy().tolist() == np.array(expected, dtype=np.float32).tolist()


@pytest.mark.parametrize("field", ["", "12a", "-", "1 2"])
def test_a_row_of_counts_with_another_sign_in_it_is_refused(opened, write, field):
    text = f"sample,{','.join(GENES)}\nP1,1,2,3\nP2,4,{field},6\n"
    refused(opened, write("m.csv", text), f"line 3, sample P2, gene {GENES[1]}: expected a number")


@pytest.mark.parametrize("number", ["1.234.567", "1'234", "1 234", "1.234,5"])
def test_marks_of_thousands_are_named(opened, write, matrix, number):
    path = write("m.tsv", matrix([(1, 2), (number, 4)]))
    refused(opened, path, "line 3, sample P1, .*no separator of thousands")


@pytest.mark.parametrize("sep", ["\t", ",", ";", " "])
@pytest.mark.parametrize("quote", ["", '"'])
@pytest.mark.parametrize("decimal", [False, True])
def test_a_table_of_a_thousand_samples_holds_what_its_parts_hold(opened, write, rng, sep, quote, decimal):
    counts = rng.negative_binomial(1, 0.001, (len(GENES), 1200))
    samples, shown = [f"P{i}" for i in range(1200)], (counts / 8 if decimal else counts).astype(str)

    def read(name, own):
        rows = [["gene", *samples[own]]]
        rows += [[f"{quote}{gene}{quote}", *row[own]] for gene, row in zip(GENES, shown, strict=True)]
        reader = opened(write(name, "".join(sep.join(row) + "\n" for row in rows)), value_type="counts")
        return np.vstack([block.values.to_numpy() for block in reader.blocks()])

    whole = read("whole.txt", slice(None))
    assert whole.tolist() == np.vstack([read("1.txt", slice(600)), read("2.txt", slice(600, None))]).tolist()
    assert whole.tolist() == shown.astype(np.float32).T.tolist()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (",7,8\n", ",7\n", "line 4.*expected 1201 fields, found 1200"),
        (",7,8\n", ",7,8,9\n", "line 4.*expected 1201 fields, found 1202"),
        (",7,8\n", ",7,\n", f"line 4, sample P1199, gene {GENES[2]}: expected a number"),
        (",7,8\n", ",7,8 9\n", f"line 4, sample P1199, gene {GENES[2]}: expected a number"),
        (",7,8\n", ',7,"8\n', "line 4: expected each quoted field to close"),
        (f"{GENES[2]},", f'"{GENES[2]},', "line 4: expected each quoted field to close"),
    ],
)
def test_the_faults_of_a_table_of_a_thousand_samples_have_their_place(opened, write, old, new, said):
    rows = [["gene", *(f"P{i}" for i in range(1200))], *([gene, *["3"] * 1198, "7", "8"] for gene in GENES)]
    *above, last = (",".join(row) + "\n" for row in rows)
    refused(opened, write("m.csv", "".join([*above, last.replace(old, new)])), said)
