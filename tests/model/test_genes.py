"""Whatever a table calls its genes, they are found, summed once, and put in the model's order."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from leukotype.errors import ModelFileError
from leukotype.model.bundle import load
from leukotype.model.genes import GeneTable
from leukotype.vocabulary import IdType

# Real ids and symbols, a few old names and lengths invented; CRLF2 and P2RY8 lie where X and Y pair.
GENES = [
    ("ENSG00000205755", "CRLF2", "64109", "X", 1983.0, "CRL2|TSLPR"),
    ("ENSG00000182162", "P2RY8", "286530", "X", 4204.0, "P2Y8"),
    ("ENSG00000121753", "ADGRB2", "576", "1", 7756.0, "BAI2"),
    ("ENSG00000206503", "HLA-A", "3105", "6", 2500.0, ""),
    ("ENSG00000283433", "5S_rRNA", "", "1", 119.0, ""),
    ("ENSG00000099889", "ARVCF", "421", "22", 5000.0, "SHARED"),
    ("ENSG00000196510", "ANAPC7", "51434", "12", 3000.0, "SHARED|ARVCF|APC7"),
    ("ENSG00000099290", "WASHC2A", "387680", "10", 4500.0, "FAM21A|FAM21B"),
]
IDS = [row[0] for row in GENES]
SYMBOLS = [row[1] for row in GENES]


def table_of(rows):
    columns = ["ensembl_id", "symbol", "entrez", "chromosome", "length", "aliases"]
    return GeneTable(pd.DataFrame(rows, columns=columns).set_index("ensembl_id"))


@pytest.fixture
def genes():
    return table_of(GENES)


def counts(*names, dtype="float64"):
    """Two samples; a column holds 1, 2, 4, ... in the first, ten times that in the second."""
    row = 2.0 ** np.arange(len(names))
    return pd.DataFrame([row, 10 * row], index=["P1", "P2"], columns=list(names)).astype(dtype)


def value(harmonised, symbol):
    return harmonised.values.loc["P1", IDS[SYMBOLS.index(symbol)]]


def test_the_genes_come_back_in_model_order(genes):
    shuffled = counts(*reversed(IDS))
    found = genes.harmonise(shuffled)
    pd.testing.assert_frame_equal(found.values, shuffled[IDS], check_names=False)
    assert found.values.columns.equals(genes.ids)
    assert (found.found, found.found_pct, found.missing, found.merged, found.renamed) == (8, 100.0, (), 0, 0)


def test_a_gene_that_the_table_lacks_is_missing_never_zero(genes):
    found = genes.harmonise(counts("CRLF2", "HLA-A"))
    assert found.values[list(found.missing)].isna().to_numpy().all()
    assert found.missing == tuple(name for name in IDS if name not in {IDS[0], IDS[3]})
    assert (found.found, found.found_pct) == (2, 25.0)


def test_a_table_without_known_genes_is_told_not_refused(genes):
    found = genes.harmonise(counts("Pax5", "Cd19"))
    assert (found.found, found.found_pct, found.id_type) == (0, 0.0, IdType.SYMBOL)
    assert found.values.shape == (2, 8)
    assert genes.harmonise(counts("ENSG00000000001.2")).id_type is IdType.ENSEMBL
    assert genes.harmonise(counts("1", "2")).id_type is IdType.ENTREZ
    assert genes.harmonise(pd.DataFrame(index=["P1"])).found == 0


@pytest.mark.parametrize(
    "name",
    [
        "ENSG00000205755",
        "ENSG00000205755.12",
        "ENSG00000205755.11_6",
        "ENSG00000205755_PAR_Y",
        "ENSG00000205755.12_PAR_Y",
        "ENSGR0000205755",
        "ENSGR0000205755.6",
        "CRLF2",
        "TSLPR",
        "64109",
    ],
)
def test_every_way_to_write_crlf2_is_crlf2(genes, name):
    found = genes.harmonise(counts(name))
    assert value(found, "CRLF2") == 1
    # An old name may be that of a sample too (P1, A): it says nothing of what stands in a column.
    assert genes.count_known([name]) == (name != "TSLPR")


@pytest.mark.parametrize(
    "name", ["ENSG00000205755-AS", "ENSG00000205755.x", "ENSG000002057551", "ENSMUSG00000205755", "crlf2", ""]
)
def test_what_only_resembles_crlf2_is_not(genes, name):
    assert genes.harmonise(counts(name)).found == 0
    assert genes.count_known([name]) == 0


def test_copies_on_y_versions_and_duplicates_are_summed(genes):
    found = genes.harmonise(
        counts("ENSG00000205755.12", "ENSG00000205755.12_PAR_Y", "ENSG00000206503", "ENSGR0000205755")
    )
    assert value(found, "CRLF2") == 1 + 2 + 8
    assert found.values.loc["P2", "ENSG00000205755"] == 110
    assert (found.found, found.merged) == (2, 2)
    twice = genes.harmonise(counts("CRLF2", "HLA-A", "CRLF2"))
    assert (value(twice, "CRLF2"), twice.merged) == (5, 1)


def test_an_old_symbol_stands_for_the_gene(genes):
    found = genes.harmonise(counts("CRLF2", "BAI2"))
    assert (value(found, "ADGRB2"), found.renamed, found.merged) == (2, 1, 0)


def test_the_approved_symbol_wins_over_an_old_one(genes):
    found = genes.harmonise(counts("BAI2", "ADGRB2"))
    assert (value(found, "ADGRB2"), found.renamed, found.merged) == (2, 0, 0)


def test_two_old_symbols_of_a_gene_are_summed(genes):
    found = genes.harmonise(counts("FAM21A", "FAM21B"))
    assert (value(found, "WASHC2A"), found.renamed, found.merged) == (3, 1, 1)


def test_an_old_name_of_two_genes_is_used_for_neither(genes):
    found = genes.harmonise(counts("SHARED", "APC7"))
    assert np.isnan(value(found, "ARVCF"))
    assert value(found, "ANAPC7") == 2


def test_an_old_name_that_is_another_genes_symbol_is_that_gene(genes):
    found = genes.harmonise(counts("ARVCF"))
    assert value(found, "ARVCF") == 1
    assert np.isnan(value(found, "ANAPC7"))


def test_a_symbol_or_entrez_id_of_two_genes_is_used_for_neither():
    rows = [
        ("ENSG00000000001", "MATR3", "9782", "5", 1.0, ""),
        ("ENSG00000000002", "MATR3", "9782", "5", 1.0, ""),
    ]
    genes = table_of(rows)
    assert genes.harmonise(counts("MATR3")).found == 0
    assert genes.count_known(["MATR3", "9782"]) == 0


def test_symbols_as_r_spells_them(genes):
    found = genes.harmonise(counts("HLA.A", "X5S_rRNA"))
    assert (value(found, "HLA-A"), value(found, "5S_rRNA"), found.renamed) == (1, 2, 0)
    beside = genes.harmonise(counts("HLA.A", "HLA-A"))
    assert (value(beside, "HLA-A"), beside.merged) == (2, 0)


def test_rs_spelling_is_not_read_where_it_is_anothers_name_or_two_genes():
    rows = [
        ("ENSG00000000001", "A-1", "", "1", 1.0, ""),
        ("ENSG00000000002", "A.1", "", "1", 1.0, ""),
        ("ENSG00000000003", "B-1", "", "1", 1.0, ""),
        ("ENSG00000000004", "B@1", "", "1", 1.0, ""),
    ]
    found = table_of(rows).harmonise(counts("A.1", "B.1"))
    assert found.missing == ("ENSG00000000001", "ENSG00000000003", "ENSG00000000004")


def test_the_majority_decides_in_a_mixed_table(genes):
    mixed = counts(*IDS[:3], "HLA-A", "5S_rRNA")
    found = genes.harmonise(mixed)
    assert (found.id_type, found.found, found.named_otherwise) == (IdType.ENSEMBL, 5, 2)
    assert value(found, "HLA-A") == mixed.loc["P1", "HLA-A"]
    overruled = genes.harmonise(mixed, IdType.SYMBOL)
    assert (overruled.id_type, overruled.found) == (IdType.SYMBOL, 2)


def test_novel_transcripts_do_not_hide_the_type(genes):
    found = genes.harmonise(counts("ENSG00000205755.12", *[f"STRG.{i}" for i in range(20)]))
    assert (found.id_type, found.found) == (IdType.ENSEMBL, 1)


def test_entrez_ids_may_be_numbers(genes):
    found = genes.harmonise(counts(64109, 3105))
    assert (found.id_type, found.found) == (IdType.ENTREZ, 2)


def test_names_are_counted_as_often_as_they_stand(genes):
    assert genes.count_known(["CRLF2", "ADGRB2", "HLA.A", "3105", "CRLF2", "P1"]) == 5
    assert genes.count_known(iter(["ENSG00000205755.3", "P1"])) == 1


def test_a_missing_value_stays_missing(genes):
    table = counts("CRLF2", "HLA-A", "CRLF2")
    table.iloc[0, 0] = np.nan
    found = genes.harmonise(table)
    assert np.isnan(value(found, "CRLF2"))
    assert found.values.loc["P2", "ENSG00000205755"] == 50


@pytest.mark.parametrize("dtype", ["float32", "float64", "int64"])
def test_the_table_given_stays_as_it_is(genes, dtype):
    table = counts("CRLF2", "BAI2", "CRLF2", dtype=dtype)
    before = table.copy(deep=True)
    found = genes.harmonise(table)
    found.values.iloc[:, :] = -1.0
    pd.testing.assert_frame_equal(table, before)
    assert set(found.values.dtypes) == {np.dtype("float64")}


def test_a_sample_is_the_same_alone_and_in_a_batch(genes):
    rng = np.random.default_rng(0)
    names = ["CRLF2", "BAI2", "CRLF2", "FAM21A", "FAM21B", "other"]
    batch = pd.DataFrame(rng.random((9, 6)), columns=names, index=[f"P{i}" for i in range(9)])
    together = genes.harmonise(batch).values
    alone = pd.concat([genes.harmonise(batch.loc[[name]]).values for name in batch.index])
    pd.testing.assert_frame_equal(together, alone, check_exact=True)


def test_the_text_is_read_back_byte_by_byte(genes):
    text = genes.to_text()
    assert text.splitlines()[1] == "ENSG00000205755\tCRLF2\t64109\tX\t1983.0\tCRL2|TSLPR"
    again = GeneTable.from_text(text)
    pd.testing.assert_frame_equal(again.frame, genes.frame)
    assert again.to_text() == text


def test_a_symbol_called_na_is_text():
    genes = table_of([("ENSG00000000001", "NA", "", "1", 1.0, "nan")])
    again = GeneTable.from_text(genes.to_text())
    assert again.frame.iloc[0].tolist() == ["NA", "", "1", 1.0, "nan"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: text.replace("symbol", "name"), "line 1: expected the columns"),
        (lambda text: text.replace("\tCRLF2", ""), "line 2: expected 6 cells, found 5"),
        (lambda text: text.replace("1983.0", "long"), "long"),
        (lambda text: text.replace("ENSG00000182162", "ENSG00000205755"), "ENSG00000205755 stands twice"),
        (lambda text: text.replace("ENSG00000182162", "ENSG00000182162.1"), "without version"),
        (lambda text: text.split("\n")[0] + "\n", "found none"),
        (lambda text: "", "line 1"),
    ],
)
def test_an_altered_text_is_refused(genes, change, message):
    with pytest.raises(ModelFileError, match=message) as caught:
        GeneTable.from_text(change(genes.to_text()))
    assert "\n" not in str(caught.value)


def test_a_frame_without_its_columns_is_refused(genes):
    with pytest.raises(ValueError, match="'aliases' is absent"):
        GeneTable(genes.frame.drop(columns="aliases"))


def test_a_whole_annotation_is_read():
    """65 samples x 60,000 ids with versions, of which every twentieth is a gene of the model."""
    ids = [f"ENSG{i:011d}" for i in range(60_000)]
    genes = table_of([(name, f"G-{i}", str(i + 1), "1", 1.0, f"OLD{i}") for i, name in enumerate(ids[::20])])
    names = [f"{name}.{i % 9}" for i, name in enumerate(ids)]
    table = pd.DataFrame(np.ones((65, len(names)), dtype="float32"), columns=names)
    assert genes.count_known(names) == genes.harmonise(table).found == 3000


def test_the_import_is_light():
    code = "import sys, leukotype.model.genes; print(sorted({'scipy', 'sklearn', 'shap'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "form",
    [
        "{id}.5_{symbol}",
        "{id}|{symbol}",
        "gene-{symbol}",
        "gene:{id}",
        "MSTRG.7|{symbol}",
        "{symbol}_{id}",
        "{symbol}|{id}.3",
        "{symbol} ({id})",
        "{symbol}:{id}",
        "{id}|{symbol}|protein_coding",
        "'{id}'",
    ],
)
def test_names_that_tools_put_together_are_read(form):
    """RSEM --append-names, StringTie's prepDE.py, annotations of NCBI and Ensembl."""
    genes = load().genes
    frame = genes.frame[genes.frame["symbol"] != ""].head(50)
    names = [form.format(id=name, symbol=symbol) for name, symbol in frame["symbol"].items()]
    found = genes.harmonise(pd.DataFrame([range(50)], columns=names, dtype=float))
    assert found.found == genes.count_known(names) == 50
    assert found.values[frame.index].to_numpy().tolist() == [list(range(50))]


