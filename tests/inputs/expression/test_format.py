"""A tool's header, and what describes genes beside the samples."""

import pytest

from tests.inputs.expression.made_tables import only_block


def test_headers_are_known_without_regard_to_case_and_columns_by_name(opened, write):
    path = write("P1.sf", "name\tlength\tEffectiveLength\tTPM\tNUMREADS\nENSG00000000003\t9\t9\t5\t2\n")
    assert only_block(opened(path)).values.iloc[0, 0] == 2


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
