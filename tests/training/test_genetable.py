"""The annotation and HGNC's old names make a table in which tables of any age find their genes."""

import pandas as pd
import pytest

from leukotype.errors import InputError
from leukotype.model.genes import GeneTable
from training.genetable import build_gene_table


def read(path, **options):
    return pd.read_csv(path, dtype=str, keep_default_na=False, **options)


@pytest.fixture(scope="module")
def annotation(data):
    return read(data / "reference" / "genes.csv.gz")


@pytest.fixture(scope="module")
def cohort_ids(data):
    return pd.read_parquet(data / "cohorts" / "expression.parquet", columns=[]).index.tolist()


@pytest.fixture(scope="module")
def cohort(data, cohort_ids):
    return build_gene_table(data, cohort_ids)


@pytest.fixture(scope="module")
def coding(data, annotation):
    return build_gene_table(
        data, annotation["ensembl_id"][annotation["biotype"] == "protein_coding"].tolist()
    )


def header_of(data, name):
    if name == "allsorts_test":
        return pd.read_csv(data / "external" / name / "test_counts.csv", index_col=0, nrows=1)
    return pd.read_csv(data / "external" / name / "counts.tsv.gz", sep="\t", index_col=0).iloc[:, :1].T


def without_aliases(genes):
    return GeneTable(genes.frame.assign(aliases=""))


def aliases_of(genes, symbol):
    return genes.frame.set_index("symbol")["aliases"][symbol].split("|")


def small(tmp_path, aliases):
    """Write three invented genes and the given old names (alias, symbol, chromosome)."""
    folder = tmp_path / "reference"
    folder.mkdir()
    rows = [
        (f"ENSG0000000000{i}", "1", name, "protein_coding", "900", "1", "9") for i, name in enumerate("ABC")
    ]
    columns = ["ensembl_id", "chr", "symbol", "biotype", "length", "start", "end"]
    pd.DataFrame(rows, columns=columns).to_csv(folder / "genes.csv.gz", index=False)
    pd.DataFrame({"ensembl_id": ["ENSG00000000001"], "entrez_id": ["7"]}).to_csv(
        folder / "entrez.csv.gz", index=False
    )
    pd.DataFrame(aliases, columns=["alias", "symbol", "chromosome"]).to_csv(
        folder / "gene_aliases.csv.gz", index=False
    )
    return build_gene_table(tmp_path, ["ENSG00000000001", "ENSG00000000000"]).frame


def test_genes_stand_in_the_order_given_with_what_the_annotation_says(tmp_path):
    frame = small(tmp_path, [("OLD", "A", "1")])
    assert frame.index.tolist() == ["ENSG00000000001", "ENSG00000000000"]
    assert frame.loc["ENSG00000000001"].tolist() == ["B", "7", "1", 900.0, ""]
    assert frame.loc["ENSG00000000000"].tolist() == ["A", "", "1", 900.0, "OLD"]


def test_an_alias_of_two_symbols_a_symbol_and_a_number_are_no_aliases(tmp_path):
    rows = [("BOTH", "A", "1"), ("BOTH", "Z", "2"), ("C", "A", "1"), ("Z", "A", "1"), ("52", "A", "1")]
    assert small(tmp_path, rows)["aliases"].tolist() == ["", ""]


def test_a_renamed_symbol_brings_its_newer_name_and_its_old_ones(tmp_path):
    rows = [("A", "NEWER", "1"), ("OLDEST", "NEWER", "1")]
    assert small(tmp_path, rows)["aliases"].tolist() == ["", "NEWER|OLDEST"]


