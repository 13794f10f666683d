"""Tables that are no expression are refused by their name."""

import pytest

from leukotype.errors import InputError
from tests.inputs.expression.made_tables import refused


@pytest.mark.parametrize(
    ("name", "match"),
    [
        ("formats/matrix/file_list.tsv", "found a table of patients .*give it by --samples"),
        ("external/mdall/labels.csv", "line 2: expected numbers after the first column, found 'MEF2D-r'"),
        ("external/mdall/COH000082_D1.cicero.tsv", "found CICERO fusions"),
        ("external/mdall/COH000082_D1.fusioncatcher.txt", "found FusionCatcher fusions"),
        ("formats/arriba/arriba.tsv", "found Arriba fusions"),
        ("formats/star_fusion/starfusion.tsv", "found STAR-Fusion fusions"),
        ("formats/vcf_gatk/COH000757_D1.HaplotypeCaller.vcf.gz", "found a VCF file"),
        ("formats/maf/tcga_laml.maf.gz", "found MAF of mutations"),
        (
            "formats/karyotype_clinical/GSE181157_SampleMetadata.xlsx",
            "found a table of patients .*give it by --",
        ),
        ("formats/karyotype_clinical/metadata_GSE181157.csv", "expected gene names .*--orientation genes"),
    ],
)
def test_other_tables_are_refused_by_name(data, opened, name, match):
    refused(opened, data / name, match)


def test_a_maf_is_named_for_what_it_is(opened, write):
    text = "Chromosome\tHugo_Symbol\tTumor_Sample_Barcode\tt_depth\n9\tPAX5\tP1\t40\n"
    refused(opened, write("cohort.maf", text), "found MAF of mutations: variants have an option of their own")


@pytest.mark.parametrize(
    "text",
    [
        '#!genome-build GRCh38.p13\n1\thavana\tgene\t1\t9\t.\t+\t.\tgene_id "ENSG1";\n',
        '1\thavana\ttranscript\t1\t9\t.\t+\t.\tgene_id "ENSG1"; transcript_id "ENST1";\n',
        "##gff-version 3\nchr1\tHAVANA\tgene\t1\t9\t.\t+\t.\tID=gene:ENSG1\n",
    ],
)
def test_an_annotation_given_as_counts_is_named(opened, write, text):
    with pytest.raises(InputError, match=r"expected an expression table, found an annotation of genes"):
        opened(write("a.gtf", text))


@pytest.mark.parametrize(
    ("text", "option"),
    [
        ("sample,blast_pct\nP1,80\nP2,70\n", "--blasts"),
        ("sample,karyotype\nP1,normal\n", "--karyotype"),
        ("Probe;Alter;Geschlecht\nP1;8;w\n", "--samples"),
        ("sample,counts\nP1,P1.tsv\n", "--samples"),
        ("sample,fastq_1,fastq_2,strandedness\nP1,a.gz,b.gz,auto\n", "--samples"),
    ],
)
def test_a_table_of_patients_is_no_expression(opened, write, text, option):
    with pytest.raises(
        InputError, match=f"expected an expression table, found a table of patients .*{option}$"
    ):
        opened(write("s.csv", text))
