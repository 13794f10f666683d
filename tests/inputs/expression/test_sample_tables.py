"""One input each: which column is read, and whose it is."""

from leukotype.vocabulary import Strandedness
from tests.inputs.expression.made_tables import refused


def test_an_extra_field_in_a_column_that_is_not_used_is_found(opened, write):
    header = "gene_id\ttranscript_id(s)\tlength\teffective_length\texpected_count\tTPM\tFPKM\n"
    rows = "".join(f"ENSG{i:011d}\tx\t1\t1\t{i}\t1\t1\n" for i in range(1, 30))
    path = write("P1.genes.results", header + rows + "ENSG00000000099\tx\ty\t1\t1\t5\t1\t1\n")
    refused(opened, path, "line 31: expected 7 fields, found 8")


def test_a_sum_beside_the_samples_is_none_of_them(opened, write, matrix):
    text = matrix([(1, 2, 3, 1.5), (3, 5, 8, 4)], samples=("P1", "P2", "Total", "Mean"))
    assert opened(write("m.tsv", text)).samples == ("P1", "P2")


def test_a_strand_without_reads_is_doubted(opened, write):
    star = "N_unmapped\t1\t1\t1\nENSG00000000001\t100\t2\t98\nENSG00000000002\t20\t0\t20\n"
    path = write("P1ReadsPerGene.out.tab", star)
    doubt = "forward has next to none of the reads (gene sums unstranded 120, forward 2, reverse 118)"
    assert any(doubt in note for note in opened(path, strandedness=Strandedness.FORWARD).notes)
    assert not any("next to none" in note for note in opened(path, strandedness=Strandedness.REVERSE).notes)