@pytest.mark.parametrize(
    "rows",
    [
        [("A", "C", "1")],  # C is another gene of the annotation
        [("A", "NEWER", "2")],  # on another chromosome
        [("A", "NEWER", "1"), ("A", "OTHER", "1")],  # two newer names
        [("A", "NEWER", "1"), ("B", "NEWER", "1")],  # two genes of the annotation
        [("A", "NEWER", "1"), ("OLD", "A", "1")],  # A is approved still
    ],
)
def test_a_doubtful_newer_name_is_left_out(tmp_path, rows):
    names = "|".join(small(tmp_path, rows)["aliases"]).split("|")
    assert not {"NEWER", "OTHER", "C"} & set(names)


def test_dates_that_a_spreadsheet_made_of_a_symbol_are_aliases(tmp_path):
    frame = small(
        tmp_path, [("SEP15", "A", "1"), ("15-SEP", "A", "1"), ("1-MAR", "A", "1"), ("1-MAR", "B", "1")]
    )
    assert frame["aliases"].tolist() == ["", "SEP15|15-SEP|15-Sep|Sep-15"]


def test_an_id_that_the_annotation_lacks_is_refused(data):
    with pytest.raises(InputError, match="1 genes not found, the first 'ENSG00000000001'"):
        build_gene_table(data, ["ENSG00000000003", "ENSG00000000001"])


def test_the_cohort_genes_are_all_annotated(cohort, cohort_ids):
    assert cohort.ids.tolist() == cohort_ids
    assert len(cohort.frame) == 2897
    assert cohort.frame["symbol"].is_unique
    assert (cohort.frame["length"] > 0).all()
    assert GeneTable.from_text(cohort.to_text()).to_text() == cohort.to_text()


def test_an_alias_is_of_one_symbol_and_no_symbol_itself(coding, annotation):
    by_symbol = coding.frame.drop_duplicates("symbol")["aliases"]
    aliases = [name for names in by_symbol if names for name in names.split("|")]
    assert len(aliases) == len(set(aliases))
    assert not set(aliases) & set(annotation["symbol"])


def test_hgnc_renamed_genes_are_known_by_both_names(coding, cohort):
    assert "BAI2" in aliases_of(coding, "ADGRB2")
    assert "MUM1L1" in aliases_of(coding, "PWWP3B")
    assert "SEPT9" in aliases_of(coding, "SEPTIN9")
    assert aliases_of(coding, "ARNTL")[0] == "BMAL1"
    assert aliases_of(cohort, "CENPJ")[0] == "CPAP"
    assert aliases_of(cohort, "BVES")[0] == "POPDC1"


@pytest.mark.parametrize(("name", "found"), [("allsorts_test", 2764), ("GSE161501", 2856)])
def test_the_cohort_genes_are_found_in_tables_of_symbols(data, cohort, name, found):
    """The source kept genes whose symbols both annotations share: old names add nothing to these 2,897."""
    table = header_of(data, name)
    assert cohort.harmonise(table).found == found
    assert without_aliases(cohort).harmonise(table).found == found


@pytest.mark.parametrize(
    ("name", "found", "without"), [("allsorts_test", 18612, 17696), ("GSE161501", 19125, 18436)]
)
def test_old_names_find_hundreds_of_coding_genes_more(data, coding, name, found, without):
    table = header_of(data, name)
    with_aliases = coding.harmonise(table)
    assert with_aliases.found == found
    assert with_aliases.renamed == found - without
    assert without_aliases(coding).harmonise(table).found == without


def test_bai2_and_mum1l1_of_a_grch37_table_are_read_as_adgrb2_and_pwwp3b(data, coding):
    table = header_of(data, "allsorts_test")
    values = coding.harmonise(table).values
    assert values["ENSG00000121753"].tolist() == table["BAI2"].tolist()
    assert values["ENSG00000157502"].tolist() == table["MUM1L1"].tolist()


def test_an_htseq_file_with_ensembl_ids_has_every_cohort_gene(data, cohort):
    path = data / "external" / "mdall" / "COH000082_D1.HTSeq"
    table = pd.read_csv(path, sep="\t", header=None, index_col=0).T
    assert cohort.harmonise(table).found_pct > 99