def test_dates_of_a_spreadsheet_are_seen():
    genes = load().genes
    names = [*genes.frame["symbol"].head(20), "1-Mar", "2-Sep", "44256", "Dez 1", "MARCHF1", "SEPTIN2"]
    found = genes.harmonise(pd.DataFrame([range(26)], columns=names, dtype=float))
    assert found.dates == ("1-Mar", "2-Sep", "44256", "Dez 1")


def test_tables_that_follow_each_other_are_each_read_by_their_own_names(genes):
    first, second = counts("CRLF2", "HLA-A"), counts("HLA-A", "CRLF2")
    for table in (first, first * 3, second, first):
        found = genes.harmonise(table)
        assert value(found, "CRLF2") == table.loc["P1", "CRLF2"]
        assert value(found, "HLA-A") == table.loc["P1", "HLA-A"]
    numbers = counts("64109", "3105")
    assert genes.harmonise(numbers).found == 2
    assert genes.harmonise(numbers, IdType.SYMBOL).found == 0
    assert genes.harmonise(numbers).id_type is IdType.ENTREZ


def test_genes_under_names_of_two_types_are_read():
    """A table half of Ensembl ids and half of symbols; a gene that has both is read by its own type alone."""
    genes = load().genes
    frame = genes.frame[genes.frame["symbol"] != ""].head(100)
    names = [*frame.index[:60], *frame["symbol"][60:], frame["symbol"].iloc[0], "no gene"]
    found = genes.harmonise(pd.DataFrame([range(len(names))], columns=names, dtype=float))
    assert (found.id_type, found.found, found.named_otherwise) == (IdType.ENSEMBL, 100, 40)
    assert found.values[frame.index].to_numpy()[0].tolist() == [*range(100)]
    asked = genes.harmonise(pd.DataFrame([range(len(names))], columns=names, dtype=float), IdType.ENSEMBL)
    assert (asked.found, asked.named_otherwise) == (60, 0)


