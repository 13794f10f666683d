"""Every tool's real file is read with the values that stand in it, or refused by name.

The numbers were read from the files with zcat and grep, not with this package.
"""

import gzip
import hashlib
import shutil
from pathlib import Path

import numpy as np
import pytest

from leukotype.errors import InputError
from leukotype.inputs import open_expression
from leukotype.vocabulary import Strandedness, ValueType


def only_block(reader):
    (block,) = reader.blocks()
    assert block.values.dtypes.unique().tolist() == [np.dtype("float32")]
    return block


def refused(opened, path, match, **options):
    with pytest.raises(InputError, match=match) as caught:
        list(opened(path, **options).blocks())
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("name", "genes", "pax5"),
    [
        ("mdall/COH000082_D1", 60616, 26601),
        ("mdall/COH000353_D1", 60616, 6247),
        ("rnaseqcnv/diploid", 57773, 28044),
        ("rnaseqcnv/high_hyperdiploid", 57773, 6852),
        ("rnaseqcnv/low_hypodiploid", 57773, 13462),
        ("rnaseqcnv/near_haploid", 57773, 12706),
    ],
)
def test_htseq_without_any_of_its_tallies(data, opened, name, genes, pax5):
    reader = opened(data / "external" / f"{name}.HTSeq")
    block = only_block(reader)
    assert reader.samples == (name.split("/")[1],)
    assert block.value_type is ValueType.COUNTS
    assert block.values.shape == (1, genes)
    assert block.values["ENSG00000196092"].item() == pax5
    assert not any(gene.startswith("__") for gene in block.values.columns)
    assert any("__DUX4" in note for note in reader.notes)


def test_htseq_with_attribute_columns_has_its_count_in_the_last(data, opened):
    reader = opened(data / "formats/htseq/WTCHG_536273_229157.tsv.gz")
    block = only_block(reader)
    assert reader.samples == ("WTCHG_536273_229157",)
    assert block.values.shape == (1, 3551)
    assert block.values["gene-PSHA_RS00010"].item() == 4084


def test_htseq_of_a_mouse_is_refused(data, opened):
    refused(opened, data / "formats/htseq/counts-false-positive.tsv", "expected human genes, found mouse")


@pytest.mark.parametrize(
    ("name", "sums"),
    [
        ("ERR458837_subsamp_1ReadsPerGene.out.tab.gz", (56375, 56513, 2819)),
        ("ReadsPerGene.out.tab.gz", (2919381, 928287, 2288047)),
    ],
)
def test_star_asks_for_the_strand_with_the_sums(data, opened, name, sums):
    path = data / "formats/star_readspergene" / name
    told = "gene sums unstranded {:,}, forward {:,}, reverse {:,}: give --strandedness".format(*sums)
    refused(opened, path, told)
    for strand, total in zip(Strandedness, sums, strict=True):
        assert only_block(opened(path, strandedness=strand)).values.to_numpy(float).sum() == total


def test_star_leaves_out_its_tallies_and_takes_the_sample_from_the_file_or_folder(data, opened):
    folder = data / "formats/star_readspergene"
    named = opened(folder / "ERR458837_subsamp_1ReadsPerGene.out.tab.gz", strandedness=Strandedness.FORWARD)
    assert named.samples == ("ERR458837_subsamp_1",)
    assert only_block(named).values.shape == (1, 57773)
    unnamed = opened(folder / "ReadsPerGene.out.tab.gz", strandedness=Strandedness.REVERSE)
    assert unnamed.samples == ("star_readspergene",)
    assert only_block(unnamed).values["ENSG00000075624.17"].item() == 35


def test_featurecounts_without_annotation_and_with_samples_from_bam_paths(data, opened):
    reader = opened(data / "formats/featurecounts/imhenz_featureCounts.txt.gz")
    block = only_block(reader)
    assert reader.samples == ("HBR_1", "HBR_2", "HBR_3", "UHR_1", "UHR_2", "UHR_3")
    assert block.values.shape == (6, 1378)
    assert block.values["MAPK1"].tolist() == [698, 891, 861, 810, 470, 620]
    assert block.values["ERCC-00171"].tolist() == [864, 1140, 986, 1834, 1226, 1558]


def test_featurecounts_as_exported_with_a_blank_corner_and_crlf(data, opened):
    reader = opened(data / "formats/featurecounts/featureCounts.txt.gz")
    block = only_block(reader)
    assert reader.samples[0] == "SCC1_Control_1"
    assert reader.samples[-1] == "MSC3_2"
    assert block.values.shape == (8, 20935)
    assert block.values["ENSG00000075624"].tolist() == [
        164074, 158043, 133897, 28810, 137677, 136271, 142226, 137304,
    ]  # fmt: skip


