"""Paths to files, files to sample names."""

from pathlib import Path

import pytest

from leukotype.errors import InputError
from leukotype.inputs import Reading, open_expression
from leukotype.inputs.paths import column_sample, sample_name
from leukotype.vocabulary import Strandedness


@pytest.mark.parametrize(
    ("path", "sample"),
    [
        ("COH000082_D1.HTSeq", "COH000082_D1"),
        ("P1.htseq.txt", "P1"),
        ("P1.htseq.counts.gz", "P1"),
        ("P1.counts", "P1"),
        ("ERR458837_subsamp_1ReadsPerGene.out.tab.gz", "ERR458837_subsamp_1"),
        ("P1.ReadsPerGene.out.tab", "P1"),
        ("P1_ReadsPerGene.out.tab", "P1"),
        ("P1.genes.results", "P1"),
        ("P1.tsv", "P1"),
        ("P1.csv.gz", "P1"),
        ("P1.1.txt", "P1.1"),
        ("run/P7/quant.sf", "P7"),
        ("run/P7/quant.genes.sf", "P7"),
        ("run/P7/abundance.tsv.gz", "P7"),
        ("P1.quant.genes.sf", "P1"),
        ("P1_quant.sf", "P1"),
        ("P1_abundance.tsv", "P1"),
        ("run/P7/ReadsPerGene.out.tab", "P7"),
        ("7f-uuid.rna_seq.augmented_star_gene_counts.tsv", "7f-uuid"),
    ],
)
def test_sample_of_a_file(path, sample):
    assert sample_name(Path(path)) == sample


@pytest.mark.parametrize(
    ("column", "sample"),
    [
        ("P1", "P1"),
        ("P1.out", "P1.out"),
        ("/run/a/P1.bam", "P1"),
        ("P1.sorted.bam", "P1"),
        ("P1.Aligned.sortedByCoord.out.bam", "P1"),
        ("P1Aligned.sortedByCoord.out.bam", "P1"),
        ("star/P2/Aligned.sortedByCoord.out.bam", "P2"),
        ("tophat/P3/accepted_hits.bam", "P3"),
        ("C:\\run\\P4.markdup.sorted.bam", "P4"),
        ("rsem/P5.genes.results", "P5"),
    ],
)
def test_sample_of_a_column(column, sample):
    assert column_sample(column) == sample


def refused(paths, count_known, match):
    with pytest.raises(InputError, match=match) as caught:
        open_expression(paths, count_known=count_known)
    assert "\n" not in str(caught.value)


def test_a_missing_file(count_known, tmp_path):
    refused([tmp_path / "none.csv"], count_known, r"none\.csv: no such file or folder")


def test_no_path(count_known):
    refused([], count_known, "no expression file was given")


@pytest.mark.parametrize("inside", [[], [".hidden"], ["a.summary", "Log.final.out"]])
def test_a_folder_without_tables(count_known, write, tmp_path, inside):
    (tmp_path / "run").mkdir()
    for name in inside:
        write(f"run/{name}", "x\ty\n")
    refused([tmp_path / "run"], count_known, "run: expected expression tables in the folder, found none")


def test_companions_are_left_aside_and_told(count_known, write, tmp_path):
    for name in ("run/counts.txt.summary", "run/P1.Log.final.out"):
        write(name, "Status\tx\n")
    write("run/P1.HTSeq", "ENSG00000000001\t4\n")
    reader = open_expression([tmp_path / "run"], count_known=count_known)
    assert reader.samples == ("P1",)
    assert any("left aside: P1.Log.final.out, counts.txt.summary" in note for note in reader.notes)


def test_a_folder_of_two_formats(count_known, write, tmp_path):
    write("run/a.HTSeq", "ENSG00000000001\t4\n")
    write("run/b.csv", "gene_id,P1\nENSG00000000001,4\n")
    refused(
        [tmp_path / "run"],
        count_known,
        r"one format in the folder, found a\.HTSeq \(HTSeq\) and b\.csv \(matrix\)",
    )


def test_a_folder_with_a_table_of_another_kind(data, count_known):
    refused([data / "external/mdall"], count_known, r"COH000082_D1\.cicero\.tsv: .* found CICERO fusions")


def test_a_sample_twice_in_one_file(count_known, write):
    path = write("m.csv", "gene_id,P1,P2,P1\nENSG00000000001,4,5,6\n")
    refused([path], count_known, r"m\.csv: expected each sample once, found twice P1")


def test_a_sample_twice_in_the_rows(count_known, write):
    path = write("m.csv", "id,ENSG00000000001\nP1,4\nP2,4\nP2,5\n")
    refused([path], count_known, r"m\.csv: expected each sample once, found twice P2")


