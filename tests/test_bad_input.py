"""Bad input ends in one line that names the file, with exit code 2 and nothing written.

Every file is two children's counts of GSE161501 with one thing broken, a real file of another kind, or the
few bytes that a program knows a kind of file by.
"""

import gzip
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from leukotype.cli import main
from leukotype.model.bundle import FILES, HASHES, default_path

Lines = list[str]
Refused = Callable[..., str]


BAM = gzip.compress(b"BAM\x01" + bytes(100))
FASTQ = b"@read1\nACGTACGT\n+\nFFFFFFFF\n@read2\nACGTACGA\n+\nFFFFFFFF\n"


@pytest.fixture(scope="module")
def real(data: Path) -> Lines:
    """Header and genes of the first two children of GSE161501, tab-separated, without line ends."""
    with gzip.open(data / "external" / "GSE161501" / "counts.tsv.gz", "rt") as lines:
        return ["\t".join(line.rstrip("\n").split("\t")[:3]) for line in lines]


@pytest.fixture
def refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Refused:
    """Run predict, expect a refusal with nothing written, and return its line."""

    def go(*arguments: object, out: Path | None = None) -> str:
        folder = out or tmp_path / "out"
        before = sorted(tmp_path.rglob("*"))
        assert main(["predict", *map(str, arguments), "--out", str(folder)]) == 2
        shown, told = capsys.readouterr()
        assert shown == ""
        assert told.count("\n") == 1
        assert told.startswith("leukotype: ")
        assert sorted(tmp_path.rglob("*")) == before
        return told

    return go


def with_cell(lines: Lines, text: str) -> Lines:
    """Change the second child's value of one gene in the middle of the table."""
    name, value, _ = lines[5000].split("\t")
    return [*lines[:5000], f"{name}\t{value}\t{text}", *lines[5001:]]


def with_header(lines: Lines, *names: str) -> Lines:
    return ["\t".join(names), *lines[1:]]


def renamed(lines: Lines, rename: Callable[[int, str], str]) -> Lines:
    rows = (line.split("\t") for line in lines[1:])
    return [lines[0], *("\t".join([rename(i, row[0]), *row[1:]]) for i, row in enumerate(rows))]


def zeroed(lines: Lines) -> Lines:
    return [lines[0], *(f"{name}\t{value}\t0" for name, value, _ in (line.split("\t") for line in lines[1:]))]


def text_of(lines: Lines, end: str = "\n") -> bytes:
    return "".join(f"{line}{end}" for line in lines).encode()


BROKEN: dict[str, tuple[Callable[[Lines], bytes], str]] = {
    "empty": (lambda _: b"", "the file is empty"),
    "blank": (lambda _: b"\n\n  \n", "the file is empty"),
    "only a header": (lambda lines: text_of(lines[:1]), "a header line only"),
    "duplicate sample": (lambda lines: text_of(with_header(lines, "Gene", "P1", "P1")), "found twice"),
    "nameless sample": (
        lambda lines: text_of(with_header(lines, "Gene", "P1", "")),
        "a name for every sample",
    ),
    "no header": (lambda lines: text_of(lines[1:]), "found numbers"),
    "short row": (lambda lines: text_of([*lines[:5000], "X\t1", *lines[5000:]]), "line 5001"),
    "long row": (lambda lines: text_of([*lines[:5000], "X\t1\t2\t3", *lines[5000:]]), "line 5001"),
    "cut line": (lambda lines: text_of(lines)[:-8], "expected 3 fields"),
    "text": (lambda lines: text_of(with_cell(lines, "high")), "high"),
    "NaN": (lambda lines: text_of(with_cell(lines, "NaN")), "missing"),
    "infinite": (lambda lines: text_of(with_cell(lines, "inf")), "inf"),
    "blank cell": (lambda lines: text_of(with_cell(lines, "")), "an empty field"),
    "negative": (lambda lines: text_of(with_cell(lines, "-7")), "-7"),
    "all zero": (lambda lines: text_of(zeroed(lines)), "zero for every gene"),
    "mouse Ensembl ids": (
        lambda lines: text_of(renamed(lines, lambda i, _: f"ENSMUSG{i:011d}")),
        "found mouse",
    ),
    "no gene names": (lambda lines: text_of(renamed(lines, lambda i, _: f"row{i}")), "expected gene names"),
    "transcripts": (
        lambda lines: text_of(renamed(lines, lambda i, _: f"ENST{i:011d}")),
        "--tx2gene",
    ),
    "FASTQ": (lambda _: FASTQ, "FASTQ"),
    "FASTQ, packed": (lambda _: gzip.compress(FASTQ), "FASTQ"),
    "BAM": (lambda _: BAM, "BAM"),
    "truncated gzip": (lambda lines: gzip.compress(text_of(lines))[:-2000], "truncated or damaged"),
    "damaged gzip": (lambda lines: gzip.compress(text_of(lines))[:12] + bytes(5000), "truncated or damaged"),
    "not UTF-8": (lambda lines: text_of(lines[:9]) + b"\xff\xfe\xfa\t1\t2\n" + text_of(lines[9:]), "UTF-8"),
    "Excel": (lambda _: b"PK\x03\x04" + bytes(26) + b"[Content_Types].xml", "Excel"),
}