def test_featurecounts_without_the_line_of_its_program(opened, write):
    header = "Geneid\tChr\tStart\tEnd\tStrand\tLength\t/run/P1.sorted.bam\n"
    text = header + "ENSG00000000003\t1;1\t5;9\t6;10\t+;+\t4\t17\n"
    reader = opened(write("counts.txt", text))
    assert reader.samples == ("P1",)
    assert only_block(reader).values["ENSG00000000003"].item() == 17


@pytest.mark.parametrize(
    "name",
    [
        "Not_featurecounts.summary",
        "Rsubread_counts.txt.summary",
        "Test1.counts.summary",
        "multiple_files.counts.txt.summary",
    ],
)
def test_featurecounts_summaries_are_refused(data, opened, name):
    refused(
        opened, data / "formats/featurecounts" / name, "found featureCounts summary: give the table of counts"
    )


def test_gdc_reads_unstranded_counts_past_the_empty_fields(data, opened):
    path = data / "formats/gdc_star/gdc_augmented_star_gene_counts.EXCERPT.tsv"
    values = only_block(opened(path)).values
    assert values.iloc[0].to_dict() == {
        "ENSG00000000003.15": 3231,
        "ENSG00000000005.6": 0,
        "ENSG00000000419.13": 1083,
    }
    reverse = only_block(opened(path, strandedness=Strandedness.REVERSE)).values
    assert reverse.iloc[0].tolist() == [1597, 0, 528]


def test_gdc_reads_its_tpm_when_asked(data, opened):
    path = data / "formats/gdc_star/gdc_augmented_star_gene_counts.EXCERPT.tsv"
    block = only_block(opened(path, value_type="tpm"))
    assert block.value_type is ValueType.TPM
    assert block.values.iloc[0].tolist() == pytest.approx([44.6685, 0, 56.2676])


def test_kallisto_h5_is_refused_by_name(data, opened):
    refused(opened, data / "formats/kallisto/abundance.h5", r"use abundance\.tsv")


@pytest.mark.parametrize(
    ("path", "column"),
    [("kallisto/abundance.tsv.gz", 3), ("salmon/quant.sf.gz", 4)],
    ids=["kallisto", "Salmon"],
)
def test_transcripts_are_summed_by_the_map(data, opened, path, column):
    tx2gene = data / "formats/salmon/tx2gene.csv.gz"
    with gzip.open(tx2gene, "rt") as lines:
        pax5 = {line.split(",")[0] for line in lines if line.strip().endswith(",PAX5")}
    with gzip.open(data / "formats" / path, "rt") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines][1:]
    expected = sum(float(row[column]) for row in rows if row[0] in pax5)

    reader = opened(data / "formats" / path, tx2gene=tx2gene)
    block = only_block(reader)
    assert len(pax5) == 13
    assert reader.samples == (path.split("/")[0],)
    assert block.value_type is ValueType.COUNTS
    assert block.values["PAX5"].item() == pytest.approx(expected, rel=1e-6)
    assert any(note.startswith("48009 transcripts summed to 25343 genes") for note in reader.notes)


@pytest.mark.parametrize(
    "name", ["kallisto/abundance_1.tsv", "salmon/pytximport_quant.sf.gz", "salmon/quant.sf.gz"]
)
def test_transcripts_without_a_map_ask_for_it(data, opened, name):
    refused(opened, data / "formats" / name, r"found transcripts \('.*'\): give .* --tx2gene FILE")


def test_a_map_of_another_annotation_is_refused(data, opened):
    with pytest.raises(InputError, match=r"tx2gene\.csv\.gz: expected the transcripts of .*, found 0 of 14"):
        list(
            opened(
                data / "formats/kallisto/abundance_1.tsv", tx2gene=data / "formats/salmon/tx2gene.csv.gz"
            ).blocks()
        )


def test_salmon_of_a_mouse_is_refused_though_its_names_carry_the_genes(data, opened):
    refused(opened, data / "formats/salmon/Sample_1.sf", "expected human genes, found mouse")


def test_salmon_genes_are_told_from_transcripts_by_their_names(data, opened):
    values = only_block(opened(data / "formats/salmon/salmon_genMap_result1.tab")).values
    assert values.columns.tolist() == ["baz", "NR_031764", "foo", "bar"]
    assert values.iloc[0].tolist() == pytest.approx([0.00943897, 103.415, 9737.65, 158.926])