def test_a_sample_twice_in_two_files(count_known, write):
    paths = [write(f"{run}/P1.HTSeq", "ENSG00000000001\t4\n") for run in ("a", "b")]
    refused(
        paths,
        count_known,
        r"b/P1\.HTSeq: sample P1: expected each sample once, found it in .*a/P1\.HTSeq too",
    )


def test_a_sample_without_a_name(count_known, write):
    refused(
        [write("m.csv", "gene_id,P1,\nENSG00000000001,4,5\n")],
        count_known,
        "expected a name for every sample",
    )


def test_a_file_that_may_not_be_read_as_it_is_a_folder_of_folders(count_known, tmp_path):
    (tmp_path / "run" / "deep" / "deeper").mkdir(parents=True)
    refused([tmp_path / "run"], count_known, "found none")


@pytest.mark.parametrize(
    ("name", "content", "samples"),
    [
        ("{}/{}.rna_seq.augmented_star_gene_counts.tsv", "gdc", ("u1", "u2")),
        ("{}/ReadsPerGene.out.tab", "star", ("u1", "u2")),
        ("{}/{}.genes.results", "rsem", ("u1", "u2")),
    ],
)
def test_a_folder_of_each_sample(write, tmp_path, count_known, name, content, samples):
    """gdc-client: a folder of each file, named by its uuid, beside MANIFEST.txt and logs."""
    header = {
        "gdc": "gene_id\tgene_name\tgene_type\tunstranded\tstranded_first\tstranded_second\n"
        "ENSG00000000003\tTSPAN6\tx\t5\t2\t3\nENSG00000000005\tTNMD\tx\t6\t3\t3\n",
        "star": "N_unmapped\t1\t1\t1\nENSG00000000003\t5\t2\t3\nENSG00000000005\t6\t2\t3\n",
        "rsem": "gene_id\ttranscript_id(s)\tlength\teffective_length\texpected_count\tTPM\tFPKM\n"
        "ENSG00000000003\tx\t1\t1\t5\t1\t1\nENSG00000000005\tx\t1\t1\t6\t1\t1\n",
    }[content]
    for sample in samples:
        write("gdc/" + name.format(sample, sample), header)
        write(f"gdc/{sample}/logs/{sample}.parcel", "x\n")
    write("gdc/MANIFEST.txt", "id\tfilename\tmd5\tsize\n")
    how = Reading(strandedness=Strandedness.UNSTRANDED)
    reader = open_expression([tmp_path / "gdc"], how, count_known=count_known)
    assert reader.samples == samples
    (block,) = reader.blocks()
    assert block.values["ENSG00000000003"].tolist() == [5, 5]
    assert any("not tables, left aside: MANIFEST.txt" in note for note in reader.notes)


@pytest.mark.parametrize(
    "inside", ["barcodes.tsv.gz", "filtered_feature_bc_matrix/matrix.mtx.gz", "P1/outs/barcodes.tsv"]
)
def test_a_folder_of_single_cells_is_named(write, tmp_path, inside):
    write(f"run/{inside}", "AAACCTGAGAAACCAT-1\n")
    with pytest.raises(InputError, match=r"expected bulk RNA-seq, found single cells .*out of scope"):
        open_expression([tmp_path / "run"], count_known=len)


@pytest.mark.parametrize("transcripts", [True, False])
def test_the_table_of_genes_that_salmon_leaves_is_read(write, tmp_path, count_known, transcripts):
    """salmon quant -g writes quant.genes.sf beside quant.sf; nf-core puts merged tables around them."""
    text = (
        "Name\tLength\tEffectiveLength\tTPM\tNumReads\n{0}0000000003\t9\t9\t1\t5\n{0}0000000005\t9\t9\t1\t6\n"
    )
    for sample in ("P1", "P2"):
        write(f"run/{sample}/quant.genes.sf", text.format("ENSG0"))
        if transcripts:
            write(f"run/{sample}/quant.sf", text.format("ENST0"))
    write("run/salmon.merged.gene_counts.tsv", "gene_id\tP1\nENSG00000000003\t5\n")
    tx2gene = write("run/tx2gene.tsv", "ENST00000000003\tENSG00000000003\nENST00000000005\tENSG00000000005\n")
    for given in (None, tx2gene) if transcripts else (None,):
        reader = open_expression([tmp_path / "run"], Reading(tx2gene=given), count_known=count_known)
        assert reader.samples == ("P1", "P2")
        assert {Path(source.path).name for source in reader.sources} == {
            "quant.sf" if given else "quant.genes.sf"
        }
        (block,) = reader.blocks()
        assert block.values.loc["P2"].to_dict() == {"ENSG00000000003": 5, "ENSG00000000005": 6}
        assert any("salmon.merged.gene_counts.tsv" in note for note in reader.notes)
