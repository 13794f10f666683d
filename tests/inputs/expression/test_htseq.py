"""htseq-count: the values that stand in real files, read with zcat and grep."""

import pytest

from leukotype.inputs import open_expression
from leukotype.vocabulary import ValueType
from tests.inputs.expression.made_tables import only_block, refused


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