def test_a_whole_table_in_lower_case_is_read_and_said():
    """R's janitor and databases write so; one such name alone is no gene."""
    genes = load().genes
    symbols = genes.frame["symbol"][genes.frame["symbol"] != ""].head(200)
    lower = genes.harmonise(pd.DataFrame([range(200)], columns=symbols.str.lower(), dtype=float))
    assert lower.found == genes.count_known(symbols.str.lower()) == 200
    assert lower.lower_case
    title = symbols.str.capitalize()
    assert genes.count_known(title[title != symbols]) == 0


@pytest.mark.parametrize("date", ["2021-09-02", "2021-03-01 00:00:00", "2.9.2021", "9/2/21", "05. Mrz"])
def test_dates_as_other_spreadsheets_write_them(date):
    genes = load().genes
    names = [*genes.frame["symbol"].head(20), date]
    assert genes.harmonise(pd.DataFrame([range(21)], columns=names, dtype=float)).dates == (date,)


def test_open_reading_frames_in_capitals():
    """C1orf50 is written C1ORF50 by whoever writes all symbols in capitals (HGNC keeps orf small)."""
    genes = table_of([("ENSG00000000001", "C1orf50", "1", "1", 1.0, "")])
    assert genes.count_known(["C1ORF50"]) == 1
