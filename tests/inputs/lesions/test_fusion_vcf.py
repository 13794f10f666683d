"""nf-core/rnafusion's VCF of fusions (its vcf_collect.py)."""

import pytest

from leukotype.inputs.lesions.fusion_vcf import FusionRow, read_fusion_vcf
from leukotype.inputs.lesions.fusions import read_fusions

HEAD = (
    "##fileformat=VCFv4.1\n##INFO=<ID=GENEA,Number=.,Type=String>\n"
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tP1\n"
)
ROW = (
    "chr22\t1\t.\tN\tN[9:1[\t.\tPASS\tSVTYPE=BND;GENEA=BCR;GENEB=ABL1;FOUND_IN=arriba\tGT:DV:RV:FFPM\t"
    "./1:30:4:1\n"
)


def test_genes_and_reads(write):
    found = read_fusion_vcf(write("P1.vcf", HEAD + ROW))
    assert found is not None
    assert found.sample == "P1"
    assert found.rows == (FusionRow("BCR", "ABL1", 34, "arriba", passed=True),)


def test_a_file_that_found_nothing_says_so(write):
    calls = read_fusions([write("P1_fusion_data.vcf", HEAD)], ["P1"])
    assert calls.callers == {"P1": ("nf-core/rnafusion",)}
    assert calls.frame.empty


def test_its_reads_count_as_others_do(write):
    few = ROW.replace("./1:30:4:1", "./1:1:1:1")
    frame = read_fusions([write("P1_fusion_data.vcf", HEAD + few)], ["P1"]).frame
    assert frame[["usable", "why_not"]].to_numpy().tolist() == [[False, "fewer than 3 supporting reads"]]


@pytest.mark.parametrize(
    "text",
    [
        "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\nchr9\t1\t.\tG\tC\t.\tPASS\tDP=9\n",
        "gene1\tgene2\nBCR\tABL1\n",
    ],
)
def test_other_files_are_none(write, text):
    assert read_fusion_vcf(write("P1.vcf", text)) is None
