"""Tables of patients: the column of the samples, that of the thing, and what a file is that has neither."""

import pytest

from leukotype.errors import InputError
from leukotype.inputs.patient_table import read_cells
from leukotype.inputs.tables.headers import AGE, BLASTS

RUN = ("P1", "P2")


def read(path, kind=BLASTS):
    cells = read_cells(path, kind, RUN)
    return cells.column, [cell for _, *cell in cells.rows]


def test_a_title_above_is_left_out_and_said(write):
    cells = read_cells(write("b.csv", "Blasts of study X\n\nsample,blast_pct\nP1,80\n"), BLASTS, RUN)
    assert cells.rows == ((4, "P1", "80"),)
    assert cells.notes == ("lines above the header left out: 1 ('Blasts of study X')",)


def test_of_several_columns_of_samples_that_with_the_run_s_is_meant(write):
    table = "sample,patient_id,blasts\nS-7,P1,80\nS-8,P2,12\n"
    assert read(write("b.csv", table)) == ("blasts", [["P1", "80"], ["P2", "12"]])


@pytest.mark.parametrize("head", ["blasts", ",blasts"])
def test_names_of_rows_need_no_header(write, head):
    """R's write.table and pandas' to_csv."""
    assert read(write("b.csv", f"{head}\nP1,80\nP2,12\n")) == ("blasts", [["P1", "80"], ["P2", "12"]])


@pytest.mark.parametrize(
    "head",
    [
        "Patienten-ID;Blastenanteil KM [%]",
        "Labornummer;Leuk\u00e4mische Blasten (%)",
        "N\u00b0 \u00e9chantillon;% de blastes m\u00e9dullaires",
        "Nom du patient;Taux de blastes",
        "Campione;% blasti midollari",
        "Sample ID;Bone Marrow Leukemic Blast Percentage (%)",
    ],
)
def test_headers_of_laboratories(write, head):
    assert read(write("b.csv", f"{head}\nP1;87,5\nP2;12\n"))[1] == [["P1", "87,5"], ["P2", "12"]]


@pytest.mark.parametrize(
    ("text", "kind", "match"),
    [
        ("sample,karyotype\nP1,x\n", BLASTS, "such as blast_pct, found .*: give it by --karyotype"),
        ("sample,sex,blasts\nP1,f,8\n", AGE, "such as age, found .*: give it by --samples"),
        ("Gene,P1,P2\nA1BG,1,2\nPAX5,3,4\n", BLASTS, "such as sample, found a table of genes .*as FILE"),
        ("ENSG00000000003\t1\nENSG00000000005\t2\n", AGE, "found a table of genes"),
        ("Hugo_Symbol,Center,Tumor\nPAX5,x,y\n", BLASTS, "found 'Hugo_Symbol', .*: rename a column"),
    ],
)
def test_what_another_file_is_is_said(write, text, kind, match):
    with pytest.raises(InputError, match=match) as caught:
        read(write("b.csv", text), kind)
    assert "\n" not in str(caught.value)
