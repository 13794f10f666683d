"""RSEM's genes.results: the values that stand in real files."""

import pytest

from leukotype.vocabulary import ValueType
from tests.inputs.expression.made_tables import only_block, refused


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


def test_rsem_isoforms_ask_for_the_genes(opened, write):
    header = "transcript_id\tgene_id\tlength\teffective_length\texpected_count\tTPM\tFPKM\tIsoPct\n"
    path = write("P1.isoforms.results", header + "ENST00000000233.9\tENSG00000004059.10\t1\t1\t1\t1\t1\t1\n")
    refused(opened, path, r"found RSEM isoforms: give genes\.results")
