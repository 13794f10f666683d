"""nf-core/rnafusion's VCF of fusions (its vcf_collect.py)."""

import pytest

from leukotype.errors import InputError
from leukotype.inputs.lesions.fusion_vcf import FusionRow, read_fusion_vcf
from leukotype.inputs.lesions.fusions import read_fusions
from leukotype.inputs.tables.text import OtherKindError

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


PLAIN = "##fileformat=VCFv4.2\n{}#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"


def test_a_table_is_no_vcf(write):
    assert read_fusion_vcf(write("P1.tsv", "gene1\tgene2\nBCR\tABL1\n")) is None


def test_other_variants_are_told_where_they_belong(write):
    small = PLAIN.format("") + "chr9\t1\t.\tG\tC\t.\tPASS\tDP=9\n"
    path = write("P1.vcf", small)
    assert read_fusion_vcf(path) is None
    with pytest.raises(OtherKindError, match="found a VCF file of variants: give it by --variants"):
        read_fusions([path], ["P1"])


def test_an_annotated_file_without_a_structural_variant_is_a_result(write):
    kinds = "".join(
        f'##INFO=<ID={name},Number=1,Type=String,Description="x">\n' for name in ("SVTYPE", "ANN")
    )
    read = read_fusions([write("P1.vcf", PLAIN.format(kinds))], ["P1"])
    assert (len(read.frame), read.callers["P1"]) == (0, ("breakends, SnpEff",))


def breakend(info, reads="PR:SR\t20,15:30,22", passed="PASS"):
    return HEAD + f"chr9\t130854064\t.\tA\tA[chr22:23290413[\t9\t{passed}\tSVTYPE=BND;{info}\t{reads}\n"


SNPEFF = "ANN=A[chr22:23290413[|gene_fusion|HIGH|BCR&ABL1|E|gene_variant"


@pytest.mark.parametrize(
    ("text", "reads", "why_not"),
    [
        (breakend(SNPEFF), 37, ""),  # Manta: 15 pairs, 22 split reads
        (breakend(SNPEFF, "GT:DR:DV:RR:RV\t0/1:10:9:4:7"), 16, ""),  # DELLY
        (breakend(SNPEFF, passed="LowQual"), 37, "failed its filter"),
    ],
)
def test_breakends_whose_genes_snpeff_names(write, text, reads, why_not):
    (row,) = read_fusions([write("P1.vcf", text)], ["P1"]).frame.to_dict("records")
    assert (row["gene_5prime"], row["gene_3prime"]) == ("BCR", "ABL1")
    assert (row["reads"], row["why_not"]) == (reads, why_not)


def test_breakends_without_genes_are_refused_with_what_to_do(write):
    with pytest.raises(InputError, match="structural variants by position: annotate them with SnpEff"):
        read_fusions([write("P1.vcf", breakend("MATEID=1"))], ["P1"])


@pytest.mark.parametrize("alt", ["A[chr22:23290413[", "]chr22:23290413]A", "<DEL>"])
def test_structural_variants_are_told_by_their_alternate_too(write, alt):
    """GRIDSS and SvABA name no SVTYPE."""
    info = "SVTYPE=DEL;END=3" if alt == "<DEL>" else "EVENT=1"
    row = f"chr9\t130854064\t.\tA\t{alt}\t9\tPASS\t{info}\tDV\t9\n"
    with pytest.raises(InputError, match="structural variants by position: annotate them with SnpEff"):
        read_fusions([write("P1.vcf", HEAD + row)], ["P1"])


def test_annotated_breakends_that_join_no_genes_are_a_result(write):
    read = read_fusions([write("P1.vcf", breakend("ANN=A|intergenic_region|MODIFIER|X|X"))], ["P1"])
    assert (len(read.frame), read.callers["P1"]) == (0, ("breakends, SnpEff",))
