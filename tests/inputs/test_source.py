"""Files by their first bytes, and bounds that no file passes: in lines, and in what is blank between them."""

import gzip
import io
import os

import pytest

from leukotype.errors import InputError
from leukotype.inputs import open_expression, source
from leukotype.inputs.source import container, sha256, stream


def read(path):
    with stream(path) as handle:
        return handle.read()


def test_plain_and_packed_are_the_same(write):
    text = b"gene_id\tP1\nA\t5\n" * 1000
    assert read(write("a.tsv", text)) == read(write("b.tsv", gzip.compress(text))) == text


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize(
    ("content", "match"),
    [
        (b"gene_id\tP1\n" + b"1" * 5_000_000, "expected lines of up to 1,000,000 bytes, found a longer one"),
        (
            b"gene_id\tP1\n" + b"\n" * 5_000_000,
            "expected up to 2,000,000 blank bytes between lines, found more",
        ),
        (b"gene_id\tP1\r" + b" \r\n" * 2_000_000, "expected up to 2,000,000 blank bytes between lines"),
    ],
)
def test_bounds(write, monkeypatch, pack, content, match):
    monkeypatch.setattr(source, "_LONGEST_LINE", 1_000_000)
    monkeypatch.setattr(source, "_MOST_BLANK", 2_000_000)
    path = write("t.tsv", pack(content))
    with pytest.raises(InputError, match=match), stream(path) as handle:
        for _ in io.TextIOWrapper(handle):
            pass


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_more_lines_than_a_table_has(opened, write, pack):
    """100 kB of gzip can stand for 3 billion lines."""
    path = write("t.tsv", pack(b"gene_id\tP1\n" + b"ENSG00000177455\t1\n" * 1_000_001))
    with pytest.raises(InputError, match="expected up to 1,000,000 lines, found more: give it in parts"):
        list(opened(path).blocks())
    path = write("c.tsv", pack(b"#\n" * 10_000_001))
    with pytest.raises(InputError, match="found no line of data"):
        opened(path)
    with pytest.raises(InputError, match="expected up to 10,000,000 lines, found more"):
        read(path)


def test_more_columns_than_a_table_has(opened, write):
    path = write("t.csv", "gene" + ",P" * 400_000 + "\n")
    with pytest.raises(InputError, match="line 1: expected up to 400,000 columns, found 400,001: give the"):
        opened(path)


def test_many_lines_are_no_long_one(write, monkeypatch):
    monkeypatch.setattr(source, "_LONGEST_LINE", 1_000_000)
    text = b"A\t5\n" * 1_000_000
    assert read(write("t.tsv", text)) == text


def test_a_reader_of_numbers_stops_at_the_bound(opened, write, monkeypatch):
    monkeypatch.setattr(source, "_LONGEST_LINE", 1_000_000)
    rows = "".join(f"ENSG{i:011d}\t5\n" for i in range(1, 100))
    path = write("t.tsv", f"gene_id\tP1\n{rows}{'1' * 3_000_000}\n")
    with pytest.raises(InputError, match="expected lines of up to 1,000,000 bytes"):
        list(opened(path).blocks())


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [("t.tsv", b"a\tb\n", "text"), ("t.parquet", b"PAR1xx", "parquet"), ("t.h5ad", b"\x89HDFxx", "h5ad")],
)
def test_containers(write, name, content, kind):
    assert container(write(name, content)) == kind


def test_the_hash_of_a_folder_is_that_of_its_files_by_name(write, tmp_path):
    """As sha256sum lists them; of an empty file it is e3b0c442..."""
    write("store/a", "")
    before = sha256(tmp_path / "store")
    write("store/b", "x")
    assert sha256(tmp_path / "store/a").startswith("e3b0c44298fc1c14")
    assert sha256(tmp_path / "store") != before


def test_a_pipe_in_a_folder_is_refused_and_not_waited_for(tmp_path):
    """To open one that nobody writes to would not end; named on the command line it is refused earlier."""
    os.mkfifo(tmp_path / "counts.csv")
    with pytest.raises(InputError, match=r"counts\.csv: expected a file or a folder, found a pipe"):
        open_expression([tmp_path], count_known=lambda _: 0)
