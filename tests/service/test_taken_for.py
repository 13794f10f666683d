"""What a file is taken for, by its content."""

import shutil

import pytest

from leukotype.service.taken_for import take_for
from leukotype.service.uploads import FileKind

ARRIBA = "#gene1\tgene2\tsplit_reads1\tsplit_reads2\tdiscordant_mates\tconfidence\n"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("counts.tsv", FileKind.EXPRESSION), ("blasts.csv", FileKind.BLASTS),
        ("nobodys.csv", FileKind.FUSIONS),
        ("karyotypes.csv", FileKind.KARYOTYPE), ("mutations.csv", FileKind.VARIANTS),
        ("chromosomes.csv", FileKind.COPY_NUMBER), ("sheet.csv", FileKind.PATIENTS),
        ("README.md", FileKind.ASIDE),
    ],
)  # fmt: skip
def test_a_laboratorys_files(laboratory, tmp_path, name, kind):
    shutil.copy(laboratory[name], tmp_path / name)
    assert take_for(tmp_path / name) == kind


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("a.vcf", "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n", FileKind.VARIANTS),
        ("a.maf", "Hugo_Symbol\tChromosome\tTumor_Sample_Barcode\nPAX5\t9\tP1\n", FileKind.VARIANTS),
        ("a.tsv", ARRIBA, FileKind.FUSIONS),
        ("a.tsv", f"{ARRIBA}BCR\n", FileKind.FUSIONS),
        ("a.tsv", "sample\tchrom_n\talterations\nP1\t54\t4+\n", FileKind.COPY_NUMBER),
        ("a.csv", "patient,age\nP1,7 months\n", FileKind.AGE),
        ("a.csv", "Sample ID,Gender\nP1,F\n", FileKind.SEX),
        ("a.csv", "sample,sex,blast_pct\nP1,F,80\n", FileKind.PATIENTS),
        ("a.csv", "gene,age\nPAX5,7\n", FileKind.EXPRESSION),
        ("a.csv", "gene," + ",".join(f"blast{i}" for i in range(200)) + "\n", FileKind.EXPRESSION),
        ("a.csv", "", FileKind.EXPRESSION), ("a.h5ad", "\x89HDF", FileKind.EXPRESSION),
        ("a.txt", "\x00\x01", FileKind.EXPRESSION), ("Log.final.out", "x", FileKind.ASIDE),
    ],
)  # fmt: skip
def test_files_of_tools_and_what_cannot_be_told(tmp_path, name, text, kind):
    """What nothing else claims is expression, whose reader says what is wrong with it."""
    (tmp_path / name).write_text(text)
    assert take_for(tmp_path / name) == kind