@pytest.mark.parametrize(
    ("name", "sample", "genes", "gene", "counts", "tpm"),
    [
        ("ERR188021.genes.results.gz", "ERR188021", 25343, "PAX5", 10958.98, 99.48),
        ("test.genes.results.gz", "test", 58288, "ENSG00000075624.13", 791.0, 12835.9),
    ],
)
def test_rsem(data, opened, name, sample, genes, gene, counts, tpm):
    path = data / "formats/rsem" / name
    reader = opened(path)
    block = only_block(reader)
    assert reader.samples == (sample,)
    assert block.value_type is ValueType.COUNTS
    assert block.values.shape == (1, genes)
    assert block.values[gene].item() == pytest.approx(counts, rel=1e-6)
    as_tpm = only_block(opened(path, value_type="tpm"))
    assert as_tpm.value_type is ValueType.TPM
    assert as_tpm.values[gene].item() == pytest.approx(tpm, rel=1e-6)
    refused(opened, path, "has counts, tpm, fpkm, not cpm", value_type="cpm")


def test_nfcore_keys_on_the_gene_id(data, opened):
    reader = opened(data / "formats/nfcore_rnaseq/salmon.merged.gene_counts.tsv.gz")
    block = only_block(reader)
    assert reader.samples == ("X1O", "X2O", "X3O", "P11_1", "P11_2", "P11_3")
    assert block.values.shape == (6, 63140)
    assert block.values.columns.is_unique
    assert block.values["ENSG00000196092"].tolist() == pytest.approx(
        [4139.811, 3252.001, 2437, 4165, 3947, 4867.001], rel=1e-6
    )
    assert "columns left out: gene_name" in reader.notes


def test_tximport_counts_with_an_empty_corner(data, opened):
    reader = opened(data / "formats/tximport/counts_tximport_no.csv.gz")
    block = only_block(reader)
    assert reader.samples == ("V1", "V2", "V3", "V4")
    assert block.values.shape == (4, 40768)
    assert block.values["A1BG"].tolist() == pytest.approx([29.638, 10.164, 21.693, 28.382])


def test_tximport_scaled_counts_could_be_fpkm_and_are_asked_about(data, opened):
    path = data / "formats/tximport/counts_tximport_lengthScaledTPM.csv.gz"
    refused(opened, path, r"sample V1: .*--value-type counts\|cpm\|tpm\|fpkm")
    assert only_block(opened(path, value_type="counts")).values["A1BG"].iloc[0] == pytest.approx(36.47515)


def test_stringtie_gives_tpm_by_gene_id(data, opened):
    block = only_block(opened(data / "formats/stringtie/stringtie_out7.tsv"))
    assert block.value_type is ValueType.TPM
    assert block.values.columns.tolist() == ["CUFF.1", "STRG.1"]
    assert block.values.iloc[0, 0] == pytest.approx(1000000.005785)


def test_matrix_with_samples_in_the_rows(data, opened):
    reader = opened(data / "external/allsorts_test/test_counts.csv")
    block = only_block(reader)
    assert len(reader.samples) == 20
    assert block.values.shape == (20, 19514)
    assert block.values.loc[["Ph_1", "Ph_2"], "ABL1"].notna().all()
    assert block.values.loc[["Ph_1", "Ph_2"], "RSAD2"].tolist() == [2690, 2700]
    assert "samples in the rows" in reader.notes


def test_matrix_with_genes_in_the_rows(data, opened):
    reader = opened(data / "external/GSE161501/counts.tsv.gz")
    block = only_block(reader)
    assert reader.samples[:2] == ("SJHBBBM4X52", "SJHBBBM4JQZ")
    assert block.values.shape == (19, 50653)
    assert block.values["PAX5"].iloc[:2].tolist() == [50198, 34315]


def test_matrix_of_fifteen_genes_and_one_sample(data, opened):
    reader = opened(data / "formats/matrix/nutm1_test.csv")
    assert reader.samples == ("test",)
    assert only_block(reader).values["NUTM1"].item() == 2624


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


def test_a_folder_of_htseq_files_is_one_run_in_one_block(data, count_known):
    seen = []
    reader = open_expression(
        [data / "external/rnaseqcnv"], count_known=count_known, on_progress=lambda *done: seen.append(done)
    )
    assert reader.samples == ("diploid", "high_hyperdiploid", "low_hypodiploid", "near_haploid")
    block = only_block(reader)
    assert block.values["ENSG00000196092"].tolist() == [28044, 6852, 13462, 12706]
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert [len(block.values) for block in reader.blocks(size=3)] == [3, 1]
    assert {source.format for source in reader.sources} == {"HTSeq"}


