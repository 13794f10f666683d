"""Genes are found in whatever column they stand; numbers of rows, lengths and Entrez ids are no samples."""

import pandas as pd
import pytest

from leukotype.errors import InputError
from leukotype.inputs import from_frame
from leukotype.inputs.expression.format import describes_genes
from leukotype.inputs.expression.gene_column import find_gene_column

SYMBOLS = ["PAX5", "CD19", "TP53", "NUTM1", "ABL1", "CRKL", "MAPK1", "A1BG", "A2M", "RSAD2"]
ENSEMBL = [f"ENSG{i:011d}" for i in range(1, 11)]


def text_of(frame, *, index):
    return frame.to_csv(index=index)


def check(reader, genes):
    (block,) = reader.blocks()
    assert reader.samples == ("P1", "P2")
    assert block.values.columns.tolist() == genes
    assert block.values.loc["P2"].tolist() == [10 * i for i in range(10)]


@pytest.fixture
def frame():
    """Counts as a data frame whose index numbers its rows."""
    return pd.DataFrame({"P1": range(10), "P2": range(0, 100, 10)})


@pytest.mark.parametrize("start", [0, 1])
@pytest.mark.parametrize("place", [0, 2])
@pytest.mark.parametrize(
    ("name", "genes"),
    [
        ("gene_id", ENSEMBL),
        ("symbol", SYMBOLS),
        ("Gene", SYMBOLS),
        ("Hugo_Symbol", SYMBOLS),
        ("any", ENSEMBL),
    ],
)
def test_row_numbers_and_a_column_of_genes(opened, write, frame, count_known, start, place, name, genes):
    """``to_csv`` counts rows from 0, R's ``write.csv`` from 1; the genes are a column like any other."""
    frame.insert(place, name, genes)
    frame.index += start
    reader = opened(write("m.csv", text_of(frame, index=True)))
    check(reader, genes)
    assert f"names of the rows read from column '{name}'" in reader.notes
    check(from_frame(frame, count_known=count_known), genes)


def test_a_frame_that_was_filtered_keeps_gaps_in_its_numbers(opened, write, frame, count_known):
    more = pd.concat([frame.assign(gene_id="ENSG00000000099"), frame.assign(gene_id=ENSEMBL)])
    kept = more.reset_index(drop=True).iloc[[3, *range(10, 20)]].iloc[1:]
    assert kept.index[0] == 10
    check(opened(write("m.csv", text_of(kept, index=True))), ENSEMBL)
    check(from_frame(kept, count_known=count_known), ENSEMBL)


def test_genes_in_the_last_column_and_no_row_names(opened, write, frame):
    """recount2's counts_gene.tsv: the first sample's counts are no Entrez ids."""
    frame["gene_id"] = ENSEMBL
    check(opened(write("m.tsv", frame.to_csv(sep="\t", index=False))), ENSEMBL)


@pytest.mark.parametrize(
    "numbers", [range(1, 11), range(10), [7105, 64102, 8813, 57147, 55732, 2268, 3075, 2519, 2729, 4800]]
)
def test_a_parquet_file_of_a_numbered_frame(opened, tmp_path, frame, numbers):
    pytest.importorskip("pyarrow")
    frame.insert(0, "symbol", SYMBOLS)
    frame.set_axis(list(numbers), axis=0).to_parquet(tmp_path / "m.parquet")
    check(opened(tmp_path / "m.parquet"), SYMBOLS)


@pytest.mark.parametrize(
    "name",
    [
        *("Entrez_Gene_Id", "entrezgene", "entrezgene_id", "ENTREZID", "NCBI_gene", "gene_length", "width"),
        *(
            "Length",
            "length.kb",
            "Length (bp)",
            "exonic_length",
            "effective_length",
            "gc_content",
            "start_position",
        ),
    ],
)
def test_a_number_that_describes_a_gene_is_no_sample(opened, write, frame, name):
    """cBioPortal, biomaRt, recount, GTF tools; GC and START alone would be a gene and a sample."""
    frame.insert(0, "gene_id", ENSEMBL)
    frame.insert(1, name, range(500, 510))
    reader = opened(write("m.csv", text_of(frame, index=False)))
    check(reader, ENSEMBL)
    assert f"columns left out: {name}" in reader.notes


def test_text_beside_the_genes_is_left_out_with_a_note(opened, write, frame):
    frame.insert(0, "gene_id", ENSEMBL)
    frame.insert(1, "what it does", SYMBOLS)
    reader = opened(write("m.csv", text_of(frame, index=False)))
    check(reader, ENSEMBL)
    assert "columns left out: what it does" in reader.notes


@pytest.mark.parametrize("name", ["GC", "P1", "STAR", "GENE1", "1", "CHRNA1"])
def test_names_of_samples_and_genes_describe_none(name):
    assert not describes_genes(name)


def test_tximports_list_as_one_table_is_refused(opened, write, frame):
    """``write.csv(as.data.frame(txi))``: abundance.P1, counts.P1 and length.P1 are no three samples."""
    kinds = ("abundance", "counts", "length")
    whole = pd.concat([frame.add_prefix(f"{kind}.") for kind in kinds], axis=1).set_axis(ENSEMBL)
    with pytest.raises(InputError, match=r"expected counts, found tximport's list .* give txi\$counts"):
        opened(write("txi.csv", whole.to_csv()))


def test_symbols_go_before_their_types_and_descriptions():
    names = ["description", "gene_type", "gene_symbol"]
    columns = [["paired box 5"], ["protein_coding"], ["PAX5"]]
    assert find_gene_column(names, columns) == 2
