"""Salmon's tables of genes and of transcripts."""

import pytest

from tests.inputs.expression.made_tables import only_block, refused


def test_salmon_of_a_mouse_is_refused_though_its_names_carry_the_genes(data, opened):
    refused(opened, data / "formats/salmon/Sample_1.sf", "expected human genes, found mouse")


def test_salmon_genes_are_told_from_transcripts_by_their_names(data, opened):
    values = only_block(opened(data / "formats/salmon/salmon_genMap_result1.tab")).values
    assert values.columns.tolist() == ["baz", "NR_031764", "foo", "bar"]
    assert values.iloc[0].tolist() == pytest.approx([0.00943897, 103.415, 9737.65, 158.926])


def test_salmon_folders_give_the_samples_their_names(opened, write, tmp_path):
    text = "Name\tLength\tEffectiveLength\tTPM\tNumReads\nENSG00000000003\t9\t9\t1000000\t{}\n"
    write("run/P2/quant.sf", text.format(7.5))
    write("run/P1/quant.sf", text.format(3))
    write("run/.hidden", "x")
    write("run/logs/salmon.log", "x")
    reader = opened(tmp_path / "run")
    assert reader.samples == ("P1", "P2")
    assert only_block(reader).values["ENSG00000000003"].tolist() == [3, 7.5]
