"""A folder of tools' outputs becomes a sheet; what is not understood is named."""

import csv
import io

import pytest

from leukotype.errors import InputError
from leukotype.inputs.folder_scan import scan

STAR = "N_unmapped\t1\t1\t1\nENSG00000000001\t10\t1\t9\nENSG00000000002\t20\t2\t18\n"
FUSIONS = "gene_5prime,gene_3prime,reads\nBCR,ABL1,30\n"


def rows_of(found):
    return {row["sample"]: row for row in csv.DictReader(io.StringIO(found.sheet))}


def test_files_are_sorted_by_what_they_hold_and_whose_they_are(write, tmp_path, matrix, count_known):
    write("run/P1/star/ReadsPerGene.out.tab", STAR)
    write("run/P1/star/Log.final.out", "x")
    write("run/P1/arriba/fusions.csv", FUSIONS)
    write("run/P2.ReadsPerGene.out.tab", STAR)
    write("run/fusions/P2.fusions.csv", FUSIONS)
    write("run/fusions/P2.more.csv", FUSIONS)
    write("run/fusions/P9.fusions.csv", FUSIONS)
    write("run/vcf/P1.vcf", "##fileformat=VCFv4.2\n#CHROM\tPOS\n")
    write("run/cnv/P2.cnv.csv", "arm,change\n9p,loss\n")
    write("run/counts.tsv", matrix([[1, 2], [3, 4]], ["M1", "M2"]))
    write("run/notes.txt", "call me\n")
    found = scan(tmp_path / "run", tmp_path, count_known)
    rows = rows_of(found)
    assert found.samples == 4
    assert rows.keys() == {"P1", "P2", "M1", "M2"}
    assert rows["P1"]["counts"] == "run/P1/star/ReadsPerGene.out.tab"
    assert rows["P1"]["fusions"] == "run/P1/arriba/fusions.csv"
    assert rows["P1"]["variants"] == "run/vcf/P1.vcf"
    assert rows["P2"]["fusions"] == "run/fusions/P2.fusions.csv;run/fusions/P2.more.csv"
    assert rows["P2"]["cnv"] == "run/cnv/P2.cnv.csv"
    assert rows["M1"]["counts"] == rows["M2"]["counts"] == "run/counts.tsv"
    assert found.notes[0] == "not read, left out: notes.txt"
    assert "--fusions" in found.notes[1]
    assert found.notes[1].endswith("P9.fusions.csv")


def test_a_folder_without_expression_is_refused(write, tmp_path, count_known):
    write("run/P1.fusions.csv", FUSIONS)
    with pytest.raises(InputError, match="expected tables of expression, found none"):
        scan(tmp_path / "run", tmp_path, count_known)


def test_a_sample_that_stands_in_two_files_is_said(write, tmp_path, count_known):
    write("run/a/P1.ReadsPerGene.out.tab", STAR)
    write("run/b/P1.htseq.txt", "ENSG00000000001\t5\nENSG00000000002\t7\n")
    found = scan(tmp_path / "run", tmp_path, count_known)
    assert rows_of(found)["P1"]["counts"] == "run/a/P1.ReadsPerGene.out.tab"
    assert "P1 stands in" in found.notes[0]