# The other sample is called, unless --strict-inputs says otherwise: tests/calling/test_unreadable.py.
OF_ONE_SAMPLE = {"negative", "all zero"}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_file_is_refused_in_one_line(broken, real, refused, tmp_path):
    make, problem = BROKEN[broken]
    path = tmp_path / "counts.tsv"
    path.write_bytes(make(real))
    line = refused(path, *(["--strict-inputs"] if broken in OF_ONE_SAMPLE else []))
    assert str(path) in line
    assert problem in line


@pytest.mark.parametrize("end", ["\r", "\r\n", "\n"])
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_byte_order_marks_are_read(end, start, real, tmp_path):
    path = tmp_path / "counts.tsv"
    path.write_bytes(start + text_of(real, end))
    assert main(["predict", str(path), "--out", str(tmp_path / end.encode().hex()), "--quiet"]) == 0
    rows = (tmp_path / end.encode().hex() / "calls.csv").read_text("utf-8").splitlines()
    assert [row.split(",")[0] for row in rows[1:]] == real[0].split("\t")[1:]


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["--orientation", "samples"], "--orientation"),
        (["--value-type", "tpm"], "they are counts"),
        (["--value-type", "log2-tpm"], "too large"),
    ],
)
def test_an_option_that_the_file_contradicts_is_refused(options, problem, real, refused, tmp_path):
    path = tmp_path / "counts.tsv"
    path.write_bytes(text_of(real))
    line = refused(path, *options)
    assert str(path) in line
    assert problem in line


def test_mouse_symbols_are_refused_even_when_the_user_says_where_the_genes_are(real, refused, tmp_path):
    path = tmp_path / "counts.tsv"
    path.write_bytes(text_of(renamed(real, lambda _, name: name.capitalize())))
    assert f"{path}: expected human genes, found mouse symbols" in refused(path, "--orientation", "genes")


def test_an_unknown_value_type_is_refused(real, refused, tmp_path):
    path = tmp_path / "counts.tsv"
    path.write_bytes(text_of(real))
    assert "--value-type: expected auto, counts" in refused(path, "--value-type", "reads")


def test_a_file_that_does_not_exist_is_refused(refused, tmp_path):
    assert f"{tmp_path / 'absent.csv'}: no such file" in refused(tmp_path / "absent.csv")


def test_a_panel_of_15_genes_is_refused_with_found_and_needed(data, refused):
    """ALLSorts' NUTM1 example: 6 of its 15 genes were among those of a model of 2,897."""
    line = refused(data / "formats" / "matrix" / "nutm1_test.csv")
    found, total, needed = (int(word) for word in line.replace(",", "").split() if word.isdigit())
    assert found <= 15 < needed < total


