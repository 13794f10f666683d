"""Tables of copy number that are not read, by the columns of the tools' documentation; rows are made up."""

import pytest

from leukotype.inputs.lesions.copy_number import read_arm_table
from leukotype.inputs.tables.text import OtherKindError

SEGMENTS = [
    # hmftools, purple/README.md.
    ("of PURPLE", "chromosome start end copyNumber bafCount observedBAF", "1 1 9 2.9 3 .4"),
    # facets, emcncf.
    ("of FACETS", "chrom seg num.mark start end cf.em tcn.em lcn.em", "1 1 90 1 9 1 3 1"),
    # CNVkit, file formats: .call.cns, .cnr.
    ("of CNVkit", "chromosome start end gene log2 cn depth probes", "chr1 1 9 - .1 2 1 1"),
    ("of CNVkit", "chromosome start end gene depth log2 weight", "chr1 1 9 - 1 .1 1"),
    # ASCAT, ascat.runAscat; GDC, Copy Number Segment of ASCAT.
    ("of ASCAT", "sample chr startpos endpos nMajor nMinor", "P1 1 1 9 2 1"),
    ("of ASCAT", "Chromosome Start End Copy_Number Major_Copy_Number Minor_Copy_Number", "1 1 9 3 2 1"),
    # Sequenza, Battenberg, ichorCNA, Control-FREEC: their own tables.
    ("of Sequenza", "chromosome start.pos end.pos Bf depth.ratio CNt A B", "chr1 1 9 .5 1 3 2 1"),
    ("of Battenberg", "chr startpos endpos BAF ntot nMaj1_A nMin1_A frac1_A", "1 1 9 .5 2 1 1 1"),
    ("of ichorCNA", "ID chrom start end num.mark seg.median.logR copy.number", "P1 1 1 9 5 .1 3"),
    ("of Control-FREEC", "Chromosome Start Ratio MedianRatio CopyNumber", "21 1 1.5 1.5 3"),
    ("without a header (Control-FREEC, BED)", "21 1 9000000 3 gain", "X 1 5 1 loss"),
    # Affymetrix Chromosome Analysis Suite, segment table.
    ("of ChAS", "CN^State Type Chromosome Size^(kbp) Marker^Count", "3 Gain 21 33000 20000"),
]
GISTIC = "results of GISTIC, which are log ratios or belong to a cohort"
OTHERS = [
    ("copy number by gene of PURPLE", "chromosome start end gene minCopyNumber maxCopyNumber", "9 1 2 A 0 0"),
    ("the purity and ploidy of PURPLE", "purity normFactor diploidProportion ploidy", ".9 1 .1 3.1"),
    # facets-suite, arm-level output.
    ("copy number by arm of FACETS", "sample arm tcn lcn cn_length arm_length", "P1 9p 1 0 1 1"),
    # GISTIC 2.0, output files; cBioPortal, file formats.
    (GISTIC, "Chromosome^Arm P1 P2", "9p -1.2 0"),
    (GISTIC, "Gene^Symbol Locus^ID Cytoband P1", "CDKN2A 1029 9p21.3 -2"),
    ("a table by gene, as of cBioPortal", "Hugo_Symbol Entrez_Gene_Id P1", "CDKN2A 1029 -2"),
]
SHARE = ", whose copies depend on the share of tumor cells"
TABLES = [*((f"segments {tool}{SHARE}", header, row) for tool, header, row in SEGMENTS), *OTHERS]


def tabs(text):
    return text.replace(" ", "\t").replace("^", " ")


@pytest.mark.parametrize(("what", "header", "row"), TABLES)
def test_a_table_that_is_not_read_is_named(write, what, header, row):
    with pytest.raises(OtherKindError) as refused:
        read_arm_table(write("P1.txt", f"{tabs(header)}\n{tabs(row)}\n"))
    assert f"found {what}: give the arms that are gained and lost, as columns" in str(refused.value)


def test_row_names_of_r_below_a_header_that_lacks_theirs(write):
    """FACETS' cncf as write.table of R leaves it: a name fewer than columns."""
    with pytest.raises(OtherKindError, match="segments of FACETS"):
        read_arm_table(write("P1.txt", tabs("chrom start end tcn.em lcn.em\n1 1 1 9 2 1\n")))


def test_a_vcf_of_copy_number(write):
    head = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
    with pytest.raises(OtherKindError, match="found a VCF: give the arms"):
        read_arm_table(write("P1.vcf", f"{head}21\t1\t.\tN\t<DUP>\t.\tPASS\tEND=9\n"))


def test_a_laboratorys_own_table_of_arms_is_none_of_them(write):
    row = read_arm_table(write("a.csv", "Sample,Chromosome Arm,Change\nP1,9p,loss\nP1,21q,gain\n")).rows["P1"]
    assert (row.gained, row.arms_lost) == (("21",), ("9p",))