def test_files_with_other_genes_do_not_share_a_block(data, count_known):
    paths = [data / "external/mdall/COH000353_D1.HTSeq", data / "external/rnaseqcnv/diploid.HTSeq"]
    shapes = [block.values.shape for block in open_expression(paths, count_known=count_known).blocks()]
    assert shapes == [(1, 60616), (1, 57773)]


def test_salmon_folders_give_the_samples_their_names(opened, write, tmp_path):
    text = "Name\tLength\tEffectiveLength\tTPM\tNumReads\nENSG00000000003\t9\t9\t1000000\t{}\n"
    write("run/P2/quant.sf", text.format(7.5))
    write("run/P1/quant.sf", text.format(3))
    write("run/.hidden", "x")
    write("run/logs/salmon.log", "x")
    reader = opened(tmp_path / "run")
    assert reader.samples == ("P1", "P2")
    assert only_block(reader).values["ENSG00000000003"].tolist() == [3, 7.5]


def test_headers_are_known_without_regard_to_case_and_columns_by_name(opened, write):
    path = write("P1.sf", "name\tlength\tEffectiveLength\tTPM\tNUMREADS\nENSG00000000003\t9\t9\t5\t2\n")
    assert only_block(opened(path)).values.iloc[0, 0] == 2


def test_a_numeric_table_without_header_is_refused(opened, write):
    refused(
        opened,
        write("m.tsv", "ENSG00000000003\t1\t2\nENSG00000000005\t3\t4\n"),
        "line 1: expected a header line",
    )


def test_rsem_isoforms_ask_for_the_genes(opened, write):
    header = "transcript_id\tgene_id\tlength\teffective_length\texpected_count\tTPM\tFPKM\tIsoPct\n"
    path = write("P1.isoforms.results", header + "ENST00000000233.9\tENSG00000004059.10\t1\t1\t1\t1\t1\t1\n")
    refused(opened, path, r"found RSEM isoforms: give genes\.results")


def test_an_extra_field_in_a_column_that_is_not_used_is_found(opened, write):
    header = "gene_id\ttranscript_id(s)\tlength\teffective_length\texpected_count\tTPM\tFPKM\n"
    rows = "".join(f"ENSG{i:011d}\tx\t1\t1\t{i}\t1\t1\n" for i in range(1, 30))
    path = write("P1.genes.results", header + rows + "ENSG00000000099\tx\ty\t1\t1\t5\t1\t1\n")
    refused(opened, path, "line 31: expected 7 fields, found 8")


def test_the_sha256_of_a_source_is_that_of_the_file_on_the_disk(data, opened, tmp_path):
    copy = shutil.copy(data / "formats/stringtie/stringtie_out7.tsv", tmp_path)
    reader = opened(tmp_path / "stringtie_out7.tsv")
    list(reader.blocks())
    (source,) = reader.sources
    assert source.notes == ("values read from column 'TPM'", "values: tpm (by the format)")
    assert source.sha256 == hashlib.sha256(Path(copy).read_bytes()).hexdigest()
    assert source.path == str(copy)
    assert source.samples == 1


@pytest.mark.parametrize("head", ["Hugo_Symbol\tEntrez_Gene_Id", "Hugo_Symbol\tCytoband"])
def test_expression_of_cbioportal(opened, write, head):
    """Its first two columns are a MAF's too; Entrez ids are no sample."""
    ids = ["PAX5\t5079", "CD19\t930", "TP53\t7157"]
    if head.endswith("Cytoband"):
        ids = [each.partition("\t")[0] + "\t9p13" for each in ids]
    rows = "".join(f"{each}\t{i}\t{i + 7}\n" for i, each in enumerate(ids))
    block = only_block(opened(write("data_mrna.txt", f"{head}\tP1\tP2\n{rows}")))
    assert block.values.index.tolist() == ["P1", "P2"]
    assert block.values["CD19"].tolist() == [1, 8]


def test_a_maf_is_named_for_what_it_is(opened, write):
    text = "Chromosome\tHugo_Symbol\tTumor_Sample_Barcode\tt_depth\n9\tPAX5\tP1\t40\n"
    refused(opened, write("cohort.maf", text), "found MAF of mutations: variants have an option of their own")


def test_samples_of_depmap_stand_in_rows_and_its_symbols_before_an_id(opened, write):
    text = "ModelID,PAX5 (5079),CD19 (930),TP53 (7157)\nP1,5,0,3\nP2,0,7,2\n"
    block = only_block(opened(write("Omics.csv", text)))
    assert block.values.loc["P2"].to_dict() == {"PAX5": 0, "CD19": 7, "TP53": 2}


