"""Matrices in text: where the samples stand, what names them, and the values of real files."""

import numpy as np
import pandas as pd
import pytest

from leukotype.errors import InputError
from tests.inputs.expression.made_tables import only_block, refused, save


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


def test_samples_of_depmap_stand_in_rows_and_its_symbols_before_an_id(opened, write):
    text = "ModelID,PAX5 (5079),CD19 (930),TP53 (7157)\nP1,5,0,3\nP2,0,7,2\n"
    block = only_block(opened(write("Omics.csv", text)))
    assert block.values.loc["P2"].to_dict() == {"PAX5": 0, "CD19": 7, "TP53": 2}


def test_a_column_that_says_what_it_holds_names_no_sample(opened, write):
    table = "gene_id,{}\nENSG00000000001,5\nENSG00000000002,7\n"
    for head in ("raw_counts", "unstranded", "log2_TPM", "normalized_count"):
        assert opened(write("Ann.csv", table.format(head))).samples == ("Ann",)


def test_samples_beside_the_numbers_of_their_rows(opened, write):
    reader = opened(write("m.csv", ",sample,PAX5,CD19,TP53\n0,P1,5,7,9\n1,P2,8,0,4\n"))
    assert reader.samples == ("P1", "P2")
    assert "names of the rows read from column 'sample'" in reader.notes


def test_text_of_many_samples_is_split_in_chunks_of_rows(opened, tmp_path, frame, monkeypatch):
    monkeypatch.setattr("leukotype.inputs.expression.matrix._CHUNK_NUMBERS", 36)
    whole = pd.concat([block.values for block in opened(save(frame, tmp_path / "m.csv")).blocks(4)])
    assert np.array_equal(whole.to_numpy(), frame.to_numpy().T)


def test_a_fault_far_down_is_found_in_any_chunk(opened, tmp_path, frame, monkeypatch):
    monkeypatch.setattr("leukotype.inputs.expression.matrix._CHUNK_NUMBERS", 36)
    path = save(frame.astype(object).mask(np.eye(40, 11, k=-30, dtype=bool), "x"), tmp_path / "m.csv")
    with pytest.raises(
        InputError, match=r"m\.csv: line 32, sample P0, gene ENSG00000000030\.1: .* found 'x'"
    ):
        list(opened(path).blocks(4))


def test_a_single_column_called_count_takes_the_name_of_the_file(opened, write):
    assert opened(write("P7.csv", "gene_id,count\nPAX5,4\n")).samples == ("P7",)