def test_a_salmon_table_of_transcripts_without_a_map_is_refused(data, refused):
    path = data / "formats" / "salmon" / "quant.sf.gz"
    line = refused(path)
    assert str(path) in line
    assert "--tx2gene FILE" in line


def test_a_star_table_without_its_strand_is_refused(data, refused):
    path = data / "formats" / "star_readspergene" / "ReadsPerGene.out.tab.gz"
    line = refused(path)
    assert str(path) in line
    assert "--strandedness unstranded|forward|reverse" in line


def test_a_folder_of_mixed_formats_is_refused(data, real, refused, tmp_path):
    folder = tmp_path / "mixed"
    folder.mkdir()
    (folder / "counts.tsv").write_bytes(text_of(real))
    shutil.copyfile(data / "external" / "rnaseqcnv" / "diploid.HTSeq", folder / "diploid.HTSeq")
    line = refused(folder)
    assert str(folder) in line
    assert "counts.tsv (matrix) and diploid.HTSeq (HTSeq)" in line


def test_a_folder_without_tables_is_refused(refused, tmp_path):
    (tmp_path / "none").mkdir()
    assert str(tmp_path / "none") in refused(tmp_path / "none")


def test_a_sample_that_two_files_have_is_refused(real, refused, tmp_path):
    paths = [tmp_path / "one.tsv", tmp_path / "two.tsv"]
    for path in paths:
        path.write_bytes(text_of(real))
    line = refused(*paths)
    assert all(str(path) in line for path in paths)
    assert real[0].split("\t")[1] in line


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ("P1,130", "130"),
        ("P1,-1", "-1"),
        ("P1,90\nP9,80", "P9"),
        ("P1,many", "'many'"),
        ("P1,90\nP1,80", "found twice"),
        ("P1,90\nP2,0.4", "0.4"),
        ("P1,0\nP2,1", "--blast-unit"),
        ("P1,0.9\nP2,0.4", "--blast-unit"),
        ("P1,90,80", "line 2"),
        ("", "a header line only"),
    ],
)
def test_blasts_that_cannot_be_are_refused(rows, problem, real, refused, tmp_path):
    path, blasts = tmp_path / "counts.tsv", tmp_path / "blasts.csv"
    path.write_bytes(text_of(with_header(real, "Gene", "P1", "P2")))
    blasts.write_text(f"sample,blast_pct\n{rows}\n")
    line = refused(path, "--blasts", blasts)
    assert str(blasts) in line
    assert problem in line


@pytest.mark.parametrize("header", ["sample,age", "who,blast_pct", "sample,blast_pct,bm_blasts"])
def test_blasts_without_one_clear_column_are_refused(header, real, refused, tmp_path):
    path, blasts = tmp_path / "counts.tsv", tmp_path / "blasts.csv"
    path.write_bytes(text_of(with_header(real, "Gene", "P1", "P2")))
    blasts.write_text(f"{header}\n{','.join(['P1', '90', '80'][: header.count(',') + 1])}\n")
    assert f"{blasts}: line 1: expected one column" in refused(path, "--blasts", blasts)


LESIONS: dict[str, tuple[str, str, str]] = {
    "fusions of no tool": ("--fusions", "sample,age\nP1,40\n", "expected"),
    "fusions of somebody else": ("--fusions", "sample,gene_5prime,gene_3prime\nP9,BCR,ABL1\n", "P9"),
    "fusions, cut": ("--fusions", "sample,gene_5prime,gene_3prime\nP1,BCR\n", "line 2"),
    "no karyotype": ("--karyotype", "sample,age\nP1,40\n", "columns sample and karyotype"),
    "two karyotypes": ("--karyotype", 'sample,karyotype\nP1,"46,XX"\nP1,"47,XX,+8"\n', "two of P1"),
    "karyotype of somebody else": ("--karyotype", 'sample,karyotype\nP9,"46,XX"\n', "P9"),
    "copies of no chromosome": ("--cnv", "sample,chromosome,copies\nP1,25,3\n", "25"),
    "copies that cannot be": ("--cnv", "sample,chromosome,copies\nP1,21,many\n", "many"),
    "mutations of no kind": ("--variants", "sample,age\nP1,40\n", "expected"),
    "mutations of somebody else": ("--variants", "sample,gene,protein_change\nP9,PAX5,P80R\n", "P9"),
}