@pytest.mark.parametrize(
    "column",
    [
        *("Entrez_Gene_Id", "entrezgene", "gene_length", "Length", "length.P1", "width", "cds_length"),
        *("median_length", "GC.content", "chromosome_start", "n_exons", "transcript_count"),
        *("baseMean", "log2FoldChange", "padj", "FDR", "stat", "AveExpr", "adj.P.Val", "LR", "maxCooks"),
    ],
)
def test_numbers_that_describe_genes_are_no_sample(opened, write, matrix, column):
    text = matrix([[100, 5, 0], [3000, 0, 7], [90, 4, 2]], [column, "P1", "P2"])
    reader = opened(write("counts.tsv", text))
    assert reader.samples == ("P1", "P2")
    assert f"columns left out: {column}" in reader.notes


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


@pytest.mark.parametrize("name", ["Total", "Summe", "no_feature", "Unassigned_Ambiguity", "library_size"])
def test_a_sum_below_the_columns_is_no_gene(opened, write, matrix, name):
    text = matrix([(1, 2), (3, 5)]) + f"{name}\t4\t7\n"
    reader = opened(write("m.tsv", text))
    assert only_block(reader).values.sum(axis=1).tolist() == [4, 7]
    assert f"rows left out: {name}" in reader.notes


def test_a_sum_beside_the_samples_is_none_of_them(opened, write, matrix):
    text = matrix([(1, 2, 3, 1.5), (3, 5, 8, 4)], samples=("P1", "P2", "Total", "Mean"))
    assert opened(write("m.tsv", text)).samples == ("P1", "P2")


def test_a_strand_without_reads_is_doubted(opened, write):
    star = "N_unmapped\t1\t1\t1\nENSG00000000001\t100\t2\t98\nENSG00000000002\t20\t0\t20\n"
    path = write("P1ReadsPerGene.out.tab", star)
    doubt = "forward has next to none of the reads (gene sums unstranded 120, forward 2, reverse 118)"
    assert any(doubt in note for note in opened(path, strandedness=Strandedness.FORWARD).notes)
    assert not any("next to none" in note for note in opened(path, strandedness=Strandedness.REVERSE).notes)


def test_a_column_that_says_what_it_holds_names_no_sample(opened, write):
    table = "gene_id,{}\nENSG00000000001,5\nENSG00000000002,7\n"
    for head in ("raw_counts", "unstranded", "log2_TPM", "normalized_count"):
        assert opened(write("Ann.csv", table.format(head))).samples == ("Ann",)


def test_samples_beside_the_numbers_of_their_rows(opened, write):
    reader = opened(write("m.csv", ",sample,PAX5,CD19,TP53\n0,P1,5,7,9\n1,P2,8,0,4\n"))
    assert reader.samples == ("P1", "P2")
    assert "names of the rows read from column 'sample'" in reader.notes


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


@pytest.mark.parametrize("name", ["age", "Age", "AGE", "batch", "sex", "blast_pct", "OS_months", "Alter"])
@pytest.mark.parametrize("on_top", [True, False])
def test_what_is_said_of_patients_stands_among_genes_in_rows_too(opened, write, matrix, name, on_top):
    header, *genes = matrix([(1, 2), (3, 5)]).splitlines()
    rows = [f"{name}\t45\t7", *genes] if on_top else [*genes, f"{name}\t45\t7"]
    reader = opened(write("m.tsv", "\n".join([header, *rows]) + "\n"))
    assert only_block(reader).values.sum(axis=1).tolist() == [4, 7]
    assert f"rows left out: {name}" in reader.notes


def test_names_of_samples_behind_numbers_of_rows_and_beside_other_text(opened, write):
    """What pandas writes of a frame with a reset index: the samples and their sex among the columns."""
    text = ",X,sample,sex,PAX5,FLT3\n0,0,P1,F,5,6\n1,1,P2,M,7,8\n"
    reader = opened(write("m.csv", text))
    assert reader.samples == ("P1", "P2")
    assert only_block(reader).values.to_numpy().tolist() == [[5, 6], [7, 8]]


def test_text_that_is_said_of_patients_above_the_genes_is_named(opened, write, matrix):
    header, *genes = matrix([(1, 2), (3, 5)]).splitlines()
    path = write("m.tsv", "\n".join([header, "sex\tF\tM", *genes]) + "\n")
    refused(opened, path, "line 2: expected genes in the rows, found 'sex', which is said of patients")