@pytest.mark.parametrize("fault", LESIONS)
def test_lesions_that_cannot_be_read_are_refused_in_one_line(fault, real, refused, tmp_path):
    option, content, problem = LESIONS[fault]
    path, lesions = tmp_path / "counts.tsv", tmp_path / "lesions.csv"
    path.write_bytes(text_of(with_header(real, "Gene", "P1", "P2")))
    lesions.write_text(content)
    line = refused(path, option, lesions)
    assert str(lesions) in line
    assert problem in line


@pytest.mark.parametrize("option", ["--fusions", "--karyotype", "--cnv", "--variants"])
def test_lesions_that_are_another_kind_of_file_or_none_are_refused(option, real, refused, tmp_path):
    path, lesions = tmp_path / "counts.tsv", tmp_path / "lesions"
    path.write_bytes(text_of(with_header(real, "Gene", "P1", "P2")))
    for content in (b"", BAM, FASTQ):
        lesions.write_bytes(content)
        assert f"{lesions}: expected" in refused(path, option, lesions)
    assert f"{tmp_path / 'absent.csv'}: no such file" in refused(path, option, tmp_path / "absent.csv")


@pytest.mark.parametrize("option", ["--fusions", "--cnv", "--variants"])
def test_lesions_of_a_sample_that_the_run_does_not_have_are_refused(option, real, refused, tmp_path):
    path = tmp_path / "counts.tsv"
    path.write_bytes(text_of(with_header(real, "Gene", "P1", "P2")))
    line = refused(path, option, f"P9={path}")
    assert "P9" in line
    assert "P1, P2" in line


def test_common_variants_without_variants_are_refused(real, refused, tmp_path):
    """Whoever names them wants them used: nothing is left aside in silence."""
    path, common = tmp_path / "counts.tsv", tmp_path / "common.csv"
    path.write_bytes(text_of(with_header(real, "Gene", "P1", "P2")))
    common.write_text("chrom,pos,ref,alt\n9,36840623,G,C\n")
    assert "--variants" in refused(path, "--common-variants", common)


def test_an_output_folder_that_cannot_be_written_is_refused(real, refused, tmp_path):
    path = tmp_path / "counts.tsv"
    path.write_bytes(text_of(real))
    for out in (path, path / "out", tmp_path / "absent" / "out", Path("/proc/leukotype")):
        assert str(out) in refused(path, out=out)


@pytest.mark.parametrize("name", [*FILES, HASHES])
@pytest.mark.parametrize("damage", ["changed", "missing"])
def test_a_damaged_bundle_is_refused(name, damage, real, refused, tmp_path):
    path, model = tmp_path / "counts.tsv", tmp_path / "model"
    path.write_bytes(text_of(real))
    shutil.copytree(default_path(), model)
    content = bytearray((model / name).read_bytes())
    content[len(content) // 2] ^= 1
    (model / name).write_bytes(content)
    if damage == "missing":
        (model / name).unlink()
    line = refused(path, "--model", model)
    assert str(model) in line
    assert HASHES in line or name in line


def test_a_model_that_does_not_exist_is_refused(real, refused, tmp_path):
    path = tmp_path / "counts.tsv"
    path.write_bytes(text_of(real))
    assert f"{tmp_path / 'none'}: expected the folder of a model" in refused(
        path, "--model", tmp_path / "none"
    )
